"""Figures of every territory of a level, by code: for the JSON that programs join, and for tiles that hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.couverture import services as couverture
from tierslieux.diffusion.tuiles import queries
from tierslieux.diffusion.tuiles.params import FondDonnees, FondIndicateur
from tierslieux.indicateurs import services as indicateurs
from tierslieux.indicateurs.catalogue import Unite, get_catalogue
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

# Of a share (0.1234 = 12.34 %), and of what is counted.
DECIMALES_PART = 4
DECIMALES = 1
# Years are small integers in the table.
MILLESIME_MAX = 9_999

Valeurs = dict[str, float | int]
Colonne = tuple[str, Callable[[Any], float | None]]


@dataclass(frozen=True, slots=True)
class Attributs:
    """What is known of the figures (in words), and by code those that exist: a territory without any is absent."""

    description: dict[str, Any]
    valeurs: dict[str, Valeurs]

    def to_json(self) -> dict[str, Any]:
        """One list by column, all in the order of `code`; null where a figure does not exist."""
        noms = list(dict.fromkeys(nom for valeurs in self.valeurs.values() for nom in valeurs))
        colonnes: dict[str, list[Any]] = {"code": list(self.valeurs)}
        for nom in noms:
            colonnes[nom] = [valeurs.get(nom) for valeurs in self.valeurs.values()]
        return self.description | {"nombre": len(self.valeurs), "colonnes": colonnes}


def read_attributs(session: Session, fond: FondDonnees) -> Attributs:
    """The figures of a layer; raises NotFoundError when the indicator, its vintage or the computation is not there."""
    attributs = _read_indicateur(session, fond) if isinstance(fond, FondIndicateur) else _read_ecarts(session, fond)
    if not attributs.valeurs:
        raise NotFoundError("Aucun territoire de ce niveau n’a de chiffre.", niveau=fond.niveau.value)
    return attributs


def _read_indicateur(session: Session, fond: FondIndicateur) -> Attributs:
    catalogue = get_catalogue()
    indicateur = catalogue.get(fond.indicateur)
    if fond.millesime > MILLESIME_MAX or not queries.has_valeurs(session, indicateur.id, fond.millesime, fond.niveau):
        raise NotFoundError(
            f"« {indicateur.libelle} » n’a pas de valeur de {fond.millesime} à ce niveau.",
            indicateur=indicateur.id,
            millesime=fond.millesime,
        )
    lignes = indicateurs.list_niveau(session, indicateur.id, fond.millesime, fond.niveau)
    decimales = DECIMALES_PART if indicateur.unite is Unite.PART else DECIMALES
    colonnes: tuple[Colonne, ...] = (
        ("valeur", lambda ligne: ligne.valeur),
        ("bas", lambda ligne: ligne.bas),
        ("haut", lambda ligne: ligne.haut),
    )
    valeurs = _gather(((ligne.code, ligne) for ligne in lignes), colonnes, decimales)
    source = catalogue.find_source(indicateur, fond.millesime)
    edition = queries.find_edition_indicateurs(session, source.id)
    return Attributs(
        {
            "niveau": fond.niveau.value,
            "indicateur": indicateur.id,
            "libelle": indicateur.libelle,
            "definition": indicateur.definition,
            "unite": indicateur.unite.value,
            "methode": indicateur.methode.value,
            "millesime": fond.millesime,
            "source": {
                "libelle": source.libelle,
                "producteur": source.producteur,
                "licence": source.licence,
                "page": source.page,
                "edition": edition.edition if edition else None,
                "chargee_at": edition.chargee_at.isoformat() if edition else None,
            },
        },
        valeurs,
    )


def _read_ecarts(session: Session, fond: FondDonnees) -> Attributs:
    if isinstance(fond, FondIndicateur):
        raise TypeError(fond)
    edition = couverture.find_edition(session)
    if edition is None:
        raise NotFoundError("Les écarts n’ont pas encore été calculés.")
    regle = fond.regle
    lignes = couverture.list_ecarts_niveau(session, fond.niveau, regle)
    colonnes: tuple[Colonne, ...] = (
        ("population", lambda ecart: ecart.population),
        ("population_au_dela", lambda ecart: ecart.population_au_dela),
        ("besoin", lambda ecart: ecart.besoin),
        ("besoin_au_dela", lambda ecart: ecart.besoin_au_dela),
        ("bas", lambda ecart: ecart.bas),
        ("haut", lambda ecart: ecart.haut),
    )
    valeurs = _gather(((ligne.code, ligne.ecart) for ligne in lignes if ligne.ecart), colonnes, DECIMALES)
    besoin = couverture.find_besoin(session, Niveau.FRANCE, CODE_FRANCE, regle.cible)
    return Attributs(
        {
            "niveau": fond.niveau.value,
            "cible": regle.cible.value,
            "mode": regle.mode.value,
            "seuil_min": regle.seuil_min,
            "libelle": (
                f"Personnes à plus de {regle.seuil_min} minutes {regle.mode.libelle} de : {regle.cible.libelle}"
            ),
            "unite": Unite.PERSONNES.value,
            "besoin": {"indicateur": besoin.indicateur, "annee": besoin.annee} if besoin else None,
            "source": {
                "libelle": edition.libelle_moteur,
                "calculee_at": edition.calculee_at.isoformat(),
                "actualisee_at": edition.actualisee_at.isoformat(),
            },
        },
        valeurs,
    )


def _gather(lignes: Any, colonnes: tuple[Colonne, ...], decimales: int) -> dict[str, Valeurs]:  # noqa: ANN401
    """By code, what exists of the columns; whole numbers as such, which take less room."""
    sortie: dict[str, Valeurs] = {}
    for code, ligne in lignes:
        valeurs = {nom: _round(valeur, decimales) for nom, lire in colonnes if (valeur := lire(ligne)) is not None}
        if valeurs:
            sortie[code] = valeurs
    return sortie


def _round(valeur: float, decimales: int) -> float | int:
    arrondie = round(valeur, decimales)
    return int(arrondie) if arrondie == int(arrondie) else arrondie
