"""The database's schema as the migrations see it: where it is, where it should be, and how it gets there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

RACINE = Path(__file__).resolve().parent.parent.parent


def get_expected_revision() -> str | None:
    """The last migration of this version of the program."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def find_current_revision(connexion: Connection) -> str | None:
    """The last migration applied to this database; None before the first."""
    return MigrationContext.configure(connexion).get_current_revision()


def upgrade(engine: Engine) -> bool:
    """Apply the migrations that are missing; False when there was none."""
    with engine.connect() as connexion:
        if find_current_revision(connexion) == get_expected_revision():
            return False
        connexion.rollback()
        config = _config()
        config.attributes["connection"] = connexion
        command.upgrade(config, "head")
    return True


def _config() -> Config:
    config = Config(str(RACINE / "alembic.ini"))
    # Otherwise Alembic splits the clone's own path at its spaces, commas and colons.
    config.set_main_option("path_separator", "os")
    return config
