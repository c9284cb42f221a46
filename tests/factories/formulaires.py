"""The forms of pages, read and sent as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Paires = MultiDict[str, str]


class _Lecteur(HTMLParser):
    """The fields of the form of a page whose address is `action`, as they would be sent."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.champs: Paires = MultiDict()
        self._action = action
        self._dedans = False
        self._zone: str | None = None
        self._liste: str | None = None
        self._texte = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fields of the form, buttons left out."""
        attributs = dict(attrs)
        if tag == "form":
            self._dedans = attributs.get("action") == self._action and attributs.get("method") == "post"
        nom = attributs.get("name")
        if not self._dedans:
            return
        if tag == "input" and nom:
            est_case = attributs.get("type") in {"checkbox", "radio"}
            if not est_case or "checked" in attributs:
                self.champs.add(nom, attributs.get("value") or "")
        elif tag == "textarea" and nom:
            self._zone, self._texte = nom, ""
        elif tag == "select":
            self._liste = nom
            self.champs.add(nom or "", "")
        elif tag == "option" and self._liste and "selected" in attributs:
            self.champs.setlist(self._liste, [attributs.get("value") or ""])

    def handle_data(self, data: str) -> None:
        """The text of a field of several lines."""
        self._texte += data

    def handle_endtag(self, tag: str) -> None:
        """A field or the form is over."""
        if tag == "textarea" and self._zone:
            # Browsers drop the first line end after the tag.
            self.champs.add(self._zone, self._texte.removeprefix("\n"))
            self._zone = None
        elif tag == "form":
            self._dedans = False


def read_formulaire(page: str, action: str) -> Paires:
    """What the form of this address holds on a page; empty when the page has none."""
    lecteur = _Lecteur(action)
    lecteur.feed(page)
    return lecteur.champs


def send_formulaire(
    client: FlaskClient, page: str, action: str, bouton: str, **champs: str | list[str]
) -> TestResponse:
    """Change fields of the form on a page and press one of its buttons; [] unticks."""
    envoi = read_formulaire(page, action)
    assert envoi, f"no form for {action}"
    for nom, valeur in champs.items():
        envoi.setlist(nom, [valeur] if isinstance(valeur, str) else valeur)
    envoi.setlist("action", [bouton])
    return client.post(action, data=envoi)
