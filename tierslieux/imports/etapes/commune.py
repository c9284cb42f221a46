"""The commune of today: by its code, by the code of a former commune, else by name and postcode.

Places of Paris, Lyon and Marseille get the code of their arrondissement when the postcode, the name or the position
tells it, else that of the city. The published name is the official one, with its article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tierslieux.core.geo import ZONES_OUTRE_MER, find_zone_at
from tierslieux.core.types import parse_code_insee, parse_code_postal
from tierslieux.imports.contrat import Avertissement, Contexte, Record, Reject, RejectCode, Resultat
from tierslieux.territoires.noms import build_cle
from tierslieux.territoires.referentiel import CommuneReference

# Paris, Lyon, Marseille.
_VILLES_A_ARRONDISSEMENTS = frozenset({"75056", "69123", "13055"})
# "CHARLEVILLE-MEZIERES CEDEX 9", "49350 GENNES-VAL-DE-LOIRE", "Miribel (01)".
_BRUIT = re.compile(r"\bcedex\b.*$|\b\d{5}\b|\(.*\)", re.IGNORECASE)
# Overseas collectivities whose communes the national boundaries leave out.
_COLLECTIVITES = {
    ("97133", "saint barthelemy"): "97701",
    ("97150", "saint martin"): "97801",
    ("97500", "miquelon langlade"): "97501",
    ("97500", "saint pierre"): "97502",
}
_HORS_REFERENTIEL = frozenset(ZONES_OUTRE_MER) - {"971", "972", "973", "974", "976"}


def clean(record: Record, contexte: Contexte) -> Resultat:
    """Give the record its commune of today and a postcode of five digits, or reject it."""
    valeurs = dict(record.valeurs)
    _clean_code_postal(valeurs, contexte)
    code = _complete_code(valeurs.get("commune_code"), contexte)
    if code is None and (code := _find_collectivite(valeurs)) is not None:
        contexte.warn(Avertissement.CODE_DEDUIT)
    if code is None:
        commune = _find_par_nom(valeurs, contexte)
        if commune is None:
            texte = " ".join(str(valeurs[c]) for c in ("code_postal", "commune_nom") if c in valeurs) or None
            return Reject(record.ligne, RejectCode.COMMUNE_INTROUVABLE, "commune_nom", texte, record.brut)
        contexte.warn(Avertissement.CODE_DEDUIT)
    elif code[:3] in _HORS_REFERENTIEL and parse_code_insee(code) and contexte.communes.find(code) is None:
        contexte.warn(Avertissement.COMMUNE_HORS_REFERENTIEL)
        return replace(record, valeurs={**valeurs, "commune_code": code})
    else:
        commune = _find_par_code(code, valeurs, contexte)
        if commune is None:
            return Reject(record.ligne, RejectCode.CODE_INSEE_INCONNU, "commune_code", code, record.brut)
    commune = _refine_arrondissement(commune, valeurs, contexte)
    valeurs |= {"commune_code": commune.code, "commune_nom": commune.nom}
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def _clean_code_postal(valeurs: dict[str, Any], contexte: Contexte) -> None:
    texte = valeurs.pop("code_postal", None)
    if texte is None:
        return
    code_postal = parse_code_postal(complete_code_postal(str(texte)))
    if code_postal is None:
        contexte.warn(Avertissement.CODE_POSTAL_ILLISIBLE)
    else:
        valeurs["code_postal"] = code_postal


def complete_code_postal(texte: str) -> str:
    """The postcode without spaces, its first zero put back when a spreadsheet has eaten it ("1000")."""
    compact = texte.replace(" ", "").removesuffix(".0")
    return f"0{compact}" if len(compact) == 4 else compact


def _complete_code(texte: str | None, contexte: Contexte) -> str | None:
    """The code in capitals, its first zero put back when a spreadsheet has eaten it ("1053")."""
    if texte is None:
        return None
    code = texte.strip().upper()
    if len(code) == 4 and code.isascii() and code.isdigit():
        contexte.warn(Avertissement.CODE_COMPLETE)
        return f"0{code}"
    return code


def _find_collectivite(valeurs: dict[str, Any]) -> str | None:
    """The code of a commune that has no boundaries here, by its postcode and its name."""
    nom = build_cle(_BRUIT.sub(" ", valeurs.get("commune_nom") or ""))
    return _COLLECTIVITES.get((valeurs.get("code_postal", ""), nom))


def _find_par_code(code: str, valeurs: dict[str, Any], contexte: Contexte) -> CommuneReference | None:
    commune = contexte.communes.find(code)
    if commune is None:
        commune = contexte.communes.find_successeur(code)
        if commune is not None:
            contexte.warn(Avertissement.CODE_REMPLACE)
    code_postal = valeurs.get("code_postal")
    if commune is None or code_postal is None:
        return commune
    if commune.departement in list_departements(code_postal):
        return commune
    if any(servie.code == commune.code for servie in contexte.communes.list_code_postal(code_postal)):
        return commune  # some post offices serve communes of the next département
    autre = _find_par_nom(valeurs, contexte, devine=False)
    if autre is None or autre.code == commune.code:
        return commune
    contexte.warn(Avertissement.CODE_CONTREDIT)
    return autre


def _find_par_nom(valeurs: dict[str, Any], contexte: Contexte, *, devine: bool = True) -> CommuneReference | None:
    """The one commune that name and postcode designate, or postcode and position.

    `devine` also takes the only commune of the postcode for a name that no commune bears, such as a hamlet's.
    """
    code_postal = valeurs.get("code_postal")
    nom = _BRUIT.sub(" ", valeurs.get("commune_nom") or "").strip(" -,")
    candidats = contexte.communes.list_code_postal(code_postal) if code_postal else []
    if nom:
        homonymes = [commune for commune in candidats if contexte.communes.has_nom(commune, nom)]
        if len(homonymes) > 1:  # a city and its arrondissement
            homonymes = [commune for commune in homonymes if commune.code not in _VILLES_A_ARRONDISSEMENTS]
        if len(homonymes) == 1:
            return homonymes[0]
        departements: tuple[str | None, ...] = list_departements(code_postal) if code_postal else (None,)
        trouvees = [c for dep in departements if (c := contexte.communes.find_nom(nom, dep))]
        if len(trouvees) == 1:
            return trouvees[0]
    tenante = _find_at(candidats, valeurs, contexte)
    if tenante is None and devine and len(candidats) == 1 and build_cle(nom) not in contexte.communes.noms:
        return candidats[0]
    return tenante


def _find_at(
    candidats: Sequence[CommuneReference], valeurs: dict[str, Any], contexte: Contexte
) -> CommuneReference | None:
    """The commune that holds the record's position, an arrondissement before its city."""
    position = valeurs.get("position")
    if position is None or find_zone_at(position["lon"], position["lat"]) is None:
        return None
    lon, lat = position["lon"], position["lat"]
    tenants = [c for c in candidats if contexte.communes.compute_distance_m(c.code, lon, lat) == 0]
    return min(tenants, key=lambda commune: commune.commune_parent is None, default=None)


def _refine_arrondissement(commune: CommuneReference, valeurs: dict[str, Any], contexte: Contexte) -> CommuneReference:
    if commune.code not in _VILLES_A_ARRONDISSEMENTS:
        return commune
    arrondissements = contexte.communes.list_arrondissements(commune.code)
    servis = contexte.communes.list_code_postal(valeurs.get("code_postal") or "")
    designes = [arrondissement for arrondissement in arrondissements if arrondissement in servis]
    return designes[0] if len(designes) == 1 else _find_at(arrondissements, valeurs, contexte) or commune


def list_departements(code_postal: str) -> tuple[str, ...]:
    """The départements that a postcode may stand for: "20" is both parts of Corse."""
    if code_postal.startswith("20"):
        return ("2A", "2B")
    return (code_postal[:3] if code_postal.startswith("97") else code_postal[:2],)
