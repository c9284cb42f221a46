"""What is read of a place's history, of its records, of one author, of flows and of the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions.enums import STATUTS_OUVERTS, STATUTS_PUBLIES, Demarche
from tierslieux.contributions.models import Blocage, Opposition, Proposition
from tierslieux.contributions.perimetres import Perimetre, build_filtre
from tierslieux.core.db import Rangee
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.models import Changement, DecisionPaire, Execution, FicheSource, Lieu, Source
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import Territoire

# Oppositions that are asked for or confirmed hide what they are about.
OPPOSITIONS_ACTIVES = ("demandee", "confirmee")
_VIDE: ColumnElement[Any] = literal_column("'[]'::jsonb")


# --- One place --------------------------------------------------------------------------------------------------------


def find_lieu(session: Session, public_id: str) -> Rangee | None:
    """What is needed of a place: ids, name, commune, status, provenance of its values."""
    stmt = select(
        Lieu.id, Lieu.public_id, Lieu.nom, Lieu.statut, Lieu.commune_code, Lieu.commune_nom, Lieu.provenance
    ).where(Lieu.public_id == public_id)
    return session.execute(stmt).one_or_none()


def list_propositions(session: Session, public_ids: Collection[str]) -> Sequence[Rangee]:
    """What each of these proposals was for and who made it."""
    stmt = select(
        Proposition.public_id,
        Proposition.demarche,
        Proposition.statut,
        Proposition.voie,
        Proposition.auteur,
        Proposition.lieu_id,
        Proposition.fiche_id,
        Proposition.recue_at,
    )
    return session.execute(stmt.where(Proposition.public_id.in_(public_ids))).all()


def list_actes(session: Session, objets: Collection[str]) -> Sequence[Rangee]:
    """What the audit log tells of these objects ("kind:id")."""
    stmt = select(Journal.objet, Journal.fait_at, Journal.action, Journal.acteur)
    return session.execute(stmt.where(Journal.objet.in_(objets)).order_by(Journal.id)).all()


def list_executions(session: Session, ids: Collection[int]) -> Sequence[Rangee]:
    """Runs of imports with the name of their source."""
    stmt = select(Execution.id, Execution.debut_at, Source.libelle).join(Source, Source.id == Execution.source_id)
    return session.execute(stmt.where(Execution.id.in_(ids))).all()


def list_mouvements(
    session: Session, instants: Collection[dt.datetime], fiche_ids: Collection[int], *, sauf: int
) -> Sequence[Rangee]:
    """At these instants, what other places than `sauf` gained or lost of these records: all they had and have."""
    # An import may have merged thousands of places at one instant.
    elements = func.jsonb_array_elements_text(
        func.coalesce(Changement.avant, _VIDE).op("||")(func.coalesce(Changement.apres, _VIDE))
    ).table_valued("value")
    numeros = [str(numero) for numero in fiche_ids]
    stmt = (
        select(Changement.fait_at, Changement.avant, Changement.apres, Lieu.public_id, Lieu.nom)
        .join(Lieu, Lieu.id == Changement.lieu_id)
        .where(
            Changement.champ == "fiches",
            Changement.fait_at.in_(instants),
            Changement.lieu_id != sauf,
            select(elements.c.value).where(elements.c.value.in_(numeros)).exists(),
        )
        .order_by(Changement.id)
    )
    return session.execute(stmt).all()


def list_fiches(session: Session, lieu_id: int) -> Sequence[Rangee]:
    """The records of a place with their sources; nothing of what publishers or contributors wrote besides values."""
    stmt = (
        select(
            FicheSource.id,
            FicheSource.source_id,
            FicheSource.identifiant,
            FicheSource.valeurs,
            FicheSource.retraits,
            FicheSource.date_maj,
            FicheSource.modifiee_at,
            FicheSource.retiree_at,
            FicheSource.acceptee_at,
            Source.libelle,
            Source.producteur,
            Source.licence,
            Source.url,
            Source.confiance,
            Source.nature,
            Source.est_inventee,
        )
        .join(Source, Source.id == FicheSource.source_id)
        .where(FicheSource.lieu_id == lieu_id)
        .order_by(FicheSource.id)
    )
    return session.execute(stmt).all()


def list_oppositions(session: Session, lieu_id: int) -> Sequence[Rangee]:
    """Fields of a place that somebody does not want to be shown, and since when."""
    stmt = select(Opposition.champs, Opposition.demandee_at)
    return session.execute(stmt.where(Opposition.lieu_id == lieu_id, Opposition.statut.in_(OPPOSITIONS_ACTIVES))).all()


def list_propositions_opposees(session: Session, lieu_id: int) -> Sequence[Rangee]:
    """The same from the proposals themselves, which follow the records of a place that was merged."""
    stmt = (
        select(Proposition.apres, Proposition.recue_at)
        .join(FicheSource, FicheSource.id == Proposition.fiche_id)
        .where(
            FicheSource.lieu_id == lieu_id,
            FicheSource.retiree_at.is_(None),
            Proposition.demarche == Demarche.OPPOSITION,
        )
    )
    return session.execute(stmt).all()


def list_decisions(session: Session, lieu_id: int) -> Sequence[DecisionPaire]:
    """What people decided of pairs in which a record of this place stands, the last first."""
    fiches = select(FicheSource.source_id, FicheSource.identifiant).where(FicheSource.lieu_id == lieu_id)
    stmt = (
        select(DecisionPaire)
        .where(
            or_(
                tuple_(DecisionPaire.source_a, DecisionPaire.identifiant_a).in_(fiches),
                tuple_(DecisionPaire.source_b, DecisionPaire.identifiant_b).in_(fiches),
            )
        )
        .order_by(DecisionPaire.id.desc())
    )
    return session.scalars(stmt).all()


def get_restauration_stmt(lieu_id: int, public_id: str) -> Select[Proposition]:
    """The return of a place to a former version that bears this public id."""
    return select(Proposition).where(
        Proposition.public_id == public_id,
        Proposition.lieu_id == lieu_id,
        Proposition.demarche == Demarche.RESTAURATION,
    )


def list_lieux(session: Session, ids: Collection[int]) -> Sequence[Rangee]:
    """Name, address and commune of these places."""
    stmt = select(Lieu.id, Lieu.public_id, Lieu.nom, Lieu.commune_code)
    return session.execute(stmt.where(Lieu.id.in_(ids)).order_by(Lieu.id)).all()


def list_publiees(session: Session, *, apres_id: int, limite: int) -> Sequence[Rangee]:
    """Published contributions by private id, after one.

    Those about a hidden place are left out, and all those about a place of which a person opposes some information:
    what they were said to be must not come out this way.
    """
    opposes = select(Opposition.lieu_id).where(Opposition.statut.in_(OPPOSITIONS_ACTIVES))
    stmt = (
        select(
            Proposition.id,
            Proposition.public_id,
            Proposition.demarche,
            Proposition.commune_code,
            Proposition.avant,
            Proposition.apres,
            Proposition.retenus,
            Proposition.recue_at,
            Proposition.decidee_at,
            Lieu.public_id.label("lieu"),
        )
        .join(Lieu, Lieu.id == Proposition.lieu_id)
        .where(
            Proposition.id > apres_id,
            Proposition.statut.in_(STATUTS_PUBLIES),
            Proposition.demarche.not_in([Demarche.OPPOSITION, Demarche.CONFIRMATION]),
            Lieu.statut != Statut.MASQUE,
            Proposition.lieu_id.not_in(opposes),
        )
        .order_by(Proposition.id)
        .limit(limite)
    )
    return session.execute(stmt).all()


# --- One author -------------------------------------------------------------------------------------------------------


def list_par_auteur(
    session: Session, auteur: str, perimetres: Sequence[Perimetre], *, avant: int | None, limite: int
) -> Sequence[Rangee]:
    """What one author proposed in these territories, the last first."""
    stmt = (
        select(
            Proposition.id,
            Proposition.public_id,
            Proposition.demarche,
            Proposition.statut,
            Proposition.voie,
            Proposition.nom,
            Proposition.recue_at,
            Proposition.decidee_at,
            Lieu.public_id.label("lieu"),
        )
        .outerjoin(Lieu, Lieu.id == Proposition.lieu_id)
        .where(Proposition.auteur == auteur, build_filtre(Proposition.commune_code, perimetres))
        .order_by(Proposition.id.desc())
        .limit(limite)
    )
    return session.execute(stmt if avant is None else stmt.where(Proposition.id < avant)).all()


def count_par_statut(session: Session, auteur: str, perimetres: Sequence[Perimetre]) -> dict[str, int]:
    """How many proposals of one author are in each state, in these territories."""
    stmt = (
        select(Proposition.statut, func.count().label("nombre"))
        .where(Proposition.auteur == auteur, build_filtre(Proposition.commune_code, perimetres))
        .group_by(Proposition.statut)
    )
    return {rangee.statut: rangee.nombre for rangee in session.execute(stmt)}


def list_blocages(session: Session, genre: str, valeur: str | None, *, now: dt.datetime) -> Sequence[Blocage]:
    """Measures in force against an author or a network, or against all of a kind."""
    stmt = select(Blocage).where(Blocage.genre == genre, Blocage.jusqua_at > now).order_by(Blocage.id.desc())
    return session.scalars(stmt if valeur is None else stmt.where(Blocage.valeur == valeur)).all()


def list_noms(session: Session, territoires: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Names of territories, by level and code."""
    stmt = select(Territoire.niveau, Territoire.code, Territoire.nom)
    rangees = session.execute(stmt.where(tuple_(Territoire.niveau, Territoire.code).in_(territoires)))
    return {(rangee.niveau, rangee.code): rangee.nom for rangee in rangees}


