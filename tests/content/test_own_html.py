"""Creators' own HTML: what their sheets say survives, what is hostile in them does not."""

import time

import pytest

from postroom.content import liquid
from postroom.content.own_html import clean_html
from postroom.content.render import PIXEL_MARK, render_letter
from postroom.content.styles import clean_attribute, clean_sheet

SHEET = """
@charset "utf-8";
@font-face { font-family: Mine; src: url("https://x.example/f.woff2") format("woff2") }
p, a:hover { color: red }
.a > b { margin: 0 !important }
@media (max-width: 600px) {
  .a { width: 100% !important }
  @supports (color: red) { p { top: calc(1px + 2%) } }
}
@media (prefers-color-scheme: dark) { p { color: #fff !important } }
[data-ogsc] p { color: #fff }
@keyframes grow { from { opacity: 0 } to { opacity: 1 } }
"""


def test_what_tags_cannot_say_stays_in_one_sheet_in_the_head() -> None:
    source = f'<style>{SHEET}</style><p class="a">Hi <b>you</b> <a href="https://x.example">x</a></p>'
    for kind, body in (
        ("html", {"html": source}),
        (
            "document",
            {"v": 1, "doc": {"type": "doc", "content": [{"type": "html", "attrs": {"html": source}}]}},
        ),
    ):
        html = render_letter(kind, body).html
        head, _, rest = html.partition("</head>")
        for kept in (
            "a:hover { color: red }",
            "@media (max-width: 600px) {\n.a { width: 100% !important }",
            "@supports (color: red) {\np { top: calc(1px + 2%) }",
            "@media (prefers-color-scheme: dark) {\np { color: #fff !important }",
            'src: url("https://x.example/f.woff2") format("woff2")',
            "[data-ogsc] p { color: #fff }",
            "@keyframes grow {\nfrom { opacity: 0 }",
        ):
            assert kept in head
        assert '<p class="a" style="color: red">' in rest
        assert '<b style="margin: 0 !important">' in rest
        assert "<style" not in rest
        assert html.count('name="color-scheme" content="light dark"') == 1


@pytest.mark.parametrize(
    "css",
    [
        "@import url(https://e.example/hostile.css);",
        "@import 'hostile';",
        "@\\69mport 'hostile';",
        "p { background: url(javascript:hostile) }",
        "p { background: u\\72l('javascript:hostile') }",
        "p { background: url(data:image/svg+xml,hostile) }",
        "p { background: url( //e.example/hostile ) }",
        "p { background: url('file://hostile') }",
        "p { background: image-set('javascript:hostile' 1x) }",
        "p { width: expression(hostile) }",
        "p { width: EXPR\\45SSION(hostile) }",
        "p { width: calc(1px + expression(hostile)) }",
        "p { behavior: url(https://e.example/hostile) }",
        "p { -moz-binding: url(https://e.example/hostile) }",
        "p { filter: progid:hostile.Alpha() }",
        "p { position: fixed; /* hostile */ }",
        "@media screen { @import 'hostile'; }",
        "@namespace hostile url(https://e.example);",
        "@font-face { src: url(data:hostile) }",
        "@media hostile, (min-width: expression(1)) { p { color: red } }",
        "p { --x: { hostile } }",
        "p { background: url(hostile",
    ],
)
def test_what_is_hostile_in_a_sheet_goes_and_the_rest_stays(css: str) -> None:
    source = f"<style>b {{ color: blue }} {css}\n}} i:hover {{ color: green }}</style><p><b>x</b></p>"
    found = clean_html(source)
    assert "hostile" not in found.html + found.sheet
    assert '<b style="color: blue">' in found.html
    attribute = css[css.index("{") + 1 : css.rindex("}")] if css.startswith("p {") and "}" in css else ""
    assert "hostile" not in clean_attribute(attribute)


@pytest.mark.parametrize(
    "css",
    [
        'p:hover::after { content: "</style><script>steal()</script>" }',
        'p:hover::after { content: "\\3c/style><script>steal()</script>" }',
        "</style ><script>steal()</script><style>",
        "<!-- </style> --><script>steal()</script>",
        "@media screen { </style><script>steal()</script> }",
        "[title='</style><script>steal()</script>']:hover { color: red }",
        "p:hover { color: red </sTyLe/><script>steal()</script> }",
    ],
)
def test_no_sheet_ends_its_element_early(css: str) -> None:
    html = render_letter("html", {"html": f"<style>{css}</style><p>x</p>"}).html
    assert "<script" not in html.lower()
    assert html.count("</style>") == html.count("<style>")


def test_liquid_in_a_sheet_is_a_value_or_gone() -> None:
    sheet = (
        "<style>a:hover { color: {{ account.colour | default: 'red' }}; width: 1px{{ x }} }"
        "{% if a %} p:hover { color: red } {% endif %}"
        "b:hover { {% if b %} color: red; {% endif %} top: 1px }"
        ".{{ name }}:hover { color: red }</style><p>x</p>"
    )
    found = clean_html(sheet)
    assert "a:hover { color: {{ account.colour | default: 'red' }}; width: 1px{{ x }} }" in found.sheet
    assert "{%" not in found.sheet
    assert "{{ name }}" not in found.sheet
    liquid.parse(render_letter("html", {"html": sheet}).html, html=True)


