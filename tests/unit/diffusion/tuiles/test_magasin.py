"""Files of tiles made in advance: whole, readable by others, replaced without a reader noticing."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from pathlib import Path

import pytest

from tierslieux.diffusion.tuiles.magasin import Magasin
from tierslieux.diffusion.tuiles.params import Tuile

METADONNEES = {"name": "Communes", "format": "pbf", "maxzoom": "7", "json": {"vector_layers": []}}


@pytest.fixture
def magasin(tmp_path: Path) -> Magasin:
    return Magasin(tmp_path / "tuiles")


def test_a_tile_made_in_advance_is_found(magasin: Magasin) -> None:
    tuile = Tuile(7, 64, 44)
    assert magasin.find("communes", "v1", tuile) is None
    nombre, octets = magasin.write("communes", "v1", [(tuile, b"contenu"), (Tuile(7, 0, 0), b"")], METADONNEES)
    assert nombre == 1
    assert octets == magasin.locate("communes", "v1").stat().st_size
    trouvee = magasin.find("communes", "v1", tuile)
    assert trouvee is not None
    assert (trouvee.decompress(), trouvee.empreinte) == (b"contenu", "v1")


def test_absent_from_a_zoom_that_is_made_means_empty_and_beyond_it_means_unknown(magasin: Magasin) -> None:
    magasin.write("communes", "v1", [(Tuile(7, 64, 44), b"contenu")], METADONNEES)
    vide = magasin.find("communes", "v1", Tuile(6, 1, 1))
    assert vide is not None
    assert vide.gz == b""
    assert magasin.find("communes", "v1", Tuile(8, 1, 1)) is None
    assert magasin.find("communes", "v2", Tuile(6, 1, 1)) is None


def test_the_file_is_what_others_read(magasin: Magasin) -> None:
    magasin.write("communes", "v1", [(Tuile(2, 1, 0), b"nord")], METADONNEES)
    with sqlite3.connect(magasin.locate("communes", "v1")) as connexion:
        # MBTiles counts rows from the south: row 0 of four is the fourth from there.
        lignes = connexion.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
        metadonnees = dict(connexion.execute("SELECT name, value FROM metadata").fetchall())
    connexion.close()
    assert [(*ligne[:3], gzip.decompress(ligne[3])) for ligne in lignes] == [(2, 1, 3, b"nord")]
    assert metadonnees == {"name": "Communes", "format": "pbf", "maxzoom": "7", "json": '{"vector_layers": []}'}


def test_a_new_file_takes_the_place_of_the_old_one_for_readers_of_every_thread(magasin: Magasin) -> None:
    tuile = Tuile(3, 1, 1)
    lues: list[bytes] = []

    def read() -> None:
        trouvee = magasin.find("communes", "v1", tuile)
        lues.append(trouvee.decompress() if trouvee else b"absente")

    for contenu in (b"ancienne", b"nouvelle"):
        magasin.write("communes", "v1", [(tuile, contenu)], METADONNEES)
        read()
        fil = threading.Thread(target=read)
        fil.start()
        fil.join()
    assert lues == [b"ancienne", b"ancienne", b"nouvelle", b"nouvelle"]


def test_files_of_other_editions_leave_and_a_failure_leaves_nothing(magasin: Magasin, tmp_path: Path) -> None:
    magasin.write("communes", "v1", [(Tuile(3, 1, 1), b"a")], METADONNEES)
    magasin.write("communes", "v2", [(Tuile(3, 1, 1), b"b")], METADONNEES)

    def fail():
        yield Tuile(3, 1, 1), b"c"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        magasin.write("communes", "v3", fail(), METADONNEES)
    assert [fichier.name for fichier in (tmp_path / "tuiles").iterdir()] == ["communes-v2.mbtiles"]
    assert magasin.clear() == 1
    assert magasin.find("communes", "v2", Tuile(3, 1, 1)) is None
