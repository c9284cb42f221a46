"""Mails: what is refused before it is queued, and what leaves."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import stat
from email.headerregistry import Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieux.core.courriels import CORPS_MAX, SUJET_MAX, Courriel, digest_adresse, parse_adresse
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.expedition import Depart, Dossier, build_message

CREE_AT = dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC)


def make_depart(**champs: object) -> Depart:
    valeurs = {
        "cle": "c0ffee",
        "genre": "essai",
        "a": "zoe@exemple.fr",
        "sujet": "Bonjour",
        "corps": "Bonjour.\n",
        "desabonnement": None,
        "cree_at": CREE_AT,
    }
    return Depart(**(valeurs | champs))


def read(depart: Depart, expediteur: str = "Carte <carte@exemple.fr>") -> email.message.EmailMessage:
    """The mail as another program reads it."""
    return email.message_from_bytes(build_message(depart, expediteur).as_bytes(), policy=email.policy.default)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        (" zoe@exemple.fr ", "zoe@exemple.fr"),
        ("Zoe.Dupont+carte@EXEMPLE.fr", "Zoe.Dupont+carte@exemple.fr"),
        # Punycode of "café" (RFC 3492): caf-dma.
        ("zoe@café.fr", "zoe@xn--caf-dma.fr"),
    ],
)
def test_an_address_is_read(texte: str, attendu: str) -> None:
    assert parse_adresse(texte) == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "zoe",
        "zoe@exemple",
        "zoe@@exemple.fr",
        "zoe dupont@exemple.fr",
        "zoe@exemple.fr, autre@exemple.fr",
        "Zoé <zoe@exemple.fr>",
        "zoe@exemple.fr\nBcc: autre@exemple.fr",
        "zoe@exemple.fr\r\n\r\nCorps",
        "zoe\x00@exemple.fr",
        '"zoe dupont"@exemple.fr',
        "zoe@[127.0.0.1]",
        "zoe@localhost",
        "a" * 65 + "@exemple.fr",
        "zoe@" + "exemple." * 40 + "fr",
    ],
)
def test_what_is_no_address_is_refused(texte: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_adresse(texte)


@given(st.text(max_size=60))
def test_no_text_makes_an_address_that_holds_more_than_one(texte: str) -> None:
    try:
        adresse = parse_adresse(f"zoe{texte}@exemple.fr")
    except InvalidInputError:
        return
    lue = read(make_depart(a=adresse))
    assert [str(a) for a in lue["To"].addresses] == [str(Address(addr_spec=adresse))]
    assert lue["Bcc"] is None


@pytest.mark.parametrize(
    "champs",
    [
        {"sujet": "Bonjour\nBcc: autre@exemple.fr"},
        {"sujet": "Bonjour\r\n\r\nCorps"},
        {"sujet": "Bonjour\u2028suite"},
        {"sujet": "x" * (SUJET_MAX + 1)},
        {"sujet": " "},
        {"corps": ""},
        {"corps": "x" * (CORPS_MAX + 1)},
        {"corps": "a\x00b"},
        {"corps": "a\x1b[31m"},
        {"genre": "Zoé"},
        {"genre": "a\nb"},
        {"desabonnement": "javascript:alert(1)"},
        {"desabonnement": "https://exemple.fr/a\r\nBcc: autre@exemple.fr"},
        {"desabonnement": "https://exemple.fr/>,<mailto:autre@exemple.fr"},
    ],
)
def test_what_could_write_a_header_or_is_too_long_is_refused(champs: dict[str, str]) -> None:
    bons = {"a": "zoe@exemple.fr", "sujet": "Bonjour", "corps": "Bonjour.", "genre": "essai"}
    Courriel(**bons)
    with pytest.raises(InvalidInputError):
        Courriel(**(bons | champs))


def test_the_mail_says_who_sends_and_that_no_answer_is_expected() -> None:
    lu = read(make_depart(desabonnement="https://exemple.fr/arret"))
    assert lu["From"].addresses[0].addr_spec == "carte@exemple.fr"
    assert lu["To"].addresses[0].addr_spec == "zoe@exemple.fr"
    assert lu["Date"].datetime == CREE_AT
    assert lu["Message-ID"] == "<c0ffee@exemple.fr>"
    assert lu["Auto-Submitted"] == "auto-generated"
    assert lu["List-Unsubscribe"] == "<https://exemple.fr/arret>"
    assert lu.get_content_type() == "text/plain"
    assert read(make_depart())["List-Unsubscribe"] is None


@given(
    sujet=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=SUJET_MAX),
    corps=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], include_characters="\n\t"), max_size=300),
)
def test_texts_arrive_as_they_were_written(sujet: str, corps: str) -> None:
    lu = read(make_depart(sujet=sujet, corps=corps))
    # Spaces at both ends of a header mean nothing, and readers may fold the others.
    assert "".join(lu["Subject"].split()) == "".join(sujet.split())
    assert lu.get_content().replace("\r\n", "\n").rstrip("\n") == corps.rstrip("\n")


def test_a_long_accented_subject_is_whole_and_its_lines_are_short() -> None:
    sujet = "Votre proposition « Médiathèque de l’Été » a été acceptée, en partie : voici pourquoi et comment la suivre"
    brut = build_message(make_depart(sujet=sujet, corps="É" * 2_000), "carte@exemple.fr").as_bytes()
    assert max(len(ligne) for ligne in brut.split(b"\r\n")) <= 78
    assert brut.isascii()
    assert email.message_from_bytes(brut, policy=email.policy.default)["Subject"] == sujet


def test_each_attempt_sends_the_same_bytes() -> None:
    premier, second = (build_message(make_depart(), "carte@exemple.fr").as_bytes() for _ in range(2))
    assert premier == second


def test_a_file_is_for_its_owner_alone_and_the_same_mail_is_one_file(tmp_path: Path) -> None:
    dossier = Dossier(tmp_path / "var" / "courriels")
    for _ in range(2):
        dossier.send(build_message(make_depart(), "carte@exemple.fr"), make_depart())
    (fichier,) = dossier.chemin.iterdir()
    assert fichier.name == "20261122T183000Z-essai-c0ffee.eml"
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    assert stat.S_IMODE(dossier.chemin.stat().st_mode) == 0o700
    assert b"zoe@exemple.fr" in fichier.read_bytes()


def test_files_are_deleted_after_a_while(tmp_path: Path) -> None:
    dossier = Dossier(tmp_path)
    dossier.send(build_message(make_depart(), "carte@exemple.fr"), make_depart())
    now = dt.datetime.now(dt.UTC)
    assert dossier.purge(now=now + dt.timedelta(days=1), age_max=dt.timedelta(days=2)) == 0
    assert dossier.purge(now=now + dt.timedelta(days=3), age_max=dt.timedelta(days=2)) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_digest_is_the_same_whatever_the_case_and_says_nothing_without_the_secret() -> None:
    digest = digest_adresse("Zoe@Exemple.fr ", "secret")
    assert digest == digest_adresse("zoe@exemple.fr", "secret")
    assert digest != digest_adresse("zoe@exemple.fr", "autre")
    assert "zoe" not in digest
