"""The calendar that a place gives to agendas."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)


def test_openings_are_downloaded(session: Session, client: FlaskClient) -> None:
    lieu = make_lieu(session, "Permanence", horaires="Mo-Su 09:00-12:00,14:00-15:00; PH off", telephone="+33298000001")
    session.commit()
    reponse = client.get(f"/lieux/{lieu.public_id}/calendrier.ics")
    assert (reponse.status_code, reponse.mimetype) == (200, "text/calendar")
    evenements = Calendar.from_ical(reponse.data).walk("VEVENT")
    # Twice a day for sixty days, less the few public holidays that they may hold.
    assert 110 <= len(evenements) <= 120
    assert {evenement.start.tzinfo.key for evenement in evenements} == {"Europe/Paris"}
    description = evenements[0]["DESCRIPTION"].replace("\u00a0", " ")
    assert "02 98 00 00 01" in description
    assert "Source essai" in description
    assert f"/lieux/{lieu.public_id}" in description


@pytest.mark.parametrize("horaires", [None, "sur rendez-vous"])
def test_a_place_without_hours_says_what_to_do(session: Session, client: FlaskClient, horaires: str | None) -> None:
    lieu = make_lieu(session, horaires=horaires)
    session.commit()
    reponse = client.get(f"/lieux/{lieu.public_id}/calendrier.ics")
    assert reponse.status_code == 404
    assert "Téléphonez avant de venir" in reponse.text


@pytest.mark.parametrize("statut", ["masque", "ferme"])
def test_a_place_that_is_not_published_has_none(session: Session, client: FlaskClient, statut: str) -> None:
    lieu = make_lieu(session, horaires="Mo 09:00-12:00", statut=statut)
    session.commit()
    assert client.get(f"/lieux/{lieu.public_id}/calendrier.ics").status_code == 404


@pytest.mark.parametrize("public_id", ["inconnu", "é", "a" * 100])
def test_an_unknown_place_has_none(client: FlaskClient, public_id: str) -> None:
    assert client.get(f"/lieux/{public_id}/calendrier.ics").status_code == 404
