"""Values as those who decide read them: whole, one text a line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tierslieux.contributions.champs import format_valeur
from tierslieux.contributions.fusion import is_vide
from tierslieux.contributions.versions.differences import Difference, compare
from tierslieux.filtres import format_telephone
from tierslieux.lieux.evenements.objets import Evenement, read_evenements
from tierslieux.lieux.evenements.pages import list_precisions
from tierslieux.lieux.evenements.phrases import write_quand
from tierslieux.lieux.resolution import CHAMPS_OBJETS


def write_valeur(champ: str, valeur: Any, code: str | None) -> tuple[str, ...]:  # noqa: ANN401  (whatever a field holds)
    """A value, one text a line; `code`: INSEE code of the commune."""
    if champ in CHAMPS_OBJETS and valeur:
        return tuple(ligne for objet in valeur for ligne in _write_objet(champ, objet))
    if isinstance(valeur, list) and valeur:
        return tuple(format_valeur(champ, [element], code) for element in valeur)
    return (format_valeur(champ, valeur, code),)


def keep_autres(champ: str, valeur: Any, autre: Any) -> Any:  # noqa: ANN401
    """Of a list of objects, those that do not stand as they are in another one; any other value is whole."""
    if champ not in CHAMPS_OBJETS:
        return valeur
    return [element for element in valeur or [] if element not in (autre or [])]


def compare_valeurs(champ: str, vu: Any, voulu: Any, code: str | None) -> Difference | None:  # noqa: ANN401
    """What to say of the difference beside both values; None when it says no more than they do."""
    if is_vide(vu) or is_vide(voulu):
        return None
    difference = compare(champ, vu, voulu, code=code)
    communs = sum(len(segment.apres) for segment in difference.segments if segment.est_egal)
    # Two texts with little in common are read side by side.
    return None if difference.segments and 2 * communs < len(voulu) else difference


def _write_objet(champ: str, objet: Any) -> Iterable[str]:  # noqa: ANN401
    lus = read_evenements([objet])
    return _write_evenement(lus[0]) if lus else (format_valeur(champ, [objet]),)


def _write_evenement(evenement: Evenement) -> Iterable[str]:
    """Everything that would be shown of an event."""
    yield f"{evenement.titre} ({evenement.genre.libelle})"
    yield write_quand(evenement)
    yield from list_precisions(evenement)
    if evenement.inscription:
        est_adresse = evenement.inscription.startswith("http")
        lien = evenement.inscription if est_adresse else format_telephone(evenement.inscription)
        yield f"Inscription : {lien}"
    yield from (ligne for ligne in (evenement.texte or "").split("\n") if ligne)
