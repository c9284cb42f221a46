"""Mails as text: templates/emails/<name>.txt, whose first line is the subject. No HTML, in which a text could hide."""

from __future__ import annotations

import unicodedata
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tierslieux.config import RACINE
from tierslieux.contributions.liens_prives import Reglages
from tierslieux.core import textes
from tierslieux.core.courriels import SUJET_MAX
from tierslieux.filtres import FILTRES

DOSSIER = RACINE / "templates" / "emails"
# Of what somebody wrote, in a mail: the page of the proposal has the rest.
CITATION_MAX = 4_000
NOM_MAX = 120


def write_lettre(reglages: Reglages, langue: str, modele: str, **valeurs: object) -> tuple[str, str]:
    """(subject, text) of a mail in a language, outside of any request."""
    with textes.use_catalogue(reglages.find_catalogue(langue)):
        contenu = _get_environnement().get_template(f"{modele}.txt").render(valeurs)
    sujet, _saut, corps = contenu.partition("\n")
    return sujet.strip()[:SUJET_MAX], corps.strip() + "\n"


def cite(texte: str | None) -> str | None:
    """What somebody wrote, each line marked, so that nobody takes it for the words of this site; None for nothing."""
    lignes = [clean_ligne(ligne) for ligne in (texte or "")[:CITATION_MAX].splitlines()]
    return "\n".join(f"> {ligne}".rstrip() for ligne in lignes).strip() or None


def clean_ligne(texte: str, longueur_max: int = CITATION_MAX) -> str:
    """A text on one line without control characters, which mails refuse; cut when it is too long."""
    propre = "".join(" " if unicodedata.category(c)[0] in {"C", "Z"} else c for c in texte)
    ligne = " ".join(propre.split())
    return ligne if len(ligne) <= longueur_max else f"{ligne[: longueur_max - 1]}…"


@cache
def _get_environnement() -> Environment:
    environnement = Environment(
        loader=FileSystemLoader(DOSSIER),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environnement.filters.update(FILTRES)
    environnement.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext=textes.find_texte, ngettext=textes.find_texte_nombre, newstyle=True
    )
    return environnement
