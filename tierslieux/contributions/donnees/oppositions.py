"""A person does not want what concerns them to be shown: hidden at once, erased once confirmed, dropped by imports.

Asking is enough: what is chosen is hidden in the same transaction, by one more record of the place. A moderator may
lift that as long as it is "demandee" (somebody hid a place's telephone for fun), or confirm it; without a word for 30
days it is confirmed. Then the values are taken out of everything that is kept (retraits.py), the record that hid them
is withdrawn since nothing says them any more, and their digests keep imports from bringing them back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.comptes import journal
from tierslieux.contributions import fiches, perimetres, rafraichissement, services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.donnees import queries, retraits
from tierslieux.contributions.donnees.empreintes import CHAMPS, Famille, Opposees, digest, list_textes
from tierslieux.contributions.donnees.regles import JOURS_OPPOSITION
from tierslieux.contributions.enums import Action, Demarche, Statut
from tierslieux.contributions.errors import TraiteeError
from tierslieux.contributions.models import Opposition, Proposition
from tierslieux.contributions.perimetres import Perimetre
from tierslieux.core import taches
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.lieux import historique, publication
from tierslieux.lieux.models import Lieu

EFFACER = "contributions.effacer_opposition"
DEMANDEE, CONFIRMEE, LEVEE = "demandee", "confirmee", "levee"
# A telephone that more places share is a service's: only a moderator may confirm that it is a person's.
PARTAGES_MAX = 3


@dataclass(frozen=True, slots=True)
class Demande:
    """An opposition that waits for a moderator: what it hides, and how many other places show the same."""

    opposition: Opposition
    public_id: str
    nom: str
    commune_code: str | None
    valeurs: Mapping[str, Any]
    partages: int


def list_champs(session: Session, lieu_id: int) -> dict[str, Any]:
    """What a place shows that may concern a person, by field, in the order of CHAMPS; what is empty is left out."""
    valeurs = historique.get_valeurs(session, lieu_id)
    return {champ: valeurs[champ] for champ in CHAMPS if valeurs.get(champ)}


def oppose(
    session: Session,
    lieu_id: int,
    champs: Collection[str],
    *,
    auteur: str,
    secret: str,
    now: dt.datetime,
    compte_id: int | None = None,
    reseau: str | None = None,
) -> Opposition:
    """Hide these fields of a place at once. Raises NotFoundError, InvalidInputError when none of them holds anything.

    Digests are made of all that the place's records say in these fields, shown or not.
    """
    lieu_id = fiches.lock_lieu(session, lieu_id)
    presents = list_champs(session, lieu_id)
    choisis = [champ for champ in presents if champ in champs]
    if not choisis or set(champs) - set(CHAMPS):
        raise InvalidInputError("champs", ", ".join(sorted(champs)), ", ".join(presents))
    depot = Depot(
        demarche=Demarche.OPPOSITION,
        apres={champ: [] if isinstance(presents[champ], list) else None for champ in choisis},
        auteur=auteur,
        lieu_id=lieu_id,
        version=historique.get_version(session, lieu_id),
        compte_id=compte_id,
        reseau=reseau,
    )
    proposition = services.apply(session, depot, now=now).proposition
    opposition = Opposition(
        lieu_id=lieu_id,
        proposition_id=proposition.id,
        champs=choisis,
        empreintes=sorted(_digest_lieu(session, lieu_id, choisis, presents, secret)),
        statut=DEMANDEE,
        demandee_at=now,
    )
    session.add(opposition)
    session.flush()
    _record(session, Action.OPPOSER, opposition, auteur, now=now)
    return opposition


def confirm(session: Session, numero: int, *, acteur: str, now: dt.datetime) -> Opposition:
    """Have the values erased, by a job: the whole base is read. Raises NotFoundError, TraiteeError."""
    opposition = _lock(session, numero)
    opposition.statut, opposition.decidee_at = CONFIRMEE, now
    session.flush()
    _record(session, Action.CONFIRMER_OPPOSITION, opposition, acteur, now=now)
    taches.defer(session, EFFACER, opposition_id=numero)
    return opposition


def lift(session: Session, numero: int, *, acteur: str, now: dt.datetime) -> Opposition:
    """Show again what was hidden without reason. Raises NotFoundError, TraiteeError."""
    opposition = _lock(session, numero)
    opposition.statut, opposition.decidee_at, opposition.empreintes = LEVEE, now, []
    session.flush()
    proposition = _find_proposition(session, opposition)
    if proposition is not None and proposition.statut in {Statut.ACCEPTEE, Statut.PARTIELLE}:
        services.undo(session, proposition.public_id, acteur=acteur, now=now)
    _record(session, Action.LEVER_OPPOSITION, opposition, acteur, now=now)
    return opposition


def confirm_anciennes(session: Session, *, now: dt.datetime) -> int:
    """Confirm what nobody has contested for 30 days, unless many places share it; how many."""
    confirmees = 0
    for numero in queries.list_a_confirmer(session, now - dt.timedelta(days=JOURS_OPPOSITION)):
        opposition = _lock(session, numero)
        if _count_partages(session, opposition) <= PARTAGES_MAX:
            confirm(session, numero, acteur=journal.PROGRAMME, now=now)
            confirmees += 1
    return confirmees


def erase(session: Session, numero: int, *, secret: str, now: dt.datetime) -> int:
    """Take the values of a confirmed opposition out of everything that is kept; how many rows. Once is enough.

    Raises NotFoundError.
    """
    opposition = queries.find_opposition(session, numero)
    if opposition is None:
        raise NotFoundError
    if opposition.statut != CONFIRMEE or opposition.effacee_at is not None:
        return 0
    lieu_id = fiches.lock_lieu(session, opposition.lieu_id)
    opposees = Opposees(secret, frozenset(opposition.empreintes))
    portee = retraits.find_portee(session, {lieu_id, opposition.lieu_id}, opposees)
    touches, rangees = retraits.erase_fiches(session, portee)
    proposition = _find_proposition(session, opposition)
    motif = None
    if proposition is not None:
        motif = fiches.build_motif(proposition)
        if proposition.fiche_id is not None:
            # Nothing says these values any more: what publishers say later may be shown.
            fiches.set_retiree(session, proposition.fiche_id, now)
    publication.publish(session, touches | {lieu_id}, now=now, auteur=journal.PROGRAMME, motif=motif)
    rangees += retraits.erase_histoire(session, portee)
    opposition = queries.find_opposition(session, numero) or opposition
    opposition.effacee_at = now
    session.flush()
    rafraichissement.request(session)
    return rangees


def erase_confirmees(session: Session, *, secret: str, now: dt.datetime) -> int:
    """Erase what is confirmed and whose job was lost; how many oppositions."""
    numeros = queries.list_a_effacer(session)
    for numero in numeros:
        erase(session, numero, secret=secret, now=now)
    return len(numeros)


def list_demandes(session: Session, perimetres_vus: Collection[Perimetre]) -> list[Demande]:
    """Oppositions that wait, in these territories, the first one first."""
    filtre = perimetres.build_filtre(Proposition.commune_code, list(perimetres_vus))
    return [
        Demande(
            opposition=opposition,
            public_id=session.get_one(Lieu, opposition.lieu_id).public_id,
            nom=proposition.nom,
            commune_code=proposition.commune_code,
            valeurs={champ: proposition.avant.get(champ) for champ in opposition.champs},
            partages=_count_partages(session, opposition),
        )
        for opposition, proposition in queries.list_demandees(session, filtre)
    ]


def find_commune_code(session: Session, numero: int) -> str | None:
    """Commune of the place of an opposition, by which rights are checked; raises NotFoundError."""
    opposition = session.get(Opposition, numero)
    if opposition is None:
        raise NotFoundError
    return session.get_one(Lieu, opposition.lieu_id).commune_code


def _digest_lieu(
    session: Session, lieu_id: int, champs: Collection[str], presents: Mapping[str, Any], secret: str
) -> set[str]:
    commune_code = session.get_one(Lieu, lieu_id).commune_code
    dites = [presents, *(fiche.valeurs for fiche in publication.list_fiches(session, [lieu_id])[lieu_id])]
    return {
        empreinte
        for valeurs in dites
        for champ in champs
        for famille, texte in list_textes(champ, valeurs.get(champ))
        for portee in {commune_code, valeurs.get("commune_code", commune_code)}
        if (empreinte := digest(secret, famille, texte, portee))
    }


def _count_partages(session: Session, opposition: Opposition) -> int:
    proposition = _find_proposition(session, opposition)
    if proposition is None:
        return 0
    coordonnees = [
        texte
        for champ in opposition.champs
        for famille, texte in list_textes(champ, proposition.avant.get(champ))
        if famille in {Famille.COURRIEL, Famille.TELEPHONE}
    ]
    return retraits.count_partages(session, opposition.lieu_id, coordonnees)


def _find_proposition(session: Session, opposition: Opposition) -> Proposition | None:
    return session.get(Proposition, opposition.proposition_id) if opposition.proposition_id else None


def _lock(session: Session, numero: int) -> Opposition:
    opposition = queries.find_opposition(session, numero)
    if opposition is None:
        raise NotFoundError
    if opposition.statut != DEMANDEE:
        raise TraiteeError
    return opposition


def _record(session: Session, action: Action, opposition: Opposition, acteur: str, *, now: dt.datetime) -> None:
    details: dict[str, object] = {"champs": list(opposition.champs)}
    journal.record(session, action, f"opposition:{opposition.id}", acteur=acteur, now=now, details=details)
