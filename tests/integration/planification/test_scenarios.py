"""Scenarios: kept, read, changed by their secret link, undone, copied, published, deleted, compared, forgotten."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from dataclasses import replace

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.planification import Lieux, make_territoire_a_planifier
from tests.factories.scenarios import NOW, build_etude, list_caches, make_scenario, press, read_champ
from tierslieux.core.db import create_engine_for, session_factory, transaction
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.models import Scenario
from tierslieux.planification.plans import build_empreinte
from tierslieux.planification.scenarios import services as scenarios
from tierslieux.planification.scenarios.services import JOURS_GARDES, PRECEDENTES_MAX, PerimeError
from tierslieux.planification.services import load_terrain
from tierslieux.territoires.enums import Niveau

NOUVEAU = "/territoires/departement/29/scenarios/nouveau"
CREER = "/territoires/departement/29/scenarios"


@pytest.fixture
def lieux(session: Session) -> Lieux:
    """The small territory, computed."""
    fabriques = make_territoire_a_planifier(session)
    session.commit()
    return fabriques


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_what_is_read_is_what_was_kept(session: Session, lieux: Lieux) -> None:
    etude = replace(
        build_etude(lieux.mairies[5].public_id),
        zone=((-3.5, 48.0), (-3.2, 48.0), (-3.2, 48.3)),
        genres=(),
        sites=None,
        budget=12.5,
    )
    etude = etude.add(Geste(Action.OUVRIR, None, -3.4, 48.1), Geste(Action.FERMER, lieux.aide.public_id))
    scenario, jeton = make_scenario(session, etude)
    session.expire_all()
    relue = scenarios.read_etude(scenarios.get_scenario(session, scenario.public_id))
    assert relue == etude
    terrain = load_terrain(session, etude)
    assert build_empreinte(load_terrain(session, relue), relue) == build_empreinte(terrain, etude)
    assert len(scenario.public_id) >= 10
    # The secret itself is stored nowhere.
    assert scenario.jeton_sha256 == hashlib.sha256(jeton.encode()).hexdigest()
    rangee = session.execute(select(Scenario.__table__)).one()
    assert not any(jeton in str(valeur) for valeur in rangee)


def test_closing_then_reopening_keeps_the_study_of_before(session: Session, lieux: Lieux) -> None:
    code = lieux.aide.public_id
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id))
    avant = scenarios.read_etude(scenario)
    fermee = avant.add(Geste(Action.FERMER, code))
    scenarios.replace_etude(session, scenario.public_id, jeton, 1, fermee, now=NOW)
    rouverte = scenarios.read_etude(scenario).add(Geste(Action.OUVRIR, code))
    scenarios.replace_etude(session, scenario.public_id, jeton, 2, rouverte, now=NOW)
    assert scenarios.read_etude(scenario) == avant


def test_studies_before_come_back_one_after_the_other_up_to_fifty(session: Session, lieux: Lieux) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id, minutes=5))
    for rang in range(PRECEDENTES_MAX + 3):
        etude = build_etude(lieux.mairies[5].public_id, minutes=6 + rang % 50)
        scenarios.replace_etude(session, scenario.public_id, jeton, scenario.version, etude, now=NOW)
    version = scenario.version
    # The same study again is no change.
    scenarios.replace_etude(session, scenario.public_id, jeton, version, etude, now=NOW)
    assert (scenario.version, len(scenario.precedentes)) == (version, PRECEDENTES_MAX)
    scenarios.undo(session, scenario.public_id, jeton, version, now=NOW)
    # The one before the last of 53 (ranks 0 to 52): rank 51, 6 + 51 % 50 minutes.
    assert scenarios.read_etude(scenario).minutes == 7
    assert len(scenario.precedentes) == PRECEDENTES_MAX - 1
    while scenario.precedentes:
        scenarios.undo(session, scenario.public_id, jeton, scenario.version, now=NOW)
    with pytest.raises(ConflictError):
        scenarios.undo(session, scenario.public_id, jeton, scenario.version, now=NOW)


def test_only_the_right_link_changes_a_scenario_and_only_for_its_territory(session: Session, lieux: Lieux) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id))
    for public_id, secret in ((scenario.public_id, jeton[:-1] + "?"), (scenario.public_id, ""), ("inconnu", jeton)):
        with pytest.raises(NotFoundError):
            scenarios.delete(session, public_id, secret, 1)
    with pytest.raises(InvalidInputError):
        scenarios.replace_etude(session, scenario.public_id, jeton, 1, Etude(Niveau.REGION, "53"), now=NOW)
    with pytest.raises(PerimeError):
        scenarios.publish(session, scenario.public_id, jeton, 2, now=NOW)


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(base_neuve: str) -> None:
    moteur = create_engine_for(base_neuve)
    fabrique = session_factory(moteur)
    with fabrique() as session, transaction(session):
        scenario, jeton = make_scenario(session, build_etude("a"))
    barriere, issues = threading.Barrier(2), []

    def change(minutes: int) -> None:
        barriere.wait(timeout=10)
        try:
            with fabrique() as session, transaction(session):
                etude = build_etude("a", minutes=minutes)
                scenarios.replace_etude(session, scenario.public_id, jeton, 1, etude, now=NOW)
        except PerimeError:
            issues.append(None)
        else:
            issues.append(minutes)

    fils = [threading.Thread(target=change, args=(minutes,)) for minutes in (10, 20)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=20)
    with fabrique() as session:
        stocke = scenarios.get_scenario(session, scenario.public_id)
    moteur.dispose()
    gagnant = next(minutes for minutes in issues if minutes is not None)
    assert sorted(issues, key=str) == sorted([gagnant, None], key=str)
    assert (stocke.version, scenarios.read_etude(stocke).minutes, len(stocke.precedentes)) == (2, gagnant, 1)


def test_scenarios_that_nobody_publishes_nor_changes_for_long_are_forgotten(session: Session) -> None:
    vieux = NOW - dt.timedelta(days=JOURS_GARDES, seconds=1)
    make_scenario(session, build_etude("a"), titre="Oublié", now=vieux)
    make_scenario(session, build_etude("a"), titre="Récent", now=NOW - dt.timedelta(days=JOURS_GARDES - 1))
    make_scenario(session, build_etude("a"), titre="Publié", now=vieux, publie=True)
    assert scenarios.purge(session, now=NOW) == 1
    assert set(session.scalars(select(Scenario.titre))) == {"Récent", "Publié"}


def test_a_table_that_a_scenario_needs_is_known(session: Session) -> None:
    make_scenario(session, replace(build_etude("a"), table="candidats1"))
    make_scenario(session, replace(build_etude("a"), besoin="table-besoins1"))
    utilisees = [scenarios.is_table_utilisee(session, table) for table in ("candidats1", "besoins1", "autre")]
    assert utilisees == [True, True, False]


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("lieux")
def test_a_plan_is_kept_with_its_sites_and_its_link_is_shown_once(client: FlaskClient) -> None:
    page = client.get(NOUVEAU, query_string={"minutes": "8", "sites": "2"})
    assert page.status_code == 200
    champs = list_caches(page.text)
    assert len(champs["gestes"]) == 2
    reponse = client.post(CREER, data=champs | {"titre": "  Deux   lieux ", "presentation": "Pour\r\ntous", "dans": ""})
    assert reponse.status_code == 303
    suite = reponse.headers["Location"]
    cree = client.get(suite)
    lien = suite.partition("?")[0]
    assert f"http://localhost{lien}" in cree.text
    assert "<h1>Deux lieux</h1>" in cree.text
    # Afterwards the page does not tell its own key, and no cache nor Referer has it.
    encore = client.get(lien)
    assert 'id="lien-modifier"' not in encore.text
    assert (encore.headers["Referrer-Policy"], encore.headers["Cache-Control"]) == ("no-referrer", "no-store")
    lu = client.get(lien.partition("/modifier/")[0])
    assert lu.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in lu.text
    assert lien.rpartition("/")[2] not in lu.text


def test_whoever_only_reads_gets_no_cookie(client: FlaskClient, session: Session, lieux: Lieux) -> None:
    scenario, _jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id), publie=True)
    session.commit()
    lu = client.get(f"/scenarios/{scenario.public_id}")
    assert "Set-Cookie" not in lu.headers
    assert "X-Robots-Tag" not in lu.headers
    assert "Mairie de Commune 6" in lu.text


def test_a_form_without_its_token_is_refused_and_gives_its_text_back(
    client: FlaskClient, session: Session, lieux: Lieux
) -> None:
    champs = {"gestes": f"ouvrir:{lieux.mairies[5].public_id}", "titre": "Mon titre", "presentation": "Mon <texte>"}
    refuse = client.post(CREER, data=champs)
    assert refuse.status_code == 422
    assert 'value="Mon titre"' in refuse.text
    assert "Mon &lt;texte&gt;" in refuse.text
    assert f'value="ouvrir:{lieux.mairies[5].public_id}"' in refuse.text
    assert session.scalar(select(func.count()).select_from(Scenario)) == 0
    # The same page has the token: sent again, it is taken.
    again = client.post(CREER, data=champs | {"csrf_token": read_champ(refuse.text, "csrf_token")})
    assert again.status_code == 303
    lien = again.headers["Location"].partition("?")[0]
    sans = client.post(lien, data={"action": "renommer", "version": "1", "titre": "Un autre titre"})
    assert sans.status_code == 422
    assert 'value="Un autre titre"' in sans.text
    assert client.post(lien, data={"action": "publier", "version": "1"}).status_code == 422
    assert session.scalars(select(Scenario.publie_at)).one() is None


INSENSES: tuple[tuple[dict[str, str], str], ...] = (
    ({"titre": "ab"}, "de 3 à 120 caractères"),
    ({"titre": "t" * 121}, "de 3 à 120 caractères"),
    ({"titre": "Un titre", "presentation": "p" * 2001}, "2000 caractères au plus"),
    ({"titre": "Un titre", "dans": "inconnu.1"}, "Ce navigateur ne connaît plus ce scénario"),
    ({"titre": "Un titre", "minutes": "abc"}, "abc"),
    ({"titre": "Un titre", "gestes": "fermer:nulle-part"}, "nulle-part"),
)


def test_nonsense_is_told_and_nothing_is_kept(client: FlaskClient, session: Session, lieux: Lieux) -> None:
    jeton = read_champ(client.get(NOUVEAU, query_string={"minutes": "8"}).text, "csrf_token")
    base = {"csrf_token": jeton, "gestes": f"ouvrir:{lieux.mairies[5].public_id}"}
    for champs, message in INSENSES:
        refuse = client.post(CREER, data=base | champs)
        assert refuse.status_code == 422, champs
        assert message in refuse.text.replace("\u202f", "").replace("\xa0", " "), champs
    assert session.scalar(select(func.count()).select_from(Scenario)) == 0


@pytest.mark.usefixtures("lieux")
def test_a_territory_or_a_plan_that_cannot_be_is_told(client: FlaskClient) -> None:
    assert client.get("/territoires/departement/99/scenarios/nouveau").status_code == 404
    assert client.get("/territoires/planete/29/scenarios/nouveau").status_code == 404
    # No building overseas could host a place.
    vide = client.get("/territoires/departement/974/scenarios/nouveau")
    assert vide.status_code == 422
    assert client.get("/scenarios/inconnu-inconnu").status_code == 404
    assert client.get("/scenarios/inconnu-inconnu/modifier/x").status_code == 404


def test_a_study_goes_into_a_scenario_whose_link_was_opened_and_comes_back(
    client: FlaskClient, session: Session, lieux: Lieux
) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id))
    session.commit()
    lien = f"/scenarios/{scenario.public_id}/modifier/{jeton}"
    client.get(lien)
    page = client.get(NOUVEAU, query_string=build_etude(lieux.mairies[4].public_id).to_args())
    assert "Dans «\xa0Deux lieux de plus\xa0»" in page.text
    # The secret is in no address and in no page but its own.
    assert jeton not in page.text
    champs = list_caches(page.text) | {"titre": "", "dans": f"{scenario.public_id}.1"}
    assert client.post(CREER, data=champs).headers["Location"] == f"{lien}?fait=etude"
    session.expire_all()
    assert scenarios.read_etude(scenario) == build_etude(lieux.mairies[4].public_id)
    assert press(client, lien, "annuler").status_code == 303
    session.expire_all()
    assert scenarios.read_etude(scenario) == build_etude(lieux.mairies[5].public_id)
    assert press(client, lien, "annuler").status_code == 409


def test_a_stale_study_is_refused_with_both_shown_then_taken_on_purpose(
    client: FlaskClient, session: Session, lieux: Lieux
) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id))
    session.commit()
    client.get(f"/scenarios/{scenario.public_id}/modifier/{jeton}")
    autre = build_etude(lieux.mairies[1].public_id)
    scenarios.replace_etude(session, scenario.public_id, jeton, 1, autre, now=NOW)
    session.commit()
    mienne = build_etude(lieux.mairies[4].public_id)
    page = client.get(NOUVEAU, query_string=mienne.to_args())
    refuse = client.post(CREER, data=list_caches(page.text) | {"titre": "", "dans": f"{scenario.public_id}.1"})
    assert refuse.status_code == 409
    assert "Mairie de Commune 2" in refuse.text
    assert "Mairie de Commune 5" in refuse.text
    session.expire_all()
    assert scenarios.read_etude(scenario) == autre
    choisi = f"{scenario.public_id}.2"
    assert f'value="{choisi}" checked' in refuse.text
    assert client.post(CREER, data=list_caches(refuse.text) | {"titre": "", "dans": choisi}).status_code == 303
    session.expire_all()
    assert scenarios.read_etude(scenario) == mienne


def test_a_stale_title_is_refused_with_both_shown(client: FlaskClient, session: Session, lieux: Lieux) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id))
    session.commit()
    lien = f"/scenarios/{scenario.public_id}/modifier/{jeton}"
    assert press(client, lien, "renommer", titre="Premier", version=1).status_code == 303
    refuse = press(client, lien, "renommer", titre="Second", presentation="Mon texte", version=1)
    assert refuse.status_code == 409
    assert "<p>Premier</p>" in refuse.text
    assert 'value="Second"' in refuse.text
    assert "Mon texte</textarea>" in refuse.text
    assert press(client, lien, "supprimer", confirmer="1", version=1).status_code == 409
    session.expire_all()
    assert (scenario.titre, scenario.presentation, scenario.version) == ("Premier", None, 2)


def test_a_copy_has_a_link_of_its_own_and_a_deleted_scenario_is_gone(
    client: FlaskClient, session: Session, lieux: Lieux
) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id), publie=True)
    session.commit()
    lien = f"/scenarios/{scenario.public_id}/modifier/{jeton}"
    copie = press(client, lien, "dupliquer").headers["Location"]
    assert scenario.public_id not in copie
    assert jeton not in copie
    page = client.get(copie).text
    assert "<h1>Copie de Deux lieux de plus</h1>" in page
    assert "Pas encore publié." in page
    assert press(client, lien, "supprimer").status_code == 422
    assert client.get(lien).status_code == 200
    assert press(client, lien, "supprimer", confirmer="1").status_code == 200
    assert client.get(lien).status_code == 404
    assert client.get(f"/scenarios/{scenario.public_id}").status_code == 404
    assert press(client, copie.partition("?")[0], "inconnue").status_code == 422


def test_a_published_scenario_is_listed_until_it_is_taken_back(
    client: FlaskClient, session: Session, lieux: Lieux, cli_runner: FlaskCliRunner
) -> None:
    scenario, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id))
    session.commit()
    lien = f"/scenarios/{scenario.public_id}/modifier/{jeton}"

    def list_titres() -> list[str]:
        return [un.titre for un in scenarios.list_publies(session, Niveau.DEPARTEMENT, "29")]

    assert list_titres() == []
    press(client, lien, "publier")
    assert list_titres() == ["Deux lieux de plus"]
    assert scenario.public_id in cli_runner.invoke(args=["planification", "scenarios"]).output
    press(client, lien, "retirer")
    assert list_titres() == []
    press(client, lien, "publier")
    assert cli_runner.invoke(args=["planification", "unpublish", scenario.public_id]).exit_code == 0
    assert list_titres() == []
    assert cli_runner.invoke(args=["planification", "unpublish", "inconnu"]).exit_code == 1


@pytest.mark.usefixtures("lieux")
def test_a_scenario_whose_place_is_gone_says_so_and_still_reads(client: FlaskClient, session: Session) -> None:
    scenario, jeton = make_scenario(session, build_etude("parti"), publie=True)
    session.commit()
    lu = client.get(f"/scenarios/{scenario.public_id}")
    assert lu.status_code == 200
    assert "Ce scénario ne peut pas être calculé." in lu.text
    assert client.get(f"/scenarios/{scenario.public_id}/modifier/{jeton}").status_code == 200
    compare = client.get("/scenarios/comparer", query_string={"a": scenario.public_id, "b": scenario.public_id})
    assert compare.status_code == 422


# --- Two scenarios ----------------------------------------------------------------------------------------------------


def test_two_scenarios_stand_side_by_side(client: FlaskClient, session: Session, lieux: Lieux) -> None:
    a, jeton = make_scenario(session, build_etude(lieux.mairies[5].public_id), titre="Le nord")
    b, _jeton = make_scenario(session, build_etude(lieux.mairies[1].public_id), titre="Le sud")
    c, _jeton = make_scenario(session, build_etude(lieux.mairies[1].public_id, minutes=10), titre="Plus long")
    session.commit()
    page = client.get("/scenarios/comparer", query_string={"a": a.public_id, "b": b.public_id})
    assert page.status_code == 200
    assert page.text.count('<svg class="choroplethe-dessin') >= 2
    assert 'id="tableau-communes"' in page.text
    assert "ne mesurent pas la même chose" not in page.text
    autre = client.get("/scenarios/comparer", query_string={"a": a.public_id, "b": c.public_id}).text
    assert "ne mesurent pas la même chose" in autre
    assert "Dans le premier, 8\xa0minutes. Dans le second, 10\xa0minutes." in autre
    assert 'id="tableau-communes"' not in autre
    # A pasted editing link loses its secret before anything is shown.
    colle = f"http://localhost/scenarios/{a.public_id}/modifier/{jeton}"
    renvoi = client.get("/scenarios/comparer", query_string={"a": colle, "b": b.public_id})
    assert renvoi.headers["Location"] == f"/scenarios/comparer?a={a.public_id}&b={b.public_id}"
    assert client.get("/scenarios/comparer").status_code == 200
    assert client.get("/scenarios/comparer?a=nulle-part&b=").status_code == 422
