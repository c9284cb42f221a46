"""The figures of a territory as the API says them: need, gaps, access, indicators, each with its source and its date.

Numbers have the digits that files have (`observatoire/precision.py`): a table and the API give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.couverture import services as couverture
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Acces, Besoin, Ecart, Edition
from tierslieux.indicateurs import services as indicateurs
from tierslieux.indicateurs.catalogue import SourceIndicateurs
from tierslieux.indicateurs.services import Valeur
from tierslieux.observatoire.precision import (
    DECIMALES_ACCESSIBILITE,
    DECIMALES_HEURES,
    DECIMALES_MINUTES,
    DECIMALES_PART,
    DECIMALES_PERSONNES,
    find_decimales,
    round_nombre,
)
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Methode


@dataclass(frozen=True, slots=True)
class Chiffres:
    """Everything that is computed or known of a territory; `edition` is None before the first computation."""

    edition: Edition | None
    besoin: Besoin | None
    besoin_tiers_lieux: Besoin | None
    ecarts: Sequence[Ecart]
    acces: Sequence[Acces]
    valeurs: Sequence[Valeur]


def read_chiffres(session: Session, niveau: Niveau, code: str) -> Chiffres:
    """The figures of a territory that exists."""
    return Chiffres(
        edition=couverture.find_edition(session),
        besoin=couverture.find_besoin(session, niveau, code),
        besoin_tiers_lieux=couverture.find_besoin(session, niveau, code, Cible.TIERS_LIEU),
        ecarts=couverture.list_ecarts(session, niveau, code),
        acces=couverture.list_acces(session, niveau, code),
        valeurs=indicateurs.list_valeurs(session, niveau, code),
    )


def build_chiffres(chiffres: Chiffres, *, racine: str) -> dict[str, Any]:
    """The members of the territory that hold its figures; `racine` is the address of the site, with its slash."""
    return {
        "besoin": _build_besoin(chiffres.besoin, chiffres.valeurs),
        "besoin_tiers_lieux": _build_besoin(chiffres.besoin_tiers_lieux, chiffres.valeurs),
        "calcul": _build_calcul(chiffres.edition),
        "ecart": [_build_ecart(ecart) for ecart in chiffres.ecarts],
        "acces": [_build_acces(acces, racine) for acces in chiffres.acces],
        "indicateurs": [_build_valeur(valeur) for valeur in chiffres.valeurs],
    }


def _build_besoin(besoin: Besoin | None, valeurs: Sequence[Valeur]) -> dict[str, Any] | None:
    if besoin is None:
        return None
    valeur = next((v for v in valeurs if v.indicateur.id == besoin.indicateur and v.millesime == besoin.annee), None)
    return {
        "valeur": round_nombre(besoin.valeur, DECIMALES_PERSONNES),
        "bas": round_nombre(besoin.bas, DECIMALES_PERSONNES),
        "haut": round_nombre(besoin.haut, DECIMALES_PERSONNES),
        "annee": besoin.annee,
        "indicateur": besoin.indicateur,
        "libelle": valeur.indicateur.libelle if valeur else None,
        "definition": valeur.indicateur.definition if valeur else None,
        "methode": valeur.indicateur.methode.value if valeur else None,
        "source": _build_source(valeur.source) if valeur else None,
        "date": valeur.edition if valeur else None,
    }


def _build_source(source: SourceIndicateurs) -> dict[str, Any]:
    return {
        "libelle": source.libelle,
        "producteur": source.producteur,
        "licence": source.licence,
        "page": source.page,
    }


def _build_calcul(edition: Edition | None) -> dict[str, Any] | None:
    if edition is None:
        return None
    return {
        "moteur": edition.moteur,
        "libelle": edition.libelle_moteur,
        "estime": edition.moteur != Methode.RESEAU.value,
        "date": edition.actualisee_at.isoformat(timespec="seconds"),
        "calcul_complet": edition.calculee_at.isoformat(timespec="seconds"),
        "points": edition.points,
        "communes_avec_carreaux": edition.communes_avec_carreaux,
        "lieux": edition.lieux,
        "lieux_sans_horaires": edition.lieux_sans_horaires,
    }


def _build_ecart(ecart: Ecart) -> dict[str, Any]:
    return {
        "cible": ecart.regle.cible.value,
        "mode": ecart.regle.mode.value,
        "seuil_min": ecart.regle.seuil_min,
        "population": round_nombre(ecart.population, DECIMALES_PERSONNES),
        "population_au_dela": round_nombre(ecart.population_au_dela, DECIMALES_PERSONNES),
        "besoin": round_nombre(ecart.besoin, DECIMALES_PERSONNES),
        "personnes_au_dela": round_nombre(ecart.besoin_au_dela, DECIMALES_PERSONNES),
        "bas": round_nombre(ecart.bas, DECIMALES_PERSONNES),
        "haut": round_nombre(ecart.haut, DECIMALES_PERSONNES),
    }


def _build_acces(acces: Acces, racine: str) -> dict[str, Any]:
    lieu = None
    if acces.lieu_public_id is not None:
        lieu = {
            "id": acces.lieu_public_id,
            "nom": acces.lieu_nom,
            "lien": f"{racine}lieux/{acces.lieu_public_id}",
        }
    return {
        "cible": acces.cible.value,
        "mode": acces.mode.value,
        "duree_min": round_nombre(acces.duree_min, DECIMALES_MINUTES),
        "duree_second_min": round_nombre(acces.duree_second_min, DECIMALES_MINUTES),
        "lieu": lieu,
        "heures_semaine": round_nombre(acces.heures_semaine, DECIMALES_HEURES),
        "accessibilite": round_nombre(acces.accessibilite, DECIMALES_ACCESSIBILITE),
        "gini": round_nombre(acces.gini, DECIMALES_PART),
        "part_dixieme": round_nombre(acces.part_dixieme, DECIMALES_PART),
    }


def _build_valeur(valeur: Valeur) -> dict[str, Any]:
    indicateur = valeur.indicateur
    decimales = find_decimales(indicateur)
    return {
        "id": indicateur.id,
        "libelle": indicateur.libelle,
        "definition": indicateur.definition,
        "valeur": round_nombre(valeur.valeur, decimales),
        "bas": round_nombre(valeur.bas, decimales),
        "haut": round_nombre(valeur.haut, decimales),
        "unite": indicateur.unite.value,
        "classe": indicateur.classes[round(valeur.valeur) - 1] if indicateur.classes else None,
        "millesime": valeur.millesime,
        "methode": indicateur.methode.value,
        "source": _build_source(valeur.source),
        "edition": valeur.edition,
    }
