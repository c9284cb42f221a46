"""What people carry away, asked of the site, with the database of `make_bretagne`: five square communes in a row."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.lieux import INSTANT, make_lieu
from tests.factories.territoires import make_bretagne
from tierslieux.core import pdf
from tierslieux.emporter import routes
from tierslieux.emporter.params import CHOISIS_MAX
from tierslieux.lieux.liens import merge_lieux
from tierslieux.lieux.models import Lieu
from tierslieux.lieux.sms import count_septets

HOSTILE = "<script>alert(1)</script>\"'> & <b>"


@pytest.fixture(autouse=True)
def _bretagne(session: Session) -> None:
    make_bretagne(session)
    make_lieu(
        session,
        "France Services de Brest",
        lon=-4.55,
        lat=48.391,
        adresse="1 rue de Siam",
        code_postal="29200",
        commune_nom="Brest",
        telephone="+33298000001",
        horaires="Mo-Fr 09:00-12:00",
        frais=["gratuit"],
    )
    make_lieu(session, "Fablab de Guipavas", lon=-4.45, lat=48.35, commune_code="29075", genres=("fablab",))
    make_lieu(session, "Mairie de Landerneau", lon=-4.35, lat=48.35, commune_code="29103", genres=("mairie",))
    session.commit()


def find_id(session: Session, nom: str) -> str:
    return session.execute(select(Lieu.public_id).where(Lieu.nom == nom)).scalar_one()


@pytest.fixture
def brest(session: Session) -> str:
    """Public id of the place of Brest."""
    return find_id(session, "France Services de Brest")


@pytest.fixture
def guipavas(session: Session) -> str:
    """Public id of the place of Guipavas."""
    return find_id(session, "Fablab de Guipavas")


def read(client: FlaskClient, adresse: str, statut: int = 200) -> str:
    """The text of the page's main part, without tags, spaces made ordinary and single."""
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    principal = re.search(r"<main.*?</main>", reponse.text, re.DOTALL)
    assert principal is not None
    texte = unescape(re.sub(r"<[^>]+>", " ", principal[0]))
    return re.sub(r"[\s\u00a0\u202f]+", " ", texte)


def read_pdf(client: FlaskClient, adresse: str) -> str:
    """The text of a document, spaces made ordinary and single."""
    reponse = client.get(adresse)
    assert (reponse.status_code, reponse.mimetype) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(reponse.data)).pages
    return re.sub(r"[\s\u00a0\u202f]+", " ", " ".join(page.extract_text() for page in pages))


def list_liens(client: FlaskClient, adresse: str) -> list[str]:
    return [unescape(lien) for lien in re.findall(r'href="([^"]+)"', client.get(adresse).text)]


def test_the_page_of_a_place_leads_to_everything_that_is_carried(client: FlaskClient, brest: str) -> None:
    liens = list_liens(client, f"/lieux/{brest}")
    assert f"/lieux/{brest}/fiche.pdf" in liens
    assert f"/lieux/{brest}/telephoner" in liens
    assert f"/lieux/{brest}/calendrier.ics" in liens
    assert f"/mes-lieux?l={brest}" in liens
    (sms,) = [lien for lien in liens if lien.startswith("sms:")]
    texte = unquote(sms.removeprefix("sms:?&body="))
    assert count_septets(texte) <= 160
    assert texte.startswith("France Services de Brest\n02 98 00 00 01\n1 rue de Siam, 29200 Brest\n")
    assert texte.endswith(f"/lieux/{brest}")


