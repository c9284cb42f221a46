import pytest

from tierslieux.emporter.appel import Connu, build_demande, list_questions
from tierslieux.emporter.apporter import list_a_apporter
from tierslieux.lieux.enums import Besoin, Frais, ModaliteAcces

RIEN = Connu(None, None, None)


def ask(connu: Connu) -> dict[str, tuple[str, str | None]]:
    return {question.sujet: (question.texte, question.connu) for question in list_questions(connu)}


def test_what_is_not_known_is_asked() -> None:
    questions = ask(RIEN)
    assert list(questions) == ["Les horaires", "Le rendez-vous", "Les papiers", "Le prix", "L’accès"]
    assert all(connu is None for _texte, connu in questions.values())
    assert questions["Les horaires"][0].startswith("Quels jours et à quelles heures")


def test_what_is_known_is_said_and_checked() -> None:
    questions = ask(
        Connu(
            "Du lundi au vendredi de 9 h à 12 h.",
            itinerant=False,
            accessible=False,
            frais=(Frais.GRATUIT,),
            modalites=(ModaliteAcces.SE_PRESENTER,),
        )
    )
    assert questions["Les horaires"][1] == "Du lundi au vendredi de 9 h à 12 h."
    assert questions["Le rendez-vous"][0].startswith("Puis-je venir sans rendez-vous")
    assert questions["Le prix"] == ("Est-ce bien gratuit\u00a0?", "Gratuit")
    assert questions["L’accès"][1] == "Non accessible en fauteuil roulant."


def test_a_price_that_depends_is_asked() -> None:
    assert ask(Connu(None, None, None, (Frais.GRATUIT, Frais.PAYANT)))["Le prix"] == (
        "Combien faut-il payer\u00a0?",
        "Gratuit, Payant",
    )


def test_a_place_that_moves_is_asked_where_it_will_be() -> None:
    assert "Le lieu de passage" in ask(Connu(None, itinerant=True, accessible=None))


@pytest.mark.parametrize("besoin", list(Besoin))
def test_each_need_has_its_own_words_and_its_own_things_to_bring(besoin: Besoin) -> None:
    assert build_demande(besoin) != build_demande(None)
    assert list_a_apporter([besoin])


def test_things_to_bring_are_told_once() -> None:
    choses = list_a_apporter(Besoin)
    assert len(choses) == len(set(choses))
    assert list_a_apporter([]) == []
