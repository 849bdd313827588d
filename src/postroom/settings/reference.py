"""Writes `docs/settings.md` from the schema: `make docs`."""

import sys
import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from postroom.settings.load import env_name
from postroom.settings.schema import Settings

HEAD = """# Settings

Set these in the environment or, by the name in brackets, in a TOML file: the one that `POSTROOM_CONFIG`
names, else `postroom.toml` in the data directory. The environment wins. A wrong value stops the start with a
sentence that says what to do. Sizes take units (`500MB`, `2GB`). This page is generated: `make docs`.

| setting | kind | default | what it does |
|---|---|---|---|
"""
KINDS = {int: "number", str: "text", bool: "yes or no"}
# Fields whose default depends on the machine or on other settings.
DERIVED = {
    "data": "`~/.local/share/postroom`",
    "edge_bind": "next free port",
    "public_url": "from the bind address",
    "edge_url": "see text",
    "pages_url": "the public URL",
    "secret_key": "made on first start",
    "min_free_disk_bytes": "see text",
}


def render() -> str:
    """The page as Markdown."""
    return HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = DERIVED.get(name) or _default(field)
        yield f"| `{env_name(name)}` (`{name}`) | {_kind(name, field)} | {default} | {field.description} |\n"


def _default(field: FieldInfo) -> str:
    value = field.get_default()
    if value is None or value == () or value == "":
        return "not set"
    return f"`{value:,}`" if isinstance(value, int) and value >= 10_000 else f"`{value}`"


def _kind(name: str, field: FieldInfo) -> str:
    if name.endswith("_bytes"):
        return "size"
    if name.endswith("_url") and name != "database_url" and name != "smtp_url":
        return "URL"
    annotation: Any = field.annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        annotation = typing.get_args(annotation)[0]
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) is typing.Literal:
        return " or ".join(f"`{choice}`" for choice in typing.get_args(annotation))
    if typing.get_origin(annotation) is tuple:
        return "list, comma-separated"
    return KINDS.get(annotation, "path" if "Path" in str(annotation) else "text")


if __name__ == "__main__":
    sys.stdout.write(render())
