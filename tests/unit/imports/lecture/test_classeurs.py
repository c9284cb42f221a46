"""Workbooks: the sheet, its header, and each cell as people see it."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from typing import Any

import odswriter
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.factories.classeurs import (
    build_ods_brut,
    build_ods_cellule,
    build_ods_ligne,
    build_xls,
    build_xlsx,
    build_xlsx_brut,
    build_zip,
)
from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture import formats_cellules, lignes
from tierslieux.imports.lecture.lecture import Ligne, read_table


def read(contenu: bytes, **options: Any) -> list[Ligne | Reject]:
    return list(read_table(contenu, **options).lignes)


def list_cellules(contenu: bytes) -> list[dict[str, Any]]:
    return [ligne.cellules for ligne in read(contenu) if isinstance(ligne, Ligne)]


def build_ods(lignes_ods: list[list[object]]) -> bytes:
    """An ODS as odswriter makes it."""
    sortie = io.BytesIO()
    with odswriter.writer(sortie) as classeur:
        feuille = classeur.new_sheet("A")
        for ligne in lignes_ods:
            feuille.writerow(ligne)
    return sortie.getvalue()


def build_xls_lignes(lignes_xls: list[list[Any]]) -> bytes:
    return build_xls(
        [(r, c, v) for r, ligne in enumerate(lignes_xls) for c, v in enumerate(ligne) if v is not None and v != ""]
    )


QUAND = dt.datetime(2024, 8, 1, 9, 30)  # noqa: DTZ001  (a workbook knows no time zone)
TITRES = [["Lieux de médiation"], [], ["id", "nom", "cp"], [1, "Médiathèque", 49007], [], [2, "Mairie", ""]]


@pytest.mark.parametrize(
    ("build", "nom"),
    [
        (lambda lignes_: build_xlsx(A=lignes_), "classeur Excel (XLSX)"),
        (build_ods, "classeur OpenDocument (ODS)"),
        (build_xls_lignes, "ancien classeur Excel (XLS)"),
    ],
)
def test_the_header_is_found_below_titles_and_numbers_stay_digits(
    build: Callable[[list[list[Any]]], bytes], nom: str
) -> None:
    table = read_table(build(TITRES))
    assert table.reconnu == {"format": nom, "feuille": "A"}
    assert table.colonnes == ("id", "nom", "cp")
    # Title on line 1, header on line 3, an empty line 5.
    assert list(table.lignes) == [
        Ligne(4, {"id": "1", "nom": "Médiathèque", "cp": "49007"}),
        Ligne(6, {"id": "2", "nom": "Mairie", "cp": None}),
    ]


def test_the_sheet_with_the_most_rows_is_read_and_the_others_are_said() -> None:
    contenu = build_xlsx(Notes=[["a"], ["b"]], Lieux=[["id"], [1], [2]], Codes=[["x"]])
    table = read_table(contenu)
    assert len(list(table.lignes)) == 2
    assert table.reconnu["feuille"] == "Lieux (non lues : « Notes », « Codes »)"


def test_a_hidden_sheet_is_read_only_when_it_is_named() -> None:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie) as classeur:
        classeur.add_worksheet("Lieux").write_column(0, 0, ["id", "1"])
        listes = classeur.add_worksheet("Listes")
        listes.write_column(0, 0, ["code", "a", "b", "c"])
        listes.hide()
    assert list_cellules(sortie.getvalue()) == [{"id": "1"}]
    assert len(read(sortie.getvalue(), feuille="Listes")) == 3


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(SourceError, match="« Lieux » ; il a « A », « B »"):
        read(build_xlsx(A=[["x"]], B=[["x"]]), feuille="Lieux")


def test_cells_are_read_as_people_see_them() -> None:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie) as classeur:
        feuille = classeur.add_worksheet("A")
        formats = {
            code: classeur.add_format({"num_format": code})
            for code in (
                "00000",
                '0#" "##" "##" "##" "##',
                "000\\ 000\\ 000\\ 00000",
                "dd/mm/yyyy",
                "hh:mm",
                "#,##0.00",
            )
        }
        gras = classeur.add_format({"bold": True})
        valeurs = {
            "cp": (1053, "00000", "01053"),
            "tel": (240123456, '0#" "##" "##" "##" "##', "02 40 12 34 56"),
            "siret": (1234567800012, "000\\ 000\\ 000\\ 00000", "012 345 678 00012"),
            "maj": (dt.date(2024, 8, 1), "dd/mm/yyyy", "2024-08-01"),
            "vu": (QUAND, "dd/mm/yyyy", "2024-08-01T09:30:00"),
            "ouvre": (dt.time(9, 30), "hh:mm", "09:30"),
            "prix": (1234.5, "#,##0.00", "1234.5"),
            "lat": (46.1060710578546, None, "46.1060710578546"),
            "petit": (0.00001, None, "0.00001"),
            "grand": (12345678901234, None, "12345678901234"),
            "oui": (True, None, "oui"),
            "non": (False, None, "non"),
            "espace": ("  a ", None, "a"),
        }
        for rang, (nom, (valeur, code, _)) in enumerate(valeurs.items()):
            feuille.write(0, rang, nom)
            feuille.write(1, rang, valeur, formats[code] if code else None)
        feuille.write(0, len(valeurs), "riche")
        feuille.write_rich_string(1, len(valeurs), gras, "Média", "thèque")
    attendues = {nom: attendue for nom, (_, _, attendue) in valeurs.items()}
    assert list_cellules(sortie.getvalue()) == [{**attendues, "riche": "Médiathèque"}]


def test_dates_since_1904_are_the_same_days() -> None:
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"date_1904": True}) as classeur:
        feuille = classeur.add_worksheet("A")
        feuille.write_row(0, 0, ["id", "maj"])
        feuille.write_row(1, 0, [1])
        feuille.write_datetime(1, 1, QUAND.date(), classeur.add_format({"num_format": 14}))
    assert list_cellules(sortie.getvalue()) == [{"id": "1", "maj": "2024-08-01"}]


def test_a_formula_gives_its_saved_result_and_is_rejected_without_one() -> None:
    xml = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>1+1</f></c></row>'
        '<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="str"><f>""</f><v></v></c></row>'
        '<row r="5"><c r="A5"><v>4</v></c><c r="B5" t="e"><f>NA()</f><v>#N/A</v></c></row>'
    )
    deux, sans, vide, absente = read(build_xlsx_brut(xml))
    assert deux.cellules == {"id": "1", "n": "2"}
    assert (sans.code, sans.ligne, sans.champ) == (RejectCode.LIGNE_ILLISIBLE, 3, "n")
    assert "formule" in sans.valeur
    assert (vide.cellules["n"], absente.cellules["n"]) == (None, None)


def test_cells_without_reference_follow_one_another() -> None:
    xml = "<row><c t='str'><v>id</v></c><c t='str'><v>nom</v></c></row><row><c><v>1</v></c><c/></row>"
    assert read(build_xlsx_brut(xml)) == [Ligne(2, {"id": "1", "nom": None})]


def test_pronunciation_is_no_text_and_escaped_characters_are_read() -> None:
    texte = "<si><t>caf</t><rPh><t>KA</t></rPh><r><t>é_x000A_!</t></r></si>"
    xml = '<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    assert list_cellules(build_xlsx_brut(xml, textes=texte)) == [{"id": "café\n!"}]


def test_a_sheet_that_claims_a_million_rows_and_has_two_cells_is_read() -> None:
    xml = (
        '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    bonne, loin = read(build_xlsx_brut(xml))
    assert bonne == Ligne(2, {"id": "1"})
    assert (loin.ligne, loin.champ, loin.code) == (1048576, "colonne XFD", RejectCode.LIGNE_ILLISIBLE)


def test_a_cell_too_long_rejects_its_row_and_names_its_column() -> None:
    (rejet,) = read(build_xlsx(A=[["id", "nom"], [1, "x" * (lignes.CELLULE_MAX + 1)]]))
    assert (rejet.code, rejet.ligne, rejet.champ) == (RejectCode.VALEUR_TROP_LONGUE, 2, "nom")
    assert len(rejet.valeur) == lignes.TAILLE_REJET_MAX + 1


ENTITES = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
UN = '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        (build_xlsx_brut(UN, entete=ENTITES), "feuille « A » : .*entités"),
        (build_ods_brut(build_ods_ligne("&b;"), entete=ENTITES), "entités"),
        (build_xlsx(A=[["id", "nom", "id"], [1, 2, 3]]), r"feuille « A », ligne 1 : .*id \(colonnes A et C\)"),
        (build_xlsx(A=[[f"c{n}" for n in range(201)]]), "ligne 1 : 201 cellules.*colonne GS"),
        (build_xlsx_brut('<row r="2"/><row r="1"/>'), "la ligne 1 suit la ligne 2"),
        (build_xlsx_brut('<row r="x"/>'), "numéro « x »"),
        (build_xlsx_brut('<row r="1"><c r="A2"><v>1</v></c></row>'), "cellule « A2 » dans la ligne 1"),
        (build_xlsx_brut('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "XFD"),
        (build_xlsx_brut('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "texte partagé « 7 »"),
        (build_xlsx_brut("<row><c><v>1</v>"), "mal formé"),
        (build_xlsx_brut("<a>" * 1_000, autour=False), "imbriqués"),
        (build_xlsx_brut("<s>" + "".join(f"<e{n}/>" for n in range(20_000)), autour=False), "noms d’éléments"),
        (build_xlsx_brut('<s a="' + "x" * 2_000_000 + '"/>', autour=False), "une balise a plus de"),
        (build_xlsx_brut(""), "vide"),
        (build_xlsx(A=[]), "vide"),
        (build_zip(("[Content_Types].xml", "x"), ("xl/a.xml", "x")), "« xl/workbook.xml » y manque"),
        (build_ods_brut("<table:table-row>"), "mal formé"),
        (
            build_ods_brut(build_ods_ligne("a", attributs='table:number-rows-repeated="1048576"')),
            "la ligne 1 est répétée 1048576 fois",
        ),
        (
            build_ods_brut(
                build_ods_ligne(
                    build_ods_cellule("a", attributs='office:value-type="string" table:number-columns-repeated="16384"')
                )
            ),
            "ligne 1 : une cellule répétée 16384 fois",
        ),
        (build_ods_brut(build_ods_ligne("a", attributs='table:number-rows-repeated="-1"')), "répétition « -1 »"),
        (
            build_zip(
                ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", b"\x00\x01"),
                ("META-INF/manifest.xml", "<manifest:encryption-data/>"),
            ),
            "mot de passe",
        ),
        (build_xls([(0, 0, "id"), (65_535, 65_535, "x")]), "mémoire"),
        (build_xls([(0, 0, "id")])[:700], "mal formé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20_000_000), "au plus 20000000"),
    ],
)
def test_a_workbook_that_cannot_be_trusted_is_refused_with_the_place(contenu: bytes, raison: str) -> None:
    with pytest.raises(SourceError, match=raison):
        read(contenu)


def test_the_cells_of_an_ods_are_read_as_people_see_them() -> None:
    cellules = {
        "cp": build_ods_cellule("01053", attributs='office:value-type="float" office:value="1053"'),
        "tel": build_ods_cellule("02 40 12 34 56", attributs='office:value-type="float" office:value="240123456"'),
        "prix": build_ods_cellule("1 234,50 €", attributs='office:value-type="currency" office:value="1234.5"'),
        "maj": build_ods_cellule("01/08/24", attributs='office:value-type="date" office:date-value="2024-08-01"'),
        "ouvre": build_ods_cellule("9h30", attributs='office:value-type="time" office:time-value="PT09H30M00S"'),
        "oui": build_ods_cellule("VRAI", attributs='office:value-type="boolean" office:boolean-value="true"'),
        "lignes": build_ods_cellule("a</text:p><text:p>b<text:s text:c='2'/>c"),
        "note": build_ods_cellule("x<office:annotation><text:p>commentaire</text:p></office:annotation>y"),
        "deux": build_ods_cellule("d", attributs='office:value-type="string" table:number-columns-repeated="2"'),
    }
    entete = build_ods_ligne(*cellules, "encore")
    contenu = build_ods_brut(entete + build_ods_ligne(*cellules.values()))
    assert list_cellules(contenu) == [
        {
            "cp": "01053",
            "tel": "02 40 12 34 56",
            "prix": "1234.5",
            "maj": "2024-08-01",
            "ouvre": "09:30",
            "oui": "oui",
            "lignes": "a\nb  c",
            "note": "xy",
            "deux": "d",
            "encore": "d",
        }
    ]


def test_rows_that_an_ods_repeats_are_rows_and_empty_ones_are_only_counted() -> None:
    contenu = build_ods_brut(
        build_ods_ligne("id")
        + '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        + build_ods_ligne("a", attributs='table:number-rows-repeated="2"')
        + '<table:table-row table:number-rows-repeated="1048000">'
        + '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
        suite=f'<table:table table:name="B">{build_ods_ligne("x")}</table:table>',
    )
    assert read(contenu, feuille="A") == [Ligne(5, {"id": "a"}), Ligne(6, {"id": "a"})]


NOMBRES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
TEXTES = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(st.lists(st.lists(st.none() | NOMBRES | TEXTES | st.booleans(), min_size=3, max_size=3), max_size=6))
def test_the_same_cells_as_calamine_reads(valeurs: list[list[Any]]) -> None:
    contenu = build_xlsx(A=[["a", "b", "c"], *valeurs])
    attendues = []
    for ligne in CalamineWorkbook.from_filelike(io.BytesIO(contenu)).get_sheet_by_index(0).to_python()[1:]:
        textes = [
            {True: "oui", False: "non"}[v]
            if isinstance(v, bool)
            else formats_cellules.write_nombre(v)
            if isinstance(v, float)
            else v.strip() or None
            for v in ligne
        ]
        if any(valeur not in ("", None) for valeur in ligne):
            attendues.append(dict(zip("abc", textes, strict=True)))
    assert list_cellules(contenu) == attendues


@pytest.mark.parametrize("build", [lambda: build_xlsx(A=TITRES), lambda: build_ods(TITRES)])
def test_a_damaged_workbook_is_rows_or_a_refusal(build: Callable[[], bytes]) -> None:
    contenu = build()
    hasard = random.Random(7)  # noqa: S311  (the same damages at each run)
    for _ in range(200):
        abime = bytearray(contenu)
        for _ in range(hasard.randint(1, 4)):
            abime[hasard.randrange(len(abime))] = hasard.randrange(256)
        try:
            read(bytes(abime[: hasard.choice([len(abime), hasard.randrange(len(abime))])]))
        except SourceError:
            continue


@pytest.mark.parametrize(
    ("numero", "code", "attendu"),
    [
        (14, None, True),
        (0, None, False),
        (164, "dd/mm/yyyy", True),
        (165, "[$-40C]d mmmm yyyy;@", True),
        (166, "[h]:mm", True),
        (167, '0.00" m²"', False),
        (168, "#,##0\\ [$€-40C]", False),
        (169, "General", False),
        (170, "[Red]0.0", False),
        (171, '"jusqu\'à" 0', False),
    ],
)
def test_formats_of_dates_are_told_from_those_of_numbers(numero: int, code: str | None, *, attendu: bool) -> None:
    assert formats_cellules.is_date(numero, code) is attendu


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [
        # 1 January 1900 is day 1; 1 March is day 61, as Excel counts a 29 February that was not.
        (1, "1900-01-01"),
        (61, "1900-03-01"),
        (45505, "2024-08-01"),
        (45505.999999999, "2024-08-02"),
        (45505.75, "2024-08-01T18:00:00"),
        (0.5, "12:00"),
        (-1, None),
        (3_000_000, None),
    ],
)
def test_days_since_1900(jours: float, attendu: str | None) -> None:
    assert formats_cellules.write_date(jours) == attendu
