"""Contexts of the pages of a run: what was recognised, progress, preview, result. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.filtres import INSECABLE, agree, format_nombre, join_liste
from tierslieux.imports.contrat import RECONNU
from tierslieux.imports.depots.depots import EtatDepot
from tierslieux.imports.models import Depot
from tierslieux.lieux.models import Execution

ETATS: Mapping[EtatDepot, str] = {
    EtatDepot.RECU: "à préparer",
    EtatDepot.LECTURE: "en cours de lecture",
    EtatDepot.APERCU: "aperçu prêt, à appliquer",
    EtatDepot.ATTENTE: "va être appliqué",
    EtatDepot.APPLICATION: "en cours d’application",
    EtatDepot.APPLIQUE: "appliqué",
    EtatDepot.REFUSE: "refusé",
    EtatDepot.ECHOUE: "interrompu",
    EtatDepot.ANNULE: "abandonné",
}
# What the stages that runs tell, by their first word, are for people.
ETAPE_LECTURE = "Import"
ETAPES: Mapping[str, str] = {
    ETAPE_LECTURE: "Lecture et vérification des lignes",
    "Writing": "Enregistrement des lieux",
    "Map": "Mise à jour de la carte",
}
# Shorter than this, an estimate says nothing.
ESTIMATION_MIN_S = 2.0


@dataclass(frozen=True, slots=True)
class DepotListe:
    """One line of the list of imports."""

    cle: str
    nom_fichier: str
    source: str
    etat: str
    message: str | None
    modifie_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ExecutionListee:
    """One run in the list. `peut_annuler` says that it is the one of its source that can be undone."""

    id: int
    source: str
    statut: str
    message: str | None
    debut_at: dt.datetime
    lues: int
    bilan: str
    annulee_at: dt.datetime | None
    peut_annuler: bool


@dataclass(frozen=True, slots=True)
class ListePage:
    """The page of imports."""

    depots: tuple[DepotListe, ...]
    executions: tuple[ExecutionListee, ...]
    a_ouvrier: bool


@dataclass(frozen=True, slots=True)
class ColonneAffichee:
    """One column of the file: examples of what it holds, what it says (a target or ""), and what is wrong with that."""

    rang: int
    nom: str
    exemples: tuple[str, ...]
    cible: str
    erreur: str | None


@dataclass(frozen=True, slots=True)
class ReconnuPage:
    """What was recognised of a file and, when its source is declared on the page, which column says what."""

    cle: str
    nom_fichier: str
    source: str
    reconnu: tuple[tuple[str, str], ...]
    lues: int | None
    colonnes: tuple[ColonneAffichee, ...]
    entetes: tuple[str, ...]
    premieres: tuple[tuple[str, ...], ...]
    cibles: tuple[tuple[str, str], ...]
    a_correspondance: bool
    erreurs: tuple[str, ...]
    suggestion: tuple[str, str] | None
    sans_identifiant: bool


@dataclass(frozen=True, slots=True)
class AvancementPage:
    """A job under way. `part` is 0 to 1, None when the length is unknown; `reste` an estimate in words."""

    cle: str
    nom_fichier: str
    source: str
    titre: str
    etape: str
    fait: int
    total: int | None
    reste: str | None
    arret_demande: bool
    attend: bool
    a_ouvrier: bool


@dataclass(frozen=True, slots=True)
class ArretPage:
    """An import that stopped without changing anything, why, and what can be done."""

    cle: str
    nom_fichier: str
    source: str
    titre: str
    message: str | None
    peut_corriger: bool
    est_efface: bool


def build_liste_page(
    depots: Sequence[Depot],
    executions: Sequence[ExecutionListee],
    libelles: Mapping[str, str],
    annulees: Collection[int],
    *,
    a_ouvrier: bool,
) -> ListePage:
    """The page of imports; `libelles` are labels by id of source, `annulees` the runs that were undone."""
    lignes = tuple(
        DepotListe(
            depot.cle,
            depot.nom_fichier,
            name_source(depot, libelles),
            "appliqué, puis annulé" if depot.execution_id in annulees else ETATS[EtatDepot(depot.etat)],
            depot.message,
            depot.modifie_at,
        )
        for depot in depots
    )
    return ListePage(lignes, tuple(executions), a_ouvrier)


def build_execution(execution: Execution, libelle: str, *, peut_annuler: bool) -> ExecutionListee:
    """One run, with what it did in a few words."""
    parties = (
        (execution.creees, "nouveau", "nouveaux"),
        (execution.modifiees, "modifié", "modifiés"),
        (execution.fusionnees, "réuni", "réunis"),
        (execution.rejetees, "refusé", "refusés"),
        (execution.disparues, "disparu", "disparus"),
    )
    mots = [f"{format_nombre(n)}{INSECABLE}{agree(n, un, plusieurs)}" for n, un, plusieurs in parties if n]
    return ExecutionListee(
        id=execution.id,
        source=libelle,
        statut=execution.statut,
        message=execution.message,
        debut_at=execution.debut_at,
        lues=execution.lues,
        bilan=join_liste(mots) or "rien n’a changé",
        annulee_at=execution.annulee_at,
        peut_annuler=peut_annuler,
    )


def build_reconnu_page(
    depot: Depot,
    libelles: Mapping[str, str],
    cibles: Mapping[str, str],
    *,
    choisies: Sequence[str] | None = None,
    erreurs: Mapping[int, str] | None = None,
    generales: Sequence[str] = (),
) -> ReconnuPage:
    """What was recognised; `choisies`, `erreurs` and `generales` come back from a form that was refused."""
    proposition = get_proposition(depot)
    colonnes = proposition.get("colonnes", [])
    # A declaration that is kept outranks what was guessed.
    retenues = choisies or list_cibles(depot, colonnes)
    suggere = proposition.get("source_id")
    return ReconnuPage(
        cle=depot.cle,
        nom_fichier=depot.nom_fichier,
        source=name_source(depot, libelles),
        reconnu=list_reconnu(depot),
        lues=proposition.get("lues"),
        colonnes=tuple(
            ColonneAffichee(rang, c["nom"], tuple(c["exemples"]), retenues[rang], (erreurs or {}).get(rang))
            for rang, c in enumerate(colonnes)
        ),
        entetes=tuple(colonne["nom"] for colonne in colonnes),
        premieres=tuple(tuple(cellule or "" for cellule in ligne) for ligne in proposition.get("premieres", [])),
        cibles=tuple(cibles.items()),
        a_correspondance=depot.correspondance is not None,
        erreurs=tuple(generales),
        suggestion=(suggere, libelles.get(suggere, suggere)) if suggere and suggere != depot.source_id else None,
        sans_identifiant="identifiant" not in retenues,
    )


def list_cibles(depot: Depot, colonnes: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each column of the file says by the depot's declaration, else by what was guessed; "" for nothing."""
    entrees = (depot.correspondance or {}).get("colonnes", {})
    # An entry is a column, or a column with options; anything else (a digest of several, False) is no single column.
    par_cible = {c: e.get("colonne") if isinstance(e, Mapping) else e for c, e in entrees.items()}
    par_colonne = {colonne: cible for cible, colonne in par_cible.items() if isinstance(colonne, str)}
    cibles = []
    for colonne in colonnes:
        devinee = colonne.get("champ") or ""
        est_a_elle = devinee not in par_cible or par_cible[devinee] == colonne["nom"]
        cibles.append(par_colonne.get(colonne["nom"]) or (devinee if est_a_elle else ""))
    return cibles


