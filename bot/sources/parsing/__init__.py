"""Bytes of a feed to entries: a fast parser, a patient one in a child process, and what both say in one form."""
