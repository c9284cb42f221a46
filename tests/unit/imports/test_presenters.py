"""The page of sources, and rejected rows handed back to their publisher."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pytest

from tierslieux.imports.presenters import build_donnees_page, describe_code, neutralize, render_rejets
from tierslieux.imports.rapport import EtatSource
from tierslieux.imports.registre import DEMONSTRATION, SOURCES
from tierslieux.lieux.models import Execution, Rejet
from tierslieux.territoires.models import EditionTerritoires

LU_AT = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 12, 2, 10, 0, tzinfo=dt.UTC)


def _execution(**champs: Any) -> Execution:
    comptes = {"lues": 10, "creees": 6, "modifiees": 0, "inchangees": 1, "fusionnees": 1, "rejetees": 2}
    defauts = {"statut": "reussie", "message": None, "debut_at": LU_AT, "rejets_par_code": {"NOM_MANQUANT": 2}}
    defauts |= {"reconnu": {"separateur": ";", "format": "CSV"}, "colonnes": ["id", "nom"]}
    return Execution(source_id="france-services", origine="essai", duree_s=1.0, **(comptes | defauts | champs))


def _etat(**champs: Any) -> EtatSource:
    execution = _execution()
    defauts: dict[str, Any] = {
        "source": SOURCES[0],
        "emplacement": "fichier.csv",
        "absence": None,
        "lieux": 8,
        "disparues": 0,
        "precedente": None,
        "derniere": execution,
        "derniere_reussie": execution,
    }
    return EtatSource(**(defauts | champs))


def test_the_counts_of_a_source_add_up_to_the_rows_read() -> None:
    source = build_donnees_page([_etat()], None, now=NOW).sources[0]
    assert source.comptes == ((6, "nouvelles"), (1, "inchangée"), (1, "réunie à un lieu déjà connu"), (2, "refusées"))
    assert sum(nombre for nombre, _ in source.comptes) == 10


def test_rejects_come_with_the_sentence_of_their_code_most_frequent_first() -> None:
    execution = _execution(rejets_par_code={"NOM_MANQUANT": 1, "COORDONNEES_NULLES": 5})
    rejets = build_donnees_page([_etat(derniere_reussie=execution)], None, now=NOW).sources[0].rejets
    assert [(rejet.code, rejet.nombre) for rejet in rejets] == [("COORDONNEES_NULLES", 5), ("NOM_MANQUANT", 1)]
    assert rejets[1].libelle == "Le lieu n’a pas de nom : renseignez-le."


def test_a_source_tells_its_age_how_its_file_was_recognised_and_which_columns_have_changed() -> None:
    mensuelle = replace(SOURCES[0], rafraichissement_jours=7)
    avant = _execution(colonnes=["id", "nom", "horaires"])
    apres = _execution(colonnes=["id", "nom", "h_lundi"])
    page = build_donnees_page([_etat(source=mensuelle, derniere_reussie=apres, precedente=avant)], None, now=NOW)
    (affichee,) = page.sources
    assert (affichee.age_jours, affichee.est_en_retard) == (10, True)
    assert affichee.reconnu == (("Format", "CSV"), ("Séparateur", ";"))
    assert (affichee.colonnes_perdues, affichee.colonnes_nouvelles) == (("horaires",), ("h_lundi",))


def test_columns_that_were_not_kept_are_no_drift() -> None:
    (affichee,) = build_donnees_page([_etat(precedente=_execution(colonnes=[]))], None, now=NOW).sources
    assert (affichee.colonnes_perdues, affichee.colonnes_nouvelles) == ((), ())


def test_a_code_of_another_time_is_shown_as_it_is() -> None:
    assert describe_code("CODE_OUBLIE") == "CODE_OUBLIE"


def test_a_source_that_could_never_be_had_is_missing_and_says_why() -> None:
    absente = _etat(derniere=None, derniere_reussie=None, absence="Source absente : aucun dossier.")
    page = build_donnees_page([_etat(), absente], None, now=NOW)
    assert [source.probleme for source in page.manques] == ["Source absente : aucun dossier."]


def test_a_failed_run_keeps_the_data_of_the_one_before_and_says_so() -> None:
    echec = _execution(statut="refusee", message="Le fichier est tronqué.")
    source = build_donnees_page([_etat(derniere=echec)], None, now=NOW).sources[0]
    assert source.probleme is not None
    assert source.probleme.replace("\u00a0", " ") == (
        "Le fichier est tronqué. Les données lues le 22 novembre 2026 restent publiées."
    )


def test_invented_places_make_a_demonstration() -> None:
    assert build_donnees_page([_etat(source=DEMONSTRATION)], None, now=NOW).est_demonstration
    assert not build_donnees_page([_etat()], None, now=NOW).est_demonstration


def test_remarks_on_boundaries_are_sentences() -> None:
    edition = EditionTerritoires(
        id=1,
        edition="1.1.0",
        sha256="0",
        chargee_at=LU_AT,
        remarques={"mairies_eloignees": 237, "communes_sans_polygone": [], "communes_sans_code_postal": ["27676"]},
    )
    assert build_donnees_page([], edition, now=NOW).remarques == (
        "1 commune n’a pas de code postal.",
        "237 mairies sont placées loin de leur commune : leur position n’est pas utilisée.",
    )


@pytest.mark.parametrize(
    ("cellule", "attendu"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SOMME(A1)", "'@SOMME(A1)"),
        ("+33 2 98", "'+33 2 98"),
        ("-4,49", "-4,49"),
        ("-4.49", "-4.49"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("Mairie", "Mairie"),
        (None, ""),
        (12, "12"),
    ],
)
def test_no_cell_is_a_formula(cellule: object, attendu: str) -> None:
    assert neutralize(cellule) == attendu


def test_rejected_rows_come_back_as_a_spreadsheet_reads_them() -> None:
    rejet = Rejet(
        execution_id=1, ligne=7, code="NOM_MANQUANT", champ="nom", valeur="=1;2", brut={"id": "A", "nom": None}
    )
    texte = render_rejets([rejet])
    assert texte.startswith("\ufeffligne;code;raison;champ;valeur;enregistrement\r\n")
    lignes = list(csv.reader(io.StringIO(texte.removeprefix("\ufeff")), delimiter=";"))
    assert lignes[1] == [
        "7",
        "NOM_MANQUANT",
        "Le lieu n’a pas de nom : renseignez-le.",
        "nom",
        "'=1;2",
        '{"id": "A", "nom": null}',
    ]
