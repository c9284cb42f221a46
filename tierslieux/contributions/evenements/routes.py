"""Routes of what happens: the agenda, calendars to follow, and proposing, correcting or cancelling an event."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.comptes.acces import find_personne
from tierslieux.contributions.auteurs import digest_reseau, find_auteur
from tierslieux.contributions.enums import Voie
from tierslieux.contributions.errors import EditionConcurrenteError
from tierslieux.contributions.evenements import envois, presenters, services
from tierslieux.contributions.evenements.forms import LIBELLES, AnnulationForm, EvenementForm, build_identifiant
from tierslieux.contributions.evenements.params import PUBLIC_ID, Demande, Ou
from tierslieux.contributions.formulaires import services as formulaires
from tierslieux.contributions.formulaires.envoi import answer, close, consume
from tierslieux.core.errors import NotFoundError, TropDeDemandesError
from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.extensions import close_session, csrf, get_session, open_ecriture
from tierslieux.langues import get_langue
from tierslieux.lieux import liens
from tierslieux.lieux import services as lieux
from tierslieux.lieux.enums import Precision, Statut
from tierslieux.lieux.evenements import Evenement, build_agenda
from tierslieux.lieux.evenements.calendriers import LieuAgenda
from tierslieux.lieux.evenements.pages import build_evenement
from tierslieux.lieux.evenements.recurrences import HORIZON_JOURS
from tierslieux.lieux.services import LieuDetail
from tierslieux.retours import name_champs
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import CommuneTrouvee

bp = Blueprint("evenements", __name__)

COMMUNES_MAX = 6
# Programs that follow a calendar ask every few hours.
DUREE_S = 900

# Every form below checks its own token, so that what was typed comes back with the refusal.
csrf.exempt(bp)
name_champs(bp, LIBELLES)

APERCU, MODIFIER, ENVOYER = "apercu", "modifier", "envoyer"
APERCU_DATES = 5
ANNULATION_DATES = 12
LIMITE = "proposition"


# --- The agenda -------------------------------------------------------------------------------------------------------


@bp.get("/agenda")
def show_agenda() -> ResponseReturnValue:
    """What happens where and when it was asked; senseless values are left out, and said."""
    now = dt.datetime.now(dt.UTC)
    demande = Demande.from_args(request.args, today=now.date())
    ou, nom, alternatives = _find_ou(demande)
    if demande.q and ou is None:
        erreur = _("Nous ne connaissons pas cette commune. Vérifiez son nom, ou tapez son code postal.")
        demande = dataclasses.replace(demande, erreurs=(*demande.erreurs, erreur))
    _du, au = demande.find_jours(now.date())
    sujets: list[services.EvenementDuLieu] = []
    est_coupe = False
    # Words that name nowhere have no answer; without any, the whole country has one.
    if ou is not None or not demande.q:
        sujets, est_coupe = services.list_evenements(
            get_session(), ou or Ou(), now=now, du=demande.du, au=au, genre=demande.genre
        )
    agenda = services.build_agenda(sujets, now=now, du=demande.du, au=au, est_coupe=est_coupe)
    page = presenters.build_agenda_page(
        demande,
        agenda,
        ou=nom,
        alternatives=alternatives,
        args_ics=_build_args_ics(demande, ou),
        now=now,
    )
    reponse = Response(render_template("contributions/evenements/agenda.html", page=page, adresse=request.url))
    if demande.erreurs:
        reponse.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return reponse


@bp.get("/agenda.ics")
def download_agenda() -> ResponseReturnValue:
    """The same as a calendar that programs follow: rules, not times, so that they see further than the page."""
    now = dt.datetime.now(dt.UTC)
    demande = Demande.from_args(request.args, today=now.date())
    ou, nom, _alternatives = _find_ou(demande)
    if ou is None:
        raise NotFoundError(_("Dites où : donnez une commune, un département ou une position."))
    au = now.date() + dt.timedelta(days=HORIZON_JOURS - 1)
    sujets, _est_coupe = services.list_evenements(get_session(), ou, now=now, du=None, au=au, genre=demande.genre)
    titre = _("Ce qui se passe : %(territoire)s", territoire=nom) if nom else _("Ce qui se passe bientôt")
    couples = [
        (presenters.build_lieu_agenda(sujet.lieu, _build_url_lieu(sujet.lieu.public_id)), sujet.evenement)
        for sujet in sujets
    ]
    return _send_calendrier(build_agenda(titre, couples, horodatage=now), "agenda")


@bp.get("/lieux/<public_id>/evenements.ics")
def download_evenements(public_id: str) -> ResponseReturnValue:
    """The events of one place; a merged place leads to the one that took it. A calendar without event stays valid."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    if detail.resume.public_id != public_id:
        return redirect(url_for("evenements.download_evenements", public_id=detail.resume.public_id))
    resume = detail.resume
    commune = " ".join(filter(None, (resume.code_postal, resume.commune_nom)))
    lieu = LieuAgenda(
        public_id=public_id,
        nom=resume.nom,
        adresse=", ".join(filter(None, (resume.adresse, commune))),
        lon=None if resume.precision is Precision.COMMUNE else resume.lon,
        lat=None if resume.precision is Precision.COMMUNE else resume.lat,
        fuseau=find_zone(resume.commune_code).fuseau,
        url=_build_url_lieu(public_id),
    )
    couples = [(lieu, evenement) for evenement in detail.evenements]
    return _send_calendrier(build_agenda(resume.nom, couples, horodatage=now), f"lieu-{public_id}-evenements")


