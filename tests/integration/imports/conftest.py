"""What the tests of imports on a real database share."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import REFERENTIEL
from tierslieux.config import RACINE
from tierslieux.imports import services
from tierslieux.imports.apercu import Apercu
from tierslieux.imports.contrat import Origine
from tierslieux.imports.fichiers import Emplacement, Endroits, read_emplacement
from tierslieux.imports.rapport import Rapport
from tierslieux.imports.registre import DEMONSTRATION

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
ENDROITS = Endroits(None, RACINE / "geodata", telechargement=False)

Importer = Callable[..., Rapport]


def write_lieux(fichier: Path, lignes: list[dict[str, Any]]) -> Path:
    """A file in the form of the invented places; columns left out have a value that is right."""
    defauts = {
        "modele": "fablab",
        "code_insee": "29019",
        "commune": "Brest",
        "adresse": "",
        "longitude": "-4.49",
        "latitude": "48.40",
    }
    tampon = io.StringIO()
    ecrivain = csv.DictWriter(tampon, ["id", "nom", *defauts])
    ecrivain.writeheader()
    for ligne in lignes:
        ecrivain.writerow(defauts | {"nom": f"Fablab inventé {ligne['id']}"} | ligne)
    fichier.write_text(tampon.getvalue(), encoding="utf-8")
    return fichier


@pytest.fixture
def importer(fabrique: sessionmaker[Session], tmp_path: Path) -> Importer:
    """Import rows as the source of invented places, on the small reference of communes."""

    def lancer(lignes: list[dict[str, Any]], **options: Any) -> Rapport:
        source = options.pop("source", DEMONSTRATION)
        chemin = write_lieux(tmp_path / "lieux.csv", lignes)
        fichier = read_emplacement(source, Emplacement(Origine.FICHIER, chemin.name, chemin), ENDROITS)
        return services.apply_import(
            fabrique, source, fichier, now=options.pop("now", NOW), communes=REFERENTIEL, **options
        )

    return lancer


@pytest.fixture
def previsualiser(fabrique: sessionmaker[Session], tmp_path: Path) -> Callable[..., Apercu]:
    """What importing rows as the source of invented places would change."""

    def lancer(lignes: list[dict[str, Any]]) -> Apercu:
        chemin = write_lieux(tmp_path / "lieux.csv", lignes)
        fichier = read_emplacement(DEMONSTRATION, Emplacement(Origine.FICHIER, chemin.name, chemin), ENDROITS)
        return services.preview_import(fabrique, DEMONSTRATION, fichier, now=NOW, communes=REFERENTIEL)

    return lancer
