"""Context of the page of downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tierslieux.diffusion import queries
from tierslieux.diffusion.exports import services
from tierslieux.diffusion.exports.params import NIVEAUX, write_args
from tierslieux.diffusion.exports.registre import FORMATS, Format
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.extraction import Compte, Selection, count_lieux
from tierslieux.observatoire.exports.formats import FORMATS as FORMATS_TABLEAUX
from tierslieux.observatoire.exports.formats import Format as FormatTableau
from tierslieux.observatoire.exports.mots import PLURIELS
from tierslieux.territoires.enums import Niveau


@dataclass(frozen=True, slots=True)
class NiveauTableau:
    """A level whose table of figures can be downloaded."""

    code: str
    libelle: str


NIVEAUX_TABLEAUX = tuple(
    NiveauTableau(niveau.value, libelle[0].upper() + libelle[1:]) for niveau, libelle in PLURIELS.items()
)


@dataclass(frozen=True, slots=True)
class PageTelechargements:
    """The page /donnees/telecharger. `args` is the query string of the selection, without its empty filters.

    `territoire` is (parameter, code) when the territory is no département, which the form cannot offer.
    """

    selection: Selection
    filtre: str
    compte: Compte
    args: Mapping[str, str]
    args_sans_territoire: Mapping[str, str]
    territoire: tuple[str, str] | None
    departements: tuple[tuple[str, str], ...]
    formats_complets: tuple[Format, ...]
    formats_nationaux: tuple[Format, ...]
    niveaux: tuple[NiveauTableau, ...] = NIVEAUX_TABLEAUX
    formats_tableaux: tuple[FormatTableau, ...] = FORMATS_TABLEAUX
    choix_besoins: tuple[Besoin, ...] = tuple(Besoin)
    choix_genres: tuple[Genre, ...] = tuple(Genre)
    choix_services: tuple[Service, ...] = tuple(Service)

    @property
    def nombre_ecartes(self) -> int:
        """Places that lack a field that the national standard requires."""
        return self.compte.lieux - self.compte.complets


def build_page(session: Session, selection: Selection) -> PageTelechargements:
    """The page of a selection whose territory and source exist."""
    args = write_args(selection)
    est_autre = selection.code is not None and selection.niveau is not Niveau.DEPARTEMENT
    nationaux = tuple(forme for forme in FORMATS if forme.code.startswith("mediation") or forme.extension == "zip")
    return PageTelechargements(
        selection=selection,
        filtre=services.describe_selection(session, selection),
        compte=count_lieux(session, selection),
        args=args,
        args_sans_territoire={nom: valeur for nom, valeur in args.items() if nom not in NIVEAUX},
        territoire=(selection.niveau.value, selection.code or "") if est_autre else None,
        departements=tuple(queries.list_departements(session)),
        formats_complets=tuple(forme for forme in FORMATS if forme not in nationaux),
        formats_nationaux=nationaux,
    )
