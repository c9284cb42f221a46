"""Named blocks of .sql files."""

from pathlib import Path

import pytest

from tierslieux.core.sql import load_block, load_blocks


def test_blocks_are_read_by_name(tmp_path: Path) -> None:
    fichier = tmp_path / "a.sql"
    fichier.write_text("-- what this file is\n\n-- name: un\nSELECT :x;\n\n-- name: deux\n-- why\nSELECT 2;\n")
    assert load_blocks(fichier) == {"un": "SELECT :x;", "deux": "-- why\nSELECT 2;"}
    assert "x" in load_block(fichier, "un").compile().params


@pytest.mark.parametrize(
    "contenu", ["SELECT 1;\n-- name: un\nSELECT 1;", "-- name: un\nSELECT 1;\n-- name: un\nSELECT 2;"]
)
def test_a_file_that_could_be_misread_is_refused(tmp_path: Path, contenu: str) -> None:
    fichier = tmp_path / "b.sql"
    fichier.write_text(contenu)
    with pytest.raises(ValueError, match=r"statement before|stands twice"):
        load_blocks(fichier)
