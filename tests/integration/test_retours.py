"""Nothing typed is lost: every form that is refused outside of its own page gives its text back."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.conftest import build_settings
from tierslieux import create_app
from tierslieux.core.errors import ConflictError, TropDeDemandesError
from tierslieux.core.textes import N_
from tierslieux.extensions import csrf, get_session
from tierslieux.retours import OCTETS_LUS_MAX, name_champs

TEXTE = "La médiathèque « Été » <b>ouvre</b> & ferme\r\nà 18 h 'environ\""
NULLE_PART = "postgresql://personne@127.0.0.1:1/rien"


class Formulaire(HTMLParser):
    """The form of the page, as a browser would send it again: (name, value) of its fields, and its files."""

    def __init__(self, reponse: TestResponse) -> None:
        super().__init__()
        self.attributs: dict[str, str | None] = {}
        self.champs: list[tuple[str, str]] = []
        self.fichiers: list[str] = []
        self.caches: list[str] = []
        self._zone: str | None = None
        self._texte = ""
        self._dedans = False
        # Browsers read CR LF as LF in a page.
        self.feed(reponse.text.replace("\r\n", "\n"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        lus = dict(attrs)
        if tag == "form":
            self._dedans = lus.get("method") == "post"
            self.attributs = lus if self._dedans else self.attributs
        if not self._dedans or not lus.get("name"):
            return
        nom = lus["name"] or ""
        if tag == "textarea":
            self._zone, self._texte = nom, ""
        elif lus.get("type") == "file":
            self.fichiers.append(nom)
        elif tag == "input":
            self.champs.append((nom, lus.get("value") or ""))
            if lus.get("type") == "hidden":
                self.caches.append(nom)

    def handle_data(self, data: str) -> None:
        self._texte += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._zone:
            # Browsers drop the first line break of an area, and send lines parted by CR LF.
            self.champs.append((self._zone, self._texte.removeprefix("\n").replace("\n", "\r\n")))
            self._zone = None
        if tag == "form":
            self._dedans = False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site without any database, with a form that fails as it is asked to."""
    app = create_app(build_settings(NULLE_PART, tmp_path_factory.mktemp("var"), TIERSLIEUX_DEVELOPMENT=1))
    bp = Blueprint("essais", __name__)
    name_champs(bp, {"texte": N_("Votre message"), "nom": N_("Nom du lieu")})

    @bp.post("/essais/<cas>")
    def envoyer(cas: str) -> str:
        if cas == "base":
            get_session().connection()
        if cas in ERREURS:
            raise ERREURS[cas]
        return "|".join(f"{nom}={valeur}" for nom, valeur in request.form.items(multi=True) if nom != "csrf_token")

    app.register_blueprint(bp)
    return app


ERREURS = {
    "trop": TropDeDemandesError(reessayer_s=60),
    "conflit": ConflictError(),
    "panne": RuntimeError("secret interne"),
    "absente": OperationalError("SELECT secret", {}, Exception("secret")),
}


@pytest.fixture
def navigateur(site: Flask) -> FlaskClient:
    return site.test_client()


def encode(enctype: str, donnees: dict[str, str]) -> dict[str, object]:
    """A body, written here: the test client leaves the file open to which it writes a long one."""
    if enctype != "multipart/form-data":
        return {"data": urlencode(donnees).encode(), "content_type": enctype}
    parties = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in donnees.items()]
    return {"data": "".join([*parties, "--x--\r\n"]).encode(), "content_type": f"{enctype}; boundary=x"}


def send_back(navigateur: FlaskClient, reponse: TestResponse) -> TestResponse:
    """Push the button of the page."""
    formulaire = Formulaire(reponse)
    donnees: dict[str, list[str]] = {}
    for nom, valeur in formulaire.champs:
        donnees.setdefault(nom, []).append(valeur)
    return navigateur.post(unescape(formulaire.attributs["action"] or ""), data=donnees)


