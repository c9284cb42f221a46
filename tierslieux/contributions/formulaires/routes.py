"""Routes of contributors: propose a place, correct one, say that it is closed, keep a form for later.

Forms check their own tokens here, not the extension for the whole site: one that is refused gives its text back.
"""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.contributions import services as contributions
from tierslieux.contributions.enums import STATUTS_PUBLIES, Demarche, Statut
from tierslieux.contributions.errors import EditionConcurrenteError
from tierslieux.contributions.formulaires import brouillons, saisie, services
from tierslieux.contributions.formulaires.envoi import answer, build_depot, close, consume, send
from tierslieux.contributions.formulaires.fermetures import read_signalement
from tierslieux.contributions.formulaires.forms import (
    ACTION,
    BROUILLON,
    CHERCHER,
    ENVOYER,
    GARDER,
    JETON_ABSENT,
    MODIFIER,
    REPRENDRE,
    VERSION,
    JetonForm,
)
from tierslieux.contributions.formulaires.localisation import ask_service, describe_position
from tierslieux.contributions.formulaires.pages import (
    is_publiee,
    render_apercu,
    render_conflit,
    render_fermeture,
    render_formulaire,
)
from tierslieux.contributions.formulaires.saisie import Champs
from tierslieux.contributions.formulaires.services import Etude, Modele
from tierslieux.contributions.formulaires.voies import PositionProposee
from tierslieux.core.errors import InvalidInputError, NotFoundError, TropDeDemandesError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.extensions import close_session, csrf, get_etat, get_session, open_ecriture
from tierslieux.lieux import services as lieux
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import AdressePostale, build_client, build_geocodeur
from tierslieux.lieux.recherche import clean_texte
from tierslieux.retours import name_champs

bp = Blueprint("contribuer", __name__)
# Every form below checks its own token, so that what was typed comes back with the refusal.
csrf.exempt(bp)
# What the page that gives everything back shows, when the form itself cannot.
name_champs(
    bp,
    {
        "nom": N_("Nom du lieu"),
        "adresse": N_("Adresse"),
        "commune": N_("Commune"),
        "telephone": N_("Téléphone"),
        "courriel": N_("Adresse e-mail du lieu"),
        "site_web": N_("Site web"),
        "horaires": N_("Horaires"),
        "presentation": N_("Présentation"),
        "presentation_detail": N_("Présentation détaillée"),
        "commentaire": N_("Votre message"),
        "courriel_auteur": N_("Votre adresse e-mail"),
    },
)

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
LIEUX_MAX = 10
# Somebody is waiting for the page.
ATTENTE_GEOCODAGE_S = 3.0
NOUVEAU, CORRECTION = "lieu", "corriger"


def _get_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# --- What do you want to do? ------------------------------------------------------------------------------------------


@bp.get("/contribuer")
def show_choix() -> ResponseReturnValue:
    """Add a place, or correct one: it is looked for by its name."""
    q = clean_texte(request.args.get("q", ""))
    trouves = lieux.search_nom(get_session(), q, now=_get_now(), limite=LIEUX_MAX) if q else []
    return render_template("contributions/formulaires/choix.html", q=q, lieux=trouves)


# --- The form of a place ----------------------------------------------------------------------------------------------


@bp.get("/contribuer/lieu")
def show_nouveau() -> ResponseReturnValue:
    """The form of a new place; name and commune may come with the address."""
    modele = Modele()
    connus = {nom: request.args.get(nom, "") for nom in ("nom", saisie.COMMUNE)}
    champs = modele.champs.overlay(Champs.from_paires(connus.items()))
    return answer(render_formulaire(modele, champs, now=_get_now()))


@bp.post("/contribuer/lieu")
def propose() -> ResponseReturnValue:
    """One step of the form of a new place, which its button names."""
    return _advance(Modele(), NOUVEAU)


@bp.get("/lieux/<public_id>/corriger")
def show_correction(public_id: str) -> ResponseReturnValue:
    """The form of a place, with what is known of it."""
    heritier = _find_heritier(public_id)
    if heritier is not None:
        return redirect(url_for("contribuer.show_correction", public_id=heritier), HTTPStatus.SEE_OTHER)
    now = _get_now()
    modele = services.get_modele(get_session(), public_id, None, now=now)
    return answer(render_formulaire(modele, modele.champs, now=now))


@bp.post("/lieux/<public_id>/corriger")
def correct(public_id: str) -> ResponseReturnValue:
    """One step of the form of a place; "reprendre" brings in what was typed for a new one."""
    now = _get_now()
    champs = _read_champs()
    heritier = _find_heritier(public_id)
    if champs.get(ACTION) != REPRENDRE:
        modele = services.get_modele(get_session(), heritier or public_id, champs.get(VERSION), now=now)
        return _advance(modele, f"{CORRECTION}:{heritier or public_id}")
    modele = services.get_modele(get_session(), heritier or public_id, None, now=now)
    repris = modele.champs.overlay(champs.replace(**{saisie.COMMUNE_LUE: None}))
    if champs.get(saisie.GENRE):
        repris = repris.overlay(Champs({"genres": (champs.get(saisie.GENRE),)}))
    message = _("Ce que vous avez écrit est repris ici. Vérifiez, puis continuez.")
    return answer(
        render_formulaire(modele, repris.replace(**{saisie.GENRE: None}), now=now, messages=[message], est_annonce=True)
    )


