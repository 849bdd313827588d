"""Nobody reaches another account: every route with an id is called by Bob with Alice's ids.

The routes come from the URL resolver, so that a new one is called too; an id that this file does not know
fails it. Before and after each call every row of Alice's account is summed up by the database: a call that
changes one fails. All of Alice's things carry a word that no answer to Bob may hold.

Beside that, the database watches each statement of these calls, as in all tests of the doors: see
tests/support/tenancy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.tenancy import WITNESS

WORD = "Xanadu"
# Routes whose token or name in the path is the permission itself, or which show nothing of an account.
BY_TOKEN = re.compile(
    r"^(confirm|unsubscribe|preferences)/|accounts/(invitation|reset|email|security)|welcome/|static/|app/|"
    r"\(\?P<uid>|forms/\(\?P<form_id>|media/"
)
# Routes that never learn of an account, and why; every other one has to be reached by a call that does.
WITHOUT_ACCOUNT = {
    r"": "leads on to another page",
    r"accounts/(?!invitation/).*": "a user's sign-in, password, second factors and sessions",
    r"welcome(/.*)?": "the first run, when there is no account; tests/doors/entry calls it",
    r"app(/.*)?|static/.*|favicon\.ico|robots\.txt|media/.*": "files",
    r"healthz|readyz|metrics": "the installation",
    r"\(\?:api/\)\?v3/|wordpress/|api/1/\.\*\$": "paths that are no route",
    r"api/1/(docs|openapi\.json)?": "the API's description",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODY = {
    "name": "Bob", "label": "Bob", "email": "bob@example.com", "email_address": "bob@example.com",
    "first_name": "Bob", "names": ["Bob"], "to": ["bob@example.com"], "at": None, "zone": "UTC",
    "revision": 1,
    "subject": "Bob", "mode": "html", "role": "viewer", "fields": {}, "mapping": None,
}  # fmt: skip


def routes(*, with_parameter: bool = True) -> list[str]:
    """Every route that takes a parameter, or every one that takes none."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for pattern in patterns:
            text = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, text)
            elif isinstance(pattern, URLPattern) and ("<" in text) == with_parameter:
                yield text

    return sorted(set(walk(get_resolver().url_patterns, "")))


@dataclass
class Side:
    """One of the two accounts."""

    id: int
    user: Any
    client: Any
    secret: str


def owner(name: str) -> Side:
    from django.test import Client

    from postroom.accounts import services

    user = services.create_user(
        email=f"{name.lower()}@example.com", password="long enough to keep", is_verified=True
    )
    account, pair = services.create_account(
        name=name, owner=user, from_email=f"{name.lower()}@letters.example"
    )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return Side(account.pk, user, client, pair.api_secret)


