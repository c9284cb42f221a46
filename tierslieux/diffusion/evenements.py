"""What happens at places as the API says it: parameters, answer, GeoJSON (RFC 7946, lon/lat, 6 decimals)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, WithJsonSchema

from tierslieux.contributions.evenements.params import JOURS, Ou, read_date
from tierslieux.contributions.evenements.services import EvenementDuLieu
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.types import Bbox, Position, parse_code_insee
from tierslieux.diffusion.presenters import DECIMALES
from tierslieux.diffusion.reponses import Point, Reponse
from tierslieux.diffusion.schemas import Parametres, Texte
from tierslieux.lieux.evenements import GenreEvenement, Occurrence, write_quand
from tierslieux.lieux.evenements.recurrences import HORIZON_JOURS
from tierslieux.territoires.enums import Niveau

RAYON_M = 50_000.0
# Of an event that comes back, the nearest times; its rule says the others.
OCCURRENCES_MAX = 10
EVENEMENTS_MAX = 300

CodeGenreEvenement = Annotated[
    str | None, WithJsonSchema({"type": "string", "enum": [genre.value for genre in GenreEvenement]})
]


class ParametresEvenements(Parametres):
    """Where, when, what."""

    bbox: Texte = Field(
        default=None, description="Boîte ouest,sud,est,nord en degrés (WGS 84).", examples=["-4.6,48.3,-4.3,48.5"]
    )
    proche: Texte = Field(
        default=None,
        description="Position longitude,latitude en degrés : les rendez-vous à moins de 50 km.",
        examples=["-4.486,48.390"],
    )
    commune: Texte = Field(
        default=None, description="Code INSEE d’une commune ou d’un arrondissement municipal.", examples=["29019"]
    )
    du: Texte = Field(
        default=None, description="Premier jour (AAAA-MM-JJ), aujourd’hui sans lui.", examples=["2026-12-01"]
    )
    au: Texte = Field(
        default=None,
        description=f"Dernier jour (AAAA-MM-JJ), {JOURS} jours après le premier sans lui.",
        examples=["2026-12-31"],
    )
    genre: CodeGenreEvenement = Field(default=None, description="Sorte de rendez-vous.", examples=["atelier"])

    def read_ou(self) -> Ou:
        """Where to look; raises InvalidInputError unless exactly one of bbox, proche and commune says it."""
        donnes = [nom for nom in ("bbox", "proche", "commune") if getattr(self, nom)]
        if len(donnes) != 1:
            raise InvalidInputError("bbox", ", ".join(donnes), "un seul paramètre parmi bbox, proche et commune")
        if self.bbox:
            return Ou(bbox=Bbox.parse(self.bbox))
        if self.proche:
            return Ou(position=Position.parse(self.proche), rayon_m=RAYON_M)
        code = parse_code_insee(self.commune or "")
        if code is None:
            raise InvalidInputError("commune", self.commune, "un code INSEE, par exemple 29019")
        return Ou(niveau=Niveau.COMMUNE, code=code)

    def read_jours(self, today: dt.date) -> tuple[dt.date | None, dt.date]:
        """The first day (None: now) and the last one; raises InvalidInputError."""
        du, au = _read_jour("du", self.du), _read_jour("au", self.au)
        premier = max(du or today, today - dt.timedelta(days=1))
        dernier = au or premier + dt.timedelta(days=JOURS)
        if dernier < premier or dernier - premier >= dt.timedelta(days=HORIZON_JOURS):
            raise InvalidInputError("au", self.au, f"un jour de moins de {HORIZON_JOURS} jours après le premier")
        return (premier if du else None), dernier

    def read_genre(self) -> GenreEvenement | None:
        """The kind; raises InvalidInputError."""
        if not self.genre:
            return None
        if self.genre not in set(GenreEvenement):
            raise InvalidInputError(
                "genre", self.genre, "l’une de : " + ", ".join(genre.value for genre in GenreEvenement)
            )
        return GenreEvenement(self.genre)


def _read_jour(champ: str, texte: str | None) -> dt.date | None:
    if not texte:
        return None
    jour = read_date(texte)
    if jour is None:
        raise InvalidInputError(champ, texte, "un jour comme 2026-12-01")
    return jour


# --- Answer -----------------------------------------------------------------------------------------------------------


class LieuEvenement(Reponse):
    """The place of an event."""

    id: str = Field(description="Identifiant public et stable du lieu.")
    nom: str
    adresse: str
    commune: str | None
    commune_code: str | None = Field(description="Code INSEE.")
    lien: str = Field(description="Page du lieu.")


class Temps(Reponse):
    """One time that an event happens."""

    debut: dt.datetime = Field(description="À l’heure du lieu, avec son décalage.")
    fin: dt.datetime


class ProprietesEvenement(Reponse):
    """What is said of an event."""

    titre: str
    genre: GenreEvenement
    genre_libelle: str
    quand: str = Field(description="Quand il a lieu, en une phrase.")
    occurrences: list[Temps] = Field(description=f"Les {OCCURRENCES_MAX} premières fois de la période demandée.")
    recurrence: str | None = Field(
        description="Règle RRULE (RFC 5545), à l’heure du lieu ; null s’il n’a lieu qu’une fois."
    )
    sauf: list[dt.date] = Field(description="Jours où il n’a pas lieu.")
    texte: str | None
    inscription: str | None = Field(description="Adresse web ou numéro de téléphone (E.164).")
    gratuit: bool | None = Field(description="null quand personne ne l’a dit.")
    public: str | None = Field(description="Pour qui, en quelques mots ; null pour tout le monde.")
    origine: Literal["annonce", "horaires"] = Field(
        description="« annonce » : proposé par des habitants ou le lieu ; « horaires » : passage d’un lieu itinérant."
    )
    approximatif: bool = Field(description="Position du centre de la commune, faute de mieux.")
    lieu: LieuEvenement
    source: str | None
    licence: str | None


class FeatureEvenement(Reponse):
    """An event as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str = Field(description="Identifiant stable : celui du lieu, puis celui du rendez-vous.")
    geometry: Point | None
    properties: ProprietesEvenement


