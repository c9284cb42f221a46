"""A worker that beats fast and knows a handful of communes, to be killed by tests.

Run as `python -m tests.integration.imports.ouvrier DATABASE_URL VAR_DIR`.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tests.conftest import build_settings
from tests.factories.imports import REFERENTIEL
from tierslieux.core.db import create_engine_for
from tierslieux.core.taches import Rythme
from tierslieux.imports import services
from tierslieux.imports.depots import taches

RYTHME = Rythme(battement_s=0.3, mort_s=1.5, ronde_s=0.4, attente_max_s=2.0, arret_s=0.2)


def main() -> None:
    """Do jobs until it is stopped, or killed."""
    url, var_dir = sys.argv[1], Path(sys.argv[2])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    services.load_communes = lambda _: REFERENTIEL
    taches.run_worker(create_engine_for(url), build_settings(url, var_dir), rythme=RYTHME)


if __name__ == "__main__":
    main()
