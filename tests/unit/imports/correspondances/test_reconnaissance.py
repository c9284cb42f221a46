"""What a given file is, and which column says what: models, renamed columns, six invented territories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierslieux.imports.correspondances.correspondance import build_parse
from tierslieux.imports.correspondances.reconnaissance import CIBLES, Proposition, propose
from tierslieux.imports.correspondances.synonymes import score_nom

DATA = Path(__file__).parents[3] / "data"

# Six spreadsheets as territories make them: (name, content, expected target of each column, None for none).
# Six files of places as territories make them (tests/data/territoires): the target of each column, None for none.
TERRITOIRES: dict[str, dict[str, str | None]] = {
    "communaute-de-communes.csv": {
        "N°": "identifiant",
        "Nom de la structure": "nom",
        "N° et voie": "adresse",
        "Code postal": "code_postal",
        "Ville": "commune_nom",
        "Tél.": "telephone",
        "Adresse mail": "courriel",
        "Site internet": "site_web",
        "Jours et horaires": "horaires",
        "Type de structure": "genres",
        "Observations": "presentation",
    },
    "sig-lambert93.csv": {
        "gid": "identifiant",
        "LIBELLE": "nom",
        "adr": "adresse",
        "cp_ville": "code_postal",
        "lib_com": "commune_nom",
        "insee_com": "commune_code",
        "coord_x": "longitude",
        "coord_y": "latitude",
        "typo": "genres",
        "maj": "date_maj",
        "surface_m2": None,
    },
    "formulaire.tsv": {
        "Horodateur": "date_maj",
        "Nom de votre espace": "nom",
        "Adresse postale": "adresse",
        "CP": "code_postal",
        "Commune": "commune_nom",
        "Coordonnées GPS": "coordonnees",
        "Téléphone fixe": "telephone",
        "Portable": "autres_telephones",
        "E-mail de contact": "courriel",
        "Page Facebook": "autres_sites_web",
        "Services proposés": "services",
        "Publics accueillis": "publics",
        "Nom du responsable": None,
    },
    "reseau.csv": {
        "code_site": "identifiant",
        "denomination": "nom",
        "voie": "adresse",
        "complement": "complement_adresse",
        "codePostal": "code_postal",
        "nomCommune": "commune_nom",
        "LAT": "latitude",
        "LON": "longitude",
        "lundi": "horaires_lundi",
        "mardi": "horaires_mardi",
        "mercredi": "horaires_mercredi",
        "jeudi": "horaires_jeudi",
        "vendredi": "horaires_vendredi",
        "samedi": "horaires_samedi",
        "siret": "pivot",
        "nb_postes": None,
    },
    "outre-mer.json": {
        "id": "identifiant",
        "name": "nom",
        "street": "adresse",
        "zipcode": "code_postal",
        "city": "commune_nom",
        "phone": "telephone",
        "email": "courriel",
        "website": "site_web",
        "opening_hours": "horaires",
        "lat": "latitude",
        "lng": "longitude",
        "last_update": "date_maj",
        "description": "presentation",
        "wheelchair": None,
    },
    "vague.csv": {
        "Lieu": "nom",
        "Où": "adresse",  # by what it holds
        "Ville": "commune_nom",
        "Contact": "telephone",  # by what it holds
        "Internet": "site_web",
        "Quand": "horaires",
        "Gratuit ?": "frais",
        "PMR": "accessible",
        "Gestionnaire": "structure_parente",
        "Habitants": None,
    },
}


def list_champs(proposition: Proposition) -> dict[str, str | None]:
    """The target proposed for each column."""
    return {colonne.nom: colonne.champ for colonne in proposition.colonnes}


def read_territoire(fichier: str) -> bytes:
    return (DATA / "territoires" / fichier).read_bytes()


@pytest.mark.parametrize("fichier", list(TERRITOIRES))
def test_columns_of_a_territory(fichier: str) -> None:
    contenu = read_territoire(fichier)
    proposition = propose(contenu, fichier)
    assert list_champs(proposition) == TERRITOIRES[fichier]
    assert proposition.modele is None
    records = list(build_parse(proposition.declaration)(contenu))
    assert len(records) == proposition.lues
    assert all("nom" in record.valeurs for record in records)


def test_precision_over_the_six_territories() -> None:
    justes = faux = oublies = 0
    for fichier, attendus in TERRITOIRES.items():
        for nom, champ in list_champs(propose(read_territoire(fichier), fichier)).items():
            justes += champ is not None and champ == attendus[nom]
            faux += champ is not None and champ != attendus[nom]
            oublies += champ is None and attendus[nom] is not None
    assert justes / (justes + faux) >= 0.98
    assert justes / (justes + oublies) >= 0.95


def test_what_was_recognised_is_said() -> None:
    contenu = read_territoire("sig-lambert93.csv").decode().encode("cp1252")
    reconnu = propose(contenu, "sig.csv").reconnu
    assert reconnu["encodage"] == "Windows-1252"
    assert reconnu["separateur"] == "virgule"
    assert reconnu["decimale"] == "virgule"
    assert reconnu["projection"] == "Lambert-93 (EPSG:2154)"


def test_without_identifier_a_digest_stands_for_it_and_is_said() -> None:
    contenu = read_territoire("vague.csv")
    proposition = propose(contenu, "lieux.csv")
    assert proposition.declaration["colonnes"]["identifiant"] == {"empreinte": ["Lieu", "Où", "Ville"]}
    dit = proposition.reconnu["identifiant"]
    assert dit == "aucune colonne unique : « Lieu », « Où » et « Ville » en tiennent lieu"
    identifiants = [record.identifiant for record in build_parse(proposition.declaration)(contenu)]
    assert len(set(identifiants)) == 3


def test_a_column_that_repeats_itself_is_no_identifier() -> None:
    contenu = "id,nom,ville\n1,Médiathèque,Brest\n1,Fablab,Brest\n"
    assert list_champs(propose(contenu.encode(), "x.csv"))["id"] is None


def test_kinds_are_mapped_value_by_value() -> None:
    contenu = read_territoire("communaute-de-communes.csv")
    proposition = propose(contenu, "lieux.csv")
    assert proposition.declaration["colonnes"]["genres"] == {
        "colonne": "Type de structure",
        "vocabulaire": "genres",
        "valeurs": {"Médiathèque": "bibliotheque"},
    }
    genres = [record.valeurs["genres"] for record in build_parse(proposition.declaration)(contenu)]
    assert genres == [["bibliotheque"], ["mairie"], ["centre-social"], ["ccas"]]


def test_coordinates_the_wrong_way_round_are_put_right() -> None:
    contenu = "nom,X,Y\nFablab du Port,47.2,-1.55\nAtelier,47.3,-1.5\nRuche,47.1,-1.6\n"
    champs = list_champs(propose(contenu.encode(), "x.csv"))
    assert (champs["X"], champs["Y"]) == ("latitude", "longitude")


def test_one_coordinate_alone_is_no_position() -> None:
    contenu = "nom,latitude\nFablab du Port,47.2\nAtelier,47.3\nRuche,47.1\n"
    assert list_champs(propose(contenu.encode(), "x.csv"))["latitude"] is None


def test_coordinates_of_no_known_system_are_left_out_and_it_is_said() -> None:
    contenu = "nom,x,y\nFablab du Port,99000000.5,99000000.5\nAtelier,99000001.5,99000000.5\n"
    proposition = propose(contenu.encode(), "x.csv")
    assert {"longitude", "latitude"} & proposition.declaration["colonnes"].keys() == set()
    assert "non reconnu" in proposition.reconnu["projection"]


def test_persons_are_neither_proposed_nor_shown() -> None:
    contenu = read_territoire("formulaire.tsv")
    responsable = next(c for c in propose(contenu, "x.tsv").colonnes if c.nom == "Nom du responsable")
    assert (responsable.exemples, responsable.champ) == ((), None)


@pytest.mark.parametrize(
    ("fichier", "modele", "source_id"),
    [
        ("france_services.csv", "france-services", "france-services"),
        ("conseillers_numeriques.json", "mediation", None),
        ("mediation_1_0_2.csv", "mediation", None),
        ("mediation_aura.json", "mediation", None),
        ("bus_charente.json", "mediation", "bus-charente"),
        ("data_inclusion.v0.json", "data-inclusion", None),
        ("data_inclusion.v1.json", "data-inclusion", None),
        ("bibliotheques.csv", None, "bibliotheques"),
        ("tiers_lieux_cget.csv", None, "tiers-lieux-cget"),
        ("tiers_lieux_bretagne.geojson", None, "tiers-lieux-bretagne"),
        ("maine_et_loire.json", None, "maine-et-loire"),
    ],
)
def test_models_and_sources_are_recognised(fichier: str, modele: str | None, source_id: str | None) -> None:
    proposition = propose((DATA / fichier).read_bytes(), fichier)
    assert (proposition.modele, proposition.source_id) == (modele, source_id)


def test_the_name_of_a_file_tells_publishers_of_one_schema_apart() -> None:
    contenu = (DATA / "conseillers_numeriques.json").read_bytes()
    assert propose(contenu, "mediation_charente_2024.json").source_id == "mediation-charente"
    assert propose(contenu, "mediation_national_cnfs_2023-01.json").source_id == "conseillers-numeriques"


def test_columns_that_a_model_lacks_are_guessed_beside_it() -> None:
    proposition = propose((DATA / "bus_charente.json").read_bytes(), "bus.json")
    assert proposition.declaration["colonnes"] == {"pivot": "SIRET"}
    assert list_champs(proposition)["services"] == "services"


def test_columns_of_a_national_schema_that_were_renamed_are_still_recognised() -> None:
    items = json.loads((DATA / "mediation_nouvelle_caledonie.json").read_text(encoding="utf-8"))
    noms = {"nom": "Nom du lieu", "adresse": "Adresse complète", "code_postal": "CP", "telephone": "Téléphone"}
    renommes = [{noms.get(cle, cle): valeur for cle, valeur in item.items()} for item in items]
    champs = list_champs(propose(json.dumps(renommes).encode(), "x.json"))
    assert {noms.get(c, c): champs[noms.get(c, c)] for c in (*noms, "commune", "services", "longitude")} == {
        "Nom du lieu": "nom",
        "Adresse complète": "adresse",
        "CP": "code_postal",
        "Téléphone": "telephone",
        "commune": "commune_nom",
        "services": "services",
        "longitude": "longitude",
    }


def test_no_target_is_proposed_twice() -> None:
    contenu = "nom,mail,email,Tél,téléphone\nA,a@exemple.fr,b@exemple.fr,0298001122,0298001123\n"
    champs = [champ for champ in list_champs(propose(contenu.encode(), "x.csv")).values() if champ]
    assert len(champs) == len(set(champs))


@pytest.mark.parametrize(
    ("nom", "cible"),
    [
        ("Code postal", "code_postal"),
        ("CODE_POSTAL", "code_postal"),
        ("codePostal", "code_postal"),
        ("cp_ville", "code_postal"),
        ("Libellé", "nom"),
        ("Tél.", "telephone"),
        ("N° de téléphone", "telephone"),
        ("LAT", "latitude"),
        ("coord_x", "longitude"),
        ("Adresse e-mail", "courriel"),
        ("Code INSEE", "commune_code"),
        ("Nom commune", "commune_nom"),
        ("Horaires d’ouverture", "horaires"),
        ("h_lundi", "horaires_lundi"),
        ("Date de mise à jour", "date_maj"),
    ],
)
def test_names_of_columns(nom: str, cible: str) -> None:
    scores = score_nom(nom)
    assert max(scores, key=lambda champ: scores[champ]) == cible


def test_every_target_has_a_label() -> None:
    assert all(libelle and not libelle.islower() for libelle in CIBLES.values())
