"""Run by alembic for each upgrade, on the connection that `bot.store.upgrade` hands over."""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, once BEGIN is ours: an upgrade that fails leaves the old tables
)
with context.begin_transaction():
    context.run_migrations()
