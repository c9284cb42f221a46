"""What the tests of sources share: a sample through the whole chain, and a real file loaded twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.factories.imports import REFERENTIEL
from tierslieux.config import RACINE
from tierslieux.core.db import create_engine_for
from tierslieux.imports import services
from tierslieux.imports.contrat import Record
from tierslieux.imports.fichiers import Endroits
from tierslieux.imports.preparation import Preparation, prepare_load
from tierslieux.imports.rapport import Rapport
from tierslieux.imports.registre import get_source
from tierslieux.lieux.models import FicheSource, Rejet
from tierslieux.lieux.nettoyage.courriels import find_adresses, is_nominatif, split_mots

DATA = Path(__file__).parent.parent / "data"
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
DATE_EDITION = dt.date(2024, 8, 1)


@pytest.fixture
def prepare() -> Callable[[str, str], Preparation]:
    """Read one of the files of tests/data as its source does, with the small reference of communes."""

    def lire(source_id: str, fichier: str) -> Preparation:
        contenu = (DATA / fichier).read_bytes()
        return prepare_load(get_source(source_id), contenu, REFERENTIEL, date_edition=DATE_EDITION)

    return lire


def list_records(preparation: Preparation) -> dict[str, Record]:
    """The records by identifier."""
    return {record.identifiant: record for groupe in preparation.groupes for record in groupe}


def list_rejets(preparation: Preparation) -> list[tuple[int, str, str | None]]:
    """(line, code, field) of each reject."""
    return [(rejet.ligne, rejet.code.value, rejet.champ) for rejet in preparation.rejets]


@pytest.fixture(scope="module")
def fabrique_nationale(base_nationale: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on the database of all territories; whatever they write is rolled back."""
    engine = create_engine_for(base_nationale)
    with engine.connect() as connexion:
        transaction = connexion.begin()
        yield sessionmaker(connexion, expire_on_commit=False, join_transaction_mode="create_savepoint")
        transaction.rollback()
    engine.dispose()


def load_twice(fabrique: sessionmaker[Session], source_id: str, raw_dir: Path | None) -> tuple[Rapport, Rapport]:
    """The reports of two imports of the real file, once the rule of the sum has been checked on both."""
    endroits = Endroits(raw_dir, RACINE / "geodata", telechargement=False)
    communes = services.load_communes(fabrique)
    premier, second = (
        services.run_import(fabrique, get_source(source_id), endroits, now=NOW, communes=communes) for _ in range(2)
    )
    for rapport in (premier, second):
        assert rapport.statut == "reussie", rapport.message
        parts = rapport.created + rapport.updated + rapport.unchanged + rapport.merged
        assert rapport.read == parts + sum(rapport.rejected.values())
    assert (second.created, second.updated, second.merged, second.vanished) == (0, 0, 0, 0)
    assert second.rejected == premier.rejected
    assert second.unchanged == premier.created + premier.merged
    return premier, second


def check_personnes(session: Session, source_id: str) -> None:
    """No e-mail address of a person stands in what is kept of the source, raw, cleaned or rejected."""
    fiches = session.execute(
        select(FicheSource.brut, FicheSource.valeurs).where(FicheSource.source_id == source_id)
    ).all()
    for brut, valeurs in fiches:
        champs = ("nom", "commune_nom", "adresse", "complement_adresse")
        mots = split_mots(" ".join(str(valeurs[champ]) for champ in champs if champ in valeurs))
        # The words of the raw record too: those steps may have rewritten.
        mots |= split_mots(" ".join(str(valeur) for valeur in brut.values() if valeur and "@" not in str(valeur)))
        for texte in (*brut.values(), *valeurs.values()):
            if isinstance(texte, str) and "@" in texte:
                assert [a for a in find_adresses(texte) if is_nominatif(a, mots)] == []
    for brut in session.scalars(select(Rejet.brut)):
        assert [a for v in brut.values() for a in find_adresses(str(v)) if is_nominatif(a)] == []
