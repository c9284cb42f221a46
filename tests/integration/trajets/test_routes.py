from __future__ import annotations

from flask.testing import FlaskClient


def test_the_page_tells_every_assumption(client: FlaskClient) -> None:
    texte = client.get("/temps-de-trajet").text.replace("\u00a0", " ")
    # Worked out by hand in the unit tests: 20 km by car from a dense town.
    assert "45 min" in texte
    assert "24 km/h" in texte
    assert "hypothèses" in texte
