"""Kit's API v3: its JSON dialect, one file per resource."""
