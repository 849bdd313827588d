"""Custom fields: make, rename, delete."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from postroom.lib import sql
from postroom.subscribers import rules
from postroom.subscribers.errors import FieldNotFound, NameBlank, NameTaken, NameTooLong, TooManyFields
from postroom.subscribers.queries.fields import FieldRow, list_fields
from postroom.subscribers.rules import Cause

_RETURNING = "RETURNING id, label, key, name, aliases, created_at, updated_at"


def create_field(*, account_id: int, label: str) -> FieldRow:
    """Makes one custom field. Raises NameBlank, NameTaken, NameTooLong, TooManyFields."""
    return create_fields(account_id=account_id, labels=[label])[0]


@transaction.atomic
def create_fields(*, account_id: int, labels: Sequence[str]) -> list[FieldRow]:
    """Makes custom fields in the order given, all or none.

    Raises NameBlank, NameTaken, NameTooLong, TooManyFields."""
    known = _lock(account_id)
    if len(known) + len(labels) > rules.MAX_FIELDS:
        raise TooManyFields(
            f"An account may have {rules.MAX_FIELDS} custom fields at most.",
            help="Delete one that is not used.",
        )
    return [_create(account_id, _check(label)) for label in labels]


@transaction.atomic
def rename_field(*, account_id: int, field_id: int, label: str) -> FieldRow:
    """Gives a field another label and key; letters and forms that use the old key go on working.

    Raises FieldNotFound, NameBlank, NameTaken, NameTooLong."""
    clean = _check(label)
    known = _lock(account_id)
    field = next((field for field in known if field.id == field_id), None)
    if field is None:
        raise FieldNotFound
    key = rules.field_key(clean, (other.key for other in known if other.id != field_id))
    aliases = sorted({*field.aliases, field.key} - {key})
    try:
        with transaction.atomic():
            row = sql.row(
                "UPDATE custom_field SET label = %s, key = %s, aliases = %s, updated_at = now()"
                f" WHERE account_id = %s AND id = %s {_RETURNING}",
                [clean, key, aliases, account_id, field_id],
            )
    except IntegrityError:
        raise _taken() from None
    assert row is not None
    return FieldRow(**row)


@transaction.atomic
def delete_field(*, account_id: int, field_id: int, cause: Cause) -> int:
    """Deletes a field and everybody's values of it; answers how many had one. Raises FieldNotFound."""
    _lock(account_id)
    if not sql.execute("DELETE FROM custom_field WHERE account_id = %s AND id = %s", [account_id, field_id]):
        raise FieldNotFound
    row = sql.row(
        sql.load("subscribers", "empty_field"),
        {
            "account": account_id,
            "field": field_id,
            "key": str(field_id),
            "cause_kind": cause.kind,
            "cause_id": cause.id,
            "actor": cause.actor,
        },
    )
    return int(row["n"]) if row else 0


def _create(account_id: int, label: str) -> FieldRow:
    taken = {name for field in list_fields(account_id) for name in (field.key, *field.aliases)}
    key = rules.field_key(label, taken | {"email", "email_address", "first_name"})
    try:
        with transaction.atomic():
            row = sql.row(
                "WITH made AS (SELECT nextval(pg_get_serial_sequence('custom_field', 'id')) AS id)"
                " INSERT INTO custom_field (id, account_id, label, key, name)"
                " OVERRIDING SYSTEM VALUE SELECT id, %s, %s, %s, 'ck_field_' || id || '_' || %s FROM made"
                f" {_RETURNING}",
                [account_id, label, key, key],
            )
    except IntegrityError:
        raise _taken() from None
    assert row is not None
    return FieldRow(**row)


def _lock(account_id: int) -> list[FieldRow]:
    # Keys must not be taken twice and the limit must hold: one at a time in an account.
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('custom_field', %s))", [account_id])
    return list_fields(account_id)


def _check(label: str) -> str:
    clean = rules.clean_text(label)
    if not clean:
        raise NameBlank("Label can't be blank", help="Give the field a label.", field="label")
    if len(clean) > rules.MAX_NAME:
        raise NameTooLong("Label is too long (maximum is 255 characters)", help="Shorten it.", field="label")
    return clean


def _taken() -> NameTaken:
    return NameTaken(
        "Label has already been taken", help="Choose another label, or use that field.", field="label"
    )
