"""An account and a quick way to import text into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from postroom.imports.models import Import

Upload = Callable[..., "Import"]


@pytest.fixture
def alice(db: None) -> int:
    from postroom.accounts import services as accounts

    return accounts.create_account(name="Alice")[0].id


@pytest.fixture
def upload(alice: int) -> Upload:
    """Takes bytes or text in; answers the import."""

    def take(content: bytes | str, account: int | None = None) -> Import:
        from postroom.imports import services

        data = content.encode() if isinstance(content, str) else content
        return services.create(account_id=account or alice, file_name="people.csv", blocks=[data])

    return take


@pytest.fixture
def load_csv(alice: int, upload: Upload) -> Callable[..., Import]:
    """Imports text to its end, with `policy` on every column; answers the ended import."""

    def run(content: bytes | str, policy: str = "fill", **plan: Any) -> Import:
        from postroom.imports import queries, services

        made = upload(content)
        mapping = plan.pop("mapping", [{**entry, "policy": policy} for entry in made.mapping])
        services.map_columns(account_id=alice, import_id=made.pk, mapping=mapping, **plan)
        services.start(account_id=alice, import_id=made.pk)
        services.run(account_id=alice, import_id=made.pk)
        return queries.get(alice, made.pk)

    return run
