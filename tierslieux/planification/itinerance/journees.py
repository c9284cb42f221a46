"""Every day of work that a team could do: depot, a stop in the morning, a stop in the afternoon, depot. Pure.

Days of the week on which every stop has the same market and the same exclusions are one class: a day's work is chosen
for a class, then given a date. Of two orders of the same stops that nothing else tells apart, the shorter one is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierslieux.planification.itinerance.parc import Tournees
from tierslieux.planification.itinerance.semaine import Demi
from tierslieux.planification.optimisation.probleme import Booleens, Entiers, Flottants

# Times are sums of floats: a day is within its limit when it is beyond by less than this part of a minute.
_MARGE_MIN = 1e-6


@dataclass(frozen=True, slots=True)
class Classe:
    """Days of the week that stops cannot tell apart; (s,) which may be visited, and which have their market."""

    jours: tuple[int, ...]
    permis_matin: Booleens
    permis_apres_midi: Booleens
    marche_matin: Booleens
    marche_apres_midi: Booleens


@dataclass(frozen=True, slots=True)
class Journees:
    """Days of work as columns: class, team, stops (-1 for a free half-day), minutes of driving, visits at a market."""

    classes: tuple[Classe, ...]
    classe: Entiers
    equipe: Entiers
    matin: Entiers
    apres_midi: Entiers
    conduite_min: Flottants
    marches: Entiers

    def __len__(self) -> int:
        """How many."""
        return len(self.classe)

    @property
    def visites(self) -> Entiers:
        """Half-days of each."""
        return (self.matin >= 0).astype(np.int64) + (self.apres_midi >= 0)


def build_classes(tournees: Tournees) -> tuple[Classe, ...]:
    """The classes of days, in the order of their first day."""
    par_signature: dict[bytes, tuple[list[int], list[Booleens]]] = {}
    for jour in sorted(tournees.parc.jours):
        demis = (Demi(jour), Demi(jour, apres_midi=True))
        marques = [tournees.agenda.mark_permis(tournees.arrets, demi) for demi in demis]
        marques += [tournees.agenda.mark_marches(tournees.arrets, demi) for demi in demis]
        par_signature.setdefault(np.stack(marques).tobytes(), ([], marques))[0].append(jour)
    return tuple(Classe(tuple(jours), *marques) for jours, marques in par_signature.values())


def build_journees(tournees: Tournees, utiles: Booleens) -> Journees:
    """Every day of work within the limit of driving that stops at these stops only."""
    classes = build_classes(tournees)
    lots = [
        _list_journees(tournees, utiles, classes[rang], rang, equipe)
        for rang in range(len(classes))
        for equipe in range(len(tournees.parc.equipes))
    ]
    return Journees(classes, *(np.concatenate([lot[k] for lot in lots]) for k in range(6)))


def _list_journees(
    tournees: Tournees, utiles: Booleens, classe: Classe, rang: int, equipe: int
) -> tuple[Entiers, Entiers, Entiers, Entiers, Flottants, Entiers]:
    depot = tournees.parc.equipes[equipe].depot
    aller, entre = tournees.conduite.depuis_depots[depot], tournees.conduite.entre_arrets
    retour = tournees.conduite.vers_depots[:, depot]
    permis_matin, permis_apres_midi = classe.permis_matin & utiles, classe.permis_apres_midi & utiles
    pareil = (classe.permis_matin == classe.permis_apres_midi) & (classe.marche_matin == classe.marche_apres_midi)
    limite_min = tournees.parc.compute_limite_min(2) + _MARGE_MIN
    deux = aller[:, None] + entre + retour[None, :]
    gardes = permis_matin[:, None] & permis_apres_midi[None, :] & (deux <= limite_min)
    np.fill_diagonal(gardes, val=False)
    # The other order is kept instead when it is shorter, or as long and first in the order of stops.
    autre = np.tril(deux >= deux.T, -1) | np.triu(deux > deux.T, 1)
    gardes &= ~(autre & pareil[:, None] & pareil[None, :])
    a, b = np.nonzero(gardes)
    seul = aller + retour
    proches = seul <= tournees.parc.compute_limite_min(1) + _MARGE_MIN
    matins = np.flatnonzero(permis_matin & proches)
    # Alone, a stop that is the same all day is visited in the morning.
    soirs = np.flatnonzero(permis_apres_midi & proches & ~(pareil & permis_matin))
    matin = np.concatenate((a, matins, np.full(len(soirs), -1)))
    apres_midi = np.concatenate((b, np.full(len(matins), -1), soirs))
    conduite_min = np.concatenate((deux[a, b], seul[matins], seul[soirs]))
    marches = _count(classe.marche_matin, matin) + _count(classe.marche_apres_midi, apres_midi)
    nombre = len(matin)
    return np.full(nombre, rang), np.full(nombre, equipe), matin, apres_midi, conduite_min, marches


def _count(marques: Booleens, arrets: Entiers) -> Entiers:
    """1 where the stop is marked, 0 elsewhere and for a free half-day."""
    return np.append(marques, False)[arrets].astype(np.int64)
