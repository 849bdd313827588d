"""Each command as a stranger meets it: help that says what it does, and a sentence for what goes wrong."""

import re

import pytest

from tests.support.server import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

COMMANDS = {
    "serve": "PostgreSQL (unless DATABASE_URL is set)",
    "web": "screens, APIs and public pages",
    "edge": "opens no database connection",
    "worker": "jobs, timers",
    "sender": "SMTP server or the test inbox",
    "inbound": "bounces and complaints",
    "migrate": "Safe to run twice",
    "doctor": "say what to do",
    "setup-code": "asked for when others can reach",
    "backup": "while serving",
    "restore": "nobody gets a second copy unasked",
    "keys rotate": "seal every stored secret anew",
    "upgrade": "with --check only say it",
    "account create": "empty account",
    "import": "CSV",
    "operator": "run the installation",
    "demo": "--again",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_says_what_it_does(command, tmp_path):
    done = run(*command.split(), "--help", POSTROOM_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert COMMANDS[command] in " ".join(done.stdout.split())
    assert list(tmp_path.iterdir()) == []


def test_the_list_of_commands_is_whole(tmp_path):
    done = run("--help", POSTROOM_DATA=str(tmp_path))
    listed = set(re.findall(r"^  ([a-z][a-z-]+)  ", done.stdout, re.MULTILINE))
    assert listed == {command.split()[0] for command in COMMANDS}


NO_DATABASE = "has no embedded PostgreSQL yet. Start `postroom serve`"
WITHOUT_A_DATABASE = (
    ["backup", "{data}/../b.tar"],
    ["upgrade", "--check"],
    ["upgrade"],
    ["keys", "rotate"],
    ["setup-code"],
    ["migrate"],
    ["worker"],
    ["sender"],
    ["web"],
    ["demo"],
    ["operator", "a@example.com"],
    ["account", "create", "A", "--email", "a@example.com", "--password", "long enough 1"],
    ["import", "{data}/../people.csv", "--account", "1"],
)


@pytest.mark.parametrize("command", WITHOUT_A_DATABASE, ids=lambda command: command[0])
def test_without_a_database_nothing_is_made_and_it_says_what_to_do(command, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "people.csv").write_text("Email\na@x.com\n")
    done = run(*(word.format(data=data) for word in command), POSTROOM_DATA=str(data))
    assert done.returncode == 2, done.stderr
    assert NO_DATABASE in done.stderr
    assert "Traceback" not in done.stderr
    assert list(data.iterdir()) == []  # what is refused leaves nothing behind
    assert not (tmp_path / "b.tar").exists()


AWAY = "postgresql://nobody@127.0.0.1:1/none"


@pytest.mark.parametrize("command", WITHOUT_A_DATABASE, ids=lambda command: command[0])
def test_a_database_that_is_away_is_said_in_a_sentence(command, tmp_path):
    (tmp_path / "people.csv").write_text("Email\na@x.com\n")
    (tmp_path / "data").mkdir()
    words = [word.format(data=tmp_path / "data") for word in command]
    done = run(*words, POSTROOM_DATA=str(tmp_path / "data"), DATABASE_URL=AWAY)
    assert done.returncode == 1, done.stderr
    assert "check DATABASE_URL and the server" in done.stderr
    assert "Traceback" not in done.stderr


WRONG = [
    (["backup", "{tmp}/none/b.tar"], 1, "There is no directory"),
    (["backup", "{tmp}/there.tar"], 1, "exists already: choose another name"),
    (["backup", "{tmp}/b.tar", "--passphrase-file", "{tmp}/none"], 2, "cannot be read (No such file"),
    (["backup", "{tmp}/b.tar", "--passphrase-file", "{tmp}/empty"], 2, "is empty: write the passphrase"),
    (["backup", "{tmp}/b.tar", "--passphrase-file", "{tmp}/binary"], 2, "cannot be read (it is no text"),
    (["backup", "{tmp}/b.tar", "--passphrase-file", "{tmp}/good", "--with-key"], 1, "readable or sealed"),
    (["backup", "/proc/b.tar"], 1, "choose a directory with room that this user may write to"),
    (["restore", "{tmp}/none.tar"], 1, "There is no file"),
    (["restore", "{tmp}/there.tar"], 1, "there.tar"),
    (["restore", "{tmp}/there.tar", "--passphrase-file", "{tmp}/none"], 2, "correct its path or its rights"),
]


@pytest.mark.parametrize(("command", "code", "sentence"), WRONG, ids=lambda value: str(value)[:50])
def test_a_wrong_argument_is_said_in_a_sentence(command, code, sentence, tmp_path, postgres):
    (tmp_path / "there.tar").write_text("no archive")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "good").write_text("a passphrase\n")
    before = {path.name for path in tmp_path.iterdir()}
    words = [word.format(tmp=tmp_path) for word in command]
    env = {"POSTROOM_DATA": str(tmp_path / "data"), "POSTROOM_SECRET_KEY": "k" * 40}
    done = run(*words, **env, **({"DATABASE_URL": postgres} if command[0] == "backup" else {}))
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert all(line.startswith("postroom: ") for line in done.stderr.splitlines()), done.stderr
    assert {path.name for path in tmp_path.iterdir()} - {"data"} == before


def test_wrong_values_of_an_account_are_said(postgres, tmp_path):
    env = {"POSTROOM_DATA": str(tmp_path), "DATABASE_URL": postgres, "POSTROOM_SECRET_KEY": "k" * 40}
    for email, password, told in (("ada", "long enough 1", "email"), ("ada@example.com", "short", "10")):
        done = run("account", "create", "A", "--email", email, "--password", password, "--json", **env)
        assert done.returncode == 1
        assert done.stdout == ""
        assert told in done.stderr
        assert "Traceback" not in done.stderr
