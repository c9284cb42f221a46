"""What is over is forgotten, a day before the limit it is not, and the proof says how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.comptes import ADMINISTRATEUR_FRANCE, create_compte
from tests.factories.lieux import make_lieu, make_source
from tests.factories.propositions import propose_lieu
from tierslieux.comptes.models import CodeCourriel, Compte, Invitation, SessionCompte
from tierslieux.contributions.donnees import purges, queries, registre, taches
from tierslieux.contributions.donnees.regles import Regle, Suite
from tierslieux.contributions.models import (
    Blocage,
    Brouillon,
    MessageProposition,
    Opposition,
    Proposition,
    Purge,
    Relance,
    Vote,
)
from tierslieux.core.courriels import CourrielSortant
from tierslieux.core.limites_pg import Limite
from tierslieux.lieux.models import Execution, Rejet
from tierslieux.planification.models import AvisScenario, Scenario

NOW = dt.datetime(2026, 11, 22, 4, 52, tzinfo=dt.UTC)
JOUR = dt.timedelta(days=1)
REGLES = [regle for regle in registre.list_regles() if regle.suite is not Suite.AILLEURS]


def _make_proposition(session: Session, **champs: Any) -> int:
    numero = propose_lieu(session).proposition.id
    session.execute(update(Proposition).where(Proposition.id == numero).values(**champs))
    return numero


def _make_compte(session: Session, at: dt.datetime) -> None:
    personne = create_compte(session, now=at)
    session.execute(update(Compte).where(Compte.id == personne.compte_id).values(connexion_at=at))


def _make_session(session: Session, at: dt.datetime) -> None:
    compte = create_compte(session, now=NOW).compte_id
    session.add(SessionCompte(empreinte="e", compte_id=compte, ouverte_at=at, vue_at=at, expire_at=at))


def _make_code(session: Session, at: dt.datetime) -> None:
    session.add(
        CodeCourriel(navigateur_sha256="n", objet="connexion", courriel="a@b.fr", code_hmac="c", essais=0, expire_at=at)
    )


def _make_invitation(session: Session, at: dt.datetime) -> None:
    session.add(
        Invitation(
            jeton_sha256="j",
            courriel="a@b.fr",
            role="agent",
            niveau="commune",
            code="29019",
            par="commande",
            envoyee_at=at,
            expire_at=at,
        )
    )


def _make_message(session: Session, at: dt.datetime) -> None:
    numero = _make_proposition(session, recue_at=NOW)
    session.add(
        MessageProposition(proposition_id=numero, auteur="a", est_moderation=False, texte="Bonjour", fait_at=at)
    )


def _make_vote(session: Session, at: dt.datetime) -> None:
    numero = _make_proposition(session, recue_at=NOW)
    session.add(Vote(proposition_id=numero, auteur="v", valeur="pour", poids=1.0, reseau="r", fait_at=at))


def _make_avis(session: Session, statut: str, **champs: Any) -> None:
    scenario = Scenario(
        public_id="scenario",
        jeton_sha256="j",
        niveau="france",
        code="FR",
        titre="Un scénario",
        etude={},
        precedentes=[],
        version=1,
        cree_at=NOW,
        modifie_at=NOW,
    )
    session.add(scenario)
    session.flush()
    defauts: dict[str, Any] = {"site_code": "s", "site_nom": "S", "texte": "Oui", "recu_at": NOW}
    session.add(AvisScenario(scenario_id="scenario", statut=statut, **(defauts | champs)))


def _make_courriel(session: Session, at: dt.datetime, *, texte: str | None) -> None:
    session.add(
        CourrielSortant(
            cle="c",
            genre="essai",
            empreinte="e",
            destinataire=texte,
            sujet=texte,
            corps=texte,
            etat="echec",
            cree_at=at,
            prochain_at=at,
            fini_at=at,
        )
    )


def _make_relance(session: Session, at: dt.datetime) -> None:
    lieu = make_lieu(session)
    session.add(Relance(lieu_id=lieu.id, empreinte="e", jeton_sha256="j", envoyee_at=at, expire_at=at))


def _make_rejet(session: Session, at: dt.datetime) -> None:
    make_source(session)
    execution = Execution(
        source_id="essai", statut="reussie", origine="x", debut_at=at, duree_s=1.0, lues=1, rejetees=1
    )
    session.add(execution)
    session.flush()
    session.add(Rejet(execution_id=execution.id, ligne=2, code="NOM_MANQUANT", champ="nom", valeur=None, brut={}))


def _make_opposition(session: Session, at: dt.datetime) -> None:
    lieu = make_lieu(session)
    session.add(
        Opposition(lieu_id=lieu.id, champs=["telephone"], empreintes=[], statut="levee", demandee_at=at, decidee_at=at)
    )


def _make_limite(session: Session, at: dt.datetime) -> None:
    session.execute(insert(Limite).values(cle="c", expire_at=at))


def _make_blocage(session: Session, at: dt.datetime) -> None:
    session.add(
        Blocage(
            genre="auteur", valeur="a", niveau="france", code="FR", motif="abus", pose_at=at, pose_par="m", jusqua_at=at
        )
    )


def _make_brouillon(session: Session, at: dt.datetime) -> None:
    session.add(Brouillon(jeton_sha256="j", formulaire="lieu", champs={}, cree_at=at, modifie_at=at))


# A row for each rule, whose date is the one given.
FAITS: dict[str, Callable[[Session, dt.datetime], object]] = {
    "compte": _make_compte,
    "session": _make_session,
    "code": _make_code,
    "invitation": _make_invitation,
    "proposition-courriel": lambda s, at: _make_proposition(s, courriel="a@b.fr", recue_at=NOW, decidee_at=at),
    "proposition-courriel-seul": lambda s, at: _make_proposition(s, courriel="a@b.fr", recue_at=at),
    "proposition-commentaire": lambda s, at: _make_proposition(s, commentaire="Oui", recue_at=NOW, decidee_at=at),
    "proposition-commentaire-seul": lambda s, at: _make_proposition(s, commentaire="Oui", recue_at=at),
    "message": _make_message,
    "proposition-lien": lambda s, at: _make_proposition(s, recue_at=NOW, decidee_at=at),
    "proposition-refusee": lambda s, at: _make_proposition(s, statut="refusee", recue_at=NOW, decidee_at=at),
    "proposition-ecartee": lambda s, at: _make_proposition(s, statut="quarantaine", recue_at=at),
    "proposition-reseau": lambda s, at: _make_proposition(s, reseau="r", recue_at=at),
    "brouillon": _make_brouillon,
    "avis-refuse": lambda s, at: _make_avis(s, "refuse", decide_at=at),
    "avis-sans-reponse": lambda s, at: _make_avis(s, "attente", recu_at=at),
    "courriel-texte": lambda s, at: _make_courriel(s, at, texte="a@b.fr"),
    "courriel-trace": lambda s, at: _make_courriel(s, at, texte=None),
    "relance": _make_relance,
    "rejet": _make_rejet,
    "opposition-levee": _make_opposition,
    "vote-reseau": _make_vote,
    "limite": _make_limite,
    "blocage": _make_blocage,
}


@pytest.mark.parametrize("regle", REGLES, ids=lambda regle: regle.cle)
def test_each_rule_forgets_after_its_limit_and_not_the_day_before(session: Session, regle: Regle) -> None:
    FAITS[regle.cle](session, NOW - regle.jours * JOUR + JOUR)
    session.flush()
    assert _purge(session, NOW)[regle.cle] == 0
    # Two days later the same row is a day beyond the limit.
    plus_tard = NOW + 2 * JOUR
    assert purges.purge(session, now=plus_tard, dry_run=True) != []
    assert _purge(session, plus_tard)[regle.cle] == 1
    assert _purge(session, plus_tard)[regle.cle] == 0


def _purge(session: Session, now: dt.datetime) -> dict[str, int]:
    return {bilan.regle: bilan.nombre for bilan in purges.purge(session, now=now)}


def test_emptying_leaves_the_rest_of_the_row(session: Session) -> None:
    numero = _make_proposition(
        session, courriel="a@b.fr", commentaire="Oui", recue_at=NOW - 40 * JOUR, decidee_at=NOW - 31 * JOUR
    )
    purges.purge(session, now=NOW)
    proposition = session.get_one(Proposition, numero)
    assert (proposition.courriel, proposition.commentaire) == (None, "Oui")
    assert proposition.apres["nom"] == "Fablab du coin"


def test_what_a_source_was_refused_is_never_asked_again_so_it_stays(session: Session) -> None:
    vieux = NOW - 3000 * JOUR
    numero = _make_proposition(session, statut="refusee", demarche="desaccord", recue_at=vieux, decidee_at=vieux)
    purges.purge(session, now=NOW)
    assert session.get(Proposition, numero) is not None


def test_a_national_administrator_is_not_deleted_for_being_away(session: Session) -> None:
    vieux = NOW - 3000 * JOUR
    national = create_compte(session, habilitations=[ADMINISTRATEUR_FRANCE], now=vieux)
    oisif = create_compte(session, now=vieux)
    purges.purge(session, now=NOW)
    assert session.get(Compte, national.compte_id) is not None
    assert session.get(Compte, oisif.compte_id) is None


def test_the_proof_says_the_rule_the_count_and_the_day(session: Session) -> None:
    _make_brouillon(session, NOW - 31 * JOUR)
    session.add(Purge(regle="brouillon", fait_at=NOW - 4 * 365 * JOUR, nombre=1, avant_le=NOW.date(), jours=30))
    session.flush()
    purges.purge(session, now=NOW)
    preuves = session.scalars(select(Purge)).all()
    assert len(preuves) == len(REGLES), "one each, and the one of four years ago is forgotten"
    (brouillon,) = (preuve for preuve in preuves if preuve.regle == "brouillon")
    assert (brouillon.nombre, brouillon.avant_le, brouillon.jours) == (1, dt.date(2026, 10, 23), 30)
    assert queries.find_derniere_purge(session) == (NOW, 1)


def test_a_rehearsal_counts_and_forgets_nothing(session: Session, cli_runner: FlaskCliRunner) -> None:
    _make_brouillon(session, NOW - 400 * JOUR)
    session.commit()
    sortie = cli_runner.invoke(args=["contributions", "purge", "--dry-run"])
    assert sortie.exit_code == 0, sortie.output
    assert "brouillon" in sortie.output
    assert session.scalar(select(func.count()).select_from(Brouillon)) == 1
    assert session.scalar(select(func.count()).select_from(Purge)) == 0
    assert cli_runner.invoke(args=["contributions", "purge"]).exit_code == 0
    assert session.scalar(select(func.count()).select_from(Brouillon)) == 0


def test_the_job_purges_once_a_day(fabrique: sessionmaker[Session]) -> None:
    assert taches.run(fabrique, "s", now=NOW)
    assert not taches.run(fabrique, "s", now=NOW + dt.timedelta(hours=22))
    assert taches.run(fabrique, "s", now=NOW + dt.timedelta(hours=24))


def test_the_page_shows_the_proof(client: FlaskClient, session: Session) -> None:
    assert "Rien n’a encore été effacé" in client.get("/donnees-personnelles").get_data(as_text=True)
    _make_brouillon(session, NOW - 31 * JOUR)
    session.flush()
    purges.purge(session, now=NOW)
    session.commit()
    page = client.get("/donnees-personnelles").get_data(as_text=True)
    assert "Dernier effacement" in page
    assert "1 ligne effacée." in page
    assert "CNIL" in page
