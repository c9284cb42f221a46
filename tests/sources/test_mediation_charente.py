"""Charente, published in both versions of the mediation vocabulary: the same places with the same offer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.sources.conftest import NOW, check_personnes, list_records, load_twice
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for
from tierslieux.imports import services
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.fichiers import Endroits
from tierslieux.imports.registre import get_source
from tierslieux.lieux.models import FicheSource, Lieu

SOURCE = "mediation-charente"
OFFRE = ("services", "publics", "prises_en_charge", "frais")
# What the publisher itself has changed from one file to the other: geodata/mediation-charente/README.md, one by one.
DIFFERENCES = {
    "92c4a3cf-d608-4994-b4f1-27e870d72447|aidants-connect-5462": {"services", "accompagnements"},
    "83528766-901c-43eb-9a73-47adedd163b1|france-tiers-lieux-644792b24dd7bb0ce5621a0d": {"accompagnements"},
    "d2bad912-909c-4c6b-9499-5d625baedfb9": {"accompagnements"},
}


@pytest.fixture
def fabrique_nationale(base_nationale: str) -> Iterator[sessionmaker[Session]]:
    """As that of the folder, for one test: each counts what its own imports create."""
    engine = create_engine_for(base_nationale)
    with engine.connect() as connexion:
        transaction = connexion.begin()
        yield sessionmaker(connexion, expire_on_commit=False, join_transaction_mode="create_savepoint")
        transaction.rollback()
    engine.dispose()


@pytest.mark.parametrize("version", ["v0", "v1"])
def test_a_sample_of_each_version_gives_the_same_records(prepare, version: str) -> None:
    preparation = prepare(SOURCE, f"mediation_charente.{version}.json")
    records = list_records(preparation)
    mairie = records["mediation-numerique-aidants-connect-1-mediation-numerique"].valeurs
    assert mairie["services"] == ["aide-aux-demarches-administratives", "insertion-professionnelle-via-le-numerique"]
    assert mairie["genres"] == ["conseiller-numerique", "mairie"]
    assert mairie["typologies"] == ["CAP_EMPLOI"]  # no kind expresses it
    assert (mairie["publics"], mairie["frais"]) == (["jeunes"], ["payant"])
    assert mairie["programmes"] == ["aidants-connect", "conseillers-numeriques"]
    assert mairie["accompagnements"] == ["accompagnement-individuel"]
    assert mairie["fiche_acces_libre"].startswith("https://acceslibre.beta.gouv.fr/app/16-montmoreau/")
    tiers_lieu = records["mediation-numerique-france-tiers-lieux-2-mediation-numerique"].valeurs
    assert tiers_lieu["genres"] == ["tiers-lieu"]
    assert tiers_lieu["services"] == [
        "loisirs-et-creations-numeriques",
        "acquisition-de-materiel-informatique-a-prix-solidaire",
    ]
    assert tiers_lieu["formations_labels"] == ["fabriques-de-territoire"]
    assert tiers_lieu["autres_formations_labels"] == ["APTIC"]
    assert preparation.rejets == []
    # 1970-01-01 is what software writes for no date.
    assert preparation.avertissements[Avertissement.DATE_ILLISIBLE] == 1


def _import(fabrique: sessionmaker[Session], fichier: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what each record says, what each place publishes of its offer), by identifier, after the import of one file."""
    endroits = Endroits(None, RACINE / "geodata", telechargement=False)
    rapport = services.run_import(fabrique, get_source(SOURCE), endroits, now=NOW, fichier=fichier)
    assert rapport.statut == "reussie", rapport.message
    assert rapport.read == 188
    with fabrique() as session:
        stmt = select(FicheSource.identifiant, FicheSource.valeurs, Lieu).join(Lieu, Lieu.id == FicheSource.lieu_id)
        rangees = session.execute(stmt.where(FicheSource.source_id == SOURCE)).all()
    fiches = {identifiant: valeurs for identifiant, valeurs, _ in rangees}
    return fiches, {identifiant: {champ: getattr(lieu, champ) for champ in OFFRE} for identifiant, _, lieu in rangees}


def test_both_versions_give_the_same_places_with_the_same_offer(fabrique_nationale, raw_dir: Path) -> None:
    dossier = raw_dir / "lieux"
    fiches_v0, lieux_v0 = _import(fabrique_nationale, dossier / "mediation_charente_2023.v0.json")
    fiches_v1, lieux_v1 = _import(fabrique_nationale, dossier / "mediation_charente_2023.v1.json")
    assert len(fiches_v0) == 187
    assert fiches_v0.keys() == fiches_v1.keys()
    differences: dict[str, set[str]] = {}
    for identifiant, avant in fiches_v0.items():
        apres = fiches_v1[identifiant]
        champs = {champ for champ in avant.keys() | apres.keys() if avant.get(champ) != apres.get(champ)}
        if champs:
            differences[identifiant] = champs
    assert differences == DIFFERENCES
    # Place by place: all but one publish the same services, audiences, care and fees.
    autres = {identifiant for identifiant, avant in lieux_v0.items() if avant != lieux_v1[identifiant]}
    assert autres == {identifiant for identifiant, champs in DIFFERENCES.items() if champs & set(OFFRE)}


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.origine == "mediation_charente_2023.v1.json"  # the last edition
    assert premier.rejected == {"COORDONNEES_HORS_COMMUNE": 1}
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
