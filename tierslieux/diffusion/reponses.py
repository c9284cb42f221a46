"""What the API answers, described for its OpenAPI document.

Answers are built by `presenters.py`; tests hold them to these models, so that nothing is validated at run time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tierslieux.couverture.enums import Cible
from tierslieux.indicateurs.catalogue import Methode, Unite
from tierslieux.lieux.enums import Besoin, Frais, Genre, Service, Statut
from tierslieux.lieux.fraicheur import Fraicheur
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode


class Reponse(BaseModel):
    """An answer that says all it holds."""

    model_config = ConfigDict(extra="forbid")


class Point(Reponse):
    """A position (RFC 7946)."""

    type: Literal["Point"]
    coordinates: tuple[float, float] = Field(description="Longitude, latitude (WGS 84).", examples=[[-4.486, 48.39]])


class ProprietesLieu(Reponse):
    """What is said of a place in a list."""

    nom: str
    genres: list[Genre]
    services: list[Service]
    besoins: list[Besoin] = Field(description="Besoins auxquels le lieu répond, déduits de ses types et services.")
    frais: list[Frais]
    adresse: str | None
    code_postal: str | None
    commune: str | None
    commune_code: str | None = Field(description="Code INSEE.")
    telephone: str | None = Field(description="Au format international (E.164), ou numéro court.")
    horaires: str | None = Field(description="Syntaxe opening_hours d’OpenStreetMap, à l’heure du lieu.")
    ouvert: bool | None = Field(description="Ouvert à l’instant de la réponse ; null quand les horaires manquent.")
    accessible: bool | None = Field(description="Accessible en fauteuil roulant.")
    itinerant: bool | None
    distance_m: int | None = Field(description="Distance à vol d’oiseau en mètres, avec le paramètre proche.")
    approximatif: bool = Field(description="Position du centre de la commune, faute de mieux.")
    candidat: bool = Field(description="Bâtiment public qui ne déclare aucune aide numérique.")
    source: str = Field(description="Source du nom.")
    date_maj: dt.date | None = Field(
        description="Date que la source donne à ce qu’elle dit, ou dernière confirmation sur ce site."
    )
    fraicheur: Fraicheur = Field(description="Âge de cette date : moins de 6 mois, 6 à 12, 12 à 18, plus de 18.")
    invente: bool = Field(description="Lieu inventé pour la démonstration.")
    lien: str = Field(description="Page du lieu.")


class Lieu(Reponse):
    """A place as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str = Field(description="Identifiant public et stable du lieu.")
    geometry: Point | None
    properties: ProprietesLieu


class PageLieux(Reponse):
    """A page of places."""

    type: Literal["FeatureCollection"]
    features: list[Lieu]
    nombre: int = Field(description="Nombre de lieux de cette page.")
    suivant: str | None = Field(description="Adresse de la page suivante, null à la dernière.")
    plus_proche: Lieu | None = Field(
        default=None, description="Avec proche et sans résultat : le lieu le plus proche, au-delà de 50 km."
    )


class Mention(Reponse):
    """A source that says a value."""

    source: str
    producteur: str
    licence: str
    url: str | None
    date: dt.date | None = Field(description="Date de la dernière vérification par cette source.")


class Champ(Reponse):
    """One published value and where it comes from."""

    champ: str
    libelle: str
    valeur: str | list[str]
    sources: list[Mention]


class LigneHoraires(Reponse):
    """Days that share their hours, in French."""

    jours: str
    plages: str


class ProprietesLieuComplet(ProprietesLieu):
    """Everything that is published of a place."""

    statut: Statut
    complement_adresse: str | None
    courriel: str | None
    site_web: str | None
    prise_rdv: str | None
    presentation: str | None
    presentation_detail: str | None
    structure_parente: str | None
    fiche_acces_libre: str | None
    autres_telephones: list[str]
    autres_courriels: list[str]
    autres_sites_web: list[str]
    typologies: list[str]
    formations_labels: list[str]
    autres_formations_labels: list[str]
    publics: list[str]
    prises_en_charge: list[str]
    modalites_acces: list[str]
    accompagnements: list[str]
    programmes: list[str]
    semaine: list[LigneHoraires]
    champs: list[Champ] = Field(description="Chaque valeur publiée avec ses sources.")


