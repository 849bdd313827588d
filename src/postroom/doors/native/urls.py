"""Routes of this door: one router a resource. To add one, import it and put it into ROUTERS."""

from __future__ import annotations

from django.urls import path, re_path
from django.urls.resolvers import URLPattern, URLResolver
from ninja import Router

from postroom.doors.native import (
    account,
    broadcasts,
    custom_fields,
    forms,
    growth,
    home,
    imports,
    inbox,
    keys,
    media,
    notices,
    purchases,
    queue,
    reports,
    resend,
    search,
    security,
    sending,
    sequences,
    session,
    subscriber_emails,
    subscribers,
    tags,
    team,
    tokens,
    undo,
    webhooks,
)
from postroom.doors.native.api import api, finish, not_found

ROUTERS: list[Router] = [
    tags.router,
    subscribers.router,
    undo.router,
    subscriber_emails.router,
    search.router,
    growth.router,
    home.router,
    imports.router,
    custom_fields.router,
    session.router,
    account.router,
    keys.router,
    tokens.router,
    team.router,
    sending.router,
    security.router,
    notices.router,
    broadcasts.router,
    queue.router,
    resend.router,
    forms.router,
    inbox.router,
    media.router,
    reports.router,
    sequences.router,
    purchases.router,
    webhooks.router,
]

for router in ROUTERS:
    api.add_router("", router)

_routes, _app, _namespace = api.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("", (finish(_routes), _app, _namespace)),
    re_path(r"^.*$", not_found),
]
