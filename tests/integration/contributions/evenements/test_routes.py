"""Announcing, correcting and cancelling what happens at a place; the agenda, its calendars, the page of the place."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from icalendar import Calendar
from sqlalchemy import select, text

from tests.factories.comptes import create_compte, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux import limites
from tierslieux.comptes.droits import Habilitation, Role
from tierslieux.contributions import services
from tierslieux.contributions.evenements import queries
from tierslieux.contributions.evenements.params import Ou
from tierslieux.contributions.formulaires import timbres
from tierslieux.contributions.models import Proposition
from tierslieux.core.types import Bbox
from tierslieux.lieux.models import Lieu
from tierslieux.territoires.enums import Niveau

NOW = dt.datetime.now(dt.UTC)
# A Tuesday, at least a week ahead.
MARDI = NOW.date() + dt.timedelta(days=7 + (1 - NOW.weekday()) % 7)
SAISIE = {
    "genre": "atelier",
    "titre": "Premiers clics",
    "jour": MARDI.isoformat(),
    "debut": "14:00",
    "fin": "16:00",
    "retour": "non",
}
HEBDO = SAISIE | {"retour": "semaine", "jusqu_au": (MARDI + dt.timedelta(weeks=5)).isoformat()}


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """Tests fill forms in faster than people."""
    monkeypatch.setattr(timbres, "DELAI_MIN", dt.timedelta())


@pytest.fixture(name="lieu")
def _make_lieu(session):
    make_bretagne(session)
    lieu = make_lieu(session, "Maison Zibeline", commune_nom="Brest", code_postal="29200")
    session.commit()
    return lieu


def ouvrir(client, adresse):
    """What the form of a page carries."""
    page = client.get(adresse).text
    caches = dict(re.findall(r'name="(csrf_token|timbre|version)" value="([^"]*)"', page))
    assert set(caches) == {"csrf_token", "timbre", "version"}
    return caches


def envoyer(client, adresse, saisie, **autres):
    return client.post(adresse, data=ouvrir(client, adresse) | saisie | {"action": "envoyer"} | autres)


def proposer(client, lieu, saisie=SAISIE, **autres):
    return envoyer(client, f"/lieux/{lieu.public_id}/evenements/proposer", saisie, **autres)


def derniere(session):
    return session.scalars(select(Proposition).order_by(Proposition.id.desc())).first()


def publier(client, session, lieu, saisie=SAISIE):
    """Announce something and have it accepted; its id."""
    assert proposer(client, lieu, saisie).status_code == 303
    proposition = derniere(session)
    services.accept(session, proposition.public_id, acteur="mod", now=dt.datetime.now(dt.UTC))
    session.commit()
    session.expire_all()
    return proposition.apres["evenements"][-1]["id"]


def lire(session, lieu):
    session.expire_all()
    return session.get(Lieu, lieu.id).evenements


def test_an_event_is_announced_read_again_accepted_and_shown_everywhere(client, session, lieu):
    adresse = f"/lieux/{lieu.public_id}/evenements/proposer"
    apercu = client.post(adresse, data=ouvrir(client, adresse) | HEBDO | {"action": "apercu"}).text
    assert "Tous les mardis de 14\u00a0h à 16\u00a0h" in apercu
    assert apercu.count("de 14\u00a0h à 16\u00a0h") == 6  # the rule, then five dates
    publier(client, session, lieu, HEBDO)
    assert [evenement["titre"] for evenement in lire(session, lieu)] == ["Premiers clics"]
    page = client.get(f"/lieux/{lieu.public_id}").text
    assert "Premiers clics" in page
    assert "Tous les mardis" in page
    agenda = client.get("/agenda?commune=29019").text
    assert "Premiers clics" in agenda
    # Thirty days ahead, from the first Tuesday on: three or four of them.
    assert 3 <= agenda.count("Maison Zibeline") <= 4
    assert "Premiers clics" not in client.get("/agenda?departement=22").text
    assert "Premiers clics" in client.get("/agenda?q=brest&genre=atelier").text
    assert "Premiers clics" not in client.get("/agenda?q=brest&genre=debat").text


def test_only_the_new_event_is_proposed(client, session, lieu):
    publier(client, session, lieu)
    proposer(client, lieu, SAISIE | {"titre": "Autre"})
    proposition = derniere(session)
    ids = [{un["id"] for un in liste["evenements"] or ()} for liste in (proposition.avant, proposition.apres)]
    assert ids[0] < ids[1]
    assert len(ids[1]) == 2


def test_two_announced_at_the_same_time_are_both_kept(client, session, lieu):
    proposer(client, lieu, SAISIE | {"titre": "Un"})
    un = derniere(session)
    proposer(client, lieu, SAISIE | {"titre": "Deux"})
    deux = derniere(session)
    for proposition in (deux, un):
        services.accept(session, proposition.public_id, acteur="mod", now=dt.datetime.now(dt.UTC))
    assert {evenement["titre"] for evenement in lire(session, lieu)} == {"Un", "Deux"}


def test_sent_twice_it_is_one_proposal(client, session, lieu):
    adresse = f"/lieux/{lieu.public_id}/evenements/proposer"
    envoi = ouvrir(client, adresse) | SAISIE | {"action": "envoyer"}
    reponses = [client.post(adresse, data=envoi) for _ in range(2)]
    assert reponses[0].location == reponses[1].location
    assert len(session.scalars(select(Proposition)).all()) == 1


def test_an_event_is_corrected(client, session, lieu):
    identifiant = publier(client, session, lieu)
    adresse = f"/lieux/{lieu.public_id}/evenements/{identifiant}/corriger"
    assert 'value="Premiers clics"' in client.get(adresse).text
    assert envoyer(client, adresse, SAISIE | {"fin": "17:00"}).status_code == 303
    services.accept(session, derniere(session).public_id, acteur="mod", now=dt.datetime.now(dt.UTC))
    assert [(un["id"], un["fin"][-5:]) for un in lire(session, lieu)] == [(identifiant, "17:00")]


def test_a_correction_that_changes_nothing_is_not_sent(client, session, lieu):
    identifiant = publier(client, session, lieu)
    adresse = f"/lieux/{lieu.public_id}/evenements/{identifiant}/corriger"
    assert envoyer(client, adresse, SAISIE).status_code == 422


def test_one_date_is_cancelled_then_the_whole(client, session, lieu):
    identifiant = publier(client, session, lieu, HEBDO)
    adresse = f"/lieux/{lieu.public_id}/evenements/{identifiant}/annuler"
    assert envoyer(client, adresse, {"quoi": "2001-01-01"}).status_code == 422
    jour = (MARDI + dt.timedelta(weeks=1)).isoformat()
    assert envoyer(client, adresse, {"quoi": jour}).status_code == 303
    services.accept(session, derniere(session).public_id, acteur="mod", now=dt.datetime.now(dt.UTC))
    assert lire(session, lieu)[0]["sauf"] == [jour]
    session.commit()
    assert envoyer(client, adresse, {"quoi": "tout"}).status_code == 303
    annulation = derniere(session)
    services.accept(session, annulation.public_id, acteur="mod", now=dt.datetime.now(dt.UTC))
    assert lire(session, lieu) == []
    session.commit()
    assert client.get(adresse).status_code == 404
    services.undo(session, annulation.public_id, acteur="mod", now=dt.datetime.now(dt.UTC))
    assert len(lire(session, lieu)) == 1


def test_who_answers_for_the_territory_publishes_at_once_and_others_do_not(client, session, fabrique, lieu):
    ailleurs = create_compte(session, habilitations=[Habilitation(Role.AGENT, Niveau.DEPARTEMENT, "22")])
    ici = create_compte(session, habilitations=[Habilitation(Role.AGENT, Niveau.DEPARTEMENT, "29")])
    session.commit()
    sign_in(client, fabrique, ailleurs)
    proposer(client, lieu)
    assert lire(session, lieu) == []
    sign_in(client, fabrique, ici)
    proposer(client, lieu)
    assert len(lire(session, lieu)) == 1


def test_an_event_that_changed_meanwhile_is_not_overwritten(client, session, fabrique, lieu):
    identifiant = publier(client, session, lieu)
    sign_in(client, fabrique, create_compte(session, habilitations=[Habilitation(Role.AGENT, Niveau.FRANCE, "FR")]))
    adresse = f"/lieux/{lieu.public_id}/evenements/{identifiant}/corriger"
    ancien = ouvrir(client, adresse)
    assert envoyer(client, adresse, SAISIE | {"titre": "Titre changé"}).status_code == 303
    reponse = client.post(adresse, data=ancien | SAISIE | {"titre": "Mon titre", "action": "envoyer"})
    assert reponse.status_code == 409
    assert "Mon titre" in reponse.text
    assert "Titre changé" in reponse.text
    assert [un["titre"] for un in lire(session, lieu)] == ["Titre changé"]


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"titre": ""}, "Donnez un titre"),
        ({"titre": "a" * 100_000}, "trop long"),
        ({"genre": "concert"}, "Choisissez dans la liste"),
        ({"jour": "31/02/2027"}, "Nous ne comprenons pas cette date"),
        ({"jour": "2001-01-01"}, "passées"),
        ({"debut": "25:00"}, "Nous ne comprenons pas cette heure"),
        ({"fin": "13:00"}, "La fin est avant le début"),
        (
            {"retour": "semaine", "sauf": "demain"},
            "Nous ne comprenons pas « demain »".replace("« ", "«\u00a0").replace(" »", "\u00a0»"),
        ),
        ({"inscription": "javascript:alert(1)"}, "inscription-erreur"),
        ({"courriel": "moi"}, "courriel-erreur"),
        ({"site_web": "x"}, "Ne rien écrire ici"),
        ({"csrf_token": "faux"}, "Envoyez de nouveau"),
        ({"timbre": "faux"}, "restée ouverte trop longtemps"),
        ({"csrf_token": ""}, "Envoyez de nouveau"),
    ],
)
def test_a_form_that_is_refused_gives_its_text_back(client, session, lieu, champs, message):
    texte = "Un texte que j’ai mis du temps à écrire <b>&"
    reponse = proposer(client, lieu, SAISIE | {"texte": texte} | champs)
    assert reponse.status_code == 422
    assert "Un texte que j’ai mis du temps à écrire &lt;b&gt;&amp;" in reponse.text
    assert message in reponse.text
    assert derniere(session) is None


def test_too_many_gives_the_text_back_too(client, lieu, monkeypatch):
    monkeypatch.setattr(limites, "REGLES", {"proposition": limites.Regle("1 per hour")})
    reponses = [proposer(client, lieu, SAISIE | {"titre": f"Atelier {rang}", "texte": "Mon texte"}) for rang in (1, 2)]
    assert [reponse.status_code for reponse in reponses] == [303, 429]
    assert "Mon texte" in reponses[1].text
    assert int(reponses[1].headers["Retry-After"]) > 0


PIEGES = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    '"><svg onload=alert(1)>',
)


@pytest.mark.parametrize("piege", PIEGES)
def test_every_text_is_shown_as_text(client, session, lieu, piege):
    publier(client, session, lieu, HEBDO | {"titre": piege, "texte": piege, "public": piege})
    for adresse in (f"/lieux/{lieu.public_id}", "/agenda?commune=29019"):
        page = client.get(adresse).text
        assert piege not in page.replace(json.dumps(piege)[1:-1], "") or piege == "{{ 7 * 7 }}"
        assert not re.search(r"<(img|svg)[^>]*on(error|load)=", page)
        assert "<script>alert" not in page
        for corps in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
            assert "<" not in corps
            json.loads(corps)
    fichier = client.get(f"/lieux/{lieu.public_id}/evenements.ics").data
    assert str(Calendar.from_ical(fichier).walk("VEVENT")[0]["SUMMARY"]) == piege


def test_programs_follow_the_place_and_the_territory(client, session, lieu):
    identifiant = publier(client, session, lieu, HEBDO)
    for adresse in (f"/lieux/{lieu.public_id}/evenements.ics", "/agenda.ics?commune=29019"):
        reponse = client.get(adresse)
        assert reponse.mimetype == "text/calendar"
        (objet,) = Calendar.from_ical(reponse.data).walk("VEVENT")
        assert str(objet["UID"]) == f"{lieu.public_id}-{identifiant}@tierslieux"
        assert objet["RRULE"]["FREQ"] == ["WEEKLY"]
    assert client.get("/agenda.ics").status_code == 404


def test_machines_read_the_coming_dates_of_a_place(client, session, lieu):
    publier(client, session, lieu, HEBDO)
    (corps,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(f"/lieux/{lieu.public_id}").text, re.DOTALL
    )
    evenements = [objet for objet in json.loads(corps)["@graph"] if objet["@type"] == "Event"]
    assert evenements[0]["name"] == "Premiers clics"
    assert evenements[0]["startDate"].startswith(f"{MARDI.isoformat()}T14:00:00+0")


def test_what_is_over_leaves_the_lists_and_stays_in_the_record(client, session, lieu):
    publier(client, session, lieu)
    hier = (NOW - dt.timedelta(days=2)).isoformat("T", "minutes")[:16]
    session.execute(
        text("UPDATE lieu SET evenements = jsonb_set(jsonb_set(evenements, '{0,debut}', :debut), '{0,fin}', :fin)"),
        {"debut": json.dumps(hier[:11] + "08:00"), "fin": json.dumps(hier[:11] + "09:00")},
    )
    session.commit()
    assert "Premiers clics" not in client.get(f"/lieux/{lieu.public_id}").text.split("ld+json")[0]
    assert "Premiers clics" not in client.get("/agenda?commune=29019").text
    assert len(lire(session, lieu)) == 1


@pytest.mark.usefixtures("lieu")
def test_the_stops_of_a_bus_stand_in_the_agenda(client, session):
    dates = [(NOW + dt.timedelta(days=jours)).date() for jours in (3, 200)]
    horaires = "; ".join(f"{jour:%Y %b %d} 14:00-16:00" for jour in dates)
    make_lieu(session, "Bus Tatou", itinerant=True, horaires=horaires, genres=("bus-numerique",))
    session.commit()
    page = client.get("/agenda?commune=29019&genre=passage").text
    assert page.count("<h3") == 1
    assert "Bus Tatou" in page
    (objet,) = Calendar.from_ical(client.get("/agenda.ics?commune=29019").data).walk("VEVENT")
    assert str(objet["UID"]).endswith(f"-{dates[0]:%Y%m%d}T1400@tierslieux")


def test_a_hidden_or_closed_place_announces_nothing(client, session, lieu):
    publier(client, session, lieu)
    session.get(Lieu, lieu.id).statut = "ferme"
    session.commit()
    assert "Premiers clics" not in client.get("/agenda?commune=29019").text
    assert client.get(f"/lieux/{lieu.public_id}/evenements/proposer").status_code == 404


@pytest.mark.parametrize(
    "args",
    ["du=2001-01-01", "du=x", "genre=x", "lon=a&lat=b", "commune='; drop", "q=qsdfghjklm", "rayon=-1", "au=9999-99-99"],
)
@pytest.mark.usefixtures("lieu")
def test_the_agenda_survives_nonsense(client, args):
    assert client.get(f"/agenda?{args}").status_code in {200, 422}


@pytest.mark.usefixtures("lieu")
def test_the_agenda_reads_its_own_index(session):
    session.execute(
        text(
            "INSERT INTO lieu (public_id, nom, est_aide, est_tiers_lieu, provenance, geom)"
            " SELECT 'foule' || n, 'Foule', true, false, '{}', ST_SetSRID(ST_MakePoint(-4.9 + n / 5000.0, 48.4), 4326)"
            " FROM generate_series(1, 4000) AS n"
        )
    )
    session.execute(text("ANALYZE lieu"))
    for ou in (Ou(bbox=Bbox(-5, 48, -4, 49)), Ou()):
        stmt = queries.list_lieux_stmt(ou, depuis=dt.datetime(2026, 11, 22), limite=10)  # noqa: DTZ001 - local
        sql = stmt.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.execute(text(f"EXPLAIN {sql}".replace(":", r"\:"))).scalars())
        assert "ix_lieu_agenda" in plan
