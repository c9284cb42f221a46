"""France Services: the programme's places, edition of 2024 (columns of the ANCT's file)."""

from __future__ import annotations

import re
from typing import Any

from tierslieux.imports import lecture
from tierslieux.imports.contrat import Avertissement, Lecture, Record, Reject
from tierslieux.imports.lecture import Ligne
from tierslieux.imports.semaine import Creneau, format_semaine, merge_creneaux, parse_heure
from tierslieux.imports.sources import colonnes
from tierslieux.lieux.enums import Frais, Genre, ModaliteAcces, Programme, Service

JOURS = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi")
COLONNES = (
    "id_fs",
    "lib_fs",
    "adresse",
    "complement_adresse",
    "insee_com",
    "code_postal",
    "lib_com",
    "latitude",
    "longitude",
    "mail",
    "telephone",
    *JOURS,
    "prise_rdv",
    "commentaire",
    "format_fs",
)
# The programme's charter: every place helps with procedures and has a computer and Internet for its visitors.
SERVICES = [Service.DEMARCHES.value, Service.ACCES.value]
# "Multisites" is a team that sits in several town halls in turn: neither fixed nor a vehicle, hence in neither.
ITINERANTS = frozenset({"Bus_équivalent", "Itinérante"})
FIXES = frozenset({"Fixe", "Fixe_antenne(s)"})

_CRENEAU = re.compile(r"\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*")
_LA_POSTE = re.compile(r"\bla poste\b|\bbureau de poste\b", re.IGNORECASE)


def parse(contenu: bytes) -> Lecture:
    """Read the file; raises SourceError when it is not in this form."""
    return colonnes.build_lecture(lecture.read_csv(contenu, colonnes=COLONNES, separateurs=(",", ";")), parse_ligne)


def parse_ligne(ligne: Ligne) -> Record | Reject:
    """One place."""
    cellules = ligne.cellules
    if not cellules["id_fs"]:
        return colonnes.reject_sans_identifiant(ligne, "id_fs")
    avertissements: list[Avertissement] = []
    format_fs = cellules["format_fs"]
    itinerant = True if format_fs in ITINERANTS else False if format_fs in FIXES else None
    valeurs: dict[str, Any] = {
        "nom": cellules["lib_fs"],
        "genres": _list_genres(cellules, itinerant=itinerant is True),
        "services": SERVICES,
        "programmes": [Programme.FRANCE_SERVICES.value],
        "frais": [Frais.GRATUIT.value],
        "adresse": cellules["adresse"],
        "complement_adresse": cellules["complement_adresse"],
        "code_postal": cellules["code_postal"],
        "commune_code": cellules["insee_com"],
        "commune_nom": cellules["lib_com"],
        "position": colonnes.parse_position(cellules["longitude"], cellules["latitude"]),
        "courriel": cellules["mail"],
        "telephone": cellules["telephone"],
        "horaires": parse_horaires([cellules[jour] for jour in JOURS], avertissements),
        "modalites_acces": _list_modalites(cellules),
        "itinerant": itinerant,
        "presentation": cellules["commentaire"],
    }
    return colonnes.build_record(ligne, cellules["id_fs"], valeurs, avertissements=tuple(avertissements))


def _list_genres(cellules: colonnes.Cellules, *, itinerant: bool) -> list[str]:
    genres = [Genre.FRANCE_SERVICES]
    if _LA_POSTE.search(" ".join(filter(None, (cellules["lib_fs"], cellules["complement_adresse"])))):
        genres.append(Genre.LA_POSTE)
    if itinerant:
        genres.append(Genre.BUS_NUMERIQUE)
    return [genre.value for genre in genres]


def _list_modalites(cellules: colonnes.Cellules) -> list[str]:
    if cellules["prise_rdv"] == "Non":
        return [ModaliteAcces.SE_PRESENTER.value]
    if cellules["prise_rdv"] == "Oui" and cellules["telephone"]:
        return [ModaliteAcces.TELEPHONER.value]
    return []


def parse_horaires(jours: list[str | None], avertissements: list[Avertissement]) -> str | None:
    """The week (Monday first) in OpenStreetMap syntax, from cells such as "09:00 - 12:00 / 13:30 - 17:00".

    "00:00 - 00:00" says nothing and is dropped; slots of one day that overlap are joined. One cell that cannot be read
    leaves the whole week out, since the day would look closed. What was met is added to `avertissements`.
    """
    semaine: list[list[Creneau]] = []
    for cellule in jours:
        creneaux = _parse_jour(cellule)
        if creneaux is None:
            avertissements.append(Avertissement.HORAIRES_ILLISIBLES)
            return None
        utiles = [creneau for creneau in creneaux if creneau != (0, 0)]
        avertissements += [Avertissement.CRENEAU_NUL] * (len(creneaux) - len(utiles))
        reunis = merge_creneaux(utiles)
        if len(reunis) < len(utiles):
            avertissements.append(Avertissement.CRENEAUX_REUNIS)
        semaine.append(reunis)
    return format_semaine(semaine)


def _parse_jour(cellule: str | None) -> list[Creneau] | None:
    if not cellule:
        return []
    creneaux: list[Creneau] = []
    for texte in cellule.split("/"):
        trouve = _CRENEAU.fullmatch(texte)
        if trouve is None:
            return None
        debut, fin = parse_heure(trouve[1]), parse_heure(trouve[2])
        if debut is None or fin is None or (debut >= fin and (debut, fin) != (0, 0)):
            return None
        creneaux.append((debut, fin))
    return creneaux
