"""What people may say of a place, field by field: cleaned on the way in, written for people on the way out. Pure.

Values are those of lieux.resolution: a text, a boolean, a list of codes, a position. What is refused says why in a
sentence for whoever wrote it; nothing is repaired beyond what can only be meant.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError, TiersLieuxError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import parse_code_insee, parse_code_postal, parse_siret
from tierslieux.filtres import format_telephone
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.evenements import parse_evenements, read_evenements, write_quand
from tierslieux.lieux.horaires import describe_horaires
from tierslieux.lieux.nettoyage.adresses import clean_adresse
from tierslieux.lieux.nettoyage.courriels import find_adresses, is_nominatif, repair_courriel, split_mots
from tierslieux.lieux.nettoyage.horaires import clean_horaires
from tierslieux.lieux.nettoyage.telephones import find_region, list_telephones
from tierslieux.lieux.nettoyage.urls import list_urls
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_LISTES, CHAMPS_LISTES_LIBRES
from tierslieux.lieux.typologies import TYPOLOGIES

# What a proposal may hold, in reading order, with what people call it.
CHAMPS_PROPOSABLES: Mapping[str, str] = MappingProxyType(
    {
        "nom": N_("Nom du lieu"),
        "genres": N_("Type de lieu"),
        "services": N_("Aide proposée"),
        "adresse": N_("Adresse"),
        "complement_adresse": N_("Complément d’adresse"),
        "code_postal": N_("Code postal"),
        "commune_code": N_("Code de la commune"),
        "commune_nom": N_("Commune"),
        "position": N_("Position sur la carte"),
        "telephone": N_("Téléphone"),
        "courriel": N_("Adresse e-mail du lieu"),
        "site_web": N_("Site web"),
        "prise_rdv": N_("Page pour prendre rendez-vous"),
        "horaires": N_("Horaires"),
        "frais": N_("Prix"),
        "modalites_acces": N_("Comment venir"),
        "accompagnements": N_("Façons d’être aidé"),
        "publics": N_("Publics accueillis en particulier"),
        "prises_en_charge": N_("Prise en charge particulière"),
        "accessible": N_("Accès en fauteuil roulant"),
        "itinerant": N_("Lieu itinérant"),
        "presentation": N_("Présentation"),
        "presentation_detail": N_("Présentation détaillée"),
        "structure_parente": N_("Structure qui porte le lieu"),
        "fiche_acces_libre": N_("Fiche d’accessibilité"),
        "pivot": N_("Numéro SIRET ou RNA"),
        "ferme": N_("Fermé définitivement"),
    }
)
# What differences may also show, because publishers say it or other forms do.
_AUTRES_LIBELLES: Mapping[str, str] = MappingProxyType(
    {
        "programmes": N_("Programmes nationaux"),
        "formations_labels": N_("Formations et labels"),
        "autres_formations_labels": N_("Autres formations et labels"),
        "autres_telephones": N_("Autres numéros de téléphone"),
        "autres_courriels": N_("Autres adresses e-mail"),
        "autres_sites_web": N_("Autres sites web"),
        "typologies": N_("Autres types de structure"),
        "evenements": N_("Événements et permanences"),
    }
)
VOCABULAIRES: Mapping[str, type[Libelle]] = MappingProxyType({**CHAMPS_LISTES, **CHAMPS_CUMULES})
BOOLEENS = frozenset({"accessible", "itinerant", "ferme"})

# Signs at most. The longest real values have 169 (names) and 158 (addresses); a short presentation is 280 by the
# national standard.
LONGUEUR_MAX = 250
LONGUEURS_MAX: Mapping[str, int] = MappingProxyType(
    {
        "nom": 200,
        "telephone": 60,
        "code_postal": 12,
        "site_web": 500,
        "prise_rdv": 500,
        "horaires": 1_000,
        "presentation": 280,
        "presentation_detail": 4_000,
    }
)
COMMENTAIRE_MAX = 2_000
# Seven decimals of a degree are a centimetre.
DECIMALES = 7

OUI, NON = "oui", "non"
# Signs without width that some scripts and emoji are written with.
_LIANTS = "\u200c\u200d"


class ChampInvalideError(InvalidInputError):
    """A value that is refused; `message` says it to whoever wrote it, `details["champ"]` names the field."""

    def __init__(self, champ: str, message: str) -> None:
        TiersLieuxError.__init__(self, message, champ=champ)
        self.champ = champ


@dataclass(frozen=True, slots=True)
class Contexte:
    """What is known of the place around a field: it helps to read its address, its phone and its e-mail address."""

    nom: str | None = None
    commune_code: str | None = None
    commune_nom: str | None = None
    code_postal: str | None = None


SANS_CONTEXTE = Contexte()


# --- In ---------------------------------------------------------------------------------------------------------------


def clean(champ: str, valeur: Any, contexte: Contexte = SANS_CONTEXTE) -> Any:  # noqa: ANN401  (whatever it holds)
    """The value of a field as lieux.resolution holds it, from what a form or a program gives.

    None, or [] for a list, when nothing is said. Raises ChampInvalideError (an InvalidInputError).
    """
    if champ not in CHAMPS_PROPOSABLES and champ not in _AUTRES_LIBELLES:
        raise ChampInvalideError(champ, _("Ce champ n’existe pas."))
    if champ in VOCABULAIRES:
        return _clean_codes(champ, valeur)
    if champ in CHAMPS_LISTES_LIBRES:
        return _clean_liste_libre(champ, valeur, contexte)
    if champ in BOOLEENS:
        return _clean_booleen(champ, valeur)
    if champ in {"position", "evenements"}:
        return _clean_position(valeur) if champ == "position" else _clean_evenements(valeur)
    texte = clean_texte_champ(champ, valeur)
    if texte is None:
        return None
    faire = _NETTOYAGES.get(champ)
    return texte if faire is None else faire(champ, texte, contexte)


def clean_ligne(texte: str) -> str:
    """The text on one line, composed, without control signs nor signs that turn the reading direction."""
    compose = unicodedata.normalize("NFC", " ".join(texte.split()))
    return " ".join("".join(c for c in compose if unicodedata.category(c)[0] != "C" or c in _LIANTS).split())


def clean_lignes(texte: str) -> str:
    """The same with its lines, at most one empty line between two."""
    lignes = [clean_ligne(ligne) for ligne in texte.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    gardees = [ligne for rang, ligne in enumerate(lignes) if ligne or (rang and lignes[rang - 1])]
    return "\n".join(gardees).strip()


def clean_texte_champ(champ: str, valeur: object) -> str | None:
    """The text of a field on one line, None when it is empty; raises ChampInvalideError when it is too long."""
    if valeur is None:
        return None
    brut = str(valeur)
    maximum = LONGUEURS_MAX.get(champ, LONGUEUR_MAX)
    # Before anything is worked out of it: a pasted file is no name.
    texte = clean_ligne(brut[: 10 * maximum + 1])
    if len(brut) > 10 * maximum or len(texte) > maximum:
        raise ChampInvalideError(champ, _("C’est trop long : %(nombre)s signes au plus.", nombre=maximum))
    return texte or None


def clean_commentaire(texte: str | None) -> str | None:
    """A word for the moderators, with its lines; raises ChampInvalideError when it is too long."""
    propre = clean_lignes((texte or "")[: 10 * COMMENTAIRE_MAX + 1])
    if len(propre) > COMMENTAIRE_MAX:
        raise ChampInvalideError(
            "commentaire", _("C’est trop long : %(nombre)s signes au plus.", nombre=COMMENTAIRE_MAX)
        )
    return propre or None


def clean_courriel(texte: str | None) -> str | None:
    """The e-mail address of whoever writes, in lower case; raises ChampInvalideError."""
    propre = clean_texte_champ("courriel", texte)
    return None if propre is None else _clean_un_courriel("courriel", propre)


def is_courriel_personnel(courriel: str | None, nom: str | None, commune_nom: str | None) -> bool:
    """Whether an e-mail address looks like a person's: nothing in it says the place."""
    return courriel is not None and is_nominatif(courriel, split_mots(f"{nom or ''} {commune_nom or ''}"))


