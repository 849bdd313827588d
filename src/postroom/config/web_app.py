"""What granian serves as web: the Django application behind trusted proxies, its log set up."""

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from postroom.config import logs
from postroom.settings import load

logs.set_up("web")

from django.urls import get_resolver  # noqa: E402  the log first: Django speaks while it loads

from postroom.config.wsgi import application as _django  # noqa: E402

# All views are imported now: what is broken stops the start, and nobody's first page waits for it.
get_resolver().url_patterns  # noqa: B018
_proxies = list(load().trusted_proxies)
application = wrap_wsgi_with_proxy_headers(_django, _proxies) if _proxies else _django
