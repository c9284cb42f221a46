"""Two scenarios side by side: what they do not share, their figures, the communes where they differ most. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.couverture.formules import PAS_DE_DONNEE, write_personnes
from tierslieux.filtres import INSECABLE, format_nombre
from tierslieux.planification.bilan import Compte
from tierslieux.planification.etude import Etude
from tierslieux.planification.evaluation import CommuneEtat, Evaluation
from tierslieux.planification.presenters import (
    find_commune,
    format_compte,
    format_minutes,
    format_part,
    format_qui,
    write_ecart,
    write_ecart_minutes,
)
from tierslieux.planification.scenarios.presenters import Resume

COMMUNES_MAX = 20
# What `presenters` writes of a difference of nothing.
SANS_CHANGEMENT = write_ecart(0)
# Under a tenth of a person or half a minute, two scenarios do the same for a commune.
_PERSONNES_MIN, _MINUTES_MIN = 0.1, 0.5


@dataclass(frozen=True, slots=True)
class LigneComparaison:
    """One figure of both; `ecart` is that of the second from the first, "" when it says nothing."""

    libelle: str
    a: str
    b: str
    ecart: str


@dataclass(frozen=True, slots=True)
class LigneCommune:
    """A commune in both: people in need beyond the limit, and mean minutes."""

    code: str
    nom: str
    au_dela_a: str
    au_dela_b: str
    ecart: str
    duree_a: str
    duree_b: str


@dataclass(frozen=True, slots=True)
class Colonne:
    """One of the two: its own words and map."""

    public_id: str
    titre: str
    territoire: str
    resume: Resume


@dataclass(frozen=True, slots=True)
class ComparaisonPage:
    """Everything that templates/planification/comparaison.html writes.

    `a`, `b`: what stands in the fields; `colonnes`: both scenarios, none as long as one is missing. `divergences`: why
    their figures cannot be subtracted, empty when they can.
    """

    a: str
    b: str
    erreurs: tuple[str, ...] = ()
    colonnes: tuple[Colonne, ...] = ()
    divergences: tuple[str, ...] = ()
    lignes: tuple[LigneComparaison, ...] = ()
    communes: tuple[LigneCommune, ...] = ()
    communes_total: int = 0


def list_divergences(a: Etude, b: Etude, noms: tuple[str, str]) -> tuple[str, ...]:
    """What two studies do not measure in the same way; `noms`: of their territories."""
    paires = (
        ("le territoire", (a.niveau, a.code), (b.niveau, b.code), noms),
        ("les personnes comptées", a.besoin, b.besoin, (format_qui(a.besoin), format_qui(b.besoin))),
        ("le lieu cherché", a.cible, b.cible, (a.cible.libelle, b.cible.libelle)),
        ("le temps de trajet", a.minutes, b.minutes, (_write_minutes(a), _write_minutes(b))),
        ("la façon de se déplacer", a.mode, b.mode, (a.mode.libelle, b.mode.libelle)),
    )
    return tuple(
        f"Ce qui diffère{INSECABLE}: {quoi}. Dans le premier, {textes[0]}. Dans le second, {textes[1]}."
        for quoi, un, autre, textes in paires
        if un != autre
    )


def _write_minutes(etude: Etude) -> str:
    return f"{etude.minutes}{INSECABLE}minutes"


def build_lignes(a: Evaluation, b: Evaluation, *, comparables: bool) -> tuple[LigneComparaison, ...]:
    """The figures of both scenarios once their changes are made; differences only when they measure the same thing."""
    qui = format_qui(a.etude.besoin) if comparables else "personnes"

    def write(libelle: str, un: str, autre: str, ecart: str) -> LigneComparaison:
        return LigneComparaison(libelle, un, autre, _tell(ecart) if comparables else "")

    def count(libelle: str, un: Compte, autre: Compte) -> LigneComparaison:
        return write(libelle, format_compte(un), format_compte(autre), write_ecart(autre.valeur - un.valeur))

    return (
        write(
            "Lieux qui ouvrent",
            format_nombre(len(a.sites_ouverts)),
            format_nombre(len(b.sites_ouverts)),
            _write_nombre(len(b.sites_ouverts) - len(a.sites_ouverts)),
        ),
        write(
            "Lieux qui ferment",
            format_nombre(len(a.sites_fermes)),
            format_nombre(len(b.sites_fermes)),
            _write_nombre(len(b.sites_fermes) - len(a.sites_fermes)),
        ),
        write(
            f"Les {qui} servies, sur toutes",
            _write_couvert(a),
            _write_couvert(b),
            write_ecart(b.apres.couvert.valeur - a.apres.couvert.valeur),
        ),
        count(f"Les {qui} plus loin", a.apres.au_dela, b.apres.au_dela),
        count("Gagnent un lieu proche", a.gagnes, b.gagnes),
        count("Perdent leur lieu proche", a.perdus, b.perdus),
        write(
            "Temps de trajet moyen",
            format_minutes(a.apres.duree_moyenne_min),
            format_minutes(b.apres.duree_moyenne_min),
            write_ecart_minutes(a.apres.duree_moyenne_min, b.apres.duree_moyenne_min),
        ),
        write(
            "Le plus long trajet, et sa commune",
            _write_pire(a),
            _write_pire(b),
            write_ecart_minutes(a.apres.pire_min, b.apres.pire_min),
        ),
    )


def _write_nombre(ecart: int) -> str:
    return SANS_CHANGEMENT if not ecart else f"{'+' if ecart > 0 else '−'}{format_nombre(abs(ecart))}"


def _tell(ecart: str) -> str:
    """A difference between two scenarios, where nothing changes in time."""
    return "aucune" if ecart == SANS_CHANGEMENT else ecart


def _write_couvert(evaluation: Evaluation) -> str:
    apres = evaluation.apres
    if not apres.besoin.valeur:
        return PAS_DE_DONNEE
    return f"{format_compte(apres.couvert)}, soit {format_part(apres.couvert, apres.besoin)}"


def _write_pire(evaluation: Evaluation) -> str:
    apres = evaluation.apres
    if apres.pire_min is None:
        return PAS_DE_DONNEE
    commune = find_commune(evaluation.terrain, apres.pire_commune)
    return format_minutes(apres.pire_min) + (f" ({commune})" if commune else "")


def list_communes(a: Sequence[CommuneEtat], b: Sequence[CommuneEtat]) -> tuple[LigneCommune, ...]:
    """The communes that do not fare the same in both, those with the widest difference of people first."""
    autres = {commune.code: commune for commune in b}
    paires = [(une, autres[une.code]) for une in a if une.code in autres]
    differentes = [paire for paire in paires if _is_different(*paire)]
    differentes.sort(key=lambda paire: (-abs(paire[1].au_dela_apres - paire[0].au_dela_apres), paire[0].code))
    return tuple(
        LigneCommune(
            code=une.code,
            nom=une.nom,
            au_dela_a=write_personnes(une.au_dela_apres),
            au_dela_b=write_personnes(autre.au_dela_apres),
            ecart=_tell(write_ecart(autre.au_dela_apres - une.au_dela_apres)),
            duree_a=format_minutes(une.duree_apres_min),
            duree_b=format_minutes(autre.duree_apres_min),
        )
        for une, autre in differentes
    )


def _is_different(une: CommuneEtat, autre: CommuneEtat) -> bool:
    if abs(une.au_dela_apres - autre.au_dela_apres) >= _PERSONNES_MIN:
        return True
    if une.duree_apres_min is None or autre.duree_apres_min is None:
        return une.duree_apres_min != autre.duree_apres_min
    return abs(une.duree_apres_min - autre.duree_apres_min) >= _MINUTES_MIN
