"""The compiler equals the plain way for random letters and people; nothing breaks out of its place."""

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postroom.content import links
from postroom.content.render import render_letter
from postroom.lib.signing import Keyring
from postroom.sending.compile import CompiledMessage, Letter, LetterFault, Recipient, compile_letter

KEYRING = Keyring([b"k" * 32])
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOM = Recipient(
    5, "tom@example.com", "Tom", {"city": "Köln", "site": "https://tom.example/?a=1&b=2"}, ["VIP"], 0
)


def letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "account_id": 3,
        "send_id": 77,
        "send_day": 20_000,
        "subject": "News",
        "text": "Hi\n",
        "html": "<p>Hi</p>",
        "from_email": "ada@letters.example",
        "from_name": "Ada",
        "edge_url": "https://e.example",
        "public_url": "https://p.example",
        "domain": "letters.example",
    }
    return Letter(**{**values, **changes})


def parse(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def contents(message: EmailMessage) -> list[str]:
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parts]


def assert_sound(message: bytes) -> None:
    assert b"\r\n" in message
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message), "a bare CR or LF"
    assert max(map(len, message.split(b"\r\n"))) <= 998
    for part in parse(message).walk():
        if part.get_content_maintype() == "text":
            lines = str(part.get_payload()).splitlines()
            assert max(map(len, lines)) <= 76
            assert not any(line.startswith(".") for line in lines)


def assert_equal_ways(compiled: CompiledMessage, person: Recipient) -> EmailMessage:
    quick, slow = compiled.assemble(person, AT), compiled.assemble_slowly(person, AT)
    assert_sound(quick)
    one, other = parse(quick), parse(slow)
    assert sorted(one.keys()) == sorted(other.keys())
    for name in one:
        if name not in ("Content-Type", "Subject"):
            assert " ".join(str(one[name]).split()) == " ".join(str(other[name]).split()), name
    assert contents(one) == contents(other)
    # The standard library drops spaces between encoded words; what is read back must be what was rendered.
    assert str(one["Subject"]) == compiled.subject_for(person)
    return one


fragments = st.sampled_from(
    [
        "{{ subscriber.first_name }}",
        '{{ subscriber.First_Name | default: "friend & co" }}',
        "{{ subscriber.city | upcase }}",
        '{{ subscriber.city | default: "x" | truncate: 5 }}',
        "{{ subscriber.nothing }}",
        "{{ subscriber.old_town }}",
        "{{ subscriber.email_address }}",
        "{{ account.name }}",
        "{{ code }}",
        "{{ unsubscribe_url }}",
        "{{ unsubscribe_link }}",
        "{{ subscriber_preferences_url }}",
        '{% if subscriber.tags contains "VIP" %}very {{ subscriber.city }}{% else %}plain{% endif %}',
        "{% for tag in subscriber.tags %}[{{ tag }}]{% endfor %}",
        '{% assign greeting = "Hej" %}',
        "{{ greeting }}",
        "{% raw %}{{ not liquid }}{% endraw %}",
        "{% comment %}nothing{% endcomment %}",
        '<a href="https://example.com/a?x=1&amp;y=2">a link</a>',
        "<a href='https://example.com/{{ subscriber.city }}/{{ subscriber.first_name }}'>dynamic</a>",
        '{% if subscriber.city %}<a href="https://example.com/in/block">in a block</a>{% endif %}',
        '{% for t in subscriber.tags %}<a href="https://example.com/t/{{ t }}">t</a>{% endfor %}',
        '<a class="b" href="{{ subscriber.site }}">site</a>',
        '<a href="{{ unsubscribe_url }}">leave</a>',
        '<a href="mailto:a@example.com">write</a>',
        '<a href="javascript:alert(1)">bad</a>',
        "https://example.com/plain, and (https://example.com/in_(brackets)).",
        "https://example.com/t?c={{ subscriber.city }}!",
        ".",
        "\n.\n..\n",
        " \n",
        "=",
        "ä",
        "=20",
        "x" * 80,
    ]
)
anything = st.text(
    alphabet=st.characters(exclude_characters="{}%<>&'\"", exclude_categories=["Cs"]), max_size=90
)
sources = st.lists(st.one_of(fragments, anything), max_size=14).map("".join)
values = st.text(alphabet=st.characters(), max_size=120)
people = st.builds(
    Recipient,
    id=st.integers(-(2**53), 2**53),
    email=st.sampled_from(["a@example.com", "o'neil+x@sub.example.co", "jürgen@bücher.example"]),
    first_name=values,
    fields=st.fixed_dictionaries({}, optional={"city": values, "site": values, "other": values}),
    tags=st.lists(values, max_size=3),
    nth=st.integers(0, 1000),
    extra=st.fixed_dictionaries({}, optional={"code": values}),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=sources, text=sources, html=sources, person=people, tracked=st.booleans())
