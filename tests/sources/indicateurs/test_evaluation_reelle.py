"""The model of illectronisme on the real census and on what INSEE publishes: the figures promised are met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import Bases
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.errors import ComputationError
from tierslieux.indicateurs import services
from tierslieux.indicateurs.evaluation import evaluate
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SOURCES = ["recensement-2022", "recensement-2017", "illectronisme-hdf-2019"]


@pytest.fixture
def fabrique_vide(bases: Bases, modele_national: str, worker_id: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on a base with all territories and no indicator."""
    nom = bases.create(f"evaluation_{worker_id}", modele_national)
    engine = create_engine_for(bases.address(nom))
    yield session_factory(engine)
    engine.dispose()
    bases.drop(nom)


def test_epci_left_out_are_predicted_and_published_figures_are_found_again(
    fabrique_vide: sessionmaker[Session], raw_dir: Path
) -> None:
    with fabrique_vide() as session, pytest.raises(ComputationError, match="indicateurs load"):
        evaluate(session)
    services.load_sources(fabrique_vide, SOURCES, raw_dir, telechargement=False, now=NOW)
    with fabrique_vide() as session:
        evaluation = evaluate(session)
        besoins = services.load_besoins(session)
        france = {
            v.indicateur.id: v for v in services.list_valeurs(session, Niveau.FRANCE, "FR") if v.millesime == 2021
        }
    assert evaluation.epci == 91
    assert evaluation.loo_rmse_points <= 0.9
    assert evaluation.interval_coverage >= 0.85
    ecarts = {(c.place, c.year): abs(c.calibrated - c.published) for c in evaluation.published}
    assert len(ecarts) == 9
    assert max(ecarts.values()) <= 0.5
    # Before any calibration, four régions out of five are within a point: the model tells régions apart by itself.
    justes = [c.place for c in evaluation.published if c.year == 2019 and abs(c.modelled - c.published) <= 1]
    assert set(justes) >= {"Île-de-France", "Centre-Val de Loire", "Bourgogne-Franche-Comté", "Hauts-de-France"}
    # What is written is what is evaluated: a share of France as published, people in nearly every commune.
    assert france["part_illectronisme"].valeur == pytest.approx(0.154, abs=1e-6)
    assert besoins is not None
    assert len(besoins.communes) > 34_800
    personnes = france["personnes_illectronisme"]
    assert personnes.valeur == pytest.approx((besoins.parts * besoins.personnes_15).sum())
    assert personnes.bas is not None
    assert personnes.haut is not None
    assert 8_200_000 < personnes.bas < personnes.valeur < personnes.haut < 9_100_000
