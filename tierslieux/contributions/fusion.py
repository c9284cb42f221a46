"""Merging what somebody proposes with what has become of a place meanwhile, field by field. Pure.

A value is what lieux.resolution publishes of a field; None, or an empty list, says that there is none. Fields that add
up over the sources are sets: what was added and what was taken out are carried over, and never contradict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tierslieux.lieux.resolution import CHAMPS, CHAMPS_CUMULES, CHAMPS_OBJETS


@dataclass(frozen=True, slots=True)
class Conflit:
    """A field that changed on both sides: as it was seen, as it is proposed, as it has become."""

    champ: str
    avant: Any
    apres: Any
    actuel: Any


@dataclass(frozen=True, slots=True)
class Fusion:
    """`valeurs`: what each proposed field becomes if it is accepted; `sans_effet`: fields that say so already.

    A field that is in `conflits` is in `valeurs` too, with the proposed value: choosing it is somebody's decision.
    """

    valeurs: dict[str, Any]
    sans_effet: tuple[str, ...]
    conflits: tuple[Conflit, ...]


def list_modifies(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> list[str]:
    """The fields of `apres` that differ from `avant`, in the order of CHAMPS. Orders of sets do not count."""
    return [champ for champ in CHAMPS if champ in apres and not _is_egal(champ, avant.get(champ), apres[champ])]


def merge(avant: Mapping[str, Any], apres: Mapping[str, Any], actuel: Mapping[str, Any]) -> Fusion:
    """What becomes of proposed fields on a place that holds `actuel`; they were seen as `avant`."""
    valeurs: dict[str, Any] = {}
    sans_effet: list[str] = []
    conflits: list[Conflit] = []
    for champ in list_modifies(avant, apres):
        vu, voulu, present = avant.get(champ), apres[champ], actuel.get(champ)
        if is_ensemble(champ):
            voulu = _carry_over(vu or [], voulu or [], present or [])
        if _is_egal(champ, voulu, present):
            sans_effet.append(champ)
            continue
        valeurs[champ] = voulu
        if not _is_egal(champ, vu, present) and not _is_compatible(champ, vu, voulu, present):
            conflits.append(Conflit(champ, vu, voulu, present))
    return Fusion(valeurs, tuple(sans_effet), tuple(conflits))


def build_fiche(
    actuel: Mapping[str, Any], voulues: Mapping[str, Any], champs: Collection[str]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """(values, denials) of the record that makes a place holding `actuel` hold `voulues` for these fields.

    See resolution.Fiche: of a set, only what is added or changed is said, and what is taken out denied.
    """
    valeurs: dict[str, Any] = {}
    retraits: dict[str, list[str]] = {}
    for champ in CHAMPS:
        if champ not in champs or champ not in voulues:
            continue
        voulu = voulues[champ]
        if is_ensemble(champ):
            presents = {get_cle(element): element for element in actuel.get(champ) or []}
            vouls = {get_cle(element): element for element in voulu or []}
            ajouts = [element for cle, element in vouls.items() if presents.get(cle) != element]
            enleves = [cle for cle in presents if cle not in vouls]
            if ajouts:
                valeurs[champ] = ajouts
            if enleves:
                retraits[champ] = enleves
        elif is_vide(voulu):
            retraits[champ] = []
        else:
            valeurs[champ] = voulu
    return valeurs, retraits


def is_ensemble(champ: str) -> bool:
    """Whether the field adds up over the sources."""
    return champ in CHAMPS_CUMULES or champ in CHAMPS_OBJETS


def is_vide(valeur: Any) -> bool:  # noqa: ANN401  (whatever a field holds)
    """Whether it is no value at all."""
    return valeur is None or valeur == []


def get_cle(element: Any) -> str:  # noqa: ANN401  (a code, or an object with its id)
    """What an element of a set is known by."""
    cle: str = element["id"] if isinstance(element, Mapping) else element
    return cle


def _is_egal(champ: str, a: Any, b: Any) -> bool:  # noqa: ANN401
    if is_vide(a) or is_vide(b):
        return is_vide(a) and is_vide(b)
    if is_ensemble(champ):
        return {get_cle(e): e for e in a} == {get_cle(e): e for e in b}
    return bool(a == b)


def _carry_over(vu: list[Any], voulu: list[Any], present: list[Any]) -> list[Any]:
    """The present set with what the proposal added, changed and took out."""
    vus, voulus = ({get_cle(e): e for e in liste} for liste in (vu, voulu))
    suite = {get_cle(e): e for e in present}
    for cle in vus.keys() - voulus.keys():
        suite.pop(cle, None)
    suite |= {cle: element for cle, element in voulus.items() if vus.get(cle) != element}
    return list(suite.values())


def _is_compatible(champ: str, vu: Any, voulu: Any, present: Any) -> bool:  # noqa: ANN401
    """Whether a set that changed on both sides holds what both wanted: no object was changed by both in two ways."""
    if not is_ensemble(champ):
        return False
    vus, voulus, presents = ({get_cle(e): e for e in liste or []} for liste in (vu, voulu, present))
    return all(
        voulus.get(cle) == vus.get(cle) or presents.get(cle) in (vus.get(cle), voulus.get(cle)) for cle in vus | voulus
    )
