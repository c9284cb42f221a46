"""Sentences worked out by hand: what a mayor reads of modelled people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.couverture import formules
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Regle
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

REGLE = Regle(Cible.AIDE, Mode.VOITURE, 20)
LOIN_LU = "à plus de 20 minutes en voiture d’un lieu où quelqu’un aide"


def read(texte: str | None) -> str | None:
    """The text with ordinary spaces."""
    return None if texte is None else texte.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("valeur", "arrondi"),
    [(0, 0), (0.4, 0), (9.5, 10), (96.6, 97), (384, 380), (385, 390), (996, 1_000), (1_243, 1_240), (18_412, 18_400)],
)
def test_people_are_rounded_by_one_rule(valeur: float, arrondi: int) -> None:
    assert formules.round_personnes(valeur) == arrondi


@pytest.mark.parametrize(
    ("valeur", "texte"),
    [
        (None, "pas de donnée"),
        (0, "0"),
        (0.2, "moins de 10"),
        (9.9, "moins de 10"),
        (10, "environ 10"),
        (1_243, "environ 1 240"),
        (1_204_000, "environ 1,2 million"),
        (8_432_000, "environ 8,43 millions"),
    ],
)
def test_a_number_alone(valeur: float | None, texte: str) -> None:
    assert read(formules.write_personnes(valeur)) == texte


@pytest.mark.parametrize(
    ("bas", "haut", "texte"),
    [
        (None, None, None),
        (2.0, 9.9, None),
        (0.0, 14.2, "15 au plus"),
        (1_053, 1_421, "entre 1 050 et 1 430"),
        (300, 450, "entre 300 et 450"),
        (450 - 1e-9, 450 + 1e-9, None),
        (8_012_000, 8_801_000, "entre 8,01 millions et 8,81 millions"),
    ],
)
def test_an_interval_is_rounded_outwards(bas: float | None, haut: float | None, texte: str | None) -> None:
    assert read(formules.write_intervalle(bas, haut)) == texte


@given(st.floats(0, 1e8), st.floats(0, 1), st.floats(0, 1))
def test_the_interval_that_is_shown_holds_the_one_computed(valeur: float, moins: float, plus: float) -> None:
    bas, haut = valeur * (1 - moins), valeur * (1 + plus)
    petit, grand = formules.round_bornes(bas, haut)
    assert petit <= bas * (1 + 1e-6) + 1e-5
    assert grand >= haut * (1 - 1e-6) - 1e-5
    assert petit <= formules.round_personnes(valeur) <= grand or valeur < 1


@pytest.mark.parametrize(
    ("niveau", "nom", "type_nom", "texte"),
    [
        (Niveau.FRANCE, "France", None, "en France"),
        (Niveau.REGION, "Bretagne", 0, "en Bretagne"),
        (Niveau.REGION, "Hauts-de-France", 4, "dans les Hauts-de-France"),
        (Niveau.REGION, "Grand Est", 2, "dans le Grand Est"),
        (Niveau.REGION, "Guyane", 3, "en Guyane"),
        (Niveau.REGION, "La Réunion", 0, "à La Réunion"),
        (Niveau.DEPARTEMENT, "Mayotte", 0, "à Mayotte"),
        (Niveau.DEPARTEMENT, "Finistère", 2, "dans le Finistère"),
        (Niveau.DEPARTEMENT, "Ain", 5, "dans l’Ain"),
        (Niveau.DEPARTEMENT, "Creuse", 3, "dans la Creuse"),
        (Niveau.DEPARTEMENT, "Haute-Savoie", 3, "en Haute-Savoie"),
        (Niveau.DEPARTEMENT, "Ille-et-Vilaine", 1, "en Ille-et-Vilaine"),
        (Niveau.DEPARTEMENT, "Paris", 0, "à Paris"),
        (Niveau.EPCI, "Brest Métropole", None, "dans l’intercommunalité Brest Métropole"),
        (Niveau.EPCI, "Communauté de communes Val 81", None, "dans la communauté de communes Val 81"),
        (Niveau.COMMUNE, "Le Mans", 2, "au Mans"),
        (Niveau.COMMUNE, "Les Sables-d'Olonne", 4, "aux Sables-d'Olonne"),
        (Niveau.COMMUNE, "Eu", 1, "à Eu"),
    ],
)
def test_a_territory_has_its_preposition(niveau: Niveau, nom: str, type_nom: int | None, texte: str) -> None:
    assert formules.write_lieu(niveau, nom, type_nom) == texte


@pytest.mark.parametrize(
    ("valeur", "bas", "haut", "texte"),
    [
        (18_412, 16_930, 19_871, "À Brest, environ 18 400 personnes (entre 16 900 et 19 900) sont en illectronisme."),
        (1_243, None, None, "À Brest, environ 1 240 personnes sont en illectronisme."),
        (
            8_432_000,
            8_100_000,
            8_800_000,
            "À Brest, environ 8,43 millions de personnes (entre 8,1 millions et 8,8 millions) sont en illectronisme.",
        ),
        (
            6.2,
            2.0,
            12.4,
            (
                "À Brest, moins de 10 personnes (entre 2 et 13) sont en illectronisme : la commune est trop petite pour"
                " une estimation plus précise."
            ),
        ),
        (0, 0, 0, "À Brest, notre estimation ne compte personne en illectronisme."),
    ],
)
def test_the_sentence_of_the_need(valeur: float, bas: float | None, haut: float | None, texte: str) -> None:
    phrase = formules.write_besoin("à Brest", valeur, bas, haut, etendue="la commune est trop petite")
    assert read(phrase) == texte


@pytest.mark.parametrize(
    ("au_dela", "total", "bas", "haut", "texte"),
    [
        (380, 18_400, 300, 450, f"Environ 380 d’entre elles (entre 300 et 450) vivent {LOIN_LU}."),
        (3, 18_400, 1, 5, f"Moins de 10 d’entre elles vivent {LOIN_LU}."),
        (0, 18_400, 0, 0, f"Aucune d’entre elles ne vit {LOIN_LU}."),
        (500, 500, 400, 600, f"Toutes vivent {LOIN_LU}."),
        (499, 500, 400, 600, f"Presque toutes vivent {LOIN_LU}."),
        (3, 6, 1, 8, f"Une partie d’entre elles vit {LOIN_LU}."),
        (0.1, 6, 0, 0.2, f"Presque aucune ne vit {LOIN_LU}."),
        (1_200_000, 8_400_000, None, None, f"Environ 1,2 million d’entre elles vivent {LOIN_LU}."),
    ],
)
def test_the_sentence_of_the_gap(
    au_dela: float, total: float, bas: float | None, haut: float | None, texte: str
) -> None:
    assert read(formules.write_ecart(REGLE, au_dela, total, bas, haut)) == texte


@pytest.mark.parametrize(
    ("au_dela", "texte"),
    [
        (0, f"À Faaa, aucun habitant ne vit {LOIN_LU}."),
        (1_243, f"À Faaa, environ 1 240 habitants vivent {LOIN_LU}."),
        (29_000, f"À Faaa, tous les habitants vivent {LOIN_LU}."),
    ],
)
def test_without_a_known_need_inhabitants_are_counted(au_dela: float, texte: str) -> None:
    assert read(formules.write_ecart_habitants("à Faaa", REGLE, au_dela, 29_000)) == texte


@pytest.mark.parametrize(
    ("part", "decimales", "texte"),
    [
        (None, 0, "pas de donnée"),
        (0, 0, "0 %"),
        (0.003, 0, "moins de 1 %"),
        (0.0004, 1, "moins de 0,1 %"),
        (0.123, 0, "12 %"),
        (0.125, 0, "13 %"),
        (0.1234, 1, "12,3 %"),
        (0.998, 0, "plus de 99 %"),
        (1, 0, "100 %"),
        (0, 1, "0 %"),
    ],
)
def test_a_share(part: float | None, decimales: int, texte: str) -> None:
    assert read(formules.write_pct(part, decimales)) == texte


@pytest.mark.parametrize(
    ("niveau", "nom", "type_nom", "texte"),
    [
        (Niveau.FRANCE, "France", 3, "de France"),
        (Niveau.REGION, "Hauts-de-France", 4, "des Hauts-de-France"),
        (Niveau.DEPARTEMENT, "Finistère", 2, "du Finistère"),
        (Niveau.EPCI, "Communauté de communes Val 81", None, "de la communauté de communes Val 81"),
        (Niveau.EPCI, "Brest Métropole", None, "de Brest Métropole"),
        (Niveau.COMMUNE, "Le Mans", 2, "du Mans"),
        (Niveau.COMMUNE, "Eu", 1, "d'Eu"),
    ],
)
def test_a_territory_after_a_noun(niveau: Niveau, nom: str, type_nom: int | None, texte: str) -> None:
    assert formules.write_complement(niveau, nom, type_nom) == texte
