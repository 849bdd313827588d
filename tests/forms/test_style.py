"""A form's looks come from tables: nothing else gets in, and text stays readable on any colour."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.forms import style
from postroom.forms.errors import FormInvalid

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_what_was_chosen_is_kept_and_blanks_are_left_out():
    given = {
        "accent": " #2F6F4F ",
        "background": "",
        "radius": 0,
        "picture_id": None,
        "picture_alt": " A desk ",
        "picture_place": "top",
    }
    assert style.check_style("style", given) == {
        "accent": "#2f6f4f",
        "radius": 0,
        "picture_alt": "A desk",
        "picture_place": "top",
    }


@pytest.mark.parametrize(
    "bad",
    [
        "red",
        {"accent": "red"},
        {"accent": "#fff"},
        {"accent": "#000000;}body{display:none"},
        {"accent": "url(https://evil.example)"},
        {"background": "</style><script>"},
        {"background": 7},
        {"radius": 25},
        {"radius": -1},
        {"radius": "8px"},
        {"radius": True},
        {"picture_id": "1"},
        {"picture_place": "left"},
        {"picture_alt": "x" * 301},
        {"css": "body{display:none}"},
    ],
)
def test_nothing_else_gets_in(bad):
    with pytest.raises(FormInvalid) as refused:
        style.check_style("style", bad)
    assert refused.value.field == "style"
    assert refused.value.help


@given(COLOURS)
def test_text_on_any_colour_can_be_read(colour):
    assert style.contrast(style.text_on(colour), colour) >= 4.5


def test_contrast_is_that_of_the_standard():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_rule_is_bound_to_the_form():
    whole = {"accent": "#2f6f4f", "background": "#101418", "radius": 24, "picture_id": 3}
    css = style.stylesheet("0123456789", whole)
    selectors = re.findall(r"(?:^|})([^{}]+){", css)
    assert len(selectors) >= 8
    assert all(each.startswith('.formkit-form[data-uid="0123456789"]') for each in selectors)
    assert "color-scheme:dark" in css
    assert style.stylesheet("0123456789", {}) == ""
