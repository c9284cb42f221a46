"""What a person reads or hears of a page: its blocks of text and the attributes that speak."""

from __future__ import annotations

import re
from html.parser import HTMLParser

ATTRIBUTS = ("title", "alt", "aria-label", "aria-description", "aria-roledescription", "placeholder")
# Between these, words belong to one sentence; any other tag ends it.
_EN_LIGNE = frozenset("a abbr b bdi cite code em i img kbd mark q small span strong sub sup time u svg path".split())
_MUETS = frozenset({"script", "style"})
_SANS_FIN = frozenset("area base br col embed hr img input link meta source track wbr".split())


class _Lecteur(HTMLParser):
    """Texts of a page; `sans_lang` leaves out the elements said to be in that language, but for the page itself."""

    def __init__(self, page: str, sans_lang: str | None) -> None:
        super().__init__()
        self.blocs: list[str] = []
        self.attributs: list[str] = []
        self._sans_lang = sans_lang
        self._morceaux: list[str] = []
        # The element being left out and how many of its kind are open; a page never writes one in pieces.
        self._ignore: tuple[str, int] | None = None
        self.feed(page)
        self._end_bloc()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A link that looks like a button stands alone, whatever is beside it.
        if tag not in _EN_LIGNE or "bouton" in (dict(attrs).get("class") or ""):
            self._end_bloc()
        if self._ignore is not None:
            nom, ouverts = self._ignore
            self._ignore = (nom, ouverts + (tag == nom))
            return
        valeurs = dict(attrs)
        est_autre = tag != "html" and self._sans_lang is not None and valeurs.get("lang") == self._sans_lang
        if (est_autre or tag in _MUETS) and tag not in _SANS_FIN:
            self._ignore = (tag, 1)
        if est_autre:
            return
        self.attributs += [valeur for nom in ATTRIBUTS if (valeur := valeurs.get(nom))]
        # What scripts will show stands in data-tl-* attributes: a text has a space, a hook or a number has none.
        self.attributs += [v for nom, v in attrs if nom.startswith("data-tl-") and v and " " in v]
        if tag == "meta" and valeurs.get("name") == "description":
            self.attributs.append(valeurs["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EN_LIGNE:
            self._end_bloc()
        if self._ignore is not None and tag == self._ignore[0]:
            ouverts = self._ignore[1] - 1
            self._ignore = (tag, ouverts) if ouverts else None

    def handle_data(self, data: str) -> None:
        if self._ignore is None:
            self._morceaux.append(data)

    def _end_bloc(self) -> None:
        texte = flatten("".join(self._morceaux))
        if texte:
            self.blocs.append(texte)
        self._morceaux = []


def flatten(texte: str) -> str:
    """The text with single ordinary spaces."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", texte).strip()


def list_textes(page: str, *, sans_lang: str | None = None) -> list[str]:
    """Every text of a page, blocks first, then attributes that are read out, spaces made ordinary and single."""
    lecteur = _Lecteur(page, sans_lang)
    return lecteur.blocs + [flatten(valeur) for valeur in lecteur.attributs]


def remove_donnees(texte: str, donnees: frozenset[str], signe: str = " ") -> str:
    """The text with each of these pieces of data replaced by a sign, the longest first."""
    motif = "|".join(re.escape(donnee) for donnee in sorted(donnees, key=len, reverse=True))
    return re.sub(rf"(?<![^\W_])(?:{motif})(?![^\W_])", signe, texte) if motif else texte
