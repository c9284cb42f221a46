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
from tierslieux.core.types import Position
from tierslieux.filtres import lower_initiale
from tierslieux.lieux.enums import Precision, Statut
from tierslieux.lieux.services import LieuDetail, LieuResume, MentionSource

# Beyond, a page says that the information may have changed (expectation F10 of users: "stale data flagged").
AGE_ANCIEN = dt.timedelta(days=365)

# A step of a breadcrumb: name, level, code.
Etape = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Origine:
    """Published fields that share their source and the date of their last check."""

    source: str
    date: dt.date | None
    champs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LieuPage:
    """The page /lieux/<id>."""

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


def build_lieu_page(
    detail: LieuDetail, ariane: Sequence[Etape], *, today: dt.date, contour: BaseGeometry | None = None
) -> LieuPage:
    """The page of a place; `ariane` is the ladder of its territories, widest first, `contour` its commune's outline."""
    lieu = detail.resume
    position = Position(lieu.lon, lieu.lat) if lieu.lon is not None and lieu.lat is not None else None
    return LieuPage(
        detail=detail,
        lieu=lieu,
        ariane=tuple(ariane),
        lignes_adresse=tuple(_list_lignes_adresse(detail)),
        precisions=tuple(_list_precisions(detail)),
        origines=tuple(_group_origines(detail)),
        sources=tuple({m.libelle: m for champ in detail.champs for m in champ.sources}.values()),
        today=today,
        annee_ancienne=lieu.date.year if lieu.date and today - lieu.date > AGE_ANCIEN else None,
        est_approximatif=lieu.precision == Precision.COMMUNE,
        geo=f"geo:{lieu.lat:.5f},{lieu.lon:.5f}" if position else None,
        site_court=_shorten_site(detail.site_web),
        croquis=_draw_voisins(detail, position, contour),
        fragment_carte=build_fragment_carte(position, ZOOM_LIEU) if position else "",
        args_autour={"lon": f"{position.lon:.5f}", "lat": f"{position.lat:.5f}"} if position else {},
    )


def _list_lignes_adresse(detail: LieuDetail) -> Iterable[str]:
    lieu = detail.resume
    commune = " ".join(partie for partie in (lieu.code_postal, lieu.commune_nom) if partie)
    lignes = [ligne for ligne in (detail.complement_adresse, lieu.adresse, commune) if ligne]
    return lignes or ["Adresse non communiquée"]


def _list_precisions(detail: LieuDetail) -> Iterable[tuple[str, tuple[Libelle, ...]]]:
    couples: list[tuple[str, tuple[Libelle, ...]]] = [
        ("Façons d’être aidé", detail.accompagnements),
        ("Publics accueillis en particulier", detail.publics),
        ("Prise en charge particulière", detail.prises_en_charge),
        ("Programmes nationaux", detail.programmes),
        ("Formations et labels", detail.formations_labels),
    ]
    return [(titre, valeurs) for titre, valeurs in couples if valeurs]


def _group_origines(detail: LieuDetail) -> Iterable[Origine]:
    """Fields by source and date, in the order of the first field of each group."""
    groupes: dict[tuple[str, dt.date | None], list[str]] = {}
    for champ in detail.champs:
        for mention in champ.sources:
            groupes.setdefault((mention.libelle, mention.date), []).append(champ.libelle)
    return [
        Origine(source, date, (champs[0], *map(lower_initiale, champs[1:])))
        for (source, date), champs in groupes.items()
    ]


def _shorten_site(url: str | None) -> str | None:
    return urlsplit(url).netloc.removeprefix("www.") or url if url else None


def _draw_voisins(detail: LieuDetail, position: Position | None, contour: BaseGeometry | None) -> Croquis | None:
    if position is None or not detail.voisins or detail.statut == Statut.MASQUE:
        return None
    description = "Plan simple. Un point montre ce lieu. Des épingles numérotées montrent les lieux proches."
    return build_croquis(
        f"Autour de {detail.resume.nom}",
        description,
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
