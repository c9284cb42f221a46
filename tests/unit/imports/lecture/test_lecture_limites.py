"""Hostile files: each is read or refused with its place named, in little memory, by a process that survives."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories.classeurs import (
    build_ods_brut,
    build_ods_cellule,
    build_ods_ligne,
    build_xls,
    build_xlsx_brut,
    build_zip,
)

CROISSANCE_MAX_MO = 100
# Each takes less than a second on the machine where they were measured; this only catches what never ends.
DUREE_MAX_S = 10

# Reads each file in a fork of its own, so that the peak of memory is that of the file alone.
PROGRAMME = """
import json, os, resource, sys, time
from pathlib import Path
from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Reject
from tierslieux.imports.lecture.lecture import read_table

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

for chemin in sys.argv[1:]:
    if os.fork():
        os.wait()
        continue
    contenu = Path(chemin).read_bytes()
    avant, debut, mesure = peak(), time.perf_counter(), {"lignes": 0, "rejets": 0, "message": ""}
    try:
        for ligne in read_table(contenu, nom=chemin).lignes:
            mesure["rejets" if isinstance(ligne, Reject) else "lignes"] += 1
    except SourceError as erreur:
        mesure["message"] = erreur.message
    mesure |= {"secondes": time.perf_counter() - debut, "mo": (peak() - avant) / 1024}
    print(json.dumps([Path(chemin).name, mesure]), flush=True)
    os._exit(0)
