"""One study repeated over the parts of a territory: a plan for each département of France, say.

Each part has the number of sites, the budget and the rules of the study for itself.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import URL
from sqlalchemy.orm import Session, sessionmaker

from tierslieux.config import Settings
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.errors import ComputationError, InvalidInputError, NotFoundError
from tierslieux.couverture.blocs import read_communes
from tierslieux.couverture.communes import NIVEAUX
from tierslieux.planification.calculs.queries import list_noms_stmt
from tierslieux.planification.etude import PREFIXE_TABLE, Etude
from tierslieux.planification.lecture import list_rangs, load_terrain
from tierslieux.planification.plans import compute_plan
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.choix import CLE, build_choix

# What a territory may be cut into; within a commune there is nothing to repeat.
DECOUPAGES = (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI)
# One part that resists must not stop the others: past this, the best found with its bound.
PARTIE_TEMPS_MAX_S = 30.0


@dataclass(frozen=True, slots=True)
class Partie:
    """The plan of one part: `resultat` as Resultat.to_json(), or `refus`, why there is none."""

    niveau: Niveau
    code: str
    nom: str
    resultat: Mapping[str, Any] | None
    refus: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The part as JSON values."""
        return {
            "territoire": f"{self.niveau.value}:{self.code}",
            "nom": self.nom,
            "resultat": self.resultat,
            "refus": self.refus,
        }


@dataclass(frozen=True, slots=True)
class Ici:
    """A part before its plan is computed."""

    code: str
    nom: str


def check_serie(etude: Etude, par: Niveau) -> None:
    """Raise InvalidInputError for a study that cannot be repeated over the parts of its territory."""
    niveaux = list(Niveau)
    if par not in DECOUPAGES or niveaux.index(par) <= niveaux.index(etude.niveau):
        attendu = [niveau.value for niveau in DECOUPAGES if niveaux.index(niveau) > niveaux.index(etude.niveau)]
        raise InvalidInputError("par", par.value, ", ".join(attendu) or "un territoire plus grand")
    for champ in ("imposes", "gestes", "zone", "table"):
        if getattr(etude, champ):
            raise InvalidInputError(champ, "rempli", "rien, car chaque partie du territoire a son plan")
    if etude.besoin.startswith(PREFIXE_TABLE):
        raise InvalidInputError("besoin", etude.besoin, "un indicateur, car chaque partie du territoire a son plan")


def list_parties(session: Session, etude: Etude, par: Niveau) -> list[Ici]:
    """The parts of the territory of a study, by code; raises InvalidInputError, NotFoundError, ComputationError."""
    check_serie(etude, par)
    communes = read_communes(session)
    if communes is None:
        raise ComputationError("La couverture n’est pas encore calculée : aucun plan n’est possible.")
    assert par in NIVEAUX  # noqa: S101  (check_serie)
    codes, rangs = communes.rank(par)
    trouves = sorted({codes[rang] for rang in rangs[list_rangs(communes, etude.niveau, etude.code)] if rang >= 0})
    if not trouves:
        raise NotFoundError("Ce territoire n’existe pas, ou n’a aucune partie de ce niveau.")
    noms = {r.code: r.nom for r in session.execute(list_noms_stmt(par, trouves))}
    return [Ici(code, noms.get(code, code)) for code in map(str, trouves)]


def compute_partie(session: Session, etude: Etude, par: Niveau, ici: Ici, *, temps_max_s: float) -> Partie:
    """The plan of one part; one that is impossible says why and stops nothing."""
    sienne = replace(etude, niveau=par, code=ici.code)
    try:
        resultat = compute_plan(load_terrain(session, sienne), sienne, temps_max_s=temps_max_s)
    except (ComputationError, InvalidInputError, NotFoundError) as erreur:
        return Partie(par, ici.code, ici.nom, None, erreur.message)
    return Partie(par, ici.code, ici.nom, resultat.to_json())


def compute_total(parties: Sequence[Partie]) -> dict[str, Any]:
    """Sums over the parts that have a plan.

    The interval is the sum of the ends of those of the parts: wider than the true one, since they do not all err the
    same way. `gap`: of the whole, when all parts aim at people or at minutes.
    """
    lus = [partie.resultat for partie in parties if partie.resultat is not None]
    gains = [lu["gain"] for lu in lus]
    objectif, borne = (sum(lu[cle] for lu in lus) for cle in ("objective", "bound"))
    total: dict[str, Any] = {
        "parties": len(parties),
        "plans": len(lus),
        "sites": sum(len(lu["sites"]) for lu in lus),
        "gain": {cle: _add([gain[cle] for gain in gains]) for cle in ("valeur", "bas", "haut")},
        "seconds": round(sum(lu["seconds"] for lu in lus), 3),
        "optimal": sum(lu["optimal"] for lu in lus),
    }
    if lus and lus[0]["etude"]["objectif"] != "pire":
        total |= {
            "unite": lus[0]["unite"],
            "objective": round(objectif, 4),
            "bound": round(borne, 4),
            "gap": abs(borne - objectif) / borne if borne else 0.0,
        }
    return total


def write_serie(etude: Etude, par: Niveau, parties: Sequence[Partie]) -> dict[str, Any]:
    """All of a series as JSON values: the study, each part in order, the total."""
    return {
        "etude": etude.to_json(),
        "par": par.value,
        "parties": [partie.to_json() for partie in parties],
        "total": compute_total(parties),
    }


def _add(valeurs: Sequence[float | None]) -> float | None:
    connues = [valeur for valeur in valeurs if valeur is not None]
    return round(sum(connues), 1) if connues and len(connues) == len(valeurs) else None


# --- In several processes --------------------------------------------------------------------------------------------

_fabriques: dict[str, sessionmaker[Session]] = {}


def compute_parties(
    url: URL, settings: Settings, etude: Etude, par: Niveau, ici: Sequence[Ici], *, workers: int, temps_max_s: float
) -> Iterator[Partie]:
    """The plan of each part in order, computed by `workers` processes, each with its own connection to the database.

    What is not needed any more, because whoever asks stops, is not computed.
    """
    adresse = url.render_as_string(hide_password=False)
    # Forking would share the connections of this process.
    contexte = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, contexte, initializer=_open, initargs=(adresse, settings)) as bassin:
        attendues = [bassin.submit(_compute, etude.to_json(), par.value, partie, temps_max_s) for partie in ici]
        try:
            for attendue in attendues:
                yield attendue.result()
        finally:
            bassin.shutdown(cancel_futures=True)


def _open(adresse: str, settings: Settings) -> None:
    _fabriques["ici"] = session_factory(create_engine_for(adresse), {CLE: build_choix(settings)})


def _compute(etude: Mapping[str, Any], par: str, ici: Ici, temps_max_s: float) -> Partie:
    with _fabriques["ici"]() as session:
        return compute_partie(session, Etude.from_json(etude), Niveau(par), ici, temps_max_s=temps_max_s)
