"""Every page, rendered with much and with little: no unknown variable, and what all pages owe their readers."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest
import shapely
from flask import Flask, render_template

from tests.conftest import build_settings
from tests.factories.pages import TODAY, build_detail, build_resume
from tierslieux import create_app
from tierslieux.accueil.presenters import SitePage, build_accueil_page, build_site_page
from tierslieux.accueil.presenters_audits import build_accessibilite_page, build_ecoconception_page
from tierslieux.accueil.presenters_donnees import build_donnees_page as build_donnees_personnelles
from tierslieux.accueil.services import Chiffres
from tierslieux.config import RACINE
from tierslieux.core.types import Bbox, Position
from tierslieux.imports.presenters import build_donnees_page
from tierslieux.imports.rapport import EtatSource
from tierslieux.imports.registre import DEMONSTRATION, SOURCES
from tierslieux.lieux.departs import Depart
from tierslieux.lieux.enums import Genre, Precision, Statut
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.models import Execution, Source
from tierslieux.lieux.params import Curseur
from tierslieux.lieux.presenters import build_lieu_page
from tierslieux.lieux.resultats import (
    Alternative,
    EtatRecherche,
    build_noms_page,
    build_question_page,
    build_resultats_page,
)
from tierslieux.lieux.services import PageLieux
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.models import EditionTerritoires
from tierslieux.territoires.presenters import Offre, build_territoire_page
from tierslieux.territoires.services import TerritoireDetail, TerritoireResume

LU_AT = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
BREST = Depart(Position(-4.486, 48.39), "Brest", "29019", "Finistère")
CARRE = shapely.box(-4.57, 48.36, -4.43, 48.46)
PAUVRE = build_resume(
    genres=(),
    services=(),
    besoins=(),
    frais=(),
    est_aide=False,
    horaires=None,
    ouverture=None,
    telephone=None,
    adresse=None,
    code_postal=None,
    commune_nom=None,
    lon=None,
    lat=None,
    precision=None,
    distance_m=None,
    accessible=None,
    date=None,
    est_invente=True,
)
RICHE = build_resume(itinerant=True, precision=Precision.COMMUNE, genres=(Genre.FRANCE_SERVICES, Genre.BUS_NUMERIQUE))
HOSTILE = build_resume(nom='<script>alert(1)</script>" onmouseover="x', adresse="<b>12</b> rue « d’ici »")


def _demande(**args: str) -> Demande:
    return Demande.from_args(args, today=TODAY)


def _resultats(demande: Demande, page: PageLieux, **autres: Any) -> object:
    return build_resultats_page(demande, demande.criteres, BREST, page, today=TODAY, **autres)


def _question(demande: Demande, etat: EtatRecherche) -> object:
    return build_question_page(demande, demande.criteres, etat=etat)


def _detail_pauvre() -> object:
    detail = build_detail(PAUVRE)
    champs = [champ.name for champ in dataclasses.fields(detail)]
    listes = [champ for champ in champs if champ != "champs" and isinstance(getattr(detail, champ), tuple)]
    textes = [champ for champ in champs if isinstance(getattr(detail, champ), str) and champ != "statut"]
    return dataclasses.replace(
        build_detail(PAUVRE, statut=Statut.FERME), **dict.fromkeys(listes, ()), **dict.fromkeys(textes)
    )


def _territoire(niveau: Niveau, **champs: Any) -> TerritoireDetail:
    defauts: dict[str, Any] = {
        "niveau": niveau,
        "code": "29019",
        "nom": "Brest",
        "nom_tri": "Brest",
        "type_nom": 0,
        "population": None,
        "population_annee": None,
        "parents": (),
        "lon": None,
        "lat": None,
        "mairie_lon": None,
        "mairie_lat": None,
        "emprise": None,
        "codes_postaux": (),
        "anciennes_communes": (),
        "nombre_communes": None,
    }
    return TerritoireDetail(**(defauts | champs))


def _commune() -> object:
    france = TerritoireResume(Niveau.FRANCE, "FR", "France", "France", None, 67_000_000)
    commune = _territoire(
        Niveau.COMMUNE,
        population=140_064,
        population_annee=2017,
        parents=(france,),
        emprise=Bbox(*CARRE.bounds),
        codes_postaux=("29200",),
        anciennes_communes=("Lambézellec", "Saint-Marc"),
    )
    offre = Offre(2, 1, [(Genre.FABLAB, 1)], {}, [RICHE, PAUVRE, HOSTILE])
    return build_territoire_page(commune, {}, offre, contour=CARRE, parties=[CARRE])


def _france() -> object:
    enfants = {Niveau.REGION: (TerritoireResume(Niveau.REGION, "53", "Bretagne", "Bretagne", 0, None),)}
    return build_territoire_page(_territoire(Niveau.FRANCE, nom="France"), enfants, Offre(0, 0, [], {}))


def _donnees() -> object:
    execution = Execution(
        source_id="x",
        statut="reussie",
        origine="x",
        debut_at=LU_AT,
        duree_s=1.0,
        lues=3,
        creees=2,
        modifiees=0,
        inchangees=0,
        fusionnees=0,
        rejetees=1,
        rejets_par_code={"NOM_MANQUANT": 1},
        reconnu={"format": "CSV"},
        colonnes=["id"],
    )
    ancienne = Execution(colonnes=["id", "nom"])
    etats = [
        EtatSource(SOURCES[0], "fichier.csv", None, 2, 3, execution, execution, ancienne),
        EtatSource(SOURCES[1], None, "Source absente.", 0, 0, None, None, None),
        EtatSource(DEMONSTRATION, None, None, 2, 0, execution, execution, execution),
    ]
    edition = EditionTerritoires(
        id=1, edition="1.1.0", sha256="0", chargee_at=LU_AT, remarques={"mairies_eloignees": 2}
    )
    return build_donnees_page(etats, edition, now=LU_AT)


def _site(**environ: str) -> SitePage:
    source = Source(id="x", libelle="France Services", producteur="ANCT", licence="LO", edition="1", confiance=1)
    return build_site_page(build_settings("postgresql://x/x", RACINE / "var", **environ), [source])


CONTACT = {"TIERSLIEUX_CONTACT": "a@exemple.fr", "TIERSLIEUX_EDITEUR": "Commune d’Exemple"}
TUILES = {"TIERSLIEUX_TUILES_URL": "https://tuiles.exemple.org/{z}/{x}/{y}.png", "TIERSLIEUX_CONTACT": "12 rue X"}

PAGES: dict[str, tuple[str, object]] = {
    "accueil": ("accueil/accueil.html", build_accueil_page(Chiffres(7587, 1509, LU_AT, has_inventes=False))),
    "accueil vide": ("accueil/accueil.html", build_accueil_page(Chiffres(0, 0, None, has_inventes=True))),
    "mentions": ("accueil/mentions.html", _site(**CONTACT)),
    "mentions vides": ("accueil/mentions.html", _site()),
    "accessibilité": ("accueil/accessibilite.html", build_accessibilite_page(_site(**TUILES))),
    "accessibilité vide": ("accueil/accessibilite.html", build_accessibilite_page(_site())),
    "écoconception": ("accueil/ecoconception.html", build_ecoconception_page(_site(**CONTACT))),
    "écoconception vide": ("accueil/ecoconception.html", build_ecoconception_page(_site())),
    "données personnelles": (
        "accueil/donnees_personnelles.html",
        build_donnees_personnelles(_site(**TUILES), (LU_AT, 3)),
    ),
    "données personnelles vides": ("accueil/donnees_personnelles.html", build_donnees_personnelles(_site(), None)),
    "plan": ("accueil/plan.html", _site()),
    "résultats": (
        "lieux/recherche.html",
        _resultats(
            _demande(q="brest", besoin="demarche", ouvert="1", genre="licorne"),
            PageLieux((RICHE, PAUVRE, HOSTILE), Curseur(1.0, 2)),
            contour=CARRE,
            alternatives=[Alternative("Brest (Aube)", {"commune": "10060"})],
        ),
    ),
    "rien près": ("lieux/recherche.html", _resultats(_demande(q="brest", gratuit="1"), PageLieux((), None, RICHE))),
    "rien du tout": ("lieux/recherche.html", _resultats(_demande(q="brest"), PageLieux((), None))),
    "question": ("lieux/recherche.html", _question(_demande(besoin="demarche"), EtatRecherche.QUESTION)),
    "incompris": ("lieux/recherche.html", _question(_demande(q="<script>🦆"), EtatRecherche.INCOMPRIS)),
    "noms": (
        "lieux/recherche.html",
        build_noms_page(
            _demande(q="capucins"),
            _demande().criteres,
            [RICHE, PAUVRE],
            today=TODAY,
            alternatives=[Alternative("Capucins", {"commune": "29001"})],
        ),
    ),
    "lieu": ("lieux/lieu.html", build_lieu_page(build_detail(), [("France", "france", "FR")], today=TODAY)),
    "lieu pauvre": ("lieux/lieu.html", build_lieu_page(_detail_pauvre(), [], today=TODAY)),
    "lieu hostile": ("lieux/lieu.html", build_lieu_page(build_detail(HOSTILE), [], today=TODAY)),
    "commune": ("territoires/territoire.html", _commune()),
    "france": ("territoires/territoire.html", _france()),
    "données": ("imports/donnees.html", _donnees()),
    "données vides": ("imports/donnees.html", build_donnees_page([], None, now=LU_AT)),
    "erreur": ("errors/erreur.html", None),
}


class _Lecteur(HTMLParser):
    """What a page is made of: tags with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.balises: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append((tag, dict(attrs)))

    def count(self, balise: str) -> int:
        return sum(nom == balise for nom, _ in self.balises)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, on a database that nobody connects to."""
    return create_app(build_settings("postgresql://x/x", tmp_path_factory.mktemp("var")))


@pytest.fixture(params=PAGES, ids=list(PAGES))
def page(request: pytest.FixtureRequest, application: Flask) -> str:
    """One rendered page."""
    gabarit, contexte = PAGES[request.param]
    autres = {"statut": 404, "message": "Cette page n’existe pas.", "request_id": "abcd1234"}
    with application.test_request_context("/"):
        return render_template(gabarit, page=contexte, adresse="http://localhost/", **autres)


def test_a_page_has_one_title_one_main_and_its_language(page: str) -> None:
    assert page.startswith("<!doctype html>")
    assert ("html", {"lang": "fr"}) in _Lecteur(page).balises
    tete, corps = map(_Lecteur, page.split("</head>"))
    assert (tete.count("title"), corps.count("h1"), corps.count("main")) == (1, 1, 1)


def test_no_level_of_heading_is_skipped(page: str) -> None:
    niveaux = [int(balise[1]) for balise, _ in _Lecteur(page).balises if re.fullmatch(r"h[1-6]", balise)]
    assert niveaux[0] == 1
    assert all(suivant <= niveau + 1 for niveau, suivant in itertools.pairwise(niveaux)), niveaux


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: str) -> None:
    for balise, attributs in _Lecteur(page).balises:
        assert "style" not in attributs
        assert not any(nom.startswith("on") for nom in attributs)
        if balise == "script" and attributs.get("type") != "application/ld+json":
            assert (attributs["src"] or "").startswith("/static/")
        if balise == "img" or (balise == "link" and attributs["rel"] not in {"canonical", "alternate"}):
            assert (attributs.get("href") or attributs.get("src") or "").startswith("/static/")


def test_identifiers_are_unique_and_labels_lead_somewhere(page: str) -> None:
    attributs = [attributs for _, attributs in _Lecteur(page).balises]
    ids = [a["id"] for a in attributs if "id" in a]
    assert len(ids) == len(set(ids))
    visees = {a["for"] for a in attributs if "for" in a}
    visees |= {ident for a in attributs for ident in (a.get("aria-labelledby") or "").split()}
    visees |= {a["href"][1:] for a in attributs if (a.get("href") or "").startswith("#") and len(a["href"] or "") > 1}
    assert visees <= set(ids)


def test_markup_in_data_stays_text(page: str) -> None:
    assert "<script>" not in page
    assert "<b>12</b>" not in page
    assert all("onmouseover" not in attributs for _, attributs in _Lecteur(page).balises)


def test_french_punctuation_does_not_start_a_line(page: str) -> None:
    texte = re.sub(r"<[^>]+>", "", page.split("<main", 1)[1])
    assert not re.search(r"\w [:;?!»]", texte), re.search(r".{30}\w [:;?!»]", texte)


def test_there_is_always_a_way_on(page: str) -> None:
    assert 'action="/recherche"' in page
    for adresse in ("/donnees", "/accessibilite", "/mentions-legales", "/donnees-personnelles", "/plan-du-site"):
        assert f'href="{adresse}"' in page


def test_colours_stand_in_one_file() -> None:
    feuilles = [f for f in (RACINE / "static/css").rglob("*.css") if f.name != "tokens.css"]
    assert len(feuilles) > 3
    for feuille in feuilles:
        texte = re.sub(r"/\*.*?\*/", "", feuille.read_text(encoding="utf-8"), flags=re.DOTALL)
        # A black shadow is no colour.
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*})|\b(?:rgb|hsl|oklch)a?\((?!0 0 0 /)", texte), feuille.name
