"""What can be wrong with an import."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Invalid, NotFound, PostroomError


class ImportNotFound(NotFound):
    """No such import in this account."""

    code = "import_not_found"

    def __init__(self) -> None:
        super().__init__("This import does not exist.", help="Look in the list of imports.")


class UnreadableFile(Invalid):
    """The file is no table of text."""

    code = "unreadable_file"


class InvalidMapping(Invalid):
    """The columns do not lead anywhere useful."""

    code = "invalid_mapping"


class WrongState(Conflict):
    """The import has moved on, or has not come so far."""

    code = "wrong_state"


class DiskFull(PostroomError):
    """There is no room for the file."""

    status = 507
    code = "disk_full"
