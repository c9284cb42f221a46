"""The figures of a territory in the API: each with its source and its date, unknown ones null."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.chiffres import BREST, PERSONNES, make_acces, make_edition, make_valeurs
from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.couverture.models import AccesCommune
from tierslieux.diffusion import reponses


@pytest.fixture
def _chiffres(session: Session) -> None:
    make_bretagne(session)
    make_valeurs(session)
    make_acces(session)
    make_edition(session)
    session.commit()


def get(client: FlaskClient, niveau: str, code: str) -> dict[str, Any]:
    reponse = client.get(f"/api/v1/territoires/{niveau}/{code}")
    assert reponse.status_code == 200, reponse.text
    corps: dict[str, Any] = reponse.get_json()
    reponses.Territoire.model_validate(corps)
    return corps


@pytest.mark.usefixtures("_chiffres")
def test_people_in_need_come_with_their_interval_their_year_and_their_source(client: FlaskClient) -> None:
    besoin = get(client, "commune", "29019")["besoin"]
    assert (besoin["valeur"], besoin["bas"], besoin["haut"], besoin["annee"]) == (10_000, 9_000, 11_000, 2021)
    assert (besoin["indicateur"], besoin["methode"]) == (PERSONNES, "modele")
    assert besoin["source"]["licence"] == "Licence Ouverte 2.0"
    assert besoin["definition"]


@pytest.mark.usefixtures("_chiffres")
def test_people_too_far_are_told_by_threshold_with_the_computation(client: FlaskClient) -> None:
    corps = get(client, "epci", BREST)
    assert [
        (e["seuil_min"], e["personnes_au_dela"], e["bas"], e["haut"], e["population_au_dela"]) for e in corps["ecart"]
    ] == [
        (10, 6_000, 5_400, 6_600, 84_632),
        (15, 3_000, 2_700, 3_300, 42_316),
        (20, 1_500, 1_300, 1_700, 21_158),
        (30, 0, 0, 0, 0),
    ]
    assert corps["ecart"][0] | {"besoin": 11_000, "cible": "aide", "mode": "voiture"} == corps["ecart"][0]
    assert corps["calcul"] == {
        "moteur": "estimation",
        "libelle": "estimation à partir de la distance",
        "estime": True,
        "date": "2026-11-22T04:12:00+00:00",
        "calcul_complet": "2026-11-22T04:12:00+00:00",
        "points": 6,
        "communes_avec_carreaux": 0,
        "lieux": 3,
        "lieux_sans_horaires": 1,
    }


@pytest.mark.usefixtures("_chiffres")
def test_access_names_the_nearest_place(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu(session, "=Fablab")
    session.get_one(AccesCommune, ("aide", "voiture", "29019")).lieu_id = lieu.id
    session.commit()
    (acces,) = get(client, "commune", "29019")["acces"]
    assert (acces["duree_min"], acces["duree_second_min"], acces["accessibilite"]) == (12.3, 18, 4.57)
    assert acces["lieu"]["nom"] == "=Fablab"
    assert acces["lieu"]["lien"].endswith(f"/lieux/{lieu.public_id}")
    (acces,) = get(client, "epci", BREST)["acces"]
    assert (acces["lieu"], acces["gini"], acces["part_dixieme"]) == (None, 0.25, 0.0312)


@pytest.mark.usefixtures("_chiffres")
def test_every_indicator_is_there_with_its_vintages(client: FlaskClient) -> None:
    valeurs = {(v["id"], v["millesime"]): v for v in get(client, "commune", "29019")["indicateurs"]}
    assert valeurs[PERSONNES, 2019]["valeur"] == 20_000
    classe = valeurs["classe_densite", 2025]
    assert (classe["valeur"], classe["classe"], classe["edition"]) == (1, "Grands centres urbains", "2025")
    assert (valeurs["taux_chomage", 2022]["valeur"], valeurs["taux_chomage", 2022]["unite"]) == (0.125, "part")


@pytest.mark.usefixtures("_chiffres")
def test_what_is_unknown_is_null(client: FlaskClient) -> None:
    corps = get(client, "commune", "22387")
    assert (corps["population"], corps["besoin"], corps["besoin_tiers_lieux"]) == (None, None, None)
    assert get(client, "departement", "22")["ecart"] == []


def test_before_any_computation_there_is_none(client: FlaskClient, session: Session) -> None:
    make_bretagne(session)
    session.commit()
    corps = get(client, "commune", "29019")
    vides = [corps[cle] for cle in ("besoin", "calcul", "ecart", "acces", "indicateurs")]
    assert vides == [None, None, [], [], []]
