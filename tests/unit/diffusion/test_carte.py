from __future__ import annotations

import pytest

from tierslieux.cartes.apercu import Cadre
from tierslieux.core.types import Position
from tierslieux.diffusion.carte import build_adresse_carte, build_adresse_liste, build_origine_tuiles


@pytest.mark.parametrize(
    ("url", "origine"),
    [
        ("https://tuiles.example/{z}/{x}/{y}.png", "https://tuiles.example"),
        ("https://{s}.tuiles.example/osm/{z}/{x}/{y}.png", "https://*.tuiles.example"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
    ],
)
def test_the_policy_allows_the_host_of_tiles_and_no_other(url: str, origine: str) -> None:
    assert build_origine_tuiles(url) == origine


def test_addresses_of_a_state() -> None:
    cadre = Cadre(Position(-4.486123456, 48.39), 12)
    assert (
        build_adresse_carte(cadre, {"besoin": "demarche"}) == "/carte?lon=-4.4861&lat=48.3900&zoom=12&besoin=demarche"
    )
    assert build_adresse_liste(cadre.centre, {}) == "/recherche?lon=-4.4861&lat=48.3900"
