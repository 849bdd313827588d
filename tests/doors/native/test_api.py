"""What all answers of /api/1 have in common: who may, how a refusal reads, what a program needs."""

import pytest
from django.db import OperationalError
from django.test import Client

from postroom.accounts import services
from postroom.doors.native import session as session_file

REFUSAL = {"code", "message", "field", "help"}


def assert_refused(answer, status, code=None):
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert set(body) >= REFUSAL
    assert body["message"]
    if code:
        assert body["code"] == code
    return body


@pytest.mark.django_db
def test_without_a_session_nothing_is_said_but_how_to_sign_in():
    body = assert_refused(Client().get("/api/1/session"), 401, "not_signed_in")
    assert "Bearer" in body["help"]


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_path_is_a_404_in_the_same_shape(alice, method):
    assert_refused(alice.call(method, "nowhere/at/all"), 404, "no_such_path")


def test_a_wrong_method_names_the_right_ones(alice):
    answer = alice.post("time_zones")
    assert_refused(answer, 405, "method")
    assert answer["Allow"] == "GET"


def test_a_broken_body_names_every_field(alice):
    body = assert_refused(alice.post("team/invitations", {"role": 5}), 422, "invalid")
    assert {each["field"] for each in body["errors"]} == {"email", "role"}
    assert body["field"] in {"email", "role"}
    answer = alice.client.post("/api/1/team/invitations", "{no json", content_type="application/json")
    assert answer.status_code in (400, 422)
    assert set(answer.json()) >= REFUSAL


def test_paging_has_bounds(alice):
    for query in ("page=0", "per_page=201", "per_page=0", "page=x"):
        assert assert_refused(alice.get(f"notices?{query}"), 422)["field"] in ("page", "per_page")
    assert alice.get("notices?per_page=200").json() == {"items": [], "total": 0, "page": 1, "per_page": 200}


def test_a_broken_database_is_a_503_and_a_bug_a_500_without_its_text(alice, monkeypatch, caplog):
    def away(_):
        raise OperationalError("secret host")

    monkeypatch.setattr(session_file.people, "state_counts", away)
    answer = alice.get("session")
    assert_refused(answer, 503, "database_away")
    assert answer["Retry-After"] == "5"

    def bug(_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(session_file.people, "state_counts", bug)
    answer = alice.get("session")
    assert_refused(answer, 500, "internal")
    assert b"secret" not in answer.content
    assert "api/1/session" in caplog.text


def test_a_browser_must_prove_with_the_token_that_it_is_this_site(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)
    body = {"name": "Changed"}
    answer = strict.patch("/api/1/account", body, content_type="application/json")
    assert_refused(answer, 403, "csrf")
    token = strict.get("/api/1/session").json()["csrf_token"]
    answer = strict.patch(
        "/api/1/account", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200
    assert answer.json()["name"] == "Changed"


def test_a_program_needs_no_csrf_but_a_token_and_gets_its_users_role(alice, viewer):
    _, text = services.create_token(account_id=alice.account.pk, user=viewer.user, name="cron")
    program = Client(enforce_csrf_checks=True)
    bearer = {"Authorization": f"Bearer {text}"}
    assert program.get("/api/1/session", headers=bearer).json()["account"]["role"] == "viewer"
    answer = program.patch("/api/1/account", {"name": "X"}, content_type="application/json", headers=bearer)
    assert_refused(answer, 403, "role")
    assert_refused(program.get("/api/1/session", headers={"Authorization": f"Bearer {text}x"}), 401)
    assert_refused(program.get("/api/1/session", headers={"Authorization": "Basic abc"}), 401)


def test_a_wrong_token_is_not_saved_by_a_session(alice):
    assert_refused(alice.get("session", Authorization="Bearer pr_wrong"), 401)


def test_the_header_chooses_among_ones_own_accounts_only(alice, charlie):
    own = {"X-Account": str(alice.account.pk)}
    assert alice.get("session", **own).json()["account"]["id"] == alice.account.pk
    for other in (str(charlie.account.pk), "0", "x", ""):
        assert_refused(alice.get("session", **{"X-Account": other}), 404, "no_such_account")
    _, text = services.create_token(account_id=alice.account.pk, user=alice.user, name="cron")
    both = {"Authorization": f"Bearer {text}", "X-Account": str(charlie.account.pk)}
    assert_refused(Client().get("/api/1/session", headers=both), 403, "token_account")


def test_who_belongs_to_no_account_is_told_so(db):
    user = services.create_user(email="lost@example.com", password="long enough to keep")
    client = Client()
    client.force_login(user)
    assert_refused(client.get("/api/1/session"), 403, "no_account")


def test_answers_are_not_kept_and_lead_no_address_on(alice):
    answer = alice.get("session")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_the_docs_page_loads_nothing_from_elsewhere(client, db):
    page = client.get("/api/1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "http://" not in text.replace("http://testserver", "")
    assert "https://" not in text
    assert "script-src 'self'" in page["Content-Security-Policy"]
    for path in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-init.js"):
        assert f"/static/ninja/{path}" in text
        file = client.get(f"/static/ninja/{path}")
        assert file.status_code == 200
        file.close()


def test_the_description_is_openapi_3_1_and_every_operation_has_a_sentence(client, db):
    described = client.get("/api/1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    silent = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 pair"])
def test_text_that_cannot_be_kept_is_refused_by_its_name(alice, text):
    body = assert_refused(alice.patch("account", {"name": text}), 422, "invalid")
    assert body["field"] == "name"
    assert_refused(alice.post("broadcasts", {"subject": text}), 422, "invalid")
    assert alice.get("broadcasts?q=%00").status_code == 200
