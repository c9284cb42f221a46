"""Why a record's value is the one that is published, or is not: agrees with the rule that publishes."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from tierslieux.contributions.versions.fiches_lieu import Raison, explain

JOUR = dt.date(2026, 1, 1)


def make_fiche(numero: int, **champs: Any) -> SimpleNamespace:
    defauts = {
        "id": numero,
        "libelle": f"Source {numero}",
        "valeurs": {"telephone": "3939"},
        "confiance": 50,
        "date_maj": JOUR,
        "nature": "flux",
        "retiree_at": None,
    }
    return SimpleNamespace(**(defauts | champs))


@pytest.mark.parametrize(
    ("forte", "faible", "raison"),
    [
        ({}, {}, Raison.IDENTIQUE),
        ({"confiance": 70}, {"valeurs": {"telephone": "1"}}, Raison.CONFIANCE),
        ({"confiance": 200, "nature": "contribution"}, {"valeurs": {"telephone": "1"}}, Raison.CONTRIBUTION),
        ({"date_maj": dt.date(2026, 2, 1)}, {"valeurs": {"telephone": "1"}}, Raison.DATE),
        ({}, {"valeurs": {"telephone": "1"}, "date_maj": None}, Raison.DATE),
        ({}, {"valeurs": {"telephone": "1"}}, Raison.RANG),
        ({}, {"valeurs": {"telephone": "1"}, "retiree_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}, Raison.RETIREE),
    ],
)
def test_the_weaker_record_says_why_it_is_not_shown(
    forte: dict[str, Any], faible: dict[str, Any], raison: Raison
) -> None:
    fiches = [make_fiche(1, **forte), make_fiche(2, **faible)]
    provenance = {"telephone": {"fiches": [1]}}
    assert explain("telephone", fiches[0], fiches, provenance) == (Raison.PUBLIEE, "Source 1")
    assert explain("telephone", fiches[1], fiches, provenance)[0] is raison


def test_what_adds_up_is_shown_with_the_others_or_denied() -> None:
    fiches = [make_fiche(numero, valeurs={"genres": ["fablab"]}) for numero in (1, 2, 3)]
    provenance = {"genres": {"fiches": [1, 2]}}
    assert explain("genres", fiches[1], fiches, provenance)[0] is Raison.PUBLIEE_AVEC
    assert explain("genres", fiches[2], fiches, provenance)[0] is Raison.NIEE


def test_a_value_that_a_person_denies_is_shown_by_nobody() -> None:
    fiches = [make_fiche(1)]
    assert explain("telephone", fiches[0], fiches, {})[0] is Raison.NIEE