# --- Flows ------------------------------------------------------------------------------------------------------------


def count_flux(
    session: Session, colonne: str, perimetres: Sequence[Perimetre], *, depuis: dt.datetime, seuil: int, limite: int
) -> Sequence[Rangee]:
    """Authors, networks or places of many proposals since an instant, the most first.

    `colonne` is "auteur", "reseau" or "lieu_id". What the program proposes by itself is left out.
    """
    cle = getattr(Proposition, colonne)
    ouverte = Proposition.statut.in_(STATUTS_OUVERTS)
    stmt = (
        select(
            cle.label("cle"),
            func.count().label("nombre"),
            func.count().filter(ouverte).label("ouvertes"),
            func.count().filter(Proposition.statut == "refusee").label("refusees"),
            func.count(Proposition.lieu_id.distinct()).label("lieux"),
            func.count(Proposition.auteur.distinct()).label("auteurs"),
            func.min(Proposition.recue_at).label("premiere_at"),
            func.max(Proposition.recue_at).label("derniere_at"),
        )
        .where(
            Proposition.recue_at >= depuis,
            cle.is_not(None),
            Proposition.demarche.not_in([Demarche.DESACCORD, Demarche.CONFIRMATION]),
            build_filtre(Proposition.commune_code, perimetres),
        )
        .group_by(cle)
        .having(func.count() >= seuil)
        .order_by(func.count().desc(), cle)
        .limit(limite)
    )
    return session.execute(stmt).all()


