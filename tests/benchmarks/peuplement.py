"""200,000 invented places spread on the real communes: the same ones at every run.

Half of the places fall on communes drawn evenly, half on communes drawn by population: villages and big cities are both
crowded. Shares of kinds are those of the real sources (many town halls and libraries, fewer places of help), and
services are drawn one by one so that there are hundreds of different combinations.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import psycopg

from tierslieux.lieux.enums import Frais, Genre, Service, find_besoins, is_aide, is_tiers_lieu

GRAINE = 20_240_801
# About 1 km: places of one commune stand apart from each other.
ECART_DEG = 0.01

PARTS: dict[tuple[Genre, ...], int] = {
    (Genre.MAIRIE,): 30,
    (Genre.BIBLIOTHEQUE,): 16,
    (Genre.CONSEILLER_NUMERIQUE,): 16,
    (Genre.FRANCE_SERVICES,): 8,
    (Genre.FRANCE_SERVICES, Genre.CONSEILLER_NUMERIQUE): 3,
    (Genre.EPN,): 5,
    (Genre.COWORKING,): 5,
    (Genre.TIERS_LIEU,): 5,
    (Genre.FABLAB, Genre.TIERS_LIEU): 2,
    (Genre.REPAIR_CAFE,): 2,
    (Genre.CCAS,): 3,
    (Genre.ASSOCIATION,): 3,
    (Genre.CENTRE_SOCIAL,): 2,
}
SANS_SERVICE = {Genre.MAIRIE, Genre.BIBLIOTHEQUE, Genre.COWORKING, Genre.TIERS_LIEU, Genre.FABLAB, Genre.REPAIR_CAFE}
HORAIRES = (
    None,
    "Mo-Fr 09:00-12:00,14:00-17:00",
    "Mo-Fr 08:30-12:30; PH off",
    "Tu,Th 14:00-18:00; We 10:00-12:00,14:00-18:00; Sa 10:00-13:00",
    "Mo,We 09:00-12:30; Fr 13:30-16:30",
)

COLONNES = (
    "public_id, nom, genres, services, besoins, frais, est_aide, est_tiers_lieu, horaires, telephone, adresse,"
    " code_postal, commune_code, commune_nom, accessible, precision, geom, provenance"
)
COPIER = f"COPY lieu ({COLONNES}) FROM STDIN"


def populate(connexion: psycopg.Connection[tuple[object, ...]], nombre: int) -> None:
    """Add `nombre` invented places; communes must be loaded."""
    communes = connexion.execute(
        "SELECT code, nom, ST_X(centre), ST_Y(centre), coalesce(population, 0) FROM territoire"
        " WHERE niveau = 'commune' AND centre IS NOT NULL ORDER BY code"
    ).fetchall()
    if not communes:
        raise SystemExit("No commune in this database: run `flask territoires load` first.")
    connexion.execute(
        "INSERT INTO source (id, libelle, producteur, licence, edition, confiance, est_inventee)"
        " VALUES ('banc', 'Lieux inventés', 'Banc de mesure', 'aucune', '1', 1, true) ON CONFLICT DO NOTHING"
    )
    with connexion.cursor() as curseur, curseur.copy(COPIER) as copie:
        for rangee in build_rangees(communes, nombre):
            copie.write_row(rangee)


def build_rangees(communes: list[tuple[object, ...]], nombre: int) -> Iterator[tuple[object, ...]]:
    """Rows of `lieu`, in the order of COLONNES; always the same for the same communes."""
    tirage = random.Random(GRAINE)  # noqa: S311  (a benchmark, not a secret)
    moitie = nombre // 2
    choisies = tirage.choices(communes, k=nombre - moitie)
    choisies += tirage.choices(communes, weights=[commune[4] for commune in communes], k=moitie)
    tirage.shuffle(choisies)
    profils = tirage.choices(list(PARTS), weights=list(PARTS.values()), k=nombre)
    provenance = json.dumps({"nom": {"fiches": [], "source": "banc", "date": "2024-08-01"}})
    for rang, ((code, nom, lon, lat, _), genres) in enumerate(zip(choisies, profils, strict=True)):
        services = [] if SANS_SERVICE & {*genres} else sorted(tirage.sample(list(Service), tirage.randint(1, 5)))
        besoins = find_besoins(genres, services)
        x, y = lon + tirage.gauss(0, ECART_DEG), lat + tirage.gauss(0, ECART_DEG)
        yield (
            f"banc-{rang:06d}",
            f"{genres[0].libelle} {rang} de {nom}",
            [genre.value for genre in genres],
            [service.value for service in services],
            [besoin.value for besoin in besoins],
            [tirage.choice((Frais.GRATUIT, Frais.PAYANT)).value],
            is_aide(genres, services),
            is_tiers_lieu(genres),
            tirage.choice(HORAIRES),
            f"+332{tirage.randrange(10**8):08d}",
            f"{1 + rang % 99} rue de la Mesure",
            "00000",
            code,
            nom,
            tirage.choice((None, True, False)),
            "adresse",
            f"SRID=4326;POINT({x:.6f} {y:.6f})",
            provenance,
        )
