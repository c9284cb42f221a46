"""Proposals of visitors, mails that they get, and browsers that use the private pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tests.conftest import SECRET
from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.liens_prives import CLE, Reglages
from tierslieux.contributions.services import Recu
from tierslieux.core.courriels import CourrielSortant
from tierslieux.correspondance import find_catalogue
from tierslieux.lieux import historique
from tierslieux.lieux.models import Lieu

SITE = "https://lieux.exemple.fr"
COURRIEL = "habitante@exemple.fr"


def set_reglages(fabrique: sessionmaker[Session], site: str | None = SITE) -> Reglages:
    """Give sessions what create_app gives them."""
    reglages = Reglages(SECRET, site, find_catalogue)
    fabrique.configure(info={CLE: reglages})
    return reglages


def propose(session: Session, lieu: Lieu | None, *, now: dt.datetime | None = None, **champs: Any) -> Recu:
    """A correction of a place, or a new place, from somebody who left an address."""
    defauts: dict[str, Any] = {"apres": {"telephone": "+33298111111"}, "auteur": "habitant-x", "courriel": COURRIEL}
    if lieu is None:
        defauts["apres"] = {"nom": "Fablab du coin", "genres": ["fablab"], "commune_code": "29019"}
        demarche = Demarche.NOUVEAU
    else:
        demarche = Demarche.CORRECTION
        champs = {"lieu_id": lieu.id, "version": historique.get_version(session, lieu.id), **champs}
    depot = Depot(**({"demarche": demarche} | defauts | champs))
    return services.submit(session, depot, now=now or dt.datetime.now(dt.UTC))


def build_adresse(recu: Recu) -> str:
    """The private address of a proposal, as its contributor was given it."""
    return f"/contributions/{recu.proposition.public_id}/{recu.jeton}"


def press(client: FlaskClient, adresse: str, geste: str, **champs: str) -> TestResponse:
    """Send a form of a private page, as it is shown now."""
    return client.post(f"{adresse}/{geste}", data={"csrf_token": read_csrf(client.get(adresse).text)} | champs)


def read_csrf(page: str) -> str:
    """The token of a page's forms."""
    trouve = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert trouve is not None
    return trouve.group(1)


def list_courriels(session: Session) -> list[CourrielSortant]:
    """The mails that were queued, the first one first."""
    return list(session.scalars(select(CourrielSortant).order_by(CourrielSortant.id)))
