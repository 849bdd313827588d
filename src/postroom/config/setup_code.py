"""`postroom setup-code`: what the first run asks for where strangers could open it first."""

from postroom.config.migrate import check_schema


def make() -> str | None:
    """A fresh code; the one before it opens nothing any more. None once somebody can sign in."""
    check_schema()
    from postroom.accounts import services  # its models need Django, which is set up by now

    return services.make_setup_code()
