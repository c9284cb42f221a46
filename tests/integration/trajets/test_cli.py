from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.factories.extraits import Voie, write_extrait
from tierslieux.extensions import CLE
from tierslieux.trajets.archive import find_archive


@pytest.fixture
def var_dir(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    etat = app.extensions[CLE]
    settings = replace(etat.settings, var_dir=tmp_path / "var", trajets="reseau", trajets_url=None)
    monkeypatch.setitem(app.extensions, CLE, replace(etat, settings=settings))
    return tmp_path / "var"


def test_a_graph_is_loaded_then_answers(cli_runner: FlaskCliRunner, var_dir: Path, tmp_path: Path) -> None:
    demande = ["trajets", "time", "0.003,-0.0005", "0.007,-0.0005", "--mode", "a-pied"]
    avant = json.loads(cli_runner.invoke(args=demande).stdout)
    assert avant["methode"] == "estimation"
    carre = {"A": (0.0, 0.0), "B": (10.0, 0.0), "C": (10.0, 10.0), "D": (0.0, 10.0)}
    fichier = write_extrait(tmp_path / "carre.osm", carre, [Voie("ABCDA", {"highway": "residential"})])
    resultat = cli_runner.invoke(args=["trajets", "load", str(fichier), "--json"])
    assert resultat.exit_code == 0
    rapport = json.loads(resultat.stdout)
    assert rapport["archive"] == str(find_archive(var_dir))
    assert rapport["octets"] == find_archive(var_dir).stat().st_size
    # A square is one ring that begins and ends at A: one crossing, one stretch of 4,437.9 m.
    assert {cle: rapport["modes"]["velo"][cle] for cle in ("noeuds", "troncons", "km", "iles")} == {
        "noeuds": 1,
        "troncons": 1,
        "km": 4.4,
        "iles": 0,
    }
    assert all(mode["memoire_max_mo"] > 0 for mode in rapport["modes"].values())
    apres = json.loads(cli_runner.invoke(args=demande).stdout)
    # 445.278 m of street and 110.574 m from the doors to it, at 4 km/h.
    assert apres == {"mode": "a-pied", "moteur": "reseau", "duree_min": 8.34, "distance_m": 555.9, "methode": "reseau"}


def test_a_wrong_extract_leaves_the_graph_as_it_is(cli_runner: FlaskCliRunner, var_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "faux.osm").write_text("rien")
    resultat = cli_runner.invoke(args=["trajets", "load", str(tmp_path / "faux.osm")])
    assert resultat.exit_code == 1
    assert "faux.osm" in resultat.output
    assert not find_archive(var_dir).exists()


def test_a_position_that_is_none_is_refused(cli_runner: FlaskCliRunner, var_dir: Path) -> None:
    assert not find_archive(var_dir).exists()
    resultat = cli_runner.invoke(args=["trajets", "time", "Brest", "0,0"])
    assert resultat.exit_code == 2
    assert "Brest" in resultat.output
