"""What somebody means by a few words: a commune, a postcode, a need, a kind of place, the name of a place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.lieux import services
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.services import LieuResume
from tierslieux.lieux.vocabulaire import read_besoin
from tierslieux.territoires.noms import build_cle
from tierslieux.territoires.services import CommuneTrouvee, search_communes

# Nobody names a need in more than this; what is longer was pasted by mistake.
LONGUEUR_MAX = 100

NOMBRE_COMMUNES = 8
# Names of communes have four words or fewer but for a handful ("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson").
MOTS_COMMUNE_MAX = 4
NOMBRE_LIEUX = 10


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a text was understood. The first commune is the answer, the others are "ou bien"."""

    texte: str
    besoin: Besoin | None = None
    genre: Genre | None = None
    communes: tuple[CommuneTrouvee, ...] = ()
    lieux: tuple[LieuResume, ...] = ()

    @property
    def est_vide(self) -> bool:
        """Whether nothing was understood."""
        return not (self.besoin or self.genre or self.communes or self.lieux)


def interpret(session: Session, q: str, *, now: dt.datetime) -> Interpretation:
    """Understand a text, the surest reading first.

    A commune called exactly so wins over everything ("Y", "Eu"); then a need or a kind, with a commune in the other
    words if there is one ("imprimer à Brest"); then places whose name holds the words; then a commune with a typing
    error. Never fails: what is not understood gives an empty interpretation.
    """
    texte = clean_texte(q)
    if not texte:
        return Interpretation(texte)
    communes = tuple(search_communes(session, texte, limite=NOMBRE_COMMUNES))
    if communes and communes[0].exacte:
        return Interpretation(texte, communes=communes)
    lecture = read_besoin(build_cle(texte))
    if lecture is not None:
        restantes = _search_fin(session, lecture.reste)
        if restantes or not lecture.reste:
            return Interpretation(texte, lecture.besoin, lecture.genre, restantes)
    lieux = tuple(services.search_nom(session, texte, now=now, limite=NOMBRE_LIEUX, approche=not communes))
    if lieux or communes:
        return Interpretation(texte, communes=communes, lieux=lieux)
    if lecture is not None:
        return Interpretation(texte, lecture.besoin, lecture.genre)
    return Interpretation(texte)


def _search_fin(session: Session, reste: str) -> tuple[CommuneTrouvee, ...]:
    """Communes named by the words left beside a need; else one called exactly as the last of them.

    People end with the place ("refaire ma carte grise à Lyon") and no list holds every word that they say before it.
    """
    if not reste:
        return ()
    communes = tuple(search_communes(session, reste, limite=NOMBRE_COMMUNES))
    if communes:
        return communes
    mots = reste.split()
    for debut in range(max(1, len(mots) - MOTS_COMMUNE_MAX), len(mots)):
        communes = tuple(search_communes(session, " ".join(mots[debut:]), limite=NOMBRE_COMMUNES))
        if communes and communes[0].exacte:
            return communes
    return ()


def clean_texte(q: str) -> str:
    """The text without control characters, with single spaces, cut to LONGUEUR_MAX characters."""
    imprimable = "".join(c if c.isprintable() else " " for c in q[: 10 * LONGUEUR_MAX])
    return " ".join(imprimable.split())[:LONGUEUR_MAX]