def things_of(alice: Side) -> dict[str, int]:
    """One of everything in Alice's account, by the name that routes give to its id."""
    from postroom.accounts import services as accounts
    from postroom.accounts.models import Invitation, Member
    from postroom.broadcasts import services as broadcasts
    from postroom.forms import services as forms
    from postroom.forms.services import codes
    from postroom.imports import services as imports
    from postroom.lib import clock, sql
    from postroom.purchases import queries as bought
    from postroom.purchases import services as purchases
    from postroom.sending.models import Send
    from postroom.sequences import services as sequences
    from postroom.subscribers import services as people
    from postroom.subscribers.rules import Cause
    from postroom.webhooks import services as webhooks

    tag = people.create_tag(account_id=alice.id, name=f"{WORD} tag")["id"]
    field = people.create_field(account_id=alice.id, label=f"{WORD} field")
    person = people.subscribe(
        account_id=alice.id, email=f"{WORD}@example.com", first_name=WORD, fields={str(field.id): WORD},
        tag_ids=[tag], cause=Cause("api"),
    )  # fmt: skip
    form = forms.create(account_id=alice.id, name=f"{WORD} form").id
    course = sequences.create(account_id=alice.id, name=f"{WORD} course")
    email = sequences.add_email(
        account_id=alice.id, sequence_id=course.pk, changes={"subject": f"{WORD} email"}
    )
    sequences.subscribe(
        account_id=alice.id, sequence_id=course.pk, email=f"{WORD}@example.com", cause=Cause("api")
    )
    letter = broadcasts.create(account_id=alice.id, subject=f"{WORD} letter")
    post = broadcasts.create(account_id=alice.id, subject=f"{WORD} post")
    sql.execute(
        "UPDATE broadcast SET public = true, state = 'completed', published_at = now() WHERE id = %s",
        [post.pk],
    )
    made = imports.create(account_id=alice.id, file_name=f"{WORD}.csv", blocks=[b"Email\na@x.com\n"])
    token, _ = accounts.create_token(account_id=alice.id, user=alice.user, name=WORD)
    accounts.invite(
        account_id=alice.id,
        email=f"{WORD}@guest.example",
        role="viewer",
        invited_by=alice.user,
        inviter_role="owner",
    )
    accounts.notify(account_id=alice.id, key="k", level="warn", title=WORD, body=WORD)
    send = Send.objects.create(
        account_id=alice.id, kind="broadcast", subject_id=letter.pk, mail_class=2, send_day=clock.today()
    )
    sql.execute("UPDATE broadcast SET send_id = %s WHERE id = %s", [send.pk, letter.pk])
    sql.execute(
        "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, attempts, at)"
        " VALUES (%s, %s, %s, 0, current_date, 'accepted', 1, now())",
        [alice.id, send.pk, person.id],
    )
    message = sql.row(
        "INSERT INTO inbox_message (account_id, send_id, recipient_id, nth, send_day, mail_from, rcpt_to,"
        " subject, raw, size_bytes) VALUES (%s, %s, %s, 0, current_date, 'a@x.com', 'b@x.com', %s, %s, 1)"
        " RETURNING id",
        [alice.id, send.pk, person.id, WORD, f"Subject: {WORD}\r\n\r\n{WORD}".encode()],  # type: ignore[index]
    )
    hook = webhooks.create(
        account_id=alice.id, event="subscriber_activate", target_url=f"https://{WORD}.example/"
    )
    told = sql.row(
        "INSERT INTO hook_delivery (account_id, hook_id, subscriber_id, body, host, state)"
        " VALUES (%s, %s, %s, %s, 'x', 'failed') RETURNING id",
        [alice.id, hook.pk, person.id, WORD],
    )
    purchase = purchases.record(
        account_id=alice.id,
        given={
            "transaction_id": WORD, "email_address": f"{WORD}@example.com", "currency": "EUR",
            "products": [{"pid": 1, "lid": 1, "name": f"{WORD} book", "unit_price": 1, "quantity": 1}],
        },
        cause=Cause("api"),
    )  # fmt: skip
    notice = sql.row("SELECT id FROM notice WHERE account_id = %s", [alice.id])
    return {
        "subscriber_id": person.id, "tag_id": tag, "field_id": field.id, "form_id": form,
        "broadcast_id": letter.pk, "import_id": made.pk, "token_id": token.pk, "message_id": message["id"],
        "notice_id": notice["id"], "invitation_id": Invitation.objects.get(account_id=alice.id).pk,
        "member_id": Member.objects.get(account_id=alice.id).pk, "sid": person.id, "tid": tag,
        "sequence_id": course.pk, "email_id": email.pk, "hook_id": hook.pk, "delivery_id": told["id"],
        "send_id": send.pk, "purchase_id": purchase, "product_id": bought.list_products(alice.id)[0]["id"],
        "post_id": post.pk, "text_signed": codes.sign_member(account_id=alice.id, subscriber_id=person.id),
    }  # type: ignore[index]  # fmt: skip


