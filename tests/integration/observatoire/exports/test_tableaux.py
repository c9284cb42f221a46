"""Tables over HTTP: the same figures as the API, parts that add up, files that open, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import geopandas as gpd
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import Bases, build_settings
from tests.factories.chiffres import BREST, TREGOR, make_acces, make_edition, make_valeurs
from tests.factories.territoires import make_bretagne
from tierslieux import create_app
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.tableurs import restore
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture
from tierslieux.extensions import CLE

FORMULE = "=1+1;'Plourin"
FORMATS = ("csv", "xlsx", "ods", "gpkg")
REGLES = [("aide", "voiture", seuil) for seuil in (10, 15, 20, 30)]


@pytest.fixture(scope="module")
def fabrique_tableaux(bases: Bases, modele: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on a database of this module: files open transactions of their own, which see what is committed."""
    nom = bases.create(f"tableaux_{uuid4().hex[:8]}", modele)
    engine = create_engine_for(bases.address(nom))
    fabrique = session_factory(engine)
    with fabrique() as session:
        make_bretagne(session)["29208"].nom = FORMULE
        make_valeurs(session)
        make_acces(session)
        make_edition(session)
        session.commit()
    yield fabrique
    engine.dispose()
    bases.drop(nom)


@pytest.fixture(scope="module")
def application(fabrique_tableaux: sessionmaker[Session], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    adresse = fabrique_tableaux.kw["bind"].url.render_as_string(hide_password=False)
    app = create_app(build_settings(adresse, tmp_path_factory.mktemp("var")))
    app.testing = True
    yield app
    app.extensions[CLE].session_factory.kw["bind"].dispose()


@pytest.fixture
def navigateur(application: Flask) -> FlaskClient:
    return application.test_client()


def read_csv(corps: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(corps.decode("utf-8-sig"), newline=""), delimiter=";"))


def get_lignes(navigateur: FlaskClient, adresse: str) -> dict[str, dict[str, str]]:
    """Rows by code."""
    reponse = navigateur.get(adresse)
    assert reponse.status_code == 200, reponse.text
    return {ligne["code"]: ligne for ligne in read_csv(reponse.data)}


def get_noms_colonnes(navigateur: FlaskClient, niveau: str, args: str = "") -> list[str]:
    lignes = read_csv(navigateur.get(f"/donnees/territoires/{niveau}-colonnes.csv{args}").data)
    assert all(ligne["libelle"] and ligne["definition"] for ligne in lignes)
    return [ligne["colonne"] for ligne in lignes]


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_a_commune_has_its_figures_in_its_row(navigateur: FlaskClient) -> None:
    ligne = get_lignes(navigateur, "/donnees/territoires/commune.csv")["29019"]
    attendues = {
        "niveau": "commune",
        "nom": "Brest",
        "departement_code": "29",
        "epci_code": BREST,
        "population": "140064",
        "besoin": "10000",
        "besoin_bas": "9000",
        "besoin_haut": "11000",
        "besoin_annee": "2021",
        "besoin_tiers_lieux": "",
        "ecart_aide_voiture_10": "5000",
        "ecart_aide_voiture_20": "1250",
        "ecart_aide_voiture_30": "0",
        "population_aide_voiture_20": "17508",
        "ecart_aide_velo_15": "",
        "ecart_tiers_lieu_voiture_20": "",
        "duree_aide_voiture": "12.3",
        "duree_second_aide_voiture": "18",
        "heures_aide_voiture": "35.2",
        "accessibilite_aide_voiture": "4.57",
        "personnes_illectronisme_2021": "10000",
        "classe_densite_2025": "1",
        "classe_densite_2025_classe": "Grands centres urbains",
        "taux_chomage_2022": "0.125",
    }
    assert {nom: ligne[nom] for nom in attendues} == attendues
    assert float(ligne["ecart_aide_voiture_20_bas"]) < 1250 < float(ligne["ecart_aide_voiture_20_haut"])


