"""Text to bytes that any mail program reads back, and that never become more than they were."""

import email.header
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.sending import mime
from postroom.sending.mime import BadAddress

texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=300)


@given(texts)
def test_quoted_printable_is_read_back(text: str) -> None:
    text = mime.normalise(text)
    coded = mime.encode_qp(text)
    assert quopri.decodestring(coded).decode().replace("\r\n", "\n") == text
    lines = coded.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not any(line.startswith(b".") or line.endswith((b" ", b"\t")) for line in lines)
    assert coded.isascii()


@given(texts)
def test_a_header_is_one_header_and_is_read_back(text: str) -> None:
    coded = mime.encode_header("Subject", text)
    assert coded.endswith(b"\r\n")
    lines = coded[:-2].split(b"\r\n")
    assert all(line.startswith(b" ") for line in lines[1:])
    assert max(map(len, lines)) <= 78
    shown = str(
        email.header.make_header(email.header.decode_header(b"".join(lines).decode().partition(": ")[2]))
    )
    assert "".join(shown.split()) == "".join(mime.one_line(text).split())


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("ada@example.com", "ada@example.com"),
        ("o'neil+news@sub.example.com", "o'neil+news@sub.example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("jörg@example.com", "jörg@example.com"),
        ("postroom@localhost", "postroom@localhost"),
    ],
)
def test_addresses_as_they_are_spoken(address: str, wire: str) -> None:
    assert mime.wire_address(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@b@c.example",
        "<a@example.com>",
        "a@exa mple.com",
        "a\r\n@b.example",
        "a@-example.com",
        "a,b@example.com",
        'a"b@example.com',
        "a@" + "x" * 330,
        "a@exam\x00ple.com",
        "a..b@example.com",
    ],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadAddress):
        mime.wire_address(address)


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        ("", b"From: a@example.com\r\n"),
        ("Ada", b"From: Ada <a@example.com>\r\n"),
        ("Moreno, Ada", b'From: "Moreno, Ada" <a@example.com>\r\n'),
        ('A "B"', b'From: "A \\"B\\"" <a@example.com>\r\n'),
        ("Ada\r\nBcc: x@evil.example", b'From: "Ada Bcc: x@evil.example" <a@example.com>\r\n'),
        ("Jörg", b"From: =?utf-8?b?SsO2cmc=?= <a@example.com>\r\n"),
    ],
)
def test_mailboxes(display: str, expected: bytes) -> None:
    assert mime.encode_mailbox("From", display, "a@example.com") == expected
