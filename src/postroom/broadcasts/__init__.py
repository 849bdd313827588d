"""Broadcasts: a letter from draft to completed."""
