"""People's words for what they need, and the kinds of place they name. Pure.

Texts are written as `territoires.noms.build_cle` normalises them: lower case, no accent, no hyphen, no apostrophe.
A phrase of the vocabulary stands in a text when all its words do, near each other and in any order. The phrase of the
strongest entry wins, then the one of most words, then the first in the text. Words that are not known as they are
written are corrected only when the others lead nowhere or to a bare tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.vocabulaire.lexique import Lexique, Phrase, get_lexique, split_groupes
from tierslieux.lieux.vocabulaire.orthographe import correct, is_elision

# Nobody says a need in more; what comes after is not read.
MOTS_MAX = 60
# The name of a place comes after these.
PREPOSITIONS = frozenset("a au aux sur vers pres proche".split())
# Words that may stand between those of one phrase: "réparer mon vieux grille-pain tout rouillé".
_ECART_MAX = 3
# From this on, what was read as it is written stands: no correction is looked for.
_FORCE_SURE = 3
# Two runs of letters make one word of more letters than this: "photo copieuse".
_JOINT_MIN = 5


@dataclass(frozen=True, slots=True)
class Lecture:
    """What the vocabulary reads in a text, and the words that are left.

    `genre` is a kind that the text names ("fablab"); `genres` are those that answer best, that one included. `sujet`
    is what to call it in front of people, `entree` and `phrase` say which line of the vocabulary it was read by.
    `corrections` are the words that were read as others. `restes` are the runs of other words, in their order, without
    the small words around them: the place, when there is one; `lieux_annonces` are those after "à", "vers", "près de".
    """

    besoin: Besoin | None
    genre: Genre | None
    service: Service | None
    genres: tuple[Genre, ...]
    sujet: str
    entree: str
    phrase: str
    corrections: tuple[tuple[str, str], ...] = ()
    restes: tuple[str, ...] = ()
    lieux_annonces: tuple[str, ...] = ()

    @property
    def reste(self) -> str:
        """The words that are left, as one text."""
        return " ".join(self.restes)


@dataclass(frozen=True, slots=True)
class _Texte:
    """The words of a text, and those of them that were written otherwise."""

    mots: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Jeton:
    """A word of the text, or a group that counts as one: its canonical forms, and where it stands.

    No form: an unknown word. `vide`: it means nothing here.
    """

    mots: tuple[str, ...]
    debut: int
    fin: int
    vide: bool = False
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class _Accord:
    phrase: Phrase
    rangs: tuple[int, ...]

    @property
    def cle(self) -> tuple[int, int, int]:
        return (self.phrase.entree.force, len(self.phrase.mots), -self.rangs[0])


def read_besoin(cle: str, lexique: Lexique | None = None) -> Lecture | None:
    """The need or the kind named in a normalised text, and the rest; None when it names none."""
    lexique = lexique or get_lexique()
    texte = _Texte(tuple(cle.split()[:MOTS_MAX]))
    jetons = _split(texte.mots, lexique)
    accords = _list_accords(jetons, lexique)
    meilleur = max(accords, key=lambda accord: accord.cle, default=None)
    if meilleur is None or meilleur.phrase.entree.force < _FORCE_SURE:
        corrige = _correct_texte(texte.mots, jetons, lexique)
        autres_jetons = _split(corrige.mots, lexique) if corrige.corrections else []
        autres = _list_accords(autres_jetons, lexique)
        autre = max(autres, key=lambda accord: accord.cle, default=None)
        if autre is not None and (meilleur is None or autre.cle > meilleur.cle):
            texte, jetons, accords, meilleur = corrige, autres_jetons, autres, autre
    return _build_lecture(texte, jetons, accords, meilleur) if meilleur is not None else None


def find_genre(cle: str) -> Genre | None:
    """The kind of place that a normalised text names, each word as it is written; None when it names none."""
    lexique = get_lexique()
    accords = _list_accords(_split(cle.split()[:MOTS_MAX], lexique), lexique)
    nommes = [accord for accord in accords if accord.phrase.entree.nomme]
    return max(nommes, key=lambda accord: accord.cle).phrase.entree.genres[0] if nommes else None


def is_petit_mot(mot: str) -> bool:
    """Whether a normalised word means nothing by itself."""
    return mot in get_lexique().petits


def is_connu(mot: str) -> bool:
    """Whether a normalised word is one of the vocabulary, as it is written."""
    return get_lexique().find_canonique(mot) is not None


def _split(mots: Sequence[str], lexique: Lexique) -> list[_Jeton]:
    refuses = _find_refuses(mots, lexique)
    jetons: list[_Jeton] = []
    for mot, debut, fin in split_groupes(mots, lexique):
        if mot is None or mot in lexique.petits or is_elision(mot, lexique):
            jetons.append(_Jeton((), debut, fin, vide=True))
            continue
        canonique = lexique.find_canonique(mot)
        jetons.append(_Jeton((canonique,) if canonique else (), debut, fin, refuse=debut in refuses))
    return _join(mots, jetons, lexique)


def _join(mots: Sequence[str], jetons: list[_Jeton], lexique: Lexique) -> list[_Jeton]:
    """Words cut in two are one: "photo copieuse", "tele travail"."""
    joints: list[_Jeton] = []
    for jeton in jetons:
        avant = joints[-1] if joints else None
        if avant is not None and not (avant.mots and jeton.mots) and avant.fin - avant.debut == 1:
            joint = mots[avant.debut] + "".join(mots[jeton.debut : jeton.fin])
            canonique = lexique.find_canonique(joint) if len(joint) > _JOINT_MIN else None
            if canonique is not None:
                joints[-1] = _Jeton((canonique,), avant.debut, jeton.fin, refuse=avant.refuse)
                continue
        joints.append(jeton)
    return joints


def _find_refuses(mots: Sequence[str], lexique: Lexique) -> frozenset[int]:
    """Places of the words that somebody says they do not want: the first that means something after a refusal."""
    refuses: set[int] = set()
    for refus in lexique.refus:
        for debut in range(len(mots) - len(refus)):
            if tuple(mots[debut : debut + len(refus)]) != refus:
                continue
            suite = range(debut + len(refus), min(debut + len(refus) + 1 + _ECART_MAX, len(mots)))
            refuses.update([rang for rang in suite if mots[rang] not in lexique.petits][:1])
    return frozenset(refuses)


def _correct_texte(mots: Sequence[str], jetons: Iterable[_Jeton], lexique: Lexique) -> _Texte:
    """The text with its unknown words written as the vocabulary writes them, where one is near enough."""
    lus: list[str] = []
    corrections: list[tuple[str, str]] = []
    for jeton in jetons:
        avant = mots[jeton.debut : jeton.fin]
        apres = correct(avant[0], lexique) if not (jeton.vide or jeton.mots) else ()
        if apres:
            corrections.append((avant[0], " ".join(apres)))
        lus += apres or avant
    return _Texte(tuple(lus), tuple(corrections))


def _list_accords(jetons: Sequence[_Jeton], lexique: Lexique) -> list[_Accord]:
    """Phrases that stand in the text; those of a word that was refused only when there is no other."""
    pleins = [(rang, jeton) for rang, jeton in enumerate(jetons) if not jeton.vide]
    for avec_refuses in (False, True):
        places: dict[str, list[tuple[int, int]]] = {}
        for ordre, (rang, jeton) in enumerate(pleins):
            if avec_refuses or not jeton.refuse:
                for mot in jeton.mots:
                    places.setdefault(mot, []).append((ordre, rang))
        accords = [
            accord
            for mot in places
            for phrase in lexique.phrases.get(mot, ())
            if (accord := _match(phrase, places)) is not None
        ]
        if accords:
            return accords
    return []


def _match(phrase: Phrase, places: Mapping[str, list[tuple[int, int]]]) -> _Accord | None:
    """Where the words of a phrase stand closest to the first place of one of them; None when they are too far."""
    if any(mot not in places for mot in phrase.mots):
        return None
    premier, *autres = sorted(phrase.mots, key=lambda mot: len(places[mot]))
    for ordre, rang in places[premier]:
        choisis = [(ordre, rang)]
        choisis += [min(places[mot], key=lambda place: abs(place[0] - ordre)) for mot in autres]
        ordres = [place[0] for place in choisis]
        if max(ordres) - min(ordres) < len(phrase.mots) + _ECART_MAX:
            rangs = tuple(sorted({place[1] for place in choisis}))
            return _Accord(phrase, rangs)
    return None


def _build_lecture(texte: _Texte, jetons: Sequence[_Jeton], accords: Iterable[_Accord], meilleur: _Accord) -> Lecture:
    entree = meilleur.phrase.entree
    # A kind named beside a need tells where people think of going.
    nommes = [a.phrase.entree.genres[0] for a in accords if a.phrase.entree.nomme and a is not meilleur]
    courses = _list_courses(jetons)
    genres = tuple(dict.fromkeys((*entree.genres, *nommes) if entree.nomme else (*nommes, *entree.genres)))
    return Lecture(
        besoin=entree.besoin,
        genre=entree.genres[0] if entree.nomme else None,
        service=entree.service,
        genres=genres,
        sujet=entree.sujet,
        entree=entree.id,
        phrase=meilleur.phrase.texte,
        corrections=texte.corrections,
        restes=tuple(" ".join(texte.mots[debut:fin]) for debut, fin in courses),
        lieux_annonces=tuple(_list_annonces(texte.mots, courses)),
    )


def _list_courses(jetons: Iterable[_Jeton]) -> list[tuple[int, int]]:
    """Runs of words that are not of the vocabulary, without the small words around them: begin, end."""
    courses: list[tuple[int, int]] = []
    course: list[_Jeton] = []
    for jeton in (*jetons, _Jeton(("",), 0, 0)):
        if not jeton.mots:
            course.append(jeton)
            continue
        while course and course[-1].vide:
            course.pop()
        while course and course[0].vide:
            course.pop(0)
        if course:
            courses.append((course[0].debut, course[-1].fin))
        course = []
    return courses


def _list_annonces(mots: Sequence[str], courses: Iterable[tuple[int, int]]) -> Iterator[str]:
    """What follows the last preposition of place in each run, or just before it."""
    for debut, fin in courses:
        for rang in range(fin - 1, max(debut - 2, -1), -1):
            if mots[rang] in PREPOSITIONS and rang + 1 >= debut:
                suite = mots[max(rang + 1, debut) : fin]
                if suite:
                    yield " ".join(suite)
                break
