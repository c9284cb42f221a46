"""The search page's form, read from its query string.

Unlike the API's parameters, a bad value is not refused: it is left out and said beside the answer, because the person
in front of it only followed a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.types import CodeInsee, Position, parse_code_insee
from tierslieux.lieux.params import Criteres, Curseur
from tierslieux.lieux.recherche import LONGUEUR_MAX, clean_texte

# What each filter is called on the page.
LIBELLES_FILTRES: Mapping[str, str] = {
    "besoin": "besoin",
    "genre": "type de lieu",
    "service": "aide proposée",
    "ouvert": "ouvert maintenant",
    "gratuit": "gratuit",
    "accessible": "accessible en fauteuil roulant",
    "candidats": "bâtiments publics",
}


@dataclass(frozen=True, slots=True)
class Demande:
    """What the search page was asked. `erreurs` are sentences for the person; what they speak of was left out.

    `filtres_choisis` names the filters that stand in the query string, even empty: those are the person's choice, and
    words of the search text do not change them.
    """

    q: str
    criteres: Criteres
    filtres_choisis: frozenset[str] = frozenset()
    commune: CodeInsee | None = None
    position: Position | None = None
    apres: Curseur | None = None
    erreurs: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Read a query string; never raises."""
        erreurs: list[str] = []
        texte = args.get("q", "")
        if len(texte) > LONGUEUR_MAX:
            erreurs.append(f"Votre texte est très long : nous n’avons lu que les {LONGUEUR_MAX} premiers caractères.")
        return cls(
            q=clean_texte(texte),
            criteres=_read_criteres(args, erreurs),
            filtres_choisis=frozenset(nom for nom in LIBELLES_FILTRES if nom in args),
            commune=_read_commune(args, erreurs),
            position=_read_position(args, erreurs),
            apres=_read_apres(args, erreurs),
            erreurs=tuple(erreurs),
        )

    def build_args(self) -> dict[str, str]:
        """Where the search looks, as a query string: text, commune or position, without filters nor page."""
        args: dict[str, str] = {}
        if self.q:
            args["q"] = self.q
        if self.commune:
            args["commune"] = self.commune
        if self.position:
            args |= {"lon": f"{self.position.lon:g}", "lat": f"{self.position.lat:g}"}
        return args


def _read_criteres(args: Mapping[str, str], erreurs: list[str]) -> Criteres:
    """Each filter apart, so that a bad one does not take the others away."""
    lus: dict[str, str] = {}
    for nom, libelle in LIBELLES_FILTRES.items():
        if nom not in args:
            continue
        try:
            Criteres.from_args({nom: args[nom]})
        except InvalidInputError:
            erreurs.append(f"Nous n’avons pas compris le filtre « {libelle} » : il n’est pas appliqué.")
        else:
            lus[nom] = args[nom]
    return Criteres.from_args(lus)


def _read_commune(args: Mapping[str, str], erreurs: list[str]) -> CodeInsee | None:
    texte = args.get("commune", "").strip()
    code = parse_code_insee(texte) if texte else None
    if texte and code is None:
        erreurs.append("Nous ne connaissons pas cette commune.")
    return code


def _read_position(args: Mapping[str, str], erreurs: list[str]) -> Position | None:
    lon, lat = args.get("lon", "").strip(), args.get("lat", "").strip()
    if not (lon or lat):
        return None
    try:
        return Position.parse(f"{lon},{lat}")
    except InvalidInputError:
        erreurs.append("Cette position n’a pas de sens : tapez plutôt le nom d’une commune.")
        return None


def _read_apres(args: Mapping[str, str], erreurs: list[str]) -> Curseur | None:
    texte = args.get("apres", "").strip()
    if not texte:
        return None
    try:
        return Curseur.parse(texte)
    except InvalidInputError:
        erreurs.append("Ce lien vers la suite n’est plus valable : voici le début de la liste.")
        return None
