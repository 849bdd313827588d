"""Proving an address by a mailed code: how readers enter a site that a creator keeps for subscribers.

Nothing is stored: the token that the site holds is the code itself, sealed; the limiter counts the tries.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import struct
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import transaction

from postroom.accounts.models import Account
from postroom.accounts.services import limiter
from postroom.forms.errors import CodeInvalid, TooManyCodes
from postroom.lib import clock, signing
from postroom.lib.signing import Keyring
from postroom.sending import services as sending
from postroom.settings import load
from postroom.subscribers import queries as people
from postroom.subscribers.models import Subscriber

CODE_MAX_AGE_S = 15 * 60
MEMBER_MAX_AGE_S = 90 * 24 * 3600
TRIES = 5
MAILS_PER_HOUR = 5
_SEAL, _MEMBER = "member-code", "member"
_NUMBERS = struct.Struct(">QQQ")
_MAC_BYTES = 16


@transaction.atomic
def send_code(*, account_id: int, email: str, redirect_url: str = "") -> str:
    """Mails six digits to an active subscriber, with a link back to `redirect_url` that carries them.

    Answers the token to verify them with, good for 15 minutes. Raises CodeInvalid when nobody active has
    this address, TooManyCodes after five mails to them within an hour."""
    person_id = people.find_by_email(account_id, email)
    person = Subscriber.objects.filter(account_id=account_id, id=person_id, state="active").first()
    if person is None:
        raise CodeInvalid("Email address is invalid")
    allowed = limiter.hit(key=f"member-mail:{account_id}:{person.pk}", limit=MAILS_PER_HOUR, window_s=3600)
    if not allowed.ok:
        raise TooManyCodes(allowed.retry_after_s)
    code = f"{secrets.randbelow(1_000_000):06}"
    plain = json.dumps(
        {"account": account_id, "person": person.pk, "code": code, "until": _now() + CODE_MAX_AGE_S}
    )
    token = _encode(signing.seal(_keyring(), _SEAL, plain.encode()))
    account = Account.objects.get(id=account_id)
    text, html = _write(account.name, code, _link(redirect_url, token, code))
    sending.plan_mail(
        account_id=account_id,
        to=person.email,
        subject=f"{code} is your code for {account.name}",
        text=text,
        html=html,
    )
    return token


def verify_code(*, account_id: int, token: str, code: str) -> str:
    """The signed id of the person whom the code was mailed to, good for 90 days; a code works once.

    Raises CodeInvalid: a wrong code, a sixth try, one used up, or 15 minutes have passed."""
    wrong = CodeInvalid("The code is wrong, used up or older than 15 minutes. Ask for a new one.")
    try:
        found = json.loads(signing.unseal(_keyring(), _SEAL, _decode(token)))
    except ValueError:
        raise wrong from None
    if found["account"] != account_id or found["until"] < _now():
        raise wrong
    name = hashlib.sha256(token.encode()).hexdigest()
    if not limiter.hit(key=f"member-code:{name}", limit=TRIES, window_s=CODE_MAX_AGE_S).ok:
        raise wrong
    if not hmac.compare_digest(found["code"].encode(), code.strip().encode()):
        raise wrong
    if not limiter.hit(key=f"member-done:{name}", limit=1, window_s=CODE_MAX_AGE_S).ok:
        raise wrong
    return sign_member(account_id=account_id, subscriber_id=found["person"])


def sign_member(*, account_id: int, subscriber_id: int) -> str:
    """A signed id that a site may keep for its reader for 90 days."""
    numbers = _NUMBERS.pack(account_id, subscriber_id, _now() + MEMBER_MAX_AGE_S)
    return _encode(numbers + _keyring().mac(_MEMBER, numbers, _MAC_BYTES))


def read_member(*, account_id: int, signed: str) -> int | None:
    """The person of a signed id of this account; None when it is none, has run out, or they are gone."""
    try:
        raw = _decode(signed)
    except ValueError:
        return None
    numbers, mac = raw[: _NUMBERS.size], raw[_NUMBERS.size :]
    if len(mac) != _MAC_BYTES or not _keyring().verify(_MEMBER, numbers, mac):
        return None
    account, person, until = _NUMBERS.unpack(numbers)
    if account != account_id or until < _now() or not people.exists(account_id, person):
        return None
    return int(person)


def _link(redirect_url: str, token: str, code: str) -> str:
    """Back to the site, with what it needs; empty when that is no web address."""
    try:
        parts = urlsplit(redirect_url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("token", token), ("subscriber_code", code)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _write(name: str, code: str, link: str) -> tuple[str, str]:
    said = f"Your code for {name} is"
    after = "It works once, for 15 minutes. If you did not ask for it, nothing needs doing."
    text = f"{said}\n\n    {code}\n\n" + (f"Or open this link:\n{link}\n\n" if link else "") + f"{after}\n"
    button = f'<p><a href="{escape(link)}">Enter without typing it</a></p>' if link else ""
    html = (
        f"<p>{escape(said)}</p>"
        f'<p style="font-size:28px;letter-spacing:4px"><strong>{code}</strong></p>{button}<p>{after}</p>'
    )
    return text, html


def _keyring() -> Keyring:
    return Keyring(load().secret_keys())


def _now() -> int:
    return int(clock.now().timestamp())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Raises ValueError."""
    if len(text) > 2_000 or not text.isascii():
        raise ValueError("no token")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
