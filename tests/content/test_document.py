"""What may be stored as a letter, and what is kept untouched."""

import json

import pytest

from postroom.content.document import DocumentInvalid, empty_document, upgrade, validate


def doc(*nodes: object) -> dict:
    return {"v": 1, "doc": {"type": "doc", "content": list(nodes)}}


def test_a_document_comes_back_as_it_was() -> None:
    body = doc(
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Hi"}]},
        {
            "type": "paragraph",
            "content": [
                {
                    "type": "text",
                    "text": "a",
                    "marks": [{"type": "link", "attrs": {"href": "https://x.example"}}],
                },
                {"type": "variable", "attrs": {"name": "first_name", "fallback": "friend"}},
            ],
        },
        {"type": "columns", "attrs": {"widths": [1, 2.5, None]}, "content": [{"type": "column"}]},
    )
    assert validate(body) == body
    assert validate(empty_document()) == empty_document()


def test_html_as_a_whole_is_kept_byte_for_byte() -> None:
    body = {"html": "<p onclick='x'>\r\n{{ subscriber.first_name }}</p>"}
    assert validate(body) == body


def test_characters_that_cannot_be_stored_are_left_out() -> None:
    body = doc({"type": "paragraph", "content": [{"type": "text", "text": "a\x00b\ud800c"}]})
    assert validate(body)["doc"]["content"][0]["content"][0]["text"] == "abc"


def deep(levels: int) -> dict:
    node: dict = {"type": "paragraph"}
    for _ in range(levels):
        node = {"type": "blockquote", "content": [node]}
    return doc(node)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"v": 1},
        {"v": "1", "doc": {"type": "doc"}},
        {"v": 0, "doc": {"type": "doc"}},
        {"v": 2, "doc": {"type": "doc"}},
        {"v": 1, "doc": {"type": "paragraph"}},
        doc("text"),
        doc({"content": []}),
        doc({"type": "paragraph", "content": {}}),
        doc({"type": "text", "text": 1}),
        doc({"type": "text", "text": "a", "marks": ["bold"]}),
        doc({"type": "image", "attrs": []}),
        doc({"type": "image", "attrs": {"width": float("nan")}}),
        deep(40),
        doc({"type": "paragraph", "content": [{"type": "text", "text": "x" * 1_000_001}]}),
        {"html": "x" * 1_000_001},
    ],
)
def test_anything_else_is_refused_in_a_sentence(body: object) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        validate(body)
    assert caught.value.message.endswith(".")
    assert caught.value.help


def test_every_older_version_is_read() -> None:
    body = {"v": 1, "doc": {"type": "doc", "content": []}}
    assert json.loads(json.dumps(upgrade(body)))["v"] == 1
