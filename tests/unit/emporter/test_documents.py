"""Documents as a reader of PDF sees them: by Poppler's tools and by pypdf."""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from pypdf import PdfReader

from tests.conftest import build_settings
from tests.factories.pages import TODAY, build_detail, build_resume
from tierslieux import create_app
from tierslieux.core import pdf
from tierslieux.core.pdf import PdfIndisponibleError, PdfOccupeError, render_pdf
from tierslieux.emporter.presenters import build_fiche, build_liste
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.presenters import build_lieu_page

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
ADRESSE = "https://lieux.exemple.fr/lieux/0z4m2e9fec"
HOSTILE = '<script>alert(1)</script> & <img src="file:///etc/passwd"> \u202e« ici »'


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, on a database that nobody connects to."""
    return create_app(build_settings("postgresql://x/x", tmp_path_factory.mktemp("var")))


def write_fiche(application: Flask, **champs: Any) -> bytes:
    page = build_lieu_page(build_detail(**champs), [], today=TODAY, now=NOW, adresse=ADRESSE)
    with application.test_request_context("/"):
        return render_pdf(render_template("emporter/fiche_pdf.html", fiche=build_fiche(page, adresse=ADRESSE)))


def write_liste(application: Flask, nombre: int, **champs: Any) -> bytes:
    lieux = [build_resume(id=n, public_id=f"lieu{n}", nom=f"Lieu nommé {n:03d}", **champs) for n in range(nombre)]
    liste = build_liste("Lieux près de Brest", [(None, lieux)], today=TODAY, adresse=ADRESSE)
    with application.test_request_context("/"):
        return render_pdf(render_template("emporter/liste_pdf.html", liste=liste))


def read_texte(contenu: bytes) -> str:
    """The text by pdftotext, spaces made ordinary and single."""
    sortie = subprocess.run(["pdftotext", "-", "-"], input=contenu, capture_output=True, check=True).stdout
    return re.sub(r"\s+", " ", sortie.decode())


def read_infos(contenu: bytes, tmp_path: Path) -> dict[str, str]:
    fichier = tmp_path / "document.pdf"
    fichier.write_bytes(contenu)
    sortie = subprocess.run(["pdfinfo", fichier], capture_output=True, check=True, text=True).stdout
    return {nom: valeur.strip() for nom, _, valeur in (ligne.partition(":") for ligne in sortie.splitlines())}


def list_balises(contenu: bytes) -> list[dict[str, Any]]:
    """Every element of the tree of tags."""
    racine = PdfReader(io.BytesIO(contenu)).trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"]
    trouvees, a_voir = [], [racine["/StructTreeRoot"]]
    while a_voir:
        element = a_voir.pop()
        if not isinstance(element, dict):
            continue  # the number of a piece of content
        trouvees.append(element)
        enfants = element.get("/K", [])
        enfants = enfants if isinstance(enfants, list) else [enfants]
        a_voir += [enfant.get_object() for enfant in enfants]
    return [element for element in trouvees if "/S" in element]


def test_a_sheet_is_tagged_titled_a4_and_in_its_language(application: Flask, tmp_path: Path) -> None:
    contenu = write_fiche(application)
    infos = read_infos(contenu, tmp_path)
    assert infos["Tagged"] == "yes"
    assert infos["Title"] == "France Services de Bellevue, Brest"
    assert infos["Page size"].endswith("(A4)")
    assert infos["JavaScript"] == "no"
    racine = PdfReader(io.BytesIO(contenu)).trailer["/Root"]
    assert racine["/Lang"] == "fr"
    assert racine["/ViewerPreferences"]["/DisplayDocTitle"]
    # The mark of PDF/UA-1.
    assert re.search(r'pdfuaid:part(="|>)1', racine["/Metadata"].get_data().decode())


def test_a_sheet_says_what_the_page_says_the_phone_first(application: Flask) -> None:
    texte = read_texte(write_fiche(application))
    assert texte.index("02 98 00 00 01") < texte.index("1 place Napoléon III")
    for attendu in (
        "France Services de Bellevue",
        "29200 Brest",
        "Du lundi au vendredi : 9 h – 12 h et 14 h – 17 h",
        "Aide aux démarches administratives",
        "Prix : Gratuit",
        "Accessible en fauteuil roulant.",
        "À apporter",
        "votre carte d’identité ou votre titre de séjour",
        "Bibliothèques publiques, le 1er mars 2025 : ",
        f"Imprimé le 22 novembre 2026. {ADRESSE}",
        "Page 1 / 2",
    ):
        assert attendu in texte, attendu


def test_the_code_has_an_alternative_and_headings_follow_each_other(application: Flask) -> None:
    balises = list_balises(write_fiche(application))
    (figure,) = [balise for balise in balises if balise["/S"] == "/Figure"]
    assert ADRESSE in figure["/Alt"]
    comptes = Counter(balise["/S"] for balise in balises)
    assert comptes["/H1"] == 1
    assert comptes["/H2"] >= 5
    assert comptes["/L"] >= 3


def test_a_closed_or_old_place_says_so(application: Flask) -> None:
    ancien = build_resume(date=dt.date(2019, 6, 1))
    texte = read_texte(write_fiche(application, resume=ancien, statut=Statut.FERME))
    assert "Ce lieu est fermé définitivement." in texte
    assert "Information de 2019" in texte


def test_markup_in_data_is_text_and_reads_no_file(application: Flask) -> None:
    contenu = write_fiche(application, resume=build_resume(nom=HOSTILE, adresse=HOSTILE), presentation=HOSTILE)
    texte = read_texte(contenu)
    assert "<script>alert(1)</script>" in texte
    assert "file:///etc/passwd" in texte
    assert "root:" not in texte


def test_signs_that_no_font_has_do_not_stop_the_document(application: Flask) -> None:
    contenu = write_fiche(application, resume=build_resume(nom="Maison \x07🎉\U0010ffff مكتبة 図書館"))
    assert "Maison" in read_texte(contenu)


@pytest.mark.parametrize("adresse", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA"])
def test_nothing_is_fetched_whatever_the_html_says(adresse: str, caplog: pytest.LogCaptureFixture) -> None:
    html = (
        f'<html lang="fr"><head><title>T</title><link rel="stylesheet" href="{adresse}">'
        f"<style>@import url({adresse}); @font-face {{ font-family: x; src: url({adresse}) }}</style></head>"
        f'<body><p style="background: url({adresse}); font-family: x">Texte</p><img alt="x" src="{adresse}"></body>'
    )
    with caplog.at_level(logging.DEBUG, logger="weasyprint"):
        texte = read_texte(render_pdf(html))
    # The alternative of the image stands in its place; the rest is the foot of the page.
    assert re.sub(r"\s", "", texte) == "Textex1/1"
    refus = [message for message in caplog.messages if "disallowed protocol" in message]
    # Style sheet, import, background and image at least.
    assert len(refus) >= 4
    assert all(adresse in message for message in refus)


def test_a_list_of_200_places_is_whole_numbered_and_tagged(application: Flask, tmp_path: Path) -> None:
    contenu = write_liste(application, 200)
    infos = read_infos(contenu, tmp_path)
    assert (infos["Tagged"], infos["Title"]) == ("yes", "Lieux près de Brest")
    texte = read_texte(contenu)
    assert [f"{n + 1}. Lieu nommé {n:03d}" in texte for n in range(200)] == [True] * 200
    assert texte.count("02 98 00 00 01") == 200
    # Title of the sources included.
    assert Counter(balise["/S"] for balise in list_balises(contenu))["/H2"] == 201
    assert "France Services : vérifié au plus tard le 1er août 2026" in texte


def test_a_place_without_anything_is_still_a_place(application: Flask) -> None:
    pauvre = {"telephone": None, "adresse": None, "code_postal": None, "commune_nom": None, "horaires": None}
    texte = read_texte(write_liste(application, 1, **pauvre, distance_m=None, date=None))
    for attendu in (
        "Téléphone non communiqué.",
        "Adresse non communiquée",
        "Horaires non communiqués.",
        "date inconnue",
    ):
        assert attendu in texte


def test_hours_that_no_sentence_tells_are_not_shown_as_machines_write_them(application: Flask) -> None:
    texte = read_texte(write_liste(application, 1, horaires="Mo-Fr sunrise-sunset"))
    assert "Horaires à demander au téléphone." in texte


def test_who_waits_too_long_for_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "ATTENTE_S", 0.01)
    with pdf._take_turn(), pytest.raises(PdfOccupeError):
        render_pdf("<p>Texte</p>")


def test_when_one_waits_already_the_next_is_not_kept_waiting() -> None:
    with pdf._FILE, pdf._FILE, pytest.raises(PdfOccupeError):
        render_pdf("<p>Texte</p>")


def test_a_failed_document_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "ATTENTE_S", 0.01)
    with pytest.raises(ZeroDivisionError), pdf._take_turn():
        raise ZeroDivisionError
    with pdf._take_turn():
        pass


def test_without_pango_the_person_who_installs_knows_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("cannot load library 'libpango-1.0-0'\nmore")

    monkeypatch.setattr(pdf, "_import", fail)
    assert pdf.find_obstacle() == "cannot load library 'libpango-1.0-0'"
    with pytest.raises(PdfIndisponibleError):
        render_pdf("<p>Texte</p>")
