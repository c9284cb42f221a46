"""What machines read of a place: schema.org in JSON-LD. Pure.

Only what is published is said, and nothing more is claimed: an unknown value is left out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tierslieux.core.geo import find_zone
from tierslieux.lieux.enums import Frais, Genre, Precision, Statut
from tierslieux.lieux.evenements import Evenement
from tierslieux.lieux.semaine_simple import Plages, read_semaine
from tierslieux.lieux.services import LieuDetail

CONTEXTE = "https://schema.org"
PAYS = "FR"
# Search engines show the nearest ones.
EVENEMENTS_MAX = 10
_LISTE = "https://schema.org/"
_JOURS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# The nearest type that schema.org has. A place of several kinds takes the first of them that is here.
_TYPES: Mapping[Genre, str] = {
    Genre.BIBLIOTHEQUE: "Library",
    Genre.LA_POSTE: "PostOffice",
    Genre.FRANCE_SERVICES: "GovernmentOffice",
    Genre.FRANCE_TRAVAIL: "GovernmentOffice",
    Genre.CAF: "GovernmentOffice",
    Genre.CCAS: "GovernmentOffice",
    Genre.MAISON_DEPARTEMENTALE: "GovernmentOffice",
    Genre.PREFECTURE: "GovernmentOffice",
    Genre.MAIRIE: "CityHall",
    Genre.MISSION_LOCALE: "EmploymentAgency",
    Genre.CAFE_ASSOCIATIF: "CafeOrCoffeeShop",
    Genre.MICRO_FOLIE: "Museum",
    Genre.COWORKING: "LocalBusiness",
    Genre.RESSOURCERIE: "LocalBusiness",
    Genre.CENTRE_SOCIAL: "CivicStructure",
    Genre.EPN: "CivicStructure",
    Genre.MJC: "CivicStructure",
    Genre.TIERS_LIEU_CULTUREL: "CivicStructure",
}
TYPE_PAR_DEFAUT = "Place"
# In a script element, these signs could end it or open a comment; JSON reads their escapes as the signs themselves.
_ECHAPPEMENTS = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def build_lieu(detail: LieuDetail, adresse: str) -> dict[str, Any]:
    """The place as a schema.org object; `adresse` is the whole address of its page."""
    lieu = detail.resume
    objet: dict[str, Any] = {
        "@type": _find_type(lieu.genres),
        "@id": adresse,
        "name": lieu.nom,
        "url": adresse,
        "address": _build_adresse(detail),
        "geo": _build_position(detail),
        "telephone": lieu.telephone,
        "email": detail.courriel,
        "description": detail.presentation,
        "isAccessibleForFree": _find_gratuite(lieu.frais),
    }
    if detail.statut is Statut.PUBLIE:
        objet["openingHoursSpecification"] = build_horaires(read_semaine(lieu.horaires)) or None
    return {nom: valeur for nom, valeur in objet.items() if valeur is not None}


def build_evenements(detail: LieuDetail, adresse: str, now: dt.datetime) -> list[dict[str, Any]]:
    """What is coming at the place (`now` aware), a schema.org object a time, the nearest ones; `adresse` as above."""
    if detail.statut is not Statut.PUBLIE:
        return []
    fuseau = find_zone(detail.resume.commune_code).fuseau
    temps = sorted(
        (
            (occurrence.debut, occurrence.fin, evenement)
            for evenement in detail.evenements
            for occurrence in evenement.list_prochaines(now, fuseau, EVENEMENTS_MAX)
        ),
        key=lambda un: (un[0], un[2].id),
    )
    return [
        _build_evenement(detail, evenement, adresse, debut.replace(tzinfo=fuseau), fin.replace(tzinfo=fuseau))
        for debut, fin, evenement in temps[:EVENEMENTS_MAX]
    ]


def _build_evenement(
    detail: LieuDetail, evenement: Evenement, adresse: str, debut: dt.datetime, fin: dt.datetime
) -> dict[str, Any]:
    objet = {
        "@type": "Event",
        "name": evenement.titre,
        "startDate": debut.isoformat(),
        "endDate": fin.isoformat(),
        "eventStatus": _LISTE + "EventScheduled",
        "eventAttendanceMode": _LISTE + "OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "@id": adresse,
            "name": detail.resume.nom,
            "address": _build_adresse(detail),
        },
        "description": evenement.texte,
        "isAccessibleForFree": evenement.gratuit,
        "url": f"{adresse}#evenement-{evenement.id}",
    }
    return {nom: valeur for nom, valeur in objet.items() if valeur is not None}


def _find_type(genres: Iterable[Genre]) -> str:
    return next((_TYPES[genre] for genre in genres if genre in _TYPES), TYPE_PAR_DEFAUT)


def _build_adresse(detail: LieuDetail) -> dict[str, str] | None:
    lieu = detail.resume
    champs = {
        "streetAddress": lieu.adresse,
        "postalCode": lieu.code_postal,
        "addressLocality": lieu.commune_nom,
    }
    connus = {nom: valeur for nom, valeur in champs.items() if valeur}
    return {"@type": "PostalAddress", **connus, "addressCountry": PAYS} if connus else None


def _build_position(detail: LieuDetail) -> dict[str, Any] | None:
    """The position (degrees, EPSG:4326), unless it is only the middle of the commune."""
    lieu = detail.resume
    if lieu.lon is None or lieu.lat is None or lieu.precision is Precision.COMMUNE:
        return None
    return {"@type": "GeoCoordinates", "latitude": round(lieu.lat, 6), "longitude": round(lieu.lon, 6)}


def _find_gratuite(frais: Sequence[Frais]) -> bool | None:
    """Free or not, when the place says one of both and no condition."""
    if tuple(frais) == (Frais.GRATUIT,):
        return True
    return False if tuple(frais) == (Frais.PAYANT,) else None


def build_horaires(semaine: Mapping[int, Plages] | None) -> list[dict[str, Any]]:
    """Opening hours of a plain week, days (0 is Monday) that share a range together, in the order of the week."""
    jours_par_plage: dict[tuple[str, str], list[int]] = {}
    for jour, plages in sorted((semaine or {}).items()):
        for plage in plages:
            jours_par_plage.setdefault(plage, []).append(jour)
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_LISTE + _JOURS[jour] for jour in jours],
            "opens": ouvre,
            "closes": ferme,
        }
        for (ouvre, ferme), jours in jours_par_plage.items()
    ]


def build_ariane(liens: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The ladder that leads to a page: (name, whole address) from the widest to the page itself."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": rang, "name": nom, "item": adresse}
            for rang, (nom, adresse) in enumerate(liens, start=1)
        ],
    }


def dump_json(objets: Sequence[Mapping[str, Any]]) -> Markup:
    """The objects as one JSON-LD text that a script element can hold, whatever the names in it."""
    document = {"@context": CONTEXTE, "@graph": list(objets)}
    texte = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(texte.translate(_ECHAPPEMENTS))  # noqa: S704 - no sign of markup is left
