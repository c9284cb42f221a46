"""Scenarios in words: what changes, what each site brings, what residents say, two scenarios side by side. Pure.

Residents read the page of a scenario: its own words are marked for translation. Figures are those of `presenters`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.core.calendrier import JOURS
from tierslieux.core.textes import gettext as _
from tierslieux.core.textes import ngettext
from tierslieux.filtres import format_nombre
from tierslieux.lieux.enums import Genre
from tierslieux.planification.bilan import Compte, count_groupes
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.evaluation import Evaluation
from tierslieux.planification.models import AvisScenario
from tierslieux.planification.presenters import (
    LigneBilan,
    build_lignes_bilan,
    find_commune,
    format_acces,
    format_compte,
    format_qui,
)
from tierslieux.planification.terrain import Site, Terrain
from tierslieux.territoires.adresses import Etape
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail

_CLES_JOURS = ("lu", "ma", "me", "je", "ve", "sa", "di")


@dataclass(frozen=True, slots=True)
class AvisVu:
    """The words of a resident as text, by paragraphs."""

    id: int
    site: str
    paragraphes: tuple[str, ...]
    statut: str
    recu_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SiteVu:
    """A site that the scenario opens: its number on the map, who it would newly serve, what residents say of it."""

    numero: int
    code: str
    nom: str
    genre: str
    adresse: str | None
    gain: str
    nombre_avis: str
    avis: tuple[AvisVu, ...]


@dataclass(frozen=True, slots=True)
class Resume:
    """What a study does, in words and figures; the same for a page that reads and one that saves.

    `erreur`: why it cannot be computed any more; the figures are then empty. `lignes`: before and after.
    `unite_aires`: what the areas of the map are.
    """

    changements: tuple[str, ...]
    mesure: str
    source: str
    erreur: str | None = None
    gagnent: str | None = None
    perdent: str | None = None
    lignes: tuple[LigneBilan, ...] = ()
    sites: tuple[SiteVu, ...] = ()
    carte: Choroplethe | None = None
    unite_aires: str = "communes"


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """Everything that templates/planification/scenario.html writes; `retires`: words on sites that went since."""

    public_id: str
    titre: str
    paragraphes: tuple[str, ...]
    niveau: Niveau
    code: str
    territoire: str
    ariane: tuple[Etape, ...]
    publie_at: dt.datetime | None
    modifie_at: dt.datetime
    etude: Etude | None
    resume: Resume
    retires: tuple[AvisVu, ...]


@dataclass(frozen=True, slots=True)
class EditionPage:
    """Everything that templates/planification/scenario_modifier.html writes.

    `attente`: words to read; `decides`: the others. `precedente`: what going back would bring again, None without any
    study before.
    """

    public_id: str
    titre: str
    presentation: str
    niveau: Niveau
    code: str
    territoire: str
    ariane: tuple[Etape, ...]
    version: int
    publie_at: dt.datetime | None
    modifie_at: dt.datetime
    etude: Etude | None
    resume: Resume
    precedente: tuple[str, ...] | None
    nombre_precedentes: int
    attente: tuple[AvisVu, ...]
    decides: tuple[AvisVu, ...]


# --- Changes in words -------------------------------------------------------------------------------------------------


def write_changements(terrain: Terrain | None, etude: Etude) -> tuple[str, ...]:
    """One sentence for each change, in order; places are named by their codes when nothing is known of the ground."""
    return tuple(_write_geste(terrain, geste) for geste in etude.gestes)


def _write_geste(terrain: Terrain | None, geste: Geste) -> str:
    lieu = _name_code(terrain, geste.code)
    if geste.action is Action.FERMER:
        return _("Un lieu ferme : %(lieu)s.", lieu=lieu)
    if geste.action is Action.HORAIRES:
        return _("Un lieu ouvre plus : %(lieu)s, %(creneau)s.", lieu=lieu, creneau=write_creneau(geste.creneau or ""))
    if geste.lon is None or geste.lat is None:
        return _("Un lieu ouvre : %(lieu)s.", lieu=lieu)
    commune = _name_position(terrain, geste.lon, geste.lat)
    if geste.action is Action.DEPLACER:
        return _("Un lieu change d’endroit : %(lieu)s. Nouvel endroit : %(commune)s.", lieu=lieu, commune=commune)
    return _("Un lieu ouvre à un endroit choisi sur la carte : %(commune)s.", commune=commune)


def _name_position(terrain: Terrain | None, lon: float, lat: float) -> str:
    if terrain is None:
        return f"{lon:.5f}, {lat:.5f}"
    return find_commune(terrain, _find_commune_proche(terrain, lon, lat)) or _("hors du territoire")


def _find_commune_proche(terrain: Terrain, lon: float, lat: float) -> int | None:
    """Rank of the commune of the nearest inhabited point; None without any."""
    if not len(terrain.points):
        return None
    ecarts = (terrain.points.lon - lon) ** 2 + (terrain.points.lat - lat) ** 2
    return int(terrain.points.commune[int(np.argmin(ecarts))])


def _name_code(terrain: Terrain | None, code: str | None) -> str:
    rang = None if code is None or terrain is None else terrain.find_rang(code)
    return (code or "") if rang is None or terrain is None else name_site(terrain, terrain.sites[rang])


def name_site(terrain: Terrain, site: Site) -> str:
    """The name of a site with its commune, unless the name says it already."""
    commune = site.commune_nom or find_commune(terrain, site.commune)
    est_point = site.code.startswith("@") and site.genre is None
    nom = _("Endroit choisi sur la carte") if est_point else site.nom
    if not commune or commune.casefold() in nom.casefold():
        return nom
    return f"{nom} ({commune})"


def write_creneau(creneau: str) -> str:
    """A half-day in words: "sa-matin" → "le samedi matin"; its code when it is not known."""
    cle, _tiret, partie = creneau.partition("-")
    if cle not in _CLES_JOURS:
        return creneau
    jour = _(JOURS[_CLES_JOURS.index(cle)])
    textes = {
        "matin": _("le %(jour)s matin", jour=jour),
        "apres": _("le %(jour)s après-midi", jour=jour),
        "soir": _("le %(jour)s soir", jour=jour),
    }
    return next((texte for debut, texte in textes.items() if partie.startswith(debut)), creneau)


# --- Figures ----------------------------------------------------------------------------------------------------------


def count_par_site(evaluation: Evaluation) -> list[tuple[Site, Compte]]:
    """Each site that opens, with the people newly served for whom it is the nearest one, those with most people first.

    Nobody is counted twice: together they are all the people newly served.
    """
    avant, apres = evaluation.etat_avant, evaluation.etat_apres
    rangs = np.flatnonzero(apres.ouverts & ~avant.ouverts)
    if not len(rangs):
        return []
    minutes = evaluation.etude.minutes
    nouveaux = apres.list_couverts(minutes) & ~avant.list_couverts(minutes)
    groupes = nouveaux[None, :] & (apres.proches[None, :] == rangs[:, None])
    comptes = count_groupes(evaluation.terrain, evaluation.etude, groupes)
    par_site = [(evaluation.terrain.sites[rang], compte) for rang, compte in zip(rangs, comptes, strict=True)]
    return sorted(par_site, key=lambda un: (-un[1].valeur, un[0].code))


def build_resume(
    evaluation: Evaluation,
    *,
    avis: Sequence[AvisScenario] = (),
    carte: Choroplethe | None = None,
    unite_aires: str = "communes",
    adresses: Mapping[str, str] | None = None,
) -> Resume:
    """A scenario beside today. `avis`: words that may be shown; `adresses` of the places that have a page, by code."""
    terrain, etude = evaluation.terrain, evaluation.etude
    return Resume(
        changements=write_changements(terrain, etude),
        mesure=write_mesure(etude),
        source=write_source(terrain, etude),
        gagnent=format_compte(evaluation.gagnes) if evaluation.gagnes.valeur else None,
        perdent=format_compte(evaluation.perdus) if evaluation.perdus.valeur else None,
        lignes=build_lignes_bilan(terrain, etude, evaluation.avant, evaluation.apres),
        sites=_build_sites(evaluation, avis, adresses or {}),
        carte=carte,
        unite_aires=unite_aires,
    )


def build_resume_vide(etude: Etude | None, erreur: str) -> Resume:
    """A study that cannot be computed, with the reason; its changes name places by their codes."""
    return Resume(
        changements=write_changements(None, etude) if etude else (),
        mesure=write_mesure(etude) if etude else "",
        source="",
        erreur=erreur,
    )


def write_mesure(etude: Etude) -> str:
    """Who is counted and what being served means."""
    qui = format_qui(etude.besoin)
    return f"Les {qui} sont comptées comme servies quand elles habitent {format_acces(etude)}."


def write_source(terrain: Terrain, etude: Etude) -> str:
    """Where the figures come from."""
    personnes = f"Personnes : {terrain.source}" + (" (estimation avec son intervalle)." if etude.est_modelise else ".")
    temps = "Temps de trajet estimés." if terrain.is_estime else "Temps de trajet par les routes d’OpenStreetMap."
    return f"{personnes} {temps}"


def _build_sites(
    evaluation: Evaluation, avis: Sequence[AvisScenario], adresses: Mapping[str, str]
) -> tuple[SiteVu, ...]:
    par_site: dict[str, list[AvisScenario]] = {}
    for un in avis:
        par_site.setdefault(un.site_code, []).append(un)
    return tuple(
        SiteVu(
            numero=numero,
            code=site.code,
            nom=name_site(evaluation.terrain, site),
            genre=_(Genre(site.genre).libelle) if site.genre in set(Genre) else "",
            adresse=adresses.get(site.code),
            gain=format_compte(gain),
            nombre_avis=count_mots(len(par_site.get(site.code, ()))),
            avis=build_avis(par_site.get(site.code, ())),
        )
        for numero, (site, gain) in enumerate(count_par_site(evaluation), 1)
    )


def count_mots(nombre: int) -> str:
    """How many residents have said something: "3 avis"."""
    return ngettext("%(nombre)s avis", "%(nombre)s avis", nombre, nombre=format_nombre(nombre))


def build_avis(avis: Iterable[AvisScenario]) -> tuple[AvisVu, ...]:
    """Words of residents, ready to be written as text."""
    return tuple(AvisVu(a.id, a.site_nom, split_paragraphes(a.texte), a.statut, a.recu_at) for a in avis)


def list_retires(avis: Sequence[AvisScenario], sites: Sequence[SiteVu]) -> tuple[AvisVu, ...]:
    """Words on sites that the scenario no longer opens."""
    codes = {site.code for site in sites}
    return build_avis(a for a in avis if a.site_code not in codes)


def split_paragraphes(texte: str | None) -> tuple[str, ...]:
    """The lines of a text that people typed, empty ones left out."""
    return tuple(ligne for ligne in (texte or "").splitlines() if ligne.strip())


def build_ariane(territoire: TerritoireDetail) -> tuple[Etape, ...]:
    """The territories above and this one, widest first."""
    parents = tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents)
    return (*parents, (territoire.nom, territoire.niveau.value, territoire.code))
