"""Migrations: one head, up and down and up again, and the same schema as the models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

import tierslieux.imports.models
import tierslieux.lieux.models
import tierslieux.territoires.models  # noqa: F401  (imported for its tables)
from tierslieux.config import RACINE
from tierslieux.core.db import Base

VERSIONS = RACINE / "migrations/versions"


@pytest.fixture
def connexion(base_vide: Engine) -> Iterator[Connection]:
    with base_vide.connect() as ouverte:
        yield ouverte


def configurer(connexion: Connection) -> Config:
    config = Config(str(RACINE / "alembic.ini"))
    config.attributes["connection"] = connexion
    return config


def lister_tables(connexion: Connection) -> set[str]:
    lignes = connexion.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "LEFT JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'e' "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'm', 'v') AND d.objid IS NULL"
        )
    )
    return {nom for (nom,) in lignes}


def test_up_down_up(connexion: Connection) -> None:
    config = configurer(connexion)
    command.upgrade(config, "head")
    en_haut = lister_tables(connexion)
    command.downgrade(config, "base")
    assert lister_tables(connexion) == {"alembic_version"}
    command.upgrade(config, "head")
    assert lister_tables(connexion) == en_haut


def test_models_and_migrations_agree(connexion: Connection) -> None:
    command.upgrade(configurer(connexion), "head")
    contexte = MigrationContext.configure(
        connexion, opts={"include_object": alembic_helpers.include_object, "compare_server_default": True}
    )
    assert compare_metadata(contexte, Base.metadata) == []


def test_revisions_are_numbered_in_the_order_they_apply() -> None:
    scripts = ScriptDirectory.from_config(Config(str(RACINE / "alembic.ini")))
    revisions = [revision.revision for revision in reversed(list(scripts.walk_revisions()))]
    assert revisions == sorted(chemin.stem for chemin in VERSIONS.glob("*.py"))
    assert [revision[:4] for revision in revisions] == [f"{rang:04}" for rang in range(1, len(revisions) + 1)]
    assert len(scripts.get_heads()) == 1


@pytest.mark.parametrize("chemin", sorted(VERSIONS.glob("*.py")), ids=lambda chemin: chemin.stem)
def test_a_migration_never_imports_the_program(chemin: Path) -> None:
    assert not re.search(r"^\s*(from|import) tierslieux", chemin.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "ordre", ["UPDATE changement SET motif = 'x'", "DELETE FROM changement", "TRUNCATE changement"]
)
def test_history_cannot_be_rewritten(connexion: Connection, ordre: str) -> None:
    command.upgrade(configurer(connexion), "head")
    with pytest.raises(IntegrityError, match="append-only"):
        connexion.execute(text(ordre))
