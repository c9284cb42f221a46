"""What the rest of the program asks about places: search, detail, counts, linking and unlinking of fiches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee, Stmt
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import NotFoundError
from tierslieux.core.geo import find_zone
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Bbox, Position
from tierslieux.lieux import queries
from tierslieux.lieux.enums import (
    Accompagnement,
    FormationLabel,
    Frais,
    Genre,
    ModaliteAcces,
    PriseEnCharge,
    Programme,
    Public,
    Service,
    Statut,
)
from tierslieux.lieux.evenements import Evenement, read_evenements
from tierslieux.lieux.horaires import LigneHoraires, build_semaine
from tierslieux.lieux.models import FicheSource, Lieu
from tierslieux.lieux.params import RAYON_M, Criteres
from tierslieux.lieux.proches import PageLieux, find_moteur, keep_ouverts, list_proches
from tierslieux.lieux.resumes import LieuResume, build_resume
from tierslieux.lieux.typologies import TYPOLOGIES

__all__ = [
    "ChampPublie",
    "LieuDetail",
    "LieuResume",
    "MentionSource",
    "PageLieux",
    "build_resume",
    "count_offres",
    "count_par_genre",
    "find_moteur",
    "get_lieu",
    "keep_ouverts",
    "list_bbox",
    "list_commune",
    "list_proches",
    "list_territoire",
    "search_nom",
]

NOMBRE_VOISINS = 5


@dataclass(frozen=True, slots=True)
class MentionSource:
    """Who says a value, and when it was last checked."""

    libelle: str
    producteur: str
    licence: str
    url: str | None
    date: dt.date | None
    est_inventee: bool


@dataclass(frozen=True, slots=True)
class ChampPublie:
    """One published value with where it comes from; `valeur` is a text or the labels of a list.

    `confirme`: the last day on which somebody said on this site that it was still so.
    """

    champ: str
    libelle: str
    valeur: str | tuple[str, ...]
    sources: tuple[MentionSource, ...]
    confirme: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LieuDetail:
    """Everything published of a place; `version` is historique.get_version, 0 for a place without history."""

    resume: LieuResume
    statut: Statut
    champs: tuple[ChampPublie, ...]
    semaine: tuple[LigneHoraires, ...]
    complement_adresse: str | None
    courriel: str | None
    site_web: str | None
    prise_rdv: str | None
    presentation: str | None
    presentation_detail: str | None
    structure_parente: str | None
    fiche_acces_libre: str | None
    autres_telephones: tuple[str, ...]
    autres_courriels: tuple[str, ...]
    autres_sites_web: tuple[str, ...]
    typologies: tuple[str, ...]
    formations_labels: tuple[FormationLabel, ...]
    autres_formations_labels: tuple[str, ...]
    publics: tuple[Public, ...]
    prises_en_charge: tuple[PriseEnCharge, ...]
    modalites_acces: tuple[ModaliteAcces, ...]
    accompagnements: tuple[Accompagnement, ...]
    programmes: tuple[Programme, ...]
    voisins: tuple[LieuResume, ...]
    version: int = 0
    evenements: tuple[Evenement, ...] = ()


# Fields shown with their provenance, in reading order, with the words people read.
LIBELLES_CHAMPS: Mapping[str, str] = {
    "nom": "Nom",
    "genres": "Type de lieu",
    "adresse": "Adresse",
    "complement_adresse": "Complément d’adresse",
    "commune_nom": "Commune",
    "position": "Position sur la carte",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site_web": "Site web",
    "prise_rdv": "Prise de rendez-vous",
    "horaires": "Horaires",
    "evenements": "Événements et permanences",
    "services": "Aide proposée",
    "accompagnements": "Façons d’être aidé",
    "modalites_acces": "Comment venir",
    "frais": "Prix",
    "publics": "Publics accueillis en particulier",
    "prises_en_charge": "Prise en charge particulière",
    "accessible": "Accès en fauteuil roulant",
    "itinerant": "Lieu itinérant",
    "programmes": "Programmes nationaux",
    "presentation": "Présentation",
    "presentation_detail": "Présentation détaillée",
    "structure_parente": "Structure qui porte le lieu",
    "fiche_acces_libre": "Fiche d’accessibilité",
    "autres_telephones": "Autres numéros de téléphone",
    "autres_courriels": "Autres adresses électroniques",
    "autres_sites_web": "Autres sites web",
    "typologies": "Autres types de structure",
    "formations_labels": "Formations et labels",
    "autres_formations_labels": "Autres formations et labels",
    "pivot": "Numéro SIRET ou RNA",
}

_VOCABULAIRES: Mapping[str, type[Libelle]] = {
    "genres": Genre,
    "services": Service,
    "accompagnements": Accompagnement,
    "modalites_acces": ModaliteAcces,
    "frais": Frais,
    "publics": Public,
    "prises_en_charge": PriseEnCharge,
    "programmes": Programme,
    "formations_labels": FormationLabel,
}


def list_bbox(
    session: Session, bbox: Bbox, criteres: Criteres, *, now: dt.datetime, limite: int, apres_id: int | None = None
) -> list[LieuResume]:
    """Published places in the box by private id, after `apres_id`."""
    stmt = queries.list_bbox_stmt(bbox, criteres, limite=limite, apres_id=apres_id)
    return _run(session, stmt, criteres, now=now)


def list_territoire(
    session: Session,
    niveau: str,
    code: str,
    criteres: Criteres,
    *,
    now: dt.datetime,
    limite: int,
    apres_id: int | None = None,
) -> list[LieuResume]:
    """Published places of the territory by private id, after `apres_id`."""
    stmt = queries.list_territoire_stmt(niveau, code, criteres, limite=limite, apres_id=apres_id)
    return _run(session, stmt, criteres, now=now)


def list_commune(
    session: Session, codes: Sequence[str], criteres: Criteres, *, now: dt.datetime, limite: int
) -> list[LieuResume]:
    """Published places of these communes, help first."""
    return _run(session, queries.list_commune_stmt(codes, criteres, limite=limite), criteres, now=now)


def search_nom(
    session: Session, texte: str, *, now: dt.datetime, limite: int, approche: bool = True
) -> list[LieuResume]:
    """Published places whose name holds all the words; else, if `approche`, those whose name looks like it."""
    mots = queries.build_tsquery(texte)
    if not mots:
        return []
    rangees = session.execute(queries.search_nom_stmt(mots, limite=limite)).all()
    if not rangees and approche:
        rangees = session.execute(queries.search_nom_approche_stmt(texte, limite=limite)).all()
    return [build_resume(rangee, now=now) for rangee in rangees]


def get_lieu(session: Session, public_id: str, *, now: dt.datetime) -> LieuDetail:
    """A place with every published value and its provenance; raises NotFoundError."""
    rangee = session.execute(queries.get_detail_stmt(public_id)).one_or_none()
    if rangee is None:
        raise NotFoundError(_("Ce lieu n’existe pas, ou n’existe plus."), lieu=public_id)
    lieu: Lieu = rangee.Lieu
    sources = queries.list_sources(session)
    fiches = {fiche.id: fiche for fiche, _ in queries.list_fiches(session, [lieu.id])}
    resume = build_resume(rangee, now=now)
    local = now.astimezone(find_zone(lieu.commune_code).fuseau)
    return LieuDetail(
        resume=resume,
        statut=Statut(lieu.statut),
        champs=tuple(_build_champs(lieu, resume, fiches, sources)),
        semaine=tuple(build_semaine(lieu.horaires, local.date())),
        complement_adresse=lieu.complement_adresse,
        courriel=lieu.courriel,
        site_web=_keep_lien(lieu.site_web),
        prise_rdv=_keep_lien(lieu.prise_rdv),
        presentation=lieu.presentation,
        presentation_detail=lieu.presentation_detail,
        structure_parente=lieu.structure_parente,
        fiche_acces_libre=_keep_lien(lieu.fiche_acces_libre),
        autres_telephones=tuple(lieu.autres_telephones),
        autres_courriels=tuple(lieu.autres_courriels),
        autres_sites_web=tuple(filter(_keep_lien, lieu.autres_sites_web)),
        typologies=tuple(lieu.typologies),
        formations_labels=tuple(FormationLabel(code) for code in lieu.formations_labels),
        autres_formations_labels=tuple(lieu.autres_formations_labels),
        publics=tuple(Public(code) for code in lieu.publics),
        prises_en_charge=tuple(PriseEnCharge(code) for code in lieu.prises_en_charge),
        modalites_acces=tuple(ModaliteAcces(code) for code in lieu.modalites_acces),
        accompagnements=tuple(Accompagnement(code) for code in lieu.accompagnements),
        programmes=tuple(Programme(code) for code in lieu.programmes),
        voisins=tuple(_list_voisins(session, resume, now=now)),
        evenements=tuple(read_evenements(lieu.evenements)),
        version=rangee.version,
    )


def count_par_genre(session: Session, niveau: str, code: str) -> list[tuple[Genre, int]]:
    """Published places of a territory by kind, most numerous first; a place of two kinds counts in both."""
    comptes = session.execute(queries.count_par_genre_stmt(niveau, code)).all()
    return sorted(((Genre(genre), n) for genre, n in comptes), key=lambda paire: (-paire[1], paire[0].libelle))


def count_offres(session: Session, niveau: str, code: str) -> tuple[int, int]:
    """(places of help, third places) of a territory; a place that is both counts in both."""
    comptes = session.execute(queries.count_offres_stmt(niveau, code)).one()
    return comptes.aides, comptes.tiers_lieux


def _run(session: Session, stmt: Stmt, criteres: Criteres, *, now: dt.datetime) -> list[LieuResume]:
    return keep_ouverts([build_resume(rangee, now=now) for rangee in session.execute(stmt)], criteres.quand, now=now)


def _keep_lien(adresse: str | None) -> str | None:
    """An address that a page may make a link of: imports and forms let no other in, and a script would be one."""
    return adresse if adresse and adresse.startswith(("http://", "https://")) else None


def _list_voisins(session: Session, resume: LieuResume, *, now: dt.datetime) -> Iterable[LieuResume]:
    if resume.lon is None or resume.lat is None:
        return []
    position = Position(resume.lon, resume.lat)
    rangees = queries.list_proches(session, position, Criteres(), rayon_m=RAYON_M, limite=NOMBRE_VOISINS + 1)
    proches = (build_resume(rangee, now=now) for rangee in rangees)
    return [voisin for voisin in proches if voisin.id != resume.id][:NOMBRE_VOISINS]


def _build_champs(
    lieu: Lieu, resume: LieuResume, fiches: Mapping[int, FicheSource], sources: Mapping[str, Rangee]
) -> Iterable[ChampPublie]:
    for champ, libelle in LIBELLES_CHAMPS.items():
        if champ not in lieu.provenance:
            continue
        mentions = tuple(
            _build_mention(fiches[numero], sources) for numero in lieu.provenance[champ]["fiches"] if numero in fiches
        )
        confirme = lieu.provenance[champ].get("confirme")
        yield ChampPublie(
            champ,
            libelle,
            _format_valeur(champ, lieu, resume),
            mentions,
            dt.date.fromisoformat(confirme) if confirme else None,
        )


def _build_mention(fiche: FicheSource, sources: Mapping[str, Rangee]) -> MentionSource:
    source = sources[fiche.source_id]
    return MentionSource(
        source.libelle, source.producteur, source.licence, source.url, fiche.date_maj, source.est_inventee
    )


def _format_valeur(champ: str, lieu: Lieu, resume: LieuResume) -> str | tuple[str, ...]:
    if champ == "position":
        return resume.precision.libelle if resume.precision else "Position connue"
    valeur = getattr(lieu, champ)
    if champ == "evenements":
        return tuple(evenement.titre for evenement in read_evenements(valeur))
    if isinstance(valeur, list):
        return tuple(_name_code(champ, code) for code in valeur)
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return str(valeur)


def _name_code(champ: str, code: str) -> str:
    if champ in _VOCABULAIRES:
        return _VOCABULAIRES[champ](code).libelle
    return TYPOLOGIES[code][0] if champ == "typologies" and code in TYPOLOGIES else code
