"""What the pages of plans are asked for: the study that stands in the address, and what was not understood of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.core.errors import InvalidInputError
from tierslieux.planification.etude import Etude
from tierslieux.territoires.enums import Niveau

Arguments = Mapping[str, Sequence[str]]

# What readers know each field by.
CHAMPS: Mapping[str, str] = MappingProxyType(
    {
        "besoin": "Personnes à servir",
        "cible": "Lieu qui compte comme ouvert",
        "mode": "Moyen de transport",
        "minutes": "Minutes",
        "genres": "Bâtiments candidats",
        "population_min": "Habitants de la commune, au moins",
        "population_max": "Habitants de la commune, au plus",
        "propriete": "À qui est le bâtiment",
        "zone": "Zone",
        "table": "Table de bâtiments",
        "objectif": "But",
        "sites": "Nombre de lieux",
        "budget": "Budget",
        "part": "Part à servir",
        "espacement_km": "Distance entre deux nouveaux lieux",
        "capacite": "Personnes qu’un lieu peut servir",
        "par_epci": "Un lieu par intercommunalité",
        "imposes": "Lieux imposés",
        "interdits": "Lieux écartés",
        "priorite": "Priorité",
        "gestes": "Changements",
        "geste": "Changements",
        "position": "Position",
    }
)


@dataclass(frozen=True, slots=True)
class Demande:
    """The study, with its default for each field that was not understood, and a sentence for each of these.

    `est_nombre_choisi`: somebody asked for this number of sites, rather than leaving it at its default.
    """

    etude: Etude
    erreurs: tuple[str, ...]
    est_nombre_choisi: bool = True


def read_demande(niveau: Niveau, code: str, args: Arguments) -> Demande:
    """What an address asks. Never raises."""
    etude, erreurs = Etude.from_args(niveau, code, args)
    return Demande(etude, tuple(write_erreur(erreur) for erreur in erreurs), "sites" in args)


def write_erreur(erreur: InvalidInputError) -> str:
    """A value that was not understood, with the name that its field has on the page."""
    champ = str(erreur.details["champ"])
    libelle = CHAMPS.get(champ, champ)
    return f"« {libelle} » vaut « {erreur.details['valeur']} » ; attendu : {erreur.details['attendu']}."
