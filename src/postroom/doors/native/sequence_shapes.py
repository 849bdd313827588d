"""What `/api/1/sequences` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

Place = Literal["on_way", "at_end", "waits", "completed", "stopped"]


class SequenceRow(Schema):
    """`in_it` counts people on the way, waiting or held at the end. Rates are shares of the sent, 0 to 1."""

    id: int
    name: str
    active: bool
    hold: bool
    repeat: bool
    emails: int
    published: int
    in_it: int
    completed: int
    sent: int
    open_rate: float | None
    click_rate: float | None
    created_at: datetime


class SequenceEmailRow(Schema):
    """One email in its place. `waiting` counts people whose next email it is."""

    id: int
    position: int
    subject: str
    preview_text: str
    delay_value: int
    delay_unit: Literal["days", "hours"]
    published: bool
    waiting: int
    sent: int
    opened: int
    clicked: int
    open_rate: float | None
    click_rate: float | None


class PeopleCounts(Schema):
    """People by where they stand; `due` are those who would get an email at once if it is switched on."""

    on_way: int
    at_end: int
    waits: int
    completed: int
    stopped: int
    due: int


class SequenceDetail(SequenceRow):
    from_name: str
    from_email: str
    updated_at: datetime
    people: PeopleCounts
    items: list[SequenceEmailRow]


class NewSequence(Schema):
    name: str


class SequenceChanges(Schema):
    """Any of the settings; what is left out stays. An empty sender means the account's."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    active: bool | None = None
    hold: bool | None = None
    repeat: bool | None = None
    from_name: str | None = None
    from_email: str | None = None


class NewSequenceEmail(Schema):
    subject: str = ""
    preview_text: str | None = None
    body: dict[str, Any] | None = None
    delay_value: int | None = None
    delay_unit: Literal["days", "hours"] | None = None
    published: bool | None = None


class SequenceEmailChanges(NewSequenceEmail):
    """`revision` is the one these changes were based on; without it they are stored in any case."""

    revision: int | None = None
    subject: str | None = None  # type: ignore[assignment]


class SequenceEmailDetail(SequenceEmailRow):
    sequence_id: int
    sequence_name: str
    sequence_active: bool
    body: dict[str, Any]
    revision: int
    from_name: str
    from_email: str
    updated_at: datetime


class SequenceHint(Schema):
    code: str
    text: str


class SequenceEmailSaved(Schema):
    """`size_bytes` is the HTML's; `not_live` among the warnings says that people get the version before."""

    revision: int
    published: bool
    size_bytes: int
    warnings: list[SequenceHint]


class EmailOrder(Schema):
    ids: list[int] = Field(description="Every email of the sequence once, in the new order.")


class SequencePreviewIn(Schema):
    subscriber_id: int | None = None


class SequencePreviewOut(Schema):
    subject: str
    html: str
    text: str
    size_bytes: int
    warnings: list[SequenceHint]


class SequenceTestIn(Schema):
    to: list[str]


class SequenceTestOut(Schema):
    sent: int


class SequencePerson(Schema):
    """`due_at` is when the next email leaves; null while they wait for something else."""

    subscriber_id: int
    email: str
    first_name: str
    state: str
    place: Place
    last_email_id: int | None
    next_email_id: int | None
    due_at: datetime | None
    started_at: datetime
    completed_at: datetime | None


class SequenceOfPerson(Schema):
    """A sequence somebody is or was in."""

    id: int
    name: str
    place: Place
    due_at: datetime | None
    started_at: datetime
    completed_at: datetime | None


class SequencesOfPerson(Schema):
    items: list[SequenceOfPerson]


class AddPeople(Schema):
    emails: list[str] = Field(min_length=1, max_length=500)


class AddedPeople(Schema):
    """`created` of the `added` are new to the account."""

    added: int
    created: int
