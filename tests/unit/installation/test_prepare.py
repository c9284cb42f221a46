"""The launcher must start on any Python 3 of the last ten years, with nothing installed."""

import ast
import subprocess
import sys
from pathlib import Path

import tierslieux.installation

DOSSIER = Path(tierslieux.installation.__file__).parent


def test_an_old_python_can_read_the_launcher_and_so_say_that_it_is_too_old():
    ast.parse((DOSSIER / "prepare.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_needs_no_installed_package():
    # -I -S: neither the current folder nor site-packages, as on a bare machine.
    fini = subprocess.run(
        [sys.executable, "-I", "-S", DOSSIER / "prepare.py", "--help"], capture_output=True, text=True, check=False
    )
    assert fini.returncode == 0, fini.stderr
    assert "--tests" in fini.stdout
