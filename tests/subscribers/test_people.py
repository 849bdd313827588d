"""People, their places and changes, by state before and after."""

from __future__ import annotations

import pytest

from postroom.accounts import services as accounts
from postroom.lib import sql
from postroom.subscribers import queries, services
from postroom.subscribers.errors import (
    EmailTaken,
    NameBlank,
    NameTaken,
    NothingToUndo,
    TagNotFound,
    TooManyFields,
    TooManyPeople,
)
from postroom.subscribers.queries.audience import audience_sql, count_audience
from postroom.subscribers.rules import Cause

pytestmark = pytest.mark.django_db
API = Cause("api", actor="key:secret")


@pytest.fixture
def alice() -> int:
    return accounts.create_account(name="Alice")[0].id


@pytest.fixture
def bob() -> int:
    return accounts.create_account(name="Bob")[0].id


def changes(account: int, person: int) -> list[tuple]:
    return [(c["kind"], c["before"], c["after"]) for c in reversed(queries.history(account, person))]


def facts(account: int) -> list[str]:
    return [r["kind"] for r in sql.rows("SELECT kind FROM fact WHERE account_id = %s ORDER BY id", [account])]


def test_a_new_person_leaves_one_change_one_fact_and_one_count(alice: int) -> None:
    made = services.subscribe(account_id=alice, email="Ada@Example.com", first_name="Ada", cause=API)
    assert (made.state, made.created) == ("active", True)
    assert [kind for kind, _, _ in changes(alice, made.id)] == ["created"]
    assert facts(alice) == ["subscriber_activated"]
    assert queries.state_counts(alice)["active"] == 1


def test_the_same_address_in_other_letters_is_the_same_person(alice: int) -> None:
    first = services.subscribe(account_id=alice, email="Ada@Example.com", first_name="Ada", cause=API)
    again = services.subscribe(account_id=alice, email="ADA@example.COM", first_name="", cause=API)
    assert (again.id, again.created) == (first.id, False)
    person = queries.get(alice, first.id)
    assert (person.email, person.first_name) == ("Ada@Example.com", "Ada")


def test_blank_values_do_not_blank_on_subscribe_but_clear_on_update(alice: int) -> None:
    field = services.create_field(account_id=alice, label="Last name")
    key = str(field.id)
    ada = services.subscribe(account_id=alice, email="a@x.com", fields={key: "Lovelace"}, cause=API)
    services.subscribe(account_id=alice, email="a@x.com", fields={key: ""}, cause=API)
    assert queries.get(alice, ada.id).fields == {key: "Lovelace"}
    assert services.update(account_id=alice, subscriber_id=ada.id, fields={key: ""}, cause=API)
    assert queries.get(alice, ada.id).fields == {}
    assert changes(alice, ada.id)[-1] == ("field", "Lovelace", None)
    assert not services.update(account_id=alice, subscriber_id=ada.id, fields={key: ""}, cause=API)


def test_a_taken_address_is_refused(alice: int) -> None:
    services.subscribe(account_id=alice, email="a@x.com", cause=API)
    other = services.subscribe(account_id=alice, email="b@x.com", cause=API)
    with pytest.raises(EmailTaken):
        services.update(account_id=alice, subscriber_id=other.id, email="A@X.com", cause=API)
    assert queries.get(alice, other.id).email == "b@x.com"


def test_unsubscribing_keeps_tags_and_counts_them_as_cancelled(alice: int) -> None:
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    ada = services.subscribe(account_id=alice, email="a@x.com", tag_ids=[tag], cause=API)
    assert queries.place_counts(alice, "tag", tag)["active"] == 1
    assert services.unsubscribe(account_id=alice, subscriber_id=ada.id, cause=API)
    assert not services.unsubscribe(account_id=alice, subscriber_id=ada.id, cause=API)
    counts = queries.place_counts(alice, "tag", tag)
    assert (counts["active"], counts["cancelled"]) == (0, 1)
    assert [t["name"] for t in queries.tags_of(alice, [ada.id])[ada.id]] == ["VIP"]
    assert facts(alice) == ["subscriber_activated", "tag_added", "subscriber_unsubscribed"]