def test_what_is_unknown_is_empty_and_never_zero(navigateur: FlaskClient) -> None:
    ligne = get_lignes(navigateur, "/donnees/territoires/commune.csv")["22387"]
    for nom in ("population", "population_annee", "besoin", "besoin_annee", "ecart_aide_voiture_20"):
        assert ligne[nom] == "", nom
    assert ligne["duree_aide_voiture"] == "12.3"
    # Nobody knows how many people live in its département.
    ligne = get_lignes(navigateur, "/donnees/territoires/departement.csv")["22"]
    assert (ligne["population_aide_voiture_20"], ligne["duree_aide_voiture"]) == ("", "11")


def test_two_definitions_never_share_a_column(navigateur: FlaskClient) -> None:
    """The latest vintage stands alone, but where territories have one or the other."""
    noms = get_noms_colonnes(navigateur, "commune", "?indicateurs=tous")
    assert "personnes_illectronisme_2019" not in noms
    assert {"sites_mobiles_2018", "sites_mobiles_2020"} <= set(noms)
    lignes = get_lignes(navigateur, "/donnees/territoires/commune.csv?indicateurs=tous")
    assert [lignes[code]["sites_mobiles_2018"] for code in ("29019", "22387")] == ["12", ""]
    assert [lignes[code]["sites_mobiles_2020"] for code in ("29019", "22387")] == ["", "3"]


@pytest.mark.parametrize(("niveau", "code"), [("commune", "29019"), ("commune", "29208"), ("epci", BREST)])
def test_a_row_has_the_figures_of_the_api(navigateur: FlaskClient, niveau: str, code: str) -> None:
    ligne = get_lignes(navigateur, f"/donnees/territoires/{niveau}.csv")[code]
    corps: dict[str, Any] = navigateur.get(f"/api/v1/territoires/{niveau}/{code}").get_json()

    def read(nom: str) -> float | None:
        return float(ligne[nom]) if ligne[nom] else None

    assert [read(f"besoin{fin}") for fin in ("", "_bas", "_haut")] == [
        corps["besoin"][cle] for cle in ("valeur", "bas", "haut")
    ]
    assert [(e["cible"], e["mode"], e["seuil_min"]) for e in corps["ecart"]] == REGLES
    for ecart in corps["ecart"]:
        nom = f"{ecart['cible']}_{ecart['mode']}_{ecart['seuil_min']}"
        assert read(f"ecart_{nom}") == ecart["personnes_au_dela"]
        assert read(f"ecart_{nom}_bas") == ecart["bas"]
        assert read(f"ecart_{nom}_haut") == ecart["haut"]
        assert read(f"population_{nom}") == ecart["population_au_dela"]
    (acces,) = corps["acces"]
    assert [read(f"{champ}_aide_voiture") for champ in ("duree", "heures", "accessibilite")] == [
        acces[cle] for cle in ("duree_min", "heures_semaine", "accessibilite")
    ]
    if niveau == "epci":
        assert (read("gini_aide_voiture"), read("part_dixieme_aide_voiture")) == (acces["gini"], acces["part_dixieme"])
    for valeur in corps["indicateurs"]:
        nom = f"{valeur['id']}_{valeur['millesime']}"
        if nom in ligne:
            assert read(nom) == valeur["valeur"]


def test_parts_add_up_to_their_whole(navigateur: FlaskClient) -> None:
    communes = get_lignes(navigateur, f"/territoires/epci/{BREST}/tableau.csv")
    (epci,) = get_lignes(navigateur, f"/territoires/epci/{BREST}/tableau.csv?parties=epci").values()
    assert sorted(communes) == ["29019", "29075"]
    for prefixe in ("ecart", "population"):
        for seuil in (10, 15, 20, 30):
            nom = f"{prefixe}_aide_voiture_{seuil}"
            assert sum(float(ligne[nom]) for ligne in communes.values()) == float(epci[nom]), nom
    assert float(epci["ecart_aide_voiture_20"]) == 1_500


