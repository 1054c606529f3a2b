"""The data folder beside the checkout: real articles and hostile input that may not be committed."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared data folder is not beside this checkout: tests on real articles are skipped"
)
