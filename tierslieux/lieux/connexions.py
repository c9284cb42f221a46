"""The connection of a commune as residents' pages tell it: its figures in words and, when it is poor, where to go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.core.types import Position
from tierslieux.indicateurs.connexion import DEBIT_BON_MBITS, FIXE, MOBILE, Chiffre, describe_connexion
from tierslieux.indicateurs.services import list_valeurs
from tierslieux.lieux import queries
from tierslieux.lieux.enums import Service
from tierslieux.lieux.params import RAYON_M, Criteres
from tierslieux.lieux.resumes import LieuResume, build_resume
from tierslieux.territoires.enums import Niveau

NOMBRE_LIEUX = 3


@dataclass(frozen=True, slots=True)
class ConnexionCommune:
    """The sentences on a commune's connection; when it is poor, the nearest places with Internet access.

    `args_recherche` is the search of all of them, None unless the connection is poor.
    """

    phrases: tuple[str, ...]
    lieux: tuple[LieuResume, ...]
    args_recherche: dict[str, str] | None
    debit_mbits: int = DEBIT_BON_MBITS


def find_connexion(
    session: Session, code: str, nom: str, position: Position | None, *, now: dt.datetime
) -> ConnexionCommune | None:
    """The connection of the commune of this code and name; None when no figure of it is loaded.

    Distances are from `position`. One statement by key; a second one where the connection is poor.
    """
    chiffres: dict[str, Chiffre] = {}
    for valeur in list_valeurs(session, Niveau.COMMUNE, code, (FIXE, MOBILE)):
        # The latest comes first.
        chiffre = Chiffre(valeur.valeur, valeur.source.producteur, valeur.edition, valeur.millesime)
        chiffres.setdefault(valeur.indicateur.id, chiffre)
    connexion = describe_connexion(nom, chiffres.get(FIXE), chiffres.get(MOBILE), today=now.date())
    if connexion is None:
        return None
    if not connexion.est_mauvaise:
        return ConnexionCommune(connexion.phrases, (), None)
    criteres = Criteres(service=Service.ACCES)
    rangees = (
        queries.list_proches(session, position, criteres, rayon_m=RAYON_M, limite=NOMBRE_LIEUX) if position else ()
    )
    lieux = tuple(build_resume(rangee, now=now) for rangee in rangees[:NOMBRE_LIEUX])
    return ConnexionCommune(connexion.phrases, lieux, {"commune": code} | criteres.to_args())
