import datetime as dt

from tests.factories.pages import TODAY, build_resume
from tierslieux.emporter.params import CHOISIS_MAX, Choix
from tierslieux.emporter.presenters import (
    SourceCitee,
    build_bloc,
    build_liste,
    build_liste_commune,
    build_pack_page,
    build_selection_page,
)
from tierslieux.emporter.services import ChoixLu, ListeCommune
from tierslieux.lieux.enums import Precision

ADRESSE = "https://lieux.exemple.fr/mes-lieux?l=a&l=b"


def test_a_place_is_said_in_few_lines() -> None:
    bloc = build_bloc(build_resume(), today=TODAY)
    assert bloc.telephone == "02\u00a098\u00a000\u00a000\u00a001"
    assert bloc.adresse == "1 place Napoléon III, 29200 Brest"
    assert bloc.distance == "à\u00a0350\u00a0m"
    assert bloc.horaires.startswith("Du lundi au vendredi")
    assert bloc.mentions == ()


def test_what_may_mislead_is_said() -> None:
    lieu = build_resume(
        itinerant=True, precision=Precision.COMMUNE, date=TODAY - dt.timedelta(days=366), est_invente=True
    )
    mentions = " ".join(build_bloc(lieu, today=TODAY, est_ferme=True).mentions).replace("\u00a0", " ")
    for attendu in (
        "fermé définitivement",
        "Lieu inventé",
        "demandez où il sera",
        "Position approximative",
        "Information de 2025 : elle peut avoir changé.",
    ):
        assert attendu in mentions
    # A year to the day is a year.
    assert build_bloc(build_resume(date=TODAY - dt.timedelta(days=364)), today=TODAY).mentions == ()


def test_sources_are_told_once_with_their_newest_date() -> None:
    lieux = [
        build_resume(source="B", date=None),
        build_resume(source="A", date=dt.date(2025, 1, 1)),
        build_resume(source="A", date=dt.date(2026, 1, 1)),
    ]
    liste = build_liste("T", [("Brest", lieux), ("Vide", [])], today=TODAY, adresse=ADRESSE)
    assert liste.sources == (SourceCitee("A", dt.date(2026, 1, 1)), SourceCitee("B", None))
    assert [groupe.titre for groupe in liste.groupes] == ["Brest"]
    assert liste.nombre == 3


def test_a_commune_says_how_many_places_it_has() -> None:
    deux = tuple(build_resume(id=n) for n in range(2))
    liste = build_liste_commune(ListeCommune("Le Mans", "72181", deux, (), est_coupee=False), today=TODAY, adresse="x")
    assert liste.titre == "Les lieux au Mans"
    assert liste.resume == ("2 lieux dans la commune.",)
    assert [groupe.titre for groupe in liste.groupes] == [None]
    liste = build_liste_commune(ListeCommune("Paris", "75056", deux, (), est_coupee=True), today=TODAY, adresse="x")
    assert "La liste montre les 2 premiers." in liste.resume[0]
    liste = build_liste_commune(ListeCommune("Ars", "01016", (), deux, est_coupee=False), today=TODAY, adresse="x")
    assert liste.resume[0] == "Il n’y a pas de lieu dans la commune."
    assert [groupe.titre for groupe in liste.groupes] == ["Les plus proches d'Ars"]


def test_chosen_places_make_one_message() -> None:
    un, deux = build_resume(public_id="a"), build_resume(public_id="b", nom="Fablab", telephone=None)
    seul = build_selection_page(Choix(("a",)), ChoixLu((un,), frozenset(), (), 0), today=TODAY, adresse=ADRESSE)
    assert seul.sms is not None
    assert seul.sms.split("\n")[:2] == ["France Services de Bellevue", "02 98 00 00 01"]
    paire = build_selection_page(
        Choix(("a", "b")), ChoixLu((un, deux), frozenset(), (), 0), today=TODAY, adresse=ADRESSE
    )
    assert paire.sms == f"France Services de Bellevue 02 98 00 00 01\nFablab\n{ADRESSE}"
    vide = build_selection_page(Choix(()), ChoixLu((), frozenset(), (), 0), today=TODAY, adresse=ADRESSE)
    assert (vide.sms, vide.lien_sms, vide.ajouts) == (None, None, None)


def test_a_place_that_is_there_is_not_offered_again_and_a_full_list_says_so() -> None:
    lieux = tuple(build_resume(id=n, public_id=f"l{n}") for n in range(CHOISIS_MAX))
    page = build_selection_page(
        Choix(tuple(lieu.public_id for lieu in lieux)),
        ChoixLu(lieux, frozenset(), (), 0),
        today=TODAY,
        adresse=ADRESSE,
        ajouts=[lieux[0], build_resume(public_id="autre")],
    )
    assert [bloc.public_id for bloc in page.ajouts or ()] == ["autre"]
    assert page.est_pleine


def test_two_communes_of_one_name_are_two_groups() -> None:
    lieux = [
        build_resume(id=1, commune_nom="Saint-Denis", commune_code="30247"),
        build_resume(id=2, commune_nom="Saint-Denis", commune_code="30999"),
        build_resume(id=3, commune_nom=None, commune_code=None),
    ]
    page = build_pack_page("30", "Gard", lieux, today=TODAY, adresse=ADRESSE)
    assert [groupe.titre for groupe in page.liste.groupes] == ["Saint-Denis", "Saint-Denis", "Commune inconnue"]
