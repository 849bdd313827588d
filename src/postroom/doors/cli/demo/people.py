"""The demo's people and what a year did with them. Pure: the same seed and day give the same year."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from postroom.doors.cli.demo.content import FIRST_NAMES, LAST_NAMES, Creator

YEAR = timedelta(days=365)


@dataclass
class Person:
    """Somebody on a list. `moves` are (time, state, cause, cause's letter number or None)."""

    email: str
    first_name: str
    last_name: str
    joined_at: datetime
    form: int | None
    """Which of the creator's forms, or None for the API or an import."""
    source: str
    tags: list[int]
    fields: dict[int, str]
    state: str = "active"
    confirmed_at: datetime | None = None
    left_at: datetime | None = None
    moves: list[tuple[datetime, str, str, int | None]] = field(default_factory=list)
    keenness: float = 0.5
    by_apple: bool = False
    ip: str = ""


@dataclass
class Letter:
    """A sent letter and, per person index, what became of it."""

    number: int
    subject: str
    sent_at: datetime
    rows: list[tuple[int, str, str | None, int | None, datetime]] = field(default_factory=list)
    """(person, state, reason, code, time)."""
    signs: list[Sign] = field(default_factory=list)


@dataclass
class Sign:
    """What one person, and machines in their name, did with one letter. Links go by number."""

    person: int
    opens: list[datetime] = field(default_factory=list)
    machine_opens: list[datetime] = field(default_factory=list)
    clicks: list[tuple[int, datetime]] = field(default_factory=list)
    machine_clicks: list[tuple[int, datetime]] = field(default_factory=list)
    left_at: datetime | None = None

    def summary(self) -> tuple[Any, ...]:
        """The columns of an engagement row, from `opens` on."""
        clicks = [at for _, at in self.clicks]
        machines = self.machine_opens + [at for _, at in self.machine_clicks]
        return (
            len(self.opens),
            len(self.machine_opens),
            min(self.opens, default=None),
            max(self.opens, default=None),
            min(machines, default=None),
            len(clicks),
            len(self.machine_clicks),
            min(clicks, default=None),
            max(clicks, default=None),
            self.left_at,
        )

    def by_link(self) -> list[tuple[int, int, int, datetime]]:
        """Link number, clicks of the person, clicks of machines, the first of them."""
        found = []
        for no in sorted({no for no, _ in self.clicks + self.machine_clicks}):
            mine = [at for n, at in self.clicks if n == no]
            theirs = [at for n, at in self.machine_clicks if n == no]
            found.append((no, len(mine), len(theirs), min(mine + theirs)))
        return found


def imagine(creator: Creator, seed: int, now: datetime) -> tuple[list[Person], list[Letter]]:
    """A year of one creator, up to `now`."""
    dice = random.Random(seed)  # noqa: S311 - made-up people, no secrets
    people = sorted(_gather(creator, dice, now), key=lambda person: person.joined_at)
    letters = [Letter(n, subject, at) for n, (subject, at) in enumerate(_calendar(creator, now))]
    for letter in letters:
        _send(creator, dice, letter, people, now)
    _settle_unconfirmed(dice, people)
    return people, letters


def _calendar(creator: Creator, now: datetime) -> list[tuple[str, datetime]]:
    """Subjects with their times, the oldest first; the newest left at least six hours ago."""
    zone = ZoneInfo(creator.zone)
    day = now.astimezone(zone).replace(hour=creator.hour, minute=0, second=0, microsecond=0)
    day -= timedelta(days=(day.weekday() - creator.weekday) % 7)
    if now - day < timedelta(hours=6):
        day -= timedelta(days=7)
    times = []
    for _ in creator.subjects:
        times.append(day.astimezone(UTC))
        day -= timedelta(days=creator.days_between)
    start = now - YEAR
    return [(s, t) for s, t in reversed(list(zip(creator.subjects, times, strict=True))) if t > start]


def _gather(creator: Creator, dice: random.Random, now: datetime) -> list[Person]:
    taken: set[str] = set()
    spikes = [dice.random() for _ in range(5)]
    return [_meet(creator, dice, now, taken, spikes, n) for n in range(creator.people)]


def _meet(
    creator: Creator, dice: random.Random, now: datetime, taken: set[str], spikes: list[float], n: int
) -> Person:
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    local = f"{first}.{last}".lower()
    while local in taken:
        local = f"{first}.{last}{dice.randint(2, 999)}".lower()
    taken.add(local)
    # A third was there at the start, the rest came evenly with a few good days.
    share = (
        0.0 if n < creator.people * 0.3 else dice.choice(spikes) if dice.random() < 0.12 else dice.random()
    )
    joined = now - YEAR + YEAR * share + timedelta(minutes=dice.randint(0, 1_300))
    if joined > now:
        joined = now - timedelta(minutes=dice.randint(5, 1_400))
    way = dice.random()
    form = None if n < creator.people * 0.12 or way < 0.1 else dice.choices(
        range(len(creator.forms)), weights=range(len(creator.forms) + 1, 1, -1))[0]  # fmt: skip
    fields = {
        number: dice.choice(values) if values else last
        for number, (_, values) in enumerate(creator.fields)
        if dice.random() < (0.9 if not values else 0.55)
    }
    source = (
        creator.forms[form] if form is not None else "Import, March" if n < creator.people * 0.12 else "API"
    )
    return Person(
        email=f"{local}@example.com",
        first_name=first,
        last_name=last,
        joined_at=joined,
        form=form,
        source=source,
        tags=[number for number, (_, likely) in enumerate(creator.tags) if dice.random() < likely],
        fields=fields,
        confirmed_at=joined + timedelta(seconds=dice.randint(40, 5_000)),
        keenness=dice.betavariate(2.0, 2.2),
        by_apple=dice.random() < 0.3,
        ip=f"198.51.100.{dice.randint(1, 254)}",
    )


def _send(creator: Creator, dice: random.Random, letter: Letter, people: list[Person], now: datetime) -> None:
    at = letter.sent_at
    for n, person in enumerate(people):
        if person.confirmed_at is None or person.confirmed_at > at:
            continue
        if person.left_at is not None and person.left_at <= at:
            continue
        arrived = at + timedelta(seconds=5 + n / 3)
        chance = dice.random()
        if chance < 0.0018:
            letter.rows.append((n, "refused", "invalid", 550, arrived))
            _move(person, arrived, "bounced", "bounce", letter.number)
        elif chance < 0.005:
            letter.rows.append((n, "refused", "policy" if chance < 0.0035 else "full", 552, arrived))
        else:
            letter.rows.append((n, "accepted", None, 250, arrived))
            sign = _read(creator, dice, person, n, arrived, now)
            if sign is not None:
                letter.signs.append(sign)
                if sign.left_at is not None:
                    _move(person, sign.left_at, "cancelled", "unsubscribe", letter.number)
                elif sign.opens and dice.random() < 0.0002:
                    _move(person, sign.opens[0], "complained", "complaint", letter.number)


def _read(
    creator: Creator, dice: random.Random, person: Person, n: int, arrived: datetime, now: datetime
) -> Sign | None:
    sign = Sign(n)
    if person.by_apple and dice.random() < 0.8:
        sign.machine_opens.append(arrived + timedelta(seconds=dice.randint(30, 2_400)))
    if dice.random() < 0.03:  # a company's gateway follows everything
        at = arrived + timedelta(seconds=dice.randint(20, 90))
        sign.machine_clicks = [(no, at + timedelta(seconds=no / 4)) for no in range(len(creator.links))]
    if dice.random() < 0.12 + 0.68 * person.keenness:
        first = arrived + timedelta(hours=min(140.0, dice.lognormvariate(1.6, 1.5)))
        sign.opens = [
            first + timedelta(hours=dice.random() * 30 * k) for k in range(dice.choice((1, 1, 1, 2, 3)))
        ]
        if dice.random() < 0.05 + 0.25 * person.keenness:
            links = dice.sample(range(len(creator.links)), k=1 if dice.random() < 0.8 else 2)
            sign.clicks = [(no, first + timedelta(seconds=30 + 45 * k)) for k, no in enumerate(links)]
        if dice.random() < 0.0035 * (1.4 - person.keenness):
            sign.left_at = first + timedelta(seconds=dice.randint(10, 90))
    for name in ("opens", "machine_opens"):
        setattr(sign, name, [at for at in getattr(sign, name) if at < now])
    for name in ("clicks", "machine_clicks"):
        setattr(sign, name, [click for click in getattr(sign, name) if click[1] < now])
    if sign.left_at and sign.left_at >= now:
        sign.left_at = None
    anything = sign.opens or sign.machine_opens or sign.clicks or sign.machine_clicks or sign.left_at
    return sign if anything else None


def _move(person: Person, at: datetime, state: str, cause: str, letter: int) -> None:
    person.state, person.left_at = state, at
    person.moves.append((at, state, cause, letter))


def _settle_unconfirmed(dice: random.Random, people: list[Person]) -> None:
    """A few who came lately by a form never pressed the button."""
    for person in people[int(len(people) * 0.7) :]:
        if person.form is not None and person.state == "active" and dice.random() < 0.13:
            person.state, person.confirmed_at = "inactive", None
