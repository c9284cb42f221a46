"""The rows of a table, read a batch at a time: memory does not grow with the number of territories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.core.tableurs import Cellule, Ligne
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.gens import Gens, estimate_au_dela
from tierslieux.observatoire.exports import queries
from tierslieux.observatoire.exports.colonnes import (
    MODES_ECART,
    SUFFIXES_ECART,
    Plan,
    Serie,
    list_champs_acces,
    list_seuils,
    list_suffixes_besoin,
    list_suffixes_serie,
)
from tierslieux.observatoire.exports.mots import IDENTITE
from tierslieux.observatoire.exports.params import Demande
from tierslieux.observatoire.precision import (
    DECIMALES_ACCESSIBILITE,
    DECIMALES_HEURES,
    DECIMALES_MINUTES,
    DECIMALES_PART,
    DECIMALES_PERSONNES,
    find_decimales,
    round_nombre,
)
from tierslieux.trajets.moteur import Mode

_DECIMALES = {
    "duree": DECIMALES_MINUTES,
    "duree_second": DECIMALES_MINUTES,
    "heures": DECIMALES_HEURES,
    "accessibilite": DECIMALES_ACCESSIBILITE,
    "gini": DECIMALES_PART,
    "part_dixieme": DECIMALES_PART,
}
_IDENTITE = slice(0, len(IDENTITE))

# [value, low, high] of a series; None where it is absent.
Triplet = Sequence[float | None]
_ABSENT: Triplet = (None, None, None)
# People beyond a threshold, rounded, in the order of SUFFIXES_ECART.
Nombre = float | None
AuDela = tuple[Nombre, Nombre, Nombre, Nombre]
_INCONNUS = (None,) * len(SEUILS_MIN)


class LigneTerritoire(NamedTuple):
    """A row in the order of `list_colonnes`, and the WKB of its outline when it was asked for."""

    cellules: Ligne
    contour: bytes | None


class Acces(NamedTuple):
    """What is computed of one territory for one kind and mode; `au_dela` by threshold."""

    champs: Mapping[str, float | None]
    au_dela: Sequence[AuDela]


# By kind and mode.
LesAcces = Mapping[tuple[str, str], Acces]


def stream_lignes(
    session: Session, demande: Demande, plan: Plan, *, contours: bool = False
) -> Iterator[list[LigneTerritoire]]:
    """The rows by code, in lists."""
    ecrivain = _Ecrivain(plan)
    stmt = queries.list_territoires_stmt(demande, contours=contours)
    resultat = session.execute(stmt.execution_options(yield_per=queries.LOT))
    for lot in resultat.partitions():
        codes = [rangee.code for rangee in lot]
        valeurs: Mapping[str, Mapping[str, Triplet]] = {}
        if ecrivain.series:
            stmt = queries.list_valeurs_stmt(plan.niveau, codes, ecrivain.series)
            valeurs = {rangee.code: rangee.valeurs for rangee in session.execute(stmt)}
        acces: dict[str, dict[tuple[str, str], Acces]] = {code: {} for code in codes}
        if plan.est_communal:
            populations = {rangee.code: rangee.population for rangee in lot}
            for r in session.execute(queries.list_acces_communes_stmt(codes)):
                acces[r.code] = ecrivain.build_acces(r.acces, populations[r.code], valeurs.get(r.code, {}))
        else:
            for r in session.execute(queries.list_acces_territoires_stmt(plan.niveau, codes)):
                acces[r.code][r.cible, r.mode] = _build_territorial(r)
        yield [
            LigneTerritoire(
                ecrivain.build(rangee, valeurs.get(rangee.code, {}), acces[rangee.code]),
                rangee.contour if contours else None,
            )
            for rangee in lot
        ]


def _build_territorial(r: Rangee) -> Acces:
    champs = {
        "duree": r.duree_min,
        "heures": r.heures_semaine,
        "accessibilite": r.accessibilite,
        "gini": r.gini,
        "part_dixieme": r.part_dixieme,
    }
    besoins = (r.besoin_au_dela or _INCONNUS, r.au_dela_bas or _INCONNUS, r.au_dela_haut or _INCONNUS)
    # The sum of communes whose population nobody gives is 0 people, which is not known to be true.
    habitants = r.population_au_dela if r.population else _INCONNUS
    au_dela = zip(*besoins, habitants, strict=True)
    return Acces(champs, [_round(*loin) for loin in au_dela])


def _share(gens: Gens | None, population: int | None, part: float) -> AuDela:
    """The people of a part (0 to 1) of a commune."""
    habitants = None if population is None else population * part
    if gens is None:
        return _round(None, None, None, habitants)
    loin = estimate_au_dela(gens, part)
    return _round(loin.valeur, loin.bas, loin.haut, habitants)


def _round(valeur: float | None, bas: float | None, haut: float | None, habitants: float | None) -> AuDela:
    return (
        round_nombre(valeur, DECIMALES_PERSONNES),
        round_nombre(bas, DECIMALES_PERSONNES),
        round_nombre(haut, DECIMALES_PERSONNES),
        round_nombre(habitants, DECIMALES_PERSONNES),
    )


class _Ecrivain:
    """Writes the cells of a row in the order of `list_colonnes`; what can be is worked out once for all rows."""

    def __init__(self, plan: Plan) -> None:
        lues = (plan.besoin, plan.besoin_tiers_lieux, plan.part, *plan.series)
        self.series = list(dict.fromkeys(serie.cle for serie in lues if serie is not None))
        # Keys of a JSON object are texts.
        rangs = {cle: str(rang) for rang, cle in enumerate(self.series)}

        def find_rang(serie: Serie | None) -> str | None:
            return None if serie is None else rangs[serie.cle]

        self._rang_par_cible = {cible.value: find_rang(plan.find_besoin(cible)) for cible in Cible}
        self._rang_part = find_rang(plan.part)
        self._besoins = [
            (find_rang(serie), None if serie is None else serie.millesime, len(list_suffixes_besoin(nom)) > 2)
            for nom, serie in (("besoin", plan.besoin), ("besoin_tiers_lieux", plan.besoin_tiers_lieux))
        ]
        self._ecarts = [
            (
                (cible.value, mode.value),
                len(SUFFIXES_ECART) if mode is Mode.VOITURE else 1,
                [SEUILS_MIN.index(seuil) for seuil in list_seuils(mode)],
            )
            for cible in Cible
            for mode in MODES_ECART
        ]
        self._acces = [
            (
                (cible.value, mode.value),
                [(champ, _DECIMALES[champ]) for champ in list_champs_acces(mode, est_communal=plan.est_communal)],
            )
            for cible in Cible
            for mode in Mode
        ]
        self._series = [
            (rangs[s.cle], len(list_suffixes_serie(s.indicateur)), s.indicateur.classes, find_decimales(s.indicateur))
            for s in plan.series
        ]

    def build_acces(
        self, lus: Sequence[Sequence[Any]], population: int | None, valeurs: Mapping[str, Triplet]
    ) -> dict[tuple[str, str], Acces]:
        """What `list_acces_communes_stmt` gives of one commune, with the people that its parts are."""
        gens = {rang: self._find_gens(rang, valeurs) for rang in set(self._rang_par_cible.values())}
        # Most communes are one point, all of whose people are near or far: each part is worked out once.
        vus: dict[tuple[str | None, float], AuDela] = {}
        acces = {}
        for cible, mode, duree_min, duree_second_min, heures_semaine, accessibilite, parts in lus:
            champs = {
                "duree": duree_min,
                "duree_second": duree_second_min,
                "heures": heures_semaine,
                "accessibilite": accessibilite,
            }
            rang = self._rang_par_cible[cible]
            for part in parts:
                if (rang, part) not in vus:
                    vus[rang, part] = _share(gens[rang], population, part)
            acces[cible, mode] = Acces(champs, [vus[rang, part] for part in parts])
        return acces

    def _find_gens(self, rang: str | None, valeurs: Mapping[str, Triplet]) -> Gens | None:
        """People of a commune in need, None when they are not known."""
        valeur, bas, haut = _ABSENT if rang is None else valeurs.get(rang, _ABSENT)
        part = _ABSENT if self._rang_part is None else valeurs.get(self._rang_part, _ABSENT)
        return None if valeur is None else Gens(valeur, bas, haut, part[0])

    def build(self, rangee: Rangee, valeurs: Mapping[str, Triplet], acces: LesAcces) -> list[Cellule]:
        """The cells of one territory."""
        cellules: list[Cellule] = list(rangee[_IDENTITE])
        if rangee.population is None:
            cellules[-1] = None  # the year of no census
        cellules.extend(self._list_besoins(valeurs))
        cellules.extend(self._list_ecarts(acces))
        cellules.extend(self._list_acces(acces))
        cellules.extend(self._list_series(valeurs))
        return cellules

    def _list_besoins(self, valeurs: Mapping[str, Triplet]) -> Iterator[Cellule]:
        for rang, annee, avec_bornes in self._besoins:
            triplet = _ABSENT if rang is None else valeurs.get(rang, _ABSENT)
            for valeur in triplet if avec_bornes else triplet[:1]:
                yield round_nombre(valeur, DECIMALES_PERSONNES)
            yield None if triplet[0] is None else annee

    def _list_ecarts(self, acces: LesAcces) -> Iterable[Cellule]:
        return chain.from_iterable(
            [cellule for rang in rangs for cellule in acces[cle].au_dela[rang][:nombre]]
            if cle in acces
            else [None] * (nombre * len(rangs))
            for cle, nombre, rangs in self._ecarts
        )

    def _list_acces(self, acces: LesAcces) -> Iterable[Cellule]:
        return chain.from_iterable(
            [round_nombre(acces[cle].champs[champ], decimales) for champ, decimales in champs]
            if cle in acces
            else [None] * len(champs)
            for cle, champs in self._acces
        )

    def _list_series(self, valeurs: Mapping[str, Triplet]) -> Iterator[Cellule]:
        for rang, nombre, classes, decimales in self._series:
            triplet = valeurs.get(rang, _ABSENT)
            yield round_nombre(triplet[0], decimales)
            if classes:
                yield None if triplet[0] is None else classes[round(triplet[0]) - 1]
            elif nombre == len(triplet):
                yield round_nombre(triplet[1], decimales)
                yield round_nombre(triplet[2], decimales)
