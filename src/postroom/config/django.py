"""Django's settings, all from Postroom's own (`postroom.settings`); nothing here reads the environment."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from postroom.settings import load

postroom = load()

# First: without a database nothing is to be made, no key file either.
_dsn = postroom.database_dsn()
SECRET_KEY = postroom.secret_keys()[0].hex()
SECRET_KEY_FALLBACKS = [key.hex() for key in postroom.secret_keys()[1:]]
DEBUG = False
ALLOWED_HOSTS = ["*"]  # every link is built from the public URL, never from the Host header
_https = postroom.public_url.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "postroom.doors.entry",  # before allauth: its templates are this door's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "postroom.events",
    "postroom.accounts",
    "postroom.subscribers",
    "postroom.content",
    "postroom.media",
    "postroom.sending",
    "postroom.webhooks",
    "postroom.purchases",
    "postroom.tracking",
    "postroom.sequences",
    "postroom.forms",
    "postroom.broadcasts",
    "postroom.imports",
    "postroom.doors.public",
]
AUTH_USER_MODEL = "accounts.User"


def _database(url: str) -> dict[str, Any]:
    """Django's words for a PostgreSQL URL; `?host=` names a socket directory."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postroom",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(query.pop("port", parts.port or "")),
        "CONN_MAX_AGE": 0,
        # The pool waits at most 2 s for a connection; a caller then gets 503 rather than a hanging page.
        "OPTIONS": {
            **query,
            "pool": {"min_size": 1, "max_size": postroom.database_pool_size, "timeout": 2},
        },
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


DATABASES = {"default": _database(_dsn)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

ROOT_URLCONF = "postroom.config.urls"
WSGI_APPLICATION = "postroom.config.wsgi.application"
APPEND_SLASH = False

# Limits of allauth count here: one count for all web processes.
CACHES = {"default": {"BACKEND": "postroom.accounts.shared_cache.SharedCache"}}

EMAIL_BACKEND = "postroom.sending.backend.LedgerBackend"
DEFAULT_FROM_EMAIL = "postroom@localhost"

SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
CSRF_COOKIE_SAMESITE = "Lax"
# Never the pages' host: what stands there is written by creators, and none of its forms needs a token.
CSRF_TRUSTED_ORIGINS = [postroom.public_url]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/accounts/sign-in"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "postroom.doors.entry.pages.csrf_failure"

ACCOUNT_ADAPTER = "postroom.doors.entry.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "optional"  # the first user's mail may only reach the test inbox behind the door
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Sign-in by password is limited by the adapter; allauth's own limits guard the other forms.
ACCOUNT_RATE_LIMITS = {"login": None}
MFA_ADAPTER = "postroom.doors.entry.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1

MIDDLEWARE = [
    "postroom.config.metrics.CountRequests",
    "postroom.config.middleware.ReleaseDatabase",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = str(postroom.media_dir)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
LOGGING_CONFIG = None  # structlog is set up by each process's entry (config/logs.py)
