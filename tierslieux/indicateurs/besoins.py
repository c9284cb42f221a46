"""People in illectronisme: from shares by commune to people with their interval at every level, and back from the base.

Where nothing is known of a whole overseas région (Mayotte), its share is the published rate of overseas, with a wide
interval; people are then absent, since nobody counted them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from sqlalchemy.orm import Session

from tierslieux.indicateurs import queries
from tierslieux.indicateurs.agregation import PARENTS
from tierslieux.indicateurs.estimation import choose_ecart, find_outre_mer, find_publie
from tierslieux.indicateurs.illectronisme import Booleens, Flottants
from tierslieux.indicateurs.incertitude import NIVEAU_CONFIANCE, Besoins, Ecarts, rank_codes
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.indicateurs.publies import get_incertitude, list_publies
from tierslieux.territoires.enums import Niveau

# One source for each definition, by year: they are never mixed.
SOURCES = {2019: "modele-illectronisme-2019", 2021: "modele-illectronisme-2021"}
PERSONNES, PART = "personnes_illectronisme", "part_illectronisme"
# The definition of illectronisme that is shown unless another is asked for.
ANNEE_BESOIN = 2021
NIVEAUX = (Niveau.COMMUNE, Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION, Niveau.FRANCE)

# (indicateur, niveau, code, valeur, bas, haut)
Chiffre: TypeAlias = tuple[str, str, str, float, float, float]


def build_besoins(modelisees: pd.DataFrame, annee: int, parts: Flottants, rmse: float) -> Besoins:
    """People in need of the communes of the model (rows of `estimation.read_communes`), by one definition.

    `rmse` is what the model misses an EPCI by, as a share.
    """
    incertitude = get_incertitude()
    regions = _read_codes(modelisees["region"])
    outre_mer = set(regions[find_outre_mer(modelisees)])
    return _build(
        annee,
        modelisees,
        parts,
        modelisees["personnes_15"].to_numpy(),
        {
            "regions": {
                code: choose_ecart(code, annee, list_publies(), incertitude, outre_mer=code in outre_mer)
                for code in sorted(set(regions))
            },
            "epci": rmse,
            "commune": rmse * incertitude.rapport_commune,
        },
    )


def encode_ecarts(besoins: Besoins) -> dict[str, Any]:
    """The standard deviations as they are kept in the edition; `read_besoins` reads them."""
    codes, _ = rank_codes(besoins.regions)
    return {
        "regions": dict(zip(codes.tolist(), besoins.ecarts.regions.tolist(), strict=True)),
        "epci": besoins.ecarts.epci,
        "commune": besoins.ecarts.commune,
    }


def read_besoins(session: Session, annee: int) -> Besoins | None:
    """See `services.load_besoins`."""
    edition = session.get(EditionIndicateurs, SOURCES[annee])
    rangees = session.execute(queries.list_besoins_stmt(PERSONNES, PART, annee)).all()
    if edition is None or not rangees:
        return None
    lues = pd.DataFrame(rangees, columns=["code", "epci", "departement", "region", "personnes", "part"])
    parts = lues["part"].to_numpy(dtype=np.float64)
    personnes_15 = lues["personnes"].to_numpy(dtype=np.float64) / parts
    ecarts = cast("dict[str, Any]", edition.remarques["ecarts"])
    return _build(annee, lues.set_index("code"), parts, personnes_15, ecarts)


def list_chiffres(besoins: Besoins, tenus: pd.MultiIndex) -> Iterator[Chiffre]:
    """People and shares of every commune, and of the wider territories (niveau, code) that are in `tenus`."""
    tous = np.ones(len(besoins.communes))
    for niveau in NIVEAUX:
        codes, groupes = besoins.rank(niveau)
        membres = groupes >= 0
        personnes_15 = np.bincount(groupes[membres], besoins.personnes_15[membres], minlength=len(codes))
        estimations = besoins.estimate(tous, groupes, len(codes))
        bornes = (estimations.valeur, estimations.bas, estimations.haut)
        gardes = [niveau is Niveau.COMMUNE or (niveau.value, code) in tenus for code in codes.tolist()]
        for indicateur, diviseur in ((PERSONNES, 1.0), (PART, personnes_15)):
            figures = np.column_stack([borne / diviseur for borne in bornes]).tolist()
            for code, (valeur, bas, haut), garde in zip(codes.tolist(), figures, gardes, strict=True):
                if garde:
                    yield indicateur, niveau.value, code, valeur, bas, haut


def find_sans_covariables(communes: pd.DataFrame, modelisees: Booleens) -> Booleens:
    """Communes overseas of whose région the model says nothing: Mayotte."""
    connues = set(communes["region"][modelisees])
    sans: Booleens = find_outre_mer(communes) & ~communes["region"].isin(connues).to_numpy(dtype=np.bool_)
    return sans


def list_taux_publies(communes: pd.DataFrame, sans: Booleens, annee: int) -> Iterator[Chiffre]:
    """The published rate of overseas for communes without covariates, and the territories that they fill.

    Nothing for a year of which no rate is published overseas.
    """
    publie = find_publie(list_publies(), annee, "outre-mer")
    if publie is None or not sans.any():
        return
    marge = float(norm.ppf((1 + NIVEAU_CONFIANCE) / 2)) * get_incertitude().sans_covariables
    figures = (publie.part, max(publie.part - marge, 0.0), min(publie.part + marge, 1.0))
    for code in communes.index[sans]:
        yield PART, Niveau.COMMUNE.value, code, *figures
    for niveau, colonne in PARENTS.items():
        if niveau is not Niveau.FRANCE:
            for code in sorted(set(communes[colonne][sans].dropna()) - set(communes[colonne][~sans].dropna())):
                yield PART, niveau.value, code, *figures


def _build(
    annee: int, communes: pd.DataFrame, parts: Flottants, personnes_15: Flottants, ecarts: Mapping[str, Any]
) -> Besoins:
    regions, epcis = _read_codes(communes["region"]), _read_codes(communes["epci"])
    codes_regions, rangs_regions = rank_codes(regions)
    return Besoins(
        annee=annee,
        communes=communes.index.to_numpy(dtype=np.str_),
        epcis=epcis,
        departements=_read_codes(communes["departement"]),
        regions=regions,
        parts=parts,
        personnes_15=personnes_15,
        rangs_regions=rangs_regions,
        rangs_epcis=rank_codes(epcis)[1],
        ecarts=Ecarts(
            regions=np.array([ecarts["regions"][code] for code in codes_regions.tolist()], dtype=np.float64),
            epci=ecarts["epci"],
            commune=ecarts["commune"],
        ),
    )


def _read_codes(colonne: pd.Series) -> NDArray[np.str_]:
    codes: NDArray[np.str_] = colonne.fillna("").to_numpy(dtype=np.str_)
    return codes
