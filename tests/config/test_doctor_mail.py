"""What the doctor says of SPF, DKIM and DMARC, asked of a DNS server on loopback."""

import socket
import threading
import time

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from postroom.config import doctor, doctor_mail
from postroom.settings.load import read


class Dns:
    """Answers TXT questions from a table over UDP; `silent` takes questions and says nothing."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.silent = self.broken = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], self.socket.getsockname()[1]
        made.timeout, made.lifetime = 0.3, 0.5
        return made

    def _serve(self) -> None:
        while True:
            try:
                wire, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(wire)
            name = question.question[0].name.to_text(omit_final_dot=True).lower()
            self.asked.append(name)
            if self.silent:
                continue
            answer = dns.message.make_response(question)
            answer.flags |= dns.flags.RA
            if self.broken:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif name in self.texts:
                # In two strings each, as long records are.
                rows = [f'"{text[:9]}" "{text[9:]}"' for text in self.texts[name]]
                if rows:
                    answer.answer.append(
                        dns.rrset.from_text(dns.name.from_text(name), 60, "IN", "TXT", *rows)
                    )
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self.socket.sendto(answer.to_wire(), peer)


@pytest.fixture
def server():
    server = Dns()
    yield server
    server.socket.close()


GOOD = {"news.club": ["v=spf1 include:relay.club ~all"], "relay.club": ["v=spf1 ip4:192.0.2.0/24 -all"]}
GOOD |= {"_dmarc.news.club": ["v=DMARC1; p=quarantine; rua=mailto:a@news.club"]}


def look(server, texts, domain="news.club", relay="smtp.relay.club"):
    server.texts = texts
    found = doctor_mail.check_domains([domain], relay=relay, resolver=server.resolver)
    return [(finding.level, finding.text) for finding in found]


def test_a_domain_in_order_is_well_and_dkim_is_the_relays(server):
    spf, dmarc, dkim = look(server, GOOD)
    assert spf == ("ok", "news.club: SPF names who may send (1 of 10 look-ups).")
    assert dmarc == ("ok", "news.club: DMARC asks for quarantine.")
    assert dkim[0] == "note"
    assert "made by smtp.relay.club" in dkim[1]
    assert "header.d=news.club" in dkim[1]


def test_nothing_there_is_bad_once_mail_leaves_and_a_note_before(server):
    assert [level for level, _ in look(server, {})] == ["bad", "bad", "note"]
    spf, dmarc = look(server, {}, relay=None)
    assert "has no SPF record: add a TXT record such as “v=spf1 include:" in spf[1]
    assert "“v=DMARC1; p=none” at _dmarc.news.club" in dmarc[1]
    assert (spf[0], dmarc[0]) == ("note", "note")


CHAIN = {f"n{n}.club": [f"v=spf1 include:n{n + 1}.club -all"] for n in range(12)}
SPF = [
    (["google-site-verification=x", "v=spf1 mx a:web.news.club ip6:2001:db8::/32 -all"], "ok", "(2 of 10"),
    (["V=SPF1 exists:%{i}.list.club ~all"], "ok", "(1 of 10"),
    (["v=spf1 redirect=relay.club"], "ok", "(1 of 10"),
    (["v=spf1 ip4:192.0.2.1 redirect=gone.club -all"], "ok", "(0 of 10"),  # not looked at beside `all`
    (["v=spf1 mx -all", "v=spf1 a -all"], "bad", "2 SPF records"),
    (["v=spf1 -all"], "bad", "lets nobody send"),
    (["v=spf1 mx +all"], "bad", "lets everybody send"),
    (["v=spf1 mx all"], "bad", "lets everybody send"),
    (["v=spf1 include:gone.club -all"], "bad", "gone.club has none"),
    (["v=spf1 include: -all"], "bad", "that has none"),
    (["v=spf1 include:news.club -all"], "bad", "comes back to news.club"),
    (["v=spf1 ipv4:192.0.2.1 -all"], "bad", "“ipv4:192.0.2.1”, which means nothing"),
    (["v=spf1 include:n1.club -all"], "bad", "more than 10 look-ups"),
    (["v=spf1 " + "a " * 11 + "-all"], "bad", "more than 10 look-ups"),
    (["v=spf10 mx -all"], "bad", "no SPF record"),
]


@pytest.mark.parametrize(("texts", "level", "words"), SPF, ids=lambda value: str(value)[:40])
def test_spf_by_table(server, texts, level, words):
    spf, *_ = look(server, {**CHAIN, **GOOD, "news.club": texts})
    assert spf[0] == level
    assert words in spf[1]
    assert len(server.asked) < 20


DMARC = [
    ({"_dmarc.club.news": ["v=DMARC1;p=REJECT"]}, "ok", "asks for reject"),
    ({"_dmarc.news": ["v=DMARC1; p=reject"]}, "bad", "no DMARC record"),  # a top-level domain is no one's
    ({"_dmarc.a.club.news": ["v=DMARC1; rua=mailto:x@y.z"]}, "bad", "names no policy"),
    ({"_dmarc.a.club.news": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, "bad", "2 DMARC records"),
    ({"_dmarc.a.club.news": []}, "bad", "no DMARC record"),
]


@pytest.mark.parametrize(("texts", "level", "words"), DMARC, ids=lambda value: str(value)[:40])
def test_dmarc_by_table(server, texts, level, words):
    _, dmarc, _ = look(server, texts, domain="a.club.news")
    assert dmarc[0] == level
    assert words in dmarc[1]


def test_a_silent_or_broken_server_ends_the_round_soon(server):
    server.silent = True
    began = time.monotonic()
    server_says = doctor_mail.check_domains(["a.club", "b.club"], relay="r", resolver=server.resolver)
    ((level, text),) = [(finding.level, finding.text) for finding in server_says]
    assert time.monotonic() - began < 3
    assert level == "note"
    assert "nothing about a.club in 0.5 s" in text
    server.silent, server.broken = False, True
    ((level, text),) = look(server, GOOD)
    assert level == "note"
    assert "check /etc/resolv.conf" in text


def test_reserved_domains_are_not_asked_about(server):
    for domain in ("slowmornings.example", "example.com", "localhost", "a.test"):
        assert look(server, {}, domain=domain) == []
    assert server.asked == []


@pytest.mark.django_db
def test_the_doctor_asks_about_creators_domains_only(server, monkeypatch, tmp_path):
    from postroom.accounts import services
    from postroom.accounts.rules import Relay

    services.create_account(name="A", from_email="ada@news.club")
    services.create_account(name="B", from_email="ada@News.Club")
    services.create_account(name="C")
    services.create_account(name="D", from_email="demo@demo.club", is_demo=True)
    server.texts = GOOD
    monkeypatch.setattr(doctor_mail, "make_resolver", lambda: server.resolver)
    findings = list(doctor._check_mail(read(data=tmp_path)))
    assert [(f.level, f.area) for f in findings] == [("ok", "mail"), ("ok", "mail")]
    services.save_relay(relay=Relay("smtp.relay.club", 587, "u", "p", "starttls"))
    assert "smtp.relay.club" in list(doctor._check_mail(read(data=tmp_path)))[-1].text
    assert set(server.asked) == {"news.club", "relay.club", "_dmarc.news.club"}
