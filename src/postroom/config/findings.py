"""What the doctor's checks answer with."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `bad` must be mended, `note` is worth knowing."""

    level: Level
    area: str
    text: str
