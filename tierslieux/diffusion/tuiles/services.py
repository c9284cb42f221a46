"""Tiles and figures, made or found again: in memory, in the files made in advance, or drawn by the database."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from sqlalchemy.orm import Session

from tierslieux.core.errors import NotFoundError
from tierslieux.diffusion.tuiles import queries
from tierslieux.diffusion.tuiles.attributs import Attributs, read_attributs
from tierslieux.diffusion.tuiles.couches import Famille
from tierslieux.diffusion.tuiles.magasin import Magasin
from tierslieux.diffusion.tuiles.memoire import Contenu, Memoire
from tierslieux.diffusion.tuiles.params import Boite, Fond, FondDonnees, Tuile, UnFond, parse_chemin, read_famille

# Raised when the same data are drawn in another way: addresses and validators then change.
VERSION_FORME = "1"
# How long a process takes the data to be what they were: the most that a change waits to be seen.
DUREE_VERSION_S = 5.0
# Connections that tiles take at once in a process, of the six of its pool (core/db.py): a map asks for dozens of tiles,
# and pages must not wait behind them. Two cores draw no faster with more.
CONNEXIONS_MAX = 2
# Figures of a level, by code: 34,875 communes with an interval take some 15 MB.
ATTRIBUTS_MAX = 4

OpenSession = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Reponse:
    """What an address holds and the version of the data it stems from."""

    contenu: Contenu
    version: str


class Tuiles:
    """Everything that a process keeps of tiles. Thread-safe.

    `horloge` gives seconds; a version is asked for again after `duree_version_s`. Whoever draws takes one of `places`.
    """

    def __init__(
        self,
        dossier: Path,
        *,
        memoire: Memoire | None = None,
        duree_version_s: float = DUREE_VERSION_S,
        horloge: Callable[[], float] = time.monotonic,
    ) -> None:
        self.memoire = Memoire() if memoire is None else memoire
        self.magasin = Magasin(dossier)
        self.places = threading.BoundedSemaphore(CONNEXIONS_MAX)
        self._duree_version_s = duree_version_s
        self._horloge = horloge
        self._versions: dict[Famille, tuple[str, float]] = {}
        self._attributs: OrderedDict[tuple[str, str], Attributs] = OrderedDict()
        self._verrou = threading.Lock()

    def find_en_memoire(self, chemin: str) -> Reponse | None:
        """The answer of an address if it is held and its data were looked at lately; no database, some microseconds."""
        famille = read_famille(chemin)
        if famille is None:
            return None
        connue = self._versions.get(famille)
        if connue is None or self._horloge() >= connue[1]:
            return None
        contenu = self.memoire.find(chemin, connue[0])
        return None if contenu is None else Reponse(contenu, connue[0])

    def get_tuile(self, chemin: str, session: Session) -> Reponse:
        """The tile of an address; raises NotFoundError with what is wrong in it."""
        fond, tuile = parse_chemin(chemin)
        version = self.get_version(fond.famille, session)
        contenu = self.memoire.find(chemin, version)
        if contenu is None:
            contenu = self._make(fond, tuile, version, session)
            self.memoire.keep(chemin, version, contenu)
        return Reponse(contenu, version)

    def get_json_attributs(self, fond: FondDonnees, session: Session) -> Reponse:
        """The figures of a level as compact JSON; raises NotFoundError."""
        version = self.get_version(fond.famille, session)
        chemin = f"{fond.chemin_attributs}.json"
        contenu = self.memoire.find(chemin, version)
        if contenu is None:
            corps = self.get_attributs(fond, version, session).to_json() | {"version": version}
            contenu = Contenu.build(json.dumps(corps, ensure_ascii=False, separators=(",", ":")).encode())
            self.memoire.keep(chemin, version, contenu)
        return Reponse(contenu, version)

    def get_attributs(self, fond: FondDonnees, version: str, session: Session) -> Attributs:
        """The figures of a level, read once for all its tiles; raises NotFoundError."""
        cle = (fond.chemin, version)
        with self._verrou:
            if cle in self._attributs:
                self._attributs.move_to_end(cle)
                return self._attributs[cle]
        attributs = read_attributs(session, fond)
        with self._verrou:
            self._attributs[cle] = attributs
            while len(self._attributs) > ATTRIBUTS_MAX:
                self._attributs.popitem(last=False)
        return attributs

    def get_version(self, famille: Famille, session: Session) -> str:
        """What is written in addresses and validators for the data of now; raises NotFoundError before the first."""
        connue = self._versions.get(famille)
        debut = self._horloge()
        if connue is not None and debut < connue[1]:
            return connue[0]
        version = read_version(session, famille)
        self._versions[famille] = (version, debut + self._duree_version_s)
        return version

    def _make(self, fond: UnFond, tuile: Tuile, version: str, session: Session) -> Contenu:
        if fond.famille is Famille.TERRITOIRES:
            faite = self.magasin.find(fond.couche.id, version, tuile)
            # The version tells all of a boundary, made in advance or not: both have one validator.
            return faite or Contenu(Contenu.build(queries.draw_territoires(session, fond.couche, tuile)).gz, version)
        if isinstance(fond, Fond):
            return Contenu.build(queries.draw_lieux(session, fond.couche, tuile))
        valeurs = self.get_attributs(fond, version, session).valeurs
        codes = queries.list_codes(session, fond.niveau, tuile)
        proprietes = {code: valeurs[code] for code in codes if code in valeurs}
        return Contenu.build(queries.draw_donnees(session, fond.couche, tuile, proprietes))


def read_boite(session: Session, boite: Boite, *, adresse: str) -> Contenu:
    """The places of a box as GeoJSON, with how many there are in all; `adresse` is that of the page without query."""
    total, dernier, traits = queries.list_boite(session, boite)
    nombre = traits.count(b'{"type":"Feature"')
    suivant = None
    if nombre == boite.limite and dernier is not None:
        bbox = boite.bbox
        cotes = f"{bbox.ouest},{bbox.sud},{bbox.est},{bbox.nord}"
        suivant = f"{adresse}?bbox={cotes}&limite={boite.limite}&apres={dernier}"
    fin = json.dumps({"nombre": nombre, "total": total, "suivant": suivant}, separators=(",", ":"))
    return Contenu.build(b'{"type":"FeatureCollection","features":[' + traits + b"]," + fin[1:].encode())


def read_version(session: Session, famille: Famille) -> str:
    """A dozen signs that change whenever what the layers of the family hold does; raises NotFoundError before it does.

    Figures are drawn on boundaries: both count.
    """
    propre = queries.read_version(session, famille)
    if propre is None:
        raise NotFoundError(famille.libelle, famille=famille.value)
    parties = [VERSION_FORME, propre]
    if famille in {Famille.INDICATEURS, Famille.ECARTS}:
        parties.append(read_version(session, Famille.TERRITOIRES))
    return blake2b("\n".join(parties).encode(), digest_size=6).hexdigest()
