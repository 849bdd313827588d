"""Click, open and one-click unsubscribe: signature and spool only, never a database."""
