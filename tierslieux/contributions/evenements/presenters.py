"""Contexts of the pages of the agenda: everything that their templates say, decided here. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from tierslieux.contributions.evenements.params import RAYONS_KM, Demande
from tierslieux.contributions.evenements.saisie import LONGUEURS, Retour, find_retour
from tierslieux.contributions.evenements.services import Agenda, LieuCourt, RendezVous
from tierslieux.contributions.fusion import Conflit
from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.evenements import Evenement, GenreEvenement, Occurrence, read_evenements, write_occurrence
from tierslieux.lieux.evenements.calendriers import LieuAgenda
from tierslieux.lieux.evenements.pages import EvenementLu, build_inscription, list_precisions
from tierslieux.lieux.evenements.phrases import write_heures, write_quand
from tierslieux.lieux.moments import format_jour
from tierslieux.lieux.services import LieuDetail, LieuResume


@dataclass(frozen=True, slots=True)
class Ligne:
    """One time of an event, in the list of a day. `quand` says its hours; `rythme` its rule when it comes back."""

    genre: GenreEvenement
    titre: str
    lieu: LieuCourt
    quand: str
    rythme: str | None
    lignes: tuple[str, ...]
    precisions: tuple[str, ...]
    inscription: tuple[str, str] | None
    vient_des_horaires: bool


@dataclass(frozen=True, slots=True)
class Jour:
    """A day of the agenda: « Mardi 1er décembre 2026 »."""

    date: dt.date
    titre: str
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """The page /agenda. `ou` says where in words; `alternatives` are other communes that the words could mean.

    `args` ask the same again, `args_suite` what comes after, when it is cut; `args_ics` are those of the calendar to
    follow, None when nowhere is said.
    """

    demande: Demande
    ou: str | None
    titre: str
    du: dt.date
    au: dt.date
    jours: tuple[Jour, ...]
    nombre: int
    est_coupe: bool
    alternatives: tuple[tuple[str, dict[str, str]], ...]
    args: dict[str, str]
    args_suite: dict[str, str] | None
    args_ics: dict[str, str] | None
    today: dt.date
    choix_genres: tuple[GenreEvenement, ...] = tuple(GenreEvenement)
    choix_rayons: tuple[int, ...] = RAYONS_KM


def build_agenda_page(
    demande: Demande,
    agenda: Agenda,
    *,
    ou: str | None,
    alternatives: Sequence[tuple[str, dict[str, str]]],
    args_ics: dict[str, str] | None,
    now: dt.datetime,
) -> AgendaPage:
    """The page of what was found `now` (aware); `ou` names the territory."""
    today = now.date()
    du, au = demande.find_jours(today)
    jours = tuple(_group_jours(agenda.rendez_vous, demande.du, now))
    return AgendaPage(
        demande=demande,
        ou=ou,
        titre=_("Ce qui se passe : %(territoire)s", territoire=ou) if ou else _("Ce qui se passe bientôt"),
        du=du,
        au=au,
        jours=jours,
        nombre=len(agenda.rendez_vous),
        est_coupe=agenda.est_coupe,
        alternatives=tuple(alternatives),
        args=demande.build_args(),
        args_suite=_build_suite(demande, jours) if agenda.est_coupe else None,
        args_ics=args_ics,
        today=today,
    )


def _build_suite(demande: Demande, jours: Sequence[Jour]) -> dict[str, str] | None:
    """The agenda from the last day that is shown on, which may not be whole; None when one day fills it all."""
    if len(jours) < 2:
        return None
    return replace(demande, du=jours[-1].date).build_args()


def build_lieu_agenda(lieu: LieuCourt, url: str) -> LieuAgenda:
    """The place as a calendar says it; `url` is the absolute address of its page."""
    return LieuAgenda(
        public_id=lieu.public_id,
        nom=lieu.nom,
        adresse=lieu.adresse,
        lon=None if lieu.est_approximatif else lieu.lon,
        lat=None if lieu.est_approximatif else lieu.lat,
        fuseau=lieu.fuseau,
        url=url,
    )


def _group_jours(rendez_vous: Iterable[RendezVous], du: dt.date | None, now: dt.datetime) -> Iterable[Jour]:
    """By day of the place; what had started before stands on the first one."""
    dates = sorted(((_find_jour(un, du, now), un) for un in rendez_vous), key=lambda paire: paire[0])
    for jour, groupe in groupby(dates, key=lambda paire: paire[0]):
        titre = format_jour(jour, annee=True)
        yield Jour(jour, titre[:1].upper() + titre[1:], tuple(_build_ligne(un) for _jour, un in groupe))


def _find_jour(rendez_vous: RendezVous, du: dt.date | None, now: dt.datetime) -> dt.date:
    local = now.astimezone(rendez_vous.sujet.lieu.fuseau).date()
    return max(rendez_vous.occurrence.debut.date(), du or local, local)


def _build_ligne(rendez_vous: RendezVous) -> Ligne:
    sujet, occurrence = rendez_vous.sujet, rendez_vous.occurrence
    evenement = sujet.evenement
    return Ligne(
        genre=evenement.genre,
        titre=evenement.titre,
        lieu=sujet.lieu,
        quand=_write_quand(occurrence),
        rythme=write_quand(evenement) if evenement.recurrence else None,
        lignes=tuple(ligne for ligne in (evenement.texte or "").split("\n") if ligne),
        precisions=tuple(list_precisions(evenement)),
        inscription=build_inscription(evenement.inscription),
        vient_des_horaires=sujet.vient_des_horaires,
    )


def _write_quand(occurrence: Occurrence) -> str:
    """Hours alone when it ends on the same day, which is written above."""
    if occurrence.fin - occurrence.debut < dt.timedelta(days=1):
        texte = write_heures(occurrence)
        return texte[:1].upper() + texte[1:]
    return write_occurrence(occurrence)


# --- Forms ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form of an event. `rythme` is the rule of the one that is corrected, when the form cannot say it."""

    lieu: LieuResume
    actuel: Evenement | None
    rythme: str | None
    choix_retour: tuple[Retour, ...]
    today: dt.date
    choix_genres: tuple[GenreEvenement, ...] = tuple(GenreEvenement)
    longueurs: Mapping[str, int] = field(default_factory=lambda: LONGUEURS)


