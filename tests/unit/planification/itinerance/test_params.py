"""What is typed in the form, and what the address keeps of it."""

from __future__ import annotations

import pytest

from tierslieux.core.errors import InvalidInputError
from tierslieux.couverture.enums import Cible
from tierslieux.lieux.enums import Genre
from tierslieux.planification.itinerance.params import Demande, parse_dates, read_etude, write_dates
from tierslieux.planification.itinerance.semaine import Demi
from tierslieux.territoires.enums import Niveau


@pytest.mark.parametrize(
    ("texte", "is_matin", "attendu"),
    [
        ("Mende : samedi", True, (("Mende", (Demi(5),)),)),
        ("Mende:Samedi", False, (("Mende", (Demi(5), Demi(5, apres_midi=True))),)),
        ("48095 : jeudi après-midi, mardi matin", True, (("48095", (Demi(1), Demi(3, apres_midi=True))),)),
        (
            "Florac : jeudis\n\n Ispagnac : MARDI APRES MIDI ",
            True,
            (
                ("Florac", (Demi(3),)),
                ("Ispagnac", (Demi(1, apres_midi=True),)),
            ),
        ),
        ("A : lundi; B : mardi", True, (("A", (Demi(0),)), ("B", (Demi(1),)))),
        ("", True, ()),
    ],
)
def test_market_days_are_read(texte: str, attendu: tuple[object, ...], *, is_matin: bool) -> None:
    lues = parse_dates("marches", texte, is_matin=is_matin)
    assert lues == attendu
    assert parse_dates("marches", write_dates(lues), is_matin=is_matin) == lues


@pytest.mark.parametrize(
    "texte", ["Mende", ": lundi", "Mende : dimanche", "Mende : lundi soir", "Mende :", "Mende : 3", "x\n" * 101]
)
def test_other_texts_are_refused(texte: str) -> None:
    with pytest.raises(InvalidInputError) as refus:
        parse_dates("marches", texte, is_matin=True)
    assert refus.value.details["champ"] == "marches"


def test_an_address_keeps_what_is_not_as_usual() -> None:
    args = {
        "demi_journees": ["6"],
        "cycle": ["2"],
        "samedi": ["1"],
        "ouverture": ["2,5"],
        "depots": ["Mende, Florac"],
        "marches": ["Mende : samedi"],
    }
    demande, erreurs = Demande.from_args(args)
    assert erreurs == []
    assert demande == Demande(
        6, cycle=2, samedi=True, ouverture=2.5, depots=("Mende", "Florac"), marches=(("Mende", (Demi(5),)),)
    )
    assert demande.jours == (0, 1, 2, 3, 4, 5)
    assert Demande.from_args({nom: [valeur] for nom, valeur in demande.to_args().items()}) == (demande, [])
    assert Demande().to_args() == {}


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [("demi_journees", "0"), ("demi_journees", "-3"), ("cycle", "3"), ("ouverture", "abc"), ("vehicules", "99")],
)
def test_nonsense_leaves_the_default(nom: str, valeur: str) -> None:
    demande, erreurs = Demande.from_args({nom: [valeur]})
    assert demande == Demande()
    assert [erreur.details["champ"] for erreur in erreurs] == [nom]


def test_stops_are_town_halls_unless_other_kinds_are_named() -> None:
    etude, erreurs = read_etude(Niveau.EPCI, "200000002", {"minutes": ["15"]})
    assert (etude.genres, etude.cible, etude.minutes, erreurs) == ((Genre.MAIRIE,), Cible.AIDE, 15, [])
    etude, _ = read_etude(Niveau.EPCI, "200000002", {"genres": ["bibliotheque"]})
    assert etude.genres == (Genre.BIBLIOTHEQUE,)
