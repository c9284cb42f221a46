"""Which known places look like the one that is described."""

from __future__ import annotations

from typing import Any

import pytest

from tierslieux.contributions.formulaires.ressemblances import Candidat, Description, Raison, compare, rank

CONNU = Candidat(
    public_id="abc",
    nom="Médiathèque des Capucins",
    adresse="25 rue de Pontaniou",
    commune="Brest",
    telephone="+33298001122",
    genres=(),
    est_ferme=False,
    est_meme_commune=True,
    distance_m=80.0,
)


def _vary(**champs: Any) -> Candidat:
    return Candidat(**{nom: champs.get(nom, getattr(CONNU, nom)) for nom in CONNU.__slots__})


@pytest.mark.parametrize(
    ("description", "raisons"),
    [
        (Description(telephone="+33298001122"), (Raison.TELEPHONE, Raison.PROCHE)),
        (Description(adresse="25, rue de Pontaniou"), (Raison.ADRESSE, Raison.PROCHE)),
        (Description(nom="mediatheque des capucin"), (Raison.NOM, Raison.PROCHE)),
        (Description(nom="Les Capucins, médiathèque"), (Raison.NOM, Raison.PROCHE)),
        (Description(nom="Fablab du port", adresse="1 quai Malbert", telephone="+33298000000"), ()),
        (Description(), ()),
    ],
)
def test_reasons(description: Description, raisons: tuple[Raison, ...]) -> None:
    ressemblance = compare(description, CONNU)
    assert (ressemblance.raisons if ressemblance else ()) == raisons


def test_the_same_name_elsewhere_is_another_place() -> None:
    loin = _vary(est_meme_commune=False, distance_m=4_000.0)
    assert compare(Description(nom="Médiathèque des Capucins", adresse="25 rue de Pontaniou"), loin) is None
    assert compare(Description(telephone="+33298001122"), loin) is not None


def test_a_short_name_must_be_the_same() -> None:
    assert compare(Description(nom="Lab"), _vary(nom="Le Labo", distance_m=None)) is None
    assert compare(Description(nom="lab"), _vary(nom="LAB", distance_m=None)) is not None


def test_more_reasons_come_first_then_the_nearest() -> None:
    description = Description(nom="Médiathèque des Capucins", telephone="+33298001122")
    candidats = [
        _vary(public_id="loin", telephone=None, distance_m=900.0),
        _vary(public_id="pres", telephone=None, distance_m=300.0),
        _vary(public_id="sur", distance_m=900.0),
    ]
    trouvees = [ressemblance for candidat in candidats if (ressemblance := compare(description, candidat))]
    assert [une.candidat.public_id for une in rank(trouvees)] == ["sur", "pres", "loin"]
