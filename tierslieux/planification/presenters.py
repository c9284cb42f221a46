"""Figures of plans and scenarios in words, the same on every page: counts, minutes, before and after. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.couverture.formules import (
    PAS_DE_DONNEE,
    round_personnes,
    write_effectif,
    write_intervalle,
    write_pct,
    write_personnes,
)
from tierslieux.couverture.services import ACTIFS
from tierslieux.filtres import INSECABLE, format_duree
from tierslieux.indicateurs.catalogue import get_catalogue
from tierslieux.planification.bilan import Bilan, Compte
from tierslieux.planification.etude import BESOIN, PREFIXE_TABLE, Etude
from tierslieux.planification.terrain import Terrain

PETIT = 10


@dataclass(frozen=True, slots=True)
class LigneBilan:
    """One figure before and after; `ecart` is "" when nothing changes, or when it says nothing."""

    libelle: str
    avant: str
    apres: str
    ecart: str


def format_compte(compte: Compte) -> str:
    """People with their interval: "environ 1 320 (entre 1 170 et 1 480)", "moins de 10", "0"."""
    intervalle = write_intervalle(compte.bas, compte.haut) if compte.valeur else None
    return write_personnes(compte.valeur) + (f" ({intervalle})" if intervalle else "")


def format_valeur(compte: Compte) -> str:
    """The same without the interval."""
    return write_personnes(compte.valeur)


def format_intervalle(compte: Compte) -> str:
    """The interval alone, "" without one."""
    return (write_intervalle(compte.bas, compte.haut) or "") if compte.valeur else ""


def format_part(compte: Compte, total: Compte) -> str:
    """The share of a total: "12 %"; "pas de donnée" of nobody."""
    return write_pct(compte.valeur / total.valeur if total.valeur else None)


def format_minutes(duree_min: float | None) -> str:
    """Minutes: "12 min", "1 h 05", "aucun trajet connu"."""
    return "aucun trajet connu" if duree_min is None else format_duree(duree_min)


def format_qui(besoin: str) -> str:
    """Who is counted, after "les": "personnes en illectronisme", "personnes en emploi qui habitent là"."""
    if besoin == BESOIN:
        return "personnes en illectronisme"
    if besoin == ACTIFS:
        return "personnes qui ont un emploi"
    if besoin.startswith(PREFIXE_TABLE):
        return "personnes de votre table"
    indicateur = get_catalogue().indicateurs.get(besoin)
    if indicateur is None:
        return "personnes"
    return f"personnes de l’indicateur «{INSECABLE}{indicateur.libelle}{INSECABLE}»"


def format_acces(etude: Etude) -> str:
    """What being served means: "à 20 minutes ou moins en voiture d’un lieu où quelqu’un aide"."""
    return f"à {etude.minutes}{INSECABLE}minutes ou moins {etude.mode.libelle} d’{etude.cible.libelle}"


def format_loin(etude: Etude) -> str:
    """What being far means: "à plus de 20 minutes en voiture d’un lieu où quelqu’un aide"."""
    return f"à plus de {etude.minutes}{INSECABLE}minutes {etude.mode.libelle} d’{etude.cible.libelle}"


def build_lignes_bilan(terrain: Terrain, etude: Etude, avant: Bilan, apres: Bilan) -> tuple[LigneBilan, ...]:
    """The figures of two states, side by side."""
    qui = format_qui(etude.besoin)
    return (
        LigneBilan(
            f"{_upper(qui)} {format_acces(etude)}",
            _write_part(avant.couvert, avant.besoin),
            _write_part(apres.couvert, apres.besoin),
            write_ecart(apres.couvert.valeur - avant.couvert.valeur),
        ),
        LigneBilan(
            f"{_upper(qui)} plus loin",
            format_compte(avant.au_dela),
            format_compte(apres.au_dela),
            write_ecart(apres.au_dela.valeur - avant.au_dela.valeur),
        ),
        LigneBilan(
            f"Habitants {format_loin(etude)}",
            write_personnes(avant.population_au_dela),
            write_personnes(apres.population_au_dela),
            write_ecart(apres.population_au_dela - avant.population_au_dela),
        ),
        LigneBilan(
            f"Temps de trajet moyen des {qui}",
            format_minutes(avant.duree_moyenne_min),
            format_minutes(apres.duree_moyenne_min),
            write_ecart_minutes(avant.duree_moyenne_min, apres.duree_moyenne_min),
        ),
        LigneBilan(
            "Le plus long trajet, et sa commune",
            _write_pire(terrain, avant),
            _write_pire(terrain, apres),
            write_ecart_minutes(avant.pire_min, apres.pire_min),
        ),
    )


def write_ecart(ecart: float) -> str:
    """A difference of people: "+1 320", "−70", "sans changement", "moins de 10"."""
    if ecart == 0:
        return "sans changement"
    if abs(ecart) < PETIT:
        return "moins de 10"
    return f"{'+' if ecart > 0 else '−'}{write_effectif(round_personnes(abs(ecart)))}"


def write_ecart_minutes(avant_min: float | None, apres_min: float | None) -> str:
    """A difference of minutes as they are written: "−4 min", "sans changement"; "" without one of the two."""
    if avant_min is None or apres_min is None:
        return ""
    ecart = max(1, round(apres_min)) - max(1, round(avant_min))
    if not ecart:
        return "sans changement"
    return f"{'+' if ecart > 0 else '−'}{format_duree(abs(ecart))}"


def find_commune(terrain: Terrain, rang: int | None) -> str | None:
    """Name of a commune of the territory by its rank among all of them, None for none."""
    if rang is None:
        return None
    ou = int(terrain.rangs.searchsorted(rang))
    return terrain.noms[ou] if ou < len(terrain.rangs) and terrain.rangs[ou] == rang else None


def _write_pire(terrain: Terrain, bilan: Bilan) -> str:
    if bilan.pire_min is None:
        return PAS_DE_DONNEE
    commune = find_commune(terrain, bilan.pire_commune)
    return format_duree(bilan.pire_min) + (f" ({commune})" if commune else "")


def _write_part(compte: Compte, total: Compte) -> str:
    return f"{format_compte(compte)}, soit {format_part(compte, total)}" if total.valeur else PAS_DE_DONNEE


def _upper(texte: str) -> str:
    return texte[:1].upper() + texte[1:]
