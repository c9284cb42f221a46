"""What the API takes: one model per set of parameters. Responses are described in `reponses.py`.

The models check form and bounds; vocabularies, boxes and positions are read by the types of the features themselves, so
that the pages and the API understand the same words. Every refusal names the field, its value and what was expected.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.types import Bbox, CodeInsee, Position, parse_code_insee
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.params import LIMITE, LIMITE_MAX, Criteres, Curseur
from tierslieux.territoires.enums import Niveau

# A box is read by its places' ids, which costs the same at any page: whole départements are fetched in few requests.
LIMITE_BBOX_MAX = 1_000
LIMITE_COMMUNES = 10
LIMITE_COMMUNES_MAX = 50
LONGUEUR_TEXTE_MAX = 100
# Longer than any box, cursor or code that makes sense; keeps absurd values out of the parsers.
LONGUEUR_VALEUR_MAX = 200
ZOOM_MAX = 20
_IDENTIFIANT = re.compile(r"[\w-]{1,64}", re.ASCII)

Texte = Annotated[str | None, Field(max_length=LONGUEUR_VALEUR_MAX), WithJsonSchema({"type": "string"})]


def _build_vocabulaire(vocabulaire: type[Libelle]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [membre.value for membre in vocabulaire]})


CodeBesoin = Annotated[str | None, _build_vocabulaire(Besoin)]
CodeGenre = Annotated[str | None, _build_vocabulaire(Genre)]
CodeService = Annotated[str | None, _build_vocabulaire(Service)]
Case = Annotated[str | None, WithJsonSchema({"type": "string", "enum": ["1", "0"]})]


class Parametres(BaseModel):
    """A query string. Unknown parameters are refused: a misspelt filter must not look like an empty answer."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:  # noqa: ANN401  (signature of pydantic)
        """As in pydantic, but raises InvalidInputError, which speaks French and has the API's one shape."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as refus:
            erreur = refus.errors()[0]
            champ = str(erreur["loc"][0])
            if erreur["type"] == "extra_forbidden":
                raise InvalidInputError(
                    champ, erreur["input"], "un paramètre de " + ", ".join(cls.model_fields)
                ) from None
            valeur = "" if erreur["type"] == "missing" else erreur["input"]
            raise InvalidInputError(champ, valeur, cls._describe(champ)) from None

    @classmethod
    def _describe(cls, champ: str) -> str:
        description = cls.model_fields[champ].description or "une autre valeur"
        return description[0].lower() + description[1:].rstrip(".")


# "ouvert" is the older way to say quand=maintenant.
_FILTRES = frozenset({*Criteres.__slots__, "ouvert"})


class FiltresCarte(Parametres):
    """Filters that every list of places understands."""

    besoin: CodeBesoin = Field(default=None, description="Besoin auquel le lieu répond.", examples=["demarche"])
    genre: CodeGenre = Field(default=None, description="Type de lieu.", examples=["france-services"])
    service: CodeService = Field(
        default=None,
        description="Service proposé, dans les termes du schéma national de la médiation numérique.",
        examples=["aide-aux-demarches-administratives"],
    )
    candidats: Case = Field(
        default=None,
        description="1 pour ajouter les mairies et bibliothèques qui ne déclarent aucune aide numérique.",
        examples=["1"],
    )

    @property
    def criteres(self) -> Criteres:
        """The filters as the features know them; raises InvalidInputError."""
        return Criteres.from_args({nom: str(v) for nom, v in self if v is not None and nom in _FILTRES})


class ParametresLieux(FiltresCarte):
    """Search for places: in a box, near a position or in a commune."""

    bbox: Texte = Field(
        default=None,
        description="Boîte ouest,sud,est,nord en degrés (WGS 84). Résultats dans l’ordre des identifiants.",
        examples=["-4.6,48.3,-4.3,48.5"],
    )
    proche: Texte = Field(
        default=None,
        description="Position longitude,latitude en degrés. Résultats du plus proche au plus lointain, jusqu’à 50 km.",
        examples=["-4.486,48.390"],
    )
    commune: Texte = Field(
        default=None,
        description="Code INSEE d’une commune ou d’un arrondissement municipal.",
        examples=["29019"],
    )
    ouvert: Case = Field(
        default=None, description="1 pour les lieux ouverts en ce moment, comme quand=maintenant.", examples=["1"]
    )
    quand: Texte = Field(
        default=None,
        description=(
            "Quand le lieu doit être ouvert, à l’heure du lieu : maintenant, ce-soir, samedi, un jour (2026-11-28) ou"
            " un jour et une heure (2026-11-28T14:30). Les lieux sans horaires connus sont laissés de côté."
        ),
        examples=["samedi"],
    )
    gratuit: Case = Field(default=None, description="1 pour les lieux gratuits.", examples=["1"])
    accessible: Case = Field(
        default=None, description="1 pour les lieux accessibles en fauteuil roulant.", examples=["1"]
    )
    limite: int = Field(
        default=LIMITE,
        ge=1,
        le=LIMITE_BBOX_MAX,
        description=f"Un entier de 1 à {LIMITE_MAX}, ou à {LIMITE_BBOX_MAX} avec bbox : nombre de lieux par page.",
        examples=[LIMITE],
    )
    apres: Texte = Field(
        default=None,
        description="La valeur que porte le lien « suivant » de la page précédente.",
    )

    def read_ou(self) -> Bbox | Position | CodeInsee:
        """Where to look; raises InvalidInputError unless exactly one of bbox, proche and commune says it."""
        donnes = {nom: valeur for nom in ("bbox", "proche", "commune") if (valeur := getattr(self, nom))}
        if len(donnes) != 1:
            champ = next(iter(donnes), "proche")
            raise InvalidInputError(champ, donnes.get(champ, ""), "un seul paramètre parmi bbox, proche et commune")
        if self.bbox is None and self.limite > LIMITE_MAX:
            raise InvalidInputError("limite", self.limite, f"un entier de 1 à {LIMITE_MAX}")
        if self.bbox:
            return Bbox.parse(self.bbox)
        if self.proche:
            return Position.parse(self.proche)
        code = parse_code_insee(self.commune or "")
        if code is None:
            raise InvalidInputError("commune", self.commune, "un code INSEE, par exemple 29019")
        return code

    def read_apres(self) -> Curseur | None:
        """Where the page starts; raises InvalidInputError."""
        return Curseur.parse(self.apres) if self.apres else None


class ParametresCommunes(Parametres):
    """Search for a commune."""

    q: Annotated[str, Field(min_length=1, max_length=LONGUEUR_TEXTE_MAX, pattern=r"\S")] = Field(
        description=f"Un nom de commune, même approximatif, ou un code postal, de 1 à {LONGUEUR_TEXTE_MAX} caractères.",
        examples=["st brieuc"],
    )
    limite: int = Field(
        default=LIMITE_COMMUNES,
        ge=1,
        le=LIMITE_COMMUNES_MAX,
        description=f"Un entier de 1 à {LIMITE_COMMUNES_MAX} : nombre de communes.",
        examples=[LIMITE_COMMUNES],
    )


class ParametresGrappes(FiltresCarte):
    """The visible part of a map."""

    bbox: Annotated[str, Field(max_length=LONGUEUR_VALEUR_MAX)] = Field(
        description="Boîte ouest,sud,est,nord en degrés (WGS 84).", examples=["-5.2,47.7,-3.3,48.8"]
    )
    zoom: int = Field(
        ge=0, le=ZOOM_MAX, description=f"Niveau de zoom de la carte web : un entier de 0 à {ZOOM_MAX}.", examples=[9]
    )


class ParametresContours(Parametres):
    """The visible part of a map, for its outlines."""

    bbox: Annotated[str, Field(max_length=LONGUEUR_VALEUR_MAX)] = Field(
        description="Boîte ouest,sud,est,nord en degrés (WGS 84).", examples=["-5.2,47.7,-3.3,48.8"]
    )
    zoom: int = Field(
        ge=0, le=ZOOM_MAX, description=f"Niveau de zoom de la carte web : un entier de 0 à {ZOOM_MAX}.", examples=[9]
    )


def parse_identifiant(texte: str) -> str:
    """The identifier of an address; raises NotFoundError when none of ours looks like it."""
    if not _IDENTIFIANT.fullmatch(texte):
        raise NotFoundError(identifiant=texte[:LONGUEUR_TEXTE_MAX])
    return texte


def parse_niveau(texte: str) -> Niveau:
    """The level of territory named in an address; raises InvalidInputError."""
    try:
        return Niveau(texte)
    except ValueError:
        raise InvalidInputError("niveau", texte, "l’un de : " + ", ".join(niveau.value for niveau in Niveau)) from None
