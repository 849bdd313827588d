"""A broadcast's acts in a browser, against a whole Postroom: schedule, rehearse, send for real, pause, go on,
cancel, copies that are held, a second try for the refused, a second letter for those who did not open."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.journey import call, create_account, sign_in
from tests.support import recorder, sink
from tests.support.axe import violations
from tests.support.server import Server, run

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
PEOPLE = 640
REFUSED = "person7@example.com"
RULES = [
    sink.Rule("after", "delay:0.1"),  # eighty a second, so that there is a middle to pause in
    sink.Rule("rcpt", "550 5.7.1 refused by a filter", match=REFUSED),
]


@pytest.fixture(scope="module")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An account with its people and no mail server yet."""
    file = tmp_path_factory.mktemp("list") / "people.csv"
    lines = ["email,first name", *(f"person{n}@example.com,Person {n}" for n in range(PEOPLE))]
    file.write_text("\n".join(lines), encoding="utf-8")
    with Server() as running:
        account = create_account(running)
        found = account.get("account_id") or account["id"]
        done = run("import", str(file), "--account", str(found), **running.env)
        assert done.returncode == 0, done.stdout + done.stderr
        yield running


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("relay") / "record"


@pytest.fixture(scope="module")
def relayed(server: Server, record: Path) -> Iterator[Server]:
    """The same server with a slow mail server that refuses one address."""
    process, port = sink.start(record, rules=RULES)
    if server.process and server.process.poll() is None:
        server.stop()
    server.env["POSTROOM_SMTP_URL"] = f"smtp://127.0.0.1:{port}?tls=none"
    server.start(wait=False)
    server.wait_for("answers at", count=2)
    yield server
    server.stop()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture
def desk(quiet_page: Any) -> Any:
    return quiet_page


def write(page: Any, subject: str, words: str = "Good morning.") -> int:
    """A draft, made as a program would; the editor has tests of its own."""
    made = call(page, "/broadcasts", "POST", {"subject": subject})
    if not call(page, "/session")["account"]["postal_address"]:
        call(page, "/account", "PATCH", {"postal_address": "12 Rua do Sol\nLisbon"})
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
    body = {"v": 1, "doc": {"type": "doc", "content": [paragraph]}}
    changes = {"revision": made["revision"], "body": body, "from_email": "ada@slowmornings.example"}
    call(page, f"/broadcasts/{made['id']}", "PATCH", changes)
    return int(made["id"])


def send_now(page: Any, server: Server, number: int) -> None:
    page.goto(f"{server.url}/app/broadcasts/{number}/edit?open=review")
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"^Send to \d+ p")).click()
    page.wait_for_url(f"**/broadcasts/{number}")


def wait_for(page: Any, number: int, fits: Callable[[dict[str, Any]], bool], timeout_s: float = 40) -> Any:
    until = time.monotonic() + timeout_s
    while not fits(now := call(page, f"/broadcasts/{number}/progress")):
        assert time.monotonic() < until, json.dumps(now)
        time.sleep(0.15)
    return now


def standing(record: Path) -> int:
    """How many the mail server has taken, once it gets no more for two seconds."""
    until = time.monotonic() + 30
    taken, since = -1, time.monotonic()
    while time.monotonic() - since < 2:
        now = len(recorder.read(record))
        if now != taken:
            taken, since = now, time.monotonic()
        assert time.monotonic() < until, "it goes on although it is paused"
        time.sleep(0.1)
    return taken


def test_schedule_and_take_back(server: Server, desk: Any) -> None:
    sign_in(desk, server)
    number = write(desk, "Later, perhaps")
    desk.goto(f"{server.url}/app/broadcasts/{number}/edit?open=review")
    desk.get_by_role("radio", name="At a time").click(force=True)
    desk.get_by_role("button", name=re.compile("^Schedule for")).click()
    desk.wait_for_url(f"**/broadcasts/{number}")
    desk.get_by_text("Scheduled", exact=True).first.wait_for()
    desk.get_by_text(f"{PEOPLE} people now, counted again when it leaves").wait_for()
    assert violations(desk) == []
    assert call(desk, f"/broadcasts/{number}")["send_wall"].endswith("T08:00")
    desk.get_by_role("button", name="Unschedule").click()
    desk.wait_for_url(f"**/broadcasts/{number}/edit")
    assert call(desk, f"/broadcasts/{number}")["state"] == "draft"