def _find_ou(demande: Demande) -> tuple[Ou | None, str | None, list[tuple[str, dict[str, str]]]]:
    """(where to look, what it is called, other communes that the words could mean)."""
    session = get_session()
    if demande.ou is not None and demande.ou.niveau is not None and demande.ou.code is not None:
        return demande.ou, territoires.get_territoire(session, demande.ou.niveau, demande.ou.code).nom, []
    if demande.ou is not None and demande.ou.position is not None:
        commune = territoires.find_commune_at(session, demande.ou.position)
        return demande.ou, _("autour de %(commune)s", commune=commune.nom) if commune else _("autour d’ici"), []
    if not demande.q:
        return None, None, []
    communes = territoires.search_communes(session, demande.q, limite=COMMUNES_MAX)
    if not communes:
        return None, None, []
    premiere = communes[0]
    autres = [
        (_say_commune(commune), demande.build_args() | {"q": commune.code}) for commune in communes[1:COMMUNES_MAX]
    ]
    return _build_ou(premiere, demande.rayon_km), _say_autour(premiere, demande.rayon_km), autres


def _build_ou(commune: CommuneTrouvee, rayon_km: int) -> Ou:
    if rayon_km and commune.lon is not None and commune.lat is not None:
        return Ou(position=Position(commune.lon, commune.lat), rayon_m=1000.0 * rayon_km)
    return Ou(niveau=Niveau.COMMUNE, code=commune.code)


def _say_autour(commune: CommuneTrouvee, rayon_km: int) -> str:
    if not rayon_km:
        return commune.nom
    return _("%(commune)s et %(nombre)s km autour", commune=commune.nom, nombre=rayon_km)


def _say_commune(commune: CommuneTrouvee) -> str:
    return f"{commune.nom} ({commune.departement_nom})" if commune.departement_nom else commune.nom


def _build_args_ics(demande: Demande, ou: Ou | None) -> dict[str, str] | None:
    """What a calendar is asked to follow: where and what, not when."""
    if ou is None:
        return None
    return dataclasses.replace(demande, du=None, au=None).build_args()


def _get_lieu(public_id: str, now: dt.datetime) -> LieuDetail:
    """The published place of this address, or the one that took over its records; raises NotFoundError."""
    if not PUBLIC_ID.fullmatch(public_id):
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."))
    detail = lieux.get_lieu(get_session(), public_id, now=now)
    if detail.statut is Statut.MASQUE:
        heritier = liens.find_heritier(get_session(), public_id)
        if heritier is not None:
            return lieux.get_lieu(get_session(), heritier, now=now)
    if detail.statut is not Statut.PUBLIE:
        raise NotFoundError(_("Ce lieu n’est plus publié."))
    return detail


def _build_url_lieu(public_id: str) -> str:
    return url_for("lieux.show_lieu", public_id=public_id, _external=True)


def _send_calendrier(contenu: bytes, nom: str) -> Response:
    entetes = {"Content-Disposition": f'attachment; filename="{nom}.ics"', "Cache-Control": f"max-age={DUREE_S}"}
    return Response(contenu, mimetype="text/calendar", headers=entetes)


