"""The catalogue: what is shipped is whole and told in French, and a wrong file is refused exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierslieux.config import RACINE
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.indicateurs.catalogue import Agregation, Unite, get_catalogue, load_catalogue
from tierslieux.indicateurs.contrat import CodeRejet
from tierslieux.indicateurs.lecture import (
    LECTEURS,
    arcep_fixe,
    comparateur,
    filosofi,
    recensement_2017,
    recensement_2022,
)
from tierslieux.indicateurs.presenters import render_catalogue

SOURCE = """
[essai]
libelle = "Essai"
producteur = "Personne"
licence = "Aucune"
motif = "essai*.csv"
lecteur = "densite"
edition = "1"
millesime = 2020
"""
INDICATEUR = """
[compte]
libelle = "Compte"
definition = "Ce que l’on compte."
unite = "personnes"
sens = "neutre"
methode = "mesure"
sources = { essai = 2020 }
agregation = "somme"
decimales = 0
"""


def ecrire(dossier: Path, *, sources: str = SOURCE, indicateurs: str = INDICATEUR) -> Path:
    (dossier / "sources.toml").write_text(sources, encoding="utf-8")
    (dossier / "catalogue.toml").write_text(indicateurs, encoding="utf-8")
    return dossier


def test_what_is_shipped_is_used_and_described() -> None:
    catalogue = get_catalogue()
    assert {source.lecteur for source in catalogue.sources.values() if source.lecteur} == set(LECTEURS)
    for source in catalogue.sources.values():
        assert catalogue.list_de(source.id), source.id
    for indicateur in catalogue.indicateurs.values():
        assert len(indicateur.definition) > 15, indicateur.id
        assert indicateur.definition.endswith("."), indicateur.id
        assert "'" not in indicateur.definition + indicateur.libelle + (indicateur.remarque or ""), indicateur.id


@pytest.mark.parametrize(
    ("source_id", "colonnes"),
    [
        ("recensement-2022", recensement_2022.COLONNES),
        ("recensement-2017", recensement_2017.COLONNES),
        ("comparateur-2018", comparateur.COLONNES),
        ("filosofi-2021", filosofi.COLONNES),
    ],
)
def test_every_column_read_is_in_the_catalogue(source_id: str, colonnes: dict) -> None:
    donnes = {indicateur.id for indicateur in get_catalogue().list_de(source_id)}
    assert {colonne.indicateur for colonne in colonnes.values()} <= donnes


def test_two_tables_of_arcep_give_one_indicator() -> None:
    for indicateur_id in filter(None, arcep_fixe.INDICATEURS):
        indicateur = get_catalogue().get(indicateur_id)
        assert indicateur.sources == {"arcep-fixe-2019": 2019, "arcep-fixe": None}
        assert get_catalogue().find_source(indicateur, 2019).id == "arcep-fixe-2019"
        assert get_catalogue().find_source(indicateur, 2026).id == "arcep-fixe"


def test_a_number_of_sites_is_never_called_a_coverage() -> None:
    for indicateur in get_catalogue().indicateurs.values():
        if indicateur.unite is Unite.SITES:
            assert "couverture" not in indicateur.libelle.lower() + indicateur.definition.lower()
            assert indicateur.remarque is not None
            assert "jamais une couverture" in indicateur.remarque


def test_what_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="Aucun indicateur"):
        get_catalogue().get("bonheur")
    with pytest.raises(NotFoundError, match="recensement-2022"):
        get_catalogue().get_source("bonheur")
    with pytest.raises(NotFoundError, match="millésime"):
        get_catalogue().find_source(get_catalogue().get("part_sans_bac"), 1999)


def test_a_small_catalogue(tmp_path: Path) -> None:
    catalogue = load_catalogue(ecrire(tmp_path))
    assert catalogue.get("compte").agregation is Agregation.SOMME
    assert catalogue.get("compte").bornes == (0, None)
    assert catalogue.get_source("essai").url is None


@pytest.mark.parametrize(
    ("avant", "apres", "message"),
    [
        (
            'unite = "personnes"',
            'unite = "gens"',
            r"\[compte\] : « unite » vaut « gens » ; attendu : un mot parmi part",
        ),
        ('agregation = "somme"', 'agregation = "moyenne"', "« poids » vaut « None »"),
        ('agregation = "somme"', 'agregation = "moyenne"\npoids = "autre"', "« poids » vaut « autre »"),
        ("essai = 2020", "ailleurs = 2020", "« sources » vaut « ailleurs » ; attendu : une source parmi essai"),
        ("essai = 2020", 'essai = "hier"', "une année ou « fichier »"),
        ("decimales = 0", "decimales = -1", "« decimales »"),
        ("decimales = 0", "decimales = 0\ncouleur = 1", "« couleur » vaut « 1 » ; attendu : une clé connue"),
        ('definition = "Ce que l’on compte."\n', "", "« definition » vaut « None » ; attendu : un texte"),
        ('unite = "personnes"', 'unite = "classe"', "« classes »"),
        ("[compte]", "[compte", "catalogue.toml : illisible"),
    ],
)
def test_a_wrong_indicator_is_refused(tmp_path: Path, avant: str, apres: str, message: str) -> None:
    assert avant in INDICATEUR
    with pytest.raises(SourceError, match=message):
        load_catalogue(ecrire(tmp_path, indicateurs=INDICATEUR.replace(avant, apres)))


@pytest.mark.parametrize(
    ("avant", "apres", "message"),
    [
        ('lecteur = "densite"', 'lecteur = "astrologie"', r"sources.toml \[essai\] : « lecteur » vaut « astrologie »"),
        ('motif = "essai*.csv"\n', "", "« motif »"),
        ("millesime = 2020", 'millesime = 2020\nzeros = "partout"', "« zeros » vaut « partout »"),
        ("millesime = 2020", 'millesime = 2020\ntous = "oui"', "true ou false"),
    ],
)
def test_a_wrong_source_is_refused(tmp_path: Path, avant: str, apres: str, message: str) -> None:
    assert avant in SOURCE
    with pytest.raises(SourceError, match=message):
        load_catalogue(ecrire(tmp_path, sources=SOURCE.replace(avant, apres)))


def test_two_sources_of_one_vintage_are_refused(tmp_path: Path) -> None:
    sources = SOURCE + SOURCE.replace("[essai]", "[autre]")
    indicateurs = INDICATEUR.replace("essai = 2020", "essai = 2020, autre = 2020")
    with pytest.raises(SourceError, match="même millésime"):
        load_catalogue(ecrire(tmp_path, sources=sources, indicateurs=indicateurs))


def test_the_documentation_holds_the_catalogue() -> None:
    page = (RACINE / "docs/indicateurs.md").read_text(encoding="utf-8")
    assert render_catalogue(get_catalogue()) in page, "run: flask indicateurs catalogue"
    for code in CodeRejet:
        assert f"| `{code.value}` | {code.libelle} |" in page
