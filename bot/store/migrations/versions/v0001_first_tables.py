"""The first tables.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Count, Key, Moment, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('pending', 'sending', 'parked')")


def upgrade() -> None:
    """Create everything, parents first."""
    _create_articles()
    _create_bases()
    _create_deliveries()
    _create_meta()
    _create_processes()
    _create_revisions()
    _create_seen()
    _create_sources()
    _create_stories()
    _create_alerts()
    _create_routing_changes()
    _create_routings()
    _create_story_members()
    _create_verdicts()
    _create_delivery_alerts()


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, Words, nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, Key, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, Moment, nullable=False)


def _seq() -> sa.Column[int]:
    return sa.Column("seq", Count, autoincrement=True, nullable=False)


def _create_articles() -> None:
    op.create_table(
        "articles",
        _words("id"),
        _words("source"),
        _words("entry_id"),
        _key("canonical_url"),
        _words("title_key"),
        _words("digest"),
        _words("url"),
        _words("title"),
        _words("text"),
        _words("folded"),
        _moment("first_seen"),
        sa.Column("published", Moment, nullable=True),
        _words("lang"),
        _words("publisher"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_canonical_url", "articles", ["canonical_url"])
    op.create_index("ix_articles_first_seen", "articles", ["first_seen"])


def _create_bases() -> None:
    op.create_table(
        "bases",
        _words("watchlist"),
        _words("file_hash"),
        _words("parsed"),
        _moment("at"),
        sa.PrimaryKeyConstraint("watchlist", name="pk_bases"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        _seq(),
        _words("id"),
        _words("channel"),
        _words("kind"),
        sa.Column("card", sa.JSON(), nullable=False),
        _words("checksum"),
        _moment("created"),
        _moment("not_before"),
        _words("state"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _words("owner"),
        sa.Column("lease_until", Moment, nullable=True),
        sa.Column("message_id", Words, nullable=True),
        _words("link"),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        _words("error"),
        sa.Column("settled_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_deliveries"),
        sa.UniqueConstraint("id", name="uq_deliveries_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_open", "deliveries", ["channel", "seq"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def _create_meta() -> None:
    op.create_table(
        "meta", _words("key"), sa.Column("value", Count, nullable=False), sa.PrimaryKeyConstraint("key", name="pk_meta")
    )


def _create_processes() -> None:
    op.create_table(
        "processes",
        _words("boot_id"),
        _words("host"),
        sa.Column("pid", Count, nullable=False),
        _moment("started"),
        _moment("beat"),
        sa.PrimaryKeyConstraint("boot_id", name="pk_processes"),
    )


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        _seq(),
        _words("id"),
        _words("watchlist"),
        _words("action"),
        _words("name"),
        sa.Column("company", sa.JSON(none_as_null=True), nullable=True),
        _words("actor"),
        _words("channel"),
        _moment("at"),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_revisions"),
        sa.UniqueConstraint("id", name="uq_revisions_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_revisions_watchlist", "revisions", ["watchlist"])


def _create_seen() -> None:
    op.create_table(
        "seen",
        _key("source"),
        _key("entry_id"),
        _key("canonical_url"),
        _key("title_key"),
        _words("digest"),
        _words("article_id"),
        _moment("at"),
        sa.PrimaryKeyConstraint("source", "entry_id", name="pk_seen"),
    )
    op.create_index("ix_seen_canonical_url", "seen", ["canonical_url"])
    op.create_index("ix_seen_source_title_key", "seen", ["source", "title_key"])


def _create_sources() -> None:
    op.create_table(
        "sources",
        _words("key"),
        _words("etag"),
        _words("last_modified"),
        _words("body_hash"),
        sa.Column("last_poll", Moment, nullable=True),
        sa.Column("last_success", Moment, nullable=True),
        sa.Column("next_poll", Moment, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _words("error"),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sources"),
    )


def _create_stories() -> None:
    op.create_table(
        "stories",
        _words("id"),
        _words("title"),
        _moment("first_seen"),
        _words("tenant"),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        _words("id"),
        _words("channel"),
        _words("story_id"),
        sa.Column("card", sa.JSON(), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_alerts_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("channel", "story_id", name="uq_alerts_channel_story_id"),
    )
    op.create_index("ix_alerts_channel_at", "alerts", ["channel", "at"])
    op.create_index("ix_alerts_story_id", "alerts", ["story_id"])


def _create_routing_changes() -> None:
    op.create_table(
        "routing_changes",
        _seq(),
        _words("article_id"),
        _words("channel"),
        _words("state"),
        _moment("at"),
        _words("alert_id"),
        _words("note"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_routing_changes_article_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_routing_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_routing_changes_article_id", "routing_changes", ["article_id"])


def _create_routings() -> None:
    op.create_table(
        "routings",
        _words("article_id"),
        _words("channel"),
        _words("state"),
        _moment("at"),
        _words("alert_id"),
        _words("note"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_routings_article_id"),
        sa.PrimaryKeyConstraint("article_id", "channel", name="pk_routings"),
    )
    op.create_index("ix_routings_alert_id", "routings", ["alert_id"])


def _create_story_members() -> None:
    op.create_table(
        "story_members",
        _words("story_id"),
        _words("article_id"),
        _words("source"),
        _words("title"),
        _words("lead"),
        _words("canonical_url"),
        _words("lang"),
        _moment("at"),
        _words("reason"),
        sa.Column("companies", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_story_members_article_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name="fk_story_members_story_id"),
        sa.PrimaryKeyConstraint("story_id", "article_id", name="pk_story_members"),
    )
    op.create_index("ix_story_members_article_id", "story_members", ["article_id"])
    op.create_index("ix_story_members_at", "story_members", ["at"])


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        _words("article_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _words("watchlist"),
        _words("company"),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(precision=53), nullable=False),
        _words("subject"),
        sa.Column("best", sa.JSON(), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_verdicts_article_id"),
        sa.PrimaryKeyConstraint("article_id", "revision", "watchlist", "company", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_watchlist_at", "verdicts", ["watchlist", "at"])


def _create_delivery_alerts() -> None:
    op.create_table(
        "delivery_alerts",
        _words("delivery_id"),
        _words("alert_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_delivery_alerts_alert_id"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_alerts_delivery_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "alert_id", name="pk_delivery_alerts"),
    )
    op.create_index("ix_delivery_alerts_alert_id", "delivery_alerts", ["alert_id"])