def test_a_style_attribute_with_a_liquid_tag_is_kept_whole_or_not_at_all() -> None:
    kept = '<p style="color: {% if a %}red{% else %}blue{% endif %}">x</p>'
    assert clean_html(kept).html == kept
    assert clean_html('<p style="{% if a %}position:fixed{% endif %}">x</p>').html == "<p>x</p>"
    assert clean_html('<p style="{% if a %}w:expr\\65ssion(1){% endif %}">x</p>').html == "<p>x</p>"


def test_what_stands_between_raw_tags_is_cleaned_too() -> None:
    source = "{% raw %}<script>steal()</script><b onclick='x'>{{ not }}</b>{% endraw %}"
    assert clean_html(source).html == "{% raw %}<b>{{ not }}</b>{% endraw %}"
    shown = liquid.render(liquid.parse(render_letter("html", {"html": source}).html, html=True), {})
    assert "<b>{{ not }}</b>" in shown


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("""<p title="{{ '" onclick="steal()' }}">x</p>""", "<p>x</p>"),
        ("""<p title='{{ x | default: "y" }}'>x</p>""", '<p title="{{ x | default: "y" }}">x</p>'),
        ('<a href="/page">x</a>', '<a href="https://p.example/page">x</a>'),
        ('<img src="//x.example/a.png" alt="a">', '<img src="https://x.example/a.png" alt="a">'),
        ('<a href="page.html">x</a><a href="#top">y</a>', '<a>x</a><a href="#top">y</a>'),
        ("<title>not this</title><p>x</p>", "<p>x</p>"),
        ("<style><!-- p { color: red } --></style><p>x</p>", '<p style="color: red">x</p>'),
        ("<!--[if mso]><style>p { color: red }</style><![endif]--><p>x</p>", "<p>x</p>"),
    ],
)
def test_small_things(source: str, expected: str) -> None:
    assert clean_html(source, "https://p.example").html == expected


def test_a_sheet_for_some_media_only_stays_for_those() -> None:
    found = clean_html('<style media="(max-width: 500px)">p { color: red }</style><p>x</p>')
    assert found.html == "<p>x</p>"
    assert found.sheet == "@media (max-width: 500px) {\np { color: red }\n}"


PAGE = (
    "<!doctype html><html lang='fr'><head></head>"
    "<body bgcolor='#eeeeee' onload='x' class='mine'>{}</body></html>"
)


@pytest.mark.parametrize("inner", ["<p>Hi</p>", '<p><a href="{{ unsubscribe_url }}">leave</a></p>', ""])
@pytest.mark.parametrize("frame", ["{}", PAGE])
def test_the_frame_is_there_whatever_the_letter_is(inner: str, frame: str) -> None:
    shown = render_letter(
        "html", {"html": frame.format(inner)}, preview_text="Peek in", postal_address="1 Slow Lane"
    )
    assert shown.html.count(PIXEL_MARK) == 1
    assert shown.html.index("Peek in") < shown.html.index(PIXEL_MARK)
    assert shown.html.count('<a class="pr-soft" href="{{ unsubscribe_url }}"') == 1
    for part in (shown.html, shown.text):
        assert "1 Slow Lane" in part
        assert "{{ subscriber_preferences_url }}" in part
    is_page = frame == PAGE
    assert ('<html lang="fr">' in shown.html) == is_page
    assert ('<body class="mine" bgcolor="#eeeeee">' in shown.html) == is_page
    assert "onload" not in shown.html
    # A page brings its own paper, words alone stand on the house's.
    assert ("font:17px/1.6" in shown.html) != is_page


def test_colours_of_ones_own_are_not_put_on_dark_paper() -> None:
    dark = "@media (prefers-color-scheme: dark)"
    assert dark in render_letter("html", {"html": "<p>x</p>"}).html
    for source in ("<p style='color:#333'>x</p>", "<td bgcolor=red>", "<font color=red>x</font>"):
        shown = render_letter("html", {"html": f"<table><tr>{source}</tr></table>"}).html
        assert dark not in shown
        assert 'content="light"' in shown


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "a{",
        "((",
        "@media x{",
        "/*",
        "url(",
        '"',
        "a,",
        "\\",
        "a{b:f(",
        "<style>",
        "p{color:red}",
        "@",
        "[",
        ":not(",
    ],
)
def test_a_sheet_of_nonsense_takes_no_time(piece: str) -> None:
    sheet = piece * (100_000 // len(piece))
    began = time.process_time()
    clean_sheet(sheet)
    clean_attribute(sheet)
    clean_html(f"<style>{sheet}</style><p style='{sheet[:50_000]}'>x</p>")
    assert time.process_time() - began < 20
