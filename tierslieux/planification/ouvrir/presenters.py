"""The page "Où ouvrir ?" as its template reads it: the answer in words, the curve, the sites, who stays far. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.cartes.courbes import GraphiqueCourbe, PointCourbe, build_courbe
from tierslieux.core.calendrier import MOIS
from tierslieux.couverture.formules import (
    upper_initiale,
    write_effectif,
    write_personnes,
)
from tierslieux.filtres import INSECABLE, format_duree, format_nombre, lower_initiale
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.recherches_vaines import PROCHE_MIN, Vaines
from tierslieux.planification.bilan import Compte
from tierslieux.planification.carte import write_reseau
from tierslieux.planification.enums import Action, Objectif, Priorite
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import Raison, Restante
from tierslieux.planification.optimisation.probleme import Plan
from tierslieux.planification.ouvrir.phrases import (
    Calcul,
    list_remarques,
    write_contexte,
    write_epargne,
    write_preuve,
    write_secondes,
    write_titre,
)
from tierslieux.planification.presenters import (
    LigneBilan,
    build_lignes_bilan,
    format_acces,
    format_intervalle,
    format_qui,
    format_valeur,
)
from tierslieux.planification.resultats import Resultat, SitePropose
from tierslieux.planification.terrain import Site, Terrain

Arguments = dict[str, list[str]]

_ATTENTES_MAX = 10


@dataclass(frozen=True, slots=True)
class LigneSite:
    """A proposed site. `lieu`: public id of its page, "" without; `args`: query strings of what can be done with it."""

    rang: int
    nom: str
    lieu: str
    genre: str
    commune: str
    gain: str
    intervalle: str
    seul: str
    minutes: str
    cout: str
    est_impose: bool
    args_imposer: Arguments
    args_ecarter: Arguments


@dataclass(frozen=True, slots=True)
class LigneCourbe:
    """What a number of sites gives."""

    nombre: int
    gain: str
    intervalle: str
    borne: str
    est_choisi: bool
    args: Arguments


@dataclass(frozen=True, slots=True)
class LigneRestante:
    """A commune that stays far: how many people, why, and what would serve most of them."""

    code: str
    nom: str
    personnes: str
    duree: str
    raison: str
    site: str
    gain: str
    args_imposer: Arguments | None


@dataclass(frozen=True, slots=True)
class Choix:
    """Something chosen that can be taken back: its words, and the query string without it."""

    libelle: str
    args: Arguments


@dataclass(frozen=True, slots=True)
class Reponse:
    """The answer; everything is written. `reseau`: degrees of a net over the maps, "" without map."""

    titre: str
    preuve: str
    contexte: str
    remarques: tuple[str, ...]
    bilan: tuple[LigneBilan, ...]
    sites: tuple[LigneSite, ...]
    a_couts: bool
    a_minutes: bool
    courbe: GraphiqueCourbe | None
    lignes_courbe: tuple[LigneCourbe, ...]
    a_bornes: bool
    restantes: tuple[LigneRestante, ...]
    autres_restantes: int
    avant: Choroplethe | None
    apres: Choroplethe | None
    reseau: str
    choix: tuple[Choix, ...]
    args_plan: Arguments
    epargne: str
    hypotheses: tuple[str, ...]
    secondes: str
    empreinte: str


@dataclass(frozen=True, slots=True)
class Attentes:
    """Searches without anything near: a sentence, and (name, code, how many at least) of communes, most first."""

    phrase: str
    communes: tuple[tuple[str, str, str], ...]


def build_attentes(vaines: Vaines, noms: Mapping[str, str]) -> Attentes:
    """What residents looked for in vain, in words; `noms` of communes by code."""
    lues = sorted(vaines.par_commune.items(), key=lambda couple: (-couple[1], couple[0]))
    mois = f"{MOIS[vaines.depuis.month - 1]} {vaines.depuis.year}"
    return Attentes(
        f"Depuis {mois}, au moins {format_nombre(vaines.total or 0)} recherches d’habitants n’ont trouvé aucun lieu à"
        f" {PROCHE_MIN}{INSECABLE}minutes ou moins en voiture.",
        tuple((noms.get(code, code), code, format_nombre(nombre)) for code, nombre in lues[:_ATTENTES_MAX]),
    )


def build_reponse(
    calcul: Calcul, avant: Choroplethe | None, apres: Choroplethe | None, remarques: Sequence[str] = ()
) -> Reponse:
    """The answer of a plan, with its two maps."""
    resultat, etude = calcul.resultat, calcul.resultat.etude
    sites = [_build_site(etude, rang, propose) for rang, propose in enumerate(resultat.sites, 1)]
    lignes = build_lignes_courbe(calcul)
    return Reponse(
        titre=write_titre(calcul),
        preuve=write_preuve(calcul),
        contexte=write_contexte(calcul),
        remarques=(*remarques, *list_remarques(calcul)),
        bilan=build_lignes_bilan(calcul.terrain, etude, resultat.avant, resultat.apres),
        sites=tuple(sites),
        a_couts=any(propose.site.cout is not None for propose in resultat.sites),
        a_minutes=etude.objectif not in {Objectif.COUVERTURE, Objectif.PART},
        courbe=draw_courbe(calcul),
        lignes_courbe=lignes,
        a_bornes=any(ligne.borne for ligne in lignes),
        restantes=tuple(_build_restante(etude, restante) for restante in calcul.restantes),
        autres_restantes=calcul.total_restantes - len(calcul.restantes),
        avant=avant,
        apres=apres,
        reseau="" if avant is None else write_reseau(avant.cadres[0].grille),
        choix=list_choix(calcul.terrain, etude),
        args_plan=build_args_plan(resultat),
        epargne=write_epargne(calcul),
        hypotheses=calcul.epargne.hypotheses,
        secondes=write_secondes(resultat.secondes),
        empreinte=resultat.empreinte,
    )


# --- The sites -------------------------------------------------------------------------------------------------------


def _build_site(etude: Etude, rang: int, propose: SitePropose) -> LigneSite:
    site = propose.site
    return LigneSite(
        rang=rang,
        nom=site.nom,
        lieu=find_lieu(site),
        genre=write_genre(site),
        commune=site.commune_nom or "",
        gain=format_valeur(propose.gain),
        intervalle=format_intervalle(propose.gain),
        seul=format_valeur(propose.seul),
        minutes=write_effectif(round(propose.minutes_epargnees)),
        cout="" if site.cout is None else format_nombre(site.cout),
        est_impose=site.code in etude.imposes,
        args_imposer=_impose(etude, site.code),
        args_ecarter=_forbid(etude, site.code),
    )


def find_lieu(site: Site) -> str:
    """The public id of the page of a site; "" for a row of a table and for a free point."""
    return "" if site.genre is None or "." in site.code or site.code.startswith("@") else site.code


def write_genre(site: Site) -> str:
    """What a site is: "bibliothèque", "" when it is not known."""
    return lower_initiale(Genre(site.genre).libelle) if site.genre in set(Genre) else ""


def _impose(etude: Etude, code: str) -> Arguments:
    return replace(
        etude,
        imposes=(*(autre for autre in etude.imposes if autre != code), code),
        interdits=tuple(autre for autre in etude.interdits if autre != code),
    ).to_args()


def _forbid(etude: Etude, code: str) -> Arguments:
    return replace(
        etude,
        imposes=tuple(autre for autre in etude.imposes if autre != code),
        interdits=(*(autre for autre in etude.interdits if autre != code), code),
    ).to_args()


def build_args_plan(resultat: Resultat) -> Arguments:
    """The query string of the scenario where the sites of a plan open."""
    gestes = [Geste(Action.OUVRIR, propose.site.code) for propose in resultat.sites]
    return resultat.etude.add(*gestes).to_args()


def list_choix(terrain: Terrain, etude: Etude) -> tuple[Choix, ...]:
    """What was imposed, ruled out or changed, each with the address that takes it back."""
    choix = []
    for code in etude.imposes:
        autres = replace(etude, imposes=tuple(autre for autre in etude.imposes if autre != code))
        choix.append(Choix(f"imposé{INSECABLE}: {name_site(terrain, code)}", autres.to_args()))
    for code in etude.interdits:
        autres = replace(etude, interdits=tuple(autre for autre in etude.interdits if autre != code))
        choix.append(Choix(f"écarté{INSECABLE}: {name_site(terrain, code)}", autres.to_args()))
    for rang, geste in enumerate(etude.gestes):
        nom = name_site(terrain, geste.code) if geste.code else "un point libre"
        choix.append(Choix(f"{geste.action.libelle}{INSECABLE}: {nom}", etude.drop(rang).to_args()))
    if etude.zone:
        choix.append(Choix("zone dessinée", replace(etude, zone=()).to_args()))
    return tuple(choix)


def name_site(terrain: Terrain, code: str) -> str:
    """A site by its name and its commune, or by its code when it is not there."""
    rang = terrain.find_rang(code)
    if rang is None:
        return code
    site = terrain.sites[rang]
    return f"{site.nom} ({site.commune_nom})" if site.commune_nom else site.nom


# --- The curve -------------------------------------------------------------------------------------------------------


def build_lignes_courbe(calcul: Calcul) -> tuple[LigneCourbe, ...]:
    """What each number of sites gives, with what any choice of as many gives at most when that is not proven."""
    etude = calcul.resultat.etude
    choisi = len(calcul.resultat.sites)
    lignes = []
    for nombre, (plan, gain) in enumerate(calcul.courbe, 1):
        borne = _compute_borne(etude, plan, gain)
        lignes.append(
            LigneCourbe(
                nombre=nombre,
                gain=format_valeur(gain),
                intervalle=format_intervalle(gain),
                borne="" if borne is None else write_personnes(borne),
                est_choisi=nombre == choisi,
                args=replace(etude, sites=nombre).to_args(),
            )
        )
    return tuple(lignes)


def _compute_borne(etude: Etude, plan: Plan, gain: Compte) -> float | None:
    """People newly served at most by as many sites; None where the plan is proven, or people weigh by a priority."""
    if plan.is_optimal or etude.priorite is not Priorite.AUCUNE:
        return None
    return gain.valeur + plan.borne - plan.objectif


def draw_courbe(calcul: Calcul) -> GraphiqueCourbe | None:
    """The curve "number of sites → people newly served"."""
    etude = calcul.resultat.etude
    choisi = len(calcul.resultat.sites)
    qui = format_qui(etude.besoin)
    return build_courbe(
        f"{upper_initiale(qui)} servies en plus, selon le nombre de nouveaux lieux",
        f"La courbe monte avec le nombre de lieux. Le tableau donne les mêmes nombres. {upper_initiale(qui)}"
        f" {format_acces(etude)}.",
        [
            PointCourbe(
                nombre,
                gain.valeur,
                write_personnes(gain.valeur),
                _compute_borne(etude, plan, gain),
                est_choisi=nombre == choisi,
            )
            for nombre, (plan, gain) in enumerate(calcul.courbe, 1)
        ],
    )


# --- Who stays far ---------------------------------------------------------------------------------------------------

_RAISONS = {
    Raison.SANS_CANDIDAT: "aucun bâtiment candidat n’est assez près",
    Raison.SANS_TRAJET: "aucun trajet connu ne mène à un lieu ouvert",
    Raison.PEU_DE_GENS: "d’autres lieux servent plus de personnes",
}


def _build_restante(etude: Etude, restante: Restante) -> LigneRestante:
    site = restante.site
    return LigneRestante(
        code=restante.code,
        nom=restante.nom,
        personnes=write_personnes(restante.au_dela),
        duree="" if restante.duree_min is None else format_duree(restante.duree_min),
        raison=_RAISONS[restante.raison],
        site=f"{site.nom} ({site.commune_nom})" if site and site.commune_nom else site.nom if site else "",
        gain="" if restante.gain is None else write_personnes(restante.gain),
        args_imposer=None if site is None else _impose(etude, site.code),
    )
