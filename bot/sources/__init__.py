"""How each type of source is read: one file a type."""
