"""Migrations of a new database by the program itself, and what the doctor says before and after."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tierslieux.installation import cluster, schema
from tierslieux.installation.diagnostic import examine

SECRET = "kM3-vT9_qL0zXr7WbN5yHc2PdF8sJ1gA"


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    dossier = tmp_path_factory.mktemp("schema") / "var"
    yield dossier
    cluster.stop(dossier)


def _examine(var_dir):
    environ = {"TIERSLIEUX_VAR_DIR": str(var_dir), "TIERSLIEUX_SECRET_KEY": SECRET}
    return {constat.check: constat for constat in examine(environ)}


def test_from_nothing_to_the_last_migration_and_the_doctor_at_each_step(var_dir):
    url = cluster.ensure_running(var_dir)
    avant = _examine(var_dir)
    assert avant["PostgreSQL"].status == "ok"
    assert avant["extension postgis"].status == "problem"
    assert "CREATE EXTENSION postgis" in avant["extension postgis"].remedy
    assert avant["migrations"].status == "problem"

    engine = create_engine(url, poolclass=NullPool)
    assert schema.upgrade(engine) is True
    assert schema.upgrade(engine) is False

    apres = _examine(var_dir)
    for check in (
        "extension postgis",
        "extension pg_trgm",
        "extension unaccent",
        "extension fuzzystrmatch",
        "migrations",
    ):
        assert apres[check].status == "ok", apres[check]
    assert apres["clocks"].status == "ok"

    cluster.stop(var_dir)
    arretee = _examine(var_dir)
    assert arretee["PostgreSQL"].status == "warning"
    assert "migrations" not in arretee
