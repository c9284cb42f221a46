"""What the search page says. U+00A0 is written "_" in expected texts."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import shapely

from tests.factories.pages import TODAY, build_resume
from tierslieux.core.types import Position
from tierslieux.lieux.departs import Depart, build_depart_commune
from tierslieux.lieux.enums import Besoin
from tierslieux.lieux.forms import Demande
from tierslieux.lieux.params import Curseur
from tierslieux.lieux.resultats import (
    Alternative,
    EtatRecherche,
    build_noms_page,
    build_question_page,
    build_resultats_page,
    list_alternatives,
)
from tierslieux.lieux.services import PageLieux
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import CommuneTrouvee
from tierslieux.trajets.moteur import Methode, Mode, Trajet

BREST = Depart(Position(-4.486, 48.39), "Brest", "29019", "Finistère")


def _visible(texte: str) -> str:
    return texte.replace("\u00a0", "_").replace("\u202f", "'")


def _search(args: dict[str, str] | None = None, page: PageLieux | None = None, ou: Depart = BREST, **autres):
    demande = Demande.from_args(args if args is not None else {"q": "brest"}, today=TODAY)
    page = page or PageLieux((build_resume(),), None)
    return build_resultats_page(demande, demande.criteres, ou, page, today=TODAY, **autres)


def test_the_title_says_what_and_where() -> None:
    assert _search().titre == "Lieux près de Brest (Finistère)"
    assert _search({"q": "brest", "genre": "fablab"}).titre == "Fablab près de Brest (Finistère)"


def test_a_point_is_placed_in_its_commune_when_it_has_one() -> None:
    args = {"lon": "0", "lat": "45"}
    assert _search(args, ou=Depart(Position(0, 45))).titre == "Lieux autour de ce point"
    assert _search(args, ou=Depart(Position(0, 45), "Le Mans")).titre == "Lieux autour de ce point, au Mans"


def test_the_article_of_the_commune_is_contracted() -> None:
    mans = Depart(Position(0.2, 48), "Le Mans", "72181", "Sarthe")
    assert _search(ou=mans).titre == "Lieux près du Mans (Sarthe)"


@pytest.mark.parametrize(
    ("nombre", "suivant", "args", "debut"),
    [
        (20, Curseur(9.0, 3), {}, "Les 20 lieux les plus proches, "),
        (20, Curseur(9.0, 3), {"apres": Curseur(1.0, 2).encode()}, "Les 20 lieux suivants, "),
        (3, None, {}, "3 lieux à moins de 50_km, du plus près"),
        (1, None, {}, "1 lieu à moins de 50_km. "),
    ],
)
def test_the_summary_counts_what_is_shown(nombre, suivant, args, debut) -> None:
    page = _search({"q": "brest"} | args, PageLieux((build_resume(),) * nombre, suivant))
    assert _visible(page.resume).startswith(debut)
    assert page.resume.endswith("Distances en ligne droite depuis le centre de Brest. Temps de trajet estimés.")


@pytest.mark.parametrize(
    ("methodes", "attendu", "est_mixte"),
    [
        ((Methode.ESTIMATION,), "Temps de trajet estimés.", False),
        ((Methode.RESEAU,), "Temps de trajet par les routes.", False),
        ((Methode.RESEAU, Methode.ESTIMATION), "Temps de trajet par les routes, ou estimés si c’est écrit.", True),
    ],
)
def test_the_summary_says_how_times_were_obtained(
    methodes: tuple[Methode, ...], attendu: str, *, est_mixte: bool
) -> None:
    trajets = tuple(Trajet(Mode.A_PIED, 12.0, 800.0, methode) for methode in methodes)
    page = _search(page=PageLieux((build_resume(trajets=trajets),), None))
    assert page.resume.endswith(f"depuis le centre de Brest. {attendu}")
    assert page.est_mixte is est_mixte


def test_a_former_commune_is_told_where_it_went() -> None:
    brest = Depart(BREST.position, "Brest", "29019", "Finistère", "Lambézellec")
    assert _search(ou=brest).resume.startswith("Lambézellec fait partie de Brest. ")


def test_nothing_near_tells_the_nearest() -> None:
    loin = build_resume(distance_m=82_000.0)
    page = _search({"q": "brest", "genre": "fablab"}, PageLieux((), None, loin))
    assert page.etat is EtatRecherche.RIEN_PRES
    assert _visible(page.resume) == "Aucun lieu à moins de 50_km."
    assert page.plus_proche is loin
    assert page.croquis is None


def test_nothing_open_near_does_not_claim_that_nothing_is_near() -> None:
    page = _search({"q": "brest", "ouvert": "1"}, PageLieux((), None))
    assert page.resume == "Nous ne trouvons aucun lieu ouvert à ce moment dans les environs."


def test_the_end_of_the_list_is_not_an_absence() -> None:
    page = _search({"q": "brest", "apres": Curseur(1.0, 2).encode()}, PageLieux((), None))
    assert page.resume == "Il n’y a pas d’autre lieu dans les environs."


def test_the_next_page_keeps_the_commune_and_the_filters() -> None:
    page = _search({"q": "Brest", "gratuit": "1"}, PageLieux((build_resume(),), Curseur(347.0, 1)))
    assert page.args_suite == {
        "q": "Brest",
        "commune": "29019",
        "gratuit": "1",
        "apres": Curseur(347.0, 1).encode(),
    }


def test_each_filter_can_be_removed_alone() -> None:
    page = _search({"q": "Brest", "besoin": "demarche", "ouvert": "1"})
    assert [(filtre.libelle, filtre.args_sans) for filtre in page.filtres] == [
        ("Faire une démarche en ligne", {"q": "Brest", "commune": "29019", "quand": "maintenant"}),
        ("Ouvert maintenant", {"q": "Brest", "commune": "29019", "besoin": "demarche"}),
    ]


def test_the_form_of_filters_keeps_the_place_and_the_service() -> None:
    page = _search({"q": "Brest", "service": "acces-internet-et-materiel-informatique"})
    assert dict(page.caches_filtres) == {
        "q": "Brest",
        "commune": "29019",
        "service": "acces-internet-et-materiel-informatique",
    }


def test_the_search_box_shows_the_commune_that_a_link_chose() -> None:
    assert _search({"commune": "29019"}).champ == "Brest (Finistère)"
    assert _search({"q": "brest", "commune": "29019"}).champ == "brest"


def test_a_chosen_need_follows_into_the_next_search_and_a_guessed_one_does_not() -> None:
    assert _search({"q": "brest", "besoin": "demarche"}).caches_recherche == (("besoin", "demarche"),)
    assert _search({"q": "brest"}).caches_recherche == ()


def test_pins_have_the_numbers_of_the_list_and_places_without_position_have_none() -> None:
    lieux = (build_resume(lon=-4.5), build_resume(lon=None, lat=None), build_resume(lon=-4.4))
    page = _search(page=PageLieux(lieux, None), contour=shapely.box(-4.6, 48.3, -4.4, 48.5))
    assert page.croquis is not None
    assert sorted(marque.texte for marque in page.croquis.marques) == ["1", "3"]


@pytest.mark.parametrize(
    ("date", "attendu"),
    [(dt.date(2025, 11, 23), False), (dt.date(2025, 11, 22), True), (None, True)],
)
def test_information_older_than_a_year_is_flagged(date: dt.date | None, *, attendu: bool) -> None:
    # TODAY is 22 November 2026: twelve months before is 22 November 2025.
    assert _search(page=PageLieux((build_resume(date=date),), None)).est_ancien is attendu


def test_a_question_names_the_need_and_asks_where() -> None:
    demande = Demande.from_args({"besoin": "demarche"}, today=TODAY)
    page = build_question_page(demande, demande.criteres, etat=EtatRecherche.QUESTION)
    assert page.titre == "Faire une démarche en ligne"
    assert "commune" in page.resume


def test_what_was_not_understood_is_quoted_short() -> None:
    demande = Demande.from_args({"q": "x" * 90}, today=TODAY)
    page = build_question_page(demande, demande.criteres, etat=EtatRecherche.INCOMPRIS)
    assert _visible(page.titre) == f"Nous n’avons pas compris «_{'x' * 40}…_»"


def test_places_found_by_name_come_with_the_communes_that_might_be_meant() -> None:
    demande = Demande.from_args({"q": "capucins"}, today=TODAY)
    autre = Alternative("Capucins (Finistère)", {"commune": "29001"})
    page = build_noms_page(demande, demande.criteres, [build_resume()] * 2, today=TODAY, alternatives=[autre])
    assert _visible(page.titre) == "Lieux nommés «_capucins_»"
    assert page.resume == "2 lieux trouvés par le nom."
    assert page.alternatives == (autre,)


def test_the_map_opens_at_the_same_place_with_the_same_filters() -> None:
    page = _search({"q": "brest", "besoin": "demarche"})
    assert page.fragment_carte == "?lon=-4.4860&lat=48.3900&zoom=13&besoin=demarche"


def _commune(nom: str, departement: str | None = None, *, exacte: bool = True, **champs) -> CommuneTrouvee:
    defauts = {"code": "00000", "niveau": Niveau.COMMUNE, "codes_postaux": (), "departement_code": None}
    autres = {"population": None, "lon": 1.0, "lat": 45.0, "departement_nom": departement, "exacte": exacte}
    return CommuneTrouvee(nom=nom, **(defauts | autres | champs))


def test_communes_of_the_same_name_are_offered_with_the_same_filters() -> None:
    communes = [_commune("Saint-Denis", "La Réunion"), _commune("Saint-Denis", "Gard", code="30247")]
    criteres = Demande.from_args({"gratuit": "1"}, today=TODAY).criteres
    assert list_alternatives(communes, criteres) == [
        Alternative("Saint-Denis (Gard)", {"commune": "30247", "gratuit": "1"})
    ]


def test_names_that_only_look_alike_are_not_offered_beside_the_right_one() -> None:
    communes = [_commune("Brest"), _commune("Brestot", exacte=False)]
    assert list_alternatives(communes, Demande.from_args({}, today=TODAY).criteres) == []


def test_a_guess_offers_its_rivals() -> None:
    communes = [_commune("Marseille", exacte=False), _commune("Marseillan", exacte=False)]
    assert [a.libelle for a in list_alternatives(communes, Demande.from_args({}, today=TODAY).criteres)] == [
        "Marseillan"
    ]


def test_a_commune_without_position_is_no_place_to_start_from() -> None:
    assert build_depart_commune(_commune("Nulle part", lon=None, lat=None)) is None


def test_a_search_at_sea_says_so_and_shows_the_nearest_place() -> None:
    page = _search(ou=Depart(BREST.position), page=PageLieux((build_resume(),), None))
    assert page.resume.startswith("Ce point n’est pas en France. ")


def test_hours_that_nobody_knows_are_told_to_be_left_out() -> None:
    page = _search({"q": "brest", "quand": "samedi"})
    assert "Les lieux sans horaires connus ne sont pas montrés." in page.resume
    assert [filtre.libelle for filtre in page.filtres] == ["Ouvert samedi"]


def test_without_its_moment_arriving_in_time_means_nothing() -> None:
    page = _search({"q": "brest", "quand": "samedi", "a_temps": "1", "mode": "velo"})
    assert {filtre.libelle: filtre.args_sans for filtre in page.filtres}["Ouvert samedi"] == {
        "q": "brest",
        "commune": "29019",
        "mode": "velo",
    }


def test_words_read_as_a_need_leave_the_box_to_the_commune_and_go_along() -> None:
    demande = Demande.from_args({"q": "carte grise", "gratuit": "1"}, today=TODAY)
    criteres = dataclasses.replace(demande.criteres, besoin=Besoin.DEMARCHE)
    page = build_question_page(demande, criteres, etat=EtatRecherche.QUESTION)
    assert page.champ == ""
    assert dict(page.caches_recherche) == {"besoin": "demarche", "gratuit": "1"}


def test_where_nobody_repairs_workshops_are_offered() -> None:
    page = _search({"q": "brest", "besoin": "reparer"}, PageLieux((), None))
    assert page.args_ateliers == {"q": "brest", "commune": "29019", "besoin": "fabriquer"}
    assert _search({"q": "brest", "besoin": "demarche"}, PageLieux((), None)).args_ateliers is None
