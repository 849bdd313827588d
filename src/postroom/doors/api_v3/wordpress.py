"""`/wordpress`: what Kit's WordPress plug-in asks for beside v3.

The secret is needed; a key that is sent with it must be the same account's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver

from postroom.accounts.models import Account
from postroom.broadcasts.errors import BroadcastNotFound
from postroom.broadcasts.models import Broadcast
from postroom.broadcasts.services import posts
from postroom.doors.api_v3.door import Call, Endpoint, by_secret, route, unknown
from postroom.doors.api_v3.errors import V3Error, unauthorized
from postroom.doors.api_v3.wire import answer, write_time
from postroom.forms.errors import CodeInvalid, TooManyCodes
from postroom.forms.services import codes
from postroom.lib.clock import now
from postroom.purchases import queries as purchases

PER_PAGE, MAX_PER_PAGE = 10, 50


def list_posts(call: Call) -> HttpResponse:
    """Public broadcasts, the latest first."""
    page = call.params.page()
    per_page = min(next(iter(call.params.ids("per_page")), PER_PAGE), MAX_PER_PAGE)
    found, total = posts.list_posts(account_id=call.account_id, page=page, per_page=per_page)
    return answer(
        {
            "total_posts": total,
            "page": page,
            "total_pages": max(1, -(-total // per_page)),
            "posts": [_write_post(post) for post in found],
        }
    )


def show_post(call: Call, id: int) -> HttpResponse:
    """One post with its content."""
    try:
        post = posts.get_post(account_id=call.account_id, broadcast_id=min(id, 2**53))
    except BroadcastNotFound:
        return answer({"message": "Post not found"}, 404)
    return answer({"post": _write_post(post) | {"product_id": None, "content": posts.write_post(post)}})


def list_products(call: Call) -> HttpResponse:
    """What was sold so far; products have no page of their own here."""
    found = purchases.list_products(call.account_id)
    return answer(
        {
            "products": [
                {"id": each["id"], "name": each["name"], "url": None, "published": True} for each in found
            ]
        }
    )


def send_code(call: Call) -> HttpResponse:
    """Mails a code to a subscriber; the token goes with it to `verify`."""
    try:
        token = codes.send_code(
            account_id=call.account_id,
            email=call.params.address("email_address") or "",
            redirect_url=call.params.text("redirect_url") or "",
        )
    except CodeInvalid as error:
        raise V3Error(422, "invalid", error.message) from None
    except TooManyCodes as error:
        raise V3Error(429, "invalid", error.message, retry_after_s=error.retry_after_s) from None
    return answer({"token": token})


def verify(call: Call) -> HttpResponse:
    """A right code gives the reader's signed id."""
    try:
        signed = codes.verify_code(
            account_id=call.account_id,
            token=call.params.text("token") or "",
            code=call.params.text("subscriber_code") or "",
        )
    except CodeInvalid as error:
        raise V3Error(422, "invalid", error.message) from None
    return answer({"subscriber_id": signed})


def show_profile(call: Call, signed: str) -> HttpResponse:
    """Who a signed id is, and what they bought."""
    person = codes.read_member(account_id=call.account_id, signed=signed)
    if person is None:
        return answer({"message": "Subscriber not found"}, 404)
    return answer({"id": person, "products": purchases.products_of(call.account_id, person)})


def recommendations_script(call: Call) -> HttpResponse:
    """There are no recommendations."""
    return answer({"enabled": False, "embed_js": None})


def oauth_access_token(call: Call) -> HttpResponse:
    """Keys cannot be turned into tokens: there is no OAuth in this version, and this says so."""
    raise V3Error(422, "Not available", "This server has no OAuth. Go on using API key and secret.")


def _with_key(view: Callable[..., HttpResponse], refusal: str = "API Key not valid") -> Endpoint:
    def checked(call: Call, **ids: Any) -> HttpResponse:
        key = call.params.text("api_key")
        if key is not None and not _is_key_of(call.account_id, key):
            raise unauthorized(refusal)
        return view(call, **ids)

    return by_secret(checked)


def _is_key_of(account_id: int, key: str) -> bool:
    old = Q(previous_api_key=key, previous_valid_until__gt=now())
    return Account.objects.filter(Q(api_key=key) | old, id=account_id).exists()


def _write_post(post: Broadcast) -> dict[str, Any]:
    return {
        "id": post.pk,
        "title": post.subject,
        "url": None,
        "published_at": write_time(posts.published_at(post)),
        "description": post.description or None,
        "thumbnail_url": post.thumbnail_url,
        "thumbnail_alt": post.thumbnail_alt,
        "is_paid": None,
    }


urlpatterns: list[URLPattern | URLResolver] = [
    route("posts", GET=_with_key(list_posts)),
    route("posts/{id}", GET=_with_key(show_post)),
    route("products", GET=_with_key(list_products)),
    route("subscriber_authentication/send_code", POST=_with_key(send_code)),
    route("subscriber_authentication/verify", POST=_with_key(verify)),
    route("profile/{text:signed}", GET=_with_key(show_profile)),
    route("recommendations_script", GET=_with_key(recommendations_script)),
    route("accounts/oauth_access_token", POST=_with_key(oauth_access_token, "API Secret not valid")),
    unknown(),
]
