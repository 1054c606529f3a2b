"""Who hears, what the message holds, when to try again. Pure."""
