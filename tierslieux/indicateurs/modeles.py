"""Values that the program works out from those that are loaded: people in illectronisme, need for third places.

Each model is written like a source, in one transaction, and only when something that it stems from has changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import pandas as pd
from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.indicateurs import besoins, composite
from tierslieux.indicateurs.agregation import aggregate
from tierslieux.indicateurs.catalogue import Catalogue, SourceIndicateurs
from tierslieux.indicateurs.chargement import (
    Ligne,
    RapportSource,
    Territoires,
    analyze_valeurs,
    open_ecriture,
    replace_valeurs,
)
from tierslieux.indicateurs.estimation import (
    ENTREES,
    adjust,
    calibrate_annees,
    list_modelisees,
    read_communes,
    read_valeurs,
)
from tierslieux.indicateurs.evaluation import build_evaluation
from tierslieux.indicateurs.models import EditionIndicateurs
from tierslieux.indicateurs.publies import compute_digest, list_publies
from tierslieux.territoires.enums import Niveau

# Raised when a model makes something else of the same figures: it is then computed again.
VERSION_MODELES = "2"
ACTIFS, CHOMEURS, EMPLOIS = ("actifs", 2018), ("chomeurs", 2018), ("emplois", 2018)
CONNEXION, DENSITE = ("part_locaux_30", 2019), ("classe_densite", 2025)
OCCUPES, SANS_EMPLOI, SCORE = "actifs_occupes", "actifs_sans_emploi_local", "score_besoin_tiers_lieux"


@dataclass(frozen=True, slots=True)
class _Resultat:
    """The rows of a model, how many communes have one, and what is said of them."""

    lignes: list[Ligne]
    communes: int
    avertissements: dict[str, int] = field(default_factory=dict)
    remarques: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Modele:
    """`entrees`: (indicator, vintage) without which there is no figure; `compute_digest`: of what else decides."""

    entrees: tuple[tuple[str, int], ...]
    compute: Callable[[Session, Catalogue, Territoires], _Resultat]
    compute_digest: Callable[[], str]


def compute_modele(
    session: Session,
    source: SourceIndicateurs,
    catalogue: Catalogue,
    territoires: Territoires,
    *,
    now: dt.datetime,
    progress: Progress | None = None,
) -> RapportSource:
    """Replace the values of a model; the caller commits. The same figures and territories change nothing.

    Statut "absente" with message when a source that it stems from is not loaded, or gives too little.
    """
    debut_s = time.perf_counter()
    progress = progress or ignore_progress
    open_ecriture(session)
    modele = MODELES[source.id]
    entrees = dict.fromkeys(catalogue.find_source(catalogue.get(nom), annee).id for nom, annee in modele.entrees)
    editions = {source_id: session.get(EditionIndicateurs, source_id) for source_id in entrees}
    if manquantes := [source_id for source_id, edition in editions.items() if edition is None]:
        return RapportSource(source.id, "absente", f"{source.id} : il faut d’abord charger {', '.join(manquantes)}")
    empreinte = _build_empreinte(
        modele, source, catalogue, territoires, [edition.empreinte for edition in editions.values() if edition]
    )
    avant = session.get(EditionIndicateurs, source.id)
    if avant is not None and avant.empreinte == empreinte:
        return _report(avant, territoires, statut="inchangee", debut_s=debut_s)
    progress(f"{source.id}: computing", 0, None)
    try:
        resultat = modele.compute(session, catalogue, territoires)
    except ComputationError as erreur:
        return RapportSource(source.id, "absente", f"{source.id} : {erreur.message}")
    paires = {(i.id, i.sources[source.id] or 0) for i in catalogue.list_de(source.id)}
    replace_valeurs(session, paires, resultat.lignes, progress=progress, stage=source.id)
    lues = len(territoires.communes)
    ecrite = session.merge(
        EditionIndicateurs(
            source_id=source.id,
            edition=source.edition or "",
            millesime=source.millesime,
            sha256=modele.compute_digest(),
            empreinte=empreinte,
            lues=lues,
            chargees=resultat.communes,
            rejets={"SANS_VALEUR": lues - resultat.communes} if resultat.communes < lues else {},
            communes=resultat.communes,
            remarques={"avertissements": resultat.avertissements, "rejets": [], **resultat.remarques},
            chargee_at=now,
        )
    )
    session.flush()
    analyze_valeurs(session)
    return _report(ecrite, territoires, statut="chargee", debut_s=debut_s, nombre_valeurs=len(resultat.lignes))


# --- People in illectronisme -----------------------------------------------------------------------------------------


def _compute_illectronisme(
    session: Session, catalogue: Catalogue, territoires: Territoires, *, annee: int
) -> _Resultat:
    communes = read_communes(session)
    masque = list_modelisees(communes)
    modelisees = communes[masque]
    ajuste = adjust(session, modelisees)
    try:
        annees = calibrate_annees(modelisees, ajuste.parts, list_publies())
    except ValueError as erreur:
        raise ComputationError(f"Illectronisme : les taux publiés ne peuvent être retrouvés ({erreur}).") from erreur
    besoin = besoins.build_besoins(modelisees, annee, annees[annee].calees, ajuste.rmse)
    personnes = pd.Series(besoin.parts * besoin.personnes_15, index=besoin.communes)
    tenus = aggregate(territoires.communes, personnes, catalogue.get(besoins.PERSONNES), None).index
    sans = besoins.find_sans_covariables(communes, masque)
    taux = list(besoins.list_taux_publies(communes, sans, annee))
    lignes: list[Ligne] = [
        (indicateur, annee, niveau, code, valeur, bas, haut)
        for indicateur, niveau, code, valeur, bas, haut in [*besoins.list_chiffres(besoin, tenus), *taux]
    ]
    listes = {
        "COVARIABLES_EMPRUNTEES": modelisees.index[modelisees["covariables_empruntees"]].tolist(),
        "PERSONNES_DEDUITES": modelisees.index[modelisees["personnes_deduites"]].tolist(),
        "TAUX_PUBLIE": [code for _, niveau, code, *_ in taux if niveau == Niveau.COMMUNE],
    }
    return _Resultat(
        lignes,
        len(personnes) + len(listes["TAUX_PUBLIE"]),
        {code: len(concernees) for code, concernees in listes.items() if concernees},
        {
            "ecarts": besoins.encode_ecarts(besoin),
            "communes": listes,
            "evaluation": build_evaluation(modelisees, ajuste, annees).to_json(),
        },
    )


# --- Need for third places -------------------------------------------------------------------------------------------


def _compute_tiers_lieux(session: Session, catalogue: Catalogue, territoires: Territoires) -> _Resultat:
    actifs, chomeurs, emplois, connexion, densite = (
        read_valeurs(session, entree, Niveau.COMMUNE) for entree in (ACTIFS, CHOMEURS, EMPLOIS, CONNEXION, DENSITE)
    )
    occupes = composite.compute_actifs_occupes(actifs, chomeurs)
    sans_emploi = composite.compute_sans_emploi_local(occupes, emplois)
    valeurs = {
        OCCUPES: occupes,
        SANS_EMPLOI: sans_emploi,
        SCORE: composite.compute_score(occupes, sans_emploi, connexion, densite),
    }
    lignes: list[Ligne] = []
    for indicateur_id, serie in valeurs.items():
        indicateur = catalogue.get(indicateur_id)
        annee = indicateur.sources[SOURCE_TIERS_LIEUX] or 0
        poids = None if indicateur.poids is None else valeurs[indicateur.poids]
        lignes += [(indicateur_id, annee, Niveau.COMMUNE.value, c, v, None, None) for c, v in serie.items()]
        parents = aggregate(territoires.communes, serie, indicateur, poids)
        lignes += [(indicateur_id, annee, niveau, c, v, None, None) for (niveau, c), v in parents.items()]
    return _Resultat(lignes, len(occupes))


# --- Both ------------------------------------------------------------------------------------------------------------

SOURCE_TIERS_LIEUX = "modele-tiers-lieux"
MODELES = {
    **{
        source_id: _Modele(ENTREES, partial(_compute_illectronisme, annee=annee), compute_digest)
        for annee, source_id in besoins.SOURCES.items()
    },
    SOURCE_TIERS_LIEUX: _Modele(
        (ACTIFS, CHOMEURS, EMPLOIS, CONNEXION, DENSITE),
        _compute_tiers_lieux,
        lambda: hashlib.sha256(VERSION_MODELES.encode()).hexdigest(),
    ),
}


def _build_empreinte(
    modele: _Modele,
    source: SourceIndicateurs,
    catalogue: Catalogue,
    territoires: Territoires,
    entrees: list[str],
) -> str:
    """Digest of all that decides of the values: what they stem from, the territories, declared errors, rules."""
    regles = [(i.id, i.sources[source.id], i.agregation.value, i.poids) for i in catalogue.list_de(source.id)]
    parties = (VERSION_MODELES, modele.compute_digest(), territoires.empreinte, regles, entrees)
    return hashlib.sha256(" ".join(map(str, parties)).encode()).hexdigest()


def _report(
    edition: EditionIndicateurs,
    territoires: Territoires,
    *,
    statut: str,
    debut_s: float,
    nombre_valeurs: int = 0,
) -> RapportSource:
    avertissements = cast("dict[str, int]", edition.remarques["avertissements"])
    return RapportSource(
        source=edition.source_id,
        statut=statut,
        origine="calcul",
        edition=edition.edition,
        sha256=edition.sha256,
        lues=edition.lues,
        chargees=edition.chargees,
        rejets=edition.rejets,
        avertissements=avertissements,
        communes=edition.communes,
        part_communes=round(edition.communes / len(territoires.communes), 4),
        valeurs=nombre_valeurs,
        secondes=round(time.perf_counter() - debut_s, 1),
    )
