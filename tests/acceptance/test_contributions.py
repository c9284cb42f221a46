"""From a resident's proposal to the map and back, on a narrow phone without JavaScript and on a computer with it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from tests.acceptance.conftest import run_axe
from tests.conftest import SECRET, build_settings
from tests.factories.comptes import create_compte, sign_in
from tests.factories.lieux import make_lieu
from tests.factories.propositions import MODERATEUR, propose_correction, propose_lieu, tick
from tests.factories.territoires import make_bretagne
from tierslieux import create_app
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.jetons import digest_jeton
from tierslieux.contributions import services
from tierslieux.contributions.enums import MotifRefus
from tierslieux.contributions.formulaires import timbres
from tierslieux.contributions.formulaires.brouillons import keep_brouillon
from tierslieux.contributions.liens_prives import build_jeton_desabonnement
from tierslieux.contributions.models import Relance
from tierslieux.contributions.votes import services as votes
from tierslieux.core.db import create_engine_for, session_factory
from tierslieux.extensions import CLE
from tierslieux.lieux import decisions, historique
from tierslieux.territoires.enums import Niveau

NOM = "Fabrique « L’Été » de Brest"
SITE = "https://fabrique.example.org/"
JETON = "jeton-d-essai"


@pytest.fixture
def fabrique_neuve(base_neuve: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on the base of the site."""
    moteur = create_engine_for(base_neuve)
    yield session_factory(moteur)
    moteur.dispose()


class Site:
    """A running site of a small territory, with a moderator of Finistère and one of Côtes-d’Armor."""

    def __init__(self, adresse: str, cookies: dict[str, str]) -> None:
        self.adresse = adresse
        self.cookies = cookies


