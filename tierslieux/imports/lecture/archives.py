"""ZIP archives, which workbooks are too: what they hold is measured before and while it is decompressed.

Nothing is written on disk, and no member is decompressed beyond what the archive declares of it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from tierslieux.core.errors import SourceError
from tierslieux.imports.lecture.lignes import TAILLE_FICHIER_MAX, shorten

# An archive of data has one or two files, with notes; a workbook has one part a sheet, a picture, a comment.
ENTREES_MAX = 20
ENTREES_CLASSEUR_MAX = 1_000
# Twice the largest file that is read, for an archive of two.
TAILLE_DECOMPRESSEE_MAX = 200_000_000
# Real tables are compressed 5 to 30 times; under this size, an empty sheet that is compressed more does no harm.
RATIO_MAX = 100
TAILLE_SANS_RATIO = 1_000_000

_MORCEAU = 65_536
_ENTREE_CENTRALE = b"PK\x01\x02"
_METHODES = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_CHIFFREE = 0x1
_EXTENSIONS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".geojson", ".xlsx", ".xlsm", ".ods", ".xls")
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar")
_ERREURS_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class Archive:
    """A ZIP whose declared sizes are within the limits; `noms` are its members, without folders."""

    def __init__(self, contenu: bytes) -> None:
        """Raise SourceError for an archive that is cut, protected, or beyond the limits."""
        # The directory is read whole by zipfile: count its entries before.
        if contenu.count(_ENTREE_CENTRALE) > 10 * ENTREES_CLASSEUR_MAX:
            raise SourceError(
                f"l’archive a plus de {10 * ENTREES_CLASSEUR_MAX} entrées, au plus {ENTREES_MAX} sont lues"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(contenu))
        except _ERREURS_ZIP as erreur:
            raise SourceError("l’archive ZIP est tronquée ou mal formée") from erreur
        membres = self._zip.infolist()
        if len(membres) > ENTREES_CLASSEUR_MAX:
            raise SourceError(f"l’archive a {len(membres)} entrées, au plus {ENTREES_MAX} sont lues")
        total = 0
        for membre in membres:
            total += membre.file_size
            _check_membre(membre, total)
        self._membres = {membre.filename: membre for membre in membres if not membre.is_dir()}
        if len(self._membres) < sum(1 for membre in membres if not membre.is_dir()):
            raise SourceError("l’archive a deux membres du même nom")

    @property
    def noms(self) -> tuple[str, ...]:
        """Names of the members, in the archive's order."""
        return tuple(self._membres)

    def iterate(self, nom: str) -> Iterator[bytes]:
        """The member piece by piece; raises SourceError when it is damaged or larger than it declares."""
        membre = self._membres[nom]
        lus = 0
        try:
            with self._zip.open(membre) as flux:
                while morceau := flux.read(_MORCEAU):
                    lus += len(morceau)
                    if lus > membre.file_size:
                        raise SourceError(f"« {shorten(nom)} » est plus grand que l’archive ne le déclare")
                    yield morceau
        except _ERREURS_ZIP as erreur:
            raise SourceError(f"« {shorten(nom)} » est illisible dans l’archive") from erreur
        if lus < membre.file_size:
            raise SourceError(f"« {shorten(nom)} » est tronqué dans l’archive")

    def read(self, nom: str, taille_max: int = TAILLE_FICHIER_MAX) -> bytes:
        """The whole member, at most `taille_max` bytes."""
        taille = self._membres[nom].file_size
        if taille > taille_max:
            raise SourceError(
                f"« {shorten(nom)} » a {taille} octets une fois décompressé, au plus {taille_max} sont lus"
            )
        return b"".join(self.iterate(nom))

    def list_donnees(self) -> tuple[str, ...]:
        """Names of the members that hold data: one, or the structures then the services of data·inclusion.

        Raises SourceError when there is none, another archive, or several between which nothing chooses.
        """
        if len(self.noms) > ENTREES_MAX:
            raise SourceError(f"l’archive a {len(self.noms)} fichiers, au plus {ENTREES_MAX} sont lus")
        visibles = [
            nom for nom in self.noms if not any(partie.startswith((".", "__MACOSX")) for partie in nom.split("/"))
        ]
        imbriquees = [nom for nom in visibles if nom.lower().endswith(_ARCHIVES)]
        if imbriquees:
            raise SourceError(f"l’archive en contient une autre (« {shorten(imbriquees[0])} »), qui n’est pas ouverte")
        donnees = [nom for nom in visibles if nom.lower().endswith(_EXTENSIONS)]
        if len(donnees) > 1:
            # Notes come as text beside the table.
            donnees = [nom for nom in donnees if not nom.lower().endswith(".txt")] or donnees
        if len(donnees) == 1:
            return tuple(donnees)
        paire = [[nom for nom in donnees if mot in nom.rsplit("/", 1)[-1].lower()] for mot in ("structure", "service")]
        if len(donnees) == 2 and all(len(trouves) == 1 for trouves in paire) and paire[0] != paire[1]:
            return paire[0][0], paire[1][0]
        if not donnees:
            raise SourceError("l’archive ne contient aucun fichier de données (CSV, JSON, XLSX, ODS ou XLS)")
        dits = ", ".join(f"« {shorten(nom)} »" for nom in donnees)
        raise SourceError(f"l’archive contient {len(donnees)} fichiers de données ({dits}) : gardez-en un seul")


def _check_membre(membre: zipfile.ZipInfo, total: int) -> None:
    nom = shorten(membre.filename)
    if membre.flag_bits & _CHIFFREE:
        raise SourceError(f"« {nom} » est protégé par un mot de passe")
    if membre.compress_type not in _METHODES:
        raise SourceError(f"« {nom} » est compressé par une méthode qui n’est pas lue : recréez l’archive")
    if total > TAILLE_DECOMPRESSEE_MAX:
        raise SourceError(
            f"l’archive décompressée dépasse {TAILLE_DECOMPRESSEE_MAX} octets avec « {nom} » : elle n’est pas ouverte"
        )
    if membre.file_size > TAILLE_SANS_RATIO and membre.file_size > RATIO_MAX * max(membre.compress_size, 1):
        raise SourceError(
            f"« {nom} » se décompresse en plus de {RATIO_MAX} fois sa taille ({membre.file_size} octets) : "
            "l’archive n’est pas ouverte"
        )
