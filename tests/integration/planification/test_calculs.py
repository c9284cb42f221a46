"""Computations by jobs: asked for once, followed, given up, begun again, forgotten; their page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from procrastinate import App
from procrastinate.exceptions import JobAborted
from procrastinate.testing import InMemoryConnector
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.planification import DEPARTEMENT, REGION, make_territoire_a_planifier
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.core.memoire import Memoire
from tierslieux.planification import services, taches
from tierslieux.planification.calculs import services as calculs
from tierslieux.planification.calculs.services import Statut
from tierslieux.planification.etude import Etude
from tierslieux.planification.models import CalculPlan
from tierslieux.planification.taches import _Travail
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.choix import Choix

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
ETUDE = Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=2)


@pytest.fixture
def pays(session: Session) -> None:
    make_territoire_a_planifier(session)
    session.commit()


@pytest.fixture
def run(fabrique: sessionmaker[Session], tmp_path) -> Callable[[CalculPlan], None]:
    """Do the job of a computation, as the worker would."""

    def faire(calcul: CalculPlan, *, should_abort: Callable[[], bool] = lambda: False) -> None:
        choix = Choix("estimation", tmp_path / "reseau.npz")
        _Travail(fabrique, choix, should_abort).run(calcul.public_id, calcul.job_id)

    return faire


def create(session: Session, etude: Etude = ETUDE, par: Niveau | None = None) -> CalculPlan:
    calcul = calculs.create(session, etude, par=par, now=NOW)
    session.commit()
    return calcul


def read(session: Session, calcul: CalculPlan) -> CalculPlan:
    session.expire_all()
    return calculs.get_calcul(session, calcul.public_id)


@pytest.mark.usefixtures("pays")
def test_a_plan_is_computed_once_and_pages_show_it(session: Session, run, monkeypatch: pytest.MonkeyPatch) -> None:
    calcul = create(session)
    assert create(session).public_id == calcul.public_id  # waiting: not asked for twice
    run(calcul)
    fini = read(session, calcul)
    assert (fini.statut, fini.avance) == ("fini", 1.0)
    assert create(session).public_id == calcul.public_id  # done: not computed again
    assert create(session, Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=1)).public_id != calcul.public_id

    attendu = services.compute_plan(services.load_terrain(session, ETUDE), ETUDE).to_json()
    assert fini.resultat is not None
    assert fini.resultat | {"seconds": 0} == attendu | {"seconds": 0}
    monkeypatch.setattr(services, "_PLANS", Memoire(1))
    monkeypatch.setattr(services, "compute_plan", lambda *_, **__: pytest.fail("computed again"))
    assert [s.site.code for s in services.find_plan(session, ETUDE).sites] == [s["code"] for s in attendu["sites"]]


@pytest.mark.usefixtures("pays")
def test_each_part_has_its_plan_and_one_without_candidate_says_why(session: Session, run) -> None:
    calcul = create(session, Etude(Niveau.FRANCE, "FR", sites=1), Niveau.DEPARTEMENT)
    run(calcul)
    lu = read(session, calcul).resultat
    assert lu is not None
    assert [partie["territoire"] for partie in lu["parties"]] == sorted(p["territoire"] for p in lu["parties"])
    avec = [partie["resultat"] for partie in lu["parties"] if partie["resultat"]]
    refus = {partie["territoire"]: partie["refus"] for partie in lu["parties"] if partie["refus"]}
    assert "0 bâtiment candidat" in refus["departement:974"]
    assert lu["total"]["plans"] == len(avec) >= 2
    assert lu["total"]["gain"]["valeur"] == pytest.approx(sum(r["gain"]["valeur"] for r in avec), abs=0.06)
    alone = Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=1)
    seul = services.find_plan(session, alone).to_json()
    [ici] = [r for r in avec if r["etude"]["code"] == DEPARTEMENT]
    assert ici["sites"] == seul["sites"]


@pytest.mark.usefixtures("pays")
def test_one_that_waits_is_given_up_at_once_and_can_be_asked_for_again(session: Session, run) -> None:
    calcul = create(session)
    calculs.cancel(session, calcul.public_id, now=NOW)
    session.commit()
    assert read(session, calcul).statut == "annule"
    run(calcul)  # the job comes too late: nothing happens
    assert read(session, calcul).statut == "annule"
    assert create(session).public_id != calcul.public_id


@pytest.mark.usefixtures("pays")
def test_one_under_way_stops_at_its_next_step(session: Session, run) -> None:
    calcul = create(session, Etude(Niveau.REGION, REGION, sites=1), Niveau.DEPARTEMENT)
    assert calculs.take(session, calcul.public_id, calcul.job_id) is not None
    calculs.cancel(session, calcul.public_id, now=NOW)
    session.commit()
    assert read(session, calcul).statut == "en-cours"
    run(calcul)
    fini = read(session, calcul)
    assert (fini.statut, fini.resultat) == ("annule", None)


@pytest.mark.usefixtures("pays")
def test_one_that_is_cut_off_is_begun_again(session: Session, run) -> None:
    calcul = create(session)
    with pytest.raises(JobAborted):
        run(calcul, should_abort=lambda: True)
    assert read(session, calcul).statut == "en-cours"
    run(calcul)
    assert read(session, calcul).statut == "fini"


@pytest.mark.usefixtures("pays")
def test_an_impossible_one_says_the_two_figures(session: Session, run) -> None:
    calcul = create(session, Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=400))
    run(calcul)
    fini = read(session, calcul)
    assert fini.statut == "echec"
    assert fini.message is not None
    assert "400" in fini.message


@pytest.mark.usefixtures("pays")
def test_one_whose_job_is_lost_is_closed(session: Session) -> None:
    calcul = create(session)
    assert calculs.close_abandons(session, now=NOW) == 0  # it waits for its turn
    calcul.job_id = -1
    session.commit()
    assert calculs.close_abandons(session, now=NOW) == 1
    assert read(session, calcul).statut == "echec"
    assert create(session).public_id != calcul.public_id


@pytest.mark.usefixtures("pays")
def test_too_many_at_once_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculs, "EN_ATTENTE_MAX", 1)
    create(session)
    with pytest.raises(ConflictError, match="revenez"):
        create(session, Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=1))


@pytest.mark.usefixtures("pays")
def test_old_ones_are_forgotten_except_those_under_way(session: Session, run) -> None:
    vieux, ouvert = create(session), create(session, Etude(Niveau.DEPARTEMENT, DEPARTEMENT, sites=1))
    run(vieux)
    plus_tard = NOW + dt.timedelta(days=calculs.JOURS_GARDES, hours=1)
    assert calculs.purge(session, now=plus_tard - dt.timedelta(hours=2)) == 0
    assert calculs.purge(session, now=plus_tard) == 1
    with pytest.raises(NotFoundError):
        calculs.get_calcul(session, vieux.public_id)
    assert calculs.get_calcul(session, ouvert.public_id).statut == Statut.ATTENTE


def test_the_worker_knows_both_jobs(fabrique: sessionmaker[Session], tmp_path) -> None:
    app = App(connector=InMemoryConnector())
    taches.register(app, fabrique, Choix("estimation", tmp_path / "reseau.npz"))
    assert {calculs.CALCULER, taches.PURGER} <= set(app.tasks)
    app.tasks[taches.PURGER](timestamp=0)


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", 0)
    return client


@pytest.mark.usefixtures("pays")
def test_a_browser_without_javascript_follows_a_computation_to_its_answer(page, session: Session, run) -> None:
    demande = {"niveau": "departement", "code": DEPARTEMENT, "sites": "2"}
    adresse = page.post("/calculs", data=demande).location
    attente = page.get(adresse)
    assert '<noscript><meta http-equiv="refresh"' in attente.text
    assert 'http-equiv="refresh"' not in page.get(f"{adresse}?pause=1").text
    assert "Personne ne calcule en ce moment" in attente.text
    run(calculs.get_calcul(session, adresse.rsplit("/", 1)[1]))
    fini = page.get(adresse)
    assert 'http-equiv="refresh"' not in fini.text
    assert f"/territoires/departement/{DEPARTEMENT}/ouvrir?sites=2" in fini.text
    exact = page.get(f"{adresse}.json").json
    assert exact["state"] == "fini"
    assert all(site["nom"] in fini.text.replace("\xa0", " ") for site in exact["resultat"]["sites"])
    serie = page.post("/calculs", data=demande | {"niveau": "region", "code": REGION, "par": "departement"}).location
    run(calculs.get_calcul(session, serie.rsplit("/", 1)[1]))
    assert "Le meilleur plan de chaque territoire" in page.get(serie).text


@pytest.mark.usefixtures("pays")
def test_a_browser_gives_a_computation_up(page) -> None:
    adresse = page.post("/calculs", data={"niveau": "departement", "code": DEPARTEMENT}).location
    assert page.post(f"{adresse}/annuler").location == adresse
    assert "Calcul arrêté" in page.get(adresse).text


@pytest.mark.usefixtures("pays")
def test_nonsense_gets_a_sentence(page) -> None:
    cas = (
        ({"niveau": "planete", "code": "29"}, 404, "territoire"),
        ({"niveau": "departement", "code": "98"}, 404, "territoire"),
        ({"niveau": "departement", "code": "29", "sites": "-1"}, 422, "sites"),
        ({"niveau": "departement", "code": "29", "par": "region"}, 422, "par"),
        ({"niveau": "departement", "code": "29", "par": "rue"}, 422, "par"),
        ({"niveau": "region", "code": "53", "par": "epci", "imposes": "abc"}, 422, "imposes"),
    )
    for champs, statut, mot in cas:
        reponse = page.post("/calculs", data=champs)
        assert (reponse.status_code, mot in reponse.text) == (statut, True), champs


def test_a_computation_needs_the_token_of_a_page(client: FlaskClient) -> None:
    assert client.post("/calculs", data={"niveau": "departement", "code": "29"}).status_code == 400


def test_an_unknown_computation_is_said_to_be_unknown(client: FlaskClient) -> None:
    assert client.get("/calculs/abc").status_code == 404
    assert client.get("/calculs/abc.json").status_code == 404