def test_without_a_token_the_text_comes_back_and_one_button_sends_it(navigateur: FlaskClient) -> None:
    refus = navigateur.post(
        "/essais/bien?page=2", data={"texte": [TEXTE, "second"], "nom": "Le Quai", "version": "7", "vide": ""}
    )
    assert refus.status_code == HTTPStatus.BAD_REQUEST
    formulaire = Formulaire(refus)
    assert formulaire.attributs["action"] == "/essais/bien?page=2"
    assert [c for c in formulaire.champs if c[0] != "csrf_token"] == [
        ("version", "7"),
        ("vide", ""),
        ("texte", TEXTE),
        ("texte", "second"),
        ("nom", "Le Quai"),
    ]
    assert {"version", "vide", "csrf_token"} == set(formulaire.caches)
    assert "Votre message" in refus.text
    assert "Nom du lieu" in refus.text
    assert "no-store" not in refus.headers.get("Cache-Control", "")
    suite = send_back(navigateur, refus)
    assert suite.status_code == HTTPStatus.OK
    assert suite.text == f"version=7|vide=|texte={TEXTE}|texte=second|nom=Le Quai"


@pytest.mark.parametrize("jeton", ["faux", "IjA1Ig.x.y", ""])
def test_the_token_of_another_session_is_refused_like_none(site: Flask, navigateur: FlaskClient, jeton: str) -> None:
    autre = Formulaire(site.test_client().post("/essais/bien", data={"texte": TEXTE}))
    for essai in (jeton, dict(autre.champs)["csrf_token"]):
        refus = navigateur.post("/essais/bien", data={"texte": TEXTE, "csrf_token": essai})
        assert refus.status_code == HTTPStatus.BAD_REQUEST
        assert ("texte", TEXTE) in Formulaire(refus).champs


@pytest.mark.parametrize(
    ("cas", "statut"), [("trop", 429), ("conflit", 409), ("panne", 500), ("absente", 503), ("base", 503)]
)
def test_whatever_fails_the_text_comes_back(navigateur: FlaskClient, cas: str, statut: int) -> None:
    jeton = dict(Formulaire(navigateur.post("/essais/bien", data={"texte": "x"})).champs)["csrf_token"]
    refus = navigateur.post(f"/essais/{cas}", data={"texte": TEXTE, "csrf_token": jeton})
    assert refus.status_code == statut
    assert ("texte", TEXTE) in Formulaire(refus).champs
    assert "secret" not in refus.text
    assert ("Retry-After" in refus.headers) == (statut == HTTPStatus.TOO_MANY_REQUESTS)


def test_an_address_that_takes_no_form_gives_the_text_back_without_button(navigateur: FlaskClient) -> None:
    refus = navigateur.post("/nulle/part/du/tout", data={"texte": TEXTE})
    assert refus.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert ("texte", TEXTE) in Formulaire(refus).champs
    assert "Envoyer de nouveau" not in refus.text
    # Nothing to give back: the page of any error.
    assert Formulaire(navigateur.post("/nulle/part/du/tout", data={"version": "7"})).champs == []


def test_secrets_are_never_written_back(navigateur: FlaskClient) -> None:
    donnees = {"texte": TEXTE, "code": "314159", "jeton_connexion": "zqxjeton", "csrf_token": "zqxcsrf"}
    donnees |= {"second_facteur": "zqxfacteur", "mot_de_passe": "zqxpasse", "a-code": "271828", "a-csrf_token": "zqx2"}
    refus = navigateur.post("/essais/bien", data=donnees)
    assert [m for m in ("314159", "271828", "zqx") if m in refus.text] == []
    # To be typed again.
    demandes = {nom for nom, valeur in Formulaire(refus).champs if not valeur}
    assert demandes == {"code", "second_facteur", "mot_de_passe", "a-code"}


def test_the_code_of_a_territory_is_no_secret(navigateur: FlaskClient) -> None:
    assert ("code", "48") in Formulaire(
        navigateur.post("/calculs", data={"code": "48", "niveau": "departement"})
    ).champs