def test_the_compiled_message_equals_the_plain_way(
    subject: str, text: str, html: str, person: Recipient, tracked: bool
) -> None:
    made = letter(
        subject=subject.replace("<", ""),
        text=text,
        html=html,
        track_clicks=tracked,
        track_opens=tracked,
        variables={"account": {"name": "Slow & <Mornings>"}},
        aliases={"old_town": "city"},
    )
    assert_equal_ways(compile_letter(made, KEYRING), person)


@settings(max_examples=150, deadline=None)
@given(name=values, display=values, person=values)
def test_no_value_becomes_a_header(name: str, display: str, person: str) -> None:
    made = letter(
        subject="{{ subscriber.first_name }}: {{ subscriber.city }}", from_name=display, list_name=display
    )
    attack = "x\r\nBcc: evil@example.com\r\n\r\nbody"
    who = Recipient(1, "a@example.com", name + attack, {"city": person + attack})
    message = parse(compile_letter(made, KEYRING).assemble(who, AT))
    assert message["Bcc"] is None
    assert "Bcc: evil@example.com" in message["Subject"]
    assert len(message.get_all("From", [])) == len(message.get_all("Subject", [])) == 1
    assert message["From"].addresses[0].addr_spec == "ada@letters.example"


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example\r\nBcc: b@x",
        "a b@x.example",
        "a@",
        "@x",
        "a@x.example>",
        "a,b@x.example",
        "a@-x-",
        "",
        "a\x00@x",
    ],
)
def test_an_address_that_cannot_stand_in_a_header_is_refused(address: str) -> None:
    with pytest.raises(LetterFault) as caught:
        compile_letter(letter(), KEYRING).assemble(Recipient(1, address))
    assert caught.value.part == "to"


def test_links_lead_to_where_they_did_and_carry_the_message() -> None:
    html = (
        '<a href="https://example.com/a?x=1&amp;y=2">a</a>'
        ' <a href="https://example.com/{{ subscriber.city }}">c</a>'
        '<a href="mailto:x@example.com">m</a><a href="{{ unsubscribe_url }}">u</a>'
    )
    compiled = compile_letter(letter(html=html, text="see https://example.com/a?x=1&y=2.\n"), KEYRING)
    assert compiled.links == ["https://example.com/a?x=1&y=2", "https://example.com/{{ subscriber.city }}"]
    message = parse(compiled.assemble(TOM, AT))
    text, shown = contents(message)
    found = re.findall(r"https://e\.example/c/([\w-]+)/([\w-]+)", shown)
    clicks = [links.read_click(KEYRING, *pair) for pair in found]
    ref = links.MessageRef(3, 77, 20_000, 5, 0)
    assert clicks == [
        links.Click(ref, 0, "https://example.com/a?x=1&y=2"),
        links.Click(ref, 1, "https://example.com/K%C3%B6ln"),
    ]
    in_text = re.search(r"https://e\.example/c/([\w-]+)/([\w-]+)\.", text)
    assert in_text is not None
    assert links.read_click(KEYRING, in_text[1], in_text[2]) == clicks[0]
    assert "mailto:x@example.com" in shown
    leave = re.search(r'"https://e\.example/u/([\w-]+)"', shown)
    assert leave is not None
    assert links.read_unsubscribe(KEYRING, leave[1]) == links.Unsubscribe(ref, 0)
    assert message["List-Unsubscribe"] == f"<https://e.example/u/{leave[1]}>"
    pixel = re.search(r"https://e\.example/o/([\w-]+)", shown)
    assert pixel is not None
    assert links.read_open(KEYRING, pixel[1]) == ref


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example/x", "\x01javascript:x"]
)
def test_no_link_leads_to_a_script(url: str) -> None:
    html = f'<a href="{url}">static</a><a href="{{{{ subscriber.site }}}}">from a field</a>'
    for tracked in (True, False):
        compiled = compile_letter(letter(html=html, track_clicks=tracked, track_opens=False), KEYRING)
        message = parse(compiled.assemble(Recipient(1, "a@x.example", fields={"site": url}), AT))
        assert re.findall(r'href="([^"]*)"', contents(message)[1]) == ["#", "#"]


def test_a_readers_words_are_text_in_html_and_bare_elsewhere() -> None:
    name = "<b>\"Tom\" & 'co'</b>"
    compiled = compile_letter(
        letter(
            subject="{{ subscriber.first_name }}",
            text="{{ subscriber.first_name }}",
            html="{{ subscriber.first_name }}",
        ),
        KEYRING,
    )
    message = assert_equal_ways(compiled, Recipient(1, "a@x.example", name))
    text, html = contents(message)
    assert message["Subject"] == text == name
    assert html.startswith("&lt;b&gt;&#34;Tom&#34; &amp; &#39;co&#39;&lt;/b&gt;")


