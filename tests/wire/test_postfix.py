"""Through Debian's Postfix into its smtp-sink: what leaves here survives a real mail server."""

import email
import email.policy
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import sender
from tests.support.mailing import House
from tests.support.server import free_port

pytestmark = pytest.mark.wire


@pytest.fixture(scope="module", autouse=True)
def _as_root() -> None:
    """Postfix's master wants root; a run that cannot try it has not passed."""
    if os.geteuid() != 0:
        pytest.fail("Postfix's master wants root: run these tests as root.", pytrace=False)


MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example
mydestination =
local_recipient_maps =
local_transport = error:no local mail
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{root}/etc/access, permit
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
relayhost = [127.0.0.1]:{sink}
alias_maps =
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Relay:
    """A Postfix on `port` that hands everything to an smtp-sink, which keeps each message as a file."""

    port: int
    messages: Path
    log: Path


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    root = Path(tempfile.mkdtemp(prefix="postroom-postfix-"))
    root.chmod(0o755)
    port, sink = free_port(), free_port()
    (root / "etc").mkdir()
    (root / "queue").mkdir()
    (root / "data").mkdir()
    shutil.chown(root / "data", "postfix")
    (root / "messages").mkdir()
    shutil.chown(root / "messages", pwd.getpwnam("nobody").pw_uid)
    (root / "etc/main.cf").write_text(MAIN.format(root=root, sink=sink))
    (root / "etc/access").write_text("nobody@example.com 550 5.1.1 no such user\n")
    (root / "etc/master.cf").write_text(MASTER.format(port=port))
    receiver = subprocess.Popen(
        ["smtp-sink", "-u", "nobody", "-d", "message.", f"127.0.0.1:{sink}", "100"], cwd=root / "messages"
    )
    postfix = ["postfix", "-c", str(root / "etc")]
    started = subprocess.run([*postfix, "start"], capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
    try:
        yield Relay(port, root / "messages", root / "mail.log")
    finally:
        subprocess.run([*postfix, "stop"], capture_output=True, check=False)
        receiver.kill()
        receiver.wait()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def house(transactional_db: None, postgres: str) -> Iterator[House]:
    found = House(postgres)
    yield found
    found.close()


def arrived(relay: Relay, to: bytes) -> list[bytes]:
    found = [path.read_bytes() for path in relay.messages.iterdir()]
    return [raw for raw in found if b"X-Rcpt-Args: <" in raw and to in raw.split(b"\n\n")[0]]


def wait(relay: Relay, count: int, *, to: bytes = b"") -> list[bytes]:
    end = time.monotonic() + 30
    while len(found := arrived(relay, to)) < count:
        assert time.monotonic() < end, relay.log.read_text()[-3000:]
        time.sleep(0.05)
    return found


def test_a_broadcast_through_a_real_relay(relay: Relay, house: House, postgres: str, tmp_path: Path) -> None:
    account = house.account()
    people = house.people(account, 120)
    house.db.execute("UPDATE subscriber SET email = 'nobody@example.com' WHERE id = %s", [people[0]])
    version = house.version(
        account, subject="Grüße {{ subscriber.first_name }}", text="Hi {{ subscriber.first_name }} 🌱"
    )
    send = house.broadcast_send(account, people, version=version)
    process = sender.start(postgres, tmp_path / "data", f"smtp://127.0.0.1:{relay.port}")
    try:
        found = wait(relay, 119)
        end = time.monotonic() + 20
        while house.states(send) != {"accepted": 119, "refused": 1} and time.monotonic() < end:
            time.sleep(0.05)
        assert house.states(send) == {"accepted": 119, "refused": 1}
    finally:
        process.terminate()
        assert process.wait(30) == 0
    refused = house.row_of(send, people[0])
    assert (refused["code"], refused["enhanced"], refused["reason"]) == (550, "5.1.1", "invalid")
    letters = [email.message_from_bytes(strip(raw), policy=email.policy.default) for raw in found]
    assert len({letter["To"] for letter in letters}) == 119
    assert len({letter["Message-ID"] for letter in letters}) == 119
    for letter in letters:
        name = "Name" + letter["To"].removeprefix("p").split("@")[0]
        assert letter["Subject"] == f"Grüße {name}"
        assert not letter.defects
        assert letter.get_content_type() == "multipart/alternative"
        text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert f"Hi {name} 🌱" in text
        assert f"Hi {name} 🌱" in html
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["List-Unsubscribe"].startswith("<http")
        assert letter["List-Id"]
        assert letter["Precedence"] == "bulk"


def test_a_single_mail_through_a_real_relay(
    relay: Relay, house: House, postgres: str, tmp_path: Path
) -> None:
    account = house.account()
    other = house.value(
        "SELECT sending_other_recipient(%s, 'ada@example.com', 'ada@example.com', 'Ada')", [account]
    )
    text = ".\r\n..\r\nA line that begins with a dot:\n.hidden\n" + "x" * 2000
    send = house.plan_one(account, other, house.raw_version(account, subject="Your code", text=text))
    process = sender.start(postgres, tmp_path / "data", f"smtp://127.0.0.1:{relay.port}")
    try:
        [raw] = wait(relay, 1, to=b"ada@example.com")
    finally:
        process.terminate()
        process.wait(30)
    assert house.states(send) == {"accepted": 1}
    letter = email.message_from_bytes(strip(raw), policy=email.policy.default)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    assert letter.get_content().replace("\r\n", "\n").rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n")


def strip(raw: bytes) -> bytes:
    """smtp-sink writes `X-…` lines about the envelope, and Postfix a Received header, before the message."""
    lines = raw.split(b"\n")
    while lines and lines[0].startswith(b"X-"):
        lines.pop(0)
    return b"\n".join(lines)
