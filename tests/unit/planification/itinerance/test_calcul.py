"""From an invented ground to a tour: stops, depots, driving, people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_terrain
from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.methodes import DENSITES
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.itinerance.calcul import compute_conduite, compute_itineraire, find_depots
from tierslieux.planification.itinerance.comparaison import Verdict
from tierslieux.planification.itinerance.params import Demande
from tierslieux.planification.itinerance.presenters import build_reponse
from tierslieux.planification.itinerance.semaine import Demi
from tierslieux.planification.optimisation.probleme import InfaisableError
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.estimation import Estimation
from tierslieux.trajets.moteur import Mode, Point

ETUDE = Etude(Niveau.EPCI, "244800000", minutes=12)


@pytest.fixture(scope="module")
def terrain() -> Terrain:
    return build_terrain(4, communes=30, ouverts=3, candidats=12)


def test_driving_is_the_journey_of_the_installation(terrain: Terrain) -> None:
    sites = terrain.sites[1:6]
    durees_min = compute_conduite(terrain, sites, 300)
    for i, depart in enumerate(sites):
        moteur = Estimation(DENSITES[terrain.communes.densite[depart.commune]])
        arrivees = [Point(site.lon, site.lat) for site in sites]
        trajets = moteur.compute_trajets(Point(depart.lon, depart.lat), arrivees, Mode.VOITURE)
        for j, trajet in enumerate(trajets):
            memes = (depart.lon, depart.lat) == (sites[j].lon, sites[j].lat)
            assert trajet is not None
            assert durees_min[i, j] == (0 if memes else pytest.approx(trajet.duree_min, rel=1e-6))
    assert np.isinf(compute_conduite(terrain, sites, 1)).any()


def test_depots_are_town_halls_by_name_or_code(terrain: Terrain) -> None:
    commune = terrain.sites[3].commune
    nom, code = terrain.noms[commune], str(terrain.communes.codes[commune])
    assert find_depots(terrain, (nom.upper(),)) == find_depots(terrain, (code,))
    assert find_depots(terrain, (nom,))[0].commune == commune
    sans = next(rang for rang in range(30) if rang not in {site.commune for site in terrain.sites})
    milieu = find_depots(terrain, (terrain.noms[sans],))[0]
    assert (milieu.commune, milieu.nom) == (sans, terrain.noms[sans])
    assert find_depots(terrain, ())[0].commune == int(np.argmax(terrain.communes.population))
    with pytest.raises(InvalidInputError, match="une commune de ce territoire"):
        find_depots(terrain, ("Paris",))


def test_people_gained_are_those_beyond_the_limit_today_and_near_a_stop(terrain: Terrain) -> None:
    lu = compute_itineraire(terrain, ETUDE, Demande(demi_journees=4))
    arrets = [lu.get_site(visite.arret) for visite in lu.visites]
    assert 0 < len(arrets) <= 4
    rangs = np.array([terrain.find_rang(site.code) for site in arrets])
    temps = terrain.build_temps(rangs, 12)
    pres = np.diff(temps.tocsc().indptr) > 0
    loin = terrain.find_proches(terrain.list_ouverts())[1] > 12
    assert lu.gain.valeur == pytest.approx(terrain.poids[pres & loin].sum())
    assert lu.acquis.valeur == pytest.approx(terrain.poids[~loin].sum())
    assert lu.besoin.valeur == pytest.approx(terrain.poids.sum())
    assert lu.gain.bas is not None
    assert lu.gain.haut is not None
    assert lu.gain.bas < lu.gain.valeur < lu.gain.haut
    assert sum(gain.valeur for gain in lu.gains_visites) >= lu.gain.valeur - 1e-6
    assert compute_itineraire(terrain, ETUDE, Demande(demi_journees=4)).empreinte == lu.empreinte
    assert compute_itineraire(terrain, ETUDE, Demande(demi_journees=5)).empreinte != lu.empreinte


def test_open_places_that_close_give_people_to_the_tour(terrain: Terrain) -> None:
    ferme = replace(ETUDE, gestes=tuple(Geste(Action.FERMER, s.code) for s in terrain.sites[:3]))
    avant, apres = (compute_itineraire(terrain, etude, Demande(demi_journees=4)) for etude in (ETUDE, ferme))
    assert apres.acquis.valeur == 0
    assert avant.acquis.valeur > 0
    assert apres.gain.valeur >= avant.gain.valeur


def test_market_days_of_a_commune_are_those_of_its_stops(terrain: Terrain) -> None:
    depart = compute_itineraire(terrain, ETUDE, Demande(demi_journees=4))
    site = depart.get_site(depart.visites[0].arret)
    demande = Demande(demi_journees=4, marches=((terrain.noms[site.commune], (Demi(4),)),))
    lu = compute_itineraire(terrain, ETUDE, demande)
    assert lu.gain.valeur == pytest.approx(depart.gain.valeur)
    la = [visite for visite in lu.visites if lu.get_site(visite.arret).commune == site.commune]
    assert la
    assert all(visite.demi == Demi(4) and visite.marche for visite in la)
    exclu = Demande(
        demi_journees=4,
        exclus=((terrain.noms[site.commune], tuple(Demi(j, p) for j in range(5) for p in (False, True))),),
    )
    lu = compute_itineraire(terrain, ETUDE, exclu)
    assert all(lu.get_site(visite.arret).commune != site.commune for visite in lu.visites)


def test_wishes_that_clash_have_their_figures(terrain: Terrain) -> None:
    with pytest.raises(InfaisableError, match=r"12 demi-journées .* de 1 à 10"):
        compute_itineraire(terrain, ETUDE, Demande(demi_journees=12))
    with pytest.raises(InfaisableError, match="0 bâtiment"):
        compute_itineraire(replace(terrain, nombre_ouverts=len(terrain.sites)), ETUDE, Demande())
    with pytest.raises(InvalidInputError, match="candidat"):
        compute_itineraire(terrain, replace(ETUDE, imposes=("inconnu",)), Demande())


def test_the_page_says_who_wins_and_what_it_does_not_give(terrain: Terrain) -> None:
    lu = compute_itineraire(terrain, ETUDE, Demande(demi_journees=6, heures_site=10))
    assert lu.comparaison.verdict is Verdict.TOURNEE
    reponse = build_reponse(lu, None)
    texte = " ".join(reponse.phrases)
    assert "À temps de travail égal" in texte
    assert "la tournée sert plus de personnes" in texte
    assert "avec un lieu fixe, 10" in texte
    assert reponse.preuve.startswith("C’est prouvé")
    arrets = [case for s in reponse.semaines for j in s.journees for case in (j.matin, j.apres_midi) if case]
    assert sorted(case.rang for case in arrets) == list(range(1, len(lu.visites) + 1))
    perdu = compute_itineraire(terrain, ETUDE, Demande(demi_journees=1, heures_site=1))
    assert perdu.comparaison.verdict is Verdict.FIXES
    assert "ne fait pas mieux" in " ".join(build_reponse(perdu, None).phrases)
    servis = build_terrain(3, communes=30, ouverts=3, candidats=12)
    rien = compute_itineraire(servis, replace(ETUDE, minutes=60), Demande())
    assert rien.visites == ()
    assert build_reponse(rien, None).titre == "Aucune tournée ne servirait quelqu’un de plus"
