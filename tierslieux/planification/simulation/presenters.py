"""A simulation in words: its changes, what they do, what else could be changed. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import upper_initiale, write_personnes
from tierslieux.filtres import agree
from tierslieux.lieux.enums import Genre
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import GESTES_MAX, MINUTES_MAX, MINUTES_MIN, Etude, Geste
from tierslieux.planification.evaluation import CommuneEtat, Evaluation, Restante
from tierslieux.planification.plans import build_empreinte
from tierslieux.planification.presenters import LigneBilan, format_compte, format_minutes, write_ecart
from tierslieux.planification.resultats import write_bilan, write_compte
from tierslieux.planification.simulation.changements import Args, Changement
from tierslieux.planification.simulation.gestes import Valeur, find_geste_point
from tierslieux.planification.simulation.positions import Trouvaille, name_site
from tierslieux.planification.terrain import Site
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

LIGNES_PAGE = 50
NOMBRE_FERMABLES = 10
NOMBRE_CANDIDATS = 10
# Of those that answer a search.
NOMBRE_TROUVES = 30
NOMBRE_RESTANTES = 10


@dataclass(frozen=True, slots=True)
class LigneSite:
    """A place or a building that can be changed. `ajouter` or `retirer`: the change that does it, encoded.

    `code`: of a place that can move; `public_id`: of one that has a page.
    """

    nom: str
    genre: str
    gens: str
    ajouter: str = ""
    retirer: str = ""
    code: str = ""
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class LigneCommune:
    """A commune that the changes touch: people within the limit and mean minutes, before and after."""

    code: str
    nom: str
    servis_avant: str
    servis_apres: str
    ecart: str
    duree_avant: str
    duree_apres: str


@dataclass(frozen=True, slots=True)
class LigneRestante:
    """A commune with people who stay far, why, and what would serve them (`ajouter` is "" for nothing)."""

    code: str
    nom: str
    gens: str
    duree: str
    raison: str
    site: str
    ajouter: str


@dataclass(frozen=True, slots=True)
class TableCommunes:
    """A page of the communes that the changes touch."""

    lignes: tuple[LigneCommune, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Listes:
    """What can be changed: open places, candidates, with what was looked for and how many answer."""

    cherche: str
    fermables: tuple[LigneSite, ...]
    nombre_fermables: int
    candidats: tuple[LigneSite, ...]
    nombre_candidats: int


@dataclass(frozen=True, slots=True)
class Choix:
    """A reading of what was typed: its words and the change it stands for."""

    libelle: str
    ajouter: str


@dataclass(frozen=True, slots=True)
class CarteSimulation:
    """The map. `est_avant`: today's.

    `noeuds`: by frame, degrees on a regular grid over the drawing, for clicks; `fonds`: by frame, how many of its
    groups are the ground, that changes leave alone.
    """

    carte: Choroplethe
    noeuds: tuple[tuple[tuple[float, float], ...], ...]
    fonds: tuple[int, ...]
    cote_noeuds: int
    est_avant: bool


@dataclass(frozen=True, slots=True)
class SimulationPage:
    """Everything that the page writes. `args`: the study, as in its address; `champs`: the same as hidden fields."""

    niveau: Niveau
    code: str
    nom: str
    complement: str
    ariane: tuple[tuple[str, str, str], ...]
    etude: Etude
    args: Args
    erreurs: tuple[str, ...]
    phrases: tuple[str, ...]
    changements: tuple[Changement, ...]
    args_annuler: Args | None
    args_vide: Args
    lignes: tuple[LigneBilan, ...]
    acces: str
    qui: str
    communes: TableCommunes
    restantes: tuple[LigneRestante, ...]
    nombre_restantes: int
    listes: Listes
    carte: CarteSimulation | None
    unite_aires: str
    choix: tuple[Choix, ...]
    saisi: str
    deplace: LigneSite | None
    source: str
    choix_cibles: tuple[Cible, ...] = tuple(Cible)
    choix_modes: tuple[Mode, ...] = tuple(Mode)
    minutes_min: int = MINUTES_MIN
    minutes_max: int = MINUTES_MAX
    gestes_max: int = GESTES_MAX

    @property
    def champs(self) -> list[tuple[str, str]]:
        """The study as hidden fields, one by value."""
        return [(nom, valeur) for nom, valeurs in self.args.items() for valeur in valeurs]

    @property
    def champs_reglages(self) -> list[tuple[str, str]]:
        """The same but what the form of settings asks."""
        return [(nom, valeur) for nom, valeur in self.champs if nom not in {"cible", "mode", "minutes"}]


def build_table(touchees: Sequence[CommuneEtat], page: int) -> TableCommunes:
    """A page of the communes that the changes touch, those with most people gained or lost first."""
    pages = max(1, math.ceil(len(touchees) / LIGNES_PAGE))
    page = min(page, pages)
    debut = (page - 1) * LIGNES_PAGE
    lignes = tuple(_build_commune(commune) for commune in touchees[debut : debut + LIGNES_PAGE])
    return TableCommunes(lignes, len(touchees), page, pages)


def _build_commune(c: CommuneEtat) -> LigneCommune:
    return LigneCommune(
        code=c.code,
        nom=c.nom,
        servis_avant=write_personnes(max(0.0, c.besoin - c.au_dela_avant)),
        servis_apres=write_personnes(max(0.0, c.besoin - c.au_dela_apres)),
        ecart=write_ecart(c.au_dela_avant - c.au_dela_apres),
        duree_avant=format_minutes(c.duree_avant_min),
        duree_apres=format_minutes(c.duree_apres_min),
    )


def build_restantes(restantes: Sequence[Restante]) -> tuple[LigneRestante, ...]:
    """Who stays far, and what would serve them."""
    return tuple(
        LigneRestante(
            code=r.code,
            nom=r.nom,
            gens=write_personnes(r.au_dela),
            duree=format_minutes(r.duree_min),
            raison=_write_raison(r),
            site=name_site(r.site) if r.site else "",
            ajouter=Geste(Action.OUVRIR, r.site.code).encode() if r.site else "",
        )
        for r in restantes
    )


def _write_raison(restante: Restante) -> str:
    """Why they stay far, or the building that would serve them."""
    if restante.site is None or restante.gain is None:
        return f"{upper_initiale(restante.raison.libelle)}."
    return f"{name_site(restante.site)} en servirait {write_personnes(restante.gain)}, de cette commune et des autres."


# --- Lists -----------------------------------------------------------------------------------------------------------


def build_fermables(evaluation: Evaluation, valeurs: Sequence[Valeur]) -> tuple[LigneSite, ...]:
    """Open places, each with whom it alone serves; what the scenario opened is closed by taking that change back."""
    return tuple(_build_fermable(evaluation, valeur) for valeur in valeurs)


def _build_fermable(evaluation: Evaluation, valeur: Valeur) -> LigneSite:
    ligne = _build_ligne(valeur)
    pose = find_geste_point(evaluation.etude, evaluation.terrain, valeur.rang)
    if pose is not None:
        return replace(ligne, retirer=pose.encode())
    return replace(ligne, ajouter=Geste(Action.FERMER, valeur.site.code).encode(), code=valeur.site.code)


def build_candidats(valeurs: Sequence[Valeur]) -> tuple[LigneSite, ...]:
    """Buildings, each with whom it would gain if it opened alone now."""
    return tuple(
        replace(_build_ligne(valeur), ajouter=Geste(Action.OUVRIR, valeur.site.code).encode()) for valeur in valeurs
    )


def _build_ligne(valeur: Valeur) -> LigneSite:
    site = valeur.site
    # Rows of tables ("table.rank") and free points ("@lon,lat") have no page.
    public_id = site.code if re.fullmatch(r"[A-Za-z0-9_-]+", site.code) else ""
    return LigneSite(name_site(site), write_genre(site.genre), format_compte(valeur.gens), public_id=public_id)


def write_genre(genre: str | None) -> str:
    """What kind of place: "Mairie"; "" when it is of no kind."""
    return Genre(genre).libelle if genre in set(Genre) else ""


def build_choix(trouvailles: Sequence[Trouvaille]) -> tuple[Choix, ...]:
    """Readings of what was typed, to choose from."""
    return tuple(Choix(trouvaille.libelle, trouvaille.geste.encode()) for trouvaille in trouvailles)


def write_annonce(page: SimulationPage) -> str:
    """What a screen reader says after a change."""
    if not page.changements:
        return " ".join(("Aucun changement.", *page.phrases[:1]))
    nombre = len(page.changements)
    combien = f"{nombre} {agree(nombre, 'changement', 'changements')}."
    return " ".join((combien, page.changements[-1].texte + ".", *page.phrases))


# --- JSON ------------------------------------------------------------------------------------------------------------


def build_json(evaluation: Evaluation, page: SimulationPage) -> dict[str, Any]:
    """The figures of a simulation as JSON values: people with one decimal, minutes with two."""
    return {
        "etude": evaluation.etude.to_json(),
        "changements": [{"geste": c.code, "texte": c.texte, "note": c.note} for c in page.changements],
        "avant": write_bilan(evaluation.avant),
        "apres": write_bilan(evaluation.apres),
        "gagnes": write_compte(evaluation.gagnes),
        "perdus": write_compte(evaluation.perdus),
        "ouverts": [_write_site(site) for site in evaluation.sites_ouverts],
        "fermes": [_write_site(site) for site in evaluation.sites_fermes],
        "communes": [_write_commune(commune) for commune in evaluation.touchees],
        "digest": build_empreinte(evaluation.terrain, evaluation.etude),
        "erreurs": list(page.erreurs),
    }


def _write_site(site: Site) -> dict[str, object]:
    return {"code": site.code, "nom": site.nom, "genre": site.genre, "lon": site.lon, "lat": site.lat}


def _write_commune(c: CommuneEtat) -> dict[str, object]:
    return {
        "code": c.code,
        "nom": c.nom,
        "besoin": round(c.besoin, 1),
        "au_dela_avant": round(c.au_dela_avant, 1),
        "au_dela_apres": round(c.au_dela_apres, 1),
        "duree_avant_min": _round(c.duree_avant_min),
        "duree_apres_min": _round(c.duree_apres_min),
    }


def _round(duree_min: float | None) -> float | None:
    return None if duree_min is None else round(duree_min, 2)
