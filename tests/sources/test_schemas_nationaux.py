"""What we publish, held to the official definitions: places of any shape, then real ones, all of them."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from frictionless import Schema
from frictionless.resources import TableResource
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import Bases
from tests.factories.publies import build_contexte, draw_lieux
from tests.sources.conftest import NOW
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for, open_instantane, session_factory
from tierslieux.diffusion.exports import data_inclusion, mediation, services
from tierslieux.diffusion.exports.ecarts import Journal
from tierslieux.diffusion.exports.registre import get_format
from tierslieux.imports import services as imports
from tierslieux.imports.fichiers import Endroits
from tierslieux.imports.registre import get_source
from tierslieux.lieux.extraction import LieuPublie, Selection
from tierslieux.lieux.params import Criteres

SCHEMA = "schemas/lieux-mediation-numerique_v1.0.2_tableschema.json"
REGLAGES = settings(max_examples=60, deadline=None)
# Values that the standard's patterns refuse: the export must leave them out, not the validator find them.
IMPREVUS = {
    "telephone": st.none() | st.sampled_from(("3949", "+33298000001", "+352270000", "118712")),
    "code_postal": st.none() | st.sampled_from(("29200", "9880", "2A004", "29 200")),
    "commune_code": st.none() | st.sampled_from(("29019", "98818", "99109", "2A004", "00000")),
    "pivot": st.none() | st.sampled_from(("43493312300029", "W291000001", "123-456", "é")),
    "services": st.lists(st.sampled_from(("aide-aux-demarches-administratives", "ancien-service")), unique=True),
    "frais": st.lists(st.sampled_from(("gratuit", "gratuit-sous-condition", "adhesion")), unique=True),
    "presentation": st.none() | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400),
    "nom": st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200),
}


def check_frictionless(raw_dir: Path, chemin: Path) -> int:
    """The number of rows of a file in which the validator finds no error at all."""
    schema = Schema.from_descriptor(json.loads((raw_dir / SCHEMA).read_text(encoding="utf-8")))
    table = TableResource(path=chemin.name, basepath=str(chemin.parent), schema=schema, format="csv", encoding="utf-8")
    rapport = table.validate()
    assert rapport.flatten(["rowNumber", "fieldName", "type", "cell"]) == []
    assert rapport.valid
    return int(rapport.tasks[0].stats.get("rows", 0))


def build_validateur(raw_dir: Path, nom: str) -> Draft202012Validator:
    schema = json.loads((raw_dir / f"schemas/data-inclusion-v1/{nom}.json").read_text(encoding="utf-8"))
    # The schemas take properties that they do not know; ours are all theirs.
    return Draft202012Validator(schema | {"additionalProperties": False}, format_checker=FormatChecker())


def check_inclusion(raw_dir: Path, chemin: Path) -> dict[str, list[dict[str, Any]]]:
    """The two lists of an archive, in which the JSON Schemas find no error at all."""
    listes = {}
    with zipfile.ZipFile(chemin) as archive:
        for nom in ("structure", "service"):
            validateur = build_validateur(raw_dir, nom)
            listes[nom] = json.loads(archive.read(f"{nom}s.json"))
            assert [erreur.message for objet in listes[nom] for erreur in validateur.iter_errors(objet)] == []
    structures = {structure["id"] for structure in listes["structure"]}
    assert {service["structure_id"] for service in listes["service"]} <= structures
    assert len(structures) == len(listes["structure"])
    return listes


def test_places_of_any_shape_are_valid_in_the_national_standard(raw_dir: Path) -> None:
    @REGLAGES
    @given(draw_lieux() | draw_lieux(**IMPREVUS))
    def check(lieux: list[LieuPublie]) -> None:
        journal = Journal()
        with tempfile.TemporaryDirectory() as dossier:
            chemin = Path(dossier) / "mediation.csv"
            chemin.write_bytes(b"".join(mediation.write_csv([lieux], build_contexte(*lieux, journal=journal))))
            exportes = check_frictionless(raw_dir, chemin)
        assert exportes + journal.lieux == len(lieux)

    check()


def test_places_of_any_shape_are_valid_in_data_inclusion(raw_dir: Path) -> None:
    @REGLAGES
    @given(draw_lieux() | draw_lieux(**IMPREVUS))
    def check(lieux: list[LieuPublie]) -> None:
        contexte = build_contexte(*lieux)
        with tempfile.TemporaryDirectory() as dossier:
            chemin = Path(dossier) / "inclusion.zip"
            data_inclusion.write_archive([lieux], contexte, chemin)
            listes = check_inclusion(raw_dir, chemin)
        assert len(listes["structure"]) + contexte.journal.lieux == len(lieux)

    check()


# --- Real places ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fabrique_reelle(bases: Bases, modele_national: str, raw_dir: Path) -> Iterator[sessionmaker[Session]]:
    """Sessions on a database with France Services, third places and digital advisers: 9,000 places."""
    nom = bases.create(f"reelle_{uuid4().hex[:8]}", modele_national)
    engine = create_engine_for(bases.address(nom))
    fabrique = session_factory(engine)
    endroits = Endroits(raw_dir, RACINE / "geodata", telechargement=False)
    communes = imports.load_communes(fabrique)
    for source_id in ("france-services", "conseillers-numeriques", "tiers-lieux-cget"):
        rapport = imports.run_import(fabrique, get_source(source_id), endroits, now=NOW, communes=communes)
        assert rapport.statut == "reussie", rapport.message
    yield fabrique
    engine.dispose()
    bases.drop(nom)


def write(fabrique: sessionmaker[Session], code: str, chemin: Path) -> tuple[int, int]:
    """(places of the selection, places that the schema leaves out) of a whole export."""
    selection = Selection(Criteres(candidats=True))
    with open_instantane(fabrique) as session:
        contexte = services.build_contexte(session, selection, racine="https://tierslieux.example/")
        services.write(session, get_format(code), selection, contexte, chemin)
        if code == "mediation-csv":
            assert contexte.journal.lieux == contexte.compte.lieux - contexte.compte.complets
        return contexte.compte.lieux, contexte.journal.lieux


def test_every_real_place_is_valid_in_the_national_standard(
    fabrique_reelle: sessionmaker[Session], raw_dir: Path, tmp_path: Path
) -> None:
    lieux, ecartes = write(fabrique_reelle, "mediation-csv", tmp_path / "mediation.csv")
    exportes = check_frictionless(raw_dir, tmp_path / "mediation.csv")
    assert exportes == lieux - ecartes
    # Of 9,096 places when this was written, 159 lacked an address (third places of 2019).
    assert lieux > 8_000
    assert ecartes < 0.03 * lieux


def test_every_real_place_is_valid_in_data_inclusion(
    fabrique_reelle: sessionmaker[Session], raw_dir: Path, tmp_path: Path
) -> None:
    lieux, ecartes = write(fabrique_reelle, "data-inclusion", tmp_path / "inclusion.zip")
    listes = check_inclusion(raw_dir, tmp_path / "inclusion.zip")
    assert len(listes["structure"]) == lieux - ecartes
    assert ecartes < 0.01 * lieux
