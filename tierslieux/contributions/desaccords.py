"""When a publisher newly says otherwise than people did: a proposal that somebody looks at, never an overwrite.

People's records outrank every publisher's, so that an import leaves what they said as it is. What a run changed in a
record and goes against them is opened here as a proposal of the program, one for a place and a source. Accepting it
makes a moderated record of the publisher's value; refusing it keeps people's word. A statement that a publisher simply
repeats asks nothing, nor does one that was refused once.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.contributions.enums import STATUTS_OUVERTS, Action, Demarche, Statut, Voie
from tierslieux.contributions.fusion import get_cle, is_ensemble, is_vide
from tierslieux.contributions.models import Proposition
from tierslieux.contributions.sources import SQL as SQL_FICHES
from tierslieux.core.db import Rangee
from tierslieux.core.sql import load_block
from tierslieux.lieux import historique, publication
from tierslieux.lieux.enums import NatureSource
from tierslieux.lieux.identite import ALPHABET
from tierslieux.lieux.resolution import CHAMPS, Fiche, order_fiches, resolve

SQL = Path(__file__).parent / "sql" / "desaccords.sql"

LONGUEUR_ID = 10
# A publisher's file is neither trusted nor suspected beforehand: its name says enough to whoever decides.
SCORE = 0.5

# The fields by which a source says otherwise than what is published: (published value, the source's).
Ecarts = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Nouveaute:
    """What a run changed in one record: `avant` is None for a record that it brought, `part`: it took it away."""

    fiche_id: int
    avant: Mapping[str, Any] | None
    apres: Mapping[str, Any]
    part: bool = False


def record(session: Session, execution_id: int, lieu_ids: Collection[int], *, now: dt.datetime) -> int:
    """Open the disagreements of a run over places whose records it changed; how many places have one that waits.

    To be called once these places are published. Where no person's record speaks, this costs one statement, however
    many places there are. Flushes, never commits.
    """
    humains = session.execute(load_block(SQL_FICHES, "list_avec_contributions"), {"ids": sorted(set(lieu_ids))})
    ids = list(humains.scalars())
    if not ids:
        return 0
    lieux = {lieu.id: lieu for lieu in session.execute(load_block(SQL, "list_lieux"), {"ids": ids})}
    debut_at: dt.datetime = session.execute(load_block(SQL, "find_debut"), {"execution_id": execution_id}).scalar_one()
    changees: defaultdict[tuple[int, str], list[Nouveaute]] = defaultdict(list)
    lignes = session.execute(
        load_block(SQL_FICHES, "list_changees"), {"execution_id": execution_id, "ids": sorted(lieux)}
    )
    for ligne in lignes:
        nouveaute = Nouveaute(ligne.id, ligne.avant, ligne.valeurs, part=bool(ligne.vient_de_partir))
        changees[ligne.lieu_id, ligne.source_id].append(nouveaute)
    if not changees:
        return 0
    fiches = publication.list_fiches(session, sorted({lieu_id for lieu_id, _ in changees}))
    ouvertes = _list_ouvertes(session, changees)
    refusees = _list_refusees(session, changees)
    attendues = 0
    for cle, nouveautes in changees.items():
        lieu_id, source_id = cle
        ouverte = ouvertes.get(cle)
        deja = set(ouverte.apres) if ouverte else set()
        ecarts = list_ecarts(fiches[lieu_id], source_id, nouveautes, debut_at=debut_at, deja=deja)
        ecarts = {c: e for c, e in ecarts.items() if not any(_repeats(c, *e, refus) for refus in refusees[cle])}
        if ecarts:
            attendues += 1
            _write(session, ouverte, lieux[lieu_id], source_id, ecarts, execution_id=execution_id, now=now)
        elif ouverte is not None:
            _withdraw(session, ouverte, now=now)
    session.flush()
    return attendues


def retire(session: Session, execution_id: int, *, now: dt.datetime) -> int:
    """Take back the disagreements that wait because of a run that was undone; how many.

    To be called once its places are published again. What the run before it had opened, and this one had only changed,
    is opened again.
    """
    stmt = (
        select(Proposition)
        .where(
            Proposition.statut.in_(STATUTS_OUVERTS),
            Proposition.demarche == Demarche.DESACCORD,
            Proposition.execution_id == execution_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    propositions = session.scalars(stmt).all()
    for proposition in propositions:
        _withdraw(session, proposition, now=now)
    session.flush()
    precedente = session.execute(load_block(SQL, "find_precedente"), {"execution_id": execution_id}).scalar()
    if propositions and precedente is not None:
        lieu_ids = {proposition.lieu_id for proposition in propositions if proposition.lieu_id is not None}
        record(session, precedente, lieu_ids, now=now)
    return len(propositions)


# --- What a source says against people. Pure --------------------------------------------------------------------------


def list_ecarts(
    fiches: Sequence[Fiche],
    source_id: str,
    nouveautes: Sequence[Nouveaute],
    *,
    debut_at: dt.datetime,
    deja: Collection[str] = (),
) -> Ecarts:
    """Where a source newly contradicts what people had said of a place before its file came, at `debut_at`.

    `fiches` are all the records of the place as they are now, `deja` the fields on which the source's word is already
    waiting for an answer: they stand as long as it contradicts them, changed by this run or not.
    """
    publie = resolve(fiches).valeurs
    parlantes = [fiche for fiche in fiches if not fiche.est_retiree]
    humaines = [
        fiche
        for fiche in order_fiches(parlantes)
        if fiche.nature is NatureSource.CONTRIBUTION and (fiche.acceptee_at is None or fiche.acceptee_at <= debut_at)
    ]
    dites = [fiche.valeurs for fiche in order_fiches(parlantes) if fiche.source_id == source_id]
    ecarts: Ecarts = {}
    for champ in CHAMPS:
        present = publie.get(champ)
        if is_ensemble(champ):
            voulu = _add_contestes(champ, present or [], dites, humaines, nouveautes, est_attendu=champ in deja)
            if voulu is not None:
                ecarts[champ] = (present, voulu)
            continue
        dit = next((valeurs[champ] for valeurs in dites if not is_vide(valeurs.get(champ))), None)
        est_nouveau = champ in deja or any(_is_nouveau(champ, dit, nouveaute) for nouveaute in nouveautes)
        if est_nouveau and dit is not None and dit != present and _is_tranche(champ, humaines):
            ecarts[champ] = (present, dit)
    if _is_tenu(parlantes, publie) and (any(n.part for n in nouveautes) or ("ferme" in deja and not dites)):
        ecarts["ferme"] = (None, True)
    return ecarts


def _is_nouveau(champ: str, dit: Any, nouveaute: Nouveaute) -> bool:  # noqa: ANN401  (whatever a field holds)
    """Whether the value comes with this change, and did not stand in the record before."""
    return nouveaute.apres.get(champ) == dit and (nouveaute.avant is None or nouveaute.avant.get(champ) != dit)


def _is_tranche(champ: str, humaines: Iterable[Fiche]) -> bool:
    """Whether people have said the value of a field with one value, or that it has none."""
    return any(not is_vide(fiche.valeurs.get(champ)) or champ in fiche.retraits for fiche in humaines)


def _is_tenu(parlantes: Iterable[Fiche], publie: Mapping[str, Any]) -> bool:
    """Whether people alone say that the place is there."""
    return not publie.get("ferme") and not any(fiche.nature is NatureSource.FLUX for fiche in parlantes)


def _add_contestes(
    champ: str,
    present: Sequence[Any],
    dites: Sequence[Mapping[str, Any]],
    humaines: Sequence[Fiche],
    nouveautes: Sequence[Nouveaute],
    *,
    est_attendu: bool,
) -> list[Any] | None:
    """The published set with what the source adds to it against people's word; None when it adds nothing so."""
    presents = {get_cle(element): element for element in present}
    ajouts: dict[str, Any] = {}
    for valeurs in reversed(dites):
        for element in valeurs.get(champ) or []:
            cle = get_cle(element)
            est_nouveau = est_attendu or any(_is_element_nouveau(champ, element, n) for n in nouveautes)
            if est_nouveau and presents.get(cle) != element and _is_element_tranche(champ, cle, humaines):
                ajouts[cle] = element
    return list((presents | ajouts).values()) if ajouts else None


