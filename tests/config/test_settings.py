"""Settings: where they come from, what is derived, and the sentence for each fault."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from postroom.settings import SettingsError, secret
from postroom.settings.load import env_name, read
from postroom.settings.schema import Settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("POSTROOM_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("POSTROOM_DATA", str(tmp_path / "data"))
    return tmp_path


WRONG = [
    ("POSTROOM_BIND", "8000", "write host:port"),
    ("POSTROOM_BIND", "localhost:99999", "port from 1 to 65535"),
    ("POSTROOM_WEB_WORKERS", "many", "must be a whole number"),
    ("POSTROOM_WEB_WORKERS", "0", "must be 1 or more"),
    ("POSTROOM_PUBLIC_URL", "mail.example.com", "write a full address such as https://"),
    ("POSTROOM_EDGE_URL", "https://example.com/edge", "leave out the path"),
    ("POSTROOM_SMTP_URL", "mail.example.com:25", "write smtp://"),
    ("DATABASE_URL", "mysql://u:hunter2@h/d", "write postgresql://"),
    ("POSTROOM_MIN_FREE_DISK", "much", "write a size such as 500MB"),
    ("POSTROOM_TRUSTED_PROXIES", "10.0.0.0/8, proxy", "write networks such as 10.0.0.0/8"),
    ("POSTROOM_ALLOW_PRIVATE_TARGETS", "perhaps", "must be true or false"),
    ("POSTROOM_LOG_FORMAT", "xml", "must be one of 'json' or 'console'"),
    ("POSTROOM_RETENTION_HIT_DAYS", "-1", "must be 0 or more"),
    ("POSTROOM_PUBLIC_URL", "https://mail.example.com:99999", "write a port from 1 to 65535"),
    ("POSTROOM_PUBLIC_URL", "https://ada:pw@mail.example.com", "write a full address such as https://"),
    ("POSTROOM_PAGES_URL", "ftp://pages.example.com", "write a full address such as https://"),
    ("POSTROOM_EDGE_BIND", "localhost", "write host:port"),
    ("POSTROOM_SMTP_URL", "smtp://u:hunter2@host:port", "write a port from 1 to 65535"),
    ("DATABASE_URL", "postgresql://u:hunter2@h:99999/d", "write a port from 1 to 65535"),
    ("POSTROOM_PG_BIN", "/nowhere/bin", "no program `postgres` in it"),
    ("POSTROOM_PG_OLD_BIN", "/nowhere/bin", "no program `postgres` in it"),
    ("POSTROOM_DATA", __file__, "that is a file: name a directory"),
    ("POSTROOM_SUPPORT_CONTACT", "ask Ada", "write an email address or a URL"),
    ("POSTROOM_METRICS_TOKEN", "hunter2", "write 16 or more letters"),
    ("POSTROOM_LOG_LEVEL", "loud", "must be one of 'debug', 'info', 'warning' or 'error'"),
    ("POSTROOM_AMBIGUOUS", "guess", "must be one of 'resend' or 'hold'"),
    ("POSTROOM_INBOX_MAX_BYTES", "-5", "write a size such as 500MB"),
    ("POSTROOM_LIMIT_UPLOAD_BYTES", "20 megs", "write a size such as 500MB"),
    ("POSTROOM_SECRET_KEY", "short", "shorter than 32 characters"),
    ("POSTROOM_SECRET_KEY", " , ", "holds no key"),
]
NUMBERS = [name for name, field in Settings.model_fields.items() if field.annotation is int]
WRONG += [
    (env_name(name), text, "must be")
    for name in NUMBERS
    if not name.endswith("_bytes")
    for text in ("many", "-1", "1.5")
]


def test_every_setting_has_its_wrong_value_in_the_table():
    assert {env_name(name) for name in Settings.model_fields} == {name for name, _, _ in WRONG}


@pytest.mark.parametrize(("name", "value", "advice"), WRONG)
def test_a_wrong_value_is_one_sentence_that_says_what_to_do(monkeypatch, name, value, advice):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read().secret_keys()
    text = str(caught.value)
    assert name in text.split(" ")[:6]
    assert advice in text
    assert "\n" not in text
    assert "hunter2" not in text


def test_a_wrong_value_stops_every_command_with_exit_code_2(monkeypatch):
    monkeypatch.setenv("POSTROOM_WEB_WORKERS", "many")
    for command in ("serve", "edge", "migrate"):
        done = subprocess.run([sys.executable, "-m", "postroom", command], capture_output=True, text=True)
        assert done.returncode == 2, command
        assert done.stderr == "postroom: POSTROOM_WEB_WORKERS is 'many': it must be a whole number.\n"


def test_a_config_file_that_is_named_must_be_there_and_be_text(monkeypatch, tmp_path):
    monkeypatch.setenv("POSTROOM_CONFIG", str(tmp_path / "typo.toml"))
    with pytest.raises(SettingsError, match="which does not exist: correct the path"):
        read()
    (tmp_path / "typo.toml").write_bytes(b"bind = '\xff'")
    with pytest.raises(SettingsError, match="no valid TOML"):
        read()
    (tmp_path / "typo.toml").write_text("bind = 8000\n[log]\nformat = 'json'\n")
    with pytest.raises(SettingsError) as caught:
        read()
    assert "POSTROOM_BIND is 8000: it must be text." in str(caught.value)
    assert "unknown setting 'log'" in str(caught.value)


def test_the_environment_beats_the_file(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "postroom.toml").write_text('bind = "localhost:1"\nsupport_contact = "a@file"\n')
    monkeypatch.setenv("POSTROOM_BIND", "localhost:2")
    settings = read()
    assert (settings.bind, settings.support_contact) == ("localhost:2", "a@file")


def test_another_file_can_be_named(monkeypatch, tmp_path):
    (tmp_path / "own.toml").write_text('database_url = "postgresql://db/postroom"\nmin_free_disk = "1GB"\n')
    monkeypatch.setenv("POSTROOM_CONFIG", str(tmp_path / "own.toml"))
    settings = read()
    assert (settings.database_url, settings.min_free_disk()) == ("postgresql://db/postroom", 10**9)


def test_an_unknown_name_or_broken_toml_in_the_file_is_said(monkeypatch, tmp_path):
    file = tmp_path / "own.toml"
    monkeypatch.setenv("POSTROOM_CONFIG", str(file))
    file.write_text("web_wrokers = 2\n")
    with pytest.raises(SettingsError, match="unknown setting 'web_wrokers': remove or rename it"):
        read()
    file.write_text("bind = \n")
    with pytest.raises(SettingsError, match="no valid TOML"):
        read()


DERIVED = [
    ({}, "http://localhost:8000", "http://localhost:8001", "http://localhost:8000"),
    ({"bind": "0.0.0.0:80"}, "http://localhost:80", "http://localhost:81", "http://localhost:80"),
    ({"bind": "[::1]:90"}, "http://localhost:90", "http://localhost:91", "http://localhost:90"),
    (
        {"public_url": "https://mail.example.com"},
        "https://mail.example.com",
        "https://mail.example.com",
        "https://mail.example.com",
    ),
    (
        {"public_url": "http://mail.example.com", "edge_bind": "0.0.0.0:99"},
        "http://mail.example.com",
        "http://mail.example.com:99",
        "http://mail.example.com",
    ),
    (
        {
            "public_url": "https://a.example/",
            "edge_url": "https://b.example",
            "pages_url": "https://c.example",
        },
        "https://a.example",
        "https://b.example",
        "https://c.example",
    ),
]


@pytest.mark.parametrize(("given", "public", "edge", "pages"), DERIVED)
def test_urls_are_derived(given, public, edge, pages):
    settings = read(**given)
    assert (settings.public_url, settings.edge_url, settings.pages_url) == (public, edge, pages)


def test_free_disk_defaults_to_the_smaller_of_5_percent_and_2_gb(monkeypatch):
    usage = os.statvfs("/")
    total = usage.f_blocks * usage.f_frsize
    assert read(data="/").min_free_disk() == min(total // 20, 2_000_000_000)


@pytest.mark.parametrize(
    ("text", "size"), [("2GB", 2 * 10**9), ("500 mb", 5 * 10**8), ("1GiB", 2**30), ("7", 7)]
)
def test_sizes_have_units(text, size):
    assert read(min_free_disk_bytes=text).min_free_disk() == size


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    keys = read().secret_keys()
    file = tmp_path / "data" / secret.KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(keys) == 1
    assert len(keys[0]) == 64
    assert read().secret_keys() == keys


def test_two_first_starts_at_once_agree_on_one_key(tmp_path):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(secret.read_keys(tmp_path / "fresh", None)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_several_keys_are_read_newest_first(monkeypatch, tmp_path):
    monkeypatch.setenv("POSTROOM_SECRET_KEY", f"{'n' * 32},{'o' * 32}")
    assert read().secret_keys() == (b"n" * 32, b"o" * 32)
    monkeypatch.delenv("POSTROOM_SECRET_KEY")
    secret.write_keys(tmp_path / secret.KEY_FILE, ["a" * 40, "b" * 40])
    assert secret.read_keys(tmp_path, None) == (b"a" * 40, b"b" * 40)


def test_a_short_key_is_refused():
    with pytest.raises(SettingsError, match="shorter than 32 characters"):
        read(secret_key="short").secret_keys()


def test_secrets_stay_out_of_a_printed_settings_object():
    shown = repr(read(secret_key="k" * 40, smtp_url="smtp://u:pw@h", database_url="postgresql://u:dbpw@h/d"))
    for hidden in ("k" * 40, "pw@h", "dbpw"):
        assert hidden not in shown


def test_no_database_yet_is_said_with_what_to_do():
    with pytest.raises(SettingsError, match="Start `postroom serve`"):
        read().database_dsn()


def test_the_reference_page_lists_every_setting():
    from postroom.settings.reference import render

    page = render()
    for field in Settings.model_fields:
        assert f"`{env_name(field)}`" in page


def test_the_committed_reference_page_is_current():
    from pathlib import Path

    from postroom.settings.reference import render

    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text() == render(), "run `make docs`"
