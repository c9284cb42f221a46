"""What a file would change, record by record, before anything is written. Pure but for the values it is handed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tierslieux.imports.contrat import Record
from tierslieux.imports.preparation import Difference, Preparation
from tierslieux.lieux.resolution import diff_valeurs


class Sort(StrEnum):
    """What applying the file would do to one record."""

    CREEE = "creee"
    MODIFIEE = "modifiee"
    FUSIONNEE = "fusionnee"
    DISPARUE = "disparue"
    REJETEE = "rejetee"


@dataclass(frozen=True, slots=True)
class LigneApercue:
    """One row of a preview; unchanged records have none.

    `differences` are [field, before, after]: all the values of a new record, those that change of a changed one.
    """

    sort: Sort
    identifiant: str | None
    ligne: int | None
    nom: str | None
    commune_nom: str | None
    differences: list[list[Any]] | None = None
    code: str | None = None
    champ: str | None = None
    valeur: str | None = None


@dataclass(frozen=True, slots=True)
class Apercu:
    """What applying a file would do: lues = creees + modifiees + inchangees + fusionnees + rejets, always.

    `part_perdue` is the share (0 to 1) of the source's records that the file no longer holds; beyond what
    chargement.PART_PERDUE_MAX admits, applying it needs an agreement (`demande_accord`). `retirees` are records absent
    for the second time, whose places close unless another source speaks of them.
    """

    lues: int
    creees: int
    modifiees: int
    inchangees: int
    fusionnees: int
    disparues: int
    retirees: int
    rejets_par_code: dict[str, int]
    avertissements: dict[str, int]
    part_perdue: float
    demande_accord: bool
    reconnu: Mapping[str, str]
    lignes: tuple[LigneApercue, ...]


def build_apercu(
    preparation: Preparation,
    difference: Difference,
    anciennes: Mapping[int, Mapping[str, Any]],
    *,
    part_perdue_max: float,
) -> Apercu:
    """The preview; `anciennes` are the present values of the fiches that change or vanish, by private id."""
    codes = Counter(rejet.code.value for rejet in preparation.rejets)
    return Apercu(
        lues=preparation.lues,
        creees=difference.creees,
        modifiees=len(difference.modifiees),
        inchangees=len(difference.inchangees),
        fusionnees=difference.rattachees + preparation.repetitions,
        disparues=len(difference.disparues),
        retirees=len(difference.retirees),
        rejets_par_code=dict(sorted(codes.items())),
        avertissements={code.value: nombre for code, nombre in sorted(preparation.avertissements.items())},
        part_perdue=difference.part_perdue,
        demande_accord=difference.part_perdue > part_perdue_max,
        reconnu=preparation.reconnu,
        lignes=tuple(_list_lignes(preparation, difference, anciennes)),
    )


def _list_lignes(
    preparation: Preparation, difference: Difference, anciennes: Mapping[int, Mapping[str, Any]]
) -> Iterator[LigneApercue]:
    for nouvelle in difference.nouvelles:
        sort = Sort.CREEE if nouvelle.ouvre else Sort.FUSIONNEE
        yield _build_ligne(sort, nouvelle.record, {})
    for fiche, record, _ in difference.modifiees:
        yield _build_ligne(Sort.MODIFIEE, record, anciennes[fiche.id])
    for fiche in (*difference.disparues, *difference.retirees):
        valeurs = anciennes[fiche.id]
        yield LigneApercue(Sort.DISPARUE, fiche.identifiant, None, valeurs.get("nom"), valeurs.get("commune_nom"))
    for rejet in preparation.rejets:
        yield LigneApercue(
            Sort.REJETEE, None, rejet.ligne, None, None, code=rejet.code.value, champ=rejet.champ, valeur=rejet.valeur
        )


def _build_ligne(sort: Sort, record: Record, anciennes: Mapping[str, Any]) -> LigneApercue:
    valeurs = record.valeurs
    return LigneApercue(
        sort,
        record.identifiant,
        record.ligne,
        valeurs.get("nom"),
        valeurs.get("commune_nom"),
        differences=[list(difference) for difference in diff_valeurs(anciennes, valeurs)],
    )
