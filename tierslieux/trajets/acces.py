"""Who may go where: OpenStreetMap's tags of a way or a barrier in, rights and speeds by mode out. Pure.

What is known: classes, access tags from the particular to the general, one-way streets and their exception for
bicycles, roundabouts, legal speeds, barriers, ferries. What is not read: conditions (hours, weights), turn bans,
lanes. Streets for residents or customers alone ("destination", "customers") are open: those who go there have a
reason to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.trajets.moteur import Mode
from tierslieux.trajets.vitesses import POUSSE_KMH, VITESSE_EXCEPTION_KMH, VITESSES, Vitesses, parse_maxspeed

# The tags of a way that `read_droits` looks at; a reader may drop all others.
CLES_VOIE = frozenset(
    {
        *("highway", "junction", "oneway", "oneway:bicycle", "oneway:foot", "cycleway", "cycleway:left"),
        *("cycleway:right", "cycleway:both", "access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot"),
        *("maxspeed", "motorroad", "tunnel", "route"),
    }
)

# From the particular to the general: the first tag that is there decides.
_ACCES: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {
        Mode.A_PIED: ("foot", "access"),
        Mode.VELO: ("bicycle", "vehicle", "access"),
        Mode.VOITURE: ("motorcar", "motor_vehicle", "vehicle", "access"),
    }
)
_REFUS = frozenset(
    {"no", "private", "agricultural", "forestry", "emergency", "military", "psv", "bus", "use_sidepath", "restricted"}
)
_ACCORDS = frozenset({"yes", "designated", "permissive", "official", "public", "destination", "customers"})

_OUI = frozenset({"yes", "true", "1"})
_REBOURS = frozenset({"-1", "reverse"})
_ANNEAUX = frozenset({"roundabout", "circular"})

# Modes that a barrier stops when no access tag on it says otherwise. Gates and the like are taken for open.
_BARRIERES: Mapping[str, frozenset[Mode]] = MappingProxyType(
    {
        "bollard": frozenset({Mode.VOITURE}),
        "block": frozenset({Mode.VOITURE}),
        "bus_trap": frozenset({Mode.VOITURE}),
        "cycle_barrier": frozenset({Mode.VOITURE}),
        "debris": frozenset({Mode.VOITURE}),
        "log": frozenset({Mode.VOITURE}),
        "jersey_barrier": frozenset({Mode.VOITURE}),
        "motorcycle_barrier": frozenset({Mode.VOITURE}),
        "planter": frozenset({Mode.VOITURE}),
        "kissing_gate": frozenset({Mode.VOITURE, Mode.VELO}),
        "turnstile": frozenset({Mode.VOITURE, Mode.VELO}),
        "full-height_turnstile": frozenset({Mode.VOITURE, Mode.VELO}),
        "stile": frozenset({Mode.VOITURE, Mode.VELO}),
        "horse_stile": frozenset({Mode.VOITURE, Mode.VELO}),
    }
)


@dataclass(frozen=True, slots=True)
class Droit:
    """What one mode may do on a way: speed in km/h along the way and against it, None where it may not go."""

    aller_kmh: float | None
    retour_kmh: float | None


@dataclass(frozen=True, slots=True)
class Droits:
    """Rights on a way. `est_fluide`: crossings do not hold up there; `a_portes`: a door may open onto it."""

    par_mode: tuple[Droit, ...]  # in the order of Mode
    est_fluide: bool
    a_portes: bool


def read_droits(tags: Mapping[str, str]) -> Droits | None:
    """Rights of each mode on a way with these tags; None for what nobody may take, or is no road (a ferry)."""
    vitesses = VITESSES.get(tags.get("highway", ""))
    if vitesses is None:
        return None
    droits = tuple(_read_droit(mode, vitesses, tags) for mode in Mode)
    if all(droit.aller_kmh is None and droit.retour_kmh is None for droit in droits):
        return None
    est_rapide = vitesses.est_rapide or tags.get("motorroad") == "yes"
    en_tunnel = tags.get("tunnel", "no") not in {"no", "building_passage"}
    return Droits(
        par_mode=droits,
        est_fluide=est_rapide or tags.get("junction") in _ANNEAUX,
        a_portes=not (est_rapide or en_tunnel),
    )


def read_barriere(tags: Mapping[str, str]) -> frozenset[Mode]:
    """Modes that a point with these tags stops."""
    barriere = tags.get("barrier")
    if barriere is None:
        return frozenset()
    arretes = set(_BARRIERES.get(barriere, frozenset()))
    for mode in Mode:
        dit = _read_acces(mode, tags)
        if dit in _REFUS:
            arretes.add(mode)
        elif dit in _ACCORDS:
            arretes.discard(mode)
    return frozenset(arretes)


def is_bac(tags: Mapping[str, str]) -> bool:
    """Whether a way is a ferry: it tells where islands are, nobody drives on it."""
    return tags.get("route") == "ferry"


def _read_acces(mode: Mode, tags: Mapping[str, str]) -> str | None:
    return next((tags[cle] for cle in _ACCES[mode] if cle in tags), None)


def _read_droit(mode: Mode, vitesses: Vitesses, tags: Mapping[str, str]) -> Droit:
    vitesse = _read_vitesse(mode, vitesses, tags)
    if vitesse is None:
        return Droit(None, None)
    aller, retour = _read_sens(mode, vitesse, tags)
    return Droit(vitesse if aller else None, vitesse if retour else None)


def _read_vitesse(mode: Mode, vitesses: Vitesses, tags: Mapping[str, str]) -> float | None:
    vitesse = vitesses.get(mode)
    route_a_moteurs = mode != Mode.VOITURE and tags.get("motorroad") == "yes"
    if route_a_moteurs or (vitesse is None and vitesses.est_fermee_sans_exception):
        return None
    propre = next((tags[cle] for cle in _ACCES[mode][:-1] if cle in tags), None)
    if mode == Mode.VELO and propre == "dismount":
        return POUSSE_KMH
    if _read_acces(mode, tags) in _REFUS:
        return None
    if propre in _ACCORDS and (vitesse is None or (mode == Mode.VELO and vitesse == POUSSE_KMH)):
        # Only a tag of the mode opens what its class closes: access=yes on steps lets no car climb them.
        vitesse = VITESSE_EXCEPTION_KMH[mode] if tags["highway"] != "steps" else vitesse
    if vitesse is None or mode == Mode.A_PIED:
        return vitesse
    limite = parse_maxspeed(tags.get("maxspeed"))
    return vitesse if limite is None else min(vitesse, limite)


def _read_sens(mode: Mode, vitesse_kmh: float, tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether the mode may go along the way, and against it."""
    if mode == Mode.A_PIED:
        return True, tags.get("oneway:foot") not in _OUI
    # Whoever pushes a bicycle walks.
    if mode == Mode.VELO and (vitesse_kmh == POUSSE_KMH or _is_double_sens_cyclable(tags)):
        return True, True
    sens = tags.get("oneway:bicycle") if mode == Mode.VELO and "oneway:bicycle" in tags else tags.get("oneway")
    if sens in _REBOURS:
        return False, True
    if sens is None and (tags.get("junction") in _ANNEAUX or tags["highway"] == "motorway"):
        return True, False
    # Lanes whose direction changes with the hour are taken for the direction that is drawn.
    return True, sens not in _OUI and sens != "reversible"


def _is_double_sens_cyclable(tags: Mapping[str, str]) -> bool:
    """Whether bicycles may go both ways in a one-way street."""
    pistes = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    return tags.get("oneway:bicycle") == "no" or any(tags.get(cle, "").startswith("opposite") for cle in pistes)
