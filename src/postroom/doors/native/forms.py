"""`/api/1/forms`: where people join."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.forms import markup, queries, services
from postroom.forms.models import Form
from postroom.media import services as media
from postroom.settings import load
from postroom.subscribers.models import Tag

router = Router(tags=["Forms"])
_MADE = ("tags", "embed", "stats", "picture", "pages", "warnings")
"""What an answer tells beyond the form's own settings."""


class FormRow(Schema):
    """`conversion` is the share of the last 30 days' visitors who joined, 0 to 1, null without visitors."""

    id: int
    uid: str
    name: str
    format: str | None
    archived: bool
    subscribers: int
    visitors_30d: int
    conversion: float | None
    created_at: datetime


class NamedTag(Schema):
    id: int
    name: str


class Embed(Schema):
    """Ways to put the form on a page."""

    script: str
    html: str
    link: str


class StyleOut(Schema):
    """Only what was chosen: colours as #rrggbb, `radius` in pixels, `picture_place` side or top."""

    accent: str | None = None
    background: str | None = None
    radius: int | None = None
    picture_id: int | None = None
    picture_alt: str | None = None
    picture_place: str | None = None


class FormPicture(Schema):
    """The picture that the style names."""

    id: int
    url: str
    width: int
    height: int


class SeenPage(Schema):
    """A page that carries the form (host and path), and how often it was looked at there."""

    page: str
    visits: int
    last_at: datetime


class Stats(Schema):
    visitors_30d: int
    subscribers: int
    conversion: float | None


class FormHint(Schema):
    """Something about the form that somebody should see."""

    code: str
    text: str


class FormDetail(Schema):
    """`not_live` among the warnings says that people get the email as it was before."""

    id: int
    uid: str
    name: str
    type: str
    format: str | None
    heading: str
    description: str
    button_text: str
    note: str
    fields: list[dict[str, Any]]
    success_action: str
    success_message: str
    redirect_url: str
    incentive_enabled: bool
    incentive_subject: str
    incentive_body: dict[str, Any]
    incentive_redirect_url: str
    auto_confirm: bool
    tag_ids: list[int]
    tags: list[NamedTag]
    options: dict[str, Any]
    style: StyleOut
    picture: FormPicture | None
    pages: list[SeenPage]
    embed: Embed
    stats: Stats
    warnings: list[FormHint]
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NewForm(Schema):
    name: str


class FormChanges(Schema):
    """Any of the form's settings; what is left out stays. `tags` (ids) is another name for `tag_ids`."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    format: str | None = None
    heading: str | None = None
    description: str | None = None
    button_text: str | None = None
    note: str | None = None
    fields: list[dict[str, Any]] | None = None
    success_action: str | None = None
    success_message: str | None = None
    redirect_url: str | None = None
    incentive_enabled: bool | None = None
    incentive_subject: str | None = None
    incentive_body: dict[str, Any] | None = None
    incentive_redirect_url: str | None = None
    auto_confirm: bool | None = None
    tag_ids: list[int] | None = None
    tags: list[int] | None = None
    options: dict[str, Any] | None = None
    style: StyleOut | None = None


class Archived(Schema):
    archived: bool = True


@router.get("/forms", response=Listing[FormRow])
def list_forms(request: HttpRequest, paging: Query[Paging], q: str = "") -> dict[str, Any]:
    """All forms, the newest first, archived ones last."""
    account_id = caller(request).account_id
    found = queries.list_forms(account_id, q)
    shown = list(found[paging.offset : paging.offset + paging.per_page])
    stats = queries.stats(account_id, [form.pk for form in shown])
    rows = [
        {
            "id": form.pk,
            "uid": form.uid,
            "name": form.name,
            "format": form.format,
            "archived": form.archived_at is not None,
            "subscribers": stats[form.pk]["subscribers"],
            "visitors_30d": stats[form.pk]["visitors_30d"],
            "conversion": stats[form.pk]["conversion"],
            "created_at": form.created_at,
        }
        for form in shown
    ]
    return listing(rows, found.count(), paging)


@router.post("/forms", response={201: FormDetail})
def create_form(request: HttpRequest, data: NewForm) -> Status:
    """A form that works at once, with a confirmation email to change."""
    form = services.create(account_id=caller(request).account_id, name=data.name)
    return Status(201, _detail(form))


@router.get("/forms/{form_id}", response=FormDetail)
def get_form(request: HttpRequest, form_id: int) -> dict[str, Any]:
    """One form with its settings, numbers and embeds."""
    return _detail(queries.get(caller(request).account_id, form_id))


@router.patch("/forms/{form_id}", response=FormDetail)
def save_form(request: HttpRequest, form_id: int, data: FormChanges) -> dict[str, Any]:
    """Change some settings; pages that carry the form show it at once."""
    changes = data.dict(exclude_unset=True)
    if data.style is not None:
        changes["style"] = data.style.dict(exclude_none=True)
    if "tags" in changes:
        changes["tag_ids"] = changes.pop("tags")
    return _detail(services.save(account_id=caller(request).account_id, form_id=form_id, changes=changes))


@router.post("/forms/{form_id}/archive", response=FormDetail)
def archive_form(request: HttpRequest, form_id: int, data: Archived | None = None) -> dict[str, Any]:
    """Out of the daily list, or with `archived: false` back. Pages that carry it go on working."""
    archived = data.archived if data else True
    return _detail(
        services.archive(account_id=caller(request).account_id, form_id=form_id, archived=archived)
    )


@router.post("/forms/{form_id}/duplicate", response={201: FormDetail})
def duplicate_form(request: HttpRequest, form_id: int) -> Status:
    """A copy with its own address and no people."""
    return Status(201, _detail(services.duplicate(account_id=caller(request).account_id, form_id=form_id)))


@router.get("/forms/{form_id}/preview", response={200: str})
def preview_form(request: HttpRequest, form_id: int) -> HttpResponse:
    """The form's HTML, to be shown in a sandbox."""
    form = queries.get(caller(request).account_id, form_id)
    policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; sandbox"
    html = str(markup.render_form(form, public_url=load().public_url))
    return HttpResponse(html, headers={"Content-Security-Policy": policy})


def _detail(form: Form) -> dict[str, Any]:
    settings = load()
    found = markup.embed(form, public_url=settings.public_url, pages_url=settings.pages_url)
    stats = queries.stats(form.account_id, [form.pk])[form.pk]
    tags = Tag.objects.filter(account_id=form.account_id, id__in=form.tag_ids).order_by("name")
    names = [name for name in FormDetail.model_fields if name not in _MADE]
    picture = queries.picture_of(form)
    return {name: getattr(form, name) for name in names} | {
        "picture": None
        if picture is None
        else {
            "id": picture.pk,
            "url": media.url_of(picture),
            "width": picture.width,
            "height": picture.height,
        },
        "pages": queries.pages_of(form.account_id, form.pk),
        "tags": [{"id": tag.pk, "name": tag.name} for tag in tags],
        "embed": {"script": found.script, "html": found.html, "link": found.link},
        "stats": stats,
        "warnings": services.letter_hints(form),
    }
