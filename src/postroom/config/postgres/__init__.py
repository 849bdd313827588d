"""The embedded PostgreSQL: the programs of a wheel (or of `POSTROOM_PG_BIN`), a cluster of our own."""

from postroom.config.postgres.cluster import Cluster
from postroom.config.postgres.errors import PostgresError

__all__ = ["Cluster", "PostgresError"]
