"""What a scenario changes, counted point by point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_terrain
from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.bilan import apply_gestes, compute_bilan, compute_etat, count
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import Raison, evaluate, list_par_gain, list_restantes
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12)
GRAINES = range(6)


@pytest.mark.parametrize("graine", GRAINES)
def test_figures_are_sums_over_points(graine: int) -> None:
    terrain = build_terrain(graine)
    etat = compute_etat(terrain, terrain.list_ouverts())
    bilan = compute_bilan(terrain, ETUDE, etat)
    pres = [i for i, duree in enumerate(etat.durees_min) if duree <= 12]
    assert bilan.couvert.valeur == pytest.approx(sum(terrain.poids[i] for i in pres))
    assert bilan.couvert.valeur + bilan.au_dela.valeur == pytest.approx(bilan.besoin.valeur)
    assert bilan.population_au_dela == pytest.approx(
        sum(p for i, p in enumerate(terrain.population) if i not in set(pres))
    )
    minutes = sum(terrain.poids[i] * etat.durees_min[i] for i in range(len(terrain.points)))
    assert bilan.duree_moyenne_min == pytest.approx(minutes / terrain.poids.sum())
    # The commune whose need is not known does not make the longest journey.
    assert bilan.pire_min == pytest.approx(max(d for d, p in zip(etat.durees_min, terrain.poids, strict=True) if p))
    assert bilan.couvert.bas is not None
    assert bilan.couvert.haut is not None
    assert 0 <= bilan.couvert.bas <= bilan.couvert.valeur <= bilan.couvert.haut


def test_people_who_are_counted_have_no_interval() -> None:
    terrain = build_terrain(1)
    compte = count(terrain, replace(ETUDE, besoin="population"), np.ones(len(terrain.points), dtype=bool))
    assert (compte.bas, compte.haut) == (None, None)


@pytest.mark.parametrize("graine", GRAINES)
def test_opening_never_serves_fewer_and_closing_never_more(graine: int) -> None:
    terrain = build_terrain(graine)
    ouverture = evaluate(terrain, ETUDE.add(Geste(Action.OUVRIR, "site5")))
    assert ouverture.perdus.valeur == 0
    assert ouverture.apres.couvert.valeur >= ouverture.avant.couvert.valeur
    fermeture = evaluate(terrain, ETUDE.add(Geste(Action.FERMER, "site0")))
    assert fermeture.gagnes.valeur == 0
    assert (fermeture.etat_apres.durees_min >= fermeture.etat_avant.durees_min).all()
    for une in (ouverture, fermeture):
        assert une.apres.couvert.valeur - une.avant.couvert.valeur == pytest.approx(
            une.gagnes.valeur - une.perdus.valeur
        )


@pytest.mark.parametrize("graine", GRAINES)
def test_closing_then_reopening_is_today(graine: int) -> None:
    etude = ETUDE.add(Geste(Action.FERMER, "site1")).add(Geste(Action.OUVRIR, "site1"))
    assert etude == ETUDE
    # Even when both stand in the address, the last one counts.
    forcee = replace(ETUDE, gestes=(Geste(Action.FERMER, "site1"), Geste(Action.OUVRIR, "site1")))
    evaluation = evaluate(build_terrain(graine), forcee)
    assert evaluation.avant == evaluation.apres
    assert evaluation.touchees == []


@pytest.mark.parametrize("graine", GRAINES)
def test_moving_is_closing_and_opening_elsewhere(graine: int) -> None:
    terrain = build_terrain(graine)
    deplace = evaluate(terrain, ETUDE.add(Geste(Action.DEPLACER, "site0", 3.25, 44.25)))
    refait = evaluate(terrain, ETUDE.add(Geste(Action.FERMER, "site0")).add(Geste(Action.OUVRIR, None, 3.25, 44.25)))
    assert deplace.apres == refait.apres
    assert [site.code for site in deplace.sites_fermes] == ["site0"]
    assert [site.nom for site in deplace.sites_ouverts] == ["Mairie site0"]


def test_a_change_of_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="fermer:ailleurs"):
        evaluate(build_terrain(1), ETUDE.add(Geste(Action.FERMER, "ailleurs")))


@pytest.mark.parametrize("graine", GRAINES)
def test_communes_that_change_are_told_with_their_people(graine: int) -> None:
    evaluation = evaluate(
        build_terrain(graine), ETUDE.add(Geste(Action.FERMER, "site0"), Geste(Action.OUVRIR, "site6"))
    )
    ecart = sum(c.au_dela_apres - c.au_dela_avant for c in evaluation.communes)
    assert ecart == pytest.approx(evaluation.apres.au_dela.valeur - evaluation.avant.au_dela.valeur)
    ecarts = [abs(c.au_dela_apres - c.au_dela_avant) for c in evaluation.touchees]
    assert ecarts == sorted(ecarts, reverse=True)


@pytest.mark.parametrize("graine", GRAINES)
def test_who_stays_far_is_told_why(graine: int) -> None:
    terrain = build_terrain(graine)
    etat = compute_etat(terrain, terrain.list_ouverts())
    restantes = list_restantes(terrain, ETUDE, etat, terrain.candidats)
    assert sum(r.au_dela for r in restantes) == pytest.approx(compute_bilan(terrain, ETUDE, etat).au_dela.valeur)
    temps = terrain.build_temps(terrain.candidats, 12.0).tolil()
    for restante in restantes:
        rang = int(np.flatnonzero(terrain.communes.codes == restante.code)[0])
        loin = [i for i in np.flatnonzero(terrain.points.commune == rang) if etat.durees_min[i] > 12]
        possibles = [k for k in range(len(terrain.candidats)) if any(temps[k, i] for i in loin)]
        assert (restante.raison is Raison.PEU_DE_GENS) == bool(possibles)
        assert (restante.site is not None) == bool(possibles)


@pytest.mark.parametrize("graine", GRAINES)
def test_candidates_come_by_what_they_would_gain_alone(graine: int) -> None:
    terrain = build_terrain(graine)
    etat = compute_etat(terrain, terrain.list_ouverts())
    classes = list_par_gain(terrain, ETUDE, etat, terrain.candidats, 3)
    for site, gain in classes:
        seul = evaluate(terrain, ETUDE.add(Geste(Action.OUVRIR, site.code)))
        assert gain == pytest.approx(seul.gagnes.valeur)
    assert [gain for _, gain in classes] == sorted((gain for _, gain in classes), reverse=True)


def test_free_points_stand_where_they_are_put() -> None:
    terrain, ouverts = apply_gestes(build_terrain(1), ETUDE.add(Geste(Action.OUVRIR, None, 3.12345, 44.2)))
    assert ouverts[-1]
    assert (terrain.sites[-1].code, terrain.sites[-1].lon) == ("@3.12345,44.20000", 3.12345)
