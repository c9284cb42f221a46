"""Which engine an installation uses, and what stands for it when it fails: the estimate, which says so."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tierslieux.config import Settings
from tierslieux.core.errors import SourceError
from tierslieux.trajets.archive import find_archive, load_reseau
from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.externes import URL_IGN, IgnMoteur, OsrmMoteur, ValhallaMoteur, build_client
from tierslieux.trajets.extrait import Provenance
from tierslieux.trajets.moteur import Mode, Moteur, Point, Trajet
from tierslieux.trajets.reseau_moteur import ReseauMoteur, Routages

logger = logging.getLogger(__name__)

# Under this key of `Session.info` the application keeps its choice for those who have a session only.
CLE = "trajets"


# A service that has failed is left alone for as long: nobody else waits for it meanwhile.
REPOS_S = 30.0


@dataclass(slots=True)
class Panne:
    """Until when a service that has failed is not asked again; shared by all who would ask it."""

    horloge: Callable[[], float] = time.monotonic
    fin_s: float = -math.inf

    @property
    def dure(self) -> bool:
        """Whether it failed a moment ago."""
        return self.horloge() < self.fin_s

    def note(self) -> None:
        """It has just failed."""
        self.fin_s = self.horloge() + REPOS_S


@dataclass(frozen=True, slots=True)
class MoteurAvecRepli:
    """An engine that may fail: the estimate then answers in its place, labelled as such."""

    principal: Moteur
    repli: Estimation
    panne: Panne

    def compute_trajets(self, depart: Point, arrivees: Sequence[Point], mode: Mode) -> list[Trajet | None]:
        """One journey for each arrival, in order."""
        if not self.panne.dure:
            try:
                return self.principal.compute_trajets(depart, arrivees, mode)
            except SourceError as erreur:
                self.panne.note()
                logger.warning("travel times: estimate in place of the service mode=%s reason=%s", mode.value, erreur)
        return self.repli.compute_trajets(depart, arrivees, mode)


@dataclass(slots=True)
class Choix:
    """The engine of an installation (TIERSLIEUX_TRAJETS). A graph is read at the first need, again when it changes."""

    nom: str
    archive: Path
    url: str | None = None
    client: httpx.Client | None = None
    panne: Panne = field(default_factory=Panne)
    _verrou: threading.Lock = field(default_factory=threading.Lock)
    _routages: Routages | None = None
    _lu: tuple[int, int] | None = None

    def build(self, densite: Densite) -> Moteur:
        """The engine for journeys that leave from a commune of this density."""
        estimation = Estimation(densite)
        if self.nom == "estimation":
            return estimation
        if self.nom == "reseau":
            routages = self._find_routages()
            return ReseauMoteur(routages, estimation) if routages else estimation
        client = self._get_client()
        services: dict[str, Moteur] = {
            "valhalla": ValhallaMoteur(client, self.url or "", estimation),
            "osrm": OsrmMoteur(client, self.url or "", estimation),
            "ign": IgnMoteur(client, self.url or URL_IGN, estimation),
        }
        return MoteurAvecRepli(services[self.nom], estimation, self.panne)

    def find_provenance(self) -> Provenance | None:
        """Of which extract the roads are; None when times do not come from a road graph of this installation."""
        routages = self._find_routages() if self.nom == "reseau" else None
        return routages.reseau.provenance if routages else None

    def _get_client(self) -> httpx.Client:
        if self.client is None:
            self.client = build_client()
        return self.client

    def _find_routages(self) -> Routages | None:
        """The graph of the archive; None when there is none, or when it cannot be read (which is logged once)."""
        try:
            etat = self.archive.stat()
        except FileNotFoundError:
            return None
        version = (etat.st_mtime_ns, etat.st_size)
        with self._verrou:
            if self._lu != version:
                self._lu = version
                try:
                    self._routages = Routages(load_reseau(self.archive))
                except SourceError as erreur:
                    logger.warning("travel times: the road graph is left aside reason=%s", erreur)
                    self._routages = None
            return self._routages


def build_choix(settings: Settings) -> Choix:
    """The choice of an installation."""
    return Choix(settings.trajets, find_archive(settings.var_dir), settings.trajets_url)
