"""Every route of the web process. Reserved first segments are listed in docs/architecture.md."""

from __future__ import annotations

from django.urls import include, path, re_path

from postroom.config import health, reactions

reactions.bind_bodies()  # a test of a webhook is written by the web process

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    # Forgiving like Kit's: doubled slashes and trailing slashes are read by the door itself.
    re_path(r"^(?:api/)?v3/", include("postroom.doors.api_v3.urls")),
    re_path(r"^wordpress/", include("postroom.doors.api_v3.wordpress")),
    path("api/1/", include("postroom.doors.native.urls")),
    path("", include("postroom.doors.entry.urls")),
    path("", include("postroom.doors.public.urls")),
]
