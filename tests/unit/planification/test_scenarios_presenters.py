"""Scenarios in words and figures: what changes, what each site brings, two of them side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_terrain
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import Evaluation, evaluate
from tierslieux.planification.scenarios.presenters import (
    build_resume,
    build_resume_vide,
    count_par_site,
    write_changements,
    write_creneau,
)
from tierslieux.planification.scenarios.presenters_comparaison import build_lignes, list_communes, list_divergences
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12)
GRAINES = range(4)


def run(graine: int, *gestes: Geste) -> Evaluation:
    return evaluate(build_terrain(graine), ETUDE.add(*gestes))


def test_each_change_is_told_in_a_sentence() -> None:
    terrain = build_terrain(1)
    etude = ETUDE.add(
        Geste(Action.OUVRIR, "site5"),
        Geste(Action.FERMER, "site0"),
        Geste(Action.HORAIRES, "site1", creneau="sa-matin"),
        Geste(Action.OUVRIR, None, float(terrain.points.lon[6]), float(terrain.points.lat[6])),
        Geste(Action.DEPLACER, "site2", float(terrain.points.lon[9]), float(terrain.points.lat[9])),
    )
    commune = {rang: f"Commune {terrain.sites[rang].commune}" for rang in (0, 1, 2, 5)}
    assert [texte.replace("\xa0", " ") for texte in write_changements(terrain, etude)] == [
        f"Un lieu ouvre : Mairie site5 ({commune[5]}).",
        f"Un lieu ferme : Mairie site0 ({commune[0]}).",
        f"Un lieu ouvre plus : Mairie site1 ({commune[1]}), le samedi matin.",
        # Two points in each commune: the sixth is of the third, the ninth of the fourth.
        "Un lieu ouvre à un endroit choisi sur la carte : Commune 3.",
        f"Un lieu change d’endroit : Mairie site2 ({commune[2]}). Nouvel endroit : Commune 4.",
    ]


@pytest.mark.parametrize(
    ("code", "texte"),
    [("lu-apres-midi", "le lundi après-midi"), ("di-soir", "le dimanche soir"), ("zz-matin", "zz-matin")],
)
def test_half_days_are_told_in_words(code: str, texte: str) -> None:
    assert write_creneau(code) == texte


@pytest.mark.parametrize("graine", GRAINES)
def test_people_newly_served_are_shared_between_the_sites_without_counting_anybody_twice(graine: int) -> None:
    evaluation = run(
        graine, Geste(Action.OUVRIR, "site5"), Geste(Action.OUVRIR, "site6"), Geste(Action.OUVRIR, "site8")
    )
    par_site = count_par_site(evaluation)
    assert len(par_site) == 3
    assert sum(compte.valeur for _site, compte in par_site) == pytest.approx(evaluation.gagnes.valeur)
    assert [compte.valeur for _site, compte in par_site] == sorted((c.valeur for _s, c in par_site), reverse=True)
    # Point by point: served now, not before, and nearer to this site than to the other open ones.
    terrain, avant, apres = evaluation.terrain, evaluation.etat_avant, evaluation.etat_apres
    for site, compte in par_site:
        rang = terrain.find_rang(site.code)
        siens = [
            i
            for i in range(len(terrain.points))
            if avant.durees_min[i] > 12 >= apres.durees_min[i] and apres.proches[i] == rang
        ]
        assert compte.valeur == pytest.approx(sum(terrain.poids[i] for i in siens))


def test_a_scenario_without_change_says_so() -> None:
    resume = build_resume(run(1))
    assert (resume.changements, resume.sites, resume.gagnent, resume.perdent) == ((), (), None, None)


def test_a_study_that_cannot_be_computed_keeps_its_changes() -> None:
    resume = build_resume_vide(ETUDE.add(Geste(Action.FERMER, "parti")), "Le lieu n’existe plus.")
    assert (resume.changements, resume.erreur) == (("Un lieu ferme\xa0: parti.",), "Le lieu n’existe plus.")


def test_what_two_studies_do_not_share_is_named() -> None:
    autre = replace(ETUDE, minutes=20, mode=Mode.VELO)
    textes = [t.replace("\xa0", " ") for t in list_divergences(ETUDE, autre, ("Lozère", "Lozère"))]
    assert textes == [
        "Ce qui diffère : le temps de trajet. Dans le premier, 12 minutes. Dans le second, 20 minutes.",
        (
            f"Ce qui diffère : la façon de se déplacer. Dans le premier, {Mode.VOITURE.libelle}."
            f" Dans le second, {Mode.VELO.libelle}."
        ),
    ]
    # What is looked for, not what is changed.
    assert list_divergences(ETUDE, ETUDE.add(Geste(Action.OUVRIR, "site5")), ("Lozère", "Lozère")) == ()


@pytest.mark.parametrize("graine", GRAINES)
def test_communes_that_fare_differently_come_by_how_much(graine: int) -> None:
    a, b = run(graine, Geste(Action.OUVRIR, "site5")), run(graine, Geste(Action.FERMER, "site0"))
    par_code = {c.code: c for c in b.communes}
    attendues = [
        (une.code, abs(par_code[une.code].au_dela_apres - une.au_dela_apres))
        for une in a.communes
        if abs(par_code[une.code].au_dela_apres - une.au_dela_apres) >= 0.1
        or abs((par_code[une.code].duree_apres_min or np.inf) - (une.duree_apres_min or np.inf)) >= 0.5
    ]
    lignes = list_communes(a.communes, b.communes)
    assert [ligne.code for ligne in lignes] == [code for code, _e in sorted(attendues, key=lambda c: (-c[1], c[0]))]
    assert list_communes(a.communes, a.communes) == ()


def test_figures_are_not_subtracted_when_they_measure_different_things() -> None:
    a, b = run(1, Geste(Action.OUVRIR, "site5")), run(1, Geste(Action.OUVRIR, "site5"), Geste(Action.FERMER, "site0"))
    assert [ligne.ecart for ligne in build_lignes(a, b, comparables=False)] == [""] * 8
    lignes = build_lignes(a, b, comparables=True)
    assert (lignes[0].a, lignes[0].b, lignes[0].ecart) == ("1", "1", "aucune")
    assert (lignes[1].a, lignes[1].b, lignes[1].ecart) == ("0", "1", "+1")
