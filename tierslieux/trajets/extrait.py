"""Reads the roads of an OpenStreetMap extract (.osm.pbf, .osm) into flat arrays, with bounded memory.

One pass. osmium keeps the positions of all points in a file of its own and only roads, lights and barriers come up to
Python, where each point of a road takes 16 bytes in buffers; no object outlives its turn. Data: © the contributors of
OpenStreetMap, ODbL.
"""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
from osmium.filter import KeyFilter

from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.trajets.acces import CLES_VOIE, Droits, is_bac, read_barriere, read_droits
from tierslieux.trajets.moteur import Mode

PAS_PROGRES = 50_000
# What osmium gives for both coordinates of a point that the extract lacks.
_SANS_POSITION = 2**31 - 1
E7 = 1e7  # OpenStreetMap's coordinates are whole ten-millionths of a degree


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which extract: its SHA-256, the date of its data (ISO 8601, None when it does not say), its box in degrees."""

    sha256: str
    edition: str | None
    bbox: tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True, slots=True)
class Extrait:
    """The roads of an extract.

    Way number `i` goes through the nodes `refs[debuts[i]:debuts[i + 1]]`, positions in the arrays of nodes, -1 for
    those that lie outside the extract; its rights are `droits[droits_voies[i]]`. `arrets` has one bit per mode, in
    their order.
    """

    provenance: Provenance
    lon_e7: npt.NDArray[np.int32]
    lat_e7: npt.NDArray[np.int32]
    feux: npt.NDArray[np.bool_]
    arrets: npt.NDArray[np.uint8]
    bacs: npt.NDArray[np.bool_]
    refs: npt.NDArray[np.int64]
    debuts: npt.NDArray[np.int64]
    droits: tuple[Droits, ...]
    droits_voies: npt.NDArray[np.int32]


class _Tampons:
    """What one pass gathers, in buffers that numpy reads without copying."""

    def __init__(self) -> None:
        self.refs = array("q")
        self.x = array("i")
        self.y = array("i")
        self.debuts = array("q", [0])
        self.droits_voies = array("i")
        self.droits: dict[Droits, int] = {}
        self.bacs = array("q")
        self.feux = array("q")
        self.arrets: dict[int, int] = {}
        self._connus: dict[tuple[tuple[str, str], ...], int | None] = {}

    def add_voie(self, voie: osmium.osm.Way) -> None:
        """Keep a way that somebody may take, or the ends of a ferry."""
        cle = tuple(sorted((tag.k, tag.v) for tag in voie.tags if tag.k in CLES_VOIE))
        if cle not in self._connus:
            droits = read_droits(dict(cle))
            self._connus[cle] = None if droits is None else self.droits.setdefault(droits, len(self.droits))
        numero = self._connus[cle]
        if numero is not None:
            for noeud in voie.nodes:
                position = noeud.location
                self.refs.append(noeud.ref)
                self.x.append(position.x)
                self.y.append(position.y)
            self.debuts.append(len(self.refs))
            self.droits_voies.append(numero)
        elif is_bac(dict(cle)):
            self.bacs.extend([noeud.ref for noeud in voie.nodes])

    def add_noeud(self, noeud: osmium.osm.Node) -> None:
        """Keep traffic lights and barriers."""
        tags = {tag.k: tag.v for tag in noeud.tags}
        if tags.get("highway") == "traffic_signals":
            self.feux.append(noeud.id)
        arretes = read_barriere(tags)
        if arretes:
            self.arrets[noeud.id] = sum(1 << rang for rang, mode in enumerate(Mode) if mode in arretes)


def read_extrait(chemin: Path, progress: Progress = ignore_progress, *, travail: Path | None = None) -> Extrait:
    """Read an extract; raises SourceError when it cannot be read or holds no road.

    `travail` is a folder for the positions of all points, 16 bytes each, dropped at the end: the system's by default,
    which may lie in memory.
    """
    if not chemin.is_file():
        raise SourceError(f"{chemin} : ce fichier n’existe pas")
    with _translate_errors(chemin):
        tampons = _read_tampons(chemin, progress, travail)
        if not tampons.refs:
            raise SourceError(f"{chemin} : aucune route dans ce fichier")
        refs = np.frombuffer(tampons.refs, dtype=np.int64)
        x, y = np.frombuffer(tampons.x, dtype=np.int32), np.frombuffer(tampons.y, dtype=np.int32)
        presents = x != _SANS_POSITION
        ids, premiers = np.unique(refs[presents], return_index=True)
        if not len(ids):
            raise SourceError(f"{chemin} : aucun point des routes n’est dans ce fichier")
        lon_e7, lat_e7 = x[presents][premiers], y[presents][premiers]
        provenance = _read_provenance(chemin, lon_e7, lat_e7)
    positions = np.full(len(refs), -1, dtype=np.int64)
    positions[presents] = np.searchsorted(ids, refs[presents])
    arrets = np.zeros(len(ids), dtype=np.uint8)
    arretes = np.array(list(tampons.arrets), dtype=np.int64)
    connus = np.isin(arretes, ids)
    masques = np.array(list(tampons.arrets.values()), dtype=np.uint8)
    arrets[np.searchsorted(ids, arretes[connus])] = masques[connus]
    return Extrait(
        provenance=provenance,
        lon_e7=lon_e7,
        lat_e7=lat_e7,
        feux=np.isin(ids, np.array(tampons.feux, dtype=np.int64)),
        arrets=arrets,
        bacs=np.isin(ids, np.array(tampons.bacs, dtype=np.int64)),
        refs=positions,
        debuts=np.frombuffer(tampons.debuts, dtype=np.int64),
        droits=tuple(tampons.droits),
        droits_voies=np.frombuffer(tampons.droits_voies, dtype=np.int32),
    )


@contextmanager
def _translate_errors(chemin: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, OSError) as erreur:
        raise SourceError(f"{chemin} : illisible comme extrait d’OpenStreetMap ({erreur})") from erreur


def _read_tampons(chemin: Path, progress: Progress, travail: Path | None) -> _Tampons:
    tampons = _Tampons()
    lus = 0
    with tempfile.TemporaryDirectory(dir=travail) as dossier:
        objets = (
            osmium.FileProcessor(chemin, osmium.osm.NODE | osmium.osm.WAY)
            .with_locations(f"sparse_file_array,{Path(dossier) / 'positions'}")
            .with_filter(KeyFilter("highway", "route", "barrier"))
        )
        for objet in objets:
            lus += 1
            if lus % PAS_PROGRES == 0:
                progress("objects", lus, None)
            if isinstance(objet, osmium.osm.Way):
                tampons.add_voie(objet)
            elif isinstance(objet, osmium.osm.Node):
                tampons.add_noeud(objet)
    progress("objects", lus, lus)
    return tampons


def _read_provenance(chemin: Path, lon_e7: npt.NDArray[np.int32], lat_e7: npt.NDArray[np.int32]) -> Provenance:
    with chemin.open("rb") as fichier:
        sha256 = hashlib.file_digest(fichier, "sha256").hexdigest()
    entete = osmium.FileProcessor(chemin, osmium.osm.NOTHING).header
    boite = entete.box()
    if boite.valid():
        bas, haut = boite.bottom_left, boite.top_right
        bbox = (bas.lon, bas.lat, haut.lon, haut.lat)
    else:
        bbox = (lon_e7.min() / E7, lat_e7.min() / E7, lon_e7.max() / E7, lat_e7.max() / E7)
    edition = entete.get("osmosis_replication_timestamp") or entete.get("timestamp") or None
    ouest, sud, est, nord = (float(degres) for degres in bbox)
    return Provenance(sha256, edition, (ouest, sud, est, nord))
