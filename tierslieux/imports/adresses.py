"""Answers of geocoding services, kept: an address is asked once, and a run without the service gives the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tierslieux.imports.models import AdresseGeocodee
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import AdressePostale, PositionTrouvee

Reponses = dict[AdressePostale, PositionTrouvee | None]


def list_reponses(session: Session) -> Reponses:
    """Every answer that is kept; None for an address that was looked for and not found."""
    return {_build_adresse(rangee): _build_position(rangee) for rangee in session.scalars(select(AdresseGeocodee))}


def keep_reponses(
    session: Session, reponses: Mapping[AdressePostale, PositionTrouvee | None], *, now: dt.datetime
) -> None:
    """Write answers; the last one on an address holds. Flushes, never commits."""
    for adresse, trouvee in reponses.items():
        valeurs = {
            "code_postal": adresse.code_postal,
            "commune_nom": adresse.commune_nom,
            "lon": trouvee.lon if trouvee else None,
            "lat": trouvee.lat if trouvee else None,
            "precision": trouvee.precision.value if trouvee else None,
            "score": trouvee.score if trouvee else None,
            "source": trouvee.source if trouvee else None,
            "demandee_at": now,
        }
        cle = {"commune_code": adresse.commune_code, "adresse": adresse.adresse or ""}
        session.execute(
            insert(AdresseGeocodee)
            .values(**cle, **valeurs)
            .on_conflict_do_update(index_elements=["commune_code", "adresse"], set_=valeurs)
        )


def _build_adresse(rangee: AdresseGeocodee) -> AdressePostale:
    return AdressePostale(rangee.commune_code, rangee.commune_nom, rangee.code_postal, rangee.adresse)


def _build_position(rangee: AdresseGeocodee) -> PositionTrouvee | None:
    if rangee.lon is None or rangee.lat is None:
        return None
    precision = Precision(rangee.precision or Precision.COMMUNE)
    return PositionTrouvee(rangee.lon, rangee.lat, precision, rangee.score, rangee.source or "")
