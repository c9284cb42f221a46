"""From an address by names to its territory, and what may have been meant when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.territoires import queries
from tierslieux.territoires.adresses import Etape, Pas, append_code, build_pas, build_slug, split_code
from tierslieux.territoires.enums import NatureToponyme, Niveau
from tierslieux.territoires.recherche import search_communes
from tierslieux.territoires.services import TerritoireDetail

# Names to choose from on the page of an address that leads nowhere.
PROPOSITIONS_MAX = 5
# A longer step is no name: the longest of a commune has 45 signs.
LONGUEUR_PAS_MAX = 80
# Two wrong letters in "finistere" still make 0.8.
RESSEMBLANCE = 0.8


@dataclass(frozen=True, slots=True)
class Destination:
    """A territory that an address leads to; `pas` is its own address, `departement` tells namesakes apart."""

    niveau: Niveau
    code: str
    nom: str
    pas: Pas
    departement: str | None = None


def find_destinations(session: Session, pas: Sequence[str]) -> list[Destination]:
    """What the steps lead to: one territory, none, or the communes of the département that share the name.

    Names may be spelled in any way; a former commune leads to the commune of today. Three steps at most.
    """
    if any(len(un) > LONGUEUR_PAS_MAX for un in pas):
        return []
    slugs = [build_slug(un) for un in pas]
    echelle = session.execute(queries.list_echelle_stmt()).all()
    region = next((r for r in echelle if r.niveau == Niveau.REGION and build_slug(r.nom) == slugs[0]), None)
    if region is None:
        return []
    if len(slugs) == 1:
        return [Destination(Niveau.REGION, region.code, region.nom, (slugs[0],))]
    departement = next((r for r in echelle if r.region_code == region.code and build_slug(r.nom) == slugs[1]), None)
    if departement is None:
        return []
    if len(slugs) == 2:
        return [Destination(Niveau.DEPARTEMENT, departement.code, departement.nom, tuple(slugs))]
    return _find_communes(session, (slugs[0], slugs[1]), departement, slugs[2])


def _find_communes(session: Session, debut: Pas, departement: Rangee, slug: str) -> list[Destination]:
    trouvees = _list_communes(session, debut, departement, slug)
    coupe = split_code(slug)
    if not trouvees and coupe is not None:
        nom, code = coupe
        trouvees = [d for d in _list_communes(session, debut, departement, nom) if d.code == code]
    return trouvees


def _list_communes(session: Session, debut: Pas, departement: Rangee, slug: str) -> list[Destination]:
    """Communes of the département whose official name makes this slug; else those that another of their names makes."""
    cle = slug.replace("-", " ")
    rangees = session.execute(queries.list_communes_nommees_stmt([cle], departement.code)).all()
    officielles = [r for r in rangees if r.nature == NatureToponyme.OFFICIEL]
    destinations = {}
    for rangee in officielles or rangees:
        dernier = build_slug(rangee.nom)
        if len(officielles) > 1:
            dernier = append_code(dernier, rangee.code)
        destinations[rangee.code] = Destination(
            Niveau(rangee.niveau), rangee.code, rangee.nom, (*debut, dernier), departement.nom
        )
    return list(destinations.values())


def find_pas(session: Session, territoire: TerritoireDetail) -> Pas | None:
    """The steps of a territory's own address, with its code if its name is shared; None when it has none by names."""
    echelle = list_echelle(territoire)
    pas = build_pas(echelle)
    if pas is None or territoire.niveau not in queries.NIVEAUX_COMMUNAUX:
        return pas
    departement = next(code for _, niveau, code in echelle if niveau == Niveau.DEPARTEMENT)
    stmt = queries.list_communes_nommees_stmt([pas[-1].replace("-", " ")], departement)
    codes = {r.code for r in session.execute(stmt) if r.nature == NatureToponyme.OFFICIEL}
    return build_pas(echelle, has_homonyme=len(codes) > 1)


def list_echelle(territoire: TerritoireDetail) -> tuple[Etape, ...]:
    """The ladder of a territory, itself last."""
    return (
        *((parent.nom, parent.niveau.value, parent.code) for parent in territoire.parents),
        (territoire.nom, territoire.niveau.value, territoire.code),
    )


def list_propositions(session: Session, pas: Sequence[str]) -> list[Destination]:
    """Territories that may have been meant by steps that lead nowhere, likeliest first.

    Alone, a step only gives what bears its name: robots try many addresses, and none is a commune misspelt. Below a
    région, the last step is looked for as people's requests are.
    """
    if any(len(un) > LONGUEUR_PAS_MAX for un in pas):
        return []
    slugs = [build_slug(un) for un in pas]
    echelle = _Echelle(session)
    trouvees = echelle.list_semblables(slugs[-1])
    if len(slugs) == 1:
        rangees = session.execute(queries.list_communes_nommees_stmt([slugs[0].replace("-", " ")])).all()
        communes = [(Niveau(r.niveau), r.code, r.nom, r.departement_code) for r in rangees]
    elif slugs[0] in echelle.regions:
        departement = echelle.find_departement(slugs[1])
        nom = slugs[-1].replace("-", " ")
        reponses = search_communes(session, f"{nom} {departement}" if departement else nom)
        communes = [(c.niveau, c.code, c.nom, c.departement_code) for c in reponses or search_communes(session, nom)]
    else:
        communes = []
    trouvees += [echelle.build_commune(*commune) for commune in communes]
    return list({(d.niveau, d.code): d for d in trouvees}.values())[:PROPOSITIONS_MAX]


class _Echelle:
    """The régions and départements, by their slugs."""

    def __init__(self, session: Session) -> None:
        rangees = session.execute(queries.list_echelle_stmt()).all()
        self.regions = {build_slug(r.nom): r for r in rangees if r.niveau == Niveau.REGION}
        self._slug_region = {r.code: slug for slug, r in self.regions.items()}
        self._departements = {r.code: r for r in rangees if r.niveau == Niveau.DEPARTEMENT}

    def find_departement(self, slug: str) -> str | None:
        """The name of the département with this slug."""
        return next((r.nom for r in self._departements.values() if build_slug(r.nom) == slug), None)

    def list_semblables(self, slug: str) -> list[Destination]:
        """Régions and départements whose slug is this one or nearly."""
        destinations = [
            *(Destination(Niveau.REGION, r.code, r.nom, (region,)) for region, r in self.regions.items()),
            *(
                Destination(Niveau.DEPARTEMENT, r.code, r.nom, (self._slug_region[r.region_code], build_slug(r.nom)))
                for r in self._departements.values()
            ),
        ]
        proches = get_close_matches(slug, {d.pas[-1] for d in destinations}, n=PROPOSITIONS_MAX, cutoff=RESSEMBLANCE)
        return sorted((d for d in destinations if d.pas[-1] in proches), key=lambda d: proches.index(d.pas[-1]))

    def build_commune(self, niveau: Niveau, code: str, nom: str, departement_code: str) -> Destination:
        """A commune found by its name; a namesake of its département is then one step away."""
        departement = self._departements[departement_code]
        debut = (self._slug_region[departement.region_code], build_slug(departement.nom))
        return Destination(niveau, code, nom, (*debut, build_slug(nom)), departement.nom)
