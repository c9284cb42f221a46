"""Tours of a territory, from the session; those computed lately are kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy.orm import Session

from tierslieux.planification.etude import Etude
from tierslieux.planification.itinerance.calcul import Itineraire, compute_itineraire
from tierslieux.planification.itinerance.params import Demande
from tierslieux.planification.lecture import load_terrain

# Each holds its ground, which is mostly shared with `lecture`.
_GARDES_MAX = 40

_gardes: OrderedDict[tuple[str, str, str], Itineraire] = OrderedDict()
_verrou = threading.Lock()


def find_itineraire(session: Session, etude: Etude, demande: Demande, *, temps_max_s: float = 10.0) -> Itineraire:
    """The best tour of a study, computed or remembered; `temps_max_s` is that of each form.

    Raises InvalidInputError, NotFoundError, ComputationError, and InfaisableError with the figures that clash.
    """
    terrain = load_terrain(session, etude)
    cle = (terrain.empreinte, etude.to_canonique(), repr(demande))
    with _verrou:
        garde = _gardes.get(cle)
        if garde is not None:
            _gardes.move_to_end(cle)
            return garde
    itineraire = compute_itineraire(terrain, etude, demande, temps_max_s=temps_max_s)
    if itineraire.comparaison.plan.is_optimal:
        with _verrou:
            _gardes[cle] = itineraire
            while len(_gardes) > _GARDES_MAX:
                _gardes.popitem(last=False)
    return itineraire
