"""Which addresses the processes get."""

import socket

import pytest

from postroom.config import ports
from postroom.settings.load import read


@pytest.fixture
def taken():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        yield busy.getsockname()[1]


def test_a_busy_default_moves_on_and_says_so(taken, monkeypatch, tmp_path):
    monkeypatch.delenv("POSTROOM_BIND", raising=False)
    settings = read(data=tmp_path)
    monkeypatch.setitem(settings.__dict__, "bind", f"localhost:{taken}")
    said = []
    bind, edge = ports.choose(settings, said.append)
    assert int(bind.rpartition(":")[2]) > taken
    assert int(edge.rpartition(":")[2]) > int(bind.rpartition(":")[2])
    assert said == [f"Port {taken} is busy: using {bind.rpartition(':')[2]}."]


def test_a_given_address_that_is_taken_stops_the_start(taken, tmp_path):
    for name in ("bind", "edge_bind"):
        with pytest.raises(
            ports.PortError, match=f"POSTROOM_{name.upper()} is .*something else listens there"
        ):
            ports.choose(read(data=tmp_path, **{name: f"localhost:{taken}"}), print)


def test_an_address_of_another_machine_is_refused(tmp_path):
    with pytest.raises(ports.PortError, match="this machine has no such address"):
        ports.choose(read(data=tmp_path, bind="192.0.2.1:8080"), print)


@pytest.mark.parametrize(
    ("bind", "text"),
    [("0.0.0.0:80", "localhost:80"), ("[::1]:81", "localhost:81"), ("10.1.2.3:82", "10.1.2.3:82")],
)
def test_addresses_are_shown_as_people_type_them(bind, text):
    assert ports.shown(bind) == text
