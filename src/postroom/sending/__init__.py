"""Sending: the delivery ledger and everything that turns a row into an accepted message."""
