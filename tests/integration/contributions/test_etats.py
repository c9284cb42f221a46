"""Contributions, moderation, imports and merges in any order: the history always ends with what is published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import REFERENTIEL
from tests.factories.propositions import MODERATEUR, check_histoires, tick
from tests.integration.imports.conftest import ENDROITS, write_lieux
from tierslieux.contributions import services
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import STATUTS_OUVERTS, STATUTS_PUBLIES, Demarche, MotifRefus, Statut
from tierslieux.contributions.errors import EditionConcurrenteError, TraiteeError
from tierslieux.contributions.models import Proposition
from tierslieux.core.errors import ConflictError, InvalidInputError, NotFoundError
from tierslieux.imports import annulation
from tierslieux.imports import services as imports
from tierslieux.imports.registre import DEMONSTRATION
from tierslieux.lieux import decisions, historique
from tierslieux.lieux.models import Execution, FicheSource, Lieu

SOURCES = (
    replace(DEMONSTRATION, est_inventee=False, confiance=60),
    replace(DEMONSTRATION, id="autre", libelle="Autre source", confiance=80, est_inventee=False),
)

editions = st.lists(
    st.tuples(
        st.sampled_from("123"),
        st.sampled_from(["", "2 rue du Port", "9 rue Haute"]),
        st.sampled_from(["fablab", "coworking", "epn"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda ligne: ligne[0],
)
changements = st.fixed_dictionaries(
    {},
    optional={
        "nom": st.sampled_from(["Le Lieu", "La Place"]),
        "telephone": st.sampled_from([None, "+33298000000", "+33298111111"]),
        "adresse": st.sampled_from([None, "2 rue du Port", "5 quai Neuf"]),
        "genres": st.lists(st.sampled_from(["fablab", "bibliotheque", "epn"]), unique=True),
        "evenements": st.lists(
            st.builds(lambda i, t: {"id": i, "titre": t}, st.sampled_from("ab"), st.sampled_from(["Débat", "Atelier"])),
            unique_by=lambda e: e["id"],
        ),
        "ferme": st.sampled_from([None, True]),
    },
)
choix = st.integers(0, 1_000)


class Vie(RuleBasedStateMachine):
    """A few places, and everything that may happen to them."""

    fabrique: sessionmaker[Session]
    dossier: Path
    propositions = Bundle("propositions")
    actes = Bundle("actes")

    def __init__(self) -> None:
        super().__init__()
        self.ouverte = self.fabrique()
        self.point = self.ouverte.begin_nested()
        self.locale = sessionmaker(
            self.ouverte.connection(), expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        self.session = self.locale()
        self.attendus: dict[str, str] = {}

    def teardown(self) -> None:
        self.session.close()
        self.point.rollback()
        self.ouverte.close()

    # --- what happens -------------------------------------------------------------------------------------------------

    @rule(rang=st.sampled_from([0, 1]), edition=editions)
    def run_import(self, rang: int, edition: list[tuple[str, str, str]]) -> None:
        fichier = write_lieux(self.dossier / "lieux.csv", [{"id": i, "adresse": a, "modele": m} for i, a, m in edition])
        imports.run_import(
            self.locale,
            SOURCES[rang],
            ENDROITS,
            now=tick(),
            communes=REFERENTIEL,
            fichier=fichier,
            accepter_pertes=True,
        )
        self.session.expire_all()

    @rule(rang=st.sampled_from([0, 1]))
    def undo_import(self, rang: int) -> None:
        stmt = select(Execution.id).where(
            Execution.source_id == SOURCES[rang].id, Execution.statut == "reussie", Execution.annulee_at.is_(None)
        )
        derniere = self.session.scalar(stmt.order_by(Execution.id.desc()).limit(1))
        if derniere is not None:
            annulation.undo(self.session, derniere, now=tick())

    @rule(target=propositions, nom=st.sampled_from(["Repair café", "Tiers-lieu neuf"]))
    def propose_lieu(self, nom: str) -> str:
        depot = Depot(Demarche.NOUVEAU, {"nom": nom, "commune_code": "29019", "genres": ["fablab"]}, "habitant-a")
        return self._submit(depot)

    @rule(target=propositions, quel=choix, recul=choix, apres=changements)
    def propose_correction(self, quel: int, recul: int, apres: dict[str, Any]) -> Any:
        lieu_id = self._choose_lieu(quel)
        if lieu_id is None:
            return multiple()
        # Any version of the place may be the one that was seen.
        versions = historique.list_versions(self.session, lieu_id)
        version = versions[recul % len(versions)].id
        depot = Depot(Demarche.CORRECTION, apres, "habitant-b", lieu_id=lieu_id, version=version)
        try:
            return self._submit(depot)
        except InvalidInputError:
            return multiple()

    @rule(quel=choix)
    def confirm(self, quel: int) -> None:
        lieu_id = self._choose_lieu(quel)
        if lieu_id is not None:
            version = historique.get_version(self.session, lieu_id)
            depot = Depot(Demarche.CONFIRMATION, {}, "habitant-c", lieu_id=lieu_id, version=version)
            services.confirm(self.session, depot, now=tick())

    @rule(public_id=propositions, tri=choix)
    def accept(self, public_id: str, tri: int) -> None:
        proposition = self._get(public_id)
        champs = [champ for rang, champ in enumerate(proposition.apres) if tri >> rang & 1] or None
        try:
            services.accept(self.session, public_id, acteur=MODERATEUR, now=tick(), champs=champs)
        except TraiteeError:
            assert self.attendus[public_id] not in STATUTS_OUVERTS
        except (InvalidInputError, NotFoundError):
            assert proposition.statut in STATUTS_OUVERTS
        else:
            self.attendus[public_id] = proposition.statut

    @rule(public_id=consumes(propositions))
    def refuse(self, public_id: str) -> None:
        try:
            services.refuse(self.session, public_id, MotifRefus.INEXACT, acteur=MODERATEUR, now=tick())
        except TraiteeError:
            assert self.attendus[public_id] not in STATUTS_OUVERTS
        else:
            self.attendus[public_id] = Statut.REFUSEE

    @rule(public_id=propositions)
    def undo(self, public_id: str) -> None:
        if self.attendus[public_id] in STATUTS_PUBLIES:
            services.undo(self.session, public_id, acteur=MODERATEUR, now=tick())
            self.attendus[public_id] = Statut.ANNULEE

    @rule(public_id=propositions)
    def redo(self, public_id: str) -> None:
        if self.attendus[public_id] == Statut.ANNULEE:
            services.redo(self.session, public_id, acteur=MODERATEUR, now=tick())
            self.attendus[public_id] = self._get(public_id).statut

    @rule(quel=choix, recul=choix)
    def restore(self, quel: int, recul: int) -> None:
        lieu_id = self._choose_lieu(quel)
        if lieu_id is None:
            return
        versions = historique.list_versions(self.session, lieu_id)
        version = versions[recul % len(versions)].id
        voulues = historique.get_valeurs(self.session, lieu_id, version)
        try:
            services.restore(self.session, lieu_id, version, acteur=MODERATEUR, now=tick())
        except (ConflictError, InvalidInputError):
            return
        assert historique.get_valeurs(self.session, lieu_id) == voulues

    @rule(quel=choix, apres=changements)
    def edit(self, quel: int, apres: dict[str, Any]) -> None:
        lieu_id = self._choose_lieu(quel)
        if lieu_id is None:
            return
        version = historique.list_versions(self.session, lieu_id)[0].id
        depot = Depot(Demarche.CORRECTION, apres, MODERATEUR, lieu_id=lieu_id, version=version)
        avant = historique.get_valeurs(self.session, lieu_id)
        try:
            services.apply(self.session, depot, now=tick())
        except EditionConcurrenteError:
            assert historique.get_valeurs(self.session, lieu_id) == avant
        except InvalidInputError:
            return

    @rule(target=actes, a=choix, b=choix)
    def merge(self, a: int, b: int) -> Any:
        lieux = {self._choose_lieu(a), self._choose_lieu(b)} - {None}
        if len(lieux) < 2:
            return multiple()
        return decisions.decide_meme(self.session, *lieux, now=tick(), auteur=MODERATEUR)

    @rule(target=actes, quelle=choix)
    def unmerge(self, quelle: int) -> Any:
        fiches = self.session.scalars(select(FicheSource.id).order_by(FicheSource.id)).all()
        if not fiches:
            return multiple()
        try:
            return decisions.unmerge(self.session, [fiches[quelle % len(fiches)]], now=tick(), auteur=MODERATEUR)
        except ConflictError:
            return multiple()

    @rule(acte=consumes(actes))
    def undo_acte(self, acte: decisions.Acte) -> None:
        try:
            decisions.undo(self.session, acte, now=tick(), auteur=MODERATEUR)
        except ConflictError:
            return

    # --- what holds ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.attendus is not None)
    @invariant()
    def history_is_what_is_published(self) -> None:
        self.session.flush()
        self.session.expire_all()
        check_histoires(self.session)

    @invariant()
    def no_proposal_is_lost(self) -> None:
        statuts = self.session.execute(select(Proposition.public_id, Proposition.statut))
        assert {p: s for p, s in statuts if p in self.attendus} == self.attendus

    # --- how to ask ---------------------------------------------------------------------------------------------------

    def _submit(self, depot: Depot) -> str:
        proposition = services.submit(self.session, depot, now=tick()).proposition
        # Somebody who is often refused is set aside: both wait for a moderator.
        assert proposition.statut in STATUTS_OUVERTS
        self.attendus[proposition.public_id] = proposition.statut
        return proposition.public_id

    def _get(self, public_id: str) -> Proposition:
        return self.session.scalars(select(Proposition).where(Proposition.public_id == public_id)).one()

    def _choose_lieu(self, rang: int) -> int | None:
        """A place that people can see."""
        stmt = select(Lieu.id).where(Lieu.statut != "masque").order_by(Lieu.id)
        lieux = self.session.scalars(stmt).all()
        return lieux[rang % len(lieux)] if lieux else None


def test_whatever_happens_the_history_replayed_is_the_present(fabrique: sessionmaker[Session], tmp_path: Path) -> None:
    class Essai(Vie):
        pass

    Essai.fabrique, Essai.dossier = fabrique, tmp_path
    run_state_machine_as_test(Essai, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))
