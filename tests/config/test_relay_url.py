"""One reading of a mail server's URL, whoever reads it."""

import asyncio

import pytest

from postroom.accounts.rules import Relay
from postroom.sending.smtp import Connection, Outlet, SmtpError
from postroom.settings import SettingsError
from postroom.settings.load import read
from postroom.settings.relay import read_relay_url

BAD = {
    "smtp://a:b": "write a port",
    "smtp://host:0": "write a port",
    "smtp://host:99999": "write a port",
    "http://host": "write smtp://",
    "smtp://": "write smtp://",
    "smtp://.example.com": "no host name",
    "smtp://a..b": "no host name",
    "smtp://a b": "no host name",
    "smtp://-a.example": "no host name",
    "smtp://" + "ü" * 70: "no host name",
    "smtp://u:p/w@host": "write a port",
    "smtp://host/mail": "leave out",
    "smtps://host?verfy=no": "“verfy” is unknown",
    "smtp://host?helo=a%20b": "no host name",
}


@pytest.mark.parametrize(("url", "said"), BAD.items())
def test_a_wrong_url_stops_the_start_the_screens_and_the_sender_alike(url, said):
    with pytest.raises(SettingsError, match=said) as stopped:
        read(smtp_url=url)
    assert "p/w" not in str(stopped.value)
    for reader in (Relay.of_url, Outlet.from_url):
        with pytest.raises(ValueError, match=said):
            reader(url)


@pytest.mark.parametrize(
    "url",
    [
        "smtps://me:p%40ss@smtp.example.com?verify=no&helo=mail.example.com",
        "smtp://u:p@relay.example.com",  # opportunistic: with TLS or without the password
        "smtp://[::1]:2525?tls=none",
        "smtp+starttls://bücher.example:587",
    ],
)
def test_what_was_typed_is_what_the_sender_gets(url):
    assert Outlet.from_url(Relay.of_url(url).url) == Outlet.from_url(url)


def test_options_and_letters_are_read():
    read_url = read_relay_url("smtps://me:p%40ss@bücher.example?verify=no&helo=h.example")
    assert (read_url.host, read_url.port, read_url.user, read_url.password) == (
        "xn--bcher-kva.example", 465, "me", "p@ss"
    )  # fmt: skip
    assert (read_url.verify, read_url.helo, read_url.never_tls) == (False, "h.example", False)


def test_a_host_that_no_look_up_takes_is_an_error_of_the_connection():
    with pytest.raises(SmtpError):
        asyncio.run(Connection().open(Outlet(host=".example.com")))
