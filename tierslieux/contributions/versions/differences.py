"""What changed in a field, and what a field says, in words that people read. Pure but for the language of the page."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.cartes.croquis import Croquis, Epingle, build_croquis
from tierslieux.contributions import champs as mots_champs
from tierslieux.contributions.champs import CHAMPS_PROPOSABLES
from tierslieux.contributions.fusion import get_cle, is_vide
from tierslieux.contributions.versions.mots import Segment, compare_mots
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.filtres import format_distance
from tierslieux.lieux.enums import Precision, Statut
from tierslieux.lieux.historique import STATUT
from tierslieux.lieux.resolution import (
    CHAMPS,
    CHAMPS_CUMULES,
    CHAMPS_LISTES,
    CHAMPS_LISTES_LIBRES,
    CHAMPS_OBJETS,
)
from tierslieux.lieux.retraits import is_marque, strip_retraits

# Texts of several sentences: what changed in them is shown word by word.
CHAMPS_LONGS = frozenset({"presentation", "presentation_detail"})
_LISTES = frozenset({*CHAMPS_LISTES, *CHAMPS_CUMULES, *CHAMPS_LISTES_LIBRES, *CHAMPS_OBJETS})
_RANGS = {champ: rang for rang, champ in enumerate(dict.fromkeys((STATUT, *CHAMPS_PROPOSABLES, *CHAMPS)))}
_STATUTS: Mapping[str, str] = {
    Statut.PUBLIE: N_("Le lieu est de nouveau montré."),
    Statut.MASQUE: N_("Le lieu n’est plus montré."),
    Statut.FERME: N_("Le lieu est montré comme fermé."),
}
_RAYON_TERRE_M = 6_371_007  # authalic, as in cartes.croquis


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one field. Exactly one way of telling it is filled in.

    `segments`: a long text, word by word; `ajouts`, `retraits`, `modifies`: a list; `phrase`: a sentence that says it
    all; otherwise `avant` and `apres`, None when there was, or is, nothing. `est_cachee`: its values are not shown,
    at the request of the person whom they concern.
    """

    champ: str
    libelle: str
    avant: str | None = None
    apres: str | None = None
    segments: tuple[Segment, ...] = ()
    ajouts: tuple[str, ...] = ()
    retraits: tuple[str, ...] = ()
    modifies: tuple[str, ...] = ()
    phrase: str | None = None
    est_cachee: bool = False


@dataclass(frozen=True, slots=True)
class Valeur:
    """What a place, or a record, says in one field: one text, or one for each element of a list."""

    champ: str
    libelle: str
    textes: tuple[str, ...]
    est_cachee: bool = False


def compare(champ: str, avant: Any, apres: Any, *, code: str | None, est_cachee: bool = False) -> Difference:  # noqa: ANN401
    """What changed from one value to another; `code`: the place's commune, for its time zone and its holidays."""
    libelle = mots_champs.get_libelle(champ) if champ != STATUT else _("Affichage")
    if est_cachee or is_marque(apres):
        return Difference(champ, libelle, est_cachee=True)
    avant, apres = strip_retraits(avant), strip_retraits(apres)
    phrase = _say_difference(champ, avant, apres)
    if phrase is not None:
        return Difference(champ, libelle, phrase=phrase)
    if champ in _LISTES:
        return _compare_listes(champ, libelle, avant or [], apres or [])
    if champ in CHAMPS_LONGS and avant and apres:
        return Difference(champ, libelle, segments=compare_mots(str(avant), str(apres)))
    textes = [None if is_vide(un) else mots_champs.format_valeur(champ, un, code) for un in (avant, apres)]
    return Difference(champ, libelle, avant=textes[0], apres=textes[1])


def _say_difference(champ: str, avant: Any, apres: Any) -> str | None:  # noqa: ANN401
    """The sentence that tells the change of a field which has no better words of its own."""
    if champ == STATUT:
        return _(_STATUTS[apres]) if apres in _STATUTS else None
    if champ == "ferme":
        return _("Le lieu est fermé définitivement.") if apres else _("Le lieu n’est plus dit fermé.")
    return _say_deplacement(avant, apres) if champ == "position" and avant and apres else None


