"""What people think of alerts.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Moment, Words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has voted yet."""
    op.create_table(
        "votes",
        sa.Column("watchlist", Words, nullable=False),
        sa.Column("company", Words, nullable=False),
        sa.Column("alias", Words, nullable=False),
        sa.Column("channel", Words, nullable=False),
        sa.Column("actor", Words, nullable=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("alert_id", Words, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("watchlist", "company", "alias", "channel", "actor", name="pk_votes"),
    )
