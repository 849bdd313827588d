"""Subscribers: people, tags, fields, membership, consent, suppression, changes."""
