"""Public libraries of 2025: a sample, then the real file."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.imports.contrat import Avertissement
from tierslieux.lieux.models import FicheSource, Lieu

SOURCE = "bibliotheques"


def test_a_sample_gives_the_expected_records_and_rejects(prepare) -> None:
    preparation = prepare(SOURCE, "bibliotheques.csv")
    records = list_records(preparation)
    assert records["11"].valeurs == {
        "nom": "Bibliothèque Municipale de L'Exemple",
        "genres": ["bibliotheque"],
        "adresse": "1 Rue Inventee",
        "complement_adresse": "Le Livre inventé, Mairie",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "position": {"lon": -4.491, "lat": 48.401, "precision": "adresse"},
    }
    assert records["11"].brut["Code région"] == "53.0"  # the raw record stays as it is
    assert records["12"].valeurs["commune_code"] == "2A004"  # the file has no code for Corse
    bibliobus = records["13"].valeurs
    assert bibliobus["itinerant"] is True
    assert bibliobus["position"]["precision"] == "commune"
    ancienne = records["14"].valeurs
    assert (ancienne["nom"], ancienne["commune_nom"]) == ("Bibliothèque", "Cloyes-les-Trois-Rivières")
    assert records["18"].valeurs["commune_code"] == "97801"
    assert list_rejets(preparation) == [
        (6, "NON_OUVERT_AU_PUBLIC", "Type adresse"),
        (7, "NON_OUVERT_AU_PUBLIC", "Type adresse"),
        (8, "NON_OUVERT_AU_PUBLIC", "Type adresse"),
        (9, "IDENTIFIANT_MANQUANT", "Code_bib"),
    ]
    assert (preparation.reconnu["encodage"], preparation.reconnu["separateur"]) == ("UTF-8", "point-virgule")
    assert dict(preparation.avertissements) == {
        Avertissement.CODE_DEDUIT: 1,
        Avertissement.CODE_REMPLACE: 1,
        Avertissement.COMMUNE_HORS_REFERENTIEL: 1,
        Avertissement.POSITION_APPROCHEE: 1,
    }


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read > 15_000
    a_corriger = {code: n for code, n in premier.rejected.items() if code != "NON_OUVERT_AU_PUBLIC"}
    assert sum(a_corriger.values()) <= premier.read * 0.005
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
        lieux = session.scalars(
            select(Lieu).join(FicheSource, FicheSource.lieu_id == Lieu.id).where(FicheSource.source_id == SOURCE)
        ).all()
    # Candidate sites, not help: no library declares a service.
    assert not any(lieu.est_aide or lieu.est_tiers_lieu or lieu.services for lieu in lieux)
    assert sum(lieu.commune_code.startswith("2") and lieu.commune_code[1] in "AB" for lieu in lieux) > 60
