"""Articles found by any part of their words, and which channels everyone of their workspace may read.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Numbers of our own: those of rows without a whole number as their key may change. A line break at the end of each
# text, so that every character begins a trigram: words of two characters are found by the trigrams that they begin.
_SQLITE = (
    "CREATE TABLE search_numbers (seq INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE search_grams USING fts5(folded, content='', detail='none', tokenize='trigram')",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab('search_grams', 'row')",
    "INSERT INTO search_numbers (article_id) SELECT id FROM articles ORDER BY first_seen, id",
    """
    INSERT INTO search_grams (rowid, folded)
    SELECT seq, folded || char(10) FROM search_numbers JOIN articles ON articles.id = article_id
    """,
    """
    CREATE TRIGGER search_new AFTER INSERT ON articles BEGIN
        INSERT INTO search_numbers (article_id) VALUES (new.id);
        INSERT INTO search_grams (rowid, folded)
        SELECT seq, new.folded || char(10) FROM search_numbers WHERE article_id = new.id;
    END
    """,
    """
    CREATE TRIGGER search_changed AFTER UPDATE OF folded ON articles WHEN old.folded <> new.folded BEGIN
        INSERT INTO search_grams (search_grams, rowid, folded)
        SELECT 'delete', seq, old.folded || char(10) FROM search_numbers WHERE article_id = old.id;
        INSERT INTO search_grams (rowid, folded)
        SELECT seq, new.folded || char(10) FROM search_numbers WHERE article_id = new.id;
    END
    """,
    """
    CREATE TRIGGER search_gone AFTER DELETE ON articles BEGIN
        INSERT INTO search_grams (search_grams, rowid, folded)
        SELECT 'delete', seq, old.folded || char(10) FROM search_numbers WHERE article_id = old.id;
        DELETE FROM search_numbers WHERE article_id = old.id;
    END
    """,
)


def upgrade() -> None:
    """An index of three characters each: the only kind that finds Chinese and Japanese words too."""
    op.add_column("channels", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        _index_in_postgresql()


def _index_in_postgresql() -> None:
    """With the server's own module where it has it and lets us; without, a search reads every text."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(sa.text("CREATE INDEX search_folded ON articles USING gin (folded gin_trgm_ops)"))
    except sa.exc.DBAPIError:
        return
