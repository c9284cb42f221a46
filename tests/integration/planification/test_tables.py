"""Uploaded tables: what becomes of each row, looked at before it is kept, used by studies, forgotten."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from geoalchemy2.shape import from_shape
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.couverture import OUEST, PAS_DEG, SUD, get_code
from tests.factories.planification import DEPARTEMENT, make_territoire_a_planifier
from tests.factories.scenarios import make_scenario
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError, SourceError
from tierslieux.imports.tableaux import LECTEURS
from tierslieux.planification import services
from tierslieux.planification.etude import Etude
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.models import TableTerritoire
from tierslieux.planification.tables import depot as depot_tables
from tierslieux.planification.tables import routes as routes_tables
from tierslieux.planification.tables.depot import A_LA_MAIRIE
from tierslieux.planification.tables.services import JOURS_APERCU, JOURS_GARDES, read_table
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
ICI = (Niveau.DEPARTEMENT, DEPARTEMENT)
# Inside the commune of the second column, first row.
LON, LAT = OUEST + PAS_DEG + 0.02, SUD + 0.02


@pytest.fixture(autouse=True)
def pays(session: Session) -> None:
    make_territoire_a_planifier(session)
    session.commit()


def create(session: Session, *lignes: str, nom: str = "table.csv") -> TableTerritoire:
    contenu = "\n".join(lignes).encode()
    table, _ = depot_tables.create(session, *ICI, nom=nom, contenu=contenu, lecteurs=LECTEURS, now=NOW)
    session.commit()
    return table


def keep(session: Session, table: TableTerritoire) -> str:
    depot_tables.keep(session, *ICI, table.public_id, now=NOW)
    session.commit()
    return table.public_id


def test_buildings_become_candidates_with_their_cost(session: Session) -> None:
    table = create(session, "nom;longitude;latitude;coût", f"Salle;{LON:.4f};{LAT:.4f};12000")
    etude = Etude(*ICI, genres=(), table=table.public_id, sites=None, budget=15_000.0)
    with pytest.raises(InvalidInputError):
        load_terrain(session, etude)  # looked at, not kept
    keep(session, table)
    terrain = load_terrain(session, etude)
    [site] = [terrain.sites[i] for i in terrain.candidats]
    assert (site.nom, site.cout, site.code) == ("Salle", 12_000.0, f"{table.public_id}.2")
    assert terrain.communes.codes[site.commune] == get_code(1)
    assert [s.site.nom for s in services.find_plan(session, etude).sites] == ["Salle"]
    depot_tables.drop(session, *ICI, table.public_id)
    session.commit()
    with pytest.raises(InvalidInputError):
        load_terrain(session, etude)  # the ground was remembered; the table is gone


def test_people_by_commune_become_the_need_and_absent_communes_have_none(session: Session) -> None:
    table = create(session, "code commune;personnes", f"{get_code(0)};100", f"{get_code(1)};50,5")
    apercu = depot_tables.build_apercu(session, table)
    assert apercu.absentes == len(depot_tables.list_communes(session, *ICI)) - 2
    terrain = load_terrain(session, Etude(*ICI, besoin=f"table-{keep(session, table)}"))
    assert terrain.poids.sum() == pytest.approx(150.5)
    connues = set(terrain.communes.codes[terrain.points.commune[terrain.connues]].tolist())
    assert connues == {get_code(0), get_code(1)}


def test_each_row_that_is_not_in_the_territory_is_told(session: Session) -> None:
    table = create(
        session,
        "nom;code commune;longitude;latitude",
        f"Ici;;{LON};{LAT}",
        f"Échangée;;{LAT};{LON}",
        "En mer;;-9;47",
        f"Loin;97411;{LON};{LAT}",
        "Nulle part;99999;;",
        f"Sans position;{get_code(1)};;",
    )
    assert [(rejet["ligne"], rejet["colonne"]) for rejet in table.rejets] == [
        (3, "longitude"),
        (4, "longitude"),
        (5, "code commune"),
        (6, "code commune"),
    ]
    assert "échangées" in table.rejets[0]["attendu"]
    apercu = depot_tables.build_apercu(session, table)
    assert [(ligne.rang, ligne.commune_code) for ligne in apercu.lignes] == [(2, get_code(1)), (7, get_code(1))]
    assert apercu.a_la_mairie == 1


def test_a_building_without_position_stands_at_the_town_hall_and_says_so(session: Session) -> None:
    commune = session.scalars(select(Territoire).where(Territoire.code == get_code(1))).one()
    commune.mairie = from_shape(shapely.Point(LON, LAT), srid=4326)
    session.commit()
    table = create(session, "nom;code commune;adresse", f"Salle;{get_code(1)};3 rue des Écoles")
    [ligne] = depot_tables.build_apercu(session, table).lignes
    assert (ligne.nom, ligne.lon, ligne.lat) == (f"Salle{A_LA_MAIRIE}", LON, LAT)
    commune.mairie = None
    session.commit()
    with pytest.raises(SourceError, match="la mairie de cette commune n’est pas connue"):
        create(session, "nom;code commune", f"Salle;{get_code(1)}")


def test_nothing_is_written_of_a_file_that_is_not_understood(session: Session) -> None:
    for lignes in (("a;b", "1;2"), ("nom;longitude;latitude", "Salle;9;9"), ("code commune;personnes", "29001;")):
        with pytest.raises(SourceError):
            create(session, *lignes)
    session.rollback()
    assert session.scalars(select(TableTerritoire)).all() == []


def test_a_table_serves_its_own_territory_only(session: Session) -> None:
    cle = keep(session, create(session, "code commune;personnes", f"{get_code(0)};100"))
    with pytest.raises(InvalidInputError):
        read_table(session, cle, Niveau.REGION, "53")
    with pytest.raises(NotFoundError):
        depot_tables.get_table(session, Niveau.REGION, "53", cle)


def test_it_is_forgotten_a_year_after_its_last_use(session: Session) -> None:
    gardee, apercu = (create(session, "code commune;personnes", f"{get_code(0)};{n}") for n in (1, 2))
    cle = keep(session, gardee)
    apercu_id = apercu.public_id
    assert depot_tables.purge(session, now=NOW + dt.timedelta(days=JOURS_APERCU, hours=1)) == 1
    assert session.scalars(select(TableTerritoire.public_id)).all() == [cle]
    assert apercu_id != cle
    read_table(session, cle, *ICI)  # used today: noted
    utilisee_at = session.scalars(select(TableTerritoire.utilisee_at)).one()
    assert (utilisee_at > NOW) == (dt.datetime.now(dt.UTC) - NOW > dt.timedelta(days=1))
    hier = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    session.execute(update(TableTerritoire).values(utilisee_at=hier))
    read_table(session, cle, *ICI)
    [noter] = session.scalars(select(TableTerritoire.utilisee_at)).all()
    assert noter > hier
    assert depot_tables.purge(session, now=noter + dt.timedelta(days=JOURS_GARDES - 1)) == 0
    assert depot_tables.purge(session, now=noter + dt.timedelta(days=JOURS_GARDES, hours=1)) == 1


def test_reading_in_a_transaction_that_may_not_write_is_no_error(session: Session) -> None:
    cle = keep(session, create(session, "code commune;personnes", f"{get_code(0)};1"))
    session.execute(update(TableTerritoire).values(utilisee_at=NOW - dt.timedelta(days=9)))
    session.connection().exec_driver_sql("SET TRANSACTION READ ONLY")
    assert len(read_table(session, cle, *ICI)) == 1


def test_too_many_that_nobody_keeps_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depot_tables, "APERCUS_MAX", 1)
    create(session, "code commune;personnes", f"{get_code(0)};1")
    with pytest.raises(ConflictError):
        create(session, "code commune;personnes", f"{get_code(0)};1")


# --- Pages ------------------------------------------------------------------------------------------------------------

ADRESSE = f"/territoires/departement/{DEPARTEMENT}/tables"


@pytest.fixture
def page(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", 0)
    return client


def upload(page: FlaskClient, contenu: bytes, nom: str):
    return page.post(ADRESSE, data={"fichier": (io.BytesIO(contenu), nom)}, content_type="multipart/form-data")


def test_a_workbook_is_given_looked_at_kept_used_and_deleted(page: FlaskClient) -> None:
    modele = page.get(f"{ADRESSE}/modele-personnes.csv").text
    remplie = "\r\n".join(
        ligne + ("12" if rang else "") for rang, ligne in enumerate(modele.removeprefix("\ufeff").splitlines())
    )
    apercu = upload(page, remplie.encode(), "../dossier/besoins.csv").location
    lue = page.get(apercu).text
    assert "besoins.csv" in lue
    assert "dossier" not in lue
    assert "Rien n’est encore utilisable" in lue
    assert page.post(f"{apercu}/garder").location == apercu
    gardee = page.get(apercu).text
    [lien] = re.findall(r'href="(/territoires/[^"]*besoin=table-[^"]*)"', gardee)
    assert page.get(lien).status_code == 200
    assert page.post(f"{apercu}/supprimer").location == ADRESSE
    assert page.get(apercu).status_code == 404


def test_rows_left_out_are_shown_and_escaped(page: FlaskClient) -> None:
    contenu = f"nom;longitude;latitude;coût\nSalle;{LON};{LAT};1\nAutre;{LON};{LAT};<script>alert(1)</script>\n"
    lue = page.get(upload(page, contenu.encode("cp1252"), "t.csv").location).text
    assert "&lt;script&gt;alert(1)" in lue
    assert "<script>alert" not in lue
    assert "un nombre de plus de 0" in lue


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_templates_can_be_downloaded(page: FlaskClient, extension: str) -> None:
    for nature in ("candidats", "personnes"):
        reponse = page.get(f"{ADRESSE}/modele-{nature}.{extension}")
        assert reponse.status_code == 200
        assert f'filename="modele-{nature}-departement-29.{extension}"' in reponse.headers["Content-Disposition"]


def test_nonsense_is_answered_beside_the_field(page: FlaskClient) -> None:
    for contenu, nom in ((b"", "vide.csv"), (b"%PDF-1.4", "x.pdf"), (b"a;b\n1;2\n", "x.csv"), (b"", "")):
        reponse = upload(page, contenu, nom)
        assert reponse.status_code == 422
        assert 'role="alert"' in reponse.text
    for adresse in ("/territoires/planete/1/tables", f"{ADRESSE}/abc", f"{ADRESSE}/modele-lieux.csv"):
        assert page.get(adresse).status_code == 404


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    page: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    corps = b"x" * 3_000_000
    entete = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(len(corps))}
    enorme = page.post(ADRESSE, input_stream=io.BytesIO(corps), headers=entete)
    monkeypatch.setattr(routes_tables, "OCTETS_MAX", 10)
    for trop in (enorme, upload(page, b"code commune;personnes\n", "gros.csv")):
        assert trop.status_code == 413
        assert "2 Mo au plus" in trop.text.replace("\xa0", " ")


def test_giving_a_file_needs_the_token_of_a_page(client: FlaskClient) -> None:
    assert upload(client, b"nom;x;y\n", "t.csv").status_code == 400


def test_a_table_that_a_scenario_needs_is_neither_deleted_nor_forgotten(session: Session) -> None:
    ancienne = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for public_id in ("servie", "oubliee"):
        session.add(
            TableTerritoire(
                public_id=public_id,
                niveau="departement",
                code="29",
                nom="sites.csv",
                sha256="0",
                lignes=[],
                rejets=[],
                deposee_at=ancienne,
                gardee_at=ancienne,
                utilisee_at=ancienne,
            )
        )
    make_scenario(session, Etude(Niveau.DEPARTEMENT, "29", table="servie"))
    session.flush()
    with pytest.raises(ConflictError, match="scénario"):
        depot_tables.drop(session, Niveau.DEPARTEMENT, "29", "servie")
    assert depot_tables.purge(session, now=NOW) == 1
    assert session.get(TableTerritoire, "servie") is not None
