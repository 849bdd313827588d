"""Reads of forms; every one takes the account first."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from django.db.models import F, Q, QuerySet, Sum

from postroom.forms.errors import FormNotFound
from postroom.forms.models import Form, FormDay, FormPage
from postroom.forms.rules import UID
from postroom.lib import clock, sql
from postroom.media.models import Media


class FormStats(TypedDict):
    """`visitors_30d` and `joined_30d` count the last 30 days; `conversion` is joined / visitors or None."""

    visitors_30d: int
    joined_30d: int
    subscribers: int
    conversion: float | None


def get(account_id: int, form_id: int) -> Form:
    """One form. Raises FormNotFound."""
    form = Form.objects.filter(account_id=account_id, id=form_id).first()
    if form is None:
        raise FormNotFound
    return form


def by_uid(uid: str) -> Form | None:
    """The form with this public name, of whichever account."""
    return Form.objects.filter(uid=uid).first() if UID.match(uid) else None


def account_of(form_id: int) -> int | None:
    """The account of a form that a public page names by id."""
    if not 0 < form_id < 2**53:
        return None
    return Form.objects.filter(id=form_id).values_list("account_id", flat=True).first()


def list_forms(account_id: int, search: str = "") -> QuerySet[Form]:
    """Every form of the account, the newest first, archived ones last."""
    found = Form.objects.filter(account_id=account_id)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(heading__icontains=search))
    return found.order_by(F("archived_at").desc(nulls_first=True), "-id")


def picture_of(form: Form) -> Media | None:
    """The picture that the form's style names, if it is still there."""
    picture_id = form.style.get("picture_id")
    if picture_id is None:
        return None
    return Media.objects.filter(account_id=form.account_id, id=picture_id).first()


def pages_of(account_id: int, form_id: int, *, days: int = 90) -> list[FormPage]:
    """Pages where the form was seen lately, the most visited first."""
    since = clock.now() - timedelta(days=days)
    found = FormPage.objects.filter(account_id=account_id, form_id=form_id, last_at__gte=since)
    return list(found.order_by("-visits", "page"))


def stats(account_id: int, form_ids: list[int]) -> dict[int, FormStats]:
    """Visitors, subscribers and conversion by form id, for every id given."""
    since = clock.now() - timedelta(days=30)
    visits = dict(
        FormDay.objects.filter(account_id=account_id, form_id__in=form_ids, day__gte=since.date())
        .values_list("form_id")
        .annotate(n=Sum("visits"))
    )
    counted = {
        row["form_id"]: row
        for row in sql.rows(
            sql.load("forms", "count_subscribers"),
            {"account": account_id, "forms": form_ids, "since": since},
        )
    }
    out: dict[int, FormStats] = {}
    for form_id in form_ids:
        row = counted.get(form_id, {"subscribers": 0, "joined_30d": 0})
        seen = visits.get(form_id, 0)
        out[form_id] = FormStats(
            visitors_30d=seen,
            joined_30d=row["joined_30d"],
            subscribers=row["subscribers"],
            conversion=min(1.0, row["joined_30d"] / seen) if seen else None,
        )
    return out
