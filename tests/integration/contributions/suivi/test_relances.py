"""Mails to places: to whom, how often, and what their link does."""

from __future__ import annotations

import datetime as dt
import logging
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import SECRET
from tests.factories.lieux import make_lieu
from tests.factories.suivi import SITE, list_courriels, read_csrf, set_reglages
from tierslieux.contributions.liens_prives import Reglages
from tierslieux.contributions.models import Desabonnement, Proposition, Relance
from tierslieux.contributions.suivi import taches as suivi
from tierslieux.contributions.suivi.gestion import is_gestionnaire, open_gestion
from tierslieux.contributions.suivi.relances import VALIDITE, Bilan, send_batch
from tierslieux.core import taches
from tierslieux.core.courriels import digest_adresse
from tierslieux.core.errors import InvalidInputError
from tierslieux.extensions import CLE, Etat
from tierslieux.lieux import liens
from tierslieux.lieux.models import FicheSource, Lieu

NOW = dt.datetime.now(dt.UTC)
VIEUX = dt.date(2019, 1, 1)
ADRESSE = "accueil@exemple.fr"


@pytest.fixture(autouse=True)
def reglages(fabrique: sessionmaker[Session]) -> Reglages:
    """What create_app gives to sessions."""
    return set_reglages(fabrique)


def make_vieux(session: Session, nom: str = "Repaire", courriel: str | None = ADRESSE, **champs: object) -> Lieu:
    """A place checked long ago that has an address."""
    valeurs = {"courriel": courriel} if courriel else {}
    return make_lieu(session, nom, **({"date_maj": VIEUX} | valeurs | champs))


def send(session: Session, reglages: Reglages, *, now: dt.datetime = NOW, limite: int = 100) -> Bilan:
    """A batch of a site that writes every six months."""
    bilan = send_batch(session, reglages, mois=6, now=now, limite=limite)
    assert bilan is not None
    return bilan


def read_lien(corps: str) -> str:
    """The path of the link of a mail."""
    trouve = re.search(rf"{SITE}(/lieux/\S+/tenir-a-jour/\S+)", corps)
    assert trouve is not None
    return trouve.group(1)


def test_who_is_written_to(session: Session, reglages: Reglages) -> None:
    make_vieux(session)
    make_vieux(session, "Sans adresse", None)
    make_vieux(session, "À jour", "frais@exemple.fr", date_maj=NOW.date())
    make_vieux(session, "Fermé", "mairie@ferme.example.fr", statut="ferme")
    make_vieux(session, "Masqué", "mairie@masque.example.fr", statut="masque")
    make_vieux(session, "Mairie", "mairie@aucune-aide.example.fr", genres=("mairie",))
    make_vieux(session, "De personne", "jeanne.dupont@exemple.fr")
    # An address that a visitor wrote: the link would give them the place.
    make_vieux(session, "Visiteur", "contact@visiteur.example.fr", source_id="contributions")
    refuse = "contact@refuse.example.fr"
    make_vieux(session, "Ne veut pas", refuse)
    session.add(Desabonnement(empreinte=digest_adresse(refuse, SECRET), fait_at=NOW))
    assert send(session, reglages) == Bilan(envoyees=1, nominatives=1, ecartees=1)
    (courriel,) = list_courriels(session)
    assert courriel.destinataire == ADRESSE
    assert "«\u00a0Repaire\u00a0»" in courriel.sujet
    assert courriel.desabonnement is not None
    assert courriel.desabonnement.startswith(f"{SITE}/courriels/ne-plus-recevoir/")


def test_a_place_is_asked_once_in_six_months(session: Session, reglages: Reglages) -> None:
    make_vieux(session)
    assert send(session, reglages).envoyees == 1
    for apres in (dt.timedelta(days=2), dt.timedelta(days=170)):
        assert send(session, reglages, now=NOW + apres).envoyees == 0
    assert send(session, reglages, now=NOW + dt.timedelta(days=190)).envoyees == 1


