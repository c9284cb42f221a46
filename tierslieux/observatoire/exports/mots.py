"""What people read of each column: its label, its definition and its unit, in French. Pure."""

from __future__ import annotations

from tierslieux.couverture.enums import Cible
from tierslieux.indicateurs.catalogue import Indicateur
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

# (label, definition, unit)
Mots = tuple[str, str, str | None]

PLURIELS = {
    Niveau.FRANCE: "France entière",
    Niveau.REGION: "régions",
    Niveau.DEPARTEMENT: "départements",
    Niveau.EPCI: "intercommunalités",
    Niveau.COMMUNE: "communes",
    Niveau.ARRONDISSEMENT: "arrondissements municipaux",
}

# The first columns: (name, words, whether it is a number).
IDENTITE: tuple[tuple[str, Mots, bool], ...] = (
    (
        "niveau",
        ("Niveau", "Niveau du territoire : france, region, departement, epci, commune ou arrondissement.", None),
        False,
    ),
    (
        "code",
        ("Code", "Code officiel géographique de l’Insee ; SIREN d’une intercommunalité ; FR pour la France.", None),
        False,
    ),
    ("nom", ("Nom", "Nom du territoire.", None), False),
    ("region_code", ("Région", "Code Insee de la région où est le territoire.", None), False),
    (
        "departement_code",
        (
            "Département",
            "Code Insee du département ; pour une intercommunalité sur plusieurs, celui du plus grand nombre.",
            None,
        ),
        False,
    ),
    ("epci_code", ("Intercommunalité", "SIREN de l’intercommunalité (EPCI) de la commune.", None), False),
    ("commune_code", ("Commune", "Code Insee de la commune, pour un arrondissement municipal.", None), False),
    ("population", ("Population", "Habitants (population municipale).", "personnes"), True),
    ("population_annee", ("Année de la population", "Année du recensement de la population.", "année"), True),
)

_CE_QUI_EST_BESOIN = {
    "besoin": "Personnes en illectronisme",
    "besoin_tiers_lieux": "Personnes qui travaillent et habitent là",
}
_BORNES = {"_bas": "borne basse", "_haut": "borne haute"}
_BORNE_90 = " {} de l’intervalle qui a neuf chances sur dix de contenir la vraie valeur."
_INCONNU = "Aucun indicateur chargé ne le donne : la colonne est vide."
_SUJETS = {True: "personnes qui travaillent", False: "personnes en illectronisme"}


def describe_besoin(nom: str, suffixe: str, indicateur: Indicateur | None) -> Mots:
    """Words of a column of need."""
    libelle = _CE_QUI_EST_BESOIN[nom]
    definition = indicateur.definition if indicateur else _INCONNU
    if suffixe == "_annee":
        return f"{libelle}, année", "Année de la définition ou du recensement.", "année"
    if suffixe:
        borne = _BORNES[suffixe]
        return f"{libelle}, {borne}", definition + _BORNE_90.format(borne.capitalize()), "personnes"
    return libelle, definition, "personnes"


def describe_ecart(prefixe: str, cible: Cible, mode: Mode, seuil_min: int, suffixe: str) -> Mots:
    """Words of a column of people who are far."""
    sujet = "habitants" if prefixe == "population" else _SUJETS[cible is Cible.TIERS_LIEU]
    libelle = f"{sujet.capitalize()} à plus de {seuil_min} min {mode.libelle} : {cible.libelle}"
    definition = (
        f"Nombre de {sujet} qui habitent à plus de {seuil_min} minutes {mode.libelle} de chez eux jusqu’à"
        f" {cible.libelle}, ou qu’aucun trajet n’y mène."
    )
    if suffixe:
        borne = _BORNES[suffixe]
        return f"{libelle}, {borne}", definition + _BORNE_90.format(borne.capitalize()), "personnes"
    return libelle, definition, "personnes"


def describe_acces(champ: str, cible: Cible, mode: Mode, *, est_communal: bool) -> Mots:
    """Words of a column of access."""
    suite = f"{mode.libelle} : {cible.libelle}"
    moyenne = "en moyenne sur les habitants" if est_communal else "en moyenne sur les personnes en besoin"
    libelle, definition, unite = {
        "duree": (
            "Temps de trajet",
            f"Minutes {mode.libelle} jusqu’à {cible.libelle}, le lieu le plus proche, {moyenne}.",
            "minutes",
        ),
        "duree_second": (
            "Temps de trajet jusqu’au deuxième lieu",
            f"Minutes {mode.libelle} jusqu’au deuxième lieu le plus proche, {moyenne}.",
            "minutes",
        ),
        "heures": (
            "Heures d’ouverture à portée",
            f"Heures d’ouverture par semaine de tous les lieux à portée, {moyenne}.",
            "heures par semaine",
        ),
        "accessibilite": (
            "Accessibilité",
            f"Heures d’ouverture par semaine pour 1 000 personnes en besoin, {moyenne} (méthode E2SFCA).",
            "heures par semaine pour 1 000 personnes",
        ),
        "gini": (
            "Inégalité d’accès",
            "Indice de Gini de l’accessibilité : 0 quand tous sont servis de même, 1 quand un seul l’est.",
            "de 0 à 1",
        ),
        "part_dixieme": (
            "Part du dixième le moins bien servi",
            "Part de l’accessibilité qui revient au dixième des personnes le moins bien servi : 0,1 à égalité.",
            "de 0 à 1",
        ),
    }[champ]
    return f"{libelle} {suite}", definition, unite


def describe_indicateur(indicateur: Indicateur, millesime: int, suffixe: str) -> Mots:
    """Words of a column of an indicator."""
    libelle = f"{indicateur.libelle} ({millesime})"
    definition = " ".join(texte for texte in (indicateur.definition, indicateur.remarque) if texte)
    if suffixe == "_classe":
        return f"{libelle}, nom de la classe", definition, None
    unite = "part, de 0 à 1" if indicateur.unite.value == "part" else indicateur.unite.libelle
    if suffixe:
        borne = _BORNES[suffixe]
        return f"{libelle}, {borne}", definition + _BORNE_90.format(borne.capitalize()), unite
    return libelle, definition, unite
