"""Outside services, played by a server on this machine that answers in the form they document."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tierslieux.core.errors import SourceError
from tierslieux.trajets.choix import Choix
from tierslieux.trajets.estimation import Densite, Estimation
from tierslieux.trajets.externes import IgnMoteur, OsrmMoteur, ValhallaMoteur
from tierslieux.trajets.moteur import Methode, Mode, Point, Trajet

ESTIMATION = Estimation(Densite.DENSE)
BREST = Point(-4.4845, 48.3917, "29019")
ARRIVEES = [Point(-4.48, 48.39), Point(-4.47, 48.40), Point(-4.46, 48.41)]

Reponse = tuple[int, Any]


class Service(BaseHTTPRequestHandler):
    """Answers as the test says, and remembers what was asked."""

    repondre: Callable[[str, Any], Reponse]
    demandes: list[tuple[str, Any]] = []  # noqa: RUF012 - one server a test

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).path, parse_qs(urlsplit(self.path).query))

    def do_POST(self) -> None:
        self._answer(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, chemin: str, demande: Any) -> None:
        Service.demandes.append((chemin, demande))
        statut, corps = Service.repondre(chemin, demande)
        octets = corps if isinstance(corps, bytes) else json.dumps(corps).encode()
        self.send_response(statut)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Service.demandes.clear()
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}"
    serveur.shutdown()
    serveur.server_close()
    fil.join()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as ouvert:
        yield ouvert


def play(repondre: Callable[[str, Any], Reponse]) -> None:
    Service.repondre = staticmethod(repondre)  # type: ignore[method-assign]


def test_a_valhalla_answers_by_lots(url: str, client: httpx.Client) -> None:
    def repondre(_chemin: str, demande: Any) -> Reponse:
        cases = [
            {"from_index": 0, "to_index": i, "time": 600 + i, "distance": 2.5} for i in range(len(demande["targets"]))
        ]
        cases[1] |= {"time": None, "distance": None}
        return 200, {"sources_to_targets": [cases], "units": "kilometers"}

    play(repondre)
    trajets = ValhallaMoteur(client, url, ESTIMATION).compute_trajets(BREST, ARRIVEES * 50, Mode.VOITURE)
    assert len(trajets) == 150
    # 600 s are 10 min, and 5 of parking in a dense town; no way to the second.
    assert trajets[:2] == [Trajet(Mode.VOITURE, 15.0, 2500.0, Methode.RESEAU), None]
    assert [(chemin, len(demande["targets"])) for chemin, demande in Service.demandes] == [
        ("/sources_to_targets", 100),
        ("/sources_to_targets", 50),
    ]
    demande = Service.demandes[0][1]
    assert demande["costing"] == "auto"
    assert demande["sources"] == [{"lon": -4.4845, "lat": 48.3917, "search_cutoff": 500.0}]
    ValhallaMoteur(client, url, ESTIMATION).compute_trajets(BREST, ARRIVEES, Mode.A_PIED)
    assert Service.demandes[-1][1]["costing_options"] == {"pedestrian": {"walking_speed": 4.0}}


def test_an_osrm_answers_and_what_it_joins_from_afar_is_estimated(url: str, client: httpx.Client) -> None:
    def repondre(_chemin: str, _demande: Any) -> Reponse:
        points = [{"distance": metres, "name": "", "location": [0, 0]} for metres in (30.0, 3.0, 900.0, 50.0)]
        return 200, {
            "code": "Ok",
            "durations": [[0, 300.0, 60.0, None]],
            "distances": [[0, 1500.0, 300.0, None]],
            "sources": points[:1],
            "destinations": points,
        }

    play(repondre)
    trajets = OsrmMoteur(client, f"{url}/routed-{{profil}}", ESTIMATION).compute_trajets(BREST, ARRIVEES, Mode.VELO)
    # 5 min, 2 of lock, and 30 + 10 m (never less) on foot at 4 km/h: 0.6 min.
    assert trajets[0] == Trajet(Mode.VELO, pytest.approx(7.6), pytest.approx(1540), Methode.RESEAU)  # type: ignore[arg-type]
    assert trajets[1] == ESTIMATION.compute_trajets(BREST, ARRIVEES, Mode.VELO)[1]
    assert trajets[2] is None
    [(chemin, demande)] = Service.demandes
    assert chemin.startswith("/routed-bike/table/v1/bike/-4.484500,48.391700;-4.480000,48.390000;")
    assert demande == {"sources": ["0"], "annotations": ["duration,distance"]}


def test_ign_answers_one_by_one_and_for_the_nearest_only(url: str, client: httpx.Client) -> None:
    def repondre(_chemin: str, demande: Any) -> Reponse:
        if demande["end"] == ["-4.470000,48.400000"]:
            return 404, {"error": {"errorType": "notFound", "message": "No path found"}}
        return 200, {"distance": 1200, "duration": 6.5, "distanceUnit": "meter", "timeUnit": "minute"}

    play(repondre)
    attentes: list[float] = []
    moteur = IgnMoteur(client, url, ESTIMATION, appels_max=2, dormir=attentes.append, horloge=lambda: 100.0)
    trajets = moteur.compute_trajets(BREST, ARRIVEES, Mode.VOITURE)
    estimes = ESTIMATION.compute_trajets(BREST, ARRIVEES, Mode.VOITURE)
    assert trajets == [Trajet(Mode.VOITURE, 11.5, 1200.0, Methode.RESEAU), None, estimes[2]]
    assert attentes == [pytest.approx(0.2)]  # five calls a second
    assert [demande["profile"] for _, demande in Service.demandes] == [["car"], ["car"]]
    # It knows no bicycle: nothing is asked.
    assert moteur.compute_trajets(BREST, ARRIVEES, Mode.VELO) == ESTIMATION.compute_trajets(BREST, ARRIVEES, Mode.VELO)
    assert len(Service.demandes) == 2


def test_ign_draws_what_is_reached(url: str, client: httpx.Client) -> None:
    carre = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    play(lambda _chemin, _demande: (200, {"geometry": carre, "departureDirection": "departure"}))
    aire = IgnMoteur(client, url, ESTIMATION).compute_isochrone(BREST, Mode.A_PIED, 20)
    assert aire.area == 1
    assert Service.demandes[0][1]["costValue"] == ["20"]
    play(lambda _chemin, _demande: (200, {"geometry": {"type": "Point", "coordinates": [0, 0]}}))
    with pytest.raises(SourceError, match="isochrone"):
        IgnMoteur(client, url, ESTIMATION).compute_isochrone(BREST, Mode.A_PIED, 20)


@pytest.mark.parametrize(
    ("reponse", "motif"),
    [
        ((500, b""), "500"),
        ((400, {"code": "NoSegment", "error_code": 171}), "400"),
        ((200, b"<html>"), "JSON"),
        ((200, {}), "réponse"),
        ((200, {"code": "Ok", "sources_to_targets": [], "durations": [[]]}), "réponse"),
        ((200, []), "réponse"),
    ],
)
@pytest.mark.parametrize("classe", [ValhallaMoteur, OsrmMoteur, IgnMoteur])
def test_what_cannot_be_understood_is_one_error_without_positions(
    url: str, client: httpx.Client, classe: Any, reponse: Reponse, motif: str
) -> None:
    play(lambda _chemin, _demande: reponse)
    with pytest.raises(SourceError, match=motif) as erreur:
        classe(client, url, ESTIMATION).compute_trajets(BREST, ARRIVEES, Mode.A_PIED)
    assert "48.39" not in erreur.value.message


@pytest.mark.parametrize("nom", ["valhalla", "osrm", "ign"])
def test_a_service_that_fails_leaves_the_estimate(nom: str, tmp_path: Any, caplog: pytest.LogCaptureFixture) -> None:
    with httpx.Client(timeout=1) as client:
        choix = Choix(nom, tmp_path / "reseau.npz", "http://127.0.0.1:9", client)
        trajets = choix.build(Densite.DENSE).compute_trajets(BREST, ARRIVEES, Mode.VOITURE)
    assert trajets == ESTIMATION.compute_trajets(BREST, ARRIVEES, Mode.VOITURE)
    assert "48.39" not in caplog.text
