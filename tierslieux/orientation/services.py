"""The guided orientation: understand the answers, gather places around, propose three of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import CodeInsee, Position
from tierslieux.lieux.enums import Accompagnement, Genre, ModaliteAcces, PriseEnCharge, Public
from tierslieux.lieux.params import RAYON_M, Criteres, Curseur
from tierslieux.lieux.recherche import interpret
from tierslieux.lieux.services import LieuResume, PageLieux, list_proches
from tierslieux.lieux.vocabulaire import read_besoin
from tierslieux.orientation import queries
from tierslieux.orientation.enums import Critere, Deplacement, Etape, Precaution, Verdict
from tierslieux.orientation.examen import Demande, Offre, examine
from tierslieux.orientation.params import Reponses
from tierslieux.orientation.selection import NOMBRE_LIEUX, Examen, Selection, select
from tierslieux.territoires.noms import build_cle
from tierslieux.territoires.services import CommuneTrouvee, find_commune, find_commune_at, search_communes
from tierslieux.trajets.moteur import Point

# Nearest places looked at, and as many again that are known to meet each thing asked for: far fewer are within reach in
# the countryside, and in a city the three best are among the nearest.
NOMBRE_PROCHES = 60
NOMBRE_SURS = 20
NOMBRE_COMMUNES = 8
# Around the nearest place beyond the radius, how much further the two others may be.
MARGE_PLUS_PROCHE = 1.25


@dataclass(frozen=True, slots=True)
class Depart:
    """Where the person is: a point, and the commune that it is in."""

    position: Position
    commune: CommuneTrouvee

    @property
    def point(self) -> Point:
        """The same, as engines of travel times take it."""
        return Point(self.position.lon, self.position.lat, self.commune.code)


@dataclass(frozen=True, slots=True)
class Lecture:
    """Answers once understood: texts became codes where they could, what could not is said in `reponses.erreurs`.

    `communes` are those that the text may mean, for the person to choose.
    """

    reponses: Reponses
    depart: Depart | None = None
    communes: tuple[CommuneTrouvee, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposition:
    """What is proposed to the person; `mairie` is the nearest town hall, told when fewer than three places suit."""

    demande: Demande
    depart: Depart
    selection: Selection
    mairie: LieuResume | None = None


def read_reponses(session: Session, reponses: Reponses, *, now: dt.datetime) -> Lecture:
    """Understand the words of the need and of the place; never fails."""
    reponses, nommees = _read_mots(session, reponses, now=now)
    if reponses.commune:
        return _read_commune(session, reponses)
    if reponses.position:
        return _read_position(session, reponses)
    if not reponses.ou:
        return _choose_commune(reponses, nommees) if nommees else Lecture(reponses)
    trouvees = tuple(search_communes(session, reponses.ou, limite=NOMBRE_COMMUNES))
    if not trouvees:
        return Lecture(_add_erreur(reponses, Etape.OU, _("Nous n’avons pas trouvé cette commune.")))
    return _choose_commune(reponses, trouvees)


def propose(session: Session, reponses: Reponses, depart: Depart, *, now: dt.datetime) -> Proposition:
    """Three places at most for these answers; `now` (aware) decides of open or closed."""
    demande = Demande(
        now=now,
        besoin=reponses.besoin,
        genre=reponses.genre,
        deplacement=reponses.deplacement,
        moment=reponses.quand,
        precautions=_keep_utiles(reponses),
    )
    selection = select(_examine_proches(session, demande, depart))
    mairie = None
    if len(selection.choisis) < NOMBRE_LIEUX:
        criteres = Criteres(genre=Genre.MAIRIE)
        page = list_proches(session, depart.position, criteres, now=now, limite=1, depart=depart.point)
        mairie = next(iter(page.lieux), page.plus_proche)
    return Proposition(demande, depart, selection, mairie)


def _keep_utiles(reponses: Reponses) -> tuple[Precaution, ...]:
    """What must be known of the places: whether a wheelchair goes in is of no use to who does not come."""
    precautions = reponses.precautions or ()
    if reponses.deplacement is Deplacement.IMPOSSIBLE:
        return tuple(p for p in precautions if p is not Precaution.FAUTEUIL)
    return precautions


def build_criteres(proposition: Proposition) -> Criteres:
    """The search that lists what was chosen from.

    The list only keeps places known to meet a filter: one that none of the chosen places is known to meet would leave
    nothing to read, and is not carried over.
    """
    demande = proposition.demande
    constats = [c for examen in proposition.selection.choisis for c in examen.constats]
    remplis = {constat.critere for constat in constats if constat.verdict is Verdict.REMPLI}
    prises_en_charge = [
        prise_en_charge
        for precaution in demande.precautions
        if precaution.critere in remplis
        for prise_en_charge in precaution.prises_en_charge[:1]
    ]
    return Criteres(
        besoin=demande.besoin,
        genre=demande.genre,
        quand=demande.moment if Critere.MOMENT in remplis else None,
        mode=demande.deplacement.mode if demande.deplacement else None,
        accessible=Critere.FAUTEUIL in remplis,
        prise_en_charge=prises_en_charge[0] if prises_en_charge else None,
    )


def _read_mots(session: Session, reponses: Reponses, *, now: dt.datetime) -> tuple[Reponses, Sequence[CommuneTrouvee]]:
    """The need that the words name, and the commune when they also name one ("imprimer à Brest")."""
    if not reponses.mots or reponses.besoin or reponses.genre:
        return replace(reponses, mots=""), ()
    lecture = read_besoin(build_cle(reponses.mots))
    interpretation = interpret(session, reponses.mots, now=now)
    nommees = [commune for commune in interpretation.communes if commune.exacte]
    besoin = lecture.besoin if lecture else interpretation.besoin
    genre = lecture.genre if lecture else interpretation.genre
    if besoin or genre:
        return replace(reponses, besoin=besoin, genre=genre, mots=""), nommees
    if nommees:
        erreur = _("C’est le nom d’une commune. Dites aussi quel est votre souci.")
    else:
        erreur = _("Nous n’avons pas compris. Choisissez un dessin, ou dites-le avec d’autres mots.")
    return _add_erreur(reponses, Etape.BESOIN, erreur), nommees


def _read_commune(session: Session, reponses: Reponses) -> Lecture:
    commune = find_commune(session, reponses.commune or "")
    depart = _build_depart(commune) if commune else None
    if depart is None:
        erreur = _("Nous ne connaissons pas cette commune.")
        return Lecture(_add_erreur(replace(reponses, commune=None), Etape.OU, erreur))
    return Lecture(replace(reponses, commune=CodeInsee(depart.commune.code), position=None, ou=""), depart)


def _read_position(session: Session, reponses: Reponses) -> Lecture:
    position = reponses.position
    commune = find_commune_at(session, position) if position else None
    if position is None or commune is None:
        erreur = _("Ce point n’est pas en France. Tapez le nom d’une commune.")
        return Lecture(_add_erreur(replace(reponses, position=None), Etape.OU, erreur))
    return Lecture(replace(reponses, ou=""), Depart(position, commune))


def _choose_commune(reponses: Reponses, communes: Sequence[CommuneTrouvee]) -> Lecture:
    """The commune when one alone has this very name; else the person chooses."""
    exactes = [commune for commune in communes if commune.exacte]
    depart = _build_depart(exactes[0]) if len(exactes) == 1 else None
    if depart is None:
        return Lecture(reponses, communes=tuple(exactes or communes))
    return Lecture(replace(reponses, commune=CodeInsee(depart.commune.code), ou=""), depart)


def _build_depart(commune: CommuneTrouvee) -> Depart | None:
    if commune.lon is None or commune.lat is None:
        return None
    return Depart(Position(commune.lon, commune.lat), commune)


def _add_erreur(reponses: Reponses, etape: Etape, texte: str) -> Reponses:
    textes = (*reponses.erreurs.get(etape, ()), texte)
    return replace(reponses, erreurs={**reponses.erreurs, etape: textes})


def check_moment(reponses: Reponses, depart: Depart | None, *, now: dt.datetime) -> Reponses:
    """The answers without a chosen moment that is over, which is said; hours are those of the place."""
    fuseau = find_zone(depart.commune.code if depart else None).fuseau
    if reponses.quand is None or not reponses.quand.is_passe(now, fuseau):
        return reponses
    erreur = _("Ce moment est passé. Choisissez un moment à venir.")
    return _add_erreur(replace(reponses, quand=None), Etape.QUAND, erreur)


def _examine_proches(session: Session, demande: Demande, depart: Depart) -> list[Examen]:
    base = Criteres(besoin=demande.besoin, genre=demande.genre)

    def lister(criteres: Criteres, limite: int, *, apres: Curseur | None = None, rayon_m: float = RAYON_M) -> PageLieux:
        return list_proches(
            session,
            depart.position,
            criteres,
            now=demande.now,
            limite=limite,
            apres=apres,
            rayon_m=rayon_m,
            depart=depart.point,
        )

    proches = lister(base, NOMBRE_PROCHES)
    lieux = list(proches.lieux)
    if proches.suivant is not None:
        # In a city, what suits for sure may stand behind the nearest: it is looked for from there on.
        for precis in _list_precis(demande, base):
            lieux += lister(precis, NOMBRE_SURS, apres=proches.suivant).lieux
    plus_proche = proches.plus_proche
    if plus_proche is not None and plus_proche.distance_m is not None:
        # Nothing around: the nearest, however far, are better than nothing, and said to be far.
        lieux += lister(base, NOMBRE_LIEUX, rayon_m=plus_proche.distance_m * MARGE_PLUS_PROCHE).lieux
    uniques = {lieu.id: lieu for lieu in lieux}
    offres = queries.list_offres(session, uniques)
    return [examine(lieu, _build_offre(offres.get(lieu.id)), demande) for lieu in uniques.values()]


def _list_precis(demande: Demande, base: Criteres) -> Iterable[Criteres]:
    """The same search, once for each thing asked for that a search can keep to, and once for all of them."""
    ensemble = base
    if demande.moment:
        ensemble = replace(ensemble, quand=demande.moment)
        yield replace(base, quand=demande.moment)
    if Precaution.FAUTEUIL in demande.precautions:
        ensemble = replace(ensemble, accessible=True)
        yield replace(base, accessible=True)
    for precaution in demande.precautions:
        for prise_en_charge in precaution.prises_en_charge:
            ensemble = replace(ensemble, prise_en_charge=prise_en_charge)
            yield replace(base, prise_en_charge=prise_en_charge)
    if ensemble != base:
        yield ensemble


def _build_offre(rangee: Rangee | None) -> Offre:
    if rangee is None:
        return Offre()
    return Offre(
        prises_en_charge=tuple(PriseEnCharge(code) for code in rangee.prises_en_charge),
        accompagnements=tuple(Accompagnement(code) for code in rangee.accompagnements),
        modalites_acces=tuple(ModaliteAcces(code) for code in rangee.modalites_acces),
        publics=tuple(Public(code) for code in rangee.publics),
    )
