"""What people did with letters: reports, histories, marks. Every read takes the account first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from postroom.content.models import ContentVersion
from postroom.lib import clock, sql
from postroom.sending import queries as sending
from postroom.sending.errors import SendNotFound
from postroom.sending.models import Send
from postroom.subscribers.queries.audience import Condition
from postroom.tracking.models import Engagement

Mark = Literal["delivered", "opened", "clicked", "dropped"]
MARKS: tuple[Mark, ...] = ("delivered", "opened", "clicked", "dropped")
SIGNS = ("opened", "clicked", "unsubscribed", "machine_only", "no_sign")
FIRST_HOURS = 72
LEDGER_PAGE = 2_000
_BUCKETS_S = (60, 300, 900, 3_600)
_KIND_SUBJECTS = {
    "confirmation": "Confirmation email",
    "sequence": "Sequence email",
    "test": "Test email",
    "system": "Account email",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What was done with one send. People count once; `machine_only`: no sign of a person."""

    opened_people: int = 0
    clicked_people: int = 0
    clicks: int = 0
    machine_only: int = 0
    unsubscribed: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Sums of one send beside its ledger. Rates are shares of the delivered, 0 to 1 or None."""

    ledger: sending.Ledger
    sums: Sums
    no_sign: int
    open_rate: float | None
    click_rate: float | None

    def count_of(self, sign: str) -> int:
        """How many people gave one of `SIGNS`."""
        counts = {
            "opened": self.sums.opened_people,
            "clicked": self.sums.clicked_people,
            "unsubscribed": self.sums.unsubscribed,
            "machine_only": self.sums.machine_only,
            "no_sign": self.no_sign,
        }
        return counts[sign]


@dataclass(frozen=True, slots=True)
class Email:
    """One message to one person; `text` says in words what the mark means."""

    send_id: int
    broadcast_id: int | None
    kind: str
    subject: str
    mark: Mark
    text: str
    at: datetime
    nth: int = 0
    """Counts repeats of run-on mail to one person; 0 for a broadcast."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a letter and who followed it; `label` is its text in the letter, else the address."""

    no: int | None
    label: str
    url: str
    people: int
    clicks: int
    machine_clicks: int


@dataclass(frozen=True, slots=True)
class Point:
    """Counts up to (`total`) or within (`hour`) the stretch that ends (begins) at `at`."""

    at: datetime
    people: int
    machines: int
    clicked: int


def sums(account_id: int, send_ids: Sequence[int]) -> dict[int, Sums]:
    """The sums of several sends by id; a send without any hit has zeros."""
    found = sql.rows(sql.load("tracking", "sum_engagement"), {"account": account_id, "sends": list(send_ids)})
    by_id = {row.pop("send_id"): Sums(**row) for row in found}
    return {send_id: by_id.get(send_id, Sums()) for send_id in send_ids}


def rate(part: int, whole: int) -> float | None:
    """A share from 0 to 1, rounded to four digits; None of nothing."""
    return round(part / whole, 4) if whole else None


def report(account_id: int, send_id: int) -> Report:
    """Ledger and engagement of one send. Raises SendNotFound."""
    found = reports(account_id, [send_id])
    if not found:
        raise SendNotFound("This send does not exist.")
    return found[send_id]


def reports(account_id: int, send_ids: Sequence[int]) -> dict[int, Report]:
    """Ledger and engagement of several sends by id, those that exist: two statements when all have ended."""
    lines = sending.ledgers(account_id, send_ids)
    done = sums(account_id, list(lines))
    return {send_id: _report(line, done[send_id]) for send_id, line in lines.items()}


def _report(line: sending.Ledger, done: Sums) -> Report:
    return Report(
        ledger=line,
        sums=done,
        no_sign=max(0, line.accepted - done.opened_people - done.machine_only),
        open_rate=rate(done.opened_people, line.accepted),
        click_rate=rate(done.clicked_people, line.accepted),
    )


def links(account_id: int, send_id: int) -> list[Link]:
    """Every link of a letter, the most followed first; links nobody followed stand at the end."""
    found = sql.rows(sql.load("tracking", "count_links"), {"account": account_id, "send": send_id})
    written = _written_links(account_id, send_id)
    listed = [
        Link(
            no=row["no"],
            label=written.pop(row["url"], "") or _short(row["url"]),
            url=row["url"],
            people=row["people"],
            clicks=row["clicks"],
            machine_clicks=row["machine_clicks"],
        )
        for row in found
    ]
    rest = [
        Link(None, label or _short(url), url, 0, 0, 0) for url, label in written.items() if "{" not in url
    ]
    return listed + rest


