"""Search, detail and counts on a real PostGIS. Distances: at 48.39° N, 0.01° of latitude is 1,112 m."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.foule import make_foule
from tests.factories.lieux import make_lieu, make_source
from tierslieux.core.errors import NotFoundError
from tierslieux.core.types import Bbox, Position
from tierslieux.lieux import queries, services
from tierslieux.lieux.enums import Besoin, Frais, Genre
from tierslieux.lieux.params import MAINTENANT, Criteres

BREST = Position(-4.49, 48.39)
# Monday 23 November 2026, 10:30 in Paris.
LUNDI = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


def noms(page: services.PageLieux) -> list[str]:
    return [lieu.nom for lieu in page.lieux]


def test_nearest_first_in_metres(session: Session) -> None:
    make_lieu(session, "loin", lat=48.41)
    make_lieu(session, "près", lat=48.40)
    make_lieu(session, "hors du rayon", lat=49.5)
    page = services.list_proches(session, BREST, Criteres(), now=LUNDI)
    assert noms(page) == ["près", "loin"]
    assert page.lieux[0].distance_m == pytest.approx(1112, abs=2)
    assert page.suivant is None
    assert page.plus_proche is None


def test_distance_is_not_measured_in_degrees(session: Session) -> None:
    # At 48.39° N a degree of longitude is 74 km, of latitude 111 km: 0.012° east is nearer than 0.010° north.
    make_lieu(session, "au nord", lat=48.40)
    make_lieu(session, "à l’est", lon=-4.478)
    assert noms(services.list_proches(session, BREST, Criteres(), now=LUNDI)) == ["à l’est", "au nord"]


def test_pages_follow_each_other_without_gap_nor_repeat(session: Session) -> None:
    # Three places share one spot: the cursor must tell them apart by their id.
    for rang in range(7):
        make_lieu(session, f"lieu {rang}", lat=48.40 if rang < 3 else 48.40 + rang / 1000)
    vus: list[str] = []
    curseur = None
    for _ in range(4):
        page = services.list_proches(session, BREST, Criteres(), now=LUNDI, limite=2, apres=curseur)
        vus += noms(page)
        curseur = page.suivant
    assert curseur is None
    assert vus == [f"lieu {rang}" for rang in range(7)]


def test_filters(session: Session) -> None:
    make_lieu(session, "fab", genres=("fablab",), frais=["payant"])
    make_lieu(session, "fs", frais=["gratuit"], accessible=True, lat=48.395)
    make_lieu(session, "mairie", genres=("mairie",), lat=48.391)
    make_lieu(session, "caché", statut="masque")
    make_lieu(session, "fermé", statut="ferme")

    def chercher(criteres: Criteres) -> list[str]:
        return noms(services.list_proches(session, BREST, criteres, now=LUNDI))

    assert chercher(Criteres()) == ["fab", "fs"]
    assert chercher(Criteres(genre=Genre.FABLAB)) == ["fab"]
    assert chercher(Criteres(besoin=Besoin.DEMARCHE)) == ["fs"]
    assert chercher(Criteres(besoin=Besoin.FABRIQUER)) == ["fab"]
    assert chercher(Criteres(gratuit=True)) == ["fs"]
    assert chercher(Criteres(accessible=True)) == ["fs"]
    assert chercher(Criteres(candidats=True)) == ["fab", "mairie", "fs"]
    assert chercher(Criteres(genre=Genre.MAIRIE)) == ["mairie"]


def test_open_now_keeps_only_places_known_to_be_open(session: Session) -> None:
    make_lieu(session, "ouvert", horaires="Mo 09:00-12:00", lat=48.40)
    make_lieu(session, "fermé le lundi", horaires="Tu 09:00-12:00", lat=48.395)
    make_lieu(session, "sans horaires", lat=48.392)
    page = services.list_proches(session, BREST, Criteres(quand=MAINTENANT), now=LUNDI)
    assert noms(page) == ["ouvert"]
    assert page.lieux[0].ouverture is not None
    assert page.lieux[0].ouverture.texte.startswith("Ouvert, ferme à 12")


def test_open_now_uses_the_time_of_the_place(session: Session) -> None:
    # 9:30 UTC is 13:30 in La Réunion.
    make_lieu(session, "Saint-Denis", lon=55.45, lat=-20.88, commune_code="97411", horaires="Mo 09:00-12:00")
    page = services.list_proches(session, Position(55.45, -20.88), Criteres(quand=MAINTENANT), now=LUNDI)
    assert noms(page) == []


def test_when_nothing_is_near_the_nearest_is_told(session: Session) -> None:
    make_lieu(session, "Rennes", lon=-1.68, lat=48.11)
    page = services.list_proches(session, BREST, Criteres(), now=LUNDI)
    assert page.lieux == ()
    assert page.plus_proche is not None
    assert page.plus_proche.nom == "Rennes"
    # Brest–Rennes: 209 km as the crow flies.
    assert page.plus_proche.distance_m == pytest.approx(209_000, rel=0.02)


def test_nothing_at_all(session: Session) -> None:
    page = services.list_proches(session, BREST, Criteres(), now=LUNDI)
    assert (page.lieux, page.suivant, page.plus_proche) == ((), None, None)


def test_box(session: Session) -> None:
    make_lieu(session, "dedans")
    make_lieu(session, "dehors", lon=2.35, lat=48.85)
    lieux = services.list_bbox(session, Bbox(-5, 48, -4, 49), Criteres(), now=LUNDI, limite=10)
    assert [lieu.nom for lieu in lieux] == ["dedans"]


@pytest.mark.parametrize("texte", ["mediatheque neruda", "Médiathèque", "NÉRUDA", "neru", "mediateque"])
def test_places_are_found_by_their_name(session: Session, texte: str) -> None:
    make_lieu(session, "Médiathèque Pablo Néruda")
    make_lieu(session, "Cyberbase du port")
    trouves = services.search_nom(session, texte, now=LUNDI, limite=5)
    assert [lieu.nom for lieu in trouves] == ["Médiathèque Pablo Néruda"]


@pytest.mark.parametrize("texte", ["", "!!!", "'; DROP TABLE lieu; --", "& | !", "\x00", "🦆", "x" * 5000, "a:* | b"])
def test_nonsense_finds_nothing_and_breaks_nothing(session: Session, texte: str) -> None:
    make_lieu(session, "Médiathèque Pablo Néruda")
    assert services.search_nom(session, texte, now=LUNDI, limite=5) == []


def test_detail_gives_each_value_with_its_source_and_date(session: Session) -> None:
    make_source(session, "invente", est_inventee=True, libelle="Exemple")
    lieu = make_lieu(
        session,
        "Espace France Services",
        telephone="+33298000000",
        frais=["gratuit"],
        horaires="Mo-Fr 09:00-12:00",
        accessible=True,
        source_id="invente",
        date_maj=dt.date(2024, 8, 1),
    )
    voisin = make_lieu(session, "Voisin", lat=48.40)
    detail = services.get_lieu(session, lieu.public_id, now=LUNDI)
    assert detail.resume.est_invente
    assert detail.resume.frais == (Frais.GRATUIT,)
    assert [v.public_id for v in detail.voisins] == [voisin.public_id]
    assert [ligne.jours for ligne in detail.semaine] == ["Du lundi au vendredi", "Samedi et dimanche"]
    champs = {champ.champ: champ for champ in detail.champs}
    assert champs["frais"].valeur == ("Gratuit",)
    assert champs["accessible"].valeur == "oui"
    assert champs["telephone"].sources[0].libelle == "Exemple"
    assert champs["telephone"].sources[0].date == dt.date(2024, 8, 1)
    assert champs.keys() == {
        "nom",
        "genres",
        "position",
        "telephone",
        "horaires",
        "frais",
        "accessible",
    }


def test_unknown_place(session: Session) -> None:
    with pytest.raises(NotFoundError):
        services.get_lieu(session, "inconnu", now=LUNDI)


@pytest.mark.parametrize(
    ("criteres", "index"),
    [(Criteres(), "ix_lieu_position_offre"), (Criteres(candidats=True), "ix_lieu_position")],
)
def test_nearest_search_walks_the_index(session: Session, criteres: Criteres, index: str) -> None:
    make_foule(session)
    stmt = queries.list_proches_stmt(BREST, criteres, rayon_m=50_000, limite=20)
    compile_ = stmt.compile(session.connection().engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(ligne for (ligne,) in session.execute(text(f"EXPLAIN {compile_}")))
    assert f"Index Scan using {index} " in plan
    assert "Order By" in plan
    assert "Sort" not in plan
