"""Opening hours written in French to OpenStreetMap syntax, when every word of them is understood. Pure.

"du lundi au vendredi 9h-12h et 14h-17h30, fermé le mercredi" gives "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:30". Days come
before their hours or all after them. What may be read in two ways is refused: hours without days, slots that overlap,
"un vendredi sur deux", a season without dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.nettoyage.creneaux import Creneau
from tierslieux.lieux.nettoyage.horaires_jetons import POINT, TOUS, HorairesIncomprisError, Jeton, Sorte, read_jetons
from tierslieux.lieux.nettoyage.horaires_lecture import (
    JOURS,
    SEPARATEURS,
    Lecteur,
)
from tierslieux.lieux.nettoyage.horaires_semaine import (
    JOURNEE,
    NOTE_OU_RENDEZ_VOUS,
    NOTE_RENDEZ_VOUS,
    Fermeture,
    Jours,
    Phrase,
    Programme,
    close_jours,
    format_programme,
    shorten_jours,
)

_DATES = frozenset({Sorte.MOIS, Sorte.NOMBRE, Sorte.ORDINAL})
_DANS_PARENTHESES = frozenset(
    {Sorte.SAUF, Sorte.FERME, Sorte.RENDEZ_VOUS, Sorte.OU_RENDEZ_VOUS, Sorte.PARITE, Sorte.SCOLAIRE} | _DATES
)


def parse_horaires_libres(texte: str) -> str | None:
    """The hours in OpenStreetMap syntax, None when they are not understood to the last word."""
    try:
        return read_horaires_libres(texte)
    except HorairesIncomprisError:
        return None


@lru_cache(maxsize=1024)
def read_horaires_libres(texte: str) -> str:
    """The same; raises HorairesIncomprisError, which says what is not understood."""
    osm = format_programme(_Phrases(read_jetons(texte)).read())
    if not is_valid(osm):
        raise HorairesIncomprisError(f"no OpenStreetMap hours: {osm}")
    return osm


class _Phrases:
    """The sentences of a text, read once from left to right."""

    def __init__(self, jetons: list[Jeton]) -> None:
        self.lecteur = Lecteur(jetons)
        self.programme = Programme()
        self.jours: Jours | None = None  # days that wait for their hours
        self.creneaux: tuple[Creneau, ...] = ()  # hours that wait for their days
        self.heures_dabord = False
        self.jointe = False
        self.entete = Phrase(Jours(), ())  # what a header says of the sentences that follow
        self.entete_nue = False  # a header that no sentence has used yet
        self.entete_close = False  # a sentence has ended since: the header may be over
        self.attente = Phrase(Jours(), ())  # what is said of the days that wait, beside the header
        self.entre_parentheses = False
        self.rendez_vous_final = False

    def read(self) -> Programme:
        """The whole text, or HorairesIncomprisError."""
        actions: Mapping[Sorte, Callable[[], None]] = {
            **dict.fromkeys(JOURS, self._read_jours),
            **dict.fromkeys((Sorte.HEURE, Sorte.MOMENT, Sorte.ENTRE), self._read_heures),
            **dict.fromkeys(_DATES, self._read_periode),
            **dict.fromkeys((Sorte.VACANCES, Sorte.SCOLAIRE), self._read_vacances),
            **dict.fromkeys((Sorte.RENDEZ_VOUS, Sorte.OU_RENDEZ_VOUS), self._read_rendez_vous),
            Sorte.PARITE: self._read_parite,
            Sorte.FERME: self._read_fermeture,
            Sorte.SAUF: self._read_exception,
            Sorte.CONTINU: self._read_continu,
            Sorte.OUVRANTE: self._read_parenthese,
        }
        self.actions = actions
        lecteur = self.lecteur
        while (sorte := lecteur.sorte()) is not None:
            if sorte in SEPARATEURS:
                is_point = lecteur.take() == Jeton(Sorte.FORT, POINT)
                self.entete_close = self.entete_close or (is_point and not self.entete_nue)
            elif sorte in actions:
                self.rendez_vous_final = False
                actions[sorte]()
            else:
                raise HorairesIncomprisError(f"{sorte} here")
        if self.creneaux == (JOURNEE,) and not self.programme.phrases:
            self._add_phrase(Jours(TOUS), (JOURNEE,))
            self.creneaux = ()
        if self.jours is not None or self.creneaux or self.entete_nue:
            raise HorairesIncomprisError("days without hours, or hours without days")
        if self.rendez_vous_final and len(self.programme.phrases) > 1:
            raise HorairesIncomprisError("by appointment: one day or all of them")
        return self.programme

    # --- openings -------------------------------------------------------------------------------------------------

    def _add_phrase(self, jours: Jours, creneaux: tuple[Creneau, ...], note: str | None = None) -> None:
        entete, propre = self.entete, self.attente
        if entete != Phrase(Jours(), ()) and self.entete_close:
            raise HorairesIncomprisError("a header, and another sentence")
        self.programme.phrases.append(
            Phrase(
                jours=replace(jours, moment=None),
                creneaux=creneaux,
                periodes=propre.periodes or entete.periodes,
                parite=entete.parite if propre.parite is None else propre.parite,
                vacances=propre.vacances or entete.vacances,
                scolaire=propre.scolaire or entete.scolaire,
                note=note,
                jointe=self.jointe,
                locale=bool(propre.periodes),
            )
        )
        self.attente = Phrase(Jours(), ())
        self.entete_nue = False

    def _follows_phrase(self) -> bool:
        """Whether what comes is said of the last opening: nothing but parentheses stands between."""
        avant = self.lecteur.sorte(-1)
        return bool(self.programme.phrases) and (self.entre_parentheses or avant not in SEPARATEURS)

    def _read_jours(self) -> None:
        if self.jours is not None:
            raise HorairesIncomprisError("days without hours")
        jointe = self.lecteur.sorte(-1) == Sorte.FAIBLE
        jours = self.lecteur.read_jours()
        if self.creneaux:
            self._add_phrase(jours, self.creneaux)
            self.creneaux = ()
        elif self.heures_dabord:
            raise HorairesIncomprisError("hours first, then days first")
        else:
            self.jours, self.jointe = jours, jointe

    def _read_heures(self) -> None:
        jointe = self.lecteur.sorte(-1) == Sorte.FAIBLE
        if self.jours is not None and self.lecteur.sorte() == Sorte.MOMENT and self.lecteur.sorte(1) == Sorte.FERME:
            self.jours = replace(self.jours, moment=self.lecteur.take().valeur)
            return
        creneaux = self.lecteur.read_creneaux(self.jours.moment if self.jours else None)
        if self.jours is not None:
            self._add_phrase(self.jours, creneaux)
            self.jours = None
        elif self.creneaux or (self.programme.phrases and not self.heures_dabord):
            raise HorairesIncomprisError("hours without days")
        else:
            self.creneaux, self.heures_dabord, self.jointe = creneaux, True, jointe

    def _read_continu(self) -> None:
        self.lecteur.position += 1
        if self.jours is not None:
            self._add_phrase(self.jours, (JOURNEE,))
            self.jours = None
        elif self.creneaux or self.programme.phrases:
            raise HorairesIncomprisError("day and night, beside other hours")
        else:
            self.creneaux, self.heures_dabord = (JOURNEE,), True

    # --- when they hold -------------------------------------------------------------------------------------------

    def _qualify(self, *, suit: bool, **dit: object) -> None:
        """Say something of the days that wait, of the opening just read (`suit`), or of all that follows."""
        if self.jours is not None or self.creneaux:
            self.attente = replace(self.attente, **dit)  # type: ignore[arg-type]  # checked by each caller
        elif suit:
            if len(self.programme.phrases) > 1:
                raise HorairesIncomprisError("said of one sentence or of all")
            derniere = self.programme.phrases.pop()
            self.programme.phrases.append(replace(derniere, locale=True, **dit))  # type: ignore[arg-type]
        else:
            self.entete = replace(self.entete, **dit)  # type: ignore[arg-type]
            self.entete_nue, self.entete_close = True, False

    def _read_periode(self) -> None:
        if not self.lecteur.is_date():
            # The number of "9-12h", or the rank of a day.
            (self._read_jours if self.lecteur.sorte() == Sorte.ORDINAL else self._read_heures)()
            return
        suit = self._follows_phrase()
        self._qualify(suit=suit, periodes=self.lecteur.read_periodes(), vacances=False, scolaire=False)

    def _read_parite(self) -> None:
        suit = self._follows_phrase()
        self._qualify(suit=suit, parite=self.lecteur.take().valeur)

    def _read_vacances(self) -> None:
        suit = self._follows_phrase()
        vacances = self.lecteur.take().sorte == Sorte.VACANCES
        self._qualify(suit=suit, vacances=vacances, scolaire=not vacances, periodes=())

    def _read_rendez_vous(self) -> None:
        sorte = self.lecteur.sorte()
        suit = self._follows_phrase()
        self.lecteur.position += 1
        phrases = self.programme.phrases
        if sorte == Sorte.OU_RENDEZ_VOUS and phrases and self.jours is None:
            self.programme.note = NOTE_OU_RENDEZ_VOUS
        elif sorte == Sorte.OU_RENDEZ_VOUS:
            raise HorairesIncomprisError("or by appointment, before any hours")
        elif self.jours is not None:
            self._add_phrase(self.jours, (JOURNEE,), NOTE_RENDEZ_VOUS)
            self.jours = None
        elif suit:
            phrases[-1] = replace(phrases[-1], note=NOTE_RENDEZ_VOUS)
            self.rendez_vous_final = True
        elif not phrases and not self.creneaux:
            self.programme.note = NOTE_RENDEZ_VOUS
        else:
            raise HorairesIncomprisError("by appointment: these hours or the others")

    # --- closures and exceptions ----------------------------------------------------------------------------------

    def _read_fermeture(self) -> None:
        self.lecteur.position += 1
        if self.jours is not None:
            self._close(Fermeture(self.jours))
            self.jours = None
            return
        fermetures = self._read_fermables()
        if not fermetures and self.entete_nue:
            fermetures = [Fermeture(periodes=self.entete.periodes, vacances=self.entete.vacances)]
            if self.entete.parite is not None or self.entete.scolaire:
                raise HorairesIncomprisError("closed some weeks")
            self.entete, self.entete_nue = Phrase(Jours(), ()), False
        if not fermetures:
            raise HorairesIncomprisError("closed, nobody knows when")
        for fermeture in fermetures:
            self._close(fermeture)

    def _read_fermables(self) -> list[Fermeture]:
        """What may be closed: days, public holidays, school holidays, part of the year, linked by "et"."""
        lecteur = self.lecteur
        fermetures: list[Fermeture] = []
        while True:
            depart = lecteur.position
            lecteur.skip(frozenset({Sorte.FAIBLE, Sorte.DEUX_POINTS}))
            sorte = lecteur.sorte()
            if sorte == Sorte.VACANCES:
                lecteur.position += 1
                fermetures.append(Fermeture(vacances=True))
            elif sorte in _DATES and lecteur.is_date():
                fermetures.append(Fermeture(periodes=lecteur.read_periodes()))
            elif sorte in JOURS or sorte == Sorte.ORDINAL:
                jours = lecteur.read_jours()
                if lecteur.sorte() == Sorte.MOMENT:
                    jours = replace(jours, moment=lecteur.take().valeur)
                fermetures.append(Fermeture(jours))
            else:
                lecteur.position = depart
                return fermetures

    def _close(self, fermeture: Fermeture) -> None:
        if fermeture.jours.moment is not None and (fermeture.jours.rangs or fermeture.jours.feries):
            raise HorairesIncomprisError("part of a day that is not of every week")
        self.programme.fermetures.append(fermeture)

    def _read_exception(self) -> None:
        lecteur, phrases = self.lecteur, self.programme.phrases
        lecteur.position += 1
        exceptions = self._read_fermables()
        if not exceptions:
            raise HorairesIncomprisError("except what")
        if self.jours is not None:
            self._except_from_attente(exceptions)
            return
        if not phrases or self.creneaux:
            raise HorairesIncomprisError("an exception to nothing")
        jours = exceptions[-1].jours
        if lecteur.sees_creneaux() and len(exceptions) == 1 and jours.semaine <= phrases[-1].jours.semaine:
            creneaux = lecteur.read_creneaux(jours.moment)
            phrases[:] = close_jours(phrases, replace(jours, moment=None))
            self.jointe = False
            self._add_phrase(jours, creneaux)
            return
        heure = lecteur.read_heure_seule()
        if heure is not None and len(exceptions) == 1:
            phrases[:] = shorten_jours(phrases, jours, heure)
            return
        for exception in exceptions:
            self._close(exception)

    def _except_from_attente(self, exceptions: list[Fermeture]) -> None:
        """Days that wait for their hours, without those."""
        assert self.jours is not None  # noqa: S101  (for the type checker)
        for exception in exceptions:
            retires = exception.jours.semaine
            if exception.jours.moment is not None or not retires <= self.jours.semaine or retires == self.jours.semaine:
                raise HorairesIncomprisError("an exception to other days")
            self.jours = replace(self.jours, semaine=self.jours.semaine - retires)
            self._close(replace(exception, jours=replace(exception.jours, semaine=frozenset())))

    def _read_parenthese(self) -> None:
        """What is said aside, as in "(vendredi 16h30)", "(sauf le mercredi)" or "(semaines paires)"."""
        lecteur, phrases = self.lecteur, self.programme.phrases
        lecteur.position += 1
        fin_de_jour = lecteur.read_fin_de_jour()
        if fin_de_jour is not None and self.jours is None and phrases:
            phrases[:] = shorten_jours(phrases, *fin_de_jour)
        elif fin_de_jour is None and lecteur.sorte() in _DANS_PARENTHESES:
            self.entre_parentheses = True
            sorte = lecteur.sorte()
            assert sorte is not None  # noqa: S101  (for the type checker)
            self.actions[sorte]()
            self.entre_parentheses = False
        else:
            raise HorairesIncomprisError("these parentheses")
        if lecteur.sorte() != Sorte.FERMANTE:
            raise HorairesIncomprisError("more in parentheses")
        lecteur.position += 1
