"""The one rule of the whole product: the fiches of a place in, its published values with their provenance out.

Pure: no database, no web. Import, merge, correction and moderation all end here.

Rule. A field with one value is taken from the fiche of the most trusted source that fills it; between equally trusted
ones, from the most recent, then from the smallest (source, identifiant) so that the answer never depends on the order
of the fiches. Kinds, services, national programmes and events add up over the fiches: that a library is also a France
Services is not a contradiction. A fiche whose record has vanished from its source keeps speaking until a person or a
second absence withdraws it (imports decide, not this module). A withdrawn fiche is silent beside others; a place of
which only withdrawn fiches are left keeps its last values and is closed.

People's records are fiches of the most trusted sources. They hold only what they change, and may also say what is not:
`retraits` maps a field to the codes that it denies, or to an empty list when the field has no value at all. The last
one accepted comes first. Correcting a place is not vouching for it: beside withdrawn fiches, only a person's record
that says the whole place, or that it is not closed, keeps it open. A confirmation decides nothing; it dates the values
that are still what it saw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from tierslieux.core.enums import Libelle
from tierslieux.lieux import enums
from tierslieux.lieux.enums import NatureSource

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
# Fields with a list of objects that add up over the sources, each known by its "id".
CHAMPS_OBJETS = ("evenements",)
CHAMPS = (*CHAMPS_SIMPLES, *CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES, *CHAMPS_OBJETS)


@dataclass(frozen=True, slots=True)
class Fiche:
    """What the resolution needs of a `fiche_source` and its source. `acceptee_at`: when a person's was accepted."""

    id: int
    source_id: str
    identifiant: str
    confiance: int
    date_maj: dt.date | None
    valeurs: Mapping[str, Any]
    est_retiree: bool = False
    nature: NatureSource = NatureSource.FLUX
    acceptee_at: dt.datetime | None = None
    retraits: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def est_entiere(self) -> bool:
        """Whether it says a whole place, and not only what some of its values are."""
        if self.nature is NatureSource.CONTRIBUTION:
            return "nom" in self.valeurs and not {"position", "commune_code"}.isdisjoint(self.valeurs)
        return self.nature is NatureSource.FLUX

    @property
    def vouches(self) -> bool:
        """Whether it says that the place is there and open."""
        return self.est_entiere or "ferme" in self.retraits


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a published value comes from: the fiches that say it, the first one's source, and when it was checked.

    `confirme`: the last day on which somebody said that it was still so.
    """

    fiches: tuple[int, ...]
    source_id: str
    date: dt.date | None
    confirme: dt.date | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored in `lieu.provenance`."""
        lue = {
            "fiches": list(self.fiches),
            "source": self.source_id,
            "date": self.date.isoformat() if self.date else None,
        }
        return lue | ({"confirme": self.confirme.isoformat()} if self.confirme else {})


@dataclass(frozen=True, slots=True)
class Resolu:
    """The published values of a place by field (absent fields left out) and the provenance of each."""

    valeurs: dict[str, Any]
    provenance: dict[str, Provenance]


def order_fiches(fiches: Iterable[Fiche]) -> list[Fiche]:
    """Fiches by decreasing authority: trust, date, instant of acceptance, then (source, identifiant)."""
    return sorted(
        fiches,
        key=lambda f: (
            -f.confiance,
            -(f.date_maj or dt.date.min).toordinal(),
            -(f.acceptee_at.timestamp() if f.acceptee_at else 0.0),
            f.source_id,
            f.identifiant,
        ),
    )


def resolve(fiches: Sequence[Fiche]) -> Resolu:
    """Resolve the fiches of one place, field by field; see the module's rule.

    Raises ValueError without any fiche that says the place itself: a place that nobody speaks of does not exist.
    """
    entieres = [fiche for fiche in fiches if fiche.est_entiere]
    if not entieres:
        raise ValueError("a place has at least one fiche")
    disantes = [fiche for fiche in fiches if fiche.nature is not NatureSource.CONFIRMATION]
    ordre = order_fiches(fiche for fiche in disantes if not fiche.est_retiree)
    est_portee = any(fiche.vouches for fiche in ordre)
    if not any(fiche.est_entiere for fiche in ordre):
        # The place keeps what was last said of it; what a person took back, only when nobody ever said anything else.
        ordre += order_fiches([f for f in entieres if f.nature is NatureSource.FLUX] or entieres)
    valeurs: dict[str, Any] = {}
    provenance: dict[str, Provenance] = {}
    for champ in (*CHAMPS_SIMPLES, *CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES):
        for fiche in ordre:
            valeur = fiche.valeurs.get(champ)
            if valeur is not None and valeur != []:
                valeurs[champ] = valeur
                provenance[champ] = Provenance((fiche.id,), fiche.source_id, fiche.date_maj)
                break
            if champ in fiche.retraits:
                break
    for champ in (*CHAMPS_CUMULES, *CHAMPS_OBJETS):
        retenus, disants = _cumulate(ordre, champ)
        if disants:
            valeurs[champ] = retenus
            provenance[champ] = Provenance(
                tuple(fiche.id for fiche in disants), disants[0].source_id, disants[0].date_maj
            )
    if not est_portee:
        valeurs["ferme"] = True
        provenance["ferme"] = Provenance(tuple(fiche.id for fiche in ordre), ordre[0].source_id, ordre[0].date_maj)
    confirmations = [f for f in fiches if f.nature is NatureSource.CONFIRMATION and not f.est_retiree]
    return Resolu(valeurs, _date_confirmations(valeurs, provenance, confirmations))


def _cumulate(ordre: Sequence[Fiche], champ: str) -> tuple[list[Any], list[Fiche]]:
    """(what is kept of a field that adds up, the fiches that say some of it); of each element, the first word holds."""
    retenus: dict[str, Any] = {}
    tranches: set[str] = set()
    disants: list[Fiche] = []
    for fiche in ordre:
        dits = {_get_cle(element): element for element in fiche.valeurs.get(champ) or []}
        nouveaux = {cle: element for cle, element in dits.items() if cle not in tranches}
        if nouveaux or not retenus.keys().isdisjoint(dits):
            disants.append(fiche)
        retenus |= nouveaux
        tranches |= dits.keys() | set(fiche.retraits.get(champ, ()))
    if champ in CHAMPS_OBJETS:
        return [retenus[cle] for cle in sorted(retenus)], disants
    return [membre.value for membre in CHAMPS_CUMULES[champ] if membre.value in retenus], disants


def _get_cle(element: Any) -> str:  # noqa: ANN401  (a code, or an object with its id)
    cle: str = element["id"] if isinstance(element, Mapping) else element
    return cle


def _date_confirmations(
    valeurs: Mapping[str, Any], provenance: Mapping[str, Provenance], confirmations: Sequence[Fiche]
) -> dict[str, Provenance]:
    """The provenance with the last day on which each value, as it is now, was said to be still so."""
    datees = dict(provenance)
    for champ, valeur in valeurs.items():
        jours = [f.date_maj for f in confirmations if f.date_maj and f.valeurs.get(champ) == valeur]
        if jours and champ != "ferme":
            datees[champ] = replace(datees[champ], confirme=max(jours))
    return datees


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
