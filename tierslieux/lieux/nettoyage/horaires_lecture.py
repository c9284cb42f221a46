"""The groups of tokens that French opening hours are made of: days, slots, dates. Pure; see horaires_libres."""

from __future__ import annotations

from itertools import pairwise

from tierslieux.lieux.nettoyage.creneaux import MINUIT, Creneau
from tierslieux.lieux.nettoyage.horaires_jetons import HorairesIncomprisError, Jeton, Sorte
from tierslieux.lieux.nettoyage.horaires_semaine import Jours, Periode, check_moment

JOURS = frozenset({Sorte.JOUR, Sorte.JOURS, Sorte.FERIE})
SEPARATEURS = frozenset({Sorte.FAIBLE, Sorte.FORT, Sorte.TIRET, Sorte.OBLIQUE, Sorte.DEUX_POINTS, Sorte.OUVERT})
_ENTRE_JOURS = frozenset({Sorte.FAIBLE, Sorte.OBLIQUE})
_DANS_UN_CRENEAU = frozenset({Sorte.A, Sorte.TIRET, Sorte.OBLIQUE})
_ENTRE_CRENEAUX = frozenset({Sorte.FAIBLE, Sorte.FORT, Sorte.TIRET, Sorte.OBLIQUE})
_HEURES = frozenset({Sorte.HEURE, Sorte.NOMBRE})
_RANGS = frozenset({Sorte.NOMBRE, Sorte.ORDINAL})
# "9h30/10h - 12h/12h30" says when people may arrive and leave: slots written with a stroke last longer than that.
_OBLIQUE_MIN = 60


