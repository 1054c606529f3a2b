"""What is asked for all the time is found by an index, however many messages were ever sent."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import sqlite

from bot.store.schema import metadata
from bot.store.upkeep import BACKLOG


@pytest.mark.parametrize("index", ["ix_deliveries_open", "ix_deliveries_dead"])
def test_the_backlog_is_counted_without_a_look_at_what_was_sent(index: str) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    asked = BACKLOG.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    engine.dispose()
    looks = [step for step in plan if step.startswith(("SCAN deliveries", "SEARCH deliveries"))]
    assert sum(index in step for step in looks) == 1
    assert len(looks) == 2
