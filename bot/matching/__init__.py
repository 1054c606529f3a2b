"""Does this text name a watched company? Candidates, evidence, verdicts in words. Pure."""
