"""What an export says of itself: its date, its part of the base, its sources and their licences. Pure.

Nothing in a file tells when it was made, only the state of the base that it holds: the same base gives the same file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tierslieux.core.db import Rangee
from tierslieux.diffusion.exports.ecarts import Journal
from tierslieux.lieux.extraction import SEPARATEUR, Compte, LieuPublie

TITRE = "Lieux d’aide numérique et tiers-lieux"
INVENTE = "Des lieux de ce fichier sont inventés, pour la démonstration : leur source le dit."
# Places with the same sources and dates are described once; a base of any size keeps memory bounded.
_ATTRIBUTIONS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class SourceCitee:
    """A source that speaks of some of the places. An invented one says so in its label."""

    id: str
    libelle: str
    producteur: str
    licence: str
    url: str | None
    edition: str
    est_inventee: bool

    def to_json(self) -> dict[str, str | None]:
        """As written in files."""
        return {
            "id": self.id,
            "libelle": self.libelle,
            "producteur": self.producteur,
            "licence": self.licence,
            "url": self.url,
            "edition": self.edition,
        }


class Attribution(NamedTuple):
    """Who speaks of a place. `details` has each source once, with the date of what it says."""

    libelles: tuple[str, ...]
    producteurs: tuple[str, ...]
    licences: tuple[str, ...]
    details: tuple[Mapping[str, str | None], ...]
    est_invente: bool


@dataclass(frozen=True, slots=True)
class Contexte:
    """What a format needs beside the places. `racine` is the address of the site, with its final slash, if known.

    `journal` takes what the format's schema leaves out.
    """

    compte: Compte
    filtre: str
    sources: Mapping[str, SourceCitee]
    date: dt.date | None
    racine: str | None
    journal: Journal = field(default_factory=Journal)
    _attributions: dict[str, Attribution] = field(default_factory=dict)

    @property
    def licences(self) -> tuple[str, ...]:
        """Licences of the sources, once each, in their order."""
        return tuple(dict.fromkeys(source.licence for source in self.sources.values()))

    @property
    def has_invente(self) -> bool:
        """Whether a source of invented places is there."""
        return any(source.est_inventee for source in self.sources.values())

    def to_json(self) -> dict[str, Any]:
        """What the file says of itself, as one object."""
        return {
            "titre": TITRE,
            "date": self.date.isoformat() if self.date else None,
            "nombre": self.compte.lieux,
            "filtre": self.filtre,
            "licence": " ; ".join(self.licences),
            "sources": [source.to_json() for source in self.sources.values()],
            "adresse": self.racine,
        } | ({"avertissement": INVENTE} if self.has_invente else {})

    def list_lignes(self) -> list[tuple[str, str]]:
        """The same for people to read, as labels and values; a line for each source."""
        lignes = [
            ("Titre", TITRE),
            ("Données à la date du", self.date.isoformat() if self.date else "inconnue"),
            ("Nombre de lieux", str(self.compte.lieux)),
            ("Lieux choisis", self.filtre),
            ("Licence", " ; ".join(self.licences)),
        ]
        lignes += [("Adresse", self.racine)] if self.racine else []
        lignes += [("Attention", INVENTE)] if self.has_invente else []
        for rang, source in enumerate(self.sources.values(), start=1):
            dits = (source.libelle, source.producteur, source.licence, source.edition, source.url)
            lignes.append((f"Source {rang}", " – ".join(dit for dit in dits if dit)))
        return lignes

    def attribute(self, lieu: LieuPublie) -> Attribution:
        """Who speaks of this place."""
        attribution = self._attributions.get(lieu.mentions)
        if attribution is None:
            if len(self._attributions) >= _ATTRIBUTIONS_MAX:
                self._attributions.clear()
            attribution = self._attributions[lieu.mentions] = self._build_attribution(lieu.mentions)
        return attribution

    def _build_attribution(self, mentions: str) -> Attribution:
        dates: dict[str, str] = {}
        for mention in sorted(mentions.split(SEPARATEUR)) if mentions else ():
            source_id, _, date = mention.partition(" ")
            dates[source_id] = max(dates.get(source_id, ""), date)
        citees = [self.sources[source_id] for source_id in dates]
        return Attribution(
            libelles=_unique(source.libelle for source in citees),
            producteurs=_unique(source.libelle if source.est_inventee else source.producteur for source in citees),
            licences=_unique(source.licence for source in citees),
            details=tuple({"source": source.libelle, "date": dates[source.id] or None} for source in citees),
            est_invente=any(source.est_inventee for source in citees),
        )


def build_sources(rangees: Sequence[Rangee]) -> dict[str, SourceCitee]:
    """Sources by id, from rows with the columns of `Source`."""
    return {
        r.id: SourceCitee(
            id=r.id,
            libelle=_build_libelle(r.libelle, est_inventee=r.est_inventee),
            producteur=r.producteur,
            licence=r.licence,
            url=r.url,
            edition=r.edition,
            est_inventee=r.est_inventee,
        )
        for r in rangees
    }


def _build_libelle(libelle: str, *, est_inventee: bool) -> str:
    return f"{libelle} (lieux inventés)" if est_inventee and "invent" not in libelle.lower() else libelle


def _unique(textes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(textes))