def _clean_evenements(valeur: object) -> list[dict[str, Any]]:
    try:
        return [evenement.to_json() for evenement in parse_evenements(valeur or [])]
    except InvalidInputError as erreur:
        raise ChampInvalideError("evenements", erreur.message) from None


def _clean_codes(champ: str, valeur: object) -> list[str]:
    if valeur is None or valeur == "":
        return []
    codes = valeur.split(",") if isinstance(valeur, str) else valeur
    if not isinstance(codes, Iterable):
        raise ChampInvalideError(champ, _("Choisissez dans la liste."))
    voulus = {str(code).strip() for code in codes}
    connus = [membre.value for membre in VOCABULAIRES[champ]]
    if not voulus <= set(connus):
        raise ChampInvalideError(champ, _("Choisissez dans la liste."))
    return [code for code in connus if code in voulus]


def _clean_liste_libre(champ: str, valeur: object, contexte: Contexte) -> list[str]:
    textes = valeur if isinstance(valeur, list | tuple) else str(valeur or "").split("\n")
    un = {"autres_telephones": "telephone", "autres_courriels": "courriel", "autres_sites_web": "site_web"}.get(champ)
    propres = [clean(un, texte, contexte) if un else clean_texte_champ(champ, texte) for texte in textes]
    return list(dict.fromkeys(propre for propre in propres if propre is not None))


