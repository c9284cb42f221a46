"""data·inclusion: a place as a structure with its services, and what the schemas cannot take."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.factories.publies import build_contexte, build_publie
from tierslieux.diffusion.exports.data_inclusion import (
    LISEZMOI,
    NON_EXPORTES,
    build_services,
    build_structure,
    write_archive,
)
from tierslieux.lieux.enums import Service


def build(**champs: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    lieu = build_publie("abc", **champs)
    structure = build_structure(lieu, build_contexte(lieu))
    commun, propres = build_services(lieu, structure)
    return structure, [commun | propre for propre in propres]


def test_a_place_is_a_structure() -> None:
    structure, services = build(
        nom="Fablab de Brest.",
        pivot="43493312300029",
        genres=["fablab", "ressourcerie"],
        programmes=["aidants-connect"],
        presentation="Abc",
        presentation_detail="Un atelier.",
        site_web="pas une adresse",
    )
    assert structure["id"] == "tierslieux--abc"
    assert structure["nom"] == "Fablab de Brest"
    assert structure["siret"] == "43493312300029"
    assert structure["reseaux_porteurs"] == ["ressourceries", "aidants-connect"]
    assert structure["description"] == "Abc\n\nUn atelier."
    assert structure["site_web"] is None
    assert structure["lien_source"] == "https://tierslieux.example/lieux/abc"
    assert services == []


def test_each_kind_of_help_is_a_service_of_the_structure() -> None:
    structure, services = build(
        services=[Service.DEMARCHES.value, Service.ACQUISITION.value],
        frais=["gratuit-sous-condition", "payant"],
        publics=["familles-et-ou-enfants"],
        prises_en_charge=["surdite"],
        modalites_acces=["prendre-un-rdv-en-ligne", "envoyer-un-mail-avec-une-fiche-de-prescription"],
        accompagnements=["a-distance", "accompagnement-individuel"],
        prise_rdv="https://rdv.exemple/",
    )
    premier, second = services
    assert premier["id"] == "tierslieux--abc--aide-aux-demarches-administratives"
    assert {service["structure_id"] for service in services} == {structure["id"]}
    assert premier["nom"] == "Aide aux démarches administratives"
    assert "numerique--acceder-a-des-services-en-ligne" in premier["thematiques"]
    assert second["thematiques"] == ("numerique--acquerir-un-equipement",)
    assert (premier["frais"], premier["frais_precisions"]) == ("gratuit", "Gratuit sous condition, Payant")
    assert (premier["publics"], premier["publics_precisions"]) == (["familles"], "Surdité")
    assert premier["modes_accueil"] == ["en-presentiel", "a-distance"]
    assert premier["modes_mobilisation"] == ["utiliser-lien-mobilisation", "envoyer-un-courriel"]
    assert premier["mobilisable_par"] == ["usagers", "professionnels"]
    assert premier["lien_mobilisation"] == "https://rdv.exemple/"
    assert premier["type"] == "accompagnement"


def test_what_is_not_said_is_not_invented() -> None:
    _, (service,) = build(services=[Service.ACCES.value])
    assert service["publics"] == ["tous-publics"]
    assert [service[champ] for champ in ("frais", "modes_accueil", "modes_mobilisation", "type")] == [None] * 4


@pytest.mark.parametrize(
    ("champs", "champ"), [({"nom": "Eu"}, "nom"), ({"nom": "A.."}, "nom"), ({"date_maj": None}, "date_maj")]
)
def test_what_the_schemas_cannot_take_is_told(champs: dict[str, Any], champ: str, tmp_path: Path) -> None:
    lieux = [build_publie("abc", **champs), build_publie("def", services=[Service.ACCES.value])]
    contexte = build_contexte(*lieux)
    write_archive([lieux], contexte, tmp_path / "archive.zip")
    with zipfile.ZipFile(tmp_path / "archive.zip") as archive:
        assert archive.testzip() is None
        structures, services = (json.loads(archive.read(nom)) for nom in ("structures.json", "services.json"))
        ecartes = list(csv.reader(io.StringIO(archive.read(NON_EXPORTES).decode("utf-8-sig")), delimiter=";"))
        lisezmoi = archive.read(LISEZMOI).decode()
    assert [structure["id"] for structure in structures] == ["tierslieux--def"]
    assert [service["structure_id"] for service in services] == ["tierslieux--def"]
    assert [(ligne[0], ligne[2]) for ligne in ecartes[1:]] == [("abc", champ)]
    assert contexte.journal.lieux == 1
    for dit in ("structures.json : 1 structures", "1 lieux que le schéma ne peut prendre", "2026-11-22", "CC BY 4.0"):
        assert dit in lisezmoi
