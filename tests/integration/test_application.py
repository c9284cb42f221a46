"""What holds for every address of the site: headers, no cookie, errors in French, nonsense answered with words."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import abort
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import build_settings
from tests.factories.lieux import INSTANT
from tierslieux import create_app
from tierslieux.territoires.models import EditionTerritoires

NONSENS = [
    "/recherche?q=" + "x" * 10_000,
    "/recherche?q=%F0%9F%A6%86%00%3Cscript%3E",
    "/recherche?lon=nan&lat=48",
    "/recherche?lon=1e999&lat=48",
    "/recherche?lon=-4.49&lat=48.39&apres=zzz",
    "/recherche?besoin=dormir&commune=29019",
    "/recherche?commune=99999",
    "/recherche?commune=29019&ouvert=demain",
    "/recherche?lon=4.35&lat=50.85",
    "/recherche?lon=-30&lat=40",
    "/lieux/inconnu",
    "/lieux/%00",
    "/lieux/" + "a" * 3000,
    "/territoires/commune/00000/lieux",
    "/territoires/planete/1/lieux",
    "/territoires/commune/%27%3B--/lieux",
    "/carte?lon=abc&lat=1&zoom=99",
    "/carte?zoom=-5",
    "/nulle-part",
    "/api/v1/lieux",
    "/api/v1/lieux?bbox=1,2,3",
    "/api/v1/lieux?bbox=5,48,-5,49",
    "/api/v1/lieux?proche=999,999",
    "/api/v1/lieux?proche=-4.49,48.39&limite=100000",
    "/api/v1/lieux?proche=-4.49,48.39&genre=licorne",
    "/api/v1/lieux/inconnu",
    "/api/v1/communes",
    "/api/v1/communes?q=%00",
    "/api/v1/territoires/commune/00000",
    "/api/v1/grappes?bbox=-5,48,-4,49&zoom=999",
    "/api/v1/nulle-part",
]


@pytest.mark.parametrize("adresse", NONSENS, ids=lambda adresse: adresse[:60])
def test_nonsense_is_answered_with_words_never_with_a_crash(client: FlaskClient, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code in {200, 400, 404, 422}, reponse.text
    if adresse.startswith("/api/"):
        if reponse.status_code != 200:
            assert reponse.json is not None
            assert reponse.json.keys() == {"error", "message", "details", "request_id"}
    else:
        assert "<main" in reponse.text
        assert "<script>" not in reponse.text
        assert 'action="/recherche"' in reponse.text, "a way on"


@pytest.mark.parametrize("adresse", ["/", "/recherche?q=brest", "/donnees", "/nulle-part", "/api/v1/communes?q=brest"])
def test_security_headers_and_no_cookie(client: FlaskClient, adresse: str) -> None:
    reponse = client.get(adresse)
    assert "default-src 'none'" in reponse.headers["Content-Security-Policy"]
    assert "unsafe" not in reponse.headers["Content-Security-Policy"]
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in reponse.headers
    assert reponse.headers["X-Request-Id"]


@pytest.fixture
def fragile(base: str, tmp_path: Path) -> FlaskClient:
    """An application of its own with pages that fail, as none of the site's does on purpose."""
    app = create_app(build_settings(base, tmp_path))
    for code in (413, 429, 500):
        app.add_url_rule(f"/erreur_{code}", f"erreur_{code}", lambda code=code: abort(code))

    def planter() -> str:
        raise RuntimeError("mot de passe de la base")

    app.add_url_rule("/planter", "planter", planter)
    app.add_url_rule("/api/v1/planter", "api_planter", planter)
    return app.test_client()


@pytest.mark.parametrize(
    ("code", "mots"), [(429, "Attendez une minute"), (500, "Ce n’est pas votre faute"), (413, "trop gros")]
)
def test_error_pages_are_in_plain_french_with_a_way_out(fragile: FlaskClient, code: int, mots: str) -> None:
    reponse = fragile.get(f"/erreur_{code}")
    assert reponse.status_code == code
    assert mots in reponse.text
    assert 'action="/recherche"' in reponse.text


@pytest.mark.parametrize("adresse", ["/planter", "/api/v1/planter"])
def test_an_unexpected_error_leaks_nothing(fragile: FlaskClient, adresse: str) -> None:
    reponse = fragile.get(adresse)
    assert reponse.status_code == 500
    assert "mot de passe" not in reponse.text
    assert "Traceback" not in reponse.text


def test_sante_waits_for_the_boundaries(client: FlaskClient, session: Session) -> None:
    assert client.get("/sante").status_code == 503
    session.add(EditionTerritoires(id=1, edition="essai", sha256="0", chargee_at=INSTANT, remarques={}))
    session.commit()
    assert client.get("/sante").status_code == 200


@pytest.mark.parametrize("methode", ["POST", "PUT", "DELETE"])
def test_no_public_page_accepts_a_write(client: FlaskClient, methode: str) -> None:
    assert client.open("/recherche", method=methode).status_code in {400, 405}
