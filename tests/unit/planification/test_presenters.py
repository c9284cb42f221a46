"""Plans in words: rounding and intervals, the answer, the proof, what is imposed or ruled out, the form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_terrain
from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.enums import Cible
from tierslieux.planification.bilan import Compte, compute_etat
from tierslieux.planification.deplacements import compute_epargne
from tierslieux.planification.enums import Action, Objectif, Priorite
from tierslieux.planification.etude import BESOIN, Etude, Geste
from tierslieux.planification.evaluation import list_restantes
from tierslieux.planification.ouvrir import pages
from tierslieux.planification.ouvrir.formulaire import build_formulaire, list_besoins
from tierslieux.planification.ouvrir.pages import compute_points
from tierslieux.planification.ouvrir.params import CHAMPS, read_demande, write_erreur
from tierslieux.planification.ouvrir.phrases import Calcul, write_contexte, write_preuve, write_titre
from tierslieux.planification.ouvrir.presenters import build_reponse
from tierslieux.planification.plans import build_resultat, prepare, solve
from tierslieux.planification.presenters import (
    build_lignes_bilan,
    format_compte,
    format_minutes,
    format_part,
    format_qui,
    write_ecart,
    write_ecart_minutes,
)
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=10, sites=3)


def read(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\xa0", " ")


def compute(etude: Etude = ETUDE, graine: int = 1) -> Calcul:
    preparation = prepare(build_terrain(graine), etude)
    resultat = build_resultat(preparation, solve(preparation))
    ouverts = preparation.etat.ouverts.copy()
    codes = {propose.site.code for propose in resultat.sites}
    choisis = [i for i in preparation.candidats.tolist() if preparation.terrain.sites[i].code in codes]
    ouverts[choisis] = True
    final = compute_etat(preparation.terrain, ouverts)
    restants = np.setdiff1d(preparation.candidats, choisis)
    restantes = list_restantes(preparation.terrain, etude, final, restants)
    epargne = compute_epargne(preparation.terrain, etude, preparation.etat, final)
    return Calcul(preparation, resultat, final, compute_points(preparation, 6), restantes, len(restantes), epargne)


# --- Figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compte", "texte"),
    [
        # Three digits that count from 1,000 on, two below; bounds are rounded outwards.
        (Compte(1_324, 1_171, 1_477), "environ 1 320 (entre 1 170 et 1 480)"),
        (Compte(384, 301, 449), "environ 380 (entre 300 et 450)"),
        (Compte(1_324), "environ 1 320"),
        (Compte(4, 1, 8), "moins de 10"),
        (Compte(0, 0, 12), "0"),
    ],
)
def test_people_are_rounded_as_on_the_pages_of_figures(compte: Compte, texte: str) -> None:
    assert read(format_compte(compte)) == texte


def test_shares_and_minutes_are_written_as_people_say_them() -> None:
    assert read(format_part(Compte(12.3), Compte(100))) == "12 %"
    assert format_part(Compte(0), Compte(0)) == "pas de donnée"
    assert [read(format_minutes(m)) for m in (12.4, 65, None)] == ["12 min", "1 h 05", "aucun trajet connu"]


@pytest.mark.parametrize(
    ("ecart", "texte"),
    [(1_324, "+1 320"), (-72, "−72"), (0, "sans changement"), (3, "moins de 10"), (-9, "moins de 10")],
)
def test_a_difference_has_its_sign(ecart: float, texte: str) -> None:
    assert read(write_ecart(ecart)) == texte


def test_a_difference_of_minutes_is_that_of_the_minutes_as_written() -> None:
    # 9 min and 7 min are shown: two less, though 1.2 minutes is what was spared.
    assert read(write_ecart_minutes(8.6, 7.4)) == "−2 min"
    assert write_ecart_minutes(8.6, 9.4) == "sans changement"
    assert write_ecart_minutes(None, 3.0) == ""


def test_figures_before_and_after_agree_with_the_plan() -> None:
    calcul = compute()
    resultat = calcul.resultat
    lignes = build_lignes_bilan(calcul.terrain, ETUDE, resultat.avant, resultat.apres)
    assert lignes[0].ecart == write_ecart(resultat.gain.valeur)
    assert lignes[1].ecart == write_ecart(-resultat.gain.valeur)
    assert lignes[1].apres == format_compte(resultat.apres.au_dela)
    assert read(lignes[0].libelle) == (
        "Personnes en illectronisme à 10 minutes ou moins en voiture d’un lieu où quelqu’un aide"
    )


def test_who_is_counted_is_named() -> None:
    assert format_qui(BESOIN) == "personnes en illectronisme"
    assert format_qui("actifs_occupes") == "personnes qui ont un emploi"
    assert format_qui("table-x") == "personnes de votre table"
    assert read(format_qui("population")).startswith("personnes de l’indicateur « ")


# --- The answer ------------------------------------------------------------------------------------------------------


def test_the_answer_tells_people_interval_and_proof() -> None:
    calcul = compute()
    resultat = calcul.resultat
    titre = read(write_titre(calcul))
    assert titre.startswith("Trois lieux bien placés serviraient environ ")
    assert read(format_compte(resultat.gain)).replace(" (", " personnes en illectronisme de plus (") in titre
    assert write_preuve(calcul).replace("\xa0", " ") == "Aucun autre choix de trois lieux ne fait mieux : c’est prouvé."
    assert read(write_contexte(calcul)).startswith("Aujourd’hui, environ ")
    assert "il en resterait" in write_contexte(calcul)


def test_without_proof_the_answer_says_how_much_better_another_could_be() -> None:
    calcul = compute()
    # People newly served: 100 of the bound's 110, over what is served already.
    deja = calcul.resultat.objectif - calcul.resultat.gain.valeur
    gain = calcul.resultat.gain.valeur
    ouvert = replace(calcul.resultat, borne=deja + 1.1 * gain, ecart=0.01, est_optimal=False)
    assert read(write_preuve(replace(calcul, resultat=ouvert))) == "Un autre choix ferait au plus 10,0 % de mieux."


def test_each_aim_has_its_sentence() -> None:
    debuts = {
        Objectif.TRAJET: "Trois lieux bien placés feraient passer le temps de trajet moyen",
        Objectif.PIRE: "Trois lieux bien placés ramèneraient le plus long trajet de",
    }
    for objectif, debut in debuts.items():
        assert write_titre(compute(replace(ETUDE, objectif=objectif))).startswith(debut)
    part = compute(replace(ETUDE, objectif=Objectif.PART, part=0.1, sites=None))
    assert "de plus suffi" in write_titre(part)
    assert read(write_preuve(part)) == "Avec moins de lieux, c’est impossible : c’est prouvé."
    atteinte = compute(replace(ETUDE, objectif=Objectif.PART, minutes=30, part=0.01, sites=None))
    assert read(write_titre(atteinte)) == "Aucun lieu de plus n’est nécessaire : la part demandée est déjà servie."


def test_when_everybody_is_near_there_is_nothing_to_open() -> None:
    calcul = compute(replace(ETUDE, minutes=60))
    assert write_titre(calcul).startswith("Toutes les personnes en illectronisme sont déjà à")
    assert write_contexte(calcul) == ""


def test_sites_that_serve_nobody_more_are_said_useless() -> None:
    calcul = compute(replace(ETUDE, minutes=15, sites=8))
    utiles = sum(propose.gain.valeur > 0 for propose in calcul.resultat.sites)
    assert utiles < 8
    assert any("suffi" in remarque for remarque in build_reponse(calcul, None, None).remarques)


def test_a_priority_is_said_and_people_still_count_once() -> None:
    calcul = compute(replace(ETUDE, priorite=Priorite.ZONES_BLANCHES))
    assert any("comptent double" in remarque for remarque in build_reponse(calcul, None, None).remarques)


def test_the_curve_grows_and_goes_through_the_answer() -> None:
    reponse = build_reponse(compute(), None, None)
    assert [ligne.nombre for ligne in reponse.lignes_courbe] == [1, 2, 3, 4, 5, 6]
    assert [ligne.nombre for ligne in reponse.lignes_courbe if ligne.est_choisi] == [3]
    assert not reponse.a_bornes
    assert reponse.courbe is not None
    hauteurs = [-marque.y for marque in reponse.courbe.marques]
    assert hauteurs == sorted(hauteurs)


# --- What can be done with it ----------------------------------------------------------------------------------------


def test_links_change_the_question_and_nothing_else() -> None:
    etude = replace(ETUDE, cible=Cible.FRANCE_SERVICES)
    calcul = compute(etude)
    ligne = build_reponse(calcul, None, None).sites[0]
    code = calcul.resultat.sites[0].site.code

    def parse(args: dict[str, list[str]]) -> Etude:
        lue, erreurs = Etude.from_args(etude.niveau, etude.code, args)
        assert erreurs == []
        return lue

    assert parse(ligne.args_imposer) == replace(etude, imposes=(code,))
    assert parse(ligne.args_ecarter) == replace(etude, interdits=(code,))
    plan = parse(build_reponse(calcul, None, None).args_plan)
    assert {geste.code for geste in plan.gestes} == {p.site.code for p in calcul.resultat.sites}
    assert {geste.action for geste in plan.gestes} == {Action.OUVRIR}


def test_every_choice_can_be_taken_back() -> None:
    etude = replace(ETUDE, imposes=("site5",), interdits=("site6",), gestes=(Geste(Action.FERMER, "site0"),))
    choix = build_reponse(compute(etude), None, None).choix
    assert [read(c.libelle).partition(" (")[0] for c in choix] == [
        "imposé : Mairie site5",
        "écarté : Mairie site6",
        "fermer : Mairie site0",
    ]
    rendues = [Etude.from_args(etude.niveau, etude.code, c.args)[0] for c in choix]
    assert rendues == [replace(etude, imposes=()), replace(etude, interdits=()), replace(etude, gestes=())]


# --- The form --------------------------------------------------------------------------------------------------------


def test_the_form_shows_what_was_asked() -> None:
    etude = replace(ETUDE, part=0.95, budget=1_500.0, imposes=("a", "b"), par_epci=True)
    formulaire = build_formulaire(etude, list_besoins([("population", "Habitants")]))
    assert [option.valeur for option in formulaire.besoins] == [BESOIN, "population"]
    assert (formulaire.minutes, formulaire.sites) == ("10", "3")
    assert (read(formulaire.budget), read(formulaire.part)) == ("1 500", "95 %")
    assert formulaire.caches == (("imposes", "a"), ("imposes", "b"))
    assert (formulaire.est_choisi_regles, formulaire.est_choisi_batiments) == (True, False)
    # Sent as it is, it asks the same.
    lue = read_demande(
        etude.niveau, etude.code, {"budget": [formulaire.budget], "part": [formulaire.part], "minutes": ["10"]}
    ).etude
    assert (lue.budget, lue.part) == (1_500.0, 0.95)


def test_a_value_that_means_nothing_is_said_with_the_name_of_its_field() -> None:
    demande = read_demande(Niveau.DEPARTEMENT, "48", {"budget": ["-3"], "sites": ["0"], "minutes": ["15"]})
    assert [read(erreur) for erreur in demande.erreurs] == [
        "« Nombre de lieux » vaut « 0 » ; attendu : un nombre entier de 1 à 500.",
        "« Budget » vaut « -3 » ; attendu : un nombre de 0 à 1 000 000 000 000.",
    ]
    assert (demande.etude.minutes, demande.etude.sites, demande.etude.budget) == (15, 5, None)
    assert demande.est_nombre_choisi
    assert not read_demande(Niveau.DEPARTEMENT, "48", {}).est_nombre_choisi
    assert write_erreur(InvalidInputError("inconnu", "x", "y")).startswith("« inconnu »")


def test_every_field_of_a_study_has_a_name_for_readers() -> None:
    assert set(Etude.__dataclass_fields__) - {"niveau", "code"} <= CHAMPS.keys()


@pytest.mark.parametrize(("limite", "est_pesant"), [(7, True), (8, False)])
def test_plans_by_travel_time_or_with_capacities_are_left_to_a_job(
    monkeypatch: pytest.MonkeyPatch, limite: int, *, est_pesant: bool
) -> None:
    monkeypatch.setattr(pages, "CANDIDATS_TRAJET_MAX", limite)
    terrain = build_terrain(1, candidats=8)
    assert not pages.is_long(prepare(terrain, ETUDE))
    assert pages.is_long(prepare(terrain, replace(ETUDE, objectif=Objectif.TRAJET))) is est_pesant
    comptes = replace(terrain, sites=tuple(replace(site, capacite=50.0) for site in terrain.sites))
    assert pages.is_long(prepare(comptes, ETUDE)) is est_pesant
