"""Digital help in Auvergne-Rhône-Alpes, mediation vocabulary of version 0: a sample, then the real file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.imports.contrat import Avertissement

SOURCE = "mediation-aura"


def test_a_sample_gives_the_expected_records_and_rejects(prepare) -> None:
    preparation = prepare(SOURCE, "mediation_aura.json")
    records = list_records(preparation)
    espace = records["1"].valeurs
    assert espace["services"] == [
        "maitrise-des-outils-numeriques-du-quotidien",
        "acces-internet-et-materiel-informatique",
    ]
    # One list of version 0 gives two of version 1; "Adultes" is everybody.
    assert espace["publics"] == ["familles-et-ou-enfants", "seniors"]
    assert espace["prises_en_charge"] == ["surdite", "handicaps-mentaux", "illettrisme", "langues-etrangeres-autres"]
    assert espace["frais"] == ["gratuit"]
    assert espace["autres_formations_labels"] == ["Accepte le Pass numérique"]
    assert espace["accompagnements"] == ["en-autonomie", "accompagnement-individuel"]
    assert (espace["site_web"], espace["autres_sites_web"]) == (
        "https://exemple.fr",
        ["https://www.facebook.com/exemple"],
    )
    assert "pivot" not in espace  # fourteen zeros mean none
    assert records["1"].date_maj == dt.date(2022, 8, 18)
    mediatheque = records["2"].valeurs
    assert mediatheque["frais"] == ["gratuit-sous-condition", "payant"]
    assert {"publics", "prises_en_charge", "horaires", "telephone"} & mediatheque.keys() == set()
    assert list_rejets(preparation) == [(3, "COORDONNEES_HORS_COMMUNE", "position")]
    assert preparation.avertissements[Avertissement.VALEUR_INCONNUE] == 1  # "Télécopier"
    assert preparation.reconnu["schema"] == "Lieux de médiation numérique"


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read > 600
    assert sum(premier.rejected.values()) <= premier.read * 0.005
    assert "VALEUR_INCONNUE" not in premier.avertissements
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
