"""Dates, presentations, typology and kinds guessed from names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.etapes import confidentialite, date, genre, presentation, typologie
from tierslieux.lieux.enums import Genre

AUJOURDHUI = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("2022-05-09", dt.date(2022, 5, 9)),
        ("2022-05-09T10:00:00.000Z", dt.date(2022, 5, 9)),
        ("2022-05-09 10:00:00+02:00", dt.date(2022, 5, 9)),
        ("20220509", dt.date(2022, 5, 9)),
        ("2022/05/09", dt.date(2022, 5, 9)),
        ("09/05/2022", dt.date(2022, 5, 9)),
        ("9/5/2022", dt.date(2022, 5, 9)),
        ("09-05-2022", dt.date(2022, 5, 9)),
        ("09.05.22", dt.date(2022, 5, 9)),
        ("09/05/2022 14:30", dt.date(2022, 5, 9)),
        ("12 mars 2023", dt.date(2023, 3, 12)),
        ("Lundi 1er août 2022", dt.date(2022, 8, 1)),
        ("le 3 févr. 2021", dt.date(2021, 2, 3)),
        ("22/11/2026", AUJOURDHUI),
        ("23/11/2026", None),  # to come
        ("31/02/2022", None),
        ("2022-13-01", None),
        ("12/31/2022", None),  # the month first is not how it is written in France
        ("1900-01-01", None),  # a default, not a date
        ("mars 2023", None),
        ("2023", None),
        ("45000", None),  # a spreadsheet's day, but nothing says that this is a spreadsheet
        ("hier", None),
        ("", None),
        ("1" * 100_000, None),
    ],
)
def test_dates(texte: str, attendue: dt.date | None) -> None:
    assert date.parse_date(texte, aujourdhui=AUJOURDHUI) == attendue


@pytest.mark.parametrize(
    ("texte", "attendue"),
    # Day 45,000 of Excel is 15 March 2023: day 1 is 1 January 1900, and 29 February 1900 counts.
    [("45000", dt.date(2023, 3, 15)), ("45000.5", dt.date(2023, 3, 15)), ("12", None), ("99999", None)],
)
def test_days_of_a_workbook(texte: str, attendue: dt.date | None) -> None:
    assert date.parse_date(texte, aujourdhui=AUJOURDHUI, classeur=True) == attendue


def test_a_date_to_come_is_left_out_when_the_run_knows_the_day() -> None:
    record = replace(make_record(), date_maj=dt.date(2026, 11, 23))
    assert date.clean(record, make_contexte()).date_maj == dt.date(2026, 11, 23)
    contexte = make_contexte()
    contexte.aujourdhui = AUJOURDHUI
    assert date.clean(record, contexte).date_maj is None
    assert contexte.avertissements == {Avertissement.DATE_ILLISIBLE: 1}


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("Un lieu ouvert.", "Un lieu ouvert."),
        ("<p>Un <b>lieu</b>&nbsp;ouvert</p>", "Un lieu ouvert"),
        ("<ul><li>Un</li><li>Deux</li></ul>", "• Un • Deux"),
        ("Un<br/>Deux", "Un Deux"),
        ("4<sup>e</sup> étage", "4e étage"),
        ("enfants < 3 ans et > 1 an", "enfants < 3 ans et > 1 an"),
        ("a<b", "a<b"),
        ("<script>alert(1)</script>Bonjour<!-- note -->", "Bonjour"),
        ("Caf&eacute; &amp; th&eacute;", "Café & thé"),
        ("<p></p>", None),
        ('<a href="https://a.fr">Le site</a>', "Le site"),
    ],
)
def test_presentations_are_plain_text(avant: str, apres: str | None) -> None:
    assert presentation.strip_html(avant) == apres


@pytest.mark.parametrize("texte", ["<" * 9_999, "<a " * 3_000, "<!--" * 2_000, "<script>" * 1_000, "&lt;" * 2_000])
def test_hostile_html_takes_no_time(texte: str) -> None:
    presentation.strip_html(texte)


@pytest.mark.parametrize(
    ("valeurs", "attendues"),
    [
        ({"presentation": "x" * 280}, {"presentation": "x" * 280}),
        ({"presentation": "x" * 281}, {"presentation_detail": "x" * 281}),
        ({"presentation": "x" * 281, "presentation_detail": "Plus."}, {"presentation_detail": "x" * 281 + " Plus."}),
        ({"presentation": "x" * 281, "presentation_detail": "x" * 300}, {"presentation_detail": "x" * 300}),
        ({"presentation": "x" * 281, "presentation_detail": "x" * 20}, {"presentation_detail": "x" * 281}),
    ],
)
def test_a_long_presentation_moves_without_loss(valeurs: dict[str, str], attendues: dict[str, str]) -> None:
    contexte = make_contexte()
    record = presentation.clean(make_record(**valeurs), contexte)
    assert {champ: v for champ, v in record.valeurs.items() if champ != "nom"} == attendues
    assert contexte.avertissements[Avertissement.PRESENTATION_DEPLACEE] == (len(valeurs["presentation"]) > 280)


def test_persons_come_out_of_the_detailed_presentation() -> None:
    record = make_record(presentation_detail="Écrire à jeanne.dupont@ville.fr ou accueil@ville.fr")
    propre = confidentialite.clean(record, make_contexte())
    assert propre.valeurs["presentation_detail"] == "Écrire à [adresse nominative retirée] ou accueil@ville.fr"


@pytest.mark.parametrize(
    ("termes", "genres", "typologies", "inconnus"),
    [
        (["ASSO", "CC"], ["association"], ["CC"], []),
        (["Bibliothèque / Médiathèque"], ["bibliotheque"], [], []),
        (["bib"], ["bibliotheque"], [], []),
        (["CSC"], ["centre-social"], ["CSC"], []),  # implied, not expressed
        (["PE"], ["france-travail"], [], []),  # its former code
        (["ACI", "AI"], ["insertion"], ["ACI", "AI"], []),
        (["XYZ", "CC"], [], ["CC"], ["XYZ"]),
        ([], [], [], []),
    ],
)
def test_typology(termes: list[str], genres: list[str], typologies: list[str], inconnus: list[str]) -> None:
    assert typologie.read_typologies(termes) == (genres, typologies, inconnus)


def test_kinds_of_the_typology_add_to_those_of_the_source() -> None:
    contexte = make_contexte()
    record = typologie.clean(make_record(genres=["fablab"], typologies=["BIB", "CC", "XYZ"]), contexte)
    assert (record.valeurs["genres"], record.valeurs["typologies"]) == (["fablab", "bibliotheque"], ["CC"])
    assert contexte.avertissements == {Avertissement.VALEUR_INCONNUE: 1}
    assert typologie.clean(record, contexte) is record


@pytest.mark.parametrize(
    ("nom", "genres"),
    [
        ("Médiathèque du Port", [Genre.BIBLIOTHEQUE]),
        ("La bibliothèque de Brest", [Genre.BIBLIOTHEQUE]),
        ("BIBLIOTHEQUE MUNICIPALE", [Genre.BIBLIOTHEQUE]),
        ("Mairie de Brest", [Genre.MAIRIE]),
        ("Mairie annexe", [Genre.MAIRIE]),
        ("Hôtel de Ville", [Genre.MAIRIE]),
        ("FabLab de la Gare", [Genre.FABLAB]),
        ("L’Établi – Fab Lab", [Genre.FABLAB]),
        ("Le Hangar coworking", [Genre.COWORKING]),
        ("CCAS de Brest", [Genre.CCAS]),
        ("Centre Communal d'Action Sociale", [Genre.CCAS]),
        ("Mission locale du pays", [Genre.MISSION_LOCALE]),
        ("Antenne de la Mission Locale", [Genre.MISSION_LOCALE]),
        ("France Services de Brest", [Genre.FRANCE_SERVICES]),
        ("Maison France service", [Genre.FRANCE_SERVICES]),
        ("Bus France Services", [Genre.FRANCE_SERVICES, Genre.BUS_NUMERIQUE]),
        ("Cyber-base du Centre", [Genre.EPN]),
        ("EPN de Brest", [Genre.EPN]),
        ("Espace public numérique", [Genre.EPN]),
        ("Bureau de poste", [Genre.LA_POSTE]),
        ("La Poste", [Genre.LA_POSTE]),
        ("Agence postale communale", [Genre.LA_POSTE]),
        ("Centre social des Lilas", [Genre.CENTRE_SOCIAL]),
        ("Centre socioculturel", [Genre.CENTRE_SOCIAL]),
        ("MJC des Lilas", [Genre.MJC]),
        ("Ressourcerie du Pays", [Genre.RESSOURCERIE]),
        ("Repair Café de Brest", [Genre.REPAIR_CAFE]),
        ("Micro-Folie", [Genre.MICRO_FOLIE]),
        ("Tiers-lieu des Lilas", [Genre.TIERS_LIEU]),
        ("Sous-préfecture de Brest", [Genre.PREFECTURE]),
        ("PIMMS Médiation", [Genre.PIMMS]),
        ("Pôle emploi Brest", [Genre.FRANCE_TRAVAIL]),
        # False friends.
        ("Ancienne mairie", []),
        ("Amis de la bibliothèque", []),
        ("Association des amis du fablab", []),
        ("Salle de la mairie", []),
        ("Café de la Poste", []),
        ("Rue de la Mairie", []),
        ("Maison des associations", []),
        ("Postérité", []),
        ("Cafétéria du port", []),
        ("Mairies de France", []),
        ("Face au coworking", []),
        ("Conseil départemental", []),
        ("", []),
    ],
)
def test_kinds_guessed_from_a_name(nom: str, genres: list[Genre]) -> None:
    assert genre.deduce_genres(nom) == genres


@pytest.mark.parametrize(
    ("nom", "avant", "apres", "avertissements"),
    [
        ("Médiathèque", None, ["bibliotheque"], [Avertissement.GENRE_DEDUIT]),
        ("Médiathèque", ["autre"], ["bibliotheque"], [Avertissement.GENRE_DEDUIT]),
        ("Médiathèque", ["conseiller-numerique"], ["conseiller-numerique", "bibliotheque"],
         [Avertissement.GENRE_DEDUIT]),
        ("Médiathèque", ["bibliotheque"], ["bibliotheque"], []),
        ("Médiathèque", ["fablab"], ["fablab"], []),  # the source says what the place is
        ("Le Quai", ["autre"], ["autre"], []),
        ("Mairie annexe / France Services", None, ["mairie"],
         [Avertissement.GENRE_DEDUIT, Avertissement.LABEL_NON_CONFIRME]),
        ("Relais du Lac – France Services", None, None, [Avertissement.LABEL_NON_CONFIRME]),
        ("Relais du Lac – France Services", ["france-services"], ["france-services"], []),
        ("Conseiller numérique France Services de Brest", ["conseiller-numerique"], ["conseiller-numerique"], []),
    ],
)  # fmt: skip
def test_a_guess_adds_to_what_the_source_says(
    nom: str, avant: Any, apres: Any, avertissements: list[Avertissement]
) -> None:
    contexte = make_contexte()
    record = genre.clean(make_record(nom=nom, genres=avant), contexte)
    assert record.valeurs.get("genres") == apres
    assert sorted(contexte.avertissements.elements()) == sorted(avertissements)
