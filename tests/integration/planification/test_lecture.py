"""Grounds of studies read from a small country: figures are those of the diagnosis, candidates are buildings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.factories.couverture import NOW, OUEST, OUTRE_MER, SUD, get_code, make_pays
from tests.factories.lieux import make_lieu
from tierslieux.core.errors import ComputationError, InvalidInputError, NotFoundError
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture.calcul import compute
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import list_ecarts
from tierslieux.lieux.enums import Genre
from tierslieux.planification.bilan import compute_bilan, compute_etat
from tierslieux.planification.enums import Priorite, Propriete
from tierslieux.planification.etude import Etude
from tierslieux.planification.lecture import read_terrain
from tierslieux.planification.models import TableTerritoire
from tierslieux.planification.services import find_plan
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

FINISTERE = Etude(Niveau.DEPARTEMENT, "29", genres=(Genre.MAIRIE, Genre.BIBLIOTHEQUE, Genre.COWORKING))


@pytest.fixture
def pays(session: Session) -> Session:
    """Help in one corner; a town hall in each commune of the first line, one library, one third place."""
    make_pays(session)
    make_lieu(session, "Aide", genres=("france-services",), commune_code=get_code(0), lon=OUEST + 0.02, lat=SUD + 0.02)
    make_lieu(session, "Aide de l’île", genres=("epn",), commune_code=OUTRE_MER, lon=55.45, lat=-20.9)
    for rang in range(4):
        make_lieu(
            session,
            f"Mairie {rang}",
            genres=("mairie",),
            commune_code=get_code(rang),
            lon=OUEST + 0.06 * rang + 0.02,
            lat=SUD + 0.03,
        )
    make_lieu(session, "Bibliothèque", genres=("bibliotheque",), commune_code=get_code(5), lon=-3.41, lat=48.08)
    make_lieu(session, "Bureaux", genres=("coworking",), commune_code=get_code(9), lon=-3.41, lat=48.14)
    make_lieu(session, "Fermée", genres=("mairie",), commune_code=get_code(4), statut="ferme", lon=-3.47, lat=48.08)
    compute(session, None, now=NOW, progress=ignore_progress)
    return session


def list_candidats(session: Session, etude: Etude) -> list[str]:
    terrain = read_terrain(session, etude)
    return sorted(terrain.sites[i].nom for i in terrain.candidats)


@pytest.mark.parametrize(
    ("niveau", "code"),
    [
        (Niveau.FRANCE, "FR"),
        (Niveau.REGION, "53"),
        (Niveau.DEPARTEMENT, "29"),
        (Niveau.EPCI, "200000002"),
        (Niveau.COMMUNE, get_code(3)),
    ],
)
def test_people_left_out_today_are_those_of_the_diagnosis(pays: Session, niveau: Niveau, code: str) -> None:
    terrains = {}
    comparees = 0
    for ecart in list_ecarts(pays, niveau, code):
        regle = ecart.regle
        besoin = {Cible.TIERS_LIEU: "actifs_occupes", Cible.AIDE: "personnes_illectronisme"}.get(regle.cible)
        if besoin is None:
            continue
        etude = Etude(niveau, code, cible=regle.cible, mode=regle.mode, minutes=regle.seuil_min, besoin=besoin)
        cle = (regle.cible, regle.mode)
        terrain = terrains[cle] = terrains.get(cle) or read_terrain(pays, etude)
        bilan = compute_bilan(terrain, etude, compute_etat(terrain, terrain.list_ouverts()))
        assert bilan.population_au_dela == pytest.approx(ecart.population_au_dela)
        assert ecart.besoin is not None
        assert ecart.besoin_au_dela is not None
        assert bilan.besoin.valeur == pytest.approx(ecart.besoin)
        assert bilan.au_dela.valeur == pytest.approx(ecart.besoin_au_dela)
        if niveau is not Niveau.COMMUNE:
            assert (bilan.au_dela.bas, bilan.au_dela.haut) == (
                ecart.bas if ecart.bas is None else pytest.approx(ecart.bas),
                ecart.haut if ecart.haut is None else pytest.approx(ecart.haut),
            )
        comparees += 1
    assert comparees == 2 * len(Mode) * len(SEUILS_MIN)


def test_candidates_are_published_buildings_of_the_territory(pays: Session) -> None:
    # Communes 0 and 1 are in the Finistère, 2 and 3 in the Côtes-d'Armor.
    assert list_candidats(pays, FINISTERE) == ["Bibliothèque", "Bureaux", "Mairie 0", "Mairie 1"]
    assert list_candidats(pays, replace(FINISTERE, genres=(Genre.MAIRIE,))) == ["Mairie 0", "Mairie 1"]
    assert list_candidats(pays, replace(FINISTERE, propriete=Propriete.PUBLIQUE)) == [
        "Bibliothèque",
        "Mairie 0",
        "Mairie 1",
    ]
    assert list_candidats(pays, replace(FINISTERE, propriete=Propriete.PRIVEE)) == ["Bureaux"]
    # 200 people in commune 1, 600 in commune 5, 1,000 in commune 9.
    assert list_candidats(pays, replace(FINISTERE, population_min=200, population_max=600)) == [
        "Bibliothèque",
        "Mairie 1",
    ]
    autour = ((-3.42, 48.07), (-3.40, 48.07), (-3.40, 48.20), (-3.42, 48.20))
    assert list_candidats(pays, replace(FINISTERE, zone=autour)) == ["Bibliothèque", "Bureaux"]
    en_mer = ((-6.0, 47.0), (-5.9, 47.0), (-5.9, 47.1))
    assert list_candidats(pays, replace(FINISTERE, zone=en_mer)) == []


def test_what_is_open_already_is_no_candidate(pays: Session) -> None:
    terrain = read_terrain(pays, replace(FINISTERE, genres=(Genre.FRANCE_SERVICES, Genre.MAIRIE)))
    assert [site.nom for site in terrain.sites[: terrain.nombre_ouverts]] == ["Aide"]
    assert "Aide" not in {terrain.sites[i].nom for i in terrain.candidats}


def test_a_table_adds_candidates_and_gives_a_need(pays: Session) -> None:
    pays.add(
        TableTerritoire(
            public_id="abc",
            niveau="departement",
            code="29",
            nom="sites.csv",
            sha256="0",
            lignes=[
                {
                    "rang": 1,
                    "nom": "Ancienne école",
                    "commune_code": get_code(4),
                    "lon": -3.47,
                    "lat": 48.09,
                    "cout": 50.0,
                },
                {"rang": 2, "commune_code": get_code(4), "personnes": 70.0},
                {"rang": 3, "commune_code": get_code(5), "personnes": 30.0},
            ],
            rejets=[],
            deposee_at=NOW,
            gardee_at=NOW,
            utilisee_at=NOW,
        )
    )
    pays.flush()
    assert list_candidats(pays, replace(FINISTERE, genres=(), table="abc")) == ["Ancienne école"]
    terrain = read_terrain(pays, replace(FINISTERE, besoin="table-abc"))
    assert terrain.poids.sum() == pytest.approx(100.0)
    with pytest.raises(InvalidInputError, match="ailleurs"):
        read_terrain(pays, replace(FINISTERE, table="ailleurs"))
    with pytest.raises(InvalidInputError, match="abc"):
        read_terrain(pays, replace(FINISTERE, code="22", table="abc"))


def test_priority_needs_its_indicator(pays: Session) -> None:
    with pytest.raises(ComputationError, match="part_locaux_30"):
        read_terrain(pays, replace(FINISTERE, priorite=Priorite.ZONES_BLANCHES))


def test_a_plan_is_the_same_after_reading_again_and_another_once_a_place_opens(pays: Session) -> None:
    etude = replace(FINISTERE, mode=Mode.A_PIED, sites=1)
    plan = find_plan(pays, etude)
    assert plan.empreinte == find_plan(pays, etude).empreinte
    choisi = plan.sites[0].site
    make_lieu(pays, "Nouvelle aide", genres=("epn",), commune_code=get_code(1), lon=choisi.lon, lat=choisi.lat)
    compute(pays, None, now=NOW + dt.timedelta(days=1), progress=ignore_progress)
    assert plan.empreinte != find_plan(pays, etude).empreinte


@pytest.mark.parametrize(
    ("etude", "erreur", "message"),
    [
        (Etude(Niveau.DEPARTEMENT, "99"), NotFoundError, "n’existe pas"),
        (replace(FINISTERE, besoin="part_illectronisme"), InvalidInputError, "compte des personnes"),
        (replace(FINISTERE, besoin="licornes"), InvalidInputError, "compte des personnes"),
        (replace(FINISTERE, besoin="chomeurs"), ComputationError, "pas chargé"),
    ],
)
def test_what_cannot_be_read_is_told(pays: Session, etude: Etude, erreur: type[Exception], message: str) -> None:
    with pytest.raises(erreur, match=message):
        read_terrain(pays, etude)


def test_before_any_coverage_no_plan_is_made_up(session: Session) -> None:
    make_pays(session)
    with pytest.raises(ComputationError, match="pas encore calculée"):
        find_plan(session, FINISTERE)
