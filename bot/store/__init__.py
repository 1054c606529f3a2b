"""What outlives the process: SQLite, PostgreSQL, and the in-memory twin for tests."""
