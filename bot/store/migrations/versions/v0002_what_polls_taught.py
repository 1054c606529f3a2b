"""What the polls of a source have taught: its rhythm, moves, what was told of it.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One document a source; a source of before has learnt nothing yet."""
    op.add_column("sources", sa.Column("learnt", sa.JSON(none_as_null=True), nullable=True))
