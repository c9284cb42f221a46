"""Contexts of the pages of territories. Pure: neither web nor database."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.croquis import Croquis, Epingle, build_croquis
from tierslieux.cartes.permalien import build_fragment_carte
from tierslieux.core.textes import N_, ngettext
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.filtres import format_nombre
from tierslieux.lieux.connexions import ConnexionCommune
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.services import LieuResume
from tierslieux.territoires.adresses import Etape, Pas, build_pas, build_slug, find_homonymes
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.noms import build_complement, build_locatif
from tierslieux.territoires.services import TerritoireDetail, TerritoireResume

# A commune's own page lists that many places, some 600 elements of page for Paris; the search shows the others.
LIEUX_MAX = 30
# The widest EPCI has 158 communes; a département has 890 at most, which make 4,500 elements in a table.
ENFANTS_TABLEAU_MAX = 160
# Search engines cut what is longer; the longest names of EPCI are longer by themselves.
TITRE_MAX = 70

TITRES_ENFANTS: Mapping[Niveau, str] = {
    Niveau.REGION: N_("Régions"),
    Niveau.DEPARTEMENT: N_("Départements"),
    Niveau.EPCI: N_("Intercommunalités"),
    Niveau.COMMUNE: N_("Communes"),
    Niveau.ARRONDISSEMENT: N_("Arrondissements"),
}

_LARGEUR_CARTE_PX = 640
_ZOOM_MAX = 14
_ZOOM_MIN = 5

SOURCE = N_("IGN, INSEE, La Poste et DILA (contours, populations, codes postaux), Licence Ouverte 2.0")


@dataclass(frozen=True, slots=True)
class Enfant:
    """A territory inside the page's: its inhabitants (None when not published), its number of places, its address.

    `pas` is None when it has no address by names, or one that its parent's page cannot tell.
    """

    niveau: Niveau
    code: str
    nom: str
    population: int | None
    lieux: int
    pas: Pas | None


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
    """The page of a territory. `ariane` is empty for France; `titre` and `description` are what search engines show."""

    nom: str
    titre: str
    description: str
    niveau: Niveau
    code: str
    surtitre: str
    complement: str
    population: int | None
    population_annee: int | None
    anciennes_communes: tuple[str, ...]
    ariane: tuple[Etape, ...]
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
    connexion: ConnexionCommune | None = None
    source: str = SOURCE


def build_territoire_page(
    territoire: TerritoireDetail,
    enfants: Mapping[Niveau, Sequence[TerritoireResume]],
    offre: Offre,
    *,
    contour: BaseGeometry | None = None,
    parties: Sequence[BaseGeometry] = (),
    connexion: ConnexionCommune | None = None,
) -> TerritoirePage:
    """The page of a territory; `contour` and `parties` are its outline and its children's (EPSG:4326)."""
    est_commune = territoire.niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}
    lieux = tuple(offre.lieux[:LIEUX_MAX])
    ariane = tuple((parent.nom, parent.niveau.value, parent.code) for parent in territoire.parents)
    echelle = (*ariane, (territoire.nom, territoire.niveau.value, territoire.code))
    return TerritoirePage(
        nom=territoire.nom,
        titre=build_titre(territoire, offre),
        description=build_description(territoire, offre),
        niveau=territoire.niveau,
        code=territoire.code,
        surtitre=_build_surtitre(territoire),
        complement=build_complement(territoire.nom, territoire.type_nom),
        population=territoire.population,
        population_annee=territoire.population_annee,
        anciennes_communes=territoire.anciennes_communes,
        ariane=ariane,
        aides=offre.aides,
        tiers_lieux=offre.tiers_lieux,
        par_genre=tuple(offre.par_genre),
        est_commune=est_commune,
        titre_liste=_("Les lieux %(a_commune)s", a_commune=build_locatif(territoire.nom)) if est_commune else "",
        lieux=lieux,
        est_coupee=len(offre.lieux) > LIEUX_MAX,
        enfants=tuple(_build_groupe(niveau, groupe, offre, echelle) for niveau, groupe in enfants.items()),
        args_recherche={"commune": territoire.code} if est_commune else None,
        fragment_carte=_build_fragment(territoire),
        croquis=build_croquis(
            _("Plan %(de_territoire)s", de_territoire=build_complement(territoire.nom, territoire.type_nom)),
            _("Contour du territoire. Des épingles numérotées montrent les lieux de la liste.")
            if lieux
            else _("Contour."),
            epingles=[
                Epingle(numero, Position(lieu.lon, lieu.lat))
                for numero, lieu in enumerate(lieux, start=1)
                if lieu.lon is not None and lieu.lat is not None
            ],
            contour=contour,
            parties=parties,
        ),
        connexion=connexion,
    )


