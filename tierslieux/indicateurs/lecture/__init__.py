"""One module per publisher's format: bytes in, measures and rejected rows out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tierslieux.indicateurs.contrat import Lecteur
from tierslieux.indicateurs.lecture import (
    arcep_fixe,
    arcep_mobile,
    arcep_sites,
    communes_codees,
    comparateur,
    densite,
    filosofi,
    illectronisme_epci,
    quartiers,
    recensement_2017,
    recensement_2022,
)

# By the names that geodata/indicateurs/sources.toml gives them.
LECTEURS: Mapping[str, Lecteur] = MappingProxyType(
    {
        "arcep-fixe": Lecteur(arcep_fixe.read, arcep_fixe.find_date),
        "arcep-fixe-2019": Lecteur(arcep_fixe.read_2019),
        "arcep-mobile": Lecteur(arcep_mobile.read),
        "arcep-sites-lambert93": Lecteur(arcep_sites.read_lambert93),
        "arcep-sites-wgs84": Lecteur(arcep_sites.read_wgs84),
        "comparateur": Lecteur(comparateur.read),
        "densite": Lecteur(densite.read),
        "filosofi": Lecteur(filosofi.read),
        "fragilite": Lecteur(communes_codees.read_fragilite),
        "frr": Lecteur(communes_codees.read_frr),
        "illectronisme-epci": Lecteur(illectronisme_epci.read),
        "quartiers": Lecteur(quartiers.read),
        "recensement-2017": Lecteur(recensement_2017.read),
        "recensement-2022": Lecteur(recensement_2022.read),
    }
)
