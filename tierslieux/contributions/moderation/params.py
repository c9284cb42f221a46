"""What the address of a page of moderation says: which part of the queue it is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.moderation.enums import Vue
from tierslieux.contributions.perimetres import Perimetre
from tierslieux.territoires.enums import Niveau

CODE_MAX = 12
NUMERO_MAX = 2**63 - 1
# What changes nothing is looked at by nobody; what a person opposes has its own pages (contributions.donnees).
AILLEURS = frozenset({Demarche.CONFIRMATION, Demarche.OPPOSITION})
DEMARCHES = tuple(demarche for demarche in Demarche if demarche not in AILLEURS)


@dataclass(frozen=True, slots=True)
class Filtres:
    """A part of the queue; `territoire` is looked for inside one's own, `apres` is the last proposal already shown."""

    vue: Vue = Vue.A_EXAMINER
    demarche: Demarche | None = None
    territoire: Perimetre | None = None
    apres: int | None = None

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> Filtres:
        """From the query string; what means nothing is left out."""
        vue, demarche = args.get("vue", ""), args.get("demarche", "")
        return cls(
            vue=Vue(vue) if vue in set(Vue) else Vue.A_EXAMINER,
            demarche=Demarche(demarche) if demarche in DEMARCHES else None,
            territoire=_parse_territoire(args.get("territoire", "")),
            apres=_parse_numero(args.get("apres", "")),
        )

    def to_args(self, **autres: str | None) -> dict[str, str]:
        """The same as a query string, without what is the default; `autres` are added when they say something."""
        args = {
            "vue": None if self.vue is Vue.A_EXAMINER else self.vue.value,
            "demarche": self.demarche.value if self.demarche else None,
            "territoire": write_territoire(self.territoire) if self.territoire else None,
        }
        return {nom: valeur for nom, valeur in (args | autres).items() if valeur is not None}

    def change(self, vue: Vue) -> Filtres:
        """Another page of the queue, with the same filters."""
        return replace(self, vue=vue, apres=None)


def write_territoire(territoire: Perimetre) -> str:
    """A territory in an address: "commune:29019"."""
    niveau, code = territoire
    return f"{niveau.value}:{code}"


def _parse_territoire(texte: str) -> Perimetre | None:
    niveau, _, code = texte.partition(":")
    if niveau not in set(Niveau) or not code.isascii() or not code.isalnum() or len(code) > CODE_MAX:
        return None
    return Niveau(niveau), code.upper()


def _parse_numero(texte: str) -> int | None:
    if not texte.isascii() or not texte.isdigit() or len(texte) > len(str(NUMERO_MAX)):
        return None
    numero = int(texte)
    return numero if 0 < numero <= NUMERO_MAX else None
