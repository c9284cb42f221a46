"""Deciding that two places are one or two, splitting one, and taking everything back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.lieux import INSTANT, make_lieu, make_source
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.lieux import decisions
from tierslieux.lieux.decisions import Acte
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.identite import build_public_id
from tierslieux.lieux.liens import find_heritier, link_fiches
from tierslieux.lieux.models import DecisionPaire, FicheSource, Lieu
from tierslieux.lieux.publication import publish, set_statut

COLONNES = [c.name for c in Lieu.__table__.columns if c.name not in {"geom", "nom_cle", "recherche"}]


def plus_tard(minutes: int) -> dt.datetime:
    return INSTANT + dt.timedelta(minutes=minutes)


def list_fiches(session: Session, lieu: Lieu) -> list[int]:
    return list(session.scalars(select(FicheSource.id).where(FicheSource.lieu_id == lieu.id).order_by(FicheSource.id)))


def list_decisions(session: Session) -> list[tuple[str, str, str, str, str]]:
    rangees = session.scalars(select(DecisionPaire).order_by(DecisionPaire.id))
    return [(d.source_a, d.identifiant_a, d.source_b, d.identifiant_b, d.decision) for d in rangees]


def read_etat(session: Session, ids: list[int]) -> dict[str, Any]:
    """Everything a visitor or an import could tell apart: values, provenance, statuses, links, decisions."""
    session.expire_all()
    lieux = session.scalars(select(Lieu).where(Lieu.id.in_(ids)).order_by(Lieu.id)).all()
    return {
        "lieux": [{nom: getattr(lieu, nom) for nom in COLONNES} for lieu in lieux],
        "positions": [
            tuple(rangee)
            for rangee in session.execute(
                select(Lieu.id, func.ST_AsText(Lieu.geom)).where(Lieu.id.in_(ids)).order_by(Lieu.id)
            )
        ],
        "liens": dict(session.execute(select(FicheSource.id, FicheSource.lieu_id).order_by(FicheSource.id)).all()),
        "decisions": list_decisions(session),
    }


@pytest.fixture
def trois(session: Session) -> tuple[Lieu, Lieu, Lieu]:
    make_source(session, "sure", confiance=70)
    make_source(session, "autre", confiance=40)
    a = make_lieu(session, "France Services du Port", source_id="sure", telephone="+33298000000")
    b = make_lieu(session, "Médiathèque du Port", source_id="autre", genres=("bibliotheque",))
    c = make_lieu(session, "Espace du Port", source_id="autre", genres=("epn",), site_web="https://port.example")
    return a, b, c


def test_the_older_place_keeps_its_address_and_a_row_says_it(session: Session, trois) -> None:
    a, b, _ = trois
    acte = decisions.decide_meme(session, b.id, a.id, now=INSTANT, auteur="ana", motif="même porte")
    session.expire_all()
    assert (a.statut, b.statut) == ("publie", "masque")
    assert set(a.genres) == {"france-services", "bibliotheque"}
    assert [ligne[4] for ligne in list_decisions(session)] == ["meme"]
    assert len(acte.decisions) == 1


def test_rows_of_a_pair_are_in_the_order_of_their_sources(session: Session, trois) -> None:
    a, b, _ = trois
    decisions.decide_different(session, a.id, b.id, now=INSTANT)
    decisions.decide_different(session, b.id, a.id, now=plus_tard(1))
    assert [(ligne[0], ligne[2]) for ligne in list_decisions(session)] == [("autre", "sure"), ("autre", "sure")]


def test_two_places_moves_nothing(session: Session, trois) -> None:
    avant = read_etat(session, [lieu.id for lieu in trois])
    acte = decisions.decide_different(session, trois[0].id, trois[1].id, now=INSTANT)
    apres = read_etat(session, [lieu.id for lieu in trois])
    assert apres["lieux"] == avant["lieux"]
    assert [ligne[4] for ligne in apres["decisions"]] == ["different"]
    decisions.undo(session, acte, now=plus_tard(1))
    assert read_etat(session, [lieu.id for lieu in trois]) == avant


def test_fiches_taken_out_go_back_where_they_came_from(session: Session, trois) -> None:
    a, b, c = trois
    (fiche_b,), (fiche_c,) = list_fiches(session, b), list_fiches(session, c)
    decisions.decide_meme(session, b.id, c.id, now=INSTANT)
    decisions.decide_meme(session, a.id, b.id, now=plus_tard(1))
    # c came with b, but leaves alone: it goes back to its own place, not to b's.
    decisions.unmerge(session, [fiche_c], now=plus_tard(2))
    assert list_fiches(session, c) == [fiche_c]
    assert list_fiches(session, b) == []
    decisions.unmerge(session, [fiche_b], now=plus_tard(3))
    assert list_fiches(session, b) == [fiche_b]
    session.expire_all()
    assert [lieu.statut for lieu in trois] == ["publie"] * 3


def test_fiches_that_came_together_leave_together(session: Session, trois) -> None:
    a, b, c = trois
    ensemble = list_fiches(session, b) + list_fiches(session, c)
    decisions.decide_meme(session, b.id, c.id, now=INSTANT)
    decisions.decide_meme(session, a.id, b.id, now=plus_tard(1))
    decisions.unmerge(session, ensemble, now=plus_tard(2))
    assert list_fiches(session, b) == ensemble


def test_a_fiche_born_in_a_place_opens_one_with_a_stable_address(session: Session, trois) -> None:
    a = trois[0]
    nee = FicheSource(
        source_id="autre",
        identifiant="né-ici",
        lieu_id=a.id,
        brut={},
        valeurs={"nom": "Atelier du Port", "genres": ["fablab"], "commune_code": "29019"},
        empreinte="x",
        creee_at=INSTANT,
        modifiee_at=INSTANT,
    )
    session.add(nee)
    session.flush()
    publish(session, [a.id], now=INSTANT)
    acte = decisions.unmerge(session, [nee.id], now=plus_tard(1))
    nouveau = session.scalars(select(Lieu).where(Lieu.id == acte.apres[nee.id])).one()
    assert (nouveau.nom, nouveau.statut) == ("Atelier du Port", "publie")
    assert nouveau.public_id == build_public_id("autre", "né-ici")
    assert {ligne[4] for ligne in list_decisions(session)} == {"different"}
    decisions.undo(session, acte, now=plus_tard(2))
    session.expire_all()
    assert (nouveau.statut, nee.lieu_id) == ("masque", a.id)
    # Taken out again, it finds the same place and address.
    assert decisions.unmerge(session, [nee.id], now=plus_tard(3)).apres == acte.apres


def test_what_cannot_be_split_is_refused(session: Session, trois) -> None:
    a, b, _ = trois
    with pytest.raises(ConflictError):
        decisions.unmerge(session, list_fiches(session, a), now=INSTANT)
    with pytest.raises(ConflictError):
        decisions.unmerge(session, list_fiches(session, a) + list_fiches(session, b), now=INSTANT)
    with pytest.raises(NotFoundError):
        decisions.unmerge(session, [10**9], now=INSTANT)
    with pytest.raises(ConflictError):
        decisions.decide_meme(session, a.id, a.id, now=INSTANT)
    with pytest.raises(NotFoundError):
        decisions.decide_meme(session, a.id, 10**9, now=INSTANT)


def test_an_act_is_not_undone_under_another(session: Session, trois) -> None:
    a, b, c = trois
    premier = decisions.decide_meme(session, b.id, c.id, now=INSTANT)
    second = decisions.decide_meme(session, a.id, b.id, now=plus_tard(1))
    with pytest.raises(ConflictError):
        decisions.undo(session, premier, now=plus_tard(2))
    decisions.undo(session, second, now=plus_tard(3))
    decisions.undo(session, premier, now=plus_tard(4))
    assert list_decisions(session) == []


def test_an_act_is_found_again_from_the_history(session: Session, trois) -> None:
    a, b, _ = trois
    acte = decisions.decide_meme(session, a.id, b.id, now=INSTANT, auteur="ana")
    decisions.decide_meme(session, a.id, trois[2].id, now=plus_tard(1), auteur="ana")
    assert decisions.find_acte(session, acte.decisions[0]) == acte


def test_a_place_hidden_by_a_person_stays_hidden_after_merge_and_unmerge(session: Session, trois) -> None:
    a, b, _ = trois
    set_statut(session, [b.id], Statut.MASQUE, now=INSTANT)
    acte = decisions.decide_meme(session, a.id, b.id, now=plus_tard(1))
    decisions.undo(session, acte, now=plus_tard(2))
    session.expire_all()
    assert b.statut == "masque"


def test_a_merged_place_leads_to_the_one_that_took_it(session: Session, trois) -> None:
    a, b, c = trois
    assert find_heritier(session, b.public_id) is None
    decisions.decide_meme(session, b.id, c.id, now=INSTANT)
    assert find_heritier(session, c.public_id) == b.public_id
    dernier = decisions.decide_meme(session, a.id, b.id, now=plus_tard(1))
    # The chain is followed at once.
    assert find_heritier(session, c.public_id) == a.public_id
    decisions.undo(session, dernier, now=plus_tard(2))
    assert find_heritier(session, b.public_id) is None
    assert find_heritier(session, "inconnu") is None


GESTES = st.lists(
    st.one_of(
        st.tuples(st.just("meme"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("different"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("separer"), st.integers(0, 6), st.integers(0, 6)),
        st.tuples(st.just("lier"), st.integers(0, 6), st.integers(0, 4)),
    ),
    max_size=8,
)


def play(session: Session, geste: tuple[str, int, int], lieux: list[int], fiches: list[int], now) -> Acte | None:
    """One act, or None when it makes no sense in the present state."""
    nom, x, y = geste
    try:
        if nom == "meme":
            return decisions.decide_meme(session, lieux[x], lieux[y], now=now)
        if nom == "different":
            return decisions.decide_different(session, lieux[x], lieux[y], now=now)
        if nom == "separer":
            return decisions.unmerge(session, {fiches[x], fiches[y]}, now=now)
        avant = link_fiches(session, {fiches[x]: lieux[y]}, now=now)
        return Acte(avant, {fiches[x]: lieux[y]}, ())
    except (ConflictError, NotFoundError):
        return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gestes=GESTES)
def test_any_sequence_of_acts_undone_gives_back_the_state_before(fabrique: sessionmaker[Session], gestes) -> None:
    with fabrique() as session:
        make_source(session, "sure", confiance=70)
        make_source(session, "autre", confiance=40)
        lieux = [
            make_lieu(session, "Un", source_id="sure", telephone="+33298000001"),
            make_lieu(session, "Deux", source_id="autre", genres=("bibliotheque",), horaires="Mo 09:00-12:00"),
            make_lieu(session, "Trois", source_id="autre", lon=None, lat=None, genres=("epn",)),
            make_lieu(session, "Quatre", source_id="sure", statut="ferme", ferme=True),
            make_lieu(session, "Cinq", source_id="autre", statut="masque"),
        ]
        ids = [lieu.id for lieu in lieux]
        for rang, lieu_id in enumerate(ids[:2]):
            session.add(
                FicheSource(
                    source_id="autre",
                    identifiant=f"née-{rang}",
                    lieu_id=lieu_id,
                    brut={},
                    valeurs={"nom": f"Née {rang}", "genres": ["fablab"], "courriel": f"n{rang}@lieu.example"},
                    empreinte=f"n{rang}",
                    creee_at=INSTANT,
                    modifiee_at=INSTANT,
                )
            )
        publish(session, ids, now=INSTANT)
        fiches = sorted(session.scalars(select(FicheSource.id)))
        avant = read_etat(session, ids)
        actes = [
            acte
            for minute, geste in enumerate(gestes, 1)
            if (acte := play(session, geste, ids, fiches, plus_tard(minute))) is not None
        ]
        for rang, acte in enumerate(reversed(actes), len(gestes) + 1):
            decisions.undo(session, acte, now=plus_tard(rang))
        assert read_etat(session, ids) == avant
        # Places opened by a split and emptied since are hidden.
        ouverts = session.scalars(select(Lieu.statut).where(Lieu.id.not_in(ids))).all()
        assert set(ouverts) <= {"masque"}
        session.rollback()
