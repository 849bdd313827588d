"""Broadcasts that are read on the web as well: what of them is public, and how it reads there."""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Coalesce

from postroom.accounts.models import Account
from postroom.broadcasts.errors import BroadcastNotFound
from postroom.broadcasts.models import Broadcast, BroadcastState
from postroom.broadcasts.services.preview import content_of
from postroom.lib import clock
from postroom.lib.signing import Keyring
from postroom.sending.compile import LetterFault, Recipient, compile_letter
from postroom.sending.compose import EPOCH, compose, house_address
from postroom.settings import load

NOBODY = Recipient(id=0, email="", first_name="")
"""Whoever reads on the web: what is personal in the letter takes its fallbacks."""
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.IGNORECASE | re.DOTALL)


def list_posts(*, account_id: int, page: int, per_page: int) -> tuple[list[Broadcast], int]:
    """A page of public broadcasts, the latest published first, and how many there are.

    Each has `on_web_since`."""
    found = _published(account_id)
    rows = found.order_by("-on_web_since", "-id")[(page - 1) * per_page : page * per_page]
    return list(rows), found.count()


def get_post(*, account_id: int, broadcast_id: int) -> Broadcast:
    """One of them. Raises BroadcastNotFound, for one that is not public (yet) too."""
    found = _published(account_id).filter(id=broadcast_id).first()
    if found is None:
        raise BroadcastNotFound("This post does not exist.", help="It may not be public.")
    return found


def published_at(post: Broadcast) -> datetime:
    """When it came to the web."""
    at: datetime = post.on_web_since  # type: ignore[attr-defined]
    return at


def write_post(post: Broadcast) -> str:
    """The letter as HTML to be put into a page: for nobody in particular, without footer and tracking.

    Empty when it cannot be written."""
    account, settings = Account.objects.get(id=post.account_id), load()
    version = content_of(post) | {
        "preview_text": "",
        "from_name": "",
        "from_email": "",
        "reply_to": "",
        "footer": False,
        "tracked": False,
        "account_name": account.name,
        "postal_address": account.postal_address,
        "time_zone": account.time_zone,
    }
    try:
        letter = compose(
            version,
            account_id=account.pk,
            send_id=0,
            send_day=(clock.today() - EPOCH).days,
            kind="post",
            edge_url=settings.edge_url,
            public_url=settings.pages_url,
            fallback_from=house_address(settings.public_url),
            aliases={},
        )
        _, html = compile_letter(letter, Keyring(settings.secret_keys())).parts_for(NOBODY)
    except LetterFault:
        return ""
    inner = _BODY.search(html or "")
    return (inner[1] if inner else html or "").strip()


def _published(account_id: int) -> QuerySet[Broadcast]:
    """Public ones whose time has come; without a time of their own they are when they are sent. A draft is
    never shown, nor one that was stopped."""
    return (
        Broadcast.objects.filter(account_id=account_id, public=True)
        .exclude(state__in=(BroadcastState.DRAFT, BroadcastState.ABORTED))
        .annotate(on_web_since=Coalesce("published_at", "started_at", output_field=DateTimeField()))
        .filter(on_web_since__lte=clock.now())
    )
