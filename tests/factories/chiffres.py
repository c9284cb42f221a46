"""Invented figures of the territories of `make_bretagne`: people in need, access, gaps that add up.

People in illectronisme in 2021 and the parts of them beyond 10, 15, 20 and 30 minutes by car of a place of help:

| commune | people (low, high) | beyond |
|---|---|---|
| 29019 Brest | 10,000 (9,000 to 11,000) | 1/2, 1/4, 1/8, 0 |
| 29075 Guipavas | 1,000 (800 to 1,200) | 1, 1/2, 1/4, 0 |
| 29103 Landerneau | 1,200 (1,000 to 1,400) | 0, 0, 0, 0 |
| 29208 Plourin | 100.5 (50 to 150) | 1, 1, 1, 1/2 |
| 22387 Le Vieux-Marché | unknown | 1, 1, 0, 0 |
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.couverture.blocs import iter_lots, write_blocs, write_communes
from tierslieux.couverture.communes import Communes
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.hypotheses import Volet
from tierslieux.couverture.models import AccesCommune, AccesTerritoire, EditionCouverture
from tierslieux.couverture.volets import Colonnes
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.models import Territoire
from tierslieux.trajets.moteur import Mode

PERSONNES = "personnes_illectronisme"
BREST, TREGOR = "242900314", "200000001"
NOW = dt.datetime(2026, 11, 22, 4, 12, tzinfo=dt.UTC)

_BESOINS = {
    "29019": (10_000.0, 9_000.0, 11_000.0),
    "29075": (1_000.0, 800.0, 1_200.0),
    "29103": (1_200.0, 1_000.0, 1_400.0),
    "29208": (100.5, 50.0, 150.0),
}
_PARTS = {
    "29019": [0.5, 0.25, 0.125, 0.0],
    "29075": [1.0, 0.5, 0.25, 0.0],
    "29103": [0.0, 0.0, 0.0, 0.0],
    "29208": [1.0, 1.0, 1.0, 0.5],
    "22387": [1.0, 1.0, 0.0, 0.0],
}
# Sums of the communes: need, then those beyond each threshold with their bounds, and inhabitants beyond.
_TERRITOIRES: dict[tuple[Niveau, str], tuple[float, list[float], list[float], list[float], list[float]]] = {
    (Niveau.EPCI, BREST): (
        11_000.0,
        [6_000.0, 3_000.0, 1_500.0, 0.0],
        [5_400.0, 2_700.0, 1_300.0, 0.0],
        [6_600.0, 3_300.0, 1_700.0, 0.0],
        [84_632.0, 42_316.0, 21_158.0, 0.0],
    ),
    (Niveau.EPCI, TREGOR): (
        1_300.5,
        [100.5, 100.5, 100.5, 50.25],
        [50.0, 50.0, 50.0, 25.0],
        [150.0, 150.0, 150.0, 75.0],
        [1_200.0, 1_200.0, 1_200.0, 600.0],
    ),
    (Niveau.FRANCE, CODE_FRANCE): (
        12_300.5,
        [6_100.5, 3_100.5, 1_600.5, 50.25],
        [5_450.0, 2_750.0, 1_350.0, 25.0],
        [6_750.0, 3_450.0, 1_850.0, 75.0],
        [85_832.0, 43_516.0, 22_358.0, 600.0],
    ),
}


def make_valeurs(session: Session) -> None:
    """People in need of two definitions, complementary vintages, a class; and the edition of one source."""
    for code, (valeur, bas, haut) in _BESOINS.items():
        make_valeur(session, PERSONNES, 2021, Niveau.COMMUNE, code, valeur, bas, haut)
        # Another definition: twice as many.
        make_valeur(session, PERSONNES, 2019, Niveau.COMMUNE, code, 2 * valeur, 2 * bas, 2 * haut)
    for (niveau, code), (valeur, *_) in _TERRITOIRES.items():
        make_valeur(session, PERSONNES, 2021, niveau, code, valeur, valeur - 500, valeur + 500)
    make_valeur(session, "sites_mobiles", 2018, Niveau.COMMUNE, "29019", 12)
    make_valeur(session, "sites_mobiles", 2020, Niveau.COMMUNE, "22387", 3)
    make_valeur(session, "classe_densite", 2025, Niveau.COMMUNE, "29019", 1)
    make_valeur(session, "taux_chomage", 2022, Niveau.COMMUNE, "29019", 0.125)
    session.add(
        EditionIndicateurs(
            source_id="densite",
            edition="2025",
            millesime=2025,
            sha256="0",
            empreinte="0",
            lues=1,
            chargees=1,
            rejets={},
            communes=1,
            remarques={},
            chargee_at=NOW,
        )
    )
    session.flush()


def make_valeur(  # noqa: PLR0917  (a row, in the order of its table)
    session: Session,
    indicateur: str,
    millesime: int,
    niveau: Niveau,
    code: str,
    valeur: float,
    bas: float | None = None,
    haut: float | None = None,
) -> None:
    """One value."""
    session.add(
        ValeurIndicateur(
            indicateur=indicateur, millesime=millesime, niveau=niveau, code=code, valeur=valeur, bas=bas, haut=haut
        )
    )


def make_acces(session: Session) -> None:
    """What a computation would have written for a place of help by car."""
    for code, parts in _PARTS.items():
        session.add(
            AccesCommune(
                cible="aide",
                mode="voiture",
                code=code,
                lieu_id=None,
                duree_min=12.34,
                duree_second_min=18.0,
                heures_semaine=35.25,
                accessibilite=None if code == "22387" else 4.567,
                parts_au_dela=parts,
                portee_m=None,
            )
        )
    for (niveau, code), (besoin, au_dela, bas, haut, population) in _TERRITOIRES.items():
        session.add(
            AccesTerritoire(
                niveau=niveau,
                code=code,
                cible="aide",
                mode="voiture",
                duree_min=11.0,
                heures_semaine=30.0,
                accessibilite=5.0,
                gini=0.25,
                part_dixieme=0.0312,
                population=170_000,
                population_au_dela=population,
                besoin=besoin,
                besoin_bas=besoin - 500,
                besoin_haut=besoin + 500,
                besoin_au_dela=au_dela,
                au_dela_bas=bas,
                au_dela_haut=haut,
            )
        )
    session.add(
        AccesTerritoire(
            niveau=Niveau.DEPARTEMENT,
            code="22",
            cible="aide",
            mode="voiture",
            duree_min=11.0,
            heures_semaine=30.0,
            population=0.0,
            population_au_dela=[0.0, 0.0, 0.0, 0.0],
        )
    )
    session.flush()
    _make_blocs(session)


def _make_blocs(session: Session) -> None:
    """The same shares as tables of numbers; a fifth of the people aged 15 and over of each commune is in need."""
    codes = sorted(_PARTS)
    nombre = len(codes)
    habitants = {t.code: t.population for t in session.scalars(select(Territoire).where(Territoire.code.in_(codes)))}
    besoins = np.array([_BESOINS[code][0] if code in _BESOINS else np.nan for code in codes])
    un = np.array(["un"])
    communes = Communes(
        codes=np.array(codes),
        epcis=un,
        departements=un,
        regions=un,
        rangs_epcis=np.zeros(nombre, dtype=np.int64),
        rangs_departements=np.zeros(nombre, dtype=np.int64),
        rangs_regions=np.zeros(nombre, dtype=np.int64),
        population=np.array([float(habitants.get(code) or 0) for code in codes]),
        densite=np.zeros(nombre, dtype=np.int64),
        parts=np.where(np.isnan(besoins), np.nan, 0.2),
        personnes_15=besoins * 5,
        actifs=np.full(nombre, np.nan),
        lon=np.full(nombre, np.nan),
        lat=np.full(nombre, np.nan),
        rayon_m=np.full(nombre, np.nan),
        bassin=np.zeros(nombre, dtype=np.int64),
        ecart_regions=np.array([0.01]),
        ecarts=np.array([0.01, 0.01]),
        annee=np.array([2021]),
    )
    write_communes(session, communes)
    parts = np.array([_PARTS[code] for code in codes])
    autres = np.full((nombre, 5), np.nan)
    table = Colonnes(np.column_stack((autres, parts, np.full(nombre, np.nan))))
    volet = Volet(Cible.AIDE, Mode.VOITURE)
    write_blocs(session, list(iter_lots({volet: table}, {volet: [0]})))


def make_edition(session: Session) -> None:
    """The computation that stands."""
    session.add(
        EditionCouverture(
            id=1,
            moteur="estimation",
            parametres="0",
            resume={
                "libelle_moteur": "estimation à partir de la distance",
                "points": 6,
                "communes_avec_carreaux": 0,
                "lieux": 3,
                "lieux_sans_horaires": 1,
            },
            calculee_at=NOW,
            actualisee_at=NOW,
        )
    )
    session.flush()
