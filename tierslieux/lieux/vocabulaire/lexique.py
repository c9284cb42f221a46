"""The vocabulary of needs, read from its file: which words lead to which need, service and kinds. Pure but for reading.

How the file is written and maintained: geodata/vocabulaire/README.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tierslieux.config import RACINE
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import TiersLieuxError
from tierslieux.lieux.enums import Besoin, Genre, Service, find_besoins
from tierslieux.lieux.vocabulaire.flexions import list_flexions, strip_pluriel
from tierslieux.territoires.noms import build_cle

T = TypeVar("T", bound=Libelle)

FICHIER = RACINE / "geodata" / "vocabulaire" / "besoins.toml"

# How much a phrase weighs against another of the same text: 1 the bare tool, 2 a subject, 5 what settles the matter.
FORCES = range(1, 6)
FORCE_DEFAUT = 2
_CHAMPS = frozenset({"id", "sujet", "besoin", "service", "genres", "nomme", "force", "phrases"})
_TABLES = frozenset({"petits_mots", "mots_ordinaires", "expressions", "refus", "variantes", "entree"})


class LexiqueError(TiersLieuxError):
    """The file of the vocabulary is wrong; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Entree:
    """One line of thought of people: phrases, and where they lead.

    `sujet` is what to call it in front of people. `nomme`: the phrases name the first kind itself ("fablab"), so that
    this kind is wanted and no other; else kinds are those that answer best. `force` is one of FORCES.
    """

    id: str
    sujet: str
    besoin: Besoin | None
    service: Service | None
    genres: tuple[Genre, ...]
    nomme: bool
    force: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that lead to an entry: their canonical forms, in any order in a text, and the phrase as it is written."""

    mots: frozenset[str]
    texte: str
    entree: Entree


@dataclass(frozen=True, slots=True)
class Lexique:
    """The vocabulary, ready for reading texts.

    `petits` mean nothing by themselves; `ordinaires` are words near those of the vocabulary and none of them; `ecrits`
    are the words of the file itself. `formes` gives the canonical word of each form, `groupes` that of several words
    written for one ("mot de passe"), longest first at the same beginning; a None stands for words that mean nothing.
    """

    entrees: tuple[Entree, ...]
    petits: frozenset[str]
    ordinaires: frozenset[str]
    ecrits: frozenset[str]
    formes: Mapping[str, str]
    groupes: Mapping[str, tuple[tuple[tuple[str, ...], str | None], ...]]
    refus: tuple[tuple[str, ...], ...]
    phrases: Mapping[str, tuple[Phrase, ...]]

    def find_canonique(self, mot: str) -> str | None:
        """The canonical word of a form, its plural set apart; None when the vocabulary does not know it."""
        return self.formes.get(mot) or self.formes.get(strip_pluriel(mot))


@cache
def get_lexique() -> Lexique:
    """The vocabulary of the installation, read once."""
    return load_lexique(FICHIER)


def load_lexique(chemin: Path) -> Lexique:
    """Read and check a file of vocabulary; raises LexiqueError."""
    try:
        brut = tomllib.loads(chemin.read_text(encoding="utf-8"))
    except OSError as erreur:
        raise LexiqueError(f"{chemin}: cannot be read ({erreur.strerror})") from erreur
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
        raise LexiqueError(f"{chemin}: not a TOML file: {erreur}") from erreur
    return build_lexique(brut)


def build_lexique(brut: Mapping[str, Any]) -> Lexique:
    """Check what the file says and build the vocabulary; raises LexiqueError."""
    if inconnues := sorted(set(brut) - _TABLES):
        raise LexiqueError(f"unknown table {inconnues[0]!r}; expected one of: {', '.join(sorted(_TABLES))}")
    petits = frozenset(build_cle(str(brut.get("petits_mots", ""))).split())
    variantes = _read_variantes(brut.get("variantes", {}), petits)
    lues = [(_read_entree(table), table["phrases"]) for table in brut.get("entree", [])]
    ecrits = frozenset(mot for _, textes in lues for texte in textes for mot in build_cle(texte).split()) - petits
    lexique = Lexique(
        entrees=tuple(entree for entree, _ in lues),
        petits=petits,
        ordinaires=frozenset(build_cle(str(brut.get("mots_ordinaires", ""))).split()),
        ecrits=ecrits | {mot for mots, _ in variantes if len(mots) == 1 for mot in mots},
        formes=_build_formes(variantes, ecrits),
        groupes=_group(
            [(mots, tete) for mots, tete in variantes if len(mots) > 1]
            + [(tuple(build_cle(texte).split()), None) for texte in brut.get("expressions", [])]
        ),
        refus=tuple(tuple(build_cle(texte).split()) for texte in brut.get("refus", [])),
        phrases={},
    )
    return replace(lexique, phrases=_build_phrases(lexique, lues))


def split_groupes(mots: Sequence[str], lexique: Lexique) -> list[tuple[str | None, int, int]]:
    """The words with groups made one: (canonical word of a group, or the word itself, or None), begin, end."""
    morceaux: list[tuple[str | None, int, int]] = []
    rang = 0
    while rang < len(mots):
        for groupe, tete in lexique.groupes.get(mots[rang], ()):
            if tuple(mots[rang : rang + len(groupe)]) == groupe:
                morceaux.append((tete, rang, rang + len(groupe)))
                rang += len(groupe)
                break
        else:
            morceaux.append((mots[rang], rang, rang + 1))
            rang += 1
    return morceaux


def _read_variantes(table: Mapping[str, Sequence[str]], petits: frozenset[str]) -> list[tuple[tuple[str, ...], str]]:
    """Each other writing, as words, and the word that it stands for; a writing stands for one word only."""
    vues: dict[tuple[str, ...], str] = {}
    for tete, ecritures in table.items():
        for ecriture in ecritures:
            mots = tuple(build_cle(ecriture).split())
            if len(mots) == 1 and mots[0] in petits:
                raise LexiqueError(f"variantes: {ecriture!r} stands for {tete!r} and among petits_mots")
            if vues.setdefault(mots, tete) != tete:
                raise LexiqueError(f"variantes: {ecriture!r} stands for {vues[mots]!r} and for {tete!r}")
        vues.setdefault((tete,), tete)
    return list(vues.items())


def _read_entree(table: Mapping[str, Any]) -> Entree:
    nom = str(table.get("id", "?"))
    if inconnus := sorted(set(table) - _CHAMPS):
        raise LexiqueError(f"entree {nom!r}: unknown field {inconnus[0]!r}; expected: {', '.join(sorted(_CHAMPS))}")
    for champ in ("id", "sujet", "phrases"):
        if not table.get(champ):
            raise LexiqueError(f"entree {nom!r}: {champ} is missing")
    force = table.get("force", FORCE_DEFAUT)
    if force not in FORCES:
        raise LexiqueError(f"entree {nom!r}: force is {force!r}; expected {FORCES[0]} to {FORCES[-1]}")
    entree = Entree(
        id=nom,
        sujet=table["sujet"],
        besoin=_read_code(Besoin, table, "besoin"),
        service=_read_code(Service, table, "service"),
        genres=tuple(_parse_code(Genre, code, nom, "genres") for code in table.get("genres", ())),
        nomme=bool(table.get("nomme", False)),
        force=force,
    )
    _check_entree(entree)
    return entree


def _check_entree(entree: Entree) -> None:
    """What an entry promises is what places answer: people would be led to places that do not help them."""
    besoin = entree.besoin
    if besoin is None and not (entree.nomme and entree.genres):
        raise LexiqueError(f"entree {entree.id!r}: no besoin, and no kind that it names")
    if entree.nomme and not entree.genres:
        raise LexiqueError(f"entree {entree.id!r}: nomme says that genres has the kind that phrases name")
    if entree.service and besoin not in (reponses := find_besoins([], [entree.service])):
        raise LexiqueError(f"entree {entree.id!r}: service answers {reponses[0].value!r}, not {besoin!r}")
    if entree.nomme and besoin and besoin not in find_besoins(entree.genres[:1], []):
        raise LexiqueError(f"entree {entree.id!r}: places of kind {entree.genres[0].value!r} do not answer {besoin!r}")


def _read_code(vocabulaire: type[T], table: Mapping[str, Any], champ: str) -> T | None:
    return _parse_code(vocabulaire, table[champ], table["id"], champ) if champ in table else None


def _parse_code(vocabulaire: type[T], code: str, nom: str, champ: str) -> T:
    try:
        return vocabulaire(code)
    except ValueError:
        connus = ", ".join(membre.value for membre in vocabulaire)
        raise LexiqueError(f"entree {nom!r}: {champ} is {code!r}; expected one of: {connus}") from None


def _group(
    ecritures: Iterable[tuple[tuple[str, ...], str | None]],
) -> dict[str, tuple[tuple[tuple[str, ...], str | None], ...]]:
    par_debut: dict[str, list[tuple[tuple[str, ...], str | None]]] = {}
    for mots, tete in ecritures:
        par_debut.setdefault(mots[0], []).append((mots, tete))
    return {debut: tuple(sorted(liste, key=lambda e: -len(e[0]))) for debut, liste in par_debut.items()}


def _build_formes(variantes: Sequence[tuple[tuple[str, ...], str]], ecrits: Iterable[str]) -> dict[str, str]:
    """Canonical word by form. A word that stands in the file outranks a form that is built by rule."""
    formes = {mots[0]: tete for mots, tete in variantes if len(mots) == 1}
    for mot in sorted(ecrits):
        formes.setdefault(mot, strip_pluriel(mot) if strip_pluriel(mot) not in formes else formes[strip_pluriel(mot)])
    for mot, tete in sorted(formes.items()):
        formes.setdefault(strip_pluriel(mot), tete)
    for mot, tete in sorted(formes.items()):
        for flexion in list_flexions(mot):
            formes.setdefault(flexion, tete)
    return formes


def _build_phrases(lexique: Lexique, lues: Iterable[tuple[Entree, Sequence[str]]]) -> dict[str, tuple[Phrase, ...]]:
    """Phrases by one of their words: the one that fewest phrases share, so that a text meets few of them."""
    ids: set[str] = set()
    vues: dict[frozenset[str], Phrase] = {}
    for entree, textes in lues:
        if entree.id in ids:
            raise LexiqueError(f"entree {entree.id!r} stands twice")
        ids.add(entree.id)
        for texte in textes:
            phrase = Phrase(_read_mots(texte, lexique), texte, entree)
            if not phrase.mots:
                raise LexiqueError(f"entree {entree.id!r}: {texte!r} holds only words that lead nowhere (petits_mots)")
            autre = vues.setdefault(phrase.mots, phrase)
            if autre is not phrase:
                raise LexiqueError(
                    f"entree {entree.id!r}: {texte!r} stands already in {autre.entree.id!r} as {autre.texte!r}"
                )
    usages: dict[str, int] = {}
    for connus in vues:
        for mot in connus:
            usages[mot] = usages.get(mot, 0) + 1
    index: dict[str, list[Phrase]] = {}
    for phrase in vues.values():
        index.setdefault(min(sorted(phrase.mots), key=lambda mot: usages[mot]), []).append(phrase)
    return {mot: tuple(phrases) for mot, phrases in index.items()}


def _read_mots(texte: str, lexique: Lexique) -> frozenset[str]:
    """The canonical words of a phrase of the file, without small words."""
    mots: set[str] = set()
    for mot, _, _ in split_groupes(build_cle(texte).split(), lexique):
        canonique = lexique.find_canonique(mot) if mot is not None else None
        if canonique is not None:
            mots.add(canonique)
    return frozenset(mots)
