"""What granian serves as edge. Imports no Django and nothing that could open a database connection."""

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from postroom.config import logs
from postroom.doors.edge.app import application as _edge
from postroom.settings import load

logs.set_up("edge")
_proxies = list(load().trusted_proxies)
application = wrap_wsgi_with_proxy_headers(_edge, _proxies) if _proxies else _edge