def build_titre(territoire: TerritoireDetail, offre: Offre) -> str:
    """What and where, with what tells apart territories of the same name: "Aide numérique à Brest (Finistère) : …"."""
    niveau, nom = territoire.niveau, territoire.nom
    if niveau is Niveau.FRANCE:
        return _("Aide numérique et tiers-lieux en France, par territoire")
    if niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        ou = _("%(a_commune)s (%(precision)s)", a_commune=build_locatif(nom), precision=_name_departement(territoire))
        if not offre.aides:
            return (
                _("Tiers-lieux %(ou)s", ou=ou) if offre.tiers_lieux else _("Aide numérique près d’ici, %(ou)s", ou=ou)
            )
        nombre = format_nombre(offre.aides)
        long = ngettext(
            "Aide numérique %(ou)s : %(nombre)s lieu",
            "Aide numérique %(ou)s : %(nombre)s lieux",
            offre.aides,
            ou=ou,
            nombre=nombre,
        )
        return long if len(long) <= TITRE_MAX else _("Aide numérique %(ou)s", ou=ou)
    precision = _name_departement(territoire) if niveau is Niveau.EPCI else _(niveau.libelle)
    long = _("Aide numérique et tiers-lieux : %(nom)s (%(precision)s)", nom=nom, precision=precision)
    return long if len(long) <= TITRE_MAX else _("%(nom)s (%(precision)s)", nom=nom, precision=precision)


def _name_departement(territoire: TerritoireDetail) -> str:
    """The département, or the nearest territory above that is known."""
    parents = {parent.niveau: parent.nom for parent in territoire.parents}
    return parents.get(Niveau.DEPARTEMENT) or (territoire.parents[-1].nom if territoire.parents else territoire.code)


def build_description(territoire: TerritoireDetail, offre: Offre) -> str:
    """What the page gives, in one sentence for search engines."""
    if not offre.aides and not offre.tiers_lieux:
        return _("%(nom)s : les lieux d’aide numérique et les tiers-lieux les plus proches.", nom=territoire.nom)
    aides = ngettext(
        "%(nombre)s lieu d’aide numérique",
        "%(nombre)s lieux d’aide numérique",
        offre.aides,
        nombre=format_nombre(offre.aides),
    )
    tiers_lieux = ngettext(
        "%(nombre)s tiers-lieu", "%(nombre)s tiers-lieux", offre.tiers_lieux, nombre=format_nombre(offre.tiers_lieux)
    )
    if territoire.niveau in {Niveau.COMMUNE, Niveau.ARRONDISSEMENT}:
        return _(
            "%(nom)s : %(aides)s et %(tiers_lieux)s. Adresses, téléphones, horaires.",
            nom=territoire.nom,
            aides=aides,
            tiers_lieux=tiers_lieux,
        )
    return _(
        "%(nom)s : %(aides)s et %(tiers_lieux)s, commune par commune.",
        nom=territoire.nom,
        aides=aides,
        tiers_lieux=tiers_lieux,
    )


def _build_surtitre(territoire: TerritoireDetail) -> str:
    if territoire.niveau is Niveau.FRANCE:
        return _("Tout le pays")
    textes = [
        _("%(niveau)s, code %(code)s", niveau=_(territoire.niveau.libelle).capitalize(), code=territoire.code),
    ]
    codes = territoire.codes_postaux
    if codes:
        textes.append(ngettext("code postal %(codes)s", "codes postaux %(codes)s", len(codes), codes=", ".join(codes)))
    if territoire.nombre_communes:
        textes.append(
            ngettext(
                "%(nombre)s commune",
                "%(nombre)s communes",
                territoire.nombre_communes,
                nombre=format_nombre(territoire.nombre_communes),
            )
        )
    return ", ".join(textes)


def _build_groupe(
    niveau: Niveau, groupe: Sequence[TerritoireResume], offre: Offre, echelle: Sequence[Etape]
) -> GroupeEnfants:
    comptes = offre.par_enfant.get(niveau, {})
    homonymes = find_homonymes(t.nom for t in groupe)
    return GroupeEnfants(
        _(TITRES_ENFANTS[niveau]),
        tuple(
            Enfant(t.niveau, t.code, t.nom, t.population, comptes.get(t.code, 0), _find_pas(t, echelle, homonymes))
            for t in groupe
        ),
    )


def _find_pas(enfant: TerritoireResume, echelle: Sequence[Etape], homonymes: frozenset[str]) -> Pas | None:
    """The address of a child of the territory at the end of the ladder.

    Communes of an EPCI may be of several départements: the ladder only names one, where a code INSEE begins.
    """
    departement = next((code for _nom, niveau, code in echelle if niveau == Niveau.DEPARTEMENT), None)
    if departement is not None and not enfant.code.startswith(departement):
        return None
    etape = (enfant.nom, enfant.niveau.value, enfant.code)
    return build_pas([*echelle, etape], has_homonyme=build_slug(enfant.nom) in homonymes)


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
