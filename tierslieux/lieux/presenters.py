"""Context of the page of a place: everything that its template says, decided here. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.croquis import Croquis, Epingle, build_croquis
from tierslieux.cartes.permalien import ZOOM_LIEU, build_fragment_carte
from tierslieux.core.enums import Libelle
from tierslieux.core.geo import find_zone
from tierslieux.core.qr import Qr, build_qr
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.filtres import format_telephone, lower_initiale
from tierslieux.lieux.enums import Precision, Statut
from tierslieux.lieux.evenements.pages import EvenementLu, list_a_venir
from tierslieux.lieux.fraicheur import Fraicheur, find_derniere, find_fraicheur
from tierslieux.lieux.horaires.semaines import describe_horaires, describe_rythme
from tierslieux.lieux.passages import list_passages, say_prochain_jour
from tierslieux.lieux.services import LieuDetail, LieuResume, MentionSource
from tierslieux.lieux.sms import build_lien_sms, build_sms

# A step of a breadcrumb: name, level, code.
Etape = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Origine:
    """Published fields that share their source and the dates of their last check.

    `date` is the source's own, `confirme` the last day on which somebody said on this site that it was still so.
    """

    source: str
    date: dt.date | None
    champs: tuple[str, ...]
    confirme: dt.date | None
    fraicheur: Fraicheur


@dataclass(frozen=True, slots=True)
class Partage:
    """What is carried away from the page: the text of a message, the link that writes it, the code of the address."""

    sms: str
    lien_sms: str
    qr: Qr


@dataclass(frozen=True, slots=True)
class LieuPage:
    """The page /lieux/<id>.

    `rythme` says the hours of a place that are not the same every week; `passages` are the coming dates of a place
    whose hours name dates, said in words; `evenements` what happens there besides.
    """

    detail: LieuDetail
    lieu: LieuResume
    ariane: tuple[Etape, ...]
    lignes_adresse: tuple[str, ...]
    precisions: tuple[tuple[str, tuple[Libelle, ...]], ...]
    origines: tuple[Origine, ...]
    sources: tuple[MentionSource, ...]
    today: dt.date
    annee_ancienne: int | None
    est_approximatif: bool
    geo: str | None
    site_court: str | None
    croquis: Croquis | None
    fragment_carte: str
    args_autour: dict[str, str]
    modalites: tuple[str, ...]
    rythme: str | None
    passages: tuple[str, ...]
    evenements: tuple[EvenementLu, ...]
    partage: Partage | None


def build_lieu_page(
    detail: LieuDetail,
    ariane: Sequence[Etape],
    *,
    today: dt.date,
    now: dt.datetime | None = None,
    contour: BaseGeometry | None = None,
    adresse: str | None = None,
) -> LieuPage:
    """The page of a place; `ariane` is the ladder of its territories, widest first, `contour` its commune's outline.

    `now` (aware) dates what is coming, which is left out without it; `adresse` is the absolute address of the page,
    without which nothing is shared.
    """
    lieu = detail.resume
    position = Position(lieu.lon, lieu.lat) if lieu.lon is not None and lieu.lat is not None else None
    return LieuPage(
        detail=detail,
        lieu=lieu,
        ariane=tuple(ariane),
        lignes_adresse=tuple(_list_lignes_adresse(detail)),
        precisions=tuple(_list_precisions(detail)),
        origines=tuple(_group_origines(detail, today)),
        sources=tuple({m.libelle: m for champ in detail.champs for m in champ.sources}.values()),
        today=today,
        annee_ancienne=lieu.date.year if lieu.date and find_fraicheur(lieu.date, today).est_perimee else None,
        est_approximatif=lieu.precision == Precision.COMMUNE,
        geo=f"geo:{lieu.lat:.5f},{lieu.lon:.5f}" if position else None,
        site_court=_shorten_site(detail.site_web),
        croquis=_draw_voisins(detail, position, contour),
        fragment_carte=build_fragment_carte(position, ZOOM_LIEU) if position else "",
        args_autour={"lon": f"{position.lon:.5f}", "lat": f"{position.lat:.5f}"} if position else {},
        modalites=tuple(lower_initiale(_(modalite.libelle)) for modalite in detail.modalites_acces),
        # A table of one week would not tell that hours change from one week or season to another.
        rythme=describe_horaires(lieu.horaires, lieu.commune_code) if describe_rythme(lieu.horaires) else None,
        passages=tuple(list_passages(lieu, now)) if now else (),
        evenements=tuple(_list_evenements(detail, now)) if now else (),
        partage=build_partage(lieu, adresse, now) if adresse else None,
    )


def build_partage(lieu: LieuResume, adresse: str, now: dt.datetime | None) -> Partage:
    """What is shared of a place: `adresse` is absolute, `now` (aware) chooses the hours of the message."""
    rue = ", ".join(partie for partie in (lieu.adresse, _join_commune(lieu)) if partie)
    sms = build_sms(
        lieu.nom,
        telephone=format_telephone(lieu.telephone) if lieu.telephone else None,
        adresse=rue,
        horaires=say_prochain_jour(lieu, now) if now else None,
        lien=adresse,
    )
    return Partage(sms, build_lien_sms(sms), build_qr(adresse))


def _list_evenements(detail: LieuDetail, now: dt.datetime) -> list[EvenementLu]:
    """What is coming at a place that is open to people."""
    if detail.statut is not Statut.PUBLIE:
        return []
    return list_a_venir(detail.evenements, now=now, fuseau=find_zone(detail.resume.commune_code).fuseau)


def _list_lignes_adresse(detail: LieuDetail) -> Iterable[str]:
    lieu = detail.resume
    lignes = [ligne for ligne in (detail.complement_adresse, lieu.adresse, _join_commune(lieu)) if ligne]
    return lignes or [_("Adresse non communiquée")]


def _join_commune(lieu: LieuResume) -> str:
    return " ".join(partie for partie in (lieu.code_postal, lieu.commune_nom) if partie)


def _list_precisions(detail: LieuDetail) -> Iterable[tuple[str, tuple[Libelle, ...]]]:
    couples: list[tuple[str, tuple[Libelle, ...]]] = [
        (_("Façons d’être aidé"), detail.accompagnements),
        (_("Publics accueillis en particulier"), detail.publics),
        (_("Prise en charge particulière"), detail.prises_en_charge),
        (_("Programmes nationaux"), detail.programmes),
        (_("Formations et labels"), detail.formations_labels),
    ]
    return [(titre, valeurs) for titre, valeurs in couples if valeurs]


def _group_origines(detail: LieuDetail, today: dt.date) -> Iterable[Origine]:
    """Fields by source and dates, in the order of the first field of each group."""
    groupes: dict[tuple[str, dt.date | None, dt.date | None], list[str]] = {}
    for champ in detail.champs:
        for mention in champ.sources:
            groupes.setdefault((mention.libelle, mention.date, champ.confirme), []).append(_(champ.libelle))
    return [
        Origine(
            source,
            date,
            (champs[0], *map(lower_initiale, champs[1:])),
            confirme,
            find_fraicheur(find_derniere(date, confirme), today),
        )
        for (source, date, confirme), champs in groupes.items()
    ]


def _shorten_site(url: str | None) -> str | None:
    return urlsplit(url).netloc.removeprefix("www.") or url if url else None


def _draw_voisins(detail: LieuDetail, position: Position | None, contour: BaseGeometry | None) -> Croquis | None:
    if position is None or not detail.voisins or detail.statut == Statut.MASQUE:
        return None
    return build_croquis(
        _("Autour de %(lieu)s", lieu=detail.resume.nom),
        _("Plan simple. Un point montre ce lieu. Des épingles numérotées montrent les lieux proches."),
        epingles=list_epingles(detail.voisins),
        depart=position,
        contour=contour,
    )


def list_epingles(lieux: Sequence[LieuResume]) -> list[Epingle]:
    """Pins numbered as the list is; a place without position has none."""
    return [
        Epingle(numero, Position(lieu.lon, lieu.lat))
        for numero, lieu in enumerate(lieux, start=1)
        if lieu.lon is not None and lieu.lat is not None
    ]
