"""The witness of tenancy: what a call reads or changes of an account other than the caller's.

`tenancy.sql` puts a policy on every table of a tenant, in the database of the door tests. This file tells the
database who calls: where each door has found its account, until the request ends; and around each call of a
room's service or query that names an account. What the policies then see of others comes back as notices,
with the statement and the line of Postroom that sent it, and fails the test.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import postroom

STATE = "TN001"  # the notices' SQLSTATE
SOURCE = str(Path(postroom.__file__).parent)
# Who looks at more than one account, and why that is no leak. They run as nobody.
ACROSS = {
    ("accounts.queries", "memberships"): "a user's own places, in whichever account",
    ("accounts.services.tenants", "create_account"): "whoever runs the installation makes accounts",
    ("doors.native.inbox", "_accounts"): "whoever runs the installation reads its own account's mail too",
    ("sending.backend", "_plan"): "mail to users belongs to the installation's own account",
}


@dataclass(frozen=True)
class Foreign:
    """A row of another account, met by a statement of a caller."""

    caller: int
    table: str
    account: str
    statement: str
    line: str

    def __str__(self) -> str:
        text = " ".join(self.statement.split())
        return f"{self.line}: as account {self.caller}, {self.table} of account {self.account}: {text[:600]}"


class Witness:
    """One for the test run; silent until `is_on`."""

    def __init__(self) -> None:
        self.is_on = False
        self.seen: list[Foreign] = []
        self._caller: ContextVar[int] = ContextVar("caller", default=0)
        self._in_request: ContextVar[bool] = ContextVar("in_request", default=False)
        self._also: ContextVar[tuple[int, ...]] = ContextVar("also", default=())
        self.routes: set[str] = set()  # those that were called and found an account
        self._is_hooked = False

    def take(self) -> list[Foreign]:
        """What was seen since the last time, each once."""
        seen, self.seen = list(dict.fromkeys(self.seen)), []
        return seen

    @contextlib.contextmanager
    def calling(self, account_id: int) -> Iterator[None]:
        """Statements of this block are the account's; 0: nobody's, everything may be seen."""
        before = self._caller.get()
        self._tell(account_id)
        try:
            yield
        finally:
            self._tell(before)

    def found(self, account_id: int, *also: int) -> None:
        """A door has found its account, and others that the caller may read, for the rest of the request."""
        if self.is_on and self._in_request.get():
            self._also.set(also)
            self._tell(account_id)

    def _tell(self, account_id: int) -> None:
        from django.db import connection
        from psycopg import OperationalError
        from psycopg.errors import InFailedSqlTransaction

        if self._caller.get() == account_id:
            return
        self._caller.set(account_id)
        # Past Django's cursor: tests count statements. A transaction that has failed forgets the setting.
        with contextlib.suppress(InFailedSqlTransaction, OperationalError):
            connection.ensure_connection()
            connection.connection.execute(f"SET tenancy.caller = {account_id:d}")

    def hook(self) -> None:
        """Find the places where Postroom learns or names an account. Once a run; later calls do nothing."""
        if self._is_hooked:
            return
        from django.core.handlers.base import BaseHandler
        from django.db.backends.signals import connection_created

        _load_everything()
        self._is_hooked = True
        connection_created.connect(self._listen, weak=False)
        BaseHandler.get_response = self._request(BaseHandler.get_response)  # type: ignore[method-assign]
        for room, name in ACROSS:
            _replace(getattr(sys.modules[f"postroom.{room}"], name), self._as_nobody)
        for function, account_of in _doors():
            _replace(function, lambda original, of=account_of: self._finding(original, of))
        for function in _named_by_account():
            _replace(function, self._naming)

    def _listen(self, *, connection: Any, **_: Any) -> None:
        raw = connection.connection  # from a pool: it may have been here before
        with contextlib.suppress(ValueError):
            raw.remove_notice_handler(self._note)
        raw.add_notice_handler(self._note)

    def _note(self, notice: Any) -> None:
        if notice.sqlstate == STATE and self.is_on:
            table, account = notice.message_primary.split()
            if account not in map(str, self._also.get()):
                detail = notice.message_detail or ""
                self.seen.append(Foreign(self._caller.get(), table, account, detail, _line()))

    def _request(self, respond: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(respond)
        def watched(handler: Any, request: Any) -> Any:
            if not self.is_on:
                return respond(handler, request)
            before, also, token = self._caller.get(), self._also.get(), self._in_request.set(True)
            try:
                answer = respond(handler, request)
                if answer.streaming and not hasattr(answer, "file_to_stream"):
                    answer.streaming_content = list(answer.streaming_content)  # while the caller is known
                if self._caller.get() != before and request.resolver_match:
                    self.routes.add(request.resolver_match.route)
                return answer
            finally:
                self._in_request.reset(token)
                self._also.set(also)
                self._tell(before)

        return watched

    def _finding(self, original: Callable[..., Any], account_of: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            if answer is not None:
                self.found(*account_of(answer))
            return answer

        return watched

    def _naming(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A service that is called outside a call is a call of the account that it names."""
        place = list(inspect.signature(original).parameters).index("account_id")

        @wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            account_id = kwargs.get("account_id", args[place] if len(args) > place else None)
            if not self.is_on or self._caller.get() or not account_id:
                return original(*args, **kwargs)
            with self.calling(int(account_id)):
                return original(*args, **kwargs)

        return watched

    def _as_nobody(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if not self.is_on:
                return original(*args, **kwargs)
            with self.calling(0):
                return original(*args, **kwargs)

        return watched


WITNESS = Witness()


def _doors() -> list[tuple[Callable[..., Any], Callable[..., Any]]]:
    """The functions by which the doors find their account, and where it stands in what they answer."""
    from postroom.accounts.services import team
    from postroom.content import links
    from postroom.doors.api_v3 import auth as v3
    from postroom.doors.entry import welcome
    from postroom.doors.native import auth as native
    from postroom.doors.native import inbox
    from postroom.forms import queries as forms
    from postroom.tracking.services import address

    return [
        (v3.authenticate, lambda caller: [caller.account_id]),
        (native._check_role, lambda caller: [caller.account_id]),
        (forms.by_uid, lambda form: [form.account_id]),
        (forms.account_of, lambda account_id: [account_id]),
        (links.read_confirm, lambda link: [link.account_id]),
        (links.read_preferences, lambda link: [link.account_id]),
        (links.read_unsubscribe, lambda link: [link.message.account_id]),
        (address.read_move, lambda move: [move.account.pk]),
        (team.open_invitation, lambda invitation: [invitation.account_id]),
        (inbox._accounts, lambda account_ids: account_ids),
        (welcome._own_account, lambda account: [account.pk]),
    ]


def _named_by_account() -> Iterator[Callable[..., Any]]:
    """Every public function of a room's services and queries that takes `account_id`."""
    for name, module in sorted(sys.modules.items()):
        room, _, drawer = name.removeprefix("postroom.").partition(".")
        if not name.startswith("postroom.") or drawer.partition(".")[0] not in ("services", "queries"):
            continue
        for word, value in list(vars(module).items()):
            is_own = inspect.isfunction(value) and value.__module__ == name and not word.startswith("_")
            if not is_own or inspect.iscoroutinefunction(value) or inspect.isgeneratorfunction(value):
                continue
            if (
                "account_id" in inspect.signature(value).parameters
                and (f"{room}.{drawer}", word) not in ACROSS
            ):
                yield value


def _load_everything() -> None:
    """Every module of the rooms and doors: a function is replaced where it has been imported to."""
    for package in pkgutil.walk_packages(postroom.__path__, "postroom."):
        if not package.name.startswith(("postroom.config", "postroom.__main__")):
            importlib.import_module(package.name)
    importlib.import_module("postroom.config.urls")


def _replace(original: Callable[..., Any], by: Callable[..., Any]) -> None:
    """Puts `by(original)` wherever a module of Postroom has `original`."""
    wrapped = by(original)
    for name, module in list(sys.modules.items()):
        if name.startswith("postroom"):
            for word, value in list(vars(module).items()):
                if value is original:
                    setattr(module, word, wrapped)


def _line() -> str:
    """The line of Postroom, nearest to the statement, that sent it."""
    for frame in reversed(traceback.extract_stack()):
        if frame.filename.startswith(SOURCE) and not frame.filename.endswith("lib/sql.py"):
            return f"postroom{frame.filename.removeprefix(SOURCE)}:{frame.lineno} {frame.name}"
    return "the test itself"
