"""What templates here need: addresses of files, and form fields without a library's filler words."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from postroom.doors.entry.files import versioned

register = template.Library()
register.simple_tag(versioned, name="entry_file")


@register.filter
def bare(field: BoundField) -> SafeString:
    """A field's input without a placeholder: the label says it already, and stays when one types."""
    shown = field.field.widget.attrs
    shown.pop("placeholder", None)
    return field.as_widget()


@register.filter
def helped(field: BoundField) -> str:
    """What helps with a field, in our words where a library would list its rules."""
    if field.name == "oldpassword":
        return format_html('<a href="{}">Forgot it?</a>', reverse("account_reset_password"))
    if field.name in ("password1", "new_password1"):
        return "Ten characters or more, and not one that everybody uses."
    return strip_tags(field.help_text)
