"""Context of the search page: what was asked, what was found, and the ways on. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.croquis import Croquis, build_croquis
from tierslieux.cartes.permalien import ZOOM_COMMUNE, build_fragment_carte
from tierslieux.core.enums import Libelle
from tierslieux.core.types import Position
from tierslieux.filtres import INSECABLE, agree, format_distance, format_nombre
from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import RAYON_M, Criteres
from tierslieux.lieux.presenters import AGE_ANCIEN, list_epingles
from tierslieux.lieux.services import LieuResume, PageLieux
from tierslieux.territoires.noms import build_complement, build_locatif
from tierslieux.territoires.services import CommuneTrouvee

LONGUEUR_CITEE = 40
NOMBRE_ALTERNATIVES = 5

_LIBELLES_CASES = {
    "ouvert": "Ouvert maintenant",
    "gratuit": "Gratuit",
    "accessible": "Accessible en fauteuil roulant",
    "candidats": "Mairies et bibliothèques comprises",
}


class EtatRecherche(StrEnum):
    """What the search page has to say."""

    RESULTATS = "resultats"
    RIEN_PRES = "rien_pres"
    NOMS = "noms"
    QUESTION = "question"
    INCOMPRIS = "incompris"


@dataclass(frozen=True, slots=True)
class Depart:
    """Where the search starts from: a commune, or a point that may be in one.

    `code` is the commune's when it is what was asked for. `ancien_nom` is what it was called when that was asked for.
    """

    position: Position
    nom: str | None = None
    code: str | None = None
    departement: str | None = None
    ancien_nom: str | None = None

    @property
    def est_commune(self) -> bool:
        """Whether the search starts from a commune rather than from a point."""
        return self.code is not None

    @property
    def complement(self) -> str:
        """The name after "de"; an h is not elided, which never shocks ("de Haguenau", "de Hyères")."""
        nom = self.nom or ""
        return build_complement(nom, 0 if nom[:1] in "Hh" else None)

    @property
    def repere(self) -> str:
        """What distances are measured from."""
        return f"le centre {self.complement}" if self.est_commune else "ce point"

    @property
    def texte(self) -> str:
        """The commune as the search box understands it: "Saint-Denis (La Réunion)"."""
        if not self.est_commune or self.nom is None:
            return ""
        return f"{self.nom} ({self.departement})" if self.departement else self.nom


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another commune that the text may mean, and the query string that looks there."""

    libelle: str
    args: dict[str, str]


@dataclass(frozen=True, slots=True)
class FiltreActif:
    """A filter that is applied, and the query string of the same search without it."""

    libelle: str
    args_sans: dict[str, str]


@dataclass(frozen=True, slots=True)
class RecherchePage:
    """The page /recherche. `champ` fills the search box; `caches_*` are hidden fields of the two forms."""

    etat: EtatRecherche
    titre: str
    resume: str
    demande: Demande
    criteres: Criteres
    ou: Depart | None
    champ: str
    caches_recherche: tuple[tuple[str, str], ...]
    caches_filtres: tuple[tuple[str, str], ...]
    args_filtres: dict[str, str]
    lieux: tuple[LieuResume, ...] = ()
    plus_proche: LieuResume | None = None
    alternatives: tuple[Alternative, ...] = ()
    filtres: tuple[FiltreActif, ...] = ()
    args_suite: dict[str, str] | None = None
    croquis: Croquis | None = None
    fragment_carte: str = ""
    today: dt.date | None = None
    est_ancien: bool = False
    choix_besoins: tuple[Besoin, ...] = tuple(Besoin)
    choix_genres: tuple[Genre, ...] = tuple(Genre)


def build_depart_commune(commune: CommuneTrouvee) -> Depart | None:
    """A search that starts from a commune; None when nobody knows where it is."""
    if commune.lon is None or commune.lat is None:
        return None
    return Depart(
        Position(commune.lon, commune.lat), commune.nom, commune.code, commune.departement_nom, commune.toponyme
    )


