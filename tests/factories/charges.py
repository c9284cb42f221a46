"""A hundred ways of slipping a script into a text, and what an output must still look like with them.

Each payload calls `tlxss()`, a function of nobody: a page that runs one shows it. Texts that spreadsheets take for
formulas and lines that split headers are among them.
"""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import tinyhtml5

# Ways out of where a text may stand: element, attribute, script, style, comment, CDATA, title, textarea, JSON…
SORTIES = (
    "",
    '">',
    "'>",
    "</script>",
    "</title>",
    "</textarea>",
    "--><!-- -->",
    "]]>",
    "</style>",
    '\\">',
)
SCRIPTS = (
    "<script>tlxss()</script>",
    "<ScRiPt/x>tlxss()</sCrIpT >",
    "<img src=x onerror=tlxss()>",
    "<svg onload=tlxss()>",
    '<a href="javascript:tlxss()">x</a>',
    "<iframe srcdoc='<script>parent.tlxss()</script>'></iframe>",
    "<details open ontoggle=tlxss()><summary>x</summary></details>",
    "<math><mtext><table><mglyph><style><img src=x onerror=tlxss()>",
)
AUTRES = (
    '" onmouseover="tlxss()" autofocus onfocus="tlxss()" x="',
    "' onfocus=tlxss() autofocus '",
    "` onfocus=tlxss() autofocus `",
    "javascript:tlxss()",
    "JaVaScRiPt:tlxss()",
    "java\tscript:tlxss()",
    "data:text/html,<script>tlxss()</script>",
    "vbscript:tlxss()",
    "//exemple.test/%0a<script>tlxss()</script>",
    "';tlxss();//",
    '";tlxss();//',
    "${tlxss()}",
    "{{constructor.constructor('tlxss()')()}}",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "<!--<script>tlxss()//-->",
    "\u2028tlxss()//",
    "<\u0131mg src=x onerror=tlxss()>",
    "&lt;script&gt;tlxss()&lt;/script&gt;",
    "&#60;script&#62;tlxss()&#60;/script&#62;",
    "%3Cscript%3Etlxss()%3C/script%3E",
    "+ADw-script+AD4-tlxss()+ADw-/script+AD4-",
    '=HYPERLINK("https://exemple.test","tlxss")',
    "+tlxss()",
    "-tlxss()",
    "@tlxss()",
    "x\r\nX-Tlxss: 1\r\n\r\n<script>tlxss()</script>",
    "x\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:tlxss()",
    "x\nBcc: tlxss@exemple.test",
)

CHARGES: tuple[str, ...] = tuple(dict.fromkeys([*(a + b for a, b in product(SORTIES, SCRIPTS)), *AUTRES]))

_ADRESSES = ("href", "src", "action", "formaction", "srcdoc", "xlink:href")


def choose(pas: int) -> tuple[str, ...]:
    """One payload out of `pas`, with each way out and each script among them; all of them if they are asked for."""
    return CHARGES if os.environ.get("TIERSLIEUX_TOUTES_CHARGES") else CHARGES[::pas]


# What stands in the same places and means nothing: outputs must be built alike.
NEUTRE = "texte neutre"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a browser builds it.

    `squelette`: its elements in their order, with the names of their attributes; `textes`: everything that a reader
    sees and what attributes hold; `adresses`: where links, forms and images lead; `json_ld`: its blocks, read.
    """

    squelette: list[tuple[str, tuple[str, ...]]]
    textes: str
    adresses: list[str]
    json_ld: list[Any]

    @property
    def noms(self) -> tuple[set[str], set[str]]:
        """The elements and the attributes that it is made of."""
        return {nom for nom, _ in self.squelette}, {nom for _, noms in self.squelette for nom in noms}

    def says(self, texte: str) -> bool:
        """Whether a text stands in it; spaces are the page's own affair (unbreakable ones are put in)."""
        return "".join(texte.split()) in self.textes


def read_page(html: str) -> Page:
    """Read a page by the rules of HTML, as browsers do."""
    arbre: ET.Element = tinyhtml5.parse(html, namespace_html_elements=False)
    elements = [element for element in arbre.iter() if isinstance(element.tag, str)]
    textes = (part for e in elements for part in (e.text or "", *map(str, e.attrib.values()), e.tail or ""))
    return Page(
        squelette=[(e.tag, tuple(sorted(e.attrib))) for e in elements],
        textes="".join("".join(textes).split()),
        adresses=[str(e.attrib[nom]) for e in elements for nom in _ADRESSES if nom in e.attrib],
        json_ld=[
            json.loads(e.text or "")
            for e in elements
            if e.tag == "script" and e.attrib.get("type") == "application/ld+json"
        ],
    )


def list_cellules(texte: str) -> list[str]:
    """Every cell of a CSV file."""
    return [cellule for ligne in csv.reader(io.StringIO(texte, newline=""), delimiter=";") for cellule in ligne]
