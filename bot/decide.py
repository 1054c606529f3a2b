"""One decision: mentions, verdicts, story, alerts, routings and deliveries of a poll. Pure."""
