"""Tiles made in advance, and every tile weighed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.diffusion.tuiles import queries
from tierslieux.diffusion.tuiles.attributs import read_attributs
from tierslieux.diffusion.tuiles.couches import COUCHES, OCTETS_MAX, ZOOM_MAX, Famille
from tierslieux.diffusion.tuiles.magasin import Magasin
from tierslieux.diffusion.tuiles.memoire import Contenu
from tierslieux.diffusion.tuiles.params import Fond, Tuile, UnFond
from tierslieux.diffusion.tuiles.presenters import ATTRIBUTION, CENTRE, EMPRISE, build_tilejson
from tierslieux.diffusion.tuiles.services import read_version

_PAS_PROGRESSION = 500


@dataclass(frozen=True, slots=True)
class CoucheSemee:
    """A layer made in advance: tiles that are not empty, and the weight of its file in bytes."""

    couche: str
    version: str
    tuiles: int
    octets: int


@dataclass(frozen=True, slots=True)
class Pesee:
    """The tiles of a layer at one zoom: those that are not empty, and the heaviest (uncompressed, and compressed)."""

    couche: str
    zoom: int
    tuiles: int
    octets: int
    octets_max: int
    octets_max_gzip: int
    plus_lourde: str | None

    @property
    def est_tenue(self) -> bool:
        """Whether no tile is over the limit."""
        return self.octets_max <= OCTETS_MAX

    def to_dict(self) -> dict[str, Any]:
        """The row as one JSON object."""
        return asdict(self)


def seed(
    session: Session, magasin: Magasin, *, zoom_max: int = ZOOM_MAX, progress: Progress | None = None
) -> list[CoucheSemee]:
    """Make every tile of boundaries up to a zoom; raises NotFoundError when nothing is drawn."""
    progress = progress or ignore_progress
    queries.lift_timeout(session)
    version = read_version(session, Famille.TERRITOIRES)
    _, edition = queries.find_editions(session)
    semees = []
    for couche in COUCHES.values():
        if couche.niveau is None:
            continue
        fond = Fond(couche)
        couches = build_tilejson(fond, version, racine="", edition=edition, description=None)["vector_layers"]
        metadonnees = {
            "name": couche.libelle,
            "format": "pbf",
            "type": "overlay",
            "version": "1.0.0",
            "description": f"Version {version}",
            "attribution": ATTRIBUTION,
            "bounds": ",".join(str(borne) for borne in EMPRISE),
            "center": ",".join(str(valeur) for valeur in CENTRE),
            "minzoom": str(couche.zoom_min),
            "maxzoom": str(zoom_max),
            "json": {"vector_layers": couches},
        }
        zooms = range(couche.zoom_min, zoom_max + 1)
        tuiles = ((tuile, brut) for zoom in zooms for tuile, brut in _draw_zoom(session, fond, zoom, progress))
        nombre, octets = magasin.write(couche.id, version, tuiles, metadonnees)
        semees.append(CoucheSemee(couche.id, version, nombre, octets))
    return semees


def weigh(
    session: Session, fond: UnFond, *, zoom_max: int = ZOOM_MAX, progress: Progress | None = None
) -> Iterator[Pesee]:
    """Draw every tile of a layer and weigh it, zoom by zoom."""
    queries.lift_timeout(session)
    valeurs = None if isinstance(fond, Fond) else read_attributs(session, fond).valeurs
    for zoom in range(fond.zoom_min, zoom_max + 1):
        nombre, octets, lourd, plus_lourde = 0, 0, b"", None
        for tuile, brut in _draw_zoom(session, fond, zoom, progress or ignore_progress, valeurs):
            nombre, octets = nombre + bool(brut), octets + len(brut)
            if len(brut) > len(lourd):
                lourd, plus_lourde = brut, f"{fond.chemin}/{tuile.z}/{tuile.x}/{tuile.y}.mvt"
        yield Pesee(fond.chemin, zoom, nombre, octets, len(lourd), len(Contenu.build(lourd).gz), plus_lourde)


def _draw_zoom(
    session: Session, fond: UnFond, zoom: int, progress: Progress, valeurs: queries.Proprietes | None = None
) -> Iterator[tuple[Tuile, bytes]]:
    etape = f"Tiles: {fond.couche.id}, zoom {zoom}"
    cellules = queries.list_cellules(session, zoom)
    for rang, tuile in enumerate(cellules, start=1):
        yield tuile, _draw(session, fond, tuile, valeurs or {})
        if rang % _PAS_PROGRESSION == 0 or rang == len(cellules):
            progress(etape, rang, len(cellules))


def _draw(session: Session, fond: UnFond, tuile: Tuile, valeurs: queries.Proprietes) -> bytes:
    if not isinstance(fond, Fond):
        codes = queries.list_codes(session, fond.niveau, tuile)
        proprietes = {code: valeurs[code] for code in codes if code in valeurs}
        return queries.draw_donnees(session, fond.couche, tuile, proprietes)
    if fond.couche.niveau is None:
        return queries.draw_lieux(session, fond.couche, tuile)
    return queries.draw_territoires(session, fond.couche, tuile)
