"""From what is asked of a simulation to its page: reads by services, then presenters. Knows no request."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tierslieux.core.errors import ConflictError, InvalidInputError
from tierslieux.core.types import Position
from tierslieux.couverture.formules import write_complement
from tierslieux.couverture.services import find_edition
from tierslieux.filtres import INSECABLE, format_date, format_distance
from tierslieux.planification.etude import Arguments, Etude, Geste
from tierslieux.planification.evaluation import Evaluation, evaluate, list_restantes
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.presenters import format_acces, format_qui
from tierslieux.planification.simulation.carte import Fond, draw_fond, draw_simulation
from tierslieux.planification.simulation.changements import (
    build_changements,
    build_lignes,
    write_horaires,
    write_phrases,
)
from tierslieux.planification.simulation.gestes import (
    ECART_MAX_M,
    Candidats,
    Scene,
    Valeur,
    check_gestes,
    compute_pertes,
    drop_geste,
    find_candidats,
    follow_clic,
    keep_valides,
    list_fermables,
    list_gains,
    list_meilleurs,
    list_par_perte,
    measure_ecart,
)
from tierslieux.planification.simulation.params import Clic, DemandeSimulation
from tierslieux.planification.simulation.positions import Trouvaille, find_gestes, name_site
from tierslieux.planification.simulation.presenters import (
    NOMBRE_CANDIDATS,
    NOMBRE_FERMABLES,
    NOMBRE_RESTANTES,
    NOMBRE_TROUVES,
    CarteSimulation,
    LigneSite,
    Listes,
    SimulationPage,
    build_candidats,
    build_choix,
    build_fermables,
    build_restantes,
    build_table,
    write_genre,
)
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.noms import build_cle
from tierslieux.territoires.services import TerritoireDetail

# Nobody lives this near the open sea alone: a point farther from all people is looked up on the map of communes.
ECART_HABITE_M = 3_000.0
# Of the widest région 6 MB.
_FONDS_GARDES = 8

_fonds: OrderedDict[tuple[object, ...], Fond | None] = OrderedDict()
_verrou = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reponse:
    """What a request gives: the study, changed by what was asked (`est_changee`), its evaluation, and what to say."""

    etude: Etude
    terrain: Terrain
    evaluation: Evaluation
    demande: DemandeSimulation
    erreurs: tuple[str, ...]
    trouvailles: tuple[Trouvaille, ...]
    est_changee: bool
    annee: int


def answer(session: Session, niveau: Niveau, code: str, args: Arguments, *, now: dt.datetime) -> Reponse:
    """Understand a request and do what it asks; raises NotFoundError, ComputationError for a territory without data."""
    etude, erreurs = Etude.from_args(niveau, code, args)
    demande = DemandeSimulation.from_args(args)
    dites = [*(erreur.message for erreur in erreurs), *demande.erreurs]
    try:
        terrain = load_terrain(session, etude)
    except InvalidInputError as erreur:
        # A table or an indicator that is not there: the rest is shown with the usual need and buildings.
        dites.append(erreur.message)
        etude = Etude(niveau, code, cible=etude.cible, mode=etude.mode, minutes=etude.minutes, gestes=etude.gestes)
        terrain = load_terrain(session, etude)
    etude, refus = keep_valides(terrain, etude)
    etude, noyes = _drop_noyes(session, terrain, etude)
    dites += [*refus, *noyes]
    if demande.deplacer and terrain.find_rang(demande.deplacer) is None:
        dites.append(InvalidInputError("deplacer", demande.deplacer, "le code d’un lieu ouvert du territoire").message)
        demande = replace(demande, deplacer="", ou="")
    depart = etude
    trouvailles: tuple[Trouvaille, ...] = ()
    if demande.est_action:
        try:
            etude, trouvailles = _act(session, terrain, etude, demande, now=now)
        except InvalidInputError as erreur:
            dites.append(erreur.message)
        except ConflictError as erreur:
            dites.append(erreur.message)
    evaluation = evaluate(terrain, etude)
    return Reponse(etude, terrain, evaluation, demande, tuple(dites), trouvailles, etude != depart, now.year)


def _drop_noyes(session: Session, terrain: Terrain, etude: Etude) -> tuple[Etude, list[str]]:
    """(study without the points that are in no commune, sentences on them)."""
    gardes, refus = [], []
    for geste in etude.gestes:
        if _is_en_mer(session, terrain, geste):
            refus.append(_refuse_mer(geste))
        else:
            gardes.append(geste)
    return replace(etude, gestes=tuple(gardes)), refus


def _is_en_mer(session: Session, terrain: Terrain, geste: Geste) -> bool:
    if geste.lon is None or geste.lat is None or measure_ecart(terrain, geste.lon, geste.lat) <= ECART_HABITE_M:
        return False
    return territoires.find_commune_at(session, Position(geste.lon, geste.lat)) is None


def _refuse_mer(geste: Geste) -> str:
    return (
        f"Changement refusé : «{INSECABLE}{geste.encode()}{INSECABLE}». Ce point n’est dans aucune commune : il est en "
        "mer ou hors de France."
    )


def _act(
    session: Session, terrain: Terrain, etude: Etude, demande: DemandeSimulation, *, now: dt.datetime
) -> tuple[Etude, tuple[Trouvaille, ...]]:
    """(the study after what is asked, readings to choose from); raises InvalidInputError, ConflictError."""
    trouvailles: tuple[Trouvaille, ...] = ()
    if demande.clic is not None:
        etude = _follow(Scene.build(terrain, etude), demande.clic)
    for geste in demande.retirer:
        etude = drop_geste(etude, geste)
    etude = etude.add(*demande.ajouter)
    if demande.ou:
        trouvailles = tuple(find_gestes(session, terrain, etude, demande.ou, demande.deplacer, now=now))
        if not trouvailles:
            raise ConflictError(
                f"Nous ne trouvons pas «{INSECABLE}{demande.ou}{INSECABLE}» dans ce territoire, ni à moins de "
                f"{format_distance(ECART_MAX_M)}. Écrivez une commune, une adresse avec sa commune, ou la longitude "
                "puis la latitude."
            )
        if trouvailles[0].est_sure:
            etude = etude.add(trouvailles[0].geste)
            trouvailles = ()
    check_gestes(etude)
    valide, refus = keep_valides(terrain, etude)
    valide, noyes = _drop_noyes(session, terrain, valide)
    if refus or noyes:
        raise ConflictError(" ".join((*refus, *noyes)))
    return valide, trouvailles


def _follow(scene: Scene, clic: Clic) -> Etude:
    candidats = _find_candidats(scene)
    montres = list_meilleurs(scene, candidats, NOMBRE_CANDIDATS)
    return follow_clic(scene, [valeur.rang for valeur in montres], clic)


def _find_candidats(evaluation: Evaluation | Scene) -> Candidats:
    avant, apres = evaluation.etat_avant.ouverts, evaluation.etat_apres.ouverts
    return find_candidats(evaluation.terrain, evaluation.etude, apres, avant)


def build_page(session: Session, reponse: Reponse, *, avec_fond: bool = True) -> SimulationPage:
    """The page of an answer; `avec_fond` False leaves out of the map what changes leave alone."""
    etude, evaluation, demande = reponse.etude, reponse.evaluation, reponse.demande
    terrain, etat = evaluation.terrain, evaluation.etat_apres
    territoire = territoires.get_territoire(session, etude.niveau, etude.code)
    candidats = _find_candidats(evaluation)
    meilleurs = list_meilleurs(evaluation, candidats, NOMBRE_CANDIDATS)
    restantes = list_restantes(terrain, etude, etat, candidats.rangs, temps=candidats.portees)
    carte = _draw(session, reponse, territoire, meilleurs, avec_fond=avec_fond)
    return SimulationPage(
        niveau=etude.niveau,
        code=etude.code,
        nom=territoire.nom,
        complement=write_complement(etude.niveau, territoire.nom, territoire.type_nom),
        ariane=tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents),
        etude=etude,
        args=etude.to_args(),
        erreurs=reponse.erreurs,
        phrases=write_phrases(evaluation),
        changements=build_changements(evaluation, write_horaires(reponse.terrain, etude, reponse.annee)),
        args_annuler=etude.drop(-1).to_args() if etude.gestes else None,
        args_vide=replace(etude, gestes=()).to_args(),
        lignes=build_lignes(evaluation),
        acces=format_acces(etude),
        qui=format_qui(etude.besoin),
        communes=build_table(evaluation.touchees, demande.page),
        restantes=build_restantes(restantes[:NOMBRE_RESTANTES]),
        nombre_restantes=len(restantes),
        listes=_list_sites(evaluation, candidats, meilleurs, demande.cherche),
        carte=carte,
        unite_aires="départements" if etude.niveau is Niveau.FRANCE else "communes",
        choix=build_choix(reponse.trouvailles),
        saisi=demande.ou,
        deplace=_find_deplace(terrain, demande.deplacer),
        source=_write_source(session, terrain),
    )


def _list_sites(evaluation: Evaluation, candidats: Candidats, meilleurs: Sequence[Valeur], cherche: str) -> Listes:
    """Open places, those that alone serve most people first, and candidates, those that would gain most first."""
    terrain, etude, etat = evaluation.terrain, evaluation.etude, evaluation.etat_apres
    filtre = _build_filtre(terrain, cherche)
    pertes = compute_pertes(terrain, etude, etat.ouverts)
    fermables = [rang for rang in list_fermables(terrain, etat.ouverts).tolist() if filtre(rang)]
    fermables.sort(key=lambda rang: (-pertes[rang], build_cle(terrain.sites[rang].nom) if cherche else "", rang))
    valeurs = list_par_perte(terrain, etude, etat.ouverts, fermables[: NOMBRE_TROUVES if cherche else NOMBRE_FERMABLES])
    lignes = [ligne for ligne, rang in enumerate(candidats.rangs.tolist()) if filtre(rang)]
    montres = list_gains(evaluation, candidats, lignes[:NOMBRE_TROUVES]) if cherche else list(meilleurs)
    montres.sort(key=lambda valeur: -valeur.gens.valeur)
    return Listes(cherche, build_fermables(evaluation, valeurs), len(fermables), build_candidats(montres), len(lignes))


def _build_filtre(terrain: Terrain, cherche: str) -> Callable[[int], bool]:
    """Whether the name of a site, with its commune, holds words that begin like all of those looked for."""
    voulus = build_cle(cherche).split()

    def filtre(rang: int) -> bool:
        site = terrain.sites[rang]
        mots = build_cle(f"{site.nom} {site.commune_nom or ''}").split()
        return all(any(mot.startswith(voulu) for mot in mots) for voulu in voulus)

    return filtre if voulus else lambda _rang: True


def _find_deplace(terrain: Terrain, code: str) -> LigneSite | None:
    """The place that is to move, once chosen."""
    rang = terrain.find_rang(code) if code else None
    if rang is None:
        return None
    site = terrain.sites[rang]
    return LigneSite(name_site(site), write_genre(site.genre), gens="", code=code)


def _write_source(session: Session, terrain: Terrain) -> str:
    edition = find_edition(session)
    quand = f" Lieux et temps calculés le {format_date(edition.actualisee_at.date())}." if edition else ""
    temps = (
        "Temps de trajet estimés à partir des distances." if terrain.is_estime else "Temps de trajet par les routes."
    )
    return f"Besoin : {terrain.source} (estimation). {temps}{quand}"


def _draw(
    session: Session, reponse: Reponse, territoire: TerritoireDetail, meilleurs: Sequence[Valeur], *, avec_fond: bool
) -> CarteSimulation | None:
    fond = _load_fond(session, reponse, territoire)
    if fond is None:
        return None
    return draw_simulation(
        fond,
        reponse.evaluation,
        [valeur.site for valeur in meilleurs],
        est_avant=reponse.demande.est_avant,
        avec_fond=avec_fond,
    )


def _load_fond(session: Session, reponse: Reponse, territoire: TerritoireDetail) -> Fond | None:
    """The ground of the map, kept in memory: it only depends on where people live and on the places of today."""
    etude, terrain = reponse.etude, reponse.terrain
    cle = (etude.niveau, etude.code, etude.mode, etude.cible, terrain.empreinte)
    with _verrou:
        if cle in _fonds:
            _fonds.move_to_end(cle)
            return _fonds[cle]
    niveau, parent = Niveau.COMMUNE, (etude.niveau, etude.code)
    if etude.niveau is Niveau.FRANCE:
        contours = territoires.list_contours(session, niveau := Niveau.DEPARTEMENT)
    elif etude.niveau is Niveau.COMMUNE:
        geometrie = territoires.get_contour(session, niveau, etude.code, detail=True)
        contours = [territoires.Contour(etude.code, territoire.nom, geometrie)] if geometrie is not None else []
    else:
        contours = territoires.list_contours(session, niveau, parent=parent)
    titre = f"Temps moyen jusqu’à {etude.cible.libelle}, {etude.mode.libelle}"
    fond = draw_fond(contours, terrain, niveau, titre=titre)
    with _verrou:
        _fonds[cle] = fond
        while len(_fonds) > _FONDS_GARDES:
            _fonds.popitem(last=False)
    return fond
