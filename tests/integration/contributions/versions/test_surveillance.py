"""One author, flows out of the ordinary, what is set aside, the audit log: each over one's territories alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte, read_jeton, send_form, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.propositions import check_histoires, propose_correction, propose_lieu, tick
from tests.factories.territoires import make_bretagne
from tierslieux.comptes import journal
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions import blocages
from tierslieux.contributions import services as contributions
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Action, Demarche, Statut
from tierslieux.contributions.models import Blocage, Opposition, Proposition
from tierslieux.lieux import historique
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

BREST = Habilitation(Role.MODERATEUR, Niveau.EPCI, "242900314")
TREGOR = Habilitation(Role.MODERATEUR, Niveau.EPCI, "200000001")
METROPOLE = (Niveau.EPCI, "242900314")
FRANCE = (Niveau.FRANCE, CODE_FRANCE)
AUTEUR = "spam-1"
RESEAU = "0123456789abcdef"
Connecter = Callable[[Habilitation], Personne]


@pytest.fixture
def lieux(session: Session) -> tuple[Lieu, Lieu]:
    """A place in Brest and one in Landerneau, of which the same author published one field and proposes another."""
    make_bretagne(session)
    deux = make_lieu(session, "Atelier"), make_lieu(session, "Moulin", commune_code="29103", lon=-4.25)
    for lieu in deux:
        publiee = propose_correction(session, lieu.id, AUTEUR, telephone="+33298111111")
        contributions.accept(session, publiee.proposition.public_id, acteur="moderation-essai", now=tick())
        propose_correction(session, lieu.id, AUTEUR, nom="Gagnez 100 euros")
    session.commit()
    return deux


@pytest.fixture
def connecter(session: Session, client: FlaskClient, fabrique: sessionmaker[Session]) -> Connecter:
    """Sign the browser in with a role."""

    def _connecter(droit: Habilitation) -> Personne:
        personne = create_compte(session, habilitations=[droit])
        session.commit()
        sign_in(client, fabrique, personne)
        return personne

    return _connecter


def list_statuts(session: Session, lieu: Lieu) -> list[str]:
    stmt = select(Proposition.statut).where(Proposition.lieu_id == lieu.id).order_by(Proposition.id)
    return list(session.scalars(stmt))


def propose(session: Session, lieu: Lieu, auteur: str, nom: str, reseau: str | None = None) -> Proposition:
    depot = Depot(
        Demarche.CORRECTION,
        {"nom": nom},
        auteur,
        lieu_id=lieu.id,
        version=historique.get_version(session, lieu.id),
        reseau=reseau,
    )
    return contributions.submit(session, depot, now=dt.datetime.now(dt.UTC)).proposition


# --- One author -------------------------------------------------------------------------------------------------------


def test_everything_of_an_author_is_undone_in_ones_territory_alone(
    session: Session, client: FlaskClient, lieux: tuple[Lieu, Lieu], connecter: Connecter
) -> None:
    brest, landerneau = lieux
    personne = connecter(BREST)
    page = f"/moderation/auteurs/{AUTEUR}"
    vue = client.get(page).text
    assert "2 propositions dans vos territoires" in vue
    assert "Atelier" in vue
    assert "Moulin" not in vue
    demande = client.get(f"{page}/annuler").text
    assert list_statuts(session, brest) == [Statut.ACCEPTEE, Statut.EN_ATTENTE], "asking changes nothing"
    assert client.post(f"{page}/annuler", data={"csrf_token": read_jeton(demande)}).status_code == 303
    session.expire_all()
    assert list_statuts(session, brest) == [Statut.ANNULEE, Statut.QUARANTAINE]
    assert list_statuts(session, landerneau) == [Statut.ACCEPTEE, Statut.EN_ATTENTE]
    assert session.get_one(Lieu, brest.id).telephone is None
    assert session.get_one(Lieu, landerneau.id).telephone == "+33298111111"
    acte = session.scalars(select(Journal).where(Journal.action == Action.ANNULER_AUTEUR)).one()
    assert (acte.acteur, acte.objet, acte.details) == (
        personne.pseudonyme,
        f"auteur:{AUTEUR}",
        {"annulees": 1, "isolees": 1},
    )
    check_histoires(session)


def test_a_national_administrator_undoes_it_everywhere(
    session: Session, client: FlaskClient, lieux: tuple[Lieu, Lieu], connecter: Connecter
) -> None:
    connecter(ADMINISTRATEUR_FRANCE)
    assert send_form(client, f"/moderation/auteurs/{AUTEUR}/annuler").status_code == 303
    session.expire_all()
    assert [list_statuts(session, lieu) for lieu in lieux] == [[Statut.ANNULEE, Statut.QUARANTAINE]] * 2


@pytest.mark.usefixtures("lieux")
def test_an_author_of_elsewhere_does_not_exist(session: Session, client: FlaskClient, connecter: Connecter) -> None:
    propose_lieu(session, auteur="habitant-de-brest")
    connecter(TREGOR)
    for chemin in ("", "/annuler"):
        assert client.get(f"/moderation/auteurs/habitant-de-brest{chemin}").status_code == 404
        assert client.get(f"/moderation/auteurs/inconnu{chemin}").status_code == 404
    jeton = {"csrf_token": read_jeton(client.get(f"/moderation/auteurs/{AUTEUR}").text), "motif": "abus", "jours": "7"}
    for geste in ("annuler", "bloquer", "debloquer"):
        assert client.post(f"/moderation/auteurs/habitant-de-brest/{geste}", data=jeton).status_code == 404


# --- Set aside as it comes --------------------------------------------------------------------------------------------


def test_what_an_author_proposes_from_then_on_is_set_aside_over_the_territory(
    session: Session, client: FlaskClient, lieux: tuple[Lieu, Lieu], connecter: Connecter
) -> None:
    brest, landerneau = lieux
    connecter(BREST)
    page = f"/moderation/auteurs/{AUTEUR}"
    for jours in ("0", "91", "x", ""):
        assert send_form(client, page, f"{page}/bloquer", motif="vandalisme", jours=jours).status_code == 422
    assert send_form(client, page, f"{page}/bloquer", motif="vandalisme", jours="7").status_code == 303
    assert f"Auteur {AUTEUR}, Brest Métropole" in client.get(page).text
    assert propose(session, brest, AUTEUR, "Un").statut == Statut.QUARANTAINE
    assert propose(session, landerneau, AUTEUR, "Un").statut == Statut.EN_ATTENTE
    assert propose(session, brest, "habitant-b", "Deux").statut == Statut.EN_ATTENTE
    session.commit()
    assert send_form(client, page, f"{page}/debloquer").status_code == 303
    assert propose(session, brest, AUTEUR, "Trois").statut == Statut.EN_ATTENTE
    actions = session.scalars(select(Journal.action).where(Journal.objet == f"auteur:{AUTEUR}").order_by(Journal.id))
    assert list(actions) == [Action.BLOQUER, Action.DEBLOQUER]


def test_a_measure_ends_by_itself_and_the_last_one_holds(session: Session, lieux: tuple[Lieu, Lieu]) -> None:
    brest, _ = lieux
    debut = tick()
    for jours in (30, 7):
        blocages.block(
            session, "reseau", RESEAU, [METROPOLE], motif="rafale", jours=jours, acteur="moderation-essai", now=debut
        )
    (mesure,) = session.scalars(select(Blocage).where(Blocage.valeur == RESEAU)).all()
    depot = Depot(Demarche.CORRECTION, {"nom": "X"}, "habitant-b", lieu_id=brest.id, version=1, reseau=RESEAU)
    nouveau = Depot(Demarche.NOUVEAU, {"nom": "X", "commune_code": "29103"}, "habitant-b", reseau=RESEAU)
    assert blocages.is_bloque(session, depot, now=mesure.jusqua_at - (mesure.jusqua_at - debut) / 1000)
    assert not blocages.is_bloque(session, depot, now=mesure.jusqua_at)
    assert not blocages.is_bloque(session, nouveau, now=debut), "a place of another territory"
    assert (mesure.jusqua_at - debut).days == 7


# --- Flows ------------------------------------------------------------------------------------------------------------


def test_a_burst_is_seen_and_set_aside_by_those_of_the_territory(
    session: Session, client: FlaskClient, lieux: tuple[Lieu, Lieu], connecter: Connecter
) -> None:
    brest, landerneau = lieux
    for numero in range(5):
        propose(session, brest, f"faux-{numero}", f"Nom {numero}", RESEAU)
    for numero in range(4):
        propose(session, landerneau, "presque", f"Nom {numero}", "autre-reseau")
    session.commit()
    connecter(BREST)
    page = client.get("/moderation/flux").text
    assert f"Réseau {RESEAU[:8]}" in page
    assert "de 5 auteurs" in page
    assert brest.public_id in page
    assert landerneau.public_id not in page
    assert "presque" not in page
    jeton = read_jeton(page)
    ecarter = {"csrf_token": jeton, "par": "reseau", "valeur": RESEAU}
    suite = client.post("/moderation/flux/ecarter", data=ecarter)
    assert "5 propositions mises de côté" in client.get(suite.location).text
    assert list_statuts(session, brest)[-5:] == [Statut.QUARANTAINE] * 5
    # What stands in another territory stays as it was, whoever asks for it.
    for par, valeur in (("lieu_id", str(landerneau.id)), ("auteur", "presque")):
        client.post("/moderation/flux/ecarter", data=ecarter | {"par": par, "valeur": valeur})
    assert Statut.QUARANTAINE not in list_statuts(session, landerneau)
    for par, valeur in (("courriel", "x"), ("lieu_id", "1 OR 1=1"), ("auteur", "")):
        reponse = client.post("/moderation/flux/ecarter", data=ecarter | {"par": par, "valeur": valeur})
        assert reponse.status_code == 404
    bloquer = {"csrf_token": jeton, "valeur": RESEAU, "motif": "rafale", "jours": "3"}
    assert client.post("/moderation/flux/bloquer", data=bloquer).status_code == 303
    assert propose(session, brest, "faux-9", "Encore", RESEAU).statut == Statut.QUARANTAINE
    session.commit()
    assert client.post("/moderation/flux/debloquer", data=bloquer).status_code == 303
    assert session.scalars(select(Blocage)).all() == []


# --- The audit log ----------------------------------------------------------------------------------------------------


def test_the_log_shows_ones_territory_and_what_one_did_oneself(
    session: Session, client: FlaskClient, lieux: tuple[Lieu, Lieu], connecter: Connecter
) -> None:
    ids = dict(session.execute(select(Proposition.nom, Proposition.public_id)).all())
    personne = connecter(BREST)
    journal.record(session, "annuler-auteur", "auteur:quelqu-un", acteur=personne.pseudonyme, now=tick())
    journal.record(session, "annuler-auteur", "auteur:ailleurs", acteur="autre-moderateur", now=tick())
    journal.record(
        session, "masquer", f"lieu:{lieux[0].public_id}", acteur="autre", now=tick(), details={"motif": "abus"}
    )
    session.commit()
    page = client.get("/moderation/journal").text
    assert ids["Atelier"] in page
    assert "auteur:quelqu-un" in page
    assert "motif\u00a0: abus" in page
    assert ids["Moulin"] not in page
    assert "auteur:ailleurs" not in page
    masques = client.get("/moderation/journal?action=masquer").text
    assert lieux[0].public_id in masques
    assert ids["Atelier"] not in masques
    assert "Rien à montrer" in client.get("/moderation/journal?fin=2020-01-01").text
    assert "Nous n’avons pas compris&nbsp;: debut" in client.get("/moderation/journal?debut=hier").text
    connecter(ADMINISTRATEUR_FRANCE)
    page = client.get("/moderation/journal").text
    assert ids["Atelier"] in page
    assert ids["Moulin"] in page
    assert "auteur:ailleurs" in page


@pytest.mark.usefixtures("lieux")
def test_the_log_as_a_file_runs_nothing_and_has_every_row(
    session: Session, client: FlaskClient, connecter: Connecter
) -> None:
    connecter(ADMINISTRATEUR_FRANCE)
    for numero in range(60):
        journal.record(session, "regler", f"essai:{numero}", acteur="=HYPERLINK(1)", now=tick())
    session.commit()
    reponse = client.get("/moderation/journal.csv?acteur=%3DHYPERLINK")
    assert reponse.headers["Cache-Control"] == "no-store"
    lignes = list(
        csv.reader(
            io.StringIO(client.get("/moderation/journal.csv?action=regler").text.lstrip("\ufeff")), delimiter=";"
        )
    )
    assert [ligne[5] for ligne in lignes[1:]] == [f"essai:{numero}" for numero in range(59, -1, -1)]
    assert {ligne[2] for ligne in lignes[1:]} == {"'=HYPERLINK(1)"}
    assert "essai:8<" in client.get("/moderation/journal?action=regler&avant=" + lignes[51][0]).text


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_undo_author_counts_first_then_undoes(
    session: Session, lieux: tuple[Lieu, Lieu], cli_runner: FlaskCliRunner
) -> None:
    essai = cli_runner.invoke(args=["contributions", "undo-author", AUTEUR, "--dry-run"])
    assert essai.output == "undone=2 set_aside=2 dry_run=true\n"
    assert list_statuts(session, lieux[0]) == [Statut.ACCEPTEE, Statut.EN_ATTENTE]
    assert cli_runner.invoke(args=["contributions", "undo-author", AUTEUR]).output.startswith("undone=2 set_aside=2")
    session.expire_all()
    assert list_statuts(session, lieux[0]) == [Statut.ANNULEE, Statut.QUARANTAINE]
    assert cli_runner.invoke(args=["contributions", "undo-author", "inconnu"]).exit_code == 1


def test_the_export_holds_what_was_published_and_nothing_of_who_said_it(
    session: Session, lieux: tuple[Lieu, Lieu], cli_runner: FlaskCliRunner
) -> None:
    brest, landerneau = lieux
    secrets = {"courriel": "jeanne@exemple.fr", "commentaire": "je suis Jeanne", "reseau": "reseau-de-jeanne"}
    for proposition in session.scalars(select(Proposition)):
        for nom, valeur in secrets.items():
            setattr(proposition, nom, valeur)
    session.commit()
    sortie = cli_runner.invoke(args=["contributions", "export"]).output
    lignes = list(csv.DictReader(io.StringIO(sortie)))
    assert [(ligne["lieu"], ligne["champ"], ligne["apres"]) for ligne in lignes] == [
        (lieu.public_id, "telephone", "+33298111111") for lieu in lieux
    ]
    assert not any(texte in sortie for texte in [AUTEUR, "Gagnez", *secrets.values()])
    session.add(
        Opposition(lieu_id=brest.id, champs=["telephone"], empreintes=[], statut="demandee", demandee_at=tick())
    )
    session.commit()
    lignes = json.loads(cli_runner.invoke(args=["contributions", "export", "--format", "json"]).output)
    assert [ligne["lieu"] for ligne in lignes] == [landerneau.public_id]


def test_the_history_and_the_log_are_read_from_the_command_line(
    lieux: tuple[Lieu, Lieu], cli_runner: FlaskCliRunner
) -> None:
    versions = json.loads(cli_runner.invoke(args=["contributions", "history", lieux[0].public_id]).output)
    assert [version["auteur"] for version in versions] == [AUTEUR, None]
    assert versions[0]["modifications"] == [{"champ": "telephone", "avant": None, "apres": "+33298111111"}]
    assert cli_runner.invoke(args=["contributions", "history", "inconnu"]).exit_code == 1
    lignes = list(csv.DictReader(io.StringIO(cli_runner.invoke(args=["contributions", "journal"]).output)))
    assert [ligne["action"] for ligne in lignes][:2] == [Action.DEPOSER, Action.ACCEPTER]
    assert cli_runner.invoke(args=["contributions", "journal", "--debut", "hier"]).exit_code == 1