"""


def build_zeros(millions: int) -> Iterator[bytes]:
    return (b"0" * 1_000_000 for _ in range(millions))


def build_entites() -> str:
    """A billion laughs: eleven entities, each ten times the one before."""
    entites = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE l [<!ENTITY a0 "ha">{entites}]>'


def build_cellules_xlsx(nombre: int) -> str:
    return '<row r="1">' + '<c t="str"><v>a</v></c>' * nombre + "</row>"


ENTETE_XLSX = '<row r="1"><c r="A1" t="str"><v>id</v></c></row>'
DEUX_CELLULES = ENTETE_XLSX + '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
BEAUCOUP_DE_TEXTES = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_002))

# (name, how to make it, what the refusal says, or the (rows, rejects) that are read).
CAS: tuple[tuple[str, Callable[[], bytes], str | tuple[int, int]], ...] = (
    ("zip_mille_fois.zip", lambda: build_zip(("lieux.csv", build_zeros(200))), "« lieux.csv »"),
    ("zip_dix_mille.zip", lambda: build_zip(*((f"{n}.csv", b"") for n in range(10_000))), "10000 entrées"),
    ("zip_poupees.zip", lambda: build_zip(("a.zip", build_zip(("b.zip", build_zeros(20))))), "« a.zip »"),
    (
        "rires.xlsx",
        lambda: build_xlsx_brut('<row r="1"><c t="str"><v>&a11;</v></c></row>', entete=build_entites()),
        "« A »",
    ),
    ("rires.ods", lambda: build_ods_brut(build_ods_ligne("&a11;"), entete=build_entites()), "entités XML"),
    ("deux_cellules.xlsx", lambda: build_xlsx_brut(DEUX_CELLULES), (0, 1)),
    ("colonnes.xlsx", lambda: build_xlsx_brut(build_cellules_xlsx(1_000_000)), "la ligne 1 dépasse la colonne XFD"),
    ("colonnes_xfd.xlsx", lambda: build_xlsx_brut(build_cellules_xlsx(16_384)), "ligne 1 : 16384 cellules.*colonne GS"),
    (
        # 20,000 references to one text of a million characters: 20 GB once written in each cell.
        "texte_partage.xlsx",
        lambda: build_xlsx_brut(ENTETE_XLSX + BEAUCOUP_DE_TEXTES, textes=f"<si><t>{'x' * 1_000_000}</t></si>"),
        (0, 20_000),
    ),
    ("profond.xlsx", lambda: build_xlsx_brut("<a>" * 900_000, autour=False), "imbriqués"),
    (
        "attributs.xlsx",
        lambda: build_xlsx_brut("<a " + " ".join(f"a{n}='1'" for n in range(500_000)) + "/>", autour=False),
        "une balise a plus de 1000000 octets",
    ),
    (
        "repetee.ods",
        lambda: build_ods_brut(build_ods_ligne("a", attributs='table:number-rows-repeated="999999999"')),
        "la ligne 1 est répétée 999999999 fois",
    ),
    (
        "espaces.ods",
        lambda: build_ods_brut(
            build_ods_ligne("id") + build_ods_ligne(build_ods_cellule('<text:s text:c="999999999"/>'))
        ),
        (1, 0),
    ),
    ("loin.xls", lambda: build_xls([(0, 0, "id"), (65_535, 65_535, "x")]), "mémoire"),
    ("colonnes.csv", lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n", "la ligne 1 a 7888889 octets"),
    (
        "colonnes_courtes.csv",
        lambda: b",".join(b"%d" % n for n in range(150_000)) + b"\n1\n",
        "150000 colonnes.*colonne GS",
    ),
    ("longue.csv", lambda: b"id,nom\n1," + b"x" * 90_000_000, "la ligne 2 a 90000002 octets"),
    ("lignes.csv", lambda: b"a\n" * 40_000_000, "plus de 500000 lignes"),
    ("guillemet.csv", lambda: b'id,nom\n1,"a\n' + b"2,b\n" * 100_000, "ligne 2 ne finit pas"),
    ("nul.csv", lambda: b"id,nom\n1,a\x00b\n2,c\n", (1, 1)),
    ("hasard.bin", lambda: random.Random(7).randbytes(20_000_000), "binaire"),  # noqa: S311  (the same at each run)
    (
        "cles.json",
        lambda: json.dumps([{f"c{n}": 1 for n in range(1_000_000)}]).encode(),
        "ligne 1.*plus de 1000000 caractères",
    ),
    ("cles_300.json", lambda: json.dumps([{f"c{n}": 1 for n in range(300)}]).encode(), "l’objet 1 .*« c200 »"),
    (
        "cles_racine.json",
        lambda: json.dumps({f"c{n}": [] for n in range(500_000)}).encode(),
        "clés dans l’objet racine",
    ),
    ("profond.json", lambda: b'[{"a":' * 1_000_000, "niveaux imbriqués"),
    ("nombre.json", lambda: b'[{"a":' + b"9" * 40_000_000 + b"}]", "objet 1 : une valeur de plus de"),
    ("objets.json", lambda: b"[" + b"{}," * 10_000_000 + b"{}]", "objet 200001 : plus de 200000 objets"),
    (
        "gros_objet.json",
        lambda: b'[{"a":{' + b",".join(b'"c%d":[1]' % n for n in range(500_000)) + b"}}]",
        "objet 1 : un objet de plus de 1000000 caractères",
    ),
    ("guillemet.json", lambda: b'[{"a":"' + b"[[{{" * 2_000_000, "une valeur de plus de"),
)


@pytest.fixture(scope="module")
def mesures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What reading each file gave and cost, measured in a process that imports the reader once."""
    dossier: Path = tmp_path_factory.mktemp("hostiles")
    chemins = []
    for nom, build, _ in CAS:
        chemin = dossier / nom
        chemin.write_bytes(build())
        chemins.append(str(chemin))
    fini = subprocess.run(
        [sys.executable, "-c", PROGRAMME, *chemins], capture_output=True, text=True, timeout=300, check=True
    )
    for chemin in chemins:
        Path(chemin).unlink()
    return dict(json.loads(ligne) for ligne in fini.stdout.splitlines())


@pytest.mark.parametrize(("nom", "attendu"), [(nom, attendu) for nom, _, attendu in CAS])
def test_a_hostile_file_is_read_or_refused_cheaply(
    mesures: dict[str, dict[str, Any]], nom: str, attendu: str | tuple[int, int]
) -> None:
    mesure = mesures[nom]
    assert mesure["mo"] < CROISSANCE_MAX_MO
    assert mesure["secondes"] < DUREE_MAX_S
    if isinstance(attendu, str):
        assert re.search(attendu, mesure["message"]), mesure["message"]
    else:
        assert (mesure["message"], mesure["lignes"], mesure["rejets"]) == ("", *attendu)
