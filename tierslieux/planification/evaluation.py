"""What a scenario changes, at once: people gained and lost, minutes, communes that are touched, who stays far. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tierslieux.core.enums import Libelle
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.planification.bilan import (
    Bilan,
    Compte,
    Etat,
    apply_gestes,
    compute_bilan,
    compute_etat,
    count_groupes,
)
from tierslieux.planification.etude import Etude
from tierslieux.planification.terrain import Booleens, Site, Terrain


@dataclass(frozen=True, slots=True)
class CommuneEtat:
    """One commune before and after: people in need beyond the limit, and mean minutes of its people (None: no journey).

    `besoin`: its people in need.
    """

    code: str
    nom: str
    besoin: float
    au_dela_avant: float
    au_dela_apres: float
    duree_avant_min: float | None
    duree_apres_min: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A scenario beside today. `gagnes`: people in need newly served; `perdus`: no longer served.

    `terrain` has the scenario's free points; `communes`: every one of the territory, by code.
    """

    etude: Etude
    terrain: Terrain
    etat_avant: Etat
    etat_apres: Etat
    avant: Bilan
    apres: Bilan
    gagnes: Compte
    perdus: Compte
    communes: tuple[CommuneEtat, ...]

    @property
    def touchees(self) -> list[CommuneEtat]:
        """Communes where something changes, those with most people gained or lost first."""
        changees = [
            c for c in self.communes if c.au_dela_avant != c.au_dela_apres or c.duree_avant_min != c.duree_apres_min
        ]
        return sorted(changees, key=lambda c: (-abs(c.au_dela_apres - c.au_dela_avant), c.code))

    @property
    def sites_ouverts(self) -> list[Site]:
        """Sites that the scenario opens, moved places included."""
        rangs = np.flatnonzero(self.etat_apres.ouverts & ~self.etat_avant.ouverts)
        return [self.terrain.sites[i] for i in rangs]

    @property
    def sites_fermes(self) -> list[Site]:
        """Places that the scenario closes, or moves away from."""
        rangs = np.flatnonzero(self.etat_avant.ouverts & ~self.etat_apres.ouverts)
        return [self.terrain.sites[i] for i in rangs]


def evaluate(terrain: Terrain, etude: Etude) -> Evaluation:
    """Today, and after the changes of the scenario; raises InvalidInputError for a change of what is not there."""
    terrain, ouverts = apply_gestes(terrain, etude)
    return compare(terrain, etude, compute_etat(terrain, terrain.list_ouverts()), compute_etat(terrain, ouverts))


def compare(terrain: Terrain, etude: Etude, avant: Etat, apres: Etat) -> Evaluation:
    """Two states of the same ground."""
    couverts_avant, couverts_apres = avant.list_couverts(etude.minutes), apres.list_couverts(etude.minutes)
    gagnes, perdus = count_groupes(
        terrain, etude, np.array([couverts_apres & ~couverts_avant, couverts_avant & ~couverts_apres], dtype=bool)
    )
    return Evaluation(
        etude=etude,
        terrain=terrain,
        etat_avant=avant,
        etat_apres=apres,
        avant=compute_bilan(terrain, etude, avant),
        apres=compute_bilan(terrain, etude, apres),
        gagnes=gagnes,
        perdus=perdus,
        communes=_list_communes(terrain, etude, avant, apres),
    )


def _list_communes(terrain: Terrain, etude: Etude, avant: Etat, apres: Etat) -> tuple[CommuneEtat, ...]:
    colonnes = [
        terrain.communes.codes[terrain.rangs],
        _sum(terrain, terrain.poids),
        *(_sum(terrain, terrain.poids * ~etat.list_couverts(etude.minutes)) for etat in (avant, apres)),
        *(_list_durees(terrain, etat) for etat in (avant, apres)),
    ]
    # As lists at once: a région has thousands of communes.
    codes, *chiffres = (colonne.tolist() for colonne in colonnes)
    return tuple(itertools.starmap(CommuneEtat, zip(codes, terrain.noms, *chiffres, strict=True)))


def _list_durees(terrain: Terrain, etat: Etat) -> NDArray[np.object_]:
    """Mean minutes by commune of the territory, None where nobody has a journey."""
    durees_min = average_durees(terrain, etat.durees_min)
    durees = durees_min.astype(object)
    durees[np.isnan(durees_min)] = None
    return durees


def _sum(terrain: Terrain, valeurs: Flottants) -> Flottants:
    """Sums by commune of the territory of values by point."""
    return np.bincount(terrain.locaux, weights=valeurs, minlength=len(terrain.rangs)).astype(np.float64)


