"""Opposed values are recognised in every writing, nowhere else, and are not read back from what is kept."""

from __future__ import annotations

import pytest

from tests.factories.imports import make_record
from tierslieux.contributions.donnees.empreintes import Famille, Opposees, build_motif, digest, normalize
from tierslieux.imports.contrat import Reject, RejectCode
from tierslieux.imports.preparation import drop_opposees
from tierslieux.lieux.retraits import MARQUE, RETRAIT, strip_retraits

SECRET = "secret-d-essai"
TELEPHONE, COURRIEL, TEXTE = "+33612345678", "camille.zibeline@exemple.fr", "Chez Camille Zibeline"


def build(*valeurs: tuple[Famille, str], commune: str = "29019") -> Opposees:
    """What is opposed in a commune."""
    return Opposees(SECRET, frozenset(digest(SECRET, famille, texte, commune) for famille, texte in valeurs))


OPPOSEES = build((Famille.TELEPHONE, TELEPHONE), (Famille.COURRIEL, COURRIEL), (Famille.TEXTE, TEXTE))


@pytest.mark.parametrize(
    ("famille", "textes"),
    [
        (
            Famille.TELEPHONE,
            ["+33612345678", "06 12 34 56 78", "06.12.34.56.78", "0033612345678", "(+33) 6 12-34-56-78"],
        ),
        (Famille.COURRIEL, ["camille@exemple.fr", " Camille@Exemple.FR "]),
        (Famille.URL, ["https://www.camille.fr/", "http://camille.fr", "camille.fr"]),
        (Famille.TEXTE, ["Chez  Camille\nZibeline", "chez camille zibeline", "CHEZ CAMILLÉ ZIBELINE"]),
    ],
)
def test_all_writings_of_a_value_are_one(famille: Famille, textes: list[str]) -> None:
    assert len({normalize(famille, texte) for texte in textes}) == 1


@pytest.mark.parametrize("texte", ["3949", "", "sur rendez-vous", "123456789012345678"])
def test_what_is_no_telephone_is_never_recognised_as_one(texte: str) -> None:
    assert digest(SECRET, Famille.TELEPHONE, texte, "29019") == ""


def test_a_digest_says_nothing_without_the_secret() -> None:
    sien = digest(SECRET, Famille.TELEPHONE, TELEPHONE, None)
    assert "612345678" not in sien
    assert digest("un-autre-secret", Famille.TELEPHONE, TELEPHONE, None) != sien
    assert SECRET not in repr(OPPOSEES)


def test_telephones_count_everywhere_and_texts_in_their_commune() -> None:
    assert OPPOSEES.finds(Famille.TELEPHONE, "06 12 34 56 78", "75056")
    assert OPPOSEES.finds(Famille.TEXTE, TEXTE, "29019")
    assert not OPPOSEES.finds(Famille.TEXTE, TEXTE, "75056")


def test_an_import_drops_the_value_in_every_column_and_keeps_the_rest() -> None:
    record = make_record(
        brut={
            "tel": "06.12.34.56.78",
            "mail": "Camille.Zibeline@exemple.fr",
            "notes": "appeler le 06 12 34 56 78",
            "n": 3,
        },
        commune_code="29019",
        telephone=TELEPHONE,
        autres_telephones=["+33298000001", TELEPHONE],
        autres_courriels=[COURRIEL],
        complement_adresse="chez Camille Zibeline",
        presentation=f"Écrire à {COURRIEL} ou venir.",
        genres=["mairie"],
        pivot="55217862900132",
    )
    propre = drop_opposees(record, OPPOSEES)
    assert propre.valeurs == {
        "nom": "Médiathèque du Port",
        "commune_code": "29019",
        "autres_telephones": ["+33298000001"],
        "presentation": f"Écrire à {RETRAIT} ou venir.",
        "genres": ["mairie"],
        "pivot": "55217862900132",
    }
    assert propre.brut == {"tel": None, "mail": None, "notes": f"appeler le {RETRAIT}", "n": 3}


def test_a_rejected_row_loses_it_too() -> None:
    rejet = Reject(2, RejectCode.NOM_MANQUANT, "tel", "06 12 34 56 78", {"tel": "0612345678", "ville": "Brest"})
    propre = drop_opposees(rejet, OPPOSEES)
    assert (propre.valeur, propre.brut) == (None, {"tel": None, "ville": "Brest"})


def test_a_record_that_holds_none_is_the_same() -> None:
    record = make_record(telephone="+33298000001", genres=["mairie"], commune_code="29019")
    assert drop_opposees(record, OPPOSEES) == record


def test_a_code_is_never_taken_for_a_text() -> None:
    # "Mairie" as the name of an organisation is opposed; the kind of place "mairie" is no text of a person.
    opposees = build((Famille.TEXTE, "Mairie"))
    assert opposees.clean_valeurs({"commune_code": "29019", "genres": ["mairie"], "structure_parente": "Mairie"}) == {
        "commune_code": "29019",
        "genres": ["mairie"],
    }


def test_history_keeps_a_mark_that_replaying_leaves_out() -> None:
    marque = OPPOSEES.mark_champ("telephone", TELEPHONE, "29019")
    assert marque.startswith(MARQUE)
    assert "612345678" not in marque
    assert strip_retraits(marque) is None
    liste = OPPOSEES.mark_champ("autres_telephones", ["+33298000001", TELEPHONE], "29019")
    assert strip_retraits(liste) == ["+33298000001"]
    assert strip_retraits([marque]) is None
    assert strip_retraits(f"Écrire à {RETRAIT}") == f"Écrire à {RETRAIT}"


def test_the_pattern_finds_every_writing_in_a_base() -> None:
    assert build_motif([(Famille.TEXTE, TEXTE)]) == ""
    assert build_motif([(Famille.TELEPHONE, "06 12 34 56 78"), (Famille.COURRIEL, "A+b@c.fr")]) == (
        "6[^0-9]{0,3}1[^0-9]{0,3}2[^0-9]{0,3}3[^0-9]{0,3}4[^0-9]{0,3}5[^0-9]{0,3}6[^0-9]{0,3}7[^0-9]{0,3}8|a\\+b@c\\.fr"
    )
