"""The whole computation on a small country, against brute force, and what readers are given of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.couverture import GRANDE, ILE, NOW, OUEST, OUTRE_MER, PAS_DEG, SUD, get_code, make_pays
from tests.factories.lieux import make_lieu
from tests.oracles.couverture import run_couverture
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture import services
from tierslieux.couverture.calcul import Rapport, compute, compute_couverture
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, PointHabite
from tierslieux.couverture.services import Regle
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.trajets.moteur import Mode

HORAIRES = "Mo-Fr 09:00-12:00"
ACCES = ("acces-internet-et-materiel-informatique",)


def make_lieux(session: Session) -> None:
    """Help in two corners, at one address twice; a library beyond the border; a third place; one place overseas."""
    coin = {"lon": OUEST + 0.02, "lat": SUD + 0.02}
    make_lieu(session, genres=("france-services",), commune_code=get_code(0), horaires=HORAIRES, **coin)
    make_lieu(session, genres=("conseiller-numerique",), commune_code=get_code(0), horaires="Sa 10:00-12:00", **coin)
    make_lieu(session, genres=("epn",), services=ACCES, commune_code=get_code(15), lon=-3.28, lat=48.22)
    make_lieu(session, genres=("bibliotheque",), commune_code=get_code(6), lon=-3.37, lat=48.08, horaires=HORAIRES)
    make_lieu(session, genres=("coworking",), commune_code=get_code(9), lon=-3.41, lat=48.14, horaires=HORAIRES)
    make_lieu(session, genres=("france-services",), commune_code=OUTRE_MER, lon=55.45, lat=-20.9, horaires=HORAIRES)
    # Neither is shown: nobody can go there.
    make_lieu(session, genres=("epn",), commune_code=GRANDE, statut="ferme")
    make_lieu(session, genres=("epn",), commune_code=GRANDE, lon=None, lat=None)
    # A town hall that declares nothing is no help.
    make_lieu(session, genres=("mairie",), commune_code=get_code(4), lon=-3.47, lat=48.08)


@pytest.fixture
def rapport(session: Session) -> Rapport:
    make_pays(session)
    make_lieux(session)
    return compute(session, None, now=NOW, progress=ignore_progress)


def test_every_figure_is_that_of_brute_force(session: Session, rapport: Rapport) -> None:
    bilan = run_couverture(session, ("29", "22", "974"))
    assert bilan.desaccords == []
    assert bilan.verifications > 3_000
    assert rapport.lieux == 6
    assert rapport.lieux_par_cible["aide"] == 4
    assert rapport.lieux_sans_horaires == 1


def test_people_beyond_and_people_within_are_all_of_them_at_every_level(session: Session, rapport: Rapport) -> None:
    enfants = {Niveau.FRANCE: Niveau.REGION, Niveau.REGION: Niveau.DEPARTEMENT, Niveau.DEPARTEMENT: Niveau.COMMUNE}
    for cible in (Cible.AIDE, Cible.TIERS_LIEU):
        regle = Regle(cible, Mode.A_PIED, 10)
        for niveau, enfant in enfants.items():
            for parent in services.list_ecarts_niveau(session, niveau, regle):
                assert parent.ecart is not None
                parties = [e.ecart for e in services.list_ecarts_niveau(session, enfant, regle, (niveau, parent.code))]
                for champ in ("population", "population_au_dela", "besoin", "besoin_au_dela"):
                    somme = sum(getattr(partie, champ) for partie in parties)
                    assert getattr(parent.ecart, champ) == pytest.approx(somme, rel=1e-12), (parent.code, champ)
                assert 0 <= parent.ecart.population_au_dela <= parent.ecart.population
    france = services.list_ecarts_niveau(session, Niveau.FRANCE, Regle())[0].ecart
    # 100 x (1 + ... + 16) + 800 + 5,000; in need 8 % of the square, 12 % of the others.
    assert france is not None
    assert france.population == 19_400
    assert france.besoin == pytest.approx(0.08 * 13_600 + 0.12 * 5_800)
    assert rapport.communes == 18


def test_the_neighbour_across_the_border_counts(session: Session, rapport: Rapport) -> None:
    """The only library is in the Côtes-d'Armor; for the commune next to it, in the Finistère, it is the nearest."""
    acces = session.get_one(AccesCommune, ("bibliotheque", "voiture", get_code(5)))
    assert acces.duree_min is not None
    assert acces.duree_min < 20
    assert rapport.communes_avec_carreaux == 0


def test_nobody_leaves_an_island_to_be_helped(session: Session, rapport: Rapport) -> None:
    [acces] = [
        a for a in services.list_acces(session, Niveau.COMMUNE, ILE) if (a.cible, a.mode) == (Cible.AIDE, Mode.VOITURE)
    ]
    assert (acces.duree_min, acces.lieu_public_id) == (None, None)
    ecarts = {e.regle: e for e in services.list_ecarts(session, Niveau.COMMUNE, ILE)}
    assert ecarts[Regle()].population_au_dela == 800
    # Overseas there is one place: a first, no second.
    [outre_mer] = [
        a
        for a in services.list_acces(session, Niveau.COMMUNE, OUTRE_MER)
        if (a.cible, a.mode) == (Cible.AIDE, Mode.VOITURE)
    ]
    assert outre_mer.duree_min is not None
    assert outre_mer.duree_second_min is None
    assert rapport.statut == "calculee"


