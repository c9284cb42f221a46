"""A person is taken off the map: at once, then out of everything that is kept, and no file brings them back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tests.conftest import SECRET
from tests.factories.comptes import create_compte, sign_in
from tests.factories.imports import REFERENTIEL
from tests.factories.lieux import make_lieu
from tests.factories.propositions import check_histoires, propose_correction, read_publie, tick
from tests.factories.scenarios import read_champ
from tests.factories.territoires import make_bretagne
from tests.factories.traces import find_traces
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.config import RACINE
from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.donnees import oppositions, taches
from tierslieux.contributions.donnees.opposees import load_opposees
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.errors import TraiteeError
from tierslieux.contributions.liens_prives import CLE, Reglages
from tierslieux.contributions.models import Opposition
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import FRANCAIS
from tierslieux.imports.contrat import Fichier
from tierslieux.imports.correspondances.correspondance import build_parse
from tierslieux.imports.rapport import Rapport
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.imports.services import apply_import, rollback_run
from tierslieux.lieux import historique, publication
from tierslieux.lieux.models import Changement, Execution, FicheAvant, FicheSource, Lieu, Rejet
from tierslieux.lieux.retraits import MARQUE
from tierslieux.territoires.enums import Niveau

DATA = RACINE / "tests" / "data"
TELEPHONE, COURRIEL = "+33612345678", "camille.zibeline@exemple.fr"
PRESENTATION = "Camille Zibeline vous accueille le jeudi."
JOUR = dt.timedelta(days=1)
# What finds the person in a column, written as publishers do.
TRACES = ("612345678", "06 12 34 56 78", "zibeline")


@pytest.fixture(autouse=True)
def _secret(session: Session) -> None:
    """What create_app gives to its sessions."""
    session.info[CLE] = Reglages(SECRET, None, lambda _langue: FRANCAIS)


def make_lieu_de_camille(session: Session, **valeurs: Any) -> Lieu:
    """A place whose telephone, mail and presentation are a person's."""
    lieu = make_lieu(
        session, "Point numérique", telephone=TELEPHONE, courriel=COURRIEL, presentation=PRESENTATION, **valeurs
    )
    fiche = session.scalars(select(FicheSource).where(FicheSource.lieu_id == lieu.id)).one()
    fiche.brut = {"nom": "Point numérique", "tel": "06 12 34 56 78", "mail": COURRIEL, "texte": PRESENTATION}
    session.flush()
    return lieu


def oppose(session: Session, lieu: Lieu, *champs: str, now: dt.datetime | None = None) -> Opposition:
    """Somebody asks not to be shown."""
    return oppositions.oppose(session, lieu.id, champs, auteur="habitant-x", secret=SECRET, now=now or tick())


def erase(session: Session, opposition: Opposition) -> None:
    """A moderator confirms, and the job does its work."""
    oppositions.confirm(session, opposition.id, acteur="moderateur", now=tick())
    oppositions.erase(session, opposition.id, secret=SECRET, now=tick())