class Lecteur:
    """A cursor over the tokens. Each `read_` takes one group or raises HorairesIncomprisError."""

    def __init__(self, jetons: list[Jeton]) -> None:
        self.jetons = jetons
        self.position = 0

    def sorte(self, decalage: int = 0) -> Sorte | None:
        """What stands `decalage` tokens further, None beyond the ends."""
        rang = self.position + decalage
        return self.jetons[rang].sorte if 0 <= rang < len(self.jetons) else None

    def take(self) -> Jeton:
        """The next token; there must be one."""
        self.position += 1
        return self.jetons[self.position - 1]

    def skip(self, sortes: frozenset[Sorte]) -> None:
        """Go over tokens of these sorts."""
        while self.sorte() in sortes:
            self.position += 1

    # --- days -----------------------------------------------------------------------------------------------------

    def read_jours(self) -> Jours:
        """Days such as "du lundi au vendredi", "mardi, jeudi et samedi", "1er et 3e mercredi du mois"."""
        semaine: set[int] = set()
        rangs: set[tuple[int, int]] = set()
        moments: set[int] = set()
        feries = rangs_ouverts = False
        while True:
            nombres = self._read_rangs()
            jeton = self.take()
            if nombres and jeton.sorte == Sorte.JOUR:
                rangs |= {(nombre, jeton.valeur) for nombre in nombres}
                rangs_ouverts = True
            elif nombres or (rangs_ouverts and jeton.sorte != Sorte.FERIE):
                raise HorairesIncomprisError("a rank without its day")
            elif jeton.sorte == Sorte.JOUR:
                semaine |= self._read_suite(jeton.valeur)
            else:
                semaine |= jeton.jours
                feries = feries or jeton.sorte == Sorte.FERIE
            if self.sorte() == Sorte.DU_MOIS:
                if not rangs_ouverts:
                    raise HorairesIncomprisError("days of the month without a rank")
                self.position += 1
                rangs_ouverts = False
            if not self._goes_on(moments):
                break
        if rangs_ouverts:
            raise HorairesIncomprisError("a rank without its month")
        if len(moments) > 1:
            raise HorairesIncomprisError("several moments of the day")
        return Jours(frozenset(semaine), frozenset(rangs), feries, min(moments, default=None))

    def _read_rangs(self) -> list[int]:
        rangs: list[int] = []
        while self.sorte() == Sorte.ORDINAL:
            rangs.append(self.take().valeur)
            depart = self.position
            self.skip(_ENTRE_JOURS)
            if self.sorte() not in {Sorte.ORDINAL, Sorte.JOUR}:
                self.position = depart
                break
        if rangs and self.sorte() != Sorte.JOUR:
            raise HorairesIncomprisError("a rank without its day")
        return rangs

    def _read_suite(self, premier: int) -> set[int]:
        """The day alone, a range ("lundi-vendredi", "du mardi au samedi"), or a list ("mardi-jeudi-samedi")."""
        if self.sorte() == Sorte.A and self.sorte(1) == Sorte.JOUR:
            self.position += 1
            return _list_jours(premier, self.take().valeur)
        suite = [premier]
        while self.sorte() == Sorte.TIRET and self.sorte(1) == Sorte.JOUR:
            self.position += 1
            suite.append(self.take().valeur)
        if len(suite) == 2:
            return _list_jours(*suite)
        if any(suivant <= jour for jour, suivant in pairwise(suite)):
            raise HorairesIncomprisError("days in disorder")
        return set(suite)

    def _goes_on(self, moments: set[int]) -> bool:
        """Whether more days follow; a moment of the day between two days is kept, the last one is for the slots."""
        depart = self.position
        moment = self.take().valeur if self.sorte() == Sorte.MOMENT else None
        self.skip(_ENTRE_JOURS)
        if self.sorte() in JOURS or (self.sorte() == Sorte.ORDINAL and not self.is_date()):
            if moment is not None:
                moments.add(moment)
            return True
        self.position = depart
        return False

    # --- slots ----------------------------------------------------------------------------------------------------

    def sees_creneaux(self) -> bool:
        """Whether a whole slot comes, and not an hour alone."""
        return (self.sorte() in _HEURES and self.sorte(1) in _DANS_UN_CRENEAU and self.sorte(2) in _HEURES) or (
            self.sorte() == Sorte.ENTRE
        )

    def read_creneaux(self, moment: int | None) -> tuple[Creneau, ...]:
        """Slots in order: "9h-12h et 14h-17h", "le matin de 9h à 12h", "9h-12h / 13h30-17h".

        `moment` is the moment of the day that the days have announced.
        """
        creneaux: list[Creneau] = []
        if self.sorte() == Sorte.MOMENT:
            propre = self.take().valeur
            if moment not in {None, propre}:
                raise HorairesIncomprisError("several moments of the day")
            moment = propre
            self.skip(frozenset({Sorte.DEUX_POINTS}))
        while True:
            creneau = self._read_creneau()
            if creneaux and creneau[0] < creneaux[-1][1]:
                raise HorairesIncomprisError("slots in disorder")
            check_moment(moment, [creneau])
            creneaux.append(creneau)
            # "9h-12h le matin": said after the slot.
            if self.sorte() == Sorte.MOMENT and not self._sees_moment_first():
                check_moment(self.take().valeur, [creneau])
            depart = self.position
            self.skip(_ENTRE_CRENEAUX)
            if self.sorte() == Sorte.MOMENT and self._sees_moment_first():
                moment = self.take().valeur
                self.skip(frozenset({Sorte.DEUX_POINTS}))
            if not (self.sorte() == Sorte.HEURE or self.sees_creneaux()):
                self.position = depart
                return tuple(creneaux)

    def _sees_moment_first(self) -> bool:
        suivant = 2 if self.sorte(1) == Sorte.DEUX_POINTS else 1
        return self.sorte(suivant) in _HEURES

    def _read_creneau(self) -> Creneau:
        entre = self.sorte() == Sorte.ENTRE
        self.position += entre
        if self.sorte() not in _HEURES:
            raise HorairesIncomprisError("no hour here")
        premiere = self.take()
        lien = self.sorte()
        if lien not in (frozenset({Sorte.FAIBLE, Sorte.A}) if entre else _DANS_UN_CRENEAU):
            raise HorairesIncomprisError("an hour alone")
        self.position += 1
        if self.sorte() not in _HEURES:
            raise HorairesIncomprisError("an hour alone")
        seconde = self.take()
        # "9-12h" is sure, "9-12" may be a date.
        if Sorte.HEURE not in {premiere.sorte, seconde.sorte}:
            raise HorairesIncomprisError("two numbers")
        debut, fin = _read_minutes(premiere) % MINUIT, _read_minutes(seconde) or MINUIT
        if debut >= fin or (lien == Sorte.OBLIQUE and fin - debut < _OBLIQUE_MIN):
            raise HorairesIncomprisError("a slot that ends before it starts")
        return debut, fin

    def read_heure_seule(self) -> int | None:
        """When the day ends, as in "16h30" or "(jusqu'à 16h30)"; None when something else comes."""
        depart = self.position
        ouvrante = self.sorte() == Sorte.OUVRANTE
        self.position += ouvrante
        self.position += self.sorte() == Sorte.A
        if self.sorte() != Sorte.HEURE:
            self.position = depart
            return None
        heure = self.take().valeur
        if ouvrante and self.sorte() == Sorte.FERMANTE:
            self.position += 1
        elif ouvrante:
            self.position = depart
            return None
        return heure

    def read_fin_de_jour(self) -> tuple[Jours, int] | None:
        """Days and when they end, as in "vendredi 16h30)" or "16h30 le vendredi)"; None when something else comes."""
        depart = self.position
        if self.sorte() == Sorte.JOUR:
            jours = self.read_jours()
            heure = self.read_heure_seule()
        else:
            heure = self.read_heure_seule()
            jours = self.read_jours() if heure is not None and self.sorte() == Sorte.JOUR else Jours()
        if heure is None or not jours.semaine or self.sorte() != Sorte.FERMANTE:
            self.position = depart
            return None
        return jours, heure

    # --- dates ----------------------------------------------------------------------------------------------------

    def is_date(self) -> bool:
        """Whether a month or a date comes: "mai", "15 août", "1er au 15 août"."""
        if self.sorte() == Sorte.MOIS:
            return True
        if self.sorte() not in _RANGS:
            return False
        if self.sorte(1) == Sorte.MOIS:
            return True
        return self.sorte(1) in {Sorte.A, Sorte.TIRET} and self.sorte(2) in _RANGS and self.sorte(3) == Sorte.MOIS

    def read_periodes(self) -> tuple[Periode, ...]:
        """Parts of the year such as "de mai à septembre", "juillet et août", "du 1er avril au 31 octobre"."""
        periodes = [self._read_periode()]
        while True:
            depart = self.position
            self.skip(_ENTRE_JOURS)
            if not self.is_date():
                self.position = depart
                return tuple(periodes)
            periodes.append(self._read_periode())

    def _read_periode(self) -> Periode:
        jour = self._read_jour_de_date()
        mois = self.take().valeur if self.sorte() == Sorte.MOIS else None
        if self.sorte() not in {Sorte.A, Sorte.TIRET} or not (
            self.sorte(1) == Sorte.MOIS or (self.sorte(1) in _RANGS and self.sorte(2) == Sorte.MOIS)
        ):
            if mois is None:
                raise HorairesIncomprisError("a date without a month")
            return Periode.build_mois(mois, mois) if jour is None else Periode((mois, jour), (mois, jour))
        self.position += 1
        jour_fin = self._read_jour_de_date()
        mois_fin = self.take().valeur
        if (jour is None) is not (jour_fin is None) or (mois is None and jour is None):
            raise HorairesIncomprisError("a date and a month")
        if jour is None or jour_fin is None:
            return Periode.build_mois(mois or mois_fin, mois_fin)
        return Periode((mois or mois_fin, jour), (mois_fin, jour_fin))

    def _read_jour_de_date(self) -> int | None:
        return self.take().valeur if self.sorte() in _RANGS else None


def _read_minutes(jeton: Jeton) -> int:
    minutes = jeton.valeur if jeton.sorte == Sorte.HEURE else jeton.valeur * 60
    if minutes > MINUIT:
        raise HorairesIncomprisError("an hour beyond midnight")
    return minutes


def _list_jours(premier: int, dernier: int) -> set[int]:
    return {(premier + rang) % 7 for rang in range((dernier - premier) % 7 + 1)}
