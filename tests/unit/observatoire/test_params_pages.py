"""What the pages of figures read of their address, and what they write back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.cartes.classes import ModeClasses
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Regle
from tierslieux.observatoire.params import PARTIES, Demande, DemandeCroisement
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

INDICATEURS = ("part_illectronisme", "population")


def read(args: dict[str, str], niveau: Niveau = Niveau.REGION) -> Demande:
    return Demande.from_args({nom: [valeur] for nom, valeur in args.items()}, niveau, "53", INDICATEURS)


def test_nothing_asked_is_the_usual_page_and_writes_nothing() -> None:
    demande = read({})
    assert demande == Demande(parties=Niveau.EPCI)
    assert demande.regle == Regle(Cible.AIDE, Mode.VOITURE, 20)
    assert demande.to_args(Niveau.REGION) == {}


def test_everything_that_is_chosen_stands_in_the_address() -> None:
    args = {
        "indicateur": "part_illectronisme",
        "cible": "france-services",
        "mode": "a-pied",
        "seuil": "30",
        "millesime": "2019",
        "parties": "commune",
        "classes": "naturelles",
        "nombre": "7",
        "tri": "-population",
        "page": "3",
        "comparer": "11,28",
    }
    demande = read(args)
    assert demande.erreurs == ()
    assert demande.regle == Regle(Cible.FRANCE_SERVICES, Mode.A_PIED, 30)
    assert (demande.parties, demande.classes) == (Niveau.COMMUNE, ModeClasses.NATURELLES)
    assert demande.to_args(Niveau.REGION) == args
    assert demande.to_args(Niveau.REGION, page=None, tri="nom") == {
        nom: valeur for nom, valeur in args.items() if nom != "page"
    } | {"tri": "nom"}


@pytest.mark.parametrize(
    ("nom", "valeur", "message"),
    [
        ("indicateur", "richesse", "« Indicateur » vaut « richesse » ; attendu : un choix de la liste."),
        ("seuil", "25", "« Minutes » vaut « 25 » ; attendu : 10, 15, 20 ou 30."),
        ("seuil", "x", "« Minutes » vaut « x » ; attendu : un nombre entier de 1 à 999."),
        ("nombre", "8", "« Nombre de classes » vaut « 8 » ; attendu : un nombre entier de 5 à 7."),
        ("cible", "mairie", "« Type de lieu » vaut « mairie » ; attendu : un mot parmi aide, france-services, "),
        ("parties", "region", "« Découpage du territoire » vaut « region » ; attendu : epci, departement ou commune."),
        ("comparer", "29'--", "« Comparer avec » vaut « 29'-- » ; attendu : un code de territoire."),
        ("comparer", "11,24,27,28", "On compare avec 3 territoires au plus"),
    ],
)
def test_a_senseless_value_is_left_out_and_said(nom: str, valeur: str, message: str) -> None:
    demande = read({nom: valeur})
    assert len(demande.erreurs) == 1
    assert demande.erreurs[0].startswith(message)
    gardes = ("11", "24", "27") if valeur.startswith("11") else ()
    assert replace(demande, erreurs=()) == Demande(parties=Niveau.EPCI, comparer=gardes)


def test_a_territory_is_not_compared_with_itself() -> None:
    assert read({"comparer": "53,11,11"}).comparer == ("11",)


@given(st.dictionaries(st.sampled_from(["seuil", "nombre", "page", "tri", "parties", "mode", "comparer"]), st.text()))
def test_no_address_raises(args: dict[str, str]) -> None:
    for niveau in PARTIES:
        read(args, niveau)
        DemandeCroisement.from_args({nom: [valeur] for nom, valeur in args.items()}, niveau, INDICATEURS)


def test_two_figures_are_chosen_in_the_address() -> None:
    demande = DemandeCroisement.from_args({"x": ["ecart"], "y": ["population"]}, Niveau.EPCI, INDICATEURS)
    assert demande.to_args(Niveau.EPCI) == {"x": "ecart", "y": "population"}
