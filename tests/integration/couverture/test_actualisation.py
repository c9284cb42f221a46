"""A change of places, computed alone, gives what a whole computation gives."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from tests.factories.couverture import ILE, NOW, OUEST, OUTRE_MER, SUD, get_code, make_pays
from tests.factories.lieux import make_lieu
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture import hypotheses
from tierslieux.couverture.actualisation import update
from tierslieux.couverture.calcul import compute
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture, LieuCouvert
from tierslieux.lieux.models import FicheSource, Lieu

# A median that one more place does not move.
HORAIRES = ("Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00", "Sa 10:00-12:00", None)
GENRES = (("france-services",), ("conseiller-numerique", "bibliotheque"), ("bibliotheque",), ("coworking", "epn"))


def read_all(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    session.flush()
    session.expire_all()
    tables: dict[str, list[tuple[Any, ...]]] = {}
    for modele in (AccesCommune, AccesTerritoire, LieuCouvert):
        table = modele.__table__
        cles = [colonne for colonne in table.c if colonne.primary_key]
        tables[modele.__tablename__] = [tuple(r) for r in session.execute(select(table).order_by(*cles))]
    return tables


def draw_lieu(hasard: random.Random, session: Session) -> Lieu:
    rang = hasard.randrange(16)
    ou: dict[str, Any] = {
        "lon": OUEST + 0.24 * hasard.random(),
        "lat": SUD + 0.24 * hasard.random(),
        "commune_code": get_code(rang),
    }
    if hasard.random() < 0.15:
        ou = {"lon": -5.1 + 0.02 * hasard.random(), "lat": 48.46, "commune_code": ILE}
    elif hasard.random() < 0.1:
        ou = {"lon": 55.45, "lat": -20.9 + 0.01 * hasard.random(), "commune_code": OUTRE_MER}
    return make_lieu(session, genres=hasard.choice(GENRES), horaires=hasard.choice(HORAIRES), **ou)


def change(hasard: random.Random, session: Session) -> str:
    """One change of one place."""
    lieux = session.scalars(select(Lieu).where(Lieu.statut == "publie").order_by(Lieu.id)).all()
    lieu = hasard.choice(lieux)
    quoi = hasard.choice(("add", "add", "move", "close", "hours", "kind", "none"))
    if quoi == "add":
        draw_lieu(hasard, session)
    elif quoi == "move":
        lieu.geom = f"SRID=4326;POINT({OUEST + 0.24 * hasard.random()} {SUD + 0.24 * hasard.random()})"
        lieu.commune_code = get_code(hasard.randrange(16))
    elif quoi == "close":
        lieu.statut = "ferme"
    elif quoi == "hours":
        lieu.horaires = hasard.choice(HORAIRES)
    elif quoi == "kind":
        lieu.genres, lieu.est_aide = ["bibliotheque"], bool(lieu.services)
    session.flush()
    return quoi


def test_changes_one_after_the_other_are_a_whole_computation(session: Session) -> None:
    hasard = random.Random(3)  # noqa: S311  (a draw to be made again)
    make_pays(session)
    for _ in range(30):
        draw_lieu(hasard, session)
    compute(session, None, now=NOW, progress=ignore_progress)
    statuts = []
    for _ in range(14):
        quoi = [change(hasard, session) for _ in range(hasard.choice((1, 1, 2)))]
        rapport = update(session, None, now=NOW)
        statuts.append(rapport.statut)
        apres = read_all(session)
        resume = session.get_one(EditionCouverture, 1).resume
        compute(session, None, now=NOW, progress=ignore_progress)
        assert read_all(session) == apres, quoi
        assert session.get_one(EditionCouverture, 1).resume == resume, quoi
    # Not by computing everything each time.
    assert statuts.count("actualisee") >= 8


def test_one_place_changes_only_what_it_should(session: Session) -> None:
    hasard = random.Random(9)  # noqa: S311  (a draw to be made again)
    make_pays(session)
    for _ in range(40):
        draw_lieu(hasard, session)
    compute(session, None, now=NOW, progress=ignore_progress)
    avant = read_all(session)
    make_lieu(session, genres=("bibliotheque",), commune_code=ILE, lon=-5.1, lat=48.461, horaires=HORAIRES[0])
    rapport = update(session, None, now=NOW)
    assert (rapport.statut, rapport.changements, rapport.communes_touchees) == ("actualisee", 1, 1)
    apres = read_all(session)
    changees = [ligne for ligne in apres["acces_commune"] if ligne not in avant["acces_commune"]]
    assert {(ligne[0], ligne[2]) for ligne in changees} == {("bibliotheque", ILE)}
    territoires = {ligne[:3] for ligne in apres["acces_territoire"] if ligne not in avant["acces_territoire"]}
    assert territoires == {
        ("departement", "29", "bibliotheque"),
        ("region", "53", "bibliotheque"),
        ("france", "FR", "bibliotheque"),
    }


def test_without_change_nothing_is_written(session: Session) -> None:
    make_pays(session)
    make_lieu(session, commune_code=get_code(3), lon=-3.3, lat=48.03)
    assert update(session, None, now=NOW).statut == "calculee"  # the first time
    suivant = NOW + dt.timedelta(hours=1)
    assert update(session, None, now=suivant).statut == "inchangee"
    edition = session.get_one(EditionCouverture, 1)
    assert (edition.calculee_at, edition.actualisee_at) == (NOW, NOW)
    # A name, a phone number: nothing that people travel by.
    session.execute(text("UPDATE lieu SET nom = 'Autre nom', telephone = '+33 1 23 45 67 89'"))
    assert update(session, None, now=suivant).statut == "inchangee"


def test_the_last_place_goes_and_comes_back(session: Session) -> None:
    make_pays(session)
    lieu = make_lieu(session, commune_code=ILE, lon=-5.1, lat=48.46, avec_histoire=False)
    compute(session, None, now=NOW, progress=ignore_progress)
    session.execute(delete(FicheSource))
    session.delete(lieu)
    session.flush()
    update(session, None, now=NOW)
    session.expire_all()
    assert session.get_one(AccesCommune, ("aide", "voiture", ILE)).duree_min is None
    make_lieu(session, commune_code=ILE, lon=-5.1, lat=48.46)
    update(session, None, now=NOW)
    session.expire_all()
    assert session.get_one(AccesCommune, ("aide", "voiture", ILE)).duree_min is not None


@pytest.mark.parametrize("cause", ["assumptions", "people", "year"])
def test_what_is_no_change_of_a_place_asks_for_a_whole_computation(
    session: Session, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    make_pays(session)
    make_lieu(session, commune_code=ILE, lon=-5.1, lat=48.46)
    compute(session, None, now=NOW, progress=ignore_progress)
    now = NOW
    if cause == "assumptions":
        monkeypatch.setattr(hypotheses, "SEMAINES", 53)
    elif cause == "people":
        session.execute(text("UPDATE edition_indicateurs SET empreinte = '1'"))
    else:
        now = NOW + dt.timedelta(days=365)
    assert update(session, None, now=now).statut == "calculee"
