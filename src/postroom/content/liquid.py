"""Liquid for letters: python-liquid with limits, since creators are untrusted authors.

Look-ups on `subscriber` ignore case, and keys that a custom field had before it was renamed keep working.
HTML is escaped on output; subject and text part are not. `include`, `render` and the filter `safe` do not
exist here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions.primitive import RangeLiteral, StringLiteral
from liquid.exceptions import (
    FilterArgumentError,
    LiquidError,
    LiquidSyntaxError,
    LoopIterationLimitError,
    OutputStreamLimitError,
)
from liquid.expression import Expression

MAX_LOOPS = 10_000
MAX_OUTPUT_BYTES = 1_000_000
MAX_NAMESPACE_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_SOURCE_CHARS = 1_000_000
MAX_NUMBER = 10**30

MAX_TAG_CHARS = 10_000
MAX_WORK = 2_000_000
"""Characters that all filters of one message may read and write; an item of a list counts as several."""
_ITEM_WORK = 20

_OPEN = re.compile(r"\{\{|\{%")
_WHOLE = re.compile(r"\{%-?\s*(raw|comment|doc)\s*-?%\}")
_END = {name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}") for name in ("raw", "comment", "doc")}


class LiquidFault(Exception):
    """A template that cannot be used. `message` says what to change, `line` where (1-based, or None)."""

    code = "liquid_invalid"

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {message}" if line else message)
        self.message = message
        self.line = line


class LiquidBomb(LiquidFault):
    """A template that passed a limit while it was rendered."""

    code = "liquid_too_much"


class Subscriber(Mapping[str, object]):
    """What a template sees as `subscriber`: lower-case keys, looked up in any case, old keys by `aliases`."""

    __slots__ = ("_aliases", "_values")

    def __init__(self, values: Mapping[str, object], aliases: Mapping[str, str] | None = None) -> None:
        self._values = values
        self._aliases = aliases or {}

    def __getitem__(self, key: str) -> object:
        name = str(key).lower()
        if name in self._values:
            return self._values[name]
        return self._values[self._aliases[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        return str(self._values.get("email_address", ""))


class _Context(RenderContext):
    """Counts every iteration of a letter, where the library only multiplies the loops that stand in one
    another.
    """

    __slots__ = ("iterations",)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.iterations = getattr(self, "iterations", 0) + length
        if self.iterations > MAX_LOOPS:
            raise LoopIterationLimitError("loop iteration limit reached", token=None)


class _Template(BoundTemplate):
    context_class = _Context


class _Environment(Environment):
    block_nesting_limit = MAX_DEPTH
    context_depth_limit = MAX_DEPTH
    loop_iteration_limit = MAX_LOOPS
    local_namespace_limit = MAX_NAMESPACE_BYTES
    output_stream_limit = MAX_OUTPUT_BYTES
    template_class = _Template

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        for tag in ("include", "render"):
            del self.tags[tag]
        del self.filters["safe"]
        for name, func in self.filters.items():
            self.filters[name] = _guard(func)
        self.filters["replace"] = _guard_replace(self.filters["replace"])


@dataclass(frozen=True, slots=True)
class Variables:
    """What a template reads: `subscriber` keys (lower case) and other root names; `assigns` when it sets its
    own.
    """

    subscriber: frozenset[str]
    roots: frozenset[str]
    assigns: bool


@lru_cache(maxsize=2)
def environment(html: bool) -> Environment:
    """The environment for HTML (escapes on output) or for subjects and text parts (does not)."""
    return _Environment(autoescape=html)


def parse(source: str, *, html: bool) -> BoundTemplate:
    """The parsed template. Raises LiquidFault with the line and what to change."""
    if len(source) > MAX_SOURCE_CHARS:
        raise LiquidFault(f"The text is too long: keep it under {MAX_SOURCE_CHARS:,} characters.")
    _refuse_open_ends(source)
    try:
        template = environment(html).from_string(source)
    except LiquidError as error:
        raise _explain(error, source) from error
    except RecursionError as error:
        raise LiquidFault(f"Tags are nested too deeply: keep to {MAX_DEPTH} levels.") from error
    _check_expressions(template)
    if html:
        _refuse_markup_in_strings(template)
    return template


def render(template: BoundTemplate, values: Mapping[str, object]) -> str:
    """The template with `values`. Raises LiquidBomb past a limit, LiquidFault for any other error."""
    begin_message()
    try:
        return template.render(**values)
    except Exception as error:  # filters raise whatever odd values make them raise
        raise explain_render(error) from error


def begin_message() -> None:
    """What follows in this thread is one message: its filters may do `MAX_WORK` anew."""
    _left.work = MAX_WORK


class _Left(threading.local):
    work = MAX_WORK


_left = _Left()


def explain_render(error: Exception) -> LiquidFault:
    """The fault to raise for an error that python-liquid raised while rendering."""
    if isinstance(error, (LoopIterationLimitError, OutputStreamLimitError)) or "limit" in str(error):
        return LiquidBomb(
            f"This template does too much for one letter. Keep to {MAX_LOOPS:,} loop turns and 1 MB of"
            " output.",
            _line(error),
        )
    message = error.message if isinstance(error, LiquidError) else "a value does not fit what is done with it"
    return LiquidFault(f"Liquid could not be worked out: {message}.", _line(error))


def find_variables(source: str) -> Variables:
    """Which names the template reads. Raises LiquidFault when it cannot be parsed."""
    template = parse(source, html=False)
    try:
        analysis = template.analyze()
    except LiquidError as error:
        raise _explain(error, source) from error
    keys: set[str] = set()
    for found in analysis.variables.values():
        for variable in found:
            segments = variable.segments
            if len(segments) > 1 and str(segments[0]).lower() == "subscriber":
                keys.add(str(segments[1]).lower())
    roots = frozenset(str(name) for name in analysis.globals)
    return Variables(frozenset(keys), roots, bool(analysis.locals))


def quote(text: str, *, html: bool) -> str:
    """`text` as a Liquid string literal that prints exactly `text` (escaped when the template is HTML)."""
    if html:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"\s+", " ", text).replace("\\", "").replace("}}", "} }").replace("%}", "% }")
    text = text.replace("{{", "{ {").replace("{%", "{ %")
    if '"' in text and "'" in text:
        text = text.replace('"', "&quot;" if html else "”")
    return f"'{text}'" if '"' in text else f'"{text}"'


def mask(source: str, *, open_raw: bool = False) -> tuple[str, list[str]]:
    """`source` with every piece of Liquid replaced by a mark that no HTML parser touches, and the pieces.

    A piece is one tag, one output, or a whole raw, comment or doc block. With `open_raw` the inside of a raw
    block stays in the text, for it is printed as it stands and must be cleaned like everything else. Marks
    that stood in `source` already are taken out: they are noncharacters, which no text means to hold.
    """
    source = _FOREIGN.sub("", source)
    pieces: list[str] = []
    out: list[str] = []
    at = 0
    spans = _spans(source, [])
    for start, end in _open_raw(source, spans) if open_raw else spans:
        out += [source[at:start], f"\ufdd4{len(pieces)}\ufdd5"]
        pieces.append(source[start:end])
        at = end
    return "".join([*out, source[at:]]), pieces


def _spans(source: str, open_at: list[int]) -> Iterator[tuple[int, int]]:
    """Where each piece begins and ends; where one begins that never ends is put into `open_at`.

    Time is linear: what was not found once is not looked for again.
    """
    missing: set[str] = set()
    at = 0
    while found := _OPEN.search(source, at):
        start = found.start()
        at = found.end()
        end = _end_of_block(source, start, missing, open_at)
        if end < 0:
            closing = "}}" if found[0] == "{{" else "%}"
            end = -1 if closing in missing else source.find(closing, at)
            if end < 0:
                missing.add(closing)
                open_at.append(start)
                continue
            end += 2
        yield start, end
        at = end


def _open_raw(source: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans with those of raw blocks parted into their two tags."""
    for start, end in spans:
        block = _WHOLE.match(source, start)
        if block is None or block[1] != "raw" or block.end() >= end:
            yield start, end
            continue
        yield start, block.end()
        yield source.rindex("{%", start, end), end


