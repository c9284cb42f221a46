"""Territories of tests: real codes and names, square boundaries."""

from __future__ import annotations

from typing import Any

import shapely
from sqlalchemy.orm import Session

from tierslieux.territoires.enums import CODE_FRANCE, NatureToponyme, Niveau
from tierslieux.territoires.models import CodePostalTerritoire, Territoire, Toponyme
from tierslieux.territoires.noms import build_cle

Carre = tuple[float, float, float, float]


def _ewkt(geometrie: shapely.Geometry) -> str:
    return f"SRID=4326;{geometrie.wkt}"


def make_territoire(
    session: Session,
    niveau: Niveau,
    code: str,
    nom: str,
    *,
    carre: Carre | None = None,
    nom_tri: str | None = None,
    codes_postaux: tuple[str, ...] = (),
    anciens: dict[str, str] | None = None,
    mairie: tuple[float, float] | None = None,
    **champs: Any,
) -> Territoire:
    """A territory, with its names and postcodes when it is a commune or an arrondissement.

    `carre` is (west, south, east, north) in degrees; `anciens` gives the names of former communes by code.
    """
    geometries: dict[str, Any] = {}
    if carre is not None:
        forme = shapely.MultiPolygon([shapely.box(*carre)])
        geometries = {"contour": _ewkt(forme), "centre": _ewkt(forme.centroid)}
        if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
            geometries["geom"] = _ewkt(forme)
    if mairie is not None:
        geometries["mairie"] = _ewkt(shapely.Point(mairie))
    champs.setdefault("population", None)
    territoire = Territoire(niveau=niveau.value, code=code, nom=nom, nom_tri=nom_tri or nom, **geometries, **champs)
    session.add(territoire)
    session.flush()
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        make_toponyme(session, territoire, nom, NatureToponyme.OFFICIEL)
        if nom_tri is not None:
            make_toponyme(session, territoire, nom_tri, NatureToponyme.SANS_ARTICLE)
        for ancien_code, ancien_nom in (anciens or {}).items():
            make_toponyme(session, territoire, ancien_nom, NatureToponyme.ANCIENNE_COMMUNE, code=ancien_code)
        session.add_all(CodePostalTerritoire(code_postal=cp, territoire_id=territoire.id) for cp in codes_postaux)
    session.flush()
    return territoire


def make_toponyme(
    session: Session, territoire: Territoire, nom: str, nature: NatureToponyme, code: str | None = None
) -> Toponyme:
    """A name that leads to the territory."""
    toponyme = Toponyme(
        territoire_id=territoire.id,
        nom=nom,
        cle=build_cle(nom),
        nature=nature.value,
        code=code,
        population=territoire.population,
    )
    session.add(toponyme)
    return toponyme


def make_bretagne(session: Session) -> dict[str, Territoire]:
    """France, one région, two départements, two EPCI (one in both départements) and five communes in a row.

    Each commune is a square of 0.1° between 48.3° and 48.4° N: Brest (29019, with the former commune Lambézellec under
    the invented code 29990) from 4.6° to 4.5° W, then Guipavas (29075), Landerneau (29103), Plourin (29208) and, in the
    other département, Le Vieux-Marché (22387), which has no population.
    """
    faits: dict[str, Territoire] = {}

    def ajouter(niveau: Niveau, code: str, nom: str, **champs: Any) -> None:
        faits[code] = make_territoire(session, niveau, code, nom, **champs)

    ajouter(Niveau.FRANCE, CODE_FRANCE, "France", carre=(-4.6, 48.3, -4.1, 48.4), population=170_000)
    ajouter(Niveau.REGION, "53", "Bretagne", carre=(-4.6, 48.3, -4.1, 48.4), population=170_000, type_nom=0)
    for code, nom, est, type_nom, population in (
        ("29", "Finistère", -4.2, 2, 170_000),
        ("22", "Côtes-d'Armor", -4.1, 4, None),
    ):
        ouest = -4.6 if code == "29" else -4.2
        ajouter(
            Niveau.DEPARTEMENT,
            code,
            nom,
            carre=(ouest, 48.3, est, 48.4),
            region_code="53",
            type_nom=type_nom,
            population=population,
        )
    for code, nom in (("242900314", "Brest Métropole"), ("200000001", "Communauté de communes du Trégor")):
        ajouter(Niveau.EPCI, code, nom, region_code="53", departement_code="29", population=1_000)
    communes: tuple[tuple[str, str, str, str, int | None, dict[str, Any]], ...] = (
        (
            "29019",
            "Brest",
            "29",
            "242900314",
            140_064,
            {"codes_postaux": ("29200",), "mairie": (-4.55, 48.39), "anciens": {"29990": "Lambézellec"}},
        ),
        ("29075", "Guipavas", "29", "242900314", 14_600, {"codes_postaux": ("29490",)}),
        ("29103", "Landerneau", "29", "200000001", 15_700, {"codes_postaux": ("29800",)}),
        (
            "29208",
            "Plourin",
            "29",
            "200000001",
            1_200,
            {"codes_postaux": ("29830",)},
        ),
        (
            "22387",
            "Le Vieux-Marché",
            "22",
            "200000001",
            None,
            {"codes_postaux": ("22420",), "nom_tri": "Vieux-Marché", "type_nom": 2},
        ),
    )
    for rang, (code, nom, departement, epci, population, champs) in enumerate(communes):
        ouest = round(-4.6 + rang / 10, 1)
        ajouter(
            Niveau.COMMUNE,
            code,
            nom,
            carre=(ouest, 48.3, round(ouest + 0.1, 1), 48.4),
            region_code="53",
            departement_code=departement,
            epci_code=epci,
            population=population,
            population_annee=2017,
            **champs,
        )
    return faits