class PageEvenements(Reponse):
    """Events, the nearest in time first."""

    type: Literal["FeatureCollection"]
    features: list[FeatureEvenement]
    nombre: int
    coupe: bool = Field(description="Il y en a d’autres : demander une boîte plus petite ou moins de jours.")


def build_evenements(
    sujets: Sequence[EvenementDuLieu],
    *,
    du: dt.date | None,
    au: dt.date,
    now: dt.datetime,
    racine: str,
    est_coupe: bool,
) -> dict[str, Any]:
    """The answer; `racine` is the address of the site, with its final slash."""
    avec_temps = [(sujet, sujet.list_occurrences(du, au, now)) for sujet in sujets]
    ordonnes = sorted(
        ((sujet, temps) for sujet, temps in avec_temps if temps),
        key=lambda un: (un[1][0].debut.replace(tzinfo=un[0].lieu.fuseau), un[0].lieu.public_id, un[0].evenement.id),
    )
    features = [_build_feature(sujet, temps, racine) for sujet, temps in ordonnes[:EVENEMENTS_MAX]]
    return {
        "type": "FeatureCollection",
        "features": features,
        "nombre": len(features),
        "coupe": est_coupe or len(ordonnes) > EVENEMENTS_MAX,
    }


def _build_feature(sujet: EvenementDuLieu, temps: Sequence[Occurrence], racine: str) -> dict[str, Any]:
    lieu, evenement = sujet.lieu, sujet.evenement
    point = None
    if lieu.lon is not None and lieu.lat is not None:
        point = {"type": "Point", "coordinates": [round(lieu.lon, DECIMALES), round(lieu.lat, DECIMALES)]}
    return {
        "type": "Feature",
        "id": f"{lieu.public_id}-{evenement.id}",
        "geometry": point,
        "properties": {
            "titre": evenement.titre,
            "genre": evenement.genre.value,
            "genre_libelle": evenement.genre.libelle,
            "quand": write_quand(evenement),
            "occurrences": [_build_temps(un, lieu.fuseau) for un in temps[:OCCURRENCES_MAX]],
            "recurrence": evenement.recurrence.encode() if evenement.recurrence else None,
            "sauf": [jour.isoformat() for jour in evenement.sauf],
            "texte": evenement.texte,
            "inscription": evenement.inscription,
            "gratuit": evenement.gratuit,
            "public": evenement.public,
            "origine": "horaires" if sujet.vient_des_horaires else "annonce",
            "approximatif": lieu.est_approximatif,
            "lieu": {
                "id": lieu.public_id,
                "nom": lieu.nom,
                "adresse": lieu.adresse,
                "commune": lieu.commune_nom,
                "commune_code": lieu.commune_code,
                "lien": f"{racine}lieux/{lieu.public_id}",
            },
            "source": lieu.source,
            "licence": lieu.licence,
        },
    }


def _build_temps(occurrence: Occurrence, fuseau: ZoneInfo) -> dict[str, str]:
    return {
        "debut": occurrence.debut.replace(tzinfo=fuseau).isoformat(),
        "fin": occurrence.fin.replace(tzinfo=fuseau).isoformat(),
    }


EXEMPLE: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "k3f9d2ma5t-p7x2mq4z",
            "geometry": {"type": "Point", "coordinates": [-4.486, 48.39]},
            "properties": {
                "titre": "Premiers clics",
                "genre": "atelier",
                "genre_libelle": "Atelier",
                "quand": "Tous les mardis de 14 h à 16 h, jusqu’au 30 juin 2027, sauf le 22 décembre",
                "occurrences": [{"debut": "2026-12-01T14:00:00+01:00", "fin": "2026-12-01T16:00:00+01:00"}],
                "recurrence": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630",
                "sauf": ["2026-12-22"],
                "texte": "Apportez votre téléphone.",
                "inscription": "+33298001122",
                "gratuit": True,
                "public": "débutants",
                "origine": "annonce",
                "approximatif": False,
                "lieu": {
                    "id": "k3f9d2ma5t",
                    "nom": "Maison de quartier",
                    "adresse": "1 rue du Port, 29200 Brest",
                    "commune": "Brest",
                    "commune_code": "29019",
                    "lien": "https://tierslieux.example/lieux/k3f9d2ma5t",
                },
                "source": "Contributions vérifiées",
                "licence": "Licence Ouverte 2.0",
            },
        }
    ],
    "nombre": 1,
    "coupe": False,
}
