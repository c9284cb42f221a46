"""Where the files of a source are, and their bytes: TIERSLIEUX_RAW_DIR, then the publisher's address."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tierslieux.core.errors import SourceError
from tierslieux.core.telechargement import TAILLE_MAX, fetch_url
from tierslieux.indicateurs.catalogue import SourceIndicateurs

# "…_2026-03-31.csv", "…_2025_T3.csv", "…2025.csv".
_DATE = re.compile(r"(20\d{2})-(\d{2})-(\d{2})")
_ANNEE = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


class SourceAbsenteError(SourceError):
    """The files of the source are nowhere to be had."""


@dataclass(frozen=True, slots=True)
class Fichiers:
    """The bytes of a source. `libelle` is shown to all: names of files or an address, never a path.

    `date` is the one that a file's name or the server gives, `annee` the year; None when they give none.
    """

    libelle: str
    contenus: tuple[bytes, ...]
    sha256: str
    date: dt.date | None
    annee: int | None


def describe_emplacement(source: SourceIndicateurs, raw_dir: Path | None, *, telechargement: bool) -> str | None:
    """Where the source would be read from now, None when it can be had nowhere."""
    chemins = _list_chemins(source, raw_dir)
    if chemins:
        return ", ".join(chemin.name for chemin in chemins)
    return source.url if telechargement else None


def read_fichiers(source: SourceIndicateurs, raw_dir: Path | None, *, telechargement: bool) -> Fichiers:
    """The bytes of a source; raises SourceAbsenteError when it can be had nowhere, SourceError when it is not read."""
    if source.lecteur is None:
        raise SourceError(f"{source.id} : ses valeurs sont calculées par ce programme, aucun fichier ne se charge")
    chemins = _list_chemins(source, raw_dir)
    if chemins:
        contenus = tuple(_read(chemin) for chemin in chemins)
        noms = ", ".join(chemin.name for chemin in chemins)
        return _build(noms, contenus, _find_date(chemins[-1].name), _find_annee(chemins[-1].name))
    if source.url is not None and telechargement:
        contenu, date = fetch_url(source.url)
        return _build(source.url, (contenu,), date, date.year if date else None)
    causes = [
        "aucun dossier de fichiers n’est indiqué (TIERSLIEUX_RAW_DIR)"
        if raw_dir is None
        else f"le dossier TIERSLIEUX_RAW_DIR n’a pas « {source.motif} »",
        "le producteur n’a pas d’adresse de téléchargement connue"
        if source.url is None
        else "le téléchargement est désactivé (TIERSLIEUX_TELECHARGEMENT)",
    ]
    raise SourceAbsenteError(f"{source.id} : {' et '.join(causes)}")


def _list_chemins(source: SourceIndicateurs, raw_dir: Path | None) -> list[Path]:
    """The last file of the pattern in alphabetical order; all of them for a source in several files."""
    if raw_dir is None or source.motif is None:
        return []
    chemins = sorted(raw_dir.glob(source.motif))
    return chemins if source.tous else chemins[-1:]


def _read(chemin: Path) -> bytes:
    try:
        taille = chemin.stat().st_size
        if taille > TAILLE_MAX:
            raise SourceError(f"{chemin.name} : {taille} octets, au plus {TAILLE_MAX} sont lus")
        return chemin.read_bytes()
    except OSError as erreur:
        raise SourceError(f"{chemin.name} : illisible ({erreur.strerror})") from erreur


def _build(libelle: str, contenus: tuple[bytes, ...], date: dt.date | None, annee: int | None) -> Fichiers:
    """With one digest for all: that of the file, or that of the digests of the files."""
    digests = [hashlib.sha256(contenu).hexdigest() for contenu in contenus]
    sha256 = digests[0] if len(digests) == 1 else hashlib.sha256(" ".join(digests).encode()).hexdigest()
    return Fichiers(libelle, contenus, sha256, date, annee)


def _find_date(nom: str) -> dt.date | None:
    trouvee = _DATE.search(nom)
    try:
        return dt.date(*map(int, trouvee.groups())) if trouvee else None
    except ValueError:
        return None


def _find_annee(nom: str) -> int | None:
    trouvee = _ANNEE.search(nom)
    return int(trouvee[1]) if trouvee else None