def test_the_headers_of_bulk_mail() -> None:
    compiled = compile_letter(letter(list_name="Slow Mornings", reply_to="reply@x.example"), KEYRING)
    message = parse(compiled.assemble(TOM, AT))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "Slow Mornings <list.3.letters.example>"
    assert message["Feedback-ID"] == "77:3:broadcast:postroom"
    assert message["Precedence"] == "bulk"
    assert message["Reply-To"] == "reply@x.example"
    assert message["To"] == "tom@example.com"
    assert message["From"] == "Ada <ada@letters.example>"
    assert message["Date"].datetime == AT
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_mail_of_the_house_carries_no_list_headers_and_liquid_is_text() -> None:
    made = letter(
        subject="Reset {{ x }}",
        text="Go {{ on",
        html=None,
        bulk=False,
        is_plain=True,
        track_clicks=False,
        track_opens=False,
    )
    message = parse(compile_letter(made, KEYRING).assemble(TOM, AT))
    assert message["Subject"] == "Reset {{ x }}"
    assert contents(message) == ["Go {{ on"]
    assert message["List-Unsubscribe"] is None
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_message_id_is_the_same_on_every_try_and_of_nobody_else() -> None:
    compiled = compile_letter(letter(), KEYRING)
    again = compile_letter(letter(text="other"), KEYRING)
    ids = {compiled.message_id(n, nth) for n in (1, 2, -1) for nth in (0, 1)}
    assert len(ids) == 6
    assert compiled.message_id(1) == again.message_id(1)
    assert f"<{compiled.message_id(5)}>" == parse(compiled.assemble(TOM))["Message-ID"]


@pytest.mark.parametrize(
    ("part", "source", "line"),
    [
        ("subject", "{{ x", 1),
        ("html", "<p>\n{{ x | nofilter }}</p>", 2),
        ("text", "a\nb\n{% nothing %}", 3),
        ("html", "{{ '<script>' }}", 1),
    ],
)
def test_a_letter_that_cannot_be_read_says_where(part: str, source: str, line: int) -> None:
    with pytest.raises(LetterFault) as caught:
        compile_letter(letter(**{part: source}), KEYRING)
    assert (caught.value.part, caught.value.line) == (part, line)


@pytest.mark.parametrize(
    "bomb",
    [
        "{% for i in (1..10000) %}{% for j in (1..10000) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..9000) %}" + "x" * 200 + "{% endfor %}",
        "{% assign x = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}"
        "{{ x }}",
    ],
)
def test_a_bomb_is_stopped(bomb: str) -> None:
    for part in ("subject", "html", "text"):
        with pytest.raises(LetterFault, match="too much"):
            compile_letter(letter(**{part: bomb}), KEYRING).assemble(TOM)


@pytest.mark.parametrize(
    "name", ["", "ü" * 2000, "\u202eRTL\u202c", "😀" * 300, "\ud800", "...", "a" * 4000, "\r\n.\r\n"]
)
def test_strange_names_are_delivered_soundly(name: str) -> None:
    made = letter(
        subject="Hi {{ subscriber.first_name }}",
        text="{{ subscriber.first_name }}\n",
        html="<p>{{ subscriber.first_name }}</p>",
    )
    assert_equal_ways(compile_letter(made, KEYRING), Recipient(1, "a@x.example", name))


def test_the_size_is_known() -> None:
    compiled = compile_letter(letter(html="<p>{{ subscriber.first_name }}</p>"), KEYRING)
    size = len(compiled.assemble(TOM, AT))
    assert compiled.static_bytes < size < compiled.static_bytes + 600


def test_a_rendered_document_goes_through_with_its_footer_and_pixel() -> None:
    body = {
        "v": 1,
        "doc": {
            "type": "doc",
            "content": [
                {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Hello"}]},
                {
                    "type": "paragraph",
                    "content": [
                        {"type": "text", "text": "Hi "},
                        {"type": "variable", "attrs": {"name": "first_name", "fallback": 'you "all"'}},
                    ],
                },
                {"type": "button", "attrs": {"label": "Read", "href": "https://example.com/notes"}},
            ],
        },
    }
    rendered = render_letter(
        "document", body, preview_text="Soon", postal_address="1 Slow Lane", base_url="https://p.example"
    )
    compiled = compile_letter(letter(html=rendered.html, text=rendered.text), KEYRING)
    message = assert_equal_ways(compiled, Recipient(1, "a@x.example"))
    text, html = contents(message)
    for shown in (text, html):
        assert "1 Slow Lane" in shown
        assert "https://e.example/u/" in shown
        assert "https://e.example/c/" in shown
    assert html.count("https://e.example/o/") == 1
    assert 'you "all"' in text
