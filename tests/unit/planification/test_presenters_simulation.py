"""A simulation in words: changes, sentences, figures that add up, and the map over its ground."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from tests.factories.terrains import COTE_DEG, OUEST, SUD, build_terrain
from tierslieux.couverture.formules import write_personnes
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import CommuneEtat, evaluate
from tierslieux.planification.simulation.carte import CELLULES, draw_fond, draw_simulation
from tierslieux.planification.simulation.changements import (
    build_changements,
    build_lignes,
    write_geste,
    write_horaires,
    write_phrases,
)
from tierslieux.planification.simulation.gestes import list_fermables, list_par_perte
from tierslieux.planification.simulation.presenters import LIGNES_PAGE, build_fermables, build_table
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12)
TERRAIN = build_terrain(1)
POINT = Geste(Action.OUVRIR, None, 3.1, 44.1)


def read(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


# --- Changes ---------------------------------------------------------------------------------------------------------


def test_changes_are_written_with_the_place_and_its_commune() -> None:
    site = TERRAIN.sites[0]
    nom = f"{site.nom} ({site.commune_nom})"
    assert read(write_geste(TERRAIN, Geste(Action.FERMER, site.code))) == f"Fermer : {nom}"
    assert read(write_geste(TERRAIN, Geste(Action.OUVRIR, TERRAIN.sites[5].code))).startswith("Ouvrir : Mairie site5")
    deplacer = read(write_geste(TERRAIN, Geste(Action.DEPLACER, site.code, 3.1, 44.1)))
    assert re.fullmatch(rf"Déplacer : {re.escape(nom)}, près de Commune \d+ \(3,1000 ; 44,1000\)", deplacer)
    assert re.fullmatch(r"Ouvrir un lieu près de Commune \d+ \(3,1000 ; 44,1000\)", read(write_geste(TERRAIN, POINT)))


def test_each_change_can_be_taken_back_and_has_the_number_of_its_mark() -> None:
    etude = ETUDE.add(Geste(Action.FERMER, "site0"), POINT, Geste(Action.OUVRIR, "site5"))
    changements = build_changements(evaluate(TERRAIN, etude), {})
    # Marks are numbered as sites are: the building, then the free point.
    assert [changement.repere for changement in changements] == ["", "2", "1"]
    assert changements[1].args_sans["gestes"] == ["fermer:site0", "ouvrir:site5"]


@pytest.mark.parametrize(
    ("geste", "note"),
    [
        (Geste(Action.OUVRIR, "site0"), "sans effet : ce lieu est déjà ouvert"),
        (Geste(Action.FERMER, "site5"), "sans effet : ce lieu n’est pas ouvert aujourd’hui"),
        (Geste(Action.FERMER, "site0"), ""),
    ],
)
def test_a_change_that_does_nothing_says_so(geste: Geste, note: str) -> None:
    (changement,) = build_changements(evaluate(TERRAIN, ETUDE.add(geste)), {})
    assert read(changement.note) == note


def test_closing_one_of_two_places_at_an_address_says_why_nothing_changes() -> None:
    # The sixth and the seventh site stand at one address: the seventh is at that of the one before.
    assert (TERRAIN.sites[6].lon, TERRAIN.sites[6].lat) == (TERRAIN.sites[5].lon, TERRAIN.sites[5].lat)
    terrain = replace(TERRAIN, nombre_ouverts=7)
    (changement,) = build_changements(evaluate(terrain, ETUDE.add(Geste(Action.FERMER, "site5"))), {})
    assert changement.note == "un autre lieu ouvert est à la même adresse"


def test_a_change_of_hours_says_who_has_a_place_open_then() -> None:
    etude = replace(ETUDE, minutes=60).add(
        Geste(Action.HORAIRES, "site0", creneau="sa-matin"), Geste(Action.HORAIRES, "site1", creneau="xx-matin")
    )
    notes = write_horaires(TERRAIN, etude, 2026)
    # Nobody knows the hours of these places: the first one to open on Saturdays serves all those who reach it.
    _, durees_min = TERRAIN.find_proches(np.arange(len(TERRAIN.sites)) == 0)
    gens = write_personnes(float(TERRAIN.poids[durees_min <= 60].sum()))
    samedi, rien = (read(note) for note in notes.values())
    assert samedi.startswith(f"{read(gens)} (entre ")
    assert samedi.endswith(") personnes en illectronisme de plus auraient un lieu ouvert à ce moment")
    assert rien == "sans effet : cette demi-journée n’existe pas"
    changements = build_changements(evaluate(TERRAIN, etude), notes)
    assert [read(changement.note) for changement in changements] == [read(note) for note in notes.values()]
    assert read(changements[0].texte).endswith(", le samedi matin")


def test_sentences_say_who_gains_and_who_loses() -> None:
    assert read(write_phrases(evaluate(TERRAIN, ETUDE))[0]).startswith("Aujourd’hui, sur environ ")
    ouverture = [read(p) for p in write_phrases(evaluate(TERRAIN, ETUDE.add(Geste(Action.OUVRIR, "site5"))))]
    assert re.fullmatch(
        r"Environ [\d ]+ \(entre [\d ]+ et [\d ]+\) personnes en illectronisme de plus habitent à 12 minutes ou moins "
        r"en voiture d’un lieu où quelqu’un aide\.",
        ouverture[0],
    )
    assert ouverture[1].startswith("Le trajet moyen passe de ")
    tout = replace(ETUDE, minutes=30).add(*(Geste(Action.FERMER, f"site{k}") for k in range(3)))
    fermeture = write_phrases(evaluate(TERRAIN, tout))
    assert " de moins " in fermeture[0]
    assert fermeture[-1] == "Aucun trajet ne mène plus à un lieu ouvert."


def test_the_difference_of_means_is_that_of_the_means_shown() -> None:
    lignes = build_lignes(evaluate(TERRAIN, ETUDE.add(Geste(Action.OUVRIR, "site5"))))
    moyenne = next(ligne for ligne in lignes if ligne.libelle.startswith("Temps de trajet moyen"))
    avant, apres, ecart = (
        float(re.sub(r"[^\d,]", "", texte).replace(",", ".")) for texte in (moyenne.avant, moyenne.apres, moyenne.ecart)
    )
    assert moyenne.ecart.startswith("−")
    assert avant - apres == pytest.approx(ecart)


def test_the_table_is_cut_into_pages() -> None:
    touchees = [CommuneEtat(f"{k:05d}", f"Commune {k}", 100.0, 100.0, 40.0, 20.0, None) for k in range(LIGNES_PAGE + 1)]
    table = build_table(touchees, 2)
    assert (table.total, table.page, table.pages, len(table.lignes)) == (LIGNES_PAGE + 1, 2, 2, 1)
    ligne = table.lignes[0]
    assert (ligne.servis_avant, read(ligne.servis_apres), read(ligne.ecart)) == ("0", "environ 60", "+60")
    assert ligne.duree_apres == "aucun trajet connu"
    assert build_table(touchees, 9).page == 2
    assert build_table([], 1).pages == 1


def test_what_the_scenario_opened_is_closed_by_taking_that_change_back() -> None:
    evaluation = evaluate(TERRAIN, ETUDE.add(POINT))
    rangs = list_fermables(evaluation.terrain, evaluation.etat_apres.ouverts).tolist()
    lignes = build_fermables(
        evaluation, list_par_perte(evaluation.terrain, ETUDE, evaluation.etat_apres.ouverts, rangs)
    )
    assert [(ligne.ajouter, ligne.retirer, ligne.code) for ligne in lignes][-2:] == [
        ("fermer:site2", "", "site2"),
        ("", "ouvrir:@3.10000,44.10000", ""),
    ]


# --- The map ---------------------------------------------------------------------------------------------------------


def build_contours() -> list[Contour]:
    """A square around each commune of the ground."""
    communes = TERRAIN.communes
    return [
        Contour(str(code), f"Commune {k}", shapely.multipolygons([shapely.box(x - 0.02, y - 0.02, x + 0.02, y + 0.02)]))
        for k, (code, x, y) in enumerate(zip(communes.codes, communes.lon, communes.lat, strict=True))
    ]


def test_the_map_has_its_ground_and_over_it_what_changes() -> None:
    fond = draw_fond(build_contours(), TERRAIN, Niveau.COMMUNE, titre="Temps")
    assert fond is not None
    evaluation = evaluate(TERRAIN, ETUDE.add(Geste(Action.OUVRIR, "site5"), Geste(Action.FERMER, "site0")))
    seule = draw_simulation(fond, evaluation, [], est_avant=False, avec_fond=False).carte.cadres[0]
    touchees = {c.code for c in evaluation.communes if c.duree_avant_min != c.duree_apres_min}
    assert sum(len(groupe.formes) for groupe in seule.groupes) == len(touchees)
    entiere = draw_simulation(fond, evaluation, [], est_avant=False, avec_fond=True)
    cadre = entiere.carte.cadres[0]
    assert cadre.groupes[: entiere.fonds[0]] == fond.carte.cadres[0].groupes
    assert cadre.groupes[entiere.fonds[0] :] == seule.groupes
    effectifs = {groupe.genre: groupe.effectif for groupe in cadre.reperes}
    # Two of the three places stay open as they are, if they stand in the frame.
    assert (effectifs["propose"], effectifs["ferme"]) == (1, 1)
    assert sum(entree.effectif for entree in entiere.carte.legende) == len(TERRAIN.rangs)
    avant = draw_simulation(fond, evaluation, [], est_avant=True, avec_fond=False).carte.cadres[0]
    assert avant.groupes == ()
    assert {groupe.genre for groupe in avant.reperes} == {"ouvert"}


def test_degrees_are_known_over_all_the_drawing() -> None:
    fond = draw_fond(build_contours(), TERRAIN, Niveau.COMMUNE, titre="Temps")
    assert fond is not None
    carte = draw_simulation(fond, evaluate(TERRAIN, ETUDE), [], est_avant=False, avec_fond=False)
    noeuds = np.array(carte.noeuds[0]).reshape(CELLULES + 1, CELLULES + 1, 2)
    cadre = fond.carte.cadres[0]
    # Between four corners, a plane errs by less than a pixel: here 30 km are 1,000 units.
    lon, lat = noeuds[2:4, 5:7].mean(axis=(0, 1))
    attendu = cadre.grille.locate(cadre.largeur * 5.5 / CELLULES, cadre.hauteur * 2.5 / CELLULES)
    assert (lon, lat) == pytest.approx(attendu, abs=1e-4)
    assert OUEST - 0.1 < lon < OUEST + COTE_DEG + 0.1
    assert SUD - 0.1 < lat < SUD + COTE_DEG + 0.1
