"""How Alembic reaches the tables: by the connection that it is given."""

from alembic import context

from similarity.service.data import notice_tables  # noqa: F401 - registers its tables
from similarity.service.data.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
