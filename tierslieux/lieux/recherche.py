"""What somebody means by a few words: a commune, a postcode, a need, a kind of place, the name of a place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from tierslieux.lieux import services
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.services import LieuResume
from tierslieux.lieux.vocabulaire import PREPOSITIONS, Lecture, is_connu, is_petit_mot, read_besoin
from tierslieux.territoires.enums import NatureToponyme
from tierslieux.territoires.noms import build_cle
from tierslieux.territoires.services import CommuneTrouvee, search_communes, search_noms_exacts

# Nobody names a need in more than this; what is longer was pasted by mistake.
LONGUEUR_MAX = 200

NOMBRE_COMMUNES = 8
# The longest names ("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson") have eight words.
MOTS_COMMUNE_MAX = 8
NOMBRE_LIEUX = 10

# "de" announces a commune after these: "près de Brest", "mairie de Cours".
_PREPOSITIONS_DOUBLES = dict.fromkeys(
    ("de", "d", "du"),
    frozenset(
        "pres proche cote autour loin environs alentours ville commune secteur mairie mediatheque bibliotheque caf "
        "ccas poste prefecture".split()
    ),
)
# What comes after these is no commune: "mon vert", "en bretagne".
_JAMAIS_AVANT = frozenset(
    "en dans mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs un une des ce cet cette ces le la les l "
    "avec pour sans par et ou comme".split()
)
# Right before the name of a commune: no article stands between.
_AVANT_NOM = frozenset(("a", *_PREPOSITIONS_DOUBLES))
_INFINITIF = re.compile(r".+(?:er|ir|[dti]re)")
_CODE = re.compile(r"\d{5}|\d{2}|2[ab]|97\d", re.ASCII)
_LONGUEUR_CODE_POSTAL = 5
# A name is taken with an error per so many letters, after a preposition alone: other words resemble names too much.
_LETTRES_PAR_ERREUR = 4


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a text was understood. The first commune is the answer, the others are "ou bien".

    `genre` is a kind that the text names; `genres`, `service` and `sujet` say what answers the need best and what to
    call it ("La carte grise"). Words read as others stand in `corrections`.
    """

    texte: str
    besoin: Besoin | None = None
    genre: Genre | None = None
    communes: tuple[CommuneTrouvee, ...] = ()
    lieux: tuple[LieuResume, ...] = ()
    service: Service | None = None
    genres: tuple[Genre, ...] = ()
    sujet: str | None = None
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def est_vide(self) -> bool:
        """Whether nothing was understood."""
        return not (self.besoin or self.genre or self.communes or self.lieux)


def interpret(session: Session, q: str, *, now: dt.datetime) -> Interpretation:
    """Understand a text, the surest reading first.

    A commune called exactly so wins over everything ("Y", "Eu", "Cours"); then a need or a kind, with a commune in the
    other words if there is one ("imprimer à Brest"); then places whose name holds the words; then a commune with a
    typing error. Never fails: what is not understood gives an empty interpretation.
    """
    texte = clean_texte(q)
    cle = build_cle(texte)
    if not cle:
        return Interpretation(texte)
    mots = cle.split()
    brute = read_besoin(cle)
    est_muette = all(is_petit_mot(mot) for mot in mots)
    # Names that resemble the text are only looked for where it may be one of them.
    est_nom = not est_muette and (brute is None or (len(mots) == 1 and bool(brute.corrections)))
    communes: tuple[CommuneTrouvee, ...] = ()
    if len(mots) <= MOTS_COMMUNE_MAX:
        communes = tuple(search_communes(session, texte, limite=NOMBRE_COMMUNES, approche=est_nom))
        if communes and communes[0].exacte:
            return Interpretation(texte, communes=communes)
    if est_muette:
        return Interpretation(texte)
    lecture, nommees = _read_besoin_et_lieu(session, mots, brute) if brute is not None else (None, ())
    if lecture is not None and not _is_plutot_commune(cle, lecture, communes):
        if nommees or not lecture.restes:
            return _build(texte, lecture, nommees)
        lieux = tuple(services.search_nom(session, texte, now=now, limite=NOMBRE_LIEUX, approche=False))
        return Interpretation(texte, lieux=lieux) if lieux else _build(texte, lecture)
    lieux = tuple(services.search_nom(session, texte, now=now, limite=NOMBRE_LIEUX, approche=not communes))
    return Interpretation(texte, communes=communes, lieux=lieux)


def _build(texte: str, lecture: Lecture, communes: tuple[CommuneTrouvee, ...] = ()) -> Interpretation:
    """A kind that is named says more than its need: one filter is enough."""
    return Interpretation(
        texte,
        besoin=None if lecture.genre else lecture.besoin,
        genre=lecture.genre,
        communes=communes,
        service=lecture.service,
        genres=lecture.genres,
        sujet=lecture.sujet,
        corrections=lecture.corrections,
    )


def _read_besoin_et_lieu(
    session: Session, mots: list[str], brute: Lecture
) -> tuple[Lecture, tuple[CommuneTrouvee, ...]]:
    """The need, and the communes that other words name; the words of a name never count for the need.

    `brute` is what the vocabulary reads in all the words.
    """
    codes = [rang for rang, mot in enumerate(mots) if _CODE.fullmatch(mot)]
    for debut, fin, communes in _list_places(session, mots, codes):
        lecture = read_besoin(" ".join(mots[:debut] + mots[fin:]))
        if lecture is not None:
            return lecture, communes
    return brute, _search_approche(session, brute)