def test_what_is_chosen_is_hidden_at_once_and_nothing_else(session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    oppose(session, lieu, "telephone", "presentation")
    publie = read_publie(session, lieu.id)
    assert "telephone" not in publie
    assert "presentation" not in publie
    assert publie["courriel"] == COURRIEL
    assert publie["nom"] == "Point numérique"
    check_histoires(session)


def test_only_fields_that_hold_something_of_a_person_can_be_chosen(session: Session) -> None:
    lieu = make_lieu(session, telephone=TELEPHONE)
    assert list(oppositions.list_champs(session, lieu.id)) == ["telephone"]
    for champs in (["courriel"], ["nom"], ["telephone", "genres"], []):
        with pytest.raises(InvalidInputError):
            oppose(session, lieu, *champs)


def test_nobody_can_propose_again_what_a_person_opposed(session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    erase(session, oppose(session, lieu, "telephone"))
    with pytest.raises(InvalidInputError, match="accepte de montrer") as refus:
        propose_correction(session, lieu.id, telephone=TELEPHONE)
    assert TELEPHONE not in str(refus.value.details)
    propose_correction(session, lieu.id, telephone="+33298000001")


def test_a_moderator_lifts_an_abuse(session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    avant = read_publie(session, lieu.id)
    opposition = oppose(session, lieu, "telephone")
    oppositions.lift(session, opposition.id, acteur="moderateur", now=tick())
    assert read_publie(session, lieu.id) == avant
    with pytest.raises(TraiteeError):
        oppositions.confirm(session, opposition.id, acteur="moderateur", now=tick())
    check_histoires(session)


def test_confirmed_it_leaves_every_table(session: Session) -> None:
    make_bretagne(session)
    lieu = make_lieu_de_camille(session, autres_telephones=["+33298000001", TELEPHONE])
    autre = make_lieu(session, "Ailleurs", telephone=TELEPHONE)
    propose_correction(session, lieu.id, presentation=f"Demandez {COURRIEL}", telephone=TELEPHONE)
    services.confirm(session, _build_confirmation(session, lieu), now=tick())
    execution = Execution(
        source_id="essai", statut="reussie", origine="x", debut_at=tick(), duree_s=1.0, lues=1, rejetees=1
    )
    session.add(execution)
    session.flush()
    fiche = session.scalars(select(FicheSource.id).where(FicheSource.lieu_id == lieu.id)).first()
    etat = {"valeurs": {"telephone": TELEPHONE}, "brut": {"t": "06 12 34 56 78"}, "empreinte": "e"}
    session.add(FicheAvant(execution_id=execution.id, fiche_id=fiche, etat=etat))
    session.add(
        Rejet(execution_id=execution.id, ligne=2, code="X", champ="t", valeur="0612345678", brut={"m": COURRIEL})
    )
    session.flush()
    assert len(find_traces(session, *TRACES)) > 8
    opposition = oppose(session, lieu, "telephone", "courriel", "presentation")
    erase(session, opposition)
    assert find_traces(session, *TRACES) == []
    assert read_publie(session, autre.id).get("telephone") is None, "the same number, on another place"
    assert read_publie(session, lieu.id)["autres_telephones"] == ["+33298000001"]
    check_histoires(session)


def _build_confirmation(session: Session, lieu: Lieu) -> Depot:
    version = historique.get_version(session, lieu.id)
    return Depot(Demarche.CONFIRMATION, {}, "habitant-c", lieu_id=lieu.id, version=version)


def test_the_history_says_that_something_was_taken_out_and_can_still_be_restored(session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    debut = historique.get_version(session, lieu.id)
    recu = propose_correction(session, lieu.id, nom="Point numérique du port")
    services.accept(session, recu.proposition.public_id, acteur="moderateur", now=tick())
    erase(session, oppose(session, lieu, "telephone"))
    premiere = session.scalars(select(Changement).where(Changement.lieu_id == lieu.id).order_by(Changement.id)).first()
    assert premiere is not None
    assert premiere.apres["telephone"].startswith(MARQUE)
    assert premiere.apres["courriel"] == COURRIEL
    assert "telephone" not in historique.get_valeurs(session, lieu.id, debut)
    services.restore(session, lieu.id, debut, acteur="moderateur", now=tick())
    publie = read_publie(session, lieu.id)
    assert (publie["nom"], publie.get("telephone")) == ("Point numérique", None)
    check_histoires(session)


def test_history_is_rewritten_by_this_function_alone_and_only_by_a_mark(session: Session) -> None:
    lieu = make_lieu(session, telephone=TELEPHONE)
    numero = historique.get_version(session, lieu.id)
    refus = (
        ("UPDATE changement SET apres = '{}' WHERE id = :id", {}),
        ("SELECT retirer_du_passe(:id, NULL, CAST(:apres AS jsonb))", {"apres": '{"nom": "Autre"}'}),
        ("SELECT retirer_du_passe(:id, NULL, NULL)", {}),
        ("DELETE FROM changement WHERE id = :id", {}),
    )
    for ordre, valeurs in refus:
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(text(ordre), {"id": numero, **valeurs})
    marque = json.dumps({"nom": "Lieu d’essai", "telephone": f"{MARQUE} (0a1b)"}, ensure_ascii=False)
    session.execute(text("SELECT retirer_du_passe(:id, NULL, CAST(:apres AS jsonb))"), {"id": numero, "apres": marque})
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text("UPDATE changement SET motif = 'x' WHERE id = :id"), {"id": numero})


def test_what_publishers_say_next_may_be_shown(session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    erase(session, oppose(session, lieu, "telephone"))
    fiche = session.scalars(
        select(FicheSource).where(FicheSource.lieu_id == lieu.id, FicheSource.source_id == "essai")
    ).one()
    fiche.valeurs = {**fiche.valeurs, "telephone": "+33298000001"}
    session.flush()
    publication.publish(session, [lieu.id], now=tick())
    assert read_publie(session, lieu.id)["telephone"] == "+33298000001"


def test_without_a_word_for_thirty_days_it_is_confirmed(fabrique: sessionmaker[Session]) -> None:
    debut = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
    with fabrique() as session:
        lieu = make_lieu_de_camille(session)
        numero = oppose(session, lieu, "telephone", "courriel", "presentation", now=debut).id
        session.commit()
    assert taches.run(fabrique, SECRET, now=debut + 29 * JOUR)
    with fabrique() as session:
        assert session.get_one(Opposition, numero).statut == "demandee"
    assert taches.run(fabrique, SECRET, now=debut + 31 * JOUR)
    with fabrique() as session:
        opposition = session.get_one(Opposition, numero)
        assert (opposition.statut, opposition.effacee_at) == ("confirmee", debut + 31 * JOUR)
        assert find_traces(session, *TRACES) == []


def test_a_number_that_many_places_share_waits_for_a_moderator(fabrique: sessionmaker[Session]) -> None:
    debut = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
    with fabrique() as session:
        lieu = make_lieu(session, telephone="+33298000001")
        for _ in range(oppositions.PARTAGES_MAX + 1):
            make_lieu(session, telephone="+33298000001")
        numero = oppose(session, lieu, "telephone", now=debut).id
        session.commit()
    taches.run(fabrique, SECRET, now=debut + 300 * JOUR)
    with fabrique() as session:
        assert session.get_one(Opposition, numero).statut == "demandee"


# --- Imports ----------------------------------------------------------------------------------------------------------

MEDIATION = replace(
    DEMONSTRATION, id="mediation-essai", est_inventee=False, colonnes=(), parse=build_parse({"modele": "mediation"})
)


def load(fabrique: sessionmaker[Session], telephone: str, presentation: str = "Un lieu inventé.") -> Rapport:
    """Import one place of the national standard, whose telephone and presentation are given."""
    contenu = (DATA / "mediation_1_0_2.csv").read_text(encoding="utf-8").replace("+33298001122", telephone)
    octets = contenu.replace("Un lieu inventé.", presentation).encode()
    fichier = Fichier(octets, "lieux.csv", hashlib.sha256(octets).hexdigest(), dt.date(2026, 11, 1))
    return apply_import(fabrique, MEDIATION, fichier, now=tick(), communes=REFERENTIEL)


def test_no_file_brings_it_back(fabrique: sessionmaker[Session]) -> None:
    fabrique.configure(info={CLE: Reglages(SECRET, None, lambda _langue: FRANCAIS)})
    assert load(fabrique, "06 12 34 56 78", PRESENTATION).created == 1
    with fabrique() as session:
        lieu = session.scalars(select(Lieu)).one()
        assert (lieu.telephone, lieu.presentation) == (TELEPHONE, PRESENTATION)
        erase(session, oppose(session, lieu, "telephone", "presentation"))
        session.commit()
        assert find_traces(session, *TRACES) == []
    for ecriture in ("0612345678", "+33 6 12 34 56 78", "06.12.34.56.78"):
        load(fabrique, ecriture, PRESENTATION.upper())
        with fabrique() as session:
            assert find_traces(session, "612345678", "6 12 34 56 78", "6.12.34.56.78", "zibeline") == []
            lieu = session.scalars(select(Lieu)).one()
            assert (lieu.telephone, lieu.presentation) == (None, None)
            assert lieu.autres_telephones == ["+33298001133"]
            check_histoires(session)


def test_the_same_file_again_changes_nothing_once_the_value_is_dropped(fabrique: sessionmaker[Session]) -> None:
    fabrique.configure(info={CLE: Reglages(SECRET, None, lambda _langue: FRANCAIS)})
    load(fabrique, TELEPHONE)
    with fabrique() as session:
        erase(session, oppose(session, session.scalars(select(Lieu)).one(), "telephone"))
        session.commit()
    assert load(fabrique, TELEPHONE).updated == 1
    assert load(fabrique, TELEPHONE).unchanged == 1


def test_a_run_that_is_undone_does_not_bring_it_back(fabrique: sessionmaker[Session]) -> None:
    fabrique.configure(info={CLE: Reglages(SECRET, None, lambda _langue: FRANCAIS)})
    load(fabrique, TELEPHONE)
    rapport = load(fabrique, "+33298007777")
    with fabrique() as session:
        lieu = session.scalars(select(Lieu)).one()
        # The number of the edition before: it stands in what the run has kept to be undone.
        oppositions.oppose(session, lieu.id, ["telephone"], auteur="habitant-x", secret=SECRET, now=tick())
        session.rollback()
        fiche = session.scalars(select(FicheSource)).one()
        recu = propose_correction(session, lieu.id, telephone=TELEPHONE)
        services.accept(session, recu.proposition.public_id, acteur="moderateur", now=tick())
        erase(session, oppose(session, lieu, "telephone"))
        session.commit()
        assert fiche.id
    assert rapport.execution_id is not None
    rollback_run(fabrique, rapport.execution_id, now=tick())
    with fabrique() as session:
        assert find_traces(session, *TRACES) == []
        assert session.scalars(select(Lieu)).one().telephone is None


def test_a_session_without_the_secret_is_refused_rather_than_let_a_value_back(
    fabrique: sessionmaker[Session],
) -> None:
    with fabrique() as session:
        assert load_opposees(session) is None, "nobody has opposed anything: nothing is asked"
        erase(session, oppose(session, make_lieu_de_camille(session), "telephone"))
        session.commit()
    with pytest.raises(RuntimeError, match="secret"):
        load(fabrique, TELEPHONE)


# --- Pages ------------------------------------------------------------------------------------------------------------

MODERATEUR_29 = Habilitation(Role.MODERATEUR, Niveau.DEPARTEMENT, "29")
MODERATEUR_22 = Habilitation(Role.MODERATEUR, Niveau.DEPARTEMENT, "22")


def post(client: FlaskClient, page: str, vers: str, **champs: Any) -> TestResponse:
    """Send the form of a page."""
    jeton = read_champ(client.get(page).get_data(as_text=True), "csrf_token")
    return client.post(vers, data={"csrf_token": jeton, **champs})


def test_one_click_from_the_page_of_the_place(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    session.commit()
    page = client.get(f"/lieux/{lieu.public_id}").get_data(as_text=True)
    adresse = f"/lieux/{lieu.public_id}/opposition"
    assert adresse in page
    choix = client.get(adresse).get_data(as_text=True)
    assert "06 12 34 56 78" in choix.replace("\u00a0", " ")
    assert "Site web" not in choix, "only what holds something"
    reponse = post(client, adresse, adresse, champs=["telephone", "courriel"])
    assert (reponse.status_code, reponse.location) == (303, f"{adresse}?fait=1")
    assert "C’est fait" in client.get(reponse.location).get_data(as_text=True)
    vue = client.get(f"/lieux/{lieu.public_id}").get_data(as_text=True).replace("\u00a0", " ")
    assert "06 12 34 56 78" not in vue
    assert COURRIEL not in vue
    assert PRESENTATION in vue


def test_a_form_without_a_choice_says_so_and_hides_nothing(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu_de_camille(session)
    session.commit()
    adresse = f"/lieux/{lieu.public_id}/opposition"
    reponse = post(client, adresse, adresse)
    assert reponse.status_code == 422
    assert "Cochez au moins une information." in reponse.get_data(as_text=True)
    assert client.post(adresse, data={"champs": "telephone"}).status_code == 400, "without token"
    # Twice the same (a double click) is once.
    assert post(client, adresse, adresse, champs=["telephone"]).status_code == 303
    assert post(client, adresse, adresse, champs=["telephone"]).status_code == 303
    assert len(session.scalars(select(Opposition)).all()) == 1


def test_a_place_that_is_not_or_is_no_more_has_no_such_page(client: FlaskClient, session: Session) -> None:
    cache = make_lieu(session, statut="masque", telephone=TELEPHONE)
    session.commit()
    assert client.get("/lieux/inconnu000/opposition").status_code == 404
    assert client.get(f"/lieux/{cache.public_id}/opposition").status_code == 404


def test_moderators_see_those_of_their_territory_and_decide(
    client: FlaskClient, session: Session, fabrique: sessionmaker[Session]
) -> None:
    make_bretagne(session)
    lieu = make_lieu_de_camille(session)
    opposition = oppose(session, lieu, "telephone")
    ici = create_compte(session, habilitations=[MODERATEUR_29])
    ailleurs = create_compte(session, habilitations=[MODERATEUR_22])
    session.commit()
    assert client.get("/moderation/oppositions").status_code == 303
    sign_in(client, fabrique, ailleurs)
    page = client.get("/moderation/oppositions")
    assert "Point numérique" not in page.get_data(as_text=True)
    jeton = read_champ(client.get(f"/lieux/{lieu.public_id}/opposition").get_data(as_text=True), "csrf_token")
    donnees = {"csrf_token": jeton, "decision": "lever"}
    assert client.post(f"/moderation/oppositions/{opposition.id}", data=donnees).status_code == 404
    sign_in(client, fabrique, ici)
    page = client.get("/moderation/oppositions")
    assert page.headers["Cache-Control"] == "no-store"
    texte = page.get_data(as_text=True)
    assert "Point numérique" in texte
    donnees["csrf_token"] = read_champ(texte, "csrf_token")
    assert client.post(f"/moderation/oppositions/{opposition.id}", data=donnees).status_code == 303
    assert client.post(f"/moderation/oppositions/{opposition.id}", data=donnees).status_code == 409, "decided already"
    session.expire_all()
    assert session.get_one(Lieu, lieu.id).telephone == TELEPHONE
    assert "Aucune opposition" in client.get("/moderation/oppositions").get_data(as_text=True)