def test_a_territory_is_cut_at_the_level_that_is_asked_for(navigateur: FlaskClient) -> None:
    def list_codes(adresse: str) -> list[str]:
        return sorted(get_lignes(navigateur, adresse))

    assert list_codes("/territoires/departement/29/tableau.csv") == ["29019", "29075", "29103", "29208"]
    # One EPCI straddles the two départements: it is in both.
    assert list_codes("/territoires/departement/22/tableau.csv?parties=epci") == [TREGOR]
    assert list_codes("/territoires/region/53/tableau.csv") == ["22", "29"]
    assert list_codes("/territoires/france/FR/tableau.csv?parties=france") == ["FR"]
    assert list_codes("/territoires/commune/29019/tableau.csv") == ["29019"]
    assert list_codes("/territoires/commune/29019/tableau.csv?parties=arrondissement") == []


# --- Files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("niveau", ["commune", "epci", "france", "arrondissement"])
def test_every_column_is_in_the_table_of_columns(navigateur: FlaskClient, niveau: str) -> None:
    reponse = navigateur.get(f"/donnees/territoires/{niveau}.csv")
    entete = reponse.data.decode("utf-8-sig").splitlines()[0].split(";")
    assert entete == get_noms_colonnes(navigateur, niveau)
    assert f'</donnees/territoires/{niveau}-colonnes.csv>; rel="describedby"' in reponse.headers["Link"]
    assert reponse.headers["X-Date-Donnees"] == "2026-11-22"


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_a_workbook_holds_the_rows_the_columns_and_the_sources(
    navigateur: FlaskClient, extension: str, tmp_path: Path
) -> None:
    reponse = navigateur.get(f"/donnees/territoires/commune.{extension}")
    chemin = tmp_path / f"t.{extension}"
    chemin.write_bytes(reponse.data)
    assert int(reponse.headers["Content-Length"]) == len(reponse.data)
    assert f"tierslieux-communes-france-2026-11-22.{extension}" in reponse.headers["Content-Disposition"]
    classeur = CalamineWorkbook.from_path(chemin)
    assert classeur.sheet_names == ["Territoires", "Colonnes", "Sources"]
    entete, *lignes = classeur.get_sheet_by_name("Territoires").to_python(skip_empty_area=False)
    lues = {ligne[entete.index("code")]: dict(zip(entete, ligne, strict=True)) for ligne in lignes}
    assert entete == get_noms_colonnes(navigateur, "commune")
    assert (lues["29208"]["besoin"], lues["22387"]["besoin"]) == (100.5, "")
    # A code is a text, and a name is never run.
    assert lues["29019"]["departement_code"] == "29"
    assert lues["29208"]["nom"].startswith("'")
    assert restore(lues["29208"]["nom"]) == FORMULE
    colonnes = classeur.get_sheet_by_name("Colonnes").to_python()
    assert [ligne[0] for ligne in colonnes] == ["colonne", *entete]
    sources = dict(classeur.get_sheet_by_name("Sources").to_python())
    assert sources["Nombre de territoires"] == "5"
    assert "calculés le 2026-11-22 (estimation" in sources["Écarts et accès"]
    assert any("Insee" in str(valeur) for valeur in sources.values())


def test_a_formula_is_neutral_in_csv(navigateur: FlaskClient) -> None:
    nom = get_lignes(navigateur, "/donnees/territoires/commune.csv")["29208"]["nom"]
    assert nom.startswith("'=")
    assert restore(nom) == FORMULE


def test_a_geopackage_holds_outlines_and_their_columns(navigateur: FlaskClient, tmp_path: Path) -> None:
    chemin = tmp_path / "t.gpkg"
    chemin.write_bytes(navigateur.get("/donnees/territoires/commune.gpkg").data)
    couche = gpd.read_file(chemin, layer="territoires")
    assert couche.crs.to_epsg() == 4326
    brest = couche[couche["code"] == "29019"].iloc[0]
    assert brest.geometry.bounds == (-4.6, 48.3, -4.5, 48.4)
    assert (brest["besoin"], brest["ecart_aide_voiture_20"]) == (10_000, 1_250)
    assert couche[couche["code"] == "29208"].iloc[0]["nom"] == FORMULE
    with closing(sqlite3.connect(chemin)) as connexion:
        colonnes = [nom for (nom,) in connexion.execute("SELECT colonne FROM colonnes")]
        (metadonnees,) = connexion.execute("SELECT metadata FROM gpkg_metadata").fetchone()
    assert colonnes == [nom for nom in couche.columns if nom != "geometry"]
    assert json.loads(metadonnees)["nombre"] == 5


