"""Writes the demo: accounts, people, a year of letters, and letters in every state. Once, then kept."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from PIL import Image, ImageDraw

from postroom.accounts import services as accounts
from postroom.accounts.models import Account
from postroom.broadcasts import services as broadcasts
from postroom.broadcasts.models import Broadcast, BroadcastState
from postroom.content import services as content
from postroom.doors.cli.demo import content as texts
from postroom.doors.cli.demo.content import CREATORS, Creator
from postroom.doors.cli.demo.people import YEAR, Letter, Person, imagine
from postroom.doors.cli.demo.purchases import fill_purchases
from postroom.doors.cli.demo.sequences import fill_sequence
from postroom.forms import services as forms
from postroom.forms.models import Form, FormDay
from postroom.lib import clock, partitions, sql
from postroom.media import services as media
from postroom.sending import services as sending
from postroom.sending.models import Send
from postroom.subscribers import services as subscribers
from postroom.subscribers.models import Change, Consent, Membership, Subscriber

SEED = 20_261_122
RATE_PER_S = 0.5
"""The letter that is really on its way takes about half an hour."""


@dataclass
class _House:
    """An account under construction: its ids by the numbers that people.py uses."""

    creator: Creator
    account: Account
    tags: list[int]
    fields: list[int]
    forms: list[Form]
    now: datetime

    @property
    def audience(self) -> dict[str, Any]:
        return {"include": {"tags": [self.tags[0]]}, "exclude": {"tags": []}}


def fill(*, again: bool = False) -> bool:
    """Makes the demo unless it is there, or was and is to stay away (not so with `again`).

    Whether there is a demo now."""
    if Account.objects.filter(is_demo=True).exists():
        return True
    if accounts.was_demo_filled() and not again:
        return False
    now = clock.now()
    partitions.ensure_partitions((now - YEAR).date(), now.date())
    with transaction.atomic():
        user = accounts.create_user(
            email=texts.LOGIN, password=texts.PASSWORD, name=texts.OWNER, is_verified=True
        )
        for number, creator in enumerate(CREATORS):
            _fill_account(creator, user, SEED + number, now)
        accounts.mark_demo_filled()
    return True


def _fill_account(creator: Creator, user: Any, seed: int, now: datetime) -> None:
    house = _found(creator, user, now)
    people, letters = imagine(creator, seed, now)
    ids = _write_people(house, people)
    sends = _write_letters(house, letters, ids)
    _write_changes(house, people, ids, sends)
    _write_counts(house, people)
    _write_visits(house, people)
    _write_upcoming(house)
    if creator is CREATORS[0]:
        fill_sequence(house.account, creator, now, seed)
        fill_purchases(house.account, now, seed)


def _found(creator: Creator, user: Any, now: datetime) -> _House:
    account, _ = accounts.create_account(
        name=creator.name,
        owner=user,
        time_zone=creator.zone,
        from_name=creator.from_name,
        from_email=creator.from_email,
        postal_address=creator.address,
        is_demo=True,
    )
    Account.objects.filter(id=account.pk).update(created_at=now - YEAR)
    tags = subscribers.create_tags(account_id=account.pk, names=[name for name, _ in creator.tags])
    fields = subscribers.create_fields(account_id=account.pk, labels=[label for label, _ in creator.fields])
    made = [_form(creator, account, name, tags[0]["id"]) for name in creator.forms]
    Form.objects.filter(account_id=account.pk).update(created_at=now - YEAR, wording_at=now - YEAR)
    return _House(creator, account, [tag["id"] for tag in tags], [f.id for f in fields], made, now)


def _form(creator: Creator, account: Account, name: str, tag: int) -> Form:
    return forms.create(
        account_id=account.pk,
        name=name,
        changes={
            "heading": "A slow letter, every Thursday" if name == "Weekly letter" else name,
            "description": "One small experiment, one honest failure, and what I read over breakfast.",
            "button_text": "Send me the letter",
            "note": "Leave with one click. Your address stays with me.",
            "success_message": "Almost there. Click the link in the email I just sent you.",
            "tag_ids": [tag],
        },
    )


def _write_people(house: _House, people: Sequence[Person]) -> list[int]:
    """Persons, places and consent; answers their ids in the order of `people`."""
    account_id = house.account.pk
    made = Subscriber.objects.bulk_create(
        Subscriber(
            account_id=account_id,
            email=p.email,
            email_key=p.email,
            first_name=p.first_name,
            state=p.state,
            fields={str(house.fields[number]): value for number, value in p.fields.items()},
            source=p.source,
            created_at=p.joined_at,
            updated_at=p.left_at or p.joined_at,
            confirmed_at=p.confirmed_at,
            cancelled_at=p.left_at if p.state == "cancelled" else None,
        )
        for p in people
    )
    ids = [person.pk for person in made]
    places, consents = [], []
    for p, person_id in zip(people, ids, strict=True):
        place = {"account_id": account_id, "subscriber_id": person_id, "source": p.source}
        place |= {"created_at": p.joined_at, "updated_at": p.joined_at}
        places += [Membership(tag_id=house.tags[tag], state="active", **place) for tag in p.tags]
        if p.form is None:
            continue
        form = house.forms[p.form]
        state = {"active": "active", "inactive": "inactive", "cancelled": "cancelled"}.get(p.state, "active")
        places.append(Membership(form_id=form.pk, state=state, **place))
        consents.append(
            Consent(
                account_id=account_id,
                subscriber_id=person_id,
                form_id=form.pk,
                wording=f"{form.heading}\n{form.description}\n[{form.button_text}]\n{form.note}",
                wording_at=house.now - YEAR,
                asked_at=p.joined_at,
                ip=p.ip,
                user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
                page=f"https://{house.creator.domain}/letter",
                confirmed_at=p.confirmed_at,
                confirmed_ip=p.ip if p.confirmed_at else None,
            )
        )
    Membership.objects.bulk_create(places, batch_size=2_000)
    Consent.objects.bulk_create(consents)
    return ids


def _write_letters(house: _House, letters: Sequence[Letter], ids: Sequence[int]) -> list[int]:
    """Broadcasts, sends, ledger rows and what was done with them; answers the send ids by letter number."""
    sends = [_write_letter(house, letter) for letter in letters]
    account_id = house.account.pk
    _copy(
        "delivery (account_id, send_id, recipient_id, nth, send_day, state, reason, attempts, code, at)",
        (
            (account_id, send.pk, ids[n], 0, send.send_day, state, reason, 1, code, at)
            for letter, send in zip(letters, sends, strict=True)
            for n, state, reason, code, at in letter.rows
        ),
    )
    signs = [(send.pk, sign) for letter, send in zip(letters, sends, strict=True) for sign in letter.signs]
    _copy(
        "engagement (account_id, send_id, recipient_id, nth, opens, machine_opens, first_open_at,"
        " last_open_at, first_machine_at, clicks, machine_clicks, first_click_at, last_click_at,"
        " unsubscribed_at)",
        ((account_id, send_id, ids[s.person], 0, *s.summary()) for send_id, s in signs),
    )
    urls = [f"https://{house.creator.domain}/{path}" for _, path in house.creator.links]
    _copy(
        "link_click (account_id, send_id, link_no, recipient_id, nth, url, clicks, machine_clicks, first_at)",
        (
            (account_id, send_id, no, ids[s.person], 0, urls[no], people, machines, at)
            for send_id, s in signs
            for no, people, machines, at in s.by_link()
        ),
    )
    return [send.pk for send in sends]


def _write_letter(house: _House, letter: Letter) -> Send:
    creator, account_id = house.creator, house.account.pk
    body = texts.letter(creator, letter.subject, letter.number)
    done_at = max((row[4] for row in letter.rows), default=letter.sent_at)
    broadcast = Broadcast.objects.create(
        account_id=account_id,
        state=BroadcastState.COMPLETED,
        subject=letter.subject,
        preview_text="Three small experiments and one honest failure.",
        body=body,
        audience={"include": {"tags": []}, "exclude": {"tags": []}},
        from_name=creator.from_name,
        from_email=creator.from_email,
        send_at=letter.sent_at,
        send_zone=creator.zone,
        created_at=letter.sent_at - timedelta(days=2),
        updated_at=letter.sent_at,
        started_at=letter.sent_at,
        finished_at=done_at,
    )
    send = Send.objects.create(
        account_id=account_id,
        kind="broadcast",
        subject_id=broadcast.pk,
        mail_class=2,
        content_version_id=_freeze(house, letter.subject, body),
        send_day=letter.sent_at.date(),
        flow="finished",
        planned=len(letter.rows),
        best_rate_per_s=3.0,
        expanded_at=letter.sent_at,
        started_at=letter.sent_at,
        finished_at=done_at,
        created_at=letter.sent_at,
    )
    Broadcast.objects.filter(account_id=account_id, id=broadcast.pk).update(send_id=send.pk)
    return send


def _freeze(house: _House, subject: str, body: dict[str, Any]) -> int:
    version = content.freeze(
        account_id=house.account.pk,
        kind="document",
        subject=subject,
        preview_text="Three small experiments and one honest failure.",
        body=body,
        from_name=house.creator.from_name,
        from_email=house.creator.from_email,
        reply_to="",
        footer=True,
        tracked=True,
    )
    return int(version.pk)


def _write_changes(house: _House, people: Sequence[Person], ids: Sequence[int], sends: Sequence[int]) -> None:
    rows = []
    for p, person_id in zip(people, ids, strict=True):
        form = house.forms[p.form].pk if p.form is not None else None
        cause = "form" if form else "import" if p.source.startswith("Import") else "api"
        start = "inactive" if form else "active"
        common = {"account_id": house.account.pk, "subscriber_id": person_id, "actor": ""}
        after = {"state": start, "email": p.email, "first_name": p.first_name, "source": p.source}
        rows.append(
            Change(kind="created", after=after, cause_kind=cause, cause_id=form, at=p.joined_at, **common)
        )
        for tag in p.tags:
            rows.append(
                Change(
                    kind="tag",
                    subject_id=house.tags[tag],
                    after="active",
                    cause_kind=cause,
                    cause_id=form,
                    at=p.joined_at,
                    **common,
                )
            )
        moves: list[tuple[datetime, str, str, int | None]] = []
        if form and p.confirmed_at:
            moves.append((p.confirmed_at, "active", "confirmation", form))
        moves += [(at, state, why, sends[n] if n is not None else None) for at, state, why, n in p.moves]
        before = start
        for at, state, why, number in moves:
            rows.append(
                Change(
                    kind="state",
                    before=before,
                    after=state,
                    cause_kind=why,
                    cause_id=number,
                    at=at,
                    **common,
                )
            )
            before = state
    Change.objects.bulk_create(sorted(rows, key=lambda row: row.at), batch_size=2_000)
    gone = [p.email for p in people if p.state in ("bounced", "complained")]
    sql.execute(
        "INSERT INTO suppression (account_id, address_hash, reason)"
        " SELECT %s, sha256(convert_to(email_key, 'UTF8')), state FROM subscriber"
        " WHERE account_id = %s AND email_key = ANY (%s)",
        [house.account.pk, house.account.pk, gone],
    )


def _write_counts(house: _House, people: Sequence[Person]) -> None:
    counts: Counter[tuple[str, int, str]] = Counter()
    for p in people:
        counts["people", 0, p.state] += 1
        counts.update(("tag", house.tags[tag], p.state) for tag in p.tags)
        if p.form is not None and p.state != "cancelled":
            counts["form", house.forms[p.form].pk, p.state] += 1
    _copy(
        "counter_delta (account_id, subject, subject_id, state, n)",
        ((house.account.pk, *key, n) for key, n in counts.items()),
    )


def _write_visits(house: _House, people: Sequence[Person]) -> None:
    joined = Counter((p.form, p.joined_at.date()) for p in people if p.form is not None)
    last = (house.now - timedelta(days=60)).date()
    FormDay.objects.bulk_create(
        FormDay(
            account_id=house.account.pk, form_id=house.forms[form].pk, day=day, visits=n * 6 + day.day % 5
        )
        for (form, day), n in joined.items()
        if form is not None and day >= last
    )


def _write_upcoming(house: _House) -> None:
    for number, (subject, fate) in enumerate(house.creator.upcoming):
        body = texts.letter(house.creator, subject, number)
        if fate == "blocks":
            image = media.store(account_id=house.account.pk, name="hills.png", data=draw_hills())
            body = texts.every_block(house.creator, media.url_of(image))
        made = broadcasts.create(
            account_id=house.account.pk,
            subject=subject,
            preview_text="A few lines, and one question.",
            body=body,
            audience=house.audience,
        )
        if fate == "scheduled":
            _schedule(house, made, days=2 + 5 * number)
        elif fate in ("paused", "aborted", "sending"):
            _start(house, made, fate)


def _schedule(house: _House, broadcast: Broadcast, days: int) -> None:
    wall = house.now.astimezone(ZoneInfo(house.creator.zone)) + timedelta(days=days)
    at = wall.replace(hour=house.creator.hour, minute=0).strftime("%Y-%m-%dT%H:%M")
    broadcasts.schedule(account_id=house.account.pk, broadcast_id=broadcast.pk, at=at)


def _start(house: _House, broadcast: Broadcast, fate: str) -> None:
    """Begins a letter for real; one that is paused or stopped has reached two in five by then."""
    account_id = house.account.pk
    begun = broadcasts.schedule(account_id=account_id, broadcast_id=broadcast.pk, at=None)
    if begun.send_id is None:
        raise RuntimeError(f"the demo's letter was held: {begun.pause_reason}")
    Send.objects.filter(account_id=account_id, id=begun.send_id).update(rate_per_s=RATE_PER_S)
    if fate == "sending":  # the worker expands it, the sender sends it
        return
    while not sending.expand(account_id=account_id, send_id=begun.send_id, audience=begun.audience):
        pass
    sql.execute(
        "UPDATE delivery SET state = 'accepted', attempts = 1, code = 250, at = now()"
        " WHERE account_id = %(account)s AND send_id = %(send)s AND state = 'planned' AND recipient_id <= ("
        "SELECT percentile_disc(0.4) WITHIN GROUP (ORDER BY recipient_id) FROM delivery"
        " WHERE account_id = %(account)s AND send_id = %(send)s)",
        {"account": account_id, "send": begun.send_id},
    )
    act = broadcasts.pause if fate == "paused" else broadcasts.cancel
    act(account_id=account_id, broadcast_id=broadcast.pk)


def _copy(into: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row([json.dumps(value) if isinstance(value, dict) else value for value in row])


def draw_hills() -> bytes:
    """A low sun over green hills, as PNG."""
    width, height = 1_200, 600
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    top, bottom = (249, 220, 176), (231, 154, 122)
    for y in range(height):
        share = y / height
        colour = tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        draw.line([(0, y), (width, y)], fill=colour)
    draw.ellipse((750, 110, 930, 290), fill=(254, 243, 220))
    for base, swing, phase, colour in (
        (390, 40, 0.0, (122, 143, 122)),
        (460, 46, 1.7, (61, 107, 94)),
        (530, 34, 3.1, (27, 62, 52)),
    ):
        draw.polygon(_hill(width, height, base, swing, phase), fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _hill(width: int, height: int, base: int, swing: int, phase: float) -> list[tuple[float, float]]:
    from math import sin

    ridge = [(float(x), base + swing * sin(x / 170 + phase)) for x in range(0, width + 20, 20)]
    return [*ridge, (float(width), float(height)), (0.0, float(height))]
