"""Shares of people in illectronisme by commune: the model fitted on the loaded figures, then held to published ones.

Both definitions stay apart: 2019 (12 months) and 2021 (3 months) have each their own shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError
from tierslieux.core.geo import ZONES_OUTRE_MER
from tierslieux.indicateurs import queries
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
from tierslieux.indicateurs.publies import Incertitude, Publie
from tierslieux.territoires.enums import Niveau

# (indicator, vintage): shares of the people aged 15 and over, their number, and that of all people.
COVARIABLES = (("part_65_plus_parmi_15_plus", 2017), ("part_sans_bac", 2017))
POIDS = ("population_15_plus", 2022)
POPULATION = ("population", 2022)
PUBLIEE = ("part_illectronisme_publiee", 2019)
ENTREES = (*COVARIABLES, POIDS, POPULATION, PUBLIEE)
MAYOTTE = "976"

_NOMS = [nom for nom, _ in COVARIABLES]


@dataclass(frozen=True, slots=True)
class Ajuste:
    """The model fitted on the EPCI of which INSEE publishes the rate, and what it gives for each commune.

    `rmse` (a share) and `couverture` (0 to 1): error of EPCI left out in turn, and share of them in their interval.
    `coefficients`: the line, constant first, then one slope a covariate.
    """

    epci: int
    rmse: float
    couverture: float
    parts: Flottants
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Annee:
    """Shares by one definition, before and after they are held to what is published of it."""

    avant: Flottants
    calees: Flottants


def read_communes(session: Session) -> pd.DataFrame:
    """Every commune by code: parents (None where none), covariates, `personnes_15`; NaN where nothing says it.

    A commune without covariates takes the means of its EPCI, else of its département (`covariables_empruntees`); one of
    which the census does not give the children takes the share of its EPCI (`personnes_deduites`).
    Raises ComputationError without census.
    """
    rangees = session.execute(queries.list_communes_stmt()).all()
    frame = pd.DataFrame(rangees, columns=["niveau", "code", "epci", "departement", "region", "ville", "population"])
    communes = frame[frame["niveau"] == Niveau.COMMUNE.value].set_index("code")
    communes = communes[["epci", "departement", "region"]].copy()
    for nom, millesime in COVARIABLES:
        communes[nom] = read_valeurs(session, (nom, millesime), Niveau.COMMUNE)
    communes["personnes_15"] = read_valeurs(session, POIDS, Niveau.COMMUNE)
    habitants = read_valeurs(session, POPULATION, Niveau.COMMUNE).reindex(communes.index)
    if communes["personnes_15"].isna().all() or communes[_NOMS].isna().any(axis=1).all():
        raise ComputationError("Il manque les figures du recensement : flask indicateurs load --all")
    communes["personnes_deduites"] = communes["personnes_15"].isna() & (habitants > 0)
    # A share of 15 and over weighs by inhabitants, covariates by people of 15 and over.
    proportion = _borrow(communes, communes["personnes_15"] / habitants.where(habitants > 0), habitants)
    communes["personnes_15"] = communes["personnes_15"].fillna(proportion * habitants.where(habitants > 0))
    manques = communes[_NOMS].isna().any(axis=1)
    for nom in _NOMS:
        communes[nom] = _borrow(communes, communes[nom], communes["personnes_15"])
    communes["covariables_empruntees"] = manques & communes[_NOMS].notna().all(axis=1)
    return communes


def list_modelisees(communes: pd.DataFrame) -> Booleens:
    """Which rows of `read_communes` the model says something of: covariates, and people."""
    connues = communes[_NOMS].notna().all(axis=1) & (communes["personnes_15"] > 0)
    masque: Booleens = (connues & (communes["departement"] != MAYOTTE)).to_numpy(dtype=np.bool_)
    return masque


def adjust(session: Session, modelisees: pd.DataFrame) -> Ajuste:
    """Fit on the published EPCI, and apply to these communes; raises ComputationError without enough figures."""
    publiees = read_valeurs(session, PUBLIEE, Niveau.EPCI)
    sommes = modelisees["personnes_15"].groupby(modelisees["epci"]).sum()
    pesees = {
        nom: (modelisees[nom] * modelisees["personnes_15"]).groupby(modelisees["epci"]).sum() / sommes for nom in _NOMS
    }
    epci = pd.DataFrame(pesees).join(publiees.rename("publiee"), how="inner")
    x, y = epci[_NOMS].to_numpy(), epci["publiee"].to_numpy()
    try:
        # One row less is what remains when one is left out.
        fit(x[1:], y[1:])
    except ValueError as erreur:
        raise ComputationError(
            f"Illectronisme : {len(epci)} intercommunalités ont un taux publié, c’est trop peu pour ajuster le modèle."
        ) from erreur
    rmse, couverture = leave_one_out(x, y)
    ajustement = fit(x, y)
    parts, _ = predict(ajustement, modelisees[_NOMS].to_numpy())
    return Ajuste(len(epci), rmse, couverture, parts, tuple(ajustement.coefficients.tolist()))


def calibrate_annees(modelisees: pd.DataFrame, parts: Flottants, publies: Sequence[Publie]) -> dict[int, Annee]:
    """Shares by year of definition, each held to the figures of its own year that have members here."""
    poids = modelisees["personnes_15"].to_numpy()
    annees: dict[int, Annee] = {}
    avant, calees = parts, parts
    for annee in sorted({publie.annee for publie in publies}):
        cibles = [
            Cible(publie.lieu, membres, publie.part, publie.arrondi)
            for publie in publies
            if publie.annee == annee and publie.cale and (membres := list_membres(modelisees, publie.membres)).any()
        ]
        # The first year is held to its figures; the next one starts from there, so that régions keep what sets them
        # apart. What it is compared with is the model alone, scaled to the country as a whole.
        if annees:
            avant = parts * (cibles[-1].part / compute_moyenne(calees, poids, cibles[-1].membres))
        calees = calibrate(calees, poids, cibles)
        annees[annee] = Annee(avant, calees)
    return annees


def list_membres(communes: pd.DataFrame, membres: Sequence[str]) -> Booleens:
    """Which communes a published figure is about."""
    outre_mer = find_outre_mer(communes)
    groupes = {"france": np.ones(len(communes), dtype=bool), "metropole": ~outre_mer, "outre-mer": outre_mer}
    if membres[0] in groupes:
        return groupes[membres[0]]
    region: Booleens = communes["region"].isin(membres).to_numpy(dtype=np.bool_)
    return region


def find_outre_mer(communes: pd.DataFrame) -> Booleens:
    """Which communes lie overseas."""
    masque: Booleens = communes["departement"].isin(ZONES_OUTRE_MER).to_numpy(dtype=np.bool_)
    return masque


def find_publie(publies: Sequence[Publie], annee: int, membre: str) -> Publie | None:
    """The figure of a group ("outre-mer", a code of région…) that shares of this year are held to."""
    return next((p for p in publies if p.annee == annee and p.cale and membre in p.membres), None)


def choose_ecart(
    region: str, annee: int, publies: Sequence[Publie], incertitude: Incertitude, *, outre_mer: bool
) -> float:
    """Standard deviation of the error that is common to a région, for one year of definition."""
    if outre_mer:
        return incertitude.outre_mer_calee if find_publie(publies, annee, "outre-mer") else incertitude.outre_mer
    if find_publie(publies, annee, region):
        return incertitude.region_calee
    if any(find_publie(publies, autre, region) for autre in {publie.annee for publie in publies}):
        return incertitude.region_calee_autre_annee
    return incertitude.region


def read_valeurs(session: Session, indicateur: tuple[str, int], niveau: Niveau) -> pd.Series:
    """One indicator of one vintage by code of a level."""
    rangees = session.execute(queries.list_valeurs_niveau_stmt(*indicateur, niveau)).all()
    return pd.Series({rangee.code: rangee.valeur for rangee in rangees}, dtype="float64")


def _borrow(communes: pd.DataFrame, valeurs: pd.Series, poids: pd.Series) -> pd.Series:
    """The values, those absent being the weighted mean of the EPCI, else of the département."""
    completes = valeurs
    for parent in ("epci", "departement"):
        connues = valeurs.notna() & (poids > 0)
        parents = communes[parent][connues]
        moyennes = (valeurs * poids)[connues].groupby(parents).sum() / poids[connues].groupby(parents).sum()
        completes = completes.fillna(communes[parent].map(moyennes))
    return completes
