"""Download a publisher's file: short waits, bounded size, clear refusals."""

from __future__ import annotations

import datetime as dt
import time
from email.utils import parsedate_to_datetime

import httpx

from tierslieux.core.errors import SourceError

# Set-up waits for every source in turn: a publisher that is out of reach must not hold it.
ATTENTE_CONNEXION_S = 5.0
ATTENTE_LECTURE_S = 15.0
DUREE_MAX_S = 120.0
REDIRECTIONS_MAX = 5
TAILLE_MAX = 100_000_000


def fetch_url(
    url: str,
    *,
    taille_max: int = TAILLE_MAX,
    attente_s: float = ATTENTE_LECTURE_S,
    duree_max_s: float = DUREE_MAX_S,
) -> tuple[bytes, dt.date | None]:
    """(content, date of its last change if the server says it) of an http(s) address; raises SourceError.

    Reading stops as soon as `taille_max` bytes or `duree_max_s` seconds are passed.
    """
    delais = httpx.Timeout(attente_s, connect=min(attente_s, ATTENTE_CONNEXION_S))
    limite = time.monotonic() + duree_max_s
    try:
        with (
            httpx.Client(timeout=delais, follow_redirects=True, max_redirects=REDIRECTIONS_MAX) as client,
            client.stream("GET", url, headers={"User-Agent": "tierslieux"}) as reponse,
        ):
            if reponse.status_code != httpx.codes.OK:
                raise SourceError(f"{url} : le serveur répond {reponse.status_code}")
            annonce = reponse.headers.get("Content-Length", "")
            if annonce.isdigit() and int(annonce) > taille_max:
                raise SourceError(f"{url} : {annonce} octets annoncés, au plus {taille_max} sont lus")
            morceaux = bytearray()
            for morceau in reponse.iter_bytes():
                morceaux += morceau
                if len(morceaux) > taille_max:
                    raise SourceError(f"{url} : plus de {taille_max} octets")
                if time.monotonic() > limite:
                    raise SourceError(f"{url} : pas fini après {duree_max_s:.0f} s")
            return bytes(morceaux), _parse_date(reponse.headers.get("Last-Modified"))
    except httpx.TimeoutException as erreur:
        raise SourceError(f"{url} : pas de réponse à temps") from erreur
    except (httpx.HTTPError, httpx.InvalidURL) as erreur:
        raise SourceError(f"{url} : hors d’atteinte ({erreur})") from erreur


def _parse_date(texte: str | None) -> dt.date | None:
    try:
        return parsedate_to_datetime(texte).date() if texte else None
    except ValueError:
        return None
