"""Contexts of the pages of territories. Pure: neither web nor database."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.croquis import Croquis, Epingle, build_croquis
from tierslieux.cartes.permalien import build_fragment_carte
from tierslieux.core.types import Position
from tierslieux.filtres import agree, format_nombre
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.services import LieuResume
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.noms import build_complement, build_locatif
from tierslieux.territoires.services import TerritoireDetail, TerritoireResume

# A commune's own page lists that many places; the search shows the others.
LIEUX_MAX = 40
# The widest EPCI has 158 communes; a département has 890 at most, which make 4,500 elements in a table.
ENFANTS_TABLEAU_MAX = 160

TITRES_ENFANTS: Mapping[Niveau, str] = {
    Niveau.REGION: "Régions",
    Niveau.DEPARTEMENT: "Départements",
    Niveau.EPCI: "Intercommunalités",
    Niveau.COMMUNE: "Communes",
    Niveau.ARRONDISSEMENT: "Arrondissements",
}

_LARGEUR_CARTE_PX = 640
_ZOOM_MAX = 14
_ZOOM_MIN = 5

SOURCE = "IGN, INSEE, La Poste et DILA (contours, populations, codes postaux), Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True)
class Enfant:
    """A territory inside the page's: its inhabitants (None when not published) and its number of places."""

    niveau: Niveau
    code: str
    nom: str
    population: int | None
    lieux: int


@dataclass(frozen=True, slots=True)
class GroupeEnfants:
    """The territories of one level; a long list is shown more tightly than a table."""

    titre: str
    territoires: tuple[Enfant, ...]

    @property
    def est_longue(self) -> bool:
        """Whether a table would be too much for a phone."""
        return len(self.territoires) > ENFANTS_TABLEAU_MAX


@dataclass(frozen=True, slots=True)
class Offre:
    """What is known of the places of a territory; `par_enfant` counts them by level and code."""

    aides: int
    tiers_lieux: int
    par_genre: Sequence[tuple[Genre, int]]
    par_enfant: Mapping[Niveau, Mapping[str, int]]
    lieux: Sequence[LieuResume] = ()


@dataclass(frozen=True, slots=True)
class TerritoirePage:
    """The pages /territoires and /territoires/<niveau>/<code>. `ariane` is empty for France."""

    nom: str
    niveau: Niveau
    code: str
    surtitre: str
    complement: str
    population: int | None
    population_annee: int | None
    anciennes_communes: tuple[str, ...]
    ariane: tuple[tuple[str, str, str], ...]
    aides: int
    tiers_lieux: int
    par_genre: tuple[tuple[Genre, int], ...]
    est_commune: bool
    titre_liste: str
    lieux: tuple[LieuResume, ...]
    est_coupee: bool
    enfants: tuple[GroupeEnfants, ...]
    args_recherche: dict[str, str] | None
    fragment_carte: str
    croquis: Croquis | None
    source: str = SOURCE


def build_territoire_page(
    territoire: TerritoireDetail,
    enfants: Mapping[Niveau, Sequence[TerritoireResume]],
    offre: Offre,
    *,
    contour: BaseGeometry | None = None,
    parties: Sequence[BaseGeometry] = (),
) -> TerritoirePage:
    """The page of a territory; `contour` and `parties` are its outline and its children's (EPSG:4326)."""
    est_commune = territoire.niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}
    lieux = tuple(offre.lieux[:LIEUX_MAX])
    return TerritoirePage(
        nom=territoire.nom,
        niveau=territoire.niveau,
        code=territoire.code,
        surtitre=_build_surtitre(territoire),
        complement=build_complement(territoire.nom, territoire.type_nom),
        population=territoire.population,
        population_annee=territoire.population_annee,
        anciennes_communes=territoire.anciennes_communes,
        ariane=tuple((parent.nom, parent.niveau.value, parent.code) for parent in territoire.parents),
        aides=offre.aides,
        tiers_lieux=offre.tiers_lieux,
        par_genre=tuple(offre.par_genre),
        est_commune=est_commune,
        titre_liste=f"Les lieux {build_locatif(territoire.nom)}" if est_commune else "",
        lieux=lieux,
        est_coupee=len(offre.lieux) > LIEUX_MAX,
        enfants=tuple(_build_groupe(niveau, groupe, offre) for niveau, groupe in enfants.items()),
        args_recherche={"commune": territoire.code} if est_commune else None,
        fragment_carte=_build_fragment(territoire),
        croquis=build_croquis(
            f"Plan {build_complement(territoire.nom, territoire.type_nom)}",
            "Contour du territoire. Des épingles numérotées montrent les lieux de la liste." if lieux else "Contour.",
            epingles=[
                Epingle(numero, Position(lieu.lon, lieu.lat))
                for numero, lieu in enumerate(lieux, start=1)
                if lieu.lon is not None and lieu.lat is not None
            ],
            contour=contour,
            parties=parties,
        ),
    )


def _build_surtitre(territoire: TerritoireDetail) -> str:
    if territoire.niveau is Niveau.FRANCE:
        return "Tout le pays"
    textes = [f"{territoire.niveau.libelle.capitalize()}, code {territoire.code}"]
    codes = territoire.codes_postaux
    if codes:
        textes.append(f"{agree(len(codes), 'code postal', 'codes postaux')} {', '.join(codes)}")
    if territoire.nombre_communes:
        textes.append(
            f"{format_nombre(territoire.nombre_communes)} {agree(territoire.nombre_communes, 'commune', 'communes')}"
        )
    return ", ".join(textes)


def _build_groupe(niveau: Niveau, groupe: Sequence[TerritoireResume], offre: Offre) -> GroupeEnfants:
    comptes = offre.par_enfant.get(niveau, {})
    return GroupeEnfants(
        TITRES_ENFANTS[niveau],
        tuple(Enfant(t.niveau, t.code, t.nom, t.population, comptes.get(t.code, 0)) for t in groupe),
    )


def _build_fragment(territoire: TerritoireDetail) -> str:
    emprise = territoire.emprise
    # France with its overseas has no useful middle: the map chooses its own view.
    if emprise is None or territoire.niveau is Niveau.FRANCE:
        return ""
    milieu = Position((emprise.ouest + emprise.est) / 2, (emprise.sud + emprise.nord) / 2)
    return build_fragment_carte(milieu, compute_zoom(emprise.est - emprise.ouest, emprise.nord - emprise.sud))


def compute_zoom(largeur_deg: float, hauteur_deg: float) -> int:
    """The widest zoom of a web map (256-pixel tiles) at which a box of this size holds in a small window."""
    etendue_deg = max(largeur_deg, 1.5 * hauteur_deg, 1e-6)
    return max(_ZOOM_MIN, min(_ZOOM_MAX, math.floor(math.log2(360 * _LARGEUR_CARTE_PX / (256 * etendue_deg)))))