def _clean_booleen(champ: str, valeur: object) -> bool | None:
    if isinstance(valeur, bool) or valeur is None:
        lu = valeur
    else:
        mot = clean_ligne(str(valeur)[:LONGUEUR_MAX]).casefold()
        if mot not in {"", OUI, NON}:
            raise ChampInvalideError(champ, _("Répondez par oui ou par non."))
        lu = None if not mot else mot == OUI
    # A place that is open is no value: see resolution.CHAMPS_SIMPLES.
    return True if champ == "ferme" and lu else None if champ == "ferme" else lu


def _clean_position(valeur: object) -> dict[str, Any] | None:
    """{"lon", "lat", "precision"} from the same, or from "lon,lat"; degrees (EPSG:4326)."""
    if valeur is None or valeur in ("", {}):
        return None
    precision: object = Precision.ADRESSE.value
    if isinstance(valeur, Mapping):
        bruts: list[object] = [valeur.get("lon"), valeur.get("lat")]
        precision = valeur.get("precision") or precision
    else:
        bruts = list(str(valeur)[:LONGUEUR_MAX].split(","))
    try:
        lon, lat = (float(str(brut)) for brut in bruts)
    except ValueError:
        raise ChampInvalideError("position", _("Nous ne comprenons pas cette position.")) from None
    # Zero and zero is what programs write when they know nothing.
    est_nulle = abs(lon) < 1e-4 and abs(lat) < 1e-4
    est_sur_terre = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    if est_nulle or not est_sur_terre or str(precision) not in set(Precision):
        raise ChampInvalideError("position", _("Nous ne comprenons pas cette position."))
    return {"lon": round(lon, DECIMALES), "lat": round(lat, DECIMALES), "precision": str(precision)}


def _clean_adresse(_champ: str, texte: str, contexte: Contexte) -> str | None:
    return clean_adresse(texte, contexte.code_postal, contexte.commune_nom)


def _clean_code_postal(champ: str, texte: str, _contexte: Contexte) -> str:
    code = parse_code_postal(texte)
    if code is None:
        raise ChampInvalideError(champ, _("Un code postal a cinq chiffres."))
    return code


def _clean_code_insee(champ: str, texte: str, _contexte: Contexte) -> str:
    code = parse_code_insee(texte)
    if code is None:
        raise ChampInvalideError(champ, _("Nous ne connaissons pas cette commune."))
    return code


def _clean_telephone(champ: str, texte: str, contexte: Contexte) -> str:
    numeros = list_telephones(texte, find_region(contexte.commune_code or contexte.code_postal))
    if not numeros:
        raise ChampInvalideError(
            champ, _("Nous ne comprenons pas ce numéro. Écrivez-le ainsi : %(exemple)s.", exemple="02 98 00 11 22")
        )
    if len(numeros) > 1:
        raise ChampInvalideError(champ, _("Écrivez un seul numéro ici. Écrivez les autres dans votre message."))
    return numeros[0]


def _clean_un_courriel(champ: str, texte: str, _contexte: Contexte = SANS_CONTEXTE) -> str:
    adresses = find_adresses(repair_courriel(texte))
    if len(adresses) != 1:
        raise ChampInvalideError(
            champ,
            _("Nous ne comprenons pas cette adresse e-mail. Elle ressemble à : %(exemple)s.", exemple="nom@exemple.fr"),
        )
    return adresses[0]


