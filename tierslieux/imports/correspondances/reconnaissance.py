"""What a file given by somebody is, and which column says what: a proposal that a person checks.

A model shipped with the program first (its columns are there), then each other column by its name and by what it holds.
Never two columns for one target. Pure: nothing is read but the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import islice
from pathlib import PurePath
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Source
from tierslieux.imports.correspondances.correspondance import build_parse
from tierslieux.imports.correspondances.declaration import Lecteur, list_modeles, load_modele
from tierslieux.imports.correspondances.entrees import name_colonnes
from tierslieux.imports.correspondances.indices import find_genres, is_belie, is_code_postal, score_contenu
from tierslieux.imports.correspondances.synonymes import CIBLES, score_nom
from tierslieux.imports.correspondances.vocabulaires import VOCABULAIRES, build_cle_terme
from tierslieux.imports.etapes.confidentialite import is_colonne_personne, scrub_texte
from tierslieux.imports.lecture.lecture import Ligne, read_table
from tierslieux.imports.lecture.projections import parse_nombre
from tierslieux.imports.registre import SOURCES

__all__ = ["CIBLES", "Colonne", "Proposition", "propose"]

# Rows whose cells are looked at.
ECHANTILLON = 400
EXEMPLES = 3
# A model is recognised when half of the file's columns are its own, and at least this many.
PART_MODELE_MIN = 0.5
COLONNES_MODELE_MIN = 6
# Name and content count for as much; a name alone, or a content that nothing else looks like, is enough.
SCORE_MIN = 0.45
# Targets that share a column with another one, which has it first.
_DERNIERES = ("genres", "typologies", "prises_en_charge", "formations_labels", "autres_formations_labels")
# Targets that what a column holds is enough to tell, whatever its name.
_PARLANTES = ("courriel", "telephone", "pivot", "site_web", "horaires", "coordonnees", "services", "adresse")
# Columns beyond a national schema by which a publisher is told from the others ("source" is many's).
PROPRES_MIN = 3
# A column that nothing names must hold this many different values to tell anything by them.
_DISTINCTES_MIN = 3
# Kinds of a column are mapped value by value only when it holds a list of kinds, not free text.
GENRES_MAX = 60
# What identifies a place when no column does, as many of them as there are.
EMPREINTE = ("nom", "adresse", "code_postal", "commune_code", "commune_nom")


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column of the file, its first different values, and the target proposed for it, None for none."""

    nom: str
    exemples: tuple[str, ...]
    champ: str | None


@dataclass(frozen=True, slots=True)
class Proposition:
    """What a file looks like: `declaration` has the tables [lecture], [colonnes]… that build_parse takes.

    `source_id` is a registered source of which it is an edition. `reconnu` says the rest in French, by the keys of
    RECONNU. `lues` counts the rows.
    """

    reconnu: Mapping[str, str]
    modele: str | None
    source_id: str | None
    colonnes: tuple[Colonne, ...]
    lues: int
    declaration: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Echantillon:
    """The file's columns, the filled cells of each in the first rows, and whether all rows fill it differently."""

    colonnes: tuple[str, ...]
    cellules: Mapping[str, list[str]]
    uniques: frozenset[str]
    lues: int
    reconnu: Mapping[str, str]


def propose(contenu: bytes, nom: str) -> Proposition:
    """Recognise a file by its bytes, with the help of its name; raises SourceError when it cannot be read at all."""
    echantillon = _read_echantillon(contenu, nom)
    modele, connues = _find_modele(echantillon)
    champs = _assign(echantillon, connues, _list_dits(modele, echantillon) if modele else frozenset())
    declaration = _build_declaration(echantillon, modele, connues, champs)
    declaration, constats = _try(declaration, contenu)
    source = _find_source(echantillon.colonnes, nom)
    gardees = {colonne: champ for champ, colonne in connues.items()}
    gardees |= {colonne: champ for colonne, champ in champs.items() if champ in declaration["colonnes"]}
    return Proposition(
        reconnu={**echantillon.reconnu, **constats},
        modele=modele,
        source_id=source.id if source else None,
        colonnes=tuple(_build_colonne(colonne, echantillon, gardees.get(colonne)) for colonne in echantillon.colonnes),
        lues=echantillon.lues,
        declaration=declaration,
    )


