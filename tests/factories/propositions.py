"""Proposals of tests, and what the history of places says against what is published."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.services import Recu
from tierslieux.lieux import historique, publication
from tierslieux.lieux.models import Changement, Lieu
from tierslieux.lieux.resolution import resolve

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
MODERATEUR = "moderation-essai"

_instants = itertools.count()


def tick() -> dt.datetime:
    """A later instant at each call: acts follow each other."""
    return NOW + dt.timedelta(milliseconds=next(_instants))


def propose_lieu(session: Session, nom: str = "Fablab du coin", auteur: str = "habitant-a", **valeurs: Any) -> Recu:
    """A proposal of a new place in Brest."""
    dites = {"nom": nom, "commune_code": "29019", "commune_nom": "Brest", "genres": ["fablab"]} | valeurs
    return services.submit(session, Depot(Demarche.NOUVEAU, dites, auteur), now=tick())


def propose_correction(session: Session, lieu_id: int, auteur: str = "habitant-a", **valeurs: Any) -> Recu:
    """A proposal to correct a place as it is now."""
    version = historique.get_version(session, lieu_id)
    depot = Depot(Demarche.CORRECTION, valeurs, auteur, lieu_id=lieu_id, version=version)
    return services.submit(session, depot, now=tick())


def read_publie(session: Session, lieu_id: int) -> dict[str, Any]:
    """The published values of a place, read from its row."""
    session.flush()
    (rangee,) = session.execute(publication.load_block(publication.SQL, "list_lieux"), {"ids": [lieu_id]}).all()
    return publication.build_valeurs(rangee)


def check_histoires(session: Session) -> None:
    """Of every place: the history replayed is what is published, and what is published follows from its fiches."""
    for lieu in session.execute(select(Lieu.id, Lieu.statut)).all():
        publie = read_publie(session, lieu.id)
        assert historique.get_valeurs(session, lieu.id) == publie
        statuts = session.scalars(
            select(Changement.apres)
            .where(Changement.lieu_id == lieu.id, Changement.champ == historique.STATUT)
            .order_by(Changement.id)
        ).all()
        if lieu.statut == "masque" or (statuts and statuts[-1] == "masque"):
            assert statuts[-1] == lieu.statut
        else:
            assert lieu.statut == ("ferme" if publie.get("ferme") else "publie")
        fiches = publication.list_fiches(session, [lieu.id])[lieu.id]
        if any(fiche.est_entiere for fiche in fiches):
            assert resolve(fiches).valeurs == publie
