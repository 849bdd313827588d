"""`/search`: people, tags, forms, broadcasts, sequences and screens by a few letters."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from postroom.broadcasts.models import Broadcast
from postroom.doors.native.auth import caller
from postroom.forms.models import Form
from postroom.sequences.queries import list_sequences
from postroom.subscribers import queries
from postroom.subscribers.models import SubscriberState, Tag

router = Router(tags=["Search"])
EACH = 5

# Title, what else one may call it, address.
PAGES = (
    ("Home", "start overview", "/app/"),
    ("Subscribers", "people list", "/app/subscribers"),
    ("Import people", "csv upload file", "/app/subscribers/import"),
    ("Tags & segments", "labels", "/app/tags"),
    ("Forms & pages", "sign-up opt-in", "/app/forms"),
    ("Broadcasts", "letters newsletter send", "/app/broadcasts"),
    ("Sequences", "courses emails welcome", "/app/sequences"),
    ("Test inbox", "mail rehearsal", "/app/inbox"),
    ("Settings", "account sending team keys api security", "/app/settings"),
)


class Found(Schema):
    kind: str
    id: int | str
    title: str
    subtitle: str
    url: str


class Results(Schema):
    items: list[Found]


class SearchQuery(Schema):
    q: str = Field("", max_length=200)


@router.get("/search", response=Results)
def search(request: HttpRequest, wanted: Query[SearchQuery]) -> dict[str, Any]:
    """Up to five of each kind; people by address and name."""
    account_id, text = caller(request).account_id, wanted.q.replace("\x00", "").strip()
    if not text:
        return {"items": []}
    return {
        "items": [
            *_pages(text),
            *_people(account_id, text),
            *_tags(account_id, text),
            *_broadcasts(account_id, text),
            *_sequences(account_id, text),
            *_forms(account_id, text),
        ]
    }


def _pages(text: str) -> list[dict[str, Any]]:
    return [
        {"kind": "page", "id": url, "title": title, "subtitle": "", "url": url}
        for title, words, url in PAGES
        if any(word.startswith(text.lower()) for word in f"{title} {words}".lower().split())
    ]


def _people(account_id: int, text: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": "subscriber",
            "id": person.id,
            "title": person.first_name or person.email,
            "subtitle": f"{person.email}, {SubscriberState(person.state).label}",
            "url": f"/app/subscribers/{person.id}",
        }
        for person in queries.find_people(account_id, text, limit=EACH)
    ]


def _tags(account_id: int, text: str) -> list[dict[str, Any]]:
    found = Tag.objects.filter(account_id=account_id, name__icontains=text).order_by("name")[:EACH]
    return [
        {
            "kind": "tag",
            "id": tag.pk,
            "title": tag.name,
            "subtitle": "Tag",
            "url": f"/app/subscribers?state=all&tag={tag.pk}",
        }
        for tag in found
    ]


def _broadcasts(account_id: int, text: str) -> list[dict[str, Any]]:
    matches = Q(subject__icontains=text) | Q(preview_text__icontains=text)
    found = Broadcast.objects.filter(matches, account_id=account_id).order_by("-id")[:EACH]
    return [
        {
            "kind": "broadcast",
            "id": letter.pk,
            "title": letter.subject or "Untitled",
            "subtitle": f"Broadcast, {letter.state}",
            "url": f"/app/broadcasts/{letter.pk}",
        }
        for letter in found
    ]


def _sequences(account_id: int, text: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": "sequence",
            "id": sequence.pk,
            "title": sequence.name,
            "subtitle": "Sequence",
            "url": f"/app/sequences/{sequence.pk}",
        }
        for sequence in list_sequences(account_id, text)[:EACH]
    ]


def _forms(account_id: int, text: str) -> list[dict[str, Any]]:
    found = Form.objects.filter(account_id=account_id, name__icontains=text).order_by("-id")[:EACH]
    return [
        {
            "kind": "form",
            "id": form.pk,
            "title": form.name,
            "subtitle": "Form",
            "url": f"/app/forms/{form.pk}",
        }
        for form in found
    ]
