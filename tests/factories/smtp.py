"""A mail server for tests, on this machine: it takes mails and keeps them, or refuses as it is told to."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Boite:
    """What the server was sent. `refus`: answer to a command ("RCPT": "550 no"); `lenteur_s`: before each answer."""

    port: int = 0
    recus: list[tuple[str, EmailMessage]] = field(default_factory=list)
    commandes: list[str] = field(default_factory=list)
    refus: dict[str, str] = field(default_factory=dict)
    lenteur_s: float = 0.0

    def list_message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for _a, message in self.recus]


class _Serveur(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    boite: Boite


class _Conversation(socketserver.StreamRequestHandler):
    server: _Serveur

    def handle(self) -> None:
        # The other side may have been killed.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.talk()

    def say(self, ligne: str) -> None:
        time.sleep(self.server.boite.lenteur_s)
        self.wfile.write(ligne.encode() + b"\r\n")

    def talk(self) -> None:
        boite = self.server.boite
        reponses = {"EHLO": "250 essai", "DATA": "354 go on", "QUIT": "221 bye"}
        a = ""
        self.say("220 essai ESMTP")
        while ligne := self.rfile.readline():
            commande = ligne.decode().strip()
            verbe = commande[:4].upper()
            boite.commandes.append(commande)
            if verbe == "RCPT":
                a = commande.partition("<")[2].partition(">")[0]
            refus = boite.refus.get(verbe)
            self.say(refus or reponses.get(verbe, "250 ok"))
            if verbe == "DATA" and not refus and not self.take(a):
                return

    def take(self, a: str) -> bool:
        """Keep the mail that follows; False when the other side has gone on the way."""
        lignes = []
        while (ligne := self.rfile.readline()) != b".\r\n":
            if not ligne:
                return False
            lignes.append(ligne[1:] if ligne.startswith(b"..") else ligne)
        self.server.boite.recus.append((a, email.message_from_bytes(b"".join(lignes), policy=email.policy.default)))
        self.say("250 taken")
        return True


@contextmanager
def open_smtp() -> Iterator[Boite]:
    """A server that listens until the end of the block."""
    with _Serveur(("127.0.0.1", 0), _Conversation) as serveur:
        serveur.boite = Boite(port=serveur.server_address[1])
        fil = threading.Thread(target=serveur.serve_forever, args=(0.02,), daemon=True)
        fil.start()
        try:
            yield serveur.boite
        finally:
            serveur.shutdown()
            fil.join()
