"""What a plan answers: the sites with what each gains, the proof, and the figures before and after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tierslieux.planification.bilan import Bilan, Compte
from tierslieux.planification.etude import Etude
from tierslieux.planification.terrain import Site

# Changes when the same inputs would give another plan.
VERSION = 1


@dataclass(frozen=True, slots=True)
class SitePropose:
    """A site to open.

    `gain`: people newly served when it opens after those before it in the list. `seul`: those whom nothing else, open
    today or proposed, serves: what is lost without it. `minutes_epargnees`: of all people in need, for one journey,
    when it opens after those before it.
    """

    site: Site
    gain: Compte
    seul: Compte
    minutes_epargnees: float


@dataclass(frozen=True, slots=True)
class Resultat:
    """A plan and its proof.

    `objectif` and `borne` are in `unite` ("personnes", "minutes" or "lieux"), people weighed by the priority when there
    is one; `ecart` is the proven distance to the best possible (0 to 1). `hors_portee`: people in need whom no
    candidate reaches within the limit. `empreinte`: digest of the study, the data and the version of the computation;
    `source`: words for where the need comes from.
    """

    etude: Etude
    sites: tuple[SitePropose, ...]
    unite: str
    objectif: float
    borne: float
    ecart: float
    est_optimal: bool
    secondes: float
    avant: Bilan
    apres: Bilan
    gain: Compte
    candidats: int
    hors_portee: float
    empreinte: str
    remarques: tuple[str, ...] = ()
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        """The result as JSON values; people with one decimal."""
        return {
            "etude": self.etude.to_json(),
            "sites": [
                {
                    "code": s.site.code,
                    "nom": s.site.nom,
                    "genre": s.site.genre,
                    "commune": s.site.commune_nom,
                    "lon": s.site.lon,
                    "lat": s.site.lat,
                    "gain": write_compte(s.gain),
                    "seul": write_compte(s.seul),
                    "minutes_epargnees": round(s.minutes_epargnees, 1),
                }
                for s in self.sites
            ],
            "unite": self.unite,
            "objective": round(self.objectif, 4),
            "bound": round(self.borne, 4),
            "gap": self.ecart,
            "optimal": self.est_optimal,
            "seconds": round(self.secondes, 3),
            "avant": write_bilan(self.avant),
            "apres": write_bilan(self.apres),
            "gain": write_compte(self.gain),
            "candidats": self.candidats,
            "hors_portee": round(self.hors_portee, 1),
            "remarques": list(self.remarques),
            "source": self.source,
            "digest": self.empreinte,
        }


def write_compte(compte: Compte) -> dict[str, float | None]:
    """People as JSON values, with one decimal; bounds are null for people who are counted."""
    return {cle: None if valeur is None else round(valeur, 1) for cle, valeur in asdict(compte).items()}


def write_bilan(bilan: Bilan) -> Mapping[str, object]:
    """The figures of a state as JSON values; minutes with two decimals."""
    return {
        "besoin": write_compte(bilan.besoin),
        "couvert": write_compte(bilan.couvert),
        "au_dela": write_compte(bilan.au_dela),
        "population": round(bilan.population, 1),
        "population_au_dela": round(bilan.population_au_dela, 1),
        "duree_moyenne_min": _round(bilan.duree_moyenne_min),
        "pire_min": _round(bilan.pire_min),
        "sans_trajet": round(bilan.sans_trajet, 1),
    }


def _round(valeur: float | None) -> float | None:
    return None if valeur is None else round(valeur, 2)
