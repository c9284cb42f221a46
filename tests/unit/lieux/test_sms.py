import pytest

from tierslieux.lieux.sms import (
    LISTE_MAX,
    SEPTETS_MAX,
    build_lien_sms,
    build_sms,
    build_sms_liste,
    count_septets,
    encode_gsm,
)

LIEN = "https://lieux.exemple.fr/lieux/0z4m2e9fec"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        # é, è, à, ù are in the alphabet; ê, ç, ô, î, À and œ are not.
        ("élève à Où", "élève à Où"),
        ("Forêt – l’été", "Foret - l'été"),
        ("Ça, cœur, île, hôtel, À", "Ça, coeur, ile, hotel, A"),
        ("façade", "facade"),
        ("« Le Lieu »", '"Le Lieu"'),
        ("9\u00a0h – 12\u202fh", "9 h - 12 h"),
        ("Bâtiment n° 3…", "Batiment no 3..."),
        ("Café 🎉 ouvert", "Café ouvert"),
        ("مكتبة", ""),
        ("a\tb\r\n c", "a b\nc"),
    ],
)
def test_what_is_not_in_the_alphabet_is_written_otherwise(texte: str, attendu: str) -> None:
    assert encode_gsm(texte) == attendu


@pytest.mark.parametrize(
    ("texte", "septets"),
    [("", 0), ("abc", 3), ("é@£", 3), ("€", 2), ("[a]", 5), ("a\nb", 3), ("{}\\~|^", 12)],
)
def test_signs_of_the_extension_count_twice(texte: str, septets: int) -> None:
    assert count_septets(texte) == septets


def test_a_sign_out_of_the_alphabet_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="alphabet"):
        count_septets("ê")


def test_a_short_place_has_everything() -> None:
    sms = build_sms("Mairie", telephone="02 98 00 00 01", adresse="1 rue X, 29200 Brest", horaires="lundi", lien=LIEN)
    assert sms == f"Mairie\n02 98 00 00 01\n1 rue X, 29200 Brest\nlundi\n{LIEN}"


def test_the_link_is_left_out_before_anything_is_cut() -> None:
    # 100 + 1 + 14 + 1 + 20 = 136 septets; the link would add 42.
    sms = build_sms("n" * 100, telephone="02 98 00 00 01", adresse="a" * 20, lien=LIEN)
    assert sms == f"{'n' * 100}\n02 98 00 00 01\n{'a' * 20}"


@pytest.mark.parametrize("nom", ["mot " * 60, "x" * 300, "€" * 200, "ê" * 200, "🎉" * 50, "[" * 170])
@pytest.mark.parametrize("adresse", ["", "12 avenue du Général-de-Gaulle, 98800 Nouméa " * 4])
@pytest.mark.parametrize("horaires", [None, "samedi 28 novembre, 9 h – 12 h et 14 h – 17 h, " * 5])
@pytest.mark.parametrize("lien", ["", LIEN, "https://exemple.fr/" + "y" * 200])
def test_a_long_place_fits_and_its_number_is_whole(nom: str, adresse: str, horaires: str | None, lien: str) -> None:
    sms = build_sms(nom, telephone="+687 12 34 56", adresse=adresse, horaires=horaires, lien=lien)
    assert count_septets(sms) <= SEPTETS_MAX
    assert "+687 12 34 56" in sms.split("\n")
    # A link that is cut leads nowhere.
    assert all(ligne == lien for ligne in sms.split("\n") if ligne.startswith("https"))


def test_what_is_cut_is_cut_after_a_word() -> None:
    sms = build_sms("Maison de quartier " * 6, telephone="3939", adresse="b" * 100)
    assert sms.split("\n")[0] == "Maison de quartier Maison de quartier Maison..."


def test_a_number_that_is_none_is_left_out() -> None:
    assert build_sms("Lieu", telephone="1 " * 100) == "Lieu"


def test_several_places_stand_one_a_line_and_the_link_ends_them() -> None:
    lignes = build_sms_liste([(f"Lieu {n}", "3939" if n else None) for n in range(LISTE_MAX + 4)], LIEN).split("\n")
    assert lignes[:2] == ["Lieu 0", "Lieu 1 3939"]
    assert len(lignes) == LISTE_MAX + 1
    assert lignes[-1] == LIEN


def test_the_link_of_a_message_keeps_its_signs() -> None:
    assert build_lien_sms("A & B?\n#1") == "sms:?&body=A%20%26%20B%3F%0A%231"
