"""What a role reaches."""

from __future__ import annotations

import pytest

from tierslieux.comptes.droits import Habilitation, Personne, Role, is_perimetre_interieur
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

BREST = {Niveau.FRANCE: "FR", Niveau.REGION: "53", Niveau.DEPARTEMENT: "29", Niveau.COMMUNE: "29019"}
QUIMPER = BREST | {Niveau.COMMUNE: "29232"}
NANTES = {Niveau.FRANCE: "FR", Niveau.REGION: "52", Niveau.DEPARTEMENT: "44", Niveau.COMMUNE: "44109"}


@pytest.mark.parametrize(
    ("niveau", "code", "attendu"),
    [
        (Niveau.COMMUNE, "29019", (True, False, False, False)),
        (Niveau.DEPARTEMENT, "29", (True, True, False, False)),
        # The same code at another level is another territory.
        (Niveau.REGION, "29", (False, False, False, False)),
        (Niveau.FRANCE, CODE_FRANCE, (True, True, True, True)),
    ],
)
def test_a_role_covers_its_territory_and_what_is_inside(niveau: Niveau, code: str, attendu: tuple[bool, ...]) -> None:
    personne = Personne(1, "loutre", (Habilitation(Role.MODERATEUR, niveau, code),))
    echelles = (BREST, QUIMPER, NANTES, {})
    assert tuple(personne.can(Role.MODERATEUR, echelle) for echelle in echelles) == attendu
    assert tuple(is_perimetre_interieur(niveau, code, echelle) for echelle in echelles) == attendu


def test_who_is_more_is_also_what_is_less_over_the_same_territory_only() -> None:
    personne = Personne(
        1,
        "loutre",
        (
            Habilitation(Role.ADMINISTRATEUR, Niveau.COMMUNE, "29019"),
            Habilitation(Role.AGENT, Niveau.DEPARTEMENT, "29"),
        ),
    )
    assert personne.can(Role.AGENT, BREST)
    assert personne.can(Role.ADMINISTRATEUR, BREST)
    assert personne.can(Role.AGENT, QUIMPER)
    assert not personne.can(Role.MODERATEUR, QUIMPER)
    assert personne.list_perimetres(Role.MODERATEUR) == ((Niveau.COMMUNE, "29019"),)
    assert personne.has_role(Role.MODERATEUR)
    assert not Personne(2, "lynx").has_role(Role.AGENT)
