"""Imports by state before and after: who comes in, who stays out, and what a crash leaves."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from postroom.imports import queries, services
from postroom.imports.errors import DiskFull, ImportNotFound, InvalidMapping, UnreadableFile, WrongState
from postroom.lib import disk, sql
from postroom.subscribers import queries as people
from postroom.subscribers import services as subscribers
from postroom.subscribers.rules import Cause

pytestmark = pytest.mark.django_db
API = Cause("api")
Run = Callable[..., Any]


def counts(found: Any) -> tuple[int, ...]:
    return tuple(
        getattr(found, f"{name}_count") for name in ("created", "changed", "unchanged", "left", "refused")
    )


def person(alice: int, email: str) -> Any:
    (found,) = people.list_page(alice, search=email).items
    return found


def test_people_come_in_with_fields_and_tags(alice: int, load_csv: Run) -> None:
    tag = subscribers.create_tag(account_id=alice, name="March list")["id"]
    done = load_csv(
        'Email,First Name,City,Tags\nAda@x.com,Ada,Porto,"vip, Letter"\nbob@x.com,,,VIP\n', add_tag_ids=[tag]
    )
    assert (done.state, counts(done)) == ("finished", (2, 0, 0, 0, 0))
    ada = person(alice, "ada@x.com")
    assert (ada.email, ada.first_name, ada.state) == ("Ada@x.com", "Ada", "active")
    assert list(ada.fields.values()) == ["Porto"]
    assert [t["name"] for t in people.tags_of(alice, [ada.id])[ada.id]] == ["Letter", "March list", "vip"]
    assert people.state_counts(alice)["active"] == 2
    assert people.place_counts(alice, "tag", tag)["active"] == 2
    kinds = sql.rows(
        "SELECT kind, count(*) AS n FROM fact WHERE account_id = %s GROUP BY 1 ORDER BY 1", [alice]
    )
    assert kinds == [
        {"kind": "import_finished", "n": 1}, {"kind": "subscriber_activated", "n": 2},
        {"kind": "tag_added", "n": 5},
    ]  # fmt: skip
    assert [c["kind"] for c in people.history(alice, ada.id)] == ["tag"] * 3 + ["created"]


def test_nobody_who_left_bounced_or_complained_comes_back_or_changes(alice: int, load_csv: Run) -> None:
    for state in ("cancelled", "bounced", "complained"):
        made = subscribers.subscribe(account_id=alice, email=f"{state}@x.com", cause=API)
        subscribers.set_state(account_id=alice, subscriber_id=made.id, state=state, cause=API)
    done = load_csv("Email,First Name,Tags\ncancelled@x.com,A,t\nbounced@x.com,B,t\ncomplained@x.com,C,t\n",
                    policy="overwrite_blank")  # fmt: skip
    assert counts(done) == (0, 0, 0, 3, 0)
    for state in ("cancelled", "bounced", "complained"):
        found = person(alice, f"{state}@x.com")
        assert (found.state, found.first_name) == (state, None)
        assert people.tags_of(alice, [found.id])[found.id] == []


def test_suppressed_addresses_are_refused(alice: int, load_csv: Run) -> None:
    made = subscribers.subscribe(account_id=alice, email="erased@x.com", cause=API)
    subscribers.erase(account_id=alice, subscriber_ids=[made.id], cause=API)
    done = load_csv("Email\nErased@x.com\nnew@x.com\n")
    assert counts(done) == (1, 0, 0, 0, 1)
    (error,) = queries.errors_of(alice, done.pk)
    assert (error["line"], error["reason"], error["value"]) == (2, "suppressed", "Erased@x.com")


def test_rows_that_cannot_go_in_say_their_line_and_why(alice: int, load_csv: Run) -> None:
    done = load_csv("Email,Name\nnonsense,A\n,B\na@x.com,C\nA@x.com,D\nb..c@x.com,E\nd@x.com,F,extra\n")
    assert counts(done) == (1, 0, 0, 0, 5)
    assert [(e["line"], e["reason"]) for e in queries.errors_of(alice, done.pk)] == [
        (2, "no_at"), (3, "empty"), (5, "duplicate"), (6, "malformed"), (7, "columns"),
    ]  # fmt: skip
    assert all(e["text"] for e in queries.errors_of(alice, done.pk))
    assert sum(counts(done)) == done.total_rows


@pytest.mark.parametrize(
    ("policy", "name", "city", "changed"),
    [
        ("fill", "Ada", None, 0),
        ("overwrite", "Countess", None, 1),
        ("overwrite_blank", "Countess", None, 1),
        ("keep", "Ada", None, 0),
    ],
)
def test_each_policy_does_what_it_says(
    alice: int, load_csv: Run, policy: str, name: str, city: str | None, changed: int
) -> None:
    subscribers.subscribe(account_id=alice, email="a@x.com", first_name="Ada", cause=API)
    done = load_csv("Email,First Name\na@x.com,Countess\n", policy=policy)
    assert (counts(done)[1], person(alice, "a@x.com").first_name) == (changed, name)


@pytest.mark.parametrize(
    ("policy", "before", "cell", "after"),
    [
        ("fill", "Porto", "Leeds", "Porto"), ("fill", None, "Leeds", "Leeds"), ("fill", "Porto", "", "Porto"),
        ("overwrite", "Porto", "Leeds", "Leeds"), ("overwrite", "Porto", "", "Porto"),
        ("overwrite_blank", "Porto", "Leeds", "Leeds"), ("overwrite_blank", "Porto", "", None),
        ("overwrite_blank", None, "", None), ("keep", "Porto", "Leeds", "Porto"),
        ("keep", None, "Leeds", None),
    ],
)  # fmt: skip
def test_policies_of_fields_by_table(
    alice: int, load_csv: Run, policy: str, before: str | None, cell: str, after: str | None
) -> None:
    key = str(subscribers.create_field(account_id=alice, label="City").id)
    made = subscribers.subscribe(account_id=alice, email="a@x.com", fields={key: before}, cause=API)
    load_csv(f"Email,City,Name\na@x.com,{cell},\nnew@x.com,York,\n", policy=policy)
    assert people.get(alice, made.id).fields.get(key) == after
    assert person(alice, "new@x.com").fields == {key: "York"}
    changed = [c for c in people.history(alice, made.id) if c["kind"] == "field"]
    assert [(c["before"], c["after"]) for c in changed] == ([(before, after)] if before != after else [])


def test_the_check_says_what_then_happens_and_writes_nothing(alice: int, upload: Run) -> None:
    for n in range(3):
        subscribers.subscribe(account_id=alice, email=f"old{n}@x.com", first_name="Old", cause=API)
    left = subscribers.subscribe(account_id=alice, email="left@x.com", cause=API)
    subscribers.unsubscribe(account_id=alice, subscriber_id=left.id, cause=API)
    made = upload(
        "Email,First Name,City,Tags\nnew@x.com,N,Porto,vip\nold0@x.com,,Leeds,\nold1@x.com,,,vip\n"
        "old2@x.com,X,,\n"
        "left@x.com,L,,\nbad,,,\nnew@x.com,,,\n"
    )
    before = sql.rows("SELECT * FROM subscriber ORDER BY id"), sql.rows("SELECT count(*) FROM tag")
    seen = services.check(account_id=alice, import_id=made.pk)
    assert (seen.created, seen.changed, seen.unchanged, seen.left["cancelled"], seen.refused) == (
        1,
        2,
        1,
        1,
        2,
    )
    assert {(c["email"], c["field"], c["before"], c["after"], c["line"]) for c in seen.changes} == {
        ("old0@x.com", "City", None, "Leeds", 3), ("old1@x.com", "Tags", None, "+ vip", 4),
    }  # fmt: skip
    assert {r["reason"]: r["count"] for r in seen.reasons} == {"no_at": 1, "duplicate": 1}
    assert (sql.rows("SELECT * FROM subscriber ORDER BY id"), sql.rows("SELECT count(*) FROM tag")) == before
    services.start(account_id=alice, import_id=made.pk)
    services.run(account_id=alice, import_id=made.pk)
    assert counts(queries.get(alice, made.pk)) == (1, 2, 1, 1, 2)


def test_a_run_that_died_goes_on_behind_its_last_batch(
    alice: int, upload: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = importlib.import_module("postroom.imports.services.run")
    monkeypatch.setattr(running, "BATCH_ROWS", 10)
    made = upload("Email\n" + "".join(f"p{n}@x.com\n" for n in range(35)) + "P3@x.com\n")
    services.start(account_id=alice, import_id=made.pk)

    class Died(BaseException):
        pass

    def die(found: Any) -> None:
        if found.created_count >= 20:
            raise Died

    with pytest.raises(Died):
        services.run(account_id=alice, import_id=made.pk, progress=die)
    half = queries.get(alice, made.pk)
    assert (half.state, half.created_count, half.cursor) == ("running", 20, 21)
    assert services.stalled() == [(alice, made.pk)]
    services.run(account_id=alice, import_id=made.pk)
    done = queries.get(alice, made.pk)
    assert (done.state, counts(done)) == ("finished", (35, 0, 0, 0, 1))
    assert people.state_counts(alice)["active"] == 35
    services.run(account_id=alice, import_id=made.pk)
    assert counts(queries.get(alice, made.pk)) == (35, 0, 0, 0, 1)


def test_an_import_is_undone_exactly(alice: int, load_csv: Run) -> None:
    old = subscribers.subscribe(account_id=alice, email="old@x.com", first_name="Old", cause=API)
    done = load_csv(
        "Email,First Name,City,Tags\nold@x.com,New,Porto,vip\nnew@x.com,N,,vip\n", policy="overwrite"
    )
    touched = subscribers.undo(account_id=alice, cause_kind="import", cause_id=done.pk, actor="")
    found = people.get(alice, old.id)
    assert (touched, found.first_name, found.fields) == (2, "Old", {})
    assert people.tags_of(alice, [old.id])[old.id] == []
    assert people.state_counts(alice)["active"] == 1
    assert sql.rows("SELECT * FROM suppression") == []


def test_stopping_keeps_what_is_in(alice: int, upload: Run) -> None:
    made = upload("Email\na@x.com\n")
    services.start(account_id=alice, import_id=made.pk)
    services.cancel(account_id=alice, import_id=made.pk)
    services.run(account_id=alice, import_id=made.pk)
    assert counts(queries.get(alice, made.pk)) == (0, 0, 0, 0, 0)
    for act in (services.start, services.cancel):
        with pytest.raises(WrongState):
            act(account_id=alice, import_id=made.pk)


def test_a_full_disk_refuses_the_file_and_pauses_the_run(
    alice: int, upload: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload("Email\na@x.com\n")
    services.start(account_id=alice, import_id=made.pk)
    monkeypatch.setattr(disk, "is_low", lambda *_: True)
    with pytest.raises(DiskFull) as caught:
        upload("Email\nb@x.com\n")
    assert (caught.value.status, bool(caught.value.help)) == (507, True)
    services.run(account_id=alice, import_id=made.pk)
    assert queries.get(alice, made.pk).state == "paused"
    assert sql.row("SELECT level FROM notice WHERE account_id = %s", [alice]) == {"level": "alarm"}
    assert not services.resume(account_id=alice, import_id=made.pk)
    monkeypatch.setattr(disk, "is_low", lambda *_: False)
    assert services.resume(account_id=alice, import_id=made.pk)
    services.run(account_id=alice, import_id=made.pk)
    assert queries.get(alice, made.pk).state == "finished"


def test_a_file_without_addresses_does_not_start(alice: int, upload: Run) -> None:
    made = upload("Name,City\nAda,Porto\n")
    for act in (services.check, services.start):
        with pytest.raises(InvalidMapping) as caught:
            act(account_id=alice, import_id=made.pk)
        assert "column" in caught.value.help
    with pytest.raises(UnreadableFile):
        upload("")


def test_another_accounts_import_does_not_exist(alice: int, upload: Run) -> None:
    from postroom.accounts import services as accounts

    made = upload("Email\na@x.com\n")
    bob = accounts.create_account(name="Bob")[0].id
    for act in (services.check, services.start, services.cancel, services.map_columns):
        with pytest.raises(ImportNotFound):
            act(account_id=bob, import_id=made.pk)


def test_utf_16_and_nul_bytes_go_in_clean(alice: int, load_csv: Run) -> None:
    done = load_csv("Email\tFirst Name\nada@x.com\tZo\x00ë\n".encode("utf-16"))
    assert counts(done) == (1, 0, 0, 0, 0)
    assert person(alice, "ada@x.com").first_name == "Zoë"


def test_rows_that_once_stopped_an_import_go_in_or_are_refused(alice: int, load_csv: Run) -> None:
    tags = ["İstanbul", "ΚΩΣ", "a" * 254 + " b"]
    rows = "".join(f"p{n}@x.com,{tag}\n" for n, tag in enumerate(tags))
    done = load_csv(f"Email,Tags\n{rows}q@x.com,x,too\x00many,cells\n")
    assert (done.state, counts(done)) == ("finished", (3, 0, 0, 0, 1))


def test_a_file_of_many_columns_makes_no_more_fields_than_fit(alice: int, upload: Run) -> None:
    headers = ",".join(f"c{n}" for n in range(150))
    found = upload(f"Email,{headers}\na@x.com{',v' * 150}\n")
    news = [entry["to"] for entry in found.mapping if isinstance(entry["to"], dict)]
    assert len(news) == 140
    too_many = ["email", *({"to": {"new_field": f"c{n}"}} for n in range(150))]
    with pytest.raises(InvalidMapping) as caught:
        services.map_columns(account_id=alice, import_id=found.pk, mapping=too_many)
    assert "140" in caught.value.message


def test_a_batch_that_breaks_again_and_again_ends_the_import_with_a_sentence(
    alice: int, upload: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = upload("Email\na@x.com\n")
    services.start(account_id=alice, import_id=found.pk)

    def break_down(**_: Any) -> None:
        raise KeyError("unforeseen")

    module = importlib.import_module("postroom.imports.services.run")
    monkeypatch.setattr(module, "merge_rows", break_down)
    for _ in range(3):
        assert queries.get(alice, found.pk).state == "running"
        with pytest.raises(KeyError):
            services.run(account_id=alice, import_id=found.pk)
    failed = queries.get(alice, found.pk)
    assert (failed.state, failed.error.startswith("It broke 3 times")) == ("failed", True)
    assert services.stalled() == []
