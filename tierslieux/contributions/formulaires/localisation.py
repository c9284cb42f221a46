"""Where the place of a form is: its commune, its address, its position, said in words."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from pyproj import Geod
from sqlalchemy.orm import Session

from tierslieux.contributions.formulaires import queries
from tierslieux.contributions.formulaires.saisie import CommuneLue
from tierslieux.contributions.formulaires.voies import PositionProposee, Repere, locate
from tierslieux.core.errors import SourceError
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.filtres import format_distance
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import AdressePostale, Geocodeur
from tierslieux.lieux.params import Criteres
from tierslieux.lieux.services import list_proches
from tierslieux.territoires.enums import NatureToponyme
from tierslieux.territoires.noms import build_complement
from tierslieux.territoires.services import (
    CommuneTrouvee,
    find_commune,
    find_commune_at,
    get_territoire,
    search_communes,
)

logger = logging.getLogger(__name__)

GEODE = Geod(ellps="GRS80")
COMMUNES_MAX = 8
# Beyond, nobody recognises a place by its neighbour.
REPERE_MAX_M = 400.0
LONGUEUR_COMMUNE_MAX = 120


@dataclass(frozen=True, slots=True)
class ChoixCommune:
    """The commune that a text means, or those to choose from; neither when nothing is understood."""

    commune: CommuneTrouvee | None
    propositions: tuple[CommuneTrouvee, ...] = ()

    @property
    def lue(self) -> CommuneLue | None:
        """As the form holds it."""
        return None if self.commune is None else CommuneLue(self.commune.code, self.commune.nom)


def resolve_commune(session: Session, texte: str, code: str) -> ChoixCommune:
    """The commune of a form: the one that was chosen among several (`code`), else what the text means alone."""
    choisie = find_commune(session, code) if code else None
    if choisie is not None:
        return ChoixCommune(choisie)
    trouvees = search_communes(session, texte[:LONGUEUR_COMMUNE_MAX], limite=COMMUNES_MAX) if texte.strip() else []
    exactes = [commune for commune in trouvees if commune.exacte]
    actuelles = [commune for commune in exactes if commune.nature is not NatureToponyme.ANCIENNE_COMMUNE]
    for sures in (exactes, actuelles):
        if len(sures) == 1:
            return ChoixCommune(sures[0])
    return ChoixCommune(None, tuple(exactes or trouvees))


def find_code_postal(commune: CommuneTrouvee, *textes: str) -> str | None:
    """The postcode of a place: one of its commune's that the texts hold, or the only one; None when nobody knows."""
    dits = [code for code in commune.codes_postaux if any(code in texte for texte in textes)]
    if dits:
        return dits[0]
    return commune.codes_postaux[0] if len(commune.codes_postaux) == 1 else None


def locate_adresse(session: Session, adresse: str, commune_code: str) -> list[PositionProposee]:
    """Where an address of a commune may be, from the places that are known on the same way."""
    codes = session.scalars(queries.list_codes_stmt(commune_code)).all()
    rangees = session.execute(queries.list_de_commune_stmt(codes)).all()
    reperes = [
        Repere(rangee.nom, rangee.adresse, rangee.lon, rangee.lat)
        for rangee in rangees
        if rangee.adresse and rangee.lon is not None and rangee.precision in {None, Precision.ADRESSE}
    ]
    return locate(adresse, reperes)


def ask_service(geocodeur: Geocodeur, adresse: AdressePostale) -> tuple[PositionProposee, ...]:
    """Where a service of addresses says that one is; nothing when it is not sure, or does not answer."""
    try:
        trouvee = geocodeur.geocode(adresse)
    except SourceError as erreur:
        logger.warning("event=geocoding_failed reason=%s", erreur.message)
        return ()
    if trouvee is None:
        return ()
    return (PositionProposee(trouvee.lon, trouvee.lat, trouvee.precision, "", adresse.adresse or ""),)


def approach(session: Session, commune: CommuneTrouvee, adresse: str | None) -> dict[str, Any] | None:
    """The position of a place that was not shown on a map: that of its address if it is sure, else of its commune."""
    trouvees = locate_adresse(session, adresse, commune.code) if adresse else []
    if trouvees:
        premiere = trouvees[0]
        return {"lon": premiere.lon, "lat": premiere.lat, "precision": premiere.precision.value}
    if commune.lon is None or commune.lat is None:
        return None
    return {"lon": round(commune.lon, 7), "lat": round(commune.lat, 7), "precision": Precision.COMMUNE.value}


@dataclass(frozen=True, slots=True)
class Endroit:
    """A position in words: its commune, sentences that say where it is, what it points at."""

    commune: CommuneTrouvee | None
    phrases: tuple[str, ...]


def describe_position(session: Session, position: Position, *, now: dt.datetime) -> Endroit:
    """Where a point is, as people say it: from the town hall, and from the nearest place that is known."""
    commune = find_commune_at(session, position)
    if commune is None:
        return Endroit(None, (_("Ce point n’est pas en France."),))
    phrases = [_("Commune : %(nom)s.", nom=commune.nom)]
    detail = get_territoire(session, commune.niveau, commune.code)
    if detail.mairie_lon is not None and detail.mairie_lat is not None:
        distance_m = measure(position, Position(detail.mairie_lon, detail.mairie_lat))
        complement = build_complement(commune.nom, 0 if commune.nom[:1] in "Hh" else None)
        phrases.append(
            _(
                "À %(distance)s de la mairie %(de_commune)s.",
                distance=format_distance(distance_m),
                de_commune=complement,
            )
        )
    proches = list_proches(session, position, Criteres(candidats=True), now=now, limite=1, rayon_m=REPERE_MAX_M).lieux
    if proches and proches[0].distance_m is not None:
        phrases.append(
            _(
                "À %(distance)s de : %(lieu)s.",
                distance=format_distance(proches[0].distance_m),
                lieu=proches[0].nom,
            )
        )
    return Endroit(commune, tuple(phrases))


def measure(une: Position, autre: Position) -> float:
    """Metres between two positions, on the ellipsoid."""
    _aller, _retour, distance_m = GEODE.inv(une.lon, une.lat, autre.lon, autre.lat)
    return float(distance_m)
