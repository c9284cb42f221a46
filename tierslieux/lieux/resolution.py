"""The one rule of the whole product: the fiches of a place in, its published values with their provenance out.

Pure: no database, no web. Import, merge, correction and moderation all end here.

Rule. A field with one value is taken from the fiche of the most trusted source that fills it; between equally trusted
ones, from the most recent, then from the smallest (source, identifiant) so that the answer never depends on the order
of the fiches. Kinds, services and national programmes add up over the fiches: that a library is also a France Services
is not a contradiction. A fiche whose record has vanished from its source keeps speaking until a person or a second
absence withdraws it (imports decide, not this module). A withdrawn fiche is silent beside others; a place of which only
withdrawn fiches are left keeps its last values and is closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tierslieux.core.enums import Libelle
from tierslieux.lieux import enums

# Fields with one value: text, boolean or, for `position`, {"lon", "lat", "precision"}; `ferme` is True or absent.
CHAMPS_SIMPLES = (
    "nom",
    "horaires",
    "telephone",
    "courriel",
    "site_web",
    "prise_rdv",
    "adresse",
    "complement_adresse",
    "code_postal",
    "commune_code",
    "commune_nom",
    "position",
    "itinerant",
    "accessible",
    "presentation",
    "presentation_detail",
    "structure_parente",
    "fiche_acces_libre",
    "pivot",
    "ferme",
)
# Fields with a list of codes, one source's list replacing another's.
CHAMPS_LISTES: Mapping[str, type[Libelle]] = MappingProxyType(
    {
        "publics": enums.Public,
        "prises_en_charge": enums.PriseEnCharge,
        "frais": enums.Frais,
        "modalites_acces": enums.ModaliteAcces,
        "accompagnements": enums.Accompagnement,
        "formations_labels": enums.FormationLabel,
    }
)
# The same with texts of no closed vocabulary: what the national standard holds beyond the first value of a contact, and
# the codes of its typology that no kind expresses.
CHAMPS_LISTES_LIBRES = (
    "typologies",
    "autres_formations_labels",
    "autres_telephones",
    "autres_courriels",
    "autres_sites_web",
)
# Fields with a list of codes that add up over the sources.
CHAMPS_CUMULES: Mapping[str, type[Libelle]] = MappingProxyType(
    {"genres": enums.Genre, "services": enums.Service, "programmes": enums.Programme}
)
CHAMPS = (*CHAMPS_SIMPLES, *CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES)


@dataclass(frozen=True, slots=True)
class Fiche:
    """What the resolution needs of a `fiche_source` and its source."""

    id: int
    source_id: str
    identifiant: str
    confiance: int
    date_maj: dt.date | None
    valeurs: Mapping[str, Any]
    est_retiree: bool = False


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a published value comes from: the fiches that say it, the first one's source, and when it was checked."""

    fiches: tuple[int, ...]
    source_id: str
    date: dt.date | None

    def to_json(self) -> dict[str, Any]:
        """As stored in `lieu.provenance`."""
        return {
            "fiches": list(self.fiches),
            "source": self.source_id,
            "date": self.date.isoformat() if self.date else None,
        }


@dataclass(frozen=True, slots=True)
class Resolu:
    """The published values of a place by field (absent fields left out) and the provenance of each."""

    valeurs: dict[str, Any]
    provenance: dict[str, Provenance]


def order_fiches(fiches: Iterable[Fiche]) -> list[Fiche]:
    """Fiches by decreasing authority: trust, date, then (source, identifiant)."""
    return sorted(
        fiches,
        key=lambda f: (-f.confiance, -(f.date_maj or dt.date.min).toordinal(), f.source_id, f.identifiant),
    )


def resolve(fiches: Sequence[Fiche]) -> Resolu:
    """Resolve the fiches of one place, field by field; see the module's rule.

    Raises ValueError without any fiche: a place that nobody speaks of does not exist.
    """
    if not fiches:
        raise ValueError("a place has at least one fiche")
    parlantes = [fiche for fiche in fiches if not fiche.est_retiree]
    ordre = order_fiches(parlantes or fiches)
    valeurs: dict[str, Any] = {}
    provenance: dict[str, Provenance] = {}
    for champ in (*CHAMPS_SIMPLES, *CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES):
        for fiche in ordre:
            valeur = fiche.valeurs.get(champ)
            if valeur is not None and valeur != []:
                valeurs[champ] = valeur
                provenance[champ] = Provenance((fiche.id,), fiche.source_id, fiche.date_maj)
                break
    for champ, vocabulaire in CHAMPS_CUMULES.items():
        disants = [fiche for fiche in ordre if fiche.valeurs.get(champ)]
        if disants:
            codes = {code for fiche in disants for code in fiche.valeurs[champ]}
            valeurs[champ] = [membre.value for membre in vocabulaire if membre.value in codes]
            provenance[champ] = Provenance(
                tuple(fiche.id for fiche in disants), disants[0].source_id, disants[0].date_maj
            )
    if not parlantes:
        valeurs["ferme"] = True
        provenance["ferme"] = Provenance(tuple(fiche.id for fiche in ordre), ordre[0].source_id, ordre[0].date_maj)
    return Resolu(valeurs, provenance)


def derive(valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from published values and is stored beside them: needs, help or third place, status."""
    genres, services = valeurs.get("genres", []), valeurs.get("services", [])
    return {
        "besoins": [besoin.value for besoin in enums.find_besoins(genres, services)],
        "est_aide": enums.is_aide(genres, services),
        "est_tiers_lieu": enums.is_tiers_lieu(genres),
    }


def diff_valeurs(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, before, after) for each field whose published value differs, in the order of CHAMPS."""
    return [(champ, avant.get(champ), apres.get(champ)) for champ in CHAMPS if avant.get(champ) != apres.get(champ)]
