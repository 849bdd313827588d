"""What goes wrong with settings."""


class SettingsError(Exception):
    """A setting is wrong; the text is one sentence per fault and says what to do."""
