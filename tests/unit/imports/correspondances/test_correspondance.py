"""Declarations of sources: each key, each refusal with its key and value, the models, our own export read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Avertissement, Record, Reject
from tierslieux.imports.correspondances.correspondance import build_parse, build_source
from tierslieux.imports.correspondances.declaration import list_modeles
from tierslieux.imports.registre import load_sources

DATA = Path(__file__).parents[3] / "data"
IDENTITE = {
    "id": "essai",
    "libelle": "Essai",
    "producteur": "Territoire inventé",
    "licence": "Licence Ouverte 2.0",
    "edition": "2024",
    "cadence": "annuelle",
    "confiance": 50,
}


WIFI = {"Wi-Fi": "acces-internet-et-materiel-informatique"}


def parse_lignes(colonnes: dict[str, Any], *lignes: dict[str, Any], **tables: Any) -> list[Any]:
    """The results of rows read by a declaration; identifier and name are columns "id" and "nom" unless told."""
    declaration = {**tables, "colonnes": {"identifiant": "id", "nom": "nom", **colonnes}}
    completes = [{"id": str(rang), "nom": "Lieu", **ligne} for rang, ligne in enumerate(lignes, 1)]
    return list(build_parse(declaration)(json.dumps(completes).encode()).resultats)


def parse_une(colonnes: dict[str, Any], ligne: dict[str, Any], **tables: Any) -> dict[str, Any]:
    """The values of one row, but its name."""
    (record,) = parse_lignes(colonnes, ligne, **tables)
    assert isinstance(record, Record)
    return {champ: valeur for champ, valeur in record.valeurs.items() if champ != "nom"}


@pytest.mark.parametrize(
    ("entree", "ligne", "attendu"),
    [
        ("a", {"a": "1 rue X"}, "1 rue X"),
        ("a", {"a": ""}, None),
        (["a", "b"], {"a": "1", "b": "rue X"}, "1, rue X"),
        (["a", "b"], {"a": "rue X", "b": "rue X"}, "rue X"),
        ({"colonnes": ["a", "b"], "joint": " "}, {"a": "1", "b": "rue X"}, "1 rue X"),
        ({"premiere": ["a", "b"]}, {"a": "", "b": "rue X"}, "rue X"),
        ({"premiere": ["absente", "b"]}, {"b": "rue X"}, "rue X"),
        ({"constante": "Le Bourg"}, {}, "Le Bourg"),
        ({"colonne": "a", "absentes": ["-"]}, {"a": "-"}, None),
        ({"colonne": "a", "sans_suffixe": ".0"}, {"a": "12.0"}, "12"),
        ({"colonne": "a", "prefixe": "n° "}, {"a": "12"}, "n° 12"),
        ({"colonne": "a", "remplace": {"<br />": ", "}}, {"a": "Halle<br />rue X"}, "Halle, rue X"),
        ({"colonne": "a", "valeurs": {"HV": "Hôtel de ville", "?": ""}}, {"a": "hv"}, "Hôtel de ville"),
        ({"colonne": "a", "valeurs": {"HV": "Hôtel de ville", "?": ""}}, {"a": "?"}, None),
        ({"colonne": "a", "valeurs": {"HV": "Hôtel de ville"}}, {"a": "rue X"}, "rue X"),
        ({"colonne": "a", "defaut": "Le Bourg"}, {"a": ""}, "Le Bourg"),
    ],
)
def test_texts(entree: Any, ligne: dict[str, Any], attendu: str | None) -> None:
    complete = {"a": "", "b": "", **ligne}
    assert parse_une({"adresse": entree}, complete).get("adresse") == attendu


@pytest.mark.parametrize(
    ("entree", "ligne", "attendu"),
    [
        ("a", {"a": "Accéder à du matériel;Créer avec le numérique"}, ["loisirs", "acces"]),
        ("a", {"a": "Accès internet et matériel informatique|Loisirs et créations numériques"}, ["loisirs", "acces"]),
        ("a", {"a": ["Accéder à du matériel"]}, ["acces"]),
        (["a", "b"], {"a": "Accéder à du matériel", "b": "Créer avec le numérique"}, ["loisirs", "acces"]),
        ({"premiere": ["a", "b"]}, {"a": "", "b": "Accéder à du matériel"}, ["acces"]),
        ({"colonne": "a", "valeurs": {"Oui": "acces-internet-et-materiel-informatique"}}, {"a": "OUI"}, ["acces"]),
        ({"colonne": "a", "valeurs": {"*": "acces-internet-et-materiel-informatique"}}, {"a": "x"}, ["acces"]),
        ({"colonne": "a", "valeurs": {"*": "acces-internet-et-materiel-informatique"}}, {"a": ""}, []),
        ({"constante": "loisirs-et-creations-numeriques"}, {}, ["loisirs"]),
        (
            {"colonne": "a", "valeurs": {}, "defaut": "loisirs-et-creations-numeriques"},
            {"a": "autre chose"},
            ["loisirs"],
        ),
        ({"colonne": "a", "contient": WIFI}, {"a": "du wi fi"}, ["acces"]),
        ({"colonne": "a", "contient": WIFI}, {"a": "wifille"}, []),
        (
            "services[].t",
            {"services": [{"t": ["Accéder à du matériel"]}, {"t": "Créer avec le numérique"}]},
            ["loisirs", "acces"],
        ),
    ],
)
def test_lists(entree: Any, ligne: dict[str, Any], attendu: list[str]) -> None:
    noms = {"loisirs-et-creations-numeriques": "loisirs", "acces-internet-et-materiel-informatique": "acces"}
    valeurs = parse_une({"services": entree}, {"a": "", "b": "", "services": [], **ligne})
    assert [noms[code] for code in valeurs.get("services", [])] == attendu


def test_an_unknown_term_is_left_out_and_counted_unless_it_is_expected() -> None:
    (signale,) = parse_lignes({"services": "a"}, {"a": "Télécopier;Accéder à du matériel"})
    assert signale.valeurs["services"] == ["acces-internet-et-materiel-informatique"]
    assert signale.avertissements == (Avertissement.VALEUR_INCONNUE,)
    (tu,) = parse_lignes({"services": {"colonne": "a", "autres": "ignorer"}}, {"a": "Télécopier"})
    assert tu.avertissements == ()


@pytest.mark.parametrize(
    ("entree", "cellule", "attendu"),
    [
        ("a", "Oui", True),
        ("a", "FAUX", False),
        ("a", "", None),
        ("a", "parfois", None),
        ({"colonne": "a", "valeurs": {"Bus": True, "Fixe": False, "NR": ""}}, "bus", True),
        ({"colonne": "a", "valeurs": {"Bus": True, "Fixe": False, "NR": ""}}, "NR", None),
        ({"colonne": "a", "valeurs": {"Bus": True}, "defaut": False}, "", False),
        ({"constante": True}, "", True),
    ],
)
def test_yes_and_no(entree: Any, cellule: str, attendu: bool | None) -> None:  # noqa: FBT001  (a case)
    assert parse_une({"itinerant": entree}, {"a": cellule}).get("itinerant") is attendu


def test_what_comes_after_the_first_contact_goes_to_its_list() -> None:
    colonnes = {
        "telephone": {"colonne": "tel", "separateur": "|;"},
        "courriel": {"colonne": "mail", "separateur": "|"},
        "site_web": {"colonne": "web", "separateur": "|"},
        "autres_telephones": "tel2",
    }
    ligne = {
        "tel": "0298001122; 0298001133",
        "tel2": "0298001144",
        "mail": "a@exemple.fr",
        "web": "https://exemple.fr/a;b,c, https://exemple.fr/d",
    }
    assert parse_une(colonnes, ligne) == {
        "telephone": "0298001122",
        "autres_telephones": ["0298001133", "0298001144"],
        "courriel": "a@exemple.fr",
        "site_web": "https://exemple.fr/a;b,c",
        "autres_sites_web": ["https://exemple.fr/d"],
    }


def test_a_digest_stands_for_an_identifier() -> None:
    colonnes = {"identifiant": {"empreinte": ["nom", "rue"]}}
    lignes = [{"rue": "1 rue X"}, {"rue": "1, RUE X"}, {"rue": "2 rue X"}, {"nom": "", "rue": ""}]
    un, ecrit_autrement, autre, vide = parse_lignes(colonnes, *lignes)
    assert un.identifiant == ecrit_autrement.identifiant != autre.identifiant
    assert len(un.identifiant) == 16
    assert isinstance(vide, Reject)
    assert (vide.code.value, vide.champ) == ("IDENTIFIANT_MANQUANT", "nom")


@pytest.mark.parametrize(
    ("colonnes", "ligne", "attendu"),
    [
        ({"longitude": "x", "latitude": "y"}, {"x": "-4,49", "y": "48,40"}, (-4.49, 48.40)),
        ({"longitude": "x", "latitude": "y"}, {"x": "-4.49", "y": ""}, None),
        ({"coordonnees": "geo"}, {"geo": "48.40, -4.49"}, (-4.49, 48.40)),
        ({"coordonnees": "geo"}, {"geo": "48,40 ; -4,49"}, (-4.49, 48.40)),
        ({"coordonnees": "geo"}, {"geo": {"lon": -4.49, "lat": 48.40}}, (-4.49, 48.40)),
        ({"coordonnees": "geo"}, {"geo": {"type": "Point", "coordinates": [-4.49, 48.40]}}, (-4.49, 48.40)),
    ],
)
def test_positions(colonnes: dict[str, Any], ligne: dict[str, Any], attendu: tuple[float, float] | None) -> None:
    position = parse_une(colonnes, {"x": "", "y": "", "geo": "", **ligne}).get("position")
    assert (None if position is None else (position["lon"], position["lat"])) == attendu


def test_a_projection_is_told_or_recognised_by_the_departements_of_the_rows() -> None:
    # The town hall of Le Mans: 0.1996° E, 48.0077° N is 491 223 ; 6 771 179 in Lambert-93 (pyproj).
    ligne = {"x": "491223", "y": "6771179", "cp": "72000"}
    colonnes = {"longitude": "x", "latitude": "y", "code_postal": "cp"}
    for tables in ({}, {"lecture": {"projection": "EPSG:2154"}}):
        position = parse_une(colonnes, ligne, **tables)["position"]
        assert position["lon"] == pytest.approx(0.1996, abs=2e-4)
        assert position["lat"] == pytest.approx(48.0077, abs=2e-4)


def test_coordinates_of_no_known_system_refuse_the_file() -> None:
    with pytest.raises(SourceError, match="ni en degrés ni d’un système reconnu"):
        parse_lignes({"longitude": "x", "latitude": "y"}, {"x": "99999999", "y": "99999999"})


def test_a_position_that_its_own_geocoding_contradicts_is_left_out() -> None:
    colonnes = {"longitude": "x", "latitude": "y", "commune_code": "insee"}
    lignes = [{"x": "1", "y": "46", "insee": "1053", "geo": geo} for geo in ("01053", "75056", "")]
    garde, ecarte, muet = parse_lignes(colonnes, *lignes, position={"commune_geocodee": "geo"})
    assert ("position" in garde.valeurs, "position" in ecarte.valeurs, "position" in muet.valeurs) == (
        True,
        False,
        True,
    )
    assert ecarte.avertissements == (Avertissement.POSITION_ECARTEE,)


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("2024-05-09", dt.date(2024, 5, 9)),
        ("2024-05-09T10:00:00Z", dt.date(2024, 5, 9)),
        ("09/05/2024", dt.date(2024, 5, 9)),
        ("09/0102023", None),
        ("bientôt", None),
    ],
)
def test_dates(texte: str, attendue: dt.date | None) -> None:
    (record,) = parse_lignes({"date_maj": "maj"}, {"maj": texte})
    assert record.date_maj == attendue
    assert (Avertissement.DATE_ILLISIBLE in record.avertissements) is (attendue is None)


def test_weekly_columns_strictly_written_or_handed_on_as_a_sentence() -> None:
    colonnes = {"horaires_lundi": "lu", "horaires_mardi": "ma"}
    stricte = {"lu": "09:00 - 12:00 / 13:30 - 17:00", "ma": ""}
    libre = {"lu": "9h-12h", "ma": "fermé"}
    assert parse_une(colonnes, stricte)["horaires"] == "Mo 09:00-12:00,13:30-17:00"
    assert parse_une(colonnes, libre)["horaires"] == "lundi 9h-12h ; mardi fermé"
    (record,) = parse_lignes(colonnes, libre, lecture={"jours": "stricte"})
    assert "horaires" not in record.valeurs
    assert record.avertissements == (Avertissement.HORAIRES_ILLISIBLES,)


def test_hours_of_one_week_in_two() -> None:
    colonnes, semaines = {"horaires": "h"}, {"colonne": "s", "valeurs": {"paire": "paires", "impaire": "impaires"}}
    for parite, attendus in (
        ("Paire", "week 02-52/2 Mo 09:00-12:00; week 02-52/2 Tu 14:00-16:00; PH off"),
        ("impaire", "week 01-53/2 Mo 09:00-12:00; week 01-53/2 Tu 14:00-16:00; PH off"),
        ("toutes", "Mo 09:00-12:00; Tu 14:00-16:00; PH off"),
    ):
        ligne = {"h": "Mo 09:00-12:00; Tu 14:00-16:00; PH off", "s": parite}
        assert parse_une(colonnes, ligne, semaines=semaines)["horaires"] == attendus


def test_rows_are_rejected_by_a_value() -> None:
    rejet = [{"colonne": "etat", "valeurs": ["FERME", "À venir"], "code": "NON_OUVERT_AU_PUBLIC"}]
    ouvert, ferme = parse_lignes({}, {"etat": "OUVERT"}, {"etat": "Fermé"}, rejet=rejet)
    assert isinstance(ouvert, Record)
    assert (ferme.code.value, ferme.champ, ferme.valeur) == ("NON_OUVERT_AU_PUBLIC", "etat", "Fermé")


def test_a_file_without_the_columns_that_are_named_is_refused() -> None:
    with pytest.raises(SourceError, match="colonnes absentes : « rue »"):
        parse_lignes({"adresse": "rue"}, {})
    # One of several is enough, and may be missing altogether.
    assert parse_une({"adresse": {"premiere": ["rue", "voie"]}}, {}) == {}


def test_a_model_is_extended_field_by_field() -> None:
    contenu = (DATA / "mediation_1_0_2.csv").read_bytes()
    declaration = {"modele": "mediation", "colonnes": {"telephone": False, "presentation": "source"}}
    (record,) = build_parse(declaration)(contenu)
    assert isinstance(record, Record)
    assert "telephone" not in record.valeurs
    assert record.valeurs["presentation"] == "Exemple"
    assert record.valeurs["courriel"] == "contact@exemple.fr"


def test_the_national_schema_1_0_2_is_read_whole() -> None:
    (record,) = build_parse({"modele": "mediation"})((DATA / "mediation_1_0_2.csv").read_bytes())
    assert isinstance(record, Record)
    assert record.date_maj == dt.date(2024, 4, 2)
    assert record.avertissements == ()
    assert record.valeurs == {
        "nom": "Anonymat",
        "pivot": "43493312300029",
        "adresse": "12 BIS RUE INVENTÉE",
        "complement_adresse": "Le patio",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "position": {"lon": -4.491, "lat": 48.401},
        "telephone": "+33298001122",
        "autres_telephones": ["+33298001133"],
        "courriel": "contact@exemple.fr",
        "autres_courriels": ["accueil@exemple.fr"],
        "site_web": "https://exemple.fr/",
        "autres_sites_web": ["https://www.facebook.com/exemple/"],
        "prise_rdv": "https://rdv.exemple.fr/",
        "horaires": "Mo-Fr 09:00-12:00",
        "presentation": "Un lieu inventé.",
        "presentation_detail": "Un lieu inventé, en détail.",
        "structure_parente": "Réseau inventé",
        "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/app/29-brest/erp/anonymat/",
        "itinerant": True,
        "genres": ["tiers-lieu", "conseiller-numerique", "association"],
        "typologies": ["UDAF"],
        "services": ["maitrise-des-outils-numeriques-du-quotidien", "utilisation-securisee-du-numerique"],
        "publics": ["jeunes", "etudiants"],
        "prises_en_charge": ["surdite", "langues-etrangeres-anglais"],
        "frais": ["gratuit-sous-condition", "payant"],
        "programmes": ["aidants-connect", "conseillers-numeriques", "la-croix-rouge"],
        "formations_labels": ["mon-espace-sante", "etapes-numeriques-la-poste"],
        "autres_formations_labels": ["Label et la bête"],
        "modalites_acces": ["se-presenter", "prendre-un-rdv-en-ligne"],
        "accompagnements": ["en-autonomie", "a-distance"],
    }


def test_data_inclusion_version_0() -> None:
    mjc, foyer = build_parse({"modele": "data-inclusion"})((DATA / "data_inclusion.v0.json").read_bytes())
    assert isinstance(mjc, Record)
    assert isinstance(foyer, Record)
    assert (mjc.identifiant, foyer.identifiant) == ("dora:1", "siao:1")
    assert mjc.valeurs["genres"] == ["mjc"]
    assert mjc.valeurs["services"] == [
        "aide-aux-demarches-administratives",
        "maitrise-des-outils-numeriques-du-quotidien",
        "acces-internet-et-materiel-informatique",
    ]
    assert mjc.valeurs["publics"] == ["jeunes", "seniors"]
    assert mjc.valeurs["prises_en_charge"] == ["handicaps-mentaux"]
    assert mjc.valeurs["frais"] == ["gratuit", "gratuit-sous-condition"]
    assert mjc.valeurs["modalites_acces"] == ["se-presenter", "telephoner"]
    assert mjc.valeurs["accompagnements"] == ["accompagnement-individuel", "dans-un-atelier-collectif", "a-distance"]
    assert (mjc.valeurs["programmes"], mjc.valeurs["formations_labels"]) == (
        ["aidants-connect"],
        ["fabriques-de-territoire"],
    )
    assert mjc.valeurs["prise_rdv"] == "https://rdv.exemple.fr/1"
    assert foyer.valeurs["typologies"] == ["RS_FJT"]
    assert "services" not in foyer.valeurs
    assert mjc.avertissements == foyer.avertissements == ()


def test_data_inclusion_version_1() -> None:
    (centre,) = build_parse({"modele": "data-inclusion"})((DATA / "data_inclusion.v1.json").read_bytes())
    assert isinstance(centre, Record)
    assert centre.valeurs["services"] == [
        "aide-aux-demarches-administratives",
        "maitrise-des-outils-numeriques-du-quotidien",
    ]
    assert centre.valeurs["genres"] == ["conseiller-numerique", "ccas"]
    assert (centre.valeurs["publics"], centre.valeurs["frais"]) == (["familles-et-ou-enfants"], ["gratuit"])
    assert (centre.valeurs["telephone"], centre.valeurs["courriel"]) == ("0298001133", "accueil@exemple.fr")
    assert (centre.valeurs["horaires"], centre.valeurs["presentation"]) == (
        "Tu 14:00-17:00",
        "Un centre social inventé.",
    )
    assert centre.avertissements == ()


EXPORT: dict[str, Any] = {
    "nom": "Tiers-lieu inventé",
    "adresse": "1 rue Inventée",
    "complement_adresse": "Halle B",
    "code_postal": "29200",
    "commune_code": "29019",
    "commune_nom": "Brest",
    "position": {"lon": -4.4910001, "lat": 48.4010002, "precision": "commune"},
    "telephone": "+33298001122",
    "autres_telephones": ["+33298001133", "3949"],
    "courriel": "contact@exemple.fr",
    "autres_courriels": ["accueil@exemple.fr"],
    "site_web": "https://exemple.fr/a;b,c",
    "autres_sites_web": ["https://exemple.fr/d", "https://exemple.fr/e;f"],
    "prise_rdv": "https://rdv.exemple.fr",
    "horaires": "Mo-Fr 09:00-12:00; PH off",
    "presentation": "Courte ; avec signes.",
    "presentation_detail": "Longue, « avec guillemets ».",
    "structure_parente": "Réseau",
    "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/x",
    "pivot": "43493312300029",
    "itinerant": False,
    "accessible": True,
    "ferme": True,
    "genres": ["tiers-lieu", "association"],
    "services": ["aide-aux-demarches-administratives", "loisirs-et-creations-numeriques"],
    "programmes": ["aidants-connect"],
    "publics": ["jeunes", "femmes"],
    "prises_en_charge": ["surdite"],
    "frais": ["gratuit", "payant"],
    "modalites_acces": ["telephoner"],
    "accompagnements": ["en-autonomie"],
    "formations_labels": ["sud-labs-paca"],
    "typologies": ["CAP_EMPLOI", "UDAF"],
    "autres_formations_labels": ["Label; inventé", "Autre"],
}


def write_export(valeurs: dict[str, Any]) -> bytes:
    """One row as this site exports it."""
    position = valeurs.pop("position")
    plates = {"identifiant": "abc123", "date_maj": "2024-04-02", **valeurs}
    plates |= {"longitude": position["lon"], "latitude": position["lat"], "precision": position["precision"]}
    textes = {
        champ: "|".join(v) if isinstance(v, list) else ("oui" if v else "non") if isinstance(v, bool) else str(v)
        for champ, v in plates.items()
    }
    flux = io.StringIO()
    redacteur = csv.DictWriter(flux, list(textes))
    redacteur.writeheader()
    redacteur.writerow(textes)
    return flux.getvalue().encode()


def test_our_own_export_is_read_back_without_loss() -> None:
    lecture = build_parse({"modele": "tierslieux"})(write_export(dict(EXPORT)))
    (record,) = lecture
    assert isinstance(record, Record)
    assert (record.identifiant, record.date_maj) == ("abc123", dt.date(2024, 4, 2))
    assert record.valeurs == EXPORT
    assert record.avertissements == ()


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ({"colonne": {}}, "« déclaration » vaut « colonne ».*vouliez-vous dire « colonnes »"),
        ({"colonnes": {"nom": "n"}}, "« identifiant »"),
        ({"colonnes": {"adrese": "a"}}, r"« \[colonnes\] » vaut « adrese ».*« adresse »"),
        ({"colonnes": {"adresse": {"colone": "a"}}}, "« adresse » vaut « colone ».*« colonne »"),
        ({"colonnes": {"adresse": {"joint": " "}}}, "« adresse » vaut « rien »"),
        ({"colonnes": {"adresse": {"colonne": "a", "premiere": ["b"]}}}, "une seule clé"),
        ({"colonnes": {"adresse": 3}}, "vaut « 3 » ; attendu : une table"),
        ({"colonnes": {"services": {"colonne": "a", "valeurs": {"x": "acces"}}}}, "« acces ».*un code"),
        ({"colonnes": {"services": {"colonne": "a", "vocabulaire": "servises"}}}, "« servises ».*« services »"),
        ({"colonnes": {"services": {"colonne": "a", "vocabulaire": "publics"}}}, "un vocabulaire dont les codes"),
        ({"colonnes": {"services": {"colonne": "a", "autres": "taire"}}}, "« taire ».*« signaler » ou « ignorer »"),
        ({"colonnes": {"itinerant": {"colonne": "a", "valeurs": {"x": "oui"}}}}, "« oui ».*true, false"),
        ({"colonnes": {"longitude": "x"}}, "les deux colonnes"),
        ({"colonnes": {}, "modele": "mediations"}, "« mediations ».*« mediation »"),
        ({"colonnes": {}, "lecture": {"projection": "Lambert"}}, "« Lambert ».*EPSG:2154"),
        ({"colonnes": {}, "lecture": {"separateur": ","}}, "« separateur »"),
        ({"colonnes": {}, "lecture": {"jours": "souple"}}, "« souple »"),
        ({"colonnes": {}, "rejet": [{"colonne": "a", "valeurs": ["x"], "code": "FERME"}]}, "« FERME ».*un code"),
        ({"colonnes": {}, "rejet": [{"valeurs": ["x"]}]}, "« None » ; attendu : un texte"),
        ({"colonnes": {}, "semaines": {"colonne": "s", "valeurs": {"A": "impares"}}}, "« impares ».*« impaires »"),
        ({"colonnes": {}, "position": {"commune_geocodee": "g"}}, "commune_code"),
        ({"colonnes": {"precision": {"colonne": "p", "valeurs": {"a": "quartier"}}}}, "« quartier ».*une précision"),
    ],
)  # fmt: skip
def test_each_wrong_key_or_value_is_refused_by_its_name(declaration: dict[str, Any], message: str) -> None:
    complete = {**declaration, "colonnes": dict(declaration.get("colonnes", {}))}
    if "nom" not in complete["colonnes"]:
        complete["colonnes"] = {"identifiant": "id", "nom": "nom", **complete["colonnes"]}
    with pytest.raises(SourceError, match=message):
        build_parse(complete, origine="essai")


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"licence": None}, "« licence » vaut «  ».*obligatoire"),
        ({"confiance": "forte"}, "« confiance » vaut « forte » ; attendu : un nombre entier"),
        ({"confiance": 120}, "un rang de 0 à 100"),
        ({"date_edition": "hier"}, "« hier »"),
        ({"est_offre": "non"}, "true ou false"),
        ({"rafraichissement_jours": 0}, "au moins 1 jour"),
        ({"cadense": "annuelle"}, "« cadense ».*« cadence »"),
    ],
)
def test_each_wrong_identity_is_refused(champs: dict[str, Any], message: str) -> None:
    declaration = {**IDENTITE, "colonnes": {"identifiant": "id", "nom": "nom"}, **champs}
    with pytest.raises(SourceError, match=message):
        build_source({cle: v for cle, v in declaration.items() if v is not None}, origine="essai")


def test_a_whole_declaration_gives_a_source() -> None:
    declaration = {
        **IDENTITE,
        "url": "https://exemple.fr/lieux.csv",
        "date_edition": dt.date(2024, 5, 1),
        "rafraichissement_jours": 30,
        "est_offre": False,
        "colonnes": {"identifiant": "id", "nom": "nom", "adresse": ["n", "rue"]},
    }
    source = build_source(declaration, origine="essai")
    assert (source.id, source.rafraichissement_jours, source.est_offre) == ("essai", 30, False)
    assert source.colonnes == ("id", "nom", "n", "rue")
    assert source.correspondance == declaration
    # What a page keeps as JSON has its dates as texts.
    assert build_source({**declaration, "date_edition": "2024-05-01"}, origine="e").date_edition == dt.date(2024, 5, 1)


def test_every_model_can_be_built() -> None:
    assert list_modeles() == ["data-inclusion", "france-services", "mediation", "tierslieux"]
    for modele in list_modeles():
        assert build_parse({"modele": modele})


def test_declared_sources_are_loaded_in_their_order(tmp_path: Path) -> None:
    for nom, ordre in (("b", 1), ("a", 2)):
        dossier = tmp_path / nom
        dossier.mkdir()
        lignes = [f"{cle} = {json.dumps(v, ensure_ascii=False)}" for cle, v in {**IDENTITE, "id": nom}.items()]
        corps = "\n".join([*lignes, f"ordre = {ordre}", '[colonnes]\nidentifiant = "id"\nnom = "nom"'])
        (dossier / "source.toml").write_text(corps, encoding="utf-8")
    assert [source.id for source in load_sources(tmp_path)] == ["b", "a"]
    (tmp_path / "a").rename(tmp_path / "c")
    with pytest.raises(SourceError, match="« id » vaut « a », pas le nom du dossier"):
        load_sources(tmp_path)
    (tmp_path / "c" / "source.toml").write_text("id = ", encoding="utf-8")
    with pytest.raises(SourceError, match=r"c/source\.toml : illisible"):
        load_sources(tmp_path)
