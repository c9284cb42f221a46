"""One entry of [colonnes] to a function that reads a row: compiled once, called for each row. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.correspondances.entrees import (
    LISTES,
    OPTIONS_TEXTE,
    Cellules,
    Lire,
    LireTexte,
    Reglages,
    compile_cellule,
    compile_coupe,
    compile_source,
    get_cellule,
    list_colonnes,
    list_termes,
    read_absentes,
    read_entree,
)
from tierslieux.imports.correspondances.termes import compile_liste
from tierslieux.imports.correspondances.vocabulaires import OUI_NON, build_cle_terme
from tierslieux.territoires.noms import build_cle

BOOLEENS = ("itinerant", "accessible", "ferme")
# A field with one value, and the list that takes what comes after it.
SUITES: Mapping[str, str] = {
    "telephone": "autres_telephones",
    "courriel": "autres_courriels",
    "site_web": "autres_sites_web",
}
_OPTIONS_BOOLEEN = ("absentes", "valeurs", "defaut", "autres")


def compile_champ(champ: str, entree: object, reglages: Reglages) -> Lire:
    """The function that reads this field in a row; raises SourceError."""
    if champ in LISTES:
        return compile_liste(champ, entree, reglages)
    if champ in BOOLEENS:
        return _compile_booleen(champ, entree, reglages)
    return _compile_texte(champ, entree, reglages)


def compile_identifiant(entree: object, reglages: Reglages) -> tuple[str, Lire]:
    """(the column to name in a reject, the function that reads the identifier); `empreinte` digests several columns."""
    if isinstance(entree, Mapping) and "empreinte" in entree:
        reglages.lecteur.check_cles("identifiant", entree, ("empreinte",))
        colonnes = reglages.lecteur.read_textes("identifiant.empreinte", entree["empreinte"])
        reglages.note(*colonnes)
        lires = [compile_cellule(colonne, reglages.absentes) for colonne in colonnes]
        return colonnes[0], lambda cellules, _avertissements: _digest([lire(cellules) for lire in lires])
    lire = _compile_texte("identifiant", entree, reglages)
    return next(iter([*reglages.obligatoires, *(groupe[0] for groupe in reglages.groupes)]), "identifiant"), lire


def _digest(textes: list[str | None]) -> str | None:
    """Sixteen hexadecimal digits of the texts, case, accents and punctuation aside; None when all are absent."""
    cles = [build_cle(texte) if texte else "" for texte in textes]
    return hashlib.sha256("\x1f".join(cles).encode()).hexdigest()[:16] if any(cles) else None


def _compile_texte(champ: str, entree: object, reglages: Reglages) -> Lire:
    table = read_entree(champ, entree, OPTIONS_TEXTE, reglages)
    if "constante" in table:
        constante = reglages.lecteur.read_texte(f"{champ}.constante", table["constante"])
        return lambda _cellules, _avertissements: constante
    lire = compile_source(champ, table, reglages)
    if "valeurs" in table or "defaut" in table:
        return _compile_choix(champ, table, lire, reglages)
    if champ in SUITES and "separateur" in table:
        return _compile_suite(champ, table, reglages)
    return lambda cellules, _avertissements: lire(cellules)


def _compile_choix(champ: str, table: Mapping[str, Any], lire: LireTexte, reglages: Reglages) -> Lire:
    """A text chosen by another: what `valeurs` says of it, else the text itself."""
    valeurs = reglages.lecteur.read_table(f"{champ}.valeurs", table.get("valeurs", {}))
    choix = {build_cle_terme(texte): reglages.lecteur.read_texte(champ, v) for texte, v in valeurs.items() if v != ""}
    tus = {build_cle_terme(texte) for texte, valeur in valeurs.items() if valeur == ""}
    defaut = table.get("defaut")

    def choisir(cellules: Cellules, _avertissements: list[Avertissement]) -> str | None:
        texte = lire(cellules)
        if texte is None:
            return defaut
        cle = build_cle_terme(texte)
        return None if cle in tus else choix.get(cle, choix.get("*", texte))

    return choisir


def _compile_suite(champ: str, table: Mapping[str, Any], reglages: Reglages) -> Lire:
    """Every value of a contact, as a list: the first is the field's, the next go to its list."""
    absentes = read_absentes(champ, table, reglages)
    colonnes = list_colonnes(champ, table, reglages)
    couper = compile_coupe(champ, table["separateur"])

    def lire(cellules: Cellules, _avertissements: list[Avertissement]) -> list[str] | None:
        termes: dict[str, None] = {}
        for colonne in colonnes:
            for terme in list_termes(get_cellule(cellules, colonne), couper):
                if terme not in absentes:
                    termes[terme] = None
            if termes and "premiere" in table:
                break
        return list(termes) or None

    return lire


def _compile_booleen(champ: str, entree: object, reglages: Reglages) -> Lire:
    table = read_entree(champ, entree, _OPTIONS_BOOLEEN, reglages)
    for cle in ("constante", "defaut"):
        if cle in table and not isinstance(table[cle], bool):
            reglages.lecteur.refuse(f"{champ}.{cle}", table[cle], "true ou false")
    if "constante" in table:
        constante: bool = table["constante"]
        return lambda _cellules, _avertissements: constante
    valeurs = _read_booleens(champ, table, reglages)
    lire = compile_source(champ, table, reglages)
    colonne: str = table.get("colonne", "")
    signale = "defaut" not in table and table.get("autres", "signaler") == "signaler"
    defaut: bool | None = table.get("defaut")

    def trancher(cellules: Cellules, avertissements: list[Avertissement]) -> bool | None:
        if isinstance(direct := cellules.get(colonne), bool):
            return direct
        texte = lire(cellules)
        if texte is None:
            return defaut
        cle = build_cle_terme(texte)
        if cle in valeurs or "*" in valeurs:
            return valeurs.get(cle, valeurs.get("*"))
        if signale:
            avertissements.append(Avertissement.VALEUR_INCONNUE)
        return defaut

    return trancher


def _read_booleens(champ: str, table: Mapping[str, Any], reglages: Reglages) -> dict[str, bool | None]:
    """What each text says: yes, no, or None for a text that says nothing."""
    if "valeurs" not in table:
        return dict(OUI_NON)
    valeurs: dict[str, bool | None] = {}
    for texte, valeur in reglages.lecteur.read_table(f"{champ}.valeurs", table["valeurs"]).items():
        if valeur != "" and not isinstance(valeur, bool):
            reglages.lecteur.refuse(f"{champ}.valeurs", valeur, 'true, false, ou "" pour un texte qui ne dit rien')
        valeurs["*" if texte == "*" else build_cle_terme(texte)] = None if valeur == "" else valeur
    return valeurs
