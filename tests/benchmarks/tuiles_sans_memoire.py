"""The site as gunicorn serves it, but for one thing: no tile is kept, each is drawn again. For benchmarks alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tierslieux import create_app
from tierslieux.config import Settings
from tierslieux.diffusion.tuiles.memoire import Memoire
from tierslieux.diffusion.tuiles.routes import CLE_TUILES
from tierslieux.diffusion.tuiles.services import Tuiles

app = create_app(Settings.from_env())
# No file made in advance is there either.
app.extensions[CLE_TUILES] = Tuiles(Path(tempfile.gettempdir()) / "tuiles-absentes", memoire=Memoire(0))
