"""Routes of scenarios: keep a study, read it, change it by its secret link, compare two, say what would help.

An address that holds a secret is never kept by a browser nor told to the pages that it leads to. Forms check their own
tokens here, not the extension for the whole site: one that is refused gives its text back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError, TiersLieuxError
from tierslieux.extensions import csrf, get_session, open_ecriture
from tierslieux.planification.etude import Etude
from tierslieux.planification.scenarios import avis, connus
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.planification.scenarios.forms import (
    JETON_ABSENT,
    ActionForm,
    AvisForm,
    ModificationForm,
    ScenarioForm,
    build_timbre,
)
from tierslieux.planification.scenarios.modifications import ACTIONS, RENOMMER, SUPPRIMER, Demande
from tierslieux.planification.scenarios.pages import (
    assemble_comparaison,
    assemble_edition,
    assemble_scenario,
    complete_etude,
    list_sites,
    read_id,
    summarize,
)
from tierslieux.planification.scenarios.presenters import EditionPage, build_ariane
from tierslieux.planification.scenarios.services import PerimeError
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

bp = Blueprint("scenarios", __name__)
# Every form below checks its own token, so that what was typed comes back with the refusal.
csrf.exempt(bp)

# Set by the page of a plan: the sites that it proposes are to be kept with the study.
AVEC_PLAN = "plan"


def _get_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _close(reponse: Response) -> Response:
    """Keep a page whose address is a key out of caches, of search engines and of the Referer of every other page."""
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


# --- Keeping a study --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NouveauPage:
    """What templates/planification/scenario_nouveau.html writes, beside its form.

    `conflit`: the scenario as it is stored, when somebody else has changed it since.
    """

    niveau: Niveau
    code: str
    territoire: str
    ariane: tuple[tuple[str, str, str], ...]
    etude: Etude
    resume: Any
    erreurs: tuple[str, ...]
    conflit: EditionPage | None


def _read_territoire(niveau: str, code: str) -> tuple[Niveau, str]:
    if niveau not in set(Niveau) or niveau == Niveau.ARRONDISSEMENT or not (code.isascii() and code.isalnum()):
        raise NotFoundError("Ce territoire n’existe pas.")
    return Niveau(niveau), code.upper()


@bp.get("/territoires/<niveau>/<code>/scenarios/nouveau")
def show_nouveau(niveau: str, code: str) -> ResponseReturnValue:
    """The form that keeps a study under a name; the study stands in the address."""
    palier, code = _read_territoire(niveau, code)
    etude, erreurs = _read_etude(palier, code, request.args.to_dict(flat=False))
    return _render_nouveau(etude, ScenarioForm(formdata=None), erreurs)


@bp.post("/territoires/<niveau>/<code>/scenarios")
def create(niveau: str, code: str) -> ResponseReturnValue:
    """Keep a study. A form without title is that of the page of a plan or a simulation: the title is asked for."""
    palier, code = _read_territoire(niveau, code)
    etude, erreurs = _read_etude(palier, code, request.form.to_dict(flat=False))
    if "titre" not in request.form:
        return _render_nouveau(etude, ScenarioForm(formdata=None), erreurs)
    form = ScenarioForm()
    form.offer(connus.list_modifiables(get_session(), palier, code))
    if not form.validate() or erreurs or summarize(get_session(), etude).erreur:
        return _render_nouveau(etude, form, erreurs, HTTPStatus.UNPROCESSABLE_ENTITY)
    cible = form.read_cible()
    if cible is not None:
        return _replace(etude, form, *cible)
    with open_ecriture() as ecriture:
        scenario, jeton = scenarios.create_scenario(
            ecriture,
            etude,
            titre=form.titre.data,
            presentation=form.presentation.data or None,
            now=_get_now(),
        )
    return _go_to(scenario.public_id, jeton, "cree")


def _read_etude(niveau: Niveau, code: str, args: dict[str, list[str]]) -> tuple[Etude, list[str]]:
    """(study, what is wrong with it); one that has no change gets those of its best plan."""
    territoires.get_territoire(get_session(), niveau, code)
    etude, refus = Etude.from_args(niveau, code, args)
    erreurs = [erreur.message for erreur in refus]
    if not erreurs and (not etude.gestes or AVEC_PLAN in args):
        try:
            etude = complete_etude(get_session(), etude)
        except TiersLieuxError as erreur:
            erreurs.append(erreur.message)
    return etude, erreurs


def _replace(etude: Etude, form: ScenarioForm, public_id: str, version: int) -> ResponseReturnValue:
    jeton = connus.find_jeton(public_id)
    try:
        with open_ecriture() as ecriture:
            scenarios.replace_etude(ecriture, public_id, jeton, version, etude, now=_get_now())
    except PerimeError:
        stocke = scenarios.get_modifiable(get_session(), public_id, jeton)
        # Sent again, the form says that what is shown beside it was seen.
        connus.remember(public_id, jeton, stocke.version)
        form.dans.data = f"{public_id}.{stocke.version}"
        return _render_nouveau(etude, form, (), HTTPStatus.CONFLICT, conflit=assemble_edition(get_session(), stocke))
    return _go_to(public_id, jeton, "etude")


def _render_nouveau(
    etude: Etude,
    form: ScenarioForm,
    erreurs: list[str] | tuple[str, ...],
    statut: HTTPStatus | None = None,
    *,
    conflit: EditionPage | None = None,
) -> Response:
    territoire = territoires.get_territoire(get_session(), etude.niveau, etude.code)
    form.offer(connus.list_modifiables(get_session(), etude.niveau, etude.code))
    page = NouveauPage(
        niveau=etude.niveau,
        code=etude.code,
        territoire=territoire.nom,
        ariane=build_ariane(territoire),
        etude=etude,
        resume=summarize(get_session(), etude),
        erreurs=(*erreurs, *([JETON_ABSENT] if form.errors and form.est_jete else [])),
        conflit=conflit,
    )
    if statut is None:
        statut = HTTPStatus.UNPROCESSABLE_ENTITY if erreurs or page.resume.erreur else HTTPStatus.OK
    return _close(make_response(render_template("planification/scenario_nouveau.html", page=page, form=form), statut))


def _go_to(public_id: str, jeton: str, fait: str) -> Response:
    return _close(
        make_response(
            redirect(
                url_for("scenarios.edit_scenario", public_id=public_id, jeton=jeton, fait=fait), HTTPStatus.SEE_OTHER
            )
        )
    )


# --- The editing link -------------------------------------------------------------------------------------------------


@bp.get("/scenarios/<public_id>/modifier/<jeton>")
def edit_scenario(public_id: str, jeton: str) -> ResponseReturnValue:
    """All that can be done with a scenario, for whoever holds its link."""
    return _render_edition(public_id, jeton, fait=request.args.get("fait", ""))


@bp.post("/scenarios/<public_id>/modifier/<jeton>")
def change_scenario(public_id: str, jeton: str) -> ResponseReturnValue:
    """Do what a button of the page says, from the version that it has shown."""
    form = ActionForm()
    faire = ACTIONS.get(form.action.data or "")
    if form.action.data == RENOMMER:
        return _rename(public_id, jeton)
    if faire is None:
        raise InvalidInputError("action", form.action.data, ", ".join((RENOMMER, *ACTIONS)))
    if not form.validate():
        raisons = [JETON_ABSENT] if form.est_jete else [raison for liste in form.errors.values() for raison in liste]
        return _render_edition(public_id, jeton, HTTPStatus.UNPROCESSABLE_ENTITY, erreurs=raisons)
    if form.action.data == SUPPRIMER and not form.confirmer.data:
        return _render_edition(
            public_id,
            jeton,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            erreurs=["Pour supprimer ce scénario, cochez la case qui le confirme."],
        )
    try:
        with open_ecriture() as ecriture:
            suite = faire(ecriture, Demande(public_id, jeton, form.version.data, form.avis.data, _get_now()))
    except ConflictError as erreur:
        conseil = " Regardez ce qui a changé, puis recommencez." if isinstance(erreur, PerimeError) else ""
        return _render_edition(public_id, jeton, HTTPStatus.CONFLICT, erreurs=[erreur.message + conseil])
    if suite is None:
        connus.forget(public_id)
        return _close(make_response(render_template("planification/scenario_supprime.html")))
    return _go_to(*suite, form.action.data)


def _rename(public_id: str, jeton: str) -> ResponseReturnValue:
    form = ModificationForm()
    if not form.validate():
        erreurs = [JETON_ABSENT] if form.est_jete else []
        return _render_edition(public_id, jeton, HTTPStatus.UNPROCESSABLE_ENTITY, form=form, erreurs=erreurs)
    try:
        with open_ecriture() as ecriture:
            scenarios.rename(
                ecriture,
                public_id,
                jeton,
                form.version.data,
                titre=form.titre.data,
                presentation=form.presentation.data or None,
                now=_get_now(),
            )
    except PerimeError as erreur:
        return _render_edition(
            public_id, jeton, HTTPStatus.CONFLICT, form=form, erreurs=[erreur.message], est_perime=True
        )
    return _go_to(public_id, jeton, RENOMMER)


def _render_edition(
    public_id: str,
    jeton: str,
    statut: HTTPStatus = HTTPStatus.OK,
    *,
    form: ModificationForm | None = None,
    erreurs: list[str] | None = None,
    est_perime: bool = False,
    fait: str = "",
) -> Response:
    """The editing page; `est_perime`: what was typed stands beside what is stored, and both can be kept."""
    scenario = scenarios.get_modifiable(get_session(), public_id, jeton)
    page = assemble_edition(get_session(), scenario)
    connus.remember(public_id, jeton, scenario.version)
    form = form or ModificationForm(formdata=None, titre=page.titre, presentation=page.presentation)
    contenu = render_template(
        "planification/scenario_modifier.html",
        page=page,
        form=form,
        jeton=jeton,
        erreurs=erreurs or [],
        est_perime=est_perime,
        fait=fait,
        lien_modifier=_build_lien(url_for("scenarios.edit_scenario", public_id=public_id, jeton=jeton)),
        lien_lire=_build_lien(url_for("scenarios.show_scenario", public_id=public_id)),
    )
    return _close(make_response(contenu, statut))


def _build_lien(adresse: str) -> str:
    """An address to hand out, with the name of the site."""
    return urljoin(request.host_url, adresse)


# --- Reading, and what residents say ----------------------------------------------------------------------------------


@bp.get("/scenarios/<public_id>")
def show_scenario(public_id: str) -> ResponseReturnValue:
    """A scenario to read; when it is published, residents say which site would help them."""
    return _render_scenario(public_id, est_recu=request.args.get("avis") == "recu")


@bp.post("/scenarios/<public_id>/avis")
def give_avis(public_id: str) -> ResponseReturnValue:
    """Take what a resident says; it is shown once it has been read."""
    scenario = scenarios.get_scenario(get_session(), public_id)
    form, sites = AvisForm(), list_sites(get_session(), scenario)
    form.offer(sites.items())
    # Both are asked, so that all that is wrong is said at once.
    est_valide = form.validate()
    if not form.check_timbre(public_id, now=_get_now()) or not est_valide:
        return _render_scenario(public_id, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    try:
        with open_ecriture() as ecriture:
            avis.give_avis(
                ecriture,
                scenarios.get_scenario(ecriture, public_id),
                sites,
                site_code=form.site.data,
                texte=form.texte.data,
                now=_get_now(),
            )
    except ConflictError as erreur:
        form.texte.errors = (*form.texte.errors, erreur.message)
        return _render_scenario(public_id, HTTPStatus.CONFLICT, form=form)
    return redirect(url_for("scenarios.show_scenario", public_id=public_id, avis="recu"), HTTPStatus.SEE_OTHER)


def _render_scenario(
    public_id: str, statut: HTTPStatus = HTTPStatus.OK, *, form: AvisForm | None = None, est_recu: bool = False
) -> Response:
    page = assemble_scenario(get_session(), public_id, lambda code: url_for("lieux.show_lieu", public_id=code))
    now = _get_now()
    if form is None:
        form = AvisForm(formdata=None)
        form.timbre.data = build_timbre(public_id, now=now)
    elif form.is_timbre_perime(public_id, now=now):
        form.timbre.data = build_timbre(public_id, now=now)
    form.offer((site.code, site.nom) for site in page.resume.sites)
    reponse = make_response(
        render_template("planification/scenario.html", page=page, form=form, est_recu=est_recu), statut
    )
    # It changes with every word that is published, and holds the stamp of its form.
    reponse.headers["Cache-Control"] = "no-store" if page.publie_at is None else "no-cache"
    if page.publie_at is None or est_recu:
        reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


@bp.get("/scenarios/comparer")
def show_comparaison() -> ResponseReturnValue:
    """Two scenarios side by side; links that are pasted become ids, so that no secret stands in an address."""
    a, b = (request.args.get(nom, "").strip() for nom in ("a", "b"))
    lus = read_id(a), read_id(b)
    if (a, b) != lus:
        return _close(make_response(redirect(url_for("scenarios.show_comparaison", a=lus[0], b=lus[1]))))
    page = assemble_comparaison(get_session(), a, b)
    statut = HTTPStatus.UNPROCESSABLE_ENTITY if page.erreurs else HTTPStatus.OK
    reponse = make_response(render_template("planification/comparaison.html", page=page), statut)
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse
