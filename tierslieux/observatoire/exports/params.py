"""Which table is asked for, read from an address and its query string. A wrong value is refused by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

# The levels of the rows that a territory's own table may have, the first when nothing is asked.
PARTIES: Mapping[Niveau, tuple[Niveau, ...]] = {
    Niveau.FRANCE: (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI, Niveau.COMMUNE, Niveau.FRANCE),
    Niveau.REGION: (Niveau.DEPARTEMENT, Niveau.EPCI, Niveau.COMMUNE, Niveau.REGION),
    Niveau.DEPARTEMENT: (Niveau.COMMUNE, Niveau.EPCI, Niveau.DEPARTEMENT),
    Niveau.EPCI: (Niveau.COMMUNE, Niveau.EPCI),
    Niveau.COMMUNE: (Niveau.COMMUNE, Niveau.ARRONDISSEMENT),
    Niveau.ARRONDISSEMENT: (Niveau.ARRONDISSEMENT,),
}
TOUS = "tous"
PARAMETRES = ("parties", "indicateurs")
LONGUEUR_MAX = 60


@dataclass(frozen=True, slots=True)
class Demande:
    """The rows: territories of `niveau`, those of `parent` or of the whole country. `tous`: every indicator."""

    niveau: Niveau
    parent: tuple[Niveau, str] = (Niveau.FRANCE, CODE_FRANCE)
    tous: bool = False


def read_demande_niveau(niveau: str, args: Mapping[str, str]) -> Demande:
    """The table of a whole level; raises NotFoundError for a level that does not exist, InvalidInputError."""
    _check_parametres(args, ("indicateurs",))
    return Demande(read_niveau(niveau), tous=_read_tous(args))


def read_demande_territoire(niveau: str, code: str, args: Mapping[str, str]) -> Demande:
    """The table of the parts of a territory; raises NotFoundError, InvalidInputError. It may not exist."""
    _check_parametres(args, PARAMETRES)
    palier = read_niveau(niveau)
    voulu = args.get("parties", "").strip()
    choix = PARTIES[palier]
    if voulu and voulu not in choix:
        raise InvalidInputError("parties", voulu, "l’un de : " + ", ".join(choix))
    return Demande(Niveau(voulu) if voulu else choix[0], parent=(palier, code.upper()), tous=_read_tous(args))


def read_niveau(texte: str) -> Niveau:
    """The level named in an address; raises NotFoundError with those that exist."""
    if texte not in list(Niveau):
        court = texte[:LONGUEUR_MAX]
        raise NotFoundError(f"Le niveau « {court} » n’existe pas. Niveaux : {', '.join(Niveau)}.", niveau=court)
    return Niveau(texte)


def _check_parametres(args: Mapping[str, str], connus: tuple[str, ...]) -> None:
    for nom, valeur in args.items():
        if nom not in connus:
            raise InvalidInputError(nom, valeur, "un paramètre parmi " + ", ".join(connus))


def _read_tous(args: Mapping[str, str]) -> bool:
    valeur = args.get("indicateurs", "").strip()
    if valeur not in {"", TOUS}:
        raise InvalidInputError("indicateurs", valeur, f"« {TOUS} », ou rien pour les principaux")
    return bool(valeur)
