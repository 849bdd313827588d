"""Whatever a document, a sheet or a page holds: the letter is sound, and both parts can be read as Liquid."""

import contextlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.content import liquid
from postroom.content.document import DocumentInvalid, validate
from postroom.content.render import Rendered, render_letter
from tests.content.linter import faults

HOSTILE = (
    '"><script>alert(1)</script>',
    "</style><script>",
    "<!--",
    "-->",
    "<![endif]-->",
    "' onload='x",
    "&lt;b&gt;",
    "{{ subscriber.first_name }}",
    "{% if a < 1 %}y{% endif %}",
    "{% raw %}<b>{% endraw %}",
    "javascript:x",
    "]]>",
    "{{ '\" onload=\"x' }}",
    "xlqx0x",
    "xlqb0x",
    "\ufdd40\ufdd5",
    "</table>",
    "</td></tr>",
    "\u202e",
    "\x0b",
    "é😀",
)
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
texts = st.lists(words, max_size=3).map("".join)
addresses = st.one_of(
    st.sampled_from(
        ("https://x.example/a?b=1&c", "mailto:a@x.example", "tel:1", "{{ subscriber.url }}", "/m.png")
    ),
    st.sampled_from(("javascript:x", "data:text/html,x", "//x.example", "vbscript:x", "", "x.html")),
    texts,
)
anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.lists(texts, max_size=2))


def attributes(**known: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly what the editor writes, sometimes anything."""
    return st.fixed_dictionaries(
        {}, optional={key: st.one_of(found, anything) for key, found in known.items()}
    )


def node(
    kind: str, content: st.SearchStrategy | None = None, **known: st.SearchStrategy
) -> st.SearchStrategy:
    parts = {"type": st.just(kind), "attrs": attributes(**known)}
    return st.fixed_dictionaries(
        parts | ({"content": st.lists(content, max_size=3)} if content is not None else {})
    )


marks = st.lists(
    st.one_of(
        st.sampled_from(("bold", "italic", "underline", "strike", "code", "glow")).map(
            lambda kind: {"type": kind}
        ),
        st.fixed_dictionaries({"type": st.just("link"), "attrs": attributes(href=addresses)}),
    ),
    max_size=3,
)
inlines = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": texts, "marks": marks}),
    st.just({"type": "hardBreak"}),
    node("variable", name=st.sampled_from(("first_name", "x y")), fallback=texts),
    node("sparkle"),
)
align = st.sampled_from(("left", "center", "right"))
widths = st.one_of(st.integers(-5, 5_000), st.floats())
leaves = st.one_of(
    node("paragraph", inlines, align=align),
    node("heading", inlines, level=st.integers(0, 4), textAlign=align),
    node("codeBlock", inlines),
    node("horizontalRule"),
    node("image", src=addresses, alt=texts, width=widths, href=addresses, align=align),
    node("button", label=texts, href=addresses, color=st.sampled_from(("#112233", "red;x")), align=align),
    node("poll", inlines),
)
blocks = st.recursive(
    leaves,
    lambda inner: st.one_of(
        node("bulletList", node("listItem", inner)),
        node("orderedList", node("listItem", inner), start=st.integers(-3, 30)),
        node("blockquote", inner),
        inner,
    ),
    max_leaves=8,
)
documents = st.lists(blocks, max_size=4).map(lambda nodes: {"v": 1, "doc": {"type": "doc", "content": nodes}})
more = st.fixed_dictionaries(
    {
        "preview_text": texts,
        "postal_address": texts,
        "footer": st.booleans(),
        "base_url": st.just("https://p.example"),
    }
)

TAGS = (
    "p",
    "b",
    "a",
    "table",
    "tr",
    "td",
    "style",
    "script",
    "li",
    "ul",
    "h1",
    "title",
    "body",
    "svg",
    "div",
    "img",
)
CSS = (
    "@media (max-width: 600px) {",
    "p",
    "{",
    "}",
    ":hover",
    "color: red",
    ";",
    "url(",
    ")",
    "'",
    '"',
    "@import 'x'",
    "expression(",
    "</style>",
    "<!--",
    "-->",
    "\\3c ",
    "/*",
    "*/",
    "{{ subscriber.c }}",
    "{% if a %}",
    "{% endif %}",
    "position: fixed",
    "behavior: url(x)",
    "@font-face",
    "https://x.example/a",
    ",",
    " ",
    "xlqb1x",
    "content:",
    "[",
)
sheets = st.lists(st.sampled_from(CSS), max_size=25).map("".join)
pieces = st.one_of(
    words,
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.tuples(st.sampled_from(TAGS), sheets.map(lambda css: css.replace('"', "'"))).map(
        '<{0[0]} style="{0[1]}">'.format
    ),
    st.tuples(st.sampled_from(TAGS), addresses).map('<{0[0]} href="{0[1]}" src="{0[1]}" onclick="x">'.format),
    sheets.map("<style>{}</style>".format),
)
sources = st.lists(pieces, max_size=10).map("".join)
calm = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@calm
@given(documents, more)
def test_a_document_makes_a_sound_letter(body: dict, more: dict) -> None:
    with contextlib.suppress(DocumentInvalid):  # such as a width that is no number
        body = validate(body)
        rendered = render_letter("document", body, **more)
        assert faults(rendered.html) == []
        assert_frame(rendered, more)


@calm
@given(sources, more)
def test_a_creators_html_makes_a_sound_letter(source: str, more: dict) -> None:
    rendered = render_letter("html", validate({"html": source}), **more)
    assert faults(readable(rendered.html), own=False) == []
    assert_frame(rendered, more)
    assert_nothing_runs(rendered.html)


@calm
@given(st.lists(sources, max_size=2))
def test_html_blocks_make_a_sound_letter(found: list[str]) -> None:
    nodes = [{"type": "html", "attrs": {"html": source}} for source in found]
    body = validate({"v": 1, "doc": {"type": "doc", "content": nodes}})
    assert faults(readable(render_letter("document", body).html), own=False) == []


def readable(html: str) -> str:
    """Without Liquid that holds a tag of HTML: it stands as it was typed, and no such letter leaves."""
    masked, found = liquid.mask(html, open_raw=True)
    for number, piece in enumerate(found):
        if re.search(r"<[/!a-zA-Z]", piece):
            with pytest.raises(liquid.LiquidFault):
                liquid.parse(piece, html=True)
            found[number] = ""
    return liquid.unmask(masked, found)


def assert_frame(rendered: Rendered, more: dict) -> None:
    """The footer is there when it is wanted, whatever stands before it."""
    expected = 1 if more["footer"] else 0
    assert rendered.html.count('class="pr-soft" href="{{ unsubscribe_url }}"') == expected
    assert rendered.text.count("\nUnsubscribe: {{ unsubscribe_url }}\n") == expected


def assert_nothing_runs(html: str) -> None:
    """Also after Liquid: what it prints must not end an attribute or a sheet."""
    values = {
        "subscriber": liquid.Subscriber(
            {"first_name": '"><script>x', "c": "</style><script>", "url": '" onload="'}
        )
    }
    with contextlib.suppress(liquid.LiquidFault):
        shown = liquid.render(liquid.parse(html, html=True), values)
        reader = Tags()
        reader.feed(shown)
        assert not reader.hostile


class Tags(HTMLParser):
    """What would run."""

    def __init__(self) -> None:
        super().__init__()
        self.hostile: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "svg", "iframe") or any(name.startswith("on") for name, _ in attrs):
            self.hostile.append(tag)
