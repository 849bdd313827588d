"""What the doctor finds, and what it says to do."""

import socket
import threading

import pytest

from postroom.config import doctor
from postroom.settings.load import read


def found(check, **given):
    return [(finding.level, finding.text) for finding in check(read(**given))]


def test_an_unknown_variable_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("POSTROOM_WEB_WROKERS", "2")
    texts = [text for _, text in found(doctor._check_settings, data=tmp_path)]
    assert "POSTROOM_WEB_WROKERS is no setting of Postroom: did you mean POSTROOM_WEB_WORKERS?" in texts


def test_a_state_directory_in_memory_is_bad(monkeypatch, tmp_path):
    (tmp_path / "sender-1").mkdir()
    monkeypatch.setattr(doctor.disk, "is_volatile", lambda path: path.name == "sender-1")
    assert found(doctor._check_data, data=tmp_path) == [
        ("bad", f"{tmp_path}/sender-1 lies in memory and is lost on a reboot: move it to a disk.")
    ]


def test_a_key_that_others_can_read_is_bad(tmp_path):
    key = tmp_path / "secret_key"
    key.write_text("k" * 40)
    key.chmod(0o644)
    assert ("bad", f"{key} can be read by others: chmod 600 {key}") in found(
        doctor._check_data, data=tmp_path
    )


def test_too_little_disk_is_bad(tmp_path):
    ((level, text),) = found(doctor._check_disk, data=tmp_path, min_free_disk_bytes=10**18)
    assert level == "bad"
    assert text.endswith("free some space.")


def test_a_database_that_is_away_is_bad_with_advice(tmp_path):
    url = "postgresql://nobody@127.0.0.1:1/none"
    ((level, text),) = found(doctor._check_database, data=tmp_path, database_url=url)
    assert level == "bad"
    assert "check DATABASE_URL and the server" in text


@pytest.mark.django_db(transaction=True)
def test_a_good_database_is_well(postgres, tmp_path):
    levels = {level for level, _ in found(doctor._check_database, data=tmp_path, database_url=postgres)}
    assert levels <= {"ok", "note"}


def test_an_https_url_without_trusted_proxies_is_bad(tmp_path):
    given = {"public_url": "https://mail.example.com", "data": tmp_path}
    texts = [text for level, text in found(doctor._check_proxies, **given) if level == "bad"]
    assert any("POSTROOM_TRUSTED_PROXIES is empty" in text for text in texts)


class Smtp:
    """A mail server that says what it is told to."""

    def __init__(self, *, pipelining: bool = True, login: bytes = b"235 ok", host: str = "127.0.0.1"):
        self.listener = socket.create_server((host, 0))
        self.heard: list[bytes] = []
        self.port = self.listener.getsockname()[1]
        self.pipelining, self.login = pipelining, login
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        link, _ = self.listener.accept()
        with link, link.makefile("rb") as lines:
            link.sendall(b"220 test\r\n")
            for line in lines:
                self.heard.append(line)
                verb = line[:4].upper()
                if verb == b"EHLO":
                    more = b"250-PIPELINING\r\n" if self.pipelining else b""
                    link.sendall(b"250-test\r\n" + more + b"250 AUTH PLAIN\r\n")
                elif verb == b"AUTH":
                    link.sendall(self.login + b"\r\n")
                elif verb == b"QUIT":
                    link.sendall(b"221 bye\r\n")
                    break
                else:
                    link.sendall(b"250 ok\r\n")
        self.listener.close()


def test_a_mail_server_is_asked(tmp_path):
    server = Smtp()
    ((level, text),) = found(
        doctor._check_smtp, data=tmp_path, smtp_url=f"smtp://u:p@127.0.0.1:{server.port}"
    )
    assert level == "ok"
    assert "takes mail" in text
    assert "password accepted" in text
    assert "PIPELINING" not in text


def test_a_mail_server_without_pipelining_is_slow(tmp_path):
    server = Smtp(pipelining=False)
    ((level, text),) = found(doctor._check_smtp, data=tmp_path, smtp_url=f"smtp://127.0.0.1:{server.port}")
    assert level == "ok"
    assert "no PIPELINING" in text


def test_a_refused_password_is_bad_and_not_repeated(tmp_path):
    server = Smtp(login=b"535 5.7.8 no")
    url = f"smtp://u:hunter2@127.0.0.1:{server.port}"
    ((level, text),) = found(doctor._check_smtp, data=tmp_path, smtp_url=url)
    assert level == "bad"
    assert "does not accept this user name and password" in text
    assert "Check user name and password" in text
    assert "hunter2" not in text


def test_no_mail_server_there_is_bad_with_advice(tmp_path):
    ((level, text),) = found(doctor._check_smtp, data=tmp_path, smtp_url="smtp://127.0.0.1:1")
    assert level == "bad"
    assert "nothing answers there" in text
    assert "Check host and port" in text


def test_a_password_never_travels_in_clear_to_look_whether_it_is_right(tmp_path):
    server = Smtp(host="127.0.0.2")  # to be trusted without TLS only this machine's own name is
    url = f"smtp://u:hunter2@127.0.0.2:{server.port}"
    ((level, text),) = found(doctor._check_smtp, data=tmp_path, smtp_url=url)
    assert level == "bad"
    assert "the password is not sent" in text
    assert not [line for line in server.heard if line.startswith(b"AUTH")]


def test_a_check_that_breaks_is_a_finding_and_the_round_goes_on(monkeypatch):
    def _check_broken(settings):
        raise ValueError("odd")
        yield

    monkeypatch.setattr(doctor, "CHECKS", [_check_broken, doctor._check_disk])
    first, second = doctor.examine()
    assert (first.level, first.area) == ("bad", "broken")
    assert second.area == "disk"


def test_the_exit_code_says_whether_something_must_be_mended(capsys):
    assert doctor.show([doctor.Finding("note", "a", "b")]) == 0
    assert doctor.show([doctor.Finding("bad", "a", "b")]) == 1
    assert "1 thing(s) to mend" in capsys.readouterr().out
