"""What must not be shown again, whoever says it: publishers' files and people's proposals alike."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tierslieux.contributions.donnees import queries
from tierslieux.contributions.donnees.empreintes import Opposees
from tierslieux.contributions.liens_prives import CLE, Reglages


def load_opposees(session: Session) -> Opposees | None:
    """Digests of what people opposed; None, and no cost, when nobody has opposed anything.

    Raises RuntimeError for a session without the secret of the installation, rather than let a value come back.
    """
    empreintes = queries.list_empreintes(session)
    if not empreintes:
        return None
    reglages = session.info.get(CLE)
    if not isinstance(reglages, Reglages):
        raise RuntimeError("this session does not hold the secret by which opposed values are recognised")  # noqa: TRY004
    return Opposees(reglages.secret, empreintes)