def _read_echantillon(contenu: bytes, nom: str) -> _Echantillon:
    table = read_table(contenu, nom=nom)
    cellules: dict[str, list[str]] = {colonne: [] for colonne in table.colonnes}
    vues: dict[str, set[str]] = {colonne: set() for colonne in table.colonnes}
    candidates = set(table.colonnes)
    lues = lisibles = 0
    for ligne in table.lignes:
        lues += 1
        if not isinstance(ligne, Ligne):
            continue
        lisibles += 1
        if lisibles <= ECHANTILLON:
            for colonne, liste in cellules.items():
                texte = _read_texte(ligne.cellules.get(colonne))
                if texte:
                    liste.append(texte)
        for colonne in list(candidates):
            valeur = ligne.cellules.get(colonne)
            if not isinstance(valeur, str) or valeur in vues[colonne]:
                candidates.discard(colonne)
                vues[colonne] = set()
            else:
                vues[colonne].add(valeur)
    return _Echantillon(table.colonnes, cellules, frozenset(candidates if lisibles else ()), lues, dict(table.reconnu))


def _read_texte(valeur: Any) -> str | None:  # noqa: ANN401  (any JSON value)
    if isinstance(valeur, list):
        return "|".join(element for element in valeur if isinstance(element, str)) or None
    return valeur if isinstance(valeur, str) else None


def _find_modele(echantillon: _Echantillon) -> tuple[str | None, dict[str, str]]:
    """(the model whose columns the file has, None for none; target → column of the file that it reads).

    Every model that fits is scored by how many of the file's columns are its own.
    """
    meilleur: tuple[float, str, dict[str, str]] | None = None
    presentes = frozenset(echantillon.colonnes)
    for nom in list_modeles():
        entrees = load_modele(nom, Lecteur(nom))["colonnes"]
        lues = {champ: name_colonnes(entree) for champ, entree in entrees.items()}
        communes = {colonne.partition("[].")[0] for colonnes in lues.values() for colonne in colonnes} & presentes
        essentielles = all(presentes.intersection(lues[champ]) for champ in ("identifiant", "nom"))
        part = len(communes) / max(len(presentes), 1)
        if essentielles and len(communes) >= COLONNES_MODELE_MIN and part >= PART_MODELE_MIN:
            connues = _choose_colonnes(lues, presentes)
            if meilleur is None or part > meilleur[0]:
                meilleur = (part, nom, connues)
    return (meilleur[1], meilleur[2]) if meilleur else (None, {})


def _choose_colonnes(lues: Mapping[str, list[str]], presentes: frozenset[str]) -> dict[str, str]:
    """Target → the column of the file that says it best, each once.

    Several targets read one column (labels are programmes and kinds): the one that is most often meant has it. Of the
    columns that make an identifier, the last is the identifier itself.
    """
    connues: dict[str, str] = {}
    for champ in sorted(lues, key=lambda champ: _DERNIERES.index(champ) if champ in _DERNIERES else -1):
        ordre = reversed(lues[champ]) if champ == "identifiant" else lues[champ]
        libres = [colonne for colonne in ordre if colonne in presentes and colonne not in connues.values()]
        if libres:
            connues[champ] = libres[0]
    return connues


def _list_dits(modele: str, echantillon: _Echantillon) -> frozenset[str]:
    """Targets that the model says of this file, by a column of it or for every row."""
    presentes = frozenset(echantillon.colonnes)
    entrees = load_modele(modele, Lecteur(modele))["colonnes"]
    return frozenset(
        champ
        for champ, entree in entrees.items()
        if "constante" in str(entree) or presentes.intersection(c.partition("[].")[0] for c in name_colonnes(entree))
    )


def _assign(echantillon: _Echantillon, connues: Mapping[str, str], dits: frozenset[str]) -> dict[str, str]:
    """Column → target for the columns that the model does not know, the surest first, each target once."""
    prises = set(connues.values())
    libres = [c for c in echantillon.colonnes if c not in prises and not is_colonne_personne(c)]
    essais: list[tuple[float, int, str, str]] = []
    for rang, colonne in enumerate(libres):
        for champ, score in _score(colonne, echantillon).items():
            if champ not in dits and score >= SCORE_MIN:
                essais.append((score, -rang, colonne, champ))
    champs: dict[str, str] = {}
    for _, _, colonne, champ in sorted(essais, reverse=True):
        if colonne not in champs and champ not in champs.values():
            champs[colonne] = champ
    _pair_coordonnees(champs, dits, echantillon)
    if "nom" not in dits and "nom" not in champs.values():
        nom = _find_nom(libres, champs, echantillon)
        if nom is not None:
            champs[nom] = "nom"
    return champs


