"""Conseillers numériques, mediation schema version 0: a sample, then the real file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import select

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.imports.contrat import Avertissement
from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.models import FicheSource, Lieu

SOURCE = "conseillers-numeriques"


def test_a_sample_gives_the_expected_records_and_rejects(prepare) -> None:
    preparation = prepare(SOURCE, "conseillers_numeriques.json")
    records = list_records(preparation)
    assert records["c1"].valeurs == {
        "nom": "Association Inventée",
        "genres": ["conseiller-numerique"],
        "services": ["maitrise-des-outils-numeriques-du-quotidien", "comprehension-du-monde-numerique"],
        "programmes": ["conseillers-numeriques"],
        "frais": ["gratuit"],
        "adresse": "4 Avenue de l'Exemple",
        "code_postal": "75019",
        "commune_code": "75119",
        "commune_nom": "Paris 19e Arrondissement",
        "position": {"lon": 2.371, "lat": 48.871, "precision": "adresse"},
        "courriel": "accueil@exemple.fr",
        "pivot": "43493312300029",
    }
    assert records["c1"].date_maj == dt.date(2022, 5, 9)
    reunion = records["c2"].valeurs
    assert reunion["genres"] == ["france-services", "conseiller-numerique"]
    assert reunion["programmes"] == ["aidants-connect", "conseillers-numeriques", "france-services"]
    assert reunion["services"] == [
        "aide-aux-demarches-administratives",
        "maitrise-des-outils-numeriques-du-quotidien",
    ]
    assert (reunion["commune_code"], reunion["telephone"]) == ("97411", "+262262201122")
    assert reunion["horaires"] == "Mo-Fr 09:00-12:00,14:00-17:00; We off"
    assert reunion["prise_rdv"] == "https://www.rdv-exemple.fr/org/1"
    assert {"pivot", "courriel", "site_web"} & reunion.keys() == set()
    assert records["c2"].brut["courriel"] is None
    brest = records["c3"].valeurs
    assert brest["position"] == {"lon": -4.4861, "lat": 48.3905, "precision": "commune"}
    assert {"horaires", "pivot", "courriel"} & brest.keys() == set()
    assert records["c3"].brut["horaires"] == "Mo 09:00-12:00,14:00-14:00"
    assert records["c3"].date_maj == dt.date(2024, 8, 1)  # "bientôt" is no date: that of the edition stands
    assert [[r.identifiant for r in groupe] for groupe in preparation.groupes] == [["c1"], ["c2"], ["c3", "c4"]]
    assert list_rejets(preparation) == [
        (5, "COMMUNE_INTROUVABLE", "commune_nom"),
        (6, "IDENTIFIANT_MANQUANT", "id"),
        (7, "LIGNE_ILLISIBLE", None),
    ]
    assert dict(preparation.avertissements) == {
        Avertissement.CODE_DEDUIT: 4,
        Avertissement.DATE_ILLISIBLE: 1,  # "bientôt"
        Avertissement.GENRE_DEDUIT: 2,
        Avertissement.VALEUR_INCONNUE: 1,  # "Télécopier"
        Avertissement.COURRIEL_NOMINATIF: 1,
        Avertissement.COURRIEL_ILLISIBLE: 1,
        Avertissement.URL_ILLISIBLE: 1,
        Avertissement.POSITION_APPROCHEE: 1,
        Avertissement.HORAIRES_ILLISIBLES: 1,
        Avertissement.PIVOT_ILLISIBLE: 1,
    }


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read > 4_500
    assert sum(premier.rejected.values()) <= premier.read * 0.005
    # About 211 names stand twice at one postcode; most are one place, some are branches.
    assert 100 < premier.merged < 211
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
        lieux = session.scalars(
            select(Lieu).join(FicheSource, FicheSource.lieu_id == Lieu.id).where(FicheSource.source_id == SOURCE)
        ).all()
    assert all(is_valid(lieu.horaires) for lieu in lieux if lieu.horaires)
    assert all(lieu.commune_code and lieu.est_aide for lieu in lieux)
    assert not any(lieu.pivot == "0" * 14 for lieu in lieux)
    assert {lieu.commune_code for lieu in lieux} & {"75056", "69123", "13055"} == set()  # arrondissements are known
