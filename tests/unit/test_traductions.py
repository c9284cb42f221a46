"""The catalogues: every text of the pages is in them, English is complete, and values find their place."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.lisibilite import SIGNE, list_fautes
from tierslieux.accueil.mots import list_formes
from tierslieux.catalogues import DOSSIER, read_catalogue
from tierslieux.config import RACINE
from tierslieux.langues import EN, FALC

_VALEUR = re.compile(r"%\((\w+)\)[sd]|%%|\{\w+\}")
# As the Makefile gives them to pybabel.
MOTS_CLES = {**DEFAULT_KEYWORDS, "N_": None, "ngettext": (1, 2)}


@cache
def _read(nom: str) -> Catalog:
    chemin = DOSSIER / nom / "LC_MESSAGES" / "messages.po"
    with chemin.open("rb") as source:
        return read_po(source, locale=nom)


def _list_messages(nom: str) -> list[Message]:
    return [message for message in _read(nom) if message.id]


def _list_formes(message: Message) -> list[str]:
    """The text of a message, or its singular and its plural."""
    return list(message.string) if isinstance(message.string, (tuple, list)) else [message.string or ""]


def _list_sources(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (tuple, list)) else [message.id]


def _extract() -> Iterator[str | tuple[str, ...]]:
    """Every text marked in templates and modules, found as `make messages` finds them."""
    config = configparser.ConfigParser()
    config.read_string(
        "[jinja2: x]\n" + (DOSSIER / "babel.cfg").read_text(encoding="utf-8").split("[jinja2", 1)[1].split("\n", 1)[1]
    )
    options = {"jinja2": dict(config["jinja2: x"])}
    modules, gabarits = RACINE / "tierslieux", RACINE / "templates"
    for dossier, motif, methode in (
        (modules, "**.py", "python"),
        (gabarits, "**.html", "jinja2"),
        (gabarits, "**.txt", "jinja2"),
    ):
        trouves = extract_from_dir(dossier, [(motif, methode)], {motif: options.get(methode, {})}, keywords=MOTS_CLES)
        yield from (message for _fichier, _ligne, message, _notes, _contexte in trouves)


def test_every_text_of_the_pages_is_in_the_catalogues() -> None:
    marques = set(_extract())
    connus = {m.id if isinstance(m.id, str) else tuple(m.id) for m in _list_messages(EN.catalogue)}
    # A word that also has a plural elsewhere is found by its singular.
    singuliers = {_list_sources(m)[0] for m in _list_messages(EN.catalogue)}
    assert marques - connus - singuliers == set(), "run `make messages`, then translate"
    assert connus - marques == set(), "run `make messages`"
    assert [m.id for m in _list_messages(FALC.catalogue)] == [m.id for m in _list_messages(EN.catalogue)]


def test_english_is_complete() -> None:
    manquants = [message.id for message in _list_messages(EN.catalogue) if not all(_list_formes(message))]
    assert manquants == []


@pytest.mark.parametrize("nom", [EN.catalogue, FALC.catalogue])
def test_values_are_the_same_in_both_texts(nom: str) -> None:
    def lire(texte: str) -> set[str]:
        return {trouve[0] for trouve in _VALEUR.finditer(texte)}

    ecarts = [
        (message.id, forme)
        for message in _list_messages(nom)
        for source, forme in zip(_list_sources(message), _list_formes(message), strict=False)
        if forme and lire(forme) != lire(source)
    ]
    assert ecarts == []


@pytest.mark.parametrize("nom", [EN.catalogue, FALC.catalogue])
def test_nothing_is_left_to_guess(nom: str) -> None:
    assert [message.id for message in _read(nom) if message.fuzzy and message.id] == []
    assert read_catalogue(nom).gettext("lundi") == {"en": "Monday", "fr@falc": "lundi"}[nom]


def test_english_has_no_french_sign() -> None:
    fautes = [f for m in _list_messages(EN.catalogue) for f in _list_formes(m) if re.search(r"[«»]| [:;?!]", f)]
    assert fautes == []


def test_a_message_written_for_easy_reading_is_easy_to_read() -> None:
    fautes = {
        forme: trouvees
        for message in _list_messages(FALC.catalogue)
        for forme in _list_formes(message)
        if (trouvees := list_fautes(_VALEUR.sub(SIGNE, forme), list_formes()))
    }
    assert fautes == {}