# --- Announcing, correcting, cancelling ------------------------------------------------------------------------------


@bp.get("/lieux/<public_id>/evenements/proposer")
def propose(public_id: str) -> ResponseReturnValue:
    """The form of a new event."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    if detail.resume.public_id != public_id:
        return redirect(url_for("evenements.propose", public_id=detail.resume.public_id))
    form = EvenementForm(formdata=None)
    form.prepare(detail.version, now)
    return _render_form(_Saisie(detail, None, form, now))


@bp.post("/lieux/<public_id>/evenements/proposer")
def send_proposition(public_id: str) -> ResponseReturnValue:
    """Show what was written, change it again, or send it."""
    now = dt.datetime.now(dt.UTC)
    return _answer(_Saisie(_get_lieu(public_id, now), None, EvenementForm(), now))


@bp.get("/lieux/<public_id>/evenements/<evenement_id>/corriger")
def correct(public_id: str, evenement_id: str) -> ResponseReturnValue:
    """The same form, with an event in it."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    actuel = _get_evenement(detail, evenement_id)
    form = EvenementForm(formdata=None)
    form.prepare(detail.version, now)
    form.fill(actuel)
    return _render_form(_Saisie(detail, actuel, form, now))


@bp.post("/lieux/<public_id>/evenements/<evenement_id>/corriger")
def send_correction(public_id: str, evenement_id: str) -> ResponseReturnValue:
    """Show the event as it would become, change it again, or send it."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    return _answer(_Saisie(detail, _get_evenement(detail, evenement_id), EvenementForm(), now))


@bp.get("/lieux/<public_id>/evenements/<evenement_id>/annuler")
def cancel(public_id: str, evenement_id: str) -> ResponseReturnValue:
    """The dates of an event, to say which one does not happen, or none."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    form = AnnulationForm(formdata=None)
    form.prepare(detail.version, now)
    return _render_annulation(_Saisie(detail, _get_evenement(detail, evenement_id), form, now))


@bp.post("/lieux/<public_id>/evenements/<evenement_id>/annuler")
def send_annulation(public_id: str, evenement_id: str) -> ResponseReturnValue:
    """Propose that one date, or the whole, does not happen."""
    now = dt.datetime.now(dt.UTC)
    detail = _get_lieu(public_id, now)
    actuel, form = _get_evenement(detail, evenement_id), AnnulationForm()
    saisie = _Saisie(detail, actuel, form, now)
    form.check_envoi(now)
    nouveau: Evenement | None = None
    dates = presenters.list_annulables(actuel, now=now, fuseau=saisie.fuseau, limite=ANNULATION_DATES)
    if form.quoi.data in dates:
        jour = dt.date.fromisoformat(form.quoi.data)
        nouveau = dataclasses.replace(actuel, sauf=tuple(sorted({*actuel.sauf, jour})))
    elif form.quoi.data != AnnulationForm.TOUT:
        form.refuse("quoi", _("Choisissez ce qui est annulé."))
    return _send(saisie, actuel.id, nouveau, _render_annulation)


@dataclasses.dataclass(frozen=True, slots=True)
class _Saisie:
    """A form on its way, with its place; `actuel` is the event that it corrects or cancels."""

    detail: LieuDetail
    actuel: Evenement | None
    form: EvenementForm | AnnulationForm
    now: dt.datetime

    @property
    def fuseau(self) -> ZoneInfo:
        """The time zone of the place."""
        return find_zone(self.detail.resume.commune_code).fuseau


def _get_evenement(detail: LieuDetail, evenement_id: str) -> Evenement:
    """The event of this id; raises NotFoundError when the place announces none such."""
    trouve = next((evenement for evenement in detail.evenements if evenement.id == evenement_id), None)
    if trouve is None:
        raise NotFoundError(_("Ce rendez-vous n’est plus annoncé."))
    return trouve


