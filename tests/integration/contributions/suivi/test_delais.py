"""Public figures of answers: counted by hand, small numbers kept secret, long waits never left out."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.territoires import make_bretagne
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.suivi.delais import Effectif, compute_chiffres

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
JOUR = dt.timedelta(days=1)
_NUMEROS = iter(range(10_000))


def add(
    session: Session, statut: str, *, recue: float, delai: float | None = None, nombre: int = 1, **champs: object
) -> None:
    """Proposals received `recue` days ago and answered `delai` days later."""
    for _ in range(nombre):
        recue_at = NOW - recue * JOUR
        defauts = {
            "public_id": f"proposit{next(_NUMEROS):05d}",
            "demarche": "correction",
            "statut": statut,
            "voie": "formulaire",
            "version": 1,
            "nom": "Repaire",
            "commune_code": "29019",
            "avant": {},
            "apres": {},
            "auteur": "habitant-x",
            "score": 0.5,
            "parts": {},
            "recue_at": recue_at,
            "decidee_at": None if delai is None else recue_at + delai * JOUR,
            "decidee_par": None if delai is None else "habitant-x" if statut == "retiree" else "mod-1",
            "motif_refus": "inexact" if statut == "refusee" else None,
        }
        session.add(Proposition(**(defauts | champs)))
    session.flush()


def test_figures_worked_out_by_hand(session: Session) -> None:
    make_bretagne(session)
    # Delays of 1, 2, 3, 4 and 10 days: the median is 3; at 0.9 of the way from the first to the last,
    # 4 + 0.6 × (10 − 4) = 7.6.
    for delai in (1, 2, 3):
        add(session, "acceptee", recue=30, delai=delai)
    add(session, "partielle", recue=30, delai=4)
    add(session, "refusee", recue=30, delai=10)
    add(session, "retiree", recue=30, delai=0.1)
    add(session, "en-attente", recue=400)  # longer than the year of the figures
    add(session, "quarantaine", recue=2)
    add(session, "acceptee", recue=400, delai=1)  # too long ago
    # Nobody waited for these.
    add(session, "acceptee", recue=3, delai=0, decidee_par="habitant-x", auteur="habitant-x")
    add(session, "acceptee", recue=3, delai=0, voie="moderation")
    add(session, "acceptee", recue=3, delai=0, voie="gestionnaire")
    add(session, "acceptee", recue=3, delai=0, demarche="confirmation")
    france = compute_chiffres(session, now=NOW).france
    assert france is not None
    effectifs = (france.recues, france.en_attente, france.acceptees, france.refusees, france.retirees, france.annulees)
    # Received within the year: 5 answered, 1 withdrawn, 1 set aside.
    assert [effectif.nombre for effectif in effectifs] == [7, 2, 4, 1, 1, 0]
    assert (france.median_jours, france.p90_jours, france.attente_jours) == (3.0, 7.6, 400.0)


def test_small_numbers_are_kept_secret(client: FlaskClient, session: Session) -> None:
    make_bretagne(session)
    add(session, "acceptee", recue=5, delai=2, nombre=5)
    add(session, "refusee", recue=5, delai=2, nombre=4)
    add(session, "acceptee", recue=5, delai=2, nombre=4, commune_code="22187")
    add(session, "en-attente", recue=5, nombre=1, commune_code=None)
    chiffres = compute_chiffres(session, now=NOW)
    par_code = {delais.code: delais for delais in chiffres.departements}
    assert par_code["29"].acceptees == Effectif(5)
    assert par_code["29"].refusees.est_secret
    assert par_code["29"].median_jours == 2.0
    assert all(delais.code is not None for delais in chiffres.departements)
    for code, delais in par_code.items():
        if code != "29":
            assert delais.median_jours is None
            assert delais.attente_jours is None
    session.commit()
    page = client.get("/contributions/delais").text
    assert "moins de 5" in page
    assert "Finistère" in page


@pytest.mark.parametrize(("nombre", "secret", "json"), [(0, False, 0), (1, True, "<5"), (4, True, "<5"), (5, False, 5)])
def test_secret_from_one_to_four(nombre: int, *, secret: bool, json: object) -> None:
    assert Effectif(nombre).est_secret is secret
    assert Effectif(nombre).to_json() == json


def test_reasons_and_reversals_are_counted(client: FlaskClient, session: Session) -> None:
    recue = (dt.datetime.now(dt.UTC) - NOW) / JOUR * -1 + 3
    add(session, "refusee", recue=recue, delai=1, nombre=6)
    add(session, "refusee", recue=recue, delai=1, nombre=2, motif_refus="abus")
    add(session, "annulee", recue=recue, delai=1, nombre=5)
    session.commit()
    donnees = client.get("/contributions/delais.json").get_json()
    assert donnees["motifs_de_refus"] == [
        {"motif": "inexact", "libelle": "Nous avons vérifié : ce n’est pas exact.", "nombre": 6},
        {"motif": "abus", "libelle": "Le texte est insultant, ou n’a pas de sens.", "nombre": "<5"},
    ]
    assert donnees["france"]["annulees"] == 5
    assert donnees["france"]["median_jours"] == 1.0
    assert donnees["k_min"] == 5


def test_before_anybody_has_proposed_anything(client: FlaskClient) -> None:
    reponse = client.get("/contributions/delais")
    assert reponse.status_code == 200
    assert "Personne n’a encore rien proposé." in reponse.text
    assert client.get("/contributions/delais.json").get_json()["france"] is None
