"""`python -m bot` is the same as `namewatch`."""
