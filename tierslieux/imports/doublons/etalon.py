"""The labelled benchmark of matching: real pairs known by digest alone, found again in the publishers' files.

geodata/etalon/README.md says how pairs were drawn and labelled. Scores leave out the identifiers that hubs copy, since
some labels come from them; a match that PostGIS would never propose counts as missed.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.core.errors import SourceError
from tierslieux.core.sql import load_block
from tierslieux.imports.contrat import Contexte, Record, Reject, Source
from tierslieux.imports.doublons.doublons import SQL, list_candidats
from tierslieux.imports.doublons.profil import Profil, build_profil
from tierslieux.imports.doublons.rapprochement import find_bande_fichier, is_meme_lieu
from tierslieux.imports.doublons.ressemblance import SEUIL_MEME, SEUIL_REVOIR, Bande, compare
from tierslieux.imports.etapes import run_etapes
from tierslieux.imports.fichiers import Endroits, find_emplacement, read_emplacement
from tierslieux.imports.registre import get_source
from tierslieux.lieux import publication
from tierslieux.lieux.resolution import Fiche, resolve
from tierslieux.territoires.referentiel import ReferentielCommunes

# Files of the pairs: the key in digests, the source that reads it, and its pattern when it is another edition.
FICHIERS: tuple[tuple[str, str, str | None], ...] = (
    ("france-services", "france-services", "lieux/france-services_2024*.csv"),
    ("france-services@2022", "france-services", "lieux/france-services_2022*.csv"),
    ("conseillers-numeriques", "conseillers-numeriques", None),
    ("tiers-lieux-cget", "tiers-lieux-cget", None),
    ("bibliotheques", "bibliotheques", None),
    ("mediation-data-inclusion", "mediation-data-inclusion", None),
    ("mediation-aura", "mediation-aura", None),
    ("mediation-charente", "mediation-charente", None),
    ("mairies", "mairies", None),
)
MEME, DIFFERENT, INDECIDABLE = "meme", "different", "indecidable"
# 95 % of a normal law.
Z = 1.959964


@dataclass(frozen=True, slots=True)
class PaireEtalon:
    """Two records by digest; `poids` is how many candidate pairs it stands for, None when it was not drawn so."""

    a: str
    b: str
    etiquette: str
    strate: str
    methode: str
    poids: float | None

    @property
    def est_tenue(self) -> bool:
        """Whether the pair is in the half that was never used to set the weights."""
        return int(hashlib.sha256(f"{self.a}{self.b}".encode()).hexdigest()[:8], 16) % 2 == 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the program says of a pair: its band, different when it would never have been proposed."""

    paire: PaireEtalon
    bande: Bande
    est_candidate: bool


def build_empreinte(fichier: str, identifiant: str) -> str:
    """The digest under which a record of a file is known."""
    return hashlib.sha256(f"{fichier}\x1f{identifiant}".encode()).hexdigest()[:16]


def read_etalon(chemin: Path) -> list[PaireEtalon]:
    """The pairs of geodata/etalon/paires.csv."""
    with chemin.open(encoding="utf-8", newline="") as fichier:
        return [
            PaireEtalon(
                ligne["a"],
                ligne["b"],
                ligne["etiquette"],
                ligne["strate"],
                ligne["methode"],
                float(ligne["poids"]) if ligne["poids"] else None,
            )
            for ligne in csv.DictReader(fichier)
        ]


def find_records(
    paires: Sequence[PaireEtalon], endroits: Endroits, communes: ReferentielCommunes
) -> dict[str, tuple[str, Record]]:
    """The (source id, cleaned record) of each digest that the files still hold; a file that is absent gives none."""
    voulues = {empreinte for paire in paires for empreinte in (paire.a, paire.b)}
    trouves: dict[str, tuple[str, Record]] = {}
    for cle, source_id, motif in FICHIERS:
        source = get_source(source_id)
        contexte = Contexte(communes, commune_certaine=source.commune_certaine)
        for record in _read_records(source, endroits, motif):
            empreinte = build_empreinte(cle, record.identifiant)
            if empreinte in voulues and empreinte not in trouves:
                propre = run_etapes(record, contexte)
                if not isinstance(propre, Reject):
                    # Two editions of one source are two sources here: they are compared with each other.
                    trouves[empreinte] = cle, propre
    return trouves


