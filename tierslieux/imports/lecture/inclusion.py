"""data·inclusion: structures and their services, read as one row per structure. Pure.

Source: schemas data·inclusion v0 (structures 0.18.0, services 0.25.0) and v1, which both link a service by
`structure_id`; in v0 an identifier is unique within its `source` only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture.lignes import Ligne, Table

STRUCTURES = "structures"
SERVICES = "services"


def is_inclusion(cles: Collection[str | None]) -> bool:
    """Whether these lists are the two of data·inclusion."""
    return STRUCTURES in cles and SERVICES in cles


def join_services(structures: Table, services: Table) -> Table:
    """Rows of the structures, each with a cell "services": the list of the cells of its services.

    A service whose structure is absent, or that cannot be read, is a rejected row, numbered in the file of services.
    Raises SourceError when a column that links the two is absent.
    """
    for table, colonne, nom in ((structures, "id", STRUCTURES), (services, "structure_id", SERVICES)):
        if table.colonnes and colonne not in table.colonnes:
            raise SourceError(f"les {nom} n’ont pas de colonne « {colonne} »")
    reconnu = {**structures.reconnu, "format": f"{structures.reconnu['format']}, structures et services"}
    reconnu["schema"] = "data·inclusion"
    colonnes = (*(nom for nom in structures.colonnes if nom != SERVICES), SERVICES)
    par_source = "source" in structures.colonnes and "source" in services.colonnes
    return Table(_iterate(structures, services, par_source=par_source), reconnu, colonnes)


def _iterate(structures: Table, services: Table, *, par_source: bool) -> Iterator[Ligne | Reject]:
    offerts: dict[tuple[Any, Any], list[Ligne]] = {}
    for service in services.lignes:
        if isinstance(service, Reject):
            yield service
        else:
            offerts.setdefault(_key(service, "structure_id", par_source=par_source), []).append(service)
    servies: set[tuple[Any, Any]] = set()
    for structure in structures.lignes:
        if isinstance(structure, Reject):
            yield structure
            continue
        cle = _key(structure, "id", par_source=par_source)
        liste = [] if cle[1] is None else [service.cellules for service in offerts.get(cle, [])]
        if liste:
            servies.add(cle)
        yield Ligne(structure.numero, {**structure.cellules, SERVICES: liste or None})
    for cle, restes in offerts.items():
        if cle not in servies:
            for service in restes:
                identifiant = service.cellules.get("structure_id")
                texte = identifiant if isinstance(identifiant, str) else None
                yield Reject(service.numero, RejectCode.SERVICE_SANS_STRUCTURE, "structure_id", texte, service.cellules)


def _key(ligne: Ligne, colonne: str, *, par_source: bool) -> tuple[Any, Any]:
    identifiant, source = ligne.cellules.get(colonne), ligne.cellules.get("source") if par_source else None
    return (str(source), None if identifiant is None else str(identifiant))
