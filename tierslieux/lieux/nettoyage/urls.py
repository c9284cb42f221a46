"""Web addresses: https added when the scheme is missing, several told apart, anything but http(s) refused."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGUEUR_MAX = 2_000

# Commas and semicolons may stand in an address: those before another one, or before a space, separate.
_SEPARATEURS = re.compile(r"[\s|]+|[,;]+(?=\s|https?:|www\.|$)", re.IGNORECASE)
_SEPARATEURS_LARGES = re.compile(r"[\s,;|]+")
_SCHEMA_ESPACE = re.compile(r"\b(https?) {0,2}: {0,2}/ {0,2}/ {0,2}", re.IGNORECASE)
# "http:/a.fr", "http//:a.fr", "htpp://a.fr", "https:www.a.fr", "https://https://a.fr".
_SCHEMA_CASSE = re.compile(r"^(?:h{1,2}t{1,3}p{1,2}(s?)[:;./\\]{1,5})+(?=\w)", re.IGNORECASE)
_SCHEMA_QUELCONQUE = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
# Nothing to repair nor to refuse.
_ORDINAIRE = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/[\w./-]*)?", re.ASCII)
_HOTE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
# Without scheme nor "www", "M.Dupont" and "Mairie.Accueil" look like hosts: only these endings are sure.
_DOMAINES = frozenset(
    """
    fr com org net eu info re nc pf gp mq gf yt pm wf bzh corsica alsace paris be ch lu de es it uk io app tech coop
    asso gouv tv me co social site online bio pro biz cat ovh link fm
    """.split()
)
_FIN = ".,;:!?»”\"'"


def parse_url(texte: str) -> str | None:
    """The first http(s) address of the text, None when there is none."""
    return next(iter(list_urls(texte)), None)


def list_urls(texte: str) -> tuple[str, ...]:
    """Each http(s) address of the text, once."""
    if _ORDINAIRE.fullmatch(texte):
        return (texte,)
    if len(texte) > LONGUEUR_MAX:
        return ()
    texte = _SCHEMA_ESPACE.sub(r"\1://", texte)
    for separateurs in (_SEPARATEURS, _SEPARATEURS_LARGES):
        candidats = (_parse_une(candidat) for candidat in separateurs.split(texte.strip()))
        urls = tuple(dict.fromkeys(url for url in candidats if url is not None))
        if urls:
            return urls
    return ()


def _parse_une(texte: str) -> str | None:
    texte = texte.strip("<>\"'«»“”").lstrip("(").rstrip(_FIN)
    texte = texte if "(" in texte else texte.rstrip(")")
    if not texte or "@" in texte.partition("://")[2].partition("/")[0] or ("@" in texte and "://" not in texte):
        return None  # an e-mail address, or credentials in an address
    texte = _SCHEMA_CASSE.sub(lambda m: f"http{m[1].lower()}://", texte)
    if not texte.startswith(("http://", "https://")):
        if _SCHEMA_QUELCONQUE.match(texte):
            return None
        texte = f"https://{texte.lstrip('/')}"
        if not _has_domaine(texte):
            return None
    try:
        parties = urlsplit(texte)
        hote = parties.hostname or ""
        _ = parties.port  # raises ValueError for a port that is not a number
    except ValueError:
        return None
    hote_ascii = hote.encode("idna").decode("ascii") if _is_idna(hote) else ""
    return texte if _HOTE.fullmatch(hote_ascii) else None


def _has_domaine(url: str) -> bool:
    hote, chemin = re.match(r"https://([^/?#:]*)(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]  # it starts so
    domaine = hote.rpartition(".")[2].lower()
    # "bit.ly/1Xrt9kd": what has a path and the domain of a country is an address too.
    return hote.lower().startswith("www.") or domaine in _DOMAINES or (len(domaine) == 2 and len(chemin) > 1)


def _is_idna(hote: str) -> bool:
    try:
        hote.encode("idna")
    except UnicodeError:
        return False
    return True
