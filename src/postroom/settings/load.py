"""Reads the settings once and turns every fault into a sentence that says what to do."""

import difflib
import os
import tomllib
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError as SourceError

from postroom.settings.errors import SettingsError
from postroom.settings.schema import Settings, config_file

_SECRET = {"secret_key", "smtp_url", "database_url", "metrics_token"}
# Read by Postroom, but no settings.
_NO_SETTINGS = {
    "POSTROOM_CONFIG",
    "POSTROOM_SKIP_FRONTEND",
    "POSTROOM_SUPERVISED",
    "POSTROOM_PROCESS",
    "POSTROOM_BACKUP_PASSPHRASE",
}
_KINDS = {
    "int_parsing": "it must be a whole number",
    "int_type": "it must be a whole number",
    "bool_parsing": "it must be true or false",
    "bool_type": "it must be true or false",
    "string_type": "it must be text",
    "path_type": "it must be a path",
    "tuple_type": "it must be a list of networks, separated by commas",
}


@lru_cache(maxsize=1)
def load() -> Settings:
    """The settings of this process, read once. Raises SettingsError."""
    return read()


def read(**given: Any) -> Settings:
    """Settings read afresh, `given` before environment and file. Raises SettingsError."""
    try:
        if os.environ.get("POSTROOM_CONFIG") and not config_file().exists():
            raise SettingsError(
                f"POSTROOM_CONFIG names {config_file()}, which does not exist: correct the path."
            )
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_say(dict(e)) for e in error.errors(include_url=False))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{config_file()} is no valid TOML ({error}): mend that line.") from None
    except (SourceError, OSError) as error:
        raise SettingsError(
            f"{config_file()} cannot be read ({error}): mend the file or its rights."
        ) from None


def env_name(field: str) -> str:
    """The environment variable of a field."""
    return {"database_url": "DATABASE_URL", "min_free_disk_bytes": "POSTROOM_MIN_FREE_DISK"}.get(
        field, f"POSTROOM_{field.upper()}"
    )


def unknown_variables() -> list[str]:
    """Sentences about variables that look like settings and are none; most are typing errors."""
    known = {env_name(name) for name in Settings.model_fields} | {"POSTROOM_MIN_FREE_DISK_BYTES"}
    said = []
    for name in sorted(os.environ):
        if (
            not name.startswith("POSTROOM_")
            or name in known | _NO_SETTINGS
            or name.startswith("POSTROOM_TEST_")
        ):
            continue
        close = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {close[0]}?" if close else "see docs/settings.md for the names."
        said.append(f"{name} is no setting of Postroom: {advice}")
    return said


def _say(fault: dict[str, Any]) -> str:
    field = _field(str(fault["loc"][0])) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return f"{config_file()} has an unknown setting {fault['loc'][0]!r}: remove or rename it."
    shown = "" if field in _SECRET else f" is {fault['input']!r}"
    cause = fault["msg"].removeprefix("Value error, ").rstrip(".")
    if fault["type"] in _KINDS:
        cause = _KINDS[fault["type"]]
    elif fault["type"].startswith("greater_than"):
        cause = f"it must be {fault['ctx'].get('ge', 'larger')} or more"
    elif fault["type"] == "literal_error":
        cause = f"it must be one of {fault['ctx']['expected']}"
    return f"{env_name(field)}{shown or ' is wrong'}: {cause}."


def _field(name: str) -> str:
    for field, info in Settings.model_fields.items():
        alias = info.validation_alias
        if name.lower() == field or (alias is not None and name in getattr(alias, "choices", ())):
            return field
    return name.lower().removeprefix("postroom_")
