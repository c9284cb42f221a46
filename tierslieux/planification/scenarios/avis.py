"""What residents say of a published scenario: which site would help them, and why.

Nothing says who they are, and nothing is shown before whoever holds the editing link has read it. What they say stands
beside the computed gain and never changes it. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.planification.models import AvisScenario, Scenario
from tierslieux.planification.scenarios import queries

TEXTE_MIN, TEXTE_MAX = 10, 1_000
# Beyond that many unread words, somebody must read before others come: a flood fills no disk.
ATTENTE_MAX = 300
_COMMANDES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Statut(Libelle):
    """Where the words of a resident stand."""

    ATTENTE = "attente", "à lire"
    PUBLIE = "publie", "publié"
    REFUSE = "refuse", "refusé"


class FermeError(ConflictError):
    """No more words are taken for now."""

    texte = N_("Ce scénario ne reçoit plus d’avis.")


class PleinError(ConflictError):
    """Too many words wait to be read."""

    texte = N_("Beaucoup d’avis attendent d’être lus. Revenez dans quelques jours.")


def clean_texte(texte: str) -> str:
    """The words as they are kept: one kind of line end, no control sign nor sign that turns the reading direction."""
    lignes = texte.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    propres = (re.sub(r"[^\S\n]+", " ", _COMMANDES.sub("", ligne)).strip() for ligne in lignes)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(propres)).strip()


def give_avis(
    session: Session, scenario: Scenario, sites: Mapping[str, str], *, site_code: str, texte: str, now: dt.datetime
) -> AvisScenario:
    """Keep the words of a resident until they are read. `sites`: name by code of those that the scenario opens.

    The same words sent twice are kept once. Raises FermeError, PleinError, InvalidInputError.
    """
    if scenario.publie_at is None:
        raise FermeError
    if site_code not in sites:
        raise InvalidInputError(_("lieu"), site_code, _("un lieu de ce scénario"))
    deja = session.scalars(queries.find_double_stmt(scenario.public_id, site_code, texte)).first()
    if deja is not None:
        return deja
    if count_avis(session, scenario.public_id, Statut.ATTENTE) >= ATTENTE_MAX:
        raise PleinError
    avis = AvisScenario(
        scenario_id=scenario.public_id,
        site_code=site_code,
        site_nom=sites[site_code],
        texte=texte,
        statut=Statut.ATTENTE.value,
        recu_at=now,
        decide_at=None,
    )
    session.add(avis)
    session.flush()
    return avis


def list_avis(session: Session, scenario_id: str, statut: Statut | None = None) -> Sequence[AvisScenario]:
    """What was said of a scenario, the first received first; None for every status."""
    return session.scalars(queries.list_avis_stmt(scenario_id, statut.value if statut else None)).all()


def count_avis(session: Session, scenario_id: str, statut: Statut) -> int:
    """How many of one status."""
    return session.scalars(queries.count_avis_stmt(scenario_id, statut.value)).one()


def moderate(session: Session, scenario: Scenario, avis_id: int, statut: Statut, *, now: dt.datetime) -> AvisScenario:
    """Show or refuse the words of a resident, or change one's mind; raises NotFoundError."""
    avis = session.scalars(queries.get_avis_stmt(scenario.public_id, avis_id)).one_or_none()
    if avis is None:
        raise NotFoundError("Cet avis n’existe pas, ou n’existe plus.")
    if avis.statut != statut:
        avis.statut, avis.decide_at = statut.value, now
        session.flush()
    return avis
