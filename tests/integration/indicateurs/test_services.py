"""What is read of indicators: a territory, a level, the command."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.indicateurs import build_comparateur, read_data
from tests.factories.territoires import make_bretagne
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.extensions import CLE, Etat
from tierslieux.indicateurs import services
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.fichiers import read_fichiers
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    (tmp_path / "indicateurs").mkdir()
    (tmp_path / "indicateurs/arcep_ma_connexion_internet_communes_2019.csv").write_bytes(
        read_data("arcep_fixe_2019.csv")
    )
    (tmp_path / "indicateurs/commune_debit_filaire.csv").write_bytes(read_data("commune_debit_filaire.csv"))
    (tmp_path / "indicateurs/base_cc_comparateur_2018.zip").write_bytes(
        build_comparateur({"29019": {"P18_MEN": "70"}, "22387": {"P18_MEN": "4"}})
    )
    return tmp_path


@pytest.fixture
def _chargees(session: Session, fabrique, dossier: Path) -> None:
    make_bretagne(session)
    session.commit()
    noms = ["arcep-fixe-2019", "arcep-fixe", "comparateur-2018"]
    rapports = services.load_sources(fabrique, noms, dossier, telechargement=False, now=NOW)
    assert {rapport.statut for rapport in rapports} == {"chargee"}


@pytest.mark.usefixtures("_chargees")
def test_a_territory_has_its_figures_with_source_and_date(session: Session) -> None:
    valeurs = services.list_valeurs(session, Niveau.COMMUNE, "29019")
    dits = [(v.indicateur.id, v.millesime, v.source.id, v.edition) for v in valeurs]
    assert dits[:3] == [
        ("menages", 2018, "comparateur-2018", "2018, fichier de janvier 2022"),
        ("locaux", 2026, "arcep-fixe", "2026-03-31"),
        ("locaux", 2019, "arcep-fixe-2019", "30 septembre 2019"),
    ]
    assert (valeurs[0].valeur, valeurs[0].bas, valeurs[0].haut) == (70, None, None)
    assert services.list_valeurs(session, Niveau.COMMUNE, "29208") == []


@pytest.mark.usefixtures("_chargees")
def test_a_level_shows_those_that_have_no_value_too(session: Session) -> None:
    dans = services.list_niveau(session, "menages", 2018, Niveau.COMMUNE, (Niveau.EPCI, "200000001"))
    assert [(v.code, v.nom, v.valeur) for v in dans] == [
        ("22387", "Le Vieux-Marché", 4),
        ("29103", "Landerneau", None),
        ("29208", "Plourin", None),
    ]
    assert len(services.list_niveau(session, "menages", 2018, Niveau.COMMUNE)) == 5
    assert len(services.list_niveau(session, "menages", 2018, Niveau.COMMUNE, (Niveau.FRANCE, "FR"))) == 5
    # The EPCI that straddles both départements is in each.
    epci = services.list_niveau(session, "menages", 2018, Niveau.EPCI, (Niveau.DEPARTEMENT, "22"))
    assert [v.code for v in epci] == ["200000001"]
    assert services.list_millesimes(session, "locaux") == [2026, 2019]
    with pytest.raises(NotFoundError):
        services.list_niveau(session, "bonheur", 2018, Niveau.COMMUNE)


@pytest.mark.usefixtures("_chargees")
def test_figures_are_found_by_an_index(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.execute(
        text("EXPLAIN SELECT * FROM valeur_indicateur WHERE niveau = 'commune' AND code = '29019'")
    ).scalars()
    assert "ix_valeur_indicateur_niveau_code" in "\n".join(plan)


class Editeur(BaseHTTPRequestHandler):
    """A publisher that has one file."""

    def do_GET(self) -> None:
        if self.path != "/commune_debit_filaire.csv":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Last-Modified", "Fri, 02 Aug 2024 07:28:00 GMT")
        self.end_headers()
        self.wfile.write(read_data("commune_debit_filaire.csv"))


@pytest.fixture
def adresse() -> Iterator[str]:
    serveur = HTTPServer(("127.0.0.1", 0), Editeur)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    serveur.shutdown()
    fil.join()
    serveur.server_close()


def test_without_file_the_publisher_is_asked(adresse: str) -> None:
    source = replace(get_catalogue().get_source("arcep-fixe"), url=f"{adresse}/commune_debit_filaire.csv")
    fichiers = read_fichiers(source, None, telechargement=True)
    assert fichiers.contenus == (read_data("commune_debit_filaire.csv"),)
    assert (fichiers.date, fichiers.annee) == (dt.date(2024, 8, 2), 2024)
    with pytest.raises(SourceError, match="404"):
        read_fichiers(replace(source, url=f"{adresse}/autre.csv"), None, telechargement=True)


def test_without_territories_nothing_can_be_loaded(fabrique, dossier: Path) -> None:
    with pytest.raises(SourceError, match="flask territoires load"):
        services.load_sources(fabrique, ["arcep-fixe"], dossier, telechargement=False, now=NOW)


@pytest.fixture
def _raw_dir(app, dossier: Path, monkeypatch: pytest.MonkeyPatch, session: Session) -> None:
    make_bretagne(session)
    session.commit()
    etat: Etat = app.extensions[CLE]
    settings = replace(etat.settings, raw_dir=dossier)
    monkeypatch.setitem(app.extensions, CLE, Etat(settings, etat.session_factory))


@pytest.mark.usefixtures("_raw_dir")
def test_the_command_loads_and_lists(cli_runner) -> None:
    charge = cli_runner.invoke(args=["indicateurs", "load", "arcep-fixe-2019", "--json"])
    assert charge.exit_code == 0
    (rapport,) = json.loads(charge.stdout)
    assert (rapport["source"], rapport["statut"], rapport["lues"], rapport["chargees"]) == (
        "arcep-fixe-2019",
        "chargee",
        7,
        1,
    )
    assert rapport["lues"] == rapport["chargees"] + sum(rapport["rejets"].values())
    liste = json.loads(cli_runner.invoke(args=["indicateurs", "list", "--json"]).stdout)
    (source,) = [source for source in liste if source["id"] == "arcep-fixe-2019"]
    assert (source["edition"], source["lues"], source["communes"]) == ("30 septembre 2019", 7, 1)
    assert "part_locaux_30" in source["indicateurs"]


@pytest.mark.usefixtures("_raw_dir")
def test_the_command_fails_for_what_is_not_optional(cli_runner) -> None:
    assert cli_runner.invoke(args=["indicateurs", "load", "zonage-frr"]).exit_code == 1  # asked for by name
    toutes = cli_runner.invoke(args=["indicateurs", "load", "--all"])
    assert toutes.exit_code == 1
    assert "recensement-2022: absente" in toutes.stdout
    assert "arcep-fixe-2019, 30 septembre 2019: chargee" in toutes.stdout
    assert cli_runner.invoke(args=["indicateurs", "load"]).exit_code == 2
    assert cli_runner.invoke(args=["indicateurs", "load", "astrologie"]).exit_code == 1
    assert "read from" in cli_runner.invoke(args=["indicateurs", "list"]).stdout


def test_the_command_prints_the_catalogue(cli_runner) -> None:
    assert "| `part_sans_bac` |" in cli_runner.invoke(args=["indicateurs", "catalogue"]).stdout
