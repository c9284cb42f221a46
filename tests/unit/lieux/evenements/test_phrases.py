"""When an event happens, said in a sentence."""

from __future__ import annotations

import pytest

from tierslieux.lieux.evenements import Evenement, write_quand

OBJET = {"id": "abcd1234", "genre": "atelier", "titre": "A", "debut": "2026-12-01T14:00", "fin": "2026-12-01T16:00"}


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({}, "Mardi 1er décembre 2026, de 14 h à 16 h"),
        ({"fin": "2026-12-01T16:30"}, "Mardi 1er décembre 2026, de 14 h à 16 h 30"),
        ({"fin": "2026-12-02T00:00"}, "Mardi 1er décembre 2026, de 14 h à minuit"),
        ({"fin": "2026-12-03T18:00"}, "Du mardi 1er décembre à 14 h au jeudi 3 décembre 2026 à 18 h"),
        (
            {"recurrence": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630", "sauf": ["2026-12-22"]},
            "Tous les mardis de 14 h à 16 h, jusqu’au 30 juin 2027, sauf le 22 décembre",
        ),
        (
            {"recurrence": "FREQ=WEEKLY", "sauf": ["2026-12-22", "2027-01-05", "2028-01-04"]},
            "Tous les mardis de 14 h à 16 h, sauf le 22 décembre 2026, le 5 janvier 2027 et le 4 janvier 2028",
        ),
        ({"recurrence": "FREQ=WEEKLY;BYDAY=TU,TH"}, "Chaque semaine, le mardi et le jeudi, de 14 h à 16 h"),
        ({"recurrence": "FREQ=WEEKLY;INTERVAL=2"}, "Un mardi sur deux de 14 h à 16 h"),
        ({"recurrence": "FREQ=WEEKLY;INTERVAL=3"}, "Toutes les 3 semaines, le mardi, de 14 h à 16 h"),
        (
            {"recurrence": "FREQ=WEEKLY;COUNT=10"},
            "Tous les mardis de 14 h à 16 h, 10 fois à partir du 1er décembre 2026",
        ),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=1TU"}, "Chaque mois, le premier mardi, de 14 h à 16 h"),
        (
            {"recurrence": "FREQ=MONTHLY;BYDAY=1TU,-1FR"},
            "Chaque mois, le premier mardi et le dernier vendredi, de 14 h à 16 h",
        ),
        ({"recurrence": "FREQ=MONTHLY"}, "Chaque mois, le 1er, de 14 h à 16 h"),
        ({"recurrence": "FREQ=MONTHLY;INTERVAL=2"}, "Un mois sur deux, le 1er, de 14 h à 16 h"),
        ({"recurrence": "FREQ=MONTHLY;INTERVAL=12"}, "Chaque année, le 1er décembre, de 14 h à 16 h"),
        ({"recurrence": "FREQ=DAILY"}, "Tous les jours de 14 h à 16 h"),
        ({"recurrence": "FREQ=DAILY;INTERVAL=3"}, "Tous les 3 jours de 14 h à 16 h"),
    ],
)
def test_what_people_read(champs, phrase):
    assert write_quand(Evenement.parse(OBJET | champs)).replace("\u00a0", " ") == phrase
