"""Third places of 2019: a sample, then the real file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import select

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.imports.contrat import Avertissement
from tierslieux.lieux.models import FicheSource, Lieu

SOURCE = "tiers-lieux-cget"


def test_a_sample_gives_the_expected_records_and_rejects(prepare) -> None:
    preparation = prepare(SOURCE, "tiers_lieux_cget.csv")
    records = list_records(preparation)
    assert records["1"].valeurs == {
        "nom": "Coworking de l'Exemple",
        "genres": ["coworking"],
        "adresse": "1 Rue Inventée",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "position": {"lon": -4.491, "lat": 48.401, "precision": "adresse"},
        "site_web": "https://www.exemple-coworking.fr",
    }
    assert records["1"].date_maj == dt.date(2024, 8, 1)
    bourg = records["2"].valeurs
    assert bourg["nom"] == "Fablab Inventé"
    assert bourg["genres"] == ["fablab"]
    assert bourg["adresse"] == "2 rue Inventée"
    assert (bourg["commune_code"], "code_postal" in bourg) == ("01053", False)
    assert "site_web" not in bourg  # "en cours" is none
    friche = records["3"].valeurs
    assert friche["genres"] == ["tiers-lieu"]
    assert friche["commune_code"] == "75119"  # told by the position alone
    assert records["4"].valeurs["position"] == {"lon": 0.2, "lat": 48.0, "precision": "commune"}
    assert records["5"].valeurs["commune_code"] == "97411"  # the file says Ajaccio, postcode and name La Réunion
    # The file says Le Mans, postcode and name Brest, and the point is in Ajaccio.
    assert list_rejets(preparation) == [(7, "COORDONNEES_HORS_COMMUNE", "position")]
    assert preparation.avertissements[Avertissement.CODE_COMPLETE] == 1
    assert preparation.avertissements[Avertissement.CODE_CONTREDIT] == 2
    assert preparation.avertissements[Avertissement.CODE_DEDUIT] == 1


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read > 1_400
    assert sum(premier.rejected.values()) <= premier.read * 0.005
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
        lieux = session.scalars(
            select(Lieu).join(FicheSource, FicheSource.lieu_id == Lieu.id).where(FicheSource.source_id == SOURCE)
        ).all()
    assert all(lieu.est_tiers_lieu and not lieu.est_aide for lieu in lieux)
    assert {"coworking", "fablab", "tiers-lieu"} == {genre for lieu in lieux for genre in lieu.genres}
