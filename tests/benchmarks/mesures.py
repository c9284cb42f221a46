"""What is measured: each HTTP answer beside the raw statement of the same question, one after the other.

The raw statement is written by hand and prepared by psycopg: it is what the same server answers to somebody who asks
for nothing but the rows. Questions are drawn with a fixed seed.
"""

from __future__ import annotations

import http.client
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg

from tierslieux.cartes.grappes import build_grille
from tierslieux.core.types import Bbox
from tierslieux.lieux.enums import Besoin, Genre, Service

GRAINE = 7
ECHAUFFEMENT = 60

Connexion = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """An address of the site, and the raw statement that answers the same; None when there is no single one."""

    adresse: str
    sql: str | None
    valeurs: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Resultat:
    """Times in milliseconds over all the questions of a kind, and whether the target is met (None without target)."""

    nom: str
    questions: int
    http_p50_ms: float
    http_p95_ms: float
    sql_p50_ms: float | None
    sql_p95_ms: float | None
    cible: str
    cible_ms: float | None
    tenue: bool | None
    octets_p95: int


@dataclass(frozen=True, slots=True)
class Mesure:
    """A kind of question with its target: `compute_cible_ms` takes the p95 of the raw statement."""

    nom: str
    build: Callable[[random.Random, Connexion], Iterator[Question]]
    cible: str
    compute_cible_ms: Callable[[float], float] | None


# --- The questions --------------------------------------------------------------------------------------------------

SQL_PROCHES = """
SELECT id, public_id, nom, genres, services, besoins, frais, est_aide, est_tiers_lieu, horaires, telephone, adresse,
    code_postal, commune_code, commune_nom, itinerant, accessible, precision, provenance -> 'nom',
    ST_X(geom), ST_Y(geom),
    geom::geography <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography AS distance_m
FROM lieu
WHERE statut = 'publie' AND (est_aide OR est_tiers_lieu) AND {filtre} @> ARRAY[%s]::text[]
    AND ST_DWithin(geom::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography, 50000)
ORDER BY distance_m
LIMIT 20
"""
SQL_COMMUNE = """
SELECT t.code, t.nom, t.population, t.departement_code, ST_X(t.centre), ST_Y(t.centre)
FROM toponyme p JOIN territoire t ON t.id = p.territoire_id
WHERE p.cle = %s
ORDER BY t.population DESC NULLS LAST
LIMIT 10
"""
SQL_GRAPPES = """
SELECT sum(somme_lon) / sum(nombre), sum(somme_lat) / sum(nombre), sum(nombre), min(lieu_id)
FROM grappe
WHERE zoom = %s AND service IS NULL AND x BETWEEN %s AND %s AND y BETWEEN %s AND %s AND est_offre
GROUP BY x, y
"""

_COLONNES = {"besoin": "besoins", "genre": "genres", "service": "services"}
# Screens in pixels: a phone, a laptop, a desk.
ECRANS = ((360, 640), (1280, 800), (1920, 1080))
ZOOMS = range(3, 19)


def _list_positions(tirage: random.Random, connexion: Connexion) -> Iterator[tuple[float, float]]:
    """Positions some kilometres around communes, drawn half evenly, half by population."""
    communes = connexion.execute(
        "SELECT ST_X(centre), ST_Y(centre), coalesce(population, 0) FROM territoire"
        " WHERE niveau = 'commune' AND centre IS NOT NULL ORDER BY code"
    ).fetchall()
    poids = [commune[2] for commune in communes]
    while True:
        (lon, lat, _), *_ = tirage.choices(communes, weights=poids if tirage.random() < 0.5 else None)
        yield round(lon + tirage.gauss(0, 0.03), 4), round(lat + tirage.gauss(0, 0.03), 4)


def list_proches(tirage: random.Random, connexion: Connexion) -> Iterator[Question]:
    """The 20 nearest places with a filter."""
    filtres = [("besoin", b.value) for b in Besoin]
    filtres += [("genre", g.value) for g in (Genre.FRANCE_SERVICES, Genre.EPN, Genre.COWORKING)]
    filtres += [("service", s.value) for s in (Service.DEMARCHES, Service.ACCES)]
    for lon, lat in _list_positions(tirage, connexion):
        nom, code = tirage.choice(filtres)
        args = urlencode({"proche": f"{lon},{lat}", "limite": 20, nom: code}, safe=",")
        sql = SQL_PROCHES.format(filtre=_COLONNES[nom])
        yield Question(f"/api/v1/lieux?{args}", sql, (lon, lat, code, lon, lat))


def list_communes(tirage: random.Random, connexion: Connexion) -> Iterator[Question]:
    """A commune by its official name."""
    noms = connexion.execute(
        "SELECT p.nom, p.cle FROM toponyme p WHERE p.nature = 'officiel' ORDER BY p.cle, p.nom"
    ).fetchall()
    while True:
        nom, cle = tirage.choice(noms)
        yield Question(f"/api/v1/communes?q={quote(str(nom))}", SQL_COMMUNE, (cle,))


def list_communes_fautives(tirage: random.Random, connexion: Connexion) -> Iterator[Question]:
    """The same with one letter wrong: no single statement answers that."""
    for question in list_communes(tirage, connexion):
        nom = str(question.valeurs[0])
        if len(nom) < 6:
            continue
        rang = tirage.randrange(1, len(nom) - 1)
        faux = nom[:rang] + tirage.choice("aeioustnr") + nom[rang + 1 :]
        yield Question(f"/api/v1/communes?q={quote(faux)}", None)


