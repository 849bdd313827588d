"""Liquid: what it prints, what it refuses with a sentence, and what it never does however it is asked."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.content.liquid import (
    LiquidBomb,
    LiquidFault,
    Subscriber,
    environment,
    find_variables,
    mask,
    parse,
    quote,
    render,
    unmask,
)

PERSON = {
    "subscriber": Subscriber(
        {"first_name": "Tom & <b>", "tags": ["VIP", "New"], "city": "", "email_address": "t@x.example"},
        {"town": "city"},
    )
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hi {{ subscriber.First_NAME }}", "Hi Tom &amp; &lt;b&gt;"),
        ("{{ subscriber['first_name'] }}", "Tom &amp; &lt;b&gt;"),
        ("{{ subscriber.nope | default: 'x & y' }}", "x & y"),
        ("{{ subscriber.town | default: 'none' }}", "none"),
        ("{% if subscriber.tags contains 'VIP' %}yes{% endif %}", "yes"),
        ("{{ subscriber.tags | join: ', ' }}", "VIP, New"),
        ("{{ '%3Cscript%3E' | url_decode }}", "&lt;script&gt;"),
        ("{{ 'PHNjcmlwdD4=' | base64_decode }}", "&lt;script&gt;"),
        ("{{ '&lt;script&gt;' | escape_once }}", "&lt;script&gt;"),
        ("{% capture q %}{{ subscriber.first_name }}{% endcapture %}{{ q }}", "Tom &amp; &lt;b&gt;"),
    ],
)
def test_what_html_shows(source: str, expected: str) -> None:
    assert render(parse(source, html=True), PERSON) == expected


def test_text_is_not_escaped() -> None:
    assert render(parse("{{ subscriber.first_name }}", html=False), PERSON) == "Tom & <b>"


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a\n{{ x", 2, "not complete"),
        ("{% foo %}", 1, "no tag called “foo”"),
        ("a\nb{{ x | nofilter }}", 2, "no filter called “nofilter”"),
        ("{{ x | safe }}", 1, "no filter called “safe”"),
        ("{% include 'secrets' %}", 1, "no tag called “include”"),
        ("{% render 'secrets' %}", 1, "no tag called “render”"),
        ("{{ '<script>' }}", 1, "outside the Liquid tag"),
        ("{{ a | | }}", 1, "not complete or not correct"),
        ("{% if true %}" * 40 + "{% endif %}" * 40, None, "nesting"),
        ("x" * 1_000_001, None, "too long"),
    ],
)
def test_what_cannot_be_read_is_explained(source: str, line: int | None, words: str) -> None:
    with pytest.raises(LiquidFault) as caught:
        parse(source, html=True)
    assert words in caught.value.message
    assert line is None or caught.value.line == line


DOUBLED = "{% assign s = 'abcdefgh ' %}" + "{% assign s = s | append: s %}" * 17
HEAVY = [
    DOUBLED + "{% for i in (1..500) %}{{ s | split: ' ' | sort | uniq | size }}{% endfor %}",
    DOUBLED + "{% for i in (1..2000) %}{{ s | upcase | size }}{% endfor %}",
    "{% for i in (1..9000) %}{% assign x = i | append: 'abcdefghijklmnop' | split: '' | sort %}{% endfor %}",
    "{% assign a = '" + "x," * 3000 + "' | split: ',' | uniq %}",
]


@pytest.mark.parametrize("source", HEAVY)
def test_filters_do_no_more_than_one_message_may_cost(source: str) -> None:
    template = parse(source, html=False)
    began = time.process_time()
    with pytest.raises(LiquidBomb):
        render(template, {})
    assert time.process_time() - began < 5, "the bound is on work; this only tells minutes from moments"


ODD: list[object] = [None, "", "abc", 3, 2.5, True, [], ["a", None, {"x": 1}], {"x": 1}, range(3)]


@pytest.mark.parametrize("name", sorted(environment(False).filters))
def test_no_filter_raises_anything_but_a_fault(name: str) -> None:
    """Whatever it is given: one odd person must not stop everybody's mail."""
    for value in ODD:
        for arguments in ("", ": 1", ": 'x'", ": nothing", ": 1, 2", ": 'x', 'y'", ": value", ": 'x', value"):
            try:
                render(parse(f"{{{{ value | {name}{arguments} }}}}", html=True), {"value": value})
            except LiquidFault:
                continue


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "source",
    [
        "{% for i in (1..1000) %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..9000) %}a{% endfor %}{% for i in (1..9000) %}b{% endfor %}",
        "{% for i in (1..1000000000000) limit: 1 offset: 999999999999 %}x{% endfor %}",
        "{% tablerow i in (1..100000000) %}x{% endtablerow %}",
        "{{ (1..1000000000) | join: '' }}",
        "{{ (1..1000000000) | sum }}",
        "{{ 'a' | split: '' | concat: (1..1000000000) }}",
        "{% assign x='aaaaaaaaaa' %}{% for i in (1..100) %}{% assign x = x | append: x %}{% endfor %}",
        "{% assign x='aaaaaaaaaa' %}{% for i in (1..14) %}{% assign x = x | append: x %}{% endfor %}"
        "{{ x | replace: '', x }}",
        "{% assign x=9 %}{% for i in (1..100) %}{% assign x = x | times: x %}{% endfor %}{{ x }}",
        "{% for i in (1..9999) %}" + "x" * 500 + "{% endfor %}",
    ],
)
def test_a_bomb_goes_off_quickly_and_softly(source: str) -> None:
    began = time.process_time()
    with pytest.raises(LiquidBomb, match="10,000 loop turns"):
        render(parse(source, html=True), PERSON)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "source",
    ["{{ 1 | divided_by: 0 }}", "{{ '1e1000000000' | round }}", "{{ '99999999999999999999' | date: '%Y' }}"],
)
def test_sums_that_do_not_work_out_are_faults(source: str) -> None:
    with pytest.raises(LiquidFault):
        render(parse(source, html=True), PERSON)


