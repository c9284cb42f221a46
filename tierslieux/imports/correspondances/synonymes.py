"""How columns are named in the files of territories, by target; words without accents, case nor signs. Pure tables.

Collected on the national schemas, the open files that this program reads, and the headers that French spreadsheets of
places commonly bear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from tierslieux.imports.correspondances.declaration import CIBLES_ADMISES, CIBLES_JOURS
from tierslieux.lieux.nettoyage.creneaux import JOURS
from tierslieux.territoires.noms import remove_accents

# Target → what people read.
CIBLES: Mapping[str, str] = MappingProxyType(
    {
        "identifiant": "Identifiant",
        "nom": "Nom du lieu",
        "adresse": "Adresse (numéro et voie)",
        "complement_adresse": "Complément d’adresse",
        "code_postal": "Code postal",
        "commune_nom": "Commune",
        "commune_code": "Code INSEE de la commune",
        "longitude": "Longitude (ou X)",
        "latitude": "Latitude (ou Y)",
        "coordonnees": "Latitude et longitude ensemble",
        "precision": "Précision de la position",
        "telephone": "Téléphone",
        "courriel": "Adresse électronique",
        "site_web": "Site web",
        "prise_rdv": "Prise de rendez-vous en ligne",
        "horaires": "Horaires d’ouverture",
        **{cible: f"Horaires du {jour}" for cible, jour in zip(CIBLES_JOURS, JOURS, strict=True)},
        "genres": "Type de lieu",
        "typologies": "Typologie nationale (codes)",
        "services": "Services",
        "publics": "Publics adressés",
        "prises_en_charge": "Prises en charge spécifiques",
        "frais": "Frais",
        "modalites_acces": "Comment venir ou prendre contact",
        "accompagnements": "Modalités d’accompagnement",
        "programmes": "Dispositifs et programmes nationaux",
        "formations_labels": "Formations et labels",
        "autres_formations_labels": "Autres formations et labels",
        "itinerant": "Itinérant (oui ou non)",
        "accessible": "Accessible aux fauteuils roulants (oui ou non)",
        "presentation": "Présentation courte",
        "presentation_detail": "Présentation détaillée",
        "structure_parente": "Structure ou réseau parent",
        "fiche_acces_libre": "Fiche Acceslibre",
        "pivot": "SIRET, RNA ou RIDET",
        "autres_telephones": "Autres téléphones",
        "autres_courriels": "Autres adresses électroniques",
        "autres_sites_web": "Autres sites web et réseaux sociaux",
        "ferme": "Fermé définitivement (oui ou non)",
        "date_maj": "Date de mise à jour",
    }
)
if set(CIBLES) != set(CIBLES_ADMISES):
    raise ValueError(f"targets without a label, or unknown ones: {set(CIBLES) ^ set(CIBLES_ADMISES)}")

# Words that say what the row is about, not what the column holds: "nom du lieu", "adresse_structure".
_MOTS_VIDES = frozenset(
    "d de des du l la le les un une au aux en et ou a lieu lieux structure structures etablissement organisme site"
    " espace tiers point fs tl lib loc champ colonne fr public principal".split()
)
# The whole name of a column, as written or without its empty words.
_NOMS: Mapping[str, str] = MappingProxyType(
    {
        "identifiant": "id|identifiant|uid|uuid|ref|reference|code|code unique|id unique|id lieu|id structure|num|"
        "numero|n|no|fid|gid|objectid|ogc fid|cle|matricule|code bib|id fs|id lieumed|cle primaire|ident",
        "nom": "nom|name|libelle|intitule|denomination|designation|titre|title|enseigne|raison sociale|appellation|"
        "nom lieu|nom structure|nom etablissement|nom site|nom espace|nom usuel|nom complet|nom officiel|nom tl|"
        "lib fs|libelle structure|libelle lieu|label|nom commercial|nom tiers lieu|nom equipement|equipement|"
        "nom point|lieu|structure|organisme|etablissement|tiers lieu|nom mediatheque|bibliotheque|nom bibliotheque|"
        "nom epn|nom organisme",
        "adresse": "adresse|adresse postale|adresse 1|adr|addr|address|rue|voie|street|adresse complete|adresse lieu|"
        "adresse structure|nom voie|libelle voie|num et voie|numero et voie|numero et rue|adresse voie|l4|ligne 4|"
        "adresse physique|adresse site|adr1|localisation|n et voie",
        "complement_adresse": "complement|complement adresse|comp adresse|adresse 2|adr2|adresse complement|"
        "complement adr|adresse suite|lieu dit|batiment|etage|cplt adresse|compl adresse|comp adr|compl|cplt",
        "code_postal": "code postal|cp|codepostal|code post|code p|postal code|zip|zipcode|zip code|cp ville|"
        "cp commune|code postal ville|postcode|cpost|cpostal|dep cp|c p",
        "commune_nom": "commune|ville|city|nom commune|nom com|nomcom|libelle commune|lib com|libcom|localite|"
        "municipalite|nom ville|town|bureau distributeur|nom de la commune|cominit|commune nom|libelle ville|"
        "ville commune|commune implantation|commune lieu",
        "commune_code": "code insee|insee|code commune|codecommune|insee com|inseecom|code insee commune|citycode|"
        "cog|code cog|depcom|com insee|codgeo|code geo|numcom|num insee|insee commune|code com|commune insee|"
        "codeinsee|code officiel commune|cinsee|c insee",
        "longitude": "longitude|long|lon|lng|x|coord x|coordx|x wgs84|x l93|x lambert93|x lambert|lambert x|xcoord|"
        "geo x|point x|wgs84 x|coordonnee x|coordonnees x|x coord|longitude wgs84|position x|gps x|gps lon|gps long|"
        "xlambert93|xlong|geom x|result longitude|coord lon|coord long|gps longitude|est|easting",
        "latitude": "latitude|lat|y|coord y|coordy|y wgs84|y l93|y lambert93|y lambert|lambert y|ycoord|geo y|"
        "point y|wgs84 y|coordonnee y|coordonnees y|y coord|latitude wgs84|position y|gps y|gps lat|ylambert93|ylat|"
        "geom y|result latitude|coord lat|gps latitude|nord|northing",
        "coordonnees": "geo point 2d|geopoint|geo point|coordonnees|coordonnees gps|gps|geolocalisation|geoloc|"
        "latlon|lat lon|lat long|coordonnees geographiques|position gps|latitude longitude|lat lng|coords|xy",
        "precision": "precision position|precision",
        "telephone": "telephone|tel|phone|num tel|numero telephone|tel fixe|telephone fixe|telephone 1|tel1|"
        "n telephone|no telephone|n tel|tel contact|telephone contact|contact telephone|telephone accueil|numtel|"
        "telephone standard|num telephone|numero tel|fixe",
        "courriel": "courriel|courriels|mail|email|e mail|adresse mail|adresse email|adresse courriel|mel|"
        "adresse electronique|courrier electronique|mail struc|mail contact|contact mail|email contact|"
        "courriel contact|adresse e mail|mail structure|email structure|contact email|mail 1|adresse mel",
        "site_web": "site web|site internet|web|url|url site|website|lien|lien web|page web|internet|site|www|"
        "adresse web|adresse internet|adresse site|siteweb|url web|lien site|site|adresse site internet|"
        "adresse site web|url site web|lien site internet|site internet url|lien internet",
        "prise_rdv": "prise rdv|prise rendez|prise rendez vous|rdv en ligne|rendez vous en ligne|lien rdv|url rdv|"
        "prise de rdv|prise de rendez vous|rdv|lien rendez vous|prise rdv en ligne|reservation|url prise rdv",
        "horaires": "horaires|horaire|horaires ouverture|horaire ouverture|heures ouverture|opening hours|"
        "horaires accueil|horaire accueil|ouverture|jours et horaires|jours horaires|jours ouverture|"
        "jours et heures ouverture|permanences|horaires permanence|horaires permanences|openinghours|planning",
        "genres": "type|types|categorie|typologie|nature|genre|type lieu|type structure|type etablissement|"
        "categorie structure|categorie lieu|typo|famille|sous categorie|ss cat|type site|type espace|statut lieu|"
        "nature lieu|nature structure|type tiers lieu|cat|type equipement",
        "typologies": "typologies|typologie nationale",
        "services": "services|service|offre|offres|services proposes|services offerts|accompagnement numerique|"
        "prestations|activites|activite|offre services|offre de services|service propose|services numeriques|"
        "aides proposees",
        "publics": "publics|public|publics accueillis|public accueilli|public cible|publics cibles|public vise|"
        "publics vises|publics specifiquement adresses|profils|type public|types publics|destinataires",
        "prises_en_charge": "prise en charge specifique|prises en charge|prise en charge|prises en charge specifiques",
        "frais": "frais|tarif|tarifs|tarification|conditions acces|frais a charge|cout|prix|gratuite|gratuit|"
        "condition acces|conditions access|payant|conditions tarifaires|conditions financieres",
        "modalites_acces": "modalites acces|modalite acces|acces|comment venir|conditions accueil",
        "accompagnements": "modalites accompagnement|modalite accompagnement|type accompagnement|"
        "types accompagnement|accompagnement|accompagnements",
        "programmes": "dispositif programmes nationaux|programmes|programme|dispositifs|dispositif|labels nationaux|"
        "label national|labels|reseau label|programmes nationaux|dispositifs nationaux",
        "formations_labels": "formations labels|formation label",
        "autres_formations_labels": "autres formations labels|labels autres|autres labels|autre label",
        "itinerant": "itinerant|itinerance|mobile|fixe ou itinerant|est itinerant|lieu itinerant",
        "accessible": "pmr|acces pmr|accessible pmr|accessibilite pmr|accessible|handicap|accessibilite handicap|"
        "accessible fauteuil|accessibilite|acces handicape|accessible handicapes|acces pmr oui non",
        "presentation": "presentation|description|presentation resume|resume|descriptif|commentaire|commentaires|"
        "presentation courte|informations|infos|observations|remarques|desc|texte|details|precisions|"
        "informations complementaires|presentation lieu|a propos",
        "presentation_detail": "presentation detail|presentation detaillee|description longue|description detaillee",
        "structure_parente": "structure parente|gestionnaire|porteur|structure porteuse|organisme gestionnaire|"
        "reseau|organisation|structure gestionnaire|organisme porteur|maison mere|structure juridique|portage",
        "fiche_acces_libre": "fiche acces libre|acceslibre|acces libre|accessibilite lieu|fiche acceslibre",
        "pivot": "siret|pivot|n siret|numero siret|code siret|rna|num siret|ridet|siret rna|no siret|code officiel|"
        "numero rna|siret structure|siret siege",
        "autres_telephones": "autres telephones|telephone 2|tel2|portable|mobile tel|tel portable|telephone portable|"
        "tel mobile|telephone mobile|autre telephone|gsm",
        "autres_courriels": "autres courriels|mail 2|email 2|courriel 2|autre mail|autre courriel",
        "autres_sites_web": "autres sites web|facebook|page facebook|reseaux sociaux|reseau social|autre site|"
        "url facebook|lien facebook|instagram|twitter|linkedin",
        "ferme": "ferme|ferme definitivement|est ferme",
        "date_maj": "date maj|maj|date mise a jour|date mise jour|mise a jour|date modification|last update|updated at|"
        "derniere mise a jour|date derniere mise a jour|modifie le|date actualisation|dat maj|timestamp|updated|"
        "date saisie|last edited date|date modif|derniere modification|date derniere modification|horodateur",
        **{cible: f"{jour}|h {jour}|horaires {jour}|horaire {jour}|ouverture {jour}|{jour[:3]}|heures {jour}"
           for cible, jour in zip(CIBLES_JOURS, JOURS, strict=True)},
    }
)  # fmt: skip
# What else has a name, an address, a type, an identifier.
_AUTRES_NOMS = (
    "commune com ville contact region departement dep reg epci prenom responsable referent voie rue ze metro fichier"
    " source pays gestionnaire porteur canton zone agent directeur"
)
_AUTRES_ADRESSES = "2 messagerie mail email web internet site url complement electronique type id cle ip"
_AUTRES_TYPES = "public voie acces code id adresse accompagnement service coordonnees position geocodage precision"
_AUTRES_IDENTIFIANTS = (
    "commune dep departement region epci ban cle osm insee adresse voie contact parent source reseau result"
)
# Words one of which is enough, and those that belie it: "adresse mail" is no address, "nom contact" no name.
_MOTS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = tuple(
    (cible, frozenset(mots.split()), frozenset(sauf.split()))
    for cible, mots, sauf in (
        ("identifiant", "id identifiant uid", _AUTRES_IDENTIFIANTS),
        ("courriel", "mail email courriel mel mails messagerie", "2 secondaire autre date referent responsable"),
        ("telephone", "tel telephone phone", "2 portable mobile secondaire autre fax type referent responsable"),
        ("autres_telephones", "portable gsm mobile", "application"),
        ("code_postal", "postal cp postcode", "adresse insee boite"),
        ("commune_code", "insee cog", "dep departement reg region epci ze"),
        ("commune_nom", "commune ville localite", "code insee postal cp id epci population pop delegue"),
        ("site_web", "web website url internet", "facebook twitter rdv photo image logo acces mail adresse rss"),
        ("horaires", "horaires horaire ouverture hours", "date annee debut fin volume amplitude nombre nb"),
        ("longitude", "longitude lon lng", "lat latitude"),
        ("latitude", "latitude lat", "lon longitude lng"),
        ("pivot", "siret rna ridet", ""),
        ("date_maj", "maj update updated modification", ""),
        ("prise_rdv", "rdv rendezvous", "sans avec obligatoire uniquement"),
        ("adresse", "adresse adr voie rue", _AUTRES_ADRESSES),
        ("complement_adresse", "complement", "nom"),
        ("nom", "nom libelle denomination intitule", _AUTRES_NOMS),
        ("presentation", "description presentation commentaire commentaires", "date"),
        ("itinerant", "itinerant itinerance", ""),
        ("accessible", "pmr", ""),
        ("genres", "type typologie categorie", _AUTRES_TYPES),
        ("publics", "publics public", "domaine wifi acces transport etablissement"),
        ("frais", "tarif tarifs frais gratuit gratuite", ""),
        ("services", "services prestations", "france"),
        ("programmes", "labels dispositif dispositifs programmes", "date autres"),
        ("structure_parente", "gestionnaire porteur porteuse", "nom tel mail statut type"),
    )
)  # fmt: skip
_CHAMEAU = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NON_MOT = re.compile(r"[\W_]+")
_CHIFFRE_COLLE = re.compile(r"(?<=[a-z]{3})(?=\d)")

ENTIER, SANS_VIDES, MOT = 1.0, 0.9, 0.6


@lru_cache(maxsize=4096)
def split_nom(nom: str) -> tuple[str, ...]:
    """Words of a column's name: "codePostal", "CODE_POSTAL" and "Code postal :" give ("code", "postal")."""
    plat = remove_accents(_CHAMEAU.sub(" ", nom)).lower().replace("n°", "n ").replace("°", " ")
    return tuple(_NON_MOT.sub(" ", plat).split())


def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    for cible, noms in _NOMS.items():
        for nom in noms.split("|"):
            index.setdefault(nom, cible)
    return index


_INDEX: Mapping[str, str] = MappingProxyType(_index())


def score_nom(nom: str) -> dict[str, float]:
    """How much the name of a column says each target, 0 to 1; targets that it does not say are left out."""
    mots = split_nom(nom)
    scores: dict[str, float] = {}
    entier = " ".join(mots)
    pleins = " ".join(mot for mot in mots if mot not in _MOTS_VIDES)
    for texte, score in ((entier, ENTIER), (pleins, SANS_VIDES)):
        if texte and (cible := _INDEX.get(texte)):
            scores.setdefault(cible, score)
    presents = frozenset(mots) | frozenset(_CHIFFRE_COLLE.sub(" ", entier).split())
    for cible, utiles, contraires in _MOTS:
        if presents & utiles and not presents & contraires:
            scores.setdefault(cible, MOT)
    return scores