def average_durees(terrain: Terrain, durees_min: Flottants) -> Flottants:
    """Mean minutes by commune of the territory over the people who have a journey, NaN where nobody has one."""
    joints = np.isfinite(durees_min)
    gens = _sum(terrain, terrain.points.part * joints)
    minutes = _sum(terrain, np.where(joints, durees_min, 0.0) * terrain.points.part)
    return np.divide(minutes, gens, out=np.full_like(minutes, np.nan), where=gens > 0)


def _hide(valeur: float) -> float | None:
    return None if np.isnan(valeur) else float(valeur)


# --- Who stays far, and why ------------------------------------------------------------------------------------------


class Raison(Libelle):
    """Why the people of a commune are still beyond the limit."""

    SANS_CANDIDAT = "sans-candidat", "aucun bâtiment candidat n’est assez près"
    PEU_DE_GENS = "peu-de-gens", "un bâtiment est assez près, mais d’autres servent plus de personnes"
    SANS_TRAJET = "sans-trajet", "aucun trajet ne mène à un lieu ouvert"


@dataclass(frozen=True, slots=True)
class Restante:
    """A commune with people in need beyond the limit.

    `site`: the candidate that would serve most of the people left, with the `gain` it would bring; None for none.
    """

    code: str
    nom: str
    au_dela: float
    duree_min: float | None
    raison: Raison
    site: Site | None
    gain: float | None


def list_restantes(
    terrain: Terrain,
    etude: Etude,
    etat: Etat,
    candidats: Entiers,
    limite: int | None = None,
    *,
    temps: csr_array | None = None,
) -> list[Restante]:
    """Communes with people left beyond the limit when a state stands, most people first; `candidats`: who may open.

    `temps`: `terrain.build_temps` of the candidates within the limit, when it is known already.
    """
    loin = ~etat.list_couverts(etude.minutes) & (terrain.poids > 0)
    restes = _sum(terrain, terrain.poids * loin)
    durees = average_durees(terrain, np.where(loin, etat.durees_min, np.inf))
    temps = terrain.build_temps(candidats, float(etude.minutes)) if temps is None else temps
    lignes = np.repeat(np.arange(len(candidats)), np.diff(temps.indptr))
    utiles = loin[temps.indices]
    lignes, points = lignes[utiles], temps.indices[utiles]
    gains = np.bincount(lignes, weights=terrain.poids[points], minlength=len(candidats))
    # The candidate that would serve most, by commune: sorted so that the best is written last.
    meilleur = np.full(len(terrain.rangs), -1, dtype=np.int64)
    ordre = np.lexsort((-lignes, gains[lignes]))
    meilleur[terrain.locaux[points[ordre]]] = lignes[ordre]
    trouvees = np.flatnonzero(restes > 0)
    trouvees = trouvees[np.argsort(-restes[trouvees], kind="stable")][:limite]
    codes = terrain.communes.codes[terrain.rangs].tolist()
    return [
        Restante(
            code=codes[k],
            nom=terrain.noms[k],
            au_dela=float(restes[k]),
            duree_min=_hide(durees[k]),
            raison=_find_raison(int(meilleur[k]), float(durees[k])),
            site=terrain.sites[candidats[meilleur[k]]] if meilleur[k] >= 0 else None,
            gain=float(gains[meilleur[k]]) if meilleur[k] >= 0 else None,
        )
        for k in trouvees.tolist()
    ]


def _find_raison(meilleur: int, duree_min: float) -> Raison:
    if meilleur >= 0:
        return Raison.PEU_DE_GENS
    return Raison.SANS_TRAJET if np.isnan(duree_min) else Raison.SANS_CANDIDAT


def list_par_gain(
    terrain: Terrain, etude: Etude, etat: Etat, candidats: Entiers, limite: int, *, temps: csr_array | None = None
) -> list[tuple[Site, float]]:
    """The candidates that would newly serve most people if they opened alone, most first, with those people.

    `temps`: `terrain.build_temps` of the candidates within the limit, when it is known already.
    """
    temps = terrain.build_temps(candidats, float(etude.minutes)) if temps is None else temps
    loin: Booleens = ~etat.list_couverts(etude.minutes)
    lignes = np.repeat(np.arange(len(candidats)), np.diff(temps.indptr))
    gains = np.bincount(lignes, weights=(terrain.poids * loin)[temps.indices], minlength=len(candidats))
    ordre: Sequence[int] = np.argsort(-gains, kind="stable")[:limite].tolist()
    return [(terrain.sites[candidats[k]], float(gains[k])) for k in ordre]
