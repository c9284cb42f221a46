"""JSON files: a list of objects wherever it stands, objects line by line, GeoJSON, data·inclusion.

The text is measured before it is decoded (depth, size of each item), then decoded item by item: what is held at a time
is one item, whatever the file. Numbers are kept as they are written; NaN, which pandas writes for nothing, is absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture import geojson, inclusion
from tierslieux.imports.lecture.encodages import decode
from tierslieux.imports.lecture.lignes import (
    COLONNES_MAX,
    LIGNES_MAX,
    NIVEAUX_MAX,
    TAILLE_LIGNE_MAX,
    Ligne,
    ObjetRedit,
    Table,
    bound_lignes,
    check_texte,
    clean,
    find_redite,
    shorten,
    shorten_cellules,
)

# The file of 4,930 places that nests most has 10,000 brackets.
_CROCHETS_MAX = 2_000_000
# Up to the next bracket, strings skipped. Possessive: it never goes back, so that its time is linear.
_JUSQU_AU_CROCHET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL)
_BLANCS = re.compile(r"[ \t\r\n]*+")


@dataclass(frozen=True, slots=True)
class _Liste:
    """Items found in the text: where the first would start, and the bracket that ends them ("" at the end of file)."""

    cle: str | None
    debut: int
    fermeture: str
    nombre: int
    colonnes: tuple[str, ...]
    est_geojson: bool


def read_json(contenu: bytes, *, colonnes: Sequence[str]) -> Table:
    """Items of a JSON file that holds a list of objects; raises SourceError. Numbers are kept as they are written."""
    texte, encodage = decode(contenu)
    _check_structure(texte)
    debut = _skip(texte, 0)
    if texte[debut : debut + 1] != "[":
        _decode(texte, debut)
        raise SourceError("le fichier n’est pas une liste d’objets")
    liste, _ = _measure(texte, None, debut + 1, "]", largeur_max=None)
    absentes = [nom for nom in colonnes if nom not in liste.colonnes]
    if absentes:
        raise SourceError("colonnes absentes : " + ", ".join(f"« {nom} »" for nom in absentes))
    reconnu = {"format": "JSON", "encodage": encodage}
    return Table(bound_lignes(_iterate_lignes(texte, liste, _keep)), reconnu, liste.colonnes)


def read_json_quelconque(contenu: bytes) -> Table:
    """Rows of any JSON file: list, object that holds one, one object a line, GeoJSON or data·inclusion."""
    texte, encodage = decode(contenu)
    _check_structure(texte)
    racine, listes, par_ligne = _explore(texte)
    trouvees = {liste.cle: liste for liste in listes}
    if inclusion.is_inclusion(trouvees):
        structures, services = (
            _build_table(texte, trouvees[cle], racine, encodage) for cle in (inclusion.STRUCTURES, inclusion.SERVICES)
        )
        return inclusion.join_services(structures, services)
    remplies = [liste for liste in listes if liste.colonnes]
    if len(remplies) > 1:
        cles = ", ".join(f"« {liste.cle} »" for liste in remplies)
        raise SourceError(f"le fichier a plusieurs listes d’objets ({cles}) : gardez-en une seule")
    if not remplies:
        raise SourceError("le fichier ne contient aucune liste d’objets")
    return _build_table(texte, remplies[0], racine, encodage, par_ligne=par_ligne)


def _build_table(texte: str, liste: _Liste, racine: dict[str, Any], encodage: str, *, par_ligne: bool = False) -> Table:
    nom = "GeoJSON" if liste.est_geojson else "JSON"
    reconnu = {"format": f"{nom}, un objet par ligne" if par_ligne else nom, "encodage": encodage}
    if not liste.est_geojson:
        return Table(bound_lignes(_iterate_lignes(texte, liste, _flatten)), reconnu, liste.colonnes)
    lecteur = geojson.Lecteur(racine.get("crs"))
    lignes = bound_lignes(_iterate_lignes(texte, liste, lecteur.flatten))
    colonnes = (*(nom for nom in liste.colonnes if nom not in geojson.COLONNES), *geojson.COLONNES)
    autres = sum(1 for objet in iterate_items(texte, liste.debut, liste.fermeture) if geojson.is_surface(objet[0]))
    if autres:
        reconnu["format"] += f", {autres} géométries autres qu’un point remplacées par un point intérieur"
    if lecteur.projection is not None:
        reconnu["projection"] = f"{lecteur.projection.libelle} (annoncé par le fichier)"
    return Table(lignes, reconnu, colonnes)


def _explore(texte: str) -> tuple[dict[str, Any], list[_Liste], bool]:
    """(members of the root object that are no list of objects, lists of objects, whether one object stands a line)."""
    debut = _skip(texte, 0)
    if texte[debut : debut + 1] == "[":
        liste, fin = _measure(texte, None, debut + 1, "]")
        _check_fin(texte, fin + 1)
        return {}, [liste], False
    if texte[debut : debut + 1] != "{":
        _decode(texte, debut)
        raise SourceError("le fichier n’est pas une liste d’objets")
    racine: dict[str, Any] = {}
    listes: list[_Liste] = []
    fin = _explore_objet(texte, debut + 1, racine, listes)
    if _skip(texte, fin) == len(texte):
        if racine.get("type") == "FeatureCollection" and not any(liste.cle == "features" for liste in listes):
            raise SourceError("la collection GeoJSON n’a pas de liste « features »")
        return racine, listes, False
    liste, _ = _measure(texte, None, debut, "")
    return {}, [liste], True


def _explore_objet(texte: str, position: int, racine: dict[str, Any], listes: list[_Liste]) -> int:
    """Fill the two with the members of the root object; the position after it."""
    position = _skip(texte, position)
    while texte[position : position + 1] != "}":
        if len(racine) + len(listes) > COLONNES_MAX:
            raise SourceError(f"l’objet racine a plus de {COLONNES_MAX} clés")
        cle, position = _decode(texte, position)
        position = _skip(texte, position)
        if not isinstance(cle, str) or texte[position : position + 1] != ":":
            raise _malforme(texte, position)
        position = _skip(texte, position + 1)
        suite = _skip(texte, position + 1)
        if texte[position : position + 1] == "[" and texte[suite : suite + 1] in ("{", "]"):
            liste, position = _measure(texte, cle, position + 1, "]")
            listes.append(liste)
            position += 1
        else:
            racine[cle], position = _decode(texte, position)
        position = _skip(texte, position)
        if texte[position : position + 1] == ",":
            position = _skip_virgule(texte, position, "}")
        elif texte[position : position + 1] != "}":
            raise _malforme(texte, position)
    return position + 1


def _measure(
    texte: str, cle: str | None, debut: int, fermeture: str, *, largeur_max: int | None = COLONNES_MAX
) -> tuple[_Liste, int]:
    """The list whose first item would start there, once each of its items has been decoded; where it ends."""
    connues: dict[str, None] = {}
    nombre, position, premier = 0, debut, None
    for nombre, (objet, fin) in enumerate(iterate_items(texte, debut, fermeture), 1):
        position = fin
        if nombre > LIGNES_MAX:
            raise SourceError(f"le fichier a plus de {LIGNES_MAX} objets")
        if not isinstance(objet, dict):
            continue
        premier = objet if premier is None else premier
        connues.update(dict.fromkeys(geojson.list_colonnes(objet) if geojson.is_feature(premier) else objet))
        if largeur_max is not None and len(connues) > largeur_max:
            nom = clean(list(connues)[largeur_max])
            raise SourceError(
                f"l’objet {nombre} porte les colonnes à plus de {largeur_max} (la première de trop : « {nom} »)"
            )
    liste = _Liste(cle, debut, fermeture, nombre, tuple(connues), geojson.is_feature(premier))
    return liste, _skip(texte, position)


def iterate_items(texte: str, position: int, fermeture: str) -> Iterator[tuple[Any, int]]:
    """(item, position after it) of the list whose first item would start there; raises SourceError."""
    position = _skip(texte, position)
    while texte[position : position + 1] != fermeture:
        valeur, position = _decode(texte, position)
        yield valeur, position
        position = _skip(texte, position)
        if not fermeture:
            continue
        suivant = texte[position : position + 1]
        if suivant == ",":
            position = _skip_virgule(texte, position, fermeture)
        elif suivant != fermeture:
            raise _malforme(texte, position)


def _iterate_lignes(
    texte: str, liste: _Liste, flatten: Callable[[int, dict[str, Any]], Ligne | Reject]
) -> Iterator[Ligne | Reject]:
    for numero, (objet, _) in enumerate(iterate_items(texte, liste.debut, liste.fermeture), 1):
        if not isinstance(objet, dict):
            yield Reject(numero, RejectCode.LIGNE_ILLISIBLE, None, shorten(str(objet)), {})
        elif (redite := find_redite(objet)) is not None:
            constat = "clé écrite deux fois dans le même objet"
            yield Reject(numero, RejectCode.LIGNE_ILLISIBLE, clean(redite), constat, shorten_cellules(objet))
        else:
            ligne = flatten(numero, objet)
            yield check_texte(ligne) if isinstance(ligne, Ligne) else ligne


def _keep(numero: int, objet: dict[str, Any]) -> Ligne:
    """The item as it is, for the sources that know what to expect."""
    return Ligne(numero, {cle: _strip(valeur) for cle, valeur in objet.items()})


def _flatten(numero: int, objet: dict[str, Any]) -> Ligne:
    """The item as text cells, what it nests left as it is."""
    return Ligne(numero, {cle: flatten_valeur(valeur) for cle, valeur in objet.items()})


def flatten_valeur(valeur: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """A value as a cell: booleans as oui and non, empty texts as None, lists and objects as they are."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return _strip(valeur)