class LieuComplet(Reponse):
    """A place with the provenance of each value."""

    type: Literal["Feature"]
    id: str
    geometry: Point | None
    properties: ProprietesLieuComplet


class Commune(Reponse):
    """A commune or a municipal arrondissement."""

    code: str = Field(examples=["29019"])
    nom: str = Field(examples=["Brest"])
    codes_postaux: list[str] = Field(examples=[["29200"]])
    departement: str | None = Field(examples=["29"])
    population: int | None
    lon: float | None
    lat: float | None


class Communes(Reponse):
    """Communes found, best match first."""

    communes: list[Commune]


class TerritoireCourt(Reponse):
    """A territory by its name."""

    niveau: Niveau
    code: str
    nom: str


class CompteGenre(Reponse):
    """Number of places of one kind."""

    genre: Genre
    libelle: str
    nombre: int


class SourceChiffre(Reponse):
    """Who publishes a figure, or what it was computed from."""

    libelle: str
    producteur: str
    licence: str
    page: str | None = Field(description="Page de présentation.")


class BesoinTerritoire(Reponse):
    """People in need in a territory."""

    valeur: float
    bas: float | None = Field(description="Bornes de l’intervalle à 90 % ; null pour un chiffre mesuré.")
    haut: float | None
    annee: int = Field(description="Année de la définition, ou du recensement.")
    indicateur: str = Field(description="Identifiant de l’indicateur, dans le catalogue.")
    libelle: str | None
    definition: str | None
    methode: Methode | None
    source: SourceChiffre | None
    date: str | None = Field(description="Édition de la source.")


class Calcul(Reponse):
    """The computation of gaps and access."""

    moteur: str
    libelle: str = Field(description="Le même en clair.")
    estime: bool = Field(description="Durées estimées à partir des distances, et non calculées sur les routes.")
    date: dt.datetime = Field(description="Dernière mise à jour, même partielle.")
    calcul_complet: dt.datetime = Field(description="Dernier calcul de tout le pays.")
    points: int = Field(description="Nombre de points où les habitants sont placés.")
    communes_avec_carreaux: int = Field(description="Communes dont les habitants sont placés par carreaux de 200 m.")
    lieux: int = Field(description="Nombre de lieux pris en compte.")
    lieux_sans_horaires: int = Field(description="Parmi eux, ceux dont les heures d’ouverture sont supposées.")


class EcartTerritoire(Reponse):
    """People who are far from a kind of place."""

    cible: Cible = Field(description="Le type de lieu.")
    mode: Mode = Field(description="La façon de se déplacer.")
    seuil_min: int = Field(description="Trop loin : au-delà de cette durée, en minutes.")
    population: float = Field(description="Habitants.")
    population_au_dela: float = Field(description="Habitants trop loin.")
    besoin: float | None = Field(description="Personnes en besoin ; pour tiers-lieu, personnes qui travaillent.")
    personnes_au_dela: float | None = Field(description="Personnes en besoin trop loin.")
    bas: float | None = Field(description="Bornes de personnes_au_dela.")
    haut: float | None


class LieuProche(Reponse):
    """A place by its name."""

    id: str
    nom: str | None
    lien: str


class AccesTerritoire(Reponse):
    """How far a kind of place is."""

    cible: Cible
    mode: Mode
    duree_min: float | None = Field(
        description=(
            "Minutes jusqu’au lieu le plus proche, en moyenne : sur les habitants d’une commune, sur les personnes en"
            " besoin au-dessus ; null quand aucun trajet n’y mène."
        )
    )
    duree_second_min: float | None = Field(description="Minutes jusqu’au deuxième lieu ; communes seulement.")
    lieu: LieuProche | None = Field(description="Le lieu le plus proche ; communes seulement.")
    heures_semaine: float | None = Field(description="Heures d’ouverture par semaine, des lieux à portée.")
    accessibilite: float | None = Field(
        description="Heures d’ouverture par semaine pour 1 000 personnes en besoin (méthode E2SFCA)."
    )
    gini: float | None = Field(description="Inégalité entre communes, de 0 (égalité) à 1 ; au-dessus des communes.")
    part_dixieme: float | None = Field(description="Part du total qui revient au dixième le moins bien servi.")


