"""The map of a tour: communes by the minutes to the nearest place or stop, and the stops in the order of the week."""

from __future__ import annotations

from collections.abc import Sequence

from tierslieux.cartes.choroplethe import AireSource, Choroplethe, draw_carte
from tierslieux.cartes.reperes import CANDIDAT, OUVERT, PROPOSE, Repere
from tierslieux.filtres import INSECABLE, format_duree
from tierslieux.planification.carte import SANS_TRAJET, TEINTES, average_par, find_classe
from tierslieux.planification.itinerance.calcul import Itineraire
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour

GENRES = {OUVERT: "lieu ouvert aujourd’hui", PROPOSE: "arrêt, dans l’ordre de la semaine", CANDIDAT: "dépôt"}


def draw_tournee(contours: Sequence[Contour], itineraire: Itineraire) -> Choroplethe | None:
    """The communes with the stops; None without any outline."""
    durees = average_par(itineraire.terrain, itineraire.apres.durees_min, Niveau.COMMUNE)
    textes = {}
    for contour in contours:
        duree_min = durees.get(contour.code)
        ecrite = SANS_TRAJET if duree_min is None else format_duree(duree_min)
        textes[contour.code] = f"{contour.nom}{INSECABLE}: {ecrite}"
    return draw_carte(
        [AireSource(contour.code, contour.nom, contour.geometrie) for contour in contours],
        TEINTES,
        lambda code: find_classe(durees.get(code)),
        titre="Temps moyen jusqu’au lieu ou à l’arrêt le plus proche, avec la tournée",
        description="Les numéros sont ceux des arrêts dans le tableau de la semaine.",
        palette="palette-5",
        remarque=None,
        textes=textes,
        adresses={},
        contours=(),
        ici=None,
        individuelles_max=len(contours),
        sans=SANS_TRAJET,
        reperes=_list_reperes(itineraire),
        genres=GENRES,
    )


def _list_reperes(itineraire: Itineraire) -> list[Repere]:
    terrain = itineraire.terrain
    ouverts = [site for site, ouvert in zip(terrain.sites, itineraire.avant.ouverts, strict=True) if ouvert]
    arrets = [itineraire.get_site(visite.arret) for visite in itineraire.visites]
    return [
        *(Repere(site.lon, site.lat, CANDIDAT, f"Dépôt : {site.nom}") for site in itineraire.question.depots),
        *(Repere(site.lon, site.lat, OUVERT, site.nom) for site in ouverts),
        *(
            Repere(site.lon, site.lat, PROPOSE, f"{rang}. {site.nom}", str(rang))
            for rang, site in enumerate(arrets, start=1)
        ),
    ]
