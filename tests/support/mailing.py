"""An account with people and planned mail, written by plain SQL: what tests of the ledger start from."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import psycopg
from psycopg.rows import dict_row


class House:
    """A few verbs over one autocommit connection."""

    def __init__(self, dsn: str) -> None:
        self.db = psycopg.connect(dsn, autocommit=True, row_factory=dict_row)

    def close(self) -> None:
        self.db.close()

    def value(self, statement: str, parameters: Any = ()) -> Any:
        row = self.db.execute(statement, parameters).fetchone()
        assert row is not None
        return next(iter(row.values()))

    def rows(self, statement: str, parameters: Any = ()) -> list[dict[str, Any]]:
        return self.db.execute(statement, parameters).fetchall()

    def account(self, name: str = "Alice", **columns: Any) -> int:
        values = {
            "kind": "creator",
            "name": name,
            "time_zone": "Europe/Berlin",
            "postal_address": "1 Slow Lane, Lisbon",
            "from_name": name,
            "from_email": f"{name.lower()}@letters.example",
            "reply_to": "",
            "is_demo": False,
            "api_key": secrets.token_hex(10),
            "api_secret_hash": secrets.token_hex(32),
            "api_secret_sealed": b"",
        } | columns
        names = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        return self.value(
            f"INSERT INTO account ({names}) VALUES ({marks}) RETURNING id", list(values.values())
        )

    def people(self, account: int, count: int, *, prefix: str = "p", state: str = "active") -> list[int]:
        found = self.rows(
            "INSERT INTO subscriber (account_id, email, email_key, first_name, state)"
            " SELECT %s, %s || n || '@example.com', %s || n || '@example.com', 'Name' || n, %s"
            " FROM generate_series(1, %s) n RETURNING id",
            [account, prefix, prefix, state, count],
        )
        return sorted(row["id"] for row in found)

    def version(
        self, account: int, *, subject: str = "Hello", text: str = "Hi {{ subscriber.first_name }}"
    ) -> int:
        body = {
            "v": 1,
            "doc": {
                "type": "doc",
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
            },
        }
        digest = hashlib.sha256(secrets.token_bytes(8)).hexdigest()
        return self.value(
            "INSERT INTO content_version (account_id, hash, kind, subject, body, from_name, from_email,"
            " footer, tracked) VALUES (%s, %s, 'document', %s, %s, 'Alice', 'alice@letters.example', true,"
            " true) RETURNING id",
            [account, digest, subject, json.dumps(body)],
        )

    def raw_version(self, account: int, *, subject: str = "Hello", text: str = "Good morning.") -> int:
        """Finished text, no Liquid: what the house's own mails are."""
        return self.value(
            "INSERT INTO content_version (account_id, hash, kind, subject, body, from_name, from_email,"
            " footer, tracked) VALUES (%s, %s, 'raw', %s, %s, 'Alice', 'alice@letters.example', false, false)"
            " RETURNING id",
            [account, secrets.token_hex(32), subject, json.dumps({"text": text, "html": None})],
        )

    def plan_one(self, account: int, recipient: int, version: int, *, kind: str = "system") -> int:
        """A single message of class 0; answers its send."""
        subject = 1 if kind == "confirmation" else None
        send = self.value("SELECT sending_standing_send(%s, %s, %s, 0)", [account, kind, subject])
        self.value("SELECT sending_plan_one(%s, %s, %s, %s, 0)", [account, send, recipient, version])
        return int(send)

    def broadcast_send(
        self,
        account: int,
        people: list[int],
        *,
        chunk_rows: int = 500,
        version: int | None = None,
        **columns: Any,
    ) -> int:
        """A frozen and expanded send of class 2 to these people."""
        version = version or self.version(account)
        values = {"flow": "running", "rehearsed": False, "mail_class": 2} | columns
        send = self.value(
            "INSERT INTO send (account_id, kind, subject_id, mail_class, content_version_id, send_day, flow,"
            " pause_reason, rehearsed, planned, best_rate_per_s, expanded_at)"
            " VALUES (%s, 'broadcast', 1, %s, %s, current_date, %s, '', %s, %s, 0, now()) RETURNING id",
            [account, values["mail_class"], version, values["flow"], values["rehearsed"], len(people)],
        )
        self.db.execute(
            "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day)"
            " SELECT %s, %s, unnest(%s::bigint[]), 0, current_date",
            [account, send, people],
        )
        for start in range(0, len(people), chunk_rows):
            part = people[start : start + chunk_rows]
            self.db.execute(
                "INSERT INTO chunk (account_id, send_id, send_day, first_recipient_id, last_recipient_id,"
                " content_version_id, mail_class, state, owner, epoch)"
                " VALUES (%s, %s, current_date, %s, %s, %s, %s, 'open', '', 0)",
                [account, send, part[0], part[-1], version, values["mail_class"]],
            )
        return send

    def states(self, send: int) -> dict[str, int]:
        found = self.rows("SELECT state, count(*) AS n FROM delivery WHERE send_id = %s GROUP BY 1", [send])
        return {row["state"]: row["n"] for row in found}

    def row_of(self, send: int, recipient: int) -> dict[str, Any]:
        return self.rows(
            "SELECT * FROM delivery WHERE send_id = %s AND recipient_id = %s", [send, recipient]
        )[0]