class ValeurTerritoire(Reponse):
    """One figure of the catalogue for a territory."""

    id: str
    libelle: str
    definition: str
    valeur: float = Field(description="Une part va de 0 à 1.")
    bas: float | None = Field(description="Bornes d’une valeur estimée par un modèle.")
    haut: float | None
    unite: Unite
    classe: str | None = Field(description="Le nom de la classe, quand la valeur en est le numéro.")
    millesime: int
    methode: Methode
    source: SourceChiffre
    edition: str | None = Field(description="Édition du fichier chargé.")


class Territoire(Reponse):
    """A territory."""

    niveau: Niveau
    code: str
    nom: str
    population: int | None
    population_annee: int | None
    parents: list[TerritoireCourt] = Field(description="Du plus large au plus proche.")
    codes_postaux: list[str]
    aides: int = Field(description="Lieux d’aide numérique.")
    tiers_lieux: int
    par_genre: list[CompteGenre] = Field(description="Un lieu de deux types compte dans les deux.")
    bbox: tuple[float, float, float, float] | None = Field(description="Ouest, sud, est, nord en degrés.")
    centre: tuple[float, float] | None = Field(description="Longitude, latitude.")
    source: str
    licence: str
    lien: str
    besoin: BesoinTerritoire | None = Field(
        description="Personnes en illectronisme ; null quand aucune estimation n’est possible."
    )
    besoin_tiers_lieux: BesoinTerritoire | None = Field(
        description="Personnes qui travaillent et habitent là : le besoin auquel répond la cible tiers-lieu."
    )
    calcul: Calcul | None = Field(
        description="Avec quoi et quand ecart et acces ont été calculés ; null avant le premier calcul."
    )
    ecart: list[EcartTerritoire] = Field(
        description="Une ligne par type de lieu, façon de se déplacer et durée ; vide avant le premier calcul."
    )
    acces: list[AccesTerritoire] = Field(
        description="Une ligne par type de lieu et façon de se déplacer ; vide avant le premier calcul."
    )
    indicateurs: list[ValeurTerritoire] = Field(
        description="Dans l’ordre du catalogue, le millésime le plus récent d’abord."
    )


class Grappes(Reponse):
    """Places counted for a map."""

    zoom: int = Field(description="Zoom de la grille : moindre que celui demandé quand la boîte est trop grande.")
    nombre: int = Field(description="Nombre de lieux comptés.")
    grappes: list[list[Any]] = Field(
        description=(
            "Une ligne par grappe : [longitude, latitude, nombre de lieux]. Une grappe d’un seul lieu ajoute"
            " l’identifiant, le nom et le type : [longitude, latitude, 1, id, nom, type]."
        ),
        examples=[[[-4.48, 48.4, 37], [-4.1, 48.0, 1, "k3f9d2ma", "France Services", "France Services"]]],
    )


class Contour(Reponse):
    """The outline of one territory."""

    code: str
    nom: str
    anneaux: list[list[int]] = Field(
        description=(
            "Anneaux en pas de la grille : [x0, y0, dx1, dy1, dx2, dy2, …], sans le retour au premier point."
            " Longitude = x × pas, latitude = y × pas, en additionnant les écarts. Les trous sont des anneaux comme les"
            " autres (règle pair-impair)."
        ),
        examples=[[[-448, 4840, 3, 1, 0, 4]]],
    )


class Contours(Reponse):
    """The background of a map without tiles."""

    niveau: Niveau
    pas: float = Field(description="Pas de la grille, en degrés.")
    contours: list[Contour]
    villes: list[tuple[float, float, str]] = Field(description="Villes à nommer : [longitude, latitude, nom].")


class Erreur(Reponse):
    """The one shape of an error."""

    error: str = Field(description="Code stable de l’erreur.", examples=["not_found"])
    message: str = Field(description="Explication en français.", examples=["Ce lieu n’existe pas, ou n’existe plus."])
    details: dict[str, Any] = Field(description="Pour une valeur refusée : champ, valeur et ce qui était attendu.")
    request_id: str = Field(description="À citer dans un signalement.", examples=["8f3a91c2"])
