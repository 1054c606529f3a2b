"""Whether a process delivers anything.

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those of earlier versions all count as if they did."""
    op.add_column("processes", sa.Column("posts", sa.Boolean, nullable=False, server_default=sa.true()))
