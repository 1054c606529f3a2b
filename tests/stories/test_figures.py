"""The figures that docs/stories.md gives, on real articles: as the index ships, in order of arrival."""

import pytest

from benchmarks.stories import clustered, collections, score
from tests.shared_data import SHARED, needs_shared

pytestmark = [needs_shared, pytest.mark.shared]


@pytest.mark.parametrize(("which", "precision", "recall"), [(0, 0.90, 0.45), (1, 0.85, 0.30)])
def test_few_articles_are_merged_wrongly(which: int, precision: float, recall: float) -> None:
    collection = collections(SHARED / "data" / "stories")[which]
    found = score(clustered(collection.articles), collection)
    assert found.precision >= precision
    assert found.recall >= recall
