"""People as sources: their records outrank every publisher's, whose trust rank is at most 100."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from tierslieux.contributions.enums import Demarche, Voie
from tierslieux.core.sql import load_block
from tierslieux.lieux.enums import NatureSource

SQL = Path(__file__).parent / "sql" / "fiches.sql"

# Those who contribute give what they write under the licence of the site's own data.
LICENCE = "Licence Ouverte 2.0"
CONFIANCE = 200


@dataclass(frozen=True, slots=True)
class SourceHumaine:
    """A row of `source` that people's records come under."""

    id: str
    libelle: str
    producteur: str
    confiance: int
    nature: NatureSource


CONTRIBUTIONS = SourceHumaine(
    "contributions", "Contributions vérifiées", "Habitants et modérateurs du site", CONFIANCE, NatureSource.CONTRIBUTION
)
GESTIONNAIRES = SourceHumaine(
    "gestionnaires", "Le lieu lui-même", "Équipe du lieu", CONFIANCE, NatureSource.CONTRIBUTION
)
CONFIRMATIONS = SourceHumaine(
    "confirmations", "Confirmations", "Habitants et équipes des lieux", -1, NatureSource.CONFIRMATION
)


def find_source(demarche: Demarche, voie: Voie) -> SourceHumaine:
    """Under which source a proposal becomes a record."""
    if demarche is Demarche.CONFIRMATION:
        return CONFIRMATIONS
    return GESTIONNAIRES if voie is Voie.GESTIONNAIRE else CONTRIBUTIONS


def ensure_source(session: Session, source: SourceHumaine) -> None:
    """Write the row of the source, unless it is there."""
    session.execute(
        load_block(SQL, "ensure_source"),
        {
            "id": source.id,
            "libelle": source.libelle,
            "producteur": source.producteur,
            "licence": LICENCE,
            "confiance": source.confiance,
            "nature": source.nature.value,
        },
    )
