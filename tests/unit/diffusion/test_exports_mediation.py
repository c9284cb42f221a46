"""The national standard: what a place becomes in it, what it cannot take, and what is said of that."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.factories.publies import build_contexte, build_publie
from tierslieux.diffusion.exports import mediation
from tierslieux.diffusion.exports.ecarts import Journal
from tierslieux.diffusion.exports.mediation import COLONNES, PIVOT_INCONNU, build_ligne


def build(**champs: Any) -> dict[str, Any]:
    """The row of a place that the standard takes whole."""
    ligne, ecarts = build_ligne(build_publie(**champs), ["Producteur d’essai"])
    assert ligne is not None
    assert ecarts == []
    return dict(zip(COLONNES, ligne, strict=True))


def test_a_place_in_the_terms_of_the_standard() -> None:
    ligne = build(
        public_id="abc",
        pivot="43493312300029",
        courriel="accueil@exemple.fr",
        autres_courriels=["contact@exemple.fr"],
        site_web="https://exemple.fr/",
        autres_sites_web=["https://exemple.org/"],
        telephone="+262262000001",
        itinerant=False,
        services=["aide-aux-demarches-administratives", "acces-internet-et-materiel-informatique"],
        publics=["familles-et-ou-enfants"],
        prises_en_charge=["langues-etrangeres-anglais"],
        frais=["gratuit-sous-condition", "payant"],
        programmes=["relais-numerique-emmaus-connect"],
        formations_labels=["etapes-numeriques-la-poste"],
        modalites_acces=["pas-de-public"],
        accompagnements=["a-distance"],
    )
    assert {champ: valeur for champ, valeur in ligne.items() if valeur is not None} == {
        "id": "abc",
        "pivot": "43493312300029",
        "nom": "Lieu d’essai",
        "commune": "Brest",
        "code_postal": "29200",
        "code_insee": "29019",
        "adresse": "1 rue Inventée",
        "latitude": 48.39,
        "longitude": -4.49,
        "typologie": "RFS",
        "telephone": "+262262000001",
        "courriels": "accueil@exemple.fr|contact@exemple.fr",
        "site_web": "https://exemple.fr/|https://exemple.org/",
        "source": "Producteur d’essai",
        "itinerance": "Fixe",
        "date_maj": "2026-01-01",
        "services": "Aide aux démarches administratives|Accès internet et matériel informatique",
        "publics_specifiquement_adresses": "Familles et/ou enfants",
        "prise_en_charge_specifique": "Langues étrangères (anglais)",
        "frais_a_charge": "Gratuit sous condition|Payant",
        "dispositif_programmes_nationaux": "Relais numérique (Emmaüs Connect)",
        "formations_labels": "Étapes numériques(La Poste)",
        "modalites_acces": "Ce lieu n'accueille pas de public",
        "modalites_accompagnement": "À distance",
    }


def test_an_unknown_pivot_is_fourteen_zeros() -> None:
    assert build(pivot=None)["pivot"] == PIVOT_INCONNU == "00000000000000"


def test_the_centre_of_a_commune_is_no_address() -> None:
    ligne = build(position={"lon": -4.49, "lat": 48.39, "precision": "commune"})
    assert (ligne["latitude"], ligne["longitude"]) == (None, None)


@pytest.mark.parametrize(
    ("genres", "typologies", "attendu"),
    [
        (["france-services", "la-poste"], [], "RFS|LA_POSTE"),
        (["tiers-lieu"], [], "TIERS_LIEUX"),
        (["fablab"], ["ESS"], "FABLAB|ESS"),
        # Kinds that the standard does not tell apart: a third place, then our own code.
        (["coworking"], [], "TIERS_LIEUX|COWORKING"),
        (["tiers-lieu-culturel", "micro-folie"], [], "TIERS_LIEUX|TIERS_LIEU_CULTUREL|MICRO_FOLIE"),
        (["tiers-lieu", "coworking"], [], "TIERS_LIEUX|TIERS_LIEU|COWORKING"),
        (["conseiller-numerique"], [], "CONSEILLER_NUMERIQUE"),
        # A kind that the place's own code implies is not said twice.
        (["centre-social"], ["CSC"], "CSC"),
        (["insertion"], ["ACI"], "ACI"),
        (["insertion"], [], "INSERTION"),
        ([], [], None),
    ],
)
def test_kinds_in_the_typology_of_the_standard(genres: list[str], typologies: list[str], attendu: str | None) -> None:
    assert build(genres=genres, typologies=typologies)["typologie"] == attendu


@pytest.mark.parametrize(
    ("champs", "champ", "valeur"),
    [
        ({"adresse": None}, "adresse", None),
        ({"commune_nom": None}, "commune", None),
        ({"code_postal": None}, "code_postal", None),
        ({"code_postal": "9880"}, "code_postal", "9880"),
        ({"date_maj": None}, "date_maj", None),
        ({"nom": ""}, "nom", None),
    ],
)
def test_a_place_without_a_required_field_is_told_not_exported(
    champs: dict[str, Any], champ: str, valeur: str | None
) -> None:
    ligne, ecarts = build_ligne(build_publie("abc", **champs), [])
    assert ligne is None
    assert [(e.id, e.champ, e.valeur, e.est_exporte) for e in ecarts] == [("abc", champ, valeur, False)]
    assert ecarts[0].raison.startswith("Le standard")


@pytest.mark.parametrize(
    ("champs", "colonne", "valeur", "reste"),
    [
        ({"telephone": "3949"}, "telephone", "3949", None),
        ({"telephone": "+352270000"}, "telephone", "+352270000", None),
        ({"commune_code": "99109"}, "code_insee", None, "99109"),
        ({"pivot": "123-456"}, "pivot", "123-456", PIVOT_INCONNU),
        ({"services": ["acces-internet-et-materiel-informatique", "ancien-service"]}, "services", "ancien-service",
         "Accès internet et matériel informatique"),
    ],
)  # fmt: skip
def test_a_value_that_the_standard_refuses_is_left_empty_and_told(
    champs: dict[str, Any], colonne: str, valeur: str | None, reste: str | None
) -> None:
    ligne, ecarts = build_ligne(build_publie(**champs), [])
    assert ligne is not None
    assert ligne[COLONNES.index(colonne)] == reste
    assert [(e.champ, e.valeur, e.est_exporte) for e in ecarts] == ([(colonne, valeur, True)] if valeur else [])


def test_a_summary_that_is_too_long_becomes_the_detail() -> None:
    ligne = build(presentation="x" * 281)
    assert (ligne["presentation_resume"], ligne["presentation_detail"]) == (None, "x" * 281)
    ligne_coupee, ecarts = build_ligne(build_publie(presentation="x" * 281, presentation_detail="détail"), [])
    assert ligne_coupee is not None
    assert ligne_coupee[COLONNES.index("presentation_resume")] == "x" * 279 + "…"
    assert [e.champ for e in ecarts] == ["presentation_resume"]


def test_a_summary_that_the_apostrophe_of_formulas_makes_too_long_is_the_detail() -> None:
    resume = "- " + "x" * 278
    ligne = build(presentation=resume)
    assert (ligne["presentation_resume"], ligne["presentation_detail"]) == (None, resume)
    ligne_coupee, _ = build_ligne(build_publie(presentation=resume, presentation_detail="détail"), [])
    assert ligne_coupee is not None
    assert ligne_coupee[COLONNES.index("presentation_resume")] == "- " + "x" * 276 + "…"


def test_the_csv_is_as_the_standard_wants_it() -> None:
    lieux = [build_publie("a", nom="=1+1", telephone="+33298000001"), build_publie("b", adresse=None)]
    octets = b"".join(mediation.write_csv([lieux], build_contexte(*lieux)))
    assert not octets.startswith(b"\xef\xbb\xbf")
    lignes = list(csv.DictReader(io.StringIO(octets.decode(), newline="")))
    assert [(ligne["id"], ligne["nom"], ligne["telephone"]) for ligne in lignes] == [("a", "'=1+1", "+33298000001")]
    assert tuple(lignes[0]) == COLONNES


def test_the_json_has_the_same_fields_without_the_empty_ones() -> None:
    lieux = [build_publie("a", nom="=1+1"), build_publie("b", adresse=None), build_publie("c", services=None)]
    objets = json.loads(b"".join(mediation.write_json([lieux[:2], lieux[2:]], build_contexte(*lieux))))
    assert [objet["id"] for objet in objets] == ["a", "c"]
    assert objets[0]["nom"] == "=1+1"
    assert objets[0]["latitude"] == 48.39
    assert "services" not in objets[1]
    assert json.loads(b"".join(mediation.write_json([], build_contexte()))) == []


def test_what_is_left_out_is_counted_and_written_beside() -> None:
    lieux = [
        build_publie("a", adresse=None, code_postal=None, nom="=1+1"),
        build_publie("b", telephone="3949"),
        build_publie("c"),
    ]
    sortie = io.BytesIO()
    journal = Journal(sortie)
    b"".join(mediation.write_csv([lieux], build_contexte(*lieux, journal=journal)))
    assert (journal.lieux, dict(journal.valeurs)) == (1, {"telephone": 1})
    texte = sortie.getvalue().decode("utf-8-sig")
    assert texte == b"".join(mediation.write_ecarts([lieux], build_contexte(*lieux))).decode("utf-8-sig")
    lignes = list(csv.reader(io.StringIO(texte, newline=""), delimiter=";"))
    assert lignes[0] == ["id", "nom", "champ", "valeur", "raison", "lieu_exporte"]
    assert [(ligne[0], ligne[1], ligne[2], ligne[3], ligne[5]) for ligne in lignes[1:]] == [
        ("a", "'=1+1", "adresse", "", "non"),
        ("a", "'=1+1", "code_postal", "", "non"),
        ("b", "Lieu d’essai", "telephone", "3949", "oui"),
    ]