def _answer(saisie: _Saisie) -> ResponseReturnValue:
    """What the button that was pressed asks for."""
    form = saisie.form
    if not isinstance(form, EvenementForm):
        raise TypeError(type(form).__name__)
    if form.action.data == MODIFIER:
        return _render_form(saisie)
    timbre = form.read_timbre()
    identifiant = saisie.actuel.id if saisie.actuel else build_identifiant(timbre.envoi if timbre else "")
    evenement = form.read(
        identifiant, commune_code=saisie.detail.resume.commune_code, now=saisie.now, actuel=saisie.actuel
    )
    form.read_courriel()
    form.read_commentaire()
    if form.action.data == ENVOYER:
        form.check_envoi(saisie.now)
        return _send(saisie, identifiant, evenement, _render_form)
    if evenement is None or not form.est_juste:
        return _render_form(saisie, HTTPStatus.UNPROCESSABLE_ENTITY)
    lu = build_evenement(evenement, now=saisie.now, fuseau=saisie.fuseau, limite=APERCU_DATES)
    page = presenters.build_apercu_page(saisie.detail, lu, saisie.actuel)
    return answer(render_template("contributions/evenements/apercu.html", page=page, form=form))


def _send(
    saisie: _Saisie, identifiant: str, nouveau: Evenement | None, render: Callable[..., Response]
) -> ResponseReturnValue:
    """Keep the proposal, or publish it at once for those who may; what is refused gives everything back."""
    form, resume = saisie.form, saisie.detail.resume
    courriel, commentaire = form.read_courriel(), form.read_commentaire()
    timbre = form.read_timbre()
    if not form.est_juste or timbre is None:
        return render(saisie, HTTPStatus.UNPROCESSABLE_ENTITY)
    est_publiee = formulaires.can_publier(get_session(), find_personne(), resume.commune_code)
    version = form.read_version(saisie.detail.version)
    try:
        actuels = envois.list_actuels(get_session(), resume.id, version)
        if envois.is_plein(actuels) and nouveau is not None and saisie.actuel is None:
            form.alert(_("Ce lieu annonce déjà beaucoup de rendez-vous. Corrigez-en un, ou annulez-en un."))
            return render(saisie, HTTPStatus.UNPROCESSABLE_ENTITY)
        suite = envois.replace_evenement(actuels, identifiant, nouveau)
        if suite == actuels:
            form.alert(_("Vous n’avez rien changé. Changez au moins une information."))
            return render(saisie, HTTPStatus.UNPROCESSABLE_ENTITY)
        # A request holds one connection: the counters have their own.
        close_session(None)
        consume(LIMITE)
        auteur = find_auteur()
        depot = envois.build_depot(
            resume.id,
            version,
            suite,
            auteur.pseudonyme,
            voie=Voie.MODERATION if est_publiee else Voie.COMPTE if auteur.compte_id else Voie.FORMULAIRE,
            compte_id=auteur.compte_id,
            courriel=courriel,
            commentaire=commentaire,
            reseau=digest_reseau(),
            langue=get_langue().prefixe or "fr",
        )
        with open_ecriture() as ecriture:
            recu = formulaires.send(ecriture, depot, timbre.envoi, est_publiee=est_publiee, now=saisie.now)
    except TropDeDemandesError as erreur:
        form.alert(erreur.message)
        reponse = render(saisie, HTTPStatus.TOO_MANY_REQUESTS)
        reponse.headers["Retry-After"] = str(erreur.details.get("reessayer_s", 60))
        return reponse
    except EditionConcurrenteError as erreur:
        # Sent again, the form says that what is shown was seen.
        form.version.data = str(erreur.version)
        form.alert(_("Quelqu’un a changé ce rendez-vous pendant que vous écriviez. Relisez, puis envoyez de nouveau."))
        form.alert(presenters.say_devenu(erreur.conflits, identifiant))
        return render(saisie, HTTPStatus.CONFLICT)
    public_id, jeton = recu
    adresse = url_for("contribuer.show_merci", public_id=public_id, jeton=jeton)
    return close(make_response(redirect(adresse, HTTPStatus.SEE_OTHER)))


def _render_form(saisie: _Saisie, statut: HTTPStatus = HTTPStatus.OK) -> Response:
    page = presenters.build_form_page(saisie.detail, saisie.actuel, now=saisie.now)
    return answer(render_template("contributions/evenements/formulaire.html", page=page, form=saisie.form), statut)


def _render_annulation(saisie: _Saisie, statut: HTTPStatus = HTTPStatus.OK) -> Response:
    if saisie.actuel is None:
        raise NotFoundError
    page = presenters.build_annulation_page(
        saisie.detail, saisie.actuel, now=saisie.now, fuseau=saisie.fuseau, limite=ANNULATION_DATES
    )
    return answer(render_template("contributions/evenements/annuler.html", page=page, form=saisie.form), statut)