@pytest.mark.parametrize(
    ("before", "to", "moves"),
    [
        ("active", "cancelled", True), ("active", "bounced", True), ("active", "complained", True),
        ("cancelled", "bounced", False), ("cancelled", "complained", True), ("cancelled", "active", True),
        ("bounced", "active", False), ("bounced", "cancelled", False), ("bounced", "complained", True),
        ("complained", "active", False), ("complained", "bounced", False), ("inactive", "active", True),
    ],
)  # fmt: skip
def test_states_move_by_table(alice: int, before: str, to: str, moves: bool) -> None:
    ada = services.subscribe(account_id=alice, email="a@x.com", new_state="inactive", cause=API)
    if before != "inactive":
        services.set_state(account_id=alice, subscriber_id=ada.id, state=before, cause=API)
    assert services.set_state(account_id=alice, subscriber_id=ada.id, state=to, cause=API) is moves
    assert queries.get(alice, ada.id).state == (to if moves else before)
    assert queries.state_counts(alice)[to if moves else before] == 1
    assert sum(queries.state_counts(alice).values()) == 1


def test_a_suppressed_address_comes_back_as_what_it_was(alice: int) -> None:
    ada = services.subscribe(account_id=alice, email="a@x.com", cause=API)
    services.complain(account_id=alice, subscriber_id=ada.id, cause=Cause("complaint"))
    services.erase(account_id=alice, subscriber_ids=[ada.id], cause=API)
    again = services.subscribe(account_id=alice, email="a@x.com", cause=API)
    assert again.state == "complained"


def test_counts_stay_exact_while_they_are_folded(alice: int) -> None:
    for n in range(5):
        services.subscribe(account_id=alice, email=f"p{n}@x.com", cause=API)
    assert services.fold_counters(limit=3) == 3
    assert queries.state_counts(alice)["active"] == 5
    services.fold_counters()
    assert sql.row("SELECT count(*) AS n FROM counter_delta") == {"n": 0}
    assert queries.state_counts(alice)["active"] == 5


def test_a_set_of_people_gets_and_loses_a_tag_and_undo_brings_back(alice: int) -> None:
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    ids = [services.subscribe(account_id=alice, email=f"p{n}@x.com", cause=API).id for n in range(4)]
    services.add_tags(account_id=alice, subscriber_ids=ids[:1], tag_ids=[tag], cause=API)
    act = services.next_act_id()
    cause = Cause("bulk", act)
    assert services.act_on_many(account_id=alice, act="tag", subscriber_ids=ids, tag_id=tag, cause=cause) == 3
    assert queries.place_counts(alice, "tag", tag)["active"] == 4
    assert services.undo(account_id=alice, cause_kind="bulk", cause_id=act, actor="user:1") == 3
    assert queries.place_counts(alice, "tag", tag)["active"] == 1
    with pytest.raises(NothingToUndo):
        services.undo(account_id=alice, cause_kind="bulk", cause_id=act, actor="user:1")


def test_undo_of_unsubscribing_many_leaves_out_who_came_back_since(alice: int) -> None:
    ids = [services.subscribe(account_id=alice, email=f"p{n}@x.com", cause=API).id for n in range(3)]
    act = services.next_act_id()
    services.act_on_many(account_id=alice, act="unsubscribe", subscriber_ids=ids, cause=Cause("bulk", act))
    services.set_state(account_id=alice, subscriber_id=ids[0], state="active", cause=API)
    services.undo(account_id=alice, cause_kind="bulk", cause_id=act, actor="")
    assert [queries.get(alice, person).state for person in ids] == ["active"] * 3
    assert [kind for kind, _, _ in changes(alice, ids[0])] == ["created", "state", "state"]


def test_deleting_takes_everything_but_a_hash(alice: int) -> None:
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    ada = services.subscribe(account_id=alice, email="a@x.com", tag_ids=[tag], cause=API)
    assert services.erase(account_id=alice, subscriber_ids=[ada.id], cause=API) == 1
    assert sum(queries.state_counts(alice).values()) == 0
    assert sum(queries.place_counts(alice, "tag", tag).values()) == 0
    assert sql.row("SELECT reason FROM suppression WHERE account_id = %s", [alice]) == {"reason": "erased"}


def kept_changes(account: int) -> list[tuple]:
    rows = sql.rows(
        "SELECT kind, subscriber_id, subject_id, before #>> '{}' AS before, after::text AS after, actor"
        " FROM change WHERE account_id = %s ORDER BY id",
        [account],
    )
    return [tuple(row.values()) for row in rows]


