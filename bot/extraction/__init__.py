"""From the bytes and markup of an entry to the readable text of articles. Pure."""
