"""The one address of each page, for links and for search engines: by names where there is one (territoires.adresses).

`/territoires/<niveau>/<code>/lieux` and `/lieux/<public_id>` stay: short, for codes to scan and for programs. They
serve the same pages, which declare their address by names as the canonical one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from flask import request, url_for

from tierslieux import langues
from tierslieux.territoires.adresses import Etape, Pas, build_pas, build_pas_lieu
from tierslieux.territoires.enums import Niveau

# Languages that search engines offer; the plain register has French for language, as the pages without prefix.
_LANGUES = (langues.FR, langues.EN)
_NOMS_PAS = ("region", "departement", "commune", "lieu")


def build_url_pas(pas: Pas) -> str:
    """Address of a territory or a place by its steps; the whole country's without any."""
    if not pas:
        return url_for("territoires.show_france")
    arguments: dict[str, Any] = dict(zip(_NOMS_PAS, pas, strict=False))
    return url_for("lieux.show_lieu_nomme" if "lieu" in arguments else "territoires.show_nomme", **arguments)


def build_url_territoire(echelle: Sequence[Etape], pas: Pas | None = None) -> str:
    """Address of the territory at the end of the ladder: by its steps, given or made of the names, else by its code."""
    if pas is None:
        pas = build_pas(echelle)
    if pas is not None:
        return build_url_pas(pas)
    _, niveau, code = echelle[-1]
    return build_url_code(niveau, code)


def build_url_code(niveau: str, code: str) -> str:
    """The short address of a territory."""
    if niveau == Niveau.FRANCE:
        return url_for("territoires.show_france")
    return url_for("territoires.show_territoire", niveau=niveau, code=code)


def list_liens(echelle: Sequence[Etape]) -> list[tuple[str, str]]:
    """(name, address) of each step of a ladder."""
    return [(etape[0], build_url_territoire(echelle[: rang + 1])) for rang, etape in enumerate(echelle)]


def build_url_lieu(echelle: Sequence[Etape], nom: str, public_id: str) -> str:
    """Address of a place below its commune's; the short one when its commune is not known."""
    pas = build_pas_lieu(echelle, nom, public_id)
    return url_for("lieux.show_lieu", public_id=public_id) if pas is None else build_url_pas(pas)


def build_absolue(adresse: str) -> str:
    """The whole address, with the host that was asked."""
    return urljoin(request.host_url, adresse)


def list_alternatives(adresse: str) -> list[tuple[str, str]]:
    """(language, whole address) of the page in each language; "x-default" is for all others."""
    racine = request.script_root.removesuffix(langues.build_racine(langues.get_langue()))
    reste = langues.strip_langue(adresse).removeprefix(racine)
    alternatives = [(langue.lang, build_absolue(racine + langues.build_racine(langue) + reste)) for langue in _LANGUES]
    return [*alternatives, ("x-default", alternatives[0][1])]
