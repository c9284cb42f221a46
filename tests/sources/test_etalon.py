"""The benchmark on the publishers' real files: the figures promised."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy.orm import Session

from tierslieux.config import RACINE
from tierslieux.imports.doublons import etalon
from tierslieux.imports.fichiers import Endroits
from tierslieux.territoires.services import load_referentiel

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
# What is promised of matching: merged pairs are right, true pairs are merged or shown to a person.
PRECISION_MIN = 0.995
RECALL_MIN = 0.95


def test_the_figures_promised_are_met(session_nationale: Session, raw_dir: Path) -> None:
    paires = etalon.read_etalon(RACINE / "geodata" / "etalon" / "paires.csv")
    endroits = Endroits(raw_dir, RACINE / "geodata", telechargement=False)
    records = etalon.find_records(paires, endroits, load_referentiel(session_nationale))
    verdicts = etalon.judge(session_nationale, paires, records, now=NOW)
    session_nationale.rollback()
    rapport = etalon.build_rapport(paires, verdicts)
    assert rapport["found"] == rapport["listed"] >= 1_000
    for figures in (rapport, rapport["held_out"], rapport["population"]):
        assert figures["precision"] >= PRECISION_MIN
        assert figures["recall"] >= RECALL_MIN
    assert rapport["candidate_recall"] >= 0.99
