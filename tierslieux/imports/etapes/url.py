"""Web addresses: https added when the scheme is missing, the first one of several, anything but http(s) refused."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from tierslieux.imports.contrat import Avertissement, Contexte, Record

CHAMPS = ("site_web", "prise_rdv")

_SEPARATEURS = re.compile(r"[\s,;|]+")
_SCHEMA_CASSE = re.compile(r"^(https?)[:/;.]{2,4}", re.IGNORECASE)
_SCHEMA_QUELCONQUE = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
# Nothing to repair nor to refuse.
_ORDINAIRE = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/[\w./-]*)?", re.ASCII)
_HOTE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)


def clean(record: Record, contexte: Contexte) -> Record:
    """Normalise the addresses; one that cannot be an address is left out and counted."""
    valeurs = dict(record.valeurs)
    for champ in CHAMPS:
        texte = valeurs.get(champ)
        if texte is None:
            continue
        url = parse_url(texte)
        if url is None:
            contexte.warn(Avertissement.URL_ILLISIBLE)
            del valeurs[champ]
        else:
            valeurs[champ] = url
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def parse_url(texte: str) -> str | None:
    """The first http(s) address of the text, None when there is none."""
    if _ORDINAIRE.fullmatch(texte):
        return texte
    for candidat in _SEPARATEURS.split(texte.strip()):
        url = _parse_une(candidat)
        if url is not None:
            return url
    return None


def _parse_une(texte: str) -> str | None:
    texte = texte.strip("<>\"'()")
    if "@" in texte or not texte:
        return None  # an e-mail address, or credentials in an address
    texte = _SCHEMA_CASSE.sub(lambda m: f"{m[1].lower()}://", texte)
    if not texte.startswith(("http://", "https://")):
        if _SCHEMA_QUELCONQUE.match(texte):
            return None
        texte = f"https://{texte.lstrip('/')}"
    try:
        parties = urlsplit(texte)
        hote = parties.hostname or ""
        _ = parties.port  # raises ValueError for a port that is not a number
    except ValueError:
        return None
    hote_ascii = hote.encode("idna").decode("ascii") if _is_idna(hote) else ""
    return texte if _HOTE.fullmatch(hote_ascii) else None


def _is_idna(hote: str) -> bool:
    try:
        hote.encode("idna")
    except UnicodeError:
        return False
    return True
