"""What a search answers, as its page: words, commune or position understood, then the places around."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.core.textes import gettext as _
from tierslieux.lieux.connexions import ConnexionCommune, find_connexion
from tierslieux.lieux.departs import Depart, build_depart_commune, build_depart_point
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import LIMITE, Criteres
from tierslieux.lieux.proches import list_proches
from tierslieux.lieux.recherche import Interpretation, interpret
from tierslieux.lieux.resultats import (
    EtatRecherche,
    RecherchePage,
    build_noms_page,
    build_question_page,
    build_resultats_page,
    list_alternatives,
    list_communes_possibles,
)
from tierslieux.territoires.services import CommuneTrouvee, find_commune, find_commune_at, get_contour


def build_recherche(
    session: Session, demande: Demande, *, now: dt.datetime, limite: int = LIMITE, avec_plan: bool = True
) -> RecherchePage:
    """The page of a search at this instant (aware), of at most `limite` places; `avec_plan` draws its sketch."""
    return _Reponse(session, now, limite, avec_plan=avec_plan).build(demande)


@dataclass(frozen=True, slots=True)
class _Reponse:
    session: Session
    now: dt.datetime
    limite: int
    avec_plan: bool

    def build(self, demande: Demande) -> RecherchePage:
        if demande.position is not None:
            ou = build_depart_point(demande.position, find_commune_at(self.session, demande.position))
            return self._list_autour(demande, demande.criteres, ou, [])
        if demande.commune is not None:
            commune = find_commune(self.session, demande.commune)
            return self._search_communes(demande, demande.criteres, [commune] if commune else [])
        interpretation = interpret(self.session, demande.q, now=self.now)
        criteres = _apply(interpretation, demande)
        if interpretation.lieux:
            autres = list_communes_possibles(interpretation.communes, criteres)
            today = self.now.date()
            return build_noms_page(demande, criteres, interpretation.lieux, today=today, alternatives=autres)
        if interpretation.communes:
            return self._search_communes(demande, criteres, interpretation.communes)
        etat = EtatRecherche.INCOMPRIS if demande.q and interpretation.est_vide else EtatRecherche.QUESTION
        return build_question_page(demande, criteres, etat=etat)

    def _search_communes(
        self, demande: Demande, criteres: Criteres, communes: Sequence[CommuneTrouvee]
    ) -> RecherchePage:
        ou = build_depart_commune(communes[0]) if communes else None
        if ou is None:
            erreurs = (*demande.erreurs, _("Nous ne connaissons pas cette commune."))
            avertie = dataclasses.replace(demande, erreurs=erreurs)
            return build_question_page(avertie, criteres, etat=EtatRecherche.QUESTION)
        return self._list_autour(demande, criteres, ou, communes)

    def _list_autour(
        self, demande: Demande, criteres: Criteres, ou: Depart, communes: Sequence[CommuneTrouvee]
    ) -> RecherchePage:
        resultats = list_proches(
            self.session,
            ou.position,
            criteres,
            now=self.now,
            limite=self.limite,
            apres=demande.apres,
            depart=ou.point,
        )
        contour = None
        if communes and self.avec_plan:
            contour = get_contour(self.session, communes[0].niveau, communes[0].code, detail=True)
        return build_resultats_page(
            demande,
            criteres,
            ou,
            resultats,
            today=self.now.date(),
            contour=contour,
            alternatives=list_alternatives(communes, criteres),
            connexion=self._find_connexion(demande, ou),
            avec_plan=self.avec_plan,
        )

    def _find_connexion(self, demande: Demande, ou: Depart) -> ConnexionCommune | None:
        """What is known of the connection there; neither on the following pages nor on paper."""
        if demande.apres is not None or not self.avec_plan or ou.nom is None or ou.point.commune_code is None:
            return None
        return find_connexion(self.session, ou.point.commune_code, ou.nom, ou.position, now=self.now)


def _apply(interpretation: Interpretation, demande: Demande) -> Criteres:
    """The filters of the words, where the person has not chosen otherwise."""
    choisis, criteres = demande.filtres_choisis, demande.criteres
    return dataclasses.replace(
        criteres,
        besoin=criteres.besoin if "besoin" in choisis else interpretation.besoin,
        genre=criteres.genre if "genre" in choisis else interpretation.genre,
    )
