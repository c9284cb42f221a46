"""A place as it stands in a list, read from a row of `queries.COLONNES_CARTE`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from tierslieux.core.db import Rangee
from tierslieux.core.enums import Libelle
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.enums import Besoin, Frais, Genre, Precision, Service
from tierslieux.lieux.fraicheur import Fraicheur, find_fraicheur
from tierslieux.lieux.horaires import Ouverture, describe_ouverture
from tierslieux.lieux.horaires.phrases import write_plages
from tierslieux.lieux.horaires.plages import Plage
from tierslieux.lieux.moments import format_jour
from tierslieux.trajets.moteur import Trajet

L = TypeVar("L", bound=Libelle)


@dataclass(frozen=True, slots=True)
class JourChoisi:
    """When a place is open on one day; local to the place."""

    jour: dt.date
    plages: tuple[Plage, ...]

    @property
    def texte(self) -> str:
        """The day and its hours in the language of the page: "Samedi 28 novembre : 9 h – 12 h"."""
        texte = _("%(jour)s : %(plages)s", jour=format_jour(self.jour), plages=write_plages(self.plages))
        return texte[:1].upper() + texte[1:]


@dataclass(frozen=True, slots=True)
class LieuResume:
    """A place in a list. `source` and `date` are those of its name: who says that it exists, and when it was checked.

    `trajets` are the ways to come from where the search starts, when it is asked for; `jour_choisi` is the hours of the
    day that was asked for, other than now.
    """

    id: int
    public_id: str
    nom: str
    genres: tuple[Genre, ...]
    services: tuple[Service, ...]
    besoins: tuple[Besoin, ...]
    frais: tuple[Frais, ...]
    est_aide: bool
    est_tiers_lieu: bool
    horaires: str | None
    ouverture: Ouverture | None
    telephone: str | None
    adresse: str | None
    code_postal: str | None
    commune_code: str | None
    commune_nom: str | None
    lon: float | None
    lat: float | None
    precision: Precision | None
    distance_m: float | None
    itinerant: bool | None
    accessible: bool | None
    source: str
    date: dt.date | None
    est_invente: bool
    fraicheur: Fraicheur = Fraicheur.INCONNUE
    trajets: tuple[Trajet, ...] = ()
    jour_choisi: JourChoisi | None = None

    @property
    def est_candidat(self) -> bool:
        """Whether the place declares no help and is no third place: a building, not an offer."""
        return not (self.est_aide or self.est_tiers_lieu)


def build_resume(rangee: Rangee, *, now: dt.datetime) -> LieuResume:
    """A row of `queries.COLONNES_CARTE` (and perhaps `distance_m`) as it is shown in a list."""
    return LieuResume(
        id=rangee.id,
        public_id=rangee.public_id,
        nom=rangee.nom,
        genres=_read_codes(Genre, tuple(rangee.genres)),
        services=_read_codes(Service, tuple(rangee.services)),
        besoins=_read_codes(Besoin, tuple(rangee.besoins)),
        frais=_read_codes(Frais, tuple(rangee.frais)),
        est_aide=rangee.est_aide,
        est_tiers_lieu=rangee.est_tiers_lieu,
        horaires=rangee.horaires,
        ouverture=describe_ouverture(rangee.horaires, now, rangee.commune_code),
        telephone=rangee.telephone,
        adresse=rangee.adresse,
        code_postal=rangee.code_postal,
        commune_code=rangee.commune_code,
        commune_nom=rangee.commune_nom,
        lon=rangee.lon,
        lat=rangee.lat,
        precision=Precision(rangee.precision) if rangee.precision else None,
        distance_m=getattr(rangee, "distance_m", None),
        itinerant=rangee.itinerant,
        accessible=rangee.accessible,
        source=rangee.source_libelle,
        date=rangee.date_nom,
        est_invente=rangee.source_est_inventee,
        fraicheur=find_fraicheur(rangee.date_nom, now.date()),
    )


# Places share a few hundred combinations of kinds and services.
@lru_cache(maxsize=4096)
def _read_codes(vocabulaire: type[L], codes: tuple[str, ...]) -> tuple[L, ...]:
    return tuple(vocabulaire(code) for code in codes)
