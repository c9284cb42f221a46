"""Ladder, lists, outlines and places of territories."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories.territoires import make_bretagne, make_territoire
from tierslieux.core.errors import NotFoundError
from tierslieux.core.types import Bbox, Position
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import (
    find_commune,
    find_commune_at,
    get_contour,
    get_territoire,
    list_contours,
    list_enfants,
    load_referentiel,
)


@pytest.fixture
def bretagne(session: Session) -> Session:
    make_bretagne(session)
    return session


def test_a_commune_with_its_ladder(bretagne: Session) -> None:
    brest = get_territoire(bretagne, Niveau.COMMUNE, "29019")
    assert [(parent.niveau, parent.nom) for parent in brest.parents] == [
        (Niveau.FRANCE, "France"),
        (Niveau.REGION, "Bretagne"),
        (Niveau.DEPARTEMENT, "Finistère"),
        (Niveau.EPCI, "Brest Métropole"),
    ]
    assert (brest.population, brest.population_annee) == (140_064, 2017)
    assert brest.emprise == Bbox(-4.6, 48.3, -4.5, 48.4)
    assert (brest.lon, brest.lat) == pytest.approx((-4.55, 48.35))
    assert brest.anciennes_communes == ("Lambézellec",)
    assert brest.nombre_communes is None


def test_a_year_goes_with_a_population(bretagne: Session) -> None:
    vieux_marche = get_territoire(bretagne, Niveau.COMMUNE, "22387")
    assert (vieux_marche.population, vieux_marche.population_annee) == (None, None)


@pytest.mark.parametrize(("niveau", "code"), [(Niveau.COMMUNE, "99999"), (Niveau.REGION, "29"), (Niveau.EPCI, "\t")])
def test_an_unknown_territory(bretagne: Session, niveau: Niveau, code: str) -> None:
    with pytest.raises(NotFoundError):
        get_territoire(bretagne, niveau, code)
    with pytest.raises(NotFoundError):
        get_contour(bretagne, niveau, code)


def test_levels_are_cut_into_their_parts(bretagne: Session) -> None:
    def enfants(niveau: Niveau, code: str) -> dict[str, list[str]]:
        parties = list_enfants(bretagne, get_territoire(bretagne, niveau, code))
        return {niveau.value: [partie.nom for partie in liste] for niveau, liste in parties.items()}

    assert enfants(Niveau.FRANCE, "FR") == {"region": ["Bretagne"]}
    assert enfants(Niveau.REGION, "53") == {"departement": ["Côtes-d'Armor", "Finistère"]}
    assert enfants(Niveau.DEPARTEMENT, "29") == {
        "epci": ["Brest Métropole", "Communauté de communes du Trégor"],
        "commune": ["Brest", "Guipavas", "Landerneau", "Plourin"],
    }
    # This EPCI has communes in both départements.
    assert enfants(Niveau.DEPARTEMENT, "22")["epci"] == ["Communauté de communes du Trégor"]
    assert enfants(Niveau.EPCI, "200000001") == {"commune": ["Landerneau", "Plourin", "Le Vieux-Marché"]}
    assert enfants(Niveau.COMMUNE, "29019") == {}


def test_names_are_sorted_without_article_nor_accent(session: Session) -> None:
    make_territoire(session, Niveau.FRANCE, "FR", "France")
    for code, nom in (("1", "Zone"), ("2", "Île-de-France"), ("3", "Hauts-de-France"), ("4", "Jura")):
        make_territoire(session, Niveau.REGION, code, nom)
    regions = list_enfants(session, get_territoire(session, Niveau.FRANCE, "FR"))[Niveau.REGION]
    assert [region.nom for region in regions] == ["Hauts-de-France", "Île-de-France", "Jura", "Zone"]


def test_arrondissements_go_by_number(session: Session) -> None:
    make_territoire(session, Niveau.COMMUNE, "75056", "Paris")
    for numero in (10, 2, 1):
        nom = f"Paris {numero}e Arrondissement"
        make_territoire(session, Niveau.ARRONDISSEMENT, f"751{numero:02}", nom, commune_code="75056")
    paris = get_territoire(session, Niveau.COMMUNE, "75056")
    codes = [enfant.code for enfant in list_enfants(session, paris)[Niveau.ARRONDISSEMENT]]
    assert codes == ["75101", "75102", "75110"]
    assert [parent.nom for parent in get_territoire(session, Niveau.ARRONDISSEMENT, "75101").parents] == ["Paris"]


def test_counts_of_communes(bretagne: Session) -> None:
    assert get_territoire(bretagne, Niveau.FRANCE, "FR").nombre_communes == 5
    assert get_territoire(bretagne, Niveau.DEPARTEMENT, "29").nombre_communes == 4
    assert get_territoire(bretagne, Niveau.EPCI, "200000001").nombre_communes == 3


def nom_at(session: Session, lon: float, lat: float) -> str | None:
    commune = find_commune_at(session, Position(lon, lat))
    return commune and commune.nom


def test_the_commune_around_me(bretagne: Session) -> None:
    assert nom_at(bretagne, -4.55, 48.35) == "Brest"
    assert nom_at(bretagne, -4.41, 48.35) == "Guipavas"
    # On the quay, 0.01° (1.1 km) south of the polygon; 0.03° (3.3 km) is at sea.
    assert nom_at(bretagne, -4.55, 48.29) == "Brest"
    assert nom_at(bretagne, -4.55, 48.27) is None
    assert nom_at(bretagne, 0, 0) is None


def test_the_nearest_commune_is_nearest_in_metres(session: Session) -> None:
    # From (0, 51): 0.020° west is 1.4 km, 0.015° south is 1.7 km.
    make_territoire(session, Niveau.COMMUNE, "1", "À l’ouest", carre=(-0.12, 50.95, -0.02, 51.05))
    make_territoire(session, Niveau.COMMUNE, "2", "Au sud", carre=(-0.01, 50.9, 0.1, 50.985))
    assert nom_at(session, 0, 51) == "À l’ouest"


def test_the_arrondissement_rather_than_its_city(session: Session) -> None:
    make_territoire(session, Niveau.COMMUNE, "75056", "Paris", carre=(2.2, 48.8, 2.4, 49.0))
    make_territoire(session, Niveau.ARRONDISSEMENT, "75101", "Paris 1er Arrondissement", carre=(2.2, 48.8, 2.3, 48.9))
    assert nom_at(session, 2.25, 48.85) == "Paris 1er Arrondissement"
    assert nom_at(session, 2.35, 48.85) == "Paris"


def test_a_commune_by_its_code_of_today_or_of_before(bretagne: Session) -> None:
    brest = find_commune(bretagne, "29019")
    assert brest is not None
    assert (brest.nom, brest.toponyme) == ("Brest", None)
    ancienne = find_commune(bretagne, "29990")
    assert ancienne is not None
    assert (ancienne.nom, ancienne.toponyme) == ("Brest", "Lambézellec")
    assert find_commune(bretagne, "00000") is None
    assert find_commune(bretagne, "53") is None  # a région is no commune


def test_outlines(bretagne: Session) -> None:
    contour = get_contour(bretagne, Niveau.COMMUNE, "29019")
    assert contour is not None
    assert contour.bounds == (-4.6, 48.3, -4.5, 48.4)
    assert get_contour(bretagne, Niveau.EPCI, "242900314") is None

    def codes(niveau: Niveau, **ou: object) -> list[str]:
        return [contour.code for contour in list_contours(bretagne, niveau, **ou)]

    assert codes(Niveau.DEPARTEMENT) == ["22", "29"]
    assert codes(Niveau.COMMUNE, parent=(Niveau.DEPARTEMENT, "22")) == ["22387"]
    assert codes(Niveau.COMMUNE, parent=(Niveau.EPCI, "242900314")) == ["29019", "29075"]
    assert codes(Niveau.COMMUNE, emprise=Bbox(-4.42, 48.3, -4.38, 48.4)) == ["29075", "29103"]
    assert codes(Niveau.COMMUNE, limite=2) == ["22387", "29019"]


def test_the_reference_of_imports(bretagne: Session) -> None:
    make_territoire(bretagne, Niveau.COMMUNE, "29998", "Sans polygone")
    referentiel = load_referentiel(bretagne)
    assert sorted(referentiel.communes) == ["22387", "29019", "29075", "29103", "29208", "29998"]
    successeur = referentiel.find_successeur("29990")
    assert successeur is not None
    assert successeur.code == "29019"
    trouvee = referentiel.find_nom("vieux marché", "22")
    assert trouvee is not None
    assert trouvee.code == "22387"
    assert referentiel.compute_distance_m("29019", -4.55, 48.35) == 0
    assert referentiel.compute_distance_m("29998", -4.55, 48.35) is None
    assert [commune.code for commune in referentiel.list_code_postal("29200")] == ["29019"]
