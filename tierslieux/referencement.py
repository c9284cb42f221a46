"""What templates write for search engines: addresses, other languages, titles and structured data of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup

from tierslieux import canoniques
from tierslieux.lieux.schema_org import build_ariane, build_evenements, build_lieu, dump_json
from tierslieux.lieux.services import LieuDetail
from tierslieux.lieux.titres import build_description_lieu, build_titre_lieu
from tierslieux.territoires.adresses import Etape


def render_lieu_structure(detail: LieuDetail, echelle: Sequence[Etape]) -> Markup:
    """What machines read of a place's page: the place, what happens there soon, its ladder."""
    lieu = detail.resume
    adresse = canoniques.build_absolue(canoniques.build_url_lieu(echelle, lieu.nom, lieu.public_id))
    evenements = build_evenements(detail, adresse, dt.datetime.now(dt.UTC))
    ariane = build_ariane([*_list_liens(echelle), (lieu.nom, adresse)])
    return dump_json([build_lieu(detail, adresse), *evenements, ariane])


def render_territoire_structure(ariane: Sequence[Etape], nom: str, adresse: str) -> Markup:
    """What machines read of a territory's page: its ladder; nothing for the whole country, which has none."""
    if not ariane:
        return Markup()
    return dump_json([build_ariane([*_list_liens(ariane), (nom, canoniques.build_absolue(adresse))])])


def _list_liens(echelle: Sequence[Etape]) -> list[tuple[str, str]]:
    return [(nom, canoniques.build_absolue(lien)) for nom, lien in canoniques.list_liens(echelle)]


def init_referencement(app: Flask) -> None:
    """Give the templates these functions."""
    app.jinja_env.globals.update(
        url_pas=canoniques.build_url_pas,
        url_code=canoniques.build_url_code,
        url_lieu=canoniques.build_url_lieu,
        list_liens=canoniques.list_liens,
        adresse_absolue=canoniques.build_absolue,
        list_alternatives=canoniques.list_alternatives,
        titre_lieu=build_titre_lieu,
        description_lieu=build_description_lieu,
        structure_lieu=render_lieu_structure,
        structure_territoire=render_territoire_structure,
    )
