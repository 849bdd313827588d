"""Imports: a file of people becomes subscribers."""
