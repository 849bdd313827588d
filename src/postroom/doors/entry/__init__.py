"""Signed-out pages and the shell of the app: sign-in, first run, invitations."""
