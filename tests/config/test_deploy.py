"""The files in deploy/ with the real programs from Debian: nginx, Caddy, systemd."""

import contextlib
import http.server
import json
import re
import shutil
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.server import free_port
from tests.support.users import open_directory

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRET = "api_secret=s3cret-marker&email=alice%40example.com"
pytestmark = pytest.mark.wire


class Echo(http.server.BaseHTTPRequestHandler):
    """Says which of the two backends was asked, and with what."""

    def do_GET(self):
        body = json.dumps({"backend": self.server.name, "path": self.path, **dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def backends():
    servers = []
    for name in ("web", "edge"):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        server.name = name
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    yield [server.server_port for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def scratch():
    path = open_directory()
    yield path
    shutil.rmtree(path)


def test_nginx_routes_and_keeps_query_strings_out_of_its_logs(backends, scratch):
    _certificate(scratch)
    https, plain = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{backends[0]}").replace(
        "127.0.0.1:8001", f"127.0.0.1:{backends[1]}"
    )
    text = re.sub(r"listen \[::\]:\d+( ssl)?;", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{https}").replace(
        "listen 80", f"listen 127.0.0.1:{plain}"
    )
    text = text.replace("/etc/ssl/postroom/", f"{scratch}/").replace("/var/log/nginx/", f"{scratch}/")
    temporary = "".join(
        f"{kind}_temp_path {scratch}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = scratch / "nginx.conf"
    config.write_text(f"pid {scratch}/pid; daemon off; events {{}} http {{ {temporary} {text} }}")
    command = ["nginx", "-p", str(scratch), "-c", str(config), "-e", str(scratch / "start.log")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with _running(command, https, tls=True):
        base = f"https://127.0.0.1:{https}"
        _check_routes(base)
        assert _ask(f"{base}/x", {"X-Forwarded-For": "6.6.6.6"})["X-Forwarded-For"] == "127.0.0.1"
        assert _ask(f"{base}/x")["X-Forwarded-Proto"] == "https"
        status, location = _redirect(f"http://127.0.0.1:{plain}/a")
        assert (status, location) == (301, f"https://{'127.0.0.1'}/a")
    logs = "".join(path.read_text() for path in scratch.glob("*.log"))
    assert '"GET /v3/subscribers" 200' in logs
    _check_no_secret(logs)


def test_nginx_says_nothing_of_a_query_when_the_web_process_is_away(scratch):
    _certificate(scratch)
    https = free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}").replace(
        "listen 443", f"listen 127.0.0.1:{https}"
    )
    text = re.sub(r"listen \[::\]:\d+( ssl)?;", "", text).replace(
        "listen 80", f"listen 127.0.0.1:{free_port()}"
    )
    text = text.replace("/etc/ssl/postroom/", f"{scratch}/").replace("/var/log/nginx/", f"{scratch}/")
    config = scratch / "nginx.conf"
    config.write_text(f"pid {scratch}/pid; daemon off; events {{}} http {{ {text} }}")
    command = ["nginx", "-p", str(scratch), "-c", str(config), "-e", str(scratch / "start.log")]
    with _running(command, https, tls=True), pytest.raises(urllib.error.HTTPError) as caught:
        _ask(f"https://127.0.0.1:{https}/v3/subscribers?{SECRET}")
    assert caught.value.code == 502
    caught.value.close()
    logs = "".join(path.read_text() for path in scratch.glob("*.log"))
    assert '"GET /v3/subscribers" 502' in logs
    _check_no_secret(logs)


def test_caddy_routes_and_keeps_query_strings_out_of_its_log(backends, scratch):
    port = free_port()
    text = (DEPLOY / "Caddyfile").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{backends[0]}").replace(
        "127.0.0.1:8001", f"127.0.0.1:{backends[1]}"
    )
    text = text.replace("\nmail.example.com {", f"\nhttp://127.0.0.1:{port} {{").replace(
        "/var/log/caddy", str(scratch)
    )
    config = scratch / "Caddyfile"
    config.write_text("{\n\tadmin off\n}\n" + text)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    with _running(
        command, port, env={"HOME": str(scratch), "XDG_DATA_HOME": str(scratch), "PATH": "/usr/bin"}
    ):
        _check_routes(f"http://127.0.0.1:{port}")
        assert (
            _ask(f"http://127.0.0.1:{port}/x", {"X-Forwarded-For": "6.6.6.6"})["X-Forwarded-For"]
            == "127.0.0.1"
        )
        until = time.monotonic() + 5
        while "/v3/subscribers" not in (log := (scratch / "postroom.log").read_text()):
            assert time.monotonic() < until
            time.sleep(0.05)
    _check_no_secret(log)


@pytest.mark.parametrize("unit", ["postroom.service", "postroom@.service"])
def test_systemd_finds_no_fault_in_the_units(unit, scratch):
    text = (DEPLOY / unit).read_text()
    # The program and its user exist on the target machine; everything else is checked as it stands.
    text = text.replace("/opt/postroom/bin/postroom", shutil.which("true")).replace(
        "=postroom\n", "=root\n", 2
    )
    name = unit.replace("@.", "@web.")
    (scratch / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(scratch / name)], capture_output=True, text=True
    )
    complaints = [line for line in done.stderr.splitlines() if name in line or "postroom" in line]
    assert (done.returncode, complaints) == (0, []), done.stderr


def _check_routes(base: str) -> None:
    assert _ask(f"{base}/v3/subscribers?{SECRET}")["backend"] == "web"
    for path in ("/c/token/dest", "/o/token", "/u/token"):
        assert _ask(base + path)["backend"] == "edge", path
    for path in ("/", "/cats", "/unsubscribe/x", "/api/1/session", "/c"):
        assert _ask(base + path)["backend"] == "web", path
    with pytest.raises(urllib.error.HTTPError) as caught:
        _ask(f"{base}/metrics")
    assert caught.value.code == 404
    caught.value.close()


def _check_no_secret(log: str) -> None:
    assert "s3cret-marker" not in log
    assert "alice" not in log


def _ask(url: str, headers: dict[str, str] | None = None) -> dict[str, str]:
    context = ssl._create_unverified_context()
    request = urllib.request.Request(url, headers=headers or {})
    with urllib.request.urlopen(request, context=context, timeout=5) as answer:
        return json.load(answer)


def _redirect(url: str) -> tuple[int, str]:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    try:
        urllib.request.build_opener(Stay).open(url, timeout=5)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, error.headers["Location"]
    raise AssertionError("no redirect")


@contextlib.contextmanager
def _running(command: list[str], port: int, *, tls: bool = False, env: dict[str, str] | None = None):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
    try:
        until = time.monotonic() + 15
        while True:
            try:
                _ask(f"{'https' if tls else 'http'}://127.0.0.1:{port}/ready")
                break
            except urllib.error.HTTPError as error:
                error.close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    process.kill()
                    raise AssertionError(process.communicate()[0].decode()) from None
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=15)


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
