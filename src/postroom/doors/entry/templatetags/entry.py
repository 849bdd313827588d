"""`{% entry_file 'entry.css' %}`: the address of a file of this door, which changes when the file does."""

from __future__ import annotations

from django import template

from postroom.doors.entry.files import versioned

register = template.Library()
register.simple_tag(versioned, name="entry_file")