def test_an_unchanged_base_is_not_written_again(
    navigateur: FlaskClient, fabrique_tableaux: sessionmaker[Session]
) -> None:
    etags = {
        adresse: navigateur.head(adresse).headers["ETag"]
        for adresse in (
            "/donnees/territoires/commune.csv",
            "/donnees/territoires/commune.xlsx",
            "/donnees/territoires/commune.csv?indicateurs=tous",
            "/donnees/territoires/epci.csv",
            "/donnees/territoires/commune-colonnes.csv",
            f"/territoires/epci/{BREST}/tableau.csv",
        )
    }
    assert len(set(etags.values())) == len(etags)
    for adresse, etag in etags.items():
        assert navigateur.get(adresse, headers={"If-None-Match": etag}).status_code == 304
    with fabrique_tableaux() as session:
        session.execute(text("UPDATE edition_couverture SET actualisee_at = '2026-11-22 05:00Z'"))
        session.commit()
    for adresse, etag in etags.items():
        assert navigateur.head(adresse, headers={"If-None-Match": etag}).status_code == 200


# --- What is refused, and what is missing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adresse", "statut", "dit"),
    [
        ("/donnees/territoires/canton.csv", 404, "departement"),
        ("/donnees/territoires/canton-colonnes.csv", 404, "departement"),
        ("/donnees/territoires/commune.shp", 404, "gpkg"),
        ("/territoires/commune/99999/tableau.csv", 404, "n’existe pas"),
        ("/territoires/epci/242900314/tableau.pdf", 404, "gpkg"),
        ("/territoires/epci/242900314/tableau.csv?parties=region", 422, "parties"),
        ("/donnees/territoires/commune.csv?departement=29", 422, "departement"),
    ],
)
def test_what_does_not_exist_is_said(navigateur: FlaskClient, adresse: str, statut: int, dit: str) -> None:
    reponse = navigateur.get(adresse)
    assert reponse.status_code == statut
    assert dit in reponse.text


def test_the_page_of_downloads_links_every_level(navigateur: FlaskClient) -> None:
    page = navigateur.get("/donnees/telecharger").text
    for niveau in ("france", "region", "departement", "epci", "commune", "arrondissement"):
        for extension in FORMATS:
            assert f'href="/donnees/territoires/{niveau}.{extension}"' in page
        assert f'href="/donnees/territoires/{niveau}-colonnes.csv"' in page


@pytest.fixture
def _sans_calcul(fabrique_tableaux: sessionmaker[Session]) -> Iterator[None]:
    """The time of a test, nothing is computed."""
    with fabrique_tableaux() as session:
        for modele in (AccesCommune, AccesTerritoire, EditionCouverture):
            session.execute(delete(modele))
        session.commit()
        yield
        make_acces(session)
        make_edition(session)
        session.commit()


@pytest.mark.usefixtures("_sans_calcul")
def test_before_any_computation_columns_are_empty_and_it_is_said(navigateur: FlaskClient, tmp_path: Path) -> None:
    ligne = get_lignes(navigateur, "/donnees/territoires/commune.csv")["29019"]
    assert (ligne["besoin"], ligne["ecart_aide_voiture_20"], ligne["duree_aide_voiture"]) == ("10000", "", "")
    chemin = tmp_path / "t.xlsx"
    chemin.write_bytes(navigateur.get("/donnees/territoires/epci.xlsx").data)
    sources = dict(CalamineWorkbook.from_path(chemin).get_sheet_by_name("Sources").to_python())
    assert "pas encore calculés" in sources["Écarts et accès"]
    corps = navigateur.get("/api/v1/territoires/commune/29019").get_json()
    assert (corps["calcul"], corps["ecart"], corps["acces"]) == (None, [], [])