def list_grappes(tirage: random.Random, connexion: Connexion) -> Iterator[Question]:
    """Clusters of a screen at any zoom, half of the time with a filter."""
    filtres = [{"besoin": b.value} for b in Besoin] + [{"genre": "epn"}, {"service": Service.ACCES.value}]
    for lon, lat in _list_positions(tirage, connexion):
        zoom, (largeur_px, hauteur_px) = tirage.choice(ZOOMS), tirage.choice(ECRANS)
        bbox = _build_bbox(lon, lat, zoom, largeur_px, hauteur_px)
        filtre = tirage.choice(filtres) if tirage.random() < 0.5 else {}
        boite = f"{bbox.ouest:.4f},{bbox.sud:.4f},{bbox.est:.4f},{bbox.nord:.4f}"
        args = urlencode({"bbox": boite, "zoom": zoom} | filtre, safe=",")
        grille = build_grille(bbox, zoom)
        valeurs = (grille.zoom, grille.x_min, grille.x_max, grille.y_min, grille.y_max)
        brut = SQL_GRAPPES if not filtre and grille.zoom <= 10 else None
        yield Question(f"/api/v1/grappes?{args}", brut, valeurs)


def _build_bbox(lon: float, lat: float, zoom: int, largeur_px: int, hauteur_px: int) -> Bbox:
    deg_par_px = 360 / (256 * 2**zoom)
    demi_lon = largeur_px / 2 * deg_par_px
    demi_lat = hauteur_px / 2 * deg_par_px * math.cos(math.radians(lat))
    return Bbox(max(lon - demi_lon, -180), max(lat - demi_lat, -85), min(lon + demi_lon, 180), min(lat + demi_lat, 85))


MESURES = (
    Mesure("20 lieux les plus proches, avec un filtre", list_proches, "3 × SQL p95 + 5 ms", lambda sql: 3 * sql + 5),
    Mesure("commune par son nom", list_communes, "30 ms", lambda _sql: 30),
    Mesure("commune avec une faute", list_communes_fautives, "", None),
    Mesure("grappes d’une vue quelconque", list_grappes, "60 ms", lambda _sql: 60),
)

# --- The clock ------------------------------------------------------------------------------------------------------


def run_mesure(mesure: Mesure, port: int, conninfo: str, nombre: int) -> Resultat:
    """Ask `nombre` questions over HTTP and as raw statements, in turn, after some that are not counted."""
    http_ms, sql_ms, octets = [], [], []
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with psycopg.connect(conninfo, autocommit=True) as connexion:
        questions = mesure.build(random.Random(GRAINE), connexion)  # noqa: S311  (a benchmark, not a secret)
        for rang in range(ECHAUFFEMENT + nombre):
            question = next(questions)
            # The first to ask brings the pages into memory for the second: each goes first every other time.
            if rang % 2:
                duree_sql_ms = _time_sql(connexion, question)
                duree_ms, taille = _time_http(client, question.adresse)
            else:
                duree_ms, taille = _time_http(client, question.adresse)
                duree_sql_ms = _time_sql(connexion, question)
            if rang >= ECHAUFFEMENT:
                http_ms.append(duree_ms)
                octets.append(float(taille))
                if duree_sql_ms is not None:
                    sql_ms.append(duree_sql_ms)
    client.close()
    sql_p95_ms = compute_centile(sql_ms, 95) if sql_ms else None
    http_p95_ms = compute_centile(http_ms, 95)
    cible_ms = mesure.compute_cible_ms(sql_p95_ms or 0) if mesure.compute_cible_ms else None
    return Resultat(
        nom=mesure.nom,
        questions=nombre,
        http_p50_ms=compute_centile(http_ms, 50),
        http_p95_ms=http_p95_ms,
        sql_p50_ms=compute_centile(sql_ms, 50) if sql_ms else None,
        sql_p95_ms=sql_p95_ms,
        cible=mesure.cible,
        cible_ms=cible_ms,
        tenue=None if cible_ms is None else http_p95_ms <= cible_ms,
        octets_p95=int(compute_centile(octets, 95)),
    )


def _time_http(client: http.client.HTTPConnection, adresse: str) -> tuple[float, int]:
    """Milliseconds from the request to the last byte of its answer, compressed as browsers ask for it; and bytes."""
    debut_s = time.perf_counter()
    client.request("GET", adresse, headers={"Accept-Encoding": "gzip, deflate, br"})
    reponse = client.getresponse()
    corps = reponse.read()
    duree_ms = (time.perf_counter() - debut_s) * 1000
    if reponse.status != http.HTTPStatus.OK:
        raise SystemExit(f"{adresse}: status {reponse.status}")
    return duree_ms, len(corps)


def _time_sql(connexion: Connexion, question: Question) -> float | None:
    """Milliseconds to run the raw statement and read its rows."""
    if question.sql is None:
        return None
    debut_s = time.perf_counter()
    connexion.execute(question.sql, question.valeurs, prepare=True).fetchall()
    return (time.perf_counter() - debut_s) * 1000


def compute_centile(valeurs: Sequence[float], pct: float) -> float:
    """The value that `pct` of the values do not exceed (nearest rank)."""
    ordre = sorted(valeurs)
    return ordre[max(math.ceil(pct / 100 * len(ordre)) - 1, 0)]
