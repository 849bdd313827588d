"""kill -9 of everything, 50 times, under sign-ups, clicks and a letter: what was acknowledged is there."""

from tests.support import crash

from bench.common import figure, save

KILLS, PEOPLE = 50, 20_000


def main() -> None:
    outcome = crash.run(kills=KILLS, people=PEOPLE, seed=7)
    rows = [
        figure("kills of everything", outcome.kills, "", KILLS),
        figure("sign-ups acknowledged", len(outcome.signed_up), ""),
        figure("sign-ups lost", len(outcome.lost_sign_ups), "", 0, at_most=True),
        figure("clicks redirected", len(outcome.clicked), ""),
        figure("clicks lost", len(outcome.lost_clicks), "", 0, at_most=True),
        figure("messages accepted", len(outcome.accepted), ""),
        figure("people of the letter not reached", len(outcome.lost_messages), "", 0, at_most=True),
        figure(
            "accepted messages that the ledger does not know",
            len(outcome.unknown_messages),
            "",
            0,
            at_most=True,
        ),
        figure("second copies", outcome.duplicates, "", KILLS * crash.CONNECTIONS, at_most=True),
        figure("second copies with another Message-ID", len(outcome.renamed), "", 0, at_most=True),
    ]
    save("crash_everything", rows)


if __name__ == "__main__":
    main()
