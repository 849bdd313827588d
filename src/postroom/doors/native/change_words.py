"""Changes of a person in words: what changed, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from postroom.accounts.models import User
from postroom.broadcasts.models import Broadcast
from postroom.forms.models import Form
from postroom.imports.models import Import
from postroom.sending.models import Send
from postroom.sequences import queries as sequences

_STATES = {
    "active": "Confirmed",
    "inactive": "Waits for confirmation",
    "cancelled": "Unsubscribed",
    "bounced": "Bounced",
    "complained": "Complained",
}
_CAUSES = {
    "form": "by a form",
    "api": "by the API",
    "import": "by an import",
    "screen": "on this screen",
    "unsubscribe": "by the link in a letter",
    "preferences": "on the preferences page",
    "confirmation": "by the click in the confirmation email",
    "bounce": "because a letter came back",
    "complaint": "because of a spam complaint",
    "bulk": "with others, from the list",
    "undo": "taken back",
    "demo": "made for the demo",
}


def say_changes(account_id: int, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `queries.history` as {id, kind, title, detail, at, cause}."""
    names = _Names(account_id, changes)
    return [
        {
            "id": change["id"],
            "kind": change["kind"],
            "title": _title(change, names),
            "detail": names.cause(change),
            "at": change["at"],
            "cause": {"kind": change["cause_kind"], "id": change["cause_id"]},
        }
        for change in changes
    ]


def _title(change: dict[str, Any], names: _Names) -> str:
    before, after = change["before"], change["after"]
    kind = change["kind"]
    if kind == "created":
        return f"Created, {_STATES.get(after.get('state'), '').lower()}"
    if kind == "state":
        came_back = before == "cancelled" and after in ("active", "inactive")
        return f"Came back: {_STATES[after].lower()}" if came_back else _STATES.get(after, str(after))
    if kind == "tag":
        return f"{'Tag added' if after else 'Tag removed'}: {change['subject'] or 'a deleted tag'}"
    if kind == "form":
        if before == "cancelled" and change["cause_kind"] in ("unsubscribe", "undo"):
            return f"Back at the form {names.form(change['subject_id'])}"
        verb = {"active": "Confirmed at", "inactive": "Signed up at", "cancelled": "Left"}.get(after, "At")
        return f"{verb} the form {names.form(change['subject_id'])}"
    if kind == "consent":
        verb = "Confirmed" if after == "confirmed" else "Agreed to"
        return f"{verb} the words of the form {names.form(change['subject_id'])}"
    if kind == "sequence":
        verb = "Left" if after == "cancelled" else "Joined"
        return f"{verb} the sequence {names.sequence(change['subject_id'])}"
    label = {"email": "Email", "first_name": "First name"}.get(kind, change["subject"] or "A deleted field")
    return f"{label}: {before or 'empty'} → {after or 'empty'}"


class _Names:
    """What the ids in a set of changes are called, read by one statement a kind."""

    def __init__(self, account_id: int, changes: Iterable[dict[str, Any]]) -> None:
        causes: dict[str, set[int]] = {}
        forms: set[int] = set()
        courses: set[int] = set()
        users: set[int] = set()
        for change in changes:
            if change["cause_id"] is not None:
                causes.setdefault(change["cause_kind"], set()).add(change["cause_id"])
            if change["kind"] in ("form", "consent"):
                forms.add(change["subject_id"])
            if change["kind"] == "sequence":
                courses.add(change["subject_id"])
            if change["actor"].startswith("user:"):
                users.add(int(change["actor"][5:]))
        forms |= causes.get("form", set()) | causes.get("confirmation", set())
        of_account = {"account_id": account_id}
        self._forms = dict(Form.objects.filter(**of_account, id__in=forms).values_list("id", "name"))
        self._sequences = sequences.names(account_id, sorted(courses))
        self._files = dict(
            Import.objects.filter(**of_account, id__in=causes.get("import", ())).values_list(
                "id", "file_name"
            )
        )
        sends = dict(
            Send.objects.filter(
                **of_account,
                kind="broadcast",
                id__in=causes.get("unsubscribe", set()) | causes.get("bounce", set()),
            ).values_list("id", "subject_id")
        )
        subjects = dict(
            Broadcast.objects.filter(**of_account, id__in=sends.values()).values_list("id", "subject")
        )
        self._letters = {send: subjects.get(broadcast, "") for send, broadcast in sends.items()}
        members = User.objects.filter(id__in=users, memberships__account_id=account_id)
        self._users = {user.pk: user.name or user.email for user in members}

    def form(self, form_id: int) -> str:
        return self._forms.get(form_id, "that is deleted")

    def sequence(self, sequence_id: int) -> str:
        return self._sequences.get(sequence_id, "that is deleted")

    def cause(self, change: dict[str, Any]) -> str:
        kind, number = change["cause_kind"], change["cause_id"]
        text = _CAUSES.get(kind, kind)
        if kind == "form" and number in self._forms:
            text = f"by the form {self._forms[number]}"
        elif kind == "import" and number in self._files:
            text = f"by the import of {self._files[number]}"
        elif self._letters.get(number) and kind in ("unsubscribe", "bounce"):
            text = f"{text}: {self._letters[number]}"
        if change["actor"].startswith("user:"):
            who = self._users.get(int(change["actor"][5:]))
            text = f"{text}, {who}" if who else text
        return text[:1].upper() + text[1:]