def _strip(valeur: Any) -> Any:  # noqa: ANN401  (any JSON value)
    return (valeur.strip() or None) if isinstance(valeur, str) else valeur


def _check_structure(texte: str) -> None:
    """Raise SourceError when the text nests too deep or has an item too large to be decoded at once."""
    mesure = _Mesure()
    position = 0
    try:
        while trouve := _JUSQU_AU_CROCHET.match(texte, position, position + TAILLE_LIGNE_MAX + 1):
            position = trouve.end()
            mesure.note(trouve[1], position)
        mesure.note_reste(len(texte) - position)
    except SourceError as erreur:
        ou = f"ligne {_ligne(texte, position)}" + (f", objet {mesure.objets}" if mesure.objets else "")
        raise SourceError(f"{ou} : {erreur.message}") from erreur


class _Mesure:
    """What the brackets met so far make: items of the list that the root is or holds, and members of the root."""

    _LISTES = (["["], ["{", "["])

    def __init__(self) -> None:
        self.objets = 0
        self._crochets = self._membres = 0
        self._pile: list[str] = []
        self._debut: int | None = None

    def note(self, crochet: str, position: int) -> None:
        """Take one more bracket; raises SourceError when what it opens or ends is beyond the limits."""
        self._crochets += 1
        if self._crochets > _CROCHETS_MAX:
            raise SourceError(f"plus de {_CROCHETS_MAX} crochets et accolades")
        if self._debut is not None and position - self._debut > TAILLE_LIGNE_MAX:
            raise SourceError(f"un objet de plus de {TAILLE_LIGNE_MAX} caractères")
        if crochet in "[{":
            self._open(crochet, position)
        elif self._pile:
            self._pile.pop()
            if len(self._pile) < 3 and self._pile in ([], ["{"], *self._LISTES):
                self._debut = None
            if not self._pile:
                self._membres = 0

    @staticmethod
    def note_reste(caracteres: int) -> None:
        """Take what is left without any bracket; raises SourceError when it is too long to be read."""
        if caracteres > TAILLE_LIGNE_MAX:
            raise SourceError(f"une valeur de plus de {TAILLE_LIGNE_MAX} caractères")

    def _open(self, crochet: str, position: int) -> None:
        if crochet == "{" and len(self._pile) < 3 and self._pile in (["{"], *self._LISTES):
            self._debut = position
            self.objets += 1 if self._pile[-1] == "[" else 0
            if self.objets > LIGNES_MAX:
                raise SourceError(f"plus de {LIGNES_MAX} objets")
        if self._pile == ["{"]:
            self._membres += 1
            if self._membres > COLONNES_MAX:
                raise SourceError(f"plus de {COLONNES_MAX} clés dans l’objet racine")
        self._pile.append(crochet)
        if len(self._pile) > NIVEAUX_MAX + 3:
            raise SourceError(f"plus de {NIVEAUX_MAX} niveaux imbriqués")


