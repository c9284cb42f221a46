"""The map of the parts of a territory, its legend and the table that says the same. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierslieux.cartes.choroplethe import AireSource, Choroplethe, build_choroplethe
from tierslieux.cartes.classes import Classes, ModeClasses, build_classes
from tierslieux.couverture import formules
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Regle
from tierslieux.filtres import INSECABLE, format_nombre
from tierslieux.observatoire.mesures import Calcul, Mesure
from tierslieux.observatoire.presenters_chiffres import NOMS_NIVEAUX
from tierslieux.observatoire.services import Partie
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour

# Lines of the table on one page: the worst are first, and a phone shows six at once.
LIGNES_PAGE = 50


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column of the table; `tri` is what sorts by it, `fleche` "↓" or "↑" when it is sorted by it, `suivant` next."""

    cle: str
    titre: str
    fleche: str
    suivant: str


@dataclass(frozen=True, slots=True)
class Cellule:
    """A figure of the table, and its interval ("" when it has none)."""

    texte: str
    intervalle: str = ""


@dataclass(frozen=True, slots=True)
class Ligne:
    """A line of the table, written; `css` is the colour of its class on the map."""

    code: str
    nom: str
    cellules: tuple[Cellule, ...]
    css: str
    est_ici: bool


@dataclass(frozen=True, slots=True)
class Tableau:
    """A page of the table; `total` counts the lines of all pages."""

    legende: str
    colonnes: tuple[Colonne, ...]
    lignes: tuple[Ligne, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class CartePage:
    """The map with its table; `carte` is None when no part has an outline."""

    titre: str
    carte: Choroplethe | None
    classes: Classes
    tableau: Tableau
    mesure: Mesure
    source: str
    unite: str


def compute_classes(parties: Sequence[Partie], mesure: Mesure, mode: ModeClasses, nombre: int) -> Classes:
    """The classes of the values of the parts, in the unit that the legend shows."""
    valeurs = [mesure.convert(partie.valeur) for partie in parties]
    # Bounds of numbers of people, of minutes and of euros are whole; those of small ratios are not.
    return build_classes(valeurs, mode, nombre, unite=mesure.unite, decimales=mesure.decimales)


def draw(
    parties: Sequence[Partie],
    contours: Sequence[Contour],
    mesure: Mesure,
    classes: Classes,
    *,
    titre: str,
    adresses: Mapping[str, str],
    ici: str,
) -> Choroplethe | None:
    """The map; `ici` is the code of the territory of the page when it is one of the parts, outlined then."""
    formes = {contour.code: contour.geometrie for contour in contours}
    aires = [AireSource(partie.code, partie.nom, formes.get(partie.code)) for partie in parties]
    textes = {p.code: f"{p.nom}{INSECABLE}: {mesure.write(p.valeur)}" for p in parties}
    return build_choroplethe(
        aires,
        {partie.code: mesure.convert(partie.valeur) for partie in parties},
        classes,
        titre=titre,
        description=f"{mesure.definition} Le tableau qui suit donne les mêmes valeurs.",
        textes=textes,
        adresses=adresses,
        ici=ici or None,
    )


def write_titre(mesure: Mesure, niveau: Niveau, nom_parent: str) -> str:
    """What the map shows, of which parts, when."""
    annee = f", {mesure.millesime}" if mesure.millesime else ""
    return f"{mesure.libelle}{annee}{INSECABLE}: {NOMS_NIVEAUX[niveau]} {nom_parent}"


def build_tableau(
    parties: Sequence[Partie],
    mesure: Mesure,
    classes: Classes,
    css: Mapping[int | None, str],
    regle: Regle,
    *,
    tri: str | None,
    page: int,
    ici: str,
) -> Tableau:
    """The table, sorted and cut in pages; `css` gives the colour of each class by its rank."""
    colonnes = _list_colonnes(mesure, regle)
    tri = tri or ("-valeur" if mesure.est_pire_haut is not False else "valeur")
    if tri.removeprefix("-") not in dict(colonnes):
        tri = "-valeur"
    triees = sort_parties(parties, tri, mesure)
    pages = max(1, math.ceil(len(triees) / LIGNES_PAGE))
    page = min(page, pages)
    visibles = triees[(page - 1) * LIGNES_PAGE : page * LIGNES_PAGE]
    return Tableau(
        legende=mesure.libelle,
        colonnes=tuple(_build_colonne(cle, titre, tri) for cle, titre in colonnes),
        lignes=tuple(
            Ligne(
                partie.code,
                partie.nom,
                tuple(_write_cellule(cle, partie, mesure) for cle, _ in colonnes[1:]),
                css.get(classes.find_rang(mesure.convert(partie.valeur)), ""),
                partie.code == ici,
            )
            for partie in visibles
        ),
        total=len(triees),
        page=page,
        pages=pages,
    )


def _list_colonnes(mesure: Mesure, regle: Regle) -> list[tuple[str, str]]:
    colonnes = [("nom", "Nom"), ("population", "Habitants")]
    if mesure.id == Calcul.ECART:
        qui = "Personnes avec un emploi" if regle.cible is Cible.TIERS_LIEU else "Personnes en illectronisme"
        return [*colonnes, ("total", qui), ("personnes", "Dont trop loin"), ("valeur", "Part")]
    return [*colonnes, ("valeur", "Valeur")]


def _build_colonne(cle: str, titre: str, tri: str) -> Colonne:
    if tri == cle:
        return Colonne(cle, titre, "↑", f"-{cle}")
    # Figures are first sorted from the highest, names from A.
    premier = cle if cle == "nom" else f"-{cle}"
    if tri == f"-{cle}":
        return Colonne(cle, titre, "↓", cle)
    return Colonne(cle, titre, "", premier)


def _write_cellule(cle: str, partie: Partie, mesure: Mesure) -> Cellule:
    if cle == "population":
        population = partie.population
        return Cellule(formules.PAS_DE_DONNEE if population is None else format_nombre(round(population)))
    if cle == "total":
        return Cellule(formules.write_personnes(partie.total))
    if cle == "personnes":
        intervalle = formules.write_intervalle(partie.bas, partie.haut) if partie.effectif else None
        return Cellule(formules.write_personnes(partie.effectif), intervalle or "")
    texte = mesure.write(partie.valeur)
    if mesure.id == Calcul.ECART or partie.bas is None or partie.haut is None:
        return Cellule(texte)
    if mesure.pct:
        return Cellule(texte, f"entre {mesure.write(partie.bas)} et {mesure.write(partie.haut)}")
    return Cellule(texte, formules.write_intervalle(partie.bas, partie.haut) or "")


def sort_parties(parties: Sequence[Partie], tri: str, mesure: Mesure) -> list[Partie]:
    """Parts, given by name, by a column; "-" for the highest first. Those without value come last, equals by name."""
    est_decroissant, cle = tri.startswith("-"), tri.removeprefix("-")
    if cle == "nom":
        return list(parties[::-1] if est_decroissant else parties)

    def lire(partie: Partie) -> float | None:
        valeurs = {"population": partie.population, "total": partie.total, "personnes": partie.effectif}
        return valeurs[cle] if cle in valeurs else mesure.convert(partie.valeur)

    lues = [(lire(partie), partie) for partie in parties]
    connues = [(valeur, partie) for valeur, partie in lues if valeur is not None]
    connues.sort(key=lambda couple: -couple[0] if est_decroissant else couple[0])
    return [partie for _, partie in connues] + [partie for valeur, partie in lues if valeur is None]


def describe_page(tableau: Tableau, niveau: Niveau) -> str:
    """Which lines a page of the table has: "Lignes 201 à 400 sur 1 202 communes"."""
    debut = (tableau.page - 1) * LIGNES_PAGE + 1
    fin = debut + len(tableau.lignes) - 1
    noms = NOMS_NIVEAUX[niveau]
    if tableau.pages == 1:
        return f"{format_nombre(tableau.total)} {noms if tableau.total > 1 else noms.removesuffix('s')}."
    return f"Lignes {format_nombre(debut)} à {format_nombre(fin)} sur {format_nombre(tableau.total)} {noms}."


def write_unite(mesure: Mesure) -> str:
    """Heading of the classes: "Part", "Minutes", "Valeur"."""
    if mesure.pct:
        return "Part"
    return {"min": "Minutes", "h": "Heures", "": "Valeur"}.get(mesure.unite, formules.upper_initiale(mesure.unite))