def test_an_address_gets_one_mail_a_day_and_its_places_take_turns(session: Session, reglages: Reglages) -> None:
    for nom in ("Un", "Deux", "Trois"):
        make_vieux(session, nom)
    assert send(session, reglages) == Bilan(envoyees=1, ecartees=2)
    assert send(session, reglages, now=NOW + dt.timedelta(hours=20)).envoyees == 0
    assert send(session, reglages, now=NOW + dt.timedelta(hours=25)) == Bilan(envoyees=1, ecartees=1)
    assert send(session, reglages, now=NOW + dt.timedelta(hours=50)) == Bilan(envoyees=1)
    assert len({relance.lieu_id for relance in session.query(Relance)}) == 3


def test_a_batch_is_bounded_and_the_oldest_come_first(session: Session, reglages: Reglages) -> None:
    for annee in (2021, 2019, 2020):
        make_vieux(session, f"De {annee}", f"mairie@ville{annee}.example.fr", date_maj=dt.date(annee, 1, 1))
    assert send(session, reglages, limite=2).envoyees == 2
    destinataires = {courriel.destinataire for courriel in list_courriels(session)}
    assert destinataires == {"mairie@ville2019.example.fr", "mairie@ville2020.example.fr"}


def test_no_address_and_no_secret_are_kept(
    session: Session, reglages: Reglages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    make_vieux(session)
    send(session, reglages)
    (relance,) = session.query(Relance).all()
    (courriel,) = list_courriels(session)
    jeton = read_lien(courriel.corps).rpartition("/")[2]
    assert ADRESSE not in str(vars(relance))
    assert jeton not in str(vars(relance))
    assert ADRESSE not in caplog.text
    assert jeton not in caplog.text


def test_without_the_address_of_the_site_nothing_leaves(session: Session, reglages: Reglages) -> None:
    with pytest.raises(InvalidInputError):
        send_batch(session, replace(reglages, site=None), mois=6, now=NOW)


@pytest.fixture
def lien(session: Session, reglages: Reglages) -> str:
    """The path of the link that a place was sent."""
    make_vieux(session, "Repaire <b>", telephone="+33298000000")
    send(session, reglages)
    session.commit()
    return read_lien(list_courriels(session)[0].corps)


def test_opening_the_link_changes_nothing_and_the_button_confirms_all(
    client: FlaskClient, session: Session, lien: str
) -> None:
    for _ in range(3):
        reponse = client.get(lien)
    assert reponse.status_code == 200
    assert reponse.headers["Cache-Control"] == "no-store"
    assert reponse.headers["Referrer-Policy"] == "no-referrer"
    assert "Repaire &lt;b&gt;" in reponse.text
    assert "02\u00a098\u00a000\u00a000\u00a000" in reponse.text
    assert session.query(Proposition).count() == 0
    version = re.search(r'name="version" value="(\d+)"', reponse.text)
    assert version is not None
    champs = {"csrf_token": read_csrf(reponse.text), "version": version.group(1), "action": "confirmer"}
    # It works several times.
    for _ in range(2):
        fait = client.post(lien, data=champs)
        assert fait.status_code == 303
        assert "Nous écrivons que tout est vrai aujourd’hui." in client.get(fait.location).text
    session.expire_all()
    (proposition,) = session.query(Proposition).all()
    assert proposition.voie == "gestionnaire"
    lieu = session.scalars(select(Lieu)).one()
    assert lieu.provenance["telephone"]["confirme"] == NOW.date().isoformat()
    assert session.query(Relance).one().repondue_at is not None
    assert session.query(FicheSource).filter_by(source_id="confirmations").count() == 1


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"action": "confirmer", "version": "1"}, 400),
        ({"action": "confirmer", "csrf_token": "", "version": "x"}, 422),
        ({"action": "effacer", "csrf_token": "", "version": "1"}, 422),
        ({"action": "confirmer", "csrf_token": "", "version": "0"}, 404),
    ],
)
def test_what_the_page_does_not_offer_is_refused(
    client: FlaskClient, session: Session, lien: str, champs: dict[str, str], attendu: int
) -> None:
    jeton = read_csrf(client.get(lien).text)
    reponse = client.post(lien, data=champs | ({"csrf_token": jeton} if "csrf_token" in champs else {}))
    assert reponse.status_code == attendu
    assert session.query(Proposition).count() == 0


