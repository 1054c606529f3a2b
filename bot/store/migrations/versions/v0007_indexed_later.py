"""New articles wait for the index of words instead of being indexed as they are committed.

Revision 0007.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# An article is in the index when it has a number and does not wait. What leaves the index must be told its very words,
# so an edition that is replaced is taken out at once, and only then waits again.
_SQLITE = (
    "CREATE TABLE search_waiting (article_id TEXT PRIMARY KEY) WITHOUT ROWID",
    "DROP TRIGGER search_new",
    "DROP TRIGGER search_changed",
    "DROP TRIGGER search_gone",
    """
    CREATE TRIGGER search_new AFTER INSERT ON articles BEGIN
        INSERT INTO search_waiting (article_id) VALUES (new.id);
    END
    """,
    """
    CREATE TRIGGER search_changed AFTER UPDATE OF folded ON articles
    WHEN old.folded <> new.folded AND NOT EXISTS (SELECT 1 FROM search_waiting WHERE article_id = old.id) BEGIN
        INSERT INTO search_grams (search_grams, rowid, folded)
        SELECT 'delete', seq, old.folded || char(10) FROM search_numbers WHERE article_id = old.id;
        INSERT INTO search_waiting (article_id) VALUES (new.id);
    END
    """,
    """
    CREATE TRIGGER search_gone AFTER DELETE ON articles BEGIN
        INSERT INTO search_grams (search_grams, rowid, folded)
        SELECT 'delete', seq, old.folded || char(10) FROM search_numbers
        WHERE article_id = old.id AND NOT EXISTS (SELECT 1 FROM search_waiting WHERE article_id = old.id);
        DELETE FROM search_numbers WHERE article_id = old.id;
        DELETE FROM search_waiting WHERE article_id = old.id;
    END
    """,
)


def upgrade() -> None:
    """Nothing for PostgreSQL, whose index does so by itself.

    https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE
    """
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
