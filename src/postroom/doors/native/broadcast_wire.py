"""How a broadcast is written for the screens."""

from __future__ import annotations

from typing import Any

from postroom.accounts.models import Account
from postroom.broadcasts import queries, queue, rules
from postroom.broadcasts.models import Broadcast
from postroom.broadcasts.services.preview import Hint
from postroom.sending import outlet
from postroom.sending.models import Send
from postroom.sending.queries import Ledger
from postroom.tracking import queries as tracking

TERMS = (
    "planned",
    "delivered",
    "deferred",
    "refused",
    "bounced",
    "uncertain",
    "excluded",
    "cancelled",
    "open",
)
NOTHING_YET: dict[str, Any] = dict.fromkeys(TERMS, 0) | {
    "rehearsed": False,
    "balances": True,
    "rate_per_s": 0.0,
    "best_rate_per_s": 0.0,
    "position": 0,
    "done_at": None,
    "log": [],
}


def write_words(broadcast: Broadcast) -> dict[str, Any]:
    """What every shape says of the state."""
    return {
        "state": broadcast.state,
        "label": rules.label(broadcast.state, broadcast.pause_reason),
        "pause_reason": broadcast.pause_reason,
        "held": rules.is_held(broadcast.state, broadcast.pause_reason),
    }


def write_items(account: Account, found: list[Broadcast]) -> list[dict[str, Any]]:
    """Lines of a list."""
    texts = queries.audience_texts(account.pk, found)
    sends = {
        send.pk: send
        for send in Send.objects.filter(account_id=account.pk, id__in=[b.send_id for b in found if b.send_id])
    }
    ended = [sends[b.send_id] for b in found if b.state in rules.ENDED and b.send_id in sends]
    reports = queue.reports(ended)
    return [_item(b, texts[b.pk], sends.get(b.send_id or 0), reports.get(b.send_id or 0)) for b in found]


def _item(
    broadcast: Broadcast, audience_text: str, send: Send | None, figures: tracking.Report | None
) -> dict[str, Any]:
    progress = report = None
    if figures is not None:
        report = {
            "delivered": figures.ledger.accepted,
            "open_rate": figures.open_rate,
            "click_rate": figures.click_rate,
            "unsubscribed": figures.sums.unsubscribed,
        }
    elif send is not None:
        now = queue.progress(send)
        progress = {
            "planned": now.ledger.planned,
            "delivered": now.ledger.accepted,
            "open": now.ledger.open,
            "rate_per_s": now.rate_per_s,
            "position": now.position,
            "done_at": now.done_at,
        }
    return write_words(broadcast) | {
        "id": broadcast.pk,
        "subject": broadcast.subject,
        "preview_text": broadcast.preview_text,
        "rehearsed": bool(send and send.rehearsed),
        "audience_text": audience_text,
        "send_at": broadcast.send_at,
        "sent_at": broadcast.finished_at if broadcast.state in rules.ENDED else None,
        "created_at": broadcast.created_at,
        "updated_at": broadcast.updated_at,
        "copy_of": broadcast.copy_of_id,
        "progress": progress,
        "report": report,
    }


def write_detail(account: Account, broadcast: Broadcast) -> dict[str, Any]:
    """Everything of one broadcast."""
    send = Send.objects.filter(account_id=account.pk, id=broadcast.send_id or 0).first()
    twin = queries.find_identical(broadcast) if broadcast.pause_reason == "duplicate" else None
    return write_words(broadcast) | {
        "id": broadcast.pk,
        "subject": broadcast.subject,
        "preview_text": broadcast.preview_text,
        "description": broadcast.description,
        "body": broadcast.body,
        "audience": rules.normal_audience(broadcast.audience),
        "audience_text": queries.audience_texts(account.pk, [broadcast])[broadcast.pk],
        "audience_count": queries.count_people(account.pk, broadcast.audience),
        "from_name": broadcast.sender[0],
        "from_email": broadcast.sender[1],
        "from_options": _from_options(account),
        "held_before_expansion": broadcast.held_before_expansion,
        "rehearsed": bool(send and send.rehearsed),
        "revision": broadcast.revision,
        "send_id": broadcast.send_id,
        "send_at": broadcast.send_at,
        "send_wall": broadcast.send_wall,
        "send_zone": broadcast.send_zone or account.time_zone,
        "ambiguous": broadcast.ambiguous,
        "copy_of": broadcast.copy_of_id,
        "identical_to": twin.pk if twin else None,
        "created_at": broadcast.created_at,
        "updated_at": broadcast.updated_at,
        "started_at": broadcast.started_at,
        "sent_at": broadcast.finished_at if broadcast.state in rules.ENDED else None,
        "outlet": outlet.way_of(account),
    }


def _from_options(account: Account) -> list[dict[str, str]]:
    options = [{"name": account.from_name, "email": account.from_email}] if account.from_email else []
    used = (
        Broadcast.objects.filter(account_id=account.pk)
        .exclude(from_email="")
        .values_list("from_name", "from_email")
        .distinct()[:20]
    )
    for name, email in used:
        if {"name": name, "email": email} not in options:
            options.append({"name": name, "email": email})
    return options


def write_behind(account: Account, broadcast: Broadcast) -> list[dict[str, Any]]:
    """What starts after a broadcast, or is held."""
    waiting = queries.waiting_behind(account.pk, broadcast)
    texts = queries.audience_texts(account.pk, waiting)
    return [
        write_words(b)
        | {"id": b.pk, "subject": b.subject, "send_at": b.send_at, "audience_text": texts[b.pk]}
        for b in waiting
    ]


def write_terms(line: Ledger) -> dict[str, Any]:
    """The terms of a ledger line and whether they add up."""
    return {"delivered": line.accepted} | {
        name: getattr(line, name) for name in (*TERMS, "balances") if name != "delivered"
    }


def write_hints(found: list[Hint]) -> list[dict[str, str]]:
    """Hints by code and text."""
    return [{"code": w.code, "text": w.text} for w in found]