def test_a_foreign_or_expired_link_is_an_unknown_page(client: FlaskClient, session: Session, lien: str) -> None:
    autre = make_lieu(session, "Autre")
    session.commit()
    jeton = lien.rpartition("/")[2]
    csrf = read_csrf(client.get(lien).text)
    faux = [f"/lieux/{autre.public_id}/tenir-a-jour/{jeton}", lien + "x", lien.replace(jeton, "x")]
    for adresse in faux:
        assert client.get(adresse).status_code == 404
        assert client.post(adresse, data={"csrf_token": csrf, "action": "corriger"}).status_code == 404
    relance = session.query(Relance).one()
    relance.expire_at = NOW - dt.timedelta(seconds=1)
    session.commit()
    assert client.get(lien).status_code == 404
    assert client.post(lien, data={"csrf_token": csrf, "action": "corriger"}).status_code == 404


def test_correcting_hands_the_place_over_to_the_form(client: FlaskClient, lien: str) -> None:
    public_id = lien.split("/")[2]
    csrf = read_csrf(client.get(lien).text)
    reponse = client.post(lien, data={"csrf_token": csrf, "action": "corriger"})
    assert reponse.status_code == 303
    # The secret is in the session, not in the address.
    assert reponse.location == f"/lieux/{public_id}/corriger"


