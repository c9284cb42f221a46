"""What the documents of a territory are made of: the figures that were read, and which rule tells most. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.couverture.services import Acces, Besoin, Ecart, EcartTerritoire, Edition, Rang, Regle
from tierslieux.indicateurs.services import Valeur, ValeurTerritoire
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail
from tierslieux.trajets.moteur import Mode

PART_ILLECTRONISME = "part_illectronisme"
PERSONNES_ILLECTRONISME = "personnes_illectronisme"
PARTIES_MONTREES = 5

# The rules that a document may tell, the usual one first. Walking needs to know where people live to the block.
_REGLES_CARREAUX = (Regle(mode=Mode.A_PIED),)
_REGLES_PROCHES = (Regle(seuil_min=15), Regle(seuil_min=10))
# A rule by which fewer of the people in need are far says that all is well: a shorter time says more.
_PRESQUE_PERSONNE = 0.01

# What a territory is cut into here: few enough to be read on a page.
NIVEAU_PARTIES: Mapping[Niveau, Niveau] = MappingProxyType(
    {
        Niveau.FRANCE: Niveau.DEPARTEMENT,
        Niveau.REGION: Niveau.EPCI,
        Niveau.DEPARTEMENT: Niveau.COMMUNE,
        Niveau.EPCI: Niveau.COMMUNE,
    }
)


@dataclass(frozen=True, slots=True)
class Donnees:
    """What was read of a territory. `parties`: its parts, or the communes around it for a commune (`niveau_parties`).

    `communes` serve the list of the worst served. `taux` and `personnes`: illectronisme by part, read where nobody is
    far, and `reperes` then: (name, share of illectronisme) of what the territory lies in. `contours` are those of the
    parts; `cadre` that of the territory.
    """

    territoire: TerritoireDetail
    edition: Edition | None
    besoin: Besoin | None
    ecarts: tuple[Ecart, ...]
    acces: tuple[Acces, ...]
    rang: Rang | None
    valeurs: tuple[Valeur, ...]
    regle: Regle
    niveau_parties: Niveau
    parties: tuple[EcartTerritoire, ...] = ()
    communes: tuple[EcartTerritoire, ...] = ()
    taux: tuple[ValeurTerritoire, ...] = ()
    personnes: tuple[ValeurTerritoire, ...] = ()
    reperes: tuple[tuple[str, Valeur], ...] = ()
    contours: tuple[Contour, ...] = ()
    cadre: Contour | None = None

    @property
    def est_vide(self) -> bool:
        """Whether nothing can be said of this territory yet."""
        return self.besoin is None and not self.ecarts

    def find_ecart(self, regle: Regle) -> Ecart | None:
        """The gap by a rule."""
        return find_ecart(self.ecarts, regle)

    def find_valeur(self, indicateur: str, annee: int | None = None) -> Valeur | None:
        """An indicator, of a year or of the latest, which comes first."""
        trouvees = (v for v in self.valeurs if v.indicateur.id == indicateur and annee in {None, v.millesime})
        return next(trouvees, None)

    def find_part(self) -> Valeur | None:
        """The share of illectronisme, of the same definition as the number of people."""
        return None if self.besoin is None else self.find_valeur(PART_ILLECTRONISME, self.besoin.annee)


def find_ecart(ecarts: Iterable[Ecart], regle: Regle) -> Ecart | None:
    """The gap by a rule, None where it is not computed."""
    return next((ecart for ecart in ecarts if ecart.regle == regle), None)


def choose_regle(ecarts: Iterable[Ecart], edition: Edition | None) -> Regle:
    """The first rule by which a hundredth of the people in need are far; the usual one where none tells that.

    On foot only where people are placed on the cells of the 200 m grid: from a town hall, walking times mean nothing.
    """
    connus = tuple(ecarts)
    fines: tuple[Regle, ...] = _REGLES_CARREAUX if edition is not None and edition.communes_avec_carreaux else ()
    for regle in (Regle(), *fines, *_REGLES_PROCHES):
        ecart = find_ecart(connus, regle)
        if ecart is not None and compute_part(ecart) >= _PRESQUE_PERSONNE:
            return regle
    return Regle()


def compute_part(ecart: Ecart) -> float:
    """The share of people who are far, 0 to 1: of those in need, of all where the need is not known."""
    if ecart.besoin is not None and ecart.besoin_au_dela is not None:
        return ecart.besoin_au_dela / ecart.besoin if ecart.besoin > 0 else 0.0
    return ecart.population_au_dela / ecart.population if ecart.population > 0 else 0.0


def count_au_dela(ecart: Ecart) -> float:
    """How many people are far: those in need, all where the need is not known."""
    return ecart.population_au_dela if ecart.besoin_au_dela is None else ecart.besoin_au_dela


def list_pires(communes: Iterable[EcartTerritoire]) -> list[tuple[EcartTerritoire, Ecart]]:
    """Those where most people in need are far, the most first; none where nobody is."""
    loin = [(c, c.ecart) for c in communes if c.ecart is not None and count_au_dela(c.ecart) > 0]
    return sorted(loin, key=lambda paire: (-count_au_dela(paire[1]), paire[0].code))[:PARTIES_MONTREES]