def test_rehearsed_and_sent_for_real(server: Server, record: Path, desk: Any, request: Any) -> None:
    sign_in(desk, server)
    number = write(desk, "A dress rehearsal")
    send_now(desk, server, number)
    desk.get_by_role("heading", name="Where every email went").wait_for(timeout=30_000)
    desk.get_by_text("This was a rehearsal").wait_for()
    assert desk.get_by_role("button", name="Send for real").count() == 0, "there is no mail server yet"
    assert violations(desk) == []

    page_of_it = desk.url
    desk.goto("about:blank")  # it asks every few seconds, and nobody answers for a while
    request.getfixturevalue("relayed")
    desk.goto(page_of_it)
    desk.get_by_role("button", name="Send for real").click()
    question = desk.get_by_role("alertdialog").or_(desk.get_by_role("dialog"))
    question.get_by_text("It leaves by your mail server").wait_for()
    question.get_by_role("button", name=f"Send to {PEOPLE} people").click()
    pause = desk.get_by_role("button", name="Pause")
    pause.wait_for(timeout=20_000)
    wait_for(desk, number, lambda now: now["delivered"] >= 8)
    pause.click()
    desk.get_by_role("button", name="Resume").wait_for()
    desk.get_by_text("Paused. Nothing is lost").wait_for()
    assert violations(desk) == []
    stood = standing(record)
    assert 8 <= stood < PEOPLE - 1, "what was in the air has left, and no more"

    desk.get_by_role("button", name="Resume").click()
    wait_for(desk, number, lambda now: now["delivered"] > stood)
    pause.click()
    desk.get_by_role("button", name="Resume").wait_for()
    desk.get_by_role("button", name="Cancel the rest").click()
    question = desk.get_by_role("alertdialog").or_(desk.get_by_role("dialog"))
    question.get_by_role("button", name=re.compile(r"^Do not send to \d+ p")).click()
    desk.get_by_role("heading", name="Where every email went").wait_for(timeout=30_000)
    desk.get_by_text(re.compile("^Balances:")).wait_for(timeout=20_000)
    wait_for(desk, number, lambda now: now["open"] == 0)
    line = call(desk, f"/broadcasts/{number}/report")["ledger"]
    assert line["cancelled"] > 0
    assert line["balances"]
    addresses = [each[0] for each in recorder.read(record)]
    assert len(addresses) == len(set(addresses)) == line["delivered"]
    desk.get_by_text("Stopped", exact=True).wait_for()


def test_an_identical_copy_is_held(relayed: Server, desk: Any) -> None:
    sign_in(desk, relayed)
    first = write(desk, "Twice, by mistake")
    copies = [call(desk, f"/broadcasts/{first}/duplicate", "POST")["id"] for _ in range(2)]
    send_now(desk, relayed, first)
    wait_for(desk, first, lambda now: now["state"] == "sending")
    for copy in copies:
        send_now(desk, relayed, copy)
        desk.get_by_text("Held", exact=True).wait_for()
        desk.get_by_text("word for word the same").wait_for()
    assert violations(desk) == []
    desk.get_by_role("button", name="Send anyway").click()
    wait_for(desk, copies[1], lambda now: not now["held"])

    desk.goto(f"{relayed.url}/app/broadcasts?tab=sending")
    beside = desk.get_by_role("listitem").filter(has_text="word for word the same")
    beside.get_by_role("button", name="Send anyway").wait_for()
    desk.get_by_role("heading", name="Where it goes").wait_for()
    desk.get_by_role("cell").get_by_text("example.com", exact=True).first.wait_for()
    assert violations(desk) == []
    beside.get_by_role("button", name="Delete this copy").click()
    beside.wait_for(state="hidden")
    left = call(desk, "/broadcasts?per_page=200")["items"]
    assert copies[0] not in [each["id"] for each in left]
    for number in (first, copies[1]):
        wait_for(desk, number, lambda now: now["state"] == "completed", timeout_s=90)


def test_the_refused_get_it_again_and_the_silent_a_second_letter(relayed: Server, desk: Any) -> None:
    sign_in(desk, relayed)
    number = write(desk, "The quiet week", "Read this slowly.")
    send_now(desk, relayed, number)
    wait_for(desk, number, lambda now: now["state"] == "completed", timeout_s=60)
    desk.goto(f"{relayed.url}/app/broadcasts/{number}")
    again = desk.get_by_role("button", name="Resend to 1 person")
    again.wait_for()
    with desk.expect_download() as file:
        desk.get_by_role("link", name="Export ledger").click()
    lines = Path(file.value.path()).read_text().splitlines()
    assert len(lines) == PEOPLE + 1
    assert [line for line in lines if line.startswith(REFUSED) and ",refused," in line]
    again.click()
    desk.get_by_text("1 email is on its way again.").wait_for()
    wait_for(desk, number, lambda now: now["state"] == "completed")
    assert call(desk, f"/broadcasts/{number}/report")["ledger"]["refused"] == 1, "it refuses again"

    desk.goto(f"{relayed.url}/app/broadcasts/{number}")
    desk.get_by_role("button", name=f"Send to {PEOPLE - 1} who did not open").click()
    desk.get_by_label("New subject").wait_for()
    assert violations(desk) == []
    desk.get_by_label("New subject").fill("Did this pass you by?")
    desk.get_by_role("button", name="Open the copy").click()
    desk.wait_for_url(lambda url: url.endswith("/edit") and f"/{number}/" not in url)
    desk.get_by_text("Did not open the first letter").wait_for()
    desk.get_by_text(f"{PEOPLE - 1} people").first.wait_for()
    assert desk.get_by_role("textbox", name="Subject").input_value() == "Did this pass you by?"
    assert violations(desk) == []
    desk.get_by_role("textbox", name="The letter").get_by_text("Read this slowly.").wait_for()