class Champs(HTMLParser):
    """The fields of a page's forms as a browser would send them, boxes and choices that are not ticked left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.champs: list[tuple[str, str]] = []
        self._choix: str | None = None
        self._texte: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        attributs = dict(attrs)
        nom = attributs.get("name")
        if tag == "select":
            self._choix = nom
        elif tag == "option" and self._choix and "selected" in attributs:
            self.champs.append((self._choix, attributs.get("value") or ""))
        elif tag == "textarea" and nom:
            self.champs.append((nom, ""))
            self._texte = nom
        elif tag == "input" and nom and (attributs.get("type") not in {"checkbox", "radio"} or "checked" in attributs):
            self.champs.append((nom, attributs.get("value") or ""))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._texte:
            self.champs[-1] = (self._texte, data)

    def handle_endtag(self, tag: str) -> None:
        """End a text or a choice."""
        if tag == "textarea":
            self._texte = None
        if tag == "select":
            self._choix = None

    def to_data(self, **autres: str) -> dict[str, list[str]]:
        """What is sent, with these values in place of those shown."""
        data: dict[str, list[str]] = {}
        for nom, valeur in self.champs:
            data.setdefault(nom, []).append(valeur)
        return data | {nom: [valeur] for nom, valeur in autres.items()}


def test_what_the_place_corrects_is_published_at_once_in_its_name(
    client: FlaskClient, session: Session, lien: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierslieux.contributions.formulaires.timbres.DELAI_MIN", dt.timedelta(0))
    csrf = read_csrf(client.get(lien).text)
    formulaire = client.post(lien, data={"csrf_token": csrf, "action": "corriger"}).location
    page = client.get(formulaire)
    assert page.status_code == 200
    data = Champs(page.text).to_data(telephone="02 98 11 11 11", action="envoyer")
    assert client.post(formulaire, data=data).status_code == 303
    session.expire_all()
    lieu = session.scalars(select(Lieu)).one()
    assert lieu.telephone == "+33298111111"
    assert lieu.provenance["telephone"]["source"] == "gestionnaires"
    (proposition,) = session.query(Proposition).all()
    assert (proposition.voie, proposition.statut) == ("gestionnaire", "acceptee")
    assert session.query(Relance).one().repondue_at is not None
    # Another browser that knows the form, not the link, proposes only.
    autre = client.application.test_client()
    data = Champs(autre.get(formulaire).text).to_data(telephone="02 98 22 22 22", action="envoyer")
    assert autre.post(formulaire, data=data).status_code == 303
    session.expire_all()
    assert session.scalars(select(Lieu)).one().telephone == "+33298111111"


def test_a_browser_speaks_for_the_place_of_its_link_alone_and_as_long_as_it_is_good(
    app: Flask, session: Session, lien: str
) -> None:
    public_id, jeton = lien.split("/")[2], lien.rpartition("/")[2]
    with app.test_request_context():
        assert not is_gestionnaire(session, public_id, now=NOW)
        open_gestion(public_id, jeton)
        assert is_gestionnaire(session, public_id, now=NOW)
        assert not is_gestionnaire(session, "essai00000", now=NOW)
        open_gestion(public_id, "faux")
        assert not is_gestionnaire(session, public_id, now=NOW)
        open_gestion(public_id, jeton)
        assert not is_gestionnaire(session, public_id, now=NOW + VALIDITE)


@pytest.mark.parametrize("statut", ["ferme", "masque"])
def test_a_place_that_is_closed_or_hidden_since_is_not_confirmed(
    client: FlaskClient, session: Session, lien: str, statut: str
) -> None:
    session.scalars(select(Lieu)).one().statut = statut
    session.commit()
    assert client.get(lien).status_code == {"ferme": 303, "masque": 404}[statut]


def test_a_place_that_was_merged_leads_to_the_public_page_of_the_other(
    client: FlaskClient, session: Session, lien: str
) -> None:
    lieu = session.scalars(select(Lieu)).one()
    garde = make_lieu(session, "Garde")
    liens.merge_lieux(session, garde.id, lieu.id, now=NOW)
    session.commit()
    reponse = client.get(lien)
    assert (reponse.status_code, reponse.location) == (303, f"/lieux/{garde.public_id}")


def run(
    cli_runner: FlaskCliRunner, app: Flask, monkeypatch: pytest.MonkeyPatch, mois: int, *args: str
) -> tuple[int, str]:
    """(exit code, output) of the command, with this setting."""
    etat: Etat = app.extensions[CLE]
    settings = replace(etat.settings, relances_mois=mois, site=SITE)
    monkeypatch.setitem(app.extensions, CLE, replace(etat, settings=settings))
    resultat = cli_runner.invoke(args=["contributions", "relances", *args])
    return resultat.exit_code, resultat.output


def test_the_command_writes_to_nobody_unless_the_site_has_chosen_to(
    cli_runner: FlaskCliRunner, app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vieux(session)
    session.commit()
    code, sortie = run(cli_runner, app, monkeypatch, 0)
    assert code == 1
    assert "TIERSLIEUX_RELANCES_MOIS is 0" in sortie
    code, sortie = run(cli_runner, app, monkeypatch, 12, "--dry-run")
    assert (code, sortie.splitlines()[-1].split(";")[0]) == (0, "1 mails would be queued")
    assert session.query(Relance).count() == 0
    code, sortie = run(cli_runner, app, monkeypatch, 12, "--limite", "1")
    assert (code, sortie.splitlines()[-1].split(";")[0]) == (0, "1 mails queued")
    assert ADRESSE not in sortie
    assert session.query(Relance).count() == 1


@pytest.mark.parametrize(("mois", "attendues"), [(0, 0), (6, 1)])
def test_the_job_writes_as_the_setting_says(
    fabrique: sessionmaker[Session], session: Session, base: str, mois: int, attendues: int
) -> None:
    make_vieux(session)
    session.commit()
    file = taches.build_app(make_url(base))
    suivi.register(file, fabrique, mois=mois)
    file.tasks[suivi.RELANCER].func(timestamp=0)
    assert session.query(Relance).count() == attendues
