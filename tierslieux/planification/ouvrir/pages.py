"""From a study to what the page "Où ouvrir ?" shows: reads by services, the plan, the curve, the maps. No request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.core.errors import ComputationError, InvalidInputError
from tierslieux.core.memoire import Memoire
from tierslieux.couverture.formules import write_complement, write_lieu
from tierslieux.couverture.services import Edition, find_edition
from tierslieux.filtres import INSECABLE, format_date, format_nombre
from tierslieux.indicateurs.catalogue import Unite, get_catalogue
from tierslieux.indicateurs.services import list_millesimes
from tierslieux.lieux.recherches_vaines import sum_vaines
from tierslieux.planification import queries
from tierslieux.planification.bilan import Compte, Etat, compute_etat, count_groupes
from tierslieux.planification.carte import draw_carte_etude
from tierslieux.planification.deplacements import compute_epargne
from tierslieux.planification.enums import Objectif
from tierslieux.planification.etude import BESOIN, Etude
from tierslieux.planification.evaluation import list_restantes
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.optimisation.courbe import compute_courbe
from tierslieux.planification.optimisation.probleme import InfaisableError, Plan
from tierslieux.planification.ouvrir.formulaire import Formulaire, build_formulaire, list_besoins
from tierslieux.planification.ouvrir.params import Demande, write_erreur
from tierslieux.planification.ouvrir.phrases import EN_PERSONNES, Calcul
from tierslieux.planification.ouvrir.presenters import Attentes, Reponse, build_attentes, build_reponse
from tierslieux.planification.plans import Preparation, build_empreinte, prepare
from tierslieux.planification.presenters import format_loin, format_qui
from tierslieux.planification.resultats import Resultat
from tierslieux.planification.scenarios.services import Publie, list_publies
from tierslieux.planification.services import find_calcule, find_plan
from tierslieux.planification.simulation.gestes import keep_valides
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.adresses import Etape
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail, get_contour, get_territoire, list_contours

# No page waits longer for a plan: past it, the best found with its bound, or a job.
PLAN_MAX_S = 5.0
COURBE_MAX_S = 3.0
# Up to so many candidates, plans by travel time come within the time of a page; those by people served always do.
CANDIDATS_TRAJET_MAX = 700
# Up to so many, the answer follows a slider.
CANDIDATS_VIFS_MAX = 2_500
# How many sites the curve goes to: the first that holds the plan, else the last.
COURBES = (10, 20, 50)
RESTANTES_MAX = 12

Courbe = list[tuple[Plan, Compte]]


@dataclass(frozen=True, slots=True)
class OuvrirPage:
    """Everything that templates/planification/ouvrir.html writes.

    `reponse` is None when there is none: `erreurs` say why, or the computation is too long for a page (`est_long`), or
    coverage is not computed yet on this site (`est_calculee`).
    `est_vive`: the answer may be asked again at each move of a slider.
    """

    niveau: Niveau
    code: str
    nom: str
    complement: str
    lieu: str
    ariane: tuple[Etape, ...]
    erreurs: tuple[str, ...]
    etude: Etude
    formulaire: Formulaire
    reponse: Reponse | None
    resultat: Resultat | None
    est_calculee: bool
    est_long: bool
    est_vive: bool
    candidats: int | None
    loin: str
    qui: str
    source: str
    sources: tuple[str, ...]
    vaines: Attentes | None
    publies: tuple[Publie, ...]


@dataclass(frozen=True, slots=True)
class Trouve:
    """What was worked out of a study: `etude` as it could be answered, `refus` of what could not.

    `reponse` and `resultat` are None when the computation is too long for a page. `candidats`: how many there are.
    """

    etude: Etude
    refus: tuple[str, ...]
    candidats: int | None = None
    reponse: Reponse | None = None
    resultat: Resultat | None = None
    source: str = ""
    sources: tuple[str, ...] = ()


def assemble_ouvrir(session: Session, demande: Demande, today: dt.date, *, cartes: bool = True) -> OuvrirPage:
    """The page of a study; raises NotFoundError for a territory that is not there."""
    territoire = get_territoire(session, demande.etude.niveau, demande.etude.code)
    edition = find_edition(session)
    trouve = Trouve(demande.etude, ())
    try:
        if edition is not None:
            trouve = _find(session, territoire, demande, edition, cartes=cartes)
    except ComputationError as erreur:
        trouve = Trouve(demande.etude, (erreur.message,))
    except InvalidInputError as erreur:
        trouve = Trouve(demande.etude, (write_erreur(erreur),))
    etude, candidats = trouve.etude, trouve.candidats
    return OuvrirPage(
        niveau=etude.niveau,
        code=etude.code,
        nom=territoire.nom,
        complement=write_complement(territoire.niveau, territoire.nom, territoire.type_nom),
        lieu=write_lieu(territoire.niveau, territoire.nom, territoire.type_nom),
        ariane=tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents),
        erreurs=(*demande.erreurs, *trouve.refus),
        etude=etude,
        formulaire=build_formulaire(etude, list_besoins(_list_charges(session))),
        reponse=trouve.reponse,
        resultat=trouve.resultat,
        est_calculee=edition is not None,
        est_long=candidats is not None and trouve.reponse is None,
        est_vive=candidats is not None
        and candidats <= (CANDIDATS_TRAJET_MAX if is_par_trajet(etude) else CANDIDATS_VIFS_MAX),
        candidats=candidats,
        loin=format_loin(etude),
        qui=format_qui(etude.besoin),
        source=trouve.source,
        sources=trouve.sources,
        vaines=_find_attentes(session, etude, today),
        publies=tuple(list_publies(session, etude.niveau, etude.code)),
    )


def _find_attentes(session: Session, etude: Etude, today: dt.date) -> Attentes | None:
    """What residents looked for without finding anything near, None when too few did."""
    vaines = sum_vaines(session, etude.niveau, etude.code, today)
    if vaines.total is None:
        return None
    noms = {r.code: r.nom for r in session.execute(queries.list_noms_stmt(list(vaines.par_commune)))}
    return build_attentes(vaines, noms)


def is_par_trajet(etude: Etude) -> bool:
    """Whether the plan weighs every minute rather than who is within a limit: far longer to prove."""
    par_minutes = etude.objectif in {Objectif.TRAJET, Objectif.PIRE, Objectif.COUVERTURE_PUIS_TRAJET}
    return par_minutes or etude.capacite is not None


def is_long(preparation: Preparation) -> bool:
    """Whether a plan is left to a job: by travel time or with capacities, past CANDIDATS_TRAJET_MAX candidates."""
    est_pesant = is_par_trajet(preparation.etude) or preparation.capacites is not None
    return est_pesant and len(preparation.candidats) > CANDIDATS_TRAJET_MAX


# --- The computation -------------------------------------------------------------------------------------------------


def _find(
    session: Session, territoire: TerritoireDetail, demande: Demande, edition: Edition, *, cartes: bool
) -> Trouve:
    """The answer, computed or remembered. Raises InvalidInputError, ComputationError, InfaisableError."""
    etude, terrain, refus = _load(session, demande.etude)
    cle = (build_empreinte(terrain, etude), demande.est_nombre_choisi, cartes, edition.actualisee_at)
    trouve = None if refus else _TROUVES.get(cle)
    if trouve is not None:
        return trouve
    preparation = prepare(terrain, etude)
    candidats = len(preparation.candidats)
    if not demande.est_nombre_choisi and etude.sites is not None and candidats < etude.sites:
        etude = replace(etude, sites=candidats)
        preparation = replace(preparation, etude=etude)
    calcul = _compute(session, preparation)
    if calcul is None:
        return Trouve(etude, refus, candidats)
    avant, apres = _draw(session, territoire, calcul) if cartes else (None, None)
    trouve = Trouve(
        etude,
        refus,
        candidats,
        build_reponse(calcul, avant, apres),
        calcul.resultat,
        write_source(etude, terrain.source, edition),
        tuple(_list_sources(calcul, edition)),
    )
    if calcul.resultat.est_optimal and not refus:
        _TROUVES.set(cle, trouve)
    return trouve


# Fields whose value may be unknown to the database alone.
_REPLIS = ("besoin", "table")


def _load(session: Session, etude: Etude) -> tuple[Etude, Terrain, tuple[str, ...]]:
    """(study, its ground, refusals): a need, a table or changes that are not there give way to their default."""
    refus: list[str] = []
    for _essai in _REPLIS:
        try:
            terrain = load_terrain(session, etude)
        except InvalidInputError as erreur:
            champ = str(erreur.details["champ"])
            if champ not in _REPLIS:
                raise
            refus.append(write_erreur(erreur))
            etude = _give_way(etude, champ)
        else:
            break
    else:
        terrain = load_terrain(session, etude)
    etude, ignores = keep_valides(terrain, etude)
    return etude, terrain, (*refus, *ignores)


def _give_way(etude: Etude, champ: str) -> Etude:
    """The study with the default of one of its fields."""
    return replace(etude, besoin=BESOIN) if champ == "besoin" else replace(etude, table=None)


def _compute(session: Session, preparation: Preparation) -> Calcul | None:
    """The plan with what goes with it; None when it is left to a job that has not been done."""
    etude = preparation.etude
    if is_long(preparation):
        terrain = load_terrain(session, etude)
        resultat = find_calcule(session, etude, terrain, build_empreinte(terrain, etude))
        if resultat is None:
            return None
    else:
        resultat = find_plan(session, etude, temps_max_s=PLAN_MAX_S)
    terrain = preparation.terrain
    ouverts = preparation.etat.ouverts.copy()
    codes = {propose.site.code for propose in resultat.sites}
    choisis = [rang for rang in preparation.candidats.tolist() if terrain.sites[rang].code in codes]
    ouverts[choisis] = True
    final = compute_etat(terrain, ouverts)
    restantes = list_restantes(terrain, etude, final, np.setdiff1d(preparation.candidats, choisis))
    return Calcul(
        preparation=preparation,
        resultat=resultat,
        final=final,
        courbe=_find_courbe(preparation, resultat),
        restantes=restantes[:RESTANTES_MAX],
        total_restantes=len(restantes),
        epargne=compute_epargne(terrain, etude, preparation.etat, final),
    )


# Curves: some 20 kB each. Answers with their maps: 100 kB to 1 MB.
_COURBES: Memoire[Courbe] = Memoire(100)
_TROUVES: Memoire[Trouve] = Memoire(40)


def _find_courbe(preparation: Preparation, resultat: Resultat) -> Courbe:
    """The curve of the study, computed or remembered: the same for every number of sites up to its end."""
    etude = preparation.etude
    if etude.objectif not in EN_PERSONNES or etude.capacite is not None or not resultat.sites:
        return []
    voulus = next((longueur for longueur in COURBES if len(resultat.sites) < longueur), COURBES[-1])
    possibles = len(preparation.candidats) - len(preparation.build_regles().interdits)
    sites_max = min(voulus, possibles)
    if sites_max < 2:
        return []
    sans_nombre = replace(etude, sites=None, part=None, objectif=Objectif.COUVERTURE)
    cle = (build_empreinte(preparation.terrain, sans_nombre), sites_max)
    courbe = _COURBES.get(cle)
    if courbe is not None:
        return courbe
    try:
        courbe = compute_points(preparation, sites_max)
    except InfaisableError:
        # As many sites clash with the rules of the study, fewer did not.
        return []
    _COURBES.set(cle, courbe)
    return courbe


def compute_points(preparation: Preparation, sites_max: int) -> Courbe:
    """The plan of each number of sites, with the people it newly serves."""
    terrain, etude = preparation.terrain, preparation.etude
    instance = preparation.build_instance()
    plans = compute_courbe(instance, preparation.build_regles(), sites_max, temps_max_s=COURBE_MAX_S)
    servis = np.array([instance.compute_servis(np.array(plan.sites, dtype=np.int64)) for plan in plans])
    return list(zip(plans, count_groupes(terrain, etude, servis & ~instance.servies), strict=True))


# --- The maps and the words around -----------------------------------------------------------------------------------


def _draw(
    session: Session, territoire: TerritoireDetail, calcul: Calcul
) -> tuple[Choroplethe | None, Choroplethe | None]:
    """The territory today, and once the sites are open."""
    niveau, contours = list_aires(session, territoire)
    avant, apres = calcul.preparation.etat, calcul.final
    etude = calcul.resultat.etude
    quoi = f"minutes {etude.mode.libelle} jusqu’à {etude.cible.libelle}"

    def draw(etat: Etat, titre: str, *, proposes: bool) -> Choroplethe | None:
        sites = [propose.site for propose in calcul.resultat.sites] if proposes else []
        return draw_carte_etude(
            contours, calcul.terrain, etat, titre=titre, niveau=niveau, proposes=sites, zone=etude.zone
        )

    if not calcul.resultat.sites:
        return draw(avant, f"Aujourd’hui{INSECABLE}: {quoi}", proposes=False), None
    return (
        draw(avant, f"Aujourd’hui{INSECABLE}: {quoi}", proposes=False),
        draw(apres, f"Avec les nouveaux lieux{INSECABLE}: {quoi}", proposes=True),
    )


def list_aires(session: Session, territoire: TerritoireDetail) -> tuple[Niveau, Sequence[Contour]]:
    """(level, outlines) that a map of the territory shows: its communes, the EPCI for the whole country."""
    if territoire.niveau is Niveau.FRANCE:
        return Niveau.EPCI, list_contours(session, Niveau.EPCI, parent=(Niveau.FRANCE, CODE_FRANCE))
    if territoire.niveau is Niveau.COMMUNE:
        geometrie = get_contour(session, Niveau.COMMUNE, territoire.code)
        return Niveau.COMMUNE, [] if geometrie is None else [Contour(territoire.code, territoire.nom, geometrie)]
    return Niveau.COMMUNE, list_contours(session, Niveau.COMMUNE, parent=(territoire.niveau, territoire.code))


def _list_charges(session: Session) -> list[tuple[str, str]]:
    """(id, name) of the loaded indicators that count people."""
    return [
        (indicateur.id, indicateur.libelle)
        for indicateur in get_catalogue().indicateurs.values()
        if indicateur.unite is Unite.PERSONNES and list_millesimes(session, indicateur.id)
    ]


def write_source(etude: Etude, source: str, edition: Edition) -> str:
    """Where a figure of people served comes from, in a few words."""
    date = format_date(edition.actualisee_at.date())
    return f"{'estimation, ' if etude.est_modelise else ''}{source}, lieux au {date}"


def _list_sources(calcul: Calcul, edition: Edition) -> list[str]:
    """Data of the plan, in sentences."""
    terrain = calcul.terrain
    ouverts, date = format_nombre(terrain.nombre_ouverts), format_date(edition.actualisee_at.date())
    return [
        f"Personnes à servir{INSECABLE}: {terrain.source}.",
        f"Temps de trajet{INSECABLE}: {edition.libelle_moteur}.",
        f"Lieux ouverts{INSECABLE}: {ouverts} dans le territoire et autour, au {date}.",
        f"Bâtiments candidats{INSECABLE}: {format_nombre(len(calcul.preparation.candidats))}.",
    ]
