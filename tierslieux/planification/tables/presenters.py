"""Uploaded tables as their page shows them. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from tierslieux.filtres import format_nombre
from tierslieux.planification.etude import PREFIXE_TABLE
from tierslieux.planification.tables.depot import Apercu
from tierslieux.planification.tables.lecture import JOURS, Nature, Rejet
from tierslieux.planification.tables.services import JOURS_GARDES, LigneTable

# Rows that a page shows: enough to see whether the columns were read as meant.
LIGNES_MONTREES = 20
REJETS_MONTRES = 100
NOM_FICHIER_MAX = 120
_COMMANDES = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class TablePage:
    """A table: what was understood, what was not, how to use it (`args`: the fields of a study)."""

    public_id: str
    nom: str
    nature: Nature
    est_gardee: bool
    deposee_at: dt.datetime
    oubliee_at: dt.datetime
    total: int
    total_personnes: str
    a_la_mairie: int
    memes_endroits: int
    absentes: int
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    rejets: tuple[Rejet, ...]
    total_rejets: int
    args: dict[str, str]


def build_page(apercu: Apercu) -> TablePage:
    """The page of a table."""
    table, est_candidats = apercu.table, apercu.nature is Nature.CANDIDATS
    montrees = apercu.lignes[:LIGNES_MONTREES]
    endroits = Counter((ligne.lon, ligne.lat) for ligne in apercu.lignes) if est_candidats else Counter()
    return TablePage(
        public_id=table.public_id,
        nom=table.nom,
        nature=apercu.nature,
        est_gardee=table.gardee_at is not None,
        deposee_at=table.deposee_at,
        oubliee_at=table.utilisee_at + dt.timedelta(days=JOURS_GARDES),
        total=len(apercu.lignes),
        total_personnes="" if est_candidats else format_nombre(sum(ligne.personnes or 0.0 for ligne in apercu.lignes)),
        a_la_mairie=apercu.a_la_mairie,
        memes_endroits=sum(nombre for nombre in endroits.values() if nombre > 1),
        absentes=apercu.absentes,
        entetes=_ENTETES[apercu.nature],
        lignes=tuple(_write_candidat(ligne) if est_candidats else _write_personnes(ligne) for ligne in montrees),
        rejets=apercu.rejets[:REJETS_MONTRES],
        total_rejets=len(apercu.rejets),
        args={"table": table.public_id} if est_candidats else {"besoin": f"{PREFIXE_TABLE}{table.public_id}"},
    )


_ENTETES = {
    Nature.CANDIDATS: ("Ligne", "Nom", "Commune", "Longitude, latitude", "Coût", "Capacité", "Horaires", "Marchés"),
    Nature.PERSONNES: ("Ligne", "Commune", "Personnes"),
}


def _write_candidat(ligne: LigneTable) -> tuple[str, ...]:
    return (
        str(ligne.rang),
        ligne.nom or "",
        ligne.commune_code or "",
        f"{ligne.lon:.4f}, {ligne.lat:.4f}" if ligne.lon is not None and ligne.lat is not None else "",
        _write(ligne.cout),
        _write(ligne.capacite),
        ligne.horaires or "",
        ", ".join(JOURS[code] for code in ligne.jours_marche),
    )


def _write_personnes(ligne: LigneTable) -> tuple[str, ...]:
    return str(ligne.rang), ligne.commune_code or "", _write(ligne.personnes)


def _write(nombre: float | None) -> str:
    return "" if nombre is None else format_nombre(nombre)


def clean_nom(nom: str) -> str:
    """The last part of a file's name, shown and kept: no folder, no control character, not too long."""
    court = PureWindowsPath(PurePosixPath(nom).name).name
    return _COMMANDES.sub(" ", court).strip()[-NOM_FICHIER_MAX:] or "fichier"
