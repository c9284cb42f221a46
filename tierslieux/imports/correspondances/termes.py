"""Entries whose field is a list: the terms of cells to the codes of a vocabulary. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.correspondances.declaration import Lecteur
from tierslieux.imports.correspondances.entrees import (
    Cellules,
    Lire,
    Reglages,
    compile_coupe,
    get_cellule,
    list_colonnes,
    read_absentes,
    read_entree,
)
from tierslieux.imports.correspondances.vocabulaires import (
    VOCABULAIRES,
    build_cle_terme,
    drop_generique,
    list_codes,
    order_codes,
)
from tierslieux.territoires.noms import build_cle

_OPTIONS = ("absentes", "prefixe", "vocabulaire", "valeurs", "contient", "defaut", "autres", "separateur")
_TAILLE_CACHE = 4096

LireCodes = Callable[[Cellules, list[Avertissement]], list[str]]


def compile_liste(champ: str, entree: object, reglages: Reglages) -> Lire:
    """The terms of every entry added up, in the order of the closed list."""
    entrees = list(entree) if isinstance(entree, list | tuple) else [entree]
    if not entrees:
        reglages.lecteur.refuse(f"[colonnes] {champ}", "[]", "au moins une colonne")
    lires = [_compile_termes(champ, une, reglages) for une in entrees]
    if len(lires) == 1:
        return lires[0]

    def lire(cellules: Cellules, avertissements: list[Avertissement]) -> list[str]:
        codes = [code for une in lires for code in une(cellules, avertissements)]
        return order_codes(champ, codes) if len(codes) > 1 else codes

    return lire


def _compile_termes(champ: str, entree: object, reglages: Reglages) -> LireCodes:
    table = read_entree(champ, entree, _OPTIONS, reglages)
    if "constante" in table:
        constante = _read_codes(champ, table["constante"], reglages.lecteur)
        return lambda _cellules, _avertissements: list(constante)
    colonnes = list_colonnes(champ, table, reglages)
    if "contient" in table:
        return _compile_contient(champ, table, colonnes, reglages)
    traduire = _compile_traduction(champ, table, reglages)
    defaut = _read_codes(champ, table["defaut"], reglages.lecteur) if "defaut" in table else []
    signale = "defaut" not in table and table.get("autres", "signaler") == "signaler"
    est_choix = "premiere" in table

    ont_chemin = any("[]." in colonne for colonne in colonnes)

    def lire(cellules: Cellules, avertissements: list[Avertissement]) -> list[str]:
        codes: list[str] = []
        for colonne in colonnes:
            valeur = get_cellule(cellules, colonne) if ont_chemin else cellules.get(colonne)
            if valeur is None:
                continue
            trouves, inconnus = traduire(valeur if type(valeur) is str else _freeze(valeur))
            if inconnus and signale:
                avertissements += [Avertissement.VALEUR_INCONNUE] * inconnus
            if est_choix and (trouves or inconnus):
                return list(trouves)
            codes += trouves
        return (order_codes(champ, codes) if len(colonnes) > 1 else codes) or list(defaut)

    return lire


def _freeze(valeur: Any) -> tuple[str, ...]:  # noqa: ANN401  (any JSON value)
    """The texts of a cell that is a list, as what can be remembered."""
    return tuple(v.strip() for v in valeur if isinstance(v, str)) if isinstance(valeur, list) else ()


def _compile_traduction(
    champ: str, table: Mapping[str, Any], reglages: Reglages
) -> Callable[[str | tuple[str, ...]], tuple[list[str], int]]:
    """A cell to (its codes, how many of its terms are unknown). Cells repeat themselves: answers are remembered."""
    index = _read_index(champ, table, reglages.lecteur)
    couper = compile_coupe(champ, table.get("separateur", reglages.separateurs))
    absentes = read_absentes(champ, table, reglages)
    prefixe = table.get("prefixe", "")
    jalon = index.get("*") if index is not None else None
    est_typologie = table.get("vocabulaire") == "genres"

    @lru_cache(maxsize=_TAILLE_CACHE)
    def traduire(valeur: str | tuple[str, ...]) -> tuple[list[str], int]:
        coupes = couper(valeur) if isinstance(valeur, str) else valeur
        termes = [terme for terme in coupes if terme and terme not in absentes]
        if est_typologie:
            termes = drop_generique(termes)
        if index is None:
            return list(dict.fromkeys(prefixe + terme for terme in termes)), 0
        codes: list[str] = []
        inconnus = 0
        for terme in termes:
            trouves = index.get(build_cle_terme(terme), jalon)
            if trouves is None:
                inconnus += 1
            else:
                codes += trouves
        return order_codes(champ, codes), inconnus

    return traduire


def _read_index(champ: str, table: Mapping[str, Any], lecteur: Lecteur) -> Mapping[str, tuple[str, ...]] | None:
    """What each term gives; None when any text is its own value."""
    nom = table.get("vocabulaire")
    if nom is None and "valeurs" not in table:
        nom = champ if champ in VOCABULAIRES else None
    if nom is not None and nom not in VOCABULAIRES:
        lecteur.refuse(f"{champ}.vocabulaire", nom, f"un vocabulaire parmi {', '.join(VOCABULAIRES)}", VOCABULAIRES)
    if nom is None and "valeurs" not in table:
        return None
    index = dict(VOCABULAIRES[nom]) if nom is not None else {}
    for terme, codes in lecteur.read_table(f"{champ}.valeurs", table.get("valeurs", {})).items():
        index["*" if terme == "*" else build_cle_terme(terme)] = tuple(_read_codes(champ, codes, lecteur))
    admis = list_codes(champ)
    etrangers = {code for codes in index.values() for code in codes} - admis if admis is not None else set()
    if etrangers:
        lecteur.refuse(f"{champ}.vocabulaire", nom, f"un vocabulaire dont les codes sont ceux de « {champ} »")
    return index


def _read_codes(champ: str, codes: object, lecteur: Lecteur) -> list[str]:
    """One code or several; "" is none, for a term that says nothing."""
    if codes in ("", []):
        return []
    lus = lecteur.read_textes(champ, codes)
    admis = list_codes(champ)
    for code in lus:
        if admis is not None and code not in admis:
            lecteur.refuse(f"[colonnes] {champ}", code, f"un code parmi {', '.join(sorted(admis))}", admis)
    return order_codes(champ, lus)


def _compile_contient(champ: str, table: Mapping[str, Any], colonnes: list[str], reglages: Reglages) -> LireCodes:
    """Codes by words that stand somewhere in the columns, case and accents aside."""
    mots = reglages.lecteur.read_table(f"{champ}.contient", table["contient"])
    codes = [(f" {build_cle(mot)} ", _read_codes(champ, code, reglages.lecteur)) for mot, code in mots.items()]

    def lire(cellules: Cellules, _avertissements: list[Avertissement]) -> list[str]:
        textes = [texte for colonne in colonnes if isinstance(texte := cellules.get(colonne), str)]
        cle = f" {_build_cle_longue(' '.join(textes))} "
        return [code for mot, trouves in codes if mot in cle for code in trouves]

    return lire


@lru_cache(maxsize=_TAILLE_CACHE)
def _build_cle_longue(texte: str) -> str:
    return build_cle(texte)
