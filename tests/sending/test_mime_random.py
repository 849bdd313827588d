"""Random text through quoted-printable, slots and encoded words comes back as it was."""

import email.header
import quopri
from email import message_from_bytes
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from postroom.sending.mime import (
    clean,
    encode_header,
    encode_mailbox,
    encode_qp,
    encode_slot,
    normalise,
    one_line,
)

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400)
spaced = st.text(alphabet="ab =.\t\nä😀", max_size=400)


@given(st.one_of(texts, spaced))
def test_quoted_printable_reads_back(text: str) -> None:
    text = normalise(text)
    coded = encode_qp(text)
    lines = coded.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert all(len(line) <= 76 and not line.startswith(b".") for line in lines)
    assert not any(line.endswith((b" ", b"\t")) for line in lines)
    assert quopri.decodestring(coded).replace(b"\r\n", b"\n").decode() == text


@given(st.one_of(texts, spaced))
def test_a_slot_between_soft_breaks_reads_back(value: str) -> None:
    coded = b"before=\r\n" + encode_slot(value) + b"=\r\nafter"
    assert all(len(line) <= 76 and not line.startswith(b".") for line in coded.split(b"\r\n"))
    assert quopri.decodestring(coded).replace(b"\r\n", b"\n").decode() == f"before{clean(value)}after"


@given(st.one_of(texts, st.text(max_size=200), st.from_regex(r"(=\?utf-8\?b\?|word ){1,30}", fullmatch=True)))
def test_a_subject_reads_back_in_one_header(text: str) -> None:
    line = encode_header("Subject", text)
    assert line.endswith(b"\r\n")
    rows = line[:-2].split(b"\r\n")
    assert all(len(row) <= 76 for row in rows)
    assert all(row.startswith(b" ") for row in rows[1:])
    assert line.isascii()
    unfolded = line[:-2].decode().removeprefix("Subject: ").replace("\r\n ", " ")
    read = str(email.header.make_header(email.header.decode_header(unfolded)))
    assert read.split() == one_line(text).split()


@given(st.text(max_size=150))
def test_any_display_name_reads_back(name: str) -> None:
    message = message_from_bytes(encode_mailbox("From", name, "a@x.example") + b"\r\n", policy=default)
    assert list(message.keys()) == ["From"]
    assert message["From"].addresses[0].addr_spec == "a@x.example"
    if one_line(name).isascii():
        assert message["From"].addresses[0].display_name.split() == one_line(name).split()
    else:  # the standard library's newer reader puts a space between encoded words (RFC 2047 §6.2 says none)
        coded = encode_mailbox("From", name, "a@x.example").decode().removeprefix("From: ")
        shown = coded.replace("\r\n ", " ").removesuffix("<a@x.example>\r\n").strip()
        read = str(email.header.make_header(email.header.decode_header(shown)))
        assert read.split() == one_line(name).split()


def test_cleaning_piece_by_piece_is_cleaning_the_whole() -> None:
    text = "a\x00b\r\nc\ud800d\ufdd0e\x85f\tg"
    assert clean(text) == "".join(map(clean, text)) == "ab\ncdef\tg"
