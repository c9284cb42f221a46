from __future__ import annotations

import pytest

from tierslieux.diffusion.carte import build_origine_tuiles


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
