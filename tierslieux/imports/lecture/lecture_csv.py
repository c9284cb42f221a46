"""CSV files: separator and header recognised by the first lines, each row numbered by the line where it starts."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture.encodages import open_texte, recognise_encodage
from tierslieux.imports.lecture.lignes import (
    LIGNES_ENTETE,
    TAILLE_LIGNE_MAX,
    Ligne,
    Table,
    bound_lignes,
    build_entete,
    build_ligne,
    find_entete,
)

if TYPE_CHECKING:
    from _csv import Reader as Lecteur

# What separates cells, with the words people read.
SEPARATEURS: Mapping[str, str] = MappingProxyType(
    {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}
)
# A cell may hold line ends: real presentations have up to eight lines, in few of the rows.
_LIGNES_PHYSIQUES_MAX = 500_000
# A cell beyond this is a quote that nobody closed: the longest real presentation has 9,000 signs.
_TAILLE_CELLULE_MAX = 131_072
# Excel writes the separator on a first line of its own.
_SEP = re.compile(r'"?sep=(?P<separateur>.)"?(\r\n|\r|\n)', re.IGNORECASE)
_COMMENTAIRE = "#"
_SIGNES = "".join(SEPARATEURS) + ' "'


def read_csv(contenu: bytes, *, colonnes: Sequence[str], separateurs: Sequence[str] = (",", ";", "\t")) -> Table:
    """Rows of a CSV file whose first line has at least these columns; raises SourceError.

    Empty cells are None. Spaces around the names of columns are dropped. Lines without any value are not rows.
    """
    texte = _Texte(contenu)
    separateur, entete = _find_colonnes(texte, colonnes, separateurs)
    return _build_table(texte, separateur, entete, 0, separateur)


def read_csv_quelconque(contenu: bytes) -> Table:
    """Rows of any CSV file: separator, comments and header recognised by its first lines; raises SourceError."""
    texte = _Texte(contenu)
    separateur, rang = _find_separateur(texte)
    debut = texte.list_premieres(separateur)
    entete = build_entete(debut[rang], debut[rang + 1 :], ou="l’en-tête")
    return _build_table(texte, separateur, entete, rang, SEPARATEURS.get(separateur, separateur))


def _build_table(texte: _Texte, separateur: str, entete: Sequence[str], rang: int, dit: str) -> Table:
    reconnu = {"format": "CSV", "encodage": texte.encodage.libelle, "separateur": dit}
    lignes = bound_lignes(_iterate_csv(texte, separateur, entete, rang))
    return Table(lignes, reconnu, tuple(nom for nom in entete if nom))


class _Texte:
    """A text of bounded lines: how many they are, whether the last is ended, and its first rows."""

    def __init__(self, contenu: bytes) -> None:
        self._contenu = contenu
        self.encodage = recognise_encodage(contenu)
        self.lignes = _count_lignes(contenu)
        self.finie = contenu.endswith((b"\n", b"\r", b"\n\x00", b"\r\x00"))

    def open(self) -> io.TextIOWrapper:
        """The text from its beginning."""
        return open_texte(self._contenu, self.encodage)

    def list_premieres(self, separateur: str) -> list[list[str]]:
        """The first rows, blank ones too, as far as they can be read with this separator."""
        lecteur = _build_lecteur(self.open(), separateur)
        lignes: list[list[str]] = []
        while len(lignes) < LIGNES_ENTETE:
            try:
                lignes.append(next(lecteur))
            except (StopIteration, csv.Error):
                break
        return lignes


def _count_lignes(contenu: bytes) -> int:
    """How many lines, whatever ends them; raises SourceError when one of them or their number is too large."""
    taille = len(contenu)
    debut, numero, saut, retour = 0, 0, -1, -1
    while debut < taille:
        if saut < debut:
            saut = contenu.find(b"\n", debut)
            saut = taille if saut < 0 else saut
        if retour < debut:
            retour = contenu.find(b"\r", debut)
            retour = taille if retour < 0 else retour
        fin = min(retour, saut)
        numero += 1
        if fin - debut > TAILLE_LIGNE_MAX:
            raise SourceError(f"la ligne {numero} a {fin - debut} octets, au plus {TAILLE_LIGNE_MAX} sont lus")
        if numero > _LIGNES_PHYSIQUES_MAX:
            raise SourceError(f"le fichier a plus de {_LIGNES_PHYSIQUES_MAX} lignes")
        debut = fin + (2 if saut == retour + 1 and fin == retour else 1)
    return numero


def _find_colonnes(texte: _Texte, colonnes: Sequence[str], separateurs: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    essais: list[tuple[int, str, list[list[str]]]] = []
    for separateur in separateurs:
        lignes = texte.list_premieres(separateur) or [[]]
        noms = [nom.strip() for nom in lignes[0]]
        essais.append((sum(nom in noms for nom in colonnes), separateur, lignes))
    reconnues, separateur, lignes = max(essais, key=lambda essai: essai[0])
    if reconnues < len(colonnes):
        noms = [nom.strip() for nom in lignes[0]]
        absentes = ", ".join(f"« {nom} »" for nom in colonnes if nom not in noms)
        raise SourceError(f"colonnes absentes : {absentes}")
    return separateur, build_entete(lignes[0], lignes[1:], ou="l’en-tête")


def _find_separateur(texte: _Texte) -> tuple[str, int]:
    """The separator and the rank of the header among the rows.

    The separator is the one that cuts most of the first lines in as many cells, and in many: a comma of an address
    cuts them in various ways, and one that stands in each of them makes two cells where the true one makes twenty.
    """
    with texte.open() as flux:
        annonce = _SEP.match(flux.readline())
    if annonce:
        separateur = annonce["separateur"]
        return separateur, 1 + _find_entete(texte.list_premieres(separateur)[1:])
    notes: list[tuple[float, str, int]] = []
    for separateur in SEPARATEURS:
        lignes = texte.list_premieres(separateur)
        largeurs = [len(ligne) for ligne in lignes if "".join(ligne).strip(_SIGNES)]
        if largeurs:
            largeur, nombre = max(Counter(largeurs).items(), key=lambda paire: (paire[1] * (paire[0] - 1), paire[0]))
            notes.append((nombre / len(largeurs) * (largeur - 1), separateur, _find_entete(lignes)))
    if not notes:
        raise SourceError("aucune ligne ne peut être lue : le fichier n’est pas du CSV")
    _, separateur, rang = max(notes, key=lambda note: note[0])
    return separateur, rang


def _find_entete(lignes: Sequence[Sequence[str]]) -> int:
    """The rank of the header, below comments and titles; a comment as wide as the row below it is a header."""
    for rang, ligne in enumerate(lignes):
        commente = any(ligne) and ligne[0].startswith(_COMMENTAIRE)
        if any(ligne) and not (commente and any(len(suite) != len(ligne) for suite in lignes[rang + 1 :][:1])):
            return rang + find_entete(lignes[rang:])
    return 0


def _build_lecteur(flux: Iterable[str], separateur: str, *, strict: bool = False) -> Lecteur:
    # The bound belongs to the whole process, and some libraries raise it for everybody when they are imported.
    csv.field_size_limit(_TAILLE_CELLULE_MAX)
    return csv.reader(flux, delimiter=separateur, strict=strict)


def _iterate_csv(texte: _Texte, separateur: str, entete: Sequence[str], rang_entete: int) -> Iterator[Ligne | Reject]:
    # What stands above the header may have a quote of its own: it is skipped as list_premieres read it.
    flux = texte.open()
    souple = _build_lecteur(flux, separateur)
    for _ in itertools.islice(souple, rang_entete + 1):
        pass
    sautees = souple.line_num
    lecteur = _build_lecteur(flux, separateur, strict=True)
    while True:
        numero = sautees + lecteur.line_num + 1
        try:
            cellules = next(lecteur)
        except StopIteration:
            return
        except csv.Error as erreur:
            if "unexpected end of data" in str(erreur):
                raise SourceError(f"le fichier est tronqué : guillemet sans fin ligne {numero}") from erreur
            if "field larger than field limit" in str(erreur):
                # What follows is read with quotes the wrong way round: nothing of it can be trusted.
                raise SourceError(f"une cellule de la ligne {numero} ne finit pas : guillemet oublié ?") from erreur
            yield Reject(numero, RejectCode.LIGNE_ILLISIBLE, None, str(erreur), {})
            continue
        if not any(cellule.strip() for cellule in cellules):
            continue
        if len(cellules) < len(entete) and not texte.finie and sautees + lecteur.line_num >= texte.lignes:
            raise SourceError(f"le fichier est tronqué : la ligne {numero} s’arrête au milieu")
        yield build_ligne(numero, entete, cellules)
