"""What visitors see of a form, and every kind of post it takes."""

import base64
import hashlib
import io
import json
import re
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from postroom.forms import queries
from postroom.forms import services as forms
from postroom.forms.errors import FormInvalid
from postroom.forms.models import Form
from postroom.lib import sql
from postroom.media import services as media
from postroom.settings import load
from postroom.subscribers import services as subscribers
from postroom.subscribers.models import Consent, Membership, Subscriber

from .conftest import mails

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_ACCEPT": "application/json"}


def post(browser, form, data, **headers):
    return browser.post(f"/forms/{form.id}/subscriptions", data, **headers)


def test_the_page_carries_kits_names_and_runs_nothing(browser, form):
    answer = browser.get(f"/{form.uid}")
    body = answer.content.decode()
    assert f'data-sv-form="{form.id}"' in body
    assert f'data-uid="{form.uid}"' in body
    assert f"/forms/{form.id}/subscriptions" in body
    assert 'name="email_address"' in body
    assert 'name="fields[first_name]"' in body
    assert 'class="formkit-form"' in body
    assert len(re.findall('rel="shortcut icon"', body)) == 1
    assert "<script" not in body
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "sessionid" not in answer.cookies


def test_a_creators_html_is_cleaned(browser, alice, form):
    evil = '<p onclick="x()">Hi <script>alert(1)</script><iframe src="/api/1/"></iframe>'
    evil += '<form action="/x"></form><a href="javascript:alert(1)">a</a><a href="data:text/html,x">b</a></p>'
    forms.save(
        account_id=alice.pk, form_id=form.id, changes={"description": evil, "note": evil, "heading": evil}
    )
    body = browser.get(f"/{form.uid}").content.decode()
    embedded = browser.get(f"/{form.uid}/index.js").content.decode()
    for text in (body, embedded):
        assert not re.search(r"<script|<iframe|<p onclick|href=.?.?javascript:|href=.?.?data:", text)
    assert body.count("<form") == 1


def test_the_script_brings_the_form_along(browser, form):
    answer = browser.get(f"/{form.uid}/index.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Access-Control-Allow-Origin"] == "*"
    first = answer.content.decode().split("\n", 1)[0]
    described = json.loads(first[first.index("=", first.index("[")) + 1 : -1].replace("<\\/", "</"))
    assert described["uid"] == form.uid
    assert f'data-sv-form="{form.id}"' in described["html"]


@pytest.mark.parametrize("path", ["/0123456789", "/0123456789/index.js", "/forms/999999999/subscriptions"])
def test_unknown_forms_are_404(browser, db, path):
    assert browser.get(path).status_code in (404, 405)


BODIES = [
    ({"email_address": "Ines@Example.com", "fields[first_name]": "Ines"}, {}),
    ({"email_address": "Ines@Example.com", "first_name": "Ines"}, {}),
    (
        "email_address=Ines%40Example.com&first_name=Ines",
        {"content_type": "application/x-www-form-urlencoded"},
    ),
    (
        '{"email_address": "Ines@Example.com", "fields": {"first_name": "Ines"}}',
        {"content_type": "application/json"},
    ),
    ('{"email_address": "Ines@Example.com", "fields[first_name]": "Ines"}', {"content_type": "text/plain"}),
]


