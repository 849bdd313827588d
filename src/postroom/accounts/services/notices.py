"""What the house has to tell an account: one open notice a cause."""

from __future__ import annotations

from postroom.accounts.models import Notice
from postroom.lib import clock, sql


def notify(
    *,
    account_id: int,
    key: str,
    level: str,
    title: str,
    body: str = "",
    action_label: str = "",
    action_url: str = "",
) -> int:
    """Open the notice `key`, or bring the open one up to date. Answers its id. `level`: info, warn, alarm."""
    row = sql.row(
        sql.load("accounts", "open_notice"),
        {
            "account": account_id,
            "key": key,
            "level": level,
            "title": title[:300],
            "body": body,
            "action_label": action_label,
            "action_url": action_url,
        },
    )
    assert row is not None
    return int(row["id"])


def resolve_notice(*, account_id: int, key: str) -> bool:
    """Close the open notice `key`. Answers whether there was one."""
    open_ones = Notice.objects.filter(account_id=account_id, key=key, resolved_at=None)
    return open_ones.update(resolved_at=clock.now()) > 0
