"""Headers of tiles: how long they may be kept, validators, compression."""

from __future__ import annotations

import gzip

import pytest

from tierslieux.diffusion.tuiles.couches import Famille
from tierslieux.diffusion.tuiles.memoire import Contenu
from tierslieux.diffusion.tuiles.reponses import Envoi, accepts_gzip, build_envoi
from tierslieux.diffusion.tuiles.services import Reponse

CONTENU = Contenu.build(b"tuile")


def send(
    contenu: Contenu = CONTENU,
    famille: Famille = Famille.TERRITOIRES,
    *,
    version: str | None = None,
    si_aucun: str | None = None,
    encodages: str = "gzip, br",
) -> Envoi:
    return build_envoi(Reponse(contenu, "abc"), famille, version=version, si_aucun=si_aucun, encodages=encodages)


@pytest.mark.parametrize(
    ("version", "famille", "attendu"),
    [
        ("abc", Famille.TERRITOIRES, "public, max-age=31536000, immutable"),
        (None, Famille.TERRITOIRES, "public, max-age=300"),
        ("ancienne", Famille.TERRITOIRES, "public, max-age=300"),
        (None, Famille.LIEUX, "public, max-age=60"),
        ("abc", Famille.LIEUX, "public, max-age=31536000, immutable"),
    ],
)
def test_only_an_address_with_the_version_of_now_is_kept_for_ever(
    version: str | None, famille: Famille, attendu: str
) -> None:
    assert dict(send(famille=famille, version=version).entetes)["Cache-Control"] == attendu


def test_a_tile_goes_out_compressed_or_not() -> None:
    compresse, nu = send(), send(encodages="")
    assert gzip.decompress(compresse.corps) == nu.corps == b"tuile"
    assert dict(compresse.entetes)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in dict(nu.entetes)
    for envoi in (compresse, nu):
        entetes = dict(envoi.entetes)
        assert entetes["Content-Length"] == str(len(envoi.corps))
        assert entetes["Vary"] == "Accept-Encoding"
        assert entetes["Access-Control-Allow-Origin"] == "*"
        assert entetes["Content-Type"] == "application/vnd.mapbox-vector-tile"


@pytest.mark.parametrize(
    ("si_aucun", "statut"),
    [
        (f'W/"{CONTENU.empreinte}"', 304),
        (f'"{CONTENU.empreinte}"', 304),
        (f'"autre", W/"{CONTENU.empreinte}"', 304),
        ("*", 304),
        ('W/"autre"', 200),
        ("", 200),
    ],
)
def test_a_client_that_holds_the_tile_is_told_so(si_aucun: str, statut: int) -> None:
    envoi = send(si_aucun=si_aucun)
    assert envoi.statut == statut
    assert bool(envoi.corps) == (statut == 200)
    assert dict(envoi.entetes)["ETag"] == f'W/"{CONTENU.empreinte}"'


def test_an_empty_tile_is_no_content_and_no_error() -> None:
    envoi = send(Contenu.build(b""))
    assert (envoi.statut, envoi.corps) == (204, b"")
    assert {"Content-Type", "Content-Length", "Content-Encoding"} & dict(envoi.entetes).keys() == set()


@pytest.mark.parametrize(
    ("entete", "attendu"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *;q=1", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(entete: str, attendu: bool) -> None:  # noqa: FBT001
    assert accepts_gzip(entete) is attendu
