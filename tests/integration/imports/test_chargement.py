"""What an import writes: places, fiches, history, runs, rejects; and what it leaves alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import ENDROITS, NOW, Importer, write_lieux
from tierslieux.imports import services
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.lieux import publication
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.identite import build_public_id
from tierslieux.lieux.models import Changement, Execution, FicheSource, Lieu, Rejet

AUTRE = replace(DEMONSTRATION, id="autre", libelle="Autre source", confiance=50, est_inventee=False)


def get_lieux(session: Session) -> list[Lieu]:
    return list(session.scalars(select(Lieu).order_by(Lieu.id)))


def list_history(session: Session, lieu_id: int) -> list[Changement]:
    stmt = select(Changement).where(Changement.lieu_id == lieu_id).order_by(Changement.id)
    return list(session.scalars(stmt))


def replay(changements: list[Changement]) -> dict[str, Any]:
    """The published values that the history ends with."""
    valeurs: dict[str, Any] = {}
    for changement in changements:
        if changement.champ is None:
            valeurs = dict(changement.apres)
        elif changement.champ == "statut":
            continue
        elif changement.apres is None:
            del valeurs[changement.champ]
        else:
            valeurs[changement.champ] = changement.apres
    return valeurs


def get_valeurs(session: Session, lieu_id: int) -> dict[str, Any]:
    (rangee,) = session.execute(publication.load_block(publication.SQL, "list_lieux"), {"ids": [lieu_id]}).all()
    return publication.build_valeurs(rangee)


def test_a_place_has_its_fiche_its_values_its_provenance_and_the_row_that_opens_its_history(
    importer: Importer, session: Session
) -> None:
    rapport = importer([{"id": "1", "adresse": "2 rue du Port"}])
    assert (rapport.read, rapport.created, rapport.statut) == (1, 1, "reussie")
    (lieu,) = get_lieux(session)
    fiche = session.scalars(select(FicheSource)).one()
    assert (lieu.nom, lieu.genres, lieu.adresse, lieu.statut) == (
        "Fablab inventé 1",
        ["fablab"],
        "2 rue du Port",
        "publie",
    )
    assert session.scalar(select(func.ST_AsEWKT(Lieu.geom))) == "SRID=4326;POINT(-4.49 48.4)"
    assert (lieu.est_tiers_lieu, lieu.est_aide, lieu.besoins) == (True, True, ["fabriquer"])
    assert lieu.provenance["adresse"] == {"fiches": [fiche.id], "source": "demonstration", "date": None}
    assert lieu.public_id == build_public_id("demonstration", "1")
    assert (fiche.lieu_id, fiche.identifiant, fiche.brut["nom"]) == (lieu.id, "1", "Fablab inventé 1")
    (creation,) = list_history(session, lieu.id)
    assert (creation.champ, creation.avant, creation.fait_at) == (None, None, NOW)
    assert creation.apres == get_valeurs(session, lieu.id)
    execution = session.scalars(select(Execution)).one()
    assert creation.execution_id == fiche.vue_execution_id == execution.id
    assert (execution.lues, execution.creees, execution.origine) == (1, 1, "lieux.csv")


def test_the_same_file_again_changes_nothing(importer: Importer, session: Session) -> None:
    lignes = [{"id": str(n), "adresse": f"{n} rue du Port"} for n in range(5)]
    importer(lignes)
    avant = session.execute(select(Lieu.id, Lieu.provenance, Lieu.nom)).all()
    rapport = importer(lignes)
    session.expire_all()
    assert (rapport.unchanged, rapport.created, rapport.updated, rapport.merged) == (5, 0, 0, 0)
    assert session.execute(select(Lieu.id, Lieu.provenance, Lieu.nom)).all() == avant
    assert session.scalar(select(func.count()).select_from(Changement)) == 5


def test_a_changed_row_changes_its_fiche_its_place_and_its_history(importer: Importer, session: Session) -> None:
    importer([{"id": "1", "adresse": "2 rue du Port"}, {"id": "2"}])
    rapport = importer([{"id": "1", "adresse": "", "longitude": "-4.50"}, {"id": "2"}])
    assert (rapport.updated, rapport.unchanged) == (1, 1)
    lieu = get_lieux(session)[0]
    assert (lieu.adresse, "adresse" in lieu.provenance) == (None, False)
    _, *changements = list_history(session, lieu.id)
    assert [(c.champ, c.avant, c.apres) for c in changements] == [
        ("adresse", "2 rue du Port", None),
        (
            "position",
            {"lon": -4.49, "lat": 48.4, "precision": "adresse"},
            {"lon": -4.5, "lat": 48.4, "precision": "adresse"},
        ),
    ]
    assert replay(list_history(session, lieu.id)) == get_valeurs(session, lieu.id)


def test_rows_that_say_one_place_are_fiches_of_it_and_stay_so(importer: Importer, session: Session) -> None:
    lignes = [
        {"id": "1", "nom": "Fablab du Port", "adresse": "2 rue du Port"},
        {"id": "2", "nom": "FABLAB DU PORT", "adresse": "2, rue du port"},
        {"id": "2", "nom": "Fablab du Port", "adresse": "2 rue du Port"},
        {"id": "3", "nom": "Fablab du Port", "adresse": "9 rue Haute", "latitude": "48.44"},
    ]
    premier, second = importer(lignes), importer(lignes)
    assert (premier.created, premier.merged) == (2, 2)
    # The second line of one identifier is told merged each time: it never becomes a fiche.
    assert (second.unchanged, second.merged) == (3, 1)
    assert len(get_lieux(session)) == 2
    lieux = select(func.count(FicheSource.lieu_id.distinct())).where(FicheSource.identifiant.in_(["1", "2"]))
    assert session.scalar(lieux) == 1


def test_two_sources_resolve_field_by_field_once_linked(importer: Importer, session: Session) -> None:
    importer([{"id": "1", "adresse": "2 rue du Port"}])
    importer([{"id": "1", "adresse": "2 bis rue du Port", "modele": "coworking"}], source=AUTRE)
    a, b = get_lieux(session)
    session.scalars(select(FicheSource).where(FicheSource.source_id == "autre")).one().lieu_id = a.id
    assert publication.publish(session, [a.id, b.id], now=NOW, auteur="ana") == 2
    session.refresh(a)
    session.refresh(b)
    assert a.adresse == "2 bis rue du Port"  # the more trusted source
    assert a.genres == ["tiers-lieu", "coworking", "fablab"]  # kinds add up
    assert b.statut == "masque"  # nobody speaks of it any more
    # Later imports of both sources find their fiches where a person has put them.
    rapport = importer([{"id": "1", "adresse": "3 rue du Port"}])
    assert (rapport.updated, rapport.created) == (1, 0)
    session.expire_all()
    assert get_lieux(session)[0].adresse == "2 bis rue du Port"
    for lieu in get_lieux(session):
        if lieu.statut == "publie":
            assert replay(list_history(session, lieu.id)) == get_valeurs(session, lieu.id)


def test_a_hidden_place_stays_hidden(importer: Importer, session: Session) -> None:
    importer([{"id": "1"}])
    (lieu,) = get_lieux(session)
    assert publication.set_statut(session, [lieu.id], Statut.MASQUE, now=NOW, auteur="ana", motif="doublon") == 1
    importer([{"id": "1", "adresse": "2 rue du Port"}])
    session.expire_all()
    (lieu,) = get_lieux(session)
    assert (lieu.statut, lieu.adresse) == ("masque", "2 rue du Port")


def test_vanished_rows_are_marked_and_come_back(importer: Importer, session: Session) -> None:
    lignes = [{"id": str(n), "adresse": f"{n} rue du Port"} for n in range(20)]
    importer(lignes)
    rapport = importer(lignes[1:])
    assert (rapport.vanished, rapport.unchanged) == (1, 19)
    disparue = select(FicheSource.disparue_execution_id).where(FicheSource.identifiant == "0")
    execution_id = session.scalars(select(Execution.id).order_by(Execution.id.desc())).first()
    assert session.scalar(disparue) == execution_id
    assert get_lieux(session)[0].statut == "publie"  # it keeps speaking until somebody says otherwise
    rapport = importer(lignes)
    assert (rapport.vanished, rapport.unchanged) == (0, 20)
    assert session.scalar(disparue) is None


def test_a_file_that_has_lost_more_than_a_tenth_is_refused_unless_accepted(
    importer: Importer, session: Session
) -> None:
    lignes = [{"id": str(n), "adresse": f"{n} rue du Port"} for n in range(20)]
    importer(lignes)
    assert importer(lignes[2:]).statut == "reussie"  # 2 of 20: 10 %, not more
    rapport = importer(lignes[4:])  # 2 of the 18 left: 11 %
    assert rapport.statut == "refusee"
    assert "2 des 18" in (rapport.message or "")
    session.expire_all()
    derniere = session.scalars(select(Execution).order_by(Execution.id.desc())).first()
    assert derniere is not None
    assert (derniere.statut, derniere.lues, derniere.message) == ("refusee", 0, rapport.message)
    assert session.scalar(select(func.count()).where(FicheSource.disparue_execution_id.is_not(None))) == 2
    assert importer(lignes[4:], accepter_pertes=True).vanished == 2


def test_rejected_rows_are_kept_with_code_field_value_and_raw_record(importer: Importer, session: Session) -> None:
    rapport = importer(
        [
            {"id": "1"},
            {"id": "2", "longitude": "48.40", "latitude": "-4.49"},
            {"id": "3", "longitude": "0", "latitude": "0"},
            {"id": "4", "longitude": "-9", "latitude": "47"},
            {"id": "5", "code_insee": "29999"},
        ]
    )
    assert rapport.rejected == {
        "CODE_INSEE_INCONNU": 1,
        "COORDONNEES_HORS_COMMUNE": 1,
        "COORDONNEES_INVERSEES": 1,
        "COORDONNEES_NULLES": 1,
    }
    rejets = session.scalars(select(Rejet).order_by(Rejet.ligne)).all()
    assert [(r.ligne, r.code, r.champ, r.valeur) for r in rejets] == [
        (3, "COORDONNEES_INVERSEES", "position", "-4.49, 48.4"),
        (4, "COORDONNEES_NULLES", "position", "0.0, 0.0"),
        (5, "COORDONNEES_HORS_COMMUNE", "position", "47.0, -9.0"),
        (6, "CODE_INSEE_INCONNU", "commune_code", "29999"),
    ]
    assert rejets[0].brut["nom"] == "Fablab inventé 2"
    execution = session.scalars(select(Execution)).one()
    assert execution.rejets_par_code == rapport.rejected
    assert execution.rejetees == 4


def test_a_rehearsal_gives_the_figures_and_writes_nothing(importer: Importer, session: Session) -> None:
    rapport = importer([{"id": "1"}, {"id": "2", "adresse": "x"}], dry_run=True)
    assert (rapport.created, rapport.dry_run) == (2, True)
    for table in (Lieu, FicheSource, Execution, Changement):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_public_addresses_do_not_depend_on_the_order_of_the_file(importer: Importer, session: Session) -> None:
    lignes = [{"id": str(n), "adresse": f"{n} rue du Port"} for n in range(4)]
    importer(lignes, dry_run=True)
    importer(lignes[::-1])
    noms = {lieu.nom: lieu.public_id for lieu in get_lieux(session)}
    assert noms["Fablab inventé 3"] == build_public_id("demonstration", "3")


def test_a_public_address_that_is_taken_gives_way_to_the_next(importer: Importer, session: Session) -> None:
    pris = build_public_id("demonstration", "1")
    session.add(Lieu(public_id=pris, nom="Déjà là", est_aide=False, est_tiers_lieu=False, provenance={}))
    session.commit()
    importer([{"id": "1"}])
    lieu = session.scalars(select(Lieu).where(Lieu.nom == "Fablab inventé 1")).one()
    assert lieu.public_id == build_public_id("demonstration", "1", 1)


def test_a_later_edition_renews_the_dates_without_changing_any_place(
    fabrique: sessionmaker[Session], session: Session, tmp_path: Path
) -> None:
    for nom in ("lieux_2024-01-01.csv", "lieux_2025-01-01.csv"):
        fichier = write_lieux(tmp_path / nom, [{"id": "1"}])
        rapport = services.run_import(fabrique, DEMONSTRATION, ENDROITS, now=NOW, communes=REFERENTIEL, fichier=fichier)
    assert (rapport.unchanged, rapport.updated) == (1, 0)
    (lieu,) = get_lieux(session)
    assert lieu.provenance["nom"]["date"] == "2025-01-01"
    assert session.scalars(select(FicheSource.date_maj)).one() == dt.date(2025, 1, 1)
    assert len(list_history(session, lieu.id)) == 1


adresses = st.sampled_from(["", "2 rue du Port", "9 rue Haute"])
modeles = st.sampled_from(["fablab", "coworking", "epn", "bibliotheque"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    editions=st.lists(
        st.lists(st.tuples(st.sampled_from("12"), adresses, modeles), min_size=1, max_size=3, unique_by=lambda t: t[0]),
        min_size=1,
        max_size=4,
    )
)
def test_replaying_the_history_gives_the_published_values(
    fabrique: sessionmaker[Session], tmp_path: Path, editions
) -> None:
    with fabrique() as ouverte:
        point = ouverte.begin_nested()
        locale = sessionmaker(ouverte.connection(), expire_on_commit=False, join_transaction_mode="create_savepoint")
        for edition in editions:
            fichier = write_lieux(
                tmp_path / "lieux.csv",
                [{"id": i, "nom": "Lieu inventé", "adresse": a, "modele": m} for i, a, m in edition],
            )
            rapport = services.run_import(
                locale,
                DEMONSTRATION,
                ENDROITS,
                now=NOW,
                communes=REFERENTIEL,
                fichier=fichier,
                accepter_pertes=True,
            )
            parts = rapport.created + rapport.updated + rapport.unchanged + rapport.merged
            assert rapport.read == parts + sum(rapport.rejected.values())
        with locale() as session:
            for lieu in get_lieux(session):
                assert replay(list_history(session, lieu.id)) == get_valeurs(session, lieu.id)
        point.rollback()


@pytest.mark.parametrize(
    ("valeurs", "statut"),
    [({"nom": "x"}, Statut.PUBLIE), ({"nom": "x", "ferme": True}, Statut.FERME)],
)
def test_a_fiche_may_close_its_place(valeurs: dict[str, Any], statut: Statut) -> None:
    assert publication.compute_statut(Statut.PUBLIE, valeurs) is statut
    assert publication.compute_statut(Statut.FERME, valeurs) is statut
    assert publication.compute_statut(Statut.MASQUE, valeurs) is Statut.MASQUE
