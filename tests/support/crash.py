"""Everything killed at once, again and again, while people sign up and click and a letter leaves.

What was acknowledged must be there afterwards: a sign-up that was answered, a click that was redirected, a
message that the mail server took.
"""

import http.client
import json
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from postroom.content.links import MessageRef, sign_click
from postroom.lib.signing import Keyring
from tests.support import recorder
from tests.support.mailing import House
from tests.support.server import Server, clean_environment

KEY = "0123456789abcdef" * 4
DAY_ZERO = date(1970, 1, 1)
CONNECTIONS = 4
API_KEY = "crash-test-key-of-22ch"
JSON = {"Content-Type": "application/json"}


@dataclass
class Outcome:
    """What the world saw, and what the installation knows."""

    kills: int = 0
    signed_up: set[str] = field(default_factory=set)
    clicked: set[int] = field(default_factory=set)
    """Recipients whose click was redirected."""
    accepted: list[tuple[str, str]] = field(default_factory=list)
    """(recipient, Message-ID), as the mail server wrote it down."""
    people: set[str] = field(default_factory=set)
    lost_sign_ups: set[str] = field(default_factory=set)
    lost_clicks: set[int] = field(default_factory=set)
    lost_messages: set[str] = field(default_factory=set)
    unknown_messages: set[str] = field(default_factory=set)
    """Taken by the mail server, but the ledger says neither accepted nor uncertain."""

    @property
    def duplicates(self) -> int:
        """Messages that left more than once."""
        return len(self.accepted) - len({recipient for recipient, _ in self.accepted})

    @property
    def renamed(self) -> list[str]:
        """Recipients whose copies had different Message-IDs."""
        ids = Counter(recipient for recipient, _ in set(self.accepted))
        return [recipient for recipient, count in ids.items() if count > 1]


def run(kills: int, people: int, *, seed: int = 1, pause_s: tuple[float, float] = (0.5, 2.0)) -> Outcome:
    """Kills everything `kills` times under load, lets it finish, and compares."""
    dice, outcome = random.Random(seed), Outcome()
    with _recorder() as (record, smtp_port):
        server = Server(
            POSTROOM_SMTP_URL=f"smtp://127.0.0.1:{smtp_port}",
            POSTROOM_SENDER_CONNECTIONS=str(CONNECTIONS),
            POSTROOM_SECRET_KEY=KEY,
            POSTROOM_API_RATE_LIMIT="0",
        )
        with server:
            house = House(server.dsn)
            account = house.account(api_key=API_KEY)
            ids = house.people(account, people)
            outcome.people = {row["email"] for row in house.rows("select email from subscriber")}
            form = _make_form(server, account)
            send = house.broadcast_send(account, ids, version=plain_version(house, account))
            house.close()
            stop = threading.Event()
            load = [
                threading.Thread(target=_sign_up, args=(server, form, outcome, stop), daemon=True),
                threading.Thread(
                    target=_click, args=(server, account, send, ids, outcome, stop), daemon=True
                ),
            ]
            for thread in load:
                thread.start()
            for number in range(kills):
                time.sleep(dice.uniform(*pause_s))
                server.kill_everything()
                outcome.kills += 1
                server.start(wait=False)
                server.wait_for("answers at", count=number + 2)
            time.sleep(1)
            stop.set()
            for thread in load:
                thread.join(20)
            _wait_until_quiet(server, send, outcome)
            outcome.accepted = [(recipient, message) for recipient, message, _ in recorder.read(record)]
            _compare(server, send, outcome)
    return outcome


def plain_version(house: House, account: int) -> int:
    """A letter of plain text: what it says is of no matter here."""
    version = house.version(account)
    body = json.dumps({"text": "Hello"})
    house.db.execute("update content_version set kind = 'raw', body = %s where id = %s", [body, version])
    return version


@contextmanager
def _recorder() -> Iterator[tuple]:
    from tests.support.users import open_directory

    root = open_directory()
    process, port = recorder.start(root / "record", latency_ms=5)
    try:
        yield root / "record", port
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(root)


def _make_form(server: Server, account: int) -> int:
    code = (
        "from postroom.config.migrate import set_up_django; set_up_django();"
        "from postroom.forms import services;"
        f"print(services.create(account_id={account}, name='Crash', changes={{'auto_confirm': True}}).id)"
    )
    env = clean_environment(**server.env)
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def _sign_up(server: Server, form: int, outcome: Outcome, stop: threading.Event) -> None:
    port = int(server.env["POSTROOM_BIND"].rpartition(":")[2])
    number = 0
    while not stop.is_set():
        number += 1
        email = f"new{number}@example.net"
        body = json.dumps({"api_key": API_KEY, "email": email})
        status = _ask(port, "POST", f"/v3/forms/{form}/subscribe", body)
        if status == 200:
            outcome.signed_up.add(email)
        elif status is None:
            time.sleep(0.05)


def _click(
    server: Server, account: int, send: int, ids: list[int], outcome: Outcome, stop: threading.Event
) -> None:
    keyring = Keyring([KEY.encode()])
    for recipient in ids * 100:
        if stop.is_set():
            return
        try:
            port = int(server.addresses["edge_bind"].rpartition(":")[2])
        except OSError:
            time.sleep(0.05)
            continue
        day = (datetime.now(UTC).date() - DAY_ZERO).days
        path = sign_click(keyring, MessageRef(account, send, day, recipient, 0), 1, "https://example.com/a")
        if _ask(port, "GET", path) == 302:
            outcome.clicked.add(recipient)
        else:
            time.sleep(0.05)


def _ask(port: int, method: str, path: str, body: str | None = None) -> int | None:
    """The status of a whole answer; None when none came."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request(method, path, body, JSON if body else {})
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def _wait_until_quiet(server: Server, send: int, outcome: Outcome) -> None:
    until = time.monotonic() + 120
    house = House(server.dsn)
    while time.monotonic() < until:
        states = house.states(send)
        hits = house.value("select count(distinct recipient_id) from hit where kind = 'click'")
        if not set(states) & {"planned", "intent", "deferred"} and hits >= len(outcome.clicked):
            break
        time.sleep(0.2)
    house.close()


def _compare(server: Server, send: int, outcome: Outcome) -> None:
    house = House(server.dsn)
    known = {row["email"] for row in house.rows("select email from subscriber")}
    outcome.lost_sign_ups = outcome.signed_up - known
    hits = house.rows(
        "select distinct recipient_id as r from hit where kind = 'click' and send_id = %s", [send]
    )
    outcome.lost_clicks = outcome.clicked - {row["r"] for row in hits}
    reached = {recipient for recipient, _ in outcome.accepted}
    outcome.lost_messages = outcome.people - reached
    rows = house.rows(
        "select s.email from delivery d "
        "join subscriber s on s.account_id = d.account_id and s.id = d.recipient_id "
        "where d.send_id = %s and d.state in ('accepted', 'uncertain')",
        [send],
    )
    outcome.unknown_messages = (reached & outcome.people) - {row["email"] for row in rows}
    house.close()
