"""A proposal from its arrival to the map, and back."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.lieux import make_lieu
from tests.factories.propositions import (
    MODERATEUR,
    NOW,
    check_histoires,
    propose_correction,
    propose_lieu,
    read_publie,
    tick,
)
from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, MotifRefus, Statut, Voie
from tierslieux.contributions.errors import EditionConcurrenteError, TraiteeError, VerrouilleeError
from tierslieux.contributions.models import Proposition
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.lieux import decisions, historique
from tierslieux.lieux.models import FicheSource, Lieu


def accept(session: Session, public_id: str, **options) -> Proposition:
    return services.accept(session, public_id, acteur=MODERATEUR, now=tick(), **options)


def undo(session: Session, public_id: str) -> Proposition:
    return services.undo(session, public_id, acteur=MODERATEUR, now=tick())


def get_lieu(session: Session, lieu_id: int | None) -> Lieu:
    lieu = session.get(Lieu, lieu_id, populate_existing=True)
    assert lieu is not None
    return lieu


def test_a_proposal_publishes_nothing_until_it_is_accepted(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    avant = read_publie(session, lieu.id)
    recu = propose_correction(session, lieu.id, telephone="+33298111111")
    propose_lieu(session)
    assert recu.proposition.statut == Statut.EN_ATTENTE
    assert read_publie(session, lieu.id) == avant
    assert session.scalar(select(func.count()).select_from(Lieu)) == 1


def test_two_fields_of_three_are_accepted_and_say_where_they_come_from(session: Session) -> None:
    recu = propose_lieu(session, telephone="+33298000000", site_web="https://exemple.test")
    proposition = accept(
        session, recu.proposition.public_id, champs=["nom", "commune_code", "commune_nom", "genres", "telephone"]
    )
    lieu = get_lieu(session, proposition.lieu_id)
    assert proposition.statut == Statut.PARTIELLE
    assert (lieu.nom, lieu.telephone, lieu.site_web, lieu.statut) == (
        "Fablab du coin",
        "+33298000000",
        None,
        "publie",
    )
    assert lieu.provenance["telephone"] == {
        "fiches": [proposition.fiche_id],
        "source": "contributions",
        "date": NOW.date().isoformat(),
    }
    (version,) = historique.list_versions(session, lieu.id)
    assert (version.auteur, version.motif) == ("habitant-a", f"proposition:{recu.proposition.public_id}")
    check_histoires(session)


def test_an_accepted_field_outranks_the_feed_and_undoing_gives_the_feed_back(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000", genres=("fablab",))
    recu = propose_correction(session, lieu.id, telephone="+33298111111", genres=["coworking"])
    accept(session, recu.proposition.public_id)
    assert read_publie(session, lieu.id)["telephone"] == "+33298111111"
    assert read_publie(session, lieu.id)["genres"] == ["coworking"]
    undo(session, recu.proposition.public_id)
    assert read_publie(session, lieu.id)["telephone"] == "+33298000000"
    assert read_publie(session, lieu.id)["genres"] == ["fablab"]
    services.redo(session, recu.proposition.public_id, acteur=MODERATEUR, now=tick())
    assert read_publie(session, lieu.id)["telephone"] == "+33298111111"
    assert recu.proposition.statut == Statut.ACCEPTEE
    check_histoires(session)


def test_undoing_the_first_of_two_corrections_leaves_the_second(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    premiere = propose_correction(session, lieu.id, telephone="+33298111111").proposition.public_id
    accept(session, premiere)
    seconde = propose_correction(session, lieu.id, telephone="+33298222222").proposition.public_id
    accept(session, seconde)
    undo(session, premiere)
    assert read_publie(session, lieu.id)["telephone"] == "+33298222222"
    undo(session, seconde)
    assert read_publie(session, lieu.id)["telephone"] == "+33298000000"


def test_a_new_place_that_is_undone_is_hidden_and_shown_again(session: Session) -> None:
    proposition = accept(session, propose_lieu(session).proposition.public_id)
    undo(session, proposition.public_id)
    assert get_lieu(session, proposition.lieu_id).statut == "masque"
    with pytest.raises(TraiteeError):
        undo(session, proposition.public_id)
    services.redo(session, proposition.public_id, acteur=MODERATEUR, now=tick())
    assert get_lieu(session, proposition.lieu_id).statut == "publie"
    check_histoires(session)


def test_a_correction_made_on_an_old_version_keeps_what_others_did_since(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000", services=["acces-internet-et-materiel-informatique"])
    ancienne = propose_correction(
        session,
        lieu.id,
        telephone="+33298111111",
        services=["acces-internet-et-materiel-informatique", "aide-aux-demarches-administratives"],
    )
    accept(
        session,
        propose_correction(session, lieu.id, services=[], site_web="https://exemple.test").proposition.public_id,
    )
    accept(session, ancienne.proposition.public_id)
    publie = read_publie(session, lieu.id)
    assert publie["services"] == ["aide-aux-demarches-administratives"]
    assert (publie["telephone"], publie["site_web"]) == ("+33298111111", "https://exemple.test")


def test_a_refusal_says_why_and_changes_nothing(session: Session) -> None:
    lieu = make_lieu(session)
    avant = read_publie(session, lieu.id)
    recu = propose_correction(session, lieu.id, telephone="+33298111111")
    proposition = services.refuse(
        session,
        recu.proposition.public_id,
        MotifRefus.INEXACT,
        acteur=MODERATEUR,
        now=tick(),
        reponse="Nous avons appelé.",
    )
    assert (proposition.statut, proposition.motif_refus, proposition.reponse) == (
        "refusee",
        "inexact",
        "Nous avons appelé.",
    )
    assert read_publie(session, lieu.id) == avant
    with pytest.raises(TraiteeError):
        accept(session, proposition.public_id)


def test_a_question_waits_for_the_answer_of_who_has_the_private_address(session: Session) -> None:
    recu = propose_lieu(session)
    services.ask(session, recu.proposition.public_id, "Quelle rue ?", acteur=MODERATEUR, now=tick())
    assert recu.proposition.statut == Statut.QUESTION
    with pytest.raises(NotFoundError):
        services.answer(session, recu.proposition.public_id, "faux", "Rue du Port", now=tick())
    services.answer(session, recu.proposition.public_id, recu.jeton, "Rue du Port", now=tick())
    assert recu.proposition.statut == Statut.EN_ATTENTE


def test_two_moderators_do_not_collide(session: Session) -> None:
    public_id = propose_lieu(session).proposition.public_id
    services.take(session, public_id, acteur="a", now=NOW)
    with pytest.raises(VerrouilleeError):
        services.take(session, public_id, acteur="b", now=NOW)
    with pytest.raises(VerrouilleeError):
        services.accept(session, public_id, acteur="b", now=NOW + services.DUREE_VERROU - dt.timedelta(seconds=1))
    services.accept(session, public_id, acteur="b", now=NOW + services.DUREE_VERROU)
    with pytest.raises(TraiteeError):
        services.refuse(session, public_id, MotifRefus.ABUS, acteur="a", now=NOW + services.DUREE_VERROU)


def test_a_direct_edit_on_a_stale_version_shows_both_values_and_writes_nothing(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    vue = historique.get_version(session, lieu.id)
    accept(session, propose_correction(session, lieu.id, telephone="+33298111111").proposition.public_id)
    depot = Depot(
        Demarche.CORRECTION,
        {"telephone": "+33298222222", "site_web": "https://exemple.test"},
        MODERATEUR,
        Voie.MODERATION,
        lieu_id=lieu.id,
        version=vue,
    )
    with pytest.raises(EditionConcurrenteError) as erreur:
        services.apply(session, depot, now=tick())
    (conflit,) = erreur.value.conflits
    assert (conflit.champ, conflit.avant, conflit.apres, conflit.actuel) == (
        "telephone",
        "+33298000000",
        "+33298222222",
        "+33298111111",
    )
    assert "site_web" not in read_publie(session, lieu.id)
    assert erreur.value.version == historique.get_version(session, lieu.id)


def test_restoring_a_version_gives_its_values_back_and_can_be_undone(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000", genres=("fablab", "epn"), horaires="Mo 09:00-12:00")
    premiere = historique.get_version(session, lieu.id)
    avant = read_publie(session, lieu.id)
    accept(
        session,
        propose_correction(
            session, lieu.id, telephone=None, genres=["coworking"], nom="Autre", site_web="https://exemple.test"
        ).proposition.public_id,
    )
    apres = read_publie(session, lieu.id)
    recu = services.restore(session, lieu.id, premiere, acteur=MODERATEUR, now=tick())
    assert read_publie(session, lieu.id) == avant
    with pytest.raises(ConflictError):
        services.restore(session, lieu.id, premiere, acteur=MODERATEUR, now=tick())
    undo(session, recu.proposition.public_id)
    assert read_publie(session, lieu.id) == apres
    check_histoires(session)


def test_a_closed_place_is_closed_and_opens_again_by_restoring(session: Session) -> None:
    lieu = make_lieu(session)
    ouverte = historique.get_version(session, lieu.id)
    depot = Depot(Demarche.FERMETURE, {"ferme": True}, "habitant-a", lieu_id=lieu.id, version=ouverte)
    accept(session, services.submit(session, depot, now=tick()).proposition.public_id)
    assert get_lieu(session, lieu.id).statut == "ferme"
    services.restore(session, lieu.id, ouverte, acteur=MODERATEUR, now=tick())
    assert get_lieu(session, lieu.id).statut == "publie"
    check_histoires(session)


def test_a_confirmation_dates_what_was_seen_once_a_day_for_each_person(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000", date_maj=dt.date(2024, 1, 1))
    vue = historique.get_version(session, lieu.id)
    accept(session, propose_correction(session, lieu.id, telephone="+33298111111").proposition.public_id)
    depot = Depot(Demarche.CONFIRMATION, {}, "habitant-b", lieu_id=lieu.id, version=vue)
    assert services.confirm(session, depot, now=NOW) is not None
    assert services.confirm(session, depot, now=NOW + dt.timedelta(hours=1)) is None
    provenance = get_lieu(session, lieu.id).provenance
    assert provenance["nom"]["confirme"] == NOW.date().isoformat()
    # What the person saw of it had changed meanwhile.
    assert "confirme" not in provenance["telephone"]
    check_histoires(session)


def test_everything_of_one_author_is_taken_back_and_nothing_else(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    nouveau = accept(session, propose_lieu(session, auteur="vandale").proposition.public_id)
    accept(session, propose_correction(session, lieu.id, "vandale", telephone="+33298666666").proposition.public_id)
    attente = propose_lieu(session, nom="Encore", auteur="vandale").proposition
    accept(session, propose_correction(session, lieu.id, site_web="https://exemple.test").proposition.public_id)
    assert services.undo_auteur(session, "vandale", acteur=MODERATEUR, now=tick()) == (2, 1)
    publie = read_publie(session, lieu.id)
    assert (publie["telephone"], publie["site_web"]) == ("+33298000000", "https://exemple.test")
    assert get_lieu(session, nouveau.lieu_id).statut == "masque"
    assert attente.statut == Statut.QUARANTAINE
    check_histoires(session)


def test_contributions_follow_their_place_when_it_is_merged_and_come_back(session: Session) -> None:
    garde, absorbe = make_lieu(session, "Médiathèque"), make_lieu(session, "Espace numérique")
    corrigee = propose_correction(session, absorbe.id, telephone="+33298111111").proposition
    accept(session, corrigee.public_id)
    attente = propose_correction(session, absorbe.id, site_web="https://exemple.test").proposition
    acte = decisions.decide_meme(session, garde.id, absorbe.id, now=tick(), auteur=MODERATEUR)
    assert read_publie(session, garde.id)["telephone"] == "+33298111111"
    # A proposal made on the place that is gone is published on the one that took over.
    accept(session, attente.public_id)
    assert read_publie(session, garde.id)["site_web"] == "https://exemple.test"
    undo(session, attente.public_id)
    decisions.undo(session, acte, now=tick(), auteur=MODERATEUR)
    assert "telephone" not in read_publie(session, garde.id)
    assert read_publie(session, absorbe.id)["telephone"] == "+33298111111"
    check_histoires(session)


def test_what_is_not_a_place_or_changes_nothing_is_not_kept(session: Session) -> None:
    lieu = make_lieu(session, telephone="+33298000000")
    with pytest.raises(InvalidInputError, match="commune"):
        services.submit(session, Depot(Demarche.NOUVEAU, {"nom": "Sans lieu"}, "a"), now=NOW)
    with pytest.raises(InvalidInputError, match="nom"):
        services.submit(session, Depot(Demarche.NOUVEAU, {"commune_code": "29019"}, "a"), now=NOW)
    for apres, message in (({"telephone": "+33298000000"}, "aucun changement"), ({"nom": None}, "nom")):
        depot = Depot(
            Demarche.CORRECTION, apres, "a", lieu_id=lieu.id, version=historique.get_version(session, lieu.id)
        )
        with pytest.raises(InvalidInputError, match=message):
            services.submit(session, depot, now=NOW)
    with pytest.raises(NotFoundError):
        services.submit(session, Depot(Demarche.CORRECTION, {"nom": "x"}, "a", lieu_id=lieu.id + 1, version=1), now=NOW)


def test_a_record_and_the_audit_log_say_nothing_of_the_person(session: Session) -> None:
    depot = Depot(
        Demarche.NOUVEAU,
        {"nom": "Fablab", "commune_code": "29019"},
        "habitant-a",
        courriel="secret@exemple.test",
        commentaire="Je suis secret",
        reseau="secret-reseau",
    )
    recu = services.submit(session, depot, now=tick())
    accept(session, recu.proposition.public_id)
    fiche = session.get(FicheSource, recu.proposition.fiche_id)
    assert fiche is not None
    actes = session.scalars(select(Journal)).all()
    assert [acte.action for acte in actes] == ["deposer", "accepter"]
    traces = [fiche.brut, fiche.valeurs, *([acte.acteur, acte.objet, acte.details] for acte in actes)]
    assert "secret" not in str(traces)
    assert recu.jeton not in str([vars(recu.proposition)])