def ids_for(route: str, things: dict[str, int]) -> dict[str, int]:
    """The parameters of a route; v3 calls them all `id`."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    of_v3 = {
        "sequences": "sequence_id",
        "courses": "sequence_id",
        "forms": "form_id",
        "tags": "tag_id",
        "subscribers": "subscriber_id",
        "custom_fields": "field_id",
        "hooks": "hook_id",
        "purchases": "purchase_id",
        "posts": "post_id",
    }
    found = {}
    for name in names:
        if name == "id":
            resource = re.search(r"[*+](\w+)/\+\(\?P<id>", route)
            found[name] = things[of_v3[resource[1] if resource else ""]]
        else:
            found[name] = things[name]
    return found


def path_of(route: str, ids: dict[str, int]) -> str:
    """A path that the route takes."""
    text = (
        route.replace("^(?:api/)?", "")
        .replace("^", "")
        .replace("/+", "/")
        .replace("/*", "/")
        .replace("$", "")
    )
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: str(ids[m[1]]), text)
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(ids[m[1]]), text)
    return "/" + text.replace("\\.", ".").replace("//", "/")


def fingerprint(account_id: int) -> str:
    """Changes when any row of the account does."""
    from postroom.lib import sql

    tables = sql.rows(
        "SELECT c.table_name AS name FROM information_schema.columns c"
        " JOIN pg_class p ON p.relname = c.table_name AND p.relkind IN ('r', 'p') AND NOT p.relispartition"
        " WHERE c.table_schema = 'public' AND c.column_name = 'account_id' ORDER BY 1"
    )
    parts = " UNION ALL ".join(
        f"SELECT '{table['name']}' AS name,"
        " md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum"
        f' FROM "{table["name"]}" t WHERE t.account_id = {int(account_id)}'
        for table in tables
    )
    found = sql.row(f"SELECT string_agg(name || sum, ',' ORDER BY name) AS all FROM ({parts}) s")
    assert found is not None
    return str(found["all"])


@pytest.fixture
def both(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Side, Side]:
    from postroom.accounts import key_cache
    from postroom.accounts.services import limiter

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(limiter, "hit", lambda **_: limiter.Allowed(True))
    key_cache.clear()
    return owner("Alice"), owner("Bob")


def ask(side: Side, method: str, path: str) -> Any:
    """A call with everything that a route may want in its body."""
    query = f"?api_secret={side.secret}" if path.startswith(("/v3/", "/wordpress/")) else ""
    body = BODY | ({} if query else {"ids": []})
    given = {} if method == "GET" else {"data": body, "content_type": "application/json"}
    return getattr(side.client, method.lower())(path + query, **given)


def test_no_route_lets_bob_read_or_change_what_is_alices(both: tuple[Side, Side]) -> None:
    alice, bob = both
    things = things_of(alice)
    before = fingerprint(alice.id)
    reached = 0
    for route in routes():
        if BY_TOKEN.search(route) or "security/sessions" in route:
            continue
        path = path_of(route, ids_for(route, things))
        statuses = {}
        for method in METHODS:
            answer = ask(bob, method, path)
            statuses[method] = answer.status_code
            assert WORD.lower() not in answer.content.decode().lower(), (
                f"{method} {route} shows what is Alice's"
            )
            assert fingerprint(alice.id) == before, f"{method} {route} changes what is Alice's"
        assert set(statuses.values()) <= {403, 404, 405, 409, 422}, f"{route} answers Bob {statuses}"
        assert {403, 404} & set(statuses.values()), f"no call reaches {route}: {statuses}"
        reached += 1
    assert reached >= 45


def test_the_ids_are_right_alice_reads_every_thing_by_them(both: tuple[Side, Side]) -> None:
    alice, _ = both
    things = things_of(alice)
    refused = {}
    for route in routes():
        if not BY_TOKEN.search(route):
            path = path_of(route, ids_for(route, things | {"session_id": 0}))
            status = ask(alice, "GET", path).status_code
            only_written = status in (404, 405) and re.search(
                r"subscribe/|/tags/<int:tag_id>|tags/\+\(\?P<tid>|security/sessions|automations/\+hooks",
                route,
            )
            if status not in (200, 405) and not only_written:
                refused[route] = status
    assert refused == {}


def test_lists_show_bob_nothing_of_alices(both: tuple[Side, Side]) -> None:
    alice, bob = both
    things_of(alice)
    lists = (
        "subscribers?state=all tags custom_fields imports forms sequences broadcasts inbox media growth"
        f" home session account account/tokens account/keys team notices search?q={WORD} sending security"
        " purchases products"
    ).split()
    for name in lists:
        answer = bob.client.get(f"/api/1/{name}")
        assert answer.status_code == 200, name
        assert WORD.lower() not in answer.content.decode().lower().replace(f"q={WORD.lower()}", ""), name
    names = ["account", "forms", "sequences", "courses", "tags", "custom_fields", "subscribers", "purchases"]
    for name in names:
        answer = bob.client.get(f"/v3/{name}", {"api_secret": bob.secret})
        assert answer.status_code == 200
        assert WORD.lower() not in answer.content.decode().lower(), name


def plain(route: str) -> str:
    """A route as the resolver and this file both write it."""
    return re.sub(r"(?<!\[)\^", "", route)


def links_of(alice: Side, things: dict[str, int]) -> list[str]:
    """A page for each link that is a permission by itself."""
    from django.core import mail

    from postroom.accounts import services as accounts
    from postroom.content import links
    from postroom.content import services as content
    from postroom.content.models import ContentVersion
    from postroom.forms.models import Form
    from postroom.lib import clock
    from postroom.lib.signing import Keyring
    from postroom.settings import load
    from postroom.tracking import services as tracking

    keyring, who = Keyring(load().secret_keys()), {"account_id": alice.id}
    who["subscriber_id"] = things["subscriber_id"]
    accounts.invite(
        account_id=alice.id, email="guest@x.com", role="viewer", invited_by=alice.user, inviter_role="owner"
    )
    invitation = re.search(r"/accounts/invitation/\S+", str(mail.outbox[-1].body))
    tracking.ask_to_move(**who, email="moved@example.com")
    kept = ContentVersion.objects.filter(account_id=alice.id, kind="raw").latest("id")
    address = re.search(r"/preferences/address/\S+", str(content.open_raw(kept.body, keyring)["text"]))
    assert invitation is not None
    assert address is not None
    day = (clock.today() - date(1970, 1, 1)).days
    message = links.MessageRef(alice.id, things["send_id"], day, who["subscriber_id"], 0)
    uid = Form.objects.get(id=things["form_id"]).uid
    confirm = links.sign_confirm(
        keyring, **who, form_id=things["form_id"], issued_at=int(clock.now().timestamp())
    )
    return [
        f"/{uid}", f"/{uid}/index.js", f"/forms/{things['form_id']}/subscriptions", invitation[0],
        f"/forms/success?form_id={things['form_id']}", f"/confirm/{confirm}", address[0],
        f"/preferences/{links.sign_preferences(keyring, **who)}",
        links.sign_unsubscribe(keyring, message).replace("/u/", "/unsubscribe/"),
    ]  # fmt: skip


def test_every_route_is_reached_by_a_call_that_the_database_watches(both: tuple[Side, Side]) -> None:
    """With its body, and by everybody who may: Bob with his own ids, readers with Alice's links."""
    from django.test import Client

    alice, bob = both
    things, bobs = things_of(alice), things_of(bob)
    before = fingerprint(alice.id)
    WITNESS.routes.clear()
    for route in routes(with_parameter=False):
        if route.startswith("api/1/") or "v3/" in route or "wordpress/" in route:
            for method in METHODS:
                assert ask(bob, method, path_of(route, {})).status_code < 500, f"{method} {route}"
    for route in routes():
        if not BY_TOKEN.search(route):
            for method in METHODS:
                path = path_of(route, ids_for(route, bobs | {"session_id": 0}))
                assert ask(bob, method, path).status_code < 500, f"{method} {route}"
    assert fingerprint(alice.id) == before, "a call of Bob's changed what is Alice's"
    pages = links_of(alice, things)
    before = fingerprint(bob.id)
    for path in pages:
        assert Client().get(path).status_code == (405 if "subscriptions" in path else 200), path
        data = {"email_address": f"{WORD}@example.com", "email": f"{WORD}@example.com"}
        assert Client().post(path, data).status_code < 500, path
    assert fingerprint(bob.id) == before, "a link of Alice's changed what is Bob's"
    every = {plain(route) for route in routes() + routes(with_parameter=False)}
    needless = re.compile("|".join(f"(?:{pattern})" for pattern in WITHOUT_ACCOUNT))
    missed = {route for route in every if not needless.fullmatch(route)} - set(map(plain, WITNESS.routes))
    assert sorted(missed) == [], "no call reaches these, or they ask nobody who calls"


