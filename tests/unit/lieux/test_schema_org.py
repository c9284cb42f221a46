"""What machines read of a place: only what is published, and text that cannot leave its script element."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.factories.pages import build_detail, build_resume
from tierslieux.lieux.enums import Frais, Genre, Precision, Statut
from tierslieux.lieux.schema_org import build_ariane, build_lieu, dump_json

ADRESSE = "https://exemple.fr/bretagne/finistere/brest/france-services-de-bellevue-0123456789"
HOSTILES = [
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "]]>",
    '"}]}</SCRIPT >',
    "l’été\u2028\u2029&amp;&lt;",
    "\\u003c/script\\u003e",
    "\x00\x0b🦆",
]


def _build(**champs: Any) -> dict[str, Any]:
    return build_lieu(build_detail(build_resume(**champs)), ADRESSE)


def test_a_place_says_what_where_and_when() -> None:
    assert _build() == {
        "@type": "GovernmentOffice",
        "@id": ADRESSE,
        "name": "France Services de Bellevue",
        "url": ADRESSE,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "1 place Napoléon III",
            "postalCode": "29200",
            "addressLocality": "Brest",
            "addressCountry": "FR",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 48.39, "longitude": -4.49},
        "telephone": "+33298000001",
        "email": "accueil@exemple.fr",
        "description": "Un lieu ouvert à tous, sans rendez-vous.",
        "isAccessibleForFree": True,
        # "Mo-Fr 09:00-12:00,14:00-17:00"
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [
                    f"https://schema.org/{jour}" for jour in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
                ],
                "opens": ouvre,
                "closes": ferme,
            }
            for ouvre, ferme in (("09:00", "12:00"), ("14:00", "17:00"))
        ],
    }


def test_what_is_not_known_is_not_said() -> None:
    pauvre = build_resume(
        genres=(), frais=(), horaires=None, telephone=None, adresse=None, code_postal=None, commune_nom=None, lon=None
    )
    objet = build_lieu(build_detail(pauvre, courriel=None, presentation=None), ADRESSE)
    assert objet == {"@type": "Place", "@id": ADRESSE, "name": "France Services de Bellevue", "url": ADRESSE}


@pytest.mark.parametrize(
    ("genres", "attendu"),
    [
        ((Genre.BIBLIOTHEQUE,), "Library"),
        ((Genre.MAIRIE, Genre.FRANCE_SERVICES), "CityHall"),
        ((Genre.FABLAB, Genre.COWORKING), "LocalBusiness"),
        ((Genre.FABLAB,), "Place"),
    ],
)
def test_the_type_is_the_nearest_one(genres: tuple[Genre, ...], attendu: str) -> None:
    assert _build(genres=genres)["@type"] == attendu


def test_the_middle_of_a_commune_is_not_told_as_the_place_of_a_door() -> None:
    assert "geo" not in _build(precision=Precision.COMMUNE)


@pytest.mark.parametrize(
    ("frais", "attendu"),
    [((Frais.GRATUIT,), True), ((Frais.PAYANT,), False), ((Frais.GRATUIT, Frais.PAYANT), None), ((), None)],
)
def test_free_is_only_told_when_it_always_is(frais: tuple[Frais, ...], *, attendu: bool | None) -> None:
    assert _build(frais=frais).get("isAccessibleForFree") is attendu


@pytest.mark.parametrize("horaires", ["week 1-53/2 Mo 09:00-12:00", "n’importe quoi", None, "Mo-Su off"])
def test_hours_that_are_no_plain_week_are_left_out(horaires: str | None) -> None:
    assert "openingHoursSpecification" not in _build(horaires=horaires)


def test_a_place_closed_for_good_has_no_hours() -> None:
    objet = build_lieu(build_detail(build_resume(), statut=Statut.FERME), ADRESSE)
    assert "openingHoursSpecification" not in objet


def test_the_ladder_is_numbered_from_the_widest() -> None:
    objet = build_ariane([("France", "https://exemple.fr/territoires"), ("Bretagne", "https://exemple.fr/bretagne")])
    assert [(e["position"], e["name"], e["item"]) for e in objet["itemListElement"]] == [
        (1, "France", "https://exemple.fr/territoires"),
        (2, "Bretagne", "https://exemple.fr/bretagne"),
    ]


class _Balises(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ouvertes: list[str] = []
        self.texte = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.ouvertes.append(tag)

    def handle_data(self, data: str) -> None:
        self.texte += data


@pytest.mark.parametrize("nom", HOSTILES)
def test_no_name_leaves_the_script_element(nom: str) -> None:
    texte = dump_json([_build(nom=nom, adresse=nom, commune_nom=nom)])
    assert not set("<>&\u2028\u2029") & set(texte)
    lecteur = _Balises()
    lecteur.feed(f'<script type="application/ld+json">{texte}</script>')
    assert lecteur.ouvertes == ["script"]
    document = json.loads(lecteur.texte)
    assert document["@context"] == "https://schema.org"
    assert document["@graph"][0]["name"] == nom
