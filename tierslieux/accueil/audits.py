"""The self-audits kept under geodata/: the 106 criteria of the RGAA, the 78 of the RGESN. Pure but for reading files.

How each file is filled in: geodata/accessibilite/README.md and geodata/ecoconception/README.md.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from tierslieux.config import RACINE
from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_

RGAA = RACINE / "geodata/accessibilite/rgaa.toml"
RGESN = RACINE / "geodata/ecoconception/rgesn.toml"
# Half of the applicable criteria makes a site partially accessible: decree no 2019-768, article 4.
PART_PARTIELLE = 0.5


class Statut(Libelle):
    """What was found about one criterion of the RGAA."""

    CONFORME = "conforme", N_("Conforme")
    NON_CONFORME = "non conforme", N_("Non conforme")
    NON_VERIFIE = "non vérifié", N_("Non vérifié")
    NON_APPLICABLE = "non applicable", N_("Non applicable")


class Conformite(Libelle):
    """The state that the law asks every site to show in its footer."""

    TOTALE = "totale", N_("Accessibilité : totalement conforme")
    PARTIELLE = "partielle", N_("Accessibilité : partiellement conforme")
    NON = "non", N_("Accessibilité : non conforme")


class Reponse(Libelle):
    """Our answer to one criterion of the RGESN."""

    OUI = "oui", N_("Oui")
    PARTIELLEMENT = "partiellement", N_("Partiellement")
    NON = "non", N_("Non")
    SANS_OBJET = "sans objet", N_("Sans objet")


@dataclass(frozen=True, slots=True)
class CritereRgaa:
    """One criterion. `tests` are names in the repository ("fichier.py::test"), `manuel` tells a check by hand."""

    numero: str
    demande: str
    niveau: str
    statut: Statut
    pages: tuple[str, ...]
    tests: tuple[str, ...]
    manuel: str | None
    remarque: str | None


@dataclass(frozen=True, slots=True)
class CritereRgesn:
    """One criterion: our words for what it asks, its official priority, our answer and why."""

    numero: str
    question: str
    priorite: str
    reponse: Reponse
    explication: str


C = TypeVar("C", CritereRgaa, CritereRgesn)


@dataclass(frozen=True, slots=True)
class Theme(Generic[C]):
    """A theme of a reference and its criteria, in the official order."""

    numero: int
    nom: str
    criteres: tuple[C, ...]


@dataclass(frozen=True, slots=True)
class AuditRgaa:
    """The whole audit. A criterion that was not checked applies and does not conform."""

    date: dt.date
    environnement: tuple[str, ...]
    themes: tuple[Theme[CritereRgaa], ...]

    @property
    def criteres(self) -> tuple[CritereRgaa, ...]:
        """Every criterion, in order."""
        return tuple(critere for theme in self.themes for critere in theme.criteres)

    def count(self, statut: Statut) -> int:
        """How many criteria have this status."""
        return sum(critere.statut == statut for critere in self.criteres)

    @property
    def applicables(self) -> int:
        """How many criteria apply."""
        return len(self.criteres) - self.count(Statut.NON_APPLICABLE)

    @property
    def pct(self) -> int:
        """Share of the applicable criteria that conform, in whole percent, never rounded up."""
        return 100 * self.count(Statut.CONFORME) // self.applicables

    @property
    def conformite(self) -> Conformite:
        """The state to show."""
        conformes = self.count(Statut.CONFORME)
        if conformes == self.applicables:
            return Conformite.TOTALE
        return Conformite.PARTIELLE if conformes >= PART_PARTIELLE * self.applicables else Conformite.NON

    def list_ecarts(self) -> tuple[CritereRgaa, ...]:
        """Criteria that do not conform, those found wrong first."""
        ecarts = [c for c in self.criteres if c.statut in {Statut.NON_CONFORME, Statut.NON_VERIFIE}]
        return tuple(sorted(ecarts, key=lambda critere: critere.statut is Statut.NON_VERIFIE))


@dataclass(frozen=True, slots=True)
class AuditRgesn:
    """The whole self-assessment. `budgets` are pairs (what, bound)."""

    date: dt.date
    budgets: tuple[tuple[str, str], ...]
    themes: tuple[Theme[CritereRgesn], ...]

    @property
    def criteres(self) -> tuple[CritereRgesn, ...]:
        """Every criterion, in order."""
        return tuple(critere for theme in self.themes for critere in theme.criteres)

    def count(self, reponse: Reponse) -> int:
        """How many criteria have this answer."""
        return sum(critere.reponse == reponse for critere in self.criteres)

    @property
    def applicables(self) -> int:
        """How many criteria apply."""
        return len(self.criteres) - self.count(Reponse.SANS_OBJET)

    @property
    def pct(self) -> int:
        """Share of the applicable criteria answered by a full yes, in whole percent, never rounded up."""
        return 100 * self.count(Reponse.OUI) // self.applicables


@cache
def read_rgaa(chemin: Path = RGAA) -> AuditRgaa:
    """The audit of accessibility of this file. Raises KeyError or ValueError for an entry that is not as it should."""
    contenu = _read(chemin)
    return AuditRgaa(
        date=contenu["date"],
        environnement=tuple(contenu["environnement"]),
        themes=tuple(
            Theme(rang, theme["nom"], tuple(_build_rgaa(critere) for critere in theme["critere"]))
            for rang, theme in enumerate(contenu["theme"], start=1)
        ),
    )


@cache
def read_rgesn(chemin: Path = RGESN) -> AuditRgesn:
    """The self-assessment of eco-design of this file. Raises as `read_rgaa`."""
    contenu = _read(chemin)
    return AuditRgesn(
        date=contenu["date"],
        budgets=tuple((budget["quoi"], budget["borne"]) for budget in contenu["budget"]),
        themes=tuple(
            Theme(rang, theme["nom"], tuple(_build_rgesn(critere) for critere in theme["critere"]))
            for rang, theme in enumerate(contenu["theme"], start=1)
        ),
    )


def _read(chemin: Path) -> dict[str, Any]:
    return tomllib.loads(chemin.read_text(encoding="utf-8"))


def _build_rgaa(entree: dict[str, Any]) -> CritereRgaa:
    return CritereRgaa(
        numero=entree["numero"],
        demande=entree["demande"],
        niveau=entree["niveau"],
        statut=Statut(entree["statut"]),
        pages=tuple(entree.get("pages", ())),
        tests=tuple(entree.get("tests", ())),
        manuel=entree.get("manuel"),
        remarque=entree.get("remarque"),
    )


def _build_rgesn(entree: dict[str, Any]) -> CritereRgesn:
    return CritereRgesn(
        numero=entree["numero"],
        question=entree["question"],
        priorite=entree["priorite"],
        reponse=Reponse(entree["reponse"]),
        explication=entree["explication"],
    )
