"""The SMTP client while a server fails at each stage, with TLS and without: nothing is lost, nothing
invented.
"""

import asyncio
import datetime
import itertools
import ssl
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from postroom.sending.smtp import Connection, Envelope, Outlet, Result, SmtpError, Timeouts
from postroom.sending.smtp_reply import BadReply, ReplyReader
from tests.support.sink import Rule, Sink

QUICK = Timeouts(
    connect_s=2, banner_s=0.5, ehlo_s=0.5, tls_s=1, auth_s=0.5, mail_s=0.5, rcpt_s=0.5, data_s=0.5, dot_s=0.5
)
FAULTS = ["drop", "reset", "garbage", "endless", "huge", "delay:9"]


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


def outlet(sink: Sink, **changes: object) -> Outlet:
    values = {"host": "127.0.0.1", "port": sink.port, "tls": "none", "helo": "test", "timeouts": QUICK}
    return Outlet(**{**values, **changes})  # type: ignore[arg-type]


def letter(number: int) -> tuple[Envelope, bytes]:
    head = f"Message-ID: <{number}@x>\r\nSubject: {number}\r\n\r\n".encode()
    return Envelope("from@x.example", f"to{number}@x.example"), head + b"line\r\n" * 300


async def send_all(sink: Sink, count: int, **changes: object) -> tuple[list[Result], list[int]]:
    connection = Connection()
    await connection.open(outlet(sink, **changes))
    begun: list[int] = []
    results = await asyncio.gather(
        *(connection.send(*letter(n), on_dot=lambda n=n: begun.append(n)) for n in range(count))
    )
    await connection.close()
    return list(results), begun


def names(results: list[Result]) -> list[str]:
    return [result.outcome for result in results]


@pytest.mark.parametrize("features", [("PIPELINING", "SIZE 1000000"), ("SIZE 1000000",)])
def test_messages_arrive_once_in_order_and_whole(features: tuple[str, ...]) -> None:
    async def test() -> None:
        async with Sink(features=features) as sink:
            results, begun = await send_all(sink, 25)
            assert names(results) == ["accepted"] * 25
            assert begun == list(range(25))
            assert [own for _, own, _ in sink.accepted] == [f"<{n}@x>" for n in range(25)]
            assert sink.accepted[3][2] == letter(3)[1]
            assert sink.connections == 1
            assert sink.lines[-1] == "QUIT"

    run(test)


@pytest.mark.parametrize("do", [*FAULTS, "421 4.3.2 closing", "554 5.7.1 no"])
@pytest.mark.parametrize("stage", ["banner", "ehlo"])
def test_a_server_that_fails_before_the_first_message(stage: str, do: str) -> None:
    async def test() -> None:
        async with Sink(rules=[Rule(stage, do)]) as sink:
            with pytest.raises(SmtpError) as caught:
                await Connection().open(outlet(sink))
            assert caught.value.result.stage == stage
            assert caught.value.result.outcome != "accepted"
            assert caught.value.result.text

    run(test)


def test_an_old_server_is_greeted_with_helo() -> None:
    async def test() -> None:
        async with Sink(rules=[Rule("ehlo", "500 5.5.1 what?")]) as sink:
            results, _ = await send_all(sink, 2)
            assert names(results) == ["accepted"] * 2
            assert sink.lines[1] == "HELO test"

    run(test)


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("turn", [0, 3])
@pytest.mark.parametrize(
    ("stage", "do"),
    [*itertools.product(["mail", "rcpt", "data", "dot", "after"], FAULTS), ("body", "drop")],
)
def test_a_connection_that_ends_in_mid_send(stage: str, do: str, turn: int, pipelining: bool) -> None:
    async def test() -> None:
        features = ("PIPELINING",) if pipelining else ("8BITMIME",)
        async with Sink(rules=[Rule(stage, do, turn)], features=features) as sink:
            results, begun = await send_all(sink, 6)
            there = {int(own[1:-3]) for _, own, _ in sink.accepted}
            late = stage in ("body", "dot", "after")
            for number, result in enumerate(results):
                if result.outcome == "accepted":
                    assert number in there
                elif result.outcome in ("deferred", "untried", "refused"):
                    assert number not in there
                    assert late or number not in begun
            assert names(results)[:turn] == ["accepted"] * turn
            assert results[turn].outcome in (("uncertain",) if late else ("deferred", "untried"))
            assert set(names(results)[turn + 1 :]) <= {"deferred", "untried"}
            assert names(results)[turn + 2 :] == ["untried"] * (4 - turn)

    run(test)


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("reply", ["451 4.3.0 busy", "550 5.7.1 not you"])
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_concerns_its_own_message_only(stage: str, reply: str, pipelining: bool) -> None:
    async def test() -> None:
        features = ("PIPELINING",) if pipelining else ("8BITMIME",)
        outcome = "deferred" if reply.startswith("4") else "refused"
        async with Sink(rules=[Rule(stage, reply, 2)], features=features) as sink:
            results, _ = await send_all(sink, 5)
            assert names(results) == ["accepted", "accepted", outcome, "accepted", "accepted"]
            assert results[2] == Result(outcome, int(reply[:3]), reply[4:9], reply[4:], stage)  # type: ignore[arg-type]
            assert [own for _, own, _ in sink.accepted] == ["<0@x>", "<1@x>", "<3@x>", "<4@x>"]
            assert sink.connections == 1

    run(test)


