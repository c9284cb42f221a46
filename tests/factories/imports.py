"""Records and contexts of imports for tests."""

from __future__ import annotations

from typing import Any

from tests.factories.communes import build_referentiel
from tierslieux.imports.contrat import Contexte, Record

REFERENTIEL = build_referentiel()


def make_contexte(*, commune_certaine: bool = False) -> Contexte:
    """A fresh context on the small reference."""
    return Contexte(REFERENTIEL, commune_certaine=commune_certaine)


def make_record(identifiant: str = "1", ligne: int = 2, brut: dict[str, Any] | None = None, **valeurs: Any) -> Record:
    """A record with a name; other values are given by field, None takes a default away."""
    dites = {"nom": "Médiathèque du Port", **valeurs}
    return Record(
        identifiant=identifiant,
        ligne=ligne,
        brut=brut or {"id": identifiant},
        valeurs={champ: valeur for champ, valeur in dites.items() if valeur is not None},
    )
