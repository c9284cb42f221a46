"""What a form hands over: a proposal before it is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierslieux.contributions.enums import Demarche, Voie


@dataclass(frozen=True, slots=True)
class Depot:
    """A proposal as it comes in.

    Parameters
    ----------
    apres
        Proposed values by field (lieux.resolution.CHAMPS), already cleaned (champs.clean); None or [] empties a field.
    lieu_id, version
        The place as the form showed it, private id and historique.get_version; None and 0 for a new place.
    auteur
        Pseudonym of whoever proposes; `compte_id` the account behind it.
    courriel
        Where to tell the outcome, only when asked for.
    reseau
        Keyed digest of the network it comes from (limites), None when unknown.
    """

    demarche: Demarche
    apres: Mapping[str, Any]
    auteur: str
    voie: Voie = Voie.FORMULAIRE
    lieu_id: int | None = None
    version: int = 0
    compte_id: int | None = None
    courriel: str | None = None
    commentaire: str | None = None
    reseau: str | None = None
    langue: str = "fr"
