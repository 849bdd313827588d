from django.apps import AppConfig


class SequencesConfig(AppConfig):
    name = "postroom.sequences"
    label = "sequences"
    default_auto_field = "django.db.models.BigAutoField"