def test_the_database_itself_refuses_a_row_that_points_into_another_account(both: tuple[Side, Side]) -> None:
    from django.db import IntegrityError, transaction

    from postroom.lib import sql

    alice, bob = both
    things = things_of(alice)
    pointing = [
        ("INSERT INTO membership (account_id, subscriber_id, tag_id, state) VALUES (%s, %s, %s, 'active')",
         ["subscriber_id", "tag_id"]),
        ("INSERT INTO change (account_id, subscriber_id, kind, cause_kind) VALUES (%s, %s, 'tag', 'api')",
         ["subscriber_id"]),
        ("INSERT INTO consent (account_id, subscriber_id, form_id, wording) VALUES (%s, %s, %s, '')",
         ["subscriber_id", "form_id"]),
        ("INSERT INTO membership (account_id, subscriber_id, sequence_id, state)"
         " VALUES (%s, %s, %s, 'active')",
         ["subscriber_id", "sequence_id"]),
        ("INSERT INTO enrolment (account_id, subscriber_id, sequence_id, state, round)"
         " VALUES (%s, %s, %s, 'active', 0)",
         ["subscriber_id", "sequence_id"]),
        ("INSERT INTO import_error (account_id, import_id, line, value, reason)"
         " VALUES (%s, %s, 1, '', 'empty')",
         ["import_id"]),
    ]  # fmt: skip
    for statement, names in pointing:
        with pytest.raises(IntegrityError), transaction.atomic():
            sql.execute(statement, [bob.id, *(things[name] for name in names)])
