"""The places of a search, many more than a page of results shows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.emporter.services import LIEUX_MAX
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.reponses import build_recherche
from tierslieux.lieux.services import LieuResume


@dataclass(frozen=True, slots=True)
class Trouves:
    """What a search finds, under the title and the summary of its page."""

    titre: str
    resume: str
    lieux: tuple[LieuResume, ...]


def list_recherche(session: Session, demande: Demande, *, now: dt.datetime, limite: int = LIEUX_MAX) -> Trouves | None:
    """The first places of a search, whatever the page that was looked at; None when it finds none."""
    debut = dataclasses.replace(demande, apres=None)
    page = build_recherche(session, debut, now=now, limite=limite, avec_plan=False)
    return Trouves(page.titre, page.resume, page.lieux) if page.lieux else None
