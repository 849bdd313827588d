"""Prints what /api/1 takes and answers (OpenAPI 3.1), as the server serves it at /api/1/openapi.json.

Asks the code itself: no server and no database are needed.
"""

import json
import os
import sys
import tempfile

os.environ |= {
    "POSTROOM_DATA": tempfile.gettempdir(),
    "POSTROOM_SECRET_KEY": "0123456789abcdef" * 4,
    "DATABASE_URL": "postgresql:///never-asked",
    "DJANGO_SETTINGS_MODULE": "postroom.config.django",
}

import django

django.setup()

from postroom.doors.native.api import api  # noqa: E402  (it reads Django's settings)

json.dump(api.get_openapi_schema(), sys.stdout, default=str)
