"""Folding text for comparison while keeping offsets into the original."""
