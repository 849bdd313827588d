"""The doctor's questions to DNS about mail: SPF (RFC 7208), DKIM and DMARC of the domains that letters name.

Large mail hosts refuse bulk mail whose From domain lacks them, whatever else is right.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import dns.exception
import dns.resolver

from postroom.config.findings import Finding, Level

TIMEOUT_S = 5.0
MAX_LOOKUPS = 10  # RFC 7208 §4.6.4
MAX_DOMAINS = 20
_RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost)$|^example\.(?:com|net|org)$")
_TERM = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)(?:(?P<value>[:/].*))?$", re.IGNORECASE
)
_ASKS = {"include", "a", "mx", "ptr", "exists"}


class DnsSilent(Exception):
    """No answer in time, or none that can be used."""


def make_resolver() -> dns.resolver.Resolver:
    """The system's resolver with our time-outs. Raises DnsSilent where none is configured."""
    try:
        resolver = dns.resolver.Resolver()
    except dns.exception.DNSException as error:
        raise DnsSilent(str(error)) from None
    resolver.timeout, resolver.lifetime = TIMEOUT_S / 2, TIMEOUT_S
    return resolver


def check_domains(
    domains: Iterable[str], *, relay: str | None, resolver: dns.resolver.Resolver | None = None
) -> Iterator[Finding]:
    """Findings for each From domain. `relay` is the SMTP server's host; without one nothing leaves yet, and
    what is missing is a note. Reserved domains are passed over."""
    wanted = [name for name in sorted(set(domains)) if not _RESERVED.search(name)]
    try:
        ask = resolver or make_resolver() if wanted else None
        for domain in wanted[:MAX_DOMAINS]:
            assert ask is not None
            yield from _check_domain(domain, relay, ask)
    except DnsSilent as error:
        yield Finding(
            "note",
            "mail",
            f"DNS does not answer ({error}): check /etc/resolv.conf, then ask the doctor again.",
        )
    if len(wanted) > MAX_DOMAINS:
        yield Finding("note", "mail", f"{len(wanted) - MAX_DOMAINS} more From domains were not looked at.")


def _check_domain(domain: str, relay: str | None, resolver: dns.resolver.Resolver) -> Iterator[Finding]:
    missing: Level = "bad" if relay else "note"
    fault, good = _judge_spf(domain, resolver)
    yield Finding(missing if fault else "ok", "mail", fault or good)
    fault, good = _judge_dmarc(domain, resolver)
    yield Finding(missing if fault else "ok", "mail", fault or good)
    if relay:
        yield Finding(
            "note",
            "mail",
            f"{domain}: DKIM signatures are made by {relay}, not by Postroom. Switch them on there for "
            f"{domain}, send yourself a test email and look in its headers for dkim=pass, header.d={domain}.",
        )


@dataclass
class _Count:
    """What following an SPF record found."""

    lookups: int = 0
    senders: int = 0
    fault: str = ""
    seen: set[str] = field(default_factory=set)


def _judge_spf(domain: str, resolver: dns.resolver.Resolver) -> tuple[str, str]:
    """(what is wrong, "") or ("", what is right)."""
    records = _spf_records(domain, resolver)
    if not records:
        return (
            f"{domain} has no SPF record: add a TXT record such as “v=spf1 include:<the name that your mail "
            "server's operator gives> ~all”.",
            "",
        )
    if len(records) > 1:
        return f"{domain} has {len(records)} SPF records, so none counts: put all into one TXT record.", ""
    count = _Count()
    _follow(domain, records[0], resolver, count)
    if count.fault:
        return f"{domain}: {count.fault}", ""
    if count.lookups > MAX_LOOKUPS:
        return (
            f"{domain}: its SPF record needs more than {MAX_LOOKUPS} look-ups, so it counts as broken: "
            "remove includes that you no longer use.",
            "",
        )
    if not count.senders:
        return f"{domain}: its SPF record lets nobody send: include your mail server's operator.", ""
    return "", f"{domain}: SPF names who may send ({count.lookups} of {MAX_LOOKUPS} look-ups)."


def _follow(domain: str, record: str, resolver: dns.resolver.Resolver, count: _Count) -> None:
    count.seen.add(domain)
    terms = record.split()[1:]
    ends = any(term.lower().lstrip("+?~-") == "all" for term in terms)
    for term in terms:
        if count.fault or count.lookups > MAX_LOOKUPS:
            return
        name, equals, value = term.partition("=")
        if equals and re.fullmatch(r"[A-Za-z][\w.-]*", name):
            if name.lower() == "redirect" and not ends:
                _include(value, resolver, count, term)
            continue
        match = _TERM.fullmatch(term)
        if match is None:
            count.fault = f"its SPF record says “{term}”, which means nothing: correct or remove it."
            return
        kind = match["name"].lower()
        if kind == "all":
            if match["sign"] in ("", "+"):
                count.fault = f"its SPF record ends in “{term}”, which lets everybody send: write “~all”."
            return
        count.senders += 1
        count.lookups += kind in _ASKS - {"include"}
        if kind == "include":
            _include((match["value"] or ":")[1:], resolver, count, term)


def _include(target: str, resolver: dns.resolver.Resolver, count: _Count, term: str) -> None:
    count.lookups += 1
    if "%" in target or count.lookups > MAX_LOOKUPS:  # a macro depends on each message
        count.senders += 1
        return
    target = target.lower().rstrip(".")
    if target in count.seen:
        count.fault = f"its SPF record comes back to {target} by “{term}”: remove that."
        return
    records = _spf_records(target, resolver) if target else []
    if len(records) != 1:
        found = "has none" if not records else "has several"
        count.fault = f"its SPF record says “{term}”, but {target or 'that'} {found}: correct or remove it."
        return
    _follow(target, records[0], resolver, count)


def _spf_records(domain: str, resolver: dns.resolver.Resolver) -> list[str]:
    return [text for text in _texts(domain, resolver) if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)]


def _judge_dmarc(domain: str, resolver: dns.resolver.Resolver) -> tuple[str, str]:
    """As `_judge_spf`. A record of a domain above counts too."""
    labels = domain.split(".")
    for n in range(max(1, len(labels) - 1)):
        place = "_dmarc." + ".".join(labels[n:])
        found = [text for text in _texts(place, resolver) if re.match(r"v=DMARC1\s*(?:;|$)", text)]
        if len(found) > 1:
            return f"{place} has {len(found)} DMARC records, so none counts: keep one.", ""
        if found:
            policy = re.search(r";\s*p\s*=\s*(none|quarantine|reject)\b", found[0], re.IGNORECASE)
            if policy is None:
                return f"{place} names no policy: write “v=DMARC1; p=none” to begin with.", ""
            return "", f"{domain}: DMARC asks for {policy[1].lower()}."
    return (
        f"{domain} has no DMARC record, which Gmail and Yahoo demand of bulk senders: add the TXT record "
        f"“v=DMARC1; p=none” at _dmarc.{domain}.",
        "",
    )


def _texts(name: str, resolver: dns.resolver.Resolver) -> list[str]:
    """TXT records of a name, each joined; none when the name has none. Raises DnsSilent."""
    try:
        answer = resolver.resolve(name, "TXT", search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.Timeout:
        raise DnsSilent(f"nothing about {name} in {resolver.lifetime:g} s") from None
    except dns.exception.DNSException as error:
        raise DnsSilent(f"{name}: {type(error).__name__}") from None
    return [b"".join(record.strings).decode("utf-8", "replace").strip() for record in answer]
