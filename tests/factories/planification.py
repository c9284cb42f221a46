"""A small territory to plan for: the country of tests/factories/couverture.py, with places, buildings and coverage."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tests.factories.couverture import NOW, OUEST, OUTRE_MER, PAS_DEG, SUD, get_code, make_pays
from tests.factories.lieux import make_lieu
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture.calcul import compute
from tierslieux.lieux.models import Lieu

HORAIRES = "Mo-Fr 09:00-12:00"
DEPARTEMENT, REGION, EPCI = "29", "53", "200000002"


@dataclass(frozen=True, slots=True)
class Lieux:
    """The places, by what they are: `aide` is open today; `mairies` and `bibliotheque` could host a new one."""

    aide: Lieu
    mairies: tuple[Lieu, ...]
    bibliotheque: Lieu


def make_territoire_a_planifier(session: Session, *, calcul: bool = True) -> Lieux:
    """Two régions, 16 communes in a square and two islands: one place that helps, a town hall in every commune.

    The place that helps is in the south west corner (commune 29001); a library, which could host another, in 22007.
    The département overseas has a place but no building to host a new one. With `calcul`, coverage is computed.
    """
    make_pays(session)
    aide = make_lieu(
        session,
        "France Services du coin",
        genres=("france-services",),
        commune_code=get_code(0),
        horaires=HORAIRES,
        lon=OUEST + 0.02,
        lat=SUD + 0.02,
    )
    make_lieu(
        session,
        "France Services de l’île",
        genres=("france-services",),
        commune_code=OUTRE_MER,
        horaires=HORAIRES,
        lon=55.45,
        lat=-20.9,
    )
    mairies = []
    for rang in range(16):
        ligne, colonne = divmod(rang, 4)
        mairies.append(
            make_lieu(
                session,
                f"Mairie de Commune {rang + 1}",
                genres=("mairie",),
                commune_code=get_code(rang),
                lon=round(OUEST + colonne * PAS_DEG + 0.02, 4),
                lat=round(SUD + ligne * PAS_DEG + 0.035, 4),
            )
        )
    bibliotheque = make_lieu(
        session,
        "Bibliothèque de Commune 7",
        genres=("bibliotheque",),
        commune_code=get_code(6),
        lon=-3.37,
        lat=48.08,
        horaires=HORAIRES,
    )
    session.flush()
    if calcul:
        compute(session, None, now=NOW, progress=ignore_progress)
    return Lieux(aide, tuple(mairies), bibliotheque)