def _find_heritier(public_id: str) -> str | None:
    if not PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    return services.find_heritier(get_session(), public_id)


def _read_champs() -> Champs:
    return Champs.from_paires(request.form.items(multi=True))


def _advance(modele: Modele, formulaire: str) -> Response:
    """Do what a button of the form of a place says; without any, show what would be sent."""
    now = _get_now()
    champs = saisie.rebase(_read_champs(), modele.champs)
    action = champs.get(ACTION)
    if not JetonForm().validate():
        page = _render_jeton(modele, champs, est_relu=action == ENVOYER, now=now)
        return answer(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    if action == GARDER:
        return _keep(modele, champs, formulaire, now=now)
    if action == CHERCHER:
        return _search_position(modele, champs, now=now)
    etude = None if action == MODIFIER else services.study(get_session(), modele, champs)
    if etude is None or etude.erreurs:
        statut = HTTPStatus.UNPROCESSABLE_ENTITY if etude else HTTPStatus.OK
        return answer(render_formulaire(modele, champs, now=now, etude=etude), statut)
    if action == ENVOYER:
        return _send_lieu(modele, champs, etude, now=now)
    return answer(render_apercu(modele, champs, etude, now=now))


def _render_jeton(modele: Modele, champs: Champs, *, est_relu: bool, now: dt.datetime) -> str:
    """The page as it was, when its token is refused: the form, or what was about to be sent."""
    etude = services.study(get_session(), modele, champs) if est_relu else None
    if etude is None or etude.erreurs:
        return render_formulaire(modele, champs, now=now, messages=[_(JETON_ABSENT)])
    return render_apercu(modele, champs, etude, now=now, messages=[_(JETON_ABSENT)])


def _search_position(modele: Modele, champs: Champs, *, now: dt.datetime) -> Response:
    adresse = services.read_adresse(get_session(), modele, champs)
    positions = None if adresse is None else _locate(adresse)
    messages = () if positions is not None else (_("Écrivez d’abord l’adresse et la commune."),)
    if positions:
        # The likeliest one is chosen: people see it in words, and may choose another.
        premiere = positions[0]
        choisie = f"{premiere.lon:.7f},{premiere.lat:.7f},{premiere.precision.value}"
        champs = champs.replace(**{saisie.POSITION: choisie})
    return answer(render_formulaire(modele, champs, now=now, messages=messages, positions=positions))


def _locate(adresse: AdressePostale) -> tuple[PositionProposee, ...]:
    """Where an address is: for the service of the installation, if it has one, then for the places that are known."""
    connues = services.search_positions(get_session(), adresse)
    settings = get_etat().settings
    if settings.geocodage == "local" or (connues and connues[0].precision is Precision.ADRESSE):
        return connues
    # No connection to the database is held while somebody else is waited for.
    close_session(None)
    with build_client(ATTENTE_GEOCODAGE_S) as client:
        geocodeur = build_geocodeur(settings.geocodage, settings.addok_url, client, essais_max=1)
        return (*(ask_service(geocodeur, adresse) if geocodeur else ()), *connues)


def _send_lieu(modele: Modele, champs: Champs, etude: Etude, *, now: dt.datetime) -> Response:
    depot = build_depot(
        services.get_demarche(modele),
        etude.apres,
        modele,
        commentaire=etude.commentaire,
        courriel=etude.courriel,
        est_publiee=is_publiee(get_session(), modele, etude),
    )

    def render(message: str) -> str:
        return render_apercu(modele, champs, etude, now=now, messages=[message])

    try:
        return send(depot, champs, render, now=now)
    except EditionConcurrenteError as erreur:
        return answer(render_conflit(modele, champs, erreur, etude, now), HTTPStatus.CONFLICT)


@bp.get("/contribuer/merci/<public_id>/<jeton>")
def show_merci(public_id: str, jeton: str) -> ResponseReturnValue:
    """The proposal has come: where to follow it, and when it is answered."""
    proposition = contributions.get_par_jeton(get_session(), public_id, jeton)
    page = render_template(
        "contributions/formulaires/merci.html",
        proposition=proposition,
        est_publiee=Statut(proposition.statut) in STATUTS_PUBLIES,
        lieu=(lieu := _find_lieu(proposition.lieu_id)),
        jeton=jeton,
        brouillon=_name_brouillon(Demarche(proposition.demarche), lieu),
    )
    return close(make_response(page))


def _name_brouillon(demarche: Demarche, lieu: str | None) -> str:
    """What the browser keeps the text of this form under, as the form says."""
    if demarche is Demarche.NOUVEAU:
        return "lieu-nouveau"
    noms = {Demarche.FERMETURE: "ferme", Demarche.EVENEMENT: "evenement"}
    return f"{noms.get(demarche, 'lieu')}-{lieu}"


def _find_lieu(lieu_id: int | None) -> str | None:
    return None if lieu_id is None else services.find_public_id(get_session(), lieu_id)


# --- For later --------------------------------------------------------------------------------------------------------


def _keep(modele: Modele, champs: Champs, formulaire: str, *, now: dt.datetime) -> Response:
    paires = [*champs.iter_paires(), (VERSION, str(modele.version))]
    try:
        consume("message")
        with open_ecriture() as ecriture:
            jeton = brouillons.keep_brouillon(
                ecriture, formulaire, paires, now=now, jeton=champs.get(BROUILLON) or None
            )
    except (TropDeDemandesError, InvalidInputError) as erreur:
        est_trop = isinstance(erreur, TropDeDemandesError)
        statut = HTTPStatus.TOO_MANY_REQUESTS if est_trop else HTTPStatus.UNPROCESSABLE_ENTITY
        return answer(render_formulaire(modele, champs, now=now, messages=[erreur.message]), statut)
    suite = url_for("contribuer.show_brouillon", jeton=jeton, garde=1)
    return close(make_response(redirect(suite, HTTPStatus.SEE_OTHER)))


@bp.get("/contribuer/brouillon/<jeton>")
def show_brouillon(jeton: str) -> ResponseReturnValue:
    """A form that was kept, as it was left."""
    now = _get_now()
    formulaire, paires = brouillons.get_brouillon(get_session(), jeton, now=now)
    champs = Champs.from_paires(paires)
    modele = Modele()
    nom, _deux_points, public_id = formulaire.partition(":")
    if nom == CORRECTION:
        modele = services.get_modele(get_session(), public_id, champs.get(VERSION), now=now)
    messages = [_("Votre texte est gardé 30 jours. Pour le retrouver, gardez l’adresse de cette page.")]
    page = render_formulaire(modele, champs, now=now, messages=messages, est_annonce=True, brouillon=jeton)
    return close(make_response(page))


# --- Closed -----------------------------------------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/ferme")
def show_fermeture(public_id: str) -> ResponseReturnValue:
    """The form that says that a place is closed, has moved, has never been."""
    heritier = _find_heritier(public_id)
    if heritier is not None:
        return redirect(url_for("contribuer.show_fermeture", public_id=heritier), HTTPStatus.SEE_OTHER)
    now = _get_now()
    modele = services.get_modele(get_session(), public_id, None, now=now)
    return answer(render_fermeture(modele, Champs(), now=now))


@bp.post("/lieux/<public_id>/ferme")
def report_fermeture(public_id: str) -> ResponseReturnValue:
    """Say that a place is closed."""
    now = _get_now()
    champs = _read_champs()
    public_id = _find_heritier(public_id) or public_id
    modele = services.get_modele(get_session(), public_id, champs.get(VERSION), now=now)

    def render(*messages: str, erreurs: dict[str, list[str]] | None = None) -> str:
        return render_fermeture(modele, champs, now=now, erreurs=erreurs, messages=messages)

    if not JetonForm().validate():
        return answer(render(_(JETON_ABSENT)), HTTPStatus.UNPROCESSABLE_ENTITY)
    signalement = read_signalement(get_session(), public_id, champs, now=now)
    if signalement.erreurs:
        return answer(render(erreurs=signalement.erreurs), HTTPStatus.UNPROCESSABLE_ENTITY)
    depot = build_depot(
        Demarche.FERMETURE,
        {"ferme": True},
        modele,
        commentaire=signalement.commentaire,
        courriel=signalement.courriel,
        est_publiee=is_publiee(get_session(), modele),
    )
    try:
        return send(depot, champs, render, now=now)
    except EditionConcurrenteError as erreur:
        return answer(render(erreur.message), HTTPStatus.CONFLICT)


# --- While typing -----------------------------------------------------------------------------------------------------


@bp.get("/contribuer/ressemblances")
def list_ressemblances() -> ResponseReturnValue:
    """The known places that what is typed looks like, as a part of the page."""
    champs = Champs.from_paires(request.args.items(multi=True))
    trouvees = services.search_ressemblances(get_session(), Modele(), champs, now=_get_now())
    return answer(render_template("contributions/formulaires/_ressemblances.html", ressemblances=trouvees))


@bp.get("/contribuer/position")
def describe_point() -> ResponseReturnValue:
    """A point in words, as a part of the page."""
    position = Position.parse(request.args.get("position", ""), "position")
    endroit = describe_position(get_session(), position, now=_get_now())
    return answer(render_template("contributions/formulaires/_endroit.html", endroit=endroit))
