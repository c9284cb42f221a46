"""`make serve` and `make test` start here, with the machine's own Python and before anything is installed.

Only checks the version, in words that an old Python can still read, then hands over to `preparation.py`. The package
is loaded as `installation`, not `tierslieux.installation`: `tierslieux` itself needs Flask, which is not there yet.
"""

import importlib
import sys
from pathlib import Path

VERSION_MIN = (3, 11)

if sys.version_info < VERSION_MIN:
    sys.exit(
        f"Python 3.11 or newer is needed; {sys.executable} is Python {sys.version.split()[0]}.\n"
        "Install a newer one and name it: make serve PYTHON=python3.12"
    )

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(importlib.import_module("installation.preparation").main(sys.argv[1:]))
