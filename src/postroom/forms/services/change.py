"""Making and changing forms. Each change of a form's mail freezes a new version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from postroom.accounts.models import Account
from postroom.content import services as content
from postroom.forms import queries, rules
from postroom.forms.errors import FormInvalid
from postroom.forms.models import Form
from postroom.lib import clock, sql
from postroom.media.models import Media
from postroom.subscribers.models import CustomField, Tag

FALLBACK_FROM = "postroom@localhost"
"""The sender of accounts that have not named one; such mail only ever reaches the test inbox."""


@transaction.atomic
def create(*, account_id: int, name: str, changes: Mapping[str, Any] | None = None) -> Form:
    """A form that works at once: asks for first name and address, confirms by mail. Raises FormInvalid."""
    given = rules.check({"name": name, **(changes or {})})
    _check_references(account_id, given)
    defaults = {
        "incentive_body": rules.default_document(),
        "fields": [{"key": "first_name", "label": "First name", "required": False}],
    }
    form = _insert(Form(account_id=account_id, **{**defaults, **given}))
    form.confirmation_send_id = _standing_send(account_id, form.id)
    _freeze(form)
    form.save(update_fields=["confirmation_send_id", "confirmation_version_id"])
    return form


@transaction.atomic
def save(*, account_id: int, form_id: int, changes: Mapping[str, Any]) -> Form:
    """Changes the given settings only. Raises FormNotFound, FormInvalid."""
    given = rules.check(changes)
    _check_references(account_id, given)
    form = queries.get(account_id, form_id)
    Form.objects.select_for_update().get(account_id=account_id, id=form_id)
    changed = {name for name, value in given.items() if getattr(form, name) != value}
    for name in changed:
        setattr(form, name, given[name])
    _check_whole(form)
    if changed & rules.WORDING:
        form.wording_at = clock.now()
    if changed & rules.LETTER or form.confirmation_version_id is None:
        _freeze(form)
    form.updated_at = clock.now()
    form.save()
    return form


@transaction.atomic
def archive(*, account_id: int, form_id: int, archived: bool = True) -> Form:
    """Takes a form out of the daily list, or back. Pages that carry it go on working. Raises FormNotFound."""
    form = queries.get(account_id, form_id)
    form.archived_at = clock.now() if archived else None
    form.save(update_fields=["archived_at"])
    return form


@transaction.atomic
def duplicate(*, account_id: int, form_id: int) -> Form:
    """A copy with its own public name and no people. Raises FormNotFound."""
    original = queries.get(account_id, form_id)
    copied = {name: getattr(original, name) for name in rules.settings_names()}
    name = f"{original.name[:245]} (copy)"
    return create(account_id=account_id, name=name, changes={k: v for k, v in copied.items() if k != "name"})


@transaction.atomic
def refreeze(*, account_id: int, form_id: int) -> None:
    """Freezes a form's mail anew after the account's sender changed. Raises FormNotFound."""
    form = queries.get(account_id, form_id)
    _freeze(form)
    form.save(update_fields=["confirmation_version_id"])


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


def _freeze(form: Form) -> None:
    account = Account.objects.get(id=form.account_id)
    version = content.freeze(
        account_id=form.account_id,
        kind="document",
        subject=form.incentive_subject,
        preview_text="",
        body=form.incentive_body,
        from_name=account.from_name or account.name,
        from_email=account.from_email or FALLBACK_FROM,
        reply_to=account.reply_to,
        footer=False,
        tracked=False,
    )
    form.confirmation_version_id = version.id


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
    asks = form.incentive_enabled and not form.auto_confirm
    if asks and not rules.has_confirmation_link(form.incentive_body):
        raise FormInvalid(
            "The email has no link that confirms, so nobody could ever join.",
            field="incentive_body",
            help="Add a button that leads to {{ confirmation_url }}, or switch auto-confirm on.",
        )
