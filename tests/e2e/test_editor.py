"""Writing a letter with hands and keys: blocks, styles, pictures, chips, and two windows at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.journey import call
from tests.support.axe import violations
from tests.support.door import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def alice(app: str, settings: Any) -> Any:
    """Her account; she may sign in at `app`."""
    from postroom.accounts import services

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = services.create_user(email="alice@example.com", password=PASSWORD, name="Alice", is_verified=True)
    account, _ = services.create_account(name="Slow Mornings", owner=user, from_email="alice@example.com")
    return account


@pytest.fixture
def draft(app: str, alice: Any, quiet_page: Any) -> Any:
    return new_letter(quiet_page, app)


def new_letter(page: Any, app: str) -> Any:
    """Signs in and opens the editor with an empty letter, the cursor in it."""
    # Pictures are named by the public address, which is the default one here.
    there = "http://localhost:8000/"
    page.route(f"{there}**", lambda route: route.continue_(url=route.request.url.replace(there, f"{app}/")))
    page.goto(f"{app}/accounts/sign-in?next=/app/broadcasts")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/app/broadcasts*")
    page.get_by_role("button", name="New broadcast").click()
    page.wait_for_url("**/edit")
    letter(page).click()
    return page


def letter(page: Any) -> Any:
    return page.get_by_role("textbox", name="The letter")


def number(page: Any) -> str:
    return re.search(r"/broadcasts/(\d+)/", page.url)[1]  # type: ignore[index]


def blocks(page: Any) -> list[dict[str, Any]]:
    """The letter as it is stored."""
    return call(page, f"/broadcasts/{number(page)}")["body"]["doc"]["content"]


def saved(page: Any, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """Waits until what is stored fits."""
    until = time.monotonic() + 10
    while True:
        found = blocks(page)
        try:
            if fits(found):
                return found
        except (KeyError, IndexError):  # what it looks for is not there yet
            pass
        assert time.monotonic() < until, found
        time.sleep(0.2)


def words(block: dict[str, Any]) -> str:
    return "".join(part.get("text", "") for part in block.get("content", []))


def test_selected_words_get_their_style_from_the_bubble(draft: Any) -> None:
    page = draft
    page.keyboard.type("Slow mornings")
    page.keyboard.press("Shift+Home")
    bubble = page.get_by_role("toolbar", name="Style of the selected words")
    bubble.get_by_role("button", name="Bold").click()
    bubble.get_by_role("button", name="Italic").click()
    assert violations(page) == []
    bubble.get_by_role("button", name="Link", exact=True).click()
    page.get_by_role("textbox", name="Address of the link").fill("slowmornings.example")
    page.keyboard.press("Enter")
    (block,) = saved(page, lambda found: len(found[0]["content"][0].get("marks", [])) == 3)
    marks = {mark["type"]: mark.get("attrs", {}) for mark in block["content"][0]["marks"]}
    assert set(marks) == {"bold", "italic", "link"}
    assert marks["link"]["href"] == "https://slowmornings.example"
    bubble.get_by_role("button", name="Bold").click()
    saved(page, lambda found: {m["type"] for m in found[0]["content"][0]["marks"]} == {"italic", "link"})


def test_a_slash_opens_the_blocks(draft: Any) -> None:
    page = draft
    page.keyboard.type("/quo")
    option = page.get_by_role("option", name="Quote")
    option.wait_for()
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.keyboard.type("Nothing broke.")
    (block, *_) = saved(page, lambda found: found[0]["type"] == "blockquote")
    assert words(block["content"][0]) == "Nothing broke."
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("/div")
    page.keyboard.press("Enter")
    saved(page, lambda found: any(block["type"] == "horizontalRule" for block in found))


def test_typing_goes_on_after_an_insert(draft: Any) -> None:
    """Into a button's label and the HTML's source, behind a divider; never in place of the new block."""
    page = draft
    for block, typed in (("Button", "Buy now"), ("Divider", "Below"), ("HTML", "<b>hey</b>")):
        page.get_by_role("button", name=block, exact=True).click()
        page.keyboard.type(typed)
    found = saved(page, lambda found: len(found) >= 4 and "hey</b>" in found[3]["attrs"]["html"])
    assert [each["type"] for each in found[:4]] == ["button", "horizontalRule", "paragraph", "html"]
    assert (found[0]["attrs"]["label"], words(found[2])) == ("Buy now", "Below")
    assert found[3]["attrs"]["html"] == "<b>hey</b>"


def test_a_double_click_makes_one_draft(draft: Any, app: str) -> None:
    page = draft
    page.goto(f"{app}/app/broadcasts")
    page.get_by_role("button", name="New broadcast").dblclick()
    page.wait_for_url("**/edit")
    page.wait_for_timeout(500)
    assert call(page, "/broadcasts?tab=drafts")["total"] == 2


def test_blocks_move_by_keys_and_what_was_done_is_undone(draft: Any) -> None:
    page = draft
    page.keyboard.type("One")
    page.keyboard.press("Enter")
    page.keyboard.type("Two")
    saved(page, lambda found: [words(each) for each in found] == ["One", "Two"])
    page.keyboard.press("Alt+ArrowUp")
    saved(page, lambda found: [words(each) for each in found] == ["Two", "One"])
    page.keyboard.press("Alt+ArrowDown")
    saved(page, lambda found: [words(each) for each in found] == ["One", "Two"])
    page.get_by_role("button", name="Delete this block").click()
    saved(page, lambda found: [words(each) for each in found] == ["One"])
    page.get_by_role("button", name="Undo").click()
    saved(page, lambda found: [words(each) for each in found] == ["One", "Two"])
    page.get_by_role("button", name="Redo").click()
    saved(page, lambda found: [words(each) for each in found] == ["One"])


def test_a_chip_stands_for_a_word_of_the_person(draft: Any) -> None:
    page = draft
    page.keyboard.type("Hi ")
    page.get_by_role("button", name="First name").click()
    letter(page).get_by_text("First name or “there”").click()
    page.get_by_label("Or, when it is empty").fill("friend")
    letter(page).get_by_text("First name or “friend”").wait_for()
    (block,) = saved(page, lambda found: found[0]["content"][-1].get("attrs", {}).get("fallback") == "friend")
    assert block["content"][1]["attrs"]["name"] == "first_name"
    page.get_by_role("radio", name="Desktop preview").click()
    page.frame_locator("iframe").get_by_text("Hi Sam").wait_for()


def test_a_picture_is_uploaded_and_described(draft: Any, tmp_path: Any) -> None:
    from PIL import Image

    page = draft
    Image.new("RGB", (320, 200), "#1f6f54").save(tmp_path / "hill.png")
    page.get_by_role("button", name="Image", exact=True).click()
    page.set_input_files("input[type=file]", tmp_path / "hill.png")
    picture = letter(page).locator("img")
    picture.wait_for()
    page.wait_for_function("document.querySelector('.letter img').naturalWidth === 320")
    page.get_by_label("Description").fill("A green hill")
    found = saved(page, lambda found: any(b.get("attrs", {}).get("alt") == "A green hill" for b in found))
    (block,) = [each for each in found if each["type"] == "image"]
    assert "/media/" in block["attrs"]["src"]
    page.mouse.move(5, 5)
    page.get_by_role("tooltip").wait_for(state="hidden")
    assert violations(page) == []


def test_a_picture_that_is_none_is_refused_with_a_sentence(
    alice: Any, app: str, page: Any, tmp_path: Any
) -> None:
    (tmp_path / "fake.png").write_text("not a picture")
    new_letter(page, app)
    page.get_by_role("button", name="Image", exact=True).click()
    page.set_input_files("input[type=file]", tmp_path / "fake.png")
    page.get_by_role("alertdialog").get_by_text("picture").or_(
        page.get_by_text("is no image")
    ).first.wait_for()
    assert letter(page).locator("img[src*='/media/']").count() == 0


def test_two_windows_on_one_letter_lose_nothing(alice: Any, app: str, page: Any) -> None:
    new_letter(page, app)
    page.keyboard.type("Mine")
    saved(page, lambda found: words(found[0]) == "Mine")
    other = page.context.new_page()
    other.goto(page.url)
    letter(other).get_by_text("Mine").click()
    other.keyboard.press("End")
    other.keyboard.type(" and theirs")
    saved(other, lambda found: words(found[0]) == "Mine and theirs")
    letter(page).click()
    page.keyboard.press("End")
    page.keyboard.type(" alone")
    question = page.get_by_role("dialog", name="This letter was changed somewhere else")
    question.wait_for()
    assert violations(page) == []
    # Closing it decides nothing: neither side is written over, and the next change asks again.
    page.keyboard.press("Escape")
    question.wait_for(state="hidden")
    assert words(blocks(page)[0]) == "Mine and theirs"
    letter(page).get_by_text("Mine alone").click()
    page.keyboard.press("End")
    page.keyboard.type(".")
    question.wait_for()
    first = number(page)
    question.get_by_role("button", name="Keep mine as a copy").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.wait_for_url(lambda url: "/edit" in url and f"/{first}/" not in url)
    letter(page).get_by_text("Mine alone.").wait_for()
    assert words(call(page, f"/broadcasts/{first}")["body"]["doc"]["content"][0]) == "Mine and theirs"
