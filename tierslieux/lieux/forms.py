"""The search page's form, read from its query string.

Unlike the API's parameters, a bad value is not refused: it is left out and said beside the answer, because the person
in front of it only followed a link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tierslieux.core.errors import InvalidInputError
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import CodeInsee, Position, parse_code_insee
from tierslieux.filtres import format_date
from tierslieux.lieux.params import Criteres, Curseur
from tierslieux.lieux.recherche import LONGUEUR_MAX, clean_texte

# What each filter is called on the page, and the fields of the query string that it is read from.
LIBELLES_FILTRES: Mapping[str, str] = {
    "besoin": N_("besoin"),
    "genre": N_("type de lieu"),
    "service": N_("aide proposée"),
    "prise_en_charge": N_("accueil particulier"),
    "quand": N_("quand"),
    "mode": N_("comment vous venez"),
    "a_temps": N_("arriver avant la fermeture"),
    "gratuit": N_("gratuit"),
    "accessible": N_("accessible en fauteuil roulant"),
    "candidats": N_("bâtiments publics"),
}
CHAMPS_FILTRES: Mapping[str, tuple[str, ...]] = {"quand": ("quand", "jour", "heure", "ouvert")}
JOURS_A_VENIR_MAX = 366


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
    def from_args(cls, args: Mapping[str, str], *, today: dt.date) -> Self:
        """Read a query string on this day; never raises."""
        erreurs: list[str] = []
        texte = args.get("q", "")
        if len(texte) > LONGUEUR_MAX:
            erreurs.append(
                _(
                    "Votre texte est très long : nous n’avons lu que les %(nombre)s premiers caractères.",
                    nombre=LONGUEUR_MAX,
                )
            )
        return cls(
            q=clean_texte(texte),
            criteres=_read_criteres(args, erreurs, today),
            filtres_choisis=frozenset(nom for nom in LIBELLES_FILTRES if _has_champ(nom, args)),
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


def _list_champs(nom: str) -> tuple[str, ...]:
    return CHAMPS_FILTRES.get(nom, (nom,))


def _has_champ(nom: str, args: Mapping[str, str]) -> bool:
    return any(champ in args for champ in _list_champs(nom))


def _read_criteres(args: Mapping[str, str], erreurs: list[str], today: dt.date) -> Criteres:
    """Each filter apart, so that a bad one does not take the others away."""
    lus: dict[str, str] = {}
    for nom, libelle in LIBELLES_FILTRES.items():
        donnes = {champ: args[champ] for champ in _list_champs(nom) if champ in args}
        try:
            quand = Criteres.from_args(donnes).quand
        except InvalidInputError:
            erreurs.append(
                _("Nous n’avons pas compris le filtre « %(filtre)s » : il n’est pas appliqué.", filtre=_(libelle))
            )
            continue
        if nom == "quand" and quand and quand.instant and not _is_a_venir(quand.instant.date(), today):
            jour = format_date(quand.instant.date())
            erreurs.append(_("Le %(jour)s n’est pas un jour à venir : choisissez un autre jour.", jour=jour))
            continue
        lus |= donnes
    return Criteres.from_args(lus)


def _is_a_venir(jour: dt.date, today: dt.date) -> bool:
    # Overseas, it may still be yesterday.
    return -1 <= (jour - today).days <= JOURS_A_VENIR_MAX


def _read_commune(args: Mapping[str, str], erreurs: list[str]) -> CodeInsee | None:
    texte = args.get("commune", "").strip()
    code = parse_code_insee(texte) if texte else None
    if texte and code is None:
        erreurs.append(_("Nous ne connaissons pas cette commune."))
    return code


def _read_position(args: Mapping[str, str], erreurs: list[str]) -> Position | None:
    lon, lat = args.get("lon", "").strip(), args.get("lat", "").strip()
    if not (lon or lat):
        return None
    try:
        return Position.parse(f"{lon},{lat}")
    except InvalidInputError:
        erreurs.append(_("Cette position n’a pas de sens : tapez plutôt le nom d’une commune."))
        return None


def _read_apres(args: Mapping[str, str], erreurs: list[str]) -> Curseur | None:
    texte = args.get("apres", "").strip()
    if not texte:
        return None
    try:
        return Curseur.parse(texte)
    except InvalidInputError:
        erreurs.append(_("Ce lien vers la suite n’est plus valable : voici le début de la liste."))
        return None
