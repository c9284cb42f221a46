"""Terms of the national standards, of every version, and the codes that they became."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from tierslieux.imports.contrat import Record
from tierslieux.imports.correspondances.correspondance import build_parse
from tierslieux.imports.correspondances.vocabulaires import (
    LISTES_FERMEES,
    VOCABULAIRES,
    build_cle_terme,
    list_codes,
    order_codes,
)


@pytest.mark.parametrize(
    ("vocabulaire", "terme", "codes"),
    [
        ("services", "Utiliser le numérique au quotidien", ("maitrise-des-outils-numeriques-du-quotidien",)),
        ("services", "S’équiper en matériel informatique", ("acquisition-de-materiel-informatique-a-prix-solidaire",)),
        ("services", "Maîtrise des outils numériques du quotidien", ("maitrise-des-outils-numeriques-du-quotidien",)),
        ("services", "numerique--acquerir-un-equipement", ("acquisition-de-materiel-informatique-a-prix-solidaire",)),
        ("services", "numerique", ()),
        ("publics", "Seniors (+ 65 ans)", ("seniors",)),
        ("publics", "Étudiants", ("etudiants",)),
        ("publics", "Adultes", ()),
        ("publics", "Surdité", ()),  # of the other list
        ("prises_en_charge", "Surdité", ("surdite",)),
        (
            "prises_en_charge",
            "Handicaps psychiques : troubles psychiatriques donnant lieu à des atteintes comportementales",
            ("handicaps-mentaux",),
        ),
        ("prises_en_charge", "Public langues étrangères", ("langues-etrangeres-autres",)),
        ("frais", "Adhésion : L'accès au lieu et/ou à ses services nécessite d'y adhérer", ("payant",)),
        ("frais", "Adhésion", ("payant",)),
        ("frais", "PAYANT", ("payant",)),
        ("frais", "pass-numerique", ()),
        ("accompagnements", "A ma place : une personne habilitée fait les démarches à ma place",
         ("accompagnement-individuel",)),
        ("accompagnements", "À distance", ("a-distance",)),
        ("modalites_acces", "envoyer-un-courriel", ("contacter-par-mail",)),
        ("programmes", "CNFS", ("conseillers-numeriques",)),
        ("programmes", "APTIC", ()),
        ("anciens_labels", "APTIC", ("APTIC",)),
        ("formations_labels", "Fabriques de Territoire", ("fabriques-de-territoire",)),
        ("formations_labels", "Étapes numériques (La Poste)", ("etapes-numeriques-la-poste",)),
        ("genres_labels", "ccas-cias", ("ccas",)),
        ("genres", "RFS", ("france-services",)),
        ("genres", "CSC", ("centre-social",)),  # implied, so that its code is kept as well
        ("typologies", "CSC", ("CSC",)),
        ("typologies", "BIB", ()),  # a kind expresses it
        ("genres", "PE", ("france-travail",)),  # the code of a former edition
    ],
)  # fmt: skip
def test_a_term_gives_its_codes(vocabulaire: str, terme: str, codes: tuple[str, ...]) -> None:
    assert VOCABULAIRES[vocabulaire][build_cle_terme(terme)] == codes


@pytest.mark.parametrize("champ", list(LISTES_FERMEES))
def test_every_code_and_label_means_itself(champ: str) -> None:
    for membre in LISTES_FERMEES[champ]:
        for terme in (membre.value, membre.libelle):
            assert VOCABULAIRES[champ][build_cle_terme(terme)] == (membre.value,)


def test_codes_come_in_the_order_of_their_list() -> None:
    assert order_codes("frais", ["payant", "gratuit", "payant"]) == ["gratuit", "payant"]
    assert order_codes("autres_sites_web", ["b", "a", "b"]) == ["b", "a"]
    assert list_codes("autres_sites_web") is None


def _list_termes(schema: Path, champ: str) -> list[str]:
    champs = {c["name"]: c for c in json.loads(schema.read_text(encoding="utf-8"))["fields"]}
    motif = champs.get(champ, {}).get("constraints", {}).get("pattern", "")
    interieur = re.search(r"\)\((?P<termes>.*)\)\)\+\$$", motif)
    return [re.sub(r"\\(.)", r"\1", terme) for terme in interieur["termes"].split("|")] if interieur else []


COLONNES = {
    "services": "services",
    "publics_accueillis": "publics",
    "publics_specifiquement_adresses": "publics",
    "prise_en_charge_specifique": "prises_en_charge",
    "conditions_acces": "frais",
    "frais_a_charge": "frais",
    "labels_nationaux": "programmes",
    "dispositif_programmes_nationaux": "programmes",
    "formations_labels": "formations_labels",
    "modalites_acces": "modalites_acces",
    "modalites_accompagnement": "accompagnements",
}


@pytest.mark.parametrize("colonne", list(COLONNES))
def test_every_term_of_the_published_schemas_is_known(raw_dir: Path, colonne: str) -> None:
    schemas = sorted((raw_dir / "schemas").glob("lieux-mediation-numerique_v*_tableschema.json"))
    termes = {terme for schema in schemas for terme in _list_termes(schema, colonne)}
    assert termes
    assert sorted(t for t in termes if build_cle_terme(t) not in VOCABULAIRES[COLONNES[colonne]]) == []


@pytest.mark.parametrize(
    ("fichier", "vocabulaire"),
    [
        ("data-inclusion-v0/profils.csv", "publics"),
        ("data-inclusion-v0/frais.csv", "frais"),
        ("data-inclusion-v0/modes_accueil.csv", "accompagnements"),
        ("data-inclusion-v0/typologies_de_services.csv", "accompagnements"),
        ("data-inclusion-v0/modes_orientation_beneficiaire.csv", "modalites_acces"),
        ("data-inclusion-v0/typologies_de_structures.csv", "typologies"),
        ("data-inclusion-v1/extra/publics.json", "prises_en_charge"),
        ("data-inclusion-v1/extra/frais.json", "frais"),
        ("data-inclusion-v1/extra/modes-accueil.json", "accompagnements"),
        ("data-inclusion-v1/extra/types-de-services.json", "accompagnements"),
        ("data-inclusion-v1/extra/modes-mobilisation.json", "modalites_acces"),
    ],
)
def test_every_value_of_data_inclusion_is_known(raw_dir: Path, fichier: str, vocabulaire: str) -> None:
    chemin = raw_dir / "schemas" / fichier
    texte = chemin.read_text(encoding="utf-8-sig")
    lignes = json.loads(texte) if fichier.endswith("json") else list(csv.DictReader(texte.splitlines()))
    termes = [ligne["value"] for ligne in lignes]
    assert [terme for terme in termes if build_cle_terme(terme) not in VOCABULAIRES[vocabulaire]] == []


@pytest.mark.parametrize(
    ("cellule", "attendus"),
    [
        ("TIERS_LIEUX", ["tiers-lieu"]),
        # A kind that the standard does not tell apart goes out as TIERS_LIEUX and its own name.
        ("TIERS_LIEUX|COWORKING", ["coworking"]),
        ("TIERS_LIEUX|TIERS_LIEU|COWORKING", ["tiers-lieu", "coworking"]),
        ("TIERS_LIEUX|FABLAB", ["tiers-lieu", "fablab"]),
    ],
)
def test_a_third_place_comes_back_as_the_kinds_it_went_out_with(cellule: str, attendus: list[str]) -> None:
    declaration = {"modele": "mediation"}
    contenu = f"id,nom,commune,code_postal,adresse,typologie\n1,a,Brest,29200,x,{cellule}\n".encode()
    (record,) = build_parse(declaration)(contenu)
    assert isinstance(record, Record)
    assert record.valeurs["genres"] == attendus