def _is_element_nouveau(champ: str, element: Any, nouveaute: Nouveaute) -> bool:  # noqa: ANN401
    avant = (nouveaute.avant or {}).get(champ) or []
    return element in (nouveaute.apres.get(champ) or []) and element not in avant


def _is_element_tranche(champ: str, cle: str, humaines: Iterable[Fiche]) -> bool:
    return any(
        cle in fiche.retraits.get(champ, ()) or cle in {get_cle(e) for e in fiche.valeurs.get(champ) or []}
        for fiche in humaines
    )


def _repeats(champ: str, publie: Any, dit: Any, refusee: Mapping[str, Any]) -> bool:  # noqa: ANN401
    """Whether this was refused already: of a set, what it would add."""
    if is_ensemble(champ):
        elements = refusee.get(champ) or []
        return all(element in elements for element in dit if element not in (publie or []))
    return champ in refusee and refusee[champ] == dit


# --- The proposals ----------------------------------------------------------------------------------------------------


def _list_ouvertes(session: Session, cles: Collection[tuple[int, str]]) -> dict[tuple[int, str], Proposition]:
    """The disagreements that wait, by place and source.

    One that a moderator is deciding at this very moment is left out: another will be opened, and nobody waits.
    """
    stmt = (
        select(Proposition)
        .where(
            Proposition.lieu_id.in_({lieu_id for lieu_id, _ in cles}),
            Proposition.demarche == Demarche.DESACCORD,
            Proposition.statut.in_(STATUTS_OUVERTS),
        )
        .order_by(Proposition.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return {(p.lieu_id, p.source_id): p for p in session.scalars(stmt) if p.lieu_id is not None and p.source_id}


def _list_refusees(
    session: Session, cles: Collection[tuple[int, str]]
) -> defaultdict[tuple[int, str], list[dict[str, Any]]]:
    """What was refused of disagreements, whole or in part, by place and source."""
    stmt = select(Proposition).where(
        Proposition.lieu_id.in_({lieu_id for lieu_id, _ in cles}),
        Proposition.demarche == Demarche.DESACCORD,
        Proposition.statut.in_([Statut.REFUSEE, Statut.PARTIELLE, Statut.ANNULEE]),
    )
    refusees: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for p in session.scalars(stmt):
        if p.lieu_id is not None and p.source_id is not None:
            # An acceptance that was taken back is a refusal of what it had accepted too.
            gardes = p.retenus if p.statut == Statut.PARTIELLE else []
            refusees[p.lieu_id, p.source_id].append({c: v for c, v in p.apres.items() if c not in gardes})
    return refusees


def _write(
    session: Session,
    ouverte: Proposition | None,
    lieu: Rangee,
    source_id: str,
    ecarts: Ecarts,
    *,
    execution_id: int,
    now: dt.datetime,
) -> None:
    """Open the disagreement, or say in the one that waits what it has become."""
    avant = {champ: publie for champ, (publie, _) in ecarts.items()}
    apres = {champ: dit for champ, (_, dit) in ecarts.items()}
    version = historique.get_version(session, lieu.id)
    if ouverte is not None:
        if (ouverte.avant, ouverte.apres) != (avant, apres):
            ouverte.avant, ouverte.apres, ouverte.version, ouverte.execution_id = avant, apres, version, execution_id
        return
    proposition = Proposition(
        public_id="".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_ID)),
        jeton_sha256=None,
        demarche=Demarche.DESACCORD,
        statut=Statut.EN_ATTENTE,
        voie=Voie.SOURCE,
        lieu_id=lieu.id,
        version=version,
        nom=lieu.nom,
        commune_code=lieu.commune_code,
        avant=avant,
        apres=apres,
        retenus=[],
        source_id=source_id,
        execution_id=execution_id,
        auteur=journal.PROGRAMME,
        score=SCORE,
        parts={},
        recue_at=now,
    )
    session.add(proposition)
    session.flush()
    _record(session, Action.DEPOSER, proposition, now=now)


def _withdraw(session: Session, proposition: Proposition, *, now: dt.datetime) -> None:
    """The source has come round, or never said it: nobody has to answer any more."""
    proposition.statut, proposition.decidee_at, proposition.decidee_par = Statut.RETIREE, now, journal.PROGRAMME
    proposition.verrou_par = proposition.verrou_jusqua_at = None
    _record(session, Action.RETIRER, proposition, now=now)


def _record(session: Session, action: Action, proposition: Proposition, *, now: dt.datetime) -> None:
    journal.record(session, action, f"proposition:{proposition.public_id}", acteur=journal.PROGRAMME, now=now)