def test_a_refused_recipient_followed_by_a_go_ahead_delivers_nothing() -> None:
    async def test() -> None:
        rules = [Rule("rcpt", "550 5.1.1 unknown", 1), Rule("data", "354 go on", 1)]
        async with Sink(rules=rules) as sink:
            results, begun = await send_all(sink, 4)
            assert names(results) == ["accepted", "refused", "accepted", "accepted"]
            assert begun == [0, 2, 3]
            assert len(sink.accepted) == 3

    run(test)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_421_touches_only_the_message_it_was_said_to(stage: str) -> None:
    async def test() -> None:
        async with Sink(rules=[Rule(stage, "421 4.3.2 closing", 2)]) as sink:
            results, _ = await send_all(sink, 6)
            assert names(results) == ["accepted", "accepted", "deferred", "untried", "untried", "untried"]
            assert results[2].code == 421

    run(test)


@pytest.mark.parametrize("chunk", [b"250-and so on\r\n" * 10, b"x" * 10_000])
def test_memory_stays_bounded(chunk: bytes) -> None:
    def read_all() -> None:
        reader = ReplyReader()
        for _ in range(1_000):
            list(reader.feed(chunk))

    tracemalloc.start()
    with pytest.raises(BadReply):
        read_all()
    assert tracemalloc.get_traced_memory()[1] < 200_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("chunks", "replies"),
    [
        ([b"250 ok\r\n"], [(250, "ok")]),
        ([b"2", b"50-a\r", b"\n250 b\r\n354 go\r\n"], [(250, "a\nb"), (354, "go")]),
        ([b"250\r\n"], [(250, "")]),
        ([b"250 \xff\r\n"], [(250, "\ufffd")]),
    ],
)
def test_replies_are_read_from_any_pieces(chunks: list[bytes], replies: list[tuple[int, str]]) -> None:
    reader = ReplyReader()
    assert [(r.code, r.text) for chunk in chunks for r in reader.feed(chunk)] == replies


@pytest.mark.parametrize("data", [b"hello\r\n", b"250-a\r\n251 b\r\n", b"999 x\r\n", b"\r\n", b"250=x\r\n"])
def test_what_is_no_reply_is_refused(data: bytes) -> None:
    with pytest.raises(BadReply):
        list(ReplyReader().feed(data))


def test_a_worn_out_or_idle_connection_says_quit() -> None:
    async def test() -> None:
        for changes in ({"max_messages": 3}, {"idle_s": 0.05}):
            async with Sink() as sink:
                connection = Connection()
                await connection.open(outlet(sink, **changes))
                results = await asyncio.gather(*(connection.send(*letter(n)) for n in range(3)))
                assert names(list(results)) == ["accepted"] * 3
                await asyncio.sleep(0.2)
                assert not connection.is_open
                assert sink.lines[-1] == "QUIT"
                assert (await connection.send(*letter(4))).outcome == "untried"

    run(test)


def large(number: int) -> tuple[Envelope, bytes]:
    """More than any kernel takes at once."""
    envelope, body = letter(number)
    return envelope, body + (b"x" * 70 + b"\r\n") * 130_000


async def send_large(out: Outlet, count: int = 3) -> tuple[list[Result], list[int]]:
    connection = Connection()
    await connection.open(out)
    begun: list[int] = []
    results = await asyncio.gather(
        *(connection.send(*large(n), on_dot=lambda n=n: begun.append(n)) for n in range(count))
    )
    await connection.close()
    return list(results), begun


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("mode", ["none", "starttls", "implicit"])
def test_a_connection_lost_in_mid_body_is_no_riddle(
    certificate: Path, mode: str, turn: int, pipelining: bool
) -> None:
    """The dot had not left, so the message was not delivered: it is tried again, and nobody gets a copy."""

    async def test() -> None:
        context = None if mode == "none" else server_context(certificate)
        features = ("PIPELINING",) if pipelining else ("8BITMIME",)
        rules = [Rule("body", "drop", turn)]
        async with Sink(
            rules=rules, features=features, context=context, implicit_tls=mode == "implicit"
        ) as sink:
            changes = {} if mode == "none" else {"host": "localhost", "ssl_context": trusting(certificate)}
            slow = Timeouts(dot_s=15, quit_s=1)
            results, begun = await send_large(outlet(sink, tls=mode, timeouts=slow, **changes))
            assert names(results)[: turn + 1] == ["accepted"] * turn + ["deferred"]
            assert results[turn].stage == "body"
            assert set(names(results)[turn + 1 :]) <= {"untried", "deferred"}
            assert begun == list(range(turn))
            assert [len(body) for _, _, body in sink.accepted] == [len(large(0)[1])] * turn

    run(test)


