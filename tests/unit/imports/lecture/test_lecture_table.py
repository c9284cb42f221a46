"""Any file of text: separator, header, JSON wherever its list stands, GeoJSON, data·inclusion."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.classeurs import build_zip
from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import RECONNU, Reject, RejectCode
from tierslieux.imports.lecture import lignes
from tierslieux.imports.lecture.lecture import Ligne, Table, read_table


def read(contenu: bytes | str, **options: Any) -> list[Ligne | Reject]:
    return list(read_table(contenu.encode() if isinstance(contenu, str) else contenu, **options).lignes)


def list_cellules(contenu: bytes | str) -> list[dict[str, Any]]:
    return [ligne.cellules for ligne in read(contenu) if isinstance(ligne, Ligne)]


@pytest.mark.parametrize(
    ("signe", "mot"), [(",", "virgule"), (";", "point-virgule"), ("\t", "tabulation"), ("|", "barre verticale")]
)
def test_the_separator_is_recognised_and_said(signe: str, mot: str) -> None:
    table = read_table(f"id{signe}nom{signe}lat\n1{signe}a{signe}2\n".encode())
    assert table.reconnu == {"format": "CSV", "encodage": "UTF-8", "separateur": mot}
    assert table.colonnes == ("id", "nom", "lat")


def test_the_separator_is_the_one_that_every_line_agrees_on() -> None:
    # The header alone has more commas than semicolons; the rows have one comma each, in the decimals.
    contenu = "nom;accueil (lundi, mardi, jeudi, vendredi);lat\na;oui;47,1\nb;non;47,2\nc;oui;47,3\n"
    assert list_cellules(contenu)[0] == {"nom": "a", "accueil (lundi, mardi, jeudi, vendredi)": "oui", "lat": "47,1"}


def test_a_file_of_one_column_is_read() -> None:
    assert list_cellules("nom\nMédiathèque\n") == [{"nom": "Médiathèque"}]


def test_the_separator_that_excel_announces_is_taken() -> None:
    table = read_table(b"sep=;\r\nid;nom\r\n1;a,b\r\n")
    assert (table.reconnu["separateur"], list(table.lignes)) == ("point-virgule", [Ligne(3, {"id": "1", "nom": "a,b"})])


@pytest.mark.parametrize(
    ("dessus", "numero"),
    [
        ("# Source : Ville de Port, 2024\n", 3),
        ("# un\n# deux, trois\n", 4),
        ("Lieux de médiation\n\n", 4),
        ("Lieux de médiation;;;;\nMise à jour;12/03/2024;;;\n", 4),
    ],
)
def test_comments_and_titles_above_the_header_are_skipped_and_lines_keep_their_number(dessus: str, numero: int) -> None:
    (ligne,) = read(f"{dessus}id;nom;cp;lat;lon\n1;a;49000;47;0\n")
    assert ligne == Ligne(numero, {"id": "1", "nom": "a", "cp": "49000", "lat": "47", "lon": "0"})


def test_a_column_called_number_sign_is_a_column() -> None:
    assert list_cellules("#;nom;cp\n1;a;49000\n") == [{"#": "1", "nom": "a", "cp": "49000"}]


def test_mixed_line_ends_are_lines_of_their_own_and_are_counted_right() -> None:
    # Lines: 1 header, 2 "a", 3 "b", 4 and 5 the cell of two lines, 6 "d".
    lues = read(b'id,nom\r\n1,a\n2,b\r3,"c\r\nc"\r\n4,d\n')
    assert [(ligne.numero, ligne.cellules["nom"]) for ligne in lues] == [(2, "a"), (3, "b"), (4, "c\r\nc"), (6, "d")]


def test_a_file_of_old_macintosh_may_be_longer_than_a_line() -> None:
    assert len(read(b"id,nom\r" + b"1,abcdefgh\r" * 100_000)) == 100_000


@pytest.mark.parametrize("formule", ["=1+1", "+33 1 02 03 04 05", "-2", "@cmd", "=HYPERLINK(A1)"])
def test_what_looks_like_a_formula_is_text_like_any_other(formule: str) -> None:
    assert list_cellules(f"id;nom\n1;{formule}\n") == [{"id": "1", "nom": formule}]


def test_two_columns_of_the_same_name_refuse_the_file_and_say_where_they_are() -> None:
    with pytest.raises(SourceError, match=r"en double : nom \(colonnes B et D\)"):
        read("id,nom,x,nom\n1,a,b,c\n")


def test_a_column_without_name_is_kept_under_its_letter_when_it_says_something() -> None:
    assert list_cellules("id,,nom,\n1,note,a,\n") == [{"id": "1", "colonne B": "note", "nom": "a"}]


def test_what_stands_later_under_no_name_rejects_its_row_rather_than_being_lost() -> None:
    contenu = "id,nom,\n" + "1,a,\n" * lignes.LIGNES_ENTETE + "2,b,note\n"
    *_, derniere = read(contenu)
    assert (derniere.code, derniere.ligne) == (RejectCode.LIGNE_ILLISIBLE, lignes.LIGNES_ENTETE + 2)


def test_a_file_without_any_name_of_column_is_refused() -> None:
    with pytest.raises(SourceError, match="aucune"):
        read(b",,,\n,,,\n")


@pytest.mark.parametrize(
    "contenu",
    [
        '[{"id": 1, "nom": "a"}]',
        '{"total": 1, "resultats": [{"id": 1, "nom": "a"}], "autres": [], "mots": ["x"]}',
        '{"id": 1, "nom": "a"}\n\n{"id": 2, "nom": null}\n',
    ],
)
def test_objects_are_found_wherever_their_list_stands(contenu: str) -> None:
    assert list_cellules(contenu)[0] == {"id": "1", "nom": "a"}


def test_one_object_a_line_is_said() -> None:
    table = read_table(b'{"id": 1}\n{"id": 2}\n')
    assert table.reconnu["format"] == "JSON, un objet par ligne"
    assert [ligne.numero for ligne in table.lignes] == [1, 2]


def test_several_lists_of_objects_are_refused_with_their_keys() -> None:
    with pytest.raises(SourceError, match="« lieux », « agents »"):
        read('{"lieux": [{"id": 1}], "agents": [{"id": 2}]}')


def test_json_values_become_text_and_what_they_nest_stays() -> None:
    contenu = '[{"a": true, "b": 1.50, "c": null, "d": " ", "e": ["x", {"y": 2}], "f": NaN, "g": 012345}]'.replace(
        "012345", '"012345"'
    )
    attendues = {"a": "oui", "b": "1.50", "c": None, "d": None, "e": ["x", {"y": "2"}], "f": None, "g": "012345"}
    assert list_cellules(contenu) == [attendues]


def test_a_number_of_a_thousand_digits_is_a_text() -> None:
    assert list_cellules('[{"a": ' + "9" * 1_000 + "}]") == [{"a": "9" * 1_000}]


def test_a_key_written_twice_rejects_its_object_alone() -> None:
    rejet, bonne = read('[{"id": 1, "nom": "a", "nom": "b"}, {"id": 2, "nom": "c"}]')
    assert (rejet.code, rejet.ligne, rejet.champ) == (RejectCode.LIGNE_ILLISIBLE, 1, "nom")
    assert bonne.cellules == {"id": "2", "nom": "c"}


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        ('[{"id": 1}, {"id": ', r"tronqué.*ligne 1, colonne 20"),
        ('[{"id": 1}\n{"id": 2}]', "ligne 2, colonne 1"),
        ('[{"id": 1}] suite', "mal formé"),
        ('{"id": 1,}', "mal formé"),
        ('{"a" 1}', "mal formé"),
        ("[1, 2]", "aucune liste"),
        ("[]", "aucune liste"),
        ('{"erreur": "introuvable"}', "aucune liste"),
        ("[" * 1_000, "niveaux"),
        ('[{"a": ' * 1_000, "niveaux"),
        ('{"type": "FeatureCollection"}', "features"),
    ],
)
def test_json_that_cannot_be_trusted_is_refused_with_the_place(contenu: str, raison: str) -> None:
    with pytest.raises(SourceError, match=raison):
        read(contenu)


def test_a_csv_whose_first_column_starts_with_a_bracket_is_no_json_when_its_name_says_so() -> None:
    contenu = b"[id],nom\n1,a\n"
    assert list(read_table(contenu, nom="lieux.csv").lignes) == [Ligne(2, {"[id]": "1", "nom": "a"})]


def make_geojson(*geometries: Any, **membres: Any) -> bytes:
    entites = [
        {"type": "Feature", "id": rang, "properties": {"nom": f"l{rang}"}, "geometry": geometrie}
        for rang, geometrie in enumerate(geometries, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": entites, **membres}).encode()


def test_the_properties_and_the_point_of_a_feature_are_its_cells() -> None:
    table = read_table(make_geojson({"type": "Point", "coordinates": [-2.5, 47.25, 12]}, None))
    une, sans = table.lignes
    attendues = {"nom": "l1", "id": "1", "geometrie.longitude": "-2.5", "geometrie.latitude": "47.25"}
    assert une == Ligne(1, attendues)
    assert (sans.cellules["geometrie.longitude"], sans.cellules["geometrie.latitude"]) == (None, None)
    assert table.colonnes == ("id", "nom", "geometrie.longitude", "geometrie.latitude")
    assert table.reconnu["format"] == "GeoJSON"


def test_a_geometry_that_is_no_point_gives_a_point_inside_and_it_is_said() -> None:
    carre = {"type": "Polygon", "coordinates": [[[0, 44], [2, 44], [2, 46], [0, 46], [0, 44]]]}
    table = read_table(make_geojson(carre, {"type": "MultiPoint", "coordinates": [[3, 45]]}))
    assert "2 géométries autres qu’un point" in table.reconnu["format"]
    lus = [(c["geometrie.longitude"], c["geometrie.latitude"]) for c in (ligne.cellules for ligne in table.lignes)]
    assert lus == [("1.0", "45.0"), ("3.0", "45.0")]


def test_the_coordinate_system_that_a_geojson_names_is_applied_and_said() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    # The origin of Lambert-93: 3° E and 46.5° N are at (700,000, 6,600,000), by definition.
    table = read_table(make_geojson({"type": "Point", "coordinates": [700000, 6600000]}, crs=crs))
    (ligne,) = table.lignes
    assert (ligne.cellules["geometrie.longitude"], ligne.cellules["geometrie.latitude"]) == ("3.0", "46.5")
    assert table.reconnu["projection"] == "Lambert-93 (EPSG:2154) (annoncé par le fichier)"


@pytest.mark.parametrize("nom", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_degrees_stay_as_they_are_written(nom: str) -> None:
    crs = {"type": "name", "properties": {"name": nom}}
    (ligne,) = read(make_geojson({"type": "Point", "coordinates": [2.50, 48.1]}, crs=crs))
    assert (ligne.cellules["geometrie.longitude"], ligne.cellules["geometrie.latitude"]) == ("2.5", "48.1")


@pytest.mark.parametrize("crs", [{"type": "name", "properties": {"name": "EPSG:99999"}}, {"type": "link"}, "x"])
def test_a_coordinate_system_that_nobody_knows_refuses_the_file(crs: Any) -> None:
    with pytest.raises(SourceError, match="système de coordonnées"):
        read(make_geojson({"type": "Point", "coordinates": [1, 2]}, crs=crs))


@pytest.mark.parametrize(
    "geometrie",
    [
        {"type": "Point"},
        {"type": "Point", "coordinates": [1]},
        {"type": "Cercle", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[["x", 2]]]},
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
        "POINT (1 2)",
    ],
)
def test_a_geometry_that_is_none_rejects_its_row_alone(geometrie: Any) -> None:
    rejet, bonne = read(make_geojson(geometrie, {"type": "Point", "coordinates": [1, 2]}))
    assert (rejet.code, rejet.ligne, rejet.champ) == (RejectCode.LIGNE_ILLISIBLE, 1, "geometry")
    assert bonne.cellules["nom"] == "l2"


STRUCTURES = [{"id": "s1", "source": "a", "nom": "Un"}, {"id": "s1", "source": "b", "nom": "Deux"}]
SERVICES = [
    {"id": "v1", "structure_id": "s1", "source": "a", "nom": "Aide"},
    {"id": "v2", "structure_id": "s1", "source": "a", "nom": "Prêt"},
    {"id": "v3", "structure_id": "s9", "source": "a", "nom": "Perdu"},
]


def check_inclusion(table: Table, *, numero: int = 3) -> None:
    une, deux, perdu = table.lignes
    assert [service["nom"] for service in une.cellules["services"]] == ["Aide", "Prêt"]
    # The same identifier in another source is another structure.
    assert deux.cellules == {"id": "s1", "source": "b", "nom": "Deux", "services": None}
    assert (perdu.code, perdu.ligne, perdu.valeur) == (RejectCode.SERVICE_SANS_STRUCTURE, numero, "s9")
    assert table.reconnu["schema"] == "data·inclusion"
    assert table.colonnes == ("id", "source", "nom", "services")


def test_structures_of_data_inclusion_come_with_their_services() -> None:
    check_inclusion(read_table(json.dumps({"structures": STRUCTURES, "services": SERVICES}).encode()))


def write_csv(objets: list[dict[str, str]]) -> bytes:
    return "\n".join([",".join(objets[0]), *(",".join(objet.values()) for objet in objets), ""]).encode()


@pytest.mark.parametrize(("ecrire", "suffixe"), [(write_csv, "csv"), (lambda o: json.dumps(o).encode(), "json")])
def test_a_zip_holds_structures_and_services(ecrire: Any, suffixe: str) -> None:
    membres = ((f"di/services.{suffixe}", ecrire(SERVICES)), (f"di/structures.{suffixe}", ecrire(STRUCTURES)))
    table = read_table(build_zip(*membres))
    assert "structures et services, dans un ZIP" in table.reconnu["format"]
    # The header is the first line of a CSV.
    check_inclusion(table, numero=4 if suffixe == "csv" else 3)


def test_services_without_the_column_that_links_them_are_refused() -> None:
    with pytest.raises(SourceError, match="structure_id"):
        read(json.dumps({"structures": STRUCTURES, "services": [{"id": "v1"}]}))


def test_a_cut_or_web_file_says_what_it_is() -> None:
    for contenu, raison in (
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"<table><tr>", "page web"),
        (b"PAR1xxxx", "Parquet"),
        (bytes(range(1, 32)) * 200, "binaire"),
    ):
        with pytest.raises(SourceError, match=raison):
            read(contenu)


def test_what_is_recognised_is_told_by_the_keys_of_the_contract() -> None:
    for contenu in (b"id,nom\n1,a\n", b'[{"id": 1}]', make_geojson(None)):
        assert set(read_table(contenu).reconnu) <= set(RECONNU)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(alphabet='"\\[]{}:,;|\t\r\n#= ae1.-é\x00', max_size=120).map(lambda texte: texte.encode()),
        st.text(alphabet='"\\[]{}:,é', max_size=60).map(lambda texte: b"[{" + texte.encode() + b"}]"),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda enfants: st.lists(enfants, max_size=3) | st.dictionaries(st.text(max_size=3), enfants, max_size=3),
            max_leaves=12,
        ).map(lambda valeur: json.dumps(valeur).encode()),
        st.recursive(
            st.floats() | st.text(max_size=3),
            lambda enfants: (
                st.lists(enfants, max_size=3)
                | st.fixed_dictionaries(
                    {"type": st.sampled_from(["Point", "Polygon", "GeometryCollection"])},
                    optional={"coordinates": enfants, "geometries": st.lists(enfants, max_size=2)},
                )
            ),
            max_leaves=12,
        ).map(make_geojson),
    )
)
def test_any_bytes_are_rows_or_a_refusal(contenu: bytes) -> None:
    try:
        table = read_table(contenu)
        lues = [ligne for ligne in table.lignes if isinstance(ligne, Ligne)]
    except SourceError:
        return
    assert all(set(ligne.cellules) <= set(table.colonnes) for ligne in lues)
