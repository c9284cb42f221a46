"""Geocoding: what is asked, what is believed, and what happens when the service fails. Nobody is called here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.factories.imports import REFERENTIEL, make_contexte, make_record
from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.etapes import position
from tierslieux.imports.geocodage import complete
from tierslieux.imports.repertoire import Repertoire
from tierslieux.lieux import geocodage
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.geocodage import AdressePostale, PositionTrouvee, ServiceGeocodage, is_meme_ville

BREST = AdressePostale("29019", "Brest", "29200", "2 rue du Port")
MAIRIE = {"lon": -4.4861, "lat": 48.3905, "precision": "commune"}

Reponse = Callable[[httpx.Request], httpx.Response]


def objet(lon: float = -4.49, lat: float = 48.4, **proprietes: Any) -> dict[str, Any]:
    defauts = {"score": 0.9, "type": "housenumber", "citycode": "29019"}
    geometrie = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometrie, "properties": defauts | proprietes}


def collection(*objets: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"type": "FeatureCollection", "features": list(objets)})


class Temps:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.maintenant = 0.0
        self.siestes: list[float] = []

    def dormir(self, duree_s: float) -> None:
        self.siestes.append(duree_s)
        self.maintenant += duree_s

    def horloge(self) -> float:
        return self.maintenant


def build_service(repondre: Reponse, temps: Temps | None = None) -> ServiceGeocodage:
    temps = temps or Temps()
    client = httpx.Client(transport=httpx.MockTransport(repondre))
    return ServiceGeocodage(
        client, "https://geo.example.org/base/", source="essai", dormir=temps.dormir, horloge=temps.horloge
    )


def test_the_question_holds_the_address_and_its_commune() -> None:
    demandes: list[httpx.Request] = []

    def repondre(demande: httpx.Request) -> httpx.Response:
        demandes.append(demande)
        return collection(objet())

    trouvee = build_service(repondre).geocode(BREST)
    assert trouvee == PositionTrouvee(-4.49, 48.4, Precision.ADRESSE, 0.9, "essai")
    (demande,) = demandes
    assert demande.url.path == "/base/search"
    assert dict(demande.url.params) == {
        "q": "2 rue du Port 29200 Brest", "citycode": "29019", "limit": "1", "autocomplete": "0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("proprietes", "precision"),
    [
        ({}, Precision.ADRESSE),
        ({"type": "street"}, Precision.RUE),
        ({"type": "locality"}, Precision.RUE),
        ({"type": "municipality"}, None),  # the gazetteer knows as much
        ({"type": "poi"}, None),
        ({"score": 0.6}, Precision.ADRESSE),
        ({"score": 0.59}, None),
        ({"citycode": "29000"}, None),
        ({"citycode": "29000", "oldcitycode": "29019"}, Precision.ADRESSE),  # merged since our edition
        ({"citycode": None}, None),
    ],
)
def test_what_is_believed(proprietes: dict[str, Any], precision: Precision | None) -> None:
    trouvee = build_service(lambda _: collection(objet(**proprietes))).geocode(BREST)
    assert (trouvee.precision if trouvee else None) == precision


@pytest.mark.parametrize(
    ("code", "autre", "meme"),
    [
        ("29019", "29019", True),
        ("75056", "75119", True),
        ("75119", "75056", True),
        ("13055", "13201", True),
        ("69123", "69381", True),
        ("75119", "75110", False),
        ("69123", "69100", False),
        ("29019", "None", False),
    ],
)
def test_a_city_and_its_arrondissements_agree(code: str, autre: str, meme) -> None:
    assert is_meme_ville(code, autre) is meme


def test_nothing_found_and_a_question_refused_are_no_position() -> None:
    assert build_service(lambda _: collection()).geocode(BREST) is None
    assert build_service(lambda _: httpx.Response(400)).geocode(BREST) is None


def test_without_a_way_nothing_is_asked() -> None:
    def repondre(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    assert build_service(repondre).geocode(AdressePostale("29019", "Brest", "29200")) is None


@pytest.mark.parametrize(
    "reponse",
    [
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"features": [{"geometry": None}]}),
        httpx.Response(200, json={"features": [{"geometry": {"coordinates": ["x", 1]}, "properties": {}}]}),
        httpx.Response(404),
        httpx.Response(302, headers={"Location": "https://ailleurs.example.org"}),
    ],
)
def test_an_answer_in_another_language_is_refused(reponse: httpx.Response) -> None:
    with pytest.raises(SourceError, match=r"geo\.example\.org"):
        build_service(lambda _: reponse).geocode(BREST)


@pytest.mark.parametrize(
    ("pannes", "siestes"),
    [
        ([httpx.Response(503), httpx.Response(502)], [1.0, 2.0]),
        ([httpx.Response(429, headers={"Retry-After": "7"})], [7.0]),
        ([httpx.ConnectTimeout("lent")], [1.0]),
    ],
)
def test_a_passing_failure_is_waited_out(pannes: list[Any], siestes: list[float]) -> None:
    temps = Temps()
    suite = iter([*pannes, collection(objet())])

    def repondre(_: httpx.Request) -> httpx.Response:
        reponse = next(suite)
        if isinstance(reponse, Exception):
            raise reponse
        return reponse

    assert build_service(repondre, temps).geocode(BREST) is not None
    assert temps.siestes == siestes


@pytest.mark.parametrize(
    ("panne", "appels"),
    [(httpx.Response(500), 4), (httpx.Response(429), 4), (httpx.Response(429, headers={"Retry-After": "3600"}), 1)],
)
def test_a_lasting_failure_is_told_after_a_few_calls(panne: httpx.Response, appels: int) -> None:
    recus: list[httpx.Request] = []

    def repondre(demande: httpx.Request) -> httpx.Response:
        recus.append(demande)
        return panne

    with pytest.raises(SourceError, match=str(panne.status_code)):
        build_service(repondre).geocode(BREST)
    assert len(recus) == appels


def test_no_more_than_fifty_calls_a_second() -> None:
    temps = Temps()
    service = build_service(lambda _: collection(objet()), temps)
    for _ in range(101):
        service.geocode(BREST)
    assert temps.maintenant == pytest.approx(2.0)  # 100 intervals of 1/50 s


def test_the_gazetteer_answers_with_the_commune() -> None:
    repertoire = Repertoire(REFERENTIEL)
    assert repertoire.geocode(BREST) == PositionTrouvee(-4.4861, 48.3905, Precision.COMMUNE, None, "local")
    assert repertoire.geocode(AdressePostale("98818")) is None


@pytest.mark.parametrize("texte", [None, "", "demain", "1.5"])
def test_a_wait_that_cannot_be_read_says_nothing(texte: str | None) -> None:
    assert geocodage.read_retry_after(texte) is None


def test_a_wait_may_be_a_date() -> None:
    assert geocodage.read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


# --- completing the records of a run --------------------------------------------------------------------------------


class Geocodeur:
    """Answers that are written in advance."""

    def __init__(self, *reponses: PositionTrouvee | SourceError | None) -> None:
        self.reponses = list(reponses)
        self.demandes: list[AdressePostale] = []

    def geocode(self, adresse: AdressePostale) -> PositionTrouvee | None:
        self.demandes.append(adresse)
        reponse = self.reponses[min(len(self.demandes), len(self.reponses)) - 1]
        if isinstance(reponse, SourceError):
            raise reponse
        return reponse


TROUVEE = PositionTrouvee(-4.49123456789, 48.4, Precision.RUE, 0.8, "essai")


def approche(identifiant: str = "1", **valeurs: Any) -> Record:
    defauts = {"commune_code": "29019", "commune_nom": "Brest", "adresse": "2 rue du Port", "position": dict(MAIRIE)}
    return make_record(identifiant, **(defauts | valeurs))


def contexte_approche(fois: int) -> Contexte:
    contexte = make_contexte()
    contexte.avertissements[Avertissement.POSITION_APPROCHEE] = fois
    return contexte


def test_a_position_that_was_only_approached_is_looked_for() -> None:
    contexte = contexte_approche(1)
    completion = complete([approche()], Geocodeur(TROUVEE), contexte)
    assert completion.records[0].valeurs["position"] == {"lon": -4.4912346, "lat": 48.4, "precision": "rue"}
    assert (completion.appels, completion.trouvees, completion.panne) == (1, 1, None)
    assert +contexte.avertissements == {Avertissement.POSITION_GEOCODEE: 1}


@pytest.mark.parametrize(
    "record",
    [
        approche(position={"lon": -4.5, "lat": 48.41, "precision": "adresse"}),
        approche(position={"lon": -4.5, "lat": 48.41, "precision": "commune"}),  # the source itself says so
        approche(adresse=None),
    ],
)
def test_other_records_are_left_alone(record: Record) -> None:
    geocodeur = Geocodeur(TROUVEE)
    completion = complete([record], geocodeur, make_contexte())
    assert completion.records == [record]
    assert geocodeur.demandes == []


def test_a_place_without_any_position_is_looked_for_too() -> None:
    completion = complete([approche(position=None)], Geocodeur(TROUVEE), make_contexte())
    assert completion.records[0].valeurs["position"]["precision"] == "rue"


@pytest.mark.parametrize(
    "reponse",
    [None, PositionTrouvee(2.36, 48.87, Precision.ADRESSE, 0.9, "essai"), PositionTrouvee(0, 0, Precision.RUE, 1, "e")],
)
def test_what_is_not_found_or_far_from_the_commune_changes_nothing(reponse: PositionTrouvee | None) -> None:
    contexte = contexte_approche(1)
    completion = complete([approche()], Geocodeur(reponse), contexte)
    assert completion.records == [approche()]
    assert contexte.avertissements == {Avertissement.POSITION_APPROCHEE: 1}


def test_each_address_is_asked_once() -> None:
    geocodeur, connues = Geocodeur(TROUVEE), {}
    lieux = [approche("1"), approche("2"), approche("3", adresse="3 rue du Port")]
    completion = complete(lieux, geocodeur, contexte_approche(3), connues=connues)
    assert (len(geocodeur.demandes), completion.trouvees) == (2, 3)
    assert complete(lieux, geocodeur, contexte_approche(3), connues=connues).appels == 0


def test_a_service_that_fails_is_not_asked_again() -> None:
    geocodeur = Geocodeur(TROUVEE, SourceError("hors d’atteinte"))
    lieux = [approche(str(n), adresse=f"{n} rue du Port") for n in range(5)]
    completion = complete(lieux, geocodeur, contexte_approche(5))
    assert (completion.appels, completion.trouvees, completion.panne) == (2, 1, "hors d’atteinte")
    assert len(completion.records) == 5


def test_calls_are_capped() -> None:
    geocodeur = Geocodeur(TROUVEE)
    lieux = [approche(str(n), adresse=f"{n} rue du Port") for n in range(5)]
    completion = complete(lieux, geocodeur, contexte_approche(5), appels_max=3)
    assert (completion.appels, completion.trouvees, len(geocodeur.demandes)) == (3, 3, 3)


def test_nothing_is_asked_by_default() -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: pytest.fail("called")))
    assert geocodage.build_geocodeur("local", None, client) is None
    lieux = [approche()]
    assert complete(lieux, None, contexte_approche(1)).records == lieux


def test_each_setting_has_its_back_end() -> None:
    adresses: list[str] = []

    def repondre(demande: httpx.Request) -> httpx.Response:
        adresses.append(str(demande.url).partition("?")[0])
        return collection(objet())

    client = httpx.Client(transport=httpx.MockTransport(repondre))
    for reglage, url in (("national", None), ("addok", "http://127.0.0.1:7878")):
        service = geocodage.build_geocodeur(reglage, url, client)
        assert service is not None
        service.geocode(BREST)
    assert adresses == ["https://data.geopf.fr/geocodage/search", "http://127.0.0.1:7878/search"]


def test_the_precision_that_a_source_says_is_kept() -> None:
    point = {"lon": -4.49, "lat": 48.4, "precision": "rue"}
    record = position.clean(make_record(commune_code="29019", position=point), make_contexte())
    assert isinstance(record, Record)
    assert record.valeurs["position"] == point
