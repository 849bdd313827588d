"""The package as strangers get it: the wheel, the Containerfile's steps, the front end's build hook."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import hatch_build
import pytest

from tests.support.server import clean_environment

ROOT = Path(__file__).parents[2]
PIP = (sys.executable, "-m", "pip")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy of the sources without Git and without a network."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "hatch_build.py"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
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


def test_the_containerfile_runs_what_is_installed():
    """Where no base image can be fetched the file is held against what the tests above ran for real."""
    text = (ROOT / "deploy/Containerfile").read_text()
    assert "pip install --quiet --disable-pip-version-check /src" in text
    assert 'ENTRYPOINT ["postroom"]' in text
    assert 'CMD ["serve"]' in text
    assert "USER postroom" in text
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
