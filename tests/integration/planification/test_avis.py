"""What residents say of a published scenario: read before it is shown, as text, beside the figures, never in them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.planification import Lieux, make_territoire_a_planifier
from tests.factories.scenarios import NOW, build_etude, make_scenario, press, read_champ
from tierslieux.core.errors import NotFoundError
from tierslieux.planification.models import AvisScenario, Scenario
from tierslieux.planification.scenarios import avis
from tierslieux.planification.scenarios import routes as routes_scenarios
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.planification.scenarios.avis import ATTENTE_MAX, PleinError, Statut

TEXTE = "Près du marché,\r\nj’irais volontiers <b>le mardi</b> matin."


@pytest.fixture
def publie(session: Session) -> tuple[Scenario, str, Lieux]:
    """A published scenario that opens two town halls."""
    lieux = make_territoire_a_planifier(session)
    etude = build_etude(lieux.mairies[5].public_id, lieux.mairies[4].public_id)
    scenario, jeton = make_scenario(session, etude, publie=True)
    session.commit()
    return scenario, jeton, lieux


@pytest.fixture
def horloge(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The clock of the routes: the last one of the list."""
    instants = [NOW]
    monkeypatch.setattr(routes_scenarios, "_get_now", lambda: instants[-1])
    return instants


def count_avis(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AvisScenario)) or 0


def test_words_are_read_before_they_are_shown_and_shown_as_text(
    client: FlaskClient, session: Session, publie: tuple[Scenario, str, Lieux], horloge: list[dt.datetime]
) -> None:
    scenario, jeton, lieux = publie
    adresse, lien = f"/scenarios/{scenario.public_id}", f"/scenarios/{scenario.public_id}/modifier/{jeton}"
    avant = client.get(adresse).text
    champs = {"site": lieux.mairies[4].public_id, "texte": TEXTE, "timbre": read_champ(avant, "timbre")}
    horloge.append(NOW + dt.timedelta(seconds=30))
    recu = client.post(f"{adresse}/avis", data=champs)
    assert recu.headers["Location"] == f"{adresse}?avis=recu"
    assert "Set-Cookie" not in recu.headers
    assert "votre avis est bien arrivé" in client.get(f"{adresse}?avis=recu").text
    # Sent twice, it is kept once; nobody sees it yet.
    client.post(f"{adresse}/avis", data=champs)
    assert count_avis(session) == 1
    assert "marché" not in client.get(adresse).text
    page = client.get(lien).text
    assert "À lire (1)" in page
    press(client, lien, "avis-publier", avis=read_champ(page, "avis"))
    apres = client.get(adresse).text
    assert "j’irais volontiers &lt;b&gt;le mardi&lt;/b&gt; matin." in apres
    assert "1\xa0avis" in apres or "1 avis" in apres
    # The figures are those of before, whatever is said.
    debut, fin = avant.index('class="effets"'), avant.index('id="lieux"')
    assert avant[debut:fin] in apres
    # One's mind may change.
    press(client, lien, "avis-refuser", avis=read_champ(page, "avis"))
    assert "marché" not in client.get(adresse).text
    assert session.scalars(select(AvisScenario.decide_at)).one() is not None


REFUS: tuple[tuple[dict[str, str], int, str], ...] = (
    ({}, 1, "parti trop vite"),
    ({}, 3 * 86_400, "ouverte trop longtemps"),
    ({"timbre": "faux"}, 30, "ouverte trop longtemps"),
    ({"timbre": ""}, 30, "ouverte trop longtemps"),
    ({"site": "ailleurs"}, 30, "Choisissez un lieu"),
    ({"site": ""}, 30, "Choisissez un lieu"),
    ({"texte": "court"}, 30, "quelques mots"),
    ({"texte": "Trop long. " * 100}, 30, "trop long"),
    ({"site_web": "https://pub.exemple"}, 30, "Laissez vide"),
)


