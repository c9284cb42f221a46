"""Undoing a run gives back what was before it; records that vanish close their place at the second absence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from tests.integration.imports.conftest import NOW, Importer
from tierslieux.core.db import transaction
from tierslieux.core.errors import ConflictError, NotFoundError
from tierslieux.imports import services
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.lieux import liens, publication
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import Execution, FicheSource, Lieu

APRES = NOW + dt.timedelta(hours=1)
AUTRE = replace(DEMONSTRATION, id="autre", libelle="Autre source", confiance=50, est_inventee=False)


def read_state(session: Session) -> tuple[list[Any], list[Any]]:
    """Published places and fiches, as anybody could see them."""
    session.expire_all()
    lieux = session.execute(
        text(
            "SELECT to_jsonb(l) - 'id' - 'provenance' - 'recherche', "
            "(SELECT jsonb_object_agg(cle, valeur - 'fiches') FROM jsonb_each(l.provenance) AS p (cle, valeur)) "
            "FROM lieu AS l WHERE statut = 'publie' ORDER BY public_id"
        )
    ).all()
    fiches = session.execute(
        text(
            "SELECT f.source_id, f.identifiant, f.brut, f.valeurs, f.empreinte, f.date_maj, f.retiree_at IS NULL, "
            "f.disparue_execution_id, l.public_id "
            "FROM fiche_source AS f JOIN lieu AS l ON l.id = f.lieu_id ORDER BY 1, 2"
        )
    ).all()
    return lieux, fiches


def undo_last(fabrique: sessionmaker[Session], session: Session, source_id: str = "demonstration") -> None:
    numero = session.scalar(
        select(func.max(Execution.id)).where(
            Execution.source_id == source_id, Execution.statut == "reussie", Execution.annulee_at.is_(None)
        )
    )
    assert numero is not None
    services.rollback_run(fabrique, numero, now=APRES)


def test_undoing_a_run_gives_back_values_provenance_and_statuses(
    importer: Importer, fabrique: sessionmaker[Session], session: Session
) -> None:
    importer([{"id": "1", "adresse": "2 rue du Port"}, {"id": "2"}, {"id": "3"}])
    avant = read_state(session)
    rapport = importer(
        [{"id": "1", "adresse": "9 rue Haute"}, {"id": "2"}, {"id": "4", "latitude": "48.41"}], accepter_pertes=True
    )
    assert (rapport.updated, rapport.unchanged, rapport.created, rapport.vanished) == (1, 1, 1, 1)
    assert read_state(session) != avant
    assert rapport.execution_id is not None
    bilan = services.rollback_run(fabrique, rapport.execution_id, now=APRES)
    assert (bilan.retirees, bilan.retablies) == (1, 2)
    assert read_state(session) == avant
    vues = set(session.scalars(select(FicheSource.vue_execution_id)))
    assert vues == {rapport.execution_id - 1}


def test_a_place_opened_again_keeps_its_address(
    importer: Importer, fabrique: sessionmaker[Session], session: Session
) -> None:
    importer([{"id": "1"}])
    publie = session.scalars(select(Lieu.public_id)).one()
    undo_last(fabrique, session)
    session.expire_all()
    assert session.scalars(select(Lieu.statut)).one() == "masque"
    rapport = importer([{"id": "1"}])
    session.expire_all()
    assert (rapport.created, rapport.merged) == (1, 0)
    assert session.execute(select(Lieu.public_id, Lieu.statut)).one() == (publie, "publie")


def test_a_place_that_a_person_hid_stays_hidden_when_its_record_comes_back(
    importer: Importer, fabrique: sessionmaker[Session], session: Session
) -> None:
    importer([{"id": "1"}])
    with fabrique() as autre, transaction(autre):
        (lieu_id,) = autre.scalars(select(Lieu.id))
        publication.set_statut(autre, [lieu_id], Statut.MASQUE, now=NOW, auteur="moderation")
    undo_last(fabrique, session)
    importer([{"id": "1"}])
    session.expire_all()
    assert session.get_one(Lieu, lieu_id).statut == "masque"


def test_only_the_last_run_that_stands_can_be_undone_and_once(
    importer: Importer, fabrique: sessionmaker[Session]
) -> None:
    premier = importer([{"id": "1"}]).execution_id
    second = importer([{"id": "1"}, {"id": "2"}]).execution_id
    assert premier is not None
    assert second is not None
    with pytest.raises(ConflictError, match="plus récent"):
        services.rollback_run(fabrique, premier, now=APRES)
    services.rollback_run(fabrique, second, now=APRES)
    with pytest.raises(ConflictError, match="déjà annulé"):
        services.rollback_run(fabrique, second, now=APRES)
    services.rollback_run(fabrique, premier, now=APRES)
    with pytest.raises(NotFoundError):
        services.rollback_run(fabrique, 10_000_000, now=APRES)


def test_a_run_that_was_refused_has_nothing_to_undo(
    importer: Importer, fabrique: sessionmaker[Session], session: Session
) -> None:
    importer([{"id": str(n)} for n in range(5)])
    assert importer([{"id": "1"}]).statut == "refusee"
    refusee = session.scalar(select(func.max(Execution.id)))
    assert refusee is not None
    with pytest.raises(ConflictError, match="rien à annuler"):
        services.rollback_run(fabrique, refusee, now=APRES)


def test_links_that_people_made_since_stay(
    importer: Importer, fabrique: sessionmaker[Session], session: Session
) -> None:
    importer([{"id": "1"}], source=AUTRE)
    importer([{"id": "2", "latitude": "48.41"}, {"id": "3", "latitude": "48.42"}])
    importer([{"id": "2", "latitude": "48.41"}, {"id": "3", "latitude": "48.42", "adresse": "1 rue Haute"}])
    lieux = {f.identifiant: f.lieu_id for f in session.scalars(select(FicheSource))}
    with fabrique() as autre, transaction(autre):
        liens.merge_lieux(autre, lieux["1"], lieux["3"], now=NOW)
    undo_last(fabrique, session)
    session.expire_all()
    fiche = session.scalars(select(FicheSource).where(FicheSource.identifiant == "3")).one()
    assert fiche.lieu_id == lieux["1"]
    assert "adresse" not in fiche.valeurs
    assert session.get_one(Lieu, lieux["1"]).adresse is None


LIGNES = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(0, 6).map(str),
            "nom": st.sampled_from(["Fablab du Port", "Fablab Haut", "L’Atelier"]),
            "adresse": st.sampled_from(["", "1 rue Haute", "2 rue Basse"]),
            "latitude": st.sampled_from(["48.40", "48.41"]),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda ligne: ligne["id"],
)


@given(fichiers=st.lists(LIGNES, min_size=2, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undoing_every_run_in_turn_goes_back_through_every_state(
    importer: Importer, fabrique: sessionmaker[Session], session: Session, fichiers: list[list[dict[str, Any]]]
) -> None:
    # Each example starts from a base that the ones before have emptied by undoing.
    etats = [read_state(session)]
    for lignes in fichiers:
        importer(lignes, accepter_pertes=True)
        etats.append(read_state(session))
    for etat in reversed(etats[:-1]):
        undo_last(fabrique, session)
        assert read_state(session) == etat


def test_a_preview_says_what_the_run_then_does_and_writes_nothing(
    importer: Importer, session: Session, previsualiser: Any
) -> None:
    importer([{"id": "1", "adresse": "2 rue du Port"}, {"id": "2"}, {"id": "3"}])
    avant = read_state(session)
    suite = [
        {"id": "1", "adresse": "9 rue Haute"},
        {"id": "2"},
        {"id": "4", "latitude": "48.41"},
        {"id": "5", "nom": ""},
    ]
    apercu = previsualiser(suite)
    assert read_state(session) == avant
    assert (apercu.lues, apercu.creees, apercu.modifiees, apercu.inchangees, apercu.disparues) == (4, 1, 1, 1, 1)
    assert (apercu.rejets_par_code, apercu.demande_accord) == ({"NOM_MANQUANT": 1}, True)
    lignes = {(ligne.sort, ligne.identifiant): ligne for ligne in apercu.lignes}
    assert lignes["modifiee", "1"].differences == [["adresse", "2 rue du Port", "9 rue Haute"]]
    assert lignes["disparue", "3"].nom == "Fablab inventé 3"
    assert ["nom", None, "Fablab inventé 4"] in (lignes["creee", "4"].differences or [])
    assert (lignes["rejetee", None].ligne, lignes["rejetee", None].code) == (5, "NOM_MANQUANT")
    rapport = importer(suite, accepter_pertes=True)
    assert (rapport.created, rapport.updated, rapport.unchanged, rapport.vanished) == (1, 1, 1, 1)


def test_a_place_absent_from_two_editions_is_closed_and_opens_when_it_comes_back(
    importer: Importer, session: Session
) -> None:
    def find_statuts() -> dict[str, str]:
        session.expire_all()
        stmt = select(FicheSource.identifiant, Lieu.statut).join(Lieu, Lieu.id == FicheSource.lieu_id)
        return {rangee.identifiant: rangee.statut for rangee in session.execute(stmt)}

    pleines = [{"id": str(n)} for n in range(12)]
    importer(pleines)
    assert importer(pleines[1:]).vanished == 1
    assert find_statuts()["0"] == "publie"
    # The same file again is the same edition, not a second absence.
    assert importer(pleines[1:]).withdrawn == 0
    assert find_statuts()["0"] == "publie"
    rapport = importer([*pleines[1:], {"id": "12"}])
    assert (rapport.withdrawn, rapport.vanished) == (1, 0)
    assert find_statuts()["0"] == "ferme"
    assert importer(pleines).unchanged == 12
    assert find_statuts()["0"] == "publie"


def test_a_place_that_another_source_still_speaks_of_stays_open_without_what_the_silent_one_said(
    importer: Importer, fabrique: sessionmaker[Session], session: Session
) -> None:
    importer([{"id": "1", "nom": "Atelier des Capucins"}], source=AUTRE)
    importer([{"id": str(n), "latitude": "48.41", "adresse": "2 rue du Port"} for n in range(12)])
    lieux = {(f.source_id, f.identifiant): f.lieu_id for f in session.scalars(select(FicheSource))}
    garde = lieux["autre", "1"]
    with fabrique() as autre, transaction(autre):
        liens.merge_lieux(autre, garde, lieux["demonstration", "0"], now=NOW)
    restantes = [{"id": str(n), "latitude": "48.41", "adresse": "2 rue du Port"} for n in range(1, 12)]
    importer(restantes)
    assert session.get_one(Lieu, garde).adresse == "2 rue du Port"
    assert services.confirm_disparitions(fabrique, "demonstration", now=APRES) == 1
    session.expire_all()
    lieu = session.get_one(Lieu, garde)
    assert (lieu.statut, lieu.adresse) == ("publie", None)


def test_a_run_can_be_stopped_on_the_way_and_has_changed_nothing(importer: Importer, session: Session) -> None:
    importer([{"id": "1"}])
    avant = read_state(session)

    def stop(stage: str, _done: int, _total: int | None) -> None:
        if stage.startswith("Map"):
            raise services.ArretDemandeError

    rapport = importer([{"id": "1"}, {"id": "2"}], progress=stop)
    assert (rapport.statut, rapport.message) == ("refusee", "L’import a été arrêté à la demande : rien n’a changé.")
    assert read_state(session) == avant


def test_what_is_written_with_a_run_stands_or_falls_with_it(importer: Importer, session: Session) -> None:
    def fail(_session: Session, _execution_id: int) -> None:
        raise RuntimeError("stopped at the last moment")

    with pytest.raises(RuntimeError):
        importer([{"id": "1"}], on_session=fail)
    assert session.scalars(select(Lieu)).all() == []
