"""Namewatch: watches the news for company names and tells chat channels, once, with the reason."""

__version__ = "0.1.0"
