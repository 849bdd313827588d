"""Forms: a visitor becomes a subscriber."""
