"""Kit's legacy JSON dialect under /v3 (and /api/v3)."""
