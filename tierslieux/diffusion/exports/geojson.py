"""GeoJSON (RFC 7946): a feature a place, every field under its own name, the sources of each place with their dates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tierslieux.diffusion.exports.complet import IDENTIFIANT
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.lieux.extraction import LieuPublie, find_date, split_liste
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_LISTES, CHAMPS_LISTES_LIBRES

_LISTES = frozenset((*CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES))
# Fields of LieuPublie that are properties, with their place in it; the position is the geometry.
_PROPRIETES = tuple(
    (rang, champ, champ in _LISTES)
    for rang, champ in enumerate(LieuPublie._fields)
    if champ not in {"public_id", "lon", "lat", "dates", "mentions"}
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_geojson(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[bytes]:
    """The file, a piece at a time; what it says of itself comes first."""
    entete = f'{{"type":"FeatureCollection","metadonnees":{_encode(contexte.to_json())},"features":['
    separateur = ""
    yield entete.encode()
    for lot in lots:
        morceaux = ",\n".join(_encode(build_feature(lieu, contexte)) for lieu in lot)
        yield f"{separateur}\n{morceaux}".encode()
        separateur = ","
    yield b"\n]}\n"


def build_feature(lieu: LieuPublie, contexte: Contexte) -> dict[str, Any]:
    """A place: absent values are null, lists are lists of codes, degrees have all their digits."""
    attribution = contexte.attribute(lieu)
    valeurs: tuple[Any, ...] = lieu
    proprietes: dict[str, Any] = {IDENTIFIANT: lieu.public_id} | {
        champ: split_liste(valeurs[rang]) if est_liste else valeurs[rang] for rang, champ, est_liste in _PROPRIETES
    }
    proprietes["date_maj"] = find_date(lieu.dates)
    proprietes["sources"] = attribution.details
    proprietes["licence"] = "|".join(attribution.licences)
    proprietes["invente"] = attribution.est_invente
    if contexte.racine:
        proprietes["lien"] = f"{contexte.racine}lieux/{lieu.public_id}"
    geometrie = None if lieu.lon is None else {"type": "Point", "coordinates": (lieu.lon, lieu.lat)}
    return {"type": "Feature", "id": lieu.public_id, "geometry": geometrie, "properties": proprietes}
