"""Which places an export holds, read from a query string or from the options of a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tierslieux.core.errors import InvalidInputError
from tierslieux.lieux.extraction import Selection
from tierslieux.lieux.params import Criteres
from tierslieux.territoires.enums import Niveau

# Levels of territory that a file may be cut by, under the name of their parameter.
NIVEAUX: Mapping[str, Niveau] = {
    niveau.value: niveau for niveau in (Niveau.REGION, Niveau.DEPARTEMENT, Niveau.EPCI, Niveau.COMMUNE)
}
CRITERES = ("besoin", "genre", "service", "gratuit", "accessible", "candidats")
PARAMETRES = (*CRITERES, *NIVEAUX, "q", "source")
# Longer than any code or name that makes sense.
LONGUEUR_MAX = 100


def read_selection(args: Mapping[str, str]) -> Selection:
    """The part of the base that these parameters name; raises InvalidInputError.

    An unknown parameter is refused: a misspelt filter must not look like the whole base. An empty one is left out, as
    forms send them. Whether the territory and the source exist is for `services.check_selection`.
    """
    remplis = {nom: valeur.strip() for nom, valeur in args.items() if valeur.strip()}
    for nom, valeur in args.items():
        if nom not in PARAMETRES:
            raise InvalidInputError(nom, valeur, "un filtre parmi " + ", ".join(PARAMETRES))
        if len(valeur) > LONGUEUR_MAX or "\x00" in valeur:
            raise InvalidInputError(nom, valeur, f"{LONGUEUR_MAX} caractères au plus")
    territoires = [nom for nom in NIVEAUX if nom in remplis]
    if len(territoires) > 1:
        raise InvalidInputError(
            territoires[1], remplis[territoires[1]], f"un seul territoire, et « {territoires[0]} » en donne un"
        )
    selection = Selection(
        Criteres.from_args({nom: remplis.get(nom, "") for nom in CRITERES}),
        texte=remplis.get("q"),
        source_id=remplis.get("source"),
    )
    if not territoires:
        return selection
    nom = territoires[0]
    return replace(selection, niveau=NIVEAUX[nom], code=remplis[nom].upper())


def write_args(selection: Selection) -> dict[str, str]:
    """The query string that gives the selection back, in one order: what `read_selection` reads."""
    args = selection.criteres.to_args()
    if selection.code is not None:
        args[selection.niveau.value] = selection.code
    return args | {
        nom: valeur for nom, valeur in (("q", selection.texte), ("source", selection.source_id)) if valeur is not None
    }
