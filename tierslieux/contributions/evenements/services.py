"""What the agenda says: places, their events, the days on which they happen; a bus's stops come from its hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tierslieux.contributions.evenements import queries
from tierslieux.contributions.evenements.params import Ou
from tierslieux.core.db import Rangee
from tierslieux.core.geo import find_zone
from tierslieux.lieux.evenements import Evenement, GenreEvenement, Occurrence, read_evenements
from tierslieux.lieux.horaires import list_dates
from tierslieux.lieux.horaires.plages import Plage

# Beyond, the answer says that it is cut: a smaller territory, or fewer days.
LIEUX_MAX = 1_000
# A page of an old phone on a slow link.
RENDEZ_VOUS_MAX = 60
# Dates of a bus that are looked at: one a day for two months.
PASSAGES_MAX = 60
PASSAGES_JOURS = 92


@dataclass(frozen=True, slots=True)
class LieuCourt:
    """The place of an event. Degrees (EPSG:4326); who says its events, and under which licence."""

    id: int
    public_id: str
    nom: str
    adresse: str
    commune_code: str | None
    commune_nom: str | None
    lon: float | None
    lat: float | None
    est_approximatif: bool
    source: str | None
    licence: str | None

    @property
    def fuseau(self) -> ZoneInfo:
        """The time zone of its clock."""
        return find_zone(self.commune_code).fuseau


@dataclass(frozen=True, slots=True)
class EvenementDuLieu:
    """An event with its place; `vient_des_horaires`: a stop that the hours of a travelling place say."""

    lieu: LieuCourt
    evenement: Evenement
    vient_des_horaires: bool = False

    def list_occurrences(self, du: dt.date | None, au: dt.date, now: dt.datetime) -> list[Occurrence]:
        """The times from a day to another, both included, that are not over `now` (aware)."""
        local = now.astimezone(self.lieu.fuseau).replace(tzinfo=None)
        debut = max(dt.datetime.combine(du, dt.time()), local) if du else local
        return self.evenement.list_occurrences(debut, dt.datetime.combine(au, dt.time()) + dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class RendezVous:
    """One time that an event happens; naive, local to the place."""

    sujet: EvenementDuLieu
    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class Agenda:
    """Times in order; `est_coupe`: there are more, or more places."""

    rendez_vous: tuple[RendezVous, ...]
    est_coupe: bool


def list_evenements(
    session: Session,
    ou: Ou,
    *,
    now: dt.datetime,
    du: dt.date | None,
    au: dt.date,
    genre: GenreEvenement | None = None,
    limite: int = LIEUX_MAX,
) -> tuple[list[EvenementDuLieu], bool]:
    """Events that happen from a day (None: now) to another, by place, and whether some places were left out.

    A place is read when it has an event that is not over; its travelling hours give one event a stop.
    """
    depuis = now.astimezone(dt.UTC).replace(tzinfo=None) - dt.timedelta(days=1)
    rangees = session.execute(queries.list_lieux_stmt(ou, depuis=depuis, limite=limite + 1)).all()
    tous = (sujet for rangee in rangees[:limite] for sujet in _list_sujets(rangee, du, au, now))
    voulus = [sujet for sujet in tous if genre in {None, sujet.evenement.genre}]
    return [sujet for sujet in voulus if sujet.list_occurrences(du, au, now)], len(rangees) > limite


def build_agenda(
    sujets: Iterable[EvenementDuLieu], *, now: dt.datetime, du: dt.date | None, au: dt.date, est_coupe: bool = False
) -> Agenda:
    """The times of these events by instant, at most RENDEZ_VOUS_MAX."""
    tous = [
        RendezVous(sujet, occurrence)
        for sujet in sujets
        for occurrence in sujet.list_occurrences(du, au, now)[:RENDEZ_VOUS_MAX]
    ]
    tous.sort(key=_get_ordre)
    return Agenda(tuple(tous[:RENDEZ_VOUS_MAX]), est_coupe or len(tous) > RENDEZ_VOUS_MAX)


def _get_ordre(rendez_vous: RendezVous) -> tuple[dt.date, dt.datetime, str, str]:
    # By day of the place first: what is shown is grouped by day.
    lieu, debut = rendez_vous.sujet.lieu, rendez_vous.occurrence.debut
    return debut.date(), debut.replace(tzinfo=lieu.fuseau), lieu.nom, rendez_vous.sujet.evenement.id


def _list_sujets(rangee: Rangee, du: dt.date | None, au: dt.date, now: dt.datetime) -> Iterable[EvenementDuLieu]:
    lieu = _build_lieu(rangee, rangee.source_libelle, rangee.source_licence)
    for evenement in read_evenements(rangee.evenements):
        yield EvenementDuLieu(lieu, evenement)
    if not rangee.itinerant or not rangee.horaires:
        return
    du_lieu = _build_lieu(rangee, rangee.source_horaires_libelle, rangee.source_horaires_licence)
    # Overseas, it may still be yesterday, or be tomorrow already.
    jours = min(max((au - now.date()).days + 2, 1), PASSAGES_JOURS)
    plages = list_dates(rangee.horaires, now, rangee.commune_code, limite=PASSAGES_MAX, jours=jours)
    for plage in plages:
        if (du is None or du <= plage.debut.date()) and plage.debut.date() <= au:
            yield EvenementDuLieu(du_lieu, build_passage(rangee.nom, plage), vient_des_horaires=True)


def build_passage(nom: str, plage: Plage) -> Evenement:
    """A stop of a travelling place as an event; its id is that of the same opening in the place's own calendar."""
    return Evenement(
        id=f"{plage.debut:%Y%m%dT%H%M}",
        genre=GenreEvenement.PASSAGE,
        titre=nom,
        debut=plage.debut,
        fin=plage.fin,
        texte=plage.commentaire,
    )


def _build_lieu(rangee: Rangee, source: str | None, licence: str | None) -> LieuCourt:
    commune = " ".join(filter(None, (rangee.code_postal, rangee.commune_nom)))
    return LieuCourt(
        id=rangee.id,
        public_id=rangee.public_id,
        nom=rangee.nom,
        adresse=", ".join(filter(None, (rangee.adresse, commune))),
        commune_code=rangee.commune_code,
        commune_nom=rangee.commune_nom,
        lon=rangee.lon,
        lat=rangee.lat,
        est_approximatif=rangee.precision == "commune",
        source=source,
        licence=licence,
    )
