"""Making and changing forms. Each change of a form's mail freezes a new version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from postroom.forms import queries, rules
from postroom.forms.errors import FormInvalid, FormNotFound
from postroom.forms.models import Form
from postroom.forms.services import letter
from postroom.lib import clock, sql
from postroom.media.models import Media
from postroom.subscribers.models import CustomField, Tag


@transaction.atomic
def create(*, account_id: int, name: str, changes: Mapping[str, Any] | None = None) -> Form:
    """A form that works at once: asks for first name and address, confirms by mail. Raises FormInvalid."""
    return _make(account_id, {"name": name, **(changes or {})}, None)


@transaction.atomic
def save(*, account_id: int, form_id: int, changes: Mapping[str, Any]) -> Form:
    """Changes the given settings only. Raises FormNotFound, FormInvalid.

    An email that cannot be written yet (a half-typed Liquid tag) is stored; people get the last good one
    until it can be, and `letter_hints` says so."""
    given = rules.check(changes)
    _check_references(account_id, given)
    form = _hold(account_id, form_id)
    changed = {name for name, value in given.items() if getattr(form, name) != value}
    for name in changed:
        setattr(form, name, given[name])
    _check_whole(form)
    written = {*changed, "updated_at"}
    if changed & rules.WORDING:
        form.wording_at = clock.now()
        written.add("wording_at")
    if changed & rules.LETTER or form.confirmation_version_id is None:
        letter.take(form)
        written.add("confirmation_version_id")
    form.updated_at = clock.now()
    form.save(update_fields=written)
    return form


@transaction.atomic
def archive(*, account_id: int, form_id: int, archived: bool = True) -> Form:
    """Takes a form out of the daily list, or back. Pages that carry it go on working. Raises FormNotFound."""
    form = _hold(account_id, form_id)
    form.archived_at = clock.now() if archived else None
    form.save(update_fields=["archived_at"])
    return form


@transaction.atomic
def duplicate(*, account_id: int, form_id: int) -> Form:
    """A copy with its own public name and no people. Raises FormNotFound."""
    original = queries.get(account_id, form_id)
    copied = {name: getattr(original, name) for name in rules.settings_names()}
    copied["name"] = f"{original.name[:245]} (copy)"
    return _make(account_id, copied, original.confirmation_version_id)


@transaction.atomic
def refreeze(*, account_id: int, form_id: int) -> None:
    """Freezes a form's mail anew after the account's sender changed. Raises FormNotFound."""
    form = _hold(account_id, form_id)
    letter.follow_sender(form)
    form.save(update_fields=["confirmation_version_id"])


def _make(account_id: int, settings: Mapping[str, Any], version_id: int | None) -> Form:
    """`version_id`: the frozen mail that people get while the one in `settings` cannot be written."""
    given = rules.check(settings)
    _check_references(account_id, given)
    defaults = {
        "incentive_body": rules.default_document(),
        "fields": [{"key": "first_name", "label": "First name", "required": False}],
    }
    form = Form(account_id=account_id, confirmation_version_id=version_id, **{**defaults, **given})
    _check_whole(form)
    letter.take(form)
    form = _insert(form)
    form.confirmation_send_id = _standing_send(account_id, form.id)
    form.save(update_fields=["confirmation_send_id"])
    return form


def _hold(account_id: int, form_id: int) -> Form:
    """The form, locked before it is read, so that no save writes back what another one has just changed."""
    form = Form.objects.select_for_update(no_key=True).filter(account_id=account_id, id=form_id).first()
    if form is None:
        raise FormNotFound
    return form


def _insert(form: Form) -> Form:
    for _ in range(5):
        form.uid = rules.new_uid()
        try:
            with transaction.atomic():
                form.save(force_insert=True)
        except IntegrityError as error:
            if "form_uid" not in str(error):
                raise
            continue
        return form
    raise RuntimeError("five random form names in a row were taken")


def _standing_send(account_id: int, form_id: int) -> int:
    row = sql.row("SELECT sending_standing_send(%s, 'confirmation', %s, 0) AS id", [account_id, form_id])
    assert row is not None
    return int(row["id"])


def _check_references(account_id: int, given: Mapping[str, Any]) -> None:
    """Tags and fields must be the account's own."""
    if wanted := set(given.get("tag_ids", ())):
        known = set(Tag.objects.filter(account_id=account_id, id__in=wanted).values_list("id", flat=True))
        if wanted - known:
            raise FormInvalid("One of the tags does not exist.", field="tag_ids", help="Choose another tag.")
    if (picture := given.get("style", {}).get("picture_id")) and not Media.objects.filter(
        account_id=account_id, id=picture
    ).exists():
        raise FormInvalid("This picture does not exist.", field="style", help="Upload it first.")
    if keys := {item["key"] for item in given.get("fields", ())} - {"first_name"}:
        known_keys: set[str] = set()
        for key, aliases in CustomField.objects.filter(account_id=account_id).values_list("key", "aliases"):
            known_keys |= {key, *aliases}
        if missing := sorted(keys - known_keys):
            raise FormInvalid(
                f"There is no custom field “{missing[0]}”.",
                field="fields",
                help="Make that field first.",
            )


def _check_whole(form: Form) -> None:
    """Settings that only make sense together."""
    if form.success_action == "redirect" and not form.redirect_url:
        raise FormInvalid("The page to go to is missing.", field="redirect_url", help="Name its web address.")
