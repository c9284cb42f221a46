"""Entry point of gunicorn and of the command `flask`."""

from tierslieux import create_app
from tierslieux.config import Settings

app = create_app(Settings.from_env())