def _list_places(
    session: Session, mots: list[str], codes: Sequence[int]
) -> Iterator[tuple[int, int, tuple[CommuneTrouvee, ...]]]:
    """Runs of words that name communes exactly, the likeliest first: begin, end, communes."""
    morceaux = dict(_list_morceaux(mots))
    cles = {(debut, fin): " ".join(mots[debut:fin]) for debut, fin in morceaux}
    trouves = search_noms_exacts(session, set(cles.values()), limite=NOMBRE_COMMUNES)
    places = [
        (morceaux[debut, fin], fin == len(mots), fin - debut, debut, tuple(trouves[cle]))
        for (debut, fin), cle in cles.items()
        if cle in trouves and (morceaux[debut, fin] or trouves[cle][0].nature is not NatureToponyme.ANCIENNE_COMMUNE)
    ]
    # "Marne" is announced by "sur" in "Neuilly-sur-Marne": a name within another one is not meant.
    bornes = [(place[3], place[3] + place[2]) for place in places]
    places = [
        place
        for place, (debut, fin) in zip(places, bornes, strict=True)
        if not any(d <= debut and fin <= f and (d, f) != (debut, fin) for d, f in bornes)
    ]
    places.sort(key=lambda place: place[:4], reverse=True)
    for rang in codes:
        # "29200 Brest", "Saint-Denis 93": the name chooses among communes of the code, the code among names.
        voisins = [place for place in places if place[3] == rang + 1 or place[3] + place[2] == rang]
        debut, fin = rang, rang + 1
        if voisins:
            debut, fin = min(debut, voisins[0][3]), max(fin, voisins[0][3] + voisins[0][2])
        elif len(mots[rang]) < _LONGUEUR_CODE_POSTAL:
            continue
        communes = tuple(search_communes(session, " ".join(mots[debut:fin]), limite=NOMBRE_COMMUNES))
        if communes and communes[0].exacte:
            yield debut, fin, communes
    for _, _, longueur, debut, communes in places:
        yield debut, debut + longueur, communes


def _list_morceaux(mots: Sequence[str]) -> Iterator[tuple[tuple[int, int], bool]]:
    """Runs of words where the name of a commune may stand, and whether a preposition announces it.

    It ends the text, begins it, or follows a preposition. Words of the vocabulary only make a name after "à": "imprimer
    à Cours"; never when they are a verb: "apprendre à lire" (Liré is a former commune).
    """
    for debut in range(len(mots)):
        avant = mots[debut - 1] if debut else ""
        annonce = avant in PREPOSITIONS or (debut > 1 and mots[debut - 2] in _PREPOSITIONS_DOUBLES.get(avant, ()))
        for fin in range(debut + 1, min(debut + MOTS_COMMUNE_MAX, len(mots)) + 1):
            if not (
                annonce
                or ((debut == 0 or fin == len(mots) or _CODE.fullmatch(mots[fin])) and avant not in _JAMAIS_AVANT)
            ):
                continue
            if all(is_petit_mot(mot) or is_connu(mot) for mot in mots[debut:fin]) and not (
                annonce and avant in _AVANT_NOM and fin == len(mots) and not _INFINITIF.fullmatch(mots[debut])
            ):
                continue
            yield (debut, fin), annonce


def _search_approche(session: Session, lecture: Lecture) -> tuple[CommuneTrouvee, ...]:
    """Communes whose name resembles what follows a preposition at the end of the other words ("imprimer à bresst")."""
    for reste in reversed(lecture.lieux_annonces):
        if len(reste) < _LETTRES_PAR_ERREUR or _INFINITIF.fullmatch(reste):
            continue
        communes = tuple(search_communes(session, reste, limite=NOMBRE_COMMUNES))
        if communes and _resembles(reste, communes[0]):
            return communes
    return ()


def _resembles(texte: str, commune: CommuneTrouvee) -> bool:
    cle = build_cle(commune.toponyme or commune.nom)
    erreurs = len(texte) // _LETTRES_PAR_ERREUR
    return commune.exacte or cle.startswith(texte) or OSA.distance(cle, texte, score_cutoff=erreurs) <= erreurs


def _is_plutot_commune(cle: str, lecture: Lecture, communes: Sequence[CommuneTrouvee]) -> bool:
    """Whether a text is a commune with an error rather than a word of the vocabulary with an error."""
    if not lecture.corrections or not communes or " " in cle:
        return False
    nom = build_cle(communes[0].toponyme or communes[0].nom)
    return OSA.distance(nom, cle) < OSA.distance(lecture.corrections[0][1], cle) or nom.startswith(cle)


def clean_texte(q: str) -> str:
    """The text without control characters, with single spaces, cut to LONGUEUR_MAX characters."""
    imprimable = "".join(c if c.isprintable() else " " for c in q[: 10 * LONGUEUR_MAX])
    return " ".join(imprimable.split())[:LONGUEUR_MAX]
