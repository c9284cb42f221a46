"""What every entry of [colonnes] shares: its keys, its columns, and the text that it takes from a row. Pure.

An entry is a column, a list of entries, or a table that says where the text is (colonne, colonnes, premiere, constante)
and what is made of it (valeurs, vocabulaire, separateur…). docs/sources.md describes each key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.correspondances.declaration import Lecteur
from tierslieux.imports.correspondances.vocabulaires import LISTES_FERMEES
from tierslieux.lieux.resolution import CHAMPS_LISTES_LIBRES

Cellules = dict[str, Any]
Lire = Callable[[Cellules, list[Avertissement]], Any]
LireTexte = Callable[[Cellules], str | None]

LISTES = (*LISTES_FERMEES, *CHAMPS_LISTES_LIBRES)
SEPARATEURS = ";|"
# Addresses hold commas and semicolons: only those before another address separate.
_ENTRE_URLS = re.compile(r"\s*\|\s*|[;,\s]+(?=https?://|www\.)", re.IGNORECASE)
_URLS = frozenset({"site_web", "autres_sites_web"})
ENDROITS = ("colonne", "colonnes", "premiere", "constante")
OPTIONS_TEXTE = ("joint", "absentes", "remplace", "sans_suffixe", "prefixe", "valeurs", "defaut", "separateur")
_TEXTES = ("joint", "sans_suffixe", "prefixe", "separateur", "vocabulaire")


@dataclass(frozen=True, slots=True)
class Reglages:
    """What holds for every entry: the signs that separate the terms of a list, the texts that mean an empty cell.

    `obligatoires` gathers the columns that entries name, `groupes` those of which one is enough.
    """

    lecteur: Lecteur
    separateurs: str = SEPARATEURS
    absentes: frozenset[str] = frozenset()
    obligatoires: dict[str, None] = field(default_factory=dict)
    groupes: list[tuple[str, ...]] = field(default_factory=list)

    def note(self, *colonnes: str) -> None:
        """Remember that a file needs these columns."""
        self.obligatoires.update(dict.fromkeys(colonne.partition("[].")[0] for colonne in colonnes))


def name_colonnes(entree: object) -> list[str]:
    """Names of the columns that an entry of [colonnes] reads."""
    if isinstance(entree, str):
        return [entree]
    if isinstance(entree, Mapping):
        return [
            c for cle in ("colonne", "premiere", "colonnes", "empreinte") for c in name_colonnes(entree.get(cle, []))
        ]
    return [colonne for une in entree for colonne in name_colonnes(une)] if isinstance(entree, list | tuple) else []


def get_cellule(cellules: Cellules, colonne: str) -> Any:  # noqa: ANN401  (any JSON value)
    """The cell; "services[].thematiques" is the list of what each of the services says."""
    liste, _, cle = colonne.partition("[].")
    if not cle:
        return cellules.get(colonne)
    lignes = cellules.get(liste)
    if not isinstance(lignes, list):
        return None
    valeurs: list[Any] = []
    for ligne in lignes:
        valeur = ligne.get(cle) if isinstance(ligne, dict) else None
        valeurs += valeur if isinstance(valeur, list) else [valeur]
    return [valeur for valeur in valeurs if valeur is not None]


def compile_cellule(colonne: str, absentes: frozenset[str]) -> LireTexte:
    """The text of a column, the first one when the cell is a list; None when it is absent."""
    if "[]." in colonne:
        return lambda cellules: _read_autre(get_cellule(cellules, colonne))

    def lire(cellules: Cellules) -> str | None:
        valeur = cellules.get(colonne)
        if type(valeur) is str:
            return valeur if valeur and valeur not in absentes else None
        return None if valeur is None else _read_autre(valeur)

    return lire


def _read_autre(valeur: Any) -> str | None:  # noqa: ANN401  (any JSON value)
    if isinstance(valeur, str) and valeur:
        return valeur
    if isinstance(valeur, list):
        textes = dict.fromkeys(v for v in valeur if isinstance(v, str) and v)
        return ", ".join(textes) or None
    return None


def read_entree(champ: str, entree: object, options: tuple[str, ...], reglages: Reglages) -> dict[str, Any]:
    """The entry as a table with one of the keys that say where the text is."""
    lecteur = reglages.lecteur
    if isinstance(entree, str):
        entree = {"colonne": lecteur.read_texte(champ, entree)}
    elif isinstance(entree, list | tuple) and champ not in LISTES:
        entree = {"colonnes": entree}
    table = lecteur.read_table(f"[colonnes] {champ}", entree)
    lecteur.check_cles(champ, table, (*ENDROITS, *options))
    endroits = [cle for cle in ENDROITS if cle in table]
    if len(endroits) != 1:
        lecteur.refuse(champ, ", ".join(endroits) or "rien", f"une seule clé parmi {', '.join(ENDROITS)}")
    if table.get("autres", "signaler") not in {"signaler", "ignorer"}:
        lecteur.refuse(f"{champ}.autres", table["autres"], "« signaler » ou « ignorer »")
    for cle in _TEXTES:
        if cle in table:
            lecteur.read_texte(f"{champ}.{cle}", table[cle])
    return table


def list_colonnes(champ: str, table: Mapping[str, Any], reglages: Reglages) -> list[str]:
    """The columns that the entry names, which the file will need."""
    cle = next(cle for cle in ("premiere", "colonnes", "colonne") if cle in table)
    colonnes = reglages.lecteur.read_textes(f"{champ}.{cle}", table[cle])
    if cle == "premiere":
        reglages.groupes.append(tuple(colonne.partition("[].")[0] for colonne in colonnes))
    else:
        reglages.note(*colonnes)
    return colonnes


def read_absentes(champ: str, table: Mapping[str, Any], reglages: Reglages) -> frozenset[str]:
    """The texts that mean an empty cell, for this entry."""
    propres = reglages.lecteur.read_textes(f"{champ}.absentes", table["absentes"]) if "absentes" in table else []
    return reglages.absentes | frozenset(propres)


def compile_source(champ: str, table: Mapping[str, Any], reglages: Reglages) -> LireTexte:
    """The text of the entry: its column, the first filled of `premiere`, or `colonnes` joined."""
    absentes = read_absentes(champ, table, reglages)
    lires = [compile_cellule(colonne, absentes) for colonne in list_colonnes(champ, table, reglages)]
    suffixe, prefixe, joint = table.get("sans_suffixe"), table.get("prefixe", ""), table.get("joint", ", ")
    lire: LireTexte
    if len(lires) == 1:
        lire = lires[0]
    elif "premiere" in table:

        def lire(cellules: Cellules) -> str | None:
            return next((texte for un in lires if (texte := un(cellules))), None)
    else:

        def lire(cellules: Cellules) -> str | None:
            return joint.join(dict.fromkeys(texte for un in lires if (texte := un(cellules)))) or None

    remplace = _read_remplace(champ, table, reglages)
    if not suffixe and not prefixe and not remplace:
        return lire

    def ajuster(cellules: Cellules) -> str | None:
        texte = lire(cellules)
        for ancien, nouveau in remplace:
            texte = texte.replace(ancien, nouveau) if texte else texte
        texte = texte.removesuffix(suffixe) if texte and suffixe else texte
        return prefixe + texte if texte else None

    return ajuster


def _read_remplace(champ: str, table: Mapping[str, Any], reglages: Reglages) -> list[tuple[str, str]]:
    """What is written instead of a piece of text ("<br />" → ", ")."""
    remplace = reglages.lecteur.read_table(f"{champ}.remplace", table.get("remplace", {}))
    for ancien, nouveau in remplace.items():
        if not ancien or not isinstance(nouveau, str):
            reglages.lecteur.refuse(f"{champ}.remplace", nouveau, "un texte pour chaque texte")
    return list(remplace.items())


def compile_coupe(champ: str, signes: str) -> Callable[[str], list[str]]:
    """The function that cuts a cell into terms at these signs; addresses of sites have their own rule."""
    if champ in _URLS:
        return lambda texte: [terme for terme in _ENTRE_URLS.split(texte.strip()) if terme]
    coupe = re.compile(f"\\s*[{re.escape(signes)}]\\s*")
    return lambda texte: [terme for terme in coupe.split(texte.strip()) if terme]


def list_termes(valeur: Any, couper: Callable[[str], list[str]]) -> list[str]:  # noqa: ANN401  (any JSON value)
    """The terms of a cell: those of its text, or the texts of its list."""
    if type(valeur) is str:
        return couper(valeur)
    if isinstance(valeur, list):
        return [element.strip() for element in valeur if isinstance(element, str) and element.strip()]
    return []
