"""Which change a change takes back.

Revision 0010.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of changes of before nobody knows it: each counts as one of its own."""
    op.add_column("revisions", sa.Column("undoes", Words, nullable=False, server_default=sa.text("''")))
