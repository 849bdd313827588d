"""Person or machine, by tables."""

from datetime import UTC, datetime, timedelta

import pytest

from postroom.tracking import rules

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agent", "verdict"),
    [
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
            "person",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
            "person",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
            "person",
        ),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "person",
        ),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "person"),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", "person"),
        ("Thunderbird/128.0", "person"),
        ("Mozilla/5.0", "machine"),
        (" Mozilla/5.0 ", "machine"),
        ("", "machine"),
        ("curl/8.5.0", "machine"),
        ("python-requests/2.32", "machine"),
        ("Go-http-client/2.0", "machine"),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "machine"),
        ("Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/142.0 Safari/537.36", "machine"),
        ("BarracudaCentral/1.0", "machine"),
        ("Mozilla/5.0 (compatible; Proofpoint URL Defense)", "machine"),
    ],
)
def test_what_the_user_agent_says(agent, verdict):
    assert rules.judge_agent(agent) == verdict


def others(*hits):
    return [(NOON + timedelta(seconds=after), number, kind) for after, number, kind in hits]


@pytest.mark.parametrize(
    ("hits", "verdict"),
    [
        ([], "person"),
        ([(0.2, 1, "click")], "person"),  # a double click
        ([(5, 2, "click")], "person"),  # reading on
        ([(-30, 2, "click"), (40, 3, "click")], "person"),
        ([(0.5, 2, "click")], "machine"),  # two links within a second
        ([(3, 2, "click"), (6, 3, "click")], "machine"),  # three within ten
        ([(-4, 1, "probe")], "machine"),  # a HEAD first
        ([(-60, 1, "probe"), (-60, 2, "probe")], "person"),  # a scanned company; its reader comes later
        ([(-60 + n / 10, n, "click") for n in range(2, 9)], "person"),
    ],
)
def test_a_click_in_the_light_of_the_others(hits, verdict):
    assert rules.judge_click(NOON, others(*hits), 1) == verdict
