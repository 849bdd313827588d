"""Sequences: emails that follow each other, each some time after the one before it."""
