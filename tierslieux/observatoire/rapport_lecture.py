"""Read what the diagnostic of a territory says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from tierslieux.couverture.services import (
    Besoin,
    Ecart,
    Regle,
    find_besoin,
    find_edition,
    find_rang,
    list_acces,
    list_ecarts,
    list_ecarts_niveau,
)
from tierslieux.indicateurs.services import Valeur, list_niveau, list_valeurs
from tierslieux.observatoire.rapport_donnees import (
    NIVEAU_PARTIES,
    PART_ILLECTRONISME,
    PERSONNES_ILLECTRONISME,
    Donnees,
    choose_regle,
    compute_part,
    find_ecart,
)
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail, get_contour, get_territoire, list_contours

Parent = tuple[Niveau, str]


def read_donnees(session: Session, niveau: Niveau, code: str) -> Donnees:
    """Everything that the diagnostic of a territory says; raises NotFoundError."""
    territoire = get_territoire(session, niveau, code)
    edition, besoin = find_edition(session), find_besoin(session, niveau, code)
    ecarts = tuple(list_ecarts(session, niveau, code))
    regle = choose_regle(ecarts, edition)
    niveau_parties, parent = find_parties(territoire)
    has_loin = is_loin(ecarts, regle)
    parties = tuple(list_ecarts_niveau(session, niveau_parties, regle, parent)) if has_loin else ()
    communes = parties
    if has_loin and niveau_parties is Niveau.EPCI:
        communes = tuple(list_ecarts_niveau(session, Niveau.COMMUNE, regle, parent))
    # Where nobody is far, the map and the table tell where people in need are.
    taux, personnes = (
        tuple(list_niveau(session, indicateur, besoin.annee, niveau_parties, parent)) if besoin and not has_loin else ()
        for indicateur in (PART_ILLECTRONISME, PERSONNES_ILLECTRONISME)
    )
    cadre = get_contour(session, niveau, code)
    return Donnees(
        territoire=territoire,
        edition=edition,
        besoin=besoin,
        ecarts=ecarts,
        acces=tuple(list_acces(session, niveau, code)),
        rang=find_rang(session, niveau, code, regle),
        valeurs=tuple(list_valeurs(session, niveau, code)),
        regle=regle,
        niveau_parties=niveau_parties,
        parties=parties,
        communes=communes,
        taux=taux,
        personnes=personnes,
        reperes=tuple(_list_reperes(session, territoire, besoin)) if besoin and not has_loin else (),
        contours=tuple(list_contours(session, niveau_parties, parent=parent)) if parties or taux else (),
        cadre=None if cadre is None else Contour(code, territoire.nom, cadre),
    )


def _list_reperes(session: Session, territoire: TerritoireDetail, besoin: Besoin) -> Iterator[tuple[str, Valeur]]:
    """The share of illectronisme, by the same definition, of what a territory lies in, the nearest first."""
    for parent in reversed(territoire.parents):
        for valeur in list_valeurs(session, parent.niveau, parent.code):
            if (valeur.indicateur.id, valeur.millesime) == (PART_ILLECTRONISME, besoin.annee):
                yield parent.nom, valeur


def is_loin(ecarts: Iterable[Ecart], regle: Regle) -> bool:
    """Whether anybody is far by this rule."""
    ecart = find_ecart(ecarts, regle)
    return ecart is not None and compute_part(ecart) > 0


def find_parties(territoire: TerritoireDetail) -> tuple[Niveau, Parent | None]:
    """The level of the parts and what holds them: for a commune, those of its EPCI, else of its département."""
    if territoire.niveau in NIVEAU_PARTIES:
        parent = None if territoire.niveau is Niveau.FRANCE else (territoire.niveau, territoire.code)
        return NIVEAU_PARTIES[territoire.niveau], parent
    parents = {parent.niveau: parent.code for parent in territoire.parents}
    for niveau in (Niveau.EPCI, Niveau.DEPARTEMENT, Niveau.REGION):
        if niveau in parents:
            return Niveau.COMMUNE, (niveau, parents[niveau])
    return Niveau.COMMUNE, None
