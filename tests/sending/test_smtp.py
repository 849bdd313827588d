"""The client against a server that does as each test says, at every stage of the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from postroom.sending.smtp import Connection, Envelope, Outlet, Result, SmtpError, Timeouts

ADA = Envelope("alice@letters.example", "ada@example.com")
BOB = Envelope("alice@letters.example", "bob@example.com")
BODY = b"Subject: Hi\r\n\r\n.leading dot\r\n..two\r\nHello\r\n"
QUICK = Timeouts(
    **{
        f"{name}_s": 0.5
        for name in ("connect", "banner", "ehlo", "tls", "mail", "rcpt", "data", "dot", "quit")
    }
)
EHLO = b"250-test\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 ENHANCEDSTATUSCODES\r\n"


class Server:
    """Answers from `script` by verb (`banner`, `EHLO`, `MAIL`, `RCPT`, `DATA`, `dot`); None hangs up.

    A list gives one answer after the other, its last one for ever."""

    def __init__(self, **script: Any) -> None:
        self.script: dict[str, Any] = {
            "banner": b"220 test\r\n",
            "EHLO": EHLO,
            "MAIL": b"250 ok\r\n",
            "RCPT": b"250 ok\r\n",
            "DATA": b"354 go\r\n",
            "dot": b"250 2.0.0 taken\r\n",
            "RSET": b"250 ok\r\n",
            "QUIT": b"221 bye\r\n",
        } | script
        self.bodies: list[bytes] = []
        self.verbs: list[str] = []
        self.connections = 0

    def answer(self, verb: str) -> bytes | None:
        found = self.script[verb]
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return found

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if not await self.say(writer, "banner"):
                return
            while line := await reader.readline():
                verb = line[:4].decode().strip().upper()
                self.verbs.append(verb)
                if not await self.say(writer, verb):
                    return
                if verb == "DATA" and self.last.startswith(b"354"):
                    body = b""
                    while (line := await reader.readline()) != b".\r\n":
                        if not line:
                            return
                        body += line
                        if self.script.get("cut") and len(body) > 20:
                            return
                    self.bodies.append(body)
                    if not await self.say(writer, "dot"):
                        return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def say(self, writer: asyncio.StreamWriter, verb: str) -> bool:
        said = self.answer(verb)
        self.last = said or b""
        if said is None:
            return False
        writer.write(said)
        await writer.drain()
        return True


def converse(server: Server, act: Callable[[Connection, Outlet], Awaitable[Any]], **outlet: Any) -> Any:
    async def run() -> Any:
        listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        options = {"tls": "none", "timeouts": QUICK} | outlet
        connection = Connection()
        try:
            return await asyncio.wait_for(act(connection, Outlet("127.0.0.1", port, **options)), 10)
        finally:
            await connection.close()
            listener.close()

    return asyncio.run(run())


def send_one(server: Server, **outlet: Any) -> tuple[Result, bool]:
    """The result of one message, and whether its body was begun."""
    begun: list[bool] = []

    async def act(connection: Connection, out: Outlet) -> Result:
        await connection.open(out)
        return await connection.send(ADA, BODY, on_dot=lambda: begun.append(True))

    return converse(server, act, **outlet), bool(begun)


def test_a_message_arrives_as_it_was() -> None:
    server = Server()
    result, begun = send_one(server)
    assert (result.outcome, result.code, result.enhanced, begun) == ("accepted", 250, "2.0.0", True)
    [body] = server.bodies
    assert body.replace(b"\r\n..", b"\r\n.") == BODY
    assert b"\r\n..leading dot" in body


@pytest.mark.parametrize(
    ("script", "outcome", "begun"),
    [
        ({"MAIL": None}, "deferred", False),
        ({"RCPT": None}, "deferred", False),
        ({"DATA": None}, "deferred", False),
        ({"cut": True}, "uncertain", True),
        ({"dot": None}, "uncertain", True),
        ({"MAIL": b"421 4.3.2 closing\r\n"}, "deferred", False),
        ({"RCPT": b"421 closing\r\n"}, "deferred", False),
        ({"DATA": b"421 closing\r\n"}, "deferred", False),
        ({"dot": b"421 closing\r\n"}, "deferred", True),
        ({"MAIL": b"451 4.3.0 later\r\n"}, "deferred", False),
        ({"RCPT": b"450 4.2.0 later\r\n"}, "deferred", False),
        ({"dot": b"451 4.3.0 later\r\n"}, "deferred", True),
        ({"MAIL": b"550 5.7.1 no\r\n"}, "refused", False),
        ({"RCPT": b"550 5.1.1 no such user\r\n"}, "refused", False),
        ({"DATA": b"554 5.5.1 no\r\n"}, "refused", False),
        ({"dot": b"550 5.7.1 spam\r\n"}, "refused", True),
        ({"MAIL": b"hello?\r\n"}, "deferred", False),
        ({"RCPT": b"9" * 3000}, "deferred", False),
        ({"RCPT": b"250-more\r\n" * 200}, "deferred", False),
        ({"dot": b"\x00\xff\r\n"}, "uncertain", True),
        ({"dot": b""}, "uncertain", True),  # no answer in time
        ({"MAIL": b""}, "deferred", False),
    ],
)
def test_every_end_of_a_conversation_has_its_truth(script: dict[str, Any], outcome: str, begun: bool) -> None:
    result, was_begun = send_one(Server(**script))
    assert (result.outcome, was_begun) == (outcome, begun)
    assert result.text


@pytest.mark.parametrize(
    "script",
    [
        {"banner": None},
        {"banner": b"554 go away\r\n"},
        {"banner": b"421 busy\r\n"},
        {"banner": b""},
        {"banner": b"SSH-2.0-OpenSSH\r\n"},
        {"EHLO": None},
        {"EHLO": b"x" * 20_000},
        {"EHLO": b"250-a\r\n" * 5_000},
        {"EHLO": b"550 who are you\r\n"},
    ],
)
def test_a_server_that_does_not_talk_is_told_apart_from_a_refused_message(script: dict[str, Any]) -> None:
    with pytest.raises(SmtpError) as caught:
        send_one(Server(**script))
    assert caught.value.result.stage in ("banner", "ehlo")


def test_starttls_that_was_stripped_is_noticed_when_it_is_demanded() -> None:
    with pytest.raises(SmtpError, match="STARTTLS"):
        send_one(Server(), tls="starttls")


def test_a_password_is_never_sent_in_the_clear_to_another_machine() -> None:
    server = Server(EHLO=EHLO.replace(b"250 ENH", b"250-AUTH PLAIN\r\n250 ENH"))
    outlet = Outlet("mail.example", username="u", password="p")
    assert not outlet.is_local

    async def act(connection: Connection, out: Outlet) -> None:
        object.__setattr__(outlet, "port", out.port)
        object.__setattr__(outlet, "host", "127.0.0.2")  # ours, but not by name
        await connection.open(outlet)

    with pytest.raises(SmtpError):
        converse(server, act)
    assert not any(verb.startswith("AUTH") for verb in server.verbs)


def test_a_refused_recipient_does_not_poison_the_next_message() -> None:
    """RCPT is refused, yet DATA is answered with 354: the client ends it empty, and nothing is delivered."""
    server = Server(
        RCPT=[b"550 5.1.1 no\r\n", b"250 ok\r\n"], dot=[b"554 no valid recipients\r\n", b"250 ok\r\n"]
    )

    async def act(connection: Connection, out: Outlet) -> tuple[Result, Result]:
        await connection.open(out)
        return await connection.send(ADA, BODY), await connection.send(BOB, BODY)

    first, second = converse(server, act)
    assert (first.outcome, first.enhanced, second.outcome) == ("refused", "5.1.1", "accepted")
    assert server.connections == 1
    assert server.bodies[0] == b""
    assert "RSET" in server.verbs


def test_a_421_hits_only_the_message_it_was_said_to() -> None:
    server = Server(RCPT=[b"250 ok\r\n", b"421 enough\r\n"])

    async def act(connection: Connection, out: Outlet) -> list[Result]:
        await connection.open(out)
        return await asyncio.gather(*(connection.send(ADA, BODY) for _ in range(4)))

    outcomes = [result.outcome for result in converse(server, act)]
    assert outcomes == ["accepted", "deferred", "untried", "untried"]


def test_envelopes_travel_with_the_body_before_them() -> None:
    server = Server()

    async def act(connection: Connection, out: Outlet) -> list[Result]:
        await connection.open(out)
        return await asyncio.gather(*(connection.send(ADA, BODY) for _ in range(20)))

    assert {result.outcome for result in converse(server, act)} == {"accepted"}
    assert len(server.bodies) == 20
    assert server.connections == 1


def test_a_result_is_told_before_the_next_message_begins() -> None:
    """Whoever writes both down never has two of one connection in doubt, wherever it is killed."""
    events: list[str] = []

    async def act(connection: Connection, out: Outlet) -> None:
        await connection.open(out)
        await asyncio.gather(
            *(
                connection.send(
                    ADA, BODY, lambda: events.append("begun"), lambda result: events.append(result.outcome)
                )
                for _ in range(5)
            )
        )

    converse(Server(), act)
    assert events == ["begun", "accepted"] * 5


def test_without_pipelining_it_goes_step_by_step() -> None:
    server = Server(EHLO=b"250 test\r\n")

    async def act(connection: Connection, out: Outlet) -> list[Result]:
        await connection.open(out)
        return await asyncio.gather(*(connection.send(ADA, BODY) for _ in range(3)))

    assert {result.outcome for result in converse(server, act)} == {"accepted"}


def test_a_message_that_is_too_large_is_refused_here() -> None:
    result, begun = send_one(Server(EHLO=b"250-test\r\n250 SIZE 10\r\n"))
    assert (result.outcome, result.enhanced, begun) == ("refused", "5.3.4", False)


def test_an_address_outside_ascii_needs_the_servers_word() -> None:
    async def act(connection: Connection, out: Outlet) -> Result:
        await connection.open(out)
        return await connection.send(Envelope("a@x.example", "jörg@x.example"), BODY)

    assert converse(Server(), act).enhanced == "5.6.7"
    utf8 = Server(EHLO=b"250-test\r\n250 SMTPUTF8\r\n")
    assert converse(utf8, act).outcome == "accepted"


@pytest.mark.parametrize(
    "evil", ["a@x.example>\r\nRCPT TO:<b@x.example", "a b@x.example", "", "a@x\x00.example"]
)
def test_no_address_becomes_a_command(evil: str) -> None:
    server = Server()

    async def act(connection: Connection, out: Outlet) -> Result:
        await connection.open(out)
        return await connection.send(Envelope("alice@x.example", evil), BODY)

    assert converse(server, act).outcome == "refused"
    assert "RCPT" not in server.verbs


def test_a_beginning_that_cannot_be_noted_stops_the_message() -> None:
    server = Server()

    def fail() -> None:
        raise OSError("disk full")

    async def act(connection: Connection, out: Outlet) -> None:
        await connection.open(out)
        with pytest.raises(OSError, match="disk full"):
            await connection.send(ADA, BODY, on_dot=fail)

    converse(server, act)
    assert server.bodies == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "opportunistic", None)),
        ("smtp+starttls://u%40x:p%2Fw@mail.example", ("mail.example", 587, "starttls", "u@x")),
        ("smtps://mail.example:4650", ("mail.example", 4650, "implicit", None)),
        ("smtp://mail.example:2525?tls=none", ("mail.example", 2525, "none", None)),
    ],
)
def test_urls(url: str, expected: tuple[Any, ...]) -> None:
    outlet = Outlet.from_url(url)
    assert (outlet.host, outlet.port, outlet.tls, outlet.username) == expected
    if outlet.username:
        assert outlet.password == "p/w"
        assert "p/w" not in repr(outlet)


@pytest.mark.parametrize(
    "url", ["", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x"]
)
def test_bad_urls_are_told(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        Outlet.from_url(url)
