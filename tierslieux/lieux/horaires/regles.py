"""When each rule of opening hours holds: months, dates, weeks, days of the month. Pure; reads, never evaluates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierslieux.lieux.horaires.syntaxe import COMMENTAIRE, JOURS, MOIS, clean_espaces, split

# A range of dates up to so many days is an event; longer, a season.
_JOURS_EVENEMENT = 7

_MOIS = rf"(?:{'|'.join(MOIS)})\b"
_DATE = rf"(?:\d{{4}}\s+)?{_MOIS}(?:\s+\d{{1,2}}\b(?!:))?"
_PERIODE = rf"{_DATE}(?:\s*-\s*(?:{_DATE}|\d{{1,2}}\b(?!:)))?|\d{{4}}\b(?![:-])"
_SEMAINES = r"\d{1,2}(?:-\d{1,2}(?:/\d{1,2})?)?"
_JOUR_NUMEROTE = rf"(?:{'|'.join(JOURS)})\[-?\d(?:,-?\d)*\]"
_REGLE = re.compile(
    rf"(?P<periodes>(?:{_PERIODE})(?:\s*,\s*(?:{_PERIODE}))*)?\s*"
    rf"(?:week\s+(?P<semaines>{_SEMAINES}(?:\s*,\s*{_SEMAINES})*)(?!\d|:))?\s*:?\s*"
    rf"(?P<numerotes>{_JOUR_NUMEROTE}(?:\s*,\s*{_JOUR_NUMEROTE})*)?\s*(?P<reste>.*)",
    re.DOTALL,
)
_DECOUPE_PERIODE = re.compile(
    rf"(?P<annee>\d{{4}})?\s*(?P<mois>{_MOIS})?\s*(?P<jour>\d{{1,2}}\b)?"
    rf"(?:\s*-\s*(?P<annee_fin>\d{{4}})?\s*(?P<mois_fin>{_MOIS})?\s*(?P<jour_fin>\d{{1,2}}\b)?)?"
)
# What is left of a rule must be days and hours alone: anything else would be told wrongly.
_RESTE = re.compile(rf"(?:\b(?:{'|'.join(JOURS)}|PH|SH|off|closed|open|unknown)\b|24/7|\"\"|[0-9:,\- ])*")
_FERME = re.compile(r"(?<![:\d])(?:off|closed)\b")
_SPECIALE = re.compile(r"(?:PH|SH)(?:\s*,\s*(?:PH|SH))*(?:\s|$)")
_JOURS_PAR_MOIS = 31


@dataclass(frozen=True, slots=True)
class Jalon:
    """A month, a date or a year: what is not said is None. Months from 1."""

    annee: int | None
    mois: int | None
    jour: int | None


@dataclass(frozen=True, slots=True)
class Periode:
    """From one mark to another one, itself when there is one alone."""

    debut: Jalon
    fin: Jalon

    @property
    def est_evenement(self) -> bool:
        """Whether it is a day or a few days rather than a season."""
        if self.debut.jour is None or self.debut.mois is None:
            return False
        fin_mois, fin_jour = self.fin.mois or self.debut.mois, self.fin.jour or self.debut.jour
        ecart = (fin_mois - self.debut.mois) * _JOURS_PAR_MOIS + fin_jour - self.debut.jour
        return 0 <= ecart < _JOURS_EVENEMENT


@dataclass(frozen=True, slots=True)
class Semaines:
    """ISO weeks from one to another, all of them or one in `pas`."""

    premiere: int
    derniere: int
    pas: int = 1


@dataclass(frozen=True, slots=True)
class JourNumerote:
    """A weekday (Monday 0) by its ranks in the month, from the end when negative: the second and fourth Tuesday."""

    jour: int
    rangs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Regle:
    """A rule cut in two: when it holds, and the days and hours of an ordinary week as OpenStreetMap writes them."""

    periodes: tuple[Periode, ...]
    semaines: tuple[Semaines, ...]
    numerotes: tuple[JourNumerote, ...]
    reste: str

    @property
    def est_fermeture(self) -> bool:
        """Whether the rule says when the place is closed."""
        return _FERME.search(COMMENTAIRE.sub("", self.reste)) is not None

    @property
    def nomme_les_jours(self) -> bool:
        """Whether its dates or its ranks in the month tell the days already."""
        des_dates = bool(self.periodes) and all(une.debut.jour and une.debut == une.fin for une in self.periodes)
        return bool(self.numerotes) or (des_dates and not self.semaines)

    @property
    def est_speciale(self) -> bool:
        """Whether the rule speaks of public or school holidays alone."""
        return _SPECIALE.match(self.reste) is not None

    @property
    def rythme(self) -> tuple[tuple[Periode, ...], tuple[Semaines, ...], tuple[JourNumerote, ...]]:
        """When it holds."""
        return self.periodes, self.semaines, self.numerotes

    @property
    def est_faite_de_dates(self) -> bool:
        """Whether people need dates: the place opens on some days, some weeks or some ranks of the month."""
        if self.est_fermeture:
            return False
        une_sur_plusieurs = any(une.pas > 1 or une.premiere == une.derniere for une in self.semaines)
        return bool(self.numerotes) or une_sur_plusieurs or any(periode.est_evenement for periode in self.periodes)


def list_regles(texte: str) -> list[Regle] | None:
    """The rules one by one; None when one of them speaks of something else, or when they fall back on others."""
    if len(split(texte, "||")) > 1:
        return None
    regles = [_read_regle(partie) for partie in split(clean_espaces(texte), ";")]
    return None if None in regles else [regle for regle in regles if regle is not None]


def is_fait_de_dates(texte: str) -> bool:
    """Whether the place comes on certain dates, certain weeks or certain days of the month."""
    return any(regle.est_faite_de_dates for regle in list_regles(texte) or [])


def _read_regle(texte: str) -> Regle | None:
    trouve = _REGLE.fullmatch(texte)
    if trouve is None or not _RESTE.fullmatch(COMMENTAIRE.sub('""', trouve["reste"])):
        return None
    numerotes = tuple(
        JourNumerote(JOURS.index(un[:2]), tuple(int(rang) for rang in un[3:-1].split(",")))
        for un in re.findall(_JOUR_NUMEROTE, trouve["numerotes"] or "")
    )
    jours = ",".join(JOURS[un.jour] for un in numerotes)
    return Regle(
        periodes=tuple(_read_periode(une) for une in re.findall(_PERIODE, trouve["periodes"] or "")),
        semaines=tuple(_read_semaines(une) for une in re.findall(_SEMAINES, trouve["semaines"] or "")),
        numerotes=numerotes,
        reste=f"{jours} {trouve['reste']}".strip(),
    )


def _read_periode(texte: str) -> Periode:
    trouve = _DECOUPE_PERIODE.fullmatch(texte.strip())
    if trouve is None:
        raise ValueError(f"not a period: {texte}")
    annee, mois, jour = (_read_nombre(trouve["annee"]), _read_mois(trouve["mois"]), _read_nombre(trouve["jour"]))
    debut = Jalon(annee, mois, jour)
    if "-" not in texte:
        return Periode(debut, debut)
    fin = Jalon(
        _read_nombre(trouve["annee_fin"]) or annee,
        _read_mois(trouve["mois_fin"]) or mois,
        _read_nombre(trouve["jour_fin"]),
    )
    return Periode(debut, fin)


def _read_nombre(texte: str | None) -> int | None:
    return int(texte) if texte else None


def _read_mois(texte: str | None) -> int | None:
    return MOIS.index(texte) + 1 if texte else None


def _read_semaines(texte: str) -> Semaines:
    bornes, _, pas = texte.partition("/")
    premiere, _, derniere = bornes.partition("-")
    return Semaines(int(premiere), int(derniere or premiere), int(pas or 1))
