"""Statements of tiles: named blocks of sql/tuiles.sql, run on a session."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import TextClause, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tierslieux.core.sql import load_block, load_blocks
from tierslieux.diffusion.tuiles.couches import ZOOM_GRILLE, ZOOM_LIEUX, Couche, Famille
from tierslieux.diffusion.tuiles.params import Boite, Tuile, list_tuiles
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.lieux.models import Source
from tierslieux.territoires.dessins import find_zoom_min
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionDessins, EditionTerritoires

SQL = Path(__file__).parent / "sql" / "tuiles.sql"

_PARAMETRE = re.compile(r"(?<!:):(\w+)")

Proprietes = Mapping[str, Mapping[str, Any]]


@cache
def _get_block(nom: str) -> TextClause:
    return load_block(SQL, nom)


@cache
def _build_dessin(nom: str, zoom_min: int) -> str:
    """The block for psycopg, with a whole number written in it: a prepared statement then uses this zoom's index."""
    sql = load_blocks(SQL)[nom].replace(":zoom_min", str(zoom_min))
    return _PARAMETRE.sub(r"%(\1)s", sql)


def read_version(session: Session, famille: Famille) -> str | None:
    """A text that changes whenever what these layers hold does, None when there is nothing; some milliseconds."""
    version: str | None = session.scalar(_get_block(f"read_version_{famille.value}"))
    return version


def draw_territoires(session: Session, couche: Couche, tuile: Tuile) -> bytes:
    """A tile of boundaries, empty where none is."""
    return _draw(session, "draw_territoires", tuile, **_describe(couche, tuile))


def draw_lieux(session: Session, couche: Couche, tuile: Tuile) -> bytes:
    """A tile of places: counted on a grid at far zooms, one by one at near ones."""
    if tuile.z >= ZOOM_LIEUX:
        return _draw(session, "draw_lieux", tuile, calque=couche.id)
    return _draw(session, "draw_grappes", tuile, calque=couche.id, zoom_grille=tuile.z + ZOOM_GRILLE)


def list_codes(session: Session, niveau: Niveau, tuile: Tuile) -> list[str]:
    """Codes of the territories whose box meets the tile."""
    parametres = {"z": tuile.z, "x": tuile.x, "y": tuile.y, "zoom_min": find_zoom_min(tuile.z), "niveau": niveau}
    return list(session.scalars(_get_block("list_codes"), parametres))


def draw_donnees(session: Session, couche: Couche, tuile: Tuile, proprietes: Proprietes) -> bytes:
    """A tile of boundaries with attributes given by code."""
    texte = json.dumps(proprietes, ensure_ascii=False)
    return _draw(session, "draw_donnees", tuile, **_describe(couche, tuile), proprietes=texte)


def list_boite(session: Session, boite: Boite) -> tuple[int, str | None, bytes]:
    """How many places are in the box, the id of the last one of the page, the page as features between commas."""
    bbox = boite.bbox
    parametres = {"ouest": bbox.ouest, "sud": bbox.sud, "est": bbox.est, "nord": bbox.nord}
    rangee = _run(session, "list_boite", 0, parametres | {"limite": boite.limite, "apres": boite.apres})
    return (rangee[0], rangee[1], rangee[2] or b"") if rangee else (0, None, b"")


def list_cellules(session: Session, zoom: int) -> list[Tuile]:
    """Every tile of a zoom with ground of a commune in it, and a few more, west to east and north to south."""
    boites = session.execute(_get_block("list_boites"), {"zoom_min": find_zoom_min(zoom)})
    return list_tuiles(((b.ouest, b.sud, b.est, b.nord) for b in boites), zoom)


def lift_timeout(session: Session) -> None:
    """Until the end of the transaction, statements take the time they need."""
    session.execute(_get_block("lift_timeout"))


def find_editions(session: Session) -> tuple[EditionTerritoires | None, EditionDessins | None]:
    """The boundaries that are loaded, and those that are drawn."""
    return session.scalar(select(EditionTerritoires)), session.scalar(select(EditionDessins))


def find_edition_indicateurs(session: Session, source_id: str) -> EditionIndicateurs | None:
    """The edition of a source of indicators that is loaded."""
    return session.scalar(select(EditionIndicateurs).where(EditionIndicateurs.source_id == source_id))


def has_valeurs(session: Session, indicateur: str, millesime: int, niveau: Niveau) -> bool:
    """Whether a territory of the level has a value; at once, where reading the whole level takes a second."""
    stmt = select(ValeurIndicateur.code).where(
        ValeurIndicateur.indicateur == indicateur,
        ValeurIndicateur.millesime == millesime,
        ValeurIndicateur.niveau == niveau,
    )
    return session.execute(stmt.limit(1)).first() is not None


def list_millesimes(session: Session) -> list[tuple[str, int]]:
    """(indicateur, millesime) of which a région has a value, by id, the latest first."""
    stmt = (
        select(ValeurIndicateur.indicateur, ValeurIndicateur.millesime)
        .where(ValeurIndicateur.niveau == Niveau.REGION)
        .distinct()
        .order_by(ValeurIndicateur.indicateur, ValeurIndicateur.millesime.desc())
    )
    return [(rangee.indicateur, rangee.millesime) for rangee in session.execute(stmt)]


def list_sources(session: Session) -> list[Source]:
    """The sources of places, by label."""
    return list(session.scalars(select(Source).order_by(Source.libelle)))


def _describe(couche: Couche, tuile: Tuile) -> dict[str, Any]:
    niveau = couche.niveau.value if couche.niveau else None
    return {"calque": couche.id, "niveau": niveau, "avec_nom": tuile.z >= couche.zoom_noms}


def _draw(session: Session, bloc: str, tuile: Tuile, **parametres: Any) -> bytes:  # noqa: ANN401
    tout = {"z": tuile.z, "x": tuile.x, "y": tuile.y, **parametres}
    rangee = _run(session, bloc, find_zoom_min(tuile.z), tout)
    return (rangee[0] if rangee else None) or b""


def _run(session: Session, bloc: str, zoom_min: int, parametres: dict[str, Any]) -> tuple[Any, ...] | None:
    """The row of a block, by the driver itself: the ORM would take a fifth of the millisecond of a tile."""
    connexion = cast("psycopg.Connection[tuple[Any, ...]]", session.connection().connection.driver_connection)
    try:
        with connexion.cursor(binary=True) as curseur:
            return curseur.execute(_build_dessin(bloc, zoom_min), parametres, prepare=True).fetchone()
    except psycopg.Error as erreur:
        # As from SQLAlchemy, which handlers know; without the values, which say where somebody looks.
        raise DBAPIError.instance(bloc, None, erreur, psycopg.Error, hide_parameters=True) from erreur
