"""What the pages of a run say, from rows that are not in any database."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest

from tierslieux.imports.apercu import Sort
from tierslieux.imports.depots.presenters_apercu import (
    build_apercu_page,
    build_lignes_page,
    format_valeur,
    render_refus,
)
from tierslieux.imports.depots.presenters_depots import (
    build_avancement_page,
    build_execution,
    build_reconnu_page,
    list_cibles,
)
from tierslieux.imports.models import Depot, LigneApercu
from tierslieux.lieux.models import Execution

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
CIBLES = {"nom": "Nom du lieu", "adresse": "Adresse"}
LIBELLES = {"essai": "Lieux d’essai"}


def make_depot(**champs: Any) -> Depot:
    defauts: dict[str, Any] = {
        "id": 1,
        "cle": "abc",
        "source_id": "essai",
        "nom_fichier": "lieux.csv",
        "etat": "recu",
        "message": None,
        "reconnu": {"format": "CSV", "encodage": "UTF-8"},
        "correspondance": {"libelle": "Lieux neufs", "colonnes": {"nom": "Lieu"}},
        "resume": {},
        "progression": None,
        "arret_demande": False,
        "execution_id": None,
        "modifie_at": NOW,
    }
    return Depot(**(defauts | champs))


def advance(etape: str, fait: int, total: int | None, ecoule_s: float) -> dict[str, Any]:
    debut = NOW - dt.timedelta(seconds=ecoule_s)
    return {"etape": etape, "fait": fait, "total": total, "debut_at": debut.isoformat()}


@pytest.mark.parametrize(
    ("progression", "reste"),
    [
        (None, None),
        (advance("Import x", 50, None, 10), None),  # nobody knows how many
        (advance("Writing x", 50, 100, 1), None),  # too soon to tell
        (advance("Writing x", 50, 100, 30), "moins d’une minute"),  # half in 30 s: 30 s more
        (advance("Writing x", 25, 100, 100), "environ 5\u00a0minutes"),  # a quarter in 100 s: 300 s more
        (advance("Writing x", 40, 100, 40), "environ 1\u00a0minute"),  # 40 in 40 s: 60 s more
        (advance("Writing x", 100, 100, 40), None),
    ],
)
def test_what_is_left_is_estimated_from_what_is_done(progression: dict[str, Any] | None, reste: str | None) -> None:
    page = build_avancement_page(make_depot(progression=progression), LIBELLES, now=NOW, a_ouvrier=True)
    assert page.reste == reste


def test_reading_is_measured_by_the_rows_counted_when_the_file_was_given() -> None:
    # A quarter in 100 s: 300 s more.
    depot = make_depot(progression=advance("Import x", 25, None, 100), resume={"proposition": {"lues": 100}})
    page = build_avancement_page(depot, LIBELLES, now=NOW, a_ouvrier=True)
    assert (page.fait, page.total, page.reste) == (25, 100, "environ 5\u00a0minutes")


def test_stages_have_names_that_people_understand() -> None:
    depot = make_depot(etat="application", progression=advance("Map essai", 0, None, 1))
    page = build_avancement_page(depot, LIBELLES, now=NOW, a_ouvrier=False)
    assert (page.titre, page.etape) == ("Import en cours", "Mise à jour de la carte")
    assert build_avancement_page(make_depot(), LIBELLES, now=NOW, a_ouvrier=True).etape == "En attente de son tour"


def test_each_column_shows_what_it_says_now() -> None:
    colonnes = [
        {"nom": "Réf", "exemples": ["1"], "champ": "identifiant"},
        {"nom": "Lieu", "exemples": [], "champ": "nom"},
        {"nom": "Rue", "exemples": [], "champ": "adresse"},
        {"nom": "Type", "exemples": [], "champ": None},
    ]
    entrees = {"nom": "Type", "genres": {"colonne": "Lieu", "vocabulaire": "genres"}, "adresse": False}
    depot = make_depot(correspondance={"libelle": "X", "colonnes": entrees})
    # What was chosen outranks what was guessed; what no entry speaks of is the model's, as it was guessed.
    assert list_cibles(depot, colonnes) == ["identifiant", "genres", "", "nom"]


def test_what_was_recognised_is_shown_with_the_source_that_it_looks_like() -> None:
    proposition = {
        "source_id": "essai-2",
        "lues": 3,
        "colonnes": [{"nom": "Lieu", "exemples": ["A", "B"], "champ": "nom"}],
        "premieres": [["A"], [None]],
    }
    depot = make_depot(resume={"proposition": proposition})
    page = build_reconnu_page(depot, {"essai-2": "Les autres"}, CIBLES)
    assert page.reconnu == (("Format", "CSV"), ("Encodage", "UTF-8"))
    assert page.source == "Lieux neufs"
    assert page.suggestion == ("essai-2", "Les autres")
    assert page.premieres == (("A",), ("",))
    assert page.sans_identifiant
    assert build_reconnu_page(make_depot(source_id="essai-2", resume=depot.resume), {}, CIBLES).suggestion is None


def test_the_counts_of_a_preview_add_up_to_the_rows_read() -> None:
    resume = {
        "lues": 10,
        "creees": 3,
        "modifiees": 2,
        "inchangees": 1,
        "fusionnees": 2,
        "disparues": 4,
        "retirees": 0,
        "rejets_par_code": {"NOM_MANQUANT": 1, "CODE_D_AVANT": 1},
        "avertissements": {"CODE_DEDUIT": 5},
        "part_perdue": 0.346,
        "demande_accord": True,
    }
    page = build_apercu_page(make_depot(resume=resume), LIBELLES, {"creee": 3, "rejetee": 2})
    assert sum(nombre for _, nombre in page.comptes) == page.lues
    assert [onglet.libelle for onglet in page.onglets] == ["Nouveaux", "Refusés"]
    assert page.part_perdue_pct == 35
    assert page.rejets[0] == ("Le lieu n’a pas de nom : renseignez-le.", 1)
    assert page.rejets[1] == ("CODE_D_AVANT", 1)  # of another version of the program


def test_rows_are_shown_in_words_with_before_and_after() -> None:
    differences = [["accessible", None, True], ["services", ["aide-aux-demarches-administratives"], []]]
    changee = LigneApercu(sort="modifiee", nom="A", ligne=2, commune_nom="Brest", differences=differences)
    refusee = LigneApercu(sort="rejetee", ligne=3, code="NOM_MANQUANT", champ="nom", valeur=None)
    page = build_lignes_page(make_depot(), {}, Sort.MODIFIEE, [changee, refusee], {"modifiee": 101}, page=1)
    assert page.pages == 3
    assert page.lignes[0].valeurs[0] == ("Accès en fauteuil roulant", None, "oui")
    assert page.lignes[0].valeurs[1][2] is None
    assert page.lignes[1].titre == "Ligne 3"
    assert page.lignes[1].raison == "Le lieu n’a pas de nom : renseignez-le."


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("nom", None, None),
        ("nom", "", None),
        ("itinerant", False, "non"),
        ("position", {"lon": -4.5, "lat": 48.4}, "48.4, -4.5 (latitude, longitude)"),
        ("genres", ["fablab", "inconnu"], "Fablab, inconnu"),
        ("autres_telephones", ["1", "2"], "1, 2"),
    ],
)
def test_values_as_people_read_them(champ: str, valeur: object, attendu: str | None) -> None:
    assert format_valeur(champ, valeur) == attendu


def test_rejected_rows_are_a_file_that_no_spreadsheet_runs() -> None:
    corps = render_refus([LigneApercu(sort="rejetee", ligne=3, code="NOM_MANQUANT", champ="nom", valeur="=1+1")])
    assert corps.startswith("\ufeff")
    lignes = list(csv.DictReader(io.StringIO(corps.removeprefix("\ufeff")), delimiter=";"))
    assert lignes == [
        {
            "ligne": "3",
            "code": "NOM_MANQUANT",
            "raison": "Le lieu n’a pas de nom : renseignez-le.",
            "champ": "nom",
            "valeur": "'=1+1",
        }
    ]


def test_a_run_in_a_few_words() -> None:
    champs = dict.fromkeys(("creees", "modifiees", "fusionnees", "rejetees", "disparues", "lues"), 0)
    execution = Execution(id=1, statut="reussie", message=None, debut_at=NOW, annulee_at=None, **champs)
    assert build_execution(execution, "X", peut_annuler=True).bilan == "rien n’a changé"
    execution.creees, execution.rejetees = 1200, 1
    attendu = "1\u202f200\u00a0nouveaux et 1\u00a0refusé"
    assert build_execution(execution, "X", peut_annuler=True).bilan == attendu
