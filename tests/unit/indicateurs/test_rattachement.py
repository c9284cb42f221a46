"""From published codes to territories of today."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pytest

from tests.factories.communes import build_referentiel
from tests.factories.indicateurs import build_indicateur, build_source
from tierslieux.indicateurs.catalogue import Agregation, Unite, Zeros
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Point, Rejet
from tierslieux.indicateurs.rattachement import Avertissement, Rattachement, attach
from tierslieux.territoires.enums import Niveau

COMMUNES = build_referentiel()
EPCI = frozenset({"242900314"})
INDICATEURS = (
    build_indicateur("population"),
    build_indicateur("part", unite=Unite.PART, agregation=Agregation.MOYENNE, poids="population"),
    build_indicateur("classe", unite=Unite.CLASSE, agregation=Agregation.AUCUNE),
    build_indicateur("mediane", unite=Unite.EUROS, agregation=Agregation.AUCUNE),
)


def attacher(elements: Iterable[Element], zeros: Zeros | None = None) -> Rattachement:
    rattachement = attach(elements, build_source(zeros=zeros), INDICATEURS, COMMUNES, EPCI)
    assert rattachement.lues == rattachement.chargees + sum(rattachement.rejets.values())
    return rattachement


def lire(rattachement: Rattachement, code: str, niveau: Niveau = Niveau.COMMUNE) -> dict[str, float]:
    """The values that are there; none for a territory without row."""
    if (niveau.value, code) not in rattachement.valeurs.index:
        return {}
    ligne: pd.Series = rattachement.valeurs.loc[(niveau.value, code)]
    return {str(nom): float(valeur) for nom, valeur in ligne.dropna().items()}


def test_former_communes_go_to_the_commune_of_today() -> None:
    # Montigny-le-Gannelon (28262) is now in Cloyes-les-Trois-Rivières (28103).
    rattachement = attacher(
        [
            Mesure(1, "28103", {"population": 300, "part": 0.1, "classe": 2, "mediane": 20_000}),
            Mesure(2, "28262", {"population": 100, "part": 0.5, "classe": 3, "mediane": 24_000}),
        ]
    )
    # 300 + 100; (300 × 0.1 + 100 × 0.5) / 400 = 0.2; the class of the 300; a median of two medians is not known.
    assert lire(rattachement, "28103") == pytest.approx({"population": 400, "part": 0.2, "classe": 2})
    assert rattachement.avertissements == {Avertissement.ANCIENNE_COMMUNE: 1, Avertissement.NON_DEDUCTIBLE: 1}


def test_the_largest_gives_its_class_whatever_the_order() -> None:
    rattachement = attacher(
        [
            Mesure(1, "28103", {"population": 50, "classe": 2}),
            Mesure(2, "28262", {"population": 100, "classe": 3}),
        ]
    )
    assert lire(rattachement, "28103")["classe"] == 3


def test_without_weight_the_parts_weigh_the_same() -> None:
    rattachement = attacher([Mesure(1, "28103", {"part": 0.1}), Mesure(2, "28262", {"part": 0.5})])
    assert lire(rattachement, "28103") == pytest.approx({"part": 0.3})
    assert rattachement.avertissements[Avertissement.POIDS_INCONNU] == 1


def test_a_count_that_a_part_lacks_is_absent() -> None:
    rattachement = attacher([Mesure(1, "28103", {"population": 300, "part": 0.1}), Mesure(2, "28262", {"part": 0.5})])
    assert "population" not in lire(rattachement, "28103")


def test_one_former_commune_alone_keeps_its_values() -> None:
    assert lire(attacher([Mesure(1, "28262", {"population": 100})]), "28103") == {"population": 100}


def test_arrondissements_stay_as_published() -> None:
    rattachement = attacher([Mesure(1, "75110", {"population": 7}), Mesure(2, "75056", {"population": 20})])
    assert lire(rattachement, "75110", Niveau.ARRONDISSEMENT) == {"population": 7}
    assert lire(rattachement, "75056") == {"population": 20}


def test_what_is_missing_is_absent_and_unknown_codes_are_rejects() -> None:
    rattachement = attacher(
        [
            Mesure(1, "29019", {"population": 5}),
            Mesure(2, "97601", {"population": 9}),
            Mesure(3, "242900314", {"part": 0.2}, Niveau.EPCI),
            Mesure(4, "200000009", {"part": 0.2}, Niveau.EPCI),
        ]
    )
    assert lire(rattachement, "97411") == {}
    assert lire(rattachement, "242900314", Niveau.EPCI) == {"part": 0.2}
    assert rattachement.exemples[CodeRejet.CODE_INCONNU] == [
        Rejet(2, CodeRejet.CODE_INCONNU, "code", "97601"),
        Rejet(4, CodeRejet.CODE_INCONNU, "code", "200000009"),
    ]


def test_a_code_that_stands_twice() -> None:
    rattachement = attacher(
        [
            Mesure(1, "29019", {"population": 5}),
            Mesure(2, "29019", {"part": 0.5}),  # completes the first row
            Mesure(3, "29019", {"population": 5}),
            Mesure(4, "29019", {"population": 6}),
        ]
    )
    assert lire(rattachement, "29019") == {"population": 5, "part": 0.5}
    assert rattachement.rejets == {CodeRejet.DOUBLON: 1, CodeRejet.CONTRADICTION: 1}


@pytest.mark.parametrize("valeurs", [{"part": 1.01}, {"part": -0.01}, {"population": -1}, {"classe": 4}, {"classe": 0}])
def test_values_out_of_their_bounds_are_rejects(valeurs: dict[str, float]) -> None:
    rattachement = attacher([Mesure(1, "29019", valeurs)])
    assert rattachement.rejets == {CodeRejet.VALEUR_HORS_BORNES: 1}
    assert rattachement.valeurs.empty


def test_rejects_of_the_reader_are_counted() -> None:
    rattachement = attacher([Rejet(1, CodeRejet.VALEUR_ILLISIBLE, "x", "?")] * 30)
    assert rattachement.rejets == {CodeRejet.VALEUR_ILLISIBLE: 30}
    assert len(rattachement.exemples[CodeRejet.VALEUR_ILLISIBLE]) == 20


def test_points_are_counted_where_they_stand() -> None:
    # Paris's 10th is the square of 0.02° around 2.35, 48.87; the 19th stands east of it.
    points = [
        Point(1, 2.355, 48.87, {"population": 1}),
        Point(2, 2.365, 48.87, {"population": 1}),
        Point(3, 2.366, 48.87, {"population": 1}),
        Point(4, 8.75 + 0.02, 41.93, {"population": 1}),  # 0.02° of longitude east of Ajaccio: 1.7 km
        Point(5, 8.75 + 0.03, 41.93, {"population": 1}),  # 2.5 km: at sea
    ]
    rattachement = attacher(points)
    assert lire(rattachement, "75110", Niveau.ARRONDISSEMENT) == {"population": 1}
    assert lire(rattachement, "75119", Niveau.ARRONDISSEMENT) == {"population": 2}
    assert lire(rattachement, "75056") == {"population": 3}
    assert lire(rattachement, "2A004") == {"population": 1}
    assert rattachement.rejets == {CodeRejet.HORS_COMMUNE: 1}
    assert rattachement.avertissements == {Avertissement.PRES_DU_RIVAGE: 1}


def test_a_complete_list_gives_zero_where_it_names_nobody() -> None:
    mesures = [Mesure(1, "55545", {"population": 3})]  # Verdun, in the département of Beaumont-en-Verdunois
    partout = attacher(mesures, Zeros.FRANCE)
    assert lire(partout, "97411")["population"] == 0
    departement = attacher(mesures, Zeros.DEPARTEMENTS)
    assert lire(departement, "55039")["population"] == 0
    assert lire(departement, "97411") == {}
    # A commune without polygon can receive no point: absent.
    points = attacher([Point(1, 5.38, 49.15, {"population": 1})], Zeros.DEPARTEMENTS)
    assert lire(points, "55545")["population"] == 1
    assert lire(points, "55039") == {}