def test_what_is_refused_comes_back_with_its_reason(
    client: FlaskClient, session: Session, publie: tuple[Scenario, str, Lieux], horloge: list[dt.datetime]
) -> None:
    scenario, _jeton, lieux = publie
    adresse = f"/scenarios/{scenario.public_id}"
    for rang, (champs, attente_s, message) in enumerate(REFUS):
        timbre = read_champ(client.get(adresse).text, "timbre")
        envoi = {"site": lieux.mairies[4].public_id, "texte": f"{rang}. {TEXTE}", "timbre": timbre} | champs
        horloge.append(horloge[-1] + dt.timedelta(seconds=attente_s))
        refuse = client.post(f"{adresse}/avis", data=envoi)
        assert refuse.status_code == 422, champs
        assert message in refuse.text, champs
        assert envoi["texte"].split()[-1] in refuse.text, champs
        assert count_avis(session) == rang
        # What comes back can be sent again once it is right.
        horloge.append(horloge[-1] + dt.timedelta(seconds=30))
        juste = envoi | {"timbre": read_champ(refuse.text, "timbre"), "site": lieux.mairies[4].public_id}
        juste |= {"texte": f"{rang}. {TEXTE}", "site_web": ""}
        assert client.post(f"{adresse}/avis", data=juste).status_code == 303, champs


def test_a_scenario_that_is_not_published_takes_no_words_and_shows_none(
    client: FlaskClient, session: Session, publie: tuple[Scenario, str, Lieux], horloge: list[dt.datetime]
) -> None:
    scenario, jeton, lieux = publie
    adresse = f"/scenarios/{scenario.public_id}"
    timbre = read_champ(client.get(adresse).text, "timbre")
    site = lieux.mairies[4].public_id
    sien = avis.give_avis(session, scenario, {site: "Mairie"}, site_code=site, texte="Déjà publié ici", now=NOW)
    avis.moderate(session, scenario, sien.id, Statut.PUBLIE, now=NOW)
    scenarios.unpublish(session, scenario.public_id, jeton, scenario.version, now=NOW)
    session.commit()
    horloge.append(NOW + dt.timedelta(seconds=30))
    refuse = client.post(f"{adresse}/avis", data={"site": site, "texte": TEXTE, "timbre": timbre})
    assert refuse.status_code == 409
    assert "Déjà publié ici" not in refuse.text
    assert count_avis(session) == 1


def test_words_on_a_site_that_went_are_shown_apart(
    client: FlaskClient, session: Session, publie: tuple[Scenario, str, Lieux]
) -> None:
    scenario, jeton, lieux = publie
    site = lieux.mairies[4].public_id
    sien = avis.give_avis(session, scenario, {site: "Mairie d’avant"}, site_code=site, texte="Un avis ancien", now=NOW)
    avis.moderate(session, scenario, sien.id, Statut.PUBLIE, now=NOW)
    etude = build_etude(lieux.mairies[5].public_id)
    scenarios.replace_etude(session, scenario.public_id, jeton, scenario.version, etude, now=NOW)
    session.commit()
    page = client.get(f"/scenarios/{scenario.public_id}").text
    assert page.index('id="retires"') < page.index("Mairie d’avant") < page.index("Un avis ancien")


def test_a_flood_stops_until_somebody_reads(session: Session, publie: tuple[Scenario, str, Lieux]) -> None:
    scenario, jeton, lieux = publie
    site = lieux.mairies[4].public_id
    session.add_all(
        AvisScenario(
            scenario_id=scenario.public_id,
            site_code=site,
            site_nom="Mairie",
            texte=f"Avis numéro {rang}",
            statut="attente",
            recu_at=NOW,
        )
        for rang in range(ATTENTE_MAX)
    )
    session.flush()
    with pytest.raises(PleinError):
        avis.give_avis(session, scenario, {site: "Mairie"}, site_code=site, texte="Un de plus", now=NOW)
    with pytest.raises(NotFoundError):
        avis.moderate(session, scenario, 0, Statut.PUBLIE, now=NOW)
    # With the scenario goes all that was said of it.
    scenarios.delete(session, scenario.public_id, jeton, scenario.version)
    assert count_avis(session) == 0
