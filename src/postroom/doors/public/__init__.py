"""Pages that subscribers touch: forms, confirmation, unsubscribe."""
