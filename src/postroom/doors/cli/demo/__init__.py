"""The demo: three made-up creators, their people and a year of letters."""
