"""Postroom's own JSON API under /api/1."""
