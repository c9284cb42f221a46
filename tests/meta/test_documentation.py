"""What exists is documented: sources, reject codes, commands, nouns; and nothing that must not land has landed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest

from tierslieux.config import RACINE
from tierslieux.imports.contrat import RejectCode
from tierslieux.imports.registre import SOURCES

DOCS = RACINE / "docs"


@pytest.mark.parametrize("code", list(RejectCode))
def test_each_reject_code_is_in_the_catalogue(code: RejectCode) -> None:
    assert f"`{code.value}`" in (DOCS / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("source_id", [source.id for source in SOURCES])
def test_each_source_says_where_it_comes_from_and_under_which_licence(source_id: str) -> None:
    lisez_moi = (RACINE / "geodata" / source_id / "README.md").read_text(encoding="utf-8").lower()
    assert "licence" in lisez_moi
    assert "edition" in lisez_moi


def test_each_command_is_documented(app) -> None:
    texte = (DOCS / "exploitation.md").read_text(encoding="utf-8") + (DOCS / "sources.md").read_text(encoding="utf-8")
    for nom, commande in app.cli.commands.items():
        if nom in {"run", "shell", "routes", "spec"}:
            continue  # Flask's and APIFlask's own
        sous = [f"{nom} {s}" for s in commande.commands] if isinstance(commande, click.Group) else [nom]
        for ligne in sous:
            assert f"flask {ligne}" in texte, ligne


def list_tracked() -> list[Path]:
    sortie = subprocess.run(["git", "ls-files", "-z"], cwd=RACINE, check=True, capture_output=True, text=True).stdout
    return [RACINE / nom for nom in sortie.split("\0") if nom and (RACINE / nom).is_file()]


def test_no_address_of_a_package_registry_is_committed() -> None:
    hote = re.compile(
        rb"registry\.npm" + rb"js|files\.python" + rb"hosted|pypi\.org/" + rb"simple|deb\.debian" + rb"\.org"
    )
    assert [str(chemin) for chemin in list_tracked() if hote.search(chemin.read_bytes())] == []


def test_no_tracked_file_is_large() -> None:
    assert [str(chemin) for chemin in list_tracked() if chemin.stat().st_size > 1_000_000] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    bannis = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [str(c) for c in (RACINE / "tierslieux").rglob("*.py") if c.name in bannis] == []
