"""One part of a letter (HTML, text or subject), taken apart once so that a person's copy is only put
together.

The source's links become marks, then python-liquid parses it. What is the same for everybody is static text;
a plain `{{ subscriber.x | default: "y" }}` becomes a look-up; everything else stays a Liquid node, rendered
for each person. Marks are noncharacters, which `mime.clean` removes from all that comes from outside.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidInterrupt
from liquid.stringify import to_liquid_string

from postroom.content import links, liquid
from postroom.sending.mime import clean

BEGIN, MIDDLE, END, PIXEL = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""A link is BEGIN number END; one whose address holds Liquid is BEGIN number MIDDLE address END."""

SYSTEM_URLS = (
    "unsubscribe_url",
    "unsubscribe_link",
    "subscriber_preferences_url",
    "subscriber_preferences_link",
)
"""Variables that hold links of the house's own, which are never tracked."""

_MARK = re.compile(f"{BEGIN}(\\d*)(?:{MIDDLE}([^{END}]*))?{END}|{PIXEL}")
_OPENING = re.compile(f"({BEGIN}\\d*{END}|{BEGIN}\\d*{MIDDLE}|{END}|{PIXEL})")
_ANCHOR = re.compile(r"""<(?:a|area)\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_HREF = re.compile(r"""(\shref\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TEXT_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BLOCK = re.compile(r"\{%-?\s*(end)?(if|unless|for|case|tablerow|capture|raw|comment|ifchanged)\b")
_SYSTEM = re.compile(r"\{\{-?\s*(" + "|".join(SYSTEM_URLS) + r")\s*-?\}\}\Z")
_SAFE_URL = "!#$%&'()*+,/:;=?@[]~"
_HARMLESS = re.compile(r"(mailto|tel|sms):", re.IGNORECASE)


@dataclass
class LinkTable:
    """The letter's links by number. The same address has the same number in both parts."""

    track: bool
    own_prefixes: tuple[str, ...]
    urls: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, source: str) -> int:
        """The number of an address, as it stands in the letter (Liquid included)."""
        if source not in self._numbers:
            self._numbers[source] = len(self.urls)
            self.urls.append(source)
        return self._numbers[source]

    def may_track(self, url: str) -> bool:
        """Whether clicks on this final address are counted."""
        return (
            self.track
            and links.is_http(url)
            and len(url) < links.MAX_DESTINATION_CHARS * 3 // 4
            and not url.startswith(self.own_prefixes)
        )


@dataclass(frozen=True, slots=True)
class Static:
    """Text that is the same for everybody."""

    text: str


@dataclass(frozen=True, slots=True)
class StaticLink:
    """A tracked link whose address is the same for everybody."""

    number: int


@dataclass(frozen=True, slots=True)
class Pixel:
    """The place of the open pixel's token."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value read straight from the person's data."""

    read: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class System:
    """One of the house's own links, alone in its output."""

    name: str


@dataclass(frozen=True, slots=True)
class Nodes:
    """Liquid to be rendered for each person. `number` is set when its output is a link's address ("" =
    untracked).
    """

    nodes: tuple[Node, ...]
    number: str | None = None


Segment = Static | StaticLink | Pixel | Lookup | System | Nodes


@dataclass(frozen=True)
class Part:
    """A part ready to be put together: its segments in order and the whole template they came from."""

    template: BoundTemplate
    segments: tuple[Segment, ...]
    html: bool
    needs_engine: bool

    @property
    def is_static(self) -> bool:
        """Whether everybody gets the same."""
        return all(isinstance(segment, Static) for segment in self.segments)


def mark_html(source: str, table: LinkTable) -> str:
    """HTML whose links are marks. Addresses that are no http, mailto or tel link become `#`."""
    masked, pieces = liquid.mask(source)

    def anchor(tag: re.Match[str]) -> str:
        return _HREF.sub(lambda href: _mark_href(href, pieces, table), tag[0], count=1)

    return liquid.unmask(_ANCHOR.sub(anchor, masked), pieces)


def mark_text(source: str, table: LinkTable) -> str:
    """A text part whose addresses are marks."""
    if not table.track:
        return source
    masked, pieces = liquid.mask(source)

    def address(found: re.Match[str]) -> str:
        url, tail = _split_tail(found[0])
        if "\ufdd4" not in url:
            final = wire_url(url)
            if not table.may_track(final):
                return found[0]
            return f"{BEGIN}{table.number(final)}{END}{tail}"
        if not _is_balanced(url, pieces):
            return found[0]
        return f"{BEGIN}{table.number(liquid.unmask(url, pieces))}{MIDDLE}{url}{END}{tail}"

    return liquid.unmask(_TEXT_URL.sub(address, masked), pieces)


def take_apart(
    source: str,
    *,
    html: bool,
    aliases: Mapping[str, str],
    constants: Mapping[str, Any] | None = None,
    plain: bool = False,
) -> Part:
    """The part of a marked source. Raises LiquidFault.

    `constants` are variables that are the same for everybody; `plain` means that the source holds no Liquid.
    """
    if plain:
        template = liquid.environment(html).from_string("")
        return Part(template, tuple(_split(source)), html, False)
    template = liquid.parse(source, html=html)
    quick = not _sets_names(template)
    segments: list[Segment] = []
    address: list[Node] | None = None
    number = ""
    for node in template.nodes:
        for piece in _pieces(node):
            if isinstance(piece, str) and piece.startswith(BEGIN) and piece.endswith(MIDDLE):
                address, number = [], piece[1:-1]
            elif piece == END and address is not None:
                segments.append(Nodes(tuple(address), number))
                address = None
            elif address is not None:
                address.append(ContentNode(node.token, piece) if isinstance(piece, str) else piece)
            elif isinstance(piece, str):
                segments.extend(_split(piece))
            else:
                short = _shorten(piece, template, aliases, constants or {}) if quick else None
                segments.append(short or Nodes((piece,)))
    merged = tuple(_merge(segments))
    return Part(template, merged, html, any(isinstance(segment, Nodes) for segment in merged))


def render_nodes(nodes: Sequence[Node], context: RenderContext) -> str:
    """The output of some nodes. Raises LiquidFault."""
    try:
        if len(nodes) == 1 and type(nodes[0]) is OutputNode:
            return to_liquid_string(nodes[0].expression.evaluate(context), context.autoescape)
        buffer = context.get_buffer()
        for node in nodes:
            node.render(context, buffer)
        return buffer.getvalue()
    except LiquidInterrupt as error:
        raise liquid.LiquidFault(f"“{error}” stands outside of a loop.") from error
    except Exception as error:
        raise liquid.explain_render(error) from error


def substitute(text: str, link: Callable[[str, str | None], str], pixel: Callable[[], str]) -> str:
    """`text` with its marks replaced: `link(number, address)`, address None where it is the table's."""
    return _MARK.sub(lambda mark: pixel() if mark[0] == PIXEL else link(mark[1], mark[2]), text)


def wire_url(url: str) -> str:
    """An address with everything percent-encoded that may not stand in a Location header."""
    return quote(url.strip(), safe=_SAFE_URL)


def safe_href(url: str) -> str:
    """An untracked address, or `#` when a reader should not be led there."""
    url = wire_url(url)
    return url if links.is_http(url) or _HARMLESS.match(url) or url.startswith("#") else "#"


def _mark_href(href: re.Match[str], pieces: list[str], table: LinkTable) -> str:
    raw = next(value for value in href.groups()[1:] if value is not None)
    before = href[1]
    if "\ufdd4" not in raw:
        url = wire_url(html.unescape(raw))
        if table.may_track(url):
            return f'{before}"{BEGIN}{table.number(url)}{END}"'
        return f'{before}"{html.escape(safe_href(url))}"'
    source = liquid.unmask(raw, pieces)
    if _SYSTEM.match(source.strip()) or not _is_balanced(raw, pieces):
        return href[0]
    number = str(table.number(html.unescape(source))) if table.track else ""
    return f'{before}"{BEGIN}{number}{MIDDLE}{raw}{END}"'


def _is_balanced(text: str, pieces: list[str]) -> bool:
    """Whether the blocks that begin in this address also end in it."""
    depth = 0
    for mark in liquid.MARK.finditer(text):
        block = _BLOCK.match(pieces[int(mark[1])])
        if block:
            depth += -1 if block[1] else 1
    return depth == 0


def _split_tail(url: str) -> tuple[str, str]:
    end = len(url)
    while end and url[end - 1] in ".,;:!?'*_)]}":
        if url[end - 1] == ")" and url.count("(", 0, end) >= url.count(")", 0, end):
            break
        end -= 1
    return url[:end], url[end:]


def _pieces(node: Node) -> Sequence[str | Node]:
    if isinstance(node, ContentNode):
        return [piece for piece in _OPENING.split(node.text) if piece]
    return [node]


def _split(text: str) -> list[Segment]:
    found: list[Segment] = []
    for piece in _OPENING.split(text):
        if piece == PIXEL:
            found.append(Pixel())
        elif piece.startswith(BEGIN) and piece.endswith(END):
            found.append(StaticLink(int(piece[1:-1])))
        elif piece:
            found.append(Static(piece))
    return found


def _merge(segments: list[Segment]) -> list[Segment]:
    merged: list[Segment] = []
    for segment in segments:
        if merged and isinstance(segment, Static) and isinstance(merged[-1], Static):
            merged[-1] = Static(merged[-1].text + segment.text)
        else:
            merged.append(segment)
    return merged


def _sets_names(template: BoundTemplate) -> bool:
    """Whether the template sets variables of its own, so that a look-up could miss what it set."""
    return any(
        list(node.template_scope()) or type(node).__name__ in ("IncrementNode", "DecrementNode", "LiquidNode")
        for node in liquid.walk(template.nodes)
    )


def _shorten(
    node: Node, template: BoundTemplate, aliases: Mapping[str, str], constants: Mapping[str, Any]
) -> Segment | None:
    """What an output comes to without the engine, or None when it needs it."""
    if type(node) is not OutputNode or type(node.expression) is not FilteredExpression:
        return None
    path = node.expression.left
    if type(path) is not Path or not all(isinstance(segment, str) for segment in path.path):
        return None
    names = [str(segment) for segment in path.path]
    if len(names) == 1 and names[0] in SYSTEM_URLS and not node.expression.filters:
        return System(names[0])
    if names[0] in constants and names[0] not in SYSTEM_URLS and _is_literal(node.expression):
        context = template.context_class(template, globals=constants)
        # Markup would escape whatever is joined to it.
        return Static(str.__str__(clean(render_nodes((node,), context))))
    if len(names) != 2 or names[0] != "subscriber" or names[1].lower() in {*aliases, "tags"}:
        return None
    return _lookup(names[1].lower(), node.expression, template) if _is_literal(node.expression) else None


def _is_literal(expression: FilteredExpression) -> bool:
    """Whether the arguments of all filters are written out."""
    return all(
        not argument.children() and type(argument) is not Path
        for applied in expression.filters or ()
        for argument in applied.children()
    )


def _lookup(key: str, expression: FilteredExpression, template: BoundTemplate) -> Lookup | None:
    html_ = template.env.autoescape
    context = RenderContext(template)
    chain = []
    for applied in expression.filters or ():
        func = template.env.filters[applied.name]
        if getattr(func, "with_context", False) or getattr(func, "with_environment", False):
            return None
        args, kwargs = applied.evaluate_args(context)
        chain.append((applied.name, func, args, kwargs))
    if len(chain) == 1 and chain[0][0] == "default" and len(chain[0][2]) == 1 and not chain[0][3]:
        return Lookup(_read_or(key, str(to_liquid_string(chain[0][2][0], html_)), html_))
    return Lookup(_read_through(key, chain, html_, template))


def _read_or(key: str, fallback: str, html_: bool) -> Callable[[Mapping[str, Any]], str]:
    def read(values: Mapping[str, Any]) -> str:
        value = values.get(key)
        if value is None or value == "" or value is False:
            return fallback
        return to_liquid_string(value, html_)

    return read


def _read_through(
    key: str, chain: list[tuple[str, Any, Any, Any]], html_: bool, template: BoundTemplate
) -> Callable[[Mapping[str, Any]], str]:
    missing = template.env.undefined(key)

    def read(values: Mapping[str, Any]) -> str:
        value = values.get(key, missing)
        try:
            for _, func, args, kwargs in chain:
                value = func(value, *args, **kwargs)
            return to_liquid_string(value, html_)
        except Exception as error:
            raise liquid.explain_render(error) from error

    return read
