"""The page of sources and the files of rejected rows."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.lieux import INSTANT, make_source
from tierslieux.lieux.models import Execution, Rejet


@pytest.fixture
def execution(session: Session) -> Execution:
    """A run of France Services that rejected one row of three."""
    make_source(session, "france-services")
    run = Execution(
        source_id="france-services",
        statut="reussie",
        origine="fichier.csv",
        debut_at=INSTANT,
        duree_s=1.0,
        lues=3,
        creees=2,
        rejetees=1,
        rejets_par_code={"NOM_MANQUANT": 1},
    )
    session.add(run)
    session.flush()
    session.add(Rejet(execution_id=run.id, ligne=3, code="NOM_MANQUANT", champ="nom", valeur="=A1", brut={"id": "3"}))
    session.commit()
    return run


def test_nothing_loaded_says_what_is_missing(client: FlaskClient) -> None:
    page = client.get("/donnees").text
    assert "Ce qui manque" in page
    assert "Les contours des communes ne sont pas encore chargés." in page


@pytest.mark.usefixtures("execution")
def test_a_source_shows_its_counts_and_its_rejects(client: FlaskClient) -> None:
    page = client.get("/donnees").text
    assert "<strong>3</strong> lignes lues" in page
    assert "2 nouvelles, 1 refusée." in page
    assert "NOM_MANQUANT" in page
    assert 'href="/donnees/france-services/rejets.csv"' in page


@pytest.mark.usefixtures("execution")
def test_rejected_rows_can_be_downloaded(client: FlaskClient) -> None:
    reponse = client.get("/donnees/france-services/rejets.csv")
    assert reponse.mimetype == "text/csv"
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="france-services-rejets.csv"'
    assert "3;NOM_MANQUANT;" in reponse.text
    assert "'=A1" in reponse.text


@pytest.mark.parametrize("adresse", ["/donnees/inconnue/rejets.csv", "/donnees/mairies/rejets.csv"])
def test_a_source_that_is_unknown_or_never_read_has_no_rejects(client: FlaskClient, adresse: str) -> None:
    assert client.get(adresse).status_code == 404
