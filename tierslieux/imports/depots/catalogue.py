"""What the pages of imports offer and show beside the file itself: sources to choose from, runs, places of a run."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.filtres import format_date
from tierslieux.imports import queries
from tierslieux.imports.contrat import Origine
from tierslieux.imports.depots import depots
from tierslieux.imports.models import Depot
from tierslieux.imports.registre import DEMONSTRATION, SOURCES
from tierslieux.imports.services import SANS_ORIGINE
from tierslieux.lieux.models import Execution, FicheSource, Lieu, Source

# Between a census made once and a body that speaks of the places where its people work: see registre.py.
CONFIANCE = 50
CADENCE = "ponctuelle"
RUNS_PAR_SOURCE = 3
LIEUX_MAX = 20
# A name and an address are in every file.
COLONNES_SEMBLABLES_MIN = 4
# What the page says of a source; the rest of a declaration says how its files are read.
IDENTITE = ("id", "libelle", "producteur", "licence", "url", "edition", "cadence", "confiance")


def list_libelles(session: Session) -> dict[str, str]:
    """Label of every source, by id."""
    enregistrees = {rangee.id: rangee.libelle for rangee in session.execute(select(Source.id, Source.libelle))}
    return enregistrees | {source.id: source.libelle for source in (*SOURCES, DEMONSTRATION)}


def list_choix(session: Session) -> list[tuple[str, str]]:
    """(id, label) of the sources that a given file may be an edition of."""
    registrees = [(source.id, source.libelle) for source in SOURCES if source.origine is Origine.FICHIER]
    stmt = select(Source.id, Source.libelle).where(Source.correspondance.is_not(None)).order_by(Source.libelle)
    connues = {source_id for source_id, _ in registrees}
    return registrees + [(rangee.id, rangee.libelle) for rangee in session.execute(stmt) if rangee.id not in connues]


def find_correspondance(session: Session, source_id: str) -> dict[str, Any] | None:
    """The declaration of a source that was made on the page; None for a registered one, and for none."""
    return queries.find_declaree(session, source_id) if source_id else None


def find_semblable(session: Session, colonnes: Sequence[str]) -> str | None:
    """The source declared on the page of which a file with these columns may be another edition."""
    semblables = {
        declaration["id"]: len(dites)
        for declaration in queries.list_declarees(session)
        if len(dites := _list_dites(declaration)) >= COLONNES_SEMBLABLES_MIN and dites <= set(colonnes)
    }
    return max(semblables, key=lambda source_id: semblables[source_id], default=None)


def _list_dites(declaration: Mapping[str, Any]) -> set[str]:
    """Columns that a declaration names one by one."""
    entrees = declaration.get("colonnes", {}).values()
    colonnes = (entree.get("colonne") if isinstance(entree, Mapping) else entree for entree in entrees)
    return {colonne for colonne in colonnes if isinstance(colonne, str)}


def build_declaration(
    session: Session,
    devinee: Mapping[str, Any],
    *,
    libelle: str,
    producteur: str,
    licence: str,
    today: dt.date,
) -> dict[str, Any]:
    """The whole declaration of a new source: what a person says of it and what was guessed of its file."""
    pris = depots.list_source_ids(session) | {source.id for source in (*SOURCES, DEMONSTRATION)}
    return {
        "id": depots.build_source_id(libelle, pris),
        "libelle": libelle,
        "producteur": producteur,
        "licence": licence,
        "edition": format_date(today),
        "cadence": CADENCE,
        "confiance": CONFIANCE,
        **{cle: valeur for cle, valeur in devinee.items() if cle not in IDENTITE},
    }


def adapt_declaration(
    ancienne: Mapping[str, Any] | None, devinee: Mapping[str, Any], colonnes: Sequence[str]
) -> dict[str, Any] | None:
    """The declaration for another file of the same source.

    What a person has said of the columns stays as long as the new file has them; else it is guessed anew.
    """
    if ancienne is None:
        return None
    dites = _list_dites(ancienne)
    if dites and dites <= set(colonnes):
        return dict(ancienne)
    identite = {cle: ancienne[cle] for cle in IDENTITE if cle in ancienne}
    return identite | {cle: valeur for cle, valeur in devinee.items() if cle not in IDENTITE}


def list_executions(session: Session) -> list[tuple[Execution, bool]]:
    """The last runs of each source, the newest first, and whether each can be undone."""
    rang = func.row_number().over(partition_by=Execution.source_id, order_by=Execution.id.desc())
    # A source that can be had nowhere has no run worth showing here; the page of data says so.
    rangs = select(Execution.id, rang.label("rang")).where(Execution.origine != SANS_ORIGINE).subquery()
    stmt = select(Execution).join(rangs, rangs.c.id == Execution.id).where(rangs.c.rang <= RUNS_PAR_SOURCE)
    debout = {execution.id for execution in queries.list_debout(session).values()}
    return [(e, e.id in debout) for e in session.scalars(stmt.order_by(Execution.id.desc()))]


def list_annulees(session: Session, lot: Sequence[Depot]) -> set[int]:
    """Those of the runs of these depots that were undone."""
    numeros = [depot.execution_id for depot in lot if depot.execution_id is not None]
    stmt = select(Execution.id).where(Execution.id.in_(numeros), Execution.annulee_at.is_not(None))
    return set(session.scalars(stmt))


def get_execution(session: Session, execution_id: int | None) -> tuple[Execution, bool]:
    """A run, and whether it can be undone: only the last of its source that stands; raises NotFoundError."""
    execution = session.get(Execution, execution_id) if execution_id is not None else None
    if execution is None:
        raise NotFoundError("Cet import n’existe pas, ou n’existe plus.", execution=execution_id)
    debout = queries.find_debout(session, execution.source_id)
    return execution, debout is not None and debout.id == execution.id


def list_lieux(session: Session, execution_id: int) -> list[tuple[str, str, str | None]]:
    """(public id, name, commune) of some published places that the last file of a source speaks of."""
    stmt = (
        select(Lieu.public_id, Lieu.nom, Lieu.commune_nom)
        .join(FicheSource, FicheSource.lieu_id == Lieu.id)
        .where(FicheSource.vue_execution_id == execution_id, Lieu.statut == "publie")
        .distinct()
        .order_by(Lieu.nom, Lieu.public_id)
        .limit(LIEUX_MAX)
    )
    return [(rangee.public_id, rangee.nom, rangee.commune_nom) for rangee in session.execute(stmt)]


def render_toml(declaration: Mapping[str, Any]) -> str:
    """The declaration as TOML: plain keys first, then one table each; what is nested deeper stands on one line."""
    simples = [f"{_quote(cle)} = {_render(v)}" for cle, v in declaration.items() if not isinstance(v, Mapping)]
    tables = [
        "\n".join([f"[{_quote(cle)}]", *(f"{_quote(nom)} = {_render(v)}" for nom, v in table.items())])
        for cle, table in declaration.items()
        if isinstance(table, Mapping)
    ]
    return "\n\n".join(["\n".join(simples), *tables]) + "\n"


def _quote(cle: str) -> str:
    return cle if cle and all(c.isascii() and (c.isalnum() or c in "-_") for c in cle) else json.dumps(cle)


def _render(valeur: object) -> str:
    """One value. A text in JSON is one in TOML too."""
    if isinstance(valeur, Mapping):
        return "{" + ", ".join(f"{_quote(str(cle))} = {_render(v)}" for cle, v in valeur.items()) + "}"
    if isinstance(valeur, list | tuple):
        return "[" + ", ".join(_render(v) for v in valeur) + "]"
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    return json.dumps(valeur, ensure_ascii=False)