def _clean_url(champ: str, texte: str, _contexte: Contexte) -> str:
    adresses = list_urls(texte)
    if len(adresses) != 1:
        raise ChampInvalideError(
            champ, _("Nous ne comprenons pas cette adresse. Elle ressemble à : %(exemple)s.", exemple="www.exemple.fr")
        )
    return adresses[0]


def _clean_horaires(champ: str, texte: str, _contexte: Contexte) -> str:
    horaires = clean_horaires(texte)
    if horaires is None:
        raise ChampInvalideError(
            champ,
            _(
                "Nous ne comprenons pas ces horaires. Écrivez par exemple : %(exemple)s.",
                exemple="mardi et jeudi 14h-17h, samedi 9h-12h",
            ),
        )
    return horaires


def _clean_pivot(champ: str, texte: str, _contexte: Contexte) -> str:
    siret = parse_siret(texte)
    if siret is not None:
        return siret
    rna = texte.replace(" ", "").upper()
    if len(rna) == 10 and rna.isascii() and rna.startswith("W") and rna[1:].isalnum():
        return rna
    raise ChampInvalideError(champ, _("Un numéro SIRET a 14 chiffres. Un numéro RNA commence par W."))


_NETTOYAGES: Mapping[str, Callable[[str, str, Contexte], str | None]] = MappingProxyType(
    {
        "adresse": _clean_adresse,
        "complement_adresse": _clean_adresse,
        "code_postal": _clean_code_postal,
        "commune_code": _clean_code_insee,
        "telephone": _clean_telephone,
        "courriel": _clean_un_courriel,
        "site_web": _clean_url,
        "prise_rdv": _clean_url,
        "fiche_acces_libre": _clean_url,
        "horaires": _clean_horaires,
        "pivot": _clean_pivot,
    }
)


# --- Out --------------------------------------------------------------------------------------------------------------


def get_libelle(champ: str) -> str:
    """What people call a field, in the language of the page; any field of a place has one."""
    return _(CHAMPS_PROPOSABLES.get(champ) or _AUTRES_LIBELLES.get(champ) or champ)


def format_valeur(champ: str, valeur: Any, code: str | None = None) -> str:  # noqa: ANN401  (whatever it holds)
    """The value of a field as people read it, for what stands side by side; `code`: INSEE code of the commune.

    What stands in a vocabulary is written by its label, a position by its figures, hours in a sentence when they can
    be; whatever is not understood stays as it is.
    """
    if valeur is None or valeur in ("", []):
        return _("non renseigné")
    if champ == "horaires":
        return describe_horaires(str(valeur), code) or str(valeur)
    if isinstance(valeur, list | tuple):
        return ", ".join(_format_element(champ, un) for un in valeur)
    return _format_element(champ, valeur)


def write_champ(champ: str, valeur: Any) -> str:  # noqa: ANN401  (whatever it holds)
    """The value of a field of one text as a form shows it, for people to change it."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return OUI if valeur else NON
    return format_telephone(valeur).replace("\u00a0", " ") if champ == "telephone" else str(valeur)


def _format_element(champ: str, valeur: Any) -> str:  # noqa: ANN401
    """One value, or one of a list."""
    if isinstance(valeur, bool):
        return _("oui") if valeur else _("non")
    if isinstance(valeur, Mapping):
        return _format_position(valeur) if champ == "position" else _name_objet(valeur)
    texte = str(valeur)
    if champ in VOCABULAIRES and texte in set(VOCABULAIRES[champ]):
        return _(VOCABULAIRES[champ](texte).libelle)
    if champ == "typologies" and texte in TYPOLOGIES:
        return TYPOLOGIES[texte][0]
    return format_telephone(texte) if champ in {"telephone", "autres_telephones"} else texte


def _format_position(valeur: Mapping[str, Any]) -> str:
    precision = valeur.get("precision")
    chiffres = f"{valeur.get('lat')}, {valeur.get('lon')}"
    return f"{_(Precision(precision).libelle)} ({chiffres})" if precision in set(Precision) else chiffres


def _name_objet(objet: Mapping[str, Any]) -> str:
    """What an object of a list is called: an event with its dates, else its title or its id."""
    for evenement in read_evenements([objet]) if "debut" in objet else ():
        return _("%(titre)s (%(quand)s)", titre=evenement.titre, quand=write_quand(evenement))
    return str(objet.get("titre") or objet.get("nom") or objet.get("id"))
