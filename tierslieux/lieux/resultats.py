"""Context of the search page: what was asked, what was found, and the ways on. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from tierslieux.cartes.croquis import Croquis, build_croquis
from tierslieux.cartes.permalien import ZOOM_COMMUNE, build_fragment_carte
from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_, ngettext
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_distance, format_nombre
from tierslieux.lieux.connexions import ConnexionCommune
from tierslieux.lieux.departs import Depart
from tierslieux.lieux.enums import Besoin, Genre, PriseEnCharge
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.fraicheur import find_fraicheur
from tierslieux.lieux.moments import Quand
from tierslieux.lieux.params import AUTRE_JOUR, RAYON_M, Criteres
from tierslieux.lieux.presenters import list_epingles
from tierslieux.lieux.services import LieuResume, PageLieux
from tierslieux.territoires.noms import build_locatif
from tierslieux.territoires.services import CommuneTrouvee
from tierslieux.trajets.moteur import Methode, Mode

LONGUEUR_CITEE = 40
NOMBRE_ALTERNATIVES = 5

_LIBELLES_QUAND = {
    Quand.MAINTENANT: N_("Ouvert maintenant"),
    Quand.SOIR: N_("Ouvert ce soir"),
    Quand.SAMEDI: N_("Ouvert samedi"),
}
_LIBELLES_CASES = {
    "a_temps": N_("J’arrive avant la fermeture"),
    "gratuit": N_("Gratuit"),
    "accessible": N_("Accessible en fauteuil roulant"),
    "candidats": N_("Mairies et bibliothèques comprises"),
}

_ESTIMES = N_("Distances en ligne droite depuis %(repere)s. Temps de trajet estimés.")
_LIBELLES_METHODES = {
    frozenset[Methode](): _ESTIMES,
    frozenset({Methode.ESTIMATION}): _ESTIMES,
    frozenset({Methode.RESEAU}): N_("Distances en ligne droite depuis %(repere)s. Temps de trajet par les routes."),
    frozenset({Methode.RESEAU, Methode.ESTIMATION}): N_(
        "Distances en ligne droite depuis %(repere)s. Temps de trajet par les routes, ou estimés si c’est écrit."
    ),
}


class EtatRecherche(StrEnum):
    """What the search page has to say."""

    RESULTATS = "resultats"
    RIEN_PRES = "rien_pres"
    NOMS = "noms"
    QUESTION = "question"
    INCOMPRIS = "incompris"


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
    args_liste: dict[str, str] = field(default_factory=dict)
    croquis: Croquis | None = None
    fragment_carte: str = ""
    today: dt.date | None = None
    est_ancien: bool = False
    est_limitee: bool = False
    args_ateliers: dict[str, str] | None = None
    connexion: ConnexionCommune | None = None
    choix_besoins: tuple[Besoin, ...] = tuple(Besoin)
    choix_genres: tuple[Genre, ...] = tuple(Genre)
    choix_prises_en_charge: tuple[PriseEnCharge, ...] = tuple(PriseEnCharge)
    choix_quand: tuple[Quand, ...] = tuple(Quand)
    choix_modes: tuple[Mode, ...] = tuple(Mode)
    autre_jour: str = AUTRE_JOUR

    @property
    def est_mixte(self) -> bool:
        """Whether some times follow the roads and others are estimated."""
        return len(_list_methodes(self.lieux)) > 1


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
    mots_lus = False
    if etat == EtatRecherche.INCOMPRIS:
        titre = _("Nous n’avons pas compris « %(texte)s »", texte=_shorten(demande.q))
        resume = _("Vérifiez l’orthographe, ou essayez autrement.")
    else:
        titre = _name_recherche(criteres) or _("Chercher un lieu")
        resume = _("Dites-nous où : tapez ci-dessus une commune ou un code postal.")
        # The words were read as a need: the box is left free for the commune, the need goes along.
        mots_lus = bool(demande.q) and criteres != demande.criteres
    return _build_page(
        etat,
        titre=titre,
        resume=resume,
        demande=demande,
        criteres=criteres,
        alternatives=tuple(alternatives),
        mots_lus=mots_lus,
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
    combien = ngettext(
        "%(nombre)s lieu trouvé par le nom.", "%(nombre)s lieux trouvés par le nom.", len(lieux), nombre=len(lieux)
    )
    return _build_page(
        EtatRecherche.NOMS,
        titre=_("Lieux nommés « %(texte)s »", texte=_shorten(demande.q)),
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
    connexion: ConnexionCommune | None = None,
    avec_plan: bool = True,
) -> RecherchePage:
    """The page of places around a position, nearest first; `contour` is the outline of its commune (EPSG:4326)."""
    titre = _build_titre(criteres, ou)
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
        args_liste=args_lieu | criteres.to_args(),
        croquis=_draw_resultats(resultats.lieux, ou, titre, contour) if avec_plan else None,
        fragment_carte=build_fragment_carte(ou.position, ZOOM_COMMUNE, criteres.to_args()),
        today=today,
        est_ancien=_is_ancien(resultats.lieux, today),
        est_limitee=resultats.est_limitee,
        args_ateliers=_build_args_ateliers(criteres, args_lieu),
        connexion=connexion,
    )


def _build_page(
    etat: EtatRecherche,
    *,
    titre: str,
    resume: str,
    demande: Demande,
    criteres: Criteres,
    ou: Depart | None = None,
    mots_lus: bool = False,
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
        champ="" if mots_lus else demande.q or (ou.texte if ou else ""),
        # What the person chose follows into the next search; what their words meant is read again from the words.
        caches_recherche=tuple(
            (nom, v) for nom, v in criteres.to_args().items() if mots_lus or nom in demande.filtres_choisis
        ),
        caches_filtres=tuple(caches_filtres.items()),
        args_filtres=criteres.to_args(),
        **autres,  # type: ignore[arg-type]  # the named arguments of the builders above
    )


def _shorten(texte: str) -> str:
    """What the person typed, short enough for a title."""
    return texte if len(texte) <= LONGUEUR_CITEE else texte[:LONGUEUR_CITEE].rstrip() + "…"


def _build_args_lieu(demande: Demande, ou: Depart | None) -> dict[str, str]:
    """Once the commune is found, its code keeps the next pages on it, whatever the words."""
    args = demande.build_args()
    return args | {"commune": ou.code} if ou and ou.code and not demande.position else args


def _name_recherche(criteres: Criteres) -> str | None:
    choix = criteres.genre or criteres.service or criteres.besoin
    return _(choix.libelle) if choix else None


def _build_args_ateliers(criteres: Criteres, args_lieu: dict[str, str]) -> dict[str, str] | None:
    """Where nobody repairs, workshops lend tools: the same search for them."""
    if criteres.besoin is not Besoin.REPARER:
        return None
    return args_lieu | replace(criteres, besoin=Besoin.FABRIQUER).to_args()


def _build_titre(criteres: Criteres, ou: Depart) -> str:
    quoi = _name_recherche(criteres) or _("Lieux")
    if ou.est_commune:
        if ou.departement:
            return _(
                "%(quoi)s près %(de_commune)s (%(departement)s)",
                quoi=quoi,
                de_commune=ou.complement,
                departement=ou.departement,
            )
        return _("%(quoi)s près %(de_commune)s", quoi=quoi, de_commune=ou.complement)
    if ou.nom:
        return _("%(quoi)s autour de ce point, %(a_commune)s", quoi=quoi, a_commune=build_locatif(ou.nom))
    return _("%(quoi)s autour de ce point", quoi=quoi)


def _summarize(demande: Demande, criteres: Criteres, ou: Depart, resultats: PageLieux) -> str:
    nombre = len(resultats.lieux)
    if not nombre:
        return _say_rien(demande, criteres)
    return " ".join(_list_phrases(demande, criteres, ou, resultats))


def _say_rien(demande: Demande, criteres: Criteres) -> str:
    if demande.apres is not None:
        return _("Il n’y a pas d’autre lieu dans les environs.")
    if criteres.a_temps:
        return _("Nous ne trouvons aucun lieu où vous arriveriez avant la fermeture.")
    if criteres.quand:
        return _("Nous ne trouvons aucun lieu ouvert à ce moment dans les environs.")
    return _("Aucun lieu à moins de %(distance)s.", distance=format_distance(RAYON_M))


def _list_phrases(demande: Demande, criteres: Criteres, ou: Depart, resultats: PageLieux) -> Iterable[str]:
    """What the list is, one idea a sentence."""
    nombre = len(resultats.lieux)
    if ou.est_hors_france:
        yield _("Ce point n’est pas en France.")
    if ou.ancien_nom:
        yield _("%(ancien_nom)s fait partie %(de_commune)s.", ancien_nom=ou.ancien_nom, de_commune=ou.complement)
    if demande.apres is not None:
        yield _("Les %(nombre)s lieux suivants, du plus près au plus loin.", nombre=nombre)
    elif resultats.suivant is not None:
        yield _("Les %(nombre)s lieux les plus proches, du plus près au plus loin.", nombre=nombre)
    else:
        yield ngettext(
            "%(nombre)s lieu à moins de %(distance)s.",
            "%(nombre)s lieux à moins de %(distance)s, du plus près au plus loin.",
            nombre,
            nombre=format_nombre(nombre),
            distance=format_distance(RAYON_M),
        )
    if criteres.quand:
        yield _("Les lieux sans horaires connus ne sont pas montrés.")
    yield _(_LIBELLES_METHODES[_list_methodes(resultats.lieux)], repere=ou.repere)


def _list_methodes(lieux: Iterable[LieuResume]) -> frozenset[Methode]:
    """How the times of these places were obtained."""
    return frozenset(trajet.methode for lieu in lieux for trajet in lieu.trajets)


def _list_filtres(criteres: Criteres, args_lieu: dict[str, str]) -> Iterable[FiltreActif]:
    choisis = criteres.to_args()
    for nom in choisis:
        sans = {autre: v for autre, v in choisis.items() if autre != nom and (nom, autre) != ("quand", "a_temps")}
        yield FiltreActif(_name_filtre(criteres, nom), args_lieu | sans)


def _name_filtre(criteres: Criteres, nom: str) -> str:
    if nom == "quand" and criteres.quand:
        if criteres.quand.quand:
            return _(_LIBELLES_QUAND[criteres.quand.quand])
        return _("Ouvert : %(quand)s", quand=criteres.quand.libelle)
    valeur = getattr(criteres, nom)
    return _(valeur.libelle) if isinstance(valeur, Libelle) else _(_LIBELLES_CASES[nom])


def _draw_resultats(
    lieux: Sequence[LieuResume], ou: Depart, titre: str, contour: BaseGeometry | None
) -> Croquis | None:
    if not lieux:
        return None
    description = _(
        "Plan simple. Un point montre %(repere)s. Des épingles numérotées montrent les lieux de la liste.",
        repere=ou.repere,
    )
    return build_croquis(titre, description, epingles=list_epingles(lieux), depart=ou.position, contour=contour)


def _is_ancien(lieux: Iterable[LieuResume], today: dt.date) -> bool:
    return any(find_fraicheur(lieu.date, today).est_douteuse for lieu in lieux)
