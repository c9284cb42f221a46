"""The columns of tables: named once, told in French, with their source."""

from __future__ import annotations

import pytest

from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.observatoire.exports.colonnes import PRINCIPAUX, Origine, Plan, Serie, list_colonnes
from tierslieux.territoires.enums import Niveau

CALCUL = Origine("Calcul", "Tierslieux", "Licence Ouverte 2.0", "2026-11-22")
TERRITOIRES = Origine("Contours", "IGN", "Licence Ouverte 2.0", "1.1.0")


def build_plan(niveau: Niveau, *cles: tuple[str, int]) -> Plan:
    catalogue = get_catalogue()
    series = []
    for indicateur_id, millesime in cles:
        indicateur = catalogue.get(indicateur_id)
        series.append(Serie(indicateur, millesime, catalogue.find_source(indicateur, millesime), "2025"))
    besoin = next((serie for serie in series if serie.indicateur.id == "personnes_illectronisme"), None)
    return Plan(niveau, besoin, None, None, series, TERRITOIRES, CALCUL)


PLAN = build_plan(Niveau.COMMUNE, ("personnes_illectronisme", 2021), ("classe_densite", 2025), ("taux_chomage", 2022))


def test_every_column_has_one_name_a_label_a_definition_and_a_source() -> None:
    colonnes = list_colonnes(PLAN)
    noms = [colonne.nom for colonne in colonnes]
    assert len(set(noms)) == len(noms)
    for colonne in colonnes:
        assert colonne.nom.isascii(), colonne.nom
        assert "-" not in colonne.nom
        assert colonne.libelle, colonne.nom
        assert colonne.definition.endswith((".", ")")), colonne.nom
        # Nothing loaded counts people in work here.
        assert (colonne.source is None) == colonne.nom.startswith("besoin_tiers_lieux")


def test_gaps_are_told_for_each_kind_mode_and_threshold() -> None:
    noms = [colonne.nom for colonne in list_colonnes(PLAN)]
    for cible in ("aide", "france_services", "conseiller_numerique", "acces_internet", "bibliotheque", "tiers_lieu"):
        for seuil in (10, 15, 20, 30):
            assert f"ecart_{cible}_voiture_{seuil}_haut" in noms
        assert f"ecart_{cible}_a_pied_15" in noms
    colonne = next(c for c in list_colonnes(PLAN) if c.nom == "ecart_aide_voiture_20_bas")
    assert (
        colonne.libelle
        == "Personnes en illectronisme à plus de 20 min en voiture : un lieu où quelqu’un aide, borne basse"
    )
    assert (colonne.unite, colonne.annee, colonne.date) == ("personnes", 2021, "2026-11-22")


def test_an_indicator_brings_its_interval_or_its_class() -> None:
    noms = [colonne.nom for colonne in list_colonnes(PLAN)][-6:]
    assert noms == [
        "personnes_illectronisme_2021",
        "personnes_illectronisme_2021_bas",
        "personnes_illectronisme_2021_haut",
        "classe_densite_2025",
        "classe_densite_2025_classe",
        "taux_chomage_2022",
    ]


@pytest.mark.parametrize(("niveau", "attendue"), [(Niveau.COMMUNE, False), (Niveau.EPCI, True)])
def test_inequality_is_told_above_communes(niveau: Niveau, *, attendue: bool) -> None:
    noms = {colonne.nom for colonne in list_colonnes(build_plan(niveau))}
    assert ("gini_aide_voiture" in noms) is attendue
    assert ("duree_second_aide_voiture" in noms) is not attendue


def test_the_main_indicators_are_in_the_catalogue() -> None:
    assert set(PRINCIPAUX) <= set(get_catalogue().indicateurs)
