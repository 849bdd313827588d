"""Accounts: the tenants, and the installation's own account for mail to users without one."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from postroom.accounts.errors import AccountNotFound, Invalid
from postroom.accounts.models import Account, AccountKind, Member, Role, User
from postroom.accounts.rules import is_time_zone
from postroom.accounts.services import keys
from postroom.accounts.services.keys import KeyPair
from postroom.accounts.services.users import check_email


@transaction.atomic
def create_account(
    *,
    name: str,
    owner: User | None = None,
    time_zone: str = "UTC",
    from_name: str = "",
    from_email: str = "",
    postal_address: str = "",
    is_demo: bool = False,
    pair: KeyPair | None = None,
) -> tuple[Account, KeyPair]:
    """An empty account and its keys in clear (`pair` fixes them, for demos). Raises Invalid."""
    values = {
        "name": name,
        "time_zone": time_zone,
        "from_name": from_name,
        "from_email": from_email,
        "postal_address": postal_address,
    }
    pair = pair or keys.new_pair()
    account = Account.objects.create(**_checked(values), is_demo=is_demo, **keys.columns_of(pair))
    if owner is not None:
        Member.objects.create(account=account, user=owner, role=Role.OWNER)
    return account, pair


def update_account(*, account_id: int, **values: Any) -> Account:
    """Change name, time_zone, postal_address, from_name, from_email or reply_to.

    Raises Invalid, AccountNotFound."""
    checked = _checked(values)
    if checked and not Account.objects.filter(id=account_id).update(**checked):
        raise AccountNotFound("There is no such account.")
    keys.tell_changed()  # the cached account carries its name
    return Account.objects.get(id=account_id)


def installation_account() -> Account:
    """The account that mail to users belongs to when no creator is concerned; made on first use."""
    found = Account.objects.filter(kind=AccountKind.INSTALLATION).first()
    if found is None:
        columns = {"name": "Postroom", **keys.columns_of(keys.new_pair())}
        found, _ = Account.objects.get_or_create(kind=AccountKind.INSTALLATION, defaults=columns)
    return found


_TEXTS = {"name": 200, "postal_address": 1000, "from_name": 200}


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for field, value in values.items():
        value = str(value).strip()
        if field in _TEXTS:
            if len(value) > _TEXTS[field]:
                raise Invalid(f"At most {_TEXTS[field]} characters.", field=field, help="Shorten it.")
            if field != "postal_address" and any(ord(c) < 32 for c in value):
                raise Invalid("This must be one line.", field=field, help="Take out the line breaks.")
        elif field == "time_zone":
            if not is_time_zone(value):
                raise Invalid(
                    f"“{value}” is no time zone.", field=field, help="Choose one such as Europe/Lisbon."
                )
        elif field in ("from_email", "reply_to"):
            value = check_email(value, field=field) if value else ""
        else:
            raise Invalid(f"There is no field {field}.", field=field)
        checked[field] = value
    if checked.get("name") == "":
        raise Invalid("The name is missing.", field="name", help="Your readers see it beside your letters.")
    return checked
