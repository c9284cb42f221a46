"""Taking opposed values out of everything that is kept: records, what they were before, rejects, proposals, history.

Not of the files that were given on the page of imports, which are forgotten after 30 days, nor of what others have
downloaded or of backups (docs/donnees-personnelles.md).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.contributions.donnees.empreintes import CHAMPS, Opposees, build_motif, list_textes
from tierslieux.core.sql import load_block

SQL = Path(__file__).parent.parent / "sql" / "donnees.sql"


@dataclass(frozen=True, slots=True)
class Portee:
    """What is taken out, and where it is looked for: places, and a pattern for all the others (sql/donnees.sql)."""

    opposees: Opposees
    lieux: tuple[int, ...]
    motif: str

    @property
    def parametres(self) -> dict[str, Any]:
        """As the statements take them."""
        return {"lieux": list(self.lieux), "motif": self.motif}


def find_portee(session: Session, lieu_ids: Collection[int], opposees: Opposees) -> Portee:
    """The places and those with which they have shared records; the telephones and addresses to look for elsewhere.

    The values themselves are kept nowhere but where they are to be taken out.
    """
    session.flush()
    session.execute(load_block(SQL, "lift_timeout"))
    ici = Portee(opposees, tuple(_list_lieux(session, lieu_ids)), "")
    motif = build_motif(
        (famille, texte)
        for valeurs, commune_code in _list_dites(session, ici.parametres)
        for champ in CHAMPS
        for famille, texte in list_textes(champ, valeurs.get(champ))
        if opposees.finds(famille, texte, commune_code)
    )
    return replace(ici, motif=motif)


def erase_fiches(session: Session, portee: Portee) -> tuple[set[int], int]:
    """(places whose records changed, rows rewritten): records, what they were, rejects, proposals.

    The caller publishes these places, then erases their history, which that has made longer.
    """
    touches, fiches = _erase_fiches(session, portee.parametres, portee.opposees)
    rangees = fiches + _erase_avant(session, portee.parametres, portee.opposees)
    rangees += _erase_rejets(session, portee.parametres, portee.opposees)
    rangees += _erase_propositions(session, portee.parametres, portee.opposees)
    session.expire_all()
    return touches, rangees


def erase_histoire(session: Session, portee: Portee) -> int:
    """Put a mark in place of the values in the rows of history; how many rows."""
    rangees = _erase_changements(session, portee.parametres, portee.opposees)
    session.expire_all()
    return rangees


def count_partages(session: Session, lieu_id: int, valeurs: Sequence[str]) -> int:
    """How many other places show one of these telephones or e-mail addresses."""
    if not valeurs:
        return 0
    nombre: int = session.execute(
        load_block(SQL, "count_partages"), {"lieux": [lieu_id], "valeurs": list(valeurs)}
    ).scalar_one()
    return nombre


def _list_lieux(session: Session, lieu_ids: Collection[int]) -> list[int]:
    """These places and those with which they have shared records."""
    tous = set(lieu_ids)
    for lieu_id in lieu_ids:
        tous.update(session.execute(load_block(SQL, "list_chemins"), {"lieu_id": lieu_id}).scalars())
    return sorted(tous)


def _list_dites(session: Session, ou: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str | None]]:
    """Everything that was ever said of these places, with their communes: what their history and records hold."""
    dites: list[tuple[Mapping[str, Any], str | None]] = [
        (rangee.valeurs, rangee.commune_code) for rangee in session.execute(load_block(SQL, "list_fiches"), ou)
    ]
    for rangee in session.execute(load_block(SQL, "list_changements"), ou):
        dites += [(_get_valeurs(rangee.champ, v), rangee.commune_code) for v in (rangee.avant, rangee.apres)]
    return dites


def _get_valeurs(champ: str | None, valeur: Any) -> Mapping[str, Any]:  # noqa: ANN401  (whatever a field holds)
    if champ is None:
        return valeur or {}
    return {champ: valeur} if champ in CHAMPS else {}


def _erase_fiches(session: Session, ou: Mapping[str, Any], opposees: Opposees) -> tuple[set[int], int]:
    touches: set[int] = set()
    nombre = 0
    for fiche in session.execute(load_block(SQL, "list_fiches"), ou).all():
        valeurs, brut = _clean(opposees, fiche.valeurs, fiche.brut, fiche.commune_code)
        if (valeurs, brut) != (fiche.valeurs, fiche.brut):
            _write(session, "update_fiche", fiche.id, valeurs=valeurs, brut=brut)
            touches.add(fiche.lieu_id)
            nombre += 1
    return touches, nombre


def _erase_avant(session: Session, ou: Mapping[str, Any], opposees: Opposees) -> int:
    nombre = 0
    for avant in session.execute(load_block(SQL, "list_avant"), ou).all():
        valeurs, brut = _clean(opposees, avant.valeurs, avant.brut, avant.commune_code)
        if (valeurs, brut) != (avant.valeurs, avant.brut):
            _write(session, "update_avant", avant.id, valeurs=valeurs, brut=brut)
            nombre += 1
    return nombre


def _erase_rejets(session: Session, ou: Mapping[str, Any], opposees: Opposees) -> int:
    nombre = 0
    for rejet in session.execute(load_block(SQL, "list_rejets"), {"motif": ou["motif"]}).all():
        valeur, brut = opposees.clean_brut(rejet.valeur, None), opposees.clean_brut(rejet.brut, None)
        if (valeur, brut) != (rejet.valeur, rejet.brut):
            session.execute(load_block(SQL, "update_rejet"), {"id": rejet.id, "valeur": valeur, "brut": _dump(brut)})
            nombre += 1
    return nombre


def _erase_propositions(session: Session, ou: Mapping[str, Any], opposees: Opposees) -> int:
    """A field that held such a value leaves the proposal, on both sides: nothing of it is left to accept or undo."""
    nombre = 0
    for proposition in session.execute(load_block(SQL, "list_propositions"), ou).all():
        partis = {
            champ
            for valeurs in (proposition.avant, proposition.apres)
            for champ, valeur in valeurs.items()
            if opposees.clean_champ(champ, valeur, proposition.commune_code) != valeur
        }
        if partis:
            restes = {
                nom: {champ: valeur for champ, valeur in valeurs.items() if champ not in partis}
                for nom, valeurs in (("avant", proposition.avant), ("apres", proposition.apres))
            }
            _write(session, "update_proposition", proposition.id, **restes)
            nombre += 1
    return nombre


def _erase_changements(session: Session, ou: Mapping[str, Any], opposees: Opposees) -> int:
    nombre = 0
    for changement in session.execute(load_block(SQL, "list_changements"), ou).all():
        avant = _mark(opposees, changement.champ, changement.avant, changement.commune_code)
        apres = _mark(opposees, changement.champ, changement.apres, changement.commune_code)
        if (avant, apres) != (changement.avant, changement.apres):
            _write(session, "retire_du_passe", changement.id, avant=avant, apres=apres)
            nombre += 1
    return nombre


def _clean(
    opposees: Opposees,
    valeurs: Mapping[str, Any],
    brut: Any,  # noqa: ANN401  (JSON)
    commune_code: str | None,
) -> tuple[dict[str, Any], Any]:
    propres = {champ: opposees.clean_champ(champ, valeur, commune_code) for champ, valeur in valeurs.items()}
    return {champ: v for champ, v in propres.items() if v is not None}, opposees.clean_brut(brut, commune_code)


def _mark(opposees: Opposees, champ: str | None, valeur: Any, commune_code: str | None) -> Any:  # noqa: ANN401
    if valeur is None:
        return None
    if champ is not None:
        return opposees.mark_champ(champ, valeur, commune_code)
    return {nom: opposees.mark_champ(nom, element, commune_code) for nom, element in valeur.items()}


def _write(session: Session, bloc: str, numero: int, **valeurs: Any) -> None:  # noqa: ANN401
    textes = {nom: _dump(valeur) for nom, valeur in valeurs.items()}
    session.execute(load_block(SQL, bloc), {"id": numero, **textes})


def _dump(valeur: Any) -> str | None:  # noqa: ANN401
    return None if valeur is None else json.dumps(valeur, ensure_ascii=False)