def timeline(account_id: int, send_id: int, step: Literal["total", "hour"] = "total") -> list[Point]:
    """First signs over the first 72 hours, running totals or per hour. Raises SendNotFound."""
    line = sending.ledger(account_id, send_id)
    if line.started_at is None:
        return []
    since = line.started_at
    until = min(clock.now(), since + timedelta(hours=FIRST_HOURS))
    span_s = max(60.0, (until - since).total_seconds())
    # A letter that left five minutes ago is drawn by the minute, one of last week by the hour.
    fitting = [bucket for bucket in _BUCKETS_S if span_s / bucket <= FIRST_HOURS]
    bucket_s = 3_600 if step == "hour" else (fitting or [3_600])[0]
    found = sql.rows(
        sql.load("tracking", "count_by_time"),
        {"account": account_id, "send": send_id, "since": since, "until": until, "bucket_s": bucket_s},
    )
    by_bucket = {row["bucket"]: (row["people"], row["machines"], row["clicked"]) for row in found}
    counts = [by_bucket.get(n, (0, 0, 0)) for n in range(math.ceil(span_s / bucket_s))]
    if step == "hour":
        return [Point(since + timedelta(seconds=n * bucket_s), *count) for n, count in enumerate(counts)]
    points, total = [Point(since, 0, 0, 0)], (0, 0, 0)
    for n, count in enumerate(counts, start=1):
        total = (total[0] + count[0], total[1] + count[1], total[2] + count[2])
        points.append(Point(min(until, since + timedelta(seconds=n * bucket_s)), *total))
    return points


def email_history(account_id: int, subscriber_id: int) -> list[Email]:
    """The last 1,000 messages to one person, newest first."""
    found = sql.rows(
        sql.load("tracking", "list_emails"), {"account": account_id, "subscriber": subscriber_id}
    )
    return [
        Email(
            send_id=row["send_id"],
            broadcast_id=row["broadcast_id"],
            kind=row["kind"],
            subject=row["subject"] or _KIND_SUBJECTS.get(row["kind"], "Email"),
            mark=row["mark"],
            text=_say(row),
            at=row["at"],
            nth=row["nth"],
        )
        for row in found
    ]


def count_marks(history: Iterable[Email]) -> dict[str, int]:
    """How many messages carry each mark."""
    counts: dict[str, int] = dict.fromkeys(MARKS, 0)
    for email in history:
        counts[email.mark] += 1
    return counts


def last_marks(account_id: int, subscriber_ids: Sequence[int]) -> dict[int, list[Mark]]:
    """The marks of the last five messages of each person, oldest first; an empty list for who got none."""
    found = sql.rows(
        sql.load("tracking", "list_last_marks"), {"account": account_id, "subscribers": list(subscriber_ids)}
    )
    return {row["id"]: row["marks"] for row in found}


def marks_of(account_id: int, send_id: int, recipient_ids: Sequence[int]) -> dict[int, Mark]:
    """Who of some recipients of one send opened or clicked it; others are absent."""
    found = Engagement.objects.filter(
        account_id=account_id, send_id=send_id, recipient_id__in=list(recipient_ids)
    ).values_list("recipient_id", "opens", "clicks")
    marks: dict[int, Mark] = {}
    for recipient_id, opens, clicks in found:
        if clicks or opens:
            marks[recipient_id] = "clicked" if clicks else "opened"
    return marks


def people_by_sign(
    account_id: int,
    send_id: int,
    sign: str,
    *,
    page: int = 1,
    per_page: int = 50,
    after: int | None = None,
) -> list[dict[str, Any]]:
    """Recipients of a send by one of `SIGNS`: the latest first, those without a sign by their ids.

    `after`: those behind that recipient, by their ids, rather than a page by its number. How many there are
    stands in the report (`count_of`). Rows as those of `sending.queries.people`; `at` is the sign's time.
    Raises SendNotFound."""
    send = Send.objects.filter(account_id=account_id, id=send_id).first()
    if send is None:
        raise SendNotFound("This send does not exist.")
    return sql.rows(
        sql.load("tracking", "list_without_sign" if sign == "no_sign" else "list_by_sign"),
        {
            "account": account_id,
            "send": send_id,
            "day": send.send_day,
            "sign": sign,
            "per_page": per_page,
            "after": after,
            "skip": 0 if after is not None else (page - 1) * per_page,
        },
    )


