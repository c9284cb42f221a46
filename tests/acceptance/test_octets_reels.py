"""What resident pages weigh with the real places of the whole country, the heaviest of each kind included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.benchmarks.octets import NOMMEES, OCTETS_MAX, list_familles, measure_documents, visit
from tests.benchmarks.serveur import serve
from tests.conftest import Bases, build_settings
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.imports import services
from tierslieux.imports.rapport import REUSSIE

# Of each kind, those that the benchmark puts first: the fullest communes and places; it sweeps them all.
PAR_FAMILLE = 40


@pytest.fixture(scope="session")
def base_reelle(bases: Bases, modele_national: str, raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a database with every place of the publishers' files; read only."""

    def remplir(url: str) -> None:
        engine = create_engine_for(url)
        settings = build_settings(url, tmp_path_factory.mktemp("var"), TIERSLIEUX_RAW_DIR=raw_dir)
        rapports = services.run_all_missing(session_factory(engine), settings, now=dt.datetime.now(dt.UTC))
        engine.dispose()
        echecs = {rapport.source: rapport.message for rapport in rapports if rapport.statut != REUSSIE}
        assert echecs == {}

    return bases.address(bases.build_once("reelle", lambda: modele_national, remplir))


@pytest.fixture(scope="session")
def port_reel(base_reelle: str) -> Iterator[int]:
    """Port of the site on that database."""
    with serve(base_reelle.replace("+psycopg", "", 1)) as port:
        yield port


def test_every_resident_page_fits_an_old_phone_on_the_real_data(
    base_reelle: str, port_reel: int, chromium: Browser
) -> None:
    with psycopg.connect(base_reelle.replace("+psycopg", "", 1)) as connexion:
        familles = list_familles(connexion)
        lieux = connexion.execute("SELECT count(*) FROM lieu WHERE statut = 'publie'").fetchone()
    assert lieux is not None
    assert lieux[0] > 50_000
    pires = [max(measure_documents(port_reel, adresses[:PAR_FAMILLE])) for adresses in familles.values()]
    assert {adresse: octets for octets, adresse in pires if octets > OCTETS_MAX} == {}
    chemins = dict.fromkeys([*NOMMEES, *(adresse for _, adresse in pires)])
    visites = [visit(chromium, f"http://127.0.0.1:{port_reel}", chemin) for chemin in chemins]
    assert [visite for visite in visites if not visite.tient] == []
