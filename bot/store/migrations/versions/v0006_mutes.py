"""Mutes and pauses, and what channels have not been told yet.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Moment, Words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is muted and nothing waits at first."""
    op.create_table(
        "mutes",
        sa.Column("id", Words, nullable=False),
        sa.Column("channel", Words, nullable=False),
        sa.Column("scope", Words, nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("label", Words, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("until", Moment, nullable=True),
        sa.Column("actor", Words, nullable=False),
        sa.Column("ended", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mutes"),
    )
    op.create_table(
        "withheld",
        sa.Column("article_id", Words, nullable=False),
        sa.Column("channel", Words, nullable=False),
        sa.Column("alert_id", Words, nullable=False),
        sa.Column("cause", Words, nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "channel", name="pk_withheld"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_withheld_article_id"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_withheld_alert_id"),
    )
    op.create_index("ix_withheld_channel", "withheld", ["channel"])
    op.create_index("ix_withheld_alert_id", "withheld", ["alert_id"])
    op.create_index("ix_deliveries_channel_kind_created", "deliveries", ["channel", "kind", "created"])
