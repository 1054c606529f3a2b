"""What `/watch` does: parsing, and one file a family of subcommands."""
