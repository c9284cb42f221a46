"""The text of opening hours in OpenStreetMap syntax: what it speaks of, and the same said otherwise. Pure.

The library opening-hours-py evaluates rules; this module writes them so that it answers as the specification of the
key says, where it reads otherwise or does not know.

Specification: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from opening_hours import ParserError  # type: ignore[attr-defined]  # missing in its stubs

JOURS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MOIS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JOURS_PAR_MOIS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

COMMENTAIRE = re.compile(r'("[^"]*")')
# Hours of days of the week alone, as nearly all are: nothing to look into. Their letters also make "Mar".
ORDINAIRES = re.compile(r"(?!.*Mar)[MoTuWehFrSa0-9:,; -]*")
# A time that may be after midnight: only those are looked at more closely.
MATINAL = re.compile(r"-\s*(?:0\d|1[01]|2[4-9]|[34]\d):")
_HEURES = re.compile(r"(\d{2}:\d{2})\s*-\s*(\d{2}:\d{2})")
_MINUIT = "24:00"
_LISTE_HEURES = re.compile(rf"{_HEURES.pattern}(?:\s*,\s*{_HEURES.pattern})*")
_ETAT = re.compile(r'\s?(?P<etat>(?:\b(?:open|closed|off|unknown)\b)?\s?(?:"[^"]*")?)\s?')
_SANS_HEURES = re.compile(r"24/7|\b(?:open|closed|off|unknown)\b")
_JOUR = rf"(?:(?i:{'|'.join(JOURS)})\b)"
_PLAGE_JOURS = rf"{_JOUR}(?:-{_JOUR})?"
_SUITE_JOURS = rf"{_PLAGE_JOURS}(?:\s*,\s*{_PLAGE_JOURS})*"
_FERIE = r"\b(PH|SH)\b(?:\s+([+-]\d{1,3})\s+days?\b)?"
_FERIES = re.compile(_FERIE)
_ELEMENT = rf"(?:{_PLAGE_JOURS}(?:\[[^\]]*\])?(?:\s+[+-]\d{{1,3}}\s+days?\b)?|{_FERIE})"
_LISTE_JOURS = re.compile(rf"{_ELEMENT}(?:\s*,\s*{_ELEMENT})*")
# "PH Mo-Fr": the weekdays that are public holidays. The library reads a list there: either of the two.
_FERIES_DE_SEMAINE = re.compile(rf"({_FERIE}(?:\s*,\s*{_FERIE})*)\s+({_SUITE_JOURS})(?!\[)")
_JAMAIS = "@"
_FERIES_ILLISIBLES = re.compile(
    rf"{_JOUR}(?:\[[^\]]*\])?\s+(?:PH|SH)\b|{_JOUR}\s*,\s*{_FERIE}\s+{_JOUR}|(?:PH|SH)\s+{_SUITE_JOURS}\s*(?:\[|,\s*[PS]H)"
)
_SOLEIL = re.compile(r"\b(?:dawn|sunrise|sunset|dusk)\b", re.IGNORECASE)
_SANS_FIN = re.compile(r"\d{2}:\d{2}\s*\+")
_JOUR_DU_MOIS = re.compile(rf"\b((?i:{'|'.join(MOIS)}))\s*(\d{{1,2}})(?:\s*-\s*(\d{{1,2}})(?!\d|:))?(?!\d|:)")
_DIT_UN_ETAT = re.compile(r"\d:\d\d|24/7|\b(?:open|closed|off|unknown|dawn|sunrise|sunset|dusk)\b", re.IGNORECASE)

# (shift in days, rank of the weekday) of public holidays.
Feries = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Sujets:
    """What hours depend on besides the calendar: shifts in days around public holidays, school holidays, the sun."""

    decalages_feries: tuple[int, ...]
    vacances: bool
    soleil: bool
    sans_fin: bool
    nuits: bool
    est_permanent: bool

    @property
    def est_compose(self) -> bool:
        """Whether one reading by the library is not enough."""
        return bool(self.decalages_feries) or self.vacances or self.soleil or self.sans_fin or self.nuits

    @classmethod
    def read(cls, texte: str) -> Self:
        """Raise ParserError for what the library takes and answers wrongly: dates that do not exist, mixed lists."""
        nu = COMMENTAIRE.sub('""', texte)
        for mois, *jours in _JOUR_DU_MOIS.findall(nu):
            if any(int(jour) > _JOURS_PAR_MOIS[MOIS.index(mois.capitalize())] for jour in jours if jour):
                raise ParserError(f"no such day in {mois}")
        if _FERIES_ILLISIBLES.search(nu):
            raise ParserError("holidays mixed with weekdays in a way that the specification does not know")
        return cls(
            decalages_feries=tuple(sorted({int(ecart or 0) for sorte, ecart in _FERIES.findall(nu) if sorte == "PH"})),
            vacances="SH" in nu,
            soleil=_SOLEIL.search(nu) is not None,
            sans_fin=_SANS_FIN.search(nu) is not None,
            nuits=has_nuits(nu),
            est_permanent=nu.strip() == "24/7",
        )


def clean_espaces(texte: str) -> str:
    """The text with single spaces, comments as they are: patterns then read it in a time that its length bounds."""
    return "".join(
        morceau if morceau.startswith('"') else re.sub(r"\s+", " ", morceau) for morceau in COMMENTAIRE.split(texte)
    ).strip()


def parle_de(texte: str, sorte: str) -> bool:
    """Whether the rules name public holidays ("PH") or school holidays ("SH"), comments aside."""
    return any(trouvee == sorte for trouvee, _ in _FERIES.findall(COMMENTAIRE.sub('""', texte)))


def split(texte: str, separateur: str) -> list[str]:
    """The parts of the text around a sign, comments aside."""
    parties = [""]
    for morceau in COMMENTAIRE.split(texte):
        if morceau.startswith('"'):
            parties[-1] += morceau
            continue
        premier, *autres = morceau.split(separateur)
        parties[-1] += premier
        parties += autres
    return [partie.strip() for partie in parties]


def mark_commentaires(texte: str) -> str:
    """Rules that hold a comment alone, "not known" for the specification and open for the library."""
    return "; ".join(
        COMMENTAIRE.sub(r"unknown \1", regle, count=1)
        if '"' in regle and not _DIT_UN_ETAT.search(COMMENTAIRE.sub("", regle))
        else regle
        for regle in split(texte, ";")
    )


def has_nuits(texte: str) -> bool:
    """Whether some hours go past midnight."""
    return MATINAL.search(texte) is not None and any(_is_nuit(debut, fin) for debut, fin in _HEURES.findall(texte))


def split_nuits(texte: str) -> tuple[str, str | None]:
    """The rules up to midnight, and what they say of the night that follows, at the hours of the next day.

    A night belongs to the day on which it starts, whatever the rules say of the next day: the library takes it away
    when they speak of it. (text, None) without nights, or with rules of another form, left to the library.
    """
    jours: list[str] = []
    nuits: list[str] = []
    for regle in split(texte, ";"):
        heures = _LISTE_HEURES.search(regle)
        if heures is None:
            # It says nothing of nights: its days have none.
            jours.append(regle)
            nuits.append(f"{_SANS_HEURES.sub('', COMMENTAIRE.sub('', regle)).strip()} off".strip())
            continue
        trouve = _ETAT.fullmatch(regle, heures.end())
        if trouve is None or '"' in regle[: heures.start()]:
            return texte, None
        quand, etat = regle[: heures.start()].strip(), trouve["etat"].strip()
        est_ferme = etat.startswith(("off", "closed"))
        bornes = _HEURES.findall(heures[0])
        suites = [f"00:00-{_wrap(fin)}" for debut, fin in bornes if _is_nuit(debut, fin) and fin != "00:00"]
        soirs = [f"{debut}-{_MINUIT if _is_nuit(debut, fin) else fin}" for debut, fin in bornes]
        jours.append(f"{quand} {','.join(soirs)} {etat}".strip())
        if suites:
            nuits.append(f"{quand} {','.join(suites)} {etat}".strip())
        elif not est_ferme:
            nuits.append(f"{quand} off".strip())
    return ("; ".join(jours), "; ".join(nuits)) if any(MATINAL.search(nuit) for nuit in nuits) else (texte, None)


def _is_nuit(debut: str, fin: str) -> bool:
    return fin > _MINUIT or fin <= debut


def _wrap(heure: str) -> str:
    return f"{int(heure[:2]) - 24:02d}{heure[2:]}" if heure > _MINUIT else heure


def rewrite(texte: str, *, vacances: bool, feries: Feries) -> str:
    """The same rules where the days that are holidays have their weekday's name: what "PH" means around one day."""

    def name(sorte: str, ecart: str) -> list[str]:
        if sorte == "SH":
            return list(JOURS) if vacances else []
        return [JOURS[rang] for decalage, rang in feries if decalage == int(ecart or 0)]

    def restrict(trouve: re.Match[str]) -> str:
        nommes = {jour for sorte, ecart in _FERIES.findall(trouve[1]) for jour in name(sorte, ecart)}
        return ",".join(sorted(nommes & _expand_jours(trouve[6]), key=JOURS.index)) or _JAMAIS

    def extend(trouve: re.Match[str]) -> str:
        jours: list[str] = []
        for element in trouve[0].split(","):
            ferie = _FERIES.fullmatch(element.strip())
            jours += name(ferie[1], ferie[2]) if ferie else [element.strip()]
        return ",".join(jours) or "PH"

    if not _FERIES.search(texte):
        return texte
    # No calendar of holidays is given to the library: "PH" alone is never true, and holds the place of none.
    return "".join(
        morceau
        if morceau.startswith('"')
        else _LISTE_JOURS.sub(extend, _FERIES_DE_SEMAINE.sub(restrict, morceau)).replace(_JAMAIS, "PH")
        for morceau in COMMENTAIRE.split(texte)
    )


def _expand_jours(suite: str) -> set[str]:
    """The days of a list: "Mo-We,Fr" → {"Mo", "Tu", "We", "Fr"}."""
    jours: set[str] = set()
    for partie in suite.split(","):
        premier, _, dernier = partie.strip().title().partition("-")
        debut = JOURS.index(premier)
        duree = (JOURS.index(dernier or premier) - debut) % 7
        jours |= {JOURS[(debut + pas) % 7] for pas in range(duree + 1)}
    return jours
