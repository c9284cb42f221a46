"""What a map can show: a gap, a time, an accessibility, or an indicator of the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tierslieux.core.enums import Libelle
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import PAS_DE_DONNEE, Eloignement, write_au_dela, write_pct, write_personnes
from tierslieux.filtres import FINE, INSECABLE, format_nombre, lower_initiale
from tierslieux.indicateurs.catalogue import Catalogue, Indicateur, Methode, Sens, Unite

PERSONNES_ILLECTRONISME = "personnes_illectronisme"
PART_ILLECTRONISME = "part_illectronisme"
ACTIFS_OCCUPES = "actifs_occupes"
ACTIFS_SANS_EMPLOI_LOCAL = "actifs_sans_emploi_local"
SCORE_TIERS_LIEUX = "score_besoin_tiers_lieux"
POPULATION = "population"
LOCAUX_8 = "part_locaux_8"
LOCAUX_30 = "part_locaux_30"
BLANCHE_4G = "part_population_blanche_4g"
DENSITE = "classe_densite"


class Calcul(Libelle):
    """What the computation of coverage gives of each territory; the value stands in addresses."""

    ECART = "ecart", "Part des personnes trop loin"
    DUREE = "duree", "Minutes jusqu’au lieu le plus proche"
    ACCESSIBILITE = "accessibilite", "Heures d’ouverture accessibles par semaine pour 1 000 personnes"


# Fixed connections are published by speed reached; people who lack it are what an agent looks for.
_SANS_DEBIT = {
    "part_locaux_3": "Locaux à moins de 3 Mbit/s",
    "part_locaux_8": "Locaux à moins de 8 Mbit/s",
    "part_locaux_30": "Locaux à moins de 30 Mbit/s",
    "part_locaux_100": "Locaux à moins de 100 Mbit/s",
    "part_locaux_1000": "Locaux à moins de 1 Gbit/s",
}


@dataclass(frozen=True, slots=True)
class Mesure:
    """One figure by territory, ready to be written: a member of Calcul or an indicator of the catalogue.

    `pct`: values are shares from 0 to 1, written in percent. `est_pire_haut`: the higher the worse; None: neither.
    `millesime` is None for what is computed from places. `est_complement`: 1 minus the indicator.
    """

    id: str
    libelle: str
    definition: str
    unite: str
    decimales: int
    est_modele: bool
    est_pire_haut: bool | None
    pct: bool
    millesime: int | None
    est_complement: bool = False

    @property
    def ancre(self) -> str:
        """Its paragraph on the page of methods."""
        return "trajets" if self.id == Calcul.DUREE else self.id

    def convert(self, valeur: float | None) -> float | None:
        """The value as classes and legends count it: percents for a share, complement taken."""
        if valeur is None:
            return None
        if self.est_complement:
            valeur = 1 - valeur
        return valeur * 100 if self.pct else valeur

    def write(self, valeur: float | None) -> str:
        """The value of a territory, as stored, in words."""
        if valeur is None:
            return PAS_DE_DONNEE
        if self.pct:
            return write_pct(1 - valeur if self.est_complement else valeur, self.decimales)
        if self.est_modele and self.unite == "personnes":
            return write_personnes(valeur)
        nombre = format_nombre(round(valeur, self.decimales))
        return f"{nombre}{INSECABLE}{self.unite}" if self.unite else nombre


def build_mesure_calcul(calcul: Calcul, regle: Eloignement) -> Mesure:
    """A figure of coverage: the kind of place, the mode and the threshold are part of its name."""
    qui = (
        "Personnes qui ont un emploi et vivent"
        if regle.cible is Cible.TIERS_LIEU
        else "Personnes en illectronisme qui vivent"
    )
    if calcul is Calcul.ECART:
        return Mesure(
            id="ecart",
            libelle=f"{qui} {write_au_dela(regle)}",
            definition="Part des personnes concernées, selon le temps de trajet de porte à porte.",
            unite="%",
            # Most shares are under 3 %: whole percents would leave three classes to the map of France.
            decimales=1,
            est_modele=regle.cible is not Cible.TIERS_LIEU,
            est_pire_haut=True,
            pct=True,
            millesime=None,
        )
    if calcul is Calcul.DUREE:
        return Mesure(
            id="duree",
            libelle=f"Minutes {regle.mode.libelle} jusqu’à {regle.cible.libelle}",
            definition="Temps moyen de porte à porte jusqu’au lieu le plus proche.",
            unite="min",
            decimales=0,
            est_modele=False,
            est_pire_haut=True,
            pct=False,
            millesime=None,
        )
    return Mesure(
        id="accessibilite",
        libelle=(
            f"Heures d’ouverture accessibles {regle.mode.libelle}, pour 1{FINE}000 personnes{INSECABLE}:"
            f" {regle.cible.libelle}"
        ),
        definition="Heures par semaine des lieux à portée, partagées entre tous ceux qui peuvent y aller (E2SFCA).",
        unite="h",
        decimales=1,
        est_modele=False,
        est_pire_haut=False,
        pct=False,
        millesime=None,
    )


def build_mesure(indicateur: Indicateur, millesime: int, *, complement: bool = False) -> Mesure:
    """An indicator of the catalogue; `complement` turns a share that is good into the share that lacks it."""
    est_part = indicateur.unite is Unite.PART
    sens = {Sens.PLUS_EST_PIRE: True, Sens.MOINS_EST_PIRE: False, Sens.NEUTRE: None}[indicateur.sens]
    libelle = indicateur.libelle
    if complement:
        libelle = _SANS_DEBIT.get(indicateur.id) or f"Ce qui reste de : {lower_initiale(libelle)}"
        sens = None if sens is None else not sens
    return Mesure(
        id=indicateur.id,
        libelle=libelle,
        definition=indicateur.definition,
        unite="%" if est_part else _UNITES.get(indicateur.unite, indicateur.unite.libelle),
        decimales=indicateur.decimales,
        est_modele=indicateur.methode is Methode.MODELE,
        est_pire_haut=sens,
        pct=est_part,
        millesime=millesime,
        est_complement=complement,
    )


# Units that would be odd after a number.
_UNITES = {Unite.RAPPORT: "", Unite.CLASSE: ""}


def list_indicateurs(catalogue: Catalogue, charges: Collection[str]) -> list[Indicateur]:
    """The indicators that a map can show: loaded, and not a class, whose numbers are no quantity."""
    return [
        indicateur
        for indicateur in catalogue.indicateurs.values()
        if indicateur.id in charges and indicateur.unite is not Unite.CLASSE
    ]


def list_croisables(catalogue: Catalogue, charges: Collection[str]) -> list[Indicateur]:
    """Those that can be crossed: high is bad, or is once the complement is taken."""
    return [
        indicateur
        for indicateur in list_indicateurs(catalogue, charges)
        if indicateur.sens is Sens.PLUS_EST_PIRE or needs_complement(indicateur)
    ]


def needs_complement(indicateur: Indicateur) -> bool:
    """Whether it is a share of those who are well off."""
    return indicateur.sens is Sens.MOINS_EST_PIRE and indicateur.unite is Unite.PART
