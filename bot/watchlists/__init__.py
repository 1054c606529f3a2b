"""Watchlists as text: loading, checking, editing, merging."""
