"""The report of a study in memory: what it says, that its bytes depend on its inputs alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely

from tests.factories.terrains import COTE_DEG, OUEST, SUD, build_terrain
from tierslieux.planification.bilan import compute_etat
from tierslieux.planification.deplacements import compute_epargne
from tierslieux.planification.enums import Action, Objectif
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import compare, evaluate, list_restantes
from tierslieux.planification.plans import compute_plan, prepare
from tierslieux.planification.rapports.carte import LEAFLET, render_carte
from tierslieux.planification.rapports.donnees import Donnees, EditionSource, Entete
from tierslieux.planification.rapports.rapport import Rapport, build_rapport, digest_contenu
from tierslieux.planification.rapports.sensibilite import compute_sensibilite, value_scenario
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=12, sites=2)
SHA = "28813ae1beca9e12e481eeb9e9790bd4ab425d497d6a65c50083493c5494aeb4"
EDITIONS = (
    EditionSource("Mairies", "Dila", "2026", SHA, "Licence Ouverte 2.0", 8, dt.date(2026, 1, 1)),
    EditionSource("Recensement", "Insee", "2022", None),
)


def build_territoire() -> TerritoireDetail:
    champs: dict[str, Any] = dict.fromkeys(f.name for f in dataclasses.fields(TerritoireDetail))
    connus = {"niveau": Niveau.DEPARTEMENT, "code": "48", "nom": "Lozère", "nom_tri": "Lozère", "type_nom": 3}
    return TerritoireDetail(**(champs | connus | {"parents": (), "codes_postaux": (), "anciennes_communes": ()}))


def build_contours(terrain: Terrain) -> tuple[Contour, ...]:
    pas = COTE_DEG / len(terrain.rangs)
    codes = terrain.communes.codes[terrain.rangs].tolist()
    return tuple(
        Contour(code, nom, shapely.MultiPolygon([shapely.box(OUEST + k * pas, SUD, OUEST + (k + 1) * pas, SUD + 0.5)]))
        for k, (code, nom) in enumerate(zip(codes, terrain.noms, strict=True))
    )


def build_donnees(
    terrain: Terrain, etude: Etude = ETUDE, entete: Entete | None = None, *, est_questionne: bool = False
) -> Donnees:
    """What is read from the database, made by hand; plans are questioned only where that is looked at."""
    resultat = sensibilite = None
    valorisations: tuple[Any, ...] = ()
    if entete is None:
        preparation = prepare(terrain, etude)
        resultat = compute_plan(terrain, etude)
        codes = [p.site.code for p in resultat.sites]
        apres = preparation.etat.ouverts.copy()
        apres[[terrain.find_rang(code) for code in codes]] = True
        evaluation = compare(terrain, etude, preparation.etat, compute_etat(terrain, apres))
        sensibilite = compute_sensibilite(terrain, etude, codes) if est_questionne else None
    else:
        evaluation = evaluate(terrain, etude)
        valorisations = value_scenario(terrain, etude, evaluation.etat_avant, evaluation.etat_apres)
    libres = np.flatnonzero(~evaluation.etat_apres.ouverts & (np.arange(len(terrain.sites)) >= terrain.nombre_ouverts))
    restantes = list_restantes(terrain, etude, evaluation.etat_apres, libres)
    return Donnees(
        territoire=build_territoire(),
        etude=etude,
        entete=entete,
        evaluation=evaluation,
        resultat=resultat,
        comparaison=None,
        sensibilite=sensibilite,
        epargne=compute_epargne(evaluation.terrain, etude, evaluation.etat_avant, evaluation.etat_apres),
        valorisations=valorisations,
        restantes=tuple(restantes[:5]),
        restantes_nombre=len(restantes),
        candidats=tuple(terrain.sites[i] for i in libres),
        contours=build_contours(terrain),
        niveau_carte=Niveau.COMMUNE,
        editions=EDITIONS,
        empreinte_terrain=terrain.empreinte,
    )


def read(rapport: Rapport) -> str:
    """All that is written, in ordinary spaces."""
    return re.sub(r"[\u00a0\u202f]", " ", rapport.to_json())


def test_the_first_page_says_the_question_the_answer_and_the_proof() -> None:
    donnees = build_donnees(build_terrain(3), est_questionne=True)
    resume = re.sub(r"[\u00a0\u202f]", " ", "\n".join(build_rapport(donnees).resume.paragraphes))
    assert resume.startswith(
        "Où ouvrir 2 lieux au plus pour que le plus de personnes en illectronisme soient à 12 minutes ou moins en"
        " voiture d’un lieu où quelqu’un aide ?"
    )
    assert "Aucune autre liste de 2 lieux ne fait mieux." in resume
    assert "Nous avons refait le calcul 56 fois" in resume
    assert "resteraient à plus de 12 minutes" in resume


def test_a_plan_that_is_not_proven_says_so() -> None:
    donnees = build_donnees(build_terrain(3))
    assert donnees.resultat is not None
    resultat = replace(donnees.resultat, est_optimal=False, ecart=0.0123)
    texte = read(build_rapport(replace(donnees, resultat=resultat)))
    assert "elle ferait au plus 1,23 % de mieux" in texte
    assert "Aucune autre liste" not in texte


def test_the_digest_is_that_of_all_the_rest_and_is_printed() -> None:
    rapport = build_rapport(build_donnees(build_terrain(3), est_questionne=True))
    contenu = json.loads(rapport.to_json())
    assert contenu.pop("digest") == rapport.digest
    assert digest_contenu(contenu) == rapport.digest
    assert "seconds" not in contenu["plan"]


def test_the_same_inputs_give_the_same_report() -> None:
    rapports = [build_rapport(build_donnees(build_terrain(3))).to_json() for _ in range(2)]
    assert rapports[0] == rapports[1]


def test_changing_the_need_of_one_point_changes_the_digest() -> None:
    terrain = build_terrain(3)
    poids = terrain.poids.copy()
    poids[0] += 1
    autre = replace(terrain, poids=poids)
    assert build_rapport(build_donnees(terrain)).digest != build_rapport(build_donnees(autre)).digest


@pytest.mark.parametrize(
    "etude",
    [replace(ETUDE, minutes=13), replace(ETUDE, sites=3), replace(ETUDE, interdits=("absent",))],
)
def test_changing_one_parameter_changes_the_digest(etude: Etude) -> None:
    terrain = build_terrain(3)
    assert build_rapport(build_donnees(terrain)).digest != build_rapport(build_donnees(terrain, etude)).digest


def test_changing_one_edition_changes_the_digest() -> None:
    donnees = build_donnees(build_terrain(3))
    autres = (*EDITIONS[:1], replace(EDITIONS[1], edition="2023"))
    assert build_rapport(donnees).digest != build_rapport(replace(donnees, editions=autres)).digest


def test_sources_assumptions_and_parameters_are_told() -> None:
    texte = read(build_rapport(build_donnees(build_terrain(3))))
    for attendu in (
        SHA,
        "vérifié au plus tard le 1er janvier 2026",
        "pas de fichier",
        "R. Church et C. ReVelle",
        "Papers of the Regional Science Association, 32, 1974",
        "50 km/h, 65 km/h au-delà de 5 km",
        "1 commune compte pour zéro",
        '"minutes"',
        "Sans lui, on perd",
    ):
        assert attendu in texte, attendu


def test_a_scenario_tells_what_it_opens_and_closes() -> None:
    terrain = build_terrain(3)
    ouvert, ferme = terrain.sites[terrain.candidats[0]], terrain.sites[0]
    etude = ETUDE.add(Geste(Action.OUVRIR, ouvert.code), Geste(Action.FERMER, ferme.code))
    rapport = build_rapport(build_donnees(terrain, etude, Entete("Un bus de moins", "Deux lignes\nà lire.")))
    texte = read(rapport)
    assert rapport.titre == "Un bus de moins"
    assert f"Ouvrir : {ouvert.nom}" in texte
    assert f"Fermer : {ferme.nom}" in texte
    assert "Avec 1 lieu ouvert et 1 lieu fermé" in texte
    assert "Ce scénario dans d’autres cas" in texte
    assert "meilleure réponse possible" not in texte


@pytest.mark.parametrize(
    ("etude", "document"),
    [
        (replace(ETUDE, objectif=Objectif.TRAJET), "Hakimi"),
        (replace(ETUDE, objectif=Objectif.PIRE), "p-centre"),
        (replace(ETUDE, objectif=Objectif.PART, part=0.05, sites=None), "Toregas"),
    ],
)
def test_each_aim_has_its_question_and_its_document(etude: Etude, document: str) -> None:
    rapport = build_rapport(build_donnees(build_terrain(3), etude))
    assert document in rapport.to_json()
    assert rapport.resume.paragraphes[0].startswith("Où ouvrir ")


def test_costs_are_told_when_there_is_a_table() -> None:
    terrain = build_terrain(3)
    sites = tuple(
        replace(site, cout=1_000.0) if rang >= terrain.nombre_ouverts else site
        for rang, site in enumerate(terrain.sites)
    )
    avec = replace(terrain, sites=sites)
    sections = {s.id: s for s in build_rapport(build_donnees(avec, replace(ETUDE, budget=2_500.0))).sections}
    couts = re.sub(r"[\u00a0\u202f]", " ", "\n".join(sections["couts"].paragraphes))
    assert "Coût des lieux proposés : 2 000" in couts
    assert "Budget : 2 500" in couts
    assert "couts" not in {s.id for s in build_rapport(build_donnees(terrain)).sections}


def test_the_map_is_the_same_file_twice_and_asks_for_nothing() -> None:
    if not LEAFLET.is_dir():
        pytest.fail(f"{LEAFLET} is missing: run `make test`, whose set-up builds it")
    cartes = [render_carte(build_donnees(build_terrain(3))) for _ in range(2)]
    assert cartes[0] is not None
    assert cartes[0] == cartes[1]
    assert not re.search(r"(?:src|href)=.?https?://", cartes[0])
    assert "nouveau lieu (2)" in cartes[0]
    assert "lieu ouvert aujourd’hui (3)" in cartes[0]
    assert "bâtiment qui pourrait accueillir un lieu (6)" in cartes[0]
