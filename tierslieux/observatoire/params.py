"""What the pages of figures are asked for, read from the query string: everything that is chosen stands in the address.

A value that means nothing is not refused outright: it is left out, said in words, and the page is shown without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tierslieux.cartes.classes import NOMBRE_MAX, NOMBRE_MIN, ModeClasses
from tierslieux.core.enums import Libelle
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import Regle
from tierslieux.filtres import join_liste
from tierslieux.observatoire.mesures import Calcul
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

T = TypeVar("T", bound=Libelle)
Arguments = Mapping[str, Sequence[str]]

# The levels that a territory can be cut into on the map, the first being shown when nothing is asked.
PARTIES: Mapping[Niveau, tuple[Niveau, ...]] = {
    Niveau.FRANCE: (Niveau.DEPARTEMENT, Niveau.REGION, Niveau.EPCI),
    Niveau.REGION: (Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.COMMUNE),
    Niveau.DEPARTEMENT: (Niveau.COMMUNE, Niveau.EPCI),
    Niveau.EPCI: (Niveau.COMMUNE,),
    # A commune is seen among those of its EPCI.
    Niveau.COMMUNE: (Niveau.COMMUNE,),
}
PAIRS_MAX = 3
_LONGUEUR_MAX = 60
_CODE = re.compile(r"[0-9A-Za-z]{1,9}")
_TRIS = ("nom", "population", "personnes", "valeur")
_PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class Demande:
    """What the page of a territory shows.

    `indicateur` is a member of Calcul or an id of the catalogue, None for the page's own choice; `millesime` None: the
    latest. `tri` names a column, with "-" the other way round; None: the worst first. `pair` is a name to look for
    among territories of the same level. `erreurs`: sentences for the reader.
    """

    indicateur: str | None = None
    regle: Regle = field(default_factory=Regle)
    millesime: int | None = None
    parties: Niveau = Niveau.COMMUNE
    classes: ModeClasses = ModeClasses.QUANTILES
    nombre: int = NOMBRE_MIN
    tri: str | None = None
    page: int = 1
    comparer: tuple[str, ...] = ()
    pair: str = ""
    erreurs: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: Arguments, niveau: Niveau, code: str, indicateurs: Iterable[str]) -> Demande:
        """Read a query string; never raises. `indicateurs`: ids that a map can show."""
        lecteur = Lecteur(args)
        return cls(
            indicateur=lecteur.read_mot("indicateur", "Indicateur", (*Calcul, *indicateurs)),
            regle=lecteur.read_regle(),
            millesime=lecteur.read_entier("millesime", "Année", 1990, 2100),
            parties=lecteur.read_parties(niveau),
            classes=lecteur.read_code("classes", "Découpage", ModeClasses) or ModeClasses.QUANTILES,
            nombre=lecteur.read_entier("nombre", "Nombre de classes", NOMBRE_MIN, NOMBRE_MAX) or NOMBRE_MIN,
            tri=lecteur.read_mot("tri", "Tri", (*_TRIS, *(f"-{tri}" for tri in _TRIS))),
            page=lecteur.read_entier("page", "Page", 1, _PAGE_MAX) or 1,
            comparer=lecteur.read_comparer(code),
            pair=lecteur.get("pair")[:_LONGUEUR_MAX],
            erreurs=tuple(lecteur.erreurs),
        )

    def to_args(self, niveau: Niveau, **autres: object) -> dict[str, str]:
        """The query string that gives this back, what is usual left out; `autres` replaces values, None removes one."""
        args: dict[str, object] = {
            "indicateur": self.indicateur,
            **write_regle(self.regle),
            "millesime": self.millesime,
            "parties": None if self.parties is PARTIES[niveau][0] else self.parties.value,
            "classes": None if self.classes is ModeClasses.QUANTILES else self.classes.value,
            "nombre": None if self.nombre == NOMBRE_MIN else self.nombre,
            "tri": self.tri,
            "page": None if self.page == 1 else self.page,
            "comparer": ",".join(self.comparer) or None,
        }
        return {nom: str(valeur) for nom, valeur in (args | autres).items() if valeur is not None}


@dataclass(frozen=True, slots=True)
class DemandeCroisement:
    """What the page of two crossed figures shows; `x` and `y` as `Demande.indicateur`, None for the page's choice."""

    x: str | None = None
    y: str | None = None
    regle: Regle = field(default_factory=Regle)
    parties: Niveau = Niveau.COMMUNE
    page: int = 1
    erreurs: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, args: Arguments, niveau: Niveau, indicateurs: Iterable[str]) -> DemandeCroisement:
        """Read a query string; never raises. `indicateurs`: ids that can be crossed."""
        lecteur = Lecteur(args)
        choix = (Calcul.ECART, Calcul.DUREE, *indicateurs)
        return cls(
            x=lecteur.read_mot("x", "Premier indicateur", choix),
            y=lecteur.read_mot("y", "Second indicateur", choix),
            regle=lecteur.read_regle(),
            parties=lecteur.read_parties(niveau),
            page=lecteur.read_entier("page", "Page", 1, _PAGE_MAX) or 1,
            erreurs=tuple(lecteur.erreurs),
        )

    def to_args(self, niveau: Niveau, **autres: object) -> dict[str, str]:
        """The query string that gives this back, what is usual left out."""
        args: dict[str, object] = {
            "x": self.x,
            "y": self.y,
            **write_regle(self.regle),
            "parties": None if self.parties is PARTIES[niveau][0] else self.parties.value,
            "page": None if self.page == 1 else self.page,
        }
        return {nom: str(valeur) for nom, valeur in (args | autres).items() if valeur is not None}


