"""The report of a study: its sections ready to be written as a page or a document, its JSON, its digest. Pure.

The same inputs give the same bytes anywhere: no clock, no name of a machine, no address of a site.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tierslieux.filtres import protect_espaces
from tierslieux.planification.rapports import textes
from tierslieux.planification.rapports.blocs import Section, Tableau
from tierslieux.planification.rapports.contenu import build_contenu, digest_contenu, write_section
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.sections import build_resume, list_sections, write_sous_titre
from tierslieux.territoires.enums import Niveau

_UNITES_AIRES = {Niveau.DEPARTEMENT: "départements", Niveau.EPCI: "intercommunalités"}


@dataclass(frozen=True, slots=True)
class Rapport:
    """The report, every text ready to be read. `resume` fits on one page; `unite_aires`: what areas of maps are."""

    titre: str
    sous_titre: str
    presentation: str | None
    date: str
    resume: Section
    sections: tuple[Section, ...]
    unite_aires: str
    contenu: Mapping[str, Any]
    digest: str

    def to_json(self) -> str:
        """The report as one JSON text, with its digest."""
        return json.dumps({**self.contenu, "digest": self.digest}, ensure_ascii=False, indent=1) + "\n"


def build_rapport(donnees: Donnees) -> Rapport:
    """The report of a plan or of a scenario."""
    resume = _protect(build_resume(donnees))
    sections = tuple(_protect(section) for section in list_sections(donnees))
    titre, sous_titre = textes.write_titre(donnees), write_sous_titre(donnees)
    presentation = donnees.entete.presentation if donnees.entete else None
    date = textes.write_donnees(donnees)
    contenu = build_contenu(donnees) | {
        "textes": {
            "titre": titre,
            "sous_titre": sous_titre,
            "presentation": presentation,
            "date": date,
            "sections": [write_section(section) for section in (resume, *sections)],
        }
    }
    return Rapport(
        titre=protect_espaces(titre),
        sous_titre=protect_espaces(sous_titre),
        presentation=presentation,
        date=protect_espaces(date),
        resume=resume,
        sections=sections,
        unite_aires=_UNITES_AIRES.get(donnees.niveau_carte, "communes"),
        contenu=contenu,
        digest=digest_contenu(contenu),
    )


def _protect(section: Section) -> Section:
    return Section(
        section.id,
        protect_espaces(section.titre),
        _protect_tous(section.paragraphes),
        _protect_tous(section.liste),
        section.cartes,
        section.graphique,
        tuple(
            Tableau(
                protect_espaces(t.titre),
                _protect_tous(t.entetes),
                tuple(_protect_tous(ligne) for ligne in t.lignes),
                t.nombres,
                None if t.note is None else protect_espaces(t.note),
            )
            for t in section.tableaux
        ),
    )


def _protect_tous(dits: Iterable[str]) -> tuple[str, ...]:
    return tuple(protect_espaces(texte) for texte in dits)
