"""`postroom serve`: one command, one tree of processes."""

import json
import os
import re
import signal
import socket
import time
from pathlib import Path

import psycopg
import pytest

from postroom.config.postgres import Cluster
from tests.support.server import Server, descendants, free_port, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


def test_it_prints_its_address_and_serves_pages(server):
    port = server.addresses["bind"].rpartition(":")[2]
    assert f"Postroom answers at http://localhost:{port}" in server.output()
    assert "mail stays in the test inbox" in server.output()
    assert server.get("/healthz") == (200, b"ok")
    assert server.get("/readyz")[0] == 200


def test_the_edge_answers_on_its_own_address(server):
    assert server.addresses["edge_bind"] != server.addresses["bind"]
    status, body = server.get("/o/doctor", edge=True)
    assert status == 404
    assert b"not made by this server" in body


def test_every_process_runs(server):
    assert {"web", "edge", "worker", "sender"} <= set(server.children())


def test_the_edge_knows_no_database(server):
    edge = server.children()["edge"]
    for pid in _family(edge):
        environment = (Path("/proc") / str(pid) / "environ").read_bytes()
        assert b"DATABASE_URL" not in environment
        links = [os.readlink(fd) for fd in (Path("/proc") / str(pid) / "fd").iterdir() if fd.is_symlink()]
        assert links
        maps = (Path("/proc") / str(pid) / "maps").read_text()
        assert "psycopg" not in maps
        assert "libpq" not in maps


def test_the_supervisor_stays_small(server):
    text = (Path("/proc") / str(server.process.pid) / "smaps_rollup").read_text()
    kilobytes = int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1])
    assert kilobytes < 45_000
    maps = (Path("/proc") / str(server.process.pid) / "maps").read_text()
    assert "psycopg" not in maps


def test_a_killed_child_comes_back(server):
    for name, sign in (("web", None), ("worker", "scheduler"), ("sender", None)):
        before = server.children()[name]
        seen = server.output().count("scheduler")
        os.kill(before, signal.SIGKILL)
        server.wait_for(f"{name}{'' if name in ('web', 'edge') else '-1'} was killed by SIGKILL")
        until = time.monotonic() + 20
        while server.children().get(name) in (None, before):
            assert time.monotonic() < until, f"{name} did not come back:\n{server.output()[-3000:]}"
            time.sleep(0.1)
        if sign:
            server.wait_for(sign, count=seen + 1)
    until = time.monotonic() + 20
    while True:
        try:
            assert server.get("/readyz")[0] == 200
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_killed_postgresql_comes_back(server):
    cluster = Cluster(server.data)
    before = cluster.pid()
    os.kill(before, signal.SIGKILL)
    server.wait_for("PostgreSQL stopped by itself")
    until = time.monotonic() + 30
    while cluster.pid() in (None, before) or server.get("/readyz")[0] != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_second_serve_on_the_same_data_is_refused(server):
    done = run("serve", POSTROOM_DATA=str(server.data), POSTROOM_BIND=f"localhost:{free_port()}")
    assert done.returncode == 1
    assert f"already runs on {server.data} (process {server.process.pid})" in done.stderr


def test_the_doctor_finds_a_running_installation_well(server):
    done = run("doctor", **server.env)
    assert done.returncode == 0, done.stdout
    assert "the edge URL reaches this installation" in done.stdout
    assert "Its schema is this version's" in done.stdout
    assert "All is well" in done.stdout


def test_it_drains_and_stops_postgresql_last():
    with Server() as server:
        cluster = Cluster(server.data)
        children = server.children()
        assert server.stop(signal.SIGTERM) == 0
        output = server.output()
        assert output.index("Stopping: what is under way is finished first") < output.index("Stopped.")
        assert cluster.pid() is None
        for pid in children.values():
            assert not (Path("/proc") / str(pid)).exists()
        # A second run keeps all data.
        server.start(wait=False)
        server.wait_for("answers at", count=2)
        assert "Making a new PostgreSQL" not in server.output()[len(output) :]
        assert server.stop(signal.SIGINT) == 0


def test_after_kill_9_of_the_supervisor_the_rest_goes_and_a_new_one_takes_over():
    with Server() as server:
        children = server.children()
        server.process.kill()
        server.process.wait()
        server.start(wait=False)
        server.wait_for("answers at", count=2)
        for name, pid in children.items():
            if name != "postgres" and "postgres" not in name:
                assert server.children().get(name) != pid
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("select count(*) from django_migrations").fetchone()[0] > 5


