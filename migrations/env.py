"""Alembic environment: one connection, one advisory lock, bounded waits for locks, PostGIS' own tables left alone."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, text

import tierslieux.comptes.models
import tierslieux.comptes.models_journal
import tierslieux.contributions.models
import tierslieux.core.courriels
import tierslieux.core.limites_pg
import tierslieux.couverture.models
import tierslieux.imports.models
import tierslieux.indicateurs.models
import tierslieux.lieux.models
import tierslieux.planification.models
import tierslieux.territoires.models  # noqa: F401  (imported for its tables)
from tierslieux.config import Settings
from tierslieux.core.db import Base, create_engine_for
from tierslieux.installation import cluster

# Two programs that start together migrate one after the other. The number only has to be the same everywhere.
VERROU_MIGRATIONS = 7_405_001
# A migration that cannot get its lock fails and can be run again; one that waits blocks every reader behind it.
ATTENTE_VERROU = "10s"


def run(connection: Connection) -> None:
    """Apply the migrations, each in its own transaction."""
    connection.execute(text("SELECT pg_advisory_lock(:verrou)"), {"verrou": VERROU_MIGRATIONS})
    connection.execute(text("SELECT set_config('lock_timeout', :attente, false)"), {"attente": ATTENTE_VERROU})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:verrou)"), {"verrou": VERROU_MIGRATIONS})
        connection.commit()


def main() -> None:
    """Take the connection given by the program, or open one on the database of the settings."""
    if context.is_offline_mode():
        context.configure(
            url="postgresql+psycopg://",
            target_metadata=Base.metadata,
            literal_binds=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    connection = context.config.attributes.get("connection")
    if connection is not None:
        run(connection)
        return
    settings = Settings.from_env()
    url = settings.database_url or cluster.ensure_running(settings.var_dir)
    engine = create_engine_for(url)
    with engine.connect() as ouverte:
        run(ouverte)
    engine.dispose()


main()
