"""Events as pages write them: everything said, decided here. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tierslieux.core.textes import gettext as _
from tierslieux.filtres import build_lien_telephone, format_telephone
from tierslieux.lieux.evenements.objets import Evenement, GenreEvenement
from tierslieux.lieux.evenements.phrases import write_occurrence, write_quand

PROCHAINES = 3


@dataclass(frozen=True, slots=True)
class EvenementLu:
    """An event to write. `prochaines` are its coming times in words, and `quand` its rule, the same for a single one.

    `inscription` is (address to follow, what is shown of it).
    """

    id: str
    genre: GenreEvenement
    titre: str
    quand: str
    revient: bool
    prochaines: tuple[str, ...]
    lignes: tuple[str, ...]
    precisions: tuple[str, ...]
    inscription: tuple[str, str] | None


def build_evenement(evenement: Evenement, *, now: dt.datetime, fuseau: ZoneInfo, limite: int) -> EvenementLu:
    """An event at this instant (aware), with its next times."""
    prochaines = evenement.list_prochaines(now, fuseau, limite)
    return EvenementLu(
        id=evenement.id,
        genre=evenement.genre,
        titre=evenement.titre,
        quand=write_quand(evenement),
        revient=evenement.recurrence is not None,
        prochaines=tuple(write_occurrence(occurrence) for occurrence in prochaines),
        lignes=tuple(ligne for ligne in (evenement.texte or "").split("\n") if ligne),
        precisions=tuple(list_precisions(evenement)),
        inscription=build_inscription(evenement.inscription),
    )


def list_a_venir(evenements: Iterable[Evenement], *, now: dt.datetime, fuseau: ZoneInfo) -> list[EvenementLu]:
    """Those that are not over, the nearest first."""
    prochaines = [(evenement.list_prochaines(now, fuseau, 1), evenement) for evenement in evenements]
    a_venir = sorted(
        ((dates[0].debut, evenement) for dates, evenement in prochaines if dates),
        key=lambda paire: (*paire[:1], paire[1].id),
    )
    return [build_evenement(evenement, now=now, fuseau=fuseau, limite=PROCHAINES) for _debut, evenement in a_venir]


def list_precisions(evenement: Evenement) -> Iterable[str]:
    """What else is known: the price, for whom."""
    if evenement.gratuit is not None:
        yield _("Gratuit") if evenement.gratuit else _("Payant")
    if evenement.public:
        yield _("Pour qui : %(public)s", public=evenement.public)


def build_inscription(inscription: str | None) -> tuple[str, str] | None:
    """Where to book: (address to follow, what is shown)."""
    if inscription is None:
        return None
    if inscription.startswith("http"):
        return inscription, _("S’inscrire en ligne")
    return build_lien_telephone(inscription), _("S’inscrire au %(numero)s", numero=format_telephone(inscription))
