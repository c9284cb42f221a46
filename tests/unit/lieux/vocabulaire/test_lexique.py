"""The file of the vocabulary: what it holds, and how it is refused when it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tierslieux.lieux.enums import Besoin, Genre
from tierslieux.lieux.vocabulaire import read_besoin
from tierslieux.lieux.vocabulaire.flexions import build_son, list_flexions, strip_pluriel
from tierslieux.lieux.vocabulaire.lexique import LexiqueError, build_lexique, get_lexique, load_lexique


def build(*entrees: dict[str, Any], **tables: object) -> dict[str, Any]:
    return {"petits_mots": "de la mon", "entree": list(entrees), **tables}


def entree(nom: str = "a", **champs: object) -> dict[str, Any]:
    return {"id": nom, "sujet": "Un sujet", "besoin": "demarche", "phrases": ["carte grise"]} | champs


def test_the_file_of_the_program_is_right_and_covers_every_need() -> None:
    assert {e.besoin for e in get_lexique().entrees} >= set(Besoin)


def test_a_small_vocabulary_is_read() -> None:
    lexique = build_lexique(build(entree(), variantes={"grise": ["grize"]}))
    lecture = read_besoin("mon histoire de cartes grize", lexique)
    assert lecture is not None
    assert (lecture.besoin, lecture.entree, lecture.restes) == (Besoin.DEMARCHE, "a", ("histoire",))


@pytest.mark.parametrize(
    ("brut", "message"),
    [
        (build(entree(besoin="dormir")), "entree 'a': besoin is 'dormir'; expected one of: demarche, "),
        (build(entree(service="coiffure")), "entree 'a': service is 'coiffure'"),
        (build(entree(genres=["chateau"])), "entree 'a': genres is 'chateau'"),
        (build(entree(force=9)), "entree 'a': force is 9; expected 1 to 5"),
        (build(entree(sujet="")), "entree 'a': sujet is missing"),
        (build(entree(phrase=["x"])), "entree 'a': unknown field 'phrase'"),
        (build(entree(), autre={}), "unknown table 'autre'"),
        (build(entree(), entree("a", phrases=["autre"])), "entree 'a' stands twice"),
        (build(entree(), entree("b", phrases=["Cartes grises"])), "'Cartes grises' stands already in 'a'"),
        (build(entree(phrases=["de la"])), "'de la' holds only words that lead nowhere"),
        (build(entree(besoin="apprendre", service="aide-aux-demarches-administratives")), "service answers 'demarche'"),
        (build(entree(nomme=True)), "nomme says that genres has the kind"),
        (build(entree(nomme=True, genres=["fablab"])), "places of kind 'fablab' do not answer"),
        (build({"id": "a", "sujet": "S", "phrases": ["x"]}), "no besoin, and no kind that it names"),
        (build(entree(), variantes={"x": ["mon"]}), "'mon' stands for 'x' and among petits_mots"),
        (build(entree(), variantes={"x": ["y"], "z": ["y"]}), "'y' stands for 'x' and for 'z'"),
    ],
)
def test_a_mistake_is_refused_with_where_and_what(brut: dict[str, Any], message: str) -> None:
    with pytest.raises(LexiqueError) as refus:
        build_lexique(brut)
    assert message in refus.value.message


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiqueError, match="cannot be read"):
        load_lexique(tmp_path / "absent.toml")
    (tmp_path / "faux.toml").write_text("entree = [", encoding="utf-8")
    with pytest.raises(LexiqueError, match="not a TOML file"):
        load_lexique(tmp_path / "faux.toml")


def test_kinds_that_phrases_name_answer_the_need_of_their_entry() -> None:
    nommes = {e.genres[0] for e in get_lexique().entrees if e.nomme}
    assert {Genre.FABLAB, Genre.COWORKING, Genre.REPAIR_CAFE, Genre.MAIRIE} <= nommes


def test_forms_of_words() -> None:
    assert {"imprime", "imprimez", "imprimait", "imprimee"} <= set(list_flexions("imprimer"))
    assert "telechargeons" in list_flexions("telecharger")
    assert list_flexions("papier") != []  # a noun gives forms that nobody writes: they do no harm
    assert list_flexions("carte") == list_flexions("mer") == []
    assert [strip_pluriel(mot) for mot in ("impots", "bureaux", "bus", "prix")] == ["impot", "bureau", "bus", "prix"]


@pytest.mark.parametrize(
    ("ecrit", "par_oreille"),
    [
        ("passeport", "passepor"),
        ("imprimer", "inprimé"),
        ("telephone", "telefone"),
        ("retraite", "retrette"),
        ("photocopie", "fotokopi"),
        ("declaration", "declarassion"),
        ("chomage", "chaumage"),
        ("quittance", "kitance"),
    ],
)
def test_words_written_by_ear_sound_the_same(ecrit: str, par_oreille: str) -> None:
    assert build_son(ecrit) == build_son(par_oreille.replace("é", "e"))
