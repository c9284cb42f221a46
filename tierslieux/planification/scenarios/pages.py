"""What the pages of scenarios show, from the session: read, keep, change, compare. No request here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.core.errors import InvalidInputError, NotFoundError, TiersLieuxError
from tierslieux.planification.carte import draw_carte_etude
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import GESTES_MAX, Etude, Geste
from tierslieux.planification.evaluation import Evaluation
from tierslieux.planification.models import AvisScenario, Scenario
from tierslieux.planification.scenarios import avis as avis_services
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.planification.scenarios.avis import Statut
from tierslieux.planification.scenarios.presenters import (
    EditionPage,
    Resume,
    ScenarioPage,
    build_ariane,
    build_avis,
    build_resume,
    build_resume_vide,
    count_par_site,
    list_retires,
    split_paragraphes,
)
from tierslieux.planification.scenarios.presenters_comparaison import (
    COMMUNES_MAX,
    Colonne,
    ComparaisonPage,
    build_lignes,
    list_communes,
    list_divergences,
)
from tierslieux.planification.services import evaluate_etude, find_plan
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.services import Contour

# What a page waits for the plan of a study that comes without its sites; the best found until then is kept.
PLAN_TEMPS_MAX_S = 5.0
# The areas of the map, so that they can be told apart on a phone.
_AIRES = {Niveau.FRANCE: Niveau.DEPARTEMENT, Niveau.REGION: Niveau.EPCI}
_NOMS_AIRES = {Niveau.FRANCE: "départements", Niveau.REGION: "intercommunalités"}
_ID_DANS_LIEN = re.compile(r"/scenarios/([0-9A-Za-z_-]{8,40})")
_ID = re.compile(r"[0-9A-Za-z_-]{8,40}")

BuildAdresse = Callable[[str], str]


def complete_etude(session: Session, etude: Etude) -> Etude:
    """The study with the sites of its best plan as changes: what is kept must not move when data do.

    Raises as `find_plan`, and InvalidInputError when the sites are too many for a scenario.
    """
    plan = find_plan(session, etude, temps_max_s=PLAN_TEMPS_MAX_S)
    gestes = [Geste(Action.OUVRIR, propose.site.code) for propose in plan.sites]
    if len(etude.gestes) + len(gestes) > GESTES_MAX:
        raise InvalidInputError("sites", len(gestes), f"un scénario de {GESTES_MAX} changements au plus")
    return etude.add(*gestes)


def summarize(
    session: Session,
    etude: Etude,
    *,
    avis: Sequence[AvisScenario] = (),
    avec_carte: bool = False,
    build_adresse: BuildAdresse | None = None,
) -> Resume:
    """A study in words and figures; when it cannot be computed (any more), the reason stands in their place."""
    try:
        evaluation = evaluate_etude(session, etude)
    except TiersLieuxError as erreur:
        return build_resume_vide(etude, erreur.message)
    return _build_resume(session, evaluation, avis=avis, avec_carte=avec_carte, build_adresse=build_adresse)


def _build_resume(
    session: Session,
    evaluation: Evaluation,
    *,
    avis: Sequence[AvisScenario] = (),
    avec_carte: bool = False,
    build_adresse: BuildAdresse | None = None,
    titre: str = "Temps de trajet avec ces changements",
) -> Resume:
    adresses = {
        site.code: build_adresse(site.code)
        for site in evaluation.sites_ouverts
        # Free points and rows of tables have no page.
        if build_adresse is not None and site.genre is not None and not site.code.startswith("@")
    }
    carte = _draw(session, evaluation, titre) if avec_carte else None
    unite = _NOMS_AIRES.get(evaluation.etude.niveau, "communes")
    return build_resume(evaluation, avis=avis, carte=carte, unite_aires=unite, adresses=adresses)


def _draw(session: Session, evaluation: Evaluation, titre: str) -> Choroplethe | None:
    etude = evaluation.etude
    niveau = _AIRES.get(etude.niveau, Niveau.COMMUNE)
    return draw_carte_etude(
        list_contours(session, etude, niveau),
        evaluation.terrain,
        evaluation.etat_apres,
        titre=titre,
        niveau=niveau,
        proposes=[site for site, _gain in count_par_site(evaluation)],
        fermes=evaluation.sites_fermes,
        # Merged by class: half the weight, and the tables of the page say what each shape would.
        individuelles_max=0,
    )


def list_contours(session: Session, etude: Etude, niveau: Niveau) -> list[Contour]:
    """Outlines of the areas of the map of a study."""
    if etude.niveau is Niveau.COMMUNE:
        territoire = territoires.get_territoire(session, etude.niveau, etude.code)
        contour = territoires.get_contour(session, etude.niveau, etude.code)
        return [] if contour is None else [Contour(etude.code, territoire.nom, contour)]
    parent = None if etude.code == CODE_FRANCE else (etude.niveau, etude.code)
    return territoires.list_contours(session, niveau, parent=parent)


def _summarize_scenario(
    session: Session,
    scenario: Scenario,
    *,
    avis: Sequence[AvisScenario] = (),
    avec_carte: bool = False,
    build_adresse: BuildAdresse | None = None,
) -> tuple[Etude | None, Resume]:
    """(its study, what it does); None when its words are not understood any more, and the reason stands in the rest."""
    try:
        etude = scenarios.read_etude(scenario)
    except InvalidInputError as erreur:
        return None, build_resume_vide(None, erreur.message)
    return etude, summarize(session, etude, avis=avis, avec_carte=avec_carte, build_adresse=build_adresse)


def assemble_scenario(session: Session, public_id: str, build_adresse: BuildAdresse) -> ScenarioPage:
    """The page that anybody may read; words of residents only when it is published. Raises NotFoundError."""
    scenario = scenarios.get_scenario(session, public_id)
    publies = avis_services.list_avis(session, public_id, Statut.PUBLIE) if scenario.publie_at else ()
    etude, resume = _summarize_scenario(session, scenario, avis=publies, avec_carte=True, build_adresse=build_adresse)
    niveau = Niveau(scenario.niveau)
    territoire = territoires.get_territoire(session, niveau, scenario.code)
    return ScenarioPage(
        public_id=scenario.public_id,
        titre=scenario.titre,
        paragraphes=split_paragraphes(scenario.presentation),
        niveau=niveau,
        code=scenario.code,
        territoire=territoire.nom,
        ariane=build_ariane(territoire),
        publie_at=scenario.publie_at,
        modifie_at=scenario.modifie_at,
        etude=etude,
        resume=resume,
        retires=list_retires(publies, resume.sites),
    )


def list_sites(session: Session, scenario: Scenario) -> dict[str, str]:
    """Name by code of the sites that a scenario opens: what residents choose from. Empty when it cannot be computed."""
    _etude, resume = _summarize_scenario(session, scenario)
    return {site.code: site.nom for site in resume.sites}


def assemble_edition(session: Session, scenario: Scenario) -> EditionPage:
    """The page of whoever holds the editing link."""
    etude, resume = _summarize_scenario(session, scenario)
    tous = avis_services.list_avis(session, scenario.public_id)
    niveau = Niveau(scenario.niveau)
    territoire = territoires.get_territoire(session, niveau, scenario.code)
    return EditionPage(
        public_id=scenario.public_id,
        titre=scenario.titre,
        presentation=scenario.presentation or "",
        niveau=niveau,
        code=scenario.code,
        territoire=territoire.nom,
        ariane=build_ariane(territoire),
        version=scenario.version,
        publie_at=scenario.publie_at,
        modifie_at=scenario.modifie_at,
        etude=etude,
        resume=resume,
        precedente=_describe_precedente(session, scenario),
        nombre_precedentes=len(scenario.precedentes),
        attente=build_avis(a for a in tous if a.statut == Statut.ATTENTE),
        decides=build_avis(a for a in tous if a.statut != Statut.ATTENTE),
    )


def _describe_precedente(session: Session, scenario: Scenario) -> tuple[str, ...] | None:
    """The changes that going back would bring again, in words."""
    if not scenario.precedentes:
        return None
    try:
        etude = Etude.from_json(scenario.precedentes[0])
    except InvalidInputError as erreur:
        return (erreur.message,)
    return summarize(session, etude).changements


# --- Two scenarios ----------------------------------------------------------------------------------------------------


def read_id(texte: str) -> str:
    """The id of a scenario from what was typed: its id or any of its links; the text itself when it is neither."""
    trouve = _ID_DANS_LIEN.search(texte)
    return trouve.group(1) if trouve else texte.strip()


def assemble_comparaison(session: Session, a: str, b: str) -> ComparaisonPage:
    """Two scenarios side by side; what is wrong with either stands in `erreurs`, and then nothing is compared."""
    lus: list[tuple[Scenario, Evaluation]] = []
    erreurs: list[str] = []
    for rang, public_id in (("premier", a), ("second", b)):
        if not public_id:
            continue
        try:
            if not _ID.fullmatch(public_id):
                raise NotFoundError(scenarios.INCONNU)
            scenario = scenarios.get_scenario(session, public_id)
            lus.append((scenario, evaluate_etude(session, scenarios.read_etude(scenario))))
        except TiersLieuxError as erreur:
            erreurs.append(f"Le {rang} scénario ne peut pas être comparé : {erreur.message}")
    if a and a == b and not erreurs:
        erreurs.append("Ce sont deux fois le même scénario : choisissez-en un autre.")
    if erreurs or len(lus) < 2:
        return ComparaisonPage(a, b, erreurs=tuple(erreurs))
    (un, evaluation_a), (autre, evaluation_b) = lus
    noms = tuple(
        territoires.get_territoire(session, Niveau(scenario.niveau), scenario.code).nom for scenario in (un, autre)
    )
    divergences = list_divergences(evaluation_a.etude, evaluation_b.etude, (noms[0], noms[1]))
    communes = () if divergences else list_communes(evaluation_a.communes, evaluation_b.communes)
    return ComparaisonPage(
        a,
        b,
        colonnes=tuple(
            Colonne(
                scenario.public_id,
                scenario.titre,
                nom,
                _build_resume(session, evaluation, avec_carte=True, titre=f"{scenario.titre} : temps de trajet"),
            )
            for (scenario, evaluation), nom in zip(lus, noms, strict=True)
        ),
        divergences=divergences,
        lignes=build_lignes(evaluation_a, evaluation_b, comparables=not divergences),
        communes=communes[:COMMUNES_MAX],
        communes_total=len(communes),
    )
