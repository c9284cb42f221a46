"""What residents are told of travel times, by each engine. U+00A0 is read as a space."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_territoire
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.archive import save_reseau
from tierslieux.trajets.choix import CLE, Choix
from tierslieux.trajets.extrait import read_extrait
from tierslieux.trajets.reseau import build_reseau

CREDIT = "https://www.openstreetmap.org/copyright"


@pytest.fixture(scope="module")
def archive(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The road graph of a real extract: Monaco and the French communes around it."""
    chemin = tmp_path_factory.mktemp("trajets") / "reseau.npz"
    save_reseau(build_reseau(read_extrait(raw_dir / "routage/monaco.osm.pbf")), chemin)
    return chemin


@pytest.fixture
def _beausoleil(session: Session) -> None:
    # Around the real town halls of Beausoleil and Menton, which is east of the extract (7.349 to 7.491° E).
    make_territoire(session, Niveau.COMMUNE, "06012", "Beausoleil", carre=(7.40, 43.74, 7.44, 43.76), population=13_500)
    make_territoire(session, Niveau.COMMUNE, "06083", "Menton", carre=(7.47, 43.76, 7.53, 43.80), population=30_000)
    make_lieu(session, "Espace France Services", lon=7.4236, lat=43.7424, commune_code="06012")
    make_lieu(session, "Mairie de Menton", lon=7.503, lat=43.776, commune_code="06083")
    session.commit()


def test_the_page_tells_every_assumption(client: FlaskClient) -> None:
    texte = client.get("/temps-de-trajet").text.replace("\u00a0", " ")
    # Worked out by hand in the unit tests: 20 km by car from a dense town.
    assert "45 min" in texte
    assert "24 km/h" in texte
    assert "hypothèses" in texte


@pytest.mark.usefixtures("_beausoleil")
@pytest.mark.parametrize("langue", ["", "/falc"])
def test_near_the_loaded_roads_times_follow_them_and_their_contributors_are_credited(
    client: FlaskClient, fabrique: sessionmaker[Session], archive: Path, langue: str
) -> None:
    fabrique.configure(info={CLE: Choix("reseau", archive)})
    ici = client.get(f"{langue}/recherche?lon=7.4215&lat=43.7438").text
    assert CREDIT in ici
    if not langue:
        assert "par les routes, ou estimés si c’est écrit" in ici
        menton = ici.split("Mairie de Menton</a>")[1].split("</li>")[0]
        assert "(estimation)" in menton
        assert "(estimation)" not in ici.split("Espace France Services</a>")[1].split("</li>")[0]
    ailleurs = client.get(f"{langue}/recherche?lon=7.51&lat=43.78").text
    assert "par les routes" not in ailleurs
    assert CREDIT not in ailleurs


@pytest.mark.usefixtures("_beausoleil")
def test_the_questions_credit_the_roads_too(
    client: FlaskClient, fabrique: sessionmaker[Session], archive: Path
) -> None:
    adresse = "/orientation?besoin=demarche&deplacement=a-pied&quand=passe&savoir=rien&lon=7.4215&lat=43.7438"
    estime = client.get(adresse).text
    assert "à pied (estimation)." in estime
    assert CREDIT not in estime
    fabrique.configure(info={CLE: Choix("reseau", archive)})
    par_route = client.get(adresse).text
    assert "à pied." in par_route
    assert CREDIT in par_route


def test_the_page_says_which_roads_are_followed(
    client: FlaskClient, fabrique: sessionmaker[Session], archive: Path
) -> None:
    fabrique.configure(info={CLE: Choix("reseau", archive)})
    texte = client.get("/temps-de-trajet").text.replace("\u00a0", " ")
    assert "suivent les routes" in texte
    assert "5 mars 2016" in texte
    assert "une zone de 11 km sur 6,7 km" in texte
    assert "115 km/h" in texte  # a motorway by car
    assert CREDIT in texte


def test_the_page_names_an_outside_service(
    client: FlaskClient, fabrique: sessionmaker[Session], tmp_path: Path
) -> None:
    fabrique.configure(info={CLE: Choix("osrm", tmp_path / "reseau.npz", "https://routes.exemple.fr/routed-{profil}")})
    texte = client.get("/temps-de-trajet").text.replace("\u00a0", " ")
    assert "OSRM (routes.exemple.fr)" in texte
    assert "sont des estimations. Ils ne suivent pas les routes" not in texte
    assert "115 km/h" not in texte  # its speeds are its own


def test_a_graph_that_cannot_be_read_leaves_the_estimate(
    client: FlaskClient, fabrique: sessionmaker[Session], tmp_path: Path
) -> None:
    (tmp_path / "reseau.npz").write_bytes(b"not a graph")
    fabrique.configure(info={CLE: Choix("reseau", tmp_path / "reseau.npz")})
    assert "Ils ne suivent pas les routes." in client.get("/temps-de-trajet").text
