"""The package as strangers get it: the wheel, the Containerfile's steps, the front end's build hook."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import hatch_build
import pytest

from postroom.config.postgres import Cluster
from tests.support.server import clean_environment, free_port
from tests.support.users import open_directory

ROOT = Path(__file__).parents[2]
PIP = (sys.executable, "-m", "pip")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A copy of what the package is built from, without Git; the front end is built already."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "hatch_build.py"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return source


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory) -> Path:
    """The wheel, built without a network."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [*PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", out, source],
        check=True,
        env=clean_environment(PIP_DISABLE_PIP_VERSION_CHECK="1"),
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_code_sql_templates_and_the_built_front_end(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src/postroom").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names | {name for name in wanted if name.endswith(".inputs")}
    assert "postroom/_assets/index.html" in names, "run `make setup`: the front end is not built"
    assert "postroom/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "bench/", "frontend/"))]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A virtual environment with the wheel and, by a path file, our own environment's other packages."""
    home = tmp_path_factory.mktemp("opt") / "postroom"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    pip = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, env=clean_environment(PIP_DISABLE_PIP_VERSION_CHECK="1"))
    (site,) = home.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def test_the_installed_command_works_without_the_sources(installed, tmp_path):
    env = clean_environment(POSTROOM_DATA=str(tmp_path))
    done = subprocess.run(
        [installed / "bin/postroom", "--help"], capture_output=True, text=True, env=env, cwd=tmp_path
    )
    for command in (
        "serve",
        "web",
        "edge",
        "worker",
        "sender",
        "inbound",
        "migrate",
        "doctor",
        "backup",
        "restore",
        "setup-code",
    ):
        assert re.search(rf"^\W*{command}\s", done.stdout, re.MULTILINE), command
    where = subprocess.run(
        [installed / "bin/python", "-c", "import postroom; print(postroom.__file__)"],
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
    )
    assert where.stdout.startswith(str(installed))


def test_the_inbound_listener_says_that_it_is_off(installed, tmp_path):
    done = subprocess.run(
        [installed / "bin/postroom", "inbound"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0
    assert "is off" in done.stdout


@pytest.mark.timeout(400)
def test_the_containerfiles_steps_run_as_a_script(source):
    """No base image can be fetched here: its steps run one by one with other paths, then what it starts is
    started, asked by its own health check, and stopped by its own signal. Left out: apt-get and useradd."""
    steps = containerfile()
    root = open_directory()
    home, data = root / "opt", root / "data"
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    try:
        run = [words for name, words in steps if name == "RUN" and "apt-get" not in words]
        assert [words.split()[0] for words in run] == ["python3", "/opt/postroom/bin/pip", "useradd"]
        for words in run[:2]:
            words = words.replace("/opt/postroom", str(home)).replace("/src", str(source))
            words = words.replace("python3 -m", f"{sys.executable} -m")
            done = subprocess.run(words, shell=True, env=clean_environment(**offline), capture_output=True)
            assert done.returncode == 0, done.stderr.decode()
            (site,) = home.glob("lib/python*/site-packages")
            (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
        said = " ".join(words for name, words in steps if name == "ENV")
        env = dict(word.split("=", 1) for word in said.split())
        assert env["POSTROOM_DATA"] == "/var/lib/postroom"
        port = free_port()
        env |= {"POSTROOM_DATA": str(data), "POSTROOM_BIND": f"127.0.0.1:{port}"}
        env |= {"POSTROOM_EDGE_BIND": f"127.0.0.1:{free_port()}"}
        env["PATH"] = f"{home}/bin:{os.environ['PATH']}"
        start = [word for name in ("ENTRYPOINT", "CMD") for word in json.loads(dict(steps)[name])]
        check = json.loads(dict(steps)["HEALTHCHECK"].removeprefix("CMD "))
        check = [word.replace("/opt/postroom", str(home)).replace(":8000", f":{port}") for word in check]
        with (root / "log").open("wb") as log:
            process = subprocess.Popen(start, env=clean_environment(**env), stdout=log, stderr=log, cwd=root)
        try:
            until = time.monotonic() + 240
            while subprocess.run(check, capture_output=True).returncode != 0:
                assert process.poll() is None, (root / "log").read_text()
                assert time.monotonic() < until, (root / "log").read_text()
                time.sleep(0.3)
        finally:
            process.send_signal(getattr(signal, dict(steps)["STOPSIGNAL"]))
            code = process.wait(60)
        assert code == 0
        lines = [json.loads(line) for line in (root / "log").read_text().splitlines()]
        assert lines[-1]["event"] == "Stopped."
    finally:
        if (data / "cluster.json").exists():
            shutil.rmtree(Cluster(data).path, ignore_errors=True)
        shutil.rmtree(root)


def containerfile() -> list[tuple[str, str]]:
    """(instruction, rest) of each line of deploy/Containerfile, continued lines joined."""
    text = (ROOT / "deploy/Containerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2]) for line in lines]


def test_the_container_keeps_its_data_and_leaves_out_what_is_not_built_from():
    steps = dict(containerfile())
    assert steps["USER"] == "postroom"
    assert steps["VOLUME"] == "/var/lib/postroom"
    ignored = (ROOT / ".containerignore").read_text().split()
    assert {".venv", "data", "frontend/node_modules", ".git"} <= set(ignored)


def test_a_changed_source_of_the_front_end_is_noticed(tmp_path, monkeypatch):
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    (frontend / "node_modules/x").mkdir(parents=True)
    (frontend / "src/main.ts").write_text("1")
    monkeypatch.setattr(hatch_build, "FRONTEND", frontend)
    first = hatch_build.fingerprint()
    (frontend / "node_modules/x/index.js").write_text("changed")
    assert hatch_build.fingerprint() == first
    (frontend / "src/main.ts").write_text("2")
    assert hatch_build.fingerprint() != first


@pytest.mark.parametrize(
    ("text", "version"), [("v20.19.4", (20, 19)), ("v18.20.0", (18, 20)), ("nonsense", (0, 0))]
)
def test_node_is_asked_for_its_version(tmp_path, text, version):
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {text}\n")
    node.chmod(0o755)
    assert hatch_build.node_version(str(node)) == version
    assert hatch_build.node_version(str(tmp_path / "missing")) == (0, 0)


def test_make_says_what_plain_debian_lacks(tmp_path):
    """Without Python's venv `make setup` prints the one line that helps."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).touch()
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    done = subprocess.run(
        ["make", "setup", f"PYTHON={fake}"], cwd=tmp_path, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode != 0
    assert "apt-get install make python3-venv ca-certificates git" in done.stdout
