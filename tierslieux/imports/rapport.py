"""What is told of a run and of a source: plain data for the command and for the page of sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tierslieux.imports.contrat import Source
from tierslieux.lieux.models import Execution

REUSSIE, REFUSEE, ECHOUEE = "reussie", "refusee", "echouee"

# Keys that programs may rely on; the others may change.
CLES_AGREEES = ("source", "read", "created", "updated", "unchanged", "merged", "rejected", "seconds", "sha256")
_AUTRES_CLES = (
    "statut",
    "message",
    "origine",
    "execution_id",
    "vanished",
    "withdrawn",
    "reconnu",
    "avertissements",
    "etapes",
    "dry_run",
)


@dataclass(frozen=True, slots=True)
class Rapport:
    """What a run did. read = created + updated + unchanged + merged + the sum of rejected, always.

    `rejected` counts by code; `avertissements` count what was corrected or left aside, `etapes` the records that each
    step touched. `vanished` are fiches that the file no longer holds, `withdrawn` those that a second edition lacks
    too. A run that is refused has read nothing.
    """

    source: str
    statut: str
    message: str | None
    origine: str
    sha256: str | None
    seconds: float
    execution_id: int | None = None
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    vanished: int = 0
    withdrawn: int = 0
    reconnu: dict[str, str] = field(default_factory=dict)
    avertissements: dict[str, int] = field(default_factory=dict)
    etapes: dict[str, int] = field(default_factory=dict)
    dry_run: bool = False

    def to_json(self) -> dict[str, Any]:
        """The report as the command prints it, the agreed keys first."""
        return {cle: getattr(self, cle) for cle in (*CLES_AGREEES, *_AUTRES_CLES)}


@dataclass(frozen=True, slots=True)
class EtatSource:
    """Where one source stands: what it is, its runs, and where it would be read from now (`absence` says why nowhere).

    `lieux` counts the published places that it speaks of, `disparues` the records that its last file did not hold and
    that still speak. `derniere_reussie` is the last run that succeeded and was not undone, `precedente` the one before.
    """

    source: Source
    emplacement: str | None
    absence: str | None
    lieux: int
    disparues: int
    derniere: Execution | None
    derniere_reussie: Execution | None
    precedente: Execution | None

    @property
    def colonnes_perdues(self) -> list[str]:
        """Columns that the last file no longer has and the one before had."""
        return _list_manquantes(self.precedente, self.derniere_reussie)

    @property
    def colonnes_nouvelles(self) -> list[str]:
        """Columns that the last file has and the one before had not."""
        return _list_manquantes(self.derniere_reussie, self.precedente)

    def to_json(self) -> dict[str, Any]:
        """The state as the command prints it."""
        source, reussie, derniere = self.source, self.derniere_reussie, self.derniere
        return {
            "source": source.id,
            "libelle": source.libelle,
            "producteur": source.producteur,
            "licence": source.licence,
            "url": source.url,
            "edition": source.edition,
            "confiance": source.confiance,
            "emplacement": self.emplacement,
            "absence": self.absence,
            "lieux": self.lieux,
            "disparues": self.disparues,
            "colonnes_perdues": self.colonnes_perdues,
            "colonnes_nouvelles": self.colonnes_nouvelles,
            "derniere": _build_execution(derniere) if derniere else None,
            "derniere_reussie": _build_execution(reussie) if reussie else None,
        }


def _list_manquantes(une: Execution | None, autre: Execution | None) -> list[str]:
    """Columns of the first run that the second lacks; none when the columns of either were not kept."""
    if une is None or autre is None or not une.colonnes or not autre.colonnes:
        return []
    return [colonne for colonne in une.colonnes if colonne not in autre.colonnes]


def _build_execution(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.id,
        "statut": execution.statut,
        "message": execution.message,
        "origine": execution.origine,
        "date": execution.debut_at.isoformat(),
        "read": execution.lues,
        "created": execution.creees,
        "updated": execution.modifiees,
        "unchanged": execution.inchangees,
        "merged": execution.fusionnees,
        "rejected": execution.rejets_par_code,
        "vanished": execution.disparues,
        "withdrawn": execution.retirees,
        "annulee": execution.annulee_at.isoformat() if execution.annulee_at else None,
        "seconds": execution.duree_s,
        "sha256": execution.sha256,
    }
