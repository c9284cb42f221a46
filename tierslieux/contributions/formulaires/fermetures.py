"""Saying that a place is closed: why, and which other place it is the double of."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.contributions import champs as regles
from tierslieux.contributions.champs import ChampInvalideError
from tierslieux.contributions.formulaires import saisie
from tierslieux.contributions.formulaires.saisie import Champs
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux import services as lieux
from tierslieux.lieux.enums import Statut
from tierslieux.territoires.adresses import find_public_id

RAISON, DOUBLON = "raison", "doublon"
_ADRESSE = re.compile(r"[^?#\s]*?/?(?P<pas>[^/?#\s]+)/?(?:[?#].*)?")


class RaisonFermeture(Libelle):
    """Why a place should not be shown as open any more."""

    DEFINITIF = "definitif", N_("Le lieu a fermé définitivement")
    DEMENAGE = "demenage", N_("Le lieu a déménagé")
    JAMAIS = "jamais", N_("Le lieu n’a jamais existé")
    DOUBLON = "doublon", N_("Le lieu est deux fois sur le site")


@dataclass(frozen=True, slots=True)
class Signalement:
    """What the form says: `commentaire` holds the reason in words, for whoever decides."""

    erreurs: dict[str, list[str]]
    commentaire: str | None = None
    courriel: str | None = None


def read_signalement(session: Session, public_id: str, envoyes: Champs, *, now: dt.datetime) -> Signalement:
    """What somebody says of a place that is closed."""
    erreurs: dict[str, list[str]] = {}
    mots: list[str] = []
    raison = envoyes.get(RAISON)
    if raison not in set(RaisonFermeture):
        erreurs[RAISON] = [_("Choisissez une raison.")]
    else:
        mots.append(f"{RaisonFermeture(raison).libelle}.")
    if raison == RaisonFermeture.DOUBLON:
        mots += _read_doublon(session, public_id, envoyes.get(DOUBLON), erreurs, now=now)
    courriel = None
    try:
        precisions = regles.clean_commentaire(envoyes.get(saisie.COMMENTAIRE))
        mots += [precisions] if precisions else []
    except ChampInvalideError as erreur:
        erreurs[saisie.COMMENTAIRE] = [erreur.message]
    try:
        courriel = regles.clean_courriel(envoyes.get(saisie.COURRIEL_AUTEUR))
    except ChampInvalideError as erreur:
        erreurs[saisie.COURRIEL_AUTEUR] = [erreur.message]
    return Signalement(erreurs, "\n".join(mots) or None, courriel)


def _read_doublon(
    session: Session, public_id: str, texte: str, erreurs: dict[str, list[str]], *, now: dt.datetime
) -> list[str]:
    """The other place, from the address of its page or its reference."""
    propre = regles.clean_ligne(texte[: 10 * regles.LONGUEUR_MAX])
    if not propre:
        erreurs[DOUBLON] = [_("Copiez ici l’adresse de l’autre page, ou sa référence.")]
        return []
    lue = _ADRESSE.fullmatch(propre)
    autre = find_public_id(lue["pas"]) if lue else None
    try:
        detail = lieux.get_lieu(session, autre or "", now=now)
    except NotFoundError:
        detail = None
    if detail is None or detail.statut is Statut.MASQUE:
        erreurs[DOUBLON] = [_("Nous ne trouvons pas ce lieu. Copiez l’adresse de sa page.")]
        return []
    if detail.resume.public_id == public_id:
        erreurs[DOUBLON] = [_("C’est l’adresse de cette page. Copiez celle de l’autre page.")]
        return []
    return [f"Même lieu que : {detail.resume.nom} ({detail.resume.public_id}).".replace(" :", "\u00a0:")]
