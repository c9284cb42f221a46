"""A bus and its stops: hours of one week in two, and a geocoding that went astray."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from tests.sources.conftest import check_personnes, list_records, load_twice
from tierslieux.imports.contrat import Avertissement
from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.models import FicheSource, Lieu

SOURCE = "bus-charente"


def test_a_sample_gives_the_expected_records(prepare) -> None:
    preparation = prepare(SOURCE, "bus_charente.json")
    records = list_records(preparation)
    impaire, paire, egare, ancienne = (records[numero] for numero in "1234")
    assert impaire.valeurs["itinerant"] is True
    assert impaire.valeurs["genres"] == ["france-services", "conseiller-numerique", "bus-numerique"]
    assert (impaire.valeurs["code_postal"], impaire.valeurs["telephone"]) == ("16190", "+33545001122")
    assert impaire.valeurs["pivot"] == "43493312300029"
    assert impaire.valeurs["horaires"] == "week 01-53/2 Mo 09:30-12:30; PH off"
    assert impaire.valeurs["position"]["precision"] == "rue"
    assert paire.valeurs["horaires"] == "week 02-52/2 Tu 09:00-12:00,14:00-16:00; PH off"
    assert paire.valeurs["position"] == {"lon": 0.15, "lat": 45.36, "precision": "commune"}
    # Its own geocoding put it in Ajaccio: the commune that it declares is what is known.
    assert egare.valeurs["position"] == {"lon": 0.13, "lat": 45.5, "precision": "commune"}
    assert "horaires" not in egare.valeurs  # "9h-12h" says no day
    assert ancienne.valeurs["position"]["precision"] == "rue"  # in the former commune that it declares
    assert preparation.rejets == []
    assert preparation.avertissements[Avertissement.POSITION_ECARTEE] == 1


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert (premier.read, premier.created, premier.rejected) == (12, 12, {})
    assert premier.avertissements["POSITION_ECARTEE"] == 1
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
        stmt = select(Lieu).join(FicheSource, FicheSource.lieu_id == Lieu.id).where(FicheSource.source_id == SOURCE)
        lieux = session.scalars(stmt).all()
    assert all(lieu.itinerant and is_valid(lieu.horaires) and "week" in lieu.horaires for lieu in lieux)
