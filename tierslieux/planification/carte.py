"""The map of a study: communes by the minutes to the nearest open place, and the places themselves. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely

from tierslieux.cartes.cadrage import Grille
from tierslieux.cartes.choroplethe import AIRES_INDIVIDUELLES_MAX, AireSource, Choroplethe, Teinte, draw_carte
from tierslieux.cartes.palettes import SEQUENTIELLES
from tierslieux.cartes.reperes import CANDIDAT, FERME, OUVERT, PROPOSE, Repere
from tierslieux.couverture.enums import SEUILS_MIN
from tierslieux.couverture.methodes import Flottants
from tierslieux.filtres import INSECABLE, format_duree, format_nombre
from tierslieux.planification.bilan import Etat
from tierslieux.planification.evaluation import average_durees
from tierslieux.planification.terrain import Site, Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour

SANS_TRAJET = "aucun trajet connu"
_PALETTE = 5
# Beyond, marks of open places would hide what the colours say of them.
_OUVERTS_MAX = 2_000
# Cells of the net along each side: a straight line in one of them is straight to 10 m in a département.
_MAILLES = 5


def _write_classes() -> tuple[str, ...]:
    bornes = [f"de {bas} à {haut}{INSECABLE}minutes" for bas, haut in itertools.pairwise(SEUILS_MIN)]
    return (
        f"{SEUILS_MIN[0]}{INSECABLE}minutes ou moins",
        *bornes,
        f"plus de {SEUILS_MIN[-1]}{INSECABLE}minutes",
    )


# The thresholds that pages of figures count people by: fixed, so that two maps can be compared.
CLASSES = _write_classes()
TEINTES = tuple(
    Teinte(f"classe-{rang}", SEQUENTIELLES[_PALETTE][rang], libelle) for rang, libelle in enumerate(CLASSES)
)
GENRES: Mapping[str, str] = {
    OUVERT: "lieu ouvert aujourd’hui",
    PROPOSE: "nouveau lieu",
    FERME: "lieu fermé",
    CANDIDAT: "bâtiment qui pourrait accueillir un lieu",
}


def find_classe(duree_min: float | None) -> int | None:
    """Rank of the class of a time; a time equal to a threshold is within it. None for None."""
    if duree_min is None:
        return None
    return sum(duree_min > seuil for seuil in SEUILS_MIN)


def average_par(terrain: Terrain, durees_min: Flottants, niveau: Niveau) -> dict[str, float | None]:
    """Mean minutes of the inhabitants who have a journey, by code of a level; None where nobody has one."""
    if niveau is Niveau.COMMUNE:
        durees = average_durees(terrain, durees_min)
        codes = terrain.communes.codes[terrain.rangs].tolist()
        return {code: _hide(duree) for code, duree in zip(codes, durees.tolist(), strict=True)}
    codes, rangs = terrain.communes.rank(niveau)
    ici = rangs[terrain.points.commune]
    joints = np.isfinite(durees_min) & (ici >= 0)
    gens = np.bincount(ici[joints], weights=terrain.population[joints], minlength=len(codes))
    minutes = np.bincount(ici[joints], weights=(terrain.population * durees_min)[joints], minlength=len(codes))
    durees = np.divide(minutes, gens, out=np.full_like(minutes, np.nan), where=gens > 0)
    return {str(codes[k]): _hide(durees[k]) for k in np.unique(ici[ici >= 0])}


def _hide(duree_min: float) -> float | None:
    return None if np.isnan(duree_min) else float(duree_min)


def draw_carte_etude(
    contours: Sequence[Contour],
    terrain: Terrain,
    etat: Etat,
    *,
    titre: str,
    niveau: Niveau = Niveau.COMMUNE,
    proposes: Sequence[Site] = (),
    fermes: Sequence[Site] = (),
    candidats: Sequence[Site] = (),
    zone: Sequence[tuple[float, float]] = (),
    adresses: Mapping[str, str] | None = None,
    individuelles_max: int = AIRES_INDIVIDUELLES_MAX,
) -> Choroplethe | None:
    """The areas of `niveau` by mean minutes in a state, with the places; None without any outline.

    `proposes` are numbered in their order, open or not in `etat`; `fermes`: places that are closed. The other open
    places of `etat` are marked too, those around the territory included when they fall in the frame. `zone`: corners
    (lon, lat) of an area to outline.
    """
    durees = average_par(terrain, etat.durees_min, niveau)
    aires = [AireSource(contour.code, contour.nom, contour.geometrie) for contour in contours]
    textes = {aire.code: f"{aire.nom}{INSECABLE}: {_write_duree(durees.get(aire.code))}" for aire in aires}
    return draw_carte(
        aires,
        TEINTES,
        lambda code: find_classe(durees.get(code)),
        titre=titre,
        description="Temps moyen de porte à porte jusqu’au lieu ouvert le plus proche. Les tableaux de la page disent"
        " le même en chiffres.",
        palette=f"palette-{_PALETTE}",
        remarque=_write_remarque(etat),
        textes=textes,
        adresses=adresses or {},
        contours=(shapely.Polygon(zone),) if zone else (),
        ici=None,
        individuelles_max=individuelles_max,
        sans=SANS_TRAJET,
        reperes=list_reperes(terrain, etat, proposes=proposes, fermes=fermes, candidats=candidats),
        genres=GENRES,
    )


def write_reseau(grille: Grille) -> str:
    """Degrees ("lon,lat") of the nodes of a square net over a frame, row by row from its top left corner.

    A script tells from it where a click is, without knowing projections.
    """
    pas = [rang / _MAILLES for rang in range(_MAILLES + 1)]
    noeuds = [grille.locate(x * grille.largeur, y * grille.hauteur) for y in pas for x in pas]
    return " ".join(f"{lon:.5f},{lat:.5f}" for lon, lat in noeuds)


def _write_remarque(etat: Etat) -> str | None:
    ouverts = int(etat.ouverts.sum())
    if ouverts <= _OUVERTS_MAX:
        return None
    return f"Les {format_nombre(ouverts)} lieux ouverts ne sont pas marqués{INSECABLE}: ils cacheraient les couleurs."


def list_reperes(
    terrain: Terrain, etat: Etat, *, proposes: Sequence[Site], fermes: Sequence[Site], candidats: Sequence[Site] = ()
) -> list[Repere]:
    """The marks of a state: open places, those proposed with their number, those closed, candidates."""
    a_part = {site.code for site in (*proposes, *fermes)}
    rangs = np.flatnonzero(etat.ouverts)
    ouverts = [terrain.sites[rang] for rang in rangs] if len(rangs) <= _OUVERTS_MAX else []
    return [
        *_mark(candidats, CANDIDAT, a_part),
        *_mark(ouverts, OUVERT, a_part),
        *_mark(fermes, FERME, ()),
        *(
            Repere(site.lon, site.lat, PROPOSE, f"{rang}. {site.nom}", str(rang), site.code)
            for rang, site in enumerate(proposes, 1)
        ),
    ]


def _mark(sites: Iterable[Site], genre: str, sauf: Iterable[str]) -> list[Repere]:
    tus = set(sauf)
    return [Repere(site.lon, site.lat, genre, site.nom, code=site.code) for site in sites if site.code not in tus]


def _write_duree(duree_min: float | None) -> str:
    return SANS_TRAJET if duree_min is None else format_duree(duree_min)
