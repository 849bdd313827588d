"""Accounts: tenants, users, members, keys, notices."""
