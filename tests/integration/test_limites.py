"""Rate limits: exact over processes, for one and for all, without an address kept anywhere."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import build_settings
from tests.integration.frappeur import open_storage, strike
from tierslieux import create_app, limites
from tierslieux.core.errors import TropDeDemandesError
from tierslieux.core.limites_pg import HITS_PAR_PURGE, Limite
from tierslieux.extensions import CLE, Etat
from tierslieux.limites import REGLES, consume, find_reseau

IPV4, IPV6 = "203.0.113.7", "2001:db8:aa:bb01::7"


def build_neuve(base: str, fabrique: sessionmaker[Session], var_dir: Path, **champs: object) -> Flask:
    """An application of the test's own, to which routes can be added."""
    app = create_app(build_settings(base, var_dir, **champs))
    app.extensions[CLE] = Etat(app.extensions[CLE].settings, fabrique)
    return app


@pytest.fixture
def neuve(base: str, fabrique: sessionmaker[Session], tmp_path: Path) -> Flask:
    return build_neuve(base, fabrique, tmp_path)


def consume_from(app: Flask, adresse: str, nom: str, **suite: object) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": adresse}):
        consume(nom, **suite)


def count(essai: Callable[[], None], maximum: int = 200) -> int:
    """How many times it goes before it is refused."""
    for rang in range(maximum):
        try:
            essai()
        except TropDeDemandesError:
            return rang
    return maximum


@pytest.mark.parametrize(
    ("nom", "attendu"), [("proposition", 5), ("connexion-ip", 10), ("confirmation", 30), ("opposition", 5)]
)
def test_one_address_may_do_so_much(app: Flask, nom: str, attendu: int) -> None:
    assert count(lambda: consume_from(app, IPV4, nom)) == attendu


def test_neighbours_share_a_limit_and_others_have_their_own(app: Flask) -> None:
    # 203.0.113.0/24 and 2001:db8:aa:bb00::/56.
    for adresse, voisine, autre in (
        (IPV4, "203.0.113.250", "203.0.114.7"),
        (IPV6, "2001:db8:aa:bbff::1", "2001:db8:aa:bc00::1"),
    ):
        assert count(lambda adresse=adresse: consume_from(app, adresse, "proposition")) == 5
        assert count(lambda voisine=voisine: consume_from(app, voisine, "proposition")) == 0
        assert count(lambda autre=autre: consume_from(app, autre, "proposition")) == 5
    # An address of IPv4 written as one of IPv6.
    assert count(lambda: consume_from(app, f"::ffff:{IPV4}", "proposition")) == 0


def test_trust_multiplies_the_limits_of_one(app: Flask) -> None:
    essai = lambda facteur: lambda: consume_from(app, IPV4, "proposition", cle="martre-42", facteur=facteur)  # noqa: E731
    assert count(essai(1)) == 5
    assert count(essai(10)) == 50
    assert count(lambda: consume_from(app, IPV4, "proposition", cle="loutre-7")) == 5


def test_all_together_are_bounded_too(app: Flask) -> None:
    maximum = limites.parse_many(REGLES["opposition"].total or "")[0].amount
    accordes = sum(
        count(lambda rang=rang: consume_from(app, IPV4, "opposition", cle=f"personne-{rang}")) for rang in range(60)
    )
    assert accordes == maximum


def test_a_refusal_says_when_to_come_back(app: Flask) -> None:
    for _ in range(3):
        consume_from(app, IPV4, "connexion-adresse", cle="zoe@exemple.fr")
    with pytest.raises(TropDeDemandesError, match=r"Recommencez dans 15 minutes\.") as refus:
        consume_from(app, IPV4, "connexion-adresse", cle="Zoe@exemple.fr")
    assert refus.value.details["reessayer_s"] == pytest.approx(900, abs=60)


def test_what_is_left_in_the_base_names_nobody(app: Flask, session: Session) -> None:
    consume_from(app, IPV4, "proposition")
    consume_from(app, IPV6, "proposition")
    consume_from(app, IPV4, "connexion-adresse", cle="zoe@exemple.fr")
    cles = list(session.execute(select(Limite.cle)).scalars())
    # Two limits for each of the two networks, one for all; two for the address.
    assert len(cles) == 7
    assert [m for m in ("203.0", "2001:", "zoe", "exemple") if any(m in cle for cle in cles)] == []


def test_the_same_address_is_another_key_the_next_day(app: Flask, session: Session, time_machine) -> None:
    for jour in ("2026-11-22T12:00Z", "2026-11-23T12:00Z"):
        time_machine.move_to(jour, tick=False)
        consume_from(app, IPV4, "opposition")
    assert len(list(session.execute(select(Limite.cle)).scalars())) == 3


