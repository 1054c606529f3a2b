"""Faults at the size that proves something: kills, lost replies, broken stores, storms, days of simulated work."""
