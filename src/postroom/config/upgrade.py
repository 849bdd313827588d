"""`postroom upgrade --check`: what this version would do to the installation, without doing it."""

import postroom
from postroom.config.backup import applied_migrations
from postroom.config.postgres import Cluster
from postroom.settings import Settings, load


def plan() -> list[str]:
    """Sentences: versions, the database's major upgrade if one is due, the migrations that are missing."""
    settings = load()
    lines = [f"This is Postroom {postroom.__version__}."]
    if settings.database_url is None:
        settings.database_dsn()  # where there is none yet, it says so
        major = _embedded_upgrade(settings)
        if major:
            return [*lines, major, "Its migrations can be listed once that is done: start `postroom serve`."]
    missing = _missing(settings)
    lines += [f"To apply: {name}." for name in missing]
    return [*lines, "Nothing to do." if not missing else "Make a backup first: `postroom backup FILE`."]


def _embedded_upgrade(settings: Settings) -> str | None:
    cluster = Cluster(settings.data, pg_bin=settings.pg_bin)
    found = int((cluster.path / "PG_VERSION").read_text()) if (cluster.path / "PG_VERSION").exists() else None
    if found and found != cluster.programs.major:
        return f"The database moves from PostgreSQL {found} to {cluster.programs.version} on the next start."
    return None


def _missing(settings: Settings) -> list[str]:
    from postroom.config.backup import running_database

    with running_database(settings) as dsn:
        if not applied_migrations(dsn):
            return ["everything, as the database is empty"]
        from postroom.config.migrate import pending, set_up_django

        set_up_django()
        return pending()
