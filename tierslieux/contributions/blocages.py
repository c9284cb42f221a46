"""Authors and networks whose proposals are set aside as they come, over a territory and for a while.

Setting aside refuses nothing: somebody still looks at what comes. A measure ends by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Action
from tierslieux.contributions.models import Blocage
from tierslieux.contributions.perimetres import Perimetre, find_echelle
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

AUTEUR, RESEAU = "auteur", "reseau"
JOURS_MAX = 90


def is_bloque(session: Session, depot: Depot, *, now: dt.datetime) -> bool:
    """Whether a measure in force, over the commune of the place, sets this proposal aside."""
    qui = [and_(Blocage.genre == AUTEUR, Blocage.valeur == depot.auteur)]
    if depot.reseau is not None:
        qui.append(and_(Blocage.genre == RESEAU, Blocage.valeur == depot.reseau))
    mesures = session.execute(select(Blocage.niveau, Blocage.code).where(or_(*qui), Blocage.jusqua_at > now)).all()
    if not mesures:
        return False
    commune = depot.apres.get("commune_code")
    if depot.lieu_id is not None:
        commune = session.scalar(select(Lieu.commune_code).where(Lieu.id == depot.lieu_id))
    echelle = find_echelle(session, commune)
    return any(niveau == Niveau.FRANCE or echelle.get(Niveau(niveau)) == code for niveau, code in mesures)


def block(
    session: Session,
    genre: str,
    valeur: str,
    perimetres: Sequence[Perimetre],
    *,
    motif: str,
    jours: int,
    acteur: str,
    now: dt.datetime,
) -> None:
    """Set aside, over these territories, what an author or a network proposes from now on, for some days.

    A measure that exists is replaced. Flushes.
    """
    jusqua_at = now + dt.timedelta(days=min(jours, JOURS_MAX))
    for niveau, code in perimetres:
        valeurs = {"motif": motif, "pose_at": now, "pose_par": acteur, "jusqua_at": jusqua_at}
        session.execute(
            insert(Blocage)
            .values(genre=genre, valeur=valeur, niveau=niveau.value, code=code, **valeurs)
            .on_conflict_do_update(constraint="uq_blocage_genre_valeur_niveau_code", set_=valeurs)
        )
    details: dict[str, object] = {
        "motif": motif,
        "jours": jours,
        "perimetres": [f"{niveau.value}:{code}" for niveau, code in perimetres],
    }
    journal.record(session, Action.BLOQUER, f"{genre}:{valeur}", acteur=acteur, now=now, details=details)


def unblock(
    session: Session, genre: str, valeur: str, perimetres: Sequence[Perimetre], *, acteur: str, now: dt.datetime
) -> int:
    """Lift the measures of these territories; how many. Those over France lift all of them."""
    stmt = delete(Blocage).where(Blocage.genre == genre, Blocage.valeur == valeur)
    if (Niveau.FRANCE, CODE_FRANCE) not in perimetres:
        siens = [and_(Blocage.niveau == niveau.value, Blocage.code == code) for niveau, code in perimetres]
        stmt = stmt.where(or_(*siens))
    levees: int = session.execute(stmt).rowcount  # type: ignore[attr-defined]
    if levees:
        journal.record(session, Action.DEBLOQUER, f"{genre}:{valeur}", acteur=acteur, now=now)
    return levees
