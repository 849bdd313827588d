"""Postroom: a self-hosted email platform for creators."""

__version__ = "0.1.0"
