"""Which three places to propose, and what was given up to find them. Pure.

The rule, in order:

1. A place known not to suit is never proposed: no wheelchair access for who needs it, no public received, no way to be
   reached for who stays at home (`Examen.est_exclu`).
2. Places of the easy reach come first, then those further, then places closed at the moment asked for, and last those
   that are far (`_find_palier`): the reach widens before a criterion is given up, and what was given up is said.
3. Among them, the fewer things asked for that are not known, the better: known open, then hours not told. What is not
   known counts twice where there is no telephone to ask.
4. Then the way to go, by steps of five minutes (or one kilometre): an estimate is no finer.
5. Then what is known of the place: hours, telephone, exact position, recent information.

Two places of the same kind may be chosen: who asks for help needs the nearest, not a sample. But one place that two
sources describe is proposed once (`_is_meme_lieu`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierslieux.lieux.services import LieuResume
from tierslieux.orientation.enums import Anneau, Critere, Relachement, Verdict
from tierslieux.territoires.noms import build_cle

NOMBRE_LIEUX = 3
_PAS_MIN = 5
_PAS_M = 1_000

# A place that is known not to meet one of these is of no use: it is never proposed.
CRITERES_ABSOLUS = frozenset({Critere.FAUTEUIL, Critere.PUBLIC, Critere.DISTANCE})
# What the person asked for: not to know it sets a place back. The rest is only told.
CRITERES_DEMANDES = frozenset(
    {
        Critere.MOMENT,
        Critere.FAUTEUIL,
        Critere.SURDITE,
        Critere.VUE,
        Critere.LANGUE,
        Critere.LECTURE,
        Critere.DISTANCE,
    }
)


@dataclass(frozen=True, slots=True)
class Constat:
    """How a place answers one thing, and the sentence that says it to the person."""

    critere: Critere
    verdict: Verdict
    phrase: str


@dataclass(frozen=True, slots=True)
class Examen:
    """A place looked at for one person.

    `duree_min`: minutes to go there by their means, None when not known; then `lieu.distance_m` decides. `qualite`:
    how many useful things are known of the place.
    """

    lieu: LieuResume
    constats: tuple[Constat, ...]
    anneau: Anneau
    duree_min: float | None = None
    qualite: int = 0

    def get_verdict(self, critere: Critere) -> Verdict | None:
        """How the place answers this; None when it was not looked at."""
        return next((constat.verdict for constat in self.constats if constat.critere == critere), None)

    @property
    def est_exclu(self) -> bool:
        """Whether the place is known not to suit."""
        return any(c.critere in CRITERES_ABSOLUS and c.verdict is Verdict.NON for c in self.constats)

    @property
    def inconnus(self) -> int:
        """How many of the things asked for are not known, twice as many where nobody can be asked."""
        nombre = sum(c.critere in CRITERES_DEMANDES and c.verdict is Verdict.INCONNU for c in self.constats)
        return nombre if self.lieu.telephone else 2 * nombre

    @property
    def est_ferme(self) -> bool:
        """Whether the place is known to be closed when the person is free."""
        return self.get_verdict(Critere.MOMENT) is Verdict.NON


@dataclass(frozen=True, slots=True)
class Selection:
    """The places to propose, best first, and what was given up for them."""

    choisis: tuple[Examen, ...]
    relachements: tuple[Relachement, ...]


def select(examens: Iterable[Examen], nombre: int = NOMBRE_LIEUX) -> Selection:
    """The `nombre` best places by the rule of the module; fewer when there are fewer that may suit."""
    choisis: list[Examen] = []
    for examen in sorted((e for e in examens if not e.est_exclu), key=_build_cle):
        if len(choisis) == nombre:
            break
        if not any(_is_meme_lieu(examen.lieu, choisi.lieu) for choisi in choisis):
            choisis.append(examen)
    return Selection(tuple(choisis), tuple(_list_relachements(choisis)))


def _is_meme_lieu(un: LieuResume, autre: LieuResume) -> bool:
    """Whether two places of the same commune have one name, or one telephone: one place that two sources describe."""
    if un.commune_code is None or un.commune_code != autre.commune_code:
        return False
    return build_cle(un.nom) == build_cle(autre.nom) or (un.telephone is not None and un.telephone == autre.telephone)


def _find_palier(examen: Examen) -> int:
    if examen.anneau is Anneau.LOIN:
        return 4 if examen.est_ferme else 3
    if examen.est_ferme:
        return 2
    est_sur = examen.get_verdict(Critere.FAUTEUIL) is Verdict.REMPLI
    return 0 if examen.anneau is Anneau.PROCHE or est_sur else 1


def _build_cle(examen: Examen) -> tuple[float, ...]:
    distance_m = examen.lieu.distance_m or 0.0
    trajet = distance_m // _PAS_M if examen.duree_min is None else examen.duree_min // _PAS_MIN
    return (_find_palier(examen), examen.inconnus, trajet, -examen.qualite, distance_m, examen.lieu.id)


def _list_relachements(choisis: Sequence[Examen]) -> Iterable[Relachement]:
    if any(examen.anneau is Anneau.LOIN for examen in choisis):
        yield Relachement.TROP_LOIN
    elif any(examen.anneau is Anneau.PLUS_LOIN for examen in choisis):
        yield Relachement.PLUS_LOIN
    if any(examen.est_ferme for examen in choisis):
        yield Relachement.MOMENT