def _end_of_block(source: str, start: int, missing: set[str], open_at: list[int]) -> int:
    """The end of a raw, comment or doc block that begins here, else -1."""
    block = _WHOLE.match(source, start)
    if block is None:
        return -1
    last = None if block[1] in missing else _END[block[1]].search(source, block.end())
    if last is None:
        missing.add(block[1])
        open_at.append(start)
        return -1
    return last.end()


def _refuse_open_ends(source: str) -> None:
    """The library's lexer takes minutes for many tags that never end; a letter with one is wrong anyway."""
    open_at: list[int] = []
    for start, end in _spans(source, open_at):
        if end - start > MAX_TAG_CHARS and not _WHOLE.match(source, start):
            line = source.count("\n", 0, start) + 1
            raise LiquidFault(
                f"This Liquid tag is too long: keep it under {MAX_TAG_CHARS:,} characters.", line
            )
        if open_at:
            break
    if open_at:
        line = source.count("\n", 0, open_at[0]) + 1
        raise LiquidFault("This Liquid is not complete: the tag that begins here never ends.", line)


def unmask(text: str, pieces: list[str]) -> str:
    """The text with its Liquid back in place."""
    return MARK.sub(lambda match: pieces[int(match[1])], text)


MARK = re.compile("\ufdd4(\\d+)\ufdd5")
_FOREIGN = re.compile("[\ufdd4\ufdd5]")


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node of a tree, parents first."""
    context = RenderContext(environment(False).from_string(""))
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(list(node.children(context, include_partials=False))[::-1])


def _guard(func: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses texts and numbers whose size would make one letter cost seconds."""

    @wraps(func)
    def guarded(value: Any, *args: Any, **kwargs: Any) -> Any:
        _count_work(func.__name__, value)
        try:
            result = func(value, *args, **kwargs)
        except LiquidError:
            raise
        except Exception as error:
            raise FilterArgumentError(f"this value does not fit the filter ({error})", token=None) from error
        _count_work("", result)
        if isinstance(result, (str, list)) and len(result) > MAX_OUTPUT_BYTES:
            raise FilterArgumentError("size limit reached: the result is too long", token=None)
        if isinstance(result, int) and abs(result) > MAX_NUMBER:
            raise FilterArgumentError("size limit reached: this number is too large", token=None)
        return result

    return guarded


