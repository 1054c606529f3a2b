"""Figures: each file prints a table, with the command that made it."""
