"""New Caledonia, mediation vocabulary of version 1: a sample, then the real file."""

from __future__ import annotations

from pathlib import Path

from tests.sources.conftest import check_personnes, list_records, load_twice
from tierslieux.imports.contrat import Avertissement

SOURCE = "mediation-nouvelle-caledonie"


def test_a_sample_gives_the_expected_records(prepare) -> None:
    preparation = prepare(SOURCE, "mediation_nouvelle_caledonie.json")
    records = list_records(preparation)
    assert records["0"].valeurs == {
        "nom": "Espace municipal inventé",
        "typologies": ["MQ"],
        "services": ["aide-aux-demarches-administratives", "acces-internet-et-materiel-informatique"],
        "publics": ["jeunes", "familles-et-ou-enfants", "femmes"],
        "prises_en_charge": ["handicaps-mentaux"],
        "autres_formations_labels": ["Structure d'information jeunesse, Case numérique"],
        "adresse": "1 avenue Inventée",
        "code_postal": "98800",
        "commune_code": "98818",
        "commune_nom": "Nouméa",
        "position": {"lon": 166.4681, "lat": -22.2339, "precision": "adresse"},
        "telephone": "+687254567",
    }
    mont_dore = records["1"]
    assert mont_dore.valeurs["commune_code"] == "98817"  # the file gives the code of Puy-de-Dôme's Mont-Dore
    assert mont_dore.valeurs["pivot"] == "0123456789"  # a RIDET
    assert preparation.avertissements[Avertissement.DATE_ILLISIBLE] == 1  # 1969-12-31
    assert preparation.rejets == []


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read == 90
    assert premier.rejected == {}
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
