"""From what is asked of the page of half-days to what it shows. Knows no request."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError, InvalidInputError
from tierslieux.couverture.formules import write_lieu
from tierslieux.couverture.services import find_edition
from tierslieux.filtres import format_date
from tierslieux.planification.creneaux.leviers import Periode, Semaine, compute_creneaux
from tierslieux.planification.creneaux.presenters import (
    CHAMPS,
    CreneauxPage,
    build_grille,
    build_lignes,
    build_options,
    build_ouverture,
    build_semaine_lieu,
    count_autres,
    list_parties,
    list_retenues,
    write_inconnus,
    write_phrases,
)
from tierslieux.planification.etude import MINUTES_MAX, MINUTES_MIN, Arguments, Etude
from tierslieux.planification.lecture import load_terrain
from tierslieux.planification.ouvrir.params import read_demande, write_erreur
from tierslieux.planification.presenters import format_acces, format_qui
from tierslieux.planification.simulation.gestes import keep_valides
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import get_territoire

LONGUEUR_MAX = 60


def assemble_creneaux(session: Session, niveau: Niveau, code: str, args: Arguments, *, today: dt.date) -> CreneauxPage:
    """The page; what was not understood is said, its default stands. Raises NotFoundError."""
    territoire = get_territoire(session, niveau, code)
    demande = read_demande(niveau, code, args)
    etude, erreurs = demande.etude, list(demande.erreurs)
    periode, lieu = _read_periode(args, erreurs), (args.get("lieu", [""])[-1].strip() or None)
    terrain: Terrain | None = None
    semaine: Semaine | None = None
    try:
        etude, terrain = _load(session, etude, erreurs)
        etude, refus = keep_valides(terrain, etude)
        erreurs += refus
        semaine = compute_creneaux(terrain, etude, annee=today.year, periode=periode, lieu=lieu)
    except ComputationError as erreur:
        erreurs.append(erreur.message)
    if semaine is not None and lieu is not None and semaine.lieu is None:
        erreurs.append(f"Aucun lieu ouvert près d’ici n’a le code « {lieu[:LONGUEUR_MAX]} ».")
    cibles, modes, periodes = build_options(etude, periode)
    edition = find_edition(session)
    date = "" if edition is None else f", lieux et horaires au {format_date(edition.calculee_at.date())}"
    return CreneauxPage(
        niveau=niveau,
        code=code,
        nom=territoire.nom,
        lieu=write_lieu(territoire.niveau, territoire.nom, territoire.type_nom),
        ariane=tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents),
        erreurs=tuple(erreurs),
        est_calculee=edition is not None,
        etude=etude,
        caches={nom: valeurs for nom, valeurs in etude.to_args().items() if nom not in CHAMPS},
        cibles=cibles,
        modes=modes,
        periodes=periodes,
        minutes_min=MINUTES_MIN,
        minutes_max=MINUTES_MAX,
        phrases=() if semaine is None else (*write_phrases(semaine, etude), *filter(None, (write_inconnus(semaine),))),
        qui=format_qui(etude.besoin),
        acces=format_acces(etude),
        periode=periode.libelle,
        parties=list_parties(),
        jours=() if semaine is None else build_grille(semaine),
        lignes=() if semaine is None else build_lignes(semaine, etude, periode),
        meilleures=() if semaine is None else tuple(build_ouverture(o, etude, periode) for o in semaine.meilleures),
        retenues=() if terrain is None else tuple(list_retenues(terrain, etude, periode)),
        autres_changements=count_autres(etude),
        semaine=build_semaine_lieu(semaine.lieu) if semaine is not None and semaine.lieu is not None else None,
        source="" if terrain is None else f"{'estimation, ' if etude.est_modelise else ''}{terrain.source}{date}",
    )


def _read_periode(args: Arguments, erreurs: list[str]) -> Periode:
    texte = args.get("periode", [""])[-1].strip()
    if texte in set(Periode):
        return Periode(texte)
    if texte:
        attendus = ", ".join(periode.value for periode in Periode)
        erreurs.append(f"« Demi-journées » vaut « {texte[:LONGUEUR_MAX]} » ; attendu : {attendus}.")
    return Periode.JOURNEE


def _load(session: Session, etude: Etude, erreurs: list[str]) -> tuple[Etude, Terrain]:
    """(study, ground): a need or a table that is not there gives way to the usual ones, and is said."""
    try:
        return etude, load_terrain(session, etude)
    except InvalidInputError as erreur:
        erreurs.append(write_erreur(erreur))
    seule = Etude(etude.niveau, etude.code, cible=etude.cible, mode=etude.mode, minutes=etude.minutes)
    return seule, load_terrain(session, seule)
