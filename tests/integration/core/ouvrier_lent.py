"""A worker whose long job ends when a file appears, to show that mails do not wait for it.

Run as `python -m tests.integration.core.ouvrier_lent DATABASE_URL DOSSIER`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.conftest import build_settings
from tierslieux import courriels
from tierslieux.core import ouvrier, taches
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.core.taches import Rythme

LENTE = "essai.lente"
RYTHME = Rythme(battement_s=0.3, mort_s=1.5, ronde_s=0.4, attente_max_s=2.0, arret_s=0.2)


def main() -> None:
    """Do jobs until it is stopped."""
    url, dossier = sys.argv[1], Path(sys.argv[2])
    app = taches.build_app(create_engine_for(url).url)
    courriels.register(app, session_factory(create_engine_for(url)), build_settings(url, dossier))

    @app.task(name=LENTE, queue=taches.FILE)
    def attendre() -> None:
        (dossier / "commence").touch()
        fin = time.monotonic() + 60
        while not (dossier / "fini").exists() and time.monotonic() < fin:
            time.sleep(0.05)

    ouvrier.run(app, lambda *_: None, rythme=RYTHME)


if __name__ == "__main__":
    main()