def _score(colonne: str, echantillon: _Echantillon) -> dict[str, float]:
    """How much a column says each target: its name and what it holds, half and half; belied ones are left out."""
    cellules = echantillon.cellules[colonne]
    noms = score_nom(colonne)
    scores: dict[str, float] = {}
    for champ in {*noms, *_PARLANTES, *(("code_postal",) if "commune_code" in noms else ())}:
        par_nom = noms.get(champ, 0.0)
        part = score_contenu(champ, cellules, seul=not par_nom)
        if is_belie(champ, part, len(cellules)) or (not par_nom and (part or 0) < 0.9):
            continue
        if not par_nom and len(set(cellules)) < _DISTINCTES_MIN:
            continue
        if champ == "code_postal" and not par_nom and not is_code_postal(cellules):
            continue
        if champ == "identifiant" and colonne not in echantillon.uniques:
            continue
        # Without cells or without test, a name is half as sure.
        scores[champ] = par_nom / 2 + (0.25 if part is None else part / 2)
    return scores


def _pair_coordonnees(champs: dict[str, str], dits: frozenset[str], echantillon: _Echantillon) -> None:
    """Keep both coordinates or none, and put them the right way round when the columns hold each other's degrees."""
    if "longitude" in dits:
        return
    par_champ = {champ: colonne for colonne, champ in champs.items()}
    x, y = par_champ.get("longitude"), par_champ.get("latitude")
    if x is None or y is None:
        for colonne in filter(None, (x, y)):
            del champs[colonne]
        return
    for colonne in [c for c, champ in champs.items() if champ == "coordonnees"]:
        del champs[colonne]
    milieux = [_compute_milieu(echantillon.cellules[colonne]) for colonne in (x, y)]
    # In the métropole longitudes are from -5 to 10 and latitudes from 41 to 51: nothing else can be meant.
    if milieux[0] is not None and milieux[1] is not None and 41 <= milieux[0] <= 52 and -6 <= milieux[1] <= 10:
        champs[x], champs[y] = "latitude", "longitude"


