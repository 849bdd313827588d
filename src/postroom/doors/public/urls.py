"""Routes of this door: what subscribers touch. Creators own ten hex characters here."""

from __future__ import annotations

from django.urls import path, re_path
from django.urls.resolvers import URLPattern, URLResolver

from postroom.doors.public import files, forms, readers

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^(?P<uid>[0-9a-f]{10})$", forms.show_form, name="form_page"),
    re_path(r"^(?P<uid>[0-9a-f]{10})/index\.js$", forms.send_script, name="form_script"),
    path("forms/success", forms.show_success, name="form_success"),
    re_path(r"^forms/(?P<form_id>[0-9]+)/subscriptions$", forms.take_post, name="form_post"),
    path("confirm/<str:token>", readers.confirm, name="confirm"),
    path("unsubscribe/<str:token>", readers.unsubscribe, name="unsubscribe"),
    path("preferences/<str:token>", readers.preferences, name="preferences"),
    path("preferences/address/<str:token>", readers.take_address, name="new_address"),
    re_path(r"^media/(?P<account_id>[0-9]+)/(?P<name>[0-9a-f]{64}\.[a-z]+)$", files.send_media, name="media"),
    path("favicon.ico", files.send_favicon, name="favicon"),
    path("robots.txt", files.send_robots, name="robots"),
]