def build_avancement_page(
    depot: Depot, libelles: Mapping[str, str], *, now: dt.datetime, a_ouvrier: bool
) -> AvancementPage:
    """Where the job of a depot stands."""
    progression = dict(depot.progression or {})
    mot = str(progression.get("etape", "")).partition(" ")[0]
    if mot == ETAPE_LECTURE and progression["total"] is None:
        # Whoever reads does not know the end; the rows were counted when the file was given.
        progression["total"] = get_proposition(depot).get("lues")
    fait, total = progression.get("fait", 0), progression.get("total")
    return AvancementPage(
        cle=depot.cle,
        nom_fichier=depot.nom_fichier,
        source=name_source(depot, libelles),
        titre="Lecture du fichier" if depot.etat == EtatDepot.LECTURE else "Import en cours",
        etape=ETAPES.get(mot, "En attente de son tour") if progression else "En attente de son tour",
        fait=fait,
        total=total,
        reste=_estimate_reste(progression, now),
        arret_demande=depot.arret_demande,
        attend=not progression,
        a_ouvrier=a_ouvrier,
    )


def _estimate_reste(progression: Mapping[str, Any], now: dt.datetime) -> str | None:
    fait, total = progression.get("fait") or 0, progression.get("total")
    if not total or not fait or fait >= total:
        return None
    ecoule_s = (now - dt.datetime.fromisoformat(progression["debut_at"])).total_seconds()
    if ecoule_s < ESTIMATION_MIN_S:
        return None
    reste_s = ecoule_s * (total - fait) / fait
    if reste_s < 60:
        return "moins d’une minute"
    minutes = round(reste_s / 60)
    return f"environ {minutes}{INSECABLE}{agree(minutes, 'minute', 'minutes')}"


def build_arret_page(depot: Depot, libelles: Mapping[str, str], *, est_efface: bool) -> ArretPage:
    """An import that stopped."""
    titres = {
        EtatDepot.REFUSE: "Ce fichier n’a pas pu être pris",
        EtatDepot.ECHOUE: "Le traitement s’est interrompu",
        EtatDepot.ANNULE: "Import abandonné",
    }
    return ArretPage(
        cle=depot.cle,
        nom_fichier=depot.nom_fichier,
        source=name_source(depot, libelles),
        titre=titres[EtatDepot(depot.etat)],
        message=depot.message,
        peut_corriger=depot.correspondance is not None and not est_efface,
        est_efface=est_efface,
    )


def get_proposition(depot: Depot) -> dict[str, Any]:
    """What was guessed of the file when it was given; empty for one that a source gave by itself."""
    return (depot.resume or {}).get("proposition") or {}


def list_reconnu(depot: Depot) -> tuple[tuple[str, str], ...]:
    """What was recognised of the file, with the words people read."""
    return tuple((libelle, depot.reconnu[cle]) for cle, libelle in RECONNU.items() if depot.reconnu.get(cle))


def name_source(depot: Depot, libelles: Mapping[str, str]) -> str:
    """What people call the source of a depot; `libelles` are labels by id."""
    declaree = (depot.correspondance or {}).get("libelle")
    return declaree or libelles.get(depot.source_id or "") or depot.source_id or "Source inconnue"
