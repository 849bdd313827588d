"""The commands about data: account, import, demo."""
