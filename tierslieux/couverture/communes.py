"""What is known of every commune before any place: people, need, density, where it lies. Pure arrays.

They are kept as they were at the last whole computation, so that a change of one place needs no other reading.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierslieux.couverture.enums import Cible
from tierslieux.couverture.methodes import Entiers, Flottants
from tierslieux.indicateurs.incertitude import Ecarts, Estimations, compute_intervalles
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

Codes = NDArray[np.str_]

NIVEAUX = (Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION, Niveau.FRANCE)


@dataclass(frozen=True, slots=True)
class Communes:
    """Communes by code. `population` is 0 where it is not known; `densite` is a rank in `Densite`.

    `epcis`, `departements`, `regions`: the codes that occur, in order; `rangs_*`: rank of each commune's among them,
    -1 for none. `parts` and `personnes_15` make the people in illectronisme by the definition of `annee`, NaN where
    nobody knows; `actifs` are the people in work, NaN likewise. `lon`, `lat`, `rayon_m`: a circle that holds all the
    points of the commune, NaN without any, and `bassin`, the part of the country where it is (-1). `ecart_regions` by
    rank of région, `ecarts` for EPCI and communes: see `Ecarts`.
    """

    codes: Codes
    epcis: Codes
    departements: Codes
    regions: Codes
    rangs_epcis: Entiers
    rangs_departements: Entiers
    rangs_regions: Entiers
    population: Flottants
    densite: Entiers
    parts: Flottants
    personnes_15: Flottants
    actifs: Flottants
    lon: Flottants
    lat: Flottants
    rayon_m: Flottants
    bassin: Entiers
    ecart_regions: Flottants
    ecarts: Flottants
    annee: Entiers

    def __len__(self) -> int:
        return len(self.codes)

    def rank(self, niveau: Niveau) -> tuple[Codes, Entiers]:
        """(codes of a level, rank among them of the territory of each commune, -1 for none)."""
        if niveau is Niveau.FRANCE:
            return np.array([CODE_FRANCE]), np.zeros(len(self), dtype=np.int64)
        return {
            Niveau.EPCI: (self.epcis, self.rangs_epcis),
            Niveau.DEPARTEMENT: (self.departements, self.rangs_departements),
            Niveau.REGION: (self.regions, self.rangs_regions),
        }[niveau]

    def get_besoin(self, cible: Cible) -> Flottants:
        """People in need of this kind of place, NaN where nobody knows; all of them NaN without indicator."""
        return self.actifs if cible is Cible.TIERS_LIEU else self.parts * self.personnes_15

    def get_demande(self, cible: Cible) -> Flottants:
        """People who share a place: those in need, 0 where they are not known; everybody without any indicator."""
        besoin = self.get_besoin(cible)
        return self.population if np.all(np.isnan(besoin)) else np.nan_to_num(besoin)

    def list_modelisees(self) -> Entiers:
        """Ranks of the communes whose people in illectronisme are known."""
        return np.flatnonzero(~np.isnan(self.parts))

    def estimate(self, connues: Entiers, fractions: Flottants, rangs: Entiers, nombre: int) -> Estimations:
        """People in illectronisme by group, where `fractions` says; rows are those of the communes `connues`."""
        return compute_intervalles(
            self.parts[connues],
            self.personnes_15[connues],
            fractions,
            regions=self.rangs_regions[connues],
            epcis=self.rangs_epcis[connues],
            groupes=rangs[connues],
            nombre=nombre,
            ecarts=Ecarts(self.ecart_regions, float(self.ecarts[0]), float(self.ecarts[1])),
        )

    def to_bytes(self) -> bytes:
        """The table as one run of bytes."""
        return pack({champ.name: getattr(self, champ.name) for champ in fields(self)})

    @classmethod
    def from_bytes(cls, octets: bytes) -> Communes:
        """What `to_bytes` wrote."""
        return cls(**unpack(octets))


def pack(tableaux: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as one run of bytes: the length of a description, the description, the numbers as they are in memory."""
    plats = {nom: np.ascontiguousarray(tableau) for nom, tableau in tableaux.items()}
    description = [(nom, t.dtype.str, t.shape) for nom, t in plats.items()]
    entete = json.dumps(description).encode()
    return b"".join((len(entete).to_bytes(8, "little"), entete, *(t.tobytes() for t in plats.values())))


def unpack(octets: bytes) -> dict[str, NDArray[Any]]:
    """What `pack` wrote; the arrays cannot be written in."""
    debut = 8 + int.from_bytes(octets[:8], "little")
    tableaux = {}
    for nom, genre, forme in json.loads(octets[8:debut]):
        nombre = math.prod(forme)
        tableaux[nom] = np.frombuffer(octets, dtype=genre, count=nombre, offset=debut).reshape(forme)
        debut += tableaux[nom].nbytes
    return tableaux
