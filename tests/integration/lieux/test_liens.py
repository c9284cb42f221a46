"""Merging is linking, unmerging is linking back, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.lieux import INSTANT, make_lieu, make_source
from tierslieux.core.errors import NotFoundError
from tierslieux.lieux import liens
from tierslieux.lieux.models import Changement, FicheSource, Lieu
from tierslieux.lieux.publication import publish


def etat(session: Session, *lieux: Lieu) -> list[dict[str, Any]]:
    colonnes = [c.name for c in Lieu.__table__.columns if c.name not in {"geom", "nom_cle", "recherche"}]
    session.expire_all()
    return [{nom: getattr(lieu, nom) for nom in colonnes} for lieu in lieux]


@pytest.fixture
def paire(session: Session) -> tuple[Lieu, Lieu]:
    make_source(session, "sure", confiance=70)
    make_source(session, "autre", confiance=40)
    a = make_lieu(session, "France Services du Port", source_id="sure", telephone="+33298000000")
    b = make_lieu(
        session, "Médiathèque du Port", source_id="autre", genres=("bibliotheque",), horaires="Mo 09:00-12:00"
    )
    return a, b


def test_a_merged_place_has_what_both_said(session: Session, paire: tuple[Lieu, Lieu]) -> None:
    a, b = paire
    liens.merge_lieux(session, a.id, b.id, now=INSTANT, auteur="test")
    fusionne, absorbe = etat(session, a, b)
    assert fusionne["nom"] == "France Services du Port"
    assert fusionne["horaires"] == "Mo 09:00-12:00"
    assert fusionne["genres"] == ["france-services", "bibliotheque"]
    assert fusionne["provenance"]["horaires"]["source"] == "autre"
    assert absorbe["statut"] == "masque"


def test_merge_then_unmerge_is_identity(session: Session, paire: tuple[Lieu, Lieu]) -> None:
    avant = etat(session, *paire)
    anciens = liens.merge_lieux(session, paire[0].id, paire[1].id, now=INSTANT)
    assert etat(session, *paire) != avant
    liens.link_fiches(session, anciens, now=INSTANT)
    assert etat(session, *paire) == avant


def test_both_acts_stand_in_the_history(session: Session, paire: tuple[Lieu, Lieu]) -> None:
    a, b = paire
    anciens = liens.merge_lieux(session, a.id, b.id, now=INSTANT, auteur="ana", motif="même bâtiment")
    liens.link_fiches(session, anciens, now=INSTANT, auteur="ana", motif="erreur")
    lignes = session.execute(
        select(Changement.motif, Changement.avant, Changement.apres)
        .where(Changement.lieu_id == b.id, Changement.champ == "fiches")
        .order_by(Changement.id)
    ).all()
    fiche_b = session.scalar(select(FicheSource.id).where(FicheSource.lieu_id == b.id))
    assert [tuple(ligne) for ligne in lignes] == [("même bâtiment", [fiche_b], []), ("erreur", [], [fiche_b])]


def test_an_unknown_place_is_refused_and_nothing_moves(session: Session, paire: tuple[Lieu, Lieu]) -> None:
    a, _ = paire
    fiche = session.scalar(select(FicheSource.id).where(FicheSource.lieu_id == a.id))
    assert fiche is not None
    with pytest.raises(NotFoundError):
        liens.link_fiches(session, {fiche: 10**9}, now=INSTANT)
    with pytest.raises(NotFoundError):
        liens.link_fiches(session, {10**9: a.id}, now=INSTANT)
    assert session.scalar(select(FicheSource.lieu_id).where(FicheSource.id == fiche)) == a.id


def test_publishing_again_changes_nothing(session: Session, paire: tuple[Lieu, Lieu]) -> None:
    assert publish(session, [lieu.id for lieu in paire], now=INSTANT) == 0