def _count_work(name: str, value: Any) -> None:
    if isinstance(value, str):
        work = len(value)
    elif isinstance(value, list | tuple):
        # `uniq` compares each item with each.
        work = len(value) * (len(value) if name == "uniq" else _ITEM_WORK)
    else:
        work = 1
    _left.work -= work
    if _left.work < 0:
        raise FilterArgumentError("work limit reached: filters do too much", token=None)


def _guard_replace(func: Callable[..., Any]) -> Callable[..., Any]:
    """`replace` can multiply two long texts before any limit sees the result."""

    @wraps(func)
    def guarded(value: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 and (len(str(value)) + 1) * (len(str(args[1])) + 1) > 20 * MAX_OUTPUT_BYTES:
            raise FilterArgumentError("size limit reached: the result is too long", token=None)
        return func(value, *args, **kwargs)

    return guarded


class _SmallRange(RangeLiteral):
    """`(1..n)` that refuses to be longer than the loops allowed: `offset` walks a range without counting as a
    loop.
    """

    __slots__ = ()

    def _make_range(self, start: Any, stop: Any) -> range:
        made = super()._make_range(start, stop)
        if made.stop - made.start > MAX_LOOPS:
            raise LoopIterationLimitError("range limit reached", token=self.token)
        return made


def _check_expressions(template: BoundTemplate) -> None:
    """Unknown filters are found when the letter is saved, not at the first person; ranges are kept small."""
    known = template.env.filters
    for node in walk(template.nodes):
        for expression in _expressions(node):
            if type(expression) is RangeLiteral:
                expression.__class__ = _SmallRange
            for applied in getattr(expression, "filters", None) or ():
                if applied.name not in known:
                    raise LiquidFault(f"There is no filter called “{applied.name}”.", _line_of(applied.token))


def _refuse_markup_in_strings(template: BoundTemplate) -> None:
    """A Liquid string is printed unescaped, so HTML inside it would walk around the sanitiser."""
    for node in walk(template.nodes):
        for expression in _expressions(node):
            if isinstance(expression, StringLiteral) and "<" in expression.value:
                raise LiquidFault(
                    "A text between quotes inside Liquid may not contain “<”. Write the HTML outside the"
                    " Liquid tag.",
                    _line_of(expression.token),
                )


def _expressions(node: Node) -> Iterator[Expression]:
    stack = list(node.expressions())
    while stack:
        expression = stack.pop()
        yield expression
        stack.extend(expression.children())


def _explain(error: LiquidError, source: str) -> LiquidFault:
    text = str(error.message or "it cannot be read").strip().rstrip(".")
    unknown = re.search(r"unexpected tag '(\w+)'", text)
    if unknown:
        text = f"there is no tag called “{unknown[1]}” here"
    if isinstance(error, LiquidSyntaxError) or unknown:
        return LiquidFault(f"This Liquid is not complete or not correct: {text}.", _line(error))
    return LiquidFault(f"This Liquid cannot be used: {text}.", _line(error))


def _line(error: Exception) -> int | None:
    token = getattr(error, "token", None)
    return _line_of(token) if token is not None else None


def _line_of(token: Any) -> int | None:
    if token is None or token.start_index < 0:
        return None
    return int(token.source.count("\n", 0, token.start_index)) + 1
