"""Doors: HTTP, SMTP and command line. They translate; they hold no models and no rules."""
