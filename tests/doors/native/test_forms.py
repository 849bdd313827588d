"""Forms through the native API: made, changed, copied, shown; nobody else's."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(alice):
    answer = alice.post("forms", {"name": "Weekly letter"})
    assert answer.status_code == 201
    return answer.json()


def test_a_form_comes_with_everything_to_put_it_on_a_page(form):
    assert form["embed"]["link"].endswith(f"/{form['uid']}")
    assert f'data-uid="{form["uid"]}"' in form["embed"]["script"]
    assert f'data-sv-form="{form["id"]}"' in form["embed"]["html"]
    assert form["stats"] == {"visitors_30d": 0, "subscribers": 0, "conversion": None}
    assert "confirmation_url" in str(form["incentive_body"])


def test_some_settings_change_and_the_rest_stays(alice, form):
    changed = alice.patch(f"forms/{form['id']}", {"heading": "A slow letter", "auto_confirm": True}).json()
    assert (changed["heading"], changed["auto_confirm"], changed["name"]) == (
        "A slow letter",
        True,
        "Weekly letter",
    )
    (row,) = alice.get("forms").json()["items"]
    assert (row["id"], row["name"], row["archived"]) == (form["id"], "Weekly letter", False)


def test_wrong_settings_name_their_field(alice, form):
    answer = alice.patch(f"forms/{form['id']}", {"redirect_url": "javascript:alert(1)"})
    assert answer.status_code == 422
    body = answer.json()
    assert body["field"] == "redirect_url"
    assert body["help"]
    assert alice.patch(f"forms/{form['id']}", {"uid": "0000000000"}).status_code == 422


def test_archive_and_copy(alice, form):
    assert alice.post(f"forms/{form['id']}/archive").json()["archived_at"] is not None
    assert alice.post(f"forms/{form['id']}/archive", {"archived": False}).json()["archived_at"] is None
    copy = alice.post(f"forms/{form['id']}/duplicate")
    assert copy.status_code == 201
    assert copy.json()["uid"] != form["uid"]


def test_the_preview_runs_nothing(alice, form):
    answer = alice.get(f"forms/{form['id']}/preview")
    assert b"formkit-form" in answer.content
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_viewer_reads_and_does_not_write(viewer, form):
    assert viewer.get(f"forms/{form['id']}").status_code == 200
    assert viewer.patch(f"forms/{form['id']}", {"name": "x"}).status_code == 403


def test_another_accounts_form_does_not_exist(charlie, form):
    path = f"forms/{form['id']}"
    assert charlie.get(path).status_code == 404
    assert charlie.patch(path, {"name": "Mine"}).status_code == 404
    assert charlie.post(f"{path}/archive").status_code == 404
    assert charlie.post(f"{path}/duplicate").status_code == 404
    assert charlie.get(f"{path}/preview").status_code == 404
    assert charlie.get("forms").json()["total"] == 0
