"""ZIP archives: the file that they hold, and what is refused before it is opened."""

from __future__ import annotations

import struct
import zipfile

import pytest

from tests.factories.classeurs import build_xlsx, build_zip
from tierslieux.core.errors import SourceError
from tierslieux.imports.lecture.archives import Archive
from tierslieux.imports.lecture.lecture import Ligne, read_table

LIEUX = b"id,nom\n1,a\n"
LUE = [Ligne(2, {"id": "1", "nom": "a"})]


@pytest.mark.parametrize(
    "autres",
    [
        (),
        (("LISEZMOI.txt", "notes"), ("licence.pdf", b"%PDF")),
        (("__MACOSX/._lieux.csv", b"\x00"), (".DS_Store", b"\x00")),
    ],
)
def test_the_only_file_of_data_is_read_and_named(autres: tuple[tuple[str, bytes], ...]) -> None:
    table = read_table(build_zip(("data/lieux.csv", LIEUX), *autres))
    assert list(table.lignes) == LUE
    assert table.reconnu["format"] == "CSV, dans un ZIP (data/lieux.csv)"


def test_a_workbook_may_be_what_the_archive_holds() -> None:
    table = read_table(build_zip(("lieux.xlsx", build_xlsx(A=[["id", "nom"], [1, "a"]]))))
    assert list(table.lignes) == LUE
    assert table.reconnu["format"] == "classeur Excel (XLSX), dans un ZIP (lieux.xlsx)"


def test_structures_of_which_none_says_a_service_are_a_whole_file() -> None:
    archive = build_zip(("structures.json", '[{"id": "1", "source": "s", "nom": "a"}]'), ("services.json", "[]"))
    table = read_table(archive)
    assert list(table.lignes) == [Ligne(1, {"id": "1", "source": "s", "nom": "a", "services": None})]


def corrupt(archive: bytes) -> bytes:
    """The archive with one byte of its first member changed."""
    position = archive.index(b"lieux.csv") + len("lieux.csv") + 3
    return archive[:position] + bytes([archive[position] ^ 0xFF]) + archive[position + 1 :]


def declare(archive: bytes, taille: int, dite: int) -> bytes:
    """The archive whose member declares another size."""
    return archive.replace(struct.pack("<I", taille), struct.pack("<I", dite))


def protect(archive: bytes) -> bytes:
    """The archive whose directory says that the member is encrypted."""
    position = archive.index(b"PK\x01\x02") + 8
    return archive[:position] + b"\x01" + archive[position + 1 :]


@pytest.mark.parametrize(
    ("archive", "raison"),
    [
        (build_zip(), "aucun fichier de données"),
        (build_zip(("notes.md", "x")), "aucun fichier de données"),
        (build_zip(("a.csv", LIEUX), ("b.csv", LIEUX)), "« a.csv », « b.csv »"),
        (build_zip(("dedans.zip", build_zip(("a.csv", LIEUX)))), "« dedans.zip »"),
        (build_zip(("a.csv", build_zip(("b.csv", LIEUX)))), "« a.csv »"),
        (build_zip(*((f"{n}.csv", LIEUX) for n in range(21))), "21 fichiers"),
        (build_zip(*((f"{n}.csv", LIEUX) for n in range(1_001))), "1001 entrées"),
        (build_zip(("lieux.csv", b"0" * 2_000_000)), "« lieux.csv » se décompresse en plus de 100 fois"),
        (build_zip(("a.csv", LIEUX), methode=zipfile.ZIP_LZMA), "méthode"),
        (build_zip(("lieux.csv", LIEUX * 50))[:-30], "tronquée"),
        (corrupt(build_zip(("lieux.csv", LIEUX))), "« lieux.csv » est illisible"),
        (declare(build_zip(("lieux.csv", LIEUX * 50)), 550, 100), "illisible"),
        (declare(build_zip(("lieux.csv", LIEUX * 50)), 550, 5_500), "illisible|tronqué"),
        (declare(build_zip(("lieux.csv", LIEUX * 50)), 550, 3_000_000_000), "dépasse 200000000 octets"),
        (protect(build_zip(("lieux.csv", LIEUX))), "mot de passe"),
        (build_zip(("word/document.xml", "x"), ("[Content_Types].xml", "x")), "pas un classeur"),
        (build_zip(("xl/workbook.bin", "x"), ("[Content_Types].xml", "x")), "XLSB"),
        (build_zip(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "x")), "pas un classeur"),
        (b"PK\x03\x04rien", "tronquée"),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused(archive: bytes, raison: str) -> None:
    with pytest.raises(SourceError, match=raison):
        list(read_table(archive).lignes)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_the_same_name_are_refused() -> None:
    with pytest.raises(SourceError, match="même nom"):
        Archive(build_zip(("a.csv", LIEUX), ("a.csv", LIEUX)))


def test_a_member_larger_than_what_is_read_is_refused_before_it_is() -> None:
    with pytest.raises(SourceError, match="2000 octets une fois décompressé, au plus 1000"):
        Archive(build_zip(("a.csv", b"x" * 2_000))).read("a.csv", 1_000)
