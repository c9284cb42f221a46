"""Where a text means: a position, a building or a place of the territory, a commune, the commune of an address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from tierslieux.couverture.formules import upper_initiale
from tierslieux.filtres import INSECABLE
from tierslieux.lieux import services as lieux
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import DECIMALES_DEGRES, Etude, Geste
from tierslieux.planification.simulation.gestes import ECART_MAX_M, measure_ecart, write_point
from tierslieux.planification.terrain import Site, Terrain
from tierslieux.territoires.noms import build_cle, build_complement
from tierslieux.territoires.services import CommuneTrouvee, search_communes, search_noms_exacts

CHOIX_MAX = 8
# The longest names of communes have eight words.
_MOTS_COMMUNE_MAX = 8
_NOMBRE = r"[+-]?\d{1,3}(?:[.,]\d+)?"
_DEUX_NOMBRES = re.compile(rf"\(?\s*({_NOMBRE})\s*[;/ ]\s*({_NOMBRE})\s*\)?")
_DEUX_NOMBRES_VIRGULE = re.compile(r"\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*\)?")
_CODE_POSTAL = re.compile(r"\d{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Trouvaille:
    """One reading of a text: what it would change, in words, and the change. `est_sure`: no other reading is likely."""

    libelle: str
    geste: Geste
    est_sure: bool = False


def find_gestes(
    session: Session, terrain: Terrain, etude: Etude, texte: str, deplacer: str, *, now: dt.datetime
) -> list[Trouvaille]:
    """What a text may mean, the likeliest first, at most CHOIX_MAX; [] when it is not understood.

    `deplacer`: code of the open place that goes there, "" to open a new one. Addresses are not known: the commune of an
    address stands for it, and the answer says so.
    """
    position = _read_position(terrain, texte)
    if position is not None:
        lon, lat = position
        return [Trouvaille(f"Au point {write_point(lon, lat)}", _build_geste(lon, lat, deplacer), est_sure=True)]
    communes = _list_communes(session, terrain, texte)
    sites = [] if deplacer else _list_sites(terrain, etude, texte)
    exactes = [commune for commune in communes if commune.exacte]
    ici = [commune for commune in exactes if _is_ici(terrain, commune)]
    surs = len(ici) == 1 or (len(exactes) == 1 and not ici)
    trouves = [
        *(_build_commune(c, deplacer, est_sure=surs and c in (ici or exactes)) for c in _sort(terrain, exactes)),
        *sites,
        *(_build_commune(c, deplacer) for c in _sort(terrain, [c for c in communes if not c.exacte])),
    ]
    if not trouves:
        trouves = [
            *_list_adresse(session, terrain, texte, deplacer),
            *_list_lieux(session, terrain, texte, deplacer, now=now),
        ]
    if len(trouves) == 1 and trouves[0] in sites:
        return [replace(trouves[0], est_sure=True)]
    return trouves[:CHOIX_MAX]


def _build_geste(lon: float, lat: float, deplacer: str) -> Geste:
    lon, lat = round(lon, DECIMALES_DEGRES), round(lat, DECIMALES_DEGRES)
    return Geste(Action.DEPLACER, deplacer, lon, lat) if deplacer else Geste(Action.OUVRIR, None, lon, lat)


def _read_position(terrain: Terrain, texte: str) -> tuple[float, float] | None:
    """(lon, lat) of two numbers; given the other way round, as phones do, when only that is near the territory."""
    trouve = _DEUX_NOMBRES_VIRGULE.fullmatch(texte) or _DEUX_NOMBRES.fullmatch(texte)
    if trouve is None:
        return None
    lon, lat = (float(nombre.replace(",", ".")) for nombre in trouve.groups())
    if _is_pres(terrain, lat, lon) and not _is_pres(terrain, lon, lat):
        return lat, lon
    return lon, lat


def _is_pres(terrain: Terrain, lon: float, lat: float) -> bool:
    return abs(lon) <= 180 and abs(lat) <= 90 and measure_ecart(terrain, lon, lat) <= ECART_MAX_M


def _list_communes(session: Session, terrain: Terrain, texte: str) -> list[CommuneTrouvee]:
    """Communes that the text names, near enough to the territory."""
    trouvees = search_communes(session, texte, limite=CHOIX_MAX)
    return [c for c in trouvees if c.lon is not None and c.lat is not None and _is_pres(terrain, c.lon, c.lat)]


def _is_ici(terrain: Terrain, commune: CommuneTrouvee) -> bool:
    return commune.code in set(terrain.communes.codes[terrain.rangs].tolist())


def _sort(terrain: Terrain, communes: Sequence[CommuneTrouvee]) -> list[CommuneTrouvee]:
    return sorted(communes, key=lambda commune: not _is_ici(terrain, commune))


def _build_commune(commune: CommuneTrouvee, deplacer: str, *, est_sure: bool = False, suite: str = "") -> Trouvaille:
    assert commune.lon is not None and commune.lat is not None  # noqa: PT018, S101  (those without are left out)
    departement = f" ({commune.departement_nom})" if commune.departement_nom else ""
    libelle = f"Au centre {build_complement(commune.nom)}{departement}{suite}"
    return Trouvaille(libelle, _build_geste(commune.lon, commune.lat, deplacer), est_sure=est_sure)


def _list_sites(terrain: Terrain, etude: Etude, texte: str) -> list[Trouvaille]:
    """Buildings of the study whose name holds all the words."""
    voulus = set(build_cle(texte).split())
    if not voulus:
        return []
    faits = {geste.code for geste in etude.gestes}
    return [
        Trouvaille(name_site(site), Geste(Action.OUVRIR, site.code))
        for site in terrain.sites[terrain.nombre_ouverts :]
        if site.code not in faits and voulus <= set(build_cle(f"{site.nom} {site.commune_nom or ''}").split())
    ][:CHOIX_MAX]


def name_site(site: Site) -> str:
    """A site and its commune when its name does not say it: "Mairie (Langogne)"."""
    if not site.commune_nom or build_cle(site.commune_nom) in build_cle(site.nom):
        return site.nom
    return f"{site.nom} ({site.commune_nom})"


def _list_adresse(session: Session, terrain: Terrain, texte: str, deplacer: str) -> Iterator[Trouvaille]:
    """The commune that ends an address: "12 rue de la Paix 48300 Langogne", "la gare, Langogne"."""
    mots = build_cle(texte).split()
    if codes := [mot for mot in mots if _CODE_POSTAL.fullmatch(mot)]:
        trouvees = search_communes(session, " ".join(mots[mots.index(codes[-1]) :]), limite=CHOIX_MAX, approche=False)
    else:
        trouvees = []
    if not trouvees:
        fins = [" ".join(mots[-nombre:]) for nombre in range(min(len(mots) - 1, _MOTS_COMMUNE_MAX), 0, -1)]
        par_cle = search_noms_exacts(session, fins, limite=CHOIX_MAX)
        # The longest name is the one meant: "Saint-Étienne-du-Valdonnez", not "Valdonnez".
        trouvees = next((par_cle[fin] for fin in fins if fin in par_cle), [])
    suite = f"{INSECABLE}: nous ne connaissons pas les adresses"
    for commune in _sort(terrain, trouvees):
        if commune.lon is not None and commune.lat is not None and _is_pres(terrain, commune.lon, commune.lat):
            yield _build_commune(commune, deplacer, suite=suite)


def _list_lieux(
    session: Session, terrain: Terrain, texte: str, deplacer: str, *, now: dt.datetime
) -> Iterator[Trouvaille]:
    """Published places whose name holds the words: where they stand."""
    for lieu in lieux.search_nom(session, texte, now=now, limite=CHOIX_MAX, approche=False):
        if lieu.lon is not None and lieu.lat is not None and _is_pres(terrain, lieu.lon, lieu.lat):
            commune = f" ({lieu.commune_nom})" if lieu.commune_nom else ""
            yield Trouvaille(upper_initiale(lieu.nom) + commune, _build_geste(lieu.lon, lieu.lat, deplacer))
