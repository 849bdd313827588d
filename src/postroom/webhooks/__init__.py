"""Webhooks: who wants to hear of what, and what they were told."""
