"""What becomes of an uploaded table: looked at, kept, deleted. Nothing here commits.

Nothing is written of a file before all of it is read; it can be used only once somebody has seen what was understood.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from tierslieux.core.errors import ComputationError, ConflictError, NotFoundError, SourceError
from tierslieux.core.types import Position
from tierslieux.couverture.blocs import read_communes
from tierslieux.planification.calculs.queries import list_mairies_stmt, list_noms_stmt
from tierslieux.planification.lecture import list_rangs
from tierslieux.planification.models import TableTerritoire
from tierslieux.planification.scenarios.services import is_table_utilisee
from tierslieux.planification.tables.lecture import (
    REJETS_MAX,
    Lecteurs,
    LuTable,
    Nature,
    Rejet,
    ValeurError,
    build_rejet,
    find_colonnes,
    merge_communes,
    read_lignes,
)
from tierslieux.planification.tables.services import JOURS_APERCU, JOURS_GARDES, LigneTable, build_lignes
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

# Tables that somebody is looking at: anybody may upload one.
APERCUS_MAX = 200
A_LA_MAIRIE = " (placé à la mairie)"


@dataclass(frozen=True, slots=True)
class Apercu:
    """An uploaded table as people look at it.

    `a_la_mairie`: buildings without position, put at their town hall; `absentes`: communes of the territory that a
    table of people says nothing of.
    """

    table: TableTerritoire
    nature: Nature
    lignes: tuple[LigneTable, ...]
    rejets: tuple[Rejet, ...]
    a_la_mairie: int
    absentes: int


def create(
    session: Session,
    niveau: Niveau,
    code: str,
    *,
    nom: str,
    contenu: bytes,
    lecteurs: Lecteurs,
    now: dt.datetime,
) -> tuple[TableTerritoire, LuTable]:
    """Read a file for a territory and write what was understood, not yet usable; (table, what was read).

    Raises NotFoundError, SourceError with why the whole file is refused, ConflictError, ComputationError.
    """
    territoires.get_territoire(session, niveau, code)
    communes = read_communes(session)
    if communes is None:
        raise ComputationError("La couverture n’est pas encore calculée : aucune table n’est utile.")
    dedans = frozenset(communes.codes[list_rangs(communes, niveau, code)].tolist())
    if _count_apercus(session) >= APERCUS_MAX:
        raise ConflictError("Trop de tables attendent d’être gardées : revenez demain, ou gardez les vôtres.")
    tableau = lecteurs.lire(contenu, nom)
    lu = read_lignes(tableau, lecteurs)
    colonnes, _ = find_colonnes(tableau.colonnes)
    lu = _Placement(session, dedans, colonnes).place(lu)
    if not lu.lignes and not lu.rejets:
        raise SourceError("Aucune commune n’a de nombre dans la colonne des personnes.")
    if not lu.lignes:
        premier = lu.rejets[0]
        raise SourceError(
            f"Aucune des {len(lu.rejets)} lignes n’est comprise. La première, ligne {premier.ligne} :"
            f" « {premier.colonne or 'toute la ligne'} » vaut « {premier.valeur} » ; attendu : {premier.attendu}."
        )
    table = TableTerritoire(
        public_id=secrets.token_hex(12),
        niveau=niveau.value,
        code=code,
        nom=nom,
        sha256=hashlib.sha256(contenu).hexdigest(),
        lignes=[_write_ligne(ligne) for ligne in lu.lignes],
        rejets=[asdict(rejet) for rejet in lu.rejets[:REJETS_MAX]],
        deposee_at=now,
        gardee_at=None,
        utilisee_at=now,
    )
    session.add(table)
    session.flush()
    return table, lu


def _write_ligne(ligne: LigneTable) -> dict[str, object]:
    """A row as JSON values, without what it does not say."""
    return {nom: valeur for nom, valeur in asdict(ligne).items() if valeur not in (None, ())}


def _count_apercus(session: Session) -> int:
    return session.scalar(select(func.count()).where(TableTerritoire.gardee_at.is_(None))) or 0


def get_table(session: Session, niveau: Niveau, code: str, public_id: str) -> TableTerritoire:
    """A table of this territory, kept or not; raises NotFoundError."""
    table = session.get(TableTerritoire, public_id, populate_existing=True)
    if table is None or (table.niveau, table.code) != (niveau.value, code):
        raise NotFoundError("Cette table n’existe pas, ou plus.")
    return table


def build_apercu(session: Session, table: TableTerritoire) -> Apercu:
    """A table for its page."""
    lignes = build_lignes(table.lignes)
    nature = Nature.PERSONNES if any(ligne.personnes is not None for ligne in lignes) else Nature.CANDIDATS
    return Apercu(
        table=table,
        nature=nature,
        lignes=lignes,
        rejets=tuple(Rejet(**rejet) for rejet in table.rejets),
        absentes=len(list_communes(session, Niveau(table.niveau), table.code)) - len(lignes)
        if nature is Nature.PERSONNES
        else 0,
        a_la_mairie=sum((ligne.nom or "").endswith(A_LA_MAIRIE) for ligne in lignes if nature is Nature.CANDIDATS),
    )


def keep(session: Session, niveau: Niveau, code: str, public_id: str, *, now: dt.datetime) -> TableTerritoire:
    """Make a table usable by studies of its territory."""
    table = get_table(session, niveau, code, public_id)
    table.gardee_at = table.gardee_at or now
    table.utilisee_at = now
    session.flush()
    return table


def drop(session: Session, niveau: Niveau, code: str, public_id: str) -> None:
    """Forget a table; studies that used it say that it is not there. Raises ConflictError while a scenario uses it."""
    table = get_table(session, niveau, code, public_id)
    if is_table_utilisee(session, public_id):
        raise ConflictError("Cette table sert à un scénario enregistré : elle ne peut pas être supprimée.")
    session.delete(table)
    session.flush()


def purge(session: Session, *, now: dt.datetime) -> int:
    """Forget the tables that nobody has used for long, and those that were only looked at; how many.

    A table that a scenario needs stays as long as the scenario.
    """
    vieilles = TableTerritoire.utilisee_at < now - dt.timedelta(days=JOURS_GARDES)
    apercus = and_(
        TableTerritoire.gardee_at.is_(None), TableTerritoire.deposee_at < now - dt.timedelta(days=JOURS_APERCU)
    )
    tables = session.scalars(select(TableTerritoire.public_id).where(or_(vieilles, apercus))).all()
    inutiles = [public_id for public_id in tables if not is_table_utilisee(session, public_id)]
    session.execute(delete(TableTerritoire).where(TableTerritoire.public_id.in_(inutiles)))
    return len(inutiles)


def list_communes(session: Session, niveau: Niveau, code: str) -> list[tuple[str, str]]:
    """(code, name) of the communes of a territory, by code: what a table of people by commune has rows for."""
    communes = read_communes(session)
    if communes is None:
        return []
    codes = communes.codes[list_rangs(communes, niveau, code)].tolist()
    noms = {r.code: r.nom for r in session.execute(list_noms_stmt(Niveau.COMMUNE, codes))}
    return [(code, noms.get(code, code)) for code in codes]


class _Placement:
    """Rows put into communes of the territory of today (`dedans`), at a point for buildings."""

    def __init__(self, session: Session, dedans: frozenset[str], colonnes: Mapping[str, str]) -> None:
        self._session = session
        self._dedans = dedans
        self._colonnes = colonnes
        self._communes: dict[str, str | None] = {}

    def place(self, lu: LuTable) -> LuTable:
        """The same with the rows that are in the territory; the others join those left out, in the file's order."""
        lignes: list[LigneTable] = []
        rejets = list(lu.rejets)
        mairies = self._find_mairies(lu.lignes) if lu.nature is Nature.CANDIDATS else {}
        for ligne in lu.lignes:
            try:
                lignes.append(self._place(ligne, lu.nature, mairies))
            except ValeurError as erreur:
                rejets.append(build_rejet(ligne.rang, self._colonnes, erreur))
        rejets.sort(key=lambda rejet: rejet.ligne)
        placees = merge_communes(lignes) if lu.nature is Nature.PERSONNES else tuple(lignes)
        return replace(lu, lignes=placees, rejets=tuple(rejets))

    def _place(self, ligne: LigneTable, nature: Nature, mairies: Mapping[str, Position]) -> LigneTable:
        if nature is Nature.CANDIDATS and ligne.lon is not None and ligne.lat is not None:
            return replace(ligne, commune_code=self._find_au_point(ligne, Position(ligne.lon, ligne.lat)))
        code = self._find_commune(ligne.commune_code or "")
        if code is None:
            raise ValeurError("commune_code", ligne.commune_code or "", "le code Insee d’une commune de ce territoire")
        if nature is Nature.PERSONNES:
            return replace(ligne, commune_code=code)
        mairie = mairies.get(code)
        if mairie is None:
            raise ValeurError(
                "commune_code", code, "une longitude et une latitude : la mairie de cette commune n’est pas connue"
            )
        nom = f"{ligne.nom}{A_LA_MAIRIE}"
        return replace(ligne, nom=nom, commune_code=code, lon=mairie.lon, lat=mairie.lat)

    def _find_commune(self, code: str) -> str | None:
        """The commune of today that a code means, None when it is none of the territory."""
        if code in self._dedans:
            return code
        if code not in self._communes:
            trouvee = territoires.find_commune(self._session, code)
            actuel = None if trouvee is None else self._leave_arrondissement(trouvee.niveau, trouvee.code)
            self._communes[code] = actuel if actuel in self._dedans else None
        return self._communes[code]

    def _find_au_point(self, ligne: LigneTable, position: Position) -> str:
        """The commune of a building: the one it says when it is of the territory, as its point must be."""
        code = self._find_at(position)
        if code is None:
            dit = f"{ligne.lon}, {ligne.lat}"
            echange = Position(position.lat, position.lon) if abs(position.lon) <= 90 else None
            if echange is not None and self._find_at(echange) is not None:
                raise ValeurError("lon", dit, "la longitude d’abord : longitude et latitude semblent échangées")
            raise ValeurError("lon", dit, "un point de ce territoire")
        if ligne.commune_code is None:
            return code
        dite = self._find_commune(ligne.commune_code)
        if dite is None:
            raise ValeurError("commune_code", ligne.commune_code, "le code Insee d’une commune de ce territoire")
        return dite

    def _find_at(self, position: Position) -> str | None:
        trouvee = territoires.find_commune_at(self._session, position)
        code = None if trouvee is None else self._leave_arrondissement(trouvee.niveau, trouvee.code)
        return code if code in self._dedans else None

    def _leave_arrondissement(self, niveau: Niveau, code: str) -> str | None:
        """The commune itself, that of an arrondissement of Paris, Lyon or Marseille."""
        if niveau is not Niveau.ARRONDISSEMENT:
            return code
        parents = territoires.get_territoire(self._session, niveau, code).parents
        return next((parent.code for parent in parents if parent.niveau is Niveau.COMMUNE), None)

    def _find_mairies(self, lignes: Sequence[LigneTable]) -> dict[str, Position]:
        """The town halls of the communes where a row gives no position."""
        codes = {self._find_commune(ligne.commune_code or "") for ligne in lignes if ligne.lon is None}
        lues = self._session.execute(list_mairies_stmt([code for code in codes if code is not None]))
        return {r.code: Position(r.lon, r.lat) for r in lues}
