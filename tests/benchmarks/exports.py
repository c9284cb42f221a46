"""`python -m tests.benchmarks.exports`: seconds for 20,000 places and peak memory of each format, at two sizes.

Each file is written by a process of its own: its time is from the opening of the transaction to the file on the disk,
its memory what its peak adds to what it holds once everything is imported and one place of each kind was written.
Exit status 1 when a format takes more than 2 s for 20,000 places, or when ten times the places take much more memory.
Bounded: two databases to build the first time (a minute), then about two minutes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.pool import NullPool

from tierslieux.config import RACINE, Settings
from tierslieux.core.db import create_engine_for, open_instantane, session_factory
from tierslieux.diffusion.exports import services
from tierslieux.diffusion.exports.registre import FORMATS, get_format
from tierslieux.installation import cluster
from tierslieux.lieux.enums import Frais, Genre, ModaliteAcces, Programme, Service, is_aide, is_tiers_lieu
from tierslieux.lieux.extraction import Selection
from tierslieux.lieux.params import Criteres

PREFIXE = "tierslieux_banc_exports"
TAILLES = (20_000, 200_000)
GRAINE = 20_261_122
CIBLE_S = 2.0
# Ten times the places: buffers and allocators breathe, nothing is kept.
CROISSANCE_MAX_MO = 30
OCTETS_MO = 1024 * 1024
LARGEUR = 120

SOURCES = (
    ("banc", "Lieux inventés", "Banc de mesure", "Données inventées", True),
    ("banc-2", "Seconde source inventée", "Autre banc", "CC BY 4.0", True),
)
COLONNES_LIEU = (
    "id, public_id, nom, genres, services, frais, modalites_acces, programmes, typologies, autres_telephones, est_aide,"
    " est_tiers_lieu, horaires, telephone, courriel, site_web, adresse, code_postal, commune_code, commune_nom,"
    " itinerant, presentation, presentation_detail, pivot, precision, geom, provenance"
)
COLONNES_FICHE = "source_id, identifiant, lieu_id, brut, valeurs, empreinte, date_maj, creee_at, modifiee_at"
HORAIRES = (
    None,
    "Mo-Fr 09:00-12:00,14:00-17:00",
    "Mo 13:30-17:00; Tu-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00,13:30-16:00",
    "Tu,Th 14:00-18:00; We 10:00-12:00,14:00-18:00; Sa 10:00-13:00",
)


@dataclass(frozen=True, slots=True)
class Mesure:
    """One file: `pic_mo` is what its writing added to the memory of the process.

    `cpu_s_pour_20000` is the processor time of the program alone, without the database's: what does not change when
    other programs share the machine.
    """

    code: str
    lieux: int
    seconds: float
    s_pour_20000: float
    cpu_s_pour_20000: float
    octets: int
    pic_mo: float


def main() -> None:
    """Measure every format at every size, or one in this very process (--un)."""
    lecteur = argparse.ArgumentParser(prog="python -m tests.benchmarks.exports", description=__doc__)
    lecteur.add_argument("--lieux", type=int, nargs="+", default=TAILLES, help="sizes (default 20,000 and 200,000)")
    lecteur.add_argument("--format", choices=[forme.code for forme in FORMATS], action="append", dest="formats")
    lecteur.add_argument("--json", action="store_true", help="print one JSON object")
    lecteur.add_argument("--un", nargs=2, metavar=("FORMAT", "DATABASE_URL"), help=argparse.SUPPRESS)
    options = lecteur.parse_args()
    if options.un:
        print(json.dumps(asdict(measure(*options.un))))  # noqa: T201  (what the parent reads)
        return
    console = Console(stderr=True)
    mesures = []
    for nombre in options.lieux:
        url = build_base(nombre, console)
        for code in options.formats or [forme.code for forme in FORMATS]:
            mesures.append(run(code, url))
            console.print(f"{code}, {nombre} places: {mesures[-1].s_pour_20000:.2f} s for 20,000")
    fautes = list(list_fautes(mesures))
    if options.json:
        print(json.dumps({"mesures": [asdict(mesure) for mesure in mesures], "fautes": fautes}))  # noqa: T201  (what the command prints)
    else:
        Console(width=LARGEUR).print(build_table(mesures))
        for faute in fautes:
            console.print(faute)
    sys.exit(bool(fautes))


def run(code: str, url: str) -> Mesure:
    """Measure one format in a process of its own."""
    commande = [sys.executable, "-m", "tests.benchmarks.exports", "--un", code, url]
    sortie = subprocess.run(commande, cwd=RACINE, check=True, capture_output=True, text=True, timeout=600).stdout
    return Mesure(**json.loads(sortie))


def measure(code: str, url: str) -> Mesure:
    """Write the whole base in this format, after a first small file that loads what the format needs."""
    forme = get_format(code)
    engine = create_engine_for(url)
    fabrique = session_factory(engine)
    tous = Selection(Criteres(candidats=True))
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / f"export.{forme.extension}"
        with open_instantane(fabrique) as session:
            petite = Selection(Criteres(candidats=True), texte="17 lieu")
            services.write(session, forme, petite, services.build_contexte(session, petite, racine=None), chemin)
        chemin.unlink()
        avant_mo = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        debut, debut_cpu = time.perf_counter(), time.process_time()
        with open_instantane(fabrique) as session:
            contexte = services.build_contexte(session, tous, racine="https://tierslieux.example/")
            services.write(session, forme, tous, contexte, chemin)
        seconds, cpu_s = time.perf_counter() - debut, time.process_time() - debut_cpu
        pic_mo = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - avant_mo
        octets = chemin.stat().st_size
    engine.dispose()
    lieux = contexte.compte.lieux
    pour_20000 = (round(duree / lieux * 20_000, 2) for duree in (seconds, cpu_s))
    return Mesure(code, lieux, round(seconds, 2), *pour_20000, octets, round(pic_mo, 1))


def list_fautes(mesures: list[Mesure]) -> Iterator[str]:
    """Targets that are missed, in words."""
    petites: dict[str, Mesure] = {}
    for mesure in mesures:
        if mesure.s_pour_20000 > CIBLE_S:
            yield f"{mesure.code}, {mesure.lieux} places: {mesure.s_pour_20000} s for 20,000, target {CIBLE_S}"
        petite = petites.setdefault(mesure.code, mesure)
        if mesure.pic_mo - petite.pic_mo > CROISSANCE_MAX_MO:
            yield f"{mesure.code}: {petite.pic_mo} MB for {petite.lieux}, {mesure.pic_mo} MB for {mesure.lieux}"


def build_table(mesures: list[Mesure]) -> Table:
    """The figures for people."""
    table = Table(title="Exports, each in a process of its own")
    for colonne in ("format", "places", "seconds", "s for 20,000", "CPU s for 20,000", "file MB", "memory added MB"):
        table.add_column(colonne, justify="left" if colonne == "format" else "right")
    for m in mesures:
        taille = f"{m.octets / OCTETS_MO:.1f}"
        durees = (m.seconds, m.s_pour_20000, m.cpu_s_pour_20000)
        table.add_row(m.code, f"{m.lieux:,}", *(f"{duree:.2f}" for duree in durees), taille, f"{m.pic_mo:.1f}")
    return table


# --- The database ---------------------------------------------------------------------------------------------------


def build_base(nombre: int, console: Console) -> str:
    """Address of a database with `nombre` invented places as full as those of France Services; built once."""
    settings = Settings.from_env({"TIERSLIEUX_SECRET_KEY": "x", "TIERSLIEUX_DEVELOPMENT": "1", **os.environ})
    url = make_url(settings.database_url or cluster.ensure_running(RACINE / "var")).set(database=f"{PREFIXE}_{nombre}")
    texte = url.render_as_string(hide_password=False)
    if _is_complete(url, nombre):
        return texte
    console.print(f"Database {url.database}: built.")
    nom = psycopg.sql.Identifier(url.database or "")
    with psycopg.connect(_build_conninfo(url.set(database="postgres")), autocommit=True) as connexion:
        connexion.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(nom))
        connexion.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(nom))
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connexion_sa:
        config = _load_config()
        config.attributes["connection"] = connexion_sa
        command.upgrade(config, "head")
    with psycopg.connect(_build_conninfo(url)) as connexion:
        populate(connexion, nombre)
    with psycopg.connect(_build_conninfo(url), autocommit=True) as connexion:
        connexion.execute("VACUUM ANALYZE")
    return texte


def _is_complete(url: URL, nombre: int) -> bool:
    try:
        with psycopg.connect(_build_conninfo(url)) as connexion:
            revision = connexion.execute("SELECT version_num FROM alembic_version").fetchone()
            lieux = connexion.execute("SELECT count(*) FROM lieu").fetchone()
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return False
    return lieux == (nombre,) and revision == (ScriptDirectory.from_config(_load_config()).get_current_head(),)


def _build_conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _load_config() -> Config:
    return Config(str(RACINE / "alembic.ini"))


def populate(connexion: psycopg.Connection[tuple[object, ...]], nombre: int) -> None:
    """Add the sources, the places and their fiches: one each, two for a place in five."""
    connexion.cursor().executemany(
        "INSERT INTO source (id, libelle, producteur, licence, edition, confiance, est_inventee)"
        " VALUES (%s, %s, %s, %s, '1', 1, %s)",
        SOURCES,
    )
    tirage = random.Random(GRAINE)  # noqa: S311  (a benchmark, not a secret)
    with connexion.cursor() as curseur, curseur.copy(f"COPY lieu ({COLONNES_LIEU}) FROM STDIN") as copie:
        for rang in range(nombre):
            copie.write_row(build_lieu(rang, tirage))
    instant = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with connexion.cursor() as curseur, curseur.copy(f"COPY fiche_source ({COLONNES_FICHE}) FROM STDIN") as copie:
        for rang in range(nombre):
            for source in SOURCES[: 1 + (rang % 5 == 0)]:
                date = dt.date(2026, 1, 1 + rang % 28)
                copie.write_row((source[0], str(rang), rang + 1, "{}", "{}", str(rang), date, instant, instant))


def build_lieu(rang: int, tirage: random.Random) -> tuple[object, ...]:
    """A row of `lieu` in the order of COLONNES_LIEU, with nearly every field filled."""
    genres = [genre.value for genre in tirage.sample(list(Genre), 1 + rang % 2)]
    offerts = [service.value for service in tirage.sample(list(Service), rang % 4)]
    date = f"2026-01-{1 + rang % 28:02d}"
    dits = "nom genres services adresse code_postal commune_code commune_nom position telephone horaires".split()
    lon, lat = round(-5 + 13 * tirage.random(), 7), round(42 + 9 * tirage.random(), 7)
    return (
        rang + 1,
        f"banc{rang:07d}",
        f"Lieu {rang} de l’été, « Espace {'& Co' if rang % 20 == 0 else 'commun'} »",
        genres,
        offerts,
        [tirage.choice(list(Frais)).value],
        [tirage.choice(list(ModaliteAcces)).value],
        [tirage.choice(list(Programme)).value] if rang % 3 == 0 else [],
        ["ESS"] if rang % 10 == 0 else [],
        ["3949"] if rang % 20 == 0 else [],
        is_aide(genres, offerts),
        is_tiers_lieu(genres),
        tirage.choice(HORAIRES),
        f"+332{tirage.randrange(10**8):08d}",
        f"accueil{rang}@exemple.fr",
        f"https://exemple.fr/lieux/{rang}",
        f"{1 + rang % 99} rue de la Mesure",
        f"{tirage.randrange(1000, 95000):05d}",
        f"{tirage.randrange(1000, 19000):05d}",
        f"Commune {rang % 3000}",
        tirage.choice((None, True, False)),
        "Un lieu inventé pour mesurer les exports, avec une présentation de longueur ordinaire." if rang % 2 else None,
        "Une présentation détaillée, plus longue. " * 8 if rang % 4 == 0 else None,
        f"{tirage.randrange(10**14):014d}" if rang % 3 else None,
        "adresse" if rang % 9 else "commune",
        f"SRID=4326;POINT({lon} {lat})",
        json.dumps({champ: {"fiches": [rang], "source": "banc", "date": date} for champ in dits}),
    )


if __name__ == "__main__":
    main()
