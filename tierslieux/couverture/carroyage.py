"""Put the inhabited cells of a grid in place of the points of the communes that it covers. One transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass

import shapely
from sqlalchemy.orm import Session

from tierslieux.core.errors import SourceError
from tierslieux.core.progress import Progress, ignore_progress
from tierslieux.core.sql import load_block
from tierslieux.couverture import ecriture
from tierslieux.couverture.calcul import open_ecriture
from tierslieux.couverture.carreaux import Carreaux
from tierslieux.couverture.lecture import SQL
from tierslieux.couverture.models import EditionCouverture
from tierslieux.couverture.points import Origine, PointCommune
from tierslieux.territoires.referentiel import CommuneReference, ReferentielCommunes
from tierslieux.territoires.services import load_referentiel

_PAS_PROGRESSION = 20_000


@dataclass(frozen=True, slots=True)
class RapportGrille:
    """Rows read = cells loaded + the sum of `rejets`, by reason; `communes` have cells from now on."""

    lus: int
    charges: int
    communes: int
    gens: float
    rejets: dict[str, int]

    def to_json(self) -> dict[str, object]:
        """The report as one JSON object."""
        return asdict(self)


def load_carreaux(session: Session, carreaux: Carreaux, progress: Progress = ignore_progress) -> RapportGrille:
    """Load cells; the caller commits. The next computation is then a whole one.

    Raises SourceError when no cell is in a commune that is known.
    """
    open_ecriture(session)
    par_commune, rejets = attach(carreaux, load_referentiel(session), progress)
    if not par_commune:
        raise SourceError("aucun carreau habité n’est dans une commune connue")
    session.execute(load_block(SQL, "delete_points_communes"), {"codes": sorted(par_commune)})
    ecriture.copy_points(session, (p for code in sorted(par_commune) for p in build_points(code, par_commune[code])))
    edition = session.get(EditionCouverture, 1)
    if edition is not None:
        edition.parametres = ""
    session.flush()
    return RapportGrille(
        lus=carreaux.lus,
        charges=sum(len(cellules) for cellules in par_commune.values()),
        communes=len(par_commune),
        gens=float(sum(gens for cellules in par_commune.values() for _, _, gens in cellules)),
        rejets=dict(carreaux.rejets) | rejets,
    )


Cellules = list[tuple[float, float, float]]


def attach(
    carreaux: Carreaux, referentiel: ReferentielCommunes, progress: Progress = ignore_progress
) -> tuple[dict[str, Cellules], dict[str, int]]:
    """(cells by code of commune as lon, lat, people; those left out by reason).

    A cell of several communes goes to the one that holds its middle, else to the first.
    """
    par_commune: defaultdict[str, Cellules] = defaultdict(list)
    rejets: Counter[str] = Counter()
    total = len(carreaux.gens)
    for rang, codes in enumerate(carreaux.communes):
        lon, lat = float(carreaux.lon[rang]), float(carreaux.lat[rang])
        connues = [c for c in (referentiel.find(x) or referentiel.find_successeur(x) for x in codes) if c]
        if connues:
            commune = _find_autour(referentiel, connues, lon, lat) if len(connues) > 1 else connues[0]
            par_commune[commune.commune_parent or commune.code].append((lon, lat, float(carreaux.gens[rang])))
        else:
            rejets["COMMUNE_INCONNUE"] += 1
        if rang % _PAS_PROGRESSION == 0 or rang + 1 == total:
            progress("cells", rang + 1, total)
    return dict(par_commune), dict(rejets)


def _find_autour(
    referentiel: ReferentielCommunes, communes: Collection[CommuneReference], lon: float, lat: float
) -> CommuneReference:
    for commune in communes:
        polygone = referentiel.polygones[referentiel.rangs[commune.code]]
        if polygone is not None and shapely.contains_xy(polygone, lon, lat):
            return commune
    return next(iter(communes))


def build_points(commune_code: str, cellules: Cellules) -> list[PointCommune]:
    """One point in the middle of each cell, with its share of the people of the commune."""
    total = sum(gens for _, _, gens in cellules)
    return [PointCommune(commune_code, Origine.CARREAU, gens / total, lon, lat) for lon, lat, gens in cellules]
