"""`/undo`: what a token of an act, an import or a deleted tag takes back."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from postroom.doors.native.auth import Caller, caller
from postroom.lib import signing
from postroom.lib.errors import Invalid
from postroom.lib.signing import Keyring
from postroom.settings import load
from postroom.subscribers import services
from postroom.subscribers.rules import Cause
from postroom.subscribers.services import DeletedTag

router = Router(tags=["Subscribers"])

BULK = "bulk"
_TAG = "undo-tag"


class UndoIn(Schema):
    token: str = Field(max_length=4_000)


class UndoOut(Schema):
    """`changed`: people who were touched."""

    changed: int


@router.post("/undo", response=UndoOut)
def undo(request: HttpRequest, body: UndoIn) -> dict[str, int]:
    """Brings back what was before an act, an import or the end of a tag, where nothing has changed since."""
    who = caller(request)
    kind, _, rest = body.token.partition("-")
    if kind == "tag":
        return {"changed": _restore_tag(who, rest)}
    if kind not in (BULK, "import") or not (rest.isascii() and rest.isdecimal()) or len(rest) > 15:
        raise _unknown()
    changed = services.undo(account_id=who.account_id, cause_kind=kind, cause_id=int(rest), actor=who.actor)
    return {"changed": changed}


def act_token(act_id: int) -> str:
    """The token of an act on many people."""
    return f"{BULK}-{act_id}"


def tag_token(account_id: int, act_id: int, tag: DeletedTag) -> str:
    """The token of a deleted tag. It carries the tag, sealed, as nothing else remembers it."""
    kept = [account_id, act_id, tag.id, tag.name, tag.created_at.isoformat()]
    sealed = signing.seal(Keyring(load().secret_keys()), _TAG, json.dumps(kept).encode())
    return f"tag-{urlsafe_b64encode(sealed).decode()}"


def _restore_tag(who: Caller, token: str) -> int:
    try:
        plain = signing.unseal(Keyring(load().secret_keys()), _TAG, urlsafe_b64decode(token.encode("ascii")))
    except ValueError:
        raise _unknown() from None
    account_id, act_id, tag_id, name, created_at = json.loads(plain)
    if account_id != who.account_id:
        raise _unknown()
    return services.restore_tag(
        account_id=account_id,
        tag=DeletedTag(tag_id, name, datetime.fromisoformat(created_at)),
        cause=Cause(BULK, act_id, who.actor, "native"),
    )


def _unknown() -> Invalid:
    return Invalid("This is no undo token.", help="Send the undo_token that the act answered.", field="token")
