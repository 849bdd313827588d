"""The message compiler: a letter is taken apart once, each person's message is only put together.

`compile_letter(letter, keyring)` parses, marks links and encodes everything that is the same for all.
`CompiledMessage.assemble(recipient)` fills in values and signed tokens; it costs some tens of microseconds.
Every slot begins at column 0 of a quoted-printable line, so that what stands around it is encoded but once.
`CompiledMessage.assemble_slowly` renders the whole templates and builds the message with the standard
library: the plain way, kept as the oracle of the tests and the naive side of the measurement.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from postroom.content import links, liquid
from postroom.content.render import PIXEL_MARK
from postroom.lib.signing import Keyring
from postroom.sending import mime, parts
from postroom.sending.filling import Filling
from postroom.sending.letter import Letter, LetterFault, Recipient
from postroom.sending.pixel import pixel_tag

__all__ = ["CompiledMessage", "Letter", "LetterFault", "Recipient", "compile_letter"]

MAX_MESSAGE_BYTES = 10_000_000
_SOFT = b"=\r\n"
_NAMES = re.compile("|".join(parts.SYSTEM_URLS))


class CompiledMessage:
    """A letter ready to be sent to anybody. Safe to use from several threads."""

    def __init__(self, letter: Letter, keyring: Keyring) -> None:
        self.letter = letter
        self.keyring = keyring
        self.signer = links.LinkSigner(keyring, letter.account_id, letter.send_id, letter.send_day)
        self._identity = keyring.start("message.id", 8)
        own = [f"{letter.edge_url}/u/"]
        own += [f"{letter.public_url}/{name}/" for name in ("unsubscribe", "preferences", "confirm")]
        self._table = parts.LinkTable(letter.track_clicks, tuple(own))
        self._click_base = f"{letter.edge_url}/c/"
        self._subject = _part("subject", " ".join(letter.subject.split()), letter)
        self._html = None if letter.html is None else _part("html", self._marked_html(letter.html), letter)
        self._text = _part(
            "text", parts.mark_text(mime.normalise(letter.text).rstrip("\n") + "\n", self._table), letter
        )
        source = letter.subject + (letter.html or "") + letter.text
        self.system_names = sorted(set(_NAMES.findall(source)))
        self._static_links = [
            (links.pack_number(no), url.encode()) for no, url in enumerate(self._table.urls)
        ]
        self._boundary = "=_" + blake2b(source.encode("utf-8", "replace"), digest_size=12).hexdigest()
        self._pieces: list[bytes] = []
        self._slots: list[tuple[int, Callable[[Filling], bytes]]] = []
        self._link_places: list[tuple[int, int]] = []
        self._lay_out()

    @property
    def links(self) -> list[str]:
        """The addresses behind the link numbers, as they stand in the letter."""
        return list(self._table.urls)

    @property
    def needs_tags(self) -> bool:
        """Whether the letter asks for the tags of its reader."""
        return "tags" in self.letter.subject + (self.letter.html or "") + self.letter.text

    @property
    def static_bytes(self) -> int:
        """The size of what is the same for everybody; a message is this plus its values and tokens."""
        return sum(map(len, self._pieces))

    def message_id(self, recipient_id: int, nth: int = 0) -> str:
        """The Message-ID without its brackets: the same on every try."""
        state = self._identity.copy()
        state.update(self.signer.start(recipient_id, nth))
        return f"{self.letter.send_id}.{recipient_id}.{nth}.{state.hexdigest()}@{self.letter.domain}"

    def assemble(self, recipient: Recipient, at: datetime | None = None) -> bytes:
        """The finished message with CRLF line ends. `at` is its Date (default: now). Raises LetterFault."""
        run = Filling(self, recipient)
        out = self._pieces.copy()
        if self._link_places:
            click, start = self.signer.click, run.start
            tokens = [click(start, number, url) for number, url in self._static_links]
            for place, no in self._link_places:
                out[place] = tokens[no]
        out[1] = self._headers(recipient, at)
        for place, make in self._slots:
            out[place] = make(run)
        message = b"".join(out)
        if len(message) > MAX_MESSAGE_BYTES:
            raise LetterFault("html", f"This message has {len(message):,} bytes; keep it under 10 MB.")
        return message

    def subject_for(self, recipient: Recipient) -> str:
        """The subject this person gets, as text."""
        return mime.one_line(self._render(self._subject, "subject", Filling(self, recipient)))

    def parts_for(self, recipient: Recipient) -> tuple[str, str | None]:
        """The text part and the HTML part this person gets, links and all."""
        run = Filling(self, recipient)
        text = self._render(self._text, "text", run)
        return text, None if self._html is None else self._render(self._html, "html", run)

    def assemble_slowly(self, recipient: Recipient, at: datetime | None = None) -> bytes:
        """The same message made the plain way: whole templates rendered, the standard library's encoder."""
        text, html_ = self.parts_for(recipient)
        message = EmailMessage(policy=SMTP)
        lines = (self._pieces[0] + self._headers(recipient, at) + self._list_headers_for(recipient)).decode()
        for line in lines.replace("\r\n ", "\n ").split("\r\n"):
            name, _, value = line.partition(": ")
            if name and name not in ("Subject", "MIME-Version"):
                message[name] = value.replace("\n", "")
        message["Subject"] = self.subject_for(recipient)
        message.set_content(text, cte="quoted-printable")
        if html_ is not None:
            message.add_alternative(html_, subtype="html", cte="quoted-printable")
        return message.as_bytes()

    # Taking apart.

    def _marked_html(self, source: str) -> str:
        source = mime.normalise(source).rstrip("\n") + "\n"
        pixel = ""
        if self.letter.track_opens:
            pixel = pixel_tag(f"{self.letter.edge_url}/o/{parts.PIXEL}")
            if PIXEL_MARK not in source:
                end = source.lower().rfind("</body>")
                end = len(source) if end < 0 else end
                source = source[:end] + PIXEL_MARK + source[end:]
        marked = parts.mark_html(source, self._table)
        return marked.replace(PIXEL_MARK, pixel, 1).replace(PIXEL_MARK, "")

    def _lay_out(self) -> None:
        self._pieces.append(self._fixed_headers())
        self._pieces.append(b"")
        self._lay_out_subject()
        self._lay_out_list_headers()
        if self._html is None:
            self._static(b"MIME-Version: 1.0\r\n" + _part_head("plain") + b"\r\n")
            self._lay_out_part(self._text, "text")
            return
        mark = self._boundary.encode()
        kind = b'Content-Type: multipart/alternative;\r\n boundary="' + mark + b'"\r\n\r\n'
        self._static(b"MIME-Version: 1.0\r\n" + kind)
        self._static(b"--" + mark + b"\r\n" + _part_head("plain") + b"\r\n")
        self._lay_out_part(self._text, "text")
        self._static(b"\r\n--" + mark + b"\r\n" + _part_head("html") + b"\r\n")
        self._lay_out_part(self._html, "html")
        self._static(b"\r\n--" + mark + b"--\r\n")

    def _fixed_headers(self) -> bytes:
        letter = self.letter
        try:
            head = mime.encode_mailbox("From", letter.from_name, letter.from_email)
            if letter.reply_to:
                head += mime.encode_mailbox("Reply-To", "", letter.reply_to)
        except mime.BadAddress as error:
            raise LetterFault("from", str(error)) from error
        if letter.bulk:
            name = mime.one_line(letter.list_name or letter.from_name)
            shown = name if re.fullmatch(r"[A-Za-z0-9 ]{0,40}", name) else ""
            list_id = f"<list.{letter.account_id}.{letter.domain}>"
            head += f"List-Id: {shown} {list_id}\r\n".replace(":  ", ": ").encode()
            head += f"Feedback-ID: {letter.send_id}:{letter.account_id}:{letter.kind}:postroom\r\n".encode()
            return head + b"Precedence: bulk\r\n"
        return head + b"Auto-Submitted: auto-generated\r\n"

    def _headers(self, recipient: Recipient, at: datetime | None) -> bytes:
        try:
            address = mime.wire_address(recipient.email)
        except mime.BadAddress as error:
            raise LetterFault("to", str(error)) from error
        date = _date_of(int(time.time())) if at is None else mime.format_date(at).decode()
        own = self.message_id(recipient.id, recipient.nth)
        return f"To: {address}\r\nDate: {date}\r\nMessage-ID: <{own}>\r\n".encode()

    def _lay_out_subject(self) -> None:
        part = self._subject
        if part.is_static:
            text = "".join(segment.text for segment in part.segments if isinstance(segment, parts.Static))
            self._static(mime.encode_header("Subject", text))
            return
        self._slot(lambda run: mime.encode_header("Subject", self._render(part, "subject", run)))

    def _lay_out_list_headers(self) -> None:
        if not self.letter.bulk:
            return
        self._static(f"List-Unsubscribe: <{self.letter.edge_url}/u/".encode())
        self._slot(lambda run: self.signer.unsubscribe(run.start))
        self._static(b">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")

    def _list_headers_for(self, recipient: Recipient) -> bytes:
        if not self.letter.bulk:
            return b""
        token = self.signer.unsubscribe(self.signer.start(recipient.id, recipient.nth)).decode()
        url = f"{self.letter.edge_url}/u/{token}"
        return f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode()

    def _lay_out_part(self, part: parts.Part, name: str) -> None:
        """Each slot stands alone on its line, a soft break on either side."""
        text = ""
        after_slot = False
        for segment in part.segments:
            if isinstance(segment, parts.Static):
                text += segment.text
                continue
            number = segment.number if isinstance(segment, parts.StaticLink) else None
            text += self._click_base if number is not None else ""
            self._text_piece(text, after_slot, before_slot=True)
            self._part_slot(part, name, segment)
            text = (
                ""
                if number is None
                else "/" + links.encode_destination(self._static_links[number][1]).decode()
            )
            after_slot = True
        self._text_piece(text, after_slot, before_slot=False)

    def _text_piece(self, text: str, after_slot: bool, *, before_slot: bool) -> None:
        coded = mime.encode_qp(text)
        if before_slot and coded and not coded.endswith(b"\r\n"):
            coded = mime.leave_room(coded) + _SOFT
        self._static((_SOFT if after_slot else b"") + coded)

    def _part_slot(self, part: parts.Part, name: str, segment: parts.Segment) -> None:
        match segment:
            case parts.StaticLink(number):
                self._link_places.append((len(self._pieces), number))
                self._pieces.append(b"")
            case parts.Pixel():
                self._slot(lambda run: self.signer.open(run.start))
            case parts.System(system):
                self._slot(lambda run: mime.encode_slot(run.system(system, part.html)))
            case parts.Lookup(read):
                self._slot(lambda run: mime.encode_slot(_read(read, run, name)))
            case _:
                self._slot(lambda run: mime.encode_slot(self._render_segment(segment, part, name, run)))

    def _static(self, data: bytes) -> None:
        # Pieces 0 and 1 are the fixed headers and the place of a person's own.
        if self._pieces and len(self._pieces) > 2 and not self._is_slot(len(self._pieces) - 1):
            self._pieces[-1] += data
        else:
            self._pieces.append(data)

    def _is_slot(self, place: int) -> bool:
        last_slot = self._slots[-1][0] if self._slots else -1
        last_link = self._link_places[-1][0] if self._link_places else -1
        return place in (last_slot, last_link)

    def _slot(self, make: Callable[[Filling], bytes]) -> None:
        self._slots.append((len(self._pieces), make))
        self._pieces.append(b"")

    # Putting together.

    def _render(self, part: parts.Part, name: str, run: Filling) -> str:
        """The whole part as text, without the compiled pieces."""
        if self.letter.is_plain:
            return "".join(segment.text for segment in part.segments if isinstance(segment, parts.Static))
        try:
            text = liquid.render(part.template, run.globals(part.html))
        except liquid.LiquidFault as fault:
            raise LetterFault(name, str(fault), fault.line) from fault
        return mime.clean(self._finish(text, part, run))

    def _render_segment(self, segment: parts.Segment, part: parts.Part, name: str, run: Filling) -> str:
        assert isinstance(segment, parts.Nodes)
        try:
            text = parts.render_nodes(segment.nodes, run.context(part))
        except liquid.LiquidFault as fault:
            raise LetterFault(name, str(fault), fault.line) from fault
        if segment.number is not None:
            return self._link(segment.number, text, part.html, run)
        return self._finish(text, part, run) if parts.BEGIN in text or parts.PIXEL in text else text

    def _finish(self, text: str, part: parts.Part, run: Filling) -> str:
        return parts.substitute(
            text,
            lambda number, address: self._link(number, address, part.html, run),
            lambda: self.signer.open(run.start).decode(),
        )

    def _link(self, number: str, address: str | None, html_: bool, run: Filling) -> str:
        """The final address of one link; `address` is what its Liquid gave, None when it needs none."""
        if address is None:
            url = self._table.urls[int(number)]
        else:
            url = parts.wire_url(mime.clean(html.unescape(address) if html_ else address))
        if number and self._table.may_track(url):
            raw = url.encode()
            token = self.signer.click(run.start, links.pack_number(int(number)), raw)
            return f"{self._click_base}{token.decode()}/{links.encode_destination(raw).decode()}"
        return html.escape(parts.safe_href(url)) if html_ else url


def compile_letter(letter: Letter, keyring: Keyring) -> CompiledMessage:
    """The letter taken apart. Raises LetterFault, which names the part and says what to change."""
    return CompiledMessage(letter, keyring)


def _part(name: str, source: str, letter: Letter) -> parts.Part:
    if name == "subject":
        source = mime.clean(source)
    try:
        return parts.take_apart(
            source,
            html=name == "html",
            aliases=letter.aliases,
            constants=letter.variables,
            plain=letter.is_plain,
        )
    except liquid.LiquidFault as fault:
        raise LetterFault(name, fault.message, fault.line) from fault


def _read(read: Callable[[Mapping[str, Any]], str], run: Filling, name: str) -> str:
    try:
        return read(run.values)
    except liquid.LiquidFault as fault:
        raise LetterFault(name, str(fault), fault.line) from fault


def _part_head(subtype: str) -> bytes:
    kind = f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    return f"{kind}Content-Transfer-Encoding: quoted-printable\r\n".encode()


@lru_cache(maxsize=4)
def _date_of(second: int) -> str:
    return mime.format_date(datetime.fromtimestamp(second, UTC)).decode()
