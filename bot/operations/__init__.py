"""What whoever runs the bot looks at: pages for machines, the canary, what is not kept for ever."""
