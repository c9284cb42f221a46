"""Round trip: what the import reads in our own files is what they were made of, field by field.

What a format cannot carry is what docs/exports.md says, and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.factories.publies import SOURCES, build_contexte, build_publie, draw_lieux, read_valeurs
from tierslieux.diffusion.exports import classeurs, csv_complet, data_inclusion, geojson, mediation
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.imports.contrat import Record
from tierslieux.imports.correspondances.correspondance import build_parse
from tierslieux.lieux.enums import Genre, Programme, Service
from tierslieux.lieux.extraction import LieuPublie, find_date
from tierslieux.lieux.typologies import GENRES_IMPLIQUES

REGLAGES = settings(max_examples=80, deadline=None)
PARSE = {modele: build_parse({"modele": modele}) for modele in ("tierslieux", "mediation", "data-inclusion")}

Flux = Callable[[list[list[LieuPublie]], Contexte], Any]
Fichier = Callable[[list[list[LieuPublie]], Contexte, Path], None]


def export_flux(ecrire: Flux, lieux: list[LieuPublie]) -> bytes:
    return b"".join(ecrire([lieux], build_contexte(*lieux)))


def export_fichier(ecrire: Fichier, lieux: list[LieuPublie]) -> bytes:
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "export"
        ecrire([lieux], build_contexte(*lieux), chemin)
        return chemin.read_bytes()


def read_records(modele: str, octets: bytes) -> dict[str, Record]:
    """The records of a file by identifier; every row must be taken."""
    lus = list(PARSE[modele](octets))
    assert all(isinstance(record, Record) for record in lus), lus
    return {record.identifiant: record for record in lus if isinstance(record, Record)}


def check_retour(records: Mapping[str, Record], attendus: Mapping[str, dict[str, Any]]) -> None:
    assert list(records) == list(attendus)
    for identifiant, attendu in attendus.items():
        valeurs = records[identifiant].valeurs
        assert valeurs == attendu


# --- The complete model ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ecrire", [csv_complet.write_csv, geojson.write_geojson])
def test_streams_of_the_complete_model_come_back(ecrire: Flux) -> None:
    @REGLAGES
    @given(draw_lieux())
    def check(lieux: list[LieuPublie]) -> None:
        records = read_records("tierslieux", export_flux(ecrire, lieux))
        check_retour(records, {lieu.public_id: read_valeurs(lieu) for lieu in lieux})
        assert [r.date_maj and r.date_maj.isoformat() for r in records.values()] == [find_date(x.dates) for x in lieux]

    check()


@pytest.mark.parametrize("ecrire", [classeurs.write_xlsx, classeurs.write_ods])
def test_workbooks_of_the_complete_model_come_back(ecrire: Fichier) -> None:
    @REGLAGES
    @given(draw_lieux())
    def check(lieux: list[LieuPublie]) -> None:
        records = read_records("tierslieux", export_fichier(ecrire, lieux))
        check_retour(records, {lieu.public_id: read_valeurs(lieu) for lieu in lieux})

    check()


# --- The national standard ------------------------------------------------------------------------------------------


def expect_mediation(lieu: LieuPublie) -> dict[str, Any]:
    """What the standard carries of a place, as the import reads it."""
    valeurs = read_valeurs(lieu)
    for champ in ("accessible", "autres_telephones"):
        valeurs.pop(champ, None)
    if not (lieu.telephone or "").startswith("+"):
        valeurs.pop("telephone", None)
    for champ, suite in (("courriel", "autres_courriels"), ("site_web", "autres_sites_web")):
        tous = list(dict.fromkeys([*([valeurs.pop(champ)] if champ in valeurs else []), *valeurs.pop(suite, [])]))
        valeurs |= {champ: tous[0]} if tous else {}
        valeurs |= {suite: tous[1:]} if tous[1:] else {}
    if "position" in valeurs:
        position = valeurs.pop("position")
        if position.pop("precision") != "commune":
            valeurs["position"] = position
    return valeurs


def add_genres(lieu: LieuPublie, genres: set[str]) -> set[str]:
    """The kinds of a place and those that the standard's terms say besides."""
    programmes = {
        Programme.FRANCE_SERVICES: Genre.FRANCE_SERVICES,
        Programme.CONSEILLERS_NUMERIQUES: Genre.CONSEILLER_NUMERIQUE,
    }
    dits = {genre.value for programme, genre in programmes.items() if programme.value in lieu.programmes.split("\x1f")}
    dits |= {genre.value for code, genre in GENRES_IMPLIQUES.items() if code in lieu.typologies.split("\x1f")}
    return genres | dits


@pytest.mark.parametrize("ecrire", [mediation.write_csv, mediation.write_json])
def test_the_national_standard_comes_back(ecrire: Flux) -> None:
    @REGLAGES
    @given(draw_lieux())
    def check(lieux: list[LieuPublie]) -> None:
        exportes = [lieu for lieu in lieux if not mediation.list_manques(lieu)]
        if not exportes:
            return
        records = read_records("mediation", export_flux(ecrire, lieux))
        assert list(records) == [lieu.public_id for lieu in exportes]
        for lieu in exportes:
            valeurs, attendu = dict(records[lieu.public_id].valeurs), expect_mediation(lieu)
            genres = set(valeurs.pop("genres", []))
            attendus = add_genres(lieu, set(attendu.pop("genres", [])))
            assert genres == attendus
            assert valeurs == attendu
            assert str(records[lieu.public_id].date_maj) == find_date(lieu.dates)

    check()


# --- data·inclusion -------------------------------------------------------------------------------------------------


def test_data_inclusion_comes_back() -> None:
    """What it carries, on a place that has it all; services come back by their themes."""
    lieu = build_publie(
        "abc",
        pivot="43493312300029",
        telephone="+33298000001",
        courriel="accueil@exemple.fr",
        site_web="https://exemple.fr/",
        horaires="Mo-Fr 09:00-12:00",
        complement_adresse="2e étage",
        presentation="Une présentation.",
        fiche_acces_libre="https://acceslibre.exemple/fiche",
        prise_rdv="https://rdv.exemple/",
        services=[Service.DEMARCHES.value, Service.OUTILS_QUOTIDIEN.value, Service.ACCES.value],
        publics=["jeunes", "seniors"],
        frais=["gratuit"],
        modalites_acces=["se-presenter", "telephoner", "contacter-par-mail"],
        accompagnements=["dans-un-atelier-collectif", "a-distance"],
        genres=["france-services"],
        programmes=["aidants-connect", "france-services"],
        formations_labels=["fabriques-de-territoire"],
    )
    sans_service = build_publie("def", genres=["coworking"])
    records = read_records("data-inclusion", export_fichier(data_inclusion.write_archive, [lieu, sans_service]))
    premier, second = records.values()
    assert premier.identifiant == "tierslieux:tierslieux--abc"
    attendu = read_valeurs(lieu)
    del attendu["position"]["precision"]
    # The link of version 1 is that of any way to get in touch: the import does not take it for an appointment.
    assert premier.valeurs | {"prise_rdv": attendu["prise_rdv"]} == attendu
    assert str(premier.date_maj) == "2026-01-01"
    assert second.valeurs["nom"] == "Lieu d’essai"
    assert "services" not in second.valeurs


def test_invented_places_are_of_another_source() -> None:
    invente = build_publie("abc", mentions=("demonstration",), services=[Service.ACCES.value])
    assert SOURCES["demonstration"].est_inventee
    octets = export_fichier(data_inclusion.write_archive, [invente])
    assert list(read_records("data-inclusion", octets)) == ["tierslieux-lieux-inventes:tierslieux-lieux-inventes--abc"]
