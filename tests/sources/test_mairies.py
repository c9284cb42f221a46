"""Town halls: a sample, then those of all communes."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.sources import mairies
from tierslieux.lieux.models import FicheSource, Lieu

SOURCE = "mairies"


def test_a_sample_gives_the_expected_records(prepare) -> None:
    preparation = prepare(SOURCE, "mairies.json")
    records = list_records(preparation)
    assert records["29019"].valeurs == {
        "nom": "Mairie de Brest",
        "genres": ["mairie"],
        "adresse": "1 rue Inventée",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "position": {"lon": -4.4861, "lat": 48.3905, "precision": "adresse"},
        "courriel": "accueil@exemple.fr",
        "telephone": "+33298001122",
        "site_web": "https://exemple.fr",
        "horaires": "Mo-Th 08:00-12:00,13:30-17:30; Sa 09:00-12:00",
    }
    mans = records["72181"].valeurs
    assert mans["nom"] == "Mairie du Mans"
    assert (mans["adresse"], mans["code_postal"]) == ("Place Inventée, Hôtel de ville", "72039")
    assert mans["horaires"] == "Fr 09:00-12:00"  # two overlapping slots of one day
    # Its file puts it in Paris: the town hall is of Le Mans for sure, so that its position gives way.
    assert mans["position"] == {"lon": 0.2, "lat": 48.0, "precision": "commune"}
    assert "telephone" not in mans
    ajaccio = records["2A004"].valeurs
    assert ajaccio["nom"] == "Mairie d'Ajaccio"
    assert {"horaires", "courriel", "adresse"} & ajaccio.keys() == set()  # a slot of no length: the week is not sure
    assert "position" not in records["55039"].valeurs
    assert list_rejets(preparation) == []
    assert dict(preparation.avertissements) == {
        Avertissement.CRENEAUX_REUNIS: 1,
        Avertissement.HORAIRES_ILLISIBLES: 1,
        Avertissement.COURRIEL_NOMINATIF: 1,
        Avertissement.TELEPHONE_ILLISIBLE: 1,
        Avertissement.POSITION_ECARTEE: 1,
        Avertissement.POSITION_APPROCHEE: 1,
        Avertissement.POSITION_ABSENTE: 1,
    }


@pytest.mark.parametrize(
    "horaires",
    ["[", '[["lundi"]]', '[["lundredi","lundi",[]]]', '[["mardi","lundi",[]]]', '[["lundi","lundi",[["9h","12h"]]]]'],
)
def test_hours_that_cannot_be_read_are_left_out(horaires: str) -> None:
    avertissements: list[Avertissement] = []
    assert mairies.parse_horaires(horaires, avertissements) is None
    assert avertissements == [Avertissement.HORAIRES_ILLISIBLES]


def test_without_hours_nothing_is_said() -> None:
    avertissements: list[Avertissement] = []
    assert mairies.parse_horaires("[]", avertissements) is None
    assert mairies.parse_horaires(None, avertissements) is None
    assert avertissements == []


def test_what_is_packed_is_what_is_parsed() -> None:
    (record,) = mairies.parse(mairies.pack([{"code_insee": "29019", "nom": "Brest", "autre": "x"}]))
    assert record.valeurs["nom"] == "Mairie de Brest"
    assert "autre" not in json.dumps(record.brut)


def test_the_town_halls_of_all_communes(fabrique_nationale) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, None)
    assert premier.read == premier.created == 34_875
    assert premier.rejected == {}
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
        les_siens = select(Lieu.id).join(FicheSource, FicheSource.lieu_id == Lieu.id)
        les_siens = les_siens.where(FicheSource.source_id == SOURCE)
        communes = session.scalar(select(func.count(Lieu.commune_code.distinct())).where(Lieu.id.in_(les_siens)))
        aides = session.scalar(select(func.count()).where(Lieu.id.in_(les_siens), Lieu.est_aide))
    assert (communes, aides) == (34_875, 0)
