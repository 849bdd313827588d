"""Every package Postroom runs on has a licence we know and may use."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / ".ci" / "licences.py"


@pytest.fixture(scope="module")
def licences():
    spec = importlib.util.spec_from_file_location("licences", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_are_known_and_allowed():
    done = subprocess.run([sys.executable, FILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    for name in ("django", "granian", "psycopg", "npm:react"):
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("Apache-2.0 AND GPL-2.0", False),
        ("(MIT OR Apache-2.0)", True),
        ("GPL", False),
        ("AGPL-3.0-only", False),
        ("BUSL-1.1", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_expressions_are_read(licences, licence, allowed):
    assert licences.is_allowed(licence) is allowed


@pytest.mark.parametrize(
    ("classifier", "licence"),
    [
        ("GNU General Public License v3 (GPLv3)", "GPL"),
        ("GNU Affero General Public License v3", "GPL"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("MIT License", "MIT"),
        ("The Unlicense (Unlicense)", "Unlicense"),
        ("Other/Proprietary License", "unknown"),
    ],
)
def test_classifiers_are_read(licences, classifier, licence):
    from email.message import Message

    metadata = Message()
    metadata["Classifier"] = f"License :: OSI Approved :: {classifier}"
    assert licences.read_licence(metadata) == licence
