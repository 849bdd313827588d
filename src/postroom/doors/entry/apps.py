from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "postroom.doors.entry"
    label = "door_entry"
