"""The position: checked against the commune, approached by its town hall or centre when it is absent.

A position that contradicts its commune rejects the record, because nobody can say which of the two is wrong; only a
source whose records are about communes themselves (town halls) has its position replaced instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tierslieux.imports.contrat import Avertissement, Contexte, Record, Reject, Resultat
from tierslieux.imports.repertoire import Repertoire, find_faute
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import DECIMALES, AdressePostale


def clean(record: Record, contexte: Contexte) -> Resultat:
    """Keep the position with its precision (that of an address unless the source says less), approach it, or reject."""
    code = record.valeurs["commune_code"]
    position = record.valeurs.get("position")
    if position is None or position.get("lon") is None or position.get("lat") is None:
        return _approach(record, contexte, code, Avertissement.POSITION_APPROCHEE)
    lon, lat = float(position["lon"]), float(position["lat"])
    faute = find_faute(contexte.communes, code, lon, lat)
    if faute is None:
        precision = position.get("precision") or Precision.ADRESSE.value
        gardee = {"lon": round(lon, DECIMALES), "lat": round(lat, DECIMALES), "precision": precision}
        return record if gardee == position else replace(record, valeurs={**record.valeurs, "position": gardee})
    if contexte.commune_certaine:
        return _approach(record, contexte, code, Avertissement.POSITION_ECARTEE)
    return Reject(record.ligne, faute, "position", f"{lat}, {lon}", record.brut)


def _approach(record: Record, contexte: Contexte, code: str, motif: Avertissement) -> Record:
    valeurs: dict[str, Any] = {champ: v for champ, v in record.valeurs.items() if champ != "position"}
    trouvee = Repertoire(contexte.communes).geocode(AdressePostale(code))
    if trouvee is None:
        contexte.warn(Avertissement.POSITION_ABSENTE)
    else:
        contexte.warn(motif)
        valeurs["position"] = trouvee.to_valeur()
    return replace(record, valeurs=valeurs)
