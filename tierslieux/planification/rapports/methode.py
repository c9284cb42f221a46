"""How the figures of a report are come by: method, works it rests on, assumptions, data, parameters. Pure.

Every figure is read from where the program reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.couverture.formules import write_pct
from tierslieux.filtres import agree, format_date, format_nombre
from tierslieux.indicateurs.incertitude import NIVEAU_CONFIANCE
from tierslieux.planification.enums import Objectif, Priorite
from tierslieux.planification.etude import Etude
from tierslieux.planification.lecture import MARGE_DEG, PART_CONNECTEE, POIDS_PRIORITAIRE
from tierslieux.planification.plans import PLAFOND_MIN
from tierslieux.planification.presenters import format_qui
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.sensibilite import LIMITES_MIN, VITESSES, Sensibilite
from tierslieux.planification.terrain import Terrain
from tierslieux.trajets.estimation import PREMIERE_PARTIE_M, Densite, get_hypotheses
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.vitesses import MARCHE_KMH

_KM_PAR_DEGRE = 111
_DOCUMENTS = {
    Objectif.COUVERTURE: (
        "Couverture maximale : R. Church et C. ReVelle, « The maximal covering location problem », Papers of the"
        " Regional Science Association, 32, 1974."
    ),
    Objectif.TRAJET: (
        "Temps de trajet le plus court (p-médiane) : S. L. Hakimi, « Optimum locations of switching centers and the"
        " absolute centers and medians of a graph », Operations Research, 12, 1964."
    ),
    Objectif.PIRE: (
        "Les plus loin d’abord (p-centre) : S. L. Hakimi, « Optimum locations of switching centers and the absolute"
        " centers and medians of a graph », Operations Research, 12, 1964."
    ),
    Objectif.PART: (
        "Le moins de lieux (couverture d’ensemble) : C. Toregas, R. Swain, C. ReVelle et L. Bergman, « The location of"
        " emergency service facilities », Operations Research, 19, 1971."
    ),
}
_OBJECTIFS = {Objectif.COUVERTURE_PUIS_TRAJET: (Objectif.COUVERTURE, Objectif.TRAJET)}
_SOLVEUR = (
    "Solveur libre HiGHS : Q. Huangfu et J. A. J. Hall, « Parallelizing the dual revised simplex method »,"
    " Mathematical Programming Computation, 10, 2018."
)


def list_methode(donnees: Donnees) -> Iterator[str]:
    """What is computed, in the order it is done."""
    etude = donnees.etude
    qui = format_qui(etude.besoin)
    yield (
        f"Les {qui} de chaque commune sont placées sur ses points habités. Chaque personne va au lieu ouvert le plus"
        " proche en temps, de porte à porte."
    )
    yield (
        f"Une personne est proche quand ce temps est de {etude.minutes} minutes ou moins. Les lieux déjà ouverts"
        " comptent, dans le territoire et autour."
    )
    if donnees.resultat is not None:
        yield (
            "Le meilleur choix est un problème de programmation linéaire en nombres entiers. Il est résolu avec sa"
            " borne : aucune liste de lieux ne peut la dépasser. La valeur de la liste est ensuite recalculée à part."
        )
        yield (
            "Dans le tableau des lieux, chaque lieu vient après celui qui apporte le plus ; son gain est celui qu’il"
            " ajoute à ceux d’avant. « Sans lui » compte les personnes que rien d’autre ne servirait."
        )


def list_documents(etude: Etude) -> Iterator[str]:
    """The works that the method comes from."""
    for objectif in _OBJECTIFS.get(etude.objectif, (etude.objectif,)):
        yield _DOCUMENTS[objectif]
    yield _SOLVEUR


def list_hypotheses(donnees: Donnees) -> Iterator[str]:
    """What is taken for granted; nothing measures it."""
    etude, terrain = donnees.etude, donnees.terrain
    yield "Chacun part de chez soi et va au lieu le plus proche, quel que soit son département."
    if etude.mode is Mode.VOITURE:
        yield "Chacun a une voiture ou quelqu’un qui conduit."
    yield (
        "Un lieu sert tous ceux qui en sont proches : ni file d’attente, ni horaires."
        if etude.capacite is None
        else (f"Un lieu nouveau sert au plus {format_nombre(etude.capacite)} personnes.")
    )
    if etude.objectif in {Objectif.TRAJET, Objectif.PIRE, Objectif.COUVERTURE_PUIS_TRAJET}:
        yield f"Au-delà de {PLAFOND_MIN:g} minutes, un trajet compte pour {PLAFOND_MIN:g} minutes."
    if etude.priorite is Priorite.ZONES_BLANCHES:
        yield (
            f"Les personnes des communes où moins de {write_pct(PART_CONNECTEE)} des locaux peuvent avoir 30 Mbit/s"
            f" comptent {POIDS_PRIORITAIRE:g} fois dans le choix, une fois dans les chiffres."
        )
    if etude.priorite is Priorite.QUARTIERS:
        yield (
            "Les personnes des communes qui ont un quartier prioritaire comptent"
            f" {POIDS_PRIORITAIRE:g} fois dans le choix, une fois dans les chiffres."
        )
    yield f"Les lieux ouverts comptent jusqu’à {MARGE_DEG * _KM_PAR_DEGRE:.0f} km environ autour du territoire."
    if etude.est_modelise:
        yield (
            f"Un intervalle contient le vrai nombre {NIVEAU_CONFIANCE * 100:.0f} fois sur 100. Il ne vaut que pour le"
            " nombre de personnes : pas pour les temps de trajet."
        )
    inconnues = _count_inconnues(terrain)
    if inconnues:
        mots = agree(inconnues, "commune compte", "communes comptent")
        yield f"{format_nombre(inconnues)} {mots} pour zéro : personne ne sait combien de personnes y sont concernées."
    yield from _list_vitesses(terrain)


def _count_inconnues(terrain: Terrain) -> int:
    """Communes of the territory of which nobody knows the need."""
    return len(set(terrain.points.commune[~terrain.connues].tolist()))


def _list_vitesses(terrain: Terrain) -> Iterator[str]:
    if not terrain.is_estime:
        provenance = next(iter((terrain.moteurs or {}).values())).provenance
        yield (
            f"Les trajets suivent les routes d’OpenStreetMap, édition {provenance.edition or 'inconnue'} ; la vitesse"
            f" dépend de la sorte de route, et on marche à {MARCHE_KMH:g} km/h."
        )
        return
    yield (
        "Les trajets sont estimés : distance à vol d’oiseau, fois un détour, divisée par une vitesse, plus le temps de"
        " partir et d’arriver. Aucune mesure française ne donne ces valeurs."
    )
    for densite in Densite:
        h = get_hypotheses(densite, terrain.mode)
        loin = (
            f", {format_nombre(h.vitesse_loin_kmh)} km/h au-delà de {PREMIERE_PARTIE_M / 1000:g} km"
            if h.vitesse_loin_kmh != h.vitesse_kmh
            else ""
        )
        delai = f", {format_nombre(h.delai_min)} min pour se garer" if h.delai_min else ""
        yield (
            f"Départ en {densite.libelle} ({terrain.mode.libelle}) : détour de {write_pct(h.detour - 1)},"
            f" {format_nombre(h.vitesse_kmh)} km/h{loin}{delai}."
        )


def list_questions(sensibilite: Sensibilite) -> Iterator[str]:
    """How a plan was questioned, so that anybody can ask the same."""
    if not sensibilite.questions:
        return
    vitesses = " et ".join(f"{part * 100:+.0f} %".replace("-", "−") for part in VITESSES)
    limites = " et ".join(f"{ecart:+d}".replace("-", "−") for ecart in LIMITES_MIN)
    yield (
        f"Chaque question change une seule chose et refait le calcul : vitesses de {vitesses}, temps visé de {limites}"
        " minutes, un bâtiment de moins."
    )
    if sensibilite.sans_besoin:
        yield "Le nombre de personnes n’a pas été changé : il est compté, ou il ne décide pas des lieux."
    else:
        yield (
            "Le nombre de personnes est mis au bas, puis au haut de l’intervalle de chaque commune, puis tiré au sort"
            f" {sensibilite.effort.tirages} fois dans l’erreur du modèle (région, intercommunalité, commune), toujours"
            " avec la même suite de nombres."
        )
    yield (
        "Un lieu « reste » quand il est dans la meilleure liste du cas, ou quand il vaut autant qu’un lieu de cette"
        " liste. Plus l’étude est grande, moins il y a de questions."
    )
    if sensibilite.impossibles:
        yield f"Sans réponse possible : {', '.join(sensibilite.impossibles)}."


def list_parametres(donnees: Donnees) -> Iterator[tuple[str, str]]:
    """Every parameter as addresses write it, defaults included; "" for one that is not set."""
    for nom, valeur in donnees.etude.to_json().items():
        if isinstance(valeur, list):
            texte = " ".join(",".join(map(str, v)) if isinstance(v, list) else str(v) for v in valeur)
        elif isinstance(valeur, bool):
            texte = "oui" if valeur else "non"
        else:
            texte = "" if valeur is None else str(valeur)
        yield nom, texte


def list_editions(donnees: Donnees) -> Iterator[tuple[str, ...]]:
    """(source, edition, places here, digest) of each source."""
    for e in donnees.editions:
        edition = e.edition if e.date is None else f"{e.edition}, vérifié au plus tard le {format_date(e.date)}"
        lieux = "" if e.lieux is None else format_nombre(e.lieux)
        yield f"{e.nom}, {e.producteur}", edition, lieux, e.sha256 or "pas de fichier"
    if not donnees.terrain.is_estime:
        provenance = next(iter((donnees.terrain.moteurs or {}).values())).provenance
        yield "Routes, OpenStreetMap", provenance.edition or "édition inconnue", "", provenance.sha256