def _skip(texte: str, position: int) -> int:
    blancs = _BLANCS.match(texte, position)
    return blancs.end() if blancs else position


def _skip_virgule(texte: str, position: int, fermeture: str) -> int:
    """The position of the item that follows a comma; raises SourceError when the list or the object ends there."""
    position = _skip(texte, position + 1)
    if texte[position : position + 1] in (fermeture, ""):
        raise _malforme(texte, position)
    return position


def _check_fin(texte: str, position: int) -> None:
    if _skip(texte, position) != len(texte):
        raise _malforme(texte, position)


def _decode(texte: str, position: int) -> tuple[Any, int]:
    try:
        valeur, fin = _DECODEUR.raw_decode(texte, position)
    except json.JSONDecodeError as erreur:
        raise _malforme(texte, erreur.pos) from erreur
    except RecursionError as erreur:
        raise SourceError("le fichier imbrique trop de niveaux") from erreur
    return valeur, fin


def _malforme(texte: str, position: int) -> SourceError:
    colonne = position - texte.rfind("\n", 0, position)
    return SourceError(f"le fichier est tronqué ou mal formé (ligne {_ligne(texte, position)}, colonne {colonne})")


def _ligne(texte: str, position: int) -> int:
    return texte.count("\n", 0, position) + 1


def _build_objet(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    objet = dict(paires)
    if len(objet) == len(paires):
        return objet
    redit = ObjetRedit(objet)
    vues: set[str] = set()
    for cle, _ in paires:
        if cle in vues:
            redit.cle = cle
            break
        vues.add(cle)
    return redit


_DECODEUR = json.JSONDecoder(
    object_pairs_hook=_build_objet,
    parse_float=str,
    parse_int=str,
    parse_constant=lambda constante: None if constante == "NaN" else constante,
)