def build_depart_point(position: Position, commune: CommuneTrouvee | None) -> Depart:
    """A search that starts from a point, in a commune or not."""
    return Depart(position, commune.nom if commune else None)


def list_alternatives(communes: Sequence[CommuneTrouvee], criteres: Criteres) -> list[Alternative]:
    """The other communes that the text may mean: those of the same name, or likely ones when the first is a guess."""
    if not communes:
        return []
    premiere, *autres = communes
    retenues = [commune for commune in autres if commune.exacte or not premiere.exacte][:NOMBRE_ALTERNATIVES]
    return [_build_alternative(commune, criteres) for commune in retenues]


def list_communes_possibles(communes: Sequence[CommuneTrouvee], criteres: Criteres) -> list[Alternative]:
    """The communes to offer beside places found by their name."""
    return [_build_alternative(commune, criteres) for commune in communes[:NOMBRE_ALTERNATIVES]]


def _build_alternative(commune: CommuneTrouvee, criteres: Criteres) -> Alternative:
    nom = commune.toponyme or commune.nom
    precision = f" ({commune.departement_nom})" if commune.departement_nom else ""
    return Alternative(nom + precision, {"commune": commune.code} | criteres.to_args())


def build_question_page(
    demande: Demande, criteres: Criteres, *, etat: EtatRecherche, alternatives: Sequence[Alternative] = ()
) -> RecherchePage:
    """The page that asks where (or what), when there is no place to start from."""
    if etat == EtatRecherche.INCOMPRIS:
        titre = f"Nous n’avons pas compris {_quote(demande.q)}"
        resume = "Vérifiez l’orthographe, ou essayez autrement."
    else:
        titre = _name_recherche(criteres) or "Chercher un lieu"
        resume = "Dites-nous où : tapez ci-dessus une commune ou un code postal."
    return _build_page(
        etat,
        titre=titre,
        resume=resume,
        demande=demande,
        criteres=criteres,
        alternatives=tuple(alternatives),
    )


def build_noms_page(
    demande: Demande,
    criteres: Criteres,
    lieux: Sequence[LieuResume],
    *,
    today: dt.date,
    alternatives: Sequence[Alternative],
) -> RecherchePage:
    """The page of places found by their name."""
    combien = f"{len(lieux)} {agree(len(lieux), 'lieu trouvé', 'lieux trouvés')} par le nom."
    return _build_page(
        EtatRecherche.NOMS,
        titre=f"Lieux nommés {_quote(demande.q)}",
        resume=combien,
        demande=demande,
        criteres=criteres,
        lieux=tuple(lieux),
        alternatives=tuple(alternatives),
        est_ancien=_is_ancien(lieux, today),
    )


def build_resultats_page(
    demande: Demande,
    criteres: Criteres,
    ou: Depart,
    resultats: PageLieux,
    *,
    today: dt.date,
    contour: BaseGeometry | None = None,
    alternatives: Sequence[Alternative] = (),
) -> RecherchePage:
    """The page of places around a position, nearest first; `contour` is the outline of its commune (EPSG:4326)."""
    titre = f"{_name_recherche(criteres) or 'Lieux'} {_name_autour(ou)}"
    args_lieu = _build_args_lieu(demande, ou)
    suite = None
    if resultats.suivant is not None:
        suite = args_lieu | criteres.to_args() | {"apres": resultats.suivant.encode()}
    etat = EtatRecherche.RESULTATS if resultats.lieux else EtatRecherche.RIEN_PRES
    return _build_page(
        etat,
        titre=titre,
        resume=_summarize(demande, criteres, ou, resultats),
        demande=demande,
        criteres=criteres,
        ou=ou,
        lieux=resultats.lieux,
        plus_proche=resultats.plus_proche,
        alternatives=tuple(alternatives),
        filtres=tuple(_list_filtres(criteres, args_lieu)),
        args_suite=suite,
        croquis=_draw_resultats(resultats.lieux, ou, titre, contour),
        fragment_carte=build_fragment_carte(ou.position, ZOOM_COMMUNE, criteres.to_args()),
        today=today,
        est_ancien=_is_ancien(resultats.lieux, today),
    )


