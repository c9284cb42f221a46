"""Which places new records join, and which pairs wait for a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import make_record
from tests.factories.lieux import INSTANT, make_lieu, make_source
from tierslieux.core.sql import load_blocks
from tierslieux.imports.contrat import Record
from tierslieux.imports.doublons import doublons
from tierslieux.imports.doublons.doublons import list_candidats, match_nouvelles, record_paires
from tierslieux.imports.doublons.rapprocher import rapprocher
from tierslieux.imports.doublons.ressemblance import Bande
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.lieux import decisions
from tierslieux.lieux.models import FicheSource, Lieu, Paire

SOURCE = dataclasses.replace(DEMONSTRATION, id="nouvelle")
PLUS_TARD = INSTANT + dt.timedelta(hours=1)
ICI = {"lon": -4.49, "lat": 48.39, "precision": "adresse"}
# 0.002° of latitude is 222 m.
PLUS_LOIN = ICI | {"lat": 48.392}
BIBLIOTHEQUE = {
    "nom": "Médiathèque Albert Camus",
    "genres": ["bibliotheque"],
    "adresse": "2 rue du Port",
    "commune_code": "29019",
    "commune_nom": "Brest",
    "position": ICI,
}


def record(identifiant: str = "n1", **valeurs: Any) -> Record:
    return make_record(identifiant, **(BIBLIOTHEQUE | valeurs))


@pytest.fixture
def biblio(session: Session) -> Lieu:
    make_source(session, "nouvelle")
    return make_lieu(
        session,
        "Bibliothèque A. Camus",
        source_id="ancienne",
        genres=("bibliotheque",),
        adresse="2, RUE DU PORT",
        commune_nom="Brest",
    )


def find_fiche(session: Session, lieu: Lieu) -> FicheSource:
    return session.scalars(select(FicheSource).where(FicheSource.lieu_id == lieu.id)).one()


def test_a_record_joins_the_place_that_another_source_knows(session: Session, biblio: Lieu) -> None:
    appariement = match_nouvelles(session, SOURCE, [record()])
    assert appariement.meme == {0: biblio.id}
    assert appariement.a_revoir == []
    assert [paire.bande for paire in appariement.justifications] == [Bande.MEME]


@pytest.mark.usefixtures("biblio")
def test_another_place_at_the_same_address_opens_its_own(session: Session) -> None:
    mairie = record(nom="Mairie de Brest", genres=["mairie"])
    appariement = match_nouvelles(session, SOURCE, [mairie])
    assert (appariement.meme, appariement.a_revoir) == ({}, [])


def test_a_doubtful_pair_waits_for_a_person(session: Session, biblio: Lieu) -> None:
    appariement = match_nouvelles(session, SOURCE, [record(nom="Bibliothèque municipale", adresse=None)])
    assert appariement.meme == {}
    assert [(p.lieu_id, p.bande) for p in appariement.a_revoir] == [(biblio.id, Bande.A_REVOIR)]


def test_two_records_of_one_run_never_meet_unless_they_match(session: Session, biblio: Lieu) -> None:
    # Both match the place (one by its name, the other by its telephone), but not each other.
    fiche = find_fiche(session, biblio)
    fiche.valeurs = fiche.valeurs | {"telephone": "+33298000001"}
    biblio.telephone = "+33298000001"
    session.flush()
    un = record("n1")
    autre = record("n2", nom="Médiathèque", adresse="9 quai Bleu", telephone="+33298000001")
    appariement = match_nouvelles(session, SOURCE, [un, autre])
    assert appariement.meme == {0: biblio.id}
    assert [paire.indice for paire in appariement.a_revoir] == [1]


def test_two_records_that_are_one_place_join_it_together(session: Session, biblio: Lieu) -> None:
    appariement = match_nouvelles(session, SOURCE, [record("n1"), record("n2")])
    assert appariement.meme == {0: biblio.id, 1: biblio.id}


def test_a_record_joins_one_place_only_and_the_other_is_to_review(session: Session, biblio: Lieu) -> None:
    autre = make_lieu(
        session,
        "Médiathèque Albert Camus",
        source_id="troisieme",
        genres=("bibliotheque",),
        adresse="2 rue du Port",
        commune_nom="Brest",
    )
    appariement = match_nouvelles(session, SOURCE, [record()])
    assert len(appariement.meme) == 1
    assert {appariement.meme[0], *(p.lieu_id for p in appariement.a_revoir)} == {biblio.id, autre.id}


def test_no_chain_through_a_fiche_that_contradicts(session: Session, biblio: Lieu) -> None:
    # The place also holds a bus, which nothing fixed is.
    bus = make_lieu(session, "Bibliobus de Brest", source_id="troisieme", genres=("bibliotheque",), itinerant=True)
    decisions.decide_meme(session, biblio.id, bus.id, now=INSTANT)
    appariement = match_nouvelles(session, SOURCE, [record()])
    assert appariement.meme == {}
    assert [paire.lieu_id for paire in appariement.a_revoir] == [biblio.id]


def test_a_decision_different_holds_for_ever(session: Session, biblio: Lieu) -> None:
    connue = make_lieu(session, "X", source_id="nouvelle", lat=44.0, commune_code="33063")
    decisions.decide_different(session, connue.id, biblio.id, now=INSTANT)
    appariement = match_nouvelles(session, SOURCE, [record(find_fiche(session, connue).identifiant)])
    assert (appariement.meme, appariement.a_revoir) == ({}, [])


def test_a_decision_same_joins_whatever_the_score(session: Session, biblio: Lieu) -> None:
    fiche = find_fiche(session, biblio)
    make_lieu(session, "Essai", source_id="nouvelle", lat=44.0, commune_code="33063")
    session.execute(
        text(
            "INSERT INTO decision_paire (source_a, identifiant_a, source_b, identifiant_b, decision, fait_at)"
            " VALUES ('ancienne', :i, 'nouvelle', 'n9', 'meme', now())"
        ),
        {"i": fiche.identifiant},
    )
    ailleurs = record("n9", nom="Tout autre chose", adresse=None, commune_code="33063", position=ICI | {"lat": 44.8})
    assert match_nouvelles(session, SOURCE, [ailleurs]).meme == {0: biblio.id}


def test_the_last_decision_holds(session: Session, biblio: Lieu) -> None:
    connue = make_lieu(session, "X", source_id="nouvelle", lat=44.0, commune_code="33063")
    decisions.decide_different(session, connue.id, biblio.id, now=INSTANT)
    acte = decisions.decide_meme(session, connue.id, biblio.id, now=PLUS_TARD)
    identifiant = session.scalar(select(FicheSource.identifiant).where(FicheSource.source_id == "nouvelle"))
    assert identifiant is not None
    assert match_nouvelles(session, SOURCE, [record(identifiant, nom="Autre")]).meme == {0: acte.apres.popitem()[1]}


def test_an_identifier_that_a_hub_copies_finds_its_place_anywhere(session: Session, biblio: Lieu) -> None:
    cle = "62592a1d05457b0790816e6c"
    find_fiche(session, biblio).identifiant = cle
    session.flush()
    copie = record(f"hub-{cle}-hub", position=None, commune_code="33063", adresse=None)
    assert match_nouvelles(session, SOURCE, [copie]).meme == {0: biblio.id}


def test_pairs_are_kept_once_and_keep_the_day_they_were_seen(session: Session, biblio: Lieu) -> None:
    appariement = match_nouvelles(session, SOURCE, [record(nom="Bibliothèque municipale", adresse=None)])
    neuf = make_lieu(session, "Bibliothèque municipale", source_id="nouvelle", lat=44.0, commune_code="33063")
    fiche = find_fiche(session, neuf).id
    for now in (INSTANT, PLUS_TARD):
        record_paires(session, appariement.a_revoir, [fiche], now=now)
    paire = session.scalars(select(Paire)).one()
    assert (paire.fiche_a_id, paire.fiche_b_id) == (find_fiche(session, biblio).id, fiche)
    assert (paire.bande, paire.vue_at) == ("a-revoir", INSTANT)
    assert paire.score == pytest.approx(sum(paire.parts.values()))


def test_candidates_come_by_distance_name_and_contact(session: Session) -> None:
    proche = make_lieu(session, "Rien à voir", lon=-4.49, lat=48.391)
    homonyme = make_lieu(session, "Albert Camus", lon=-4.6, lat=48.45)
    contact = make_lieu(session, "Autre nom", lon=-4.0, lat=48.6, commune_code="29151", telephone="+33298000001")
    make_lieu(session, "Albert Camus", lon=-1.0, lat=44.0, commune_code="33063", telephone="+33298000001")
    masque = make_lieu(session, "Albert Camus", statut="masque")
    trouves = list_candidats(session, [BIBLIOTHEQUE | {"telephone": "+33298000001"}])[0]
    assert trouves == {proche.id, homonyme.id, contact.id}
    assert masque.id not in trouves


def test_a_city_and_its_arrondissements_do_not_hide_each_other(session: Session) -> None:
    lieu = make_lieu(session, "Médiathèque Albert Camus", commune_code="75111", lon=None, lat=None)
    valeurs = BIBLIOTHEQUE | {"commune_code": "75056", "position": ICI | {"precision": "commune"}}
    assert list_candidats(session, [valeurs])[0] == {lieu.id}


@pytest.mark.parametrize(
    ("bloc", "index"), [("list_proches", "ix_lieu_position"), ("list_homonymes", "ix_lieu_commune_code")]
)
def test_candidates_are_looked_for_by_index(session: Session, bloc: str, index: str) -> None:
    session.execute(
        text(
            "INSERT INTO lieu (public_id, nom, est_aide, est_tiers_lieu, provenance, commune_code, geom)"
            " SELECT 'p' || n, 'Lieu ' || n, true, false, '{}', lpad((n % 9000)::text, 5, '0'),"
            " ST_SetSRID(ST_MakePoint(-4 + (n % 300) / 50.0, 44 + (n / 300) / 30.0), 4326)"
            " FROM generate_series(1, 30000) AS n"
        )
    )
    session.execute(text("ANALYZE lieu"))
    list_candidats(session, [BIBLIOTHEQUE])
    parametres = {"rayon_m": 200.0, "limite": 20, "ressemblance_min": 0.3}
    sql = load_blocks(doublons.SQL)[bloc]
    attendus = {nom: valeur for nom, valeur in parametres.items() if f":{nom}" in sql}
    plan = "\n".join(session.execute(text(f"EXPLAIN {sql}"), attendus).scalars())
    assert f"on {index}" in plan or f"using {index}" in plan, plan


def test_a_whole_base_is_matched_once(fabrique: sessionmaker[Session]) -> None:
    with fabrique() as session:
        une, deux = (
            make_lieu(
                session,
                nom,
                source_id=source,
                genres=("bibliotheque",),
                adresse="2 rue du Port",
                commune_nom="Brest",
            )
            for nom, source in (("Bibliothèque A. Camus", "ancienne"), ("Médiathèque Albert Camus", "autre"))
        )
        doute = make_lieu(session, "Bibliothèque municipale", source_id="tierce", genres=("bibliotheque",))
        session.commit()
        ids = une.id, deux.id, doute.id
    essai = rapprocher(fabrique, now=INSTANT, dry_run=True)
    assert essai.fusions == 1
    bilan = rapprocher(fabrique, now=INSTANT)
    assert (bilan.lieux, bilan.fusions, bilan.dernier) == (3, 1, ids[2])
    assert rapprocher(fabrique, now=PLUS_TARD).fusions == 0
    with fabrique() as session:
        assert session.get_one(Lieu, ids[1]).statut == "masque"
        assert sorted(session.scalars(select(FicheSource.lieu_id))) == sorted((ids[0], ids[0], ids[2]))
        assert (
            sorted(session.scalars(select(Paire.bande)))
            == ["a-revoir", "a-revoir", "meme"][-session.query(Paire).count() :]
        )


def test_what_a_person_split_is_not_matched_again(fabrique: sessionmaker[Session]) -> None:
    with fabrique() as session:
        une, deux = (
            make_lieu(
                session, "Médiathèque Albert Camus", source_id=source, adresse="2 rue du Port", commune_nom="Brest"
            )
            for source in ("ancienne", "autre")
        )
        fiche = find_fiche(session, deux).id
        session.commit()
        ids = une.id, deux.id
    assert rapprocher(fabrique, now=INSTANT).fusions == 1
    with fabrique() as session:
        decisions.unmerge(session, [fiche], now=PLUS_TARD)
        session.commit()
    assert rapprocher(fabrique, now=PLUS_TARD).fusions == 0
    with fabrique() as session:
        assert [session.get_one(Lieu, lieu_id).statut for lieu_id in ids] == ["publie", "publie"]
