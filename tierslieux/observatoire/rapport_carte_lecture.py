"""Read what the map to download shows of a territory."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tierslieux.cartes.carte_folium import LIEUX_MAX, LieuCarte
from tierslieux.core.types import Position
from tierslieux.couverture.services import find_besoin, find_edition, list_ecarts, list_ecarts_niveau
from tierslieux.indicateurs.services import list_niveau
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.services import LieuResume, list_territoire
from tierslieux.observatoire.rapport_carte import DonneesCarte
from tierslieux.observatoire.rapport_donnees import PART_ILLECTRONISME, choose_regle
from tierslieux.observatoire.rapport_lecture import find_parties, is_loin
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import get_territoire, list_contours


def read_carte(session: Session, niveau: Niveau, code: str, *, now: dt.datetime) -> DonneesCarte:
    """Everything that the map of a territory shows; raises NotFoundError."""
    territoire = get_territoire(session, niveau, code)
    niveau_parties, parent = find_parties(territoire)
    edition, besoin = find_edition(session), find_besoin(session, niveau, code)
    ecarts = list_ecarts(session, niveau, code)
    regle = choose_regle(ecarts, edition)
    has_loin = is_loin(ecarts, regle)
    taux = list_niveau(session, PART_ILLECTRONISME, besoin.annee, niveau_parties, parent) if besoin else []
    lieux = list_territoire(session, niveau.value, code, Criteres(), now=now, limite=LIEUX_MAX + 1)
    est_coupee = len(lieux) > LIEUX_MAX
    return DonneesCarte(
        territoire=territoire,
        edition=edition,
        annee=besoin.annee if besoin else None,
        regle=regle,
        niveau_parties=niveau_parties,
        parties=tuple(list_ecarts_niveau(session, niveau_parties, regle, parent)) if has_loin else (),
        taux=() if has_loin else tuple(taux),
        contours=tuple(list_contours(session, niveau_parties, parent=parent)),
        lieux=() if est_coupee else tuple(marque for lieu in lieux if (marque := _build_marque(lieu))),
        est_coupee=est_coupee,
    )


def _build_marque(lieu: LieuResume) -> LieuCarte | None:
    if lieu.lon is None or lieu.lat is None:
        return None
    lignes = [", ".join(genre.libelle for genre in lieu.genres), lieu.adresse, lieu.telephone]
    return LieuCarte(lieu.nom, Position(lieu.lon, lieu.lat), tuple(ligne for ligne in lignes if ligne))
