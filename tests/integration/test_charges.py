"""Scripts in every text of a place, in every output: what is written is text, and nothing else changes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.conftest import build_settings
from tests.factories.charges import CHARGES, NEUTRE, Page, choose, list_cellules, read_page
from tests.factories.lieux import make_lieu
from tierslieux import create_app
from tierslieux.core.db import create_engine_for, session_factory, transaction
from tierslieux.extensions import CLE

TEXTES = (
    "nom",
    "adresse",
    "complement_adresse",
    "commune_nom",
    "code_postal",
    "telephone",
    "courriel",
    "prise_rdv",
    "presentation",
    "presentation_detail",
    "structure_parente",
    "pivot",
)
# Each becomes a link, if it is an address.
LIENS = ("site_web", "fiche_acces_libre")
LISTES = ("typologies", "autres_formations_labels", "autres_telephones", "autres_courriels")
SCHEMAS_SURS = ("/", "#", "?", "http://", "https://", "tel:", "mailto:", "sms:", "geo:", "webcal:", "data:image/")


def lay(session: Session, charge: str, rang: int = 0) -> str:
    """A place of which every text is this one; its public id."""
    dites: dict[str, Any] = dict.fromkeys((*TEXTES[1:], *LIENS), charge) | {champ: [charge] for champ in LISTES}
    lieu = make_lieu(
        session,
        charge,
        lon=-4.49 + rang / 10_000,
        horaires="Mo-Fr 09:00-12:00",
        services=["aide-aux-demarches-administratives"],
        **dites,
    )
    return lieu.public_id


def check_page(html: str, charge: str, temoin: Page) -> None:
    """The page is built as that of an ordinary text, says the text, and leads nowhere new."""
    page = read_page(html)
    assert page.squelette == temoin.squelette
    assert [adresse for adresse in page.adresses if not adresse.startswith(SCHEMAS_SURS)] == []
    assert page.says(charge)


@pytest.fixture
def temoin(session: Session) -> str:
    """An ordinary place."""
    return lay(session, NEUTRE)


PAGES = ("/lieux/{}", "/lieux/{}/telephoner", "/mes-lieux?l={}")


def test_there_are_a_hundred_payloads_and_they_are_all_different() -> None:
    assert len(CHARGES) == len(set(CHARGES)) >= 100


def get_page(client: FlaskClient, chemin: str) -> str:
    reponse = client.get(chemin, follow_redirects=True)
    assert reponse.status_code == 200, chemin
    return reponse.get_data(as_text=True)


@pytest.mark.parametrize("adresse", PAGES)
def test_pages_show_them_as_text(client: FlaskClient, session: Session, adresse: str) -> None:
    def read(texte: str) -> str:
        """The page of a place that is alone."""
        with session.begin_nested() as point:
            page = get_page(client, adresse.format(lay(session, texte)))
            point.rollback()
        return page

    ordinaire = read_page(read(NEUTRE))
    for charge in CHARGES:
        html = read(charge)
        check_page(html, charge, ordinaire)
        # JSON-LD ends where it should, and holds them whole.
        blocs = read_page(html).json_ld
        assert len(blocs) == len(ordinaire.json_ld)
        assert not blocs or charge in list(_list_textes(blocs))


def _list_textes(valeur: Any) -> Iterator[str]:
    if isinstance(valeur, str):
        yield valeur
    elif isinstance(valeur, dict):
        for autre in valeur.values():
            yield from _list_textes(autre)
    elif isinstance(valeur, list):
        for autre in valeur:
            yield from _list_textes(autre)


def test_geojson_says_them_whole_and_no_browser_takes_it_for_a_page(client: FlaskClient, session: Session) -> None:
    for charge in CHARGES:
        reponse = client.get(f"/api/v1/lieux/{lay(session, charge)}")
        assert reponse.mimetype == "application/geo+json"
        assert reponse.headers["X-Content-Type-Options"] == "nosniff"
        assert charge in list(_list_textes(json.loads(reponse.data)))


def test_calendars_hold_one_text_and_no_line_more(client: FlaskClient, session: Session, temoin: str) -> None:
    def read(public_id: str) -> icalendar.Calendar:
        return icalendar.Calendar.from_ical(client.get(f"/lieux/{public_id}/calendrier.ics").data)

    def shape(calendrier: icalendar.Calendar) -> list[tuple[str, list[str]]]:
        return [(composant.name, sorted(composant.keys())) for composant in calendrier.walk()]

    ordinaire = shape(read(temoin))
    for charge in CHARGES:
        calendrier = read(lay(session, charge))
        assert shape(calendrier) == ordinaire
        (evenement, *_) = calendrier.walk("VEVENT")
        assert "".join(charge.split()) in "".join(str(evenement["SUMMARY"]).split())


def test_drawings_hold_no_element_of_theirs(client: FlaskClient, session: Session, temoin: str) -> None:
    ordinaire = [e.tag for e in ET.fromstring(client.get(f"/lieux/{temoin}/qr.svg").data).iter()]  # noqa: S314  (our own output)
    for charge in choose(9):
        dessin = client.get(f"/lieux/{lay(session, charge)}/qr.svg").data
        assert [e.tag for e in ET.fromstring(dessin).iter()] == ordinaire  # noqa: S314  (our own output)


def test_a_printed_sheet_shows_them_and_does_nothing_of_its_own(client: FlaskClient, session: Session) -> None:
    # Drawing a sheet takes a fifth of a second: one payload out of eleven.
    for charge in choose(11):
        reponse = client.get(f"/lieux/{lay(session, charge)}/fiche.pdf", follow_redirects=True)
        assert reponse.mimetype == "application/pdf"
        lecteur = PdfReader(io.BytesIO(reponse.data))
        brut = reponse.data
        assert not any(nom in brut for nom in (b"/JavaScript", b"/JS ", b"/OpenAction", b"/Launch", b"/EmbeddedFile"))
        texte = "".join("".join(page.extract_text() for page in lecteur.pages).split())
        assert "".join(charge.split())[:8] in texte


def test_tables_hold_each_of_them_and_no_cell_is_a_formula(base_neuve: str, tmp_path: Path) -> None:
    engine = create_engine_for(base_neuve)
    with session_factory(engine)() as session, transaction(session):
        attendus = {lay(session, charge, rang): charge for rang, charge in enumerate(CHARGES)}
    app = create_app(build_settings(base_neuve, tmp_path))
    texte = app.test_client().get("/donnees/export/csv?candidats=1").get_data(as_text=True).removeprefix("\ufeff")
    engine.dispose()
    app.extensions[CLE].session_factory.kw["bind"].dispose()
    cellules = list_cellules(texte)
    assert not [
        cellule for cellule in cellules if cellule[:1] in {"=", "+", "-", "@", "\t", "\r"} and "tlxss" in cellule
    ]
    assert sum("tlxss" in cellule for cellule in cellules) >= len(attendus)
