"""What the addresses of these pages may hold, bounds checked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tierslieux.core.errors import NotFoundError

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
# Pseudonyms and digests of networks; "commande" and "programme" too.
NOM = re.compile(r"[\w -]{1,80}")
OBJET = re.compile(r"[\w-]{1,20}:[\w .:-]{0,80}")
NUMERO_MAX = 2**63 - 1
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class FiltreJournal:
    """What is asked of the audit log. `debut` and `fin` are days of Paris, both inside; `avant`: ids below this one.

    `refuses` are the fields that hold something that cannot be read: they are left out.
    """

    acteur: str | None = None
    action: str | None = None
    objet: str | None = None
    debut: dt.date | None = None
    fin: dt.date | None = None
    avant: int | None = None
    refuses: tuple[str, ...] = ()

    @property
    def debut_at(self) -> dt.datetime | None:
        """The first instant."""
        return dt.datetime.combine(self.debut, dt.time(), _PARIS) if self.debut else None

    @property
    def fin_at(self) -> dt.datetime | None:
        """The instant after the last."""
        return dt.datetime.combine(self.fin + dt.timedelta(days=1), dt.time(), _PARIS) if self.fin else None

    def to_args(self) -> dict[str, str]:
        """The query string of the same filter, the page apart."""
        valeurs = {
            "acteur": self.acteur,
            "action": self.action,
            "objet": self.objet,
            "debut": self.debut.isoformat() if self.debut else None,
            "fin": self.fin.isoformat() if self.fin else None,
        }
        return {nom: valeur for nom, valeur in valeurs.items() if valeur}


def parse_filtre(args: Mapping[str, str]) -> FiltreJournal:
    """The filter of a query string; what cannot be read is left out and named."""
    refuses: list[str] = []
    textes = {nom: args.get(nom, "").strip() for nom in ("acteur", "action", "objet", "debut", "fin")}
    for nom, forme in (("acteur", NOM), ("action", NOM), ("objet", OBJET)):
        if textes[nom] and not forme.fullmatch(textes[nom]):
            refuses.append(nom)
            textes[nom] = ""
    jours = {nom: _parse_jour(textes[nom]) for nom in ("debut", "fin")}
    refuses += [nom for nom, jour in jours.items() if textes[nom] and jour is None]
    return FiltreJournal(
        acteur=textes["acteur"] or None,
        action=textes["action"] or None,
        objet=textes["objet"] or None,
        debut=jours["debut"],
        fin=jours["fin"],
        avant=parse_avant(args),
        refuses=tuple(refuses),
    )


def parse_avant(args: Mapping[str, str]) -> int | None:
    """The number below which the page begins; None for the first page, or when it is no number."""
    texte = args.get("avant", "")
    if not (texte.isascii() and texte.isdigit() and len(texte) < 20):
        return None
    return min(int(texte), NUMERO_MAX)


def parse_public_id(texte: str) -> str:
    """The same; raises NotFoundError for what no place can bear."""
    if not PUBLIC_ID.fullmatch(texte):
        raise NotFoundError
    return texte


def parse_nom(texte: str) -> str:
    """The same; raises NotFoundError for what no author and no network can bear."""
    if not NOM.fullmatch(texte):
        raise NotFoundError
    return texte


def _parse_jour(texte: str) -> dt.date | None:
    try:
        jour = dt.date.fromisoformat(texte)
    except ValueError:
        return None
    return jour if 2000 <= jour.year <= 2200 else None
