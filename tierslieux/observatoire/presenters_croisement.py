"""Two figures crossed: the map of nine colours and the list of what is bad in both. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierslieux.cartes.bivariee import Bivariee, Croisement, build_bivariee, build_croisement
from tierslieux.cartes.choroplethe import AireSource
from tierslieux.couverture import formules
from tierslieux.filtres import INSECABLE, format_nombre, lower_initiale
from tierslieux.observatoire.mesures import Mesure
from tierslieux.observatoire.presenters import GroupeOptions, Option
from tierslieux.observatoire.presenters_carte import LIGNES_PAGE
from tierslieux.observatoire.presenters_chiffres import NOMS_NIVEAUX
from tierslieux.observatoire.services import Partie
from tierslieux.territoires.adresses import Etape
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail


@dataclass(frozen=True, slots=True)
class LignePire:
    """A territory that is bad in both figures."""

    code: str
    nom: str
    population: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class CroisementPage:
    """Everything that templates/observatoire/croisement.html writes."""

    niveau: Niveau
    code: str
    nom: str
    complement: str
    ariane: tuple[Etape, ...]
    erreurs: tuple[str, ...]
    parties: Niveau
    noms_parties: str
    x: Mesure
    y: Mesure
    source_x: str
    source_y: str
    phrase: str
    carte: Bivariee | None
    lignes: tuple[LignePire, ...]
    total: int
    page: int
    pages: int
    options_x: tuple[GroupeOptions, ...]
    options_y: tuple[GroupeOptions, ...]
    options_parties: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Couche:
    """A figure and its value in each part."""

    mesure: Mesure
    parties: Sequence[Partie]

    def list_valeurs(self) -> dict[str, float | None]:
        """Values by code, as classes count them."""
        return {partie.code: self.mesure.convert(partie.valeur) for partie in self.parties}

    def list_textes(self) -> dict[str, str]:
        """Values by code, written."""
        return {partie.code: self.mesure.write(partie.valeur) for partie in self.parties}


def cross(x: Couche, y: Couche) -> Croisement:
    """Both figures of the parts of `x`, in three classes each."""
    codes = [partie.code for partie in x.parties]
    unites = {"unite_x": x.mesure.unite, "unite_y": y.mesure.unite}
    return build_croisement(codes, x.list_valeurs(), y.list_valeurs(), **unites)


def draw(
    x: Couche, y: Couche, croisement: Croisement, contours: Sequence[Contour], *, adresses: Mapping[str, str]
) -> Bivariee | None:
    """The map of nine colours."""
    formes = {contour.code: contour.geometrie for contour in contours}
    textes_x, textes_y = x.list_textes(), y.list_textes()
    return build_bivariee(
        [AireSource(partie.code, partie.nom, formes.get(partie.code)) for partie in x.parties],
        croisement,
        titre=f"{x.mesure.libelle} et {lower_initiale(y.mesure.libelle)}",
        description="Neuf couleurs : trois classes de chaque indicateur. La liste donne les territoires en difficulté.",
        titre_x=x.mesure.libelle,
        titre_y=y.mesure.libelle,
        textes={
            p.code: f"{p.nom}{INSECABLE}: {textes_x[p.code]} et {textes_y.get(p.code, formules.PAS_DE_DONNEE)}"
            for p in x.parties
        },
        adresses=adresses,
    )


def write_phrase(croisement: Croisement, niveau: Niveau, total: int, territoire: TerritoireDetail) -> str:
    """The conclusion: how many are bad in both."""
    nombre, noms = len(croisement.pires), NOMS_NIVEAUX[niveau]
    lieu = formules.write_lieu(territoire.niveau, territoire.nom, territoire.type_nom)
    debut = formules.upper_initiale(lieu)
    if croisement.sans_donnee >= total:
        return f"{debut}, les deux indicateurs ne sont connus ensemble nulle part{INSECABLE}: il n’y a rien à croiser."
    if not nombre:
        return f"{debut}, aucun territoire n’est parmi les plus en difficulté pour les deux indicateurs à la fois."
    un = noms.removesuffix("s") if nombre == 1 else noms
    sont = "est" if nombre == 1 else "sont"
    return (
        f"{debut}, {format_nombre(nombre)} {un} sur {format_nombre(total)} {sont} parmi les plus en difficulté pour les"
        " deux indicateurs à la fois."
    )


def list_lignes(x: Couche, y: Couche, croisement: Croisement, page: int) -> tuple[tuple[LignePire, ...], int, int]:
    """Lines of a page of the list, its number and how many pages; the highest of the first figure first."""
    par_code = {partie.code: partie for partie in x.parties}
    valeurs, textes_x, textes_y = x.list_valeurs(), x.list_textes(), y.list_textes()
    pires = sorted((par_code[code] for code in croisement.pires), key=lambda p: (-(valeurs[p.code] or 0), p.code))
    pages = max(1, math.ceil(len(pires) / LIGNES_PAGE))
    page = min(page, pages)
    lignes = tuple(
        LignePire(
            p.code,
            p.nom,
            formules.PAS_DE_DONNEE if p.population is None else format_nombre(round(p.population)),
            textes_x[p.code],
            textes_y[p.code],
        )
        for p in pires[(page - 1) * LIGNES_PAGE : page * LIGNES_PAGE]
    )
    return lignes, page, pages
