"""What is said of a place to a person: met, not known, not met, never a silence that reads as a yes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.factories.pages import build_resume
from tierslieux.lieux.enums import (
    Accompagnement,
    Besoin,
    Frais,
    Genre,
    ModaliteAcces,
    Precision,
    PriseEnCharge,
    Public,
    Service,
)
from tierslieux.lieux.horaires import describe_ouverture
from tierslieux.lieux.moments import Moment
from tierslieux.lieux.services import LieuResume
from tierslieux.orientation.enums import Anneau, Critere, Deplacement, Precaution, Verdict
from tierslieux.orientation.examen import Demande, Offre, examine
from tierslieux.trajets.moteur import Methode, Mode, Trajet

# Monday 23 November 2026, 10:30 in Brest.
NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
OUI, INCONNU, NON = Verdict.REMPLI, Verdict.INCONNU, Verdict.NON
SEMAINE = "Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00"


def make_lieu(horaires: str | None = SEMAINE, **champs: Any) -> LieuResume:
    """A place of Brest: 12 minutes on foot, 5 by car."""
    defauts = {
        "horaires": horaires,
        "ouverture": describe_ouverture(horaires, NOW, "29019"),
        "trajets": (
            Trajet(Mode.A_PIED, 12.4, 800, Methode.ESTIMATION),
            Trajet(Mode.VELO, 6, 800, Methode.ESTIMATION),
            Trajet(Mode.VOITURE, 5, 900, Methode.RESEAU),
        ),
        "distance_m": 640.0,
        "frais": (Frais.GRATUIT,),
        "date": dt.date(2026, 8, 1),
    }
    return build_resume(**(defauts | champs))


def read(lieu: LieuResume, critere: str, offre: Offre | None = None, **demande: Any) -> list[tuple[Verdict, str]]:
    """What is said of the place about this, spaces made ordinary."""
    if "moment" in demande:
        demande["moment"] = Moment.parse(demande["moment"])
    constats = examine(lieu, offre or Offre(), Demande(now=NOW, **demande)).constats
    return [
        (c.verdict, c.phrase.replace("\u00a0", " ").replace("\u202f", " ")) for c in constats if c.critere == critere
    ]


@pytest.mark.parametrize(
    ("champs", "besoin", "phrase"),
    [
        ({}, Besoin.DEMARCHE, "Ce lieu aide à faire les démarches."),
        ({}, Besoin.ORDINATEUR, "Vous pouvez y utiliser un ordinateur et Internet."),
        ({"services": (Service.ACQUISITION,)}, Besoin.ORDINATEUR, "Ce lieu vend des ordinateurs à petit prix."),
        ({"besoins": (Besoin.REPARER,)}, Besoin.REPARER, "Vous pouvez y réparer un objet."),
    ],
)
def test_the_need(champs: dict[str, Any], besoin: Besoin, phrase: str) -> None:
    assert read(make_lieu(**champs), "besoin", besoin=besoin) == [(OUI, phrase)]


def test_a_kind_that_was_asked_for_is_named() -> None:
    lieu = make_lieu(genres=(Genre.BIBLIOTHEQUE,), est_aide=False)
    assert read(lieu, "besoin", genre=Genre.BIBLIOTHEQUE) == [
        (INCONNU, "Ce lieu n’a pas dit s’il aide avec le numérique."),
        (OUI, "C’est le type de lieu demandé : Bibliothèque."),
    ]


@pytest.mark.parametrize(
    ("deplacement", "attendu"),
    [
        (Deplacement.A_PIED, (OUI, "À 12 min à pied (estimation).")),
        (Deplacement.VELO, (OUI, "À 6 min à vélo (estimation).")),
        (Deplacement.VOITURE, (OUI, "À 5 min en voiture.")),
        (Deplacement.TRANSPORTS, (OUI, "À 640 m, en ligne droite.")),
        (None, (OUI, "À 12 min à pied (estimation).")),
    ],
)
def test_the_way(deplacement: Deplacement | None, attendu: tuple[Verdict, str]) -> None:
    assert read(make_lieu(), "trajet", deplacement=deplacement) == [attendu]


@pytest.mark.parametrize(
    ("duree_min", "anneau", "verdict"),
    [
        (20, Anneau.PROCHE, OUI),
        (20.1, Anneau.PLUS_LOIN, OUI),
        (45, Anneau.PLUS_LOIN, OUI),
        (45.1, Anneau.LOIN, NON),
    ],
)
def test_how_far_is_too_far(duree_min: float, anneau: Anneau, verdict: Verdict) -> None:
    lieu = make_lieu(trajets=(Trajet(Mode.VOITURE, duree_min, 9_000, Methode.ESTIMATION),))
    examen = examine(lieu, Offre(), Demande(now=NOW, deplacement=Deplacement.VOITURE))
    assert examen.anneau is anneau
    assert examen.get_verdict(Critere.TRAJET) is verdict


def test_a_walk_that_nobody_walks_is_said_to_be_too_far() -> None:
    lieu = make_lieu(trajets=(Trajet(Mode.VOITURE, 25, 20_000, Methode.ESTIMATION),), distance_m=15_000)
    assert read(lieu, "trajet", deplacement=Deplacement.A_PIED) == [(NON, "Trop loin à pied : 15 km en ligne droite.")]
    # Who has not said how they move is told the time by car.
    assert read(lieu, "trajet") == [(OUI, "À 25 min en voiture (estimation).")]


@pytest.mark.parametrize(
    ("horaires", "moment", "attendu"),
    [
        # 10:30, arriving at 10:42.
        (SEMAINE, "maintenant", (OUI, "Ouvert, ferme à 12 h. Vous arriverez à temps.")),
        ("Mo 09:00-10:50", "maintenant", (NON, "Ouvert, ferme à 10 h 50. Vous arriveriez trop tard.")),
        ("Mo 10:40-12:00", "maintenant", (OUI, "Fermé, ouvre à 10 h 40. Il sera ouvert à votre arrivée.")),
        ("Mo 14:00-17:00", "maintenant", (NON, "Fermé, ouvre à 14 h.")),
        ("Mo 09:00-20:00", "ce-soir", (OUI, "Il est ouvert ce soir, de 18 h à 20 h.")),
        (SEMAINE, "ce-soir", (NON, "Il est fermé ce soir.")),
        (SEMAINE, "samedi", (OUI, "Il est ouvert samedi 28 novembre, de 9 h à 12 h.")),
        ("Mo-Fr 09:00-12:00", "samedi", (NON, "Il est fermé samedi 28 novembre.")),
        (SEMAINE, "2026-11-24", (OUI, "Il est ouvert mardi 24 novembre, de 9 h à 12 h et de 14 h à 17 h.")),
        (SEMAINE, "2026-11-24T14:30", (OUI, "Il est ouvert mardi 24 novembre, de 9 h à 12 h et de 14 h à 17 h.")),
        # Leaving at 16:50, one arrives after closing time.
        (SEMAINE, "2026-11-24T16:50", (NON, "Il est fermé mardi 24 novembre à cette heure.")),
        # Christmas, a Friday: the hours do not speak of it.
        (SEMAINE, "2026-12-25", (INCONNU, "Nous ne savons pas s’il est ouvert vendredi 25 décembre.")),
        (None, "samedi", (INCONNU, "Horaires non communiqués : téléphonez avant de venir.")),
        ("sur rendez-vous", "samedi", (INCONNU, "Horaires non communiqués : téléphonez avant de venir.")),
    ],
)
def test_open_when_the_person_is_free(horaires: str | None, moment: str, attendu: tuple[Verdict, str]) -> None:
    assert read(make_lieu(horaires), "moment", moment=moment, deplacement=Deplacement.A_PIED) == [attendu]


def test_without_a_moment_only_missing_hours_are_told_and_cost_nothing() -> None:
    assert read(make_lieu(), "horaires") == []
    assert read(make_lieu(None, telephone=None), "horaires") == [(INCONNU, "Horaires non communiqués.")]
    assert examine(make_lieu(None), Offre(), Demande(now=NOW)).inconnus == 0


@pytest.mark.parametrize(
    ("accessible", "attendu"),
    [
        (True, (OUI, "Accessible en fauteuil roulant.")),
        (None, (INCONNU, "Nous ne savons pas si un fauteuil roulant peut entrer.")),
        (False, (NON, "Un fauteuil roulant ne peut pas entrer.")),
    ],
)
def test_the_wheelchair(accessible: bool | None, attendu: tuple[Verdict, str]) -> None:  # noqa: FBT001 - a case
    lieu = make_lieu(accessible=accessible)
    assert read(lieu, "fauteuil", precautions=(Precaution.FAUTEUIL,)) == [attendu]
    assert read(lieu, "fauteuil") == []


@pytest.mark.parametrize(
    ("precaution", "declaree", "phrase"),
    [
        (Precaution.SURDITE, PriseEnCharge.SURDITE, "Ce lieu sait accueillir les personnes sourdes."),
        (Precaution.VUE, PriseEnCharge.DEFICIENCE_VISUELLE, "Ce lieu sait accueillir les personnes qui voient mal."),
        (Precaution.LANGUE, PriseEnCharge.LANGUES_ANGLAIS, "Ce lieu accueille en anglais."),
        (Precaution.LECTURE, PriseEnCharge.ILLETTRISME, "Ce lieu aide les personnes qui ont du mal à lire."),
    ],
)
def test_special_care_is_met_or_not_known(precaution: Precaution, declaree: PriseEnCharge, phrase: str) -> None:
    critere = precaution.critere.value
    met = read(make_lieu(), critere, Offre(prises_en_charge=(declaree,)), precautions=(precaution,))
    assert met == [(OUI, phrase)]
    ((verdict, inconnue),) = read(make_lieu(), critere, precautions=(precaution,))
    assert verdict is INCONNU
    assert inconnue.startswith("Nous ne savons pas si ce lieu")


@pytest.mark.parametrize(
    ("champs", "offre", "attendu"),
    [
        ({}, Offre(accompagnements=(Accompagnement.DISTANCE,)), (OUI, "Ce lieu aide aussi à distance, sans venir.")),
        ({}, Offre(), (INCONNU, "Nous ne savons pas s’il aide à distance. Téléphonez pour demander.")),
        (
            {"itinerant": True},
            Offre(),
            (INCONNU, "Ce lieu se déplace. Téléphonez : il passe peut-être près de chez vous."),
        ),
        ({"telephone": None}, Offre(), (NON, "Ce lieu n’a pas donné de numéro de téléphone.")),
    ],
)
def test_who_cannot_move(champs: dict[str, Any], offre: Offre, attendu: tuple[Verdict, str]) -> None:
    assert read(make_lieu(**champs), "distance", offre, deplacement=Deplacement.IMPOSSIBLE) == [attendu]


@pytest.mark.parametrize(
    ("frais", "attendu"),
    [
        ((Frais.GRATUIT,), (OUI, "C’est gratuit.")),
        ((), (INCONNU, "Nous ne savons pas si c’est gratuit.")),
        ((Frais.PAYANT,), (NON, "C’est payant. Demandez le prix.")),
        ((Frais.GRATUIT, Frais.PAYANT), (INCONNU, "Une partie est gratuite, une partie est payante.")),
        (
            (Frais.GRATUIT_SOUS_CONDITION,),
            (INCONNU, "C’est gratuit pour certaines personnes. Demandez au lieu."),
        ),
    ],
)
def test_the_price(frais: tuple[Frais, ...], attendu: tuple[Verdict, str]) -> None:
    assert read(make_lieu(frais=frais), "prix") == [attendu]


def test_a_place_that_receives_nobody_is_left_out_but_for_who_telephones() -> None:
    offre = Offre(modalites_acces=(ModaliteAcces.PAS_DE_PUBLIC,))
    assert examine(make_lieu(), offre, Demande(now=NOW)).est_exclu
    assert not examine(make_lieu(), offre, Demande(now=NOW, deplacement=Deplacement.IMPOSSIBLE)).est_exclu


def test_what_must_be_known_before_going() -> None:
    lieu = make_lieu(precision=Precision.COMMUNE, date=dt.date(2022, 9, 4), genres=(Genre.MISSION_LOCALE,))
    offre = Offre(modalites_acces=(ModaliteAcces.TELEPHONER,), publics=(Public.JEUNES, Public.FEMMES))
    assert read(lieu, "position") == [(INCONNU, "Nous ne savons pas l’adresse exacte. Demandez-la.")]
    assert read(lieu, "date") == [(INCONNU, "Ces informations datent du 4 septembre 2022.")]
    assert read(lieu, "venir", offre) == [(INCONNU, "Téléphonez avant de venir.")]
    assert read(lieu, "public", offre) == [(INCONNU, "Ce lieu aide les jeunes de 16 à 25 ans.")]
    assert read(make_lieu(), "public", offre) == [
        (INCONNU, "Ce lieu s’adresse surtout à ces personnes : Jeunes et Femmes.")
    ]
    assert read(make_lieu(), "public", Offre(publics=tuple(Public))) == []
