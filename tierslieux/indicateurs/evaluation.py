"""How good the small-area model of illectronisme is: on intercommunalités left out, and on what INSEE publishes.

Both definitions stay apart: what is published of 2019 (12 months) is compared with shares calibrated on 2019, what is
published of 2021 (3 months) with shares calibrated on 2021.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError
from tierslieux.core.geo import ZONES_OUTRE_MER
from tierslieux.indicateurs import queries
from tierslieux.indicateurs.catalogue import DOSSIER
from tierslieux.indicateurs.illectronisme import (
    Booleens,
    Cible,
    Flottants,
    calibrate,
    compute_moyenne,
    fit,
    leave_one_out,
    predict,
)
from tierslieux.territoires.enums import Niveau

FICHIER = DOSSIER / "illectronisme.toml"
# (indicator, vintage): shares of the people aged 15 and over, and their number.
COVARIABLES = (("part_65_plus_parmi_15_plus", 2017), ("part_sans_bac", 2017))
POIDS = ("population_15_plus", 2022)
PUBLIEE = ("part_illectronisme_publiee", 2019)
MAYOTTE = "976"


@dataclass(frozen=True, slots=True)
class Publie:
    """A figure of INSEE: see geodata/indicateurs/illectronisme.toml."""

    lieu: str
    annee: int
    membres: tuple[str, ...]
    part: float
    arrondi: float
    source: str
    cale: bool = True


@dataclass(frozen=True, slots=True)
class Comparaison:
    """One published figure beside the model's, before and after calibration; percents. Keys of the JSON are English."""

    place: str
    year: int
    modelled: float
    calibrated: float
    published: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`loo_rmse_points`: error of prediction of EPCI left out, in points of percent; `interval_coverage`: 0 to 1."""

    epci: int
    loo_rmse_points: float
    interval_coverage: float
    published: tuple[Comparaison, ...]

    def to_json(self) -> dict[str, object]:
        """The evaluation as one JSON object."""
        return asdict(self)


@cache
def list_publies() -> tuple[Publie, ...]:
    """What INSEE publishes, in the order of the file."""
    lus = tomllib.loads(FICHIER.read_text(encoding="utf-8"))["publie"]
    return tuple(Publie(**{**lu, "membres": tuple(lu["membres"])}) for lu in lus)


def evaluate(session: Session) -> Evaluation:
    """Fit on the published EPCI, leave each out in turn, and compare; raises ComputationError without the figures."""
    communes = _read_communes(session)
    publiees = _read(session, PUBLIEE, Niveau.EPCI)
    covariables = [nom for nom, _ in COVARIABLES]
    epci = _average(communes, covariables).join(publiees.rename("publiee"), how="inner")
    x, y = epci[covariables].to_numpy(), epci["publiee"].to_numpy()
    rmse, couverture = leave_one_out(x, y)
    modele, _ = predict(fit(x, y), communes[covariables].to_numpy())
    return Evaluation(len(epci), round(100 * rmse, 3), round(couverture, 4), tuple(_compare(communes, modele)))


def _compare(communes: pd.DataFrame, modele: Flottants) -> list[Comparaison]:
    poids = communes["poids"].to_numpy()
    comparaisons: list[Comparaison] = []
    avant, calees = modele, modele
    for annee in sorted({publie.annee for publie in list_publies()}):
        publies = [publie for publie in list_publies() if publie.annee == annee]
        # The first year is held to its figures; the next one starts from there, scaled to the country as a whole.
        membres = {publie.lieu: _list_membres(communes, publie.membres) for publie in publies}
        cibles = [Cible(p.lieu, membres[p.lieu], p.part, p.arrondi) for p in publies if p.cale]
        if calees is not modele:
            avant = modele * (cibles[-1].part / compute_moyenne(calees, poids, cibles[-1].membres))
        calees = calibrate(calees, poids, cibles)
        comparaisons += [
            Comparaison(
                publie.lieu,
                annee,
                round(100 * compute_moyenne(avant, poids, membres[publie.lieu]), 2),
                round(100 * compute_moyenne(calees, poids, membres[publie.lieu]), 2),
                round(100 * publie.part, 2),
            )
            for publie in publies
        ]
    return comparaisons


def _list_membres(communes: pd.DataFrame, membres: Sequence[str]) -> Booleens:
    outre_mer: Booleens = communes["departement"].isin(ZONES_OUTRE_MER).to_numpy(dtype=np.bool_)
    groupes = {"france": np.ones(len(communes), dtype=bool), "metropole": ~outre_mer, "outre-mer": outre_mer}
    if membres[0] in groupes:
        return groupes[membres[0]]
    region: Booleens = communes["region"].isin(membres).to_numpy(dtype=np.bool_)
    return region


def _read_communes(session: Session) -> pd.DataFrame:
    """Communes but Mayotte's with covariates, weight and parents; what one lacks is that of its département."""
    rangees = session.execute(queries.list_communes_stmt()).all()
    frame = pd.DataFrame(rangees, columns=["niveau", "code", "epci", "departement", "region", "ville", "population"])
    communes = frame[frame["niveau"] == Niveau.COMMUNE.value].set_index("code")
    for nom, millesime in COVARIABLES:
        communes[nom] = _read(session, (nom, millesime), Niveau.COMMUNE)
    communes["poids"] = _read(session, POIDS, Niveau.COMMUNE)
    communes = communes[(communes["departement"] != MAYOTTE) & (communes["poids"] > 0)].copy()
    if communes.empty:
        raise ComputationError("Il manque les figures du recensement : flask indicateurs load --all")
    for nom, _ in COVARIABLES:
        connues = communes.dropna(subset=[nom])
        moyennes = (connues[nom] * connues["poids"]).groupby(connues["departement"]).sum()
        moyennes /= connues["poids"].groupby(connues["departement"]).sum()
        communes[nom] = communes[nom].fillna(communes["departement"].map(moyennes))
    return communes.dropna(subset=[nom for nom, _ in COVARIABLES])


def _average(communes: pd.DataFrame, colonnes: Sequence[str]) -> pd.DataFrame:
    """Means by EPCI, weighted by people."""
    sommes = communes["poids"].groupby(communes["epci"]).sum()
    pesees = {nom: (communes[nom] * communes["poids"]).groupby(communes["epci"]).sum() / sommes for nom in colonnes}
    return pd.DataFrame(pesees)


def _read(session: Session, indicateur: tuple[str, int], niveau: Niveau) -> pd.Series:
    rangees = session.execute(queries.list_valeurs_niveau_stmt(*indicateur, niveau)).all()
    return pd.Series({rangee.code: rangee.valeur for rangee in rangees}, dtype="float64")
