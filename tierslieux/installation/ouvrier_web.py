"""The web worker: its first PDF and its first map do not wait, and a request too long to be read gets a page."""

from __future__ import annotations

import socket
import threading

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from tierslieux.cartes.classes import load_mapclassify
from tierslieux.core.pdf import warm_up

# The program never sees such a request: no template, no style, no catalogue is at hand.
PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demande trop longue – Tierslieux</title>
</head>
<body>
<main>
<h1>Votre demande est trop longue</h1>
<p>Nous n’avons pas pu la lire. Écrivez quelques mots&nbsp;: une commune, ou ce que vous cherchez.</p>
<form role="search" action="/recherche" method="get">
<p><label for="q">Où cherchez-vous&nbsp;?</label></p>
<p><input id="q" name="q" type="search" maxlength="200"> <button type="submit">Chercher</button></p>
</form>
<p><a href="/">Revenir à l’accueil</a></p>
<p lang="en">Your request is too long. <a href="/en/" hreflang="en">Go back to the home page</a>.</p>
</main>
</body>
</html>
"""


def _warm_up() -> None:
    warm_up()
    load_mapclassify()


class OuvrierWeb(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """Threads, as gunicorn's own, with our page for a request whose line or headers pass the limits."""

    def run(self) -> None:
        """Serve; slow libraries are loaded meanwhile, in each process after they have parted: threads do not cross."""
        threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
        super().run()

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answer a request that cannot be read; nothing of it, nor of who sent it, is logged when it is too long."""
        if not isinstance(exc, LimitRequestLine | LimitRequestHeaders):
            super().handle_error(req, client, addr, exc)
            return
        raison = "414 URI Too Long" if isinstance(exc, LimitRequestLine) else "431 Request Header Fields Too Large"
        corps = PAGE.encode()
        entete = (
            f"HTTP/1.1 {raison}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Security-Policy: default-src 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
            f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(corps)}\r\n\r\n"
        )
        client.sendall(entete.encode("ascii") + corps)
