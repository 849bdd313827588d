"""Screens under the hand: a session that ends, keys, fingers on a phone, a form's looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.axe import violations
from tests.support.door import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What a finger cannot hit: below 44 px, unless a label, a field's box or an unseen edge reaches that far.
TOO_SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea')].filter((one) => {
  const box = one.getBoundingClientRect();
  if (box.width <= 2 || box.height <= 2 || box.height >= 43.5) return false;
  const reaches = (each) => {
    const edge = getComputedStyle(each, '::after');
    return each.getBoundingClientRect().height >= 43.5
      || (edge.content !== 'none' && edge.position === 'absolute' && parseFloat(edge.height) >= 43.5);
  };
  const around = [one, one.closest('label'), one.closest('.field-box')].filter(Boolean);
  // Links in running text are as high as their line (WCAG 2.2, 2.5.8), and what nobody sees nobody presses.
  return !around.some(reaches) && !one.closest('p') && !one.closest('.sr-only')
    && getComputedStyle(one).visibility !== 'hidden';
}).map((one) => `${one.innerText || one.ariaLabel || one.name}: ${one.getBoundingClientRect().height}`)"""


@pytest.fixture
def alice(app: str, page: Any) -> dict[str, Any]:
    """Alice, signed in, with a form and a person under it."""
    from postroom.accounts import services as accounts
    from postroom.forms import services as forms
    from postroom.subscribers import services as people

    user = accounts.create_user(email="alice@example.com", password=PASSWORD, name="Alice", is_verified=True)
    account, _ = accounts.create_account(name="Slow Mornings", owner=user, from_email="alice@example.com")
    form = forms.create(account_id=account.pk, name="Weekly letter", changes={"heading": "A slow letter"})
    joined = forms.subscribe(account_id=account.pk, form_id=form.pk, email="ines@example.com")
    tag = people.create_tag(account_id=account.pk, name="Newsletter")
    people.create_field(account_id=account.pk, label="City")
    sign_in(page, f"{app}/accounts/sign-in")
    return {"account": account.pk, "form": form, "person": joined["subscriber_id"], "tag": tag["id"]}


def sign_in(page: Any, url: str) -> None:
    page.goto(url)
    fill_in(page)
    page.wait_for_url("**/app/**")


