"""Every publisher's whole file: how many rows are read, loaded, rejected, and a few figures known elsewhere."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tierslieux.indicateurs import services
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.chargement import Territoires
from tierslieux.indicateurs.fichiers import read_fichiers
from tierslieux.indicateurs.lecture import LECTEURS
from tierslieux.indicateurs.rattachement import Rattachement, attach
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)

# source: rows read, rejects by code, communes with a value (of 34,875).
ATTENDUS: dict[str, tuple[int, dict[str, int], int]] = {
    "recensement-2022": (34_848, {}, 34_848),
    "recensement-2017": (36_101, {"CODE_INCONNU": 5, "SANS_VALEUR": 1_115}, 34_841),
    "comparateur-2018": (35_010, {"CODE_INCONNU": 6}, 34_867),
    "filosofi-2021": (31_212, {}, 31_212),
    "illectronisme-hdf-2019": (93, {"CODE_INCONNU": 2}, 0),
    "arcep-fixe-2019": (35_359, {"CODE_INCONNU": 21, "SANS_VALEUR": 433}, 34_742),
    "arcep-sites-metropole-2018": (77_148, {"HORS_COMMUNE": 3, "VALEUR_ILLISIBLE": 1}, 34_746),
    "arcep-sites-outre-mer-2020": (2_441, {}, 129),
    "densite": (34_875, {}, 34_875),
    "quartiers-prioritaires": (824, {}, 34_875),
}


@pytest.fixture(scope="module")
def attacher(session_nationale: Session, raw_dir: Path):
    """The whole file of a source on the territories of today, read once."""
    catalogue, territoires = get_catalogue(), Territoires(session_nationale)

    @cache
    def lire(source_id: str) -> Rattachement:
        source = catalogue.get_source(source_id)
        fichiers = read_fichiers(source, raw_dir, telechargement=False)
        elements = chain.from_iterable(LECTEURS[source.lecteur or ""].read(contenu) for contenu in fichiers.contenus)
        communes = territoires.get_referentiel(session_nationale)
        return attach(elements, source, catalogue.list_de(source_id), communes, territoires.epci)

    return lire


@pytest.mark.parametrize("source_id", ATTENDUS)
def test_the_whole_file(attacher, source_id: str) -> None:
    lues, rejets, communes = ATTENDUS[source_id]
    rattachement = attacher(source_id)
    valeurs = rattachement.valeurs.dropna(how="all")
    assert rattachement.lues == lues
    assert {code.value: nombre for code, nombre in rattachement.rejets.items()} == rejets
    assert rattachement.chargees == lues - sum(rejets.values())
    assert (valeurs.index.get_level_values("niveau") == Niveau.COMMUNE).sum() == communes


def test_every_source_with_a_file_is_listed_here(raw_dir: Path) -> None:
    sources = get_catalogue().sources.values()
    presentes = {source.id for source in sources if source.motif and list(raw_dir.glob(source.motif))}
    assert presentes == set(ATTENDUS)


def test_figures_known_elsewhere(attacher) -> None:
    recensement = attacher("recensement-2022").valeurs
    assert recensement.loc[("commune", "75056"), "population"] == 2_113_705
    # Mayotte is not in the census file: absent, not zero.
    assert ("commune", "97608") not in recensement.index
    sites = attacher("arcep-sites-metropole-2018").valeurs["sites_mobiles"]
    # All but the three out at sea and the one without coordinates; arrondissements are in their city already.
    assert sites.xs("commune", level="niveau").sum() == 77_144
    paris = sites.xs("arrondissement", level="niveau").filter(like="751").sum()
    assert paris == sites["commune", "75056"]
    quartiers = attacher("quartiers-prioritaires").valeurs
    assert quartiers["communes_avec_quartier_prioritaire"].sum() == 824
    densite = attacher("densite").valeurs["classe_densite"].value_counts()
    assert densite.to_dict() == {6: 18_288, 7: 7_236, 5: 5_072, 4: 1_996, 3: 947, 1: 699, 2: 637}


def test_a_real_file_loads_twice_into_the_same(fabrique_nationale, raw_dir: Path) -> None:
    noms = ["illectronisme-hdf-2019", "densite"]
    premiers, seconds = (
        services.load_sources(fabrique_nationale, noms, raw_dir, telechargement=False, now=NOW) for _ in range(2)
    )
    assert [rapport.statut for rapport in premiers] == ["chargee", "chargee"]
    assert [rapport.statut for rapport in seconds] == ["inchangee", "inchangee"]
    assert [rapport.valeurs for rapport in premiers] == [182, 34_875]
    with fabrique_nationale() as session:
        publiees = services.list_niveau(session, "part_illectronisme_publiee", 2019, Niveau.EPCI, (Niveau.REGION, "32"))
        (densite,) = services.list_valeurs(session, Niveau.COMMUNE, "60694")
    assert sum(valeur.valeur is not None for valeur in publiees) == 91
    assert densite.indicateur.classes[int(densite.valeur) - 1] == "Rural à habitat dispersé"