def test_a_message_that_comes_while_a_large_one_leaves_waits_for_its_dot() -> None:
    """Its envelope must not be written into the body before it."""

    async def test() -> None:
        async with Sink() as sink:
            connection = Connection()
            await connection.open(outlet(sink, timeouts=Timeouts(dot_s=15)))
            first = asyncio.create_task(connection.send(*large(0)))
            async with asyncio.timeout(10):
                while connection._written is None:  # noqa: ASYNC110
                    await asyncio.sleep(0)
            assert not connection._written.dotted
            results = [await connection.send(*letter(1)), await first]
            assert names(results) == ["accepted"] * 2
            assert [body for _, _, body in sink.accepted] == [large(0)[1], letter(1)[1]]
            await connection.close()

    run(test)


@pytest.mark.parametrize(
    ("reply", "outcome"), [(b"552 5.3.4 too large", "refused"), (b"421 4.3.2 closing", "deferred")]
)
def test_an_answer_in_mid_body_ends_the_message_and_the_connection(reply: bytes, outcome: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hasty\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                await reader.read(10_000)
                writer.write(reply + b"\r\n")
                await writer.drain()
                await over.wait()
                break
            writer.write(b"250-hasty\r\n250 PIPELINING\r\n" if line.startswith(b"EHLO") else b"250 ok\r\n")
        writer.close()
        gone.set()

    over, gone = asyncio.Event(), asyncio.Event()

    async def test() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        out = Outlet("127.0.0.1", port, tls="none", timeouts=QUICK)
        results, begun = await send_large(out, 2)
        assert (results[0].outcome, results[0].code, results[0].stage) == (outcome, int(reply[:3]), "body")
        assert results[1].outcome == "untried"
        assert begun == []
        over.set()
        await gone.wait()
        server.close()

    run(test)


def test_a_beginning_that_cannot_be_noted_stops_a_large_message_before_its_dot() -> None:
    async def test() -> None:
        async with Sink() as sink:
            connection = Connection()
            await connection.open(outlet(sink, timeouts=Timeouts(dot_s=15)))

            def fail() -> None:
                raise OSError("disk full")

            with pytest.raises(OSError, match="disk full"):
                await connection.send(*large(0), on_dot=fail)
            await asyncio.sleep(0.1)
            assert sink.accepted == []

    run(test)


def test_a_late_answer_to_the_dot_is_waited_for() -> None:
    async def test() -> None:
        async with Sink(rules=[Rule("after", "delay:0.8", 0)]) as sink:
            results, _ = await send_all(sink, 3, timeouts=Timeouts(dot_s=5))
            assert names(results) == ["accepted"] * 3
            assert len(sink.accepted) == 3

    run(test)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.mark.parametrize("mode", ["opportunistic", "starttls", "implicit"])
@pytest.mark.parametrize("auth", ["AUTH PLAIN LOGIN", "AUTH LOGIN"])
def test_tls_and_signing_in(certificate: Path, mode: str, auth: str) -> None:
    async def test() -> None:
        context = server_context(certificate)
        features = ("PIPELINING", auth)
        async with Sink(context=context, implicit_tls=mode == "implicit", features=features) as sink:
            settings = {"tls": mode, "host": "localhost", "ssl_context": trusting(certificate)}
            results, _ = await send_all(sink, 5, username="u", password="secret", **settings)
            assert names(results) == ["accepted"] * 5
            with pytest.raises(SmtpError) as caught:
                await Connection().open(outlet(sink, username="u", password="wrong", **settings))
            assert (caught.value.result.stage, caught.value.result.code) == ("auth", 535)

    run(test)


def test_a_certificate_nobody_trusts_ends_the_connection(certificate: Path) -> None:
    async def test() -> None:
        async with Sink(context=server_context(certificate)) as sink:
            with pytest.raises(SmtpError) as caught:
                await Connection().open(outlet(sink, tls="starttls", host="localhost"))
            assert caught.value.result.stage == "starttls"
            assert "certificate" in caught.value.result.text

    run(test)


@pytest.mark.parametrize("do", FAULTS)
def test_a_server_that_fails_at_starttls(certificate: Path, do: str) -> None:
    async def test() -> None:
        async with Sink(context=server_context(certificate), rules=[Rule("starttls", do)]) as sink:
            with pytest.raises(SmtpError) as caught:
                await Connection().open(outlet(sink, tls="starttls", ssl_context=trusting(certificate)))
            assert caught.value.result.stage == "starttls"

    run(test)


def test_words_slipped_in_before_tls_end_the_connection(certificate: Path) -> None:
    async def test() -> None:
        rules = [Rule("starttls", "220 go on\r\n250 injected")]
        async with Sink(context=server_context(certificate), rules=rules) as sink:
            with pytest.raises(SmtpError, match="clear text"):
                await Connection().open(outlet(sink, tls="starttls", ssl_context=trusting(certificate)))

    run(test)
