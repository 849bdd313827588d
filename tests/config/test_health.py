"""Liveness, readiness, metrics."""

import json
import os
import subprocess

import pytest
from django.db import OperationalError

from postroom.config import health, metrics
from postroom.settings import load


def test_healthz_needs_no_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_says_yes_when_the_database_answers(client):
    assert client.get("/readyz").json()["ready"] is True


@pytest.mark.django_db
def test_readyz_says_503_when_the_database_is_away(client, monkeypatch):
    def away(*_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.connection, "cursor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reason": "database: OperationalError"}


@pytest.mark.django_db
def test_metrics_name_routes_never_paths_or_queries(client):
    client.get("/readyz?api_secret=s3cret-marker&email=alice@example.com")
    text = client.get("/metrics").content.decode()
    assert 'postroom_requests_total{method="GET",route="readyz",status="200"}' in text
    assert "postroom_facts_pending 0.0" in text
    assert "s3cret-marker" not in text
    assert "alice" not in text


@pytest.mark.parametrize(
    ("address", "headers", "allowed"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("127.0.0.1", {"X-Real-IP": "192.0.2.7"}, False),
    ],
)
@pytest.mark.django_db
def test_without_a_token_only_this_machine_reads_metrics(client, address, headers, allowed):
    answer = client.get("/metrics", REMOTE_ADDR=address, headers=headers)
    assert answer.status_code == (200 if allowed else 403)


@pytest.mark.django_db
def test_with_a_token_only_its_bearer_reads_metrics(client, monkeypatch):
    monkeypatch.setitem(load().__dict__, "metrics_token", "a-long-token")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    good = {"Authorization": "Bearer a-long-token"}
    assert client.get("/metrics", headers=good, REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.django_db
def test_metrics_are_told_when_the_database_is_away(client, monkeypatch):
    assert "postroom_database_up 1.0" in client.get("/metrics").content.decode()

    class Away:
        def cursor(self):
            raise OperationalError("away")

    monkeypatch.setattr(metrics, "connection", Away())
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "postroom_database_up 0.0" in answer.content.decode()
    assert "postroom_jobs_waiting" not in answer.content.decode()
    assert "postroom_requests_total" in answer.content.decode()


@pytest.fixture
def counts_dir(tmp_path, monkeypatch):
    """Where web workers leave their counts: a disk of 100 kB."""
    if os.geteuid():
        pytest.fail("this test mounts a file system: run it as root")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(tmp_path)], check=True)
    monkeypatch.setattr(metrics, "counts_dir", lambda: tmp_path)
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def of_route(text: bytes) -> float:
    wanted = 'postroom_requests_total{method="GET",route="healthz",status="200"} '
    return next(float(line.split()[-1]) for line in text.decode().splitlines() if line.startswith(wanted))


@pytest.mark.django_db
def test_the_counts_of_other_workers_are_added_to_ones_own_once(client, counts_dir):
    client.get("/healthz")
    own = of_route(metrics.render())
    assert metrics.write_counts()
    assert of_route(metrics.render()) == own
    labels = json.dumps({"route": "healthz", "method": "GET", "status": "200"})
    (counts_dir / "1.json").write_text(json.dumps([["postroom_requests_total", labels, 41.0]]))
    (counts_dir / "2.json").write_text("[[")  # a file that cannot be read costs its own numbers only
    assert of_route(metrics.render()) == own + 41


@pytest.mark.django_db
def test_a_full_disk_costs_fresh_numbers_and_kills_nobody(client, counts_dir):
    client.get("/healthz")
    assert metrics.write_counts()
    before = [file.read_text() for file in counts_dir.glob("*.json")]
    filled = subprocess.run(
        ["dd", "if=/dev/zero", f"of={counts_dir / 'filler'}", "bs=4k"], capture_output=True, text=True
    )
    assert "No space left" in filled.stderr
    assert not metrics.write_counts()
    assert client.get("/healthz").status_code == 200
    assert [file.read_text() for file in counts_dir.glob("*.json")] == before
    assert not list(counts_dir.glob("*.part"))
    own = of_route(metrics.render())
    client.get("/healthz")
    assert of_route(metrics.render()) == own + 1
