"""Tiles of boundaries made in advance, on disk: one MBTiles file a layer and edition, which GIS programs open too.

MBTiles 1.3 is SQLite: `tiles` holds gzip-compressed tiles with rows counted from the south, `metadata` the rest.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from tierslieux.core.sql import load_blocks
from tierslieux.diffusion.tuiles.memoire import Contenu
from tierslieux.diffusion.tuiles.params import Tuile

SQL = Path(__file__).parent / "sql" / "mbtiles.sql"
# Made once, read for as long as the boundaries stand.
NIVEAU_GZIP = 6


class Magasin:
    """The MBTiles files of a folder. Readers never wait: a file is written apart, then takes its name."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self._local = threading.local()

    def find(self, couche: str, version: str, tuile: Tuile) -> Contenu | None:
        """A tile made in advance (empty where the layer has nothing), None when its zoom is not, or nothing is."""
        chemin = self.locate(couche, version)
        lecture = self._open(chemin)
        if lecture is None or tuile.z > lecture[1]:
            return None
        rangee = lecture[0].execute(load_blocks(SQL)["find_tile"], _locate_tuile(tuile)).fetchone()
        return Contenu(b"" if rangee is None else rangee[0], version)

    def locate(self, couche: str, version: str) -> Path:
        """Where the file of a layer and edition is, or would be."""
        return self._dossier / f"{couche}-{version}.mbtiles"

    def write(
        self, couche: str, version: str, tuiles: Iterable[tuple[Tuile, bytes]], metadonnees: Mapping[str, object]
    ) -> tuple[int, int]:
        """Write a layer whole, in the place of that of before; how many tiles, and the file's weight in bytes.

        `metadonnees` needs `maxzoom`, up to which every tile that is not empty is given.
        """
        self._dossier.mkdir(parents=True, exist_ok=True)
        chemin = self.locate(couche, version)
        chantier = chemin.with_suffix(f".{os.getpid()}.part")
        chantier.unlink(missing_ok=True)
        try:
            nombre = _write_mbtiles(chantier, tuiles, metadonnees)
            octets = chantier.stat().st_size
            chantier.replace(chemin)
        finally:
            chantier.unlink(missing_ok=True)
        for autre in self._dossier.glob(f"{couche}-*.mbtiles"):
            if autre != chemin:
                autre.unlink(missing_ok=True)
        return nombre, octets

    def clear(self) -> int:
        """Remove every file; how many there were."""
        fichiers = [*self._dossier.glob("*.mbtiles"), *self._dossier.glob("*.part")]
        for fichier in fichiers:
            fichier.unlink(missing_ok=True)
        return len(fichiers)

    def _open(self, chemin: Path) -> tuple[sqlite3.Connection, int] | None:
        """The thread's connection to the file, with its last zoom; connections cross neither threads nor forks."""
        ouverts: dict[tuple[str, int], tuple[sqlite3.Connection, int]]
        ouverts = self._local.__dict__.setdefault("ouverts", {})
        try:
            etat = chemin.stat()
        except FileNotFoundError:
            return None
        # A file written again is another one, under the same name.
        cle = (f"{os.getpid()} {chemin}", etat.st_ino)
        if cle not in ouverts:
            connexion = sqlite3.connect(f"{chemin.as_uri()}?mode=ro&immutable=1", uri=True)
            (zoom_max,) = connexion.execute(load_blocks(SQL)["read_zoom_max"]).fetchone()
            ouverts[cle] = (connexion, int(zoom_max))
        return ouverts[cle]


def _locate_tuile(tuile: Tuile) -> tuple[int, int, int]:
    return tuile.z, tuile.x, 2**tuile.z - 1 - tuile.y


def _write_mbtiles(chemin: Path, tuiles: Iterable[tuple[Tuile, bytes]], metadonnees: Mapping[str, object]) -> int:
    sql = load_blocks(SQL)
    nombre = 0
    with contextlib.closing(sqlite3.connect(chemin, isolation_level=None)) as connexion:
        for bloc in ("without_journal", "without_sync", "create_metadata", "create_tiles"):
            connexion.execute(sql[bloc])
        for tuile, brut in tuiles:
            if brut:
                connexion.execute(sql["insert_tile"], (*_locate_tuile(tuile), Contenu.build(brut, NIVEAU_GZIP).gz))
                nombre += 1
        connexion.execute(sql["index_tiles"])
        for nom, valeur in metadonnees.items():
            texte = valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False)
            connexion.execute(sql["insert_metadata"], (nom, texte))
    return nombre
