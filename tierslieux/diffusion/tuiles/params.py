"""Addresses of tiles, read once and trusted afterwards. What stands for no tile is a NotFoundError that says why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.types import Bbox
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import Regle
from tierslieux.diffusion.tuiles.couches import COUCHES, PAR_NIVEAU, ZOOM_MAX, ZOOM_MIN_DONNEES, Couche, Famille
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

RACINE = "/tuiles"
SUFFIXE_TUILE = ".mvt"
# The places of a box, as GeoJSON: how many at once.
CHEMIN_BOITE = f"{RACINE}/lieux.geojson"
LIMITE_BOITE = 1_000
LIMITE_BOITE_MAX = 10_000
# Longer numbers are no coordinate of a tile, nor a year.
CHIFFRES_MAX = 7
# Half the side of the web's square of the world: half the equator of EPSG:3857.
DEMI_MONDE_M = math.pi * 6_378_137

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Tuile:
    """A square of the map: `x` to the east, `y` to the south, both from 0 to 2^z - 1."""

    z: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Fond:
    """A layer of boundaries or of places, without figures."""

    couche: Couche

    @property
    def famille(self) -> Famille:
        """What the content follows."""
        return Famille.TERRITOIRES if self.couche.niveau else Famille.LIEUX

    @property
    def zoom_min(self) -> int:
        """The first zoom."""
        return self.couche.zoom_min

    @property
    def chemin(self) -> str:
        """The address of the layer, without suffix."""
        return f"{RACINE}/{self.couche.id}"


@dataclass(frozen=True, slots=True)
class FondIndicateur:
    """The territories of a level with one indicator of one vintage."""

    couche: Couche
    niveau: Niveau
    indicateur: str
    millesime: int
    famille: Famille = Famille.INDICATEURS

    @property
    def zoom_min(self) -> int:
        """The first zoom."""
        return ZOOM_MIN_DONNEES[self.niveau]

    @property
    def chemin(self) -> str:
        """The address of the layer, without suffix."""
        return f"{RACINE}/indicateurs/{self.niveau}/{self.indicateur}/{self.millesime}"

    @property
    def chemin_attributs(self) -> str:
        """The address of the figures alone, without suffix."""
        return f"{RACINE}/attributs/{self.niveau}/{self.indicateur}/{self.millesime}"


@dataclass(frozen=True, slots=True)
class FondEcarts:
    """The territories of a level with the people that one rule leaves out."""

    couche: Couche
    niveau: Niveau
    regle: Regle
    famille: Famille = Famille.ECARTS

    @property
    def zoom_min(self) -> int:
        """The first zoom."""
        return ZOOM_MIN_DONNEES[self.niveau]

    @property
    def chemin(self) -> str:
        """The address of the layer, without suffix."""
        return f"{RACINE}/ecarts/{self.niveau}/{self._fin}"

    @property
    def chemin_attributs(self) -> str:
        """The address of the figures alone, without suffix."""
        return f"{RACINE}/attributs/{self.niveau}/ecart/{self._fin}"

    @property
    def _fin(self) -> str:
        return f"{self.regle.cible.value}/{self.regle.mode.value}/{self.regle.seuil_min}"


FondDonnees = FondIndicateur | FondEcarts
UnFond = Fond | FondDonnees


def parse_fond(couche_id: str) -> Fond:
    """A layer of boundaries or of places by its name; raises NotFoundError."""
    if couche_id not in COUCHES:
        raise NotFoundError(
            f"Aucune couche « {_cut(couche_id)} ». Couches : {', '.join(COUCHES)}.", couches=list(COUCHES)
        )
    return Fond(COUCHES[couche_id])


def parse_fond_indicateur(niveau: str, indicateur: str, millesime: str) -> FondIndicateur:
    """A layer of figures; whether the indicator exists is seen when it is read. Raises NotFoundError."""
    palier = parse_niveau(niveau)
    return FondIndicateur(PAR_NIVEAU[palier], palier, indicateur, _parse_entier(millesime, "le millésime"))


def parse_fond_ecarts(niveau: str, cible: str, mode: str, seuil: str) -> FondEcarts:
    """A layer of gaps; raises NotFoundError."""
    palier = parse_niveau(niveau)
    minutes = _parse_entier(seuil, "le seuil")
    if minutes not in SEUILS_MIN:
        attendus = ", ".join(str(seuil_min) for seuil_min in SEUILS_MIN)
        raise NotFoundError(f"Aucun écart à {minutes} minutes. Seuils : {attendus}.", seuils=list(SEUILS_MIN))
    regle = Regle(_parse_choix(Cible, cible, "cible"), _parse_choix(Mode, mode, "mode"), minutes)
    return FondEcarts(PAR_NIVEAU[palier], palier, regle)


def parse_niveau(texte: str) -> Niveau:
    """A level that is drawn; raises NotFoundError."""
    if texte not in set(PAR_NIVEAU):
        niveaux = [niveau.value for niveau in PAR_NIVEAU]
        raise NotFoundError(f"Aucun niveau « {_cut(texte)} ». Niveaux : {', '.join(niveaux)}.", niveaux=niveaux)
    return Niveau(texte)


def parse_tuile(fond: UnFond, z: str, x: str, y: str) -> Tuile:
    """A tile of the layer; raises NotFoundError for what is no whole number, or out of the layer's zooms or square."""
    tuile = Tuile(_parse_entier(z, "z"), _parse_entier(x, "x"), _parse_entier(y, "y"))
    if not fond.zoom_min <= tuile.z <= ZOOM_MAX:
        raise NotFoundError(
            f"La couche « {fond.couche.id} » va du zoom {fond.zoom_min} au zoom {ZOOM_MAX} ; {tuile.z} n’en est pas.",
            zoom_min=fond.zoom_min,
            zoom_max=ZOOM_MAX,
        )
    dernier = 2**tuile.z - 1
    if tuile.x > dernier or tuile.y > dernier:
        raise NotFoundError(
            f"Au zoom {tuile.z}, x et y vont de 0 à {dernier} ; reçu : {tuile.x} et {tuile.y}.", dernier=dernier
        )
    return tuile


