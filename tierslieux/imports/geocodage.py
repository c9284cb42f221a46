"""Positions of places that have none: asked of the installation's service, after the clean-up steps.

The steps have approached them by their commune already, asking nobody; the service is that of lieux/geocodage.py.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace

from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.repertoire import Repertoire, find_faute
from tierslieux.lieux.geocodage import AdressePostale, Geocodeur, PositionTrouvee

logger = logging.getLogger(__name__)

# A run asks at most this: at 50 a second, two minutes; the next run goes on.
APPELS_MAX = 6_000


@dataclass(frozen=True, slots=True)
class Completion:
    """Records with the positions that were found; `panne` is why the service was left before the end."""

    records: list[Record]
    appels: int
    trouvees: int
    panne: str | None


def complete(
    records: Sequence[Record],
    geocodeur: Geocodeur | None,
    contexte: Contexte,
    *,
    appels_max: int = APPELS_MAX,
    connues: MutableMapping[AdressePostale, PositionTrouvee | None] | None = None,
) -> Completion:
    """Look for the positions that the steps could only approach, each address once.

    `connues` are answers of this run or of another (None: looked for, not found), and takes the new ones. A service
    that fails is not asked again: the records left keep the centre of their commune, and the run goes on.
    """
    reponses = {} if connues is None else connues
    completes: list[Record] = []
    appels = trouvees = 0
    panne: str | None = None
    for record in records:
        adresse = build_adresse(record)
        if adresse is None or not is_approchee(record, contexte):
            completes.append(record)
            continue
        if geocodeur is not None and adresse not in reponses and panne is None and appels < appels_max:
            appels += 1
            try:
                reponses[adresse] = geocodeur.geocode(adresse)
            except SourceError as erreur:
                panne = erreur.message
                logger.warning("geocoding stopped calls=%d reason=%s", appels, panne)
        trouvee = reponses.get(adresse)
        if trouvee is None or find_faute(contexte.communes, adresse.commune_code, trouvee.lon, trouvee.lat):
            completes.append(record)
            continue
        trouvees += 1
        contexte.warn(Avertissement.POSITION_GEOCODEE)
        contexte.avertissements[Avertissement.POSITION_APPROCHEE] -= 1
        completes.append(replace(record, valeurs={**record.valeurs, "position": trouvee.to_valeur()}))
    return Completion(completes, appels, trouvees, panne)


def build_adresse(record: Record) -> AdressePostale | None:
    """The address of a cleaned record, None when it has no way nor number to look for."""
    valeurs = record.valeurs
    if not valeurs.get("adresse") or not valeurs.get("commune_code"):
        return None
    return AdressePostale(
        valeurs["commune_code"], valeurs.get("commune_nom"), valeurs.get("code_postal"), valeurs["adresse"]
    )


def is_approchee(record: Record, contexte: Contexte) -> bool:
    """Whether the position of a cleaned record is none, or the one that its commune alone gives."""
    position = record.valeurs.get("position")
    if position is None:
        return True
    centre = Repertoire(contexte.communes).geocode(AdressePostale(record.valeurs["commune_code"]))
    return centre is not None and position == centre.to_valeur()
