"""Workbooks (XLSX, ODS, XLS): the sheet chosen, its header found below titles, its rows as any table's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Protocol

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture.lignes import (
    CELLULE_MAX,
    COLONNES_MAX,
    LIGNES_ENTETE,
    Ligne,
    Table,
    bound_lignes,
    build_entete,
    build_ligne,
    clean,
    find_entete,
    name_colonne,
    shorten,
    shorten_cellules,
)
from tierslieux.imports.lecture.rangees import Rangee


class Classeur(Protocol):
    """A workbook of any format; `feuilles` are its sheets, True when people see them."""

    format: str
    feuilles: Mapping[str, bool]

    def iterate_rangees(self, feuille: str) -> Iterator[Rangee]:
        """The rows of a sheet that have a value or a formula, in their order."""


def read_classeur(classeur: Classeur, feuille: str | None) -> Table:
    """Rows of one sheet: the one of that name, or the visible one with the most rows; raises SourceError."""
    nom = _choose_feuille(classeur, feuille)
    rangees = _check_largeurs(classeur.iterate_rangees(nom), nom)
    debut = list(itertools.islice(rangees, LIGNES_ENTETE))
    if not debut:
        raise SourceError(f"la feuille « {shorten(nom)} » est vide")
    rang = find_entete([_to_liste(rangee) for rangee in debut])
    ou = f"feuille « {shorten(nom)} », ligne {debut[rang].numero}"
    entete = build_entete(_to_liste(debut[rang]), [_to_liste(rangee) for rangee in debut[rang + 1 :]], ou=ou)
    lignes = (_build_ligne(rangee, entete) for rangee in itertools.chain(debut[rang + 1 :], rangees))
    reconnu = {"format": classeur.format, "feuille": _tell_feuille(classeur, nom)}
    return Table(bound_lignes(lignes), reconnu, tuple(nom for nom in entete if nom))


def _choose_feuille(classeur: Classeur, feuille: str | None) -> str:
    if not classeur.feuilles:
        raise SourceError("le classeur n’a aucune feuille de calcul")
    if feuille is not None:
        if feuille not in classeur.feuilles:
            dites = ", ".join(f"« {shorten(nom)} »" for nom in classeur.feuilles)
            raise SourceError(f"le classeur n’a pas de feuille « {feuille} » ; il a {dites}")
        return feuille
    visibles = [nom for nom, visible in classeur.feuilles.items() if visible] or list(classeur.feuilles)
    if len(visibles) == 1:
        return visibles[0]
    return max(visibles, key=lambda nom: sum(1 for _ in classeur.iterate_rangees(nom)))


def _tell_feuille(classeur: Classeur, nom: str) -> str:
    autres = [autre for autre in classeur.feuilles if autre != nom]
    if not autres:
        return shorten(nom)
    dites = ", ".join(f"« {shorten(autre)} »" for autre in autres)
    return f"{shorten(nom)} (non lues : {dites})"


def _check_largeurs(rangees: Iterator[Rangee], feuille: str) -> Iterator[Rangee]:
    for rangee in rangees:
        if len(rangee.cellules) > COLONNES_MAX:
            rang = sorted(rangee.cellules)[COLONNES_MAX]
            raise SourceError(
                f"feuille « {shorten(feuille)} », ligne {rangee.numero} : {len(rangee.cellules)} cellules, au plus "
                f"{COLONNES_MAX} colonnes sont lues (la première de trop est la colonne {name_colonne(rang)})"
            )
        yield rangee


def _to_liste(rangee: Rangee) -> list[str | None]:
    return [rangee.cellules.get(rang) for rang in range(max(rangee.cellules, default=-1) + 1)]


def _build_ligne(rangee: Rangee, entete: tuple[str, ...]) -> Ligne | Reject:
    """The row, or its reject: a formula without result, a cell beside the table, a text too long."""
    nommees = {entete[rang]: texte for rang, texte in rangee.cellules.items() if rang < len(entete) and entete[rang]}
    if rangee.sans_resultat:
        rang = rangee.sans_resultat[0]
        champ = (entete[rang] if rang < len(entete) else "") or f"colonne {name_colonne(rang)}"
        constat = "formule enregistrée sans son résultat : ouvrez le classeur et réenregistrez-le"
        return Reject(rangee.numero, RejectCode.LIGNE_ILLISIBLE, champ, constat, shorten_cellules(nommees))
    dehors = [rang for rang in rangee.cellules if rang >= len(entete) or not entete[rang]]
    if dehors:
        champ = f"colonne {name_colonne(dehors[0])}"
        constat = clean(f"« {rangee.cellules[dehors[0]]} » est hors des colonnes de l’en-tête")
        return Reject(rangee.numero, RejectCode.LIGNE_ILLISIBLE, champ, constat, shorten_cellules(nommees))
    longue = next((nom for nom, texte in nommees.items() if len(texte) > CELLULE_MAX), None)
    if longue is not None:
        return Reject(
            rangee.numero, RejectCode.VALEUR_TROP_LONGUE, longue, clean(nommees[longue]), shorten_cellules(nommees)
        )
    return build_ligne(rangee.numero, entete, [rangee.cellules.get(rang) for rang in range(len(entete))])