@pytest.fixture
def site_neuf(
    base_neuve: str, tmp_path: Path, fabrique_neuve: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """The site, in a thread of this process: its base is the test's own."""
    # A form sent in less than five seconds is asked for again (its own tests show it): nobody waits here.
    monkeypatch.setattr(timbres, "DELAI_MIN", dt.timedelta(0))
    with fabrique_neuve() as session:
        make_bretagne(session)
        moderateurs: dict[str, Personne] = {
            "a": create_compte(session, habilitations=[Habilitation(Role.MODERATEUR, Niveau.DEPARTEMENT, "29")]),
            "b": create_compte(session, habilitations=[Habilitation(Role.MODERATEUR, Niveau.DEPARTEMENT, "22")]),
        }
        session.commit()
    application = create_app(build_settings(base_neuve, tmp_path, TIERSLIEUX_DEVELOPMENT="1"))
    cookies = {}
    for nom, personne in moderateurs.items():
        client = application.test_client()
        sign_in(client, fabrique_neuve, personne)
        cookie = client.get_cookie("session")
        assert cookie is not None
        cookies[nom] = cookie.value
    serveur = make_server("127.0.0.1", 0, application, threaded=True)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield Site(f"http://127.0.0.1:{serveur.server_port}", cookies)
    serveur.shutdown()
    fil.join()
    serveur.server_close()
    application.extensions[CLE].session_factory.kw["bind"].dispose()


@contextmanager
def visit(chromium: Browser, site: Site, largeur: int, *, script: bool, qui: str | None = None) -> Iterator[Page]:
    """A browser of its own; `qui`: the moderator who is signed in."""
    contexte = chromium.new_context(
        base_url=site.adresse,
        viewport={"width": largeur, "height": 800},
        java_script_enabled=script,
        locale="fr-FR",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    if qui is not None:
        contexte.add_cookies([{"name": "session", "value": site.cookies[qui], "url": site.adresse}])
    page = contexte.new_page()
    fautes: list[str] = []
    page.on("pageerror", lambda erreur: fautes.append(str(erreur)))
    page.on("console", lambda message: fautes.append(message.text) if message.type == "error" else None)
    yield page
    # A page that is not yours is asked for on purpose.
    assert [faute for faute in fautes if "404" not in faute] == []
    contexte.close()


def check(page: Page, nom: str, largeur: int, *, script: bool) -> None:
    """Nothing scrolls sideways, what is pressed is large enough, and axe finds nothing (it needs JavaScript)."""
    if dossier := os.environ.get("TIERSLIEUX_CAPTURES"):
        page.screenshot(path=f"{dossier}/contribution_{nom}_{largeur}.png", full_page=True)
    if script:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert run_axe(page) == []


def tell_histoire(session: Session, cle: str) -> list[str]:
    """A place with all that may happen to it; the addresses of its pages."""
    lieu = make_lieu(session, "Espace numérique", telephone="+33298000000", courriel="accueil@example.org")
    absorbe = make_lieu(session, "Fabrique du Port", lon=-4.5, telephone="+33298000003")
    premiere = historique.get_version(session, lieu.id)
    services.accept(
        session,
        propose_correction(
            session,
            lieu.id,
            presentation="Un lieu où l’on aide.",
            telephone=None,
        ).proposition.public_id,
        acteur=MODERATEUR,
        now=tick(),
    )
    decisions.decide_meme(session, lieu.id, absorbe.id, now=tick(), auteur=MODERATEUR)
    retour = services.restore(session, lieu.id, premiere, acteur=MODERATEUR, now=tick()).proposition.public_id
    evenement = {
        "id": "e0000001",
        "genre": "atelier",
        "titre": "Atelier vélo",
        "debut": "2099-01-05T14:00",
        "fin": "2099-01-05T16:00",
    }
    annonce = propose_correction(session, lieu.id, evenements=[evenement]).proposition.public_id
    services.accept(session, annonce, acteur=MODERATEUR, now=tick())
    attente = propose_correction(session, lieu.id, site_web="https://example.org/", nom="Espace numérique du Port")
    services.ask(session, attente.proposition.public_id, "Qui vous l’a dit ?", acteur=MODERATEUR, now=tick())
    services.answer(session, attente.proposition.public_id, attente.jeton, "L’accueil.", now=tick())
    propose_lieu(session, nom="Fabrique du port")
    votes.set_reglage(session, (Niveau.DEPARTEMENT, "29"), avec_votes=True, acteur=MODERATEUR, now=tick())
    refusee = propose_correction(session, lieu.id, accessible=True, auteur="habitant-b").proposition.public_id
    services.refuse(session, refusee, MotifRefus.INEXACT, acteur=MODERATEUR, now=tick(), reponse="Il y a une marche.")
    id_, numero, version = lieu.public_id, attente.proposition.public_id, historique.get_version(session, lieu.id)
    stop = build_jeton_desabonnement(cle, "0" * 64)
    now = dt.datetime.now(dt.UTC)
    session.add(
        Relance(
            lieu_id=lieu.id,
            empreinte="0" * 64,
            jeton_sha256=digest_jeton(JETON),
            envoyee_at=now,
            expire_at=now + dt.timedelta(days=1),
        )
    )
    return [
        "/contribuer",
        "/moderation",
        "/moderation?vue=decidees",
        f"/moderation/{numero}",
        f"/moderation/{refusee}",
        "/moderation/flux",
        "/moderation/journal",
        "/moderation/oppositions",
        "/moderation/reglages",
        "/moderation/auteurs/habitant-a",
        "/moderation/auteurs/habitant-a/annuler",
        "/compte/contributions",
        "/propositions",
        f"/propositions/{numero}",
        f"/contributions/{numero}/{attente.jeton}",
        f"/contributions/{numero}/{attente.jeton}/effacer",
        f"/contribuer/brouillon/{keep_brouillon(session, 'lieu', [('nom', 'Fablab')], now=now)}",
        f"/contribuer/merci/{numero}/{attente.jeton}",
        f"/courriels/ne-plus-recevoir/{stop}",
        f"/lieux/{id_}/tenir-a-jour/{JETON}",
        f"/lieux/{id_}/historique",
        f"/lieux/{id_}/historique/{version}",
        f"/lieux/{id_}/historique/{premiere}/restaurer",
        f"/lieux/{id_}/historique/retours/{retour}",
        f"/lieux/{id_}/fiches",
        f"/lieux/{id_}/decisions",
        f"/lieux/{id_}/masquer",
        f"/lieux/{id_}/remontrer",
        f"/lieux/{id_}/separer",
        f"/lieux/{id_}/evenements/e0000001/corriger",
        f"/lieux/{id_}/evenements/e0000001/annuler",
    ]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_page_is_accessible(chromium: Browser, site_neuf: Site, fabrique_neuve: sessionmaker[Session]) -> None:
    with fabrique_neuve() as session:
        adresses = tell_histoire(session, SECRET)
        session.commit()
    fautes = {}
    with visit(chromium, site_neuf, 360, script=True, qui="a") as page:
        for adresse in adresses:
            reponse = page.goto(adresse)
            assert reponse is not None
            assert reponse.status == 200, adresse
            page.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
            trouvees = run_axe(page)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                trouvees.append("scrolls sideways")
            if trouvees:
                fautes[adresse] = trouvees
    assert fautes == {}


Regarder = Callable[[Page, str], None]


def propose(page: Page, look: Regarder) -> str:
    """Somebody proposes a place, without an account; the private address where they follow it."""
    page.goto("/contribuer")
    look(page, "choix")
    page.goto("/contribuer/lieu")
    page.get_by_label("Nom du lieu").fill(NOM)
    page.get_by_label("Type de lieu").first.select_option(label="Fablab")
    page.get_by_label("Commune", exact=False).first.fill("Brest")
    page.get_by_text("Téléphone, e-mail, site web").click()
    page.get_by_label("Téléphone du lieu").fill("02 98 00 00 01")
    page.get_by_label("Site web").fill(SITE)
    look(page, "formulaire")
    page.get_by_role("button", name="Voir avant d’envoyer").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relire avant d’envoyer")
    expect(page.locator("main")).to_contain_text("02 98 00 00 01")
    look(page, "apercu")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci !")
    look(page, "merci")
    suivi = page.locator("a[href*='/contributions/']").first.get_attribute("href")
    assert suivi is not None
    page.goto(suivi)
    expect(page.locator("main")).to_contain_text("Reçue")
    look(page, "suivi")
    # Nothing is published yet.
    page.goto("/recherche?q=brest&genre=fablab")
    expect(page.locator("main")).not_to_contain_text("L’Été")
    return suivi


def decide(page: Page, look: Regarder) -> str:
    """The moderator of the territory publishes two of three details; the address of the proposal."""
    page.goto("/moderation")
    expect(page.locator("main")).to_contain_text("L’Été")
    look(page, "file")
    page.get_by_role("link", name=re.compile("L’Été")).first.click()
    examen = page.url
    look(page, "examen")
    # The kind and the telephone are taken, the web site is left out.
    page.get_by_role("checkbox", name="Site web").uncheck()
    page.get_by_role("button", name="Accepter ce qui est coché").click()
    page.goto(examen)
    expect(page.locator("main")).to_contain_text("non publié")
    look(page, "decide")
    return examen


def find_publie(page: Page, look: Regarder, *, script: bool) -> str:
    """It is in the search, on its page, on the map and in the export, with where it comes from; its public id."""
    page.goto("/recherche?q=brest&genre=fablab")
    page.get_by_role("link", name=re.compile("L’Été")).first.click()
    expect(page.locator("main")).to_contain_text("02 98 00 00 01")
    expect(page.locator("main")).not_to_contain_text("fabrique.example.org")
    expect(page.locator("main")).to_contain_text("Contributions vérifiées")
    look(page, "lieu")
    identifiant = page.url.split("?")[0].rstrip("/").rsplit("/", maxsplit=1)[-1]
    lu = page.request.get(f"/api/v1/lieux/{identifiant}").json()
    assert lu["properties"]["nom"] == NOM
    assert page.request.get("/api/v1/lieux?bbox=-4.6,48.3,-4.4,48.5").json()["features"][0]["id"] == identifiant
    if script:
        lon, lat = lu["geometry"]["coordinates"]
        page.goto(f"/carte?lon={lon}&lat={lat}&zoom=15")
        expect(page.locator("main")).to_contain_text("L’Été")
        look(page, "carte")
    export = page.request.get("/donnees/export/csv").body().decode("utf-8-sig")
    (ligne,) = csv.DictReader(io.StringIO(export, newline=""), delimiter=";")
    assert (ligne["nom"], ligne["telephone"], ligne["site_web"]) == (NOM, "+33298000001", "")
    assert ligne["source"] == "Contributions vérifiées"
    return identifiant


def correct(page: Page, look: Regarder, identifiant: str) -> None:
    """The moderator corrects it, then puts the former version back."""
    page.goto(f"/lieux/{identifiant}/corriger")
    page.get_by_text("Téléphone, e-mail, site web").click()
    page.get_by_label("Téléphone du lieu").fill("02 98 99 99 99")
    page.get_by_role("button", name="Voir avant d’envoyer").last.click()
    expect(page.locator("main")).to_contain_text("02 98 00 00 01")
    look(page, "correction")
    page.get_by_role("button", name="Publier").click()
    page.goto(f"/lieux/{identifiant}")
    expect(page.locator("main")).to_contain_text("02 98 99 99 99")
    page.goto(f"/lieux/{identifiant}/historique")
    look(page, "historique")
    page.locator(f"a[href*='/lieux/{identifiant}/historique/']").last.click()
    look(page, "version")
    page.get_by_role("link", name=re.compile("[Rr]evenir à cette version")).click()
    look(page, "restaurer")
    page.get_by_role("button", name=re.compile("[Rr]evenir à cette version")).click()
    look(page, "restauree")
    page.goto(f"/lieux/{identifiant}")
    expect(page.locator("main")).to_contain_text("02 98 00 00 01")
    expect(page.locator("main")).not_to_contain_text("02 98 99 99 99")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("largeur", "script"), [(360, False), (1280, True)])
def test_from_a_proposal_to_the_map_and_back(
    chromium: Browser,
    site_neuf: Site,
    largeur: int,
    script: bool,  # noqa: FBT001  (one of two browsers)
) -> None:
    def look(page: Page, nom: str) -> None:
        check(page, nom, largeur, script=script)

    with visit(chromium, site_neuf, largeur, script=script) as page:
        suivi = propose(page, look)
    # The moderator of the territory sees it, the other one does not.
    with visit(chromium, site_neuf, largeur, script=script, qui="b") as page:
        page.goto("/moderation")
        expect(page.locator("main")).not_to_contain_text("L’Été")
    with visit(chromium, site_neuf, largeur, script=script, qui="a") as page:
        examen = decide(page, look)
    with visit(chromium, site_neuf, largeur, script=script, qui="b") as page:
        reponse = page.goto(examen)
        assert reponse is not None
        assert reponse.status == 404
    with visit(chromium, site_neuf, largeur, script=script) as page:
        identifiant = find_publie(page, look, script=script)
        page.goto(suivi)
        expect(page.locator("main")).to_contain_text("publié")
        look(page, "suivi_repondu")
    with visit(chromium, site_neuf, largeur, script=script, qui="a") as page:
        correct(page, look, identifiant)
