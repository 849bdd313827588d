"""One sign-up at a form: by a person on a page, or by a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

from psycopg.types.json import Jsonb

from postroom.forms.errors import FormNotFound
from postroom.forms.services.change import refreeze
from postroom.forms.services.letter import FALLBACK_FROM
from postroom.lib import sql
from postroom.settings import load
from postroom.subscribers.rules import parse_email

SOURCES = {"page": "form", "api": "API::V3::SubscriptionsController (external)"}
_CALL = """
SELECT * FROM forms_subscribe(%(account)s, %(form)s, %(email)s, %(key)s, %(first_name)s, %(fields)s, %(tags)s,
    %(referrer)s, %(source)s, %(actor)s, %(by_person)s, %(ip)s, %(agent)s, %(page)s, %(mails)s, %(fallback)s)
"""


class Joined(TypedDict):
    """A sign-up as it stands afterwards. `state` is the subscription's, `subscriber_state` the person's."""

    subscription_id: int
    state: str
    created_at: datetime
    referrer: str | None
    source: str | None
    subscriber_id: int
    subscriber_state: str
    created: bool
    """The person is new to the account."""
    mailed: bool
    """A mail that asks to confirm was planned."""


def subscribe(
    *,
    account_id: int,
    form_id: int,
    email: str,
    first_name: str | None = None,
    fields: Mapping[str, Any] | None = None,
    tag_ids: Sequence[int] = (),
    referrer: str | None = None,
    ip: str | None = None,
    user_agent: str = "",
    page: str = "",
    via: Literal["page", "api"] = "page",
) -> Joined:
    """Puts a person under a form, as the form is set. Doing it again changes nothing that was done before.

    Raises InvalidEmail (of the subscribers), FormNotFound."""
    address = parse_email(email)
    call = {
        "account": account_id,
        "form": form_id,
        "email": address.email,
        "key": address.key,
        "first_name": _clean(first_name)[:255] if first_name else None,
        "fields": Jsonb({key: _clean(value) for key, value in (fields or {}).items() if value is not None}),
        "tags": [tag for tag in tag_ids if 0 < tag < 2**53],
        "referrer": _clean(referrer)[:2000] if referrer else None,
        "source": SOURCES[via],
        "actor": "subscriber" if via == "page" else "key:public",
        "by_person": via == "page",
        "ip": ip or None,
        "agent": _clean(user_agent)[:500],
        "page": _clean(page)[:2000],
        "mails": load().limit_confirmations_per_day,
        "fallback": FALLBACK_FROM,
    }
    # One statement is a transaction by itself: BEGIN and COMMIT would be two round trips more.
    row = sql.hot_row(_CALL, call)
    if row is not None and row["outcome"] == "stale":
        refreeze(account_id=account_id, form_id=form_id)
        row = sql.hot_row(_CALL, call)
    assert row is not None
    if row.pop("outcome") != "ok":
        raise FormNotFound
    return Joined(**row)  # type: ignore[typeddict-item]


def _clean(value: Any) -> str:
    """Text that PostgreSQL takes: no NUL, no lone surrogate."""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
