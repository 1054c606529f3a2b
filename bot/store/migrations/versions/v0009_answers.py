"""Articles by the link that people paste, and what their texts lacked.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of articles of before it is not known what they lacked."""
    op.add_column("articles", sa.Column("gap", Words, nullable=True))
    op.create_index("ix_articles_url", "articles", ["url"], postgresql_using="hash")
