"""A territory beside others like it, and what has changed from one vintage to the next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.cartes.graphiques import GraphiqueBarres, ValeurBarre, build_barres
from tierslieux.couverture import formules
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.formules import PAS_DE_DONNEE, write_pct, write_personnes
from tierslieux.couverture.services import Ecart, Regle
from tierslieux.filtres import FINE, INSECABLE, format_duree, format_nombre
from tierslieux.indicateurs.catalogue import Unite
from tierslieux.indicateurs.services import Valeur
from tierslieux.observatoire.mesures import (
    LOCAUX_8,
    PART_ILLECTRONISME,
    PERSONNES_ILLECTRONISME,
    POPULATION,
    SCORE_TIERS_LIEUX,
)
from tierslieux.observatoire.presenters_chiffres import write_bornes, write_source, write_valeur
from tierslieux.observatoire.services import Chiffres

# Two years of these are two definitions, which say nothing of a change.
SANS_EVOLUTION = frozenset({PERSONNES_ILLECTRONISME, PART_ILLECTRONISME})


@dataclass(frozen=True, slots=True)
class Compare:
    """A territory of the comparison, that of the page first."""

    code: str
    nom: str
    chiffres: Chiffres


@dataclass(frozen=True, slots=True)
class LigneComparaison:
    """One figure of all of them; `source` holds for each."""

    libelle: str
    cellules: tuple[str, ...]
    source: str
    ancre: str


@dataclass(frozen=True, slots=True)
class Evolution:
    """An indicator at two dates."""

    libelle: str
    ancre: str
    avant: str
    apres: str
    ecart: str
    source: str


def build_comparaison(compares: Sequence[Compare], regle: Regle, calcul: str) -> tuple[LigneComparaison, ...]:
    """The table of the comparison, a line a figure; `calcul` says when times were computed, "" before they are."""
    lignes = [
        _compare_indicateur("Habitants", POPULATION, compares),
        _compare_indicateur("Personnes en illectronisme", PERSONNES_ILLECTRONISME, compares),
        _compare_indicateur("Leur part parmi les 15 ans ou plus", PART_ILLECTRONISME, compares),
    ]
    if calcul:
        loin = formules.upper_initiale(formules.write_au_dela(regle))
        lignes += [
            LigneComparaison(loin, tuple(_write_ecart(c, regle) for c in compares), calcul, "ecart"),
            LigneComparaison(
                f"Lieu le plus proche, {regle.mode.libelle}",
                tuple(_write_duree(c, regle) for c in compares),
                calcul,
                "trajets",
            ),
            LigneComparaison(
                f"Heures d’ouverture par semaine pour 1{FINE}000 personnes concernées",
                tuple(_write_accessibilite(c, regle) for c in compares),
                calcul,
                "accessibilite",
            ),
        ]
    lignes += [
        _compare_indicateur("Locaux à 8 Mbit/s ou plus par un fil", LOCAUX_8, compares),
        _compare_indicateur("Score de besoin de tiers-lieux", SCORE_TIERS_LIEUX, compares),
    ]
    return tuple(lignes)


def _compare_indicateur(libelle: str, indicateur: str, compares: Sequence[Compare]) -> LigneComparaison:
    valeurs = [compare.chiffres.find(indicateur) for compare in compares]
    # One vintage for all: the latest that the territory of the page has.
    reference = next((valeur for valeur in valeurs if valeur is not None), None)
    if reference is None:
        return LigneComparaison(libelle, (PAS_DE_DONNEE,) * len(compares), "", indicateur)
    cellules = []
    for compare in compares:
        memes = compare.chiffres.valeurs.get(indicateur, ())
        valeur = next((v for v in memes if v.millesime == reference.millesime), None)
        cellules.append(PAS_DE_DONNEE if valeur is None else _write_avec_bornes(valeur))
    return LigneComparaison(libelle, tuple(cellules), write_source(reference), indicateur)


def _write_avec_bornes(valeur: Valeur) -> str:
    bornes = write_bornes(valeur)
    return write_valeur(valeur) + (f" ({bornes})" if bornes else "")


def _write_ecart(compare: Compare, regle: Regle) -> str:
    ecart = compare.chiffres.ecarts.get(regle)
    part = compute_part(ecart)
    if ecart is None or part is None:
        return PAS_DE_DONNEE
    return f"{write_personnes(ecart.besoin_au_dela)}, soit {write_pct(part)}" if part else "0"


def compute_part(ecart: Ecart | None) -> float | None:
    """The share of the people in need who are beyond; None where the need is not known or is nobody."""
    if ecart is None or not ecart.besoin or ecart.besoin_au_dela is None:
        return None
    return ecart.besoin_au_dela / ecart.besoin


def _write_duree(compare: Compare, regle: Regle) -> str:
    acces = compare.chiffres.acces.get((regle.cible, regle.mode))
    return PAS_DE_DONNEE if acces is None or acces.duree_min is None else format_duree(acces.duree_min)


def _write_accessibilite(compare: Compare, regle: Regle) -> str:
    acces = compare.chiffres.acces.get((regle.cible, regle.mode))
    return PAS_DE_DONNEE if acces is None or acces.accessibilite is None else format_nombre(acces.accessibilite)


def build_barres_comparaison(compares: Sequence[Compare], regle: Regle) -> GraphiqueBarres | None:
    """The share of people too far, of each; None when none has one."""
    parts = [(c, compute_part(c.chiffres.ecarts.get(regle))) for c in compares]
    if all(part is None for _, part in parts):
        return None
    loin = formules.write_au_dela(regle)
    return build_barres(
        f"Part des personnes concernées {loin}",
        "Une barre par territoire comparé. Le tableau donne les mêmes valeurs.",
        [
            ValeurBarre(c.nom, None if part is None else part * 100, write_pct(part), est_ici=rang == 0)
            for rang, (c, part) in enumerate(parts)
        ],
    )


def build_barres_seuils(chiffres: Chiffres, regle: Regle) -> GraphiqueBarres | None:
    """The share of people beyond each threshold; None before a computation."""
    ecarts = [(seuil, chiffres.ecarts.get(Regle(regle.cible, regle.mode, seuil))) for seuil in SEUILS_MIN]
    if all(compute_part(ecart) is None for _, ecart in ecarts):
        return None
    return build_barres(
        f"Selon le temps de trajet {regle.mode.libelle} jusqu’à {regle.cible.libelle}",
        "Part des personnes concernées qui vivent plus loin que chaque durée.",
        [
            _build_barre(f"Plus de {seuil}{INSECABLE}min", ecart, est_ici=seuil == regle.seuil_min)
            for seuil, ecart in ecarts
        ],
        maximum=100,
    )


def build_barres_cibles(chiffres: Chiffres, regle: Regle) -> GraphiqueBarres | None:
    """The share of people in illectronisme beyond the threshold, for each kind of place that may help them."""
    cibles = [cible for cible in Cible if cible is not Cible.TIERS_LIEU]
    ecarts = [(cible, chiffres.ecarts.get(Regle(cible, regle.mode, regle.seuil_min))) for cible in cibles]
    if all(compute_part(ecart) is None for _, ecart in ecarts):
        return None
    return build_barres(
        f"Selon le type de lieu, à plus de {regle.seuil_min}{INSECABLE}minutes {regle.mode.libelle}",
        "Part des personnes en illectronisme qui vivent plus loin, pour chaque type de lieu.",
        [
            _build_barre(formules.upper_initiale(cible.libelle), ecart, est_ici=cible is regle.cible)
            for cible, ecart in ecarts
        ],
        maximum=100,
    )


def _build_barre(nom: str, ecart: Ecart | None, *, est_ici: bool) -> ValeurBarre:
    part = compute_part(ecart)
    if ecart is None or part is None:
        return ValeurBarre(nom, None, PAS_DE_DONNEE, est_ici=est_ici)
    texte = f"{write_pct(part)}, {write_personnes(ecart.besoin_au_dela)}"
    return ValeurBarre(nom, part * 100, texte, est_ici=est_ici)


def list_evolutions(chiffres: Chiffres) -> tuple[Evolution, ...]:
    """Indicators that have two vintages here, the last two of each; two definitions are no change."""
    evolutions = []
    for indicateur_id, valeurs in chiffres.valeurs.items():
        if len(valeurs) < 2 or indicateur_id in SANS_EVOLUTION:
            continue
        apres, avant = valeurs[0], valeurs[1]
        sources = dict.fromkeys((avant.source.producteur, apres.source.producteur))
        evolutions.append(
            Evolution(
                apres.indicateur.libelle,
                indicateur_id,
                f"{write_valeur(avant)} ({avant.millesime})",
                f"{write_valeur(apres)} ({apres.millesime})",
                _write_difference(avant, apres),
                ", ".join(sources),
            )
        )
    return tuple(evolutions)


def _write_difference(avant: Valeur, apres: Valeur) -> str:
    indicateur = apres.indicateur
    if indicateur.unite is Unite.CLASSE:
        return "sans changement" if avant.valeur == apres.valeur else "autre classe"
    facteur = 100 if indicateur.unite is Unite.PART else 1
    # Of the values as they are written, so that readers find the same.
    ecart = round(
        round(apres.valeur * facteur, indicateur.decimales) - round(avant.valeur * facteur, indicateur.decimales),
        indicateur.decimales,
    )
    if ecart == 0:
        return "sans changement"
    signe = "+" if ecart > 0 else "−"
    unite = "point" if abs(ecart) < 2 else "points"
    nombre = f"{signe}{format_nombre(abs(ecart))}"
    if indicateur.unite is Unite.PART:
        return f"{nombre}{INSECABLE}{unite}"
    sans_unite = indicateur.unite in {Unite.RAPPORT, Unite.PERSONNES}
    return nombre if sans_unite else f"{nombre}{INSECABLE}{indicateur.unite.libelle}"