def fill_in(page: Any) -> None:
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def until(page: Any, is_so: Callable[[], bool]) -> None:
    """Waits up to ten seconds for what a save brings about."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("it was not saved")


def test_a_session_that_ends_keeps_what_was_typed(app: str, page: Any, alice: dict[str, Any]) -> None:
    from postroom.forms.models import Form

    page.goto(f"{app}/app/forms/{alice['form'].pk}")
    name = page.get_by_role("textbox", name="Name")
    name.wait_for()
    page.context.clear_cookies()
    name.fill("A name typed too late")
    dialog = page.get_by_role("dialog", name="You have been signed out")
    dialog.wait_for()
    assert Form.objects.get(id=alice["form"].pk).name == "Weekly letter"
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in").click()
    fill_in(opened.value)
    opened.value.wait_for_url("**/app/signed-in")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    dialog.wait_for(state="detached")
    assert name.input_value() == "A name typed too late"
    page.get_by_text("Saved just now").wait_for()
    until(page, lambda: Form.objects.get(id=alice["form"].pk).name == "A name typed too late")


def test_an_address_that_names_nothing_leads_to_the_list(app: str, page: Any, alice: dict[str, Any]) -> None:
    for where in ("subscribers/abc", "subscribers/999999", "forms/abc", "broadcasts/999999"):
        page.goto(f"{app}/app/{where}")
        page.get_by_role("heading", name="There is nothing at this address").wait_for()
        page.get_by_role("link", name="Go to the list").click()
        page.wait_for_url(f"**/app/{where.split('/')[0]}*")
    for number in ("-1", "9999", "x"):
        page.goto(f"{app}/app/subscribers?page={number}")
        page.get_by_text("1–1 of 1").wait_for()


def test_a_name_of_many_wide_letters_leaves_room_for_the_rest(
    app: str, page: Any, alice: dict[str, Any]
) -> None:
    from postroom.subscribers.models import Subscriber

    Subscriber.objects.filter(id=alice["person"]).update(first_name="W" * 255)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app}/app/subscribers/{alice['person']}")
    heading = page.get_by_role("heading", level=1)
    heading.wait_for()
    assert heading.bounding_box()["height"] < 90


def test_a_deleted_tag_comes_back_by_undo(app: str, page: Any, alice: dict[str, Any]) -> None:
    page.goto(f"{app}/app/tags")
    page.get_by_role("button", name="Actions for Newsletter").click()
    page.get_by_role("menuitem", name="Delete…").click()
    page.get_by_role("button", name="Delete the tag").click()
    page.get_by_text("The tag Newsletter is deleted.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Newsletter").wait_for()


def test_a_file_without_addresses_says_so_on_its_button(app: str, page: Any, alice: dict[str, Any]) -> None:
    page.goto(f"{app}/app/subscribers/import")
    file = {"name": "names.csv", "mimeType": "text/csv", "buffer": b"name\nAda\n"}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Nothing to import yet").wait_for()
    page.get_by_text("1 of 1 column is used").wait_for()
    assert "UTF-8" in page.get_by_role("main").inner_text()


def test_a_half_typed_email_of_a_form_says_what_people_get(
    app: str, quiet_page: Any, alice: dict[str, Any]
) -> None:
    page = quiet_page
    page.goto(f"{app}/app/forms/{alice['form'].pk}?tab=email")
    subject = page.get_by_role("textbox", name="Subject")
    subject.fill("For {{ subscriber.first_name")
    warning = page.get_by_text("People still get the email as it was before.")
    warning.wait_for()
    subject.fill("For {{ subscriber.first_name }}")
    warning.wait_for(state="detached")


def test_keys_open_the_list_the_search_and_other_screens(
    app: str, quiet_page: Any, alice: dict[str, Any]
) -> None:
    page = quiet_page
    page.goto(f"{app}/app/forms")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    keys.wait_for(state="detached")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/app/tags")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Search").wait_for()
    page.keyboard.type("ines")
    page.get_by_role("option", name="ines@example.com").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/app/subscribers/{alice['person']}")
    page.keyboard.press("?")
    page.get_by_text("Single keys", exact=True).click()
    page.keyboard.press("Escape")
    keys.wait_for(state="detached")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert keys.count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_finger_hits_everything_on_a_phone(
    app: str, browser: Any, page: Any, alice: dict[str, Any], scheme: str
) -> None:
    form, person = f"/app/forms/{alice['form'].pk}", f"/app/subscribers/{alice['person']}"
    paths = [
        "/app/", "/app/subscribers", person, "/app/subscribers/import", "/app/tags", "/app/tags?tab=fields",
        "/app/forms", form, f"{form}?tab=style", f"{form}?tab=block&block=email", f"{form}?tab=email",
        f"{form}?pane=preview", "/app/settings", "/app/settings/sending", "/app/settings/keys",
        "/app/settings/team", "/app/settings/security", "/app/nowhere", "/app/signed-in",
        "/accounts/security", "/accounts/security/password",
    ]  # fmt: skip
    context = browser.new_context(
        storage_state=page.context.storage_state(),
        color_scheme=scheme,
        viewport={"width": 390, "height": 844},
    )
    phone = context.new_page()
    for path in paths:
        phone.goto(app + path)
        phone.get_by_role("heading", level=1).first.wait_for()
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate(TOO_SMALL) == [], path
        assert phone.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), path
        assert violations(phone) == [], path
    context.close()


def test_a_forms_looks_are_chosen_on_the_stage_and_seen_on_its_page(
    app: str, quiet_page: Any, alice: dict[str, Any]
) -> None:
    from postroom.forms.models import Form

    page, chosen = quiet_page, {"accent": "#7a1f5c", "background": "#fff6e6"}
    page.goto(f"{app}/app/forms/{alice['form'].pk}")
    page.get_by_role("button", name="Edit the heading").click()
    page.get_by_role("textbox", name="Heading").fill("A slower letter")
    page.get_by_text("Style", exact=True).click()
    page.get_by_role("button", name="Plum").click()
    page.get_by_role("button", name="Cream").click()
    until(page, lambda: Form.objects.get(id=alice["form"].pk).style == chosen)
    page.goto(f"{app}/{alice['form'].uid}")
    assert page.get_by_role("heading", name="A slower letter").is_visible()
    colour = "one => getComputedStyle(one).backgroundColor"
    assert page.locator("button").evaluate(colour) == "rgb(122, 31, 92)"
    assert page.locator("form").evaluate(colour) == "rgb(255, 246, 230)"
    assert violations(page) == []