def test_figures_are_given_in_one_order_with_their_interval(session: Session, rapport: Rapport) -> None:
    ecarts = services.list_ecarts(session, Niveau.DEPARTEMENT, "29")
    assert [(e.regle.cible, e.regle.mode, e.regle.seuil_min) for e in ecarts] == [
        (cible, mode, seuil) for cible in Cible for mode in Mode for seuil in SEUILS_MIN
    ]
    for ecart in ecarts:
        if ecart.regle.cible is Cible.TIERS_LIEU:
            assert (ecart.bas, ecart.haut) == (None, None)
        else:
            assert ecart.bas <= ecart.besoin_au_dela <= ecart.haut <= 1.5 * ecart.besoin
    assert services.list_ecarts(session, Niveau.ARRONDISSEMENT, "75101") == []
    edition = services.find_edition(session)
    assert edition is not None
    assert (edition.moteur, edition.points, edition.lieux) == ("estimation", rapport.points, 6)
    assert edition.libelle_moteur == "estimation à partir de la distance"


def test_ranks_go_from_the_least_part_beyond(session: Session, rapport: Rapport) -> None:
    regle = Regle(Cible.AIDE, Mode.A_PIED, 30)
    parts = {
        e.code: e.ecart.besoin_au_dela / e.ecart.besoin
        for e in services.list_ecarts_niveau(session, Niveau.EPCI, regle)
        if e.ecart is not None and e.ecart.besoin
    }
    for code, part in parts.items():
        rang = services.find_rang(session, Niveau.EPCI, code, regle)
        assert rang is not None
        assert (rang.rang, rang.total) == (1 + sum(autre < part for autre in parts.values()), len(parts))
    communes = {
        e.code: e.ecart.population_au_dela / e.ecart.population
        for e in services.list_ecarts_niveau(session, Niveau.COMMUNE, regle)
        if e.ecart is not None
    }
    rang = services.find_rang(session, Niveau.COMMUNE, ILE, regle)
    assert rang is not None
    assert (rang.rang, rang.total) == (1 + sum(part < communes[ILE] for part in communes.values()), 18)
    assert services.find_rang(session, Niveau.FRANCE, CODE_FRANCE, regle) is None
    assert rapport.lignes == 18 * 18 + 18 * 9


def test_without_indicator_people_are_counted_without_need(session: Session) -> None:
    make_pays(session, besoins=False)
    make_lieux(session)
    compute(session, None, now=NOW, progress=ignore_progress)
    ecart = services.list_ecarts_niveau(session, Niveau.FRANCE, Regle())[0].ecart
    assert ecart is not None
    assert ecart.population == 19_400
    assert (ecart.besoin, ecart.besoin_au_dela, ecart.bas) == (None, None, None)
    assert services.find_besoin(session, Niveau.FRANCE, CODE_FRANCE) is None
    acces = session.get_one(AccesTerritoire, ("departement", "29", "aide", "voiture"))
    assert acces.accessibilite is not None
    assert run_couverture(session, ("974",)).desaccords == []


def test_before_a_computation_there_is_nothing(session: Session) -> None:
    make_pays(session)
    assert services.find_edition(session) is None
    assert services.list_ecarts(session, Niveau.DEPARTEMENT, "29") == []
    assert services.list_ecarts(session, Niveau.COMMUNE, GRANDE) == []
    assert services.list_acces(session, Niveau.DEPARTEMENT, "29") == []
    assert all(e.ecart is None for e in services.list_ecarts_niveau(session, Niveau.EPCI, Regle()))
    assert services.find_rang(session, Niveau.COMMUNE, GRANDE, Regle()) is None


def test_a_stop_half_way_leaves_the_results_before(fabrique: sessionmaker[Session]) -> None:
    with fabrique() as session:
        make_pays(session)
        make_lieux(session)
        session.commit()
    compute_couverture(fabrique, None, now=NOW)
    with fabrique() as session:
        make_lieu(session, genres=("epn",), commune_code=ILE, lon=-5.1, lat=48.46)
        session.commit()

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage == "writing" and done:
            raise KeyboardInterrupt(f"{done} of {total}")

    with pytest.raises(KeyboardInterrupt):
        compute_couverture(fabrique, None, now=NOW, progress=stop)
    assert compute_couverture(fabrique, None, now=NOW, dry_run=True).statut == "essai"
    with fabrique() as session:
        assert session.get_one(AccesCommune, ("aide", "voiture", ILE)).duree_min is None
        assert len(session.scalars(select(AccesCommune)).all()) == 18 * 18
    compute_couverture(fabrique, None, now=NOW)
    with fabrique() as session:
        assert session.get_one(AccesCommune, ("aide", "voiture", ILE)).duree_min is not None


def test_large_communes_have_points_over_their_ground(session: Session, rapport: Rapport) -> None:
    """4.5 km by 6.7 km: 30 km², two points of a grid beside the town hall."""
    points = session.scalars(select(PointHabite).where(PointHabite.commune_code == GRANDE)).all()
    assert sorted((p.origine, p.part) for p in points) == [("mairie", 0.5), ("reparti", 0.25), ("reparti", 0.25)]
    assert rapport.points == 18 + 2 * 18
    assert PAS_DEG == 0.06


def test_points_by_lots_give_the_same(session: Session, rapport: Rapport, monkeypatch: pytest.MonkeyPatch) -> None:
    """A national grid does not fit in one lot."""

    def read() -> list[tuple[object, ...]]:
        session.expire_all()
        colonnes = AccesCommune.__table__.c
        return [tuple(r) for r in session.execute(select(*colonnes).order_by(*colonnes[:3]))]

    avant = read()
    monkeypatch.setattr("tierslieux.couverture.methodes._LOT", 7)
    assert compute(session, None, now=NOW, progress=ignore_progress).points == rapport.points
    for ligne, attendue in zip(read(), avant, strict=True):
        for valeur, autre in zip(ligne, attendue, strict=True):
            assert valeur == (pytest.approx(autre, rel=1e-12) if isinstance(autre, float | list) else autre)