@pytest.mark.parametrize(("data", "how"), BODIES)
def test_every_kind_of_body_joins(browser, alice, form, data, how):
    answer = post(browser, form, data, **how, **SCRIPT)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    person = Subscriber.objects.get(account_id=alice.pk)
    assert (person.email, person.first_name, person.state) == ("Ines@Example.com", "Ines", "inactive")
    assert body["status"] == "success"
    assert body["consent"]["enabled"] is False
    assert f"ck_subscriber_id={person.pk}" in body["redirect_url"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert mails(alice.pk) == 1


def test_a_browser_is_sent_on_without_a_session_or_csrf_token(browser, form):
    answer = post(browser, form, {"email_address": "a@example.com"})
    assert answer.status_code == 303
    assert "/forms/success?" in answer["Location"]
    shown = browser.get(answer["Location"][answer["Location"].index("/forms") :])
    assert form.success_message.encode() in shown.content


def test_a_redirect_keeps_its_own_query(browser, alice, form):
    changes = {"success_action": "redirect", "redirect_url": "https://alice.example/thanks?from=form#top"}
    forms.save(account_id=alice.pk, form_id=form.id, changes=changes)
    location = post(browser, form, {"email_address": "a@example.com"})["Location"]
    person = Subscriber.objects.get(account_id=alice.pk)
    assert location == f"https://alice.example/thanks?from=form&ck_subscriber_id={person.pk}#top"


def test_preflight_is_answered_for_any_origin(browser, form):
    answer = browser.options(f"/forms/{form.id}/subscriptions", HTTP_ORIGIN="https://elsewhere.example")
    assert answer.status_code == 204
    assert "POST" in answer["Access-Control-Allow-Methods"]


def test_the_same_form_twice_is_one_person_and_one_mail(browser, alice, form):
    for _ in range(3):
        assert post(browser, form, {"email_address": "a@example.com"}, **SCRIPT).status_code == 200
    assert Subscriber.objects.filter(account_id=alice.pk).count() == 1
    assert Membership.objects.filter(account_id=alice.pk).count() == 1
    assert mails(alice.pk) == 1


def test_consent_keeps_the_words_the_place_and_the_time(browser, alice, form):
    forms.save(
        account_id=alice.pk, form_id=form.id, changes={"heading": "A slow letter", "note": "One click to go."}
    )
    post(browser, form, {"email_address": "a@example.com"}, HTTP_REFERER="https://alice.example/desk")
    consent = Consent.objects.get(account_id=alice.pk)
    assert consent.wording == "A slow letter\n[Subscribe]\nOne click to go."
    assert (consent.page, consent.ip, consent.confirmed_at) == (
        "https://alice.example/desk",
        "127.0.0.1",
        None,
    )


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.com", "a@@example.com", "x" * 300 + "@example.com"]
)
def test_a_malformed_address_says_what_to_do_and_keeps_what_was_typed(browser, alice, form, email):
    told = post(browser, form, {"email_address": email}, **SCRIPT)
    assert told.status_code == 422
    assert told.json()["status"] == "failed"
    assert told.json()["errors"]["messages"]
    page = post(browser, form, {"email_address": email, "fields[first_name]": "Ines <b>"})
    assert page.status_code == 422
    assert b"Ines &lt;b&gt;" in page.content
    assert Subscriber.objects.count() == 0


def test_a_robot_hears_what_everybody_hears(browser, alice, form):
    answer = post(
        browser, form, {"email_address": "a@example.com", "postroom_website": "http://spam"}, **SCRIPT
    )
    assert answer.json()["status"] == "success"
    assert Subscriber.objects.count() == mails(alice.pk) == 0


@pytest.mark.parametrize("body", ["{", "[1]", '{"a": ', "{" + "x" * 70_000])
def test_a_broken_body_is_a_400(browser, form, body):
    assert post(browser, form, body, content_type="application/json").status_code == 400


def test_an_upload_is_no_sign_up(browser, form):
    data = {"email_address": SimpleUploadedFile("a.txt", b"x")}
    assert post(browser, form, data, **SCRIPT).status_code == 422


def test_required_fields_are_required(browser, alice, form):
    fields = [{"key": "first_name", "label": "Your name", "required": True}]
    forms.save(account_id=alice.pk, form_id=form.id, changes={"fields": fields})
    answer = post(browser, form, {"email_address": "a@example.com"}, **SCRIPT)
    assert answer.status_code == 422
    assert "Your name" in answer.json()["errors"]["messages"][0]


def test_fields_and_tags_are_the_accounts_own(browser, alice, bob, form):
    city = subscribers.create_field(account_id=alice.pk, label="City")
    mine = subscribers.create_tag(account_id=alice.pk, name="Mine")
    theirs = subscribers.create_tag(account_id=bob.pk, name="Theirs")
    data = {"email_address": "a@example.com", "fields[city]": "Porto", "fields[shoe]": "43"}
    data["tags[]"] = [str(mine["id"]), str(theirs["id"]), "nonsense"]
    assert post(browser, form, data, **SCRIPT).status_code == 200
    assert Subscriber.objects.get(account_id=alice.pk).fields == {str(city.id): "Porto"}
    tags = Membership.objects.filter(tag_id__isnull=False).values_list("tag_id", flat=True)
    assert list(tags) == [mine["id"]]
    assert Subscriber.objects.filter(account_id=bob.pk).count() == 0