def test_who_was_erased_is_counted_by_nameless_changes(alice: int) -> None:
    field = services.create_field(account_id=alice, label="City")
    ada = services.subscribe(
        account_id=alice, email="a@x.com", first_name="Ada", fields={str(field.id): "Porto"}, cause=API
    )
    services.update(account_id=alice, subscriber_id=ada.id, first_name="Eve", cause=API)
    services.erase(account_id=alice, subscriber_ids=[ada.id], cause=Cause("screen", actor="user:1"))
    assert kept_changes(alice) == [
        ("created", None, None, None, '{"state": "active"}', "key:secret"),
        ("erased", None, ada.id, "active", None, "user:1"),
    ]
    (today,) = queries.growth(alice, days=1, time_zone="UTC")
    assert (today["joined"], today["left"], today["total"]) == (1, 1, 0)


def test_what_an_erased_person_had_done_cannot_be_undone(alice: int) -> None:
    ids = [
        services.subscribe(account_id=alice, email=f"{n}@x.com", cause=Cause("import", 7)).id
        for n in range(2)
    ]
    services.erase(account_id=alice, subscriber_ids=ids[:1], cause=API)
    assert services.undo(account_id=alice, cause_kind="import", cause_id=7, actor="") == 1
    assert [row[0] for row in kept_changes(alice)] == ["created", "erased", "erased"]
    with pytest.raises(NothingToUndo):
        services.undo(account_id=alice, cause_kind="import", cause_id=7, actor="")


def test_deleting_a_tag_is_a_change_and_a_fact_of_each_who_had_it(alice: int, bob: int) -> None:
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    ada, ben = (
        services.subscribe(account_id=alice, email=e, tag_ids=[tag], cause=API).id
        for e in ("a@x.com", "b@x.com")
    )
    act = Cause("bulk", services.next_act_id(), actor="user:1")
    with pytest.raises(TagNotFound):
        services.delete_tag(account_id=bob, tag_id=tag, cause=act)
    gone = services.delete_tag(account_id=alice, tag_id=tag, cause=act)
    assert (gone.name, gone.people) == ("VIP", 2)
    assert changes(alice, ada)[-1] == changes(alice, ben)[-1] == ("tag", "active", None)
    assert facts(alice).count("tag_removed") == 2
    assert queries.tags_of(alice, [ada])[ada] == []
    services.erase(account_id=alice, subscriber_ids=[ben], cause=API)
    assert services.restore_tag(account_id=alice, tag=gone, cause=act) == 1
    assert [row["id"] for row in queries.tags_of(alice, [ada])[ada]] == [tag]
    assert sum(queries.place_counts(alice, "tag", tag).values()) == 1
    with pytest.raises(NothingToUndo):
        services.restore_tag(account_id=alice, tag=gone, cause=act)


def test_a_tag_whose_name_was_taken_meanwhile_stays_away(alice: int) -> None:
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    gone = services.delete_tag(account_id=alice, tag_id=tag, cause=Cause("bulk", 1))
    services.create_tag(account_id=alice, name="vip")
    with pytest.raises(NameTaken):
        services.restore_tag(account_id=alice, tag=gone, cause=Cause("bulk", 1))


def test_deleting_a_field_is_a_change_of_each_who_had_a_value(alice: int) -> None:
    field = services.create_field(account_id=alice, label="City")
    ada = services.subscribe(account_id=alice, email="a@x.com", fields={str(field.id): "Porto"}, cause=API).id
    services.subscribe(account_id=alice, email="b@x.com", cause=API)
    assert services.delete_field(account_id=alice, field_id=field.id, cause=API) == 1
    assert changes(alice, ada)[-1] == ("field", "Porto", None)
    assert queries.get(alice, ada).fields == {}


