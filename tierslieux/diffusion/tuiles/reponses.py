"""Answers over HTTP: headers, validators, compression. Pure: what is asked and what is held in, what to send out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from tierslieux.diffusion.tuiles.couches import Famille
from tierslieux.diffusion.tuiles.services import Reponse

MIMETYPE_TUILE = "application/vnd.mapbox-vector-tile"
MIMETYPE_JSON = "application/json"
MIMETYPE_GEOJSON = "application/geo+json"

# An address that names the version of its data always gives the same: for ever, for browsers.
IMMUABLE = "public, max-age=31536000, immutable"
# Without the version, or with that of before: places change at each import or contribution, the rest more seldom.
DUREES_S = {Famille.LIEUX: 60, Famille.TERRITOIRES: 300, Famille.INDICATEURS: 300, Famille.ECARTS: 300}

# Any page and any program may read them; nothing in them is to be run.
ENTETES_COMMUNS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Vary", "Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
)


@dataclass(frozen=True, slots=True)
class Envoi:
    """A status, headers and a body, ready for WSGI and for Flask alike."""

    statut: HTTPStatus
    entetes: list[tuple[str, str]]
    corps: bytes


def build_envoi(
    reponse: Reponse,
    famille: Famille,
    *,
    mimetype: str = MIMETYPE_TUILE,
    version: str | None,
    si_aucun: str | None,
    encodages: str,
) -> Envoi:
    """The answer to a request.

    Parameters
    ----------
    version
        The version that the address names, None when it names none.
    si_aucun
        Header If-None-Match: validators of what the client holds.
    encodages
        Header Accept-Encoding.
    """
    contenu = reponse.contenu
    garder = IMMUABLE if version == reponse.version else f"public, max-age={DUREES_S[famille]}"
    # Weak: the same content goes compressed or not.
    etag = f'W/"{contenu.empreinte}"'
    entetes = [*ENTETES_COMMUNS, ("Cache-Control", garder), ("ETag", etag)]
    if si_aucun is not None and _holds(si_aucun, contenu.empreinte):
        return Envoi(HTTPStatus.NOT_MODIFIED, entetes, b"")
    if not contenu.gz:
        # The tile exists and holds nothing. 204 says it without a body to decode; map libraries and GIS take it as an
        # empty tile, where a 404 would be tried again or reported.
        return Envoi(HTTPStatus.NO_CONTENT, entetes, b"")
    entetes.append(("Content-Type", mimetype))
    if accepts_gzip(encodages):
        entetes.append(("Content-Encoding", "gzip"))
        corps = contenu.gz
    else:
        corps = contenu.decompress()
    entetes.append(("Content-Length", str(len(corps))))
    return Envoi(HTTPStatus.OK, entetes, corps)


def accepts_gzip(encodages: str) -> bool:
    """Whether the header Accept-Encoding takes gzip: named, or any, and not with a weight of nothing."""
    poids: dict[str, bool] = {}
    for partie in encodages.lower().split(","):
        nom, _, parametre = partie.partition(";")
        valeur = parametre.replace(" ", "").removeprefix("q=")
        poids[nom.strip()] = valeur.strip("0.") != "" if parametre.strip() else True
    return poids.get("gzip", poids.get("*", False))


def _holds(si_aucun: str, empreinte: str) -> bool:
    valideurs = {valideur.strip().removeprefix("W/").strip('"') for valideur in si_aucun.split(",")}
    return "*" in valideurs or empreinte in valideurs
