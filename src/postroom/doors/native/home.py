"""`/home`: one look at the account — sending, growth, what needs somebody, what went out, what comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import BeforeValidator

from postroom.accounts import queries as accounts
from postroom.accounts.models import Account, NoticeLevel
from postroom.broadcasts import queries as broadcasts
from postroom.broadcasts import queue, rules
from postroom.broadcasts.models import Broadcast, BroadcastState, PauseReason
from postroom.doors.native.auth import caller
from postroom.doors.native.growth import Day
from postroom.forms.models import Form
from postroom.lib import clock
from postroom.sending import outlet
from postroom.sending import queries as sending
from postroom.sending.models import Heartbeat, Send
from postroom.subscribers import queries as people

router = Router(tags=["Home"])

SENDER_SILENT_AFTER = timedelta(minutes=2)
"""A sender says that it lives every few seconds; after this long something is wrong."""
LAST_BROADCASTS = 5
NEXT_UP = 4
WAITING = (BroadcastState.EXPANDING, BroadcastState.QUEUED, BroadcastState.SENDING)


class Status(Schema):
    level: Literal["ok", "warn", "alarm"]
    text: str
    detail: str


class GrowthNow(Schema):
    days: list[Day]
    active: int
    joined: int
    left: int
    net: int
    joined_before: int
    left_before: int


class Need(Schema):
    key: str
    level: str
    icon: str
    title: str
    body: str
    action_label: str
    action_url: str


class LastBroadcast(Schema):
    """Rates are shares from 0 to 1."""

    id: int
    subject: str
    sent_at: datetime
    audience_text: str
    delivered: int
    opened_people: int
    open_rate: float | None
    click_rate: float | None
    unsubscribed: int
    rehearsed: bool


class Next(Schema):
    kind: str
    id: int
    title: str
    at: datetime | None
    count: int | None
    state: str


class Step(Schema):
    key: str
    title: str
    done: bool
    url: str


class HomeOut(Schema):
    status: Status
    growth: GrowthNow
    needs: list[Need]
    broadcasts: list[LastBroadcast]
    next: list[Next]
    checklist: list[Step]


class HomeQuery(Schema):
    range: Annotated[Literal[30, 90, 365], BeforeValidator(int)] = 30


@router.get("/home", response=HomeOut)
def show_home(request: HttpRequest, wanted: Query[HomeQuery]) -> dict[str, Any]:
    """Everything the first screen shows, for the last 30, 90 or 365 days."""
    account = caller(request).account
    counts = people.state_counts(account.pk)
    return {
        "status": _status(account),
        "growth": _growth(account, wanted.range, counts["active"]),
        "needs": _needs(account),
        "broadcasts": _last_broadcasts(account),
        "next": _next_up(account),
        "checklist": _checklist(account, sum(counts.values())),
    }


def _status(account: Account) -> dict[str, str]:
    """One line for sending; amber or red with the reason in the same place."""
    alarm = next((n for n in accounts.open_notices(account.pk) if n.level == NoticeLevel.ALARM), None)
    if alarm is not None:
        return {"level": "alarm", "text": alarm.title, "detail": alarm.body}
    way = outlet.way_of(account)
    if way is None:
        detail = "The mail server this account used to send by is not set any more. Choose one in Settings."
        return {"level": "alarm", "text": "Sending has stopped.", "detail": detail}
    seen = (
        Heartbeat.objects.filter(kind="sender").order_by("-seen_at").values_list("seen_at", flat=True).first()
    )
    if seen is None or seen < clock.now() - SENDER_SILENT_AFTER:
        detail = "No sender is running. Mail waits and leaves when one starts; nothing is lost."
        return {"level": "warn", "text": "Mail is waiting.", "detail": detail}
    if way == "smtp" and (trouble := sending.relay_trouble()):
        detail = "Mail waits and is tried again by itself; nothing is lost. See Settings, Sending."
        return {"level": "warn", "text": trouble, "detail": detail}
    held = Broadcast.objects.filter(account_id=account.pk, state=BroadcastState.PAUSED).exclude(
        pause_reason=PauseReason.HAND
    )
    if count := held.count():
        text = "A broadcast is held." if count == 1 else f"{count} broadcasts are held."
        return {"level": "warn", "text": text, "detail": "They wait for your word: see what needs you."}
    running = Broadcast.objects.filter(account_id=account.pk, state__in=WAITING).count()
    text = "Sending works. Nothing is waiting."
    if running:
        text = f"Sending works. {running} broadcast{'' if running == 1 else 's'} going out."
    if way == "inbox":
        return {
            "level": "ok",
            "text": text,
            "detail": "Mail goes into the test inbox; nothing leaves this machine.",
        }
    return {"level": "ok", "text": text, "detail": "Mail leaves by your mail server."}


def _growth(account: Account, days: int, active: int) -> dict[str, Any]:
    both = people.growth(account.pk, days=days * 2, time_zone=account.time_zone)
    before, shown = both[:days], both[days:]
    joined, left = sum(d["joined"] for d in shown), sum(d["left"] for d in shown)
    return {
        "days": shown,
        "active": active,
        "joined": joined,
        "left": left,
        "net": joined - left,
        "joined_before": sum(d["joined"] for d in before),
        "left_before": sum(d["left"] for d in before),
    }


def _needs(account: Account) -> list[dict[str, str]]:
    """Notices, and broadcasts that are held until somebody decides."""
    found = [
        {
            "key": notice.key,
            "level": notice.level,
            "icon": _ICONS.get(notice.key.partition(":")[0], "mail"),
            "title": notice.title,
            "body": notice.body,
            "action_label": notice.action_label,
            "action_url": notice.action_url,
        }
        for notice in accounts.open_notices(account.pk)
    ]
    paused = Broadcast.objects.filter(account_id=account.pk, state=BroadcastState.PAUSED).order_by("-id")
    for held in paused:
        if rules.is_held(held.state, held.pause_reason):
            found.append(
                {
                    "key": f"held:{held.pk}",
                    "level": "warn",
                    "icon": "mail",
                    "title": f"“{held.subject or 'Untitled'}” is held",
                    "body": f"{PauseReason(held.pause_reason).label}. It leaves only when you say so.",
                    "action_label": "Decide",
                    "action_url": f"/app/broadcasts/{held.pk}",
                }
            )
    return found


_ICONS = {"disk": "disk", "import": "file", "smtp": "mail", "outlet": "mail", "key": "key", "facts": "shield"}


def _last_broadcasts(account: Account) -> list[dict[str, Any]]:
    found = list(
        Broadcast.objects.filter(
            account_id=account.pk, state=BroadcastState.COMPLETED, send_id__isnull=False
        ).order_by("-finished_at")[:LAST_BROADCASTS]
    )
    texts = broadcasts.audience_texts(account.pk, found)
    reports = queue.reports(
        list(Send.objects.filter(account_id=account.pk, id__in=[b.send_id for b in found]).order_by("id"))
    )
    lines = []
    for each in found:
        figures = reports[each.send_id or 0]
        lines.append(
            {
                "id": each.pk,
                "subject": each.subject,
                "sent_at": each.started_at or each.finished_at,
                "audience_text": texts[each.pk],
                "delivered": figures.ledger.accepted,
                "opened_people": figures.sums.opened_people,
                "open_rate": figures.open_rate,
                "click_rate": figures.click_rate,
                "unsubscribed": figures.sums.unsubscribed,
                "rehearsed": figures.ledger.rehearsed,
            }
        )
    return lines


def _next_up(account: Account) -> list[dict[str, Any]]:
    """Scheduled letters by their time, then the newest drafts."""
    mine = Broadcast.objects.filter(account_id=account.pk)
    scheduled = list(mine.filter(state=BroadcastState.SCHEDULED).order_by("send_at")[:NEXT_UP])
    drafts = list(mine.filter(state=BroadcastState.DRAFT).order_by("-updated_at")[: NEXT_UP - len(scheduled)])
    return [
        {
            "kind": "broadcast",
            "id": each.pk,
            "title": each.subject or "Untitled",
            "at": each.send_at if each.state == BroadcastState.SCHEDULED else None,
            "count": broadcasts.count_people(account.pk, each.audience)
            if each.state == BroadcastState.SCHEDULED
            else None,
            "state": each.state,
        }
        for each in scheduled + drafts
    ]


def _checklist(account: Account, everybody: int) -> list[dict[str, Any]]:
    """Five steps from an empty account to a letter that arrived; each ticks itself."""
    mine = Broadcast.objects.filter(account_id=account.pk)
    steps = [
        (
            "address",
            "Say who your letters come from",
            bool(account.from_email and account.postal_address),
            "/app/settings",
        ),
        ("people", "Bring in your people", everybody > 0, "/app/subscribers/import"),
        (
            "form",
            "Make a form for your site",
            Form.objects.filter(account_id=account.pk).exists(),
            "/app/forms",
        ),
        ("write", "Write your first letter", mine.exists(), "/app/broadcasts"),
        ("send", "Send it", mine.filter(started_at__isnull=False).exists(), "/app/broadcasts"),
    ]
    return [{"key": key, "title": title, "done": done, "url": url} for key, title, done, url in steps]
