"""Who a broadcast goes to."""

from __future__ import annotations

from typing import Any

from postroom.lib import sql

Condition = tuple[str, list[Any]]
"""What a higher room demands of the person `s` besides, with its parameters: `("s.id > %s", [7])`."""


def audience_sql(
    account_id: int, audience: dict[str, Any], *, more: Condition | None = None
) -> tuple[str, list[Any]]:
    """A statement that selects the ids of active people: those with any included tag (none named: everybody),
    less those with any excluded tag, who fit `more`.

    `audience`: {"include": {"tags": [ids]}, "exclude": {"tags": [ids]}}; what else it says is for others."""
    include, exclude = _tags(audience, "include"), _tags(audience, "exclude")
    statement = "SELECT s.id FROM subscriber s WHERE s.account_id = %s AND s.state = 'active'"
    parameters: list[Any] = [account_id]
    for negated, tags in (("", include), ("NOT ", exclude)):
        if tags:
            statement += (
                f" AND {negated}EXISTS (SELECT FROM membership m WHERE m.account_id = s.account_id"
                " AND m.subscriber_id = s.id AND m.tag_id = ANY(%s))"
            )
            parameters.append(tags)
    if more is not None:
        statement += f" AND {more[0]}"
        parameters += more[1]
    return statement, parameters


def count_audience(account_id: int, audience: dict[str, Any], *, more: Condition | None = None) -> int:
    """How many people the audience has now."""
    statement, parameters = audience_sql(account_id, audience, more=more)
    found = sql.row(f"SELECT count(*) AS n FROM ({statement}) a", parameters)
    return int(found["n"]) if found else 0


def sample_audience(
    account_id: int, audience: dict[str, Any], *, more: Condition | None = None, limit: int = 10
) -> list[dict[str, Any]]:
    """A few people of the audience: id, email, first_name; the newest first."""
    statement, parameters = audience_sql(account_id, audience, more=more)
    return sql.rows(
        "SELECT p.id, p.email, p.first_name FROM subscriber p"
        f" WHERE p.account_id = %s AND p.id IN ({statement}) ORDER BY p.id DESC LIMIT %s",
        [account_id, *parameters, limit],
    )


def _tags(audience: dict[str, Any], side: str) -> list[int]:
    part = audience.get(side) or {}
    return sorted({int(tag) for tag in part.get("tags") or []})