def test_files_are_named_and_chosen_again(navigateur: FlaskClient) -> None:
    fichier = (io.BytesIO(b"zqxcontenu"), "plan <1>.pdf")
    refus = navigateur.post("/essais/bien", data={"texte": TEXTE, "plan": fichier, "autre": (io.BytesIO(b""), "")})
    formulaire = Formulaire(refus)
    assert formulaire.attributs["enctype"] == "multipart/form-data"
    assert formulaire.fichiers == ["plan"]
    assert "Fichier «\xa0plan &lt;1&gt;.pdf\xa0», à choisir de nouveau" in refus.text
    assert "zqxcontenu" not in refus.text


def test_a_long_text_reaches_its_form(navigateur: FlaskClient) -> None:
    """Forms say themselves which field is too long: under a megabyte, nothing else refuses it."""
    texte = "é" * 120_000  # 720,000 octets once encoded
    refus = navigateur.post("/essais/bien", data={"texte": texte})
    assert refus.status_code == HTTPStatus.BAD_REQUEST
    assert send_back(navigateur, refus).text == f"texte={texte}"


@pytest.mark.parametrize("enctype", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_is_too_large_gives_its_text_back_within_a_bound(navigateur: FlaskClient, enctype: str) -> None:
    texte = "a" * 1_500_000
    refus = navigateur.post("/essais/bien", **encode(enctype, {"texte": texte, "nom": "Le Quai"}))
    assert refus.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert dict(Formulaire(refus).champs)["texte"] == texte
    # Beyond, the browser's own button has it, and the page lets it have it.
    refus = navigateur.post("/essais/bien", **encode(enctype, {"texte": "a" * (OCTETS_LUS_MAX + 1)}))
    assert refus.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert len(refus.data) < 20_000
    assert "bouton «\xa0Retour\xa0»" in refus.text


def test_a_part_without_name_is_refused_like_any_nonsense(navigateur: FlaskClient) -> None:
    corps = "--x\r\nContent-Disposition: form-data\r\n\r\nsans nom\r\n--x\r\n"
    corps += 'Content-Disposition: form-data; name="texte"\r\n\r\nMon texte\r\n--x--\r\n'
    refus = navigateur.post("/essais/bien", data=corps, content_type="multipart/form-data; boundary=x")
    assert refus.status_code == HTTPStatus.BAD_REQUEST
    assert ("texte", "Mon texte") in Formulaire(refus).champs


def test_a_form_sent_by_another_site_is_refused(navigateur: FlaskClient) -> None:
    jeton = dict(Formulaire(navigateur.post("/essais/bien", data={"texte": "x"})).champs)["csrf_token"]
    donnees = {"texte": TEXTE, "csrf_token": jeton}
    assert navigateur.post("/essais/bien", data=donnees).status_code == HTTPStatus.OK
    for origine, statut in (("same-origin", 200), ("none", 200), ("cross-site", 400)):
        reponse = navigateur.post("/essais/bien", data=donnees, headers={"Sec-Fetch-Site": origine})
        assert reponse.status_code == statut, origine
    # Blueprints that have no token too.
    refus = navigateur.post("/scenarios/x/avis", data={"texte": TEXTE}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refus.status_code == HTTPStatus.BAD_REQUEST


def test_without_a_referrer_an_encrypted_form_is_taken(navigateur: FlaskClient) -> None:
    """Pages behind a private link send none."""
    https = {"base_url": "https://localhost"}
    jeton = dict(Formulaire(navigateur.post("/essais/bien", data={"texte": "x"}, **https)).champs)["csrf_token"]
    assert navigateur.post("/essais/bien", data={"csrf_token": jeton}, **https).status_code == HTTPStatus.OK


def test_programs_get_their_json(navigateur: FlaskClient) -> None:
    refus = navigateur.post("/api/v1/lieux", data={"texte": TEXTE})
    assert refus.json is not None
    assert refus.json["error"] == "method_not_allowed"
    assert "médiathèque" not in refus.text


def test_the_page_is_in_the_language_of_the_form(navigateur: FlaskClient) -> None:
    refus = navigateur.post("/en/nulle/part/du/tout", data={"texte": TEXTE})
    assert '<html lang="en"' in refus.text


@pytest.mark.parametrize("chemin", ["//ailleurs.example/x", "/essais/%22%3E%3Cscript%3E", "/essais/a%3Fb"])
def test_the_form_goes_back_to_this_site(navigateur: FlaskClient, chemin: str) -> None:
    refus = navigateur.post(chemin, data={"texte": TEXTE}, follow_redirects=True)
    action = Formulaire(refus).attributs["action"] or ""
    assert re.fullmatch(r"/[A-Za-z0-9%][!-~]*", action), action
    assert "<script" not in refus.text


def build_adresse(app: Flask, regle: object) -> str:
    """An address of this rule, whatever it leads to."""
    valeurs: dict[str, object] = {}
    for nom, convertisseur in regle._converters.items():
        genre = type(convertisseur).__name__
        choix = sorted(getattr(convertisseur, "items", ()))
        valeurs[nom] = 1 if genre == "IntegerConverter" else choix[0] if choix else "x"
    with app.test_request_context():
        return str(app.url_for(regle.endpoint, **valeurs))


def is_exempt(app: Flask, regle: object) -> bool:
    """Whether this address takes forms without the token of a session: residents get no cookie for having read."""
    vue = app.view_functions[regle.endpoint]
    bp = app.blueprints.get(regle.endpoint.rpartition(".")[0])
    return bp in csrf._exempt_blueprints or f"{vue.__module__}.{vue.__name__}" in csrf._exempt_views


def test_each_form_of_the_site_without_token_is_refused_and_gives_its_text_back(
    app: Flask, client: FlaskClient
) -> None:
    """Those that are exempted show what is wrong on their own pages, whose fields other tests know."""
    vues = 0
    for regle in app.url_map.iter_rules():
        for methode in {"POST", "PUT", "PATCH", "DELETE"} & (regle.methods or set()):
            adresse = build_adresse(app, regle)
            refus = client.open(adresse, method=methode, data={"texte": "Mon texte à moi <i>"})
            assert 400 <= refus.status_code < 500, (adresse, refus.status_code)
            assert "Mon texte à moi &lt;i&gt;" in refus.text or is_exempt(app, regle), adresse
            vues += 1
    assert vues > 15


def test_a_signed_in_person_gets_the_text_back_when_the_database_is_down(site: Flask) -> None:
    navigateur = site.test_client()
    with navigateur.session_transaction() as session:
        session["_user_id"] = "quelqu-un"
        session["jeton_session"] = "jeton"
    refus = navigateur.post("/essais/bien", data={"texte": TEXTE})
    assert refus.status_code == HTTPStatus.BAD_REQUEST
    assert ("texte", TEXTE) in Formulaire(refus).champs


def test_what_is_sent_writes_no_line_of_the_log(navigateur: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Line breaks and colours of a terminal in fields, their names, files and headers."""
    caplog.set_level("DEBUG")
    mauvais = "zqxmarque\r\nat=2026 level=ERROR event=faux\x1b[31m"
    jeton = dict(Formulaire(navigateur.post("/essais/bien", data={"texte": "x"})).champs)["csrf_token"]
    for cas in ("bien", "trop", "panne", "base"):
        for envoye in ("", "zqxmarque", jeton):
            donnees = {"texte": mauvais, mauvais: "x", "csrf_token": envoye, "f": (io.BytesIO(b"zqxmarque"), mauvais)}
            navigateur.post(f"/essais/{cas}", data=donnees, headers={"User-Agent": "zqxmarque", "X-Zqx": "zqxmarque"})
    assert caplog.records
    assert "zqx" not in caplog.text
    assert "\x1b" not in caplog.text
    assert [e for e in caplog.records if "\n" in e.getMessage() or "\r" in e.getMessage()] == []


def test_the_page_is_small(navigateur: FlaskClient) -> None:
    refus = navigateur.post("/essais/bien", data={"texte": TEXTE})
    liens = re.findall(r'(?:href|src)="(/static/[^"?]+)', refus.text)
    assert len(set(liens)) <= 7
    racine = Path(__file__).resolve().parents[2]
    assert len(refus.data) + sum((racine / lien.lstrip("/")).stat().st_size for lien in set(liens)) < 60_000
