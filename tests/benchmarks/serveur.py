"""The site as it is served: gunicorn, two workers of four threads, on a free port of the loopback."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tierslieux.config import RACINE

WORKERS = 2
THREADS = 4
DEMARRAGE_MAX_S = 60


@contextmanager
def serve(database_url: str, application: str = "app:app") -> Iterator[int]:
    """Start the site (or another application made of it) on this database, give its port, stop it."""
    port = _find_port()
    with tempfile.TemporaryDirectory() as dossier:
        environ = os.environ | {
            "DATABASE_URL": database_url,
            "TIERSLIEUX_SECRET_KEY": secrets.token_urlsafe(48),
            "TIERSLIEUX_VAR_DIR": dossier,
        }
        commande = [sys.executable, "-m", "gunicorn", "--chdir", str(RACINE), "--bind", f"127.0.0.1:{port}"]
        commande += ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
        commande += ["--preload", "--no-control-socket", "--log-level", "warning", "--keep-alive", "60", application]
        journal = Path(dossier) / "gunicorn.log"
        with journal.open("wb") as sortie:
            processus = subprocess.Popen(commande, env=environ, stdout=sortie, stderr=sortie)
            try:
                _wait(processus, port, journal)
                yield port
            except ConnectionError as erreur:
                raise SystemExit(f"The site stopped ({erreur}):\n{journal.read_text(encoding='utf-8')}") from erreur
            finally:
                processus.terminate()
                processus.wait(timeout=30)


def _find_port() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port: int = prise.getsockname()[1]
        return port


def _wait(processus: subprocess.Popen[bytes], port: int, journal: Path) -> None:
    limite_s = time.monotonic() + DEMARRAGE_MAX_S
    while time.monotonic() < limite_s:
        if processus.poll() is not None:
            break
        connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connexion.request("GET", "/api/v1/openapi.json")
            if connexion.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connexion.close()
    raise SystemExit(f"The site did not start:\n{journal.read_text(encoding='utf-8')}")
