"""The second look at clicks, when it is known what else came with them."""

from __future__ import annotations

from django.db import transaction

from postroom.lib import sql
from postroom.tracking import rules

BATCH = 2_000


@transaction.atomic
def settle_clicks(*, limit: int = BATCH) -> int:
    """Judges clicks that are ten seconds old for good. Returns how many.

    Those of machines move over in every count; those of people become `link_clicked` facts."""
    ripe = sql.rows(
        sql.load("tracking", "list_unsettled"),
        {
            "after_s": rules.SETTLE_AFTER_S,
            "limit": limit,
            "burst_s": rules.BURST_S,
        },
    )
    if not ripe:
        return 0
    people = []
    for click in ripe:
        others = list(zip(click["other_at"], click["other_link"], click["other_kind"], strict=True))
        people.append(rules.judge_click(click["at"], others, click["link_no"]) == rules.PERSON)
    wrong = [click for click, is_person in zip(ripe, people, strict=True) if not is_person]
    if wrong:
        sql.execute(
            sql.load("tracking", "move_to_machines"),
            {
                "spools": [click["spool"] for click in wrong],
                "offsets": [click["spool_offset"] for click in wrong],
                "days": [click["day"] for click in wrong],
                "burst_s": rules.BURST_S,
            },
        )
    sql.execute(
        sql.load("tracking", "settle_clicks"),
        {
            "accounts": [click["account_id"] for click in ripe],
            "spools": [click["spool"] for click in ripe],
            "offsets": [click["spool_offset"] for click in ripe],
            "people": people,
        },
    )
    return len(ripe)
