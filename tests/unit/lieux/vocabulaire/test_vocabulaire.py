"""People's words: what they lead to, and what is left for the place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.phrases import list_sans_besoin, run_phrases
from tierslieux.lieux.enums import Besoin, Genre, Service
from tierslieux.lieux.vocabulaire import Lecture, find_genre, read_besoin
from tierslieux.territoires.noms import build_cle

PART_MIN = 0.95
PHRASES_MIN = 150


def read(texte: str) -> Lecture:
    lecture = read_besoin(build_cle(texte))
    assert lecture is not None, texte
    return lecture


def test_phrases_of_somebody_who_had_not_seen_the_vocabulary_lead_to_the_right_need() -> None:
    bilan = run_phrases()
    assert bilan.phrases >= PHRASES_MIN
    assert bilan.part >= PART_MIN, "\n".join(bilan.fautes)


@pytest.mark.parametrize(
    ("texte", "besoin", "genre", "reste"),
    [
        ("imprimer", Besoin.ORDINATEUR, None, ""),
        ("imprimer à Brest", Besoin.ORDINATEUR, None, "brest"),
        ("je n'arrive pas à faire ma carte grise", Besoin.DEMARCHE, None, ""),
        ("CAF", Besoin.DEMARCHE, None, ""),
        ("ma caf à lyon 3", Besoin.DEMARCHE, None, "lyon 3"),
        ("apprendre l'ordinateur", Besoin.APPRENDRE, None, ""),
        ("un bureau au calme", Besoin.TRAVAILLER, None, ""),
        ("réparer", Besoin.REPARER, None, ""),
        ("fablab Le Mans", Besoin.FABRIQUER, Genre.FABLAB, "mans"),
        ("médiathèque Saint-Brieuc", None, Genre.BIBLIOTHEQUE, "saint brieuc"),
        ("Conseiller numérique près de Le Mans", Besoin.APPRENDRE, Genre.CONSEILLER_NUMERIQUE, "mans"),
        ("coworking à Villeneuve-sur-Lot", Besoin.TRAVAILLER, Genre.COWORKING, "villeneuve sur lot"),
    ],
)
def test_words_lead_to_a_need_or_a_kind(texte: str, besoin: Besoin | None, genre: Genre | None, reste: str) -> None:
    lecture = read(texte)
    assert (lecture.besoin, lecture.genre, lecture.reste) == (besoin, genre, reste)


@pytest.mark.parametrize(
    ("texte", "besoin"),
    [
        ("imprimante 3D", Besoin.FABRIQUER),  # not "imprimante"
        ("mon imprimante est en panne", Besoin.REPARER),
        ("acheter un ordinateur pas cher", Besoin.ORDINATEUR),
        ("mon ordinateur ne marche plus", Besoin.REPARER),
        ("le site des impôts ne marche pas", Besoin.DEMARCHE),  # the subject, not the breakdown
        ("scanner un papier pour la CAF", Besoin.ORDINATEUR),  # the gesture, not the subject
        ("apprendre à me servir de mon téléphone", Besoin.APPRENDRE),
        ("apprendre la couture", Besoin.FABRIQUER),
        ("bureau de poste", None),
        ("je cherche du travail", Besoin.APPRENDRE),
        ("un espace pour travailler", Besoin.TRAVAILLER),
        ("imprimer à la médiathèque", Besoin.ORDINATEUR),  # the need, not the place that is named
    ],
)
def test_of_several_words_the_one_that_matters_wins(texte: str, besoin: Besoin | None) -> None:
    assert read(texte).besoin is besoin


@pytest.mark.parametrize(
    ("texte", "besoin"),
    [
        ("jarrive pas a imprimé ma feuille", Besoin.ORDINATEUR),
        ("inprimer", Besoin.ORDINATEUR),
        ("limpot", Besoin.DEMARCHE),
        ("déclarassion dimpo", Besoin.DEMARCHE),
        ("cartegrise", Besoin.DEMARCHE),
        ("je veu refair mon passepor", Besoin.DEMARCHE),
        ("C.A.F.", Besoin.DEMARCHE),
        ("pole eploi", Besoin.DEMARCHE),
        ("aprendre l'informatiqe", Besoin.APPRENDRE),
        ("photo copieuse", Besoin.ORDINATEUR),
        ("wi-fi", Besoin.ORDINATEUR),
        ("RÉPARÉ MON GRILLE PAIN", Besoin.REPARER),
        ("je voudrais imprimez", Besoin.ORDINATEUR),
    ],
)
def test_spelling_does_not_matter(texte: str, besoin: Besoin) -> None:
    assert read(texte).besoin is besoin


def test_what_was_corrected_is_told() -> None:
    assert read("inprimer").corrections == (("inprimer", "imprimer"),)
    assert read("imprimez").corrections == ()


def test_what_somebody_does_not_want_only_counts_when_nothing_else_is_said() -> None:
    assert read("je ne veux pas apprendre, juste imprimer").besoin is Besoin.ORDINATEUR
    assert read("je ne veux pas apprendre").besoin is Besoin.APPRENDRE


def test_politeness_and_complaints_change_nothing() -> None:
    brute = read("carte grise")
    assert read("Bonjour madame, au secours je suis désespérée, ma carte grise svp merci !").entree == brute.entree


def test_a_reading_says_what_answers_best_and_how_to_call_it() -> None:
    lecture = read("on m'a dit de faire ma demande de RSA")
    assert (lecture.sujet, lecture.service, lecture.genres) == ("La CAF", Service.DEMARCHES, (Genre.CAF,))
    assert read("imprimer à la bibliothèque").genres == (Genre.BIBLIOTHEQUE,)
    assert read("acheter un ordi d'occasion").service is Service.ACQUISITION


@pytest.mark.parametrize(
    "texte",
    [
        "carte grise", "permis de conduire", "ANTS", "carte d'identité", "passeport", "titre de séjour",
        "naturalisation", "impôts", "CAF", "RSA", "APL", "prime d'activité", "MSA", "CPAM", "Ameli", "carte vitale",
        "complémentaire santé solidaire", "retraite", "CARSAT", "France Travail", "pôle emploi", "actualisation",
        "logement social", "chèque énergie", "MDPH", "AAH", "bourse", "CROUS", "Parcoursup", "inscription à l'école",
        "cantine", "Doctolib", "FranceConnect",
    ],
)  # fmt: skip
def test_procedures_of_life_are_known(texte: str) -> None:
    assert read(texte).besoin is Besoin.DEMARCHE


@pytest.mark.parametrize(
    ("texte", "besoin"),
    [
        ("CV", Besoin.APPRENDRE),
        ("lettre de motivation", Besoin.APPRENDRE),
        ("Pronote", Besoin.APPRENDRE),
        ("ENT du collège", Besoin.APPRENDRE),
        ("mot de passe oublié", Besoin.APPRENDRE),
        ("boîte mail", Besoin.APPRENDRE),
        ("arnaque", Besoin.APPRENDRE),
        ("phishing", Besoin.APPRENDRE),
        ("virus", Besoin.APPRENDRE),
        ("WhatsApp", Besoin.APPRENDRE),
        ("mes photos", Besoin.APPRENDRE),
        ("visio", Besoin.APPRENDRE),
        ("smartphone", Besoin.APPRENDRE),
        ("tablette", Besoin.APPRENDRE),
        ("scanner", Besoin.ORDINATEUR),
        ("photocopier", Besoin.ORDINATEUR),
        ("Wi-Fi", Besoin.ORDINATEUR),
        ("ordinateur en panne", Besoin.REPARER),
        ("télétravail", Besoin.TRAVAILLER),
        ("salle de réunion", Besoin.TRAVAILLER),
        ("découpe laser", Besoin.FABRIQUER),
        ("couture", Besoin.FABRIQUER),
        ("travailler le bois", Besoin.FABRIQUER),
        ("jardin partagé", Besoin.FABRIQUER),
        ("réparer un grille-pain", Besoin.REPARER),
    ],
)
def test_other_subjects_of_life_are_known(texte: str, besoin: Besoin) -> None:
    assert read(texte).besoin is besoin


@pytest.mark.parametrize("texte", ["", "a de la", *list_sans_besoin("lieu", "rien")])
def test_other_words_lead_nowhere(texte: str) -> None:
    assert read_besoin(build_cle(texte)) is None


def test_a_kind_is_named_by_words_as_they_are_written() -> None:
    assert find_genre("mediatheque municipale") is Genre.BIBLIOTHEQUE
    assert find_genre("mediathekes") is None
    assert find_genre("imprimer") is None


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(texte: str) -> None:
    lecture = read_besoin(build_cle(texte))
    assert lecture is None or lecture.besoin or lecture.genre


@given(st.sampled_from(["carte grise", "imprimer", "un bureau au calme", "réparer", "apprendre internet"]), st.data())
def test_case_accents_and_signs_make_no_difference(phrase: str, data: st.DataObject) -> None:
    signes = data.draw(st.sampled_from([" ", "  ", "-", "’", ", ", " … "]))
    autre = re.sub(" ", signes, phrase.upper() if data.draw(st.booleans()) else phrase.title())
    assert read(autre).entree == read(phrase).entree
