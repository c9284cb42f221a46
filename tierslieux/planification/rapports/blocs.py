"""What a report is made of: sections, tables, and the names of sites. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.cartes.graphiques import GraphiqueBarres
from tierslieux.planification.terrain import Site


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table: the first cell of a row names it. `nombres`: ranks of the columns of numbers; `note` under it."""

    titre: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    nombres: frozenset[int] = frozenset()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report, in this order: paragraphs, list, drawings, tables."""

    id: str
    titre: str
    paragraphes: tuple[str, ...] = ()
    liste: tuple[str, ...] = ()
    cartes: tuple[Choroplethe, ...] = ()
    graphique: GraphiqueBarres | None = None
    tableaux: tuple[Tableau, ...] = ()


def name_site(site: Site) -> str:
    """A site and its commune, once."""
    if site.commune_nom is None or site.commune_nom.lower() in site.nom.lower():
        return site.nom
    return f"{site.nom} ({site.commune_nom})"
