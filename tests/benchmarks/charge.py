"""A client that costs next to nothing: raw sockets kept alive in one loop, answers read no further than they go."""

from __future__ import annotations

import itertools
import multiprocessing
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OCTETS_LECTURE = 1 << 18


@dataclass(frozen=True, slots=True)
class Debit:
    """What a server answered: requests, those that were no success, seconds, bytes of bodies."""

    requetes: int
    echecs: int
    secondes: float
    octets: int

    @property
    def par_seconde(self) -> float:
        """Requests per second."""
        return self.requetes / self.secondes


def build_requete(chemin: str, *, gzip: bool) -> bytes:
    """A GET as it goes through the socket."""
    encodages = "gzip" if gzip else "identity"
    return f"GET {chemin} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {encodages}\r\n\r\n".encode()


def measure_debit(port: int, requetes: Sequence[bytes], *, clients: int, nombre: int, secondes_max: float) -> Debit:
    """Ask `nombre` requests in their order, over and over, from `clients` connections; stops after `secondes_max`."""
    file = itertools.islice(itertools.cycle(requetes), nombre)
    guetteur = select.epoll()
    liens: dict[int, _Lien] = {}
    faites = echecs = octets = 0
    try:
        for _ in range(clients):
            lien = _Lien(port)
            liens[lien.fd] = lien
            guetteur.register(lien.fd, select.EPOLLIN)
        debut = time.perf_counter()
        actifs = sum(lien.send(file) for lien in liens.values())
        while actifs and time.perf_counter() - debut < secondes_max:
            for fd, _ in guetteur.poll(secondes_max):
                corps = liens[fd].receive()
                if corps is None:
                    continue
                faites += 1
                echecs += corps < 0
                octets += max(corps, 0)
                actifs -= not liens[fd].send(file)
        return Debit(faites, echecs, time.perf_counter() - debut, octets)
    finally:
        guetteur.close()
        for lien in liens.values():
            lien.close()


def measure_plafond(*, clients: int, secondes: float) -> float:
    """Requests per second that this client makes at most: against a process that always sends the same bytes."""
    with socket.create_server(("127.0.0.1", 0), backlog=clients) as ecoute:
        port: int = ecoute.getsockname()[1]
        processus = multiprocessing.get_context("fork").Process(target=_answer_always, args=(ecoute,), daemon=True)
        processus.start()
    try:
        return measure_debit(
            port, [build_requete("/", gzip=True)], clients=clients, nombre=200_000, secondes_max=secondes
        ).par_seconde
    finally:
        processus.terminate()
        processus.join()


def _answer_always(ecoute: socket.socket) -> None:
    reponse = b"HTTP/1.1 200 OK\r\nContent-Length: 8000\r\n\r\n" + b"x" * 8_000
    guetteur = select.epoll()
    guetteur.register(ecoute.fileno(), select.EPOLLIN)
    prises: dict[int, socket.socket] = {}
    while True:
        for fd, _ in guetteur.poll():
            if fd == ecoute.fileno():
                prise, _ = ecoute.accept()
                prises[prise.fileno()] = prise
                guetteur.register(prise.fileno(), select.EPOLLIN)
            elif prises[fd].recv(OCTETS_LECTURE):
                prises[fd].sendall(reponse)
            else:
                guetteur.unregister(fd)
                prises.pop(fd).close()


class _Lien:
    """One connection, one request at a time."""

    def __init__(self, port: int) -> None:
        self._prise = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = port
        self._lu = bytearray()
        self._attendu: tuple[int, int, bool] | None = None
        self.fd = self._prise.fileno()

    def send(self, file: Iterator[bytes]) -> bool:
        """Send the next request; False when there is none left."""
        requete = next(file, None)
        if requete is not None:
            self._prise.sendall(requete)
        return requete is not None

    def receive(self) -> int | None:
        """Read what has come: the body's length once it is whole, -1 for an answer that is no success, else None."""
        morceau = self._prise.recv(OCTETS_LECTURE)
        if not morceau:
            raise ConnectionError(f"the server on port {self._port} closed a connection")
        self._lu += morceau
        if self._attendu is None:
            fin = self._lu.find(b"\r\n\r\n")
            if fin < 0:
                return None
            self._attendu = _read_entetes(bytes(self._lu[:fin]), fin + 4)
        debut, longueur, est_reussie = self._attendu
        if len(self._lu) < debut + longueur:
            return None
        self._lu.clear()
        self._attendu = None
        return longueur if est_reussie else -1

    def close(self) -> None:
        """Let the connection go."""
        self._prise.close()


def _read_entetes(entetes: bytes, debut: int) -> tuple[int, int, bool]:
    statut = int(entetes[9:12])
    if statut == 204:
        return debut, 0, True
    minuscules = entetes.lower()
    place = minuscules.find(b"\r\ncontent-length:")
    if place < 0:
        raise ValueError("an answer without length")
    return debut, int(minuscules[place + 17 :].split(b"\r\n", 1)[0]), statut == 200
