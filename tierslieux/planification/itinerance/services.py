"""Tours of a territory, from the session; those computed lately are kept in memory."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tierslieux.core.memoire import Memoire
from tierslieux.planification.etude import Etude
from tierslieux.planification.itinerance.calcul import Itineraire, compute_itineraire
from tierslieux.planification.itinerance.params import Demande
from tierslieux.planification.lecture import load_terrain

# Each holds its ground, which is mostly shared with `lecture`.
_TOURNEES: Memoire[Itineraire] = Memoire(40)


def find_itineraire(session: Session, etude: Etude, demande: Demande, *, temps_max_s: float = 10.0) -> Itineraire:
    """The best tour of a study, computed or remembered; `temps_max_s` is that of each form.

    Raises InvalidInputError, NotFoundError, ComputationError, and InfaisableError with the figures that clash.
    """
    terrain = load_terrain(session, etude)
    cle = (terrain.empreinte, etude.to_canonique(), repr(demande))
    garde = _TOURNEES.get(cle)
    if garde is not None:
        return garde
    itineraire = compute_itineraire(terrain, etude, demande, temps_max_s=temps_max_s)
    if itineraire.comparaison.plan.is_optimal:
        _TOURNEES.set(cle, itineraire)
    return itineraire