def _read_records(source: Source, endroits: Endroits, motif: str | None) -> Iterator[Record]:
    chemin = None
    if motif is not None:
        chemin = max(endroits.raw_dir.glob(motif), default=None) if endroits.raw_dir else None
        if chemin is None:
            return
    emplacement = find_emplacement(source, endroits, chemin)
    if emplacement is None:
        return
    for resultat in source.parse(read_emplacement(source, emplacement, endroits).contenu):
        if isinstance(resultat, Record):
            yield resultat


def judge(
    session: Session,
    paires: Sequence[PaireEtalon],
    records: Mapping[str, tuple[str, Record]],
    *,
    now: dt.datetime,
) -> list[Verdict]:
    """What the program says of each pair that was found again. Writes places: the caller rolls the session back."""
    trouvees = [paire for paire in paires if paire.a in records and paire.b in records]
    if not trouvees:
        raise SourceError("aucune paire de l’étalon n’est dans les fichiers de TIERSLIEUX_RAW_DIR")
    profils = {
        empreinte: build_profil(source_id, record.identifiant, record.valeurs)
        for empreinte, (source_id, record) in records.items()
    }
    candidates = _list_candidates(session, trouvees, records, now=now)
    verdicts = []
    for paire in trouvees:
        est_candidate = (paire.a, paire.b) in candidates
        bande = _find_bande(records[paire.a], profils[paire.a], records[paire.b], profils[paire.b])
        verdicts.append(Verdict(paire, bande if est_candidate else Bande.DIFFERENT, est_candidate))
    return verdicts


def _find_bande(un: tuple[str, Record], a: Profil, autre: tuple[str, Record], b: Profil) -> Bande:
    """The band as imports find it: two rows of one file are grouped by a rule of their own."""
    comparaison = compare(a, b, identifiants=False)
    if un[0] != autre[0]:
        return comparaison.bande
    return Bande.MEME if is_meme_lieu(un[1], autre[1]) else find_bande_fichier(a, b, comparaison)


def _list_candidates(
    session: Session,
    paires: Sequence[PaireEtalon],
    records: Mapping[str, tuple[str, Record]],
    *,
    now: dt.datetime,
) -> set[tuple[str, str]]:
    """The pairs whose second record PostGIS proposes for the first, once the second is a place of the base."""
    session.execute(load_block(SQL, "lift_timeout"))
    seconds = sorted({paire.b for paire in paires})
    ids = session.scalars(load_block(SQL, "reserve_lieux"), {"nombre": len(seconds)})
    lieux = dict(zip(ids, seconds, strict=True))
    publication.create(
        session,
        (
            (lieu_id, f"etalon-{empreinte}", resolve([_build_fiche(*records[empreinte])]))
            for lieu_id, empreinte in lieux.items()
        ),
        now=now,
    )
    premiers = sorted({paire.a for paire in paires})
    trouves = list_candidats(session, [records[empreinte][1].valeurs for empreinte in premiers])
    return {
        (premiers[rang], lieux[lieu_id]) for rang, voisins in trouves.items() for lieu_id in voisins if lieu_id in lieux
    }


def _build_fiche(source_id: str, record: Record) -> Fiche:
    return Fiche(0, source_id, record.identifiant, 0, record.date_maj, record.valeurs)


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a count, with its Wilson interval at 95 %; None when there is nothing to count."""

    succes: float
    total: float

    @property
    def valeur(self) -> float | None:
        """The share (0 to 1)."""
        return self.succes / self.total if self.total else None

    @property
    def intervalle(self) -> tuple[float, float] | None:
        """Wilson's interval at 95 %."""
        if not self.total:
            return None
        p, n = self.succes / self.total, self.total
        centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        rayon = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
        return max(0.0, centre - rayon), min(1.0, centre + rayon)