def list_tuiles(boites: Iterable[tuple[float, float, float, float]], zoom: int) -> list[Tuile]:
    """The tiles that boxes meet (west, south, east, north, in metres of EPSG:3857), each once, by x then y."""
    cote_m = 2 * DEMI_MONDE_M / 2**zoom
    dernier: int = 2**zoom - 1

    def rank(distance_m: float) -> int:
        rang: int = min(max(math.floor(distance_m / cote_m), 0), dernier)
        return rang

    return [
        Tuile(zoom, x, y)
        for x, y in sorted(
            {
                (x, y)
                for ouest, sud, est, nord in boites
                for x in range(rank(ouest + DEMI_MONDE_M), rank(est + DEMI_MONDE_M) + 1)
                for y in range(rank(DEMI_MONDE_M - nord), rank(DEMI_MONDE_M - sud) + 1)
            }
        )
    ]


@dataclass(frozen=True, slots=True)
class Boite:
    """Places asked for by a box: at most `limite`, by id, after the id `apres` when there is one."""

    bbox: Bbox
    limite: int = LIMITE_BOITE
    apres: str | None = None

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> Boite:
        """Read a query string; raises InvalidInputError for a value that is not understood, or a name that is not."""
        inconnus = sorted(args.keys() - {"bbox", "limite", "apres", "v"})
        if inconnus:
            raise InvalidInputError(inconnus[0], args[inconnus[0]], "bbox, limite et apres seulement")
        limite = args.get("limite", str(LIMITE_BOITE))
        if not (limite.isascii() and limite.isdigit() and len(limite) < 6 and 1 <= int(limite) <= LIMITE_BOITE_MAX):
            raise InvalidInputError("limite", limite, f"un nombre entier de 1 à {LIMITE_BOITE_MAX}")
        apres = args.get("apres")
        if apres is not None and not (apres.isascii() and apres.isalnum() and len(apres) <= 40):
            raise InvalidInputError("apres", apres, "l’identifiant d’un lieu")
        return cls(Bbox.parse(args.get("bbox", "")), int(limite), apres)


def parse_chemin(chemin: str) -> tuple[UnFond, Tuile]:
    """The layer and the tile of an address that ends in .mvt; raises NotFoundError."""
    etapes = chemin.removeprefix(f"{RACINE}/").removesuffix(SUFFIXE_TUILE).split("/")
    debut, fin = etapes[:-3], etapes[-3:]
    fond: UnFond
    if len(debut) == 1:
        fond = parse_fond(debut[0])
    elif len(debut) == 4 and debut[0] == "indicateurs":
        fond = parse_fond_indicateur(*debut[1:])
    elif len(debut) == 5 and debut[0] == "ecarts":
        fond = parse_fond_ecarts(*debut[1:])
    else:
        raise NotFoundError("Cette adresse n’est celle d’aucune tuile.")
    return fond, parse_tuile(fond, *fin)


def read_famille(chemin: str) -> Famille | None:
    """What the content of an address follows, by its first step; None when no layer starts so. Checks nothing else."""
    premiere = chemin.removeprefix(f"{RACINE}/").partition("/")[0]
    if premiere in COUCHES:
        return Famille.TERRITOIRES if COUCHES[premiere].niveau else Famille.LIEUX
    return {"indicateurs": Famille.INDICATEURS, "ecarts": Famille.ECARTS}.get(premiere)


def _parse_entier(texte: str, nom: str) -> int:
    if not (texte.isascii() and texte.isdigit() and len(texte) <= CHIFFRES_MAX):
        raise NotFoundError(f"« {_cut(texte)} » : {nom} est un nombre entier, sans signe.", attendu="entier")
    return int(texte)


def _parse_choix(enum: type[E], texte: str, nom: str) -> E:
    try:
        return enum(texte)
    except ValueError:
        connus = [membre.value for membre in enum]
        raise NotFoundError(f"Aucun {nom} « {_cut(texte)} » parmi : {', '.join(connus)}.", attendu=connus) from None


def _cut(texte: str) -> str:
    return texte if len(texte) <= 40 else f"{texte[:40]}…"
