import pytest

from tierslieux.installation import paquets
from tierslieux.installation.commande import PreparationError
from tierslieux.installation.paquets import Manque, build_advice, install, list_missing, parse_apt_progress


@pytest.mark.parametrize(
    ("ligne", "pct"),
    [
        # Fetching counts for 40 of 100, setting up for the 60 others.
        ("dlstatus:1:50.0000:Retrieving file 1 of 2", 20.0),
        ("pmstatus:libpq5:25.0:Unpacking libpq5 (amd64)", 55.0),
        ("pmstatus:libpq5:amd64:25.0:Unpacking libpq5", 55.0),
        ("pmstatus:dpkg-exec:100.0000:Running dpkg", 100.0),
        ("Setting up postgresql-15 (15.18-0+deb12u1) ...", None),
        ("", None),
    ],
)
def test_progress_of_apt(ligne, pct):
    assert parse_apt_progress(ligne) == pct


def test_the_advice_names_what_lacks_the_packages_and_the_other_ways():
    conseil = build_advice(
        [
            Manque("PostgreSQL with PostGIS", lambda: ["postgresql-15", "postgresql-15-postgis-3"]),
            Manque("npm", lambda: ["npm"]),
        ]
    )
    assert "PostgreSQL with PostGIS, npm" in conseil
    assert "apt-get install postgresql-15 postgresql-15-postgis-3 npm" in conseil
    assert "DATABASE_URL" in conseil
    assert "docker compose up" in conseil


def test_without_root_nor_sudo_nothing_is_run_and_the_command_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(paquets, "_find_privilege", lambda: None)
    with pytest.raises(PreparationError, match="apt-get install npm"):
        install([Manque("npm", lambda: ["npm"])], tmp_path / "log", lambda *_: None)
    assert not (tmp_path / "log").exists()


@pytest.fixture
def machine_nue(monkeypatch):
    """A machine with nothing installed, where this process runs as root."""
    monkeypatch.setattr(paquets, "find_binaries", lambda: None)
    monkeypatch.setattr(paquets.importlib.util, "find_spec", lambda _nom: None)
    monkeypatch.setattr(paquets.shutil, "which", lambda _nom: None)
    monkeypatch.setattr(paquets, "has_library", lambda _nom: False)
    monkeypatch.setattr(paquets, "has_font", lambda _fichier: False)
    monkeypatch.setattr(paquets.os, "geteuid", lambda: 0)


def _names(manques):
    return [manque.quoi for manque in manques]


@pytest.mark.usefixtures("machine_nue")
def test_a_bare_machine_lacks_everything():
    attendus = [
        "PostgreSQL with PostGIS",
        "Python's venv module",
        "npm",
        "Pango (to make PDF files)",
        "a font (for PDF files)",
    ]
    assert _names(list_missing(with_server=True, with_tests=False)) == attendus
    assert _names(list_missing(with_server=True, with_tests=True)) == [
        *attendus,
        "Chromium",
        "Poppler's tools (to read PDF files)",
    ]


@pytest.mark.usefixtures("machine_nue")
def test_a_server_elsewhere_needs_none_here():
    assert "PostgreSQL with PostGIS" not in _names(list_missing(with_server=False, with_tests=False))


@pytest.mark.usefixtures("machine_nue")
def test_root_also_needs_the_account_that_runs_postgresql(monkeypatch, tmp_path):
    monkeypatch.setattr(paquets, "find_binaries", lambda: tmp_path)
    monkeypatch.setattr(paquets, "_has_account", lambda _nom: False)
    assert "PostgreSQL with PostGIS" in _names(list_missing(with_server=True, with_tests=False))
    monkeypatch.setattr(paquets.os, "geteuid", lambda: 1000)
    assert "PostgreSQL with PostGIS" not in _names(list_missing(with_server=True, with_tests=False))


@pytest.mark.usefixtures("machine_nue")
def test_any_chromium_will_do(monkeypatch):
    monkeypatch.setattr(paquets.shutil, "which", lambda nom: "/usr/bin/x" if nom == "google-chrome" else None)
    assert "Chromium" not in _names(list_missing(with_server=False, with_tests=True))


@pytest.mark.usefixtures("machine_nue")
def test_one_library_of_three_is_not_enough_for_pdf(monkeypatch):
    monkeypatch.setattr(paquets, "has_library", lambda nom: nom == "libpango-1.0.so.0")
    (manque,) = [m for m in list_missing(with_server=False, with_tests=False) if "Pango" in m.quoi]
    assert {"libpango-1.0-0", "libpangoft2-1.0-0"} <= set(manque.list_packages())
    monkeypatch.setattr(paquets, "has_library", lambda _nom: True)
    assert not [m for m in list_missing(with_server=False, with_tests=False) if "Pango" in m.quoi]


def test_a_library_and_a_font_that_nobody_has_are_missing():
    assert not paquets.has_library("libtierslieux-inconnue.so.9")
    assert paquets.has_library("libc.so.6")
    assert not paquets.has_font("PoliceInconnue.ttf")
