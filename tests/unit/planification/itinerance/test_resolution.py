"""Timetables: one worked out by hand, small ones against every possible timetable, and what always holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.sparse import csr_array

from tierslieux.planification.itinerance.parc import Agenda, Conduite, Equipe, Parc, Tournees
from tierslieux.planification.itinerance.plan import PlanItinerant
from tierslieux.planification.itinerance.resolution import solve_tournees
from tierslieux.planification.itinerance.semaine import Demi, list_demis
from tierslieux.planification.optimisation.probleme import InfaisableError, Instance

PRECISION = 1e-6
A, B, C, E, F, G = range(6)
MARDI, JEUDI = 1, 3


def build_vallee(parc: Parc, agenda: Agenda | None = None) -> Tournees:
    """A depot and two roads that leave it; a journey from one road to the other goes by the depot.

    North, minutes from the depot: A 10, B 25, C 40. South: E 15, F 50, G 70.
    People at the stops: A 100, B 80, C 60, E 90, F 40, G 200; a hamlet of 30 near A, and one of 50 near B and C.
    So stops serve A 130, B 130, C 110 (B and C together 190), E 90, F 40, G 200.
    """
    minutes, route = np.array([0, 10, 25, 40, 15, 50, 70.0]), np.array([0, 1, 1, 1, 2, 2, 2])
    meme = (route[:, None] == route[None, :]) | (route[:, None] == 0) | (route[None, :] == 0)
    durees_min = np.where(meme, np.abs(minutes[:, None] - minutes[None, :]), minutes[:, None] + minutes[None, :])
    portee = np.zeros((6, 8))
    portee[range(6), range(6)] = 1
    portee[A, 6] = portee[B, 7] = portee[C, 7] = 1
    poids = np.array([100, 80, 60, 90, 40, 200, 30, 50.0])
    instance = Instance(csr_array(portee), poids, np.zeros(8, dtype=bool))
    return Tournees(instance, Conduite.from_positions(durees_min, (0,), tuple(range(1, 7))), parc, agenda or Agenda())


def list_journees(plan: PlanItinerant) -> set[frozenset[int]]:
    return {frozenset(visite.arret for visite in tournee.visites) for tournee in plan.tournees}


def test_a_tour_worked_out_by_hand() -> None:
    # There and back alone: A 20, B 50, C 80, E 30, F 100, G 140 minutes. With 90 a day, nobody goes to F nor to G.
    # Two in a day: A+B 25+25 = 50, A+C 80, B+C 80, A+E 10+25+15 = 50, B+E 25+40+15 = 80, C+E 40+55+15 = 110 (too far).
    # Four half-days are enough for A, B, C and E: 130 + 190 + 90 = 410 people, and no timetable has more.
    # On two days: {A, B} leaves {C, E}, too far; {A, C} and {B, E} drive 160 minutes; {A, E} and {B, C} drive 130.
    plan = solve_tournees(build_vallee(Parc((Equipe(0),), 4, jours=(MARDI, JEUDI), conduite_max_min=90)))
    assert list_journees(plan) == {frozenset({A, E}), frozenset({B, C})}
    assert plan.couvert == plan.borne == 410
    assert plan.is_optimal
    assert plan.conduite_h_semaine == pytest.approx(130 / 60)
    # Four visits of 210 minutes, 30 to set up each, and the road: 4 × 240 + 130 = 1,090 minutes.
    assert plan.travail_h_semaine == pytest.approx(1_090 / 60)
    assert {(tournee.jour, tournee.conduite_min) for tournee in plan.tournees} == {(MARDI, 80), (JEUDI, 50)} or {
        (tournee.jour, tournee.conduite_min) for tournee in plan.tournees
    } == {(MARDI, 50), (JEUDI, 80)}


def test_three_half_days_by_hand() -> None:
    # Three of A, B, C, E: A+B+E = 130 + 130 + 90 = 350; A+C+E = 330; A+B+C = 320; B+C+E = 280.
    # {A, B} then E alone drive 50 + 30 = 80; {A, E} then B 50 + 50 = 100; {B, E} then A 80 + 20 = 100.
    plan = solve_tournees(build_vallee(Parc((Equipe(0),), 3, conduite_max_min=90)))
    assert (plan.couvert, plan.arrets) == (350, (A, B, E))
    assert plan.conduite_h_semaine == pytest.approx(80 / 60)


def test_half_days_that_would_serve_nobody_more_stay_free() -> None:
    plan = solve_tournees(build_vallee(Parc((Equipe(0),), 8, conduite_max_min=90)))
    assert (plan.couvert, plan.visites_semaine, plan.demis_libres) == (410, 4, 4)


def test_market_days_choose_between_timetables_that_serve_as_many() -> None:
    # Markets: A on Thursday morning, E on Tuesday morning. Two days only: A and E can no longer share one, so the day
    # of A is {A, C} or {A, B}, and the other one {E, B} (E and C are too far apart): 80 + 80 = 160 minutes.
    agenda = Agenda(marches=((A, Demi(JEUDI)), (E, Demi(MARDI))))
    plan = solve_tournees(build_vallee(Parc((Equipe(0),), 4, jours=(MARDI, JEUDI), conduite_max_min=90), agenda))
    assert plan.couvert == 410
    assert plan.conduite_h_semaine == pytest.approx(160 / 60)
    assert [(v.arret, v.demi) for v in plan.visites if v.marche] == [(E, Demi(MARDI)), (A, Demi(JEUDI))]


def test_a_market_worth_more_than_the_people_of_another_stop() -> None:
    # One half-day: A or B serve 130. The market of E (90 people) decides once it is worth more than 40 people.
    agenda = Agenda(marches=((E, Demi(MARDI)),))
    parc = Parc((Equipe(0),), 1, conduite_max_min=90)
    assert solve_tournees(build_vallee(replace(parc, poids_marche=39), agenda)).couvert == 130
    plan = solve_tournees(build_vallee(replace(parc, poids_marche=41), agenda))
    assert (plan.arrets, plan.couvert, plan.objectif, plan.borne) == ((E,), 90, 131, 131)


def test_a_fortnight_visits_twice_as_many_stops() -> None:
    # Two half-days a week over two weeks: the four stops, each every second week.
    plan = solve_tournees(build_vallee(Parc((Equipe(0),), 2, cycle=2, conduite_max_min=90)))
    assert (plan.couvert, plan.visites_semaine) == (410, 2)
    assert sorted(len([v for v in plan.visites if v.semaine == semaine]) for semaine in (0, 1)) == [2, 2]
    assert plan.travail_h_semaine == pytest.approx((4 * 240 + 130) / 60 / 2)


@pytest.mark.parametrize(
    ("parc", "agenda", "chiffres"),
    [
        (Parc((Equipe(0),), 11), Agenda(), ("11 demi-journées", "de 1 à 10")),
        (Parc((Equipe(0),), 0), Agenda(), ("0 demi-journées", "de 1 à 10")),
        (Parc((), 4), Agenda(), ("0 véhicule", "au moins 1")),
        (Parc((Equipe(0),), 4, conduite_max_min=15), Agenda(), ("20 minutes", "15 sont permises")),
        (Parc((Equipe(0),), 4), Agenda(imposes=frozenset({G})), ("140 minutes", "120 sont permises")),
        (Parc((Equipe(0),), 1), Agenda(imposes=frozenset({A, B})), ("2 arrêts sont imposés", "1 visites")),
        (Parc((Equipe(0),), 4), Agenda(imposes=frozenset({A}), interdits=frozenset({A})), ("1 arrêt", "interdits")),
        (
            Parc((Equipe(0),), 4),
            Agenda(((A, Demi(2)), (B, Demi(2))), frozenset({A, B}), imposes=frozenset({A, B})),
            ("2 arrêts imposés ont leur marché le mercredi matin", "1 visites"),
        ),
        # C and E do not share a day of 90 minutes, and the week has one day.
        (
            Parc((Equipe(0),), 2, jours=(0,), conduite_max_min=90),
            Agenda(imposes=frozenset({C, E})),
            ("2 arrêts sont imposés", "90 minutes"),
        ),
    ],
)
def test_wishes_that_clash_are_refused_with_their_figures(
    parc: Parc, agenda: Agenda, chiffres: tuple[str, ...]
) -> None:
    with pytest.raises(InfaisableError) as refus:
        solve_tournees(build_vallee(parc, agenda))
    assert all(chiffre in refus.value.message for chiffre in chiffres), refus.value.message


def build_hasard(graine: int) -> Tournees:
    """Four stops or five, two depots, at most two days of work in the cycle; times are not the same both ways."""
    hasard = np.random.default_rng(graine)
    s, n = int(hasard.integers(4, 6)), int(hasard.integers(4, 12))
    durees_min = np.round(hasard.uniform(5, 60, (s + 2, s + 2)))
    np.fill_diagonal(durees_min, 0)
    portee = (hasard.random((s, n)) < 0.35).astype(float)
    instance = Instance(csr_array(portee), np.round(hasard.random(n) * 90), hasard.random(n) < 0.15)
    parc = (
        Parc((Equipe(0),), 3, jours=(0, 5)),
        Parc((Equipe(0), Equipe(1)), 3, jours=(2,)),
        Parc((Equipe(1),), 2, jours=(4,), cycle=2, conduite_max_min=150, journee_max_min=630),
        Parc((Equipe(0),), None, 13.0, jours=(0, 1)),
        Parc((Equipe(0, 2),), 4, jours=(3,), poids_marche=25.0),
    )[graine % 5]
    demis = list_demis(parc.jours)
    marches = tuple((int(a), demis[int(hasard.integers(len(demis)))]) for a in np.flatnonzero(hasard.random(s) < 0.5))
    exclus = tuple((int(a), demis[int(hasard.integers(len(demis)))]) for a in np.flatnonzero(hasard.random(s) < 0.3))
    imposes = frozenset({0}) if graine % 7 == 3 else frozenset()
    obliges = frozenset({marches[0][0]}) if marches and graine % 3 == 0 else frozenset()
    conduite = Conduite.from_positions(durees_min, (0, 1), tuple(range(2, s + 2)))
    return Tournees(instance, conduite, parc, Agenda(marches, obliges, exclus, imposes))


def drive(t: Tournees, depot: int, stops: tuple[int, ...]) -> float:
    c = t.conduite
    if not stops:
        return 0.0
    entre = sum(float(c.entre_arrets[a, b]) for a, b in pairwise(stops))
    return float(c.depuis_depots[depot, stops[0]]) + entre + float(c.vers_depots[stops[-1], depot])


def list_tout(t: Tournees) -> Iterator[tuple[float, int, float]]:
    """(people and markets, visits off market day, minutes of staff) of every timetable that keeps the rules."""
    parc, agenda = t.parc, t.agenda
    cases = [
        (equipe.depot, Demi(jour), Demi(jour, apres_midi=True))
        for _ in range(parc.cycle)
        for jour in parc.jours
        for equipe in parc.equipes
        for _ in range(equipe.nombre)
    ]
    marches = set(agenda.marches)
    avec = {arret for arret, _ in marches}
    for choix in product((None, *range(t.arrets)), repeat=2 * len(cases)):
        visites, minutes, tient = [], 0.0, True
        for (depot, matin, soir), a, b in zip(cases, choix[::2], choix[1::2], strict=True):
            jour = [(x, demi) for x, demi in ((a, matin), (b, soir)) if x is not None]
            conduite = drive(t, depot, tuple(x for x, _ in jour))
            travail = conduite + len(jour) * (parc.ouverture_min + parc.installation_min)
            tient &= conduite <= parc.conduite_max_min and travail <= parc.journee_max_min
            visites += jour
            minutes += travail
        arrets = [x for x, _ in visites]
        if (
            not tient
            or len(set(arrets)) < len(arrets)
            or (parc.demi_journees is not None and len(visites) > parc.demi_journees * parc.cycle)
            or (parc.heures_max is not None and minutes > parc.heures_max * 60 * parc.cycle)
            or not agenda.imposes <= set(arrets)
            or any(v in agenda.exclus or (v[0] in agenda.marches_imposes and v not in marches) for v in visites)
        ):
            continue
        couvert = t.instance.servies | (t.instance.portee.toarray()[arrets] > 0).any(axis=0)
        au_marche = sum(v in marches for v in visites)
        valeur = float(t.instance.poids[couvert].sum()) + parc.poids_marche * au_marche
        yield valeur, sum(v[0] in avec and v not in marches for v in visites), minutes


@pytest.mark.parametrize("graine", range(40))
def test_no_timetable_of_all_does_better(graine: int) -> None:
    t = build_hasard(graine)
    toutes = list(list_tout(t))
    if not toutes:
        with pytest.raises(InfaisableError):
            solve_tournees(t)
        return
    plan = solve_tournees(t)
    meilleure = max(valeur for valeur, _, _ in toutes)
    assert plan.objectif == pytest.approx(meilleure, abs=PRECISION)
    assert plan.is_optimal
    if not t.parc.poids_marche:
        # Of those that serve as many, the fewest visits off market day, then the least staff time.
        egales = [(hors, minutes) for valeur, hors, minutes in toutes if valeur >= meilleure - PRECISION]
        avec = {arret for arret, _ in t.agenda.marches}
        hors = sum(v.arret in avec and not v.marche for v in plan.visites)
        assert (hors, plan.travail_h_semaine * 60 * t.parc.cycle) == pytest.approx(min(egales), abs=PRECISION)


@pytest.mark.parametrize("graine", range(12))
def test_rules_are_kept_and_hours_add_up(graine: int) -> None:
    t = build_grand(graine)
    plan = solve_tournees(t)
    assert len(plan.visites) <= t.parc.demi_journees * t.parc.cycle
    assert len(set(plan.arrets)) == len(plan.arrets)
    dates = [(x.semaine, x.jour, x.equipe, x.vehicule) for x in plan.tournees]
    assert len(set(dates)) == len(dates)
    total = 0.0
    for tournee in plan.tournees:
        assert tournee.jour in t.parc.jours
        assert tournee.vehicule < t.parc.equipes[tournee.equipe].nombre
        stops = tuple(visite.arret for visite in sorted(tournee.visites, key=lambda v: v.demi))
        assert tournee.conduite_min == pytest.approx(drive(t, t.parc.equipes[tournee.equipe].depot, stops))
        assert tournee.conduite_min <= t.parc.conduite_max_min
        total += tournee.conduite_min + 240 * len(stops)
        for visite in tournee.visites:
            assert visite.demi.jour == tournee.jour
            assert (visite.arret, visite.demi) not in t.agenda.exclus
            assert visite.marche == ((visite.arret, visite.demi) in t.agenda.marches)
            assert visite.marche or visite.arret not in t.agenda.marches_imposes
    assert plan.travail_h_semaine == pytest.approx(total / 60 / t.parc.cycle)
    assert plan.couvert == pytest.approx(t.instance.compute_couvert(np.array(plan.arrets, dtype=np.int64)))
    assert solve_tournees(t).tournees == plan.tournees


def build_grand(graine: int) -> Tournees:
    """Fourteen stops on a plane, of which four have a market that must be kept."""
    hasard = np.random.default_rng(900 + graine)
    lieux = hasard.uniform(0, 45, (15, 2))
    durees_min = np.hypot(*(lieux[:, None] - lieux[None]).transpose(2, 0, 1))
    portee = csr_array((durees_min[1:, 1:] < 9).astype(float))
    instance = Instance(portee, np.round(hasard.random(14) * 90), hasard.random(14) < 0.15)
    marches = tuple((arret, Demi(int(hasard.integers(5)))) for arret in range(4))
    agenda = Agenda(marches, frozenset({0, 1}), tuple((5, demi) for demi in list_demis((0, 1, 2))))
    parc = Parc((Equipe(0),), 5) if graine % 2 else Parc((Equipe(0),), 3, cycle=2)
    return Tournees(instance, Conduite.from_positions(durees_min, (0,), tuple(range(1, 15))), parc, agenda)


@pytest.mark.parametrize("graine", range(4))
def test_more_half_days_or_more_road_never_serve_fewer(graine: int) -> None:
    t = build_grand(graine)
    plans = [solve_tournees(replace(t, parc=replace(t.parc, demi_journees=d))) for d in range(1, 9)]
    assert all(avant.couvert <= apres.couvert + PRECISION for avant, apres in pairwise(plans))
    plans = [solve_tournees(replace(t, parc=replace(t.parc, conduite_max_min=minutes))) for minutes in (60, 90, 120)]
    assert all(avant.couvert <= apres.couvert + PRECISION for avant, apres in pairwise(plans))
