from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from postroom.lib import clock
from postroom.tracking.spool import HitRecord, SpoolWriter
from tests.support.mailing import House

READER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@dataclass
class Letter:
    """A letter that five people got half an hour ago, and the spool beside it."""

    house: House
    writer: SpoolWriter
    spool: Path
    account_id: int
    people: list[int]
    send_id: int
    day: date = field(default_factory=clock.today)

    def hit(self, kind: str, person: int, ago_s: float, no: int = 0, **more: Any) -> None:
        """Something that person number `person` (or recipient id) did so many seconds ago."""
        recipient = self.people[person] if person < 100 else person
        at_ms = int(clock.now().timestamp() * 1000 - ago_s * 1000)
        day = (self.day - date(1970, 1, 1)).days
        url = more.get("url", f"https://a.example/{no}") if kind in ("click", "probe") else ""
        send_id, account_id = more.get("send_id", self.send_id), more.get("account_id", self.account_id)
        agent, ip = more.get("agent", READER), more.get("ip", "203.0.113.9")
        self.writer.append(HitRecord(kind, at_ms, account_id, send_id, day, recipient, 0, no, url, ip, agent))

    def done(self, person: int) -> dict[str, Any]:
        """The engagement row of one person, or zeros."""
        rows = self.house.rows(
            "SELECT * FROM engagement WHERE account_id = %s AND send_id = %s AND recipient_id = %s",
            [self.account_id, self.send_id, self.people[person]],
        )
        return rows[0] if rows else {"opens": 0, "machine_opens": 0, "clicks": 0, "machine_clicks": 0}

    def state(self, person: int) -> str:
        return self.house.value("SELECT state FROM subscriber WHERE id = %s", [self.people[person]])

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return self.house.rows("SELECT * FROM fact WHERE kind = %s ORDER BY id", [kind])


def make_letter(house: House, account_id: int, people: list[int], **columns: Any) -> int:
    values = {
        "account_id": account_id,
        "kind": "broadcast",
        "subject_id": 1,
        "mail_class": 2,
        "content_version_id": house.version(account_id),
        "send_day": clock.today(),
        "flow": "finished",
        "pause_reason": "",
        "rehearsed": False,
        "planned": len(people),
        "best_rate_per_s": 0,
    } | columns
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    send_id = house.value(
        f"INSERT INTO send ({names}, started_at) VALUES ({marks}, now() - interval '1 hour') RETURNING id",
        list(values.values()),
    )
    house.db.execute(
        "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, at)"
        " SELECT %s, %s, p, 0, %s, 'accepted', now() - interval '30 minutes' FROM unnest(%s::bigint[]) p",
        [account_id, send_id, values["send_day"], people],
    )
    return send_id


@pytest.fixture
def letter(transactional_db: None, postgres: str, tmp_path: Path) -> Iterator[Letter]:
    house, writer = House(postgres), SpoolWriter(tmp_path / "edge")
    account_id = house.account()
    people = house.people(account_id, 5)
    send_id = make_letter(house, account_id, people)
    yield Letter(house, writer, tmp_path / "edge", account_id, people, send_id)
    writer.close()
    house.close()


@pytest.fixture
def drain(letter: Letter) -> Callable[[], int]:
    from postroom.tracking import services

    return lambda: services.drain_spool(directory=letter.spool)