def test_an_act_by_filter_and_an_undo_have_bounds(alice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cause = Cause("bulk", 5)
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    for n in range(3):
        services.subscribe(account_id=alice, email=f"{n}@x.com", tag_ids=[tag], cause=cause)
    assert len(services.select_ids(account_id=alice, most=3)) == 3
    with pytest.raises(TooManyPeople, match="More than 2 people"):
        services.select_ids(account_id=alice, most=2)
    monkeypatch.setattr("postroom.subscribers.services.acts.MOST_UNDONE", 2)
    with pytest.raises(TooManyPeople, match="3 changes; up to 2"):
        services.undo(account_id=alice, cause_kind="bulk", cause_id=5, actor="")


def test_nobody_reaches_another_accounts_people_or_tags(alice: int, bob: int) -> None:
    tag = services.create_tag(account_id=alice, name="VIP")["id"]
    ada = services.subscribe(account_id=alice, email="a@x.com", cause=API)
    assert services.erase(account_id=bob, subscriber_ids=[ada.id], cause=API) == 0
    with pytest.raises(TagNotFound):
        services.add_tags(account_id=bob, subscriber_ids=[ada.id], tag_ids=[tag], cause=API)
    mine = services.create_tag(account_id=bob, name="VIP")["id"]
    assert services.add_tags(account_id=bob, subscriber_ids=[ada.id], tag_ids=[mine], cause=API) == 0


def test_tag_names_are_unique_without_regard_to_case_and_all_or_none(alice: int) -> None:
    services.create_tag(account_id=alice, name="VIP")
    with pytest.raises(NameTaken):
        services.create_tags(account_id=alice, names=["new", "vip"])
    with pytest.raises(NameBlank):
        services.create_tags(account_id=alice, names=["new", " "])
    assert sql.row("SELECT count(*) AS n FROM tag WHERE account_id = %s", [alice]) == {"n": 1}
    found = services.find_or_create_tags(account_id=alice, names=["Vip", "Letters", ""])
    assert set(found) == {"Vip", "Letters"}
    again = services.find_or_create_tags(account_id=alice, names=["İstanbul", "ΚΩΣ", "vIP", "a" * 254 + " b"])
    assert again["vIP"] == found["Vip"]
    assert len(set(again.values())) == 4


def test_renaming_a_field_keeps_its_old_key_and_name(alice: int) -> None:
    field = services.create_field(account_id=alice, label="Last name")
    assert (field.key, field.name) == ("last_name", f"ck_field_{field.id}_last_name")
    renamed = services.rename_field(account_id=alice, field_id=field.id, label="Surname")
    assert (renamed.key, renamed.aliases, renamed.name) == ("surname", ["last_name"], field.name)
    assert queries.fields_by_key(alice) == {"last_name": field.id, "surname": field.id}
    assert services.create_field(account_id=alice, label="Last name").key == "last_name_2"


def test_an_account_has_140_fields_at_most(alice: int) -> None:
    services.create_fields(account_id=alice, labels=[f"f{n}" for n in range(140)])
    with pytest.raises(TooManyFields):
        services.create_field(account_id=alice, label="one more")


def test_deleting_a_field_removes_its_values(alice: int) -> None:
    field = services.create_field(account_id=alice, label="City")
    ada = services.subscribe(account_id=alice, email="a@x.com", fields={str(field.id): "Porto"}, cause=API)
    services.delete_field(account_id=alice, field_id=field.id, cause=API)
    assert queries.get(alice, ada.id).fields == {}


def test_an_audience_is_active_people_by_tags(alice: int) -> None:
    vip, out = (t["id"] for t in services.create_tags(account_id=alice, names=["VIP", "Out"]))
    services.subscribe(account_id=alice, email="a@x.com", tag_ids=[vip], cause=API)
    services.subscribe(account_id=alice, email="b@x.com", tag_ids=[vip, out], cause=API)
    gone = services.subscribe(account_id=alice, email="c@x.com", tag_ids=[vip], cause=API)
    services.unsubscribe(account_id=alice, subscriber_id=gone.id, cause=API)
    services.subscribe(account_id=alice, email="d@x.com", cause=API)
    assert count_audience(alice, {}) == 3
    assert count_audience(alice, {"include": {"tags": [vip]}}) == 2
    assert count_audience(alice, {"include": {"tags": [vip]}, "exclude": {"tags": [out]}}) == 1
    assert "account_id = %s" in audience_sql(alice, {})[0]


def test_search_finds_by_address_and_name_and_takes_wildcards_literally(alice: int) -> None:
    services.subscribe(account_id=alice, email="ada@x.com", first_name="Ada", cause=API)
    services.subscribe(account_id=alice, email="bob@y.com", first_name="100%", cause=API)
    assert queries.list_page(alice, search="ADA").total == 1
    assert queries.list_page(alice, search="%").total == 1
    assert queries.list_page(alice, search="_").total == 0


def test_growth_counts_by_the_accounts_days(alice: int) -> None:
    ids = [
        services.subscribe(account_id=alice, email=f"p{n}@x.com", source="Form", cause=API).id
        for n in range(3)
    ]
    services.unsubscribe(account_id=alice, subscriber_id=ids[0], cause=API)
    days = queries.growth(alice, days=30, time_zone="Asia/Tokyo")
    assert len(days) == 30
    assert (days[-1]["joined"], days[-1]["left"], days[-1]["total"]) == (3, 1, 2)
    assert (days[-1]["top_source"], days[0]["total"]) == ("Form", 0)
