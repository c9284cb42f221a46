"""Hours said in French: what people read, for each form of rule."""

import datetime as dt

import pytest

from tierslieux.lieux.horaires import describe_horaires, describe_rythme, list_dates


def lisible(texte: str | None) -> str | None:
    return texte and texte.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        (
            "Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:30-12:00",
            "Du lundi au vendredi de 9 h à 12 h et de 14 h à 17 h. Samedi de 9 h 30 à 12 h.",
        ),
        ("Mo-We,Fr 09:00-12:00", "Du lundi au mercredi et vendredi de 9 h à 12 h."),
        ("Mo,Tu,Th 09:00-12:00", "Lundi, mardi et jeudi de 9 h à 12 h."),
        ("Mo-Fr 09:00-12:00; We off", "Lundi, mardi, jeudi et vendredi de 9 h à 12 h."),
        ("24/7", "Tous les jours 24 h sur 24."),
        ("off", "Fermé."),
        ("Fr-Sa 22:00-02:00", "Vendredi et samedi de 22 h à 2 h."),
        ('We 10:00-12:00 "sur rendez-vous"', "Mercredi de 10 h à 12 h (sur rendez-vous)."),
        ("Mo 08:00-12:00 unknown", "Lundi de 8 h à 12 h (à confirmer)."),
        ("Mo-Fr 09:00-12:00; PH off", "Du lundi au vendredi de 9 h à 12 h. Fermé les jours fériés."),
        ("Mo-Fr,PH 09:00-12:00", "Du lundi au vendredi de 9 h à 12 h. Jours fériés de 9 h à 12 h."),
        (
            "week 01-53/2 Mo 09:30-12:30; PH off",
            "Une semaine sur deux (semaines impaires) : lundi de 9 h 30 à 12 h 30. Fermé les jours fériés.",
        ),
        (
            "May-Sep Mo-Fr 09:00-12:00; Oct-Apr Mo 14:00-16:00",
            "De mai à septembre : du lundi au vendredi de 9 h à 12 h. D’octobre à avril : lundi de 14 h à 16 h.",
        ),
        ("Mo-Fr 09:00-12:00; Aug off", "Du lundi au vendredi de 9 h à 12 h. En août : fermé."),
        (
            "Mo-Fr 09:00-12:00; Dec 24-Jan 02 off",
            "Du lundi au vendredi de 9 h à 12 h. Du 24 décembre au 2 janvier : fermé.",
        ),
        ("2026 Nov 26 10:00-12:00", "Le 26 novembre 2026 : de 10 h à 12 h."),
        ("We[1,3] 14:00-17:00", "Premier et troisième mercredi du mois : de 14 h à 17 h."),
        ("week 10,12,14 Mo 10:00-12:00", "Semaines 10, 12 et 14 de l’année : lundi de 10 h à 12 h."),
        (
            "Mo-Fr 10:00-12:00; SH off",
            "Du lundi au vendredi de 10 h à 12 h. Pendant les vacances scolaires : fermé.",
        ),
        # What cannot be told so is not told at all.
        ('Mo-Fr 10:00-12:00 || "sur rendez-vous"', None),
        ("sunrise-sunset", None),
        ("easter 10:00-12:00", None),
        ("sur rendez-vous", None),
        (None, None),
    ],
)
def test_usual_hours_in_sentences(texte: str | None, attendu: str | None) -> None:
    assert lisible(describe_horaires(texte, None)) == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("week 02-52/2 Tu 09:00-12:00; PH off", "Une semaine sur deux (semaines paires)"),
        ("May-Sep Mo-Fr 09:00-12:00", "De mai à septembre"),
        ("Mo-Fr 09:00-12:00; Aug off", None),
        ("Mo-Fr 09:00-12:00", None),
        ("n’importe quoi", None),
    ],
)
def test_seasons_and_weeks_in_words(texte: str, attendu: str | None) -> None:
    assert describe_rythme(texte) == attendu


@pytest.mark.parametrize(
    ("texte", "attendues"),
    [
        # Sunday 22 November 2026 is in week 47; Monday 23 opens week 48.
        ("week 01-53/2 Mo 09:30-12:30; PH off", ["30/11 09:30", "14/12 09:30", "28/12 09:30"]),
        ("week 02-52/2 Tu 09:00-12:00", ["24/11 09:00", "08/12 09:00", "22/12 09:00"]),
        ("2026 Nov 26 10:00-12:00; 2026 Dec 03 14:00-16:00", ["26/11 10:00", "03/12 14:00"]),
        ("We[1,3] 14:00-17:00", ["02/12 14:00", "16/12 14:00", "06/01 14:00"]),
        ("Mo-Fr 09:00-12:00", []),
        ("May-Sep Mo-Fr 09:00-12:00", []),
        ("Mo-Fr 09:00-12:00; 2026 Dec 24 off", []),
        (None, []),
    ],
)
def test_dates_to_come(texte: str | None, attendues: list[str]) -> None:
    dates = list_dates(texte, dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), None, limite=3)
    assert [f"{plage.debut:%d/%m %H:%M}" for plage in dates] == attendues


def test_the_visit_under_way_is_told_and_the_one_that_is_over_is_not() -> None:
    texte = "2026 Nov 26 10:00-12:00,14:00-16:00"
    dates = list_dates(texte, dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC), None)  # 11:00 in Paris
    assert [plage.debut.hour for plage in dates] == [10, 14]
    dates = list_dates(texte, dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC), None)
    assert [plage.debut.hour for plage in dates] == [14]