def list_differences(
    avant: Mapping[str, Any], apres: Mapping[str, Any], *, caches: Collection[str] = ()
) -> list[Difference]:
    """What differs between two states of a place, field by field in the order that people read."""
    code = apres.get("commune_code") or avant.get("commune_code")
    return [
        compare(champ, avant.get(champ), apres.get(champ), code=code, est_cachee=champ in caches)
        for champ in order_champs(champ for champ in {*avant, *apres} if avant.get(champ) != apres.get(champ))
    ]


def list_valeurs(valeurs: Mapping[str, Any], *, code: str | None, caches: Collection[str] = ()) -> list[Valeur]:
    """What a state of a place, or a record, says, field by field in the order that people read."""
    return [
        Valeur(
            champ,
            mots_champs.get_libelle(champ),
            ()
            if _is_cachee(champ, valeurs[champ], caches)
            else _list_textes(champ, strip_retraits(valeurs[champ]), code),
            est_cachee=_is_cachee(champ, valeurs[champ], caches),
        )
        for champ in order_champs(valeurs)
        if not is_vide(valeurs[champ])
    ]


def order_champs(champs: Iterable[str]) -> list[str]:
    """These fields in the order in which the page of a place tells them; the status first, unknown ones last.

    The code of a commune is left out beside its name, which says it to people.
    """
    voulus = set(champs)
    if "commune_nom" in voulus:
        voulus.discard("commune_code")
    return sorted(voulus, key=lambda champ: (_RANGS.get(champ, len(_RANGS)), champ))


def draw_deplacement(avant: Mapping[str, Any] | None, apres: Mapping[str, Any] | None) -> Croquis | None:
    """The sketch of a place that moved: 1 where it was, 2 where it is.

    None without both, or when it moved too little for a sketch to show it.
    """
    if not avant or not apres:
        return None
    dessin = build_croquis(
        _("Déplacement du lieu"),
        _("Épingle 1 : l’ancienne position. Épingle 2 : la nouvelle."),
        epingles=[Epingle(1, _read_position(avant)), Epingle(2, _read_position(apres))],
    )
    return dessin if dessin is not None and len(dessin.marques) > 1 else None


def _is_cachee(champ: str, valeur: Any, caches: Collection[str]) -> bool:  # noqa: ANN401
    return champ in caches or is_vide(strip_retraits(valeur))


def _list_textes(champ: str, valeur: Any, code: str | None) -> tuple[str, ...]:  # noqa: ANN401
    if champ in _LISTES:
        return tuple(mots_champs.format_valeur(champ, [element]) for element in valeur)
    return (mots_champs.format_valeur(champ, valeur, code),)


def _compare_listes(champ: str, libelle: str, avant: Sequence[Any], apres: Sequence[Any]) -> Difference:
    anciens, nouveaux = ({get_cle(element): element for element in liste} for liste in (avant, apres))
    ajouts = _list_textes(champ, [e for cle, e in nouveaux.items() if cle not in anciens], None)
    retraits = _list_textes(champ, [e for cle, e in anciens.items() if cle not in nouveaux], None)
    modifies = _list_textes(champ, [e for cle, e in nouveaux.items() if cle in anciens and anciens[cle] != e], None)
    phrase = None if ajouts or retraits or modifies else _("L’ordre a changé.")
    return Difference(champ, libelle, ajouts=ajouts, retraits=retraits, modifies=modifies, phrase=phrase)


def _say_deplacement(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> str:
    distance_m = compute_distance_m(_read_position(avant), _read_position(apres))
    phrases = [_("Déplacé de %(distance)s.", distance=format_distance(distance_m))] if distance_m >= 1 else []
    if avant.get("precision") != apres.get("precision"):
        phrases.append(f"{_(Precision(apres['precision']).libelle)}.")
    return " ".join(phrases) or _("Déplacé de moins d’un mètre.")


def compute_distance_m(a: Position, b: Position) -> float:
    """Great-circle distance in metres."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * _RAYON_TERRE_M * math.asin(min(1.0, math.sqrt(h)))


def _read_position(position: Mapping[str, Any]) -> Position:
    return Position(position["lon"], position["lat"])
