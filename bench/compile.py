"""How fast one core puts messages together: a newsletter of 17 KB, 12 tracked links, Liquid values.

The naive side parses the template once and then, for each person, renders it, inlines CSS, rewrites the links
in a parsed tree and builds the message with the standard library.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

import css_inline
from lxml import html as lxml_html

from bench.common import figure, save
from postroom.content import links, liquid
from postroom.content.plain import text_of_html
from postroom.content.render import render_letter
from postroom.lib.signing import Keyring
from postroom.sending.compile import CompiledMessage, Letter, Recipient, compile_letter

KEYRING = Keyring([b"b" * 32])
WORDS = "The quiet week and what grew in it was longer than anybody had planned for this garden of letters. "


def text(value: str, link: str = "") -> dict[str, object]:
    marks = [{"type": "link", "attrs": {"href": link}}] if link else []
    return {"type": "text", "text": value, "marks": marks}


def document(paragraphs: int, count: int) -> dict[str, object]:
    nodes: list[dict[str, object]] = [
        {"type": "heading", "attrs": {"level": 1}, "content": [text("The quiet week")]},
        {
            "type": "paragraph",
            "content": [
                text("Hi "),
                {"type": "variable", "attrs": {"name": "first_name", "fallback": "there"}},
            ],
        },
        {"type": "paragraph", "content": [text("How is {{ subscriber.city | default: 'your town' }}?")]},
    ]
    for number in range(paragraphs):
        link = f"https://example.com/notes/{number}?from=letter" if number < count else ""
        nodes.append({"type": "paragraph", "content": [text(WORDS * 4), text("Read on", link)]})
    return {"v": 1, "doc": {"type": "doc", "content": nodes}}


def letter(paragraphs: int, count: int, extra: str = "") -> Letter:
    made = render_letter(
        "document", document(paragraphs, count), preview_text="Soon", postal_address="1 Slow Lane"
    )
    return Letter(
        account_id=3,
        send_id=1234,
        send_day=20_000,
        subject="{{ subscriber.first_name | default: 'Hello' }}, the quiet week",
        text=made.text,
        html=made.html.replace("</body>", extra + "</body>"),
        from_email="ada@letters.example",
        from_name="Ada",
        edge_url="https://e.example",
        public_url="https://p.example",
        domain="letters.example",
    )


def rate(act: Callable[[int], object], seconds: float = 2.0) -> float:
    """Turns per second of CPU time of this process, the best of three."""
    best = 0.0
    for _ in range(3):
        count, began = 0, time.process_time()
        while time.process_time() - began < seconds / 3:
            act(count)
            count += 1
        best = max(best, count / (time.process_time() - began))
    return best


def person(number: int) -> Recipient:
    return Recipient(number, f"reader{number}@example.com", f"Reader{number}", {"city": "Lisbon"})


def naive(compiled: CompiledMessage) -> Callable[[int], bytes]:
    """A message the plain way, with the same content."""
    made = compiled.letter
    body, subject = liquid.parse(made.html or "", html=True), liquid.parse(made.subject, html=False)
    inliner = css_inline.CSSInliner(keep_style_tags=True)

    def write(number: int) -> bytes:
        who = person(number)
        ref = links.MessageRef(made.account_id, made.send_id, made.send_day, who.id)
        values = {
            "subscriber": liquid.Subscriber({"first_name": who.first_name, **who.fields}),
            "unsubscribe_url": made.edge_url + links.sign_unsubscribe(KEYRING, ref),
        }
        tree = lxml_html.fromstring(inliner.inline(body.render(**values)))
        for no, anchor in enumerate(tree.iter("a")):
            if anchor.get("href", "").startswith("https://example.com"):
                anchor.set("href", made.edge_url + links.sign_click(KEYRING, ref, no, anchor.get("href")))
        shown = lxml_html.tostring(tree, encoding="unicode")
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = f"Ada <{made.from_email}>", who.email
        message["Subject"] = subject.render(**values)
        message.set_content(text_of_html(shown), cte="quoted-printable")
        message.add_alternative(shown, subtype="html", cte="quoted-printable")
        return message.as_bytes()

    return write


def main() -> None:
    rows = []
    big = compile_letter(letter(32, 12), KEYRING)
    size = len(big.assemble(person(1)))
    rows.append(figure("size of the newsletter's HTML", len(big.letter.html or "") / 1000, "KB"))
    rows.append(figure("size of a message on the wire", size / 1000, "KB"))
    quick = rate(lambda number: big.assemble(person(number)))
    slow = rate(naive(big), 6.0)
    rows.append(figure("compiled, 12 links, Liquid values", quick, "messages/s", 13_000))
    rows.append(figure("naive, the same content", slow, "messages/s"))
    rows.append(figure("compiled / naive", quick / slow, "times", 50))
    few = compile_letter(letter(32, 5), KEYRING)
    rows.append(figure("compiled, 5 links", rate(lambda n: few.assemble(person(n))), "messages/s", 13_000))
    block = "{% if subscriber.city == 'Lisbon' %}<p>Near you: {{ subscriber.city }}</p>{% endif %}"
    with_block = compile_letter(letter(32, 12, block), KEYRING)
    rows.append(
        figure("compiled, with an if block", rate(lambda n: with_block.assemble(person(n))), "messages/s")
    )
    signer = links.LinkSigner(KEYRING, 3, 1234, 20_000)
    start, number = signer.start(1_234_567, 0), links.pack_number(5)
    url = b"https://example.com/some/path?x=1"
    signed = rate(lambda _: signer.click(start, number, url), 1.0)
    rows.append(figure("one link token", 1e6 / signed, "µs", 3, at_most=True))
    save("compile", rows)


if __name__ == "__main__":
    main()
