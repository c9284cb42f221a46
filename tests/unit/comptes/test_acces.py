"""Where sign-in may lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.urls import iri_to_uri

from tierslieux.comptes.acces import read_suite


@pytest.mark.parametrize("texte", ["/", "/compte", "/moderation?page=2&lieu=é", "/en/compte", "/a//b", "/a?suite=//b"])
def test_paths_of_this_site_are_kept(texte: str) -> None:
    assert read_suite(texte) == texte


@pytest.mark.parametrize(
    "texte",
    [
        None,
        "",
        "compte",
        "//mechant.example",
        "///mechant.example",
        "/\\mechant.example",
        "\\/mechant.example",
        "https://mechant.example",
        "https:/mechant.example",
        "javascript:alert(1)",
        "/\n/mechant.example",
        "/\t/mechant.example",
        " //mechant.example",
        "/a\r\nSet-Cookie: a=b",
        "/" + "a" * 500,
    ],
)
def test_everything_else_is_refused(texte: str | None) -> None:
    assert read_suite(texte) is None


@given(st.text(alphabet="/\\:.@ \t\n?#ah%", max_size=12))
def test_what_is_kept_has_no_other_site_in_it(texte: str) -> None:
    suite = read_suite(texte)
    if suite is not None:
        # As browsers read it: backslashes are slashes, control characters and spaces around are dropped.
        lue = iri_to_uri(suite).strip().replace("\\", "/")
        assert lue.startswith("/")
        assert not lue.startswith("//")
