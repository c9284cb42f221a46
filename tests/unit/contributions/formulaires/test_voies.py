"""Ways and numbers of addresses, and where an address may be."""

from __future__ import annotations

import pytest

from tierslieux.contributions.formulaires.voies import Repere, Voie, is_meme_adresse, locate, parse_voie
from tierslieux.lieux.enums import Precision

MAIRIE = Repere("Mairie", "12 rue de la Mairie", -4.5, 48.4)
ECOLE = Repere("École", "20 R. de la Mairie", -4.6, 48.4)
POSTE = Repere("Poste", "rue de la Mairie", -4.7, 48.4)
GARE = Repere("Gare", "3 avenue Foch", -4.8, 48.4)
LOIN = Repere("Loin", "180 rue de la Mairie", -4.9, 48.4)
REPERES = (POSTE, ECOLE, LOIN, GARE, MAIRIE)


@pytest.mark.parametrize(
    ("adresse", "voie"),
    [
        ("12 bis, rue de la Mairie", Voie("rue mairie", 12)),
        ("Espace Foch, 3 av. Foch", Voie("avenue foch", 3)),
        ("Place du Général-de-Gaulle", Voie("place general gaulle", None)),
        ("12 rue de la Mairie 29200 Brest", Voie("rue mairie", 12)),
        ("12", None),
        ("", None),
    ],
)
def test_a_way_and_its_number_are_read(adresse: str, voie: Voie | None) -> None:
    assert parse_voie(adresse) == voie


def test_the_same_number_is_the_address_and_others_are_the_way() -> None:
    trouvees = locate("12 RUE DE LA MAIRIE", REPERES)
    assert [(une.repere, une.precision) for une in trouvees] == [
        ("Mairie", Precision.ADRESSE),
        ("École", Precision.RUE),
        ("Poste", Precision.RUE),
    ]
    # Even side: 18 is nearer to 20 than to 12; number 180 is too far from any to say where it is.
    assert [une.repere for une in locate("18 rue de la mairie", REPERES)][:2] == ["École", "Mairie"]
    assert [une.repere for une in locate("178 rue de la Mairie", REPERES)] == ["Loin", "Poste"]
    assert locate("5 rue inconnue", REPERES) == []
    assert locate("", REPERES) == []


def test_two_writings_of_an_address() -> None:
    assert is_meme_adresse("12 rue de la Mairie", "12, R de la mairie")
    assert not is_meme_adresse("12 rue de la Mairie", "14 rue de la Mairie")
    assert not is_meme_adresse("12 rue de la Mairie", None)
