"""`/subscribers`: the list, one person, and acts on many with undo."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from postroom.doors.native.auth import caller
from postroom.doors.native.change_words import say_changes
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.doors.native.undo import BULK, act_token
from postroom.forms.models import Form
from postroom.lib.errors import Invalid
from postroom.subscribers import queries, services
from postroom.subscribers.rules import Cause
from postroom.tracking import queries as tracking
from postroom.tracking.models import Engagement

router = Router(tags=["Subscribers"])

MOST_AT_ONCE = 10_000
"""People of one act: it locks each of them, and their sign-ups wait for its end."""
State = Literal["active", "inactive", "cancelled", "bounced", "complained"]


class NamedTag(Schema):
    id: int
    name: str


class PersonRow(Schema):
    """`marks`: what became of the last five messages, newest last."""

    id: int
    email: str
    first_name: str | None
    state: str
    tags: list[NamedTag]
    marks: list[str]
    source: str
    created_at: datetime


class Counts(Schema):
    """People by state, in the whole account."""

    all: int
    active: int
    inactive: int
    cancelled: int
    bounced: int
    complained: int


class PeopleOut(Listing[PersonRow]):
    counts: Counts


class Filter(Schema):
    """Which people; all of the tags, and the text in address or first name."""

    state: State | Literal["", "all"] = ""
    tag: list[int] = []
    q: str = Field("", max_length=200)


class PersonIn(Schema):
    """`fields` by key; `tags` are ids or names, names that do not exist are made."""

    email: str
    first_name: str | None = None
    tags: list[int | str] = []
    fields: dict[str, str | None] = {}


class PersonPatch(Schema):
    """What is left out stays; an empty text clears."""

    email: str | None = None
    first_name: str | None = None
    fields: dict[str, str | None] = {}


class FieldValue(Schema):
    id: int
    key: str
    label: str
    value: str | None


class FormPlace(Schema):
    id: int
    name: str
    state: str
    at: datetime


class MailStats(Schema):
    sent: int
    delivered: int
    opened: int
    clicked: int
    last_sent_at: datetime | None
    last_clicked_at: datetime | None


class ConsentOut(Schema):
    id: int
    form_id: int | None
    wording: str
    wording_at: datetime | None
    asked_at: datetime
    ip: str | None
    user_agent: str
    page: str
    confirmed_at: datetime | None
    confirmed_ip: str | None


class PersonOut(Schema):
    id: int
    email: str
    first_name: str | None
    state: str
    source: str
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    fields: dict[str, str]
    field_list: list[FieldValue]
    tags: list[NamedTag]
    forms: list[FormPlace]
    stats: MailStats
    consent: list[ConsentOut]


class TagsIn(Schema):
    ids: list[int] = []
    names: list[str] = []


class ChangeCause(Schema):
    kind: str
    id: int | None


class ChangeOut(Schema):
    id: int
    kind: str
    title: str
    detail: str
    at: datetime
    cause: ChangeCause


class ActIn(Schema):
    """Either `ids` or `filter`; `tag_id` with tag and untag."""

    act: Literal["tag", "untag", "unsubscribe", "delete"]
    ids: list[Annotated[int, Field(ge=1, lt=2**53)]] | None = Field(None, max_length=MOST_AT_ONCE)
    filter: Filter | None = None
    tag_id: int | None = None


class ActOut(Schema):
    """`undo_token` goes to POST undo; null where nothing can be taken back (deleting)."""

    changed: int
    undo_token: str | None = None


class ListQuery(Filter):
    sort: Literal["created_at", "-created_at", "email", "-email"] = "-created_at"


@router.get("/subscribers", response=PeopleOut)
def list_subscribers(request: HttpRequest, wanted: Query[ListQuery], paging: Query[Paging]) -> dict[str, Any]:
    """People, the newest first."""
    account_id = caller(request).account_id
    found = queries.list_page(
        account_id,
        state=wanted.state,
        tag_ids=wanted.tag,
        search=wanted.q,
        sort=wanted.sort,
        page=paging.page,
        per_page=paging.per_page,
    )
    ids = [person.id for person in found.items]
    tags, marks = queries.tags_of(account_id, ids), tracking.last_marks(account_id, ids)
    rows = [
        {
            "id": person.id,
            "email": person.email,
            "first_name": person.first_name,
            "state": person.state,
            "tags": tags[person.id],
            "marks": marks.get(person.id, []),
            "source": person.source,
            "created_at": person.created_at,
        }
        for person in found.items
    ]
    counts = queries.state_counts(account_id)
    return listing(rows, found.total, paging, counts={"all": sum(counts.values()), **counts})


@router.post("/subscribers", response={201: PersonOut})
def add_subscriber(request: HttpRequest, body: PersonIn) -> Status[Any]:
    """Somebody whose consent you have; active at once. 409 when the address is on the list already."""
    who = caller(request)
    by_key = queries.fields_by_key(who.account_id)
    cause = Cause("screen", actor=who.actor, origin="native")
    with transaction.atomic():
        made = services.add(
            account_id=who.account_id,
            email=body.email,
            first_name=body.first_name,
            fields=_by_id(by_key, body.fields),
            source="Added by hand",
            cause=cause,
        )
        if tag_ids := _tag_ids(who.account_id, body.tags):
            people = [made.id]
            services.add_tags(account_id=who.account_id, subscriber_ids=people, tag_ids=tag_ids, cause=cause)
    return Status(201, _show(who.account_id, made.id))


@router.get("/subscribers/{int:subscriber_id}", response=PersonOut)
def show_subscriber(request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
    """One person with fields, tags, forms, figures and consent."""
    return _show(caller(request).account_id, subscriber_id)


@router.patch("/subscribers/{int:subscriber_id}", response=PersonOut)
def change_subscriber(request: HttpRequest, subscriber_id: int, body: PersonPatch) -> dict[str, Any]:
    """Writes what is given."""
    who = caller(request)
    services.update(
        account_id=who.account_id,
        subscriber_id=subscriber_id,
        email=body.email,
        first_name=""
        if "first_name" in body.model_fields_set and body.first_name is None
        else body.first_name,
        fields=_by_id(queries.fields_by_key(who.account_id), body.fields),
        cause=Cause("screen", actor=who.actor, origin="native"),
    )
    return _show(who.account_id, subscriber_id)


@router.delete("/subscribers/{int:subscriber_id}", response={204: None})
def delete_subscriber(request: HttpRequest, subscriber_id: int) -> Status[None]:
    """Erases the person; only a hash of the address stays, so that no file brings them back."""
    who = caller(request)
    queries.get(who.account_id, subscriber_id)
    cause = Cause("screen", actor=who.actor, origin="native")
    services.erase(account_id=who.account_id, subscriber_ids=[subscriber_id], cause=cause)
    return Status(204, None)


@router.post("/subscribers/{int:subscriber_id}/unsubscribe", response=PersonOut)
def unsubscribe_subscriber(request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
    """Ends all letters to the person. Only they can come back by themselves."""
    who = caller(request)
    cause = Cause("screen", actor=who.actor, origin="native")
    services.unsubscribe(account_id=who.account_id, subscriber_id=subscriber_id, cause=cause)
    return _show(who.account_id, subscriber_id)


@router.post("/subscribers/{int:subscriber_id}/complaint", response=PersonOut)
def note_complaint(request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
    """The person called a letter spam: they get nothing more, and no import brings the address back."""
    who = caller(request)
    cause = Cause("screen", actor=who.actor, origin="native")
    services.complain(account_id=who.account_id, subscriber_id=subscriber_id, cause=cause)
    return _show(who.account_id, subscriber_id)


@router.post("/subscribers/{int:subscriber_id}/tags", response=list[NamedTag])
def tag_subscriber(request: HttpRequest, subscriber_id: int, body: TagsIn) -> list[dict[str, Any]]:
    """Gives tags by id or name; names that do not exist are made. Answers all tags of the person."""
    who = caller(request)
    queries.get(who.account_id, subscriber_id)
    services.add_tags(
        account_id=who.account_id,
        subscriber_ids=[subscriber_id],
        tag_ids=_tag_ids(who.account_id, [*body.ids, *body.names]),
        cause=Cause("screen", actor=who.actor, origin="native"),
    )
    return queries.tags_of(who.account_id, [subscriber_id])[subscriber_id]


@router.delete("/subscribers/{int:subscriber_id}/tags/{int:tag_id}", response={204: None})
def untag_subscriber(request: HttpRequest, subscriber_id: int, tag_id: int) -> Status[None]:
    """Takes a tag away; also when it was not set."""
    who = caller(request)
    queries.get(who.account_id, subscriber_id)
    services.remove_tags(
        account_id=who.account_id,
        subscriber_ids=[subscriber_id],
        tag_ids=[tag_id],
        cause=Cause("screen", actor=who.actor, origin="native"),
    )
    return Status(204, None)


@router.get("/subscribers/{int:subscriber_id}/changes", response=Listing[ChangeOut])
def list_changes(request: HttpRequest, subscriber_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """What changed about the person, and why; newest first."""
    account_id = caller(request).account_id
    queries.get(account_id, subscriber_id)
    found = say_changes(account_id, queries.history(account_id, subscriber_id, limit=1000))
    return listing(found[paging.offset : paging.offset + paging.per_page], len(found), paging)


@router.post("/subscribers/acts", response=ActOut)
def act_on_subscribers(request: HttpRequest, body: ActIn) -> dict[str, Any]:
    """One act on many people: those named, or everybody who fits the filter."""
    who = caller(request)
    if (body.ids is None) == (body.filter is None):
        raise Invalid("Name the people by ids or by a filter.", help="Send exactly one of them.", field="ids")
    if body.act in ("tag", "untag") and body.tag_id is None:
        raise Invalid("The tag is missing.", help="Send tag_id.", field="tag_id")
    ids = body.ids
    if ids is None and body.filter is not None:
        wanted = body.filter
        ids = services.select_ids(
            account_id=who.account_id,
            state=wanted.state,
            tag_ids=wanted.tag,
            search=wanted.q,
            most=MOST_AT_ONCE,
        )
    act_id = services.next_act_id()
    changed = services.act_on_many(
        account_id=who.account_id,
        act=body.act,
        subscriber_ids=ids or [],
        tag_id=body.tag_id,
        cause=Cause(BULK, act_id, who.actor, "native"),
    )
    can_undo = changed and body.act != "delete"
    return {"changed": changed, "undo_token": act_token(act_id) if can_undo else None}


def _show(account_id: int, subscriber_id: int) -> dict[str, Any]:
    person = queries.get(account_id, subscriber_id)
    more = queries.profile(account_id, subscriber_id)
    names = dict(
        Form.objects.filter(account_id=account_id, id__in=[p["form_id"] for p in more["places"]]).values_list(
            "id", "name"
        )
    )
    fields = queries.list_fields(account_id)
    return {
        "id": person.id,
        "email": person.email,
        "first_name": person.first_name,
        "state": person.state,
        "source": person.source,
        "created_at": person.created_at,
        "confirmed_at": person.confirmed_at,
        "cancelled_at": person.cancelled_at,
        "fields": {f.key: person.fields[str(f.id)] for f in fields if str(f.id) in person.fields},
        "field_list": [
            {"id": f.id, "key": f.key, "label": f.label, "value": person.fields.get(str(f.id))}
            for f in fields
        ],
        "tags": queries.tags_of(account_id, [subscriber_id])[subscriber_id],
        "forms": [
            {"id": p["form_id"], "name": names[p["form_id"]], "state": p["state"], "at": p["created_at"]}
            for p in more["places"]
        ],
        "stats": _stats(account_id, subscriber_id),
        "consent": more["consent"],
    }


def _stats(account_id: int, subscriber_id: int) -> dict[str, Any]:
    history = tracking.email_history(account_id, subscriber_id)
    marks = tracking.count_marks(history)
    clicked = Engagement.objects.filter(account_id=account_id, recipient_id=subscriber_id).aggregate(
        at=Max("last_click_at")
    )
    return {
        "sent": len(history),
        "delivered": len(history) - marks.get("dropped", 0),
        "opened": marks.get("opened", 0) + marks.get("clicked", 0),
        "clicked": marks.get("clicked", 0),
        "last_sent_at": history[0].at if history else None,
        "last_clicked_at": clicked["at"],
    }


def _by_id(by_key: dict[str, int], fields: dict[str, str | None]) -> dict[str, str | None]:
    unknown = sorted(set(fields) - set(by_key))
    if unknown:
        raise Invalid(
            f"There is no custom field “{unknown[0]}”.",
            help="GET custom_fields lists their keys.",
            field="fields",
        )
    return {str(by_key[key]): value for key, value in fields.items()}


def _tag_ids(account_id: int, tags: list[int | str]) -> list[int]:
    names = [tag for tag in tags if isinstance(tag, str)]
    made = services.find_or_create_tags(account_id=account_id, names=names)
    return sorted({tag for tag in tags if isinstance(tag, int)} | set(made.values()))
