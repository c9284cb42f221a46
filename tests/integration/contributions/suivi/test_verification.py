"""Five places to look at near somebody: which, in which order, by which index, and what can be done there."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from tests.factories.foule import make_foule
from tests.factories.lieux import make_lieu
from tests.factories.scenarios import list_caches
from tests.factories.territoires import make_bretagne
from tierslieux.contributions.models import Proposition
from tierslieux.core.types import Position
from tierslieux.lieux.queries_fraicheur import list_douteux_stmt
from tierslieux.lieux.verifications import list_douteux

NOW = dt.datetime.now(dt.UTC)
BREST = Position(-4.49, 48.39)
VIEUX = dt.date(2019, 1, 1)


def test_the_nearest_stale_offers_come_first_and_nothing_else(session: Session) -> None:
    for rang in range(7):
        make_lieu(session, f"Vieux {rang}", lon=-4.49 + 0.01 * rang, date_maj=VIEUX)
    make_lieu(session, "Frais", date_maj=NOW.date())
    make_lieu(session, "Masqué", date_maj=VIEUX, statut="masque")
    make_lieu(session, "Fermé", date_maj=VIEUX, statut="ferme")
    make_lieu(session, "Mairie sans aide", date_maj=VIEUX, genres=("mairie",))
    make_lieu(session, "Sans date", lon=-4.485, date_maj=None)
    make_lieu(session, "Trop loin", lon=2.35, lat=48.85, date_maj=VIEUX)
    noms = [lieu.resume.nom for lieu in list_douteux(session, BREST, now=NOW)]
    assert noms == ["Vieux 0", "Sans date", "Vieux 1", "Vieux 2", "Vieux 3"]


def test_what_to_look_at_is_what_is_old_or_missing(session: Session) -> None:
    make_lieu(session, "Vieux", date_maj=VIEUX, telephone="+33298000000", adresse="1 rue Inventée")
    (lieu,) = list_douteux(session, BREST, now=NOW)
    assert lieu.anciens == ("adresse", "telephone")
    assert lieu.manquants == ("horaires", "services", "frais", "accessible")


def test_the_index_on_positions_is_walked_outwards(session: Session) -> None:
    make_foule(session, 3_000)
    stmt = list_douteux_stmt(BREST, avant=NOW.date(), rayon_m=50_000, limite=5)
    requete = str(stmt.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    plan = "\n".join(session.scalars(text("EXPLAIN " + requete.replace(":", "\\:"))))
    assert "Index Scan using ix_lieu_position_offre" in plan
    assert "Order By" in plan


def test_the_page_asks_where_then_offers_three_answers(client: FlaskClient, session: Session) -> None:
    make_bretagne(session)
    lieu = make_lieu(session, "Vieux <i>Repaire</i>", date_maj=VIEUX, telephone="+33298000000")
    session.commit()
    vide = client.get("/a-verifier").text
    assert "Où habitez-vous" in vide
    assert "Repaire" not in vide
    for adresse in ("/a-verifier?q=brest", "/a-verifier?commune=29019", "/a-verifier?lon=-4.49&lat=48.39"):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert "Set-Cookie" not in reponse.headers
        assert "Vieux &lt;i&gt;Repaire&lt;/i&gt;" in reponse.text
        assert f'href="/lieux/{lieu.public_id}/corriger"' in reponse.text
        assert f'href="/lieux/{lieu.public_id}/ferme"' in reponse.text
    # Confirmed from the list: back to the list, without this one.
    page = client.get("/a-verifier?q=brest").text
    champs = {nom: valeurs[0] for nom, valeurs in list_caches(page).items()}
    reponse = client.post(f"/lieux/{lieu.public_id}/confirmer", data=champs)
    assert reponse.status_code == 303
    suite = client.get(reponse.location)
    assert "Ce lieu est confirmé." in suite.text
    assert "Bonne nouvelle" in suite.text
    assert session.query(Proposition).count() == 1


@pytest.mark.parametrize(
    ("requete", "statut", "phrase"),
    [
        ("q=qsdfghjklm", 200, "Nous n’avons pas trouvé cette commune."),
        ("commune=bretagne", 422, "Nous ne connaissons pas cette commune."),
        ("commune=29999", 200, "Nous n’avons pas trouvé cette commune."),
        ("lon=abc&lat=2", 422, "Cette position n’a pas de sens"),
    ],
)
def test_a_place_that_nobody_knows_is_said_so(
    client: FlaskClient, session: Session, requete: str, statut: int, phrase: str
) -> None:
    make_bretagne(session)
    session.commit()
    reponse = client.get(f"/a-verifier?{requete}")
    assert reponse.status_code == statut
    assert phrase in reponse.text
