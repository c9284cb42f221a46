"""Context of the page of sources, and rejected rows as a file for their publisher. Pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tierslieux.filtres import agree, format_date, format_nombre
from tierslieux.imports.contrat import RECONNU, RejectCode
from tierslieux.imports.rapport import REUSSIE, EtatSource
from tierslieux.lieux.models import Execution, Rejet
from tierslieux.territoires.models import EditionTerritoires

COLONNES_REJETS = ("ligne", "code", "raison", "champ", "valeur", "enregistrement")

_NOMBRE = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# What a spreadsheet would run rather than show (OWASP, "CSV injection").
_FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")

# Remarks that the loading of boundaries leaves, by their name, as sentences; {} is a number.
_REMARQUES: Mapping[str, tuple[str, str]] = {
    "communes_completees": (
        "{} commune n’avait pas de contour complet : il est fait de celui de ses anciennes communes.",
        "{} communes n’avaient pas de contour complet : il est fait de celui de leurs anciennes communes.",
    ),
    "communes_sans_polygone": ("{} commune n’a pas de contour.", "{} communes n’ont pas de contour."),
    "communes_sans_population": (
        "La population de {} commune n’est pas publiée.",
        "La population de {} communes n’est pas publiée (dont Mayotte).",
    ),
    "communes_sans_code_postal": ("{} commune n’a pas de code postal.", "{} communes n’ont pas de code postal."),
    "mairies_sans_position": ("{} mairie n’a pas de position.", "{} mairies n’ont pas de position."),
    "mairies_eloignees": (
        "{} mairie est placée loin de sa commune : sa position n’est pas utilisée.",
        "{} mairies sont placées loin de leur commune : leur position n’est pas utilisée.",
    ),
}


@dataclass(frozen=True, slots=True)
class CompteRejet:
    """How many rows were rejected for one reason, and what the publisher can do."""

    code: str
    libelle: str
    nombre: int


@dataclass(frozen=True, slots=True)
class SourceAffichee:
    """One source: who, what, and its last successful run.

    `probleme` says what went wrong since, or None. `age_jours` counts the days since that run; `est_en_retard` when
    they are more than its rhythm of refresh. `reconnu` is how its file was recognised, label by label; the columns are
    those that the file has lost or gained since the run before. `disparues` are records that it no longer holds and
    that still speak.
    """

    id: str
    libelle: str
    producteur: str
    licence: str
    edition: str
    url: str | None
    url_courte: str | None
    est_inventee: bool
    lieux: int
    execution: Execution | None
    comptes: tuple[tuple[int, str], ...]
    rejets: tuple[CompteRejet, ...]
    probleme: str | None
    age_jours: int | None
    est_en_retard: bool
    reconnu: tuple[tuple[str, str], ...]
    colonnes_perdues: tuple[str, ...]
    colonnes_nouvelles: tuple[str, ...]
    disparues: int


@dataclass(frozen=True, slots=True)
class DonneesPage:
    """The page /donnees. `manques` are the sources of which nothing has ever been read."""

    sources: tuple[SourceAffichee, ...]
    manques: tuple[SourceAffichee, ...]
    est_demonstration: bool
    edition: EditionTerritoires | None
    remarques: tuple[str, ...]


def build_donnees_page(
    etats: Sequence[EtatSource], edition: EditionTerritoires | None, *, now: dt.datetime
) -> DonneesPage:
    """The page of sources."""
    sources = tuple(_build_source(etat, now=now) for etat in etats)
    return DonneesPage(
        sources=sources,
        manques=tuple(source for source in sources if source.execution is None),
        est_demonstration=any(source.est_inventee for source in sources),
        edition=edition,
        remarques=tuple(_list_remarques(edition.remarques)) if edition else (),
    )


def _build_source(etat: EtatSource, *, now: dt.datetime) -> SourceAffichee:
    source, execution = etat.source, etat.derniere_reussie
    age_jours = (now - execution.debut_at).days if execution else None
    rythme_jours = source.rafraichissement_jours
    return SourceAffichee(
        id=source.id,
        libelle=source.libelle,
        producteur=source.producteur,
        licence=source.licence,
        edition=source.edition,
        url=source.url,
        url_courte=urlsplit(source.url).netloc.removeprefix("www.") if source.url else None,
        est_inventee=source.est_inventee,
        lieux=etat.lieux,
        execution=execution,
        comptes=tuple(_list_comptes(execution)) if execution else (),
        rejets=tuple(_list_rejets(execution)) if execution else (),
        probleme=_describe_probleme(etat),
        age_jours=age_jours,
        est_en_retard=age_jours is not None and rythme_jours is not None and age_jours > rythme_jours,
        reconnu=tuple((RECONNU[cle], execution.reconnu[cle]) for cle in RECONNU if cle in execution.reconnu)
        if execution
        else (),
        colonnes_perdues=tuple(etat.colonnes_perdues),
        colonnes_nouvelles=tuple(etat.colonnes_nouvelles),
        disparues=etat.disparues,
    )


def _list_comptes(execution: Execution) -> Iterable[tuple[int, str]]:
    """What became of the rows that were read; they add up to it."""
    formes = (
        (execution.creees, "nouvelle", "nouvelles"),
        (execution.modifiees, "modifiée", "modifiées"),
        (execution.inchangees, "inchangée", "inchangées"),
        (execution.fusionnees, "réunie à un lieu déjà connu", "réunies à des lieux déjà connus"),
        (execution.rejetees, "refusée", "refusées"),
    )
    return [(nombre, agree(nombre, singulier, pluriel)) for nombre, singulier, pluriel in formes if nombre]


def _list_rejets(execution: Execution) -> Iterable[CompteRejet]:
    comptes = sorted(execution.rejets_par_code.items(), key=lambda paire: (-paire[1], paire[0]))
    return [CompteRejet(code, describe_code(code), nombre) for code, nombre in comptes]


def describe_code(code: str) -> str:
    """What a reject code means; the code itself when a later version of the program no longer knows it."""
    return RejectCode(code).libelle if code in set(RejectCode) else code


def _describe_probleme(etat: EtatSource) -> str | None:
    derniere, reussie = etat.derniere, etat.derniere_reussie
    if derniere is None:
        return etat.absence or "Cette source n’a pas encore été lue."
    if derniere.statut == REUSSIE:
        return None
    suite = f" Les données lues le {format_date(reussie.debut_at.date())} restent publiées." if reussie else ""
    return (derniere.message or "La dernière lecture n’a pas abouti.") + suite


def _list_remarques(remarques: Mapping[str, object]) -> Iterable[str]:
    for nom, (singulier, pluriel) in _REMARQUES.items():
        valeur = remarques.get(nom)
        nombre = len(valeur) if isinstance(valeur, list) else valeur
        if isinstance(nombre, int) and nombre:
            yield agree(nombre, singulier, pluriel).format(format_nombre(nombre))


def render_rejets(rejets: Iterable[Rejet]) -> str:
    """Rejected rows as CSV: UTF-8 with a mark, semicolons, as French spreadsheets open it; no cell is a formula."""
    sortie = io.StringIO()
    sortie.write("\ufeff")
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES_REJETS)
    for rejet in rejets:
        brut = json.dumps(rejet.brut, ensure_ascii=False)
        cellules = (rejet.ligne, rejet.code, describe_code(rejet.code), rejet.champ, rejet.valeur, brut)
        ecrivain.writerow([neutralize(cellule) for cellule in cellules])
    return sortie.getvalue()


def neutralize(cellule: object) -> str:
    """A cell that a spreadsheet shows and never runs: an apostrophe before what looks like a formula."""
    texte = "" if cellule is None else str(cellule)
    if texte.startswith(_FORMULES) and not _NOMBRE.fullmatch(texte):
        return "'" + texte
    return texte
