"""Which places new records join, and which pairs a person should look at.

PostGIS proposes candidates (distance, names of one commune, shared contacts), ressemblance.py scores them, and the
rules of this module decide: two records of one run never meet in a place unless they match each other, nothing joins a
place against one of its fiches, and what a person decided comes first.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.core.sql import load_block
from tierslieux.imports.contrat import Record, Source
from tierslieux.imports.doublons.profil import Profil, build_opaques, build_profil
from tierslieux.imports.doublons.rapprochement import find_bande_fichier, is_meme_lieu, is_repetition
from tierslieux.imports.doublons.ressemblance import SEUIL_CONTRADICTION, Bande, Comparaison, compare
from tierslieux.lieux.decisions import DIFFERENT, MEME
from tierslieux.lieux.enums import Genre, Precision
from tierslieux.lieux.publication import split_lots

SQL = Path(__file__).parent / "sql" / "doublons.sql"

# Two geocodings of one address differ by less in 19 of 20 pairs of one identifier; beyond, names and contacts propose.
RAYON_M = 200.0
# pg_trgm's similarity of "mediatheque albert camus" and "bibliotheque a camus" is 0.33.
RESSEMBLANCE_MIN = 0.3
# Candidates of one record by each way: more are a body with branches everywhere.
LIMITE = 20
# Kinds of which a commune has few: any other of the commune is a candidate, whatever its name.
GENRES_RARES = frozenset({Genre.MAIRIE.value, Genre.FRANCE_SERVICES.value, Genre.BIBLIOTHEQUE.value})

Cle = tuple[str, str]

_ARRONDISSEMENTS: Mapping[str, tuple[str, ...]] = {
    "75056": tuple(str(code) for code in range(75101, 75121)),
    "69123": tuple(str(code) for code in range(69381, 69390)),
    "13055": tuple(str(code) for code in range(13201, 13217)),
}
_VILLES = {code: ville for ville, codes in _ARRONDISSEMENTS.items() for code in codes}


@dataclass(frozen=True, slots=True)
class PaireTrouvee:
    """A record (`indice` in the run's list) and a fiche that exists, with the score that explains itself."""

    indice: int
    fiche_id: int
    lieu_id: int
    bande: Bande
    score: float
    parts: dict[str, float]


@dataclass(slots=True)
class Appariement:
    """`meme`: index of a record → private id of the place that it joins; `justifications` are the pairs that say why.

    `a_revoir` are the pairs that a person should look at.
    """

    meme: dict[int, int] = field(default_factory=dict)
    a_revoir: list[PaireTrouvee] = field(default_factory=list)
    justifications: list[PaireTrouvee] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FicheCandidate:
    """A fiche that exists, as it is compared."""

    id: int
    lieu_id: int
    cle: Cle
    profil: Profil


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One record against one place: the fiche that it matches best, and whether it may join by itself."""

    indice: int
    lieu_id: int
    fiche: FicheCandidate
    comparaison: Comparaison
    est_decidee: bool
    peut_joindre: bool


class Decisions:
    """What people decided of pairs of records; the last decision on a pair holds."""

    def __init__(self, rangees: Iterable[Any]) -> None:
        self._decisions: dict[frozenset[Cle], str] = {
            frozenset({(r.source_a, r.identifiant_a), (r.source_b, r.identifiant_b)}): r.decision for r in rangees
        }
        self._memes: defaultdict[Cle, set[Cle]] = defaultdict(set)
        for paire, decision in self._decisions.items():
            if decision == MEME:
                a, b = paire
                self._memes[a].add(b)
                self._memes[b].add(a)

    def find(self, a: Cle, b: Cle) -> str | None:
        """What was decided ("meme" or "different"), or None when nobody decided."""
        return self._decisions.get(frozenset({a, b}))

    def list_memes(self, cle: Cle) -> set[Cle]:
        """Records that a person said to be the same place as this one."""
        return self._memes.get(cle, set())

    @property
    def cles_memes(self) -> set[Cle]:
        """Every record that a person said to be the same place as another."""
        return set(self._memes)


def match_nouvelles(session: Session, source: Source, records: Sequence[Record]) -> Appariement:
    """Find the places that records without a fiche yet say too. Reads only; `record_paires` writes what it found.

    Guarantees: a record joins at most one place; two of them join one place only if they match each other; a record
    never joins a place one of whose fiches contradicts it or was decided different; a pair decided the same joins.
    """
    if not records:
        return Appariement()
    cles = [(source.id, record.identifiant) for record in records]
    decisions = Decisions(session.execute(load_block(SQL, "list_decisions"), {"source_id": source.id}))
    candidats = list_candidats(session, [record.valeurs for record in records])
    _add_identifiants(session, source.id, records, candidats)
    _add_decides(session, decisions, cles, candidats)
    fiches = list_fiches(session, {lieu_id for lieux in candidats.values() for lieu_id in lieux})
    # Most town halls meet nobody: only records with a candidate are read.
    profils = {
        indice: build_profil(source.id, records[indice].identifiant, records[indice].valeurs) for indice in candidats
    }
    evaluations = [
        evaluation
        for indice, lieux in candidats.items()
        for lieu_id in lieux
        if (evaluation := _evaluate(indice, cles[indice], profils[indice], fiches[lieu_id], decisions)) is not None
    ]
    return _assign(evaluations, records, cles, profils, decisions)


def _assign(
    evaluations: list[Evaluation],
    records: Sequence[Record],
    cles: Sequence[Cle],
    profils: Mapping[int, Profil],
    decisions: Decisions,
) -> Appariement:
    """Best first: each record joins the first place that takes it; what matched without joining is to review."""

    def is_meme(un: int, autre: int) -> bool:
        decision = decisions.find(cles[un], cles[autre])
        if decision is not None:
            return decision == MEME
        return is_meme_lieu(records[un], records[autre]) or is_repetition(profils[un], profils[autre])

    appariement = Appariement()
    occupants: defaultdict[int, list[int]] = defaultdict(list)
    ordre = sorted(evaluations, key=lambda e: (not e.est_decidee, -e.comparaison.score, e.indice, e.lieu_id))
    for evaluation in ordre:
        indice = evaluation.indice
        rejoint = (
            evaluation.peut_joindre
            and indice not in appariement.meme
            and all(is_meme(indice, autre) for autre in occupants[evaluation.lieu_id])
        )
        paire = PaireTrouvee(
            indice,
            evaluation.fiche.id,
            evaluation.lieu_id,
            Bande.MEME if rejoint else Bande.A_REVOIR,
            evaluation.comparaison.score,
            evaluation.comparaison.parts,
        )
        if rejoint:
            appariement.meme[indice] = evaluation.lieu_id
            occupants[evaluation.lieu_id].append(indice)
            appariement.justifications.append(paire)
        else:
            appariement.a_revoir.append(paire)
    return appariement


def _evaluate(
    indice: int, cle: Cle, profil: Profil, fiches: Sequence[FicheCandidate], decisions: Decisions
) -> Evaluation | None:
    """None when they are two places, or when a person said so of one of the fiches."""
    verdicts = [decisions.find(cle, fiche.cle) for fiche in fiches]
    if not fiches or DIFFERENT in verdicts:
        return None
    comparees = [compare_fiches(cle, profil, fiche.cle, fiche.profil) for fiche in fiches]
    decidee = MEME in verdicts
    rang = verdicts.index(MEME) if decidee else max(range(len(fiches)), key=lambda i: comparees[i].ordre)
    meilleure = comparees[rang]
    if not decidee and meilleure.bande is Bande.DIFFERENT:
        return None
    peut_joindre = decidee or (meilleure.bande is Bande.MEME and not any(comparee.contredit for comparee in comparees))
    return Evaluation(indice, fiches[rang].lieu_id, fiches[rang], meilleure.comparaison, decidee, peut_joindre)


@dataclass(frozen=True, slots=True)
class Comparee:
    """Two records compared: score, band once their sources are known, and whether one speaks against the other."""

    comparaison: Comparaison
    bande: Bande
    contredit: bool

    @property
    def ordre(self) -> tuple[int, float]:
        """Sorting key: the band first, then the score; the greatest is the most alike."""
        return (Bande.DIFFERENT, Bande.A_REVOIR, Bande.MEME).index(self.bande), self.comparaison.score


def compare_fiches(cle_a: Cle, a: Profil, cle_b: Cle, b: Profil) -> Comparee:
    """Compare two records; two of one source are one place only when they are plainly repeated."""
    comparaison = compare(a, b)
    if cle_a[0] != cle_b[0]:
        return Comparee(comparaison, comparaison.bande, comparaison.score < SEUIL_CONTRADICTION)
    bande = find_bande_fichier(a, b, comparaison)
    return Comparee(comparaison, bande, bande is not Bande.MEME)


def list_candidats(
    session: Session, valeurs: Sequence[Mapping[str, Any]], *, avant: Sequence[int] | None = None
) -> defaultdict[int, set[int]]:
    """Private ids of the places that each record may say, by index; `avant` keeps the places of a smaller id."""
    session.execute(load_block(SQL, "create_recherche"))
    session.execute(load_block(SQL, "empty_recherche"))
    lignes = (
        _build_recherche(rang, dites) | {"avant": avant[rang] if avant is not None else None}
        for rang, dites in enumerate(valeurs)
    )
    for lot in split_lots(lignes):
        session.execute(load_block(SQL, "insert_recherche"), {"lignes": json.dumps(lot, ensure_ascii=False)})
    session.execute(load_block(SQL, "analyze_recherche"))
    candidats: defaultdict[int, set[int]] = defaultdict(set)
    for bloc, parametres in (
        ("list_proches", {"rayon_m": RAYON_M, "limite": LIMITE}),
        ("list_homonymes", {"ressemblance_min": RESSEMBLANCE_MIN, "limite": LIMITE}),
        ("list_contacts", {"limite": LIMITE}),
    ):
        for rangee in session.execute(load_block(SQL, bloc), parametres):
            candidats[rangee.rang].add(rangee.lieu_id)
    return candidats


def _build_recherche(rang: int, valeurs: Mapping[str, Any]) -> dict[str, Any]:
    code = valeurs.get("commune_code")
    position = valeurs.get("position") or {}
    exacte = position.get("precision") == Precision.ADRESSE
    return {
        "rang": rang,
        "nom": valeurs["nom"],
        "genres": sorted(GENRES_RARES.intersection(valeurs.get("genres", ()))),
        "communes": _list_communes(code),
        "departement": (code[:3] if code.startswith("97") else code[:2]) if code else None,
        "telephone": valeurs.get("telephone"),
        "courriel": valeurs.get("courriel"),
        "pivot": valeurs.get("pivot"),
        "lon": position.get("lon") if exacte else None,
        "lat": position.get("lat") if exacte else None,
    }


def _list_communes(code: str | None) -> list[str]:
    """The codes that mean the commune: a city and its arrondissements do not contradict each other."""
    if code is None:
        return []
    if code in _VILLES:
        return [code, _VILLES[code]]
    return [code, *_ARRONDISSEMENTS.get(code, ())]


def _add_identifiants(
    session: Session, source_id: str, records: Sequence[Record], candidats: defaultdict[int, set[int]]
) -> None:
    """Add the places that bear an identifier which the record copies, or the other way round."""
    porteurs: defaultdict[str, list[int]] = defaultdict(list)
    for indice, record in enumerate(records):
        for opaque in build_opaques(record.identifiant):
            porteurs[opaque].append(indice)
    if not porteurs:
        return
    rangees = session.execute(
        load_block(SQL, "list_identifiants"), {"source_id": source_id, "identifiants": sorted(porteurs)}
    )
    for rangee in rangees:
        for opaque in build_opaques(rangee.identifiant):
            for indice in porteurs.get(opaque, ()):
                candidats[indice].add(rangee.lieu_id)


def _add_decides(
    session: Session, decisions: Decisions, cles: Sequence[Cle], candidats: defaultdict[int, set[int]]
) -> None:
    """Add the places of the records that a person said to be the same."""
    memes = {cle: decisions.list_memes(cle) for cle in decisions.cles_memes.intersection(cles)}
    if not memes:
        return
    autres = sorted({autre for lot in memes.values() for autre in lot})
    lignes = [{"source_id": source_id, "identifiant": identifiant} for source_id, identifiant in autres]
    rangees = session.execute(load_block(SQL, "find_lieux"), {"lignes": json.dumps(lignes, ensure_ascii=False)})
    lieux = {(rangee.source_id, rangee.identifiant): rangee.lieu_id for rangee in rangees}
    for indice, cle in enumerate(cles):
        candidats_decides = {lieux[autre] for autre in memes.get(cle, ()) if autre in lieux}
        if candidats_decides:
            candidats[indice] |= candidats_decides


def list_fiches(session: Session, lieu_ids: Collection[int]) -> defaultdict[int, list[FicheCandidate]]:
    """The fiches of these places that still speak, by place."""
    fiches: defaultdict[int, list[FicheCandidate]] = defaultdict(list)
    for lot in split_lots(sorted(lieu_ids)):
        for rangee in session.execute(load_block(SQL, "list_fiches"), {"ids": lot}):
            fiches[rangee.lieu_id].append(
                FicheCandidate(
                    rangee.id,
                    rangee.lieu_id,
                    (rangee.source_id, rangee.identifiant),
                    build_profil(rangee.source_id, rangee.identifiant, rangee.valeurs),
                )
            )
    return fiches


def record_paires(
    session: Session, paires: Iterable[PaireTrouvee], fiche_ids: Mapping[int, int] | Sequence[int], *, now: dt.datetime
) -> None:
    """Write pairs to the queue of review (or as the reason of a merge); `fiche_ids` gives the fiche of each index.

    A pair that is known keeps the date at which it was first seen.
    """
    lignes = [
        {
            "fiche": fiche_ids[paire.indice],
            "autre": paire.fiche_id,
            "bande": paire.bande.value,
            "score": paire.score,
            "parts": paire.parts,
        }
        for paire in paires
    ]
    for lot in split_lots(lignes):
        session.execute(load_block(SQL, "upsert_paires"), {"lignes": json.dumps(lot), "now": now})