def list_ouvertes(
    session: Session, colonne: str, valeur: str | int, perimetres: Sequence[Perimetre], *, depuis: dt.datetime
) -> Sequence[str]:
    """Public ids of the proposals that wait, of an author, a network or a place, and are not set aside yet."""
    stmt = (
        select(Proposition.public_id)
        .where(
            getattr(Proposition, colonne) == valeur,
            Proposition.recue_at >= depuis,
            Proposition.statut.in_(STATUTS_OUVERTS - {"quarantaine"}),
            build_filtre(Proposition.commune_code, perimetres),
        )
        .order_by(Proposition.id)
    )
    return session.scalars(stmt).all()


# --- The audit log ----------------------------------------------------------------------------------------------------


def list_journal_stmt(
    perimetres: Sequence[Perimetre],
    *,
    moi: str,
    acteur: str | None,
    actions: Collection[str],
    objet: str | None,
    debut: dt.datetime | None,
    fin: dt.datetime | None,
    avant: int | None,
    limite: int,
) -> Select[Journal]:
    """Rows of the audit log, the last first: those of objects of these territories, and what one did oneself."""
    stmt = select(Journal).order_by(Journal.id.desc()).limit(limite)
    if not any(niveau is Niveau.FRANCE for niveau, _ in perimetres):
        objets = union_all(
            select(func.concat("proposition:", Proposition.public_id)).where(
                build_filtre(Proposition.commune_code, perimetres)
            ),
            select(func.concat("lieu:", Lieu.public_id)).where(build_filtre(Lieu.commune_code, perimetres)),
        )
        stmt = stmt.where(or_(Journal.acteur == moi, Journal.objet.in_(objets)))
    conditions = [
        Journal.acteur == acteur if acteur else None,
        Journal.action.in_(actions) if actions else None,
        Journal.objet == objet if objet else None,
        Journal.fait_at >= debut if debut else None,
        Journal.fait_at < fin if fin else None,
        Journal.id < avant if avant is not None else None,
    ]
    return stmt.where(and_(True, *(condition for condition in conditions if condition is not None)))  # noqa: FBT003
