"""Values that a person does not want to be shown: recognising them by a keyed digest, taking them out. Pure.

Telephones and e-mail addresses are recognised wherever they stand, in any writing; texts and web addresses in the
commune of their place alone, since "bâtiment A" is said of many. Nothing can be read back from a digest without the
secret key of the installation, and a new key forgets what the old one knew (docs/donnees-personnelles.md).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from tierslieux.core.textes import N_
from tierslieux.lieux.retraits import RETRAIT, build_marque
from tierslieux.territoires.noms import remove_accents

LONGUEUR = 32
# French numbers have nine figures after what is dialled before them; so have those overseas.
CHIFFRES_TELEPHONE = 9
CHIFFRES_TELEPHONE_MAX = 15

_LETTRE = re.compile(r"[^\W\d_]")
_COURRIEL = re.compile(r"[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?:\+|\b)\d(?:[ .\-/()\u00a0\u202f]{0,2}\d){8,14}\b")


class Famille(StrEnum):
    """How a value is compared."""

    COURRIEL = "courriel"
    TELEPHONE = "telephone"
    URL = "url"
    TEXTE = "texte"

    @property
    def est_locale(self) -> bool:
        """Whether the value counts in its commune alone."""
        return self in {Famille.URL, Famille.TEXTE}


# Fields of a place that may concern a person, and how they are called. The others say where it is and what it does.
CHAMPS: Mapping[str, tuple[Famille, str]] = MappingProxyType(
    {
        "telephone": (Famille.TELEPHONE, N_("Téléphone")),
        "autres_telephones": (Famille.TELEPHONE, N_("Autres téléphones")),
        "courriel": (Famille.COURRIEL, N_("Courriel")),
        "autres_courriels": (Famille.COURRIEL, N_("Autres courriels")),
        "site_web": (Famille.URL, N_("Site web")),
        "autres_sites_web": (Famille.URL, N_("Autres sites web")),
        "prise_rdv": (Famille.URL, N_("Adresse pour prendre rendez-vous")),
        "presentation": (Famille.TEXTE, N_("Présentation")),
        "presentation_detail": (Famille.TEXTE, N_("Présentation détaillée")),
        "complement_adresse": (Famille.TEXTE, N_("Complément d’adresse")),
        "structure_parente": (Famille.TEXTE, N_("Nom de l’organisme")),
    }
)


def normalize(famille: Famille, texte: str) -> str:
    """One writing for all those of a value; "" for what is none of its family."""
    if famille is Famille.COURRIEL:
        return texte.strip().lower()
    if famille is Famille.TELEPHONE:
        chiffres = re.sub(r"\D", "", texte)
        est_numero = CHIFFRES_TELEPHONE <= len(chiffres) <= CHIFFRES_TELEPHONE_MAX and not _LETTRE.search(texte)
        return chiffres[-CHIFFRES_TELEPHONE:] if est_numero else ""
    if famille is Famille.URL:
        return re.sub(r"^https?://(www\.)?", "", texte.strip().lower()).rstrip("/")
    return " ".join(remove_accents(texte).casefold().split())


def digest(secret: str, famille: Famille, texte: str, commune_code: str | None) -> str:
    """What recognises a value, for whoever has the secret: "telephone:3f9a…"; "" when there is nothing to recognise."""
    normal = normalize(famille, texte)
    if not normal:
        return ""
    portee = (commune_code or "") if famille.est_locale else ""
    message = f"tierslieux.opposition\0{famille}\0{portee}\0{normal}".encode()
    return f"{famille}:{hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:LONGUEUR]}"


def list_textes(champ: str, valeur: Any) -> Iterator[tuple[Famille, str]]:  # noqa: ANN401  (whatever a field holds)
    """The values that a field holds, each with its family."""
    famille, _libelle = CHAMPS[champ]
    for texte in valeur if isinstance(valeur, list) else [valeur]:
        if isinstance(texte, str) and texte:
            yield famille, texte


@dataclass(frozen=True, slots=True)
class Opposees:
    """Digests of what is not to be shown, and the key that made them."""

    secret: str = field(repr=False)
    empreintes: frozenset[str]
    familles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "familles", frozenset(texte.partition(":")[0] for texte in self.empreintes))

    def finds(self, famille: Famille, texte: str, commune_code: str | None) -> bool:
        """Whether this value is not to be shown."""
        return famille in self.familles and digest(self.secret, famille, texte, commune_code) in self.empreintes

    def clean_valeurs(self, valeurs: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a place by field without those that are not to be shown."""
        commune_code = valeurs.get("commune_code")
        propres = {champ: self.clean_champ(champ, valeur, commune_code) for champ, valeur in valeurs.items()}
        return {champ: valeur for champ, valeur in propres.items() if valeur is not None}

    def clean_champ(self, champ: str, valeur: Any, commune_code: str | None) -> Any:  # noqa: ANN401
        """The value of a field without what is not to be shown; None when nothing is left."""
        if champ not in CHAMPS:
            return self._walk(valeur, self.clean_texte)
        famille, _libelle = CHAMPS[champ]
        if isinstance(valeur, list):
            restes = [element for element in valeur if not self._finds_element(famille, element, commune_code)]
            return valeur if len(restes) == len(valeur) else restes or None
        if self._finds_element(famille, valeur, commune_code):
            return None
        return self.clean_texte(valeur) if isinstance(valeur, str) and famille is Famille.TEXTE else valeur

    def mark_champ(self, champ: str, valeur: Any, commune_code: str | None) -> Any:  # noqa: ANN401
        """As `clean_champ`, for the history: what is taken out leaves a mark."""
        if champ not in CHAMPS:
            return self._walk(valeur, self.clean_texte)
        famille, _libelle = CHAMPS[champ]
        if isinstance(valeur, list):
            return [self._mark(famille, texte, commune_code) for texte in valeur]
        return self._mark(famille, valeur, commune_code)

    def clean_brut(self, valeur: Any, commune_code: str | None) -> Any:  # noqa: ANN401  (any JSON value)
        """What a publisher wrote, whose columns have any name: without these values wherever they stand in it."""

        def clean(texte: str) -> str | None:
            est_opposee = any(self.finds(famille, texte, commune_code) for famille in Famille)
            return None if est_opposee else self.clean_texte(texte)

        return self._walk(valeur, clean)

    def clean_texte(self, texte: str) -> str:
        """A text in which e-mail addresses and telephones that are not to be shown are replaced."""
        if "@" in texte and Famille.COURRIEL in self.familles:
            texte = _COURRIEL.sub(lambda trouve: self._replace(Famille.COURRIEL, trouve[0]), texte)
        if Famille.TELEPHONE in self.familles:
            texte = _TELEPHONE.sub(lambda trouve: self._replace(Famille.TELEPHONE, trouve[0]), texte)
        return texte

    def _finds_element(self, famille: Famille, element: object, commune_code: str | None) -> bool:
        return isinstance(element, str) and self.finds(famille, element, commune_code)

    def _walk(self, valeur: Any, clean: Callable[[str], str | None]) -> Any:  # noqa: ANN401
        if isinstance(valeur, str):
            return clean(valeur)
        if isinstance(valeur, list):
            return [self._walk(element, clean) for element in valeur]
        if isinstance(valeur, dict):
            return {cle: self._walk(element, clean) for cle, element in valeur.items()}
        return valeur

    def _replace(self, famille: Famille, texte: str) -> str:
        return RETRAIT if self.finds(famille, texte, None) else texte

    def _mark(self, famille: Famille, valeur: Any, commune_code: str | None) -> Any:  # noqa: ANN401
        if not isinstance(valeur, str):
            return valeur
        if self.finds(famille, valeur, commune_code):
            return build_marque(digest(self.secret, famille, valeur, commune_code).partition(":")[2])
        return self.clean_texte(valeur) if famille is Famille.TEXTE else valeur


def build_motif(valeurs: Iterable[tuple[Famille, str]]) -> str:
    """A regular expression of PostgreSQL that finds these telephones and e-mail addresses in any writing; "" for none.

    It only narrows down where to look: `Opposees` decides.
    """
    formes = []
    for famille, texte in valeurs:
        normal = normalize(famille, texte)
        if famille is Famille.COURRIEL and normal:
            formes.append(re.escape(normal))
        elif famille is Famille.TELEPHONE and normal:
            formes.append("[^0-9]{0,3}".join(normal))
    return "|".join(sorted(set(formes)))
