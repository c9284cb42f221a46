"""Positions of addresses: one interface, two services that speak the same language (GeoCodeJSON).

The national service and an addok are asked only when the installation says so; what they answer outside the announced
commune or without enough certainty is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx

from tierslieux.core.errors import SourceError
from tierslieux.lieux.enums import Precision

# Seven decimals of a degree are a centimetre.
DECIMALES = 7


URL_NATIONALE = "https://data.geopf.fr/geocodage"
# The national service refuses the 51st call of a second.
DEBIT_MAX_PAR_S = 50
ATTENTE_CONNEXION_S = 5.0
ATTENTE_LECTURE_S = 10.0
ESSAIS_MAX = 4
# Longer than that, the run had better go on without the service.
ATTENTE_MAX_S = 30.0
# addok's score goes from 0 to 1. Of the twelve stops of a bus that their publisher geocoded in 2023, the nine found on
# the right way have 0.64 to 0.79, the three found elsewhere 0.40 to 0.50.
SCORE_MIN = 0.6
# Both services refuse longer questions.
QUESTION_MAX = 200

_PRECISIONS = {"housenumber": Precision.ADRESSE, "street": Precision.RUE, "locality": Precision.RUE}
# Codes of the arrondissements of a city begin like this.
_VILLES = {"75056": "751", "69123": "6938", "13055": "132"}


@dataclass(frozen=True, slots=True)
class AdressePostale:
    """An address to look for: the commune by its code INSEE, its name, a postcode, a way and its number."""

    commune_code: str
    commune_nom: str | None = None
    code_postal: str | None = None
    adresse: str | None = None


@dataclass(frozen=True, slots=True)
class PositionTrouvee:
    """A position in degrees (EPSG:4326), what it points at, how sure it is (0 to 1, or None) and who says it."""

    lon: float
    lat: float
    precision: Precision
    score: float | None
    source: str

    def to_valeur(self) -> dict[str, Any]:
        """As the field `position` of a record holds it."""
        return {
            "lon": round(self.lon, DECIMALES),
            "lat": round(self.lat, DECIMALES),
            "precision": self.precision.value,
        }


class Geocodeur(Protocol):
    """Whatever finds the position of an address."""

    def geocode(self, adresse: AdressePostale) -> PositionTrouvee | None:
        """The position, None when it is not found for sure. Raises SourceError when nobody answers."""
        ...


class ServiceGeocodage:
    """A service of the addok family: the national one, or an addok of one's own.

    `client` is given so that waits and addresses are the caller's; `dormir` and `horloge` count seconds.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        *,
        source: str,
        debit_max_par_s: float = DEBIT_MAX_PAR_S,
        score_min: float = SCORE_MIN,
        essais_max: int = ESSAIS_MAX,
        dormir: Callable[[float], None] = time.sleep,
        horloge: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/search"
        self._source = source
        self._intervalle_s = 1 / debit_max_par_s
        self._score_min = score_min
        self._essais_max = essais_max
        self._dormir = dormir
        self._horloge = horloge
        self._prochain = 0.0

    def geocode(self, adresse: AdressePostale) -> PositionTrouvee | None:
        """The position of the way or the number, inside the announced commune; None when it is not sure."""
        if not adresse.adresse:
            return None
        question = " ".join(filter(None, (adresse.adresse, adresse.code_postal, adresse.commune_nom)))[:QUESTION_MAX]
        demande = {"q": question, "citycode": adresse.commune_code, "limit": "1", "autocomplete": "0"}
        reponse = self._ask(demande)
        return None if reponse is None else self._read(reponse, adresse)

    def _ask(self, demande: dict[str, str]) -> Any:  # noqa: ANN401  (any JSON value)
        """The answer, None when the question is refused; raises SourceError after `essais_max` failures."""
        motif, attente_s = "", 0.0
        for essai in range(self._essais_max):
            if essai:
                self._dormir(attente_s)
            self._wait_turn()
            attente_s = min(2.0**essai, ATTENTE_MAX_S)
            try:
                reponse = self._client.get(self._url, params=demande)
            except httpx.HTTPError as erreur:
                motif = f"hors d’atteinte ({type(erreur).__name__})"
                continue
            if reponse.status_code == httpx.codes.OK:
                try:
                    return reponse.json()
                except ValueError as erreur:
                    raise SourceError(f"{self._url} : la réponse n’est pas du JSON") from erreur
            motif = f"le serveur répond {reponse.status_code}"
            if reponse.status_code == httpx.codes.TOO_MANY_REQUESTS or reponse.status_code >= 500:
                annoncee = read_retry_after(reponse.headers.get("Retry-After"))
                if annoncee is not None and annoncee > ATTENTE_MAX_S:
                    break
                attente_s = annoncee if annoncee is not None else attente_s
                continue
            if reponse.status_code == httpx.codes.BAD_REQUEST:
                return None  # a question that the service does not understand
            break
        raise SourceError(f"{self._url} : {motif}")

    def _wait_turn(self) -> None:
        maintenant = self._horloge()
        if maintenant < self._prochain:
            self._dormir(self._prochain - maintenant)
        self._prochain = max(maintenant, self._prochain) + self._intervalle_s

    def _read(self, reponse: Any, adresse: AdressePostale) -> PositionTrouvee | None:  # noqa: ANN401
        try:
            objets = reponse["features"]
            if not objets:
                return None
            lon, lat = (float(degres) for degres in objets[0]["geometry"]["coordinates"][:2])
            proprietes = objets[0]["properties"]
            score, citycode, nature = float(proprietes["score"]), proprietes.get("citycode"), proprietes.get("type")
        except (KeyError, TypeError, ValueError, IndexError) as erreur:
            raise SourceError(f"{self._url} : la réponse n’est pas du GeoCodeJSON") from erreur
        precision = _PRECISIONS.get(nature)
        dits = {str(citycode), str(proprietes.get("oldcitycode"))}
        if (
            precision is None
            or score < self._score_min
            or not any(is_meme_ville(adresse.commune_code, c) for c in dits)
        ):
            return None
        return PositionTrouvee(lon, lat, precision, score, self._source)


def is_meme_ville(code: str, autre: str) -> bool:
    """Whether two codes are of one commune; Paris, Lyon and Marseille go with their arrondissements."""
    return code == autre or any(
        (code == ville and autre.startswith(debut)) or (autre == ville and code.startswith(debut))
        for ville, debut in _VILLES.items()
    )


def read_retry_after(texte: str | None) -> float | None:
    """Seconds to wait that a server announces, None when it says nothing that can be read."""
    if not texte:
        return None
    if texte.strip().isdigit():
        return float(texte.strip())
    try:
        quand = parsedate_to_datetime(texte)
    except ValueError:
        return None
    return max(0.0, quand.timestamp() - time.time())


def build_client(attente_s: float = ATTENTE_LECTURE_S) -> httpx.Client:
    """A client with short waits, which follows no redirection."""
    delais = httpx.Timeout(attente_s, connect=min(attente_s, ATTENTE_CONNEXION_S))
    return httpx.Client(timeout=delais, headers={"User-Agent": "tierslieux"})


def build_geocodeur(
    geocodage: str, addok_url: str | None, client: httpx.Client, *, essais_max: int = ESSAIS_MAX
) -> Geocodeur | None:
    """The service of the settings; None for "local", which asks nobody."""
    if geocodage == "national":
        return ServiceGeocodage(client, URL_NATIONALE, source="geopf", essais_max=essais_max)
    if geocodage == "addok" and addok_url:
        return ServiceGeocodage(client, addok_url, source="addok", essais_max=essais_max)
    return None
