"""Keeps a road graph in one compressed file, and takes it out again."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, fields
from pathlib import Path
from types import MappingProxyType

import numpy as np

from tierslieux.core.errors import SourceError
from tierslieux.trajets.extrait import Provenance
from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.reseau import Reseau, Trame

# Changes when older files cannot be read any more, or would give other times.
VERSION = 1


def find_archive(var_dir: Path) -> Path:
    """Where the road graph of an installation lies, be it there or not."""
    return var_dir / "trajets" / "reseau.npz"


def save_reseau(reseau: Reseau, chemin: Path) -> int:
    """Write the graph, all or nothing; gives the size in bytes. One extract always gives the same bytes."""
    chemin.parent.mkdir(parents=True, exist_ok=True)
    entete = {"version": VERSION, **asdict(reseau.provenance)}
    tableaux: dict[str, np.ndarray] = {"lon_e7": reseau.lon_e7, "lat_e7": reseau.lat_e7, "debuts": reseau.debuts}
    for mode, trame in reseau.trames.items():
        tableaux |= {f"{mode.value}/{champ.name}": getattr(trame, champ.name) for champ in fields(Trame)}
    tableaux["entete"] = np.array(json.dumps(entete, sort_keys=True))
    chantier = chemin.with_name(f"{chemin.name}.{os.getpid()}.part")
    try:
        with chantier.open("wb") as fichier:
            np.savez_compressed(fichier, allow_pickle=False, **tableaux)
        chantier.replace(chemin)
    finally:
        chantier.unlink(missing_ok=True)
    return chemin.stat().st_size


def load_reseau(chemin: Path) -> Reseau:
    """Read a graph; raises SourceError when the file is missing, damaged or of another version."""
    try:
        with chemin.open("rb") as fichier, np.load(fichier, allow_pickle=False) as tableaux:
            entete = json.loads(str(tableaux["entete"]))
            if entete.pop("version") != VERSION:
                raise SourceError(f"{chemin} : ce réseau est d’une autre version ; relancez « flask trajets load »")
            trames = {
                mode: Trame(**{champ.name: tableaux[f"{mode.value}/{champ.name}"] for champ in fields(Trame)})
                for mode in Mode
            }
            entete["bbox"] = tuple(entete["bbox"])
            return Reseau(
                provenance=Provenance(**entete),
                lon_e7=tableaux["lon_e7"],
                lat_e7=tableaux["lat_e7"],
                debuts=tableaux["debuts"],
                trames=MappingProxyType(trames),
            )
    except FileNotFoundError as erreur:
        raise SourceError(f"{chemin} : aucun réseau de routes n’est chargé") from erreur
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as erreur:
        raise SourceError(f"{chemin} : ce réseau est abîmé ; relancez « flask trajets load »") from erreur