def test_thirty_posts_a_minute_and_no_more(browser, form):
    codes = [
        post(browser, form, {"email_address": f"p{n}@example.com"}, **SCRIPT).status_code for n in range(32)
    ]
    assert codes[:30] == [200] * 30
    assert set(codes[30:]) == {429}
    answer = post(browser, form, {"email_address": "z@example.com"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_three_confirmations_a_day_to_a_mailbox_over_all_accounts(browser, alice, bob, form):
    others = [forms.create(account_id=bob.pk, name=f"Form {n}") for n in range(4)]
    for each in (form, *others):
        assert post(browser, each, {"email_address": "Victim@example.com"}, **SCRIPT).status_code == 200
    assert mails(alice.pk) + mails(bob.pk) == 3


@pytest.mark.parametrize("auto_confirm", [True, False])
def test_somebody_who_left_comes_back_by_the_forms_setting(browser, alice, form, auto_confirm):
    forms.save(account_id=alice.pk, form_id=form.id, changes={"auto_confirm": auto_confirm})
    post(browser, form, {"email_address": "a@example.com"})
    sql.execute("UPDATE subscriber SET state = 'cancelled'")
    sql.execute("UPDATE delivery SET at = now() - interval '1 hour'")
    post(browser, form, {"email_address": "a@example.com"})
    assert Subscriber.objects.get().state == ("active" if auto_confirm else "inactive")
    assert mails(alice.pk) == 2


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_who_bounced_or_complained_stays_so_and_gets_no_mail(browser, alice, form, state):
    post(browser, form, {"email_address": "a@example.com"})
    sql.execute("UPDATE subscriber SET state = %s", [state])
    sql.execute("UPDATE delivery SET at = now() - interval '1 hour'")
    assert post(browser, form, {"email_address": "a@example.com"}, **SCRIPT).json()["status"] == "success"
    assert Subscriber.objects.get().state == state
    assert mails(alice.pk) == 1


def test_without_an_incentive_mail_people_are_active_at_once(browser, alice, form):
    forms.save(account_id=alice.pk, form_id=form.id, changes={"incentive_enabled": False})
    post(browser, form, {"email_address": "a@example.com"})
    assert Subscriber.objects.get().state == "active"
    assert mails(alice.pk) == 0


def test_the_mail_follows_the_accounts_sender(browser, alice, form):
    alice.from_email = "new@letters.example"
    alice.save()
    post(browser, form, {"email_address": "a@example.com"})
    form.refresh_from_db()
    row = sql.row("SELECT from_email FROM content_version WHERE id = %s", [form.confirmation_version_id])
    assert row == {"from_email": "new@letters.example"}


def test_the_success_page_tells_nothing_it_was_told(browser, form):
    page = browser.get(f"/forms/success?form_id={form.id}&email=secret@example.com&first_name=<b>x").content
    assert b"secret@example.com" not in page
    assert b"<b>x" not in page
    assert Form.objects.count() == 1


def test_a_forms_own_looks_reach_page_and_embed_and_the_policy_lets_them_through(browser, alice, form):
    picture = media.store(account_id=alice.pk, name="desk.png", data=png())
    looks = {"accent": "#7a1f5c", "background": "#fff4e0", "radius": 4, "picture_id": picture.pk}
    forms.save(account_id=alice.pk, form_id=form.id, changes={"style": {**looks, "picture_alt": 'A "desk"'}})
    answer = browser.get(f"/{form.uid}")
    body = answer.content.decode()
    own = re.findall(r"(?s)<style>(.*?)</style>", body)[1]
    assert "background:#7a1f5c" in own
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer["Content-Security-Policy"]
    assert 'alt="A &quot;desk&quot;"' in body
    address = re.search(r'<img src="([^"]+)"', body).group(1)
    assert (load().media_dir / urlsplit(address).path.removeprefix("/media/")).is_file()
    assert "img-src 'self' " + address.split("/media/")[0] in answer["Content-Security-Policy"]
    script = browser.get(f"/{form.uid}/index.js").content.decode()
    assert "#7a1f5c" in script
    assert picture.sha256 in script


def test_a_picture_must_be_the_accounts_own(alice, bob, form):
    theirs = media.store(account_id=bob.pk, name="bob.png", data=png())
    with pytest.raises(FormInvalid):
        forms.save(account_id=alice.pk, form_id=form.id, changes={"style": {"picture_id": theirs.pk}})


def test_pages_that_carry_the_form_are_listed_without_their_query(browser, alice, form):
    carriers = [
        "https://alice.example/essays/desk?reader=ines@example.com#top",
        "https://alice.example/essays/desk/",
        "javascript:alert(1)",
        "https://[broken",
        f"{load().public_url}/app/forms/1",
        "",
    ]
    for carrier in carriers:
        browser.get(f"/{form.uid}/index.js", **({"HTTP_REFERER": carrier} if carrier else {}))
    forms.count_visits()
    found = [(seen.page, seen.visits) for seen in queries.pages_of(alice.pk, form.id)]
    assert found == [("alice.example/essays/desk", 2)]
    for number in range(60):
        forms.note_visit(account_id=alice.pk, form_id=form.id, page=f"https://made-up.example/{number}")
    forms.note_visit(account_id=alice.pk, form_id=form.id, page=carriers[0])
    forms.count_visits()
    found = {seen.page: seen.visits for seen in queries.pages_of(alice.pk, form.id)}
    assert len(found) == 50
    assert found["alice.example/essays/desk"] == 3


def png():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#2f6f4f").save(out, "PNG")
    return out.getvalue()