def without_sign(account_id: int, send_id: int) -> Condition:
    """The demand on a person to have been delivered a send's message and to have given no sign since: neither
    opened nor clicked, a machine's visit aside. Raises SendNotFound."""
    send = Send.objects.filter(account_id=account_id, id=send_id).first()
    if send is None:
        raise SendNotFound("This send does not exist.")
    # By the person, so that a slice of a long audience asks the two keys and reads no more than its own rows.
    return (
        "EXISTS (SELECT FROM delivery d WHERE d.account_id = s.account_id AND d.send_id = %s"
        " AND d.recipient_id = s.id AND d.nth = 0 AND d.send_day = %s AND d.state = 'accepted')"
        " AND NOT EXISTS (SELECT FROM engagement e WHERE e.account_id = s.account_id AND e.send_id = %s"
        " AND e.recipient_id = s.id AND e.nth = 0 AND (e.opens > 0 OR e.clicks > 0))",
        [send_id, send.send_day, send_id],
    )


def ledger_rows(account_id: int, send_id: int) -> Iterator[dict[str, Any]]:
    """Every recipient of a send with what became of the message and what the person did, by recipient.

    Rows: email, name, state, reason, code, enhanced, text (the server's last words), attempts, at,
    opened_at, machine_at, clicked_at, clicks, unsubscribed_at. Read a few thousand at a time while the caller
    takes them; raises SendNotFound at once."""
    send = Send.objects.filter(account_id=account_id, id=send_id).first()
    if send is None:
        raise SendNotFound("This send does not exist.")
    return _ledger_rows(send)


def _ledger_rows(send: Send) -> Iterator[dict[str, Any]]:
    asked = {"account": send.account_id, "send": send.pk, "day": send.send_day, "most": LEDGER_PAGE}
    after = (-(2**63), -1)
    while True:
        found = sql.rows(
            sql.load("tracking", "list_ledger"), {**asked, "recipient": after[0], "nth": after[1]}
        )
        for row in found:
            after = (row.pop("recipient_id"), row.pop("nth"))
            yield row
        if len(found) < LEDGER_PAGE:
            return


def _say(row: dict[str, Any]) -> str:
    if row["state"] == "refused":
        code = f" ({row['code']})" if row["code"] else ""
        return f"Not taken by the mail server{code}"
    if row["unsubscribed_at"]:
        return "Unsubscribed by this email"
    if row["clicks"]:
        return "Clicked a link" if row["clicks"] == 1 else f"Clicked {row['clicks']} times"
    if row["opens"]:
        return "Opened" if row["opens"] == 1 else f"Opened {row['opens']} times"
    if row["machine_opens"]:
        return "Delivered; only a machine loaded it"
    if row["state"] == "uncertain":
        return "Sent; the server's answer was lost"
    return "Delivered, not opened yet"


def _short(url: str) -> str:
    return url.partition("://")[2].rstrip("/") or url


def _written_links(account_id: int, send_id: int) -> dict[str, str]:
    """The web addresses in a send's letter with the text that leads there, in the order of reading."""
    version = ContentVersion.objects.raw(
        "SELECT v.* FROM content_version v"
        " JOIN send s ON s.account_id = v.account_id AND s.content_version_id = v.id"
        " WHERE s.account_id = %s AND s.id = %s",
        [account_id, send_id],
    )
    found: dict[str, str] = {}
    for letter in version:
        _walk(letter.body, found)
    return found


def _walk(node: Any, found: dict[str, str]) -> None:
    if isinstance(node, list):
        for part in node:
            _walk(part, found)
    if not isinstance(node, dict):
        return
    attrs = node.get("attrs") or {}
    if node.get("type") == "text":
        for mark in node.get("marks") or []:
            if mark.get("type") == "link":
                _add(found, (mark.get("attrs") or {}).get("href"), node.get("text", ""))
    elif attrs.get("href"):
        _add(found, attrs["href"], attrs.get("label") or attrs.get("alt") or "")
    for key in ("doc", "content"):
        _walk(node.get(key), found)


def _add(found: dict[str, str], url: Any, label: str) -> None:
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        found[url] = found.get(url) or label.strip()
