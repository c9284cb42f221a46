"""Rows of one file that say the same place twice. Pure.

Two rows meet when they have one name in one commune and the same address or less than DISTANCE_MAX_M between exact
positions, or when their score (ressemblance.py) says the same place at one door. A publisher who lists two rows mostly
means two places: contacts that a whole body shares are not enough here. A doubtful pair stays two places, which a
person can merge; a wrong merge hides a place from everybody.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierslieux.imports.contrat import Record, Reject, RejectCode
from tierslieux.imports.doublons.profil import Profil, build_profil
from tierslieux.imports.doublons.ressemblance import Bande, Comparaison, compute_profils_m, compute_score, describe
from tierslieux.lieux.enums import Precision
from tierslieux.territoires.noms import build_cle

# The size of a block of houses: in the real files, rows of one name and one commune are either within 50 m (the same
# door geocoded twice) or beyond 300 m (the branches of a body).
DISTANCE_MAX_M = 100.0
# Two geocodings of one door; the antennas of one body that give its address are further apart.
DISTANCE_FICHIER_M = 300.0
MEMES_PORTES = frozenset({"porte", "voie-sans-numero"})
MEMES_NOMS = frozenset({"identique", "intitule"})
# Width of a cell in degrees: 111 m of latitude, 60 to 110 m of longitude in France.
CASE_DEG = 0.001
# Rows compared with one at most: a file whose rows all stand at one door is read in linear time.
VOISINS_MAX = 50
RAYON_TERRE_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Tri:
    """The rows of a file sorted: distinct records, how many repeat one exactly, and those that contradict one."""

    records: list[Record]
    repetitions: int
    rejets: list[Reject]


def sort_repetitions(records: Iterable[Record]) -> Tri:
    """Take out the rows whose identifier has been met: merged when they say the same place, rejected otherwise."""
    premiers: dict[str, Record] = {}
    repetitions, rejets = 0, []
    for record in records:
        premier = premiers.setdefault(record.identifiant, record)
        if premier is record:
            continue
        if premier.valeurs == record.valeurs or is_meme_lieu(premier, record):
            repetitions += 1
        else:
            rejets.append(
                Reject(record.ligne, RejectCode.IDENTIFIANT_EN_DOUBLE, "identifiant", record.identifiant, record.brut)
            )
    return Tri(list(premiers.values()), repetitions, rejets)


def group_records(records: Sequence[Record]) -> list[list[Record]]:
    """Records that say one place together, in the file's order; most groups hold one record.

    A record joins the first group whose first record it matches, so that a chain of neighbours never drifts away.
    Only records of one commune with a name, a door, a contact or a block of houses in common are compared, VOISINS_MAX
    at most.
    """
    groupes: list[list[Record]] = []
    premiers: dict[int, tuple[Record, Profil]] = {}
    par_cle: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    par_commune = Counter(record.valeurs.get("commune_code") for record in records)
    for record in records:
        if par_commune[record.valeurs.get("commune_code")] == 1:
            groupes.append([record])
            continue
        profil = build_profil("", record.identifiant, record.valeurs)
        cles = _list_cles(profil)
        voisins = sorted({rang for cle in (*cles, *_list_cases_voisines(profil)) for rang in par_cle.get(cle, ())})
        for rang in voisins[:VOISINS_MAX]:
            premier, autre = premiers[rang]
            if is_meme_lieu(premier, record) or is_repetition(autre, profil):
                groupes[rang].append(record)
                break
        else:
            rang = len(groupes)
            for cle in (*cles, *_list_case(profil)):
                par_cle[cle].append(rang)
            premiers[rang] = record, profil
            groupes.append([record])
    return groupes


def _list_cles(profil: Profil) -> list[tuple[object, ...]]:
    """What a record shares with those that may be the same place: name, door, contacts, in its commune."""
    cles: list[tuple[object, ...]] = [("nom", profil.commune, profil.nom_cle)]
    if profil.voie:
        cles.append(("porte", profil.commune, profil.voie, profil.numeros))
    cles += [("contact", profil.commune, contact) for contact in profil.telephones | profil.courriels]
    return cles


def _list_case(profil: Profil) -> list[tuple[str, str | None, int, int]]:
    """The cell of the grid that holds the record, about a hundred metres wide."""
    if profil.lon is None or profil.lat is None:
        return []
    return [("case", profil.commune, round(profil.lon / CASE_DEG), round(profil.lat / CASE_DEG))]


def _list_cases_voisines(profil: Profil) -> list[tuple[object, ...]]:
    return [
        ("case", commune, colonne + d_colonne, ligne + d_ligne)
        for _, commune, colonne, ligne in _list_case(profil)
        for d_colonne in (-1, 0, 1)
        for d_ligne in (-1, 0, 1)
    ]


def is_repetition(un: Profil, autre: Profil) -> bool:
    """Whether two records of one source say the same place by their score.

    The score must say it, at one door, and two names must not come with two telephones.
    """
    traits = describe(un, autre)
    if traits.get("adresse") not in MEMES_PORTES or compute_score(traits).bande is not Bande.MEME:
        return False
    distance_m = compute_profils_m(un, autre)
    if distance_m is not None and distance_m > DISTANCE_FICHIER_M:
        return False
    if traits.get("nom") in MEMES_NOMS:
        return True
    return not (un.telephones and autre.telephones) or bool(un.telephones & autre.telephones)


def find_bande_fichier(un: Profil, autre: Profil, comparaison: Comparaison) -> Bande:
    """The band of two records of one source: more is asked of them, since their publisher lists both.

    Two antennas with one telephone, each in its village, are not even a question.
    """
    if is_repetition(un, autre):
        return Bande.MEME
    distance_m = compute_profils_m(un, autre)
    est_proche = un.commune == autre.commune and (distance_m is None or distance_m <= DISTANCE_FICHIER_M)
    return Bande.A_REVOIR if est_proche and comparaison.bande is not Bande.DIFFERENT else Bande.DIFFERENT


def is_meme_lieu(un: Record, autre: Record) -> bool:
    """Whether two records of one source say the same place: see the module's rule."""
    a, b = un.valeurs, autre.valeurs
    if a.get("commune_code") != b.get("commune_code") or build_cle(a["nom"]) != build_cle(b["nom"]):
        return False
    adresses = [build_cle(valeurs.get("adresse", "")) for valeurs in (a, b)]
    if adresses[0] and adresses[0] == adresses[1]:
        return True
    positions = [valeurs["position"] for valeurs in (a, b) if "position" in valeurs]
    if len(positions) < 2 or any(position["precision"] != Precision.ADRESSE for position in positions):
        return False
    return compute_distance_m(*positions) <= DISTANCE_MAX_M


def compute_distance_m(un: dict[str, float], autre: dict[str, float]) -> float:
    """Great-circle distance in metres between two {"lon", "lat"} in degrees."""
    lat1, lat2 = math.radians(un["lat"]), math.radians(autre["lat"])
    d_lat, d_lon = lat2 - lat1, math.radians(autre["lon"] - un["lon"])
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(d_lon / 2) ** 2
    return 2 * RAYON_TERRE_M * math.asin(min(1.0, math.sqrt(h)))
