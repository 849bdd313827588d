"""Tracking: opens and clicks from the spool into counts."""
