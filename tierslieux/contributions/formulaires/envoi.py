"""Sending a form: what is counted, what is written once, and the page that answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, make_response, redirect, url_for

from tierslieux import limites
from tierslieux.comptes.acces import find_personne
from tierslieux.contributions.auteurs import digest_reseau, find_auteur
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche, Voie
from tierslieux.contributions.formulaires import brouillons, services
from tierslieux.contributions.formulaires.forms import TROP_VITE, read_envoi
from tierslieux.contributions.formulaires.saisie import Champs
from tierslieux.contributions.formulaires.services import Modele
from tierslieux.contributions.suivi.gestion import is_gestionnaire, record_correction
from tierslieux.core.errors import InvalidInputError, TropDeDemandesError
from tierslieux.core.textes import gettext as _
from tierslieux.extensions import close_session, get_session, open_ecriture
from tierslieux.langues import get_langue

# People who answer for a territory correct many places in a day.
FACTEUR_COMPTE, FACTEUR_ROLE = 3, 40
# What comes by these needs nobody else's word.
VOIES_PUBLIEES = frozenset({Voie.MODERATION, Voie.GESTIONNAIRE})


def answer(page: str, statut: HTTPStatus = HTTPStatus.OK) -> Response:
    """A page that is this person's alone. Browsers may keep it for their "back" button, with what is typed in it."""
    reponse = make_response(page, statut)
    reponse.headers["Cache-Control"] = "private, no-cache"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


def close(reponse: Response) -> Response:
    """Keep a page whose address is a key out of caches, of search engines and of the Referer of every other page."""
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


def build_depot(
    demarche: Demarche,
    apres: dict[str, object],
    modele: Modele,
    *,
    commentaire: str | None,
    courriel: str | None,
    est_publiee: bool,
) -> Depot:
    """What a form hands over, with who sends it; `est_publiee`: this person decides here."""
    auteur = find_auteur()
    voie = Voie.COMPTE if auteur.compte_id is not None else Voie.FORMULAIRE
    public_id = modele.lieu.resume.public_id if modele.lieu else ""
    if est_publiee and is_gestionnaire(get_session(), public_id, now=dt.datetime.now(dt.UTC)):
        voie = Voie.GESTIONNAIRE
    elif est_publiee and auteur.compte_id is not None:
        voie = Voie.MODERATION
    return Depot(
        demarche=demarche,
        apres=apres,
        auteur=auteur.pseudonyme,
        voie=voie,
        lieu_id=modele.lieu.resume.id if modele.lieu else None,
        version=modele.version,
        compte_id=auteur.compte_id,
        courriel=courriel,
        commentaire=commentaire,
        reseau=digest_reseau(),
        langue=get_langue().prefixe or "fr",
    )


def send(depot: Depot, champs: Champs, render: Callable[[str], str], *, now: dt.datetime) -> Response:
    """Keep a proposal, or publish it, and go to the page that thanks; `render` gives the page back with a reason."""
    timbre, raison = read_envoi(champs, now=now)
    if timbre is None or raison is not None:
        return answer(render(_(raison or TROP_VITE)), HTTPStatus.UNPROCESSABLE_ENTITY)
    deja = brouillons.find_envoi(get_session(), timbre.envoi)
    if deja is not None:
        return _go_to_merci(*deja)
    try:
        consume("proposition")
        with open_ecriture() as ecriture:
            trouve = services.send(ecriture, depot, timbre.envoi, est_publiee=depot.voie in VOIES_PUBLIEES, now=now)
            if depot.voie is Voie.GESTIONNAIRE:
                record_correction(ecriture, now=now)
    except TropDeDemandesError as erreur:
        reponse = answer(render(erreur.message), HTTPStatus.TOO_MANY_REQUESTS)
        if "reessayer_s" in erreur.details:
            reponse.headers["Retry-After"] = str(erreur.details["reessayer_s"])
        return reponse
    except InvalidInputError as erreur:
        return answer(render(erreur.message), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _go_to_merci(*trouve)


def consume(nom: str) -> None:
    """Count what is sent; people who are signed in are counted by themselves, wherever they are."""
    personne = find_personne()
    # Counting takes a connection of its own: a request holds one.
    close_session(None)
    if personne is None:
        limites.consume(nom)
    else:
        facteur = FACTEUR_ROLE if personne.habilitations else FACTEUR_COMPTE
        limites.consume(nom, cle=personne.pseudonyme, facteur=facteur)


def _go_to_merci(public_id: str, jeton: str) -> Response:
    suite = url_for("contribuer.show_merci", public_id=public_id, jeton=jeton)
    return close(make_response(redirect(suite, HTTPStatus.SEE_OTHER)))
