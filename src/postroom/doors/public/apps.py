from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "postroom.doors.public"
    label = "door_public"
