"""`python -m tierslieux.installation …`: the commands that must work when the application cannot be made."""

from __future__ import annotations

import click

from tierslieux.config import RACINE
from tierslieux.installation.cli import doctor, stop
from tierslieux.installation.environnement import BrowserLibraries


@click.command()
def copy_browser_files() -> None:
    """Copy the browser libraries' files from node_modules to static/vendor (for the container image)."""
    BrowserLibraries(RACINE, with_tests=False).copy()


click.Group("installation", commands=[doctor, stop, copy_browser_files])()
