"""Pieces without product words: clock, ids, SQL files, signing, paging."""