def write_regle(regle: Regle) -> dict[str, object]:
    """The arguments of a rule, those of the usual one None."""
    usuelle = Regle()
    return {
        "cible": None if regle.cible is usuelle.cible else regle.cible.value,
        "mode": None if regle.mode is usuelle.mode else regle.mode.value,
        "seuil": None if regle.seuil_min == usuelle.seuil_min else regle.seuil_min,
    }


class Lecteur:
    """Reads values one by one; what cannot be understood is said in `erreurs`."""

    def __init__(self, args: Arguments) -> None:
        self._args = args
        self.erreurs: list[str] = []

    def get(self, nom: str) -> str:
        """The last value of a field, without spaces around; "" when it is absent."""
        valeurs = self._args.get(nom) or ("",)
        return valeurs[-1].strip()

    def refuse(self, champ: str, valeur: str, attendu: str) -> None:
        """Say that a value was left out."""
        court = valeur if len(valeur) <= _LONGUEUR_MAX else valeur[:_LONGUEUR_MAX] + "…"
        self.erreurs.append(f"« {champ} » vaut « {court} » ; attendu : {attendu}. Nous n’en avons pas tenu compte.")

    def read_mot(self, nom: str, champ: str, choix: Sequence[str]) -> str | None:
        """One of these words."""
        valeur = self.get(nom)
        if not valeur:
            return None
        if valeur in choix:
            return valeur
        self.refuse(champ, valeur, "un choix de la liste")
        return None

    def read_code(self, nom: str, champ: str, choix: type[T]) -> T | None:
        """A member of a vocabulary."""
        valeur = self.get(nom)
        if valeur and valeur not in set(choix):
            self.refuse(champ, valeur, f"un mot parmi {join_liste(choix, 'ou')}")
            return None
        return choix(valeur) if valeur else None

    def read_entier(self, nom: str, champ: str, petit: int, grand: int) -> int | None:
        """A whole number between bounds."""
        valeur = self.get(nom)
        if not valeur:
            return None
        if valeur.isascii() and valeur.isdigit() and len(valeur) <= 4 and petit <= int(valeur) <= grand:
            return int(valeur)
        self.refuse(champ, valeur, f"un nombre entier de {petit} à {grand}")
        return None

    def read_regle(self) -> Regle:
        """The kind of place, the mode and the threshold."""
        usuelle = Regle()
        seuil = self.read_entier("seuil", "Minutes", 1, 999)
        if seuil is not None and seuil not in SEUILS_MIN:
            self.refuse("Minutes", str(seuil), join_liste(SEUILS_MIN, "ou"))
            seuil = None
        return Regle(
            cible=self.read_code("cible", "Type de lieu", Cible) or usuelle.cible,
            mode=self.read_code("mode", "Moyen de transport", Mode) or usuelle.mode,
            seuil_min=seuil or usuelle.seuil_min,
        )

    def read_parties(self, niveau: Niveau) -> Niveau:
        """A level that the territory is cut into."""
        valeur, choix = self.get("parties"), PARTIES[niveau]
        if valeur and valeur not in choix:
            self.refuse("Découpage du territoire", valeur, join_liste([n.value for n in choix], "ou"))
        return Niveau(valeur) if valeur in choix else choix[0]

    def read_comparer(self, ici: str) -> tuple[str, ...]:
        """Codes of territories of the same level, each once: several fields, or one with commas."""
        demandes = [code.strip().upper() for valeur in self._args.get("comparer", ()) for code in valeur.split(",")]
        codes = [code for code in dict.fromkeys(demandes) if code and code != ici]
        for code in codes:
            if not _CODE.fullmatch(code):
                self.refuse("Comparer avec", code, "un code de territoire")
        bons = [code for code in codes if _CODE.fullmatch(code)]
        if len(bons) > PAIRS_MAX:
            self.erreurs.append(f"On compare avec {PAIRS_MAX} territoires au plus : les suivants sont laissés de côté.")
        return tuple(bons[:PAIRS_MAX])