def _compute_milieu(cellules: Iterable[str]) -> float | None:
    nombres = sorted(nombre for cellule in cellules if (nombre := parse_nombre(cellule)) is not None)
    return nombres[len(nombres) // 2] if nombres else None


def _find_nom(libres: Sequence[str], champs: Mapping[str, str], echantillon: _Echantillon) -> str | None:
    """The column of words that differs most from one row to the next: names do, kinds and communes do not."""

    def compute_diversite(colonne: str) -> float:
        cellules = echantillon.cellules[colonne]
        part = score_contenu("nom", cellules) or 0
        longueur = sum(map(len, cellules)) / len(cellules) if cellules else 0
        return part * len(set(cellules)) / len(cellules) if cellules and 5 <= longueur <= 80 else 0.0

    restantes = [colonne for colonne in libres if colonne not in champs]
    meilleure = max(restantes, key=compute_diversite, default=None)
    return meilleure if meilleure is not None and compute_diversite(meilleure) > 0.8 else None


def _build_declaration(
    echantillon: _Echantillon, modele: str | None, connues: Mapping[str, str], champs: Mapping[str, str]
) -> dict[str, Any]:
    colonnes: dict[str, Any] = {champ: _build_entree(champ, colonne, echantillon) for colonne, champ in champs.items()}
    lecture: dict[str, Any] = {}
    if modele is not None:
        # Required of the publisher's own file, not of one that only looks like it.
        requises = [connues[champ] for champ in ("identifiant", "nom") if champ in connues]
        lecture["obligatoires"] = [*requises, *champs]
    identifiant = connues.get("identifiant")
    if (identifiant is None and "identifiant" not in colonnes) or (
        identifiant is not None and identifiant not in echantillon.uniques
    ):
        par_champ = {**connues, **{champ: colonne for colonne, champ in champs.items()}}
        composantes = [par_champ[champ] for champ in EMPREINTE if champ in par_champ]
        if identifiant is None and composantes:
            colonnes["identifiant"] = {"empreinte": composantes}
    ordonnees = {champ: colonnes[champ] for champ in CIBLES if champ in colonnes}
    declaration: dict[str, Any] = {"modele": modele} if modele else {}
    return declaration | ({"lecture": lecture} if lecture else {}) | {"colonnes": ordonnees}


def _build_entree(champ: str, colonne: str, echantillon: _Echantillon) -> Any:  # noqa: ANN401  (as in a TOML file)
    """The entry of a column: itself, or with what its values need to be understood."""
    cellules = echantillon.cellules[colonne]
    if champ == "genres":
        valeurs = _map_genres(cellules)
        return {"colonne": colonne, "vocabulaire": "genres", **({"valeurs": valeurs} if valeurs else {})}
    if champ in {"telephone", "courriel", "site_web"} and any("|" in cellule for cellule in cellules):
        return {"colonne": colonne, "separateur": "|"}
    if champ in {"code_postal", "commune_code", "identifiant"} and cellules and all(c.endswith(".0") for c in cellules):
        return {"colonne": colonne, "sans_suffixe": ".0"}
    return colonne


def _map_genres(cellules: Sequence[str]) -> dict[str, str]:
    """The kind that each value names in common words ("Médiathèque municipale"), for those that no vocabulary has."""
    termes = {terme.strip() for cellule in cellules for terme in cellule.replace("|", ";").split(";") if terme.strip()}
    if len(termes) > GENRES_MAX:
        return {}
    valeurs: dict[str, str] = {}
    for terme in sorted(termes):
        genres = () if build_cle_terme(terme) in VOCABULAIRES["genres"] else find_genres(terme)
        if genres:
            valeurs[terme] = genres[0]
    return valeurs


def _try(declaration: dict[str, Any], contenu: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """(the declaration, what reading the file by it recognises); coordinates of no known system are left out."""
    if "nom" not in declaration["colonnes"] and "modele" not in declaration:
        return declaration, {}
    constats = _describe_identifiant(declaration)
    try:
        lecture = build_parse(declaration)(contenu)
        next(iter(lecture), None)
    except SourceError:
        sans = {c: e for c, e in declaration["colonnes"].items() if c not in {"longitude", "latitude", "coordonnees"}}
        if sans == declaration["colonnes"]:
            return declaration, constats
        constats["projection"] = "non reconnu : position laissée de côté"
        return {**declaration, "colonnes": sans}, constats
    return declaration, {**constats, **lecture.reconnu}


def _describe_identifiant(declaration: Mapping[str, Any]) -> dict[str, str]:
    """A file without a column of identifiers: what stands for one, said in French."""
    entree = declaration["colonnes"].get("identifiant")
    if not isinstance(entree, Mapping) or "empreinte" not in entree:
        return {}
    noms = [f"« {colonne} »" for colonne in entree["empreinte"]]
    if len(noms) == 1:
        return {"identifiant": f"aucune colonne unique : {noms[0]} en tient lieu"}
    return {"identifiant": f"aucune colonne unique : {', '.join(noms[:-1])} et {noms[-1]} en tiennent lieu"}


def _find_source(colonnes: Sequence[str], nom: str) -> Source | None:
    """The registered source of which the file is an edition: it has all its columns, and its name when several fit."""
    presentes = frozenset(colonnes)
    possibles = [source for source in SOURCES if source.motif_fichier and presentes.issuperset(source.colonnes)]
    fichier = PurePath(nom).name
    nommees = [s for s in possibles if s.motif_fichier and fnmatch(fichier, PurePath(s.motif_fichier).name)]
    if len(nommees) == 1:
        return nommees[0]
    propres = [source for source in possibles if _has_propres(source)]
    return propres[0] if len(propres) == 1 else None


def _has_propres(source: Source) -> bool:
    """Whether the source needs several columns beyond a model's, which say nothing of who publishes it."""
    modele = (source.correspondance or {}).get("modele")
    if modele is None or modele == source.id:
        return True
    entrees = load_modele(modele, Lecteur(modele))["colonnes"]
    communes = {c for entree in entrees.values() for c in name_colonnes(entree)}
    return len(set(source.colonnes) - communes) >= PROPRES_MIN


def _build_colonne(colonne: str, echantillon: _Echantillon, champ: str | None) -> Colonne:
    """The column with its examples, without any person."""
    distinctes = dict.fromkeys(echantillon.cellules[colonne])
    exemples = (
        () if is_colonne_personne(colonne) else tuple(islice(filter(None, map(scrub_texte, distinctes)), EXEMPLES))
    )
    return Colonne(colonne, exemples, champ)
