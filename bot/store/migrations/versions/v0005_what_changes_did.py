"""Changes to companies and to who hears a list, with what stood there before.

Revision 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes of before are additions and removals; what stood there is not known of them."""
    for name in ("rule", "before"):
        op.add_column("revisions", sa.Column(name, sa.JSON(none_as_null=True), nullable=True))
