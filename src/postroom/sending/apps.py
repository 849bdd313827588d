from django.apps import AppConfig


class SendingConfig(AppConfig):
    name = "postroom.sending"
    label = "sending"
    default_auto_field = "django.db.models.BigAutoField"
