"""The register covers the whole database, agrees with what other features forget, and can be run."""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
from pathlib import Path

import pytest

import tierslieux
from tests.conftest import build_settings
from tierslieux import courriels as envois
from tierslieux.accueil.presenters import build_site_page
from tierslieux.accueil.presenters_donnees import build_donnees_page
from tierslieux.comptes import sessions
from tierslieux.contributions.donnees import colonnes, registre
from tierslieux.contributions.donnees.registre import DONNEES
from tierslieux.contributions.donnees.regles import Donnee, Regle, Suite
from tierslieux.core import courriels
from tierslieux.core.db import Base
from tierslieux.imports.depots import depots

REGLES = list(registre.list_regles())


@pytest.fixture(scope="module")
def colonnes_de_la_base() -> set[str]:
    """Every column of every table, as "table.column"."""
    for module in pkgutil.walk_packages(tierslieux.__path__, "tierslieux."):
        if module.name.rpartition(".")[2].startswith("models"):
            importlib.import_module(module.name)
    return {f"{nom}.{colonne.name}" for nom, table in Base.metadata.tables.items() for colonne in table.columns}


def test_each_column_is_personal_with_a_limit_or_declared_not_to_be(colonnes_de_la_base: set[str]) -> None:
    declarees = registre.list_colonnes() | colonnes.list_non_personnelles()
    assert sorted(colonnes_de_la_base - declarees) == [], "write it in donnees/registre.py or donnees/colonnes.py"
    assert sorted(declarees - colonnes_de_la_base) == [], "this column is no more"
    assert sorted(registre.list_colonnes() & colonnes.list_non_personnelles()) == []


@pytest.mark.parametrize("regle", REGLES, ids=lambda regle: regle.cle)
def test_each_rule_names_columns_that_exist(regle: Regle, colonnes_de_la_base: set[str]) -> None:
    if regle.table is None:
        assert regle.suite is Suite.AILLEURS
        return
    noms = [*regle.colonnes, *(condition.colonne for condition in regle.conditions)]
    assert {f"{regle.table}.{nom}" for nom in noms} <= colonnes_de_la_base
    assert {nom if "." in nom else f"{regle.table}.{nom}" for nom in regle.depuis} <= colonnes_de_la_base
    assert bool(regle.colonnes) == (regle.suite is Suite.VIDER)
    assert all(Base.metadata.tables[regle.table].c[nom].nullable for nom in regle.colonnes)


@pytest.mark.parametrize("donnee", DONNEES, ids=lambda donnee: donnee.quoi[:30])
def test_each_datum_says_how_long_in_a_sentence(donnee: Donnee) -> None:
    phrase = registre.describe_duree(donnee)
    assert phrase[0].isupper() or phrase[0].isdigit()
    assert phrase.endswith(".")
    for nom, regle in zip(("duree", "maximum"), donnee.regles, strict=False):
        if f"%({nom})s" in donnee.duree:
            assert registre.format_duree(regle.jours) in phrase


def test_durations_are_said_in_days_or_whole_years() -> None:
    assert [registre.format_duree(jours) for jours in (1, 30, 365, 400, 730)] == [
        "1 jour",
        "30 jours",
        "1 an",
        "400 jours",
        "2 ans",
    ]


def test_what_other_features_forget_has_the_limits_of_the_page() -> None:
    def jours(cle: str) -> dt.timedelta:
        return dt.timedelta(days=registre.get_regle(cle).jours)

    assert jours("courriel-trace") == courriels.CONSERVATION
    assert jours("courriel-texte") == courriels.CONSERVATION_ECHECS
    assert jours("courriel-fichier") == envois.CONSERVATION_FICHIERS
    assert jours("depot") == dt.timedelta(days=depots.CONSERVATION_JOURS)
    # Nobody signed in is forgotten: a session ends long before its account does.
    assert jours("compte") > sessions.DUREE_OISIVE


def test_the_page_shows_the_register_and_nothing_else(tmp_path: Path) -> None:
    settings = build_settings("postgresql+psycopg:///aucune", tmp_path)
    page = build_donnees_page(build_site_page(settings), None)
    montrees = [donnee for groupe in page.groupes for donnee in groupe.donnees]
    assert len(montrees) == len(DONNEES)
    assert {donnee.quoi for donnee in montrees} == {donnee.quoi.replace(" :", "\u00a0:") for donnee in DONNEES}
    assert {donnee.duree for donnee in montrees} == {registre.describe_duree(donnee) for donnee in DONNEES}