def test_every_line_of_every_process_is_json_when_that_is_asked_for():
    """From the first start to the stop, with a worker of the web server killed and a public address."""
    with Server(POSTROOM_LOG_FORMAT="json", POSTROOM_PUBLIC_URL="http://mail.example.com") as server:
        server.wait_for("this worker is the scheduler")
        server.wait_for("sender ready")
        (granian, *_) = descendants(server.children()["web"]) - {server.children()["web"]}
        os.kill(granian, signal.SIGKILL)
        server.wait_for("Unexpected exit from worker")
        os.kill(server.children()["edge"], signal.SIGKILL)
        server.wait_for("edge was killed by SIGKILL")
        assert server.stop() == 0
        output = server.output()
    lines = [json.loads(line) for line in output.splitlines()]
    assert {line["process"] for line in lines} >= {"serve", "web", "worker", "sender"}
    for line in lines:
        assert line["timestamp"].endswith("Z"), line
        assert line["level"] in ("debug", "info", "warning", "error", "critical"), line
        assert line["event"], line
    assert sum("Set-up code" in line["event"] for line in lines) == 1


@pytest.mark.parametrize("process", ["web", "edge"])
def test_granians_own_failure_is_a_line_too(process, tmp_path):
    """The address is taken: granian's master, which loads nothing of ours, dies of it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        env = {"POSTROOM_BIND": f"localhost:{port}", "POSTROOM_EDGE_BIND": f"localhost:{port}"}
        env |= {"POSTROOM_SUPERVISED": "1", "POSTROOM_LOG_FORMAT": "json", "POSTROOM_DATA": str(tmp_path)}
        done = run(process, **env)
    assert done.returncode != 0
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]
    assert lines
    assert {(line["process"], line["level"]) for line in lines} == {(process, "critical")}


def test_a_start_that_fails_says_so_in_the_form_that_was_asked_for(tmp_path):
    for env, told in (
        ({"POSTROOM_WEB_WORKERS": "many"}, "POSTROOM_WEB_WORKERS is 'many'"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "could not be brought up to date"),
    ):
        done = run("serve", POSTROOM_DATA=str(tmp_path), POSTROOM_LOG_FORMAT="json", **env)
        assert done.returncode in (1, 2)
        lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]
        assert told in lines[-1]["event"]


def test_who_installs_on_a_public_address_needs_what_the_console_said():
    with Server(POSTROOM_PUBLIC_URL="http://mail.example.com") as server:
        server.wait_for("Set-up code")
        code = re.search(r"Set-up code.*: (\S+)", server.output())[1]
        assert b"Set-up code" in server.get("/welcome/you")[1]
        assert code.encode() not in server.get("/welcome/you")[1]
        newer = run("setup-code", **server.env)
        assert newer.returncode == 0
        assert code not in newer.stdout
        made = run(
            "account", "create", "A", "--email", "a@x.example", "--password", "long enough 1", **server.env
        )
        assert made.returncode == 0
        assert "no set-up code is needed" in run("setup-code", **server.env).stdout
        server.stop()
        server.start(wait=False)
        server.wait_for("answers at", count=2)
        assert server.output().count("Set-up code") == 1


def test_only_the_default_address_moves_on(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", POSTROOM_DATA=str(tmp_path), POSTROOM_BIND=f"localhost:{port}")
    assert done.returncode == 1
    assert f"POSTROOM_BIND is localhost:{port}: something else listens there" in done.stderr
    assert not (tmp_path / "cluster.json").exists()


def _family(pid: int) -> list[int]:
    found = [pid]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"\nPPid:\t{pid}\n" in (entry / "status").read_text():
                found += _family(int(entry.name))
        except OSError:
            continue
    return found


def test_it_names_variables_that_are_no_settings_and_where_its_data_lie():
    with Server(POSTROOM_WEB_WROKERS="2") as server:
        said = server.output()
        assert "POSTROOM_WEB_WROKERS is no setting of Postroom: did you mean POSTROOM_WEB_WORKERS?" in said
        assert f"Other commands find this installation by POSTROOM_DATA={server.data}." in said
