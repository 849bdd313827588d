"""The installation's settings: one schema, read once from the environment and a TOML file."""

from postroom.settings.errors import SettingsError
from postroom.settings.load import load
from postroom.settings.schema import Settings

__all__ = ["Settings", "SettingsError", "load"]
