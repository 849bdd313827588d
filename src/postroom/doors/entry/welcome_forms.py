"""What the first run asks."""

from __future__ import annotations

import os
from typing import Any
from zoneinfo import available_timezones

from django import forms


class YouForm(forms.Form):
    """Who runs the installation."""

    setup_code = forms.CharField(
        label="Set-up code",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="It stands on the console where Postroom was started. “postroom setup-code”, run on the"
        " server, prints a new one.",
    )
    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(label="Email", widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="Ten characters or more; a sentence is fine.",
        strip=False,
    )

    def __init__(self, *args: Any, asks_code: bool, **kwargs: Any) -> None:
        """`asks_code`: whether strangers could come first, so that the console's code is demanded."""
        super().__init__(*args, **kwargs)
        if not asks_code:
            del self.fields["setup_code"]


class LetterForm(forms.Form):
    """The first account."""

    name = forms.CharField(
        label="Name of your letter or business",
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization", "placeholder": "Slow Mornings"}),
    )
    postal_address = forms.CharField(
        label="Postal address",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
        help_text="It stands below every email. You can leave it out until you send.",
    )
    time_zone = forms.ChoiceField(label="Time zone", help_text="Your days and your schedule follow it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(zone, zone.replace("_", " ")) for zone in zones]
        if not self.initial.get("time_zone"):
            self.initial["time_zone"] = machine_zone()


def machine_zone() -> str:
    """The machine's own time zone, UTC when it does not say."""
    try:
        found = os.readlink("/etc/localtime").partition("zoneinfo/")[2]
    except OSError:
        found = ""
    return found if found in available_timezones() else "UTC"