@dataclass(frozen=True, slots=True)
class Mesure:
    """Figures of a set of pairs: precision of the band "meme", recall over "meme" and "a-revoir".

    `automatique` is the recall of "meme" alone, `candidates` the share of matches that PostGIS proposes.
    """

    pairs: int
    matches: int
    precision: Part
    recall: Part
    automatique: Part
    candidates: Part

    def to_json(self) -> dict[str, Any]:
        """As printed by the command; shares are 0 to 1."""
        figures: dict[str, Any] = {"pairs": self.pairs, "matches": self.matches}
        for nom, part in (
            ("precision", self.precision),
            ("recall", self.recall),
            ("recall_same", self.automatique),
            ("candidate_recall", self.candidates),
        ):
            figures[nom] = None if part.valeur is None else round(part.valeur, 4)
            figures[f"{nom}_interval"] = None if part.intervalle is None else [round(b, 4) for b in part.intervalle]
        return figures


def measure(verdicts: Sequence[Verdict], weigh: Callable[[PaireEtalon], float] = lambda _: 1.0) -> Mesure:
    """Count what was said against what is; pairs that nobody could decide are left out.

    `weigh` gives what each pair stands for; intervals of weighted shares take the number of pairs, not their weight.
    """
    decides = [v for v in verdicts if v.paire.etiquette != INDECIDABLE]
    vrais = [v for v in decides if v.paire.etiquette == MEME]
    memes = [v for v in decides if v.bande is Bande.MEME]

    def share(retenus: Sequence[Verdict], garder: Callable[[Verdict], bool]) -> Part:
        total = sum(weigh(v.paire) for v in retenus)
        part = sum(weigh(v.paire) for v in retenus if garder(v)) / total if total else 0.0
        return Part(part * len(retenus), len(retenus))

    return Mesure(
        pairs=len(decides),
        matches=len(vrais),
        precision=share(memes, lambda v: v.paire.etiquette == MEME),
        recall=share(vrais, lambda v: v.bande is not Bande.DIFFERENT),
        automatique=share(vrais, lambda v: v.bande is Bande.MEME),
        candidates=share(vrais, lambda v: v.est_candidate),
    )


def build_rapport(paires: Sequence[PaireEtalon], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What `flask imports benchmark` prints: all pairs, the held-out half, the weighted figures, each stratum."""
    strates: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        strates[verdict.paire.strate].append(verdict)
    tirees = [v for v in verdicts if v.paire.poids is not None]
    return measure(verdicts).to_json() | {
        "listed": len(paires),
        "found": len(verdicts),
        "undecided": sum(v.paire.etiquette == INDECIDABLE for v in verdicts),
        "read_by_hand": sum(v.paire.methode == "relecture" for v in verdicts),
        "thresholds": {"same": SEUIL_MEME, "review": SEUIL_REVOIR},
        "held_out": measure([v for v in verdicts if v.paire.est_tenue]).to_json(),
        "tuning": measure([v for v in verdicts if not v.paire.est_tenue]).to_json(),
        "population": measure(tirees, lambda paire: paire.poids or 0.0).to_json(),
        "strata": {nom: measure(strates[nom]).to_json() for nom in sorted(strates)},
    }


def describe_rapport(rapport: Mapping[str, Any]) -> Iterator[str]:
    """The report in lines to read."""
    yield f"{rapport['found']} of {rapport['listed']} pairs found again, {rapport['undecided']} of them undecidable"
    for titre, figures in (
        ("all pairs", rapport),
        ("held-out half", rapport["held_out"]),
        ("weighted to all candidate pairs", rapport["population"]),
        *((f"  {nom}", strate) for nom, strate in rapport["strata"].items()),
    ):
        yield (
            f"{titre}: {figures['pairs']} pairs, {figures['matches']} matches;"
            f" precision {_write_part(figures, 'precision')}, recall {_write_part(figures, 'recall')},"
            f" merged by itself {_write_part(figures, 'recall_same')},"
            f" proposed {_write_part(figures, 'candidate_recall')}"
        )


def _write_part(figures: Mapping[str, Any], nom: str) -> str:
    if figures[nom] is None:
        return "-"
    bas, haut = figures[f"{nom}_interval"]
    return f"{figures[nom]:.4f} [{bas:.4f}, {haut:.4f}]"
