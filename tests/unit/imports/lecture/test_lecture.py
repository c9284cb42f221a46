"""Files as bytes: encodings, separators, and what is refused before anything is loaded."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.lecture import lecture
from tierslieux.imports.lecture.lecture import Ligne, read_csv, read_fichier, read_json

COLONNES = ("id", "nom")


def read(contenu: bytes, **options) -> list[Ligne | Reject]:
    return list(read_csv(contenu, colonnes=COLONNES, **options).lignes)


@pytest.mark.parametrize(
    ("encodage", "reconnu"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_accents_survive_whatever_the_encoding(encodage: str, reconnu: str) -> None:
    table = read_csv("id,nom\n1,Éole à l’été\n".encode(encodage), colonnes=COLONNES)
    assert list(table.lignes) == [Ligne(2, {"id": "1", "nom": "Éole à l’été"})]
    assert table.reconnu["encodage"] == reconnu


def test_latin_1_is_read_right_and_said() -> None:
    # 0x81 is a hole of Windows-1252, so that only ISO-8859-1 is left.
    table = read_csv("id,nom\n1,Médiathèque\x81\n".encode("latin-1"), colonnes=COLONNES)
    assert table.reconnu["encodage"] == "ISO-8859-1"
    assert [ligne.cellules["nom"] for ligne in table.lignes] == ["Médiathèque\x81"]


def test_one_bad_byte_does_not_turn_the_accents_of_the_others_into_noise() -> None:
    contenu = b"id,nom\n" + "".join(f"{n},Bibliothèque\n" for n in range(60)).encode() + b"61,Caf\xe9\n"
    table = read_csv(contenu, colonnes=COLONNES)
    *bonnes, mauvaise = list(table.lignes)
    assert table.reconnu["encodage"] == "UTF-8 (1 octets illisibles)"
    assert {ligne.cellules["nom"] for ligne in bonnes} == {"Bibliothèque"}
    assert (mauvaise.code, mauvaise.ligne, mauvaise.valeur) == (RejectCode.LIGNE_ILLISIBLE, 62, "Caf�")


@pytest.mark.parametrize("separateur", [",", ";", "\t"])
def test_the_separator_is_the_one_that_gives_the_columns(separateur: str) -> None:
    table = read_csv(separateur.join(["id", "nom ", "x;y,z"]).encode() + b"\n", colonnes=COLONNES)
    assert table.reconnu["separateur"] == separateur


def test_numbers_stay_as_they_are_written_and_empty_cells_are_absent() -> None:
    assert read(b"id,nom\n01053, \n") == [Ligne(2, {"id": "01053", "nom": None})]


def test_a_quoted_cell_may_hold_line_ends_and_lines_are_numbered_by_their_start() -> None:
    lignes = read(b'id,nom\n1,"a\nb"\n\n2,c\n')
    assert [(ligne.numero, ligne.cellules["nom"]) for ligne in lignes] == [(2, "a\nb"), (5, "c")]


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        (b"", "vide"),
        (b" \r\n\n", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<!DOCTYPE html><html></html>", "page web"),
        (b"id,nom\x00\x00\x00\x00\x00\x00\x00\x00", "binaire"),
        (b"id,name\n1,a\n", "« nom »"),
        (b"id,nom,id\n1,a,2\n", "en double : id"),
        (b'id,nom\n1,"sans fin\n2,b\n', "tronqué"),
        (b"id,nom\n1,a\n2", "tronqué"),
        ("id,nom\n1,é".encode()[:-1], "tronqué"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(contenu: bytes, raison: str) -> None:
    with pytest.raises(SourceError, match=raison):
        read(contenu)


def test_a_last_line_without_its_line_end_is_whole() -> None:
    assert len(read(b"id,nom\n1,a\n2,b")) == 2


@pytest.mark.parametrize("ligne", ["1,a,b", "1", '1,"a"b'])
def test_a_row_that_cannot_be_read_is_rejected_alone(ligne: str) -> None:
    rejet, bonne = read(f"id,nom\n{ligne}\n2,c\n".encode())
    assert (rejet.code, rejet.ligne) == (RejectCode.LIGNE_ILLISIBLE, 2)
    assert bonne.cellules == {"id": "2", "nom": "c"}


def test_cells_left_empty_beyond_the_header_do_no_harm() -> None:
    assert read(b"id,nom\n1,a,,\n") == [Ligne(2, {"id": "1", "nom": "a"})]


def test_nul_bytes_reject_their_row_and_are_shown() -> None:
    rejet, _ = read(b"id,nom\n1,a\x00b\n2,c\n")
    assert (rejet.code, rejet.champ, rejet.valeur) == (RejectCode.LIGNE_ILLISIBLE, "nom", "a�b")


def test_a_row_of_hundreds_of_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    fichier = tmp_path / "long.csv"
    with fichier.open("wb") as sortie:
        sortie.truncate(200_000_000)  # a hole on the disk: nothing is written
    with pytest.raises(SourceError, match="200000000 octets"):
        read_fichier(fichier)


def test_a_row_longer_than_the_limit_is_refused_with_its_number() -> None:
    with pytest.raises(SourceError, match="la ligne 3 a 1000003 octets"):
        read(b"id,nom\n1,a\n2," + b"x" * (lecture.TAILLE_LIGNE_MAX + 1) + b"\n")


def test_a_cell_that_swallows_twenty_thousand_lines_refuses_the_file() -> None:
    csv.field_size_limit(10_000_000)  # as a library does, for the whole process, when it is imported
    with pytest.raises(SourceError, match="ligne 2 ne finit pas"):
        read(b'id,nom\n1,"' + b"xxxxxxxxx\n" * 20_000 + b'"\n')


@pytest.mark.parametrize("nom", ["absent.csv", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, nom: str) -> None:
    with pytest.raises(SourceError, match="pas un fichier"):
        read_fichier(tmp_path / nom)


def test_json_items_with_their_numbers_as_written() -> None:
    table = read_json(b'[{"id": 1.50, "nom": " a "}, {"id": "2", "nom": ["x"]}, 3]', colonnes=COLONNES)
    une, deux, trois = table.lignes
    assert une == Ligne(1, {"id": "1.50", "nom": "a"})
    assert deux == Ligne(2, {"id": "2", "nom": ["x"]})
    assert (trois.ligne, trois.code) == (3, RejectCode.LIGNE_ILLISIBLE)


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        (b'[{"id": 1, "nom": "a"}, {"id"', "tronqué"),
        (b'{"id": 1}', "pas une liste"),
        (b'[{"id": 1}]', "« nom »"),
        (b"[" * 100_000, "niveaux"),
    ],
)
def test_a_json_file_that_cannot_be_trusted_is_refused(contenu: bytes, raison: str) -> None:
    with pytest.raises(SourceError, match=raison):
        list(read_json(contenu, colonnes=COLONNES).lignes)


@pytest.mark.parametrize("valeur", [r'"a\u0000b"', r'"\ud800"', r'{"x": ["\u0000"]}'])
def test_json_texts_that_postgresql_cannot_store_reject_their_row(valeur: str) -> None:
    (rejet,) = read_json(f'[{{"id": "1", "nom": {valeur}}}]'.encode(), colonnes=COLONNES).lignes
    assert (rejet.code, rejet.champ) == (RejectCode.LIGNE_ILLISIBLE, "nom")
    assert "�" in (rejet.valeur or "")


def test_what_a_reject_keeps_is_bounded() -> None:
    (rejet,) = read(b"id,nom\n1,a," + b"x" * 5_000 + b"\n")
    assert max(len(valeur) for valeur in rejet.brut.values()) <= lecture.TAILLE_REJET_MAX + 1
