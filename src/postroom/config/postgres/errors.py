"""What goes wrong with the embedded PostgreSQL."""


class PostgresError(Exception):
    """The embedded PostgreSQL cannot do what was asked; the text says what to do."""
