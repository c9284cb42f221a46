import datetime as dt
import shutil
from collections import namedtuple

import pytest

from tierslieux.installation import diagnostic
from tierslieux.installation.diagnostic import Constat, examine, has_problem, render_constat

SECRET = "kM3-vT9_qL0zXr7WbN5yHc2PdF8sJ1gA"


def _environ(var_dir, **autres):
    return {"TIERSLIEUX_VAR_DIR": str(var_dir), "TIERSLIEUX_SECRET_KEY": SECRET, **autres}


def _find(constats, nom):
    return next(constat for constat in constats if constat.check == nom)


def test_wrong_settings_do_not_silence_the_rest():
    constats = examine({"TIERSLIEUX_SECRET_KEY": "short"})
    assert _find(constats, "settings").status == "problem"
    assert "TIERSLIEUX_SECRET_KEY" in _find(constats, "settings").detail
    assert _find(constats, "disk")
    assert has_problem(constats)


def test_a_database_that_does_not_answer_is_a_problem_with_a_remedy(tmp_path):
    # No server has its socket in an empty folder.
    constats = examine(_environ(tmp_path, DATABASE_URL=f"postgresql+psycopg://x@/x?host={tmp_path}"))
    constat = _find(constats, "database")
    assert constat.status == "problem"
    assert constat.remedy == "check DATABASE_URL"


def test_a_cluster_that_was_never_made_is_told_and_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnostic, "find_binaries", lambda: tmp_path)
    constat = _find(examine(_environ(tmp_path / "var")), "PostgreSQL")
    assert constat.status == "warning"
    assert "make serve" in constat.remedy
    assert not (tmp_path / "var").exists()


def test_a_machine_without_postgresql_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(diagnostic, "find_binaries", lambda: None)
    assert _find(examine(_environ(tmp_path)), "PostgreSQL").status == "problem"


@pytest.mark.parametrize(("annee", "statut"), [(1970, "problem"), (2025, "problem"), (2026, "ok"), (2040, "ok")])
def test_a_clock_before_the_program_existed_is_wrong(annee, statut):
    assert diagnostic._check_clock(dt.datetime(annee, 6, 1, tzinfo=dt.UTC)).status == statut


@pytest.mark.parametrize(("libre", "statut"), [(10**8, "problem"), (10**9, "warning"), (3 * 10**9, "ok")])
def test_disk(tmp_path, monkeypatch, libre, statut):
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - the shape that shutil returns
    monkeypatch.setattr(shutil, "disk_usage", lambda _chemin: usage(10**12, 0, libre))
    constat = diagnostic._check_disk(tmp_path / "var")
    assert constat.status == statut
    assert (constat.remedy is None) == (statut == "ok")


def test_a_secret_that_others_can_read_is_a_warning(tmp_path):
    (tmp_path / "secret_key").write_text(SECRET, encoding="ascii")
    (tmp_path / "secret_key").chmod(0o644)
    constat = _find(examine({"TIERSLIEUX_VAR_DIR": str(tmp_path)}), "secret")
    assert constat.status == "warning"
    assert constat.remedy.startswith("chmod 600")


def test_one_line_each_with_the_remedy():
    assert render_constat(Constat("disk", "ok", "78.1 GB free")) == "ok       disk: 78.1 GB free"
    assert render_constat(Constat("clock", "problem", "1970", "set it")) == "problem  clock: 1970 → set it"
    assert "\n" not in render_constat(Constat("database", "problem", "refused\n\tIs the server running?", "start it"))


def test_a_machine_without_pango_is_warned_and_not_stopped(monkeypatch):
    monkeypatch.setattr(diagnostic, "find_obstacle", lambda: "cannot load library 'libpango-1.0-0'")
    constat = diagnostic._check_pdf()
    assert constat.status == "warning"
    assert "libpango-1.0-0" in constat.remedy
    assert not has_problem([constat])


def test_pdf_without_its_font_is_warned(monkeypatch):
    monkeypatch.setattr(diagnostic, "has_font", lambda _fichier: False)
    assert "fonts-dejavu-core" in diagnostic._check_pdf().remedy