def test_variables_are_found() -> None:
    found = find_variables(
        "{{ subscriber.First_Name }}{% if subscriber.tags contains 'a' %}{{ unsubscribe_url }}{% endif %}"
        "{% assign x = 1 %}"
    )
    assert found.subscriber == {"first_name", "tags"}
    assert found.roots == {"subscriber", "unsubscribe_url"}
    assert found.assigns


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80), st.booleans())
def test_a_fallback_prints_itself(text: str, html: bool) -> None:
    import html as entities

    source = "{{ subscriber.nope | default: " + quote(text, html=html) + " }}"
    shown = render(parse(source, html=html), PERSON)
    plain = entities.unescape(shown) if html else shown

    def letters(value: str) -> str:
        return "".join(value.split()).replace("”", '"').replace("\\", "")

    assert letters(plain) == letters(text)


@given(
    st.lists(
        st.sampled_from(["{{ a }}", "{% if x %}", "text", "<p>", "{% raw %}{{ b }}{% endraw %}", "{{ c"])
    )
)
def test_masking_is_undone(parts: list[str]) -> None:
    source = "".join(parts)
    assert unmask(*mask(source)) == source


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    [
        "{{ a ",
        "{% raw %}",
        "{% comment %}",
        "{% doc %}",
        "{% if a ",
        "{%",
        "{{",
        "{{ a }}",
        "{% a %}",
        "{{{%",
    ],
)
def test_many_tags_that_never_end_take_no_time(piece: str) -> None:
    source = piece * (200_000 // len(piece))
    began = time.process_time()
    for hostile in (source, source + "}}", source + "%}", source + "{% endraw %}"):
        mask(hostile)
        with contextlib.suppress(LiquidFault):
            parse(hostile, html=True)
    assert time.process_time() - began < 20
