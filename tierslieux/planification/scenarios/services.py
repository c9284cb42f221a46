"""Scenarios: studies that are kept under a name, read by anybody who has their address, changed by a secret link.

There are no accounts: whoever has the editing link may change, publish and delete. The link is shown once; only the
digest of its secret is stored. Every change takes the row first and says which version it started from: of two changes
of one version, the second is refused. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.planification.etude import Etude
from tierslieux.planification.models import Scenario
from tierslieux.planification.scenarios import queries
from tierslieux.territoires.enums import Niveau

TITRE_MIN, TITRE_MAX = 3, 120
PRESENTATION_MAX = 2_000
# Studies that can be come back to.
PRECEDENTES_MAX = 50
# A scenario that is not published and that nobody has changed for 24 months is forgotten.
JOURS_GARDES = 730
# Bytes drawn at random: 12 characters to read, 32 to change.
_OCTETS_ID, _OCTETS_JETON = 9, 24

INCONNU = "Ce scénario n’existe pas, ou n’existe plus."
LIEN_INCONNU = "Ce lien de modification n’est pas bon. Le scénario a peut-être été supprimé, ou le lien est incomplet."


class PerimeError(ConflictError):
    """Ce scénario a changé depuis que vous avez ouvert cette page."""


@dataclass(frozen=True, slots=True)
class Publie:
    """A published scenario in a list; `avis`: how many words of residents are shown with it."""

    public_id: str
    titre: str
    publie_at: dt.datetime
    avis: int


def create_scenario(
    session: Session, etude: Etude, *, titre: str, presentation: str | None, now: dt.datetime
) -> tuple[Scenario, str]:
    """Keep a study; (the scenario, the secret of its editing link, which is stored nowhere)."""
    jeton = secrets.token_urlsafe(_OCTETS_JETON)
    scenario = Scenario(
        public_id=secrets.token_urlsafe(_OCTETS_ID),
        jeton_sha256=_digest(jeton),
        niveau=etude.niveau.value,
        code=etude.code,
        titre=titre,
        presentation=presentation,
        etude=etude.to_json(),
        precedentes=[],
        version=1,
        cree_at=now,
        modifie_at=now,
        publie_at=None,
    )
    session.add(scenario)
    session.flush()
    return scenario, jeton


def _digest(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()


def get_scenario(session: Session, public_id: str) -> Scenario:
    """A scenario to read; raises NotFoundError."""
    scenario = session.scalars(queries.get_scenario_stmt(public_id)).one_or_none()
    if scenario is None:
        raise NotFoundError(INCONNU)
    return scenario


def get_modifiable(session: Session, public_id: str, jeton: str, *, verrou: bool = False) -> Scenario:
    """A scenario that the holder of this secret may change; raises NotFoundError, whatever is wrong with the link."""
    scenario = session.scalars(
        queries.get_scenario_stmt(public_id, verrou=verrou), execution_options={"populate_existing": True}
    ).one_or_none()
    if scenario is None or not hmac.compare_digest(scenario.jeton_sha256, _digest(jeton)):
        raise NotFoundError(LIEN_INCONNU)
    return scenario


def read_etude(scenario: Scenario) -> Etude:
    """The study of a scenario; raises InvalidInputError when its words are no longer understood."""
    return Etude.from_json(scenario.etude)


def list_publies(session: Session, niveau: Niveau, code: str) -> list[Publie]:
    """The published scenarios of a territory, the last published first."""
    lus = session.execute(queries.list_publies_stmt(niveau, code))
    return [Publie(r.public_id, r.titre, r.publie_at, r.avis) for r in lus]


def is_table_utilisee(session: Session, table_id: str) -> bool:
    """Whether a scenario could not be computed any more without this table."""
    return bool(session.scalar(queries.count_avec_table_stmt(table_id)))


def list_tous_publies(session: Session) -> Sequence[Scenario]:
    """Every published scenario, the last published first."""
    return session.scalars(queries.list_tous_publies_stmt()).all()


def withdraw(session: Session, public_id: str, *, now: dt.datetime) -> Scenario:
    """Unpublish without the editing link: what whoever keeps the site may do. Raises NotFoundError."""
    scenario = session.scalars(queries.get_scenario_stmt(public_id, verrou=True)).one_or_none()
    if scenario is None:
        raise NotFoundError(INCONNU)
    return _unpublish(session, scenario, now)


def rename(
    session: Session,
    public_id: str,
    jeton: str,
    version: int,
    *,
    titre: str,
    presentation: str | None,
    now: dt.datetime,
) -> Scenario:
    """Change the title and the presentation; raises NotFoundError, PerimeError."""
    scenario = _take(session, public_id, jeton, version)
    scenario.titre, scenario.presentation = titre, presentation
    return _record(session, scenario, now)


def replace_etude(
    session: Session, public_id: str, jeton: str, version: int, etude: Etude, *, now: dt.datetime
) -> Scenario:
    """Put a study in the place of the one before, which is kept; raises NotFoundError, PerimeError, InvalidInputError.

    The same study changes nothing.
    """
    scenario = _take(session, public_id, jeton, version)
    if (etude.niveau.value, etude.code) != (scenario.niveau, scenario.code):
        raise InvalidInputError("territoire", f"{etude.niveau}:{etude.code}", f"{scenario.niveau}:{scenario.code}")
    nouvelle = etude.to_json()
    if nouvelle == scenario.etude:
        return scenario
    scenario.precedentes = [scenario.etude, *scenario.precedentes][:PRECEDENTES_MAX]
    scenario.etude = nouvelle
    return _record(session, scenario, now)


def undo(session: Session, public_id: str, jeton: str, version: int, *, now: dt.datetime) -> Scenario:
    """Come back to the study before; raises NotFoundError, PerimeError, ConflictError when there is none."""
    scenario = _take(session, public_id, jeton, version)
    if not scenario.precedentes:
        raise ConflictError("Il n’y a pas d’étude précédente à reprendre.")
    scenario.etude, scenario.precedentes = scenario.precedentes[0], scenario.precedentes[1:]
    return _record(session, scenario, now)


def duplicate(session: Session, public_id: str, jeton: str, *, now: dt.datetime) -> tuple[Scenario, str]:
    """A scenario of its own with the same study, not published, without what was said of the first; see `create`."""
    scenario = get_modifiable(session, public_id, jeton)
    titre = f"Copie de {scenario.titre}"[:TITRE_MAX]
    return create_scenario(session, read_etude(scenario), titre=titre, presentation=scenario.presentation, now=now)


def publish(session: Session, public_id: str, jeton: str, version: int, *, now: dt.datetime) -> Scenario:
    """Let residents find the scenario and say what would help them; the first instant stays."""
    scenario = _take(session, public_id, jeton, version)
    if scenario.publie_at is not None:
        return scenario
    scenario.publie_at = now
    return _record(session, scenario, now)


def unpublish(session: Session, public_id: str, jeton: str, version: int, *, now: dt.datetime) -> Scenario:
    """Take the scenario back from residents; what they said stays, unseen."""
    return _unpublish(session, _take(session, public_id, jeton, version), now)


def _unpublish(session: Session, scenario: Scenario, now: dt.datetime) -> Scenario:
    if scenario.publie_at is None:
        return scenario
    scenario.publie_at = None
    return _record(session, scenario, now)


def delete(session: Session, public_id: str, jeton: str, version: int) -> None:
    """Forget a scenario and all that was said of it."""
    session.delete(_take(session, public_id, jeton, version))
    session.flush()


def purge(session: Session, *, now: dt.datetime) -> int:
    """Forget the scenarios that are not published and that nobody has changed for long; how many."""
    stmt = queries.purge_stmt(now - dt.timedelta(days=JOURS_GARDES)).returning(Scenario.public_id)
    return len(session.execute(stmt, execution_options={"synchronize_session": False}).all())


def _take(session: Session, public_id: str, jeton: str, version: int) -> Scenario:
    """The scenario, held until the end of the transaction, as the page that asks has shown it."""
    scenario = get_modifiable(session, public_id, jeton, verrou=True)
    if scenario.version != version:
        raise PerimeError
    return scenario


def _record(session: Session, scenario: Scenario, now: dt.datetime) -> Scenario:
    scenario.version += 1
    scenario.modifie_at = now
    session.flush()
    return scenario