@dataclass(frozen=True, slots=True)
class ApercuPage:
    """What was written, before it is sent; `avant` is the event that it corrects, in words."""

    lieu: LieuResume
    evenement: EvenementLu
    actuel: Evenement | None
    avant: str | None


@dataclass(frozen=True, slots=True)
class AnnulationPage:
    """The dates of an event that can be cancelled: (day, in words)."""

    lieu: LieuResume
    actuel: Evenement
    quand: str
    dates: tuple[tuple[str, str], ...]


def build_form_page(detail: LieuDetail, actuel: Evenement | None, *, now: dt.datetime) -> FormPage:
    """The form, for a new event or for one that exists."""
    est_autre = actuel is not None and find_retour(actuel) is Retour.TEL_QUEL
    return FormPage(
        lieu=detail.resume,
        actuel=actuel,
        rythme=write_quand(actuel) if actuel and est_autre else None,
        choix_retour=tuple(retour for retour in Retour if est_autre or retour is not Retour.TEL_QUEL),
        today=now.astimezone(find_zone(detail.resume.commune_code).fuseau).date(),
    )


def build_apercu_page(detail: LieuDetail, lu: EvenementLu, actuel: Evenement | None) -> ApercuPage:
    """The page that shows what will be sent."""
    avant = f"{actuel.titre} : {write_quand(actuel)}" if actuel else None
    return ApercuPage(detail.resume, lu, actuel, avant)


def build_annulation_page(
    detail: LieuDetail, actuel: Evenement, *, now: dt.datetime, fuseau: ZoneInfo, limite: int
) -> AnnulationPage:
    """The page that asks what is cancelled."""
    dates = list_annulables(actuel, now=now, fuseau=fuseau, limite=limite)
    return AnnulationPage(detail.resume, actuel, write_quand(actuel), tuple(dates.items()))


def list_annulables(evenement: Evenement, *, now: dt.datetime, fuseau: ZoneInfo, limite: int) -> dict[str, str]:
    """The coming times of an event that comes back, in words by day (2026-12-24); nothing for a single one."""
    if evenement.recurrence is None:
        return {}
    prochaines = evenement.list_prochaines(now, fuseau, limite)
    return {occurrence.debut.date().isoformat(): write_occurrence(occurrence, annee=True) for occurrence in prochaines}


def say_devenu(conflits: Iterable[Conflit], identifiant: str) -> str:
    """What has become of an event that two people change at once."""
    presents = [objet for conflit in conflits for objet in conflit.actuel or ()]
    devenu = next((un for un in read_evenements(presents) if un.id == identifiant), None)
    if devenu is None:
        return _("Il n’est plus annoncé.")
    return _("Il est devenu : %(titre)s. %(quand)s.", titre=devenu.titre, quand=write_quand(devenu))