def test_a_refused_form_gives_its_text_back(neuve: Flask) -> None:
    neuve.config["WTF_CSRF_ENABLED"] = False

    @neuve.post("/essai-limite")
    def essayer() -> str:
        consume("opposition")
        return "fait"

    client = neuve.test_client()
    donnees = {"texte": "Je ne veux plus être citée."}
    assert [client.post("/essai-limite", data=donnees).status_code for _ in range(5)] == [HTTPStatus.OK] * 5
    refus = client.post("/essai-limite", data=donnees)
    assert refus.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 3500 < int(refus.headers["Retry-After"]) <= 3600
    assert "Je ne veux plus être citée." in refus.text
    assert "Recommencez dans 1 heure." in refus.text


def test_an_ordinary_page_asks_nothing_of_the_limiter(client: FlaskClient, session: Session) -> None:
    ordres: list[str] = []
    connexion = session.connection()

    @event.listens_for(connexion, "before_cursor_execute")
    def _keep(*valeurs: object) -> None:
        ordres.append(str(valeurs[2]))

    for adresse in ("/", "/recherche?q=brest", "/plan-du-site"):
        assert client.get(adresse).status_code == HTTPStatus.OK
    assert ordres
    assert [ordre for ordre in ordres if re.search(r"\blimite\b", ordre)] == []


def test_without_a_database_reading_goes_on_and_writing_is_refused(tmp_path: Path) -> None:
    app = create_app(build_settings("postgresql://personne@127.0.0.1:1/rien", tmp_path))
    consume_from(app, IPV4, "fichier-entier")
    with pytest.raises(OperationalError):
        consume_from(app, IPV4, "proposition")


@pytest.mark.parametrize(("proxies", "attendu"), [(0, "10.0.0.0/24"), (1, "203.0.113.0/24"), (2, "198.51.100.0/24")])
def test_as_many_proxies_are_believed_as_told(tmp_path: Path, proxies: int, attendu: str) -> None:
    app = create_app(build_settings("postgresql://personne@127.0.0.1:1/rien", tmp_path, TIERSLIEUX_PROXIES=proxies))
    vus = []

    @app.get("/essai-adresse")
    def essayer() -> str:
        vus.append(find_reseau())
        return ""

    # What each proxy adds comes last: 198.51.100.9 was told by the client or by a proxy before ours.
    entetes = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
    app.test_client().get("/essai-adresse", headers=entetes, environ_base={"REMOTE_ADDR": "10.0.0.5"})
    assert vus == [attendu]


def test_an_installation_can_widen_all_limits(base: str, fabrique: sessionmaker[Session], tmp_path: Path) -> None:
    app = build_neuve(base, fabrique, tmp_path, TIERSLIEUX_LIMITES=3)
    assert count(lambda: consume_from(app, IPV4, "proposition")) == 15


@pytest.mark.parametrize("fenetre", ["moving", "fixed"])
def test_two_processes_share_one_limit_exactly(base_neuve: str, fenetre: str) -> None:
    contexte = multiprocessing.get_context("forkserver")
    contexte.set_forkserver_preload(["tests.integration.frappeur", "tests.integration.core.expediteur"])
    limite = 100
    depart, comptes = contexte.Barrier(2), contexte.SimpleQueue()
    arguments = (base_neuve, fenetre, f"{limite} per hour", depart, comptes)
    processus = [contexte.Process(target=strike, args=arguments) for _ in range(2)]
    for un in processus:
        un.start()
    for un in processus:
        un.join(60)
    accordes = [comptes.get() for un in processus if un.exitcode == 0]
    assert sum(accordes) == limite
    # Neither was served alone.
    assert min(accordes) > 0


def test_counters_that_are_over_are_deleted_now_and_then(base_neuve: str) -> None:
    with open_storage(base_neuve) as (stockage, fabrique):
        for rang in range(HITS_PAR_PURGE - 1):
            stockage.acquire_entry(f"cle-{rang}", 5, 3600)
        with fabrique() as session:
            session.execute(text("UPDATE limite SET expire_at = now() - interval '1 second'"))
            session.commit()
        stockage.acquire_entry("la-derniere", 5, 3600)
        with fabrique() as session:
            assert list(session.execute(select(Limite.cle)).scalars()) == ["la-derniere"]


def test_the_storage_answers_as_the_library_asks(base_neuve: str) -> None:
    with open_storage(base_neuve) as (stockage, _fabrique):
        assert stockage.check()
        item = parse("3 per hour")
        cle = item.key_for("essai")
        assert not stockage.acquire_entry(cle, 3, 3600, amount=4)
        assert [stockage.acquire_entry(cle, 3, 3600, amount=n) for n in (1, 2, 1)] == [True, True, False]
        debut_s, nombre = stockage.get_moving_window(cle, 3, 3600)
        assert nombre == 3
        assert stockage.get_moving_window("inconnue", 3, 3600)[1] == 0
        assert [stockage.incr("fixe", 60), stockage.incr("fixe", 60, amount=2), stockage.get("fixe")] == [1, 3, 3]
        assert stockage.get_expiry("fixe") == pytest.approx(debut_s + 60, abs=30)
        stockage.clear("fixe")
        assert stockage.get("fixe") == 0
        assert stockage.reset() == 1