def test_the_sheet_of_a_place(client: FlaskClient, brest: str) -> None:
    texte = read_pdf(client, f"/lieux/{brest}/fiche.pdf")
    for attendu in ("France Services de Brest", "02 98 00 00 01", "1 rue de Siam", "Prix : Gratuit", "Source essai"):
        assert attendu in texte, attendu
    reponse = client.get(f"/lieux/{brest}/fiche.pdf")
    assert reponse.headers["Content-Disposition"] == f'inline; filename="lieu-{brest}.pdf"'
    assert client.get(f"/lieux/{brest}/fiche.pdf", headers={"Accept-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize("fin", ["fiche.pdf", "qr.svg", "telephoner"])
@pytest.mark.parametrize("public_id", ["inconnu", "x" * 65, "%3Cb%3E", "é", "a b"])
def test_an_unknown_place_is_a_helpful_404(client: FlaskClient, public_id: str, fin: str) -> None:
    assert 'role="search"' in client.get(f"/lieux/{public_id}/{fin}").text
    assert client.get(f"/lieux/{public_id}/{fin}").status_code == 404


def test_the_language_of_the_address_is_that_of_the_document(client: FlaskClient, brest: str) -> None:
    racine = PdfReader(io.BytesIO(client.get(f"/en/lieux/{brest}/fiche.pdf").data)).trailer["/Root"]
    assert racine["/Lang"] == "en"
    assert f"/en/lieux/{brest}" in read_pdf(client, f"/en/lieux/{brest}/fiche.pdf")


def test_the_list_of_a_search_has_its_places_and_its_filters(client: FlaskClient) -> None:
    texte = read_pdf(client, "/recherche/liste.pdf?q=brest")
    assert "Lieux près de Brest (Finistère)" in texte
    # The town hall of Brest is at 4.55° W, 48.39° N, 0.001° (110 m) south of the place.
    assert "1. France Services de Brest 02 98 00 00 01 1 rue de Siam, 29200 Brest (à 110 m)" in texte
    assert "2. Fablab de Guipavas" in texte
    texte = read_pdf(client, "/recherche/liste.pdf?q=brest&genre=fablab")
    assert "1. Fablab de Guipavas" in texte
    assert "France Services de Brest" not in texte
    assert "1. France Services de Brest" in read_pdf(client, "/recherche/liste.pdf?lon=-4.55&lat=48.39")


@pytest.mark.parametrize("requete", ["", "?q=", "?q=qsdfghjklm", "?besoin=demarche", "?lon=0&lat=0", "?commune=99999"])
def test_a_search_without_any_place_leads_to_the_page_that_helps(client: FlaskClient, requete: str) -> None:
    reponse = client.get(f"/recherche/liste.pdf{requete}")
    assert reponse.status_code == 302
    assert urlsplit(reponse.location).path == "/recherche"
    assert parse_qsl(urlsplit(reponse.location).query) == parse_qsl(requete.removeprefix("?"))


def test_the_list_of_a_commune_goes_on_around_it(client: FlaskClient) -> None:
    texte = read_pdf(client, "/territoires/commune/29019/liste.pdf")
    assert "1 lieu dans la commune." in texte
    assert "Dans la commune 1. France Services de Brest" in texte
    assert "Les plus proches de Brest 2. Fablab de Guipavas" in texte
    texte = read_pdf(client, "/territoires/commune/29208/liste.pdf")
    assert "Il n’y a pas de lieu dans la commune." in texte
    assert "1. Fablab de Guipavas" in texte


def test_a_commune_with_many_places_is_not_completed(client: FlaskClient, session: Session) -> None:
    for rang in range(10):
        make_lieu(session, f"Espace {rang}", lon=-4.55, lat=48.35, genres=("epn",))
    session.commit()
    texte = read_pdf(client, "/territoires/commune/29019/liste.pdf")
    assert "11 lieux dans la commune." in texte
    assert "Fablab de Guipavas" not in texte


def test_the_code_of_a_former_commune_gives_the_list_of_today(client: FlaskClient) -> None:
    assert "Les lieux à Brest" in read_pdf(client, "/territoires/commune/29990/liste.pdf")


@pytest.mark.parametrize("code", ["99999", "%3Cscript%3E", "é", "x" * 500])
def test_an_unknown_commune_is_a_404(client: FlaskClient, code: str) -> None:
    assert client.get(f"/territoires/commune/{code}/liste.pdf").status_code == 404


def test_the_code_to_scan_is_a_drawing_with_its_alternative(client: FlaskClient, brest: str) -> None:
    reponse = client.get(f"/lieux/{brest}/qr.svg")
    assert reponse.mimetype == "image/svg+xml"
    assert f"<title>Code à scanner\u00a0: http://localhost/lieux/{brest}</title>" in reponse.text


def test_the_script_of_a_call_follows_the_need_and_the_place(client: FlaskClient, brest: str) -> None:
    texte = read(client, f"/lieux/{brest}/telephoner?besoin=demarche")
    for attendu in ("02 98 00 00 01", "démarche sur Internet", "Est-ce bien gratuit ?", "votre carte d’identité"):
        assert attendu in texte, attendu
    assert "Nous savons déjà : Du lundi au vendredi" in texte
    assert "Bonjour." in read(client, f"/lieux/{brest}/telephoner?besoin=licorne")


def test_chosen_places_live_in_the_address_alone(client: FlaskClient, brest: str, guipavas: str) -> None:
    adresse = f"/mes-lieux?l={guipavas}&l={brest}"
    texte = read(client, adresse)
    assert texte.index("Fablab de Guipavas") < texte.index("France Services de Brest")
    assert "Set-Cookie" not in client.get(adresse).headers
    liens = list_liens(client, adresse)
    # Each can be taken out, and the whole is kept as a document.
    assert f"/mes-lieux?l={brest}" in liens
    assert f"/mes-lieux?l={guipavas}" in liens
    assert f"/mes-lieux/liste.pdf?l={guipavas}&l={brest}" in liens
    texte = read_pdf(client, f"/mes-lieux/liste.pdf?l={guipavas}&l={brest}")
    assert "1. Fablab de Guipavas" in texte
    assert "2. France Services de Brest" in texte


def test_a_place_is_looked_for_and_added(client: FlaskClient, brest: str, guipavas: str) -> None:
    adresse = f"/mes-lieux?l={brest}&q=guipavas"
    assert "Lieux trouvés" in read(client, adresse)
    assert f"/mes-lieux?l={brest}&l={guipavas}" in list_liens(client, adresse)
    assert "Nous n’avons pas trouvé d’autre lieu." in read(client, f"/mes-lieux?l={brest}&q=qsdfghjklm")


def test_the_choice_follows_from_the_page_of_a_place(client: FlaskClient, brest: str, guipavas: str) -> None:
    assert f"/mes-lieux?l={brest}&l={guipavas}" in list_liens(client, f"/lieux/{guipavas}?l={brest}")


def test_references_that_lead_nowhere_are_said(client: FlaskClient, brest: str) -> None:
    texte = read(client, f"/mes-lieux?l={brest}&l=inconnu&l=%3Cscript%3E&l=😀")
    assert "3 lieux de votre liste n’existent pas, ou n’existent plus." in texte
    assert "France Services de Brest" in texte
    assert "Votre liste est vide." in read(client, "/mes-lieux?l=inconnu")
    assert "Votre liste est vide." in read(client, "/mes-lieux")
    assert client.get("/mes-lieux/liste.pdf?l=inconnu").location == "/mes-lieux?l=inconnu"


def test_a_list_that_is_too_long_is_cut_and_says_so(client: FlaskClient, brest: str) -> None:
    requete = "&".join(["l=" + brest, *(f"l=inconnu{n}" for n in range(CHOISIS_MAX + 3))])
    assert f"Une liste a {CHOISIS_MAX} lieux au plus." in read(client, f"/mes-lieux?{requete}")


def test_a_merged_place_is_replaced_by_the_one_that_took_it(client: FlaskClient, session: Session, brest: str) -> None:
    double = make_lieu(session, "Maison France Services Brest", lon=-4.55, lat=48.391)
    garde = session.execute(select(Lieu.id).where(Lieu.public_id == brest)).scalar_one()
    merge_lieux(session, garde, double.id, now=INSTANT)
    session.commit()
    texte = read(client, f"/mes-lieux?l={double.public_id}&l={brest}")
    assert "Un lieu a changé d’adresse sur ce site." in texte
    assert texte.count("Retirer de ma liste") == 1
    for fin in ("fiche.pdf", "qr.svg", "telephoner"):
        assert client.get(f"/lieux/{double.public_id}/{fin}").location == f"/lieux/{brest}/{fin}"


def test_markup_in_a_name_stays_text_everywhere(client: FlaskClient, session: Session) -> None:
    lieu = make_lieu(session, HOSTILE, lon=-4.5501, lat=48.391, adresse=HOSTILE, commune_nom="Brest")
    session.commit()
    identifiant = lieu.public_id
    for adresse in (f"/mes-lieux?l={identifiant}&q=brest", f"/lieux/{identifiant}/telephoner", "/hors-connexion/29"):
        page = client.get(adresse).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
    for adresse in (f"/lieux/{identifiant}/fiche.pdf", f"/mes-lieux/liste.pdf?l={identifiant}"):
        assert "<script>alert(1)</script>" in read_pdf(client, adresse)


def test_a_departement_is_one_page_by_commune_with_its_date(client: FlaskClient) -> None:
    page = client.get("/hors-connexion/29")
    texte = re.sub(r"[\s\u00a0]+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))
    assert "Lieux du département : Finistère" in texte
    assert re.search(r"Liste du \d\S* \w+ 20\d\d\. 2 lieux\.", texte)
    assert "Du lundi au vendredi" in texte
    assert "Faire une démarche en ligne" in texte
    assert "Mairie de Landerneau" not in texte  # no offer
    assert unquote(page.headers["X-Tierslieux-Pack"]).startswith("Finistère, liste du ")


def test_a_departement_is_chosen_in_a_form(client: FlaskClient) -> None:
    assert '<option value="29">29 Finistère</option>' in client.get("/hors-connexion").text
    assert client.get("/hors-connexion?departement=29").location == "/hors-connexion/29"
    assert client.get("/en/hors-connexion?departement=29").location == "/en/hors-connexion/29"
    assert "Nous ne connaissons pas ce département." in read(client, "/hors-connexion?departement=licorne")
    assert client.get("/hors-connexion/99").status_code == 404


def test_the_service_worker_answers_for_the_whole_site(client: FlaskClient) -> None:
    reponse = client.get("/sw.js")
    assert reponse.mimetype == "text/javascript"
    assert reponse.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in reponse.headers["Content-Security-Policy"]
    assert len(client.get("/sw.js", headers={"Accept-Encoding": "gzip"}).data) <= 3_000
    # Everything that it keeps from the start exists: one error, and it keeps nothing.
    fichiers, secours = (json.loads(texte) for texte in re.findall(r"= ([\[{].+[\]}]);", reponse.text))
    assert secours == {"": "/hors-connexion/secours", "en": "/en/hors-connexion/secours"}
    assert len(fichiers) >= 5
    for adresse in (*fichiers, *secours.values()):
        with client.get(adresse) as gardee:
            assert gardee.status_code == 200, adresse


def test_the_page_without_connection_says_so(client: FlaskClient) -> None:
    assert "Vous êtes hors connexion" in read(client, "/hors-connexion/secours")


def test_without_pango_pages_say_how_to_print(client: FlaskClient, brest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf, "_import", fail)
    texte = read(client, f"/lieux/{brest}/fiche.pdf", 503)
    assert "Imprimer sans PDF" in texte
    assert "Retry-After" not in client.get(f"/lieux/{brest}/fiche.pdf").headers
    pages = {
        f"/lieux/{brest}/fiche.pdf": f"/lieux/{brest}",
        "/recherche/liste.pdf?q=brest": "/recherche?q=brest",
        "/territoires/commune/29019/liste.pdf": "/territoires/commune/29019/lieux",
        f"/mes-lieux/liste.pdf?l={brest}": f"/mes-lieux?l={brest}",
    }
    for document, page in pages.items():
        assert page in list_liens(client, document), document


def test_when_others_are_printing_one_is_asked_to_wait(
    client: FlaskClient, brest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "ATTENTE_S", 0.01)
    adresse = f"/lieux/{brest}/fiche.pdf"
    with pdf._take_turn():
        reponse = client.get(adresse)
        assert (reponse.status_code, reponse.headers["Retry-After"]) == (503, str(routes.REESSAI_S))
        assert "Essayer encore" in read(client, adresse, 503)
    assert client.get(adresse).status_code == 200


def test_whoever_chose_a_language_stays_in_it(client: FlaskClient, brest: str) -> None:
    for adresse in (f"/lieux/{brest}/telephoner", f"/mes-lieux?l={brest}", "/hors-connexion/29"):
        assert client.get(f"/falc{adresse}", follow_redirects=True).status_code == 200
        reponse = client.get(f"/en{adresse}")
        assert reponse.status_code == 200
        internes = re.findall(r"<main.*?</main>", reponse.text, re.DOTALL)[0]
        assert re.findall(r'href="(?!/en/|#|tel:|sms:|http)[^"]*"', internes) == []
