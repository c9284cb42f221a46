"""The pages of the forms, put together: what was typed, what is made of it, what looks like it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask import render_template
from sqlalchemy.orm import Session

from tierslieux.comptes.acces import find_personne
from tierslieux.contributions.champs import ChampInvalideError
from tierslieux.contributions.errors import EditionConcurrenteError
from tierslieux.contributions.formulaires import saisie, services
from tierslieux.contributions.formulaires.forms import BROUILLON, keep_timbre
from tierslieux.contributions.formulaires.localisation import Endroit, describe_position
from tierslieux.contributions.formulaires.presenters import (
    ApercuPage,
    ConflitPage,
    FermeturePage,
    build_conflits,
    build_formulaire,
    list_differences,
    list_raisons,
)
from tierslieux.contributions.formulaires.saisie import Champs
from tierslieux.contributions.formulaires.services import Etude, Modele
from tierslieux.contributions.formulaires.voies import PositionProposee
from tierslieux.contributions.suivi.gestion import is_gestionnaire
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.extensions import get_session
from tierslieux.lieux.enums import Precision


def is_publiee(session: Session, modele: Modele, etude: Etude | None = None) -> bool:
    """Whether what this person proposes here is published at once: who answers for it, or the place's own team."""
    if modele.lieu and is_gestionnaire(session, modele.lieu.resume.public_id, now=dt.datetime.now(dt.UTC)):
        return True
    codes = [modele.valeurs.get("commune_code")] if modele.lieu else []
    if etude is not None and etude.apres.get("commune_code"):
        codes.append(etude.apres["commune_code"])
    return bool(codes) and services.can_publier(session, find_personne(), *codes)


def render_formulaire(
    modele: Modele,
    champs: Champs,
    *,
    now: dt.datetime,
    etude: Etude | None = None,
    messages: Sequence[str] = (),
    est_annonce: bool = False,
    positions: tuple[PositionProposee, ...] | None = None,
    brouillon: str | None = None,
) -> str:
    """The form with what was typed, right or wrong; `est_annonce`: messages tell good news."""
    page = build_formulaire(
        modele,
        champs,
        timbre=keep_timbre(champs, now=now),
        brouillon=brouillon if brouillon is not None else champs.get(BROUILLON),
        est_publiee=is_publiee(get_session(), modele, etude),
        etude=etude,
        messages=_list_messages(messages, etude),
        est_annonce=est_annonce,
        positions=positions,
        endroit=_find_endroit(champs, now=now),
    )
    return render_template("contributions/formulaires/lieu.html", page=page)


def render_apercu(
    modele: Modele, champs: Champs, etude: Etude, *, now: dt.datetime, messages: Sequence[str] = ()
) -> str:
    """What will be sent, as the page of the place would show it."""
    session = get_session()
    position = etude.apres.get("position")
    page = ApercuPage(
        modele=modele,
        champs=champs,
        timbre=keep_timbre(champs, now=now),
        brouillon=champs.get(BROUILLON),
        est_publiee=is_publiee(session, modele, etude),
        differences=list_differences(modele, etude.apres),
        precision=_(Precision(position["precision"]).libelle) if position else None,
        endroit=describe_position(session, Position(position["lon"], position["lat"]), now=now) if position else None,
        avertissements=etude.avertissements,
        ressemblances=tuple(services.search_ressemblances(session, modele, champs, now=now))
        if modele.est_nouveau
        else (),
        commentaire=etude.commentaire,
        courriel=etude.courriel,
        messages=tuple(messages),
    )
    return render_template("contributions/formulaires/apercu.html", page=page)


def render_conflit(
    modele: Modele, champs: Champs, erreur: EditionConcurrenteError, etude: Etude, now: dt.datetime
) -> str:
    """Both values of each field that changed on both sides, for whoever decides to choose."""
    disputes = {conflit.champ for conflit in erreur.conflits}
    page = ConflitPage(
        modele=modele,
        champs=champs,
        timbre=keep_timbre(champs, now=now),
        version=erreur.version,
        conflits=build_conflits(erreur.conflits, modele.valeurs.get("commune_code")),
        autres=tuple(champ for champ in etude.apres if champ not in disputes),
    )
    return render_template("contributions/formulaires/conflit.html", page=page)


def render_fermeture(
    modele: Modele,
    champs: Champs,
    *,
    now: dt.datetime,
    erreurs: dict[str, list[str]] | None = None,
    messages: Sequence[str] = (),
) -> str:
    """The form that says that a place is closed. Raises ValueError without a place."""
    if modele.lieu is None:
        raise ValueError("a place that is closed is a place")
    page = FermeturePage(
        lieu=modele.lieu.resume,
        champs=champs,
        version=modele.version,
        timbre=keep_timbre(champs, now=now),
        est_publiee=is_publiee(get_session(), modele),
        raisons=list_raisons(champs.get("raison")),
        erreurs=erreurs or {},
        messages=tuple(messages),
    )
    return render_template("contributions/formulaires/ferme.html", page=page)


def _list_messages(messages: Sequence[str], etude: Etude | None) -> list[str]:
    """What is said on top: the errors of the whole form, or that there are some below."""
    dits = list(messages)
    if etude is not None and etude.erreurs:
        dits += etude.erreurs.get("", ())
        if set(etude.erreurs) - {""}:
            dits.append(_("Rien n’est envoyé. Corrigez les réponses signalées plus bas."))
    return dits


def _find_endroit(champs: Champs, *, now: dt.datetime) -> Endroit | None:
    """The point that was chosen, in words."""
    try:
        position = saisie.parse_position(champs.get(saisie.POSITION))
    except ChampInvalideError:
        return None
    if position is None:
        return None
    return describe_position(get_session(), Position(position["lon"], position["lat"]), now=now)
