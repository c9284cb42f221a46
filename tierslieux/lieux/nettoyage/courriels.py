"""E-mail addresses: valid ones in lower case, those of a person left out.

Publishers give the addresses of places, and among them some of agents ("prenom.nom@", "p.nom@", "pnom@"). They are
neither published nor kept. The rule is cautious: an address is taken for a place's when something in it says so, either
a common word of such addresses (accueil, mairie, franceservices…) or the name of the place, of its commune or of its
organisation; a first name, or an initial before a word that nothing explains, is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from tierslieux.lieux.nettoyage.prenoms import PRENOMS
from tierslieux.territoires.noms import remove_accents

_ADRESSE = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")

LONGUEUR_MAX = 500
_MAILTO = re.compile(r"\bmail\s?to\s?:", re.IGNORECASE)
_AROBASE = re.compile(r"\s?[(\[{]\s?(?:at|arobase|a|@)\s?[)\]}]\s?|(?<=\w) (?:arobase|at) (?=\w)", re.IGNORECASE)
_AUTOUR_DE_L_AROBASE = re.compile(r" {1,3}@ {0,3}|@ {1,3}")
# "ville,fr", "ville .fr", "ville. fr"; not "a@ville.fr,fr@b.fr".
_VIRGULE = re.compile(
    r"(@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4})(?: ?, ?| \. ?|\. )(fr|com|org|net|eu|nc|re)\b(?![\w.@-])",
    re.IGNORECASE,
)

# Words of the addresses of places, bodies and services. Four letters and more may stand inside a longer word
# ("accueilmairie"); shorter ones must be a word by themselves.
GENERIQUES = frozenset(
    """
    acceuil accueil acces accompagnement adherent admin administration agence agglo aide aidants allo animateur
    animation annexe antenne apei assistante association asso atelier ateliers biblio bibli bibliobus bibliotheque bib
    bienvenue bm bonjour bureau bus cabinet caf cafe campus canton cap capemploi casa ccas cias centre centresocial
    chateau cidff citoyen citoyenne citoyens club cms cne cnfs cnum collectif comite comm commune communal communaute
    communication comune conseil conseiller conseillernumerique conseillers contact contat coordination courriel
    courrier coworking crij cs csc csi culture culturel cyber cyberbase departement developpement dgs dir direction
    dpt ecole economie ecrire edas efs ehpad elus emploi enfance entraide epi epn espace espaces etat etatcivil evs
    fablab famille familles federation fjt formation formations foyer france franceservice franceservices fs general
    generale gestion gip greta grand groupe guichet habitat hello hotel inclusion info infos information informations
    informatique initiative insertion intercommunal internet itinerant itinerante jeune jeunes jeunesse lab labo
    laposte lecture liaison lieu lien ligue local locale logement loisirs ludo ludotheque lycee mairie mairies mairi
    maire maison maisondeservices maisonservices mde mdef mds mdd mdph mediation mediatheque media mediateur mediatrice
    mediabus mef metropole mfs mission missionlocale mjc ml mobile mobilite mpt msa msap msp multimedia municipal
    municipalite musee noreply num numerique office ordi orga orientation pad parents pays permanence personnel petr
    pij pimms plateforme point pointinfo pole politique population poste postale pref prefecture president presidence
    proximite public publics publique quartier ram reception referent region relais reseau residence ressource
    ressourcerie ressources rgp rsp sante scot sec secr secretaire secretariat service services sg siege site social
    sociale sociaux solidaire solidarite solidarites sousprefecture sp sport standard structure syndicat technique
    territoire territoires tiers tierslieu tierslieux tourisme travail tremplin urbanisme usagers vie villa village
    ville villes voirie webmaster webmestre
    """.split()
)
# Addresses of these domains are given to places by the programme, whatever stands before the sign.
_DOMAINES_DE_LIEUX = frozenset({"france-services.gouv.fr"})
_GENERIQUES_LONGS = tuple(sorted((mot for mot in GENERIQUES if len(mot) >= 4), key=len, reverse=True))
LONGUEUR_SIGLE_MAX = 4


def repair_courriel(texte: str) -> str:
    """The text with what can only be a typing error put right: "contact (at) ville ,fr" gives "contact@ville.fr"."""
    if len(texte) > LONGUEUR_MAX:
        return texte
    texte = _MAILTO.sub(" ", texte)
    texte = _AROBASE.sub("@", texte)
    texte = _AUTOUR_DE_L_AROBASE.sub("@", texte)
    return _VIRGULE.sub(r"\1.\2", texte)


def find_adresses(texte: str) -> list[str]:
    """The e-mail addresses that the text holds, in lower case; "accueil-" and other remains are none."""
    return [trouve[0].lower().lstrip(".-'") for trouve in _ADRESSE.finditer(texte) if ".." not in trouve[0]]


@lru_cache(maxsize=8192)
def split_mots(texte: str) -> frozenset[str]:
    """Words of two letters and more, without accents nor case, and "stlin" for "Saint-Lin"."""
    suite = re.findall(r"[a-z]{2,}", remove_accents(texte).lower())
    saints = {f"st{suivant}" for mot, suivant in pairwise(suite) if mot in {"saint", "sainte", "st", "ste"}}
    return frozenset(suite) | saints


def is_nominatif(adresse: str, mots: Iterable[str] = ()) -> bool:
    """Whether the address looks like a person's; `mots` are words that the place explains."""
    partie, _, domaine = adresse.lower().partition("@")
    jetons = _split_jetons(partie)
    expliques = frozenset(mots) | frozenset(re.findall(r"[a-z]{3,}", domaine.rpartition(".")[0]))
    if not jetons:
        return False  # numbers alone
    if jetons == ["marie"] or (jetons[0] == "marie" and all(is_explique(jeton, expliques) for jeton in jetons[1:])):
        return False  # so often a misspelt "mairie" that the first name alone says nothing
    if any(jeton in PRENOMS and jeton not in expliques for jeton in jetons):
        return True
    if domaine in _DOMAINES_DE_LIEUX:
        return False
    longs = [jeton for jeton in jetons if len(jeton) > 1]
    inexpliques = [jeton for jeton in longs if not is_explique(jeton, expliques)]
    if len(jetons) == 1:
        # "jdupont", "dupontj": nothing explains it, and it is no acronym.
        return bool(inexpliques) and len(jetons[0]) > LONGUEUR_SIGLE_MAX
    has_initiale = len(jetons[0]) == 1 or len(jetons[-1]) == 1
    return bool(inexpliques) and (has_initiale or len(inexpliques) == len(longs))


def _split_jetons(partie: str) -> list[str]:
    jetons: list[str] = []
    for morceau in re.split(r"[._+'-]+", partie):
        lettres = re.sub(r"[^a-z]", "", morceau)
        # "751200a" is a number of office, "pi14" a kind of place: what is left of them says nothing.
        if lettres and (lettres == morceau or len(lettres) > 2):
            jetons.append(lettres)
    return jetons


def is_explique(jeton: str, expliques: frozenset[str]) -> bool:
    """Whether a word of the address is a common one, or a word (or part of one) of the place."""
    if jeton in GENERIQUES or jeton in expliques:
        return True
    if any(mot in jeton for mot in _GENERIQUES_LONGS):
        return True
    lieux = (mot for mot in expliques if mot not in PRENOMS)
    return any((len(mot) >= 4 and mot in jeton) or (len(jeton) >= 4 and jeton in mot) for mot in lieux)
