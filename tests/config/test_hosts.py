"""The creators' pages on a host of their own: nothing that takes a session or key is there."""

import io

import pytest
from django.conf import settings as configured

from postroom.config import wsgi
from postroom.settings import load

pytestmark = pytest.mark.django_db(transaction=True)  # a handler closes its connections
SIGNED_IN = ["/", "/app/", "/accounts/sign-in", "/welcome", "/api/1/session", "/v3/account",
             "/api/v3/account", "/metrics", "/readyz", "/nothing", "//app/", "/./app"]  # fmt: skip
PUBLIC = ["/healthz", "/robots.txt", "/favicon.ico", "/0123456789", "/forms/success", "/unsubscribe/x"]


@pytest.fixture
def two_hosts(monkeypatch):
    hosts = {"public_url": "https://mail.example.com", "pages_url": "https://pages.example.com"}
    two = load().model_copy(update=hosts)
    monkeypatch.setattr(wsgi, "load", lambda: two)


def ask(path: str, host: str, length: int | None = None) -> tuple[str, bytes]:
    said = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": host, "wsgi.input": io.BytesIO(),
               "SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.url_scheme": "https",
               "wsgi.errors": io.StringIO(), "REMOTE_ADDR": "127.0.0.1"}  # fmt: skip
    if length is not None:
        environ |= {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(length)}
    body = b"".join(wsgi.application(environ, lambda status, headers: said.append(status)))
    return said[0], body


@pytest.mark.parametrize(
    "host", ["pages.example.com", "PAGES.example.com:443", "pages.example.com.", "pages.example.com.:443"]
)
@pytest.mark.parametrize("path", SIGNED_IN)
def test_the_pages_host_knows_no_screens_and_no_api(two_hosts, host, path):
    status, body = ask(path, host)
    assert status.startswith("404")
    assert b"Postroom itself is at https://mail.example.com" in body


@pytest.mark.parametrize("path", PUBLIC)
def test_the_pages_host_answers_pages(two_hosts, path):
    assert b"Postroom itself is at" not in ask(path, "pages.example.com")[1]


def test_the_other_host_answers_everything(two_hosts):
    assert ask("/app/", "mail.example.com")[0].startswith("302")


def test_one_host_for_all_answers_everything():
    assert ask("/app/", load().pages_url.partition("//")[2])[0].startswith("302")


def test_pages_are_no_origin_that_writes_are_taken_from():
    assert [load().public_url] == configured.CSRF_TRUSTED_ORIGINS


def test_a_body_beyond_every_limit_is_refused_unread():
    status, body = ask("/api/1/media", "localhost", length=3_000_000_000)
    assert status.startswith("413")
    assert b"At most 20 MB" in body
