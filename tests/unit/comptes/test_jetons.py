"""What is drawn at random and what is kept of it."""

from __future__ import annotations

import hashlib
import hmac

from tierslieux.comptes import jetons
from tierslieux.comptes.codes import clean_code
from tierslieux.comptes.presenters import mask_courriel


def test_codes_have_six_digits_and_zeros_are_kept(monkeypatch) -> None:
    monkeypatch.setattr(jetons.secrets, "randbelow", lambda _borne: 42)
    assert jetons.generate_code() == "000042"


def test_codes_are_all_there_is_between_000000_and_999999(monkeypatch) -> None:
    bornes: list[int] = []
    monkeypatch.setattr(jetons.secrets, "randbelow", lambda borne: bornes.append(borne) or 0)
    jetons.generate_code()
    assert bornes == [1_000_000]


def test_a_token_holds_256_bits_and_two_are_never_the_same() -> None:
    tires = {jetons.generate_jeton() for _ in range(100)}
    assert len(tires) == 100
    assert {len(jeton) for jeton in tires} == {43}  # 32 bytes, 6 bits a character


def test_what_is_stored_of_a_code_depends_on_the_key_and_on_each_part() -> None:
    attendu = hmac.new(b"cle", b"a\x1fb", hashlib.sha256).hexdigest()
    assert jetons.digest_code("cle", "a", "b") == attendu
    assert len({jetons.digest_code(*p) for p in (("cle", "a", "b"), ("autre", "a", "b"), ("cle", "ab"))}) == 3


def test_pseudonyms_say_nothing_and_are_read_without_doubt() -> None:
    for _ in range(200):
        bete, _tiret, suite = jetons.generate_pseudonyme().partition("-")
        assert bete in jetons.BETES
        assert len(suite) == 8
        assert not set(suite) & set("aeiouyl01")
    assert all(bete.isascii() and bete.islower() for bete in jetons.BETES)


def test_a_code_is_read_as_people_type_it() -> None:
    assert {clean_code(texte) for texte in (" 012 345", "012-345", "012345\n", "0 1 2 3 4 5")} == {"012345"}
    assert {clean_code(texte) for texte in ("", "12345", "1234567", "１２３４５６", "abcdef")} == {""}


def test_an_address_is_recognised_by_its_owner_only() -> None:
    assert mask_courriel("mona.le-bras@exemple.fr") == "m…@exemple.fr"
