"""French opening hours cut into tokens: days, hours, months, words that link. Pure, linear in the length of the text.

A word that is in no list of this module refuses the whole text: what is not fully understood is never guessed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tierslieux.lieux.nettoyage.creneaux import JOURS, JOURS_OSM, MINUIT
from tierslieux.territoires.noms import remove_accents

# The longest text of the mediation files that is understood has 240 characters.
LONGUEUR_MAX = 600


class HorairesIncomprisError(ValueError):
    """The text is not opening hours, or not without doubt; the message says where."""


class Sorte(StrEnum):
    """What a token is."""

    JOUR = "jour"
    JOURS = "jours"  # several: the week-end, every day
    FERIE = "ferie"
    HEURE = "heure"
    NOMBRE = "nombre"  # an hour ("9-12h"), or the day of a date
    ORDINAL = "ordinal"
    MOIS = "mois"
    DU_MOIS = "du mois"
    PARITE = "parite"
    VACANCES = "vacances"
    SCOLAIRE = "scolaire"
    MOMENT = "moment"  # morning, afternoon, evening
    A = "a"
    ENTRE = "entre"
    TIRET = "tiret"
    OBLIQUE = "oblique"
    DEUX_POINTS = "deux points"
    FAIBLE = "faible"  # a comma, "et"
    FORT = "fort"  # a semicolon, a full stop, a new line
    OUVRANTE = "ouvrante"
    FERMANTE = "fermante"
    OUVERT = "ouvert"
    FERME = "ferme"
    SAUF = "sauf"
    RENDEZ_VOUS = "rendez-vous"
    OU_RENDEZ_VOUS = "ou rendez-vous"
    CONTINU = "continu"  # day and night


@dataclass(frozen=True, slots=True)
class Jeton:
    """One token; `valeur` is minutes after midnight, a day (Monday is 0), a month (January is 1), a rank, a number."""

    sorte: Sorte
    valeur: int = 0
    jours: frozenset[int] = frozenset()


TOUS = frozenset(range(7))
OUVRES = frozenset(range(5))
FIN_DE_SEMAINE = frozenset({5, 6})
MATIN, APRES_MIDI, SOIR = range(3)

_ABREGES: Mapping[str, int] = {
    **dict(zip(("lun", "mar", "mer", "jeu", "ven", "sam", "dim"), range(7), strict=True)),
    **dict(zip(("lu", "ma", "me", "je", "ve", "sa", "di"), range(7), strict=True)),
    "merc": 2,
    "vend": 4,
}
_JOURS: Mapping[str, int] = {
    **{jour: rang for rang, jour in enumerate(JOURS)},
    **{f"{jour}s": rang for rang, jour in enumerate(JOURS)},
}
_JOURS_ANGLAIS: Mapping[str, int] = {jour.lower(): rang for rang, jour in enumerate(JOURS_OSM)}
# "We" is Wednesday only beside days that no French word resembles.
_ANGLAIS_SURS = frozenset(_JOURS_ANGLAIS) - {"we", "sa"}
_NOMS_MOIS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_MOIS: Mapping[str, int] = {
    **{mois: rang for rang, mois in enumerate(_NOMS_MOIS, start=1)},
    "janv": 1,
    "jan": 1,
    "fevr": 2,
    "fev": 2,
    "avr": 4,
    "juil": 7,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_RANGS: Mapping[str, int] = {
    **dict.fromkeys(("premier", "premiers", "premiere"), 1),
    **dict.fromkeys(("deuxieme", "deuxiemes", "second", "seconds"), 2),
    **dict.fromkeys(("troisieme", "troisiemes"), 3),
    **dict.fromkeys(("quatrieme", "quatriemes"), 4),
    **dict.fromkeys(("dernier", "derniers"), -1),
}
# Words that change nothing where they stand.
_MOTS_VIDES = frozenset(
    """
    le la les l de du des d en chaque tous toutes horaire horaires heures jours public publics est sont bureau bureaux
    notre nos physique pendant durant
    """.split()
)
_MOTS: Mapping[str, Jeton] = {
    **dict.fromkeys(("a", "au", "aux"), Jeton(Sorte.A)),
    **dict.fromkeys(("et", "puis", "plus"), Jeton(Sorte.FAIBLE)),
    **dict.fromkeys(
        ("ouvert", "ouverte", "ouverts", "ouvertes", "ouverture", "ouvertures", "accueil", "permanence", "permanences"),
        Jeton(Sorte.OUVERT),
    ),
    **dict.fromkeys(
        ("ferme", "fermee", "fermes", "fermees", "fermeture", "fermetures", "off", "closed"), Jeton(Sorte.FERME)
    ),
    **dict.fromkeys(("sauf", "excepte", "hors", "hormis"), Jeton(Sorte.SAUF)),
    **dict.fromkeys(("feries", "ferie"), Jeton(Sorte.FERIE)),
    **dict.fromkeys(("matin", "matins", "matinee"), Jeton(Sorte.MOMENT, MATIN)),
    **dict.fromkeys(("soir", "soirs", "soiree"), Jeton(Sorte.MOMENT, SOIR)),
    **dict.fromkeys(("we", "weekend", "weekends"), Jeton(Sorte.JOURS, jours=FIN_DE_SEMAINE)),
    "midi": Jeton(Sorte.HEURE, 12 * 60),
    "minuit": Jeton(Sorte.HEURE, MINUIT),
    "entre": Jeton(Sorte.ENTRE),
}
# A full stop ends a sentence; other strong separators may only end a line of a list.
POINT = 1
_POINT = Jeton(Sorte.FORT, POINT)
_APRES_MIDI = Jeton(Sorte.MOMENT, APRES_MIDI)
_SEMAINE = Jeton(Sorte.JOURS, jours=OUVRES)
_TOUS_LES_JOURS = Jeton(Sorte.JOURS, jours=TOUS)
_VACANCES, _SCOLAIRE = Jeton(Sorte.VACANCES), Jeton(Sorte.SCOLAIRE)
_RENDEZ_VOUS, _OU_RENDEZ_VOUS = Jeton(Sorte.RENDEZ_VOUS), Jeton(Sorte.OU_RENDEZ_VOUS)
# Several words that are one thing, the longest first; hyphens and apostrophes are spaces by then.
_LOCUTIONS: tuple[tuple[tuple[str, ...], tuple[Jeton, ...]], ...] = tuple(
    sorted(
        (
            (tuple(mots.split()), jetons)
            for mots, jetons in {
                "tous les jours ouvres": (_SEMAINE,),
                "jours ouvres": (_SEMAINE,),
                "tous les jours de la semaine": (),  # Monday to Friday for some, to Sunday for others
                "toute la semaine": (),
                "tous les jours": (_TOUS_LES_JOURS,),
                "en semaine": (_SEMAINE,),
                "la semaine": (_SEMAINE,),
                "tous les apres midi": (_TOUS_LES_JOURS, _APRES_MIDI),
                "tous les apres midis": (_TOUS_LES_JOURS, _APRES_MIDI),
                "tous les matins": (_TOUS_LES_JOURS, Jeton(Sorte.MOMENT, MATIN)),
                "apres midi": (_APRES_MIDI,),
                "apres midis": (_APRES_MIDI,),
                "aprem": (_APRES_MIDI,),
                "week end": (Jeton(Sorte.JOURS, jours=FIN_DE_SEMAINE),),
                "week ends": (Jeton(Sorte.JOURS, jours=FIN_DE_SEMAINE),),
                "jours feries": (Jeton(Sorte.FERIE),),
                "jour ferie": (Jeton(Sorte.FERIE),),
                "du mois": (Jeton(Sorte.DU_MOIS),),
                "de chaque mois": (Jeton(Sorte.DU_MOIS),),
                "chaque mois": (Jeton(Sorte.DU_MOIS),),
                "par mois": (),
                "semaines paires": (Jeton(Sorte.PARITE, 0),),
                "semaine paire": (Jeton(Sorte.PARITE, 0),),
                "semaines impaires": (Jeton(Sorte.PARITE, 1),),
                "semaine impaire": (Jeton(Sorte.PARITE, 1),),
                "vacances scolaires": (_VACANCES,),
                "conges scolaires": (_VACANCES,),
                "petites vacances": (),
                "periode scolaire": (_SCOLAIRE,),
                "periodes scolaires": (_SCOLAIRE,),
                "temps scolaire": (_SCOLAIRE,),
                "semaines scolaires": (_SCOLAIRE,),
                "hors vacances scolaires": (_SCOLAIRE,),
                "hors periode de vacances scolaires": (_SCOLAIRE,),
                "en dehors des vacances scolaires": (_SCOLAIRE,),
                "sauf vacances scolaires": (_SCOLAIRE,),
                "sauf pendant les vacances scolaires": (_SCOLAIRE,),
                "a l exception du": (Jeton(Sorte.SAUF),),
                "a l exception de": (Jeton(Sorte.SAUF),),
                "a l exception des": (Jeton(Sorte.SAUF),),
                "en dehors des": (Jeton(Sorte.SAUF),),
                "ainsi que": (Jeton(Sorte.FAIBLE),),
                "jusqu a": (Jeton(Sorte.A),),
                "jusqu au": (Jeton(Sorte.A),),
                "jusque": (Jeton(Sorte.A),),
                "au public": (),
                "du public": (),
                "sans interruption": (),
                "non stop": (),
                "en continu": (),
                "journee continue": (),
                "sans rendez vous": (),
                "sans rdv": (),
                "avec ou sans rendez vous": (),
                "avec ou sans rdv": (),
                "sur rendez vous": (_RENDEZ_VOUS,),
                "sur rdv": (_RENDEZ_VOUS,),
                "avec rendez vous": (_RENDEZ_VOUS,),
                "uniquement sur rendez vous": (_RENDEZ_VOUS,),
                "uniquement sur rdv": (_RENDEZ_VOUS,),
                "et sur rendez vous": (_OU_RENDEZ_VOUS,),
                "et sur rdv": (_OU_RENDEZ_VOUS,),
                "ou sur rendez vous": (_OU_RENDEZ_VOUS,),
                "ou sur rdv": (_OU_RENDEZ_VOUS,),
            }.items()
        ),
        key=lambda locution: -len(locution[0]),
    )
)
_VAGUES = frozenset(mots for mots, jetons in _LOCUTIONS if not jetons and mots[-1] in {"semaine", "vacances", "mois"})

_BALISE = re.compile(r"<(?P<nom>/?[a-z]+)[^<>]{0,100}>", re.IGNORECASE)
_BALISES_DE_LIGNE = frozenset({"br", "li", "/li", "p", "/p", "ul", "/ul", "div", "/div", "tr", "/tr"})
_LEXEME = re.compile(
    r"(?P<continu>24 ?(?:h|heures)? ?(?:/|sur) ?24(?: ?h)?(?![\d:])|24/7(?![\d:]))"
    r"|(?P<tous>7 ?(?:j|jours)? ?(?:/|sur) ?7(?: ?j(?:ours)?\b)?(?![\dh:]))"
    r"|(?P<heures>\d{1,2}) ?(?:heures|heure|hrs|h)"
    r"(?:(?P<espace> ?)(?P<min1>\d{2})(?!\d| ?[h:])(?: ?(?:minutes|min|mn)\b)?)?"
    r"|(?P<heures2>\d{1,2}):(?P<min2>\d{2})(?::00)?(?![:\d])(?: ?h(?![a-z0-9]))?"
    r"|(?P<heures3>\d{1,2})\.(?P<min3>\d{2})(?!\d)(?: ?h(?![a-z0-9]))?"
    r"|(?P<rang>[1-5])(?:ers?|eres?|emes?|nd|e)(?![a-z])"
    r"|(?P<nombre>\d{1,2})(?!\d)"
    r"|(?P<mot>[a-z]+)(?P<point>\.?)"
    r"|(?P<signe>[-,;:./()|\n&+*•·~])"
    r"|(?P<blanc> +)"
)
_SIGNES: Mapping[str, Sorte] = {
    "-": Sorte.TIRET,
    "~": Sorte.TIRET,
    "/": Sorte.OBLIQUE,
    ":": Sorte.DEUX_POINTS,
    **dict.fromkeys(",&+", Sorte.FAIBLE),
    **dict.fromkeys(";.|\n*•·", Sorte.FORT),
    "(": Sorte.OUVRANTE,
    ")": Sorte.FERMANTE,
}
_TIRETS = re.compile(r"[‐‑‒–—−]")
_COUPURES = re.compile(r"(?<=[a-z])['’`](?=[a-z])|(?<=rendez)-(?=vous)|(?<=apres)-(?=midi)|(?<=week)-(?=end)")


def read_jetons(texte: str) -> list[Jeton]:
    """The tokens of the text; raises HorairesIncomprisError at what is no word of opening hours."""
    lexemes = list(_list_lexemes(normalise(texte)))
    mots = {lexeme for lexeme in lexemes if isinstance(lexeme, str)}
    anglais = bool(mots & _ANGLAIS_SURS) and not mots & _JOURS.keys()
    jetons: list[Jeton] = []
    position = 0
    while position < len(lexemes):
        lexeme = lexemes[position]
        if isinstance(lexeme, Jeton):
            jetons.append(lexeme)
            position += 1
            continue
        longueur, trouves = _match_locution(lexemes, position)
        jetons += trouves if longueur else _read_mot(lexeme, anglais=anglais)
        position += longueur or 1
    return jetons


def normalise(texte: str) -> str:
    """Lower case without accents, tags and entities read, one kind of hyphen and of space; lines are kept."""
    if len(texte) > LONGUEUR_MAX:
        raise HorairesIncomprisError(f"more than {LONGUEUR_MAX} characters")
    texte = _BALISE.sub(lambda m: "\n" if m["nom"].lower() in _BALISES_DE_LIGNE else " ", html.unescape(texte))
    texte = _TIRETS.sub("-", remove_accents(texte)).lower()
    texte = re.sub(r"[^\S\n]+", " ", texte.replace("\r", "\n"))
    return _COUPURES.sub(" ", texte).strip(" \n\"'«»")


def _list_lexemes(texte: str) -> Iterator[Jeton | str]:
    position = 0
    while position < len(texte):
        trouve = _LEXEME.match(texte, position)
        if trouve is None:
            raise HorairesIncomprisError(f"{texte[position : position + 10]!r}")
        position = trouve.end()
        if trouve["mot"]:
            yield trouve["mot"]
            # The full stop of an abbreviation ends nothing.
            if trouve["point"] and trouve["mot"] not in _ABREGES and trouve["mot"] not in _MOIS:
                yield _POINT
        elif not trouve["blanc"]:
            yield _read_signe(trouve)


def _read_signe(trouve: re.Match[str]) -> Jeton:
    if trouve["continu"]:
        return Jeton(Sorte.CONTINU)
    if trouve["tous"]:
        return _TOUS_LES_JOURS
    if trouve["rang"]:
        return Jeton(Sorte.ORDINAL, int(trouve["rang"]))
    if trouve["nombre"]:
        return Jeton(Sorte.NOMBRE, int(trouve["nombre"]))
    if trouve["signe"]:
        return _POINT if trouve["signe"] == "." else Jeton(_SIGNES[trouve["signe"]])
    heures = int(trouve["heures"] or trouve["heures2"] or trouve["heures3"])
    minutes = int(trouve["min1"] or trouve["min2"] or trouve["min3"] or 0)
    # "9 h 12" and "9.12" may be two hours: minutes after a space or a full stop are round.
    if (trouve["espace"] or trouve["min3"]) and minutes % 5:
        raise HorairesIncomprisError(f"{trouve[0]!r}")
    total = heures * 60 + minutes
    if minutes >= 60 or total > MINUIT:
        raise HorairesIncomprisError(f"{trouve[0]!r}")
    return Jeton(Sorte.HEURE, total)


def _match_locution(lexemes: list[Jeton | str], position: int) -> tuple[int, tuple[Jeton, ...]]:
    for mots, jetons in _LOCUTIONS:
        if tuple(lexemes[position : position + len(mots)]) == mots:
            if mots in _VAGUES:
                raise HorairesIncomprisError(f"{' '.join(mots)!r}")
            return len(mots), jetons
    return 0, ()


def _read_mot(mot: str, *, anglais: bool) -> list[Jeton]:
    if anglais and mot in _JOURS_ANGLAIS:
        return [Jeton(Sorte.JOUR, _JOURS_ANGLAIS[mot])]
    if mot in _MOTS_VIDES:
        return []
    if mot in _MOTS:
        return [_MOTS[mot]]
    for sorte, table in ((Sorte.JOUR, _JOURS), (Sorte.JOUR, _ABREGES), (Sorte.MOIS, _MOIS), (Sorte.ORDINAL, _RANGS)):
        if mot in table:
            return [Jeton(sorte, table[mot])]
    # Only full names of five letters and more: short words are one letter away from too many others.
    proches = {rang for jour, rang in _JOURS.items() if len(mot) >= 5 and is_a_une_faute(mot, jour)}
    if len(proches) == 1:
        return [Jeton(Sorte.JOUR, proches.pop())]
    raise HorairesIncomprisError(f"{mot!r}")


def is_a_une_faute(mot: str, attendu: str) -> bool:
    """Whether one letter added, forgotten or replaced, or two neighbours swapped, makes one word of the other."""
    if abs(len(mot) - len(attendu)) > 1 or mot == attendu:
        return False
    debut = 0
    while debut < min(len(mot), len(attendu)) and mot[debut] == attendu[debut]:
        debut += 1
    reste, reste_attendu = mot[debut:], attendu[debut:]
    if len(mot) == len(attendu):
        echange = reste[:2] == reste_attendu[1::-1] and len(reste) > 1
        return reste[1:] == reste_attendu[1:] or (echange and reste[2:] == reste_attendu[2:])
    return reste[1:] == reste_attendu if len(mot) > len(attendu) else reste == reste_attendu[1:]
