"""The tables. What is asked for by its parts has columns; what is only read back whole is a JSON document."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    false,
    literal_column,
    text,
    true,
)

from bot.model.upkeep import CANARY
from bot.store.types import Count, Key, Moment, Readable, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_OPEN = ("pending", "sending", "parked")
_OPEN_WHERE = text(f"state IN {_OPEN}")
_DEAD_WHERE = text("state = 'dead'")


def is_open(line: FromClause) -> ColumnElement[bool]:
    """Whether a delivery stands in the line of its channel; spelled out, so that both planners see the index fits."""
    return line.c.state.in_([literal_column(repr(state)) for state in _OPEN])


def is_dead(line: FromClause) -> ColumnElement[bool]:
    """Whether a delivery is a dead letter; spelled out for the same reason."""
    dead: ColumnElement[str] = literal_column("'dead'")
    return line.c.state == dead


def _words(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, Words, nullable=False, index=index)


def _key(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, Key, nullable=False, index=index)


def _moment(name: str, *, index: bool = False) -> Column[object]:
    return Column(name, Moment, nullable=False, index=index)


def _checksum() -> Column[str]:
    """Of what of the row may be long: `sums`."""
    return Column("checksum", Words, nullable=False, server_default=text("''"))


def _ref(name: str, target: str, *, index: bool = False) -> Column[str]:
    return Column(name, Words, ForeignKey(target), nullable=False, index=index)


def _seq() -> Column[int]:
    return Column("seq", Count, primary_key=True, autoincrement=True)


meta = Table("meta", metadata, Column("key", Words, primary_key=True), Column("value", Count, nullable=False))

sources = Table(
    "sources",
    metadata,
    Column("key", Words, primary_key=True),
    _words("etag"),
    _words("last_modified"),
    _words("body_hash"),
    Column("last_poll", Moment),
    Column("last_success", Moment),
    Column("next_poll", Moment),
    Column("failures", Integer, nullable=False),
    _words("error"),
    Column("notes", JSON, nullable=False),
    Column("learnt", JSON(none_as_null=True)),
    _checksum(),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Words, primary_key=True),
    _words("source"),
    _words("entry_id"),
    _key("canonical_url", index=True),
    _words("title_key"),
    _words("digest"),
    _words("url"),
    _words("title"),
    _words("text"),
    Column("gap", Words),
    # Title and text without case: neither SQLite's lower() nor PostgreSQL's under every locale knows all of Unicode.
    _words("folded"),
    _moment("first_seen", index=True),
    Column("published", Moment),
    _words("lang"),
    _words("publisher"),
    Column("revision", Integer, nullable=False),
    # A hash takes links of any length; the other indexes of PostgreSQL do not.
    Index("ix_articles_url", "url", postgresql_using="hash"),
)

# No foreign key to articles: what was seen outlives them, and a page that was split has none ("").
seen = Table(
    "seen",
    metadata,
    _key("source"),
    _key("entry_id"),
    _key("canonical_url", index=True),
    _key("title_key"),
    _words("digest"),
    _words("article_id"),
    _moment("at"),
    PrimaryKeyConstraint("source", "entry_id"),
    Index(None, "source", "title_key"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Words, primary_key=True),
    _words("title"),
    _moment("first_seen"),
    _words("tenant"),
)

story_members = Table(
    "story_members",
    metadata,
    _ref("story_id", "stories.id"),
    _ref("article_id", "articles.id", index=True),
    _words("source"),
    _words("title"),
    _words("lead"),
    _words("canonical_url"),
    _words("lang"),
    _moment("at", index=True),
    _words("reason"),
    Column("companies", JSON, nullable=False),
    _checksum(),
    PrimaryKeyConstraint("story_id", "article_id"),
)

verdicts = Table(
    "verdicts",
    metadata,
    _ref("article_id", "articles.id"),
    Column("revision", Integer, nullable=False),
    _words("watchlist"),
    _words("company"),
    Column("matched", Boolean, nullable=False),
    Column("confidence", Float(53), nullable=False),
    _words("subject"),
    Column("best", JSON, nullable=False),
    _moment("at"),
    _checksum(),
    PrimaryKeyConstraint("article_id", "revision", "watchlist", "company"),
    Index(None, "watchlist", "at"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Words, primary_key=True),
    _words("channel"),
    _ref("story_id", "stories.id", index=True),
    Column("card", JSON, nullable=False),
    _moment("at"),
    _checksum(),
    UniqueConstraint("channel", "story_id"),
    Index(None, "channel", "at"),
)

routings = Table(
    "routings",
    metadata,
    _ref("article_id", "articles.id"),
    _words("channel"),
    _words("state"),
    _moment("at"),
    _words("alert_id", index=True),
    _words("note"),
    PrimaryKeyConstraint("article_id", "channel"),
)

routing_changes = Table(
    "routing_changes",
    metadata,
    _seq(),
    _ref("article_id", "articles.id", index=True),
    _words("channel"),
    _words("state"),
    _moment("at"),
    _words("alert_id"),
    _words("note"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    _seq(),
    _words("id"),
    _words("channel"),
    _words("kind"),
    Column("card", Readable, nullable=False),
    # A row that a failing disk changed must not reach a channel.
    _words("checksum"),
    _moment("created"),
    _moment("not_before"),
    _words("state"),
    Column("attempt", Integer, nullable=False),
    _words("owner"),
    Column("lease_until", Moment),
    Column("message_id", Words),
    _words("link"),
    Column("doubtful", Boolean, nullable=False),
    _words("error"),
    Column("settled_at", Moment),
    UniqueConstraint("id"),
    Index(None, "channel", "kind", "created"),
    Index("ix_deliveries_open", "channel", "seq", sqlite_where=_OPEN_WHERE, postgresql_where=_OPEN_WHERE),
    Index("ix_deliveries_dead", "seq", sqlite_where=_DEAD_WHERE, postgresql_where=_DEAD_WHERE),
    sqlite_autoincrement=True,
)

delivery_alerts = Table(
    "delivery_alerts",
    metadata,
    Column("delivery_id", Words, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    _ref("alert_id", "alerts.id", index=True),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("delivery_id", "alert_id"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("id", Words, primary_key=True),
    _words("channel"),  # "": every channel
    _words("scope"),
    _words("subject"),
    _words("label"),
    _moment("since"),
    Column("until", Moment),
    _words("actor"),
    Column("ended", Moment),
)

withheld = Table(
    "withheld",
    metadata,
    _ref("article_id", "articles.id"),
    _words("channel", index=True),
    _ref("alert_id", "alerts.id", index=True),
    _words("cause"),
    _words("subject"),
    _moment("at"),
    PrimaryKeyConstraint("article_id", "channel"),
)

votes = Table(
    "votes",
    metadata,
    _words("watchlist"),
    _words("company"),
    _words("alias"),
    _words("channel"),
    _words("actor"),
    Column("useful", Boolean, nullable=False),
    _words("alert_id"),
    _moment("at"),
    PrimaryKeyConstraint("watchlist", "company", "alias", "channel", "actor"),
)

processes = Table(
    "processes",
    metadata,
    Column("boot_id", Words, primary_key=True),
    _words("host"),
    Column("pid", Count, nullable=False),
    _moment("started"),
    _moment("beat"),
    Column("posts", Boolean, nullable=False, server_default=true()),
)

bases = Table(
    "bases",
    metadata,
    Column("watchlist", Words, primary_key=True),
    _words("file_hash"),
    _words("parsed"),
    _moment("at"),
    _checksum(),
)

channels = Table(
    "channels",
    metadata,
    Column("written", Words, primary_key=True),
    _words("channel"),
    _words("name"),
    Column("public", Boolean, nullable=False, server_default=false()),
    _moment("at"),
)

revisions = Table(
    "revisions",
    metadata,
    _seq(),
    _words("id"),
    _words("watchlist", index=True),
    _words("action"),
    _words("name"),
    Column("company", JSON(none_as_null=True)),
    Column("rule", JSON(none_as_null=True)),
    Column("before", JSON(none_as_null=True)),
    _words("actor"),
    _words("channel"),
    _moment("at"),
    Column("pending", Boolean, nullable=False),
    Column("undoes", Words, nullable=False, server_default=text("''")),
    _checksum(),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,
)


def not_canary(which: FromClause) -> ColumnElement[bool]:
    """Whether an article is no synthetic one of the bot's own."""
    return ~which.c.source.startswith(f"{CANARY}|", autoescape=True)
