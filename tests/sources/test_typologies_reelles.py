"""The national typology, as its official list says it."""

from __future__ import annotations

import csv
from pathlib import Path

from tierslieux.lieux.typologies import TYPOLOGIES


def test_every_code_has_its_label(raw_dir: Path) -> None:
    liste = raw_dir / "schemas/data-inclusion-v0/typologies_de_structures.csv"
    with liste.open(encoding="utf-8", newline="") as lignes:
        officielles = {ligne["value"]: ligne["label"] for ligne in csv.DictReader(lignes)}
    assert {code: libelle for code, (libelle, _) in TYPOLOGIES.items()} == officielles
