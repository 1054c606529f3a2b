"""Which channels those of the lists have turned out to be.

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Moment, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty at first: each is asked for anew."""
    op.create_table(
        "channels",
        sa.Column("written", Words, nullable=False),
        sa.Column("channel", Words, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("written", name="pk_channels"),
    )
