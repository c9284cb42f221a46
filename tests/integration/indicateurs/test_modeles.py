"""Models written at every level: sums, published figures found again, borrowed figures, Mayotte, idempotence."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.territoires import make_territoire
from tierslieux.indicateurs import services
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.indicateurs.chargement import RapportSource, refresh_moyennes
from tierslieux.indicateurs.chargement import Territoires as TerritoiresCharges
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SOURCES = ("recensement-2022", "recensement-2017", "illectronisme-hdf-2019")
SOURCES_TIERS_LIEUX = ("comparateur-2018", "arcep-fixe-2019", "densite")
EPCIS = [f"20000000{rang}" for rang in range(6)]


def ajouter(session: Session, niveau: Niveau, code: str, **valeurs: float) -> None:
    """Values by "indicateur_annee"."""
    for nom, valeur in valeurs.items():
        indicateur, _, annee = nom.rpartition("_")
        session.add(
            ValeurIndicateur(indicateur=indicateur, millesime=int(annee), niveau=niveau.value, code=code, valeur=valeur)
        )


def editer(session: Session, *source_ids: str, empreinte: str = "1") -> None:
    for source_id in source_ids:
        session.merge(
            EditionIndicateurs(
                source_id=source_id,
                edition="essai",
                millesime=2022,
                sha256="00",
                empreinte=empreinte,
                lues=1,
                chargees=1,
                rejets={},
                communes=1,
                remarques={"avertissements": {}, "rejets": []},
                chargee_at=NOW,
            )
        )


@pytest.fixture
def communes(session: Session) -> list[str]:
    """Six EPCI of two communes, a hamlet and a new commune in the first, one of Mayotte of which nothing is known."""
    make_territoire(session, Niveau.FRANCE, "FR", "France")
    for code, nom in (("53", "Bretagne"), ("06", "Mayotte")):
        make_territoire(session, Niveau.REGION, code, nom)
    make_territoire(session, Niveau.DEPARTEMENT, "29", "Finistère", region_code="53")
    make_territoire(session, Niveau.DEPARTEMENT, "976", "Mayotte", region_code="06")
    hasard = np.random.default_rng(7)
    codes = []
    for rang, epci in enumerate(EPCIS):
        make_territoire(session, Niveau.EPCI, epci, epci, departement_code="29", region_code="53")
        for suite in range(2):
            code = f"290{2 * rang + suite:02d}"
            ages, diplomes = hasard.uniform(0.15, 0.4), hasard.uniform(0.4, 0.7)
            creer(session, code, 1000 * (rang + 1), epci)
            ajouter(
                session,
                Niveau.COMMUNE,
                code,
                population_2022=1000 * (rang + 1),
                population_15_plus_2022=800 * (rang + 1),
                part_65_plus_parmi_15_plus_2017=ages,
                part_sans_bac_2017=diplomes,
            )
            codes.append(code)
        ajouter(session, Niveau.EPCI, epci, part_illectronisme_publiee_2019=0.13 + 0.01 * rang)
    # A hamlet of which the census gives no age of 2022, and a commune that did not exist in 2017.
    creer(session, "29090", 40, EPCIS[0])
    ajouter(
        session,
        Niveau.COMMUNE,
        "29090",
        population_2022=40,
        part_65_plus_parmi_15_plus_2017=0.3,
        part_sans_bac_2017=0.6,
    )
    creer(session, "29091", 500, EPCIS[0])
    ajouter(session, Niveau.COMMUNE, "29091", population_2022=500, population_15_plus_2022=400)
    creer(session, "97601", None, None, mayotte=True)
    editer(session, *SOURCES)
    session.commit()
    return [*codes, "29090", "29091"]


def creer(session: Session, code: str, population: int | None, epci: str | None, *, mayotte: bool = False) -> None:
    make_territoire(
        session,
        Niveau.COMMUNE,
        code,
        code,
        departement_code="976" if mayotte else "29",
        region_code="06" if mayotte else "53",
        epci_code=epci,
        population=population,
    )


def calculer(fabrique: sessionmaker[Session]) -> dict[str, RapportSource]:
    return {rapport.source: rapport for rapport in services.compute_modeles(fabrique, now=NOW)}


def lire(session: Session, indicateur: str, annee: int) -> dict[tuple[str, str], ValeurIndicateur]:
    session.expire_all()
    stmt = select(ValeurIndicateur).where(
        ValeurIndicateur.indicateur == indicateur, ValeurIndicateur.millesime == annee
    )
    return {(v.niveau, v.code): v for v in session.scalars(stmt)}


def test_published_totals_are_found_again_and_parents_are_the_sum_of_their_communes(
    session: Session, fabrique: sessionmaker[Session], communes: list[str]
) -> None:
    rapports = calculer(fabrique)
    assert rapports["modele-illectronisme-2021"].statut == "chargee"
    for annee, publiee in ((2019, 0.165), (2021, 0.154)):
        personnes, parts = lire(session, "personnes_illectronisme", annee), lire(session, "part_illectronisme", annee)
        somme = sum(personnes["commune", code].valeur for code in communes)
        for cle in (("france", "FR"), ("region", "53"), ("departement", "29")):
            assert personnes[cle].valeur == pytest.approx(somme, rel=1e-12)
            assert parts[cle].valeur == pytest.approx(publiee, abs=1e-6)
        assert sum(personnes["epci", epci].valeur for epci in EPCIS) == pytest.approx(somme, rel=1e-12)
        # The fifth EPCI has two communes of 4,000 people of 15 and over.
        epci = personnes["epci", EPCIS[4]]
        assert parts["epci", EPCIS[4]].valeur == pytest.approx(epci.valeur / 8000)
        assert epci.bas is not None
        assert epci.haut is not None
        assert 0 < epci.bas < epci.valeur < epci.haut < 8000
    assert set(personnes) == {
        *(("commune", code) for code in communes),
        *(("epci", code) for code in EPCIS),
        ("departement", "29"),
        ("region", "53"),
        ("france", "FR"),
    }


def test_a_hamlet_and_a_new_commune_borrow_from_their_epci(
    session: Session, fabrique: sessionmaker[Session], communes: list[str]
) -> None:
    calculer(fabrique)
    personnes, parts = lire(session, "personnes_illectronisme", 2021), lire(session, "part_illectronisme", 2021)
    # 40 inhabitants, of whom four in five have 15 years or more, as in the EPCI.
    assert personnes["commune", "29090"].valeur == pytest.approx(32 * parts["commune", "29090"].valeur)
    assert personnes["commune", communes[0]].valeur == pytest.approx(800 * parts["commune", communes[0]].valeur)
    # The commune without covariates of 2017 lies between its neighbours.
    voisines = sorted(parts["commune", code].valeur for code in (communes[0], communes[1], "29090"))
    assert voisines[0] < parts["commune", "29091"].valeur < voisines[-1]
    edition = session.get(EditionIndicateurs, "modele-illectronisme-2021")
    assert edition is not None
    assert edition.remarques["communes"] == {
        "COVARIABLES_EMPRUNTEES": ["29091"],
        "PERSONNES_DEDUITES": ["29090"],
        "TAUX_PUBLIE": ["97601"],
    }
    assert edition.lues == edition.chargees == edition.communes == 15


@pytest.mark.usefixtures("communes")
def test_mayotte_has_the_published_rate_overseas_and_no_count(
    session: Session, fabrique: sessionmaker[Session]
) -> None:
    calculer(fabrique)
    parts = lire(session, "part_illectronisme", 2021)
    for cle in (("commune", "97601"), ("departement", "976"), ("region", "06")):
        assert parts[cle].valeur == 0.20
        # 1.645 × 6 points on both sides.
        assert (parts[cle].bas, parts[cle].haut) == (pytest.approx(0.1013, abs=1e-4), pytest.approx(0.2987, abs=1e-4))
    assert ("commune", "97601") not in lire(session, "personnes_illectronisme", 2021)
    # Nothing was published overseas by the definition of 2019.
    assert ("commune", "97601") not in lire(session, "part_illectronisme", 2019)


@pytest.mark.usefixtures("communes")
def test_besoins_give_back_what_was_written(session: Session, fabrique: sessionmaker[Session]) -> None:
    assert services.load_besoins(session) is None
    calculer(fabrique)
    for annee in (2019, 2021):
        besoins = services.load_besoins(session, annee)
        assert besoins is not None
        for niveau in (Niveau.COMMUNE, Niveau.EPCI, Niveau.FRANCE):
            codes, groupes = besoins.rank(niveau)
            e = besoins.estimate(np.ones(len(besoins.communes)), groupes, len(codes))
            ecrites = lire(session, "personnes_illectronisme", annee)
            for rang, code in enumerate(codes.tolist()):
                ecrite = ecrites[niveau.value, code]
                assert (ecrite.valeur, ecrite.bas, ecrite.haut) == pytest.approx(
                    (e.valeur[rang], e.bas[rang], e.haut[rang])
                )


@pytest.mark.usefixtures("communes")
def test_a_second_run_changes_nothing_until_a_source_does(session: Session, fabrique: sessionmaker[Session]) -> None:
    calculer(fabrique)
    avant = {cle: (v.valeur, v.bas, v.haut) for cle, v in lire(session, "part_illectronisme", 2021).items()}
    assert {rapport.statut for rapport in calculer(fabrique).values()} == {"inchangee", "absente"}
    # New weights weigh published averages again; those of the model keep their interval until they are computed again.
    with fabrique() as ouverte:
        refresh_moyennes(ouverte, get_catalogue(), TerritoiresCharges(ouverte), {"population_15_plus"})
        ouverte.commit()
    assert {cle: (v.valeur, v.bas, v.haut) for cle, v in lire(session, "part_illectronisme", 2021).items()} == avant
    editer(session, "recensement-2022", empreinte="2")
    session.commit()
    assert calculer(fabrique)["modele-illectronisme-2021"].statut == "chargee"


def test_what_is_missing_is_said(session: Session, fabrique: sessionmaker[Session], communes: list[str]) -> None:
    rapport = calculer(fabrique)["modele-tiers-lieux"]
    assert rapport.statut == "absente"
    assert "comparateur-2018, arcep-fixe-2019, densite" in (rapport.message or "")
    session.query(ValeurIndicateur).filter_by(indicateur="part_illectronisme_publiee").delete()
    editer(session, "illectronisme-hdf-2019", empreinte="2")
    session.commit()
    rapport = calculer(fabrique)["modele-illectronisme-2019"]
    assert rapport.statut == "absente"
    assert "0 intercommunalités ont un taux publié" in (rapport.message or "")
    assert communes


def test_need_for_third_places_at_every_level(
    session: Session, fabrique: sessionmaker[Session], communes: list[str]
) -> None:
    for rang, code in enumerate(communes):
        ajouter(
            session,
            Niveau.COMMUNE,
            code,
            actifs_2018=110,
            chomeurs_2018=10,
            emplois_2018=10 * rang,
            part_locaux_30_2019=rang / 20,
            classe_densite_2025=7 - rang // 2,
        )
    editer(session, *SOURCES_TIERS_LIEUX)
    session.commit()
    assert calculer(fabrique)["modele-tiers-lieux"].communes == 14
    assert lire(session, "actifs_occupes", 2018)["france", "FR"].valeur == 1400
    # 100 people in work, and 0, 10, 20… jobs: 100 + 90 + … + 0 must leave, and nobody from the last three.
    assert lire(session, "actifs_sans_emploi_local", 2018)["region", "53"].valeur == 550
    scores = lire(session, "score_besoin_tiers_lieux", 2019)
    assert scores["commune", communes[0]].valeur > 90
    assert scores["commune", communes[-1]].valeur < 10
    # Ranks have a mean of 50, and every commune weighs the same.
    assert scores["france", "FR"].valeur == pytest.approx(50)
    assert ("commune", "97601") not in scores


def test_load_missing_loads_what_it_can_and_says_what_lacks(
    fabrique: sessionmaker[Session], communes: list[str]
) -> None:
    rapports = {r.source: r for r in services.load_missing(fabrique, None, telechargement=False, now=NOW)}
    # Loaded sources are not asked for again; the others can be had nowhere, and that stops nothing.
    assert {rapports[source_id].statut for source_id in ("densite", "filosofi-2021")} == {"absente"}
    assert "TIERSLIEUX_RAW_DIR" in (rapports["densite"].message or "")
    assert not set(SOURCES) & set(rapports)
    assert rapports["modele-illectronisme-2021"].statut == "chargee"
    assert "modele-illectronisme-2021" not in {
        r.source for r in services.load_missing(fabrique, None, telechargement=False, now=NOW)
    }
    assert communes