def _build_page(
    etat: EtatRecherche,
    *,
    titre: str,
    resume: str,
    demande: Demande,
    criteres: Criteres,
    ou: Depart | None = None,
    **autres: object,
) -> RecherchePage:
    caches_filtres = _build_args_lieu(demande, ou)
    if criteres.service:
        caches_filtres["service"] = criteres.service.value
    return RecherchePage(
        etat=etat,
        titre=titre,
        resume=resume,
        demande=demande,
        criteres=criteres,
        ou=ou,
        champ=demande.q or (ou.texte if ou else ""),
        # What the person chose follows into the next search; what their words meant is read again from the words.
        caches_recherche=tuple((nom, v) for nom, v in criteres.to_args().items() if nom in demande.filtres_choisis),
        caches_filtres=tuple(caches_filtres.items()),
        args_filtres=criteres.to_args(),
        **autres,  # type: ignore[arg-type]  # the named arguments of the builders above
    )


def _quote(texte: str) -> str:
    """What the person typed, short enough for a title."""
    court = texte if len(texte) <= LONGUEUR_CITEE else texte[:LONGUEUR_CITEE].rstrip() + "…"
    return f"«{INSECABLE}{court}{INSECABLE}»"


def _build_args_lieu(demande: Demande, ou: Depart | None) -> dict[str, str]:
    """Once the commune is found, its code keeps the next pages on it, whatever the words."""
    args = demande.build_args()
    return args | {"commune": ou.code} if ou and ou.code and not demande.position else args


def _name_recherche(criteres: Criteres) -> str | None:
    choix = criteres.genre or criteres.service or criteres.besoin
    return choix.libelle if choix else None


def _name_autour(ou: Depart) -> str:
    if not ou.est_commune:
        return "autour de ce point" + (f", {build_locatif(ou.nom)}" if ou.nom else "")
    departement = f" ({ou.departement})" if ou.departement else ""
    return f"près {ou.complement}{departement}"


def _summarize(demande: Demande, criteres: Criteres, ou: Depart, resultats: PageLieux) -> str:
    rayon = format_distance(RAYON_M)
    nombre = len(resultats.lieux)
    if not nombre and demande.apres is not None:
        return "Il n’y a pas d’autre lieu dans les environs."
    if not nombre:
        if criteres.ouvert:
            return "Aucun lieu ouvert en ce moment dans les environs."
        return f"Aucun lieu à moins de {rayon}."
    if resultats.suivant is not None or demande.apres is not None:
        debut = f"Les {nombre} suivants" if demande.apres is not None else f"Les {nombre} plus proches"
    else:
        debut = f"{format_nombre(nombre)} {agree(nombre, 'lieu', 'lieux')} à moins de {rayon}"
    ancien = f"{ou.ancien_nom} fait partie {ou.complement}. " if ou.ancien_nom else ""
    return f"{ancien}{debut}, du plus près au plus loin. Distances à vol d’oiseau, depuis {ou.repere}."


def _list_filtres(criteres: Criteres, args_lieu: dict[str, str]) -> Iterable[FiltreActif]:
    choisis = criteres.to_args()
    for nom in choisis:
        valeur = getattr(criteres, nom)
        libelle = valeur.libelle if isinstance(valeur, Libelle) else _LIBELLES_CASES[nom]
        yield FiltreActif(libelle, args_lieu | {autre: v for autre, v in choisis.items() if autre != nom})


def _draw_resultats(
    lieux: Sequence[LieuResume], ou: Depart, titre: str, contour: BaseGeometry | None
) -> Croquis | None:
    if not lieux:
        return None
    description = f"Plan simple. Un point montre {ou.repere}. Des épingles numérotées montrent les lieux de la liste."
    return build_croquis(titre, description, epingles=list_epingles(lieux), depart=ou.position, contour=contour)


def _is_ancien(lieux: Iterable[LieuResume], today: dt.date) -> bool:
    return any(lieu.date is None or today - lieu.date > AGE_ANCIEN for lieu in lieux)
