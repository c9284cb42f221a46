"""France Services 2024: a sample, then the real file against an independent reading of its hours."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from opening_hours import OpeningHours, State
from sqlalchemy import select

from tests.sources.conftest import check_personnes, list_records, list_rejets, load_twice
from tierslieux.core.errors import SourceError
from tierslieux.imports.contrat import Avertissement, Record
from tierslieux.imports.registre import get_source
from tierslieux.imports.sources.jours import parse_semaine
from tierslieux.lieux.models import FicheSource
from tierslieux.lieux.nettoyage.creneaux import JOURS

SOURCE = "france-services"


def test_a_sample_gives_the_expected_records_and_rejects(prepare) -> None:
    preparation = prepare(SOURCE, "france_services.csv")
    records = list_records(preparation)
    assert list(records) == ["1", "4", "2", "3"]  # 4 says the same place as 1
    assert records["1"].valeurs == {
        "nom": "France services de l'Exemple",
        "genres": ["france-services"],
        "services": ["aide-aux-demarches-administratives", "acces-internet-et-materiel-informatique"],
        "programmes": ["france-services"],
        "frais": ["gratuit"],
        "adresse": "1 Rue Inventée",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "position": {"lon": -4.491, "lat": 48.401, "precision": "adresse"},
        "courriel": "exemple@france-services.gouv.fr",
        "telephone": "+33298001122",
        "horaires": "Mo 13:30-17:00; Tu-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00,13:30-16:00",
        "modalites_acces": ["se-presenter"],
        "itinerant": False,
    }
    assert records["1"].date_maj == dt.date(2024, 8, 1)
    poste = records["2"].valeurs
    assert poste["genres"] == ["france-services", "la-poste"]
    assert poste["horaires"] == "Tu 09:00-16:30; We,Sa 09:00-12:00"
    assert poste["modalites_acces"] == ["telephoner"]
    assert poste["presentation"] == "Sur rendez-vous : [adresse nominative retirée]"
    bus = records["3"]
    assert bus.valeurs["nom"] == "Bus France Services Inventé"
    assert bus.valeurs["genres"] == ["france-services", "bus-numerique"]
    assert bus.valeurs["itinerant"] is True
    assert "horaires" not in bus.valeurs  # "9h-12h" is not in the publisher's form: Tuesday would look closed
    assert (bus.brut["h_lundi"], bus.brut["h_mardi"]) == ("09:00 - 12:00", "9h-12h")
    assert ("courriel" in bus.valeurs, bus.brut["mail"]) == (False, None)
    assert "itinerant" not in records["4"].valeurs
    assert list_rejets(preparation) == [
        (6, "COORDONNEES_INVERSEES", "position"),
        (7, "COORDONNEES_NULLES", "position"),
        (8, "COORDONNEES_HORS_COMMUNE", "position"),
        (9, "CODE_INSEE_INCONNU", "commune_code"),
        (10, "NOM_MANQUANT", "nom"),
        (11, "IDENTIFIANT_MANQUANT", "id_fs"),
        (12, "IDENTIFIANT_EN_DOUBLE", "identifiant"),
        (13, "LIGNE_ILLISIBLE", None),
    ]
    assert preparation.lues == 12 == len(records) + len(preparation.rejets) + preparation.repetitions
    assert preparation.avertissements[Avertissement.CRENEAU_NUL] == 2
    assert preparation.avertissements[Avertissement.CRENEAUX_REUNIS] == 1
    assert preparation.avertissements[Avertissement.HORAIRES_ILLISIBLES] == 1
    assert preparation.avertissements[Avertissement.COURRIEL_NOMINATIF] == 1


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        ("09:00 - 12:00 / 13:30 - 17:00", "Mo 09:00-12:00,13:30-17:00"),
        ("13:30 - 17:00 / 09:00 - 12:00", "Mo 09:00-12:00,13:30-17:00"),
        ("09:00 - 13:30 / 13:30 - 17:00", "Mo 09:00-17:00"),
        ("08:30 - 17:30 / 08:30 - 12:30 / 08:30 - 17:30", "Mo 08:30-17:30"),
        ("00:00 - 00:00", None),
        ("17:00 - 09:00", None),
        ("09:00 - 09:00", None),
        ("09:00 - 25:00", None),
        ("09:00 - 12:00 et 14:00 - 17:00", None),
        ("", None),
    ],
)
def test_slots_of_a_day(jour: str, attendu: str | None) -> None:
    assert parse_semaine([jour, None, None, None, None, None], []) == attendu


def test_the_edition_of_2022_has_other_columns() -> None:
    contenu = (
        "id_fs,insee_dep,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,longitude,mail,"
        "telephone,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,commentaire,itinerance,format_fs,groupe,"
        "labellisation\n"
        "1,29,Bus inventé,1 rue X,,0null,29200,Brest,48.4,-4.49,,,09:00 - 12:00,,,,,-,,Oui,Site principal,,\n"
        "2,29,France services inventée,2 rue X,,29019,29200,Brest,48.4,-4.49,,,,,,,,,,Non,Antenne,,\n"
    )
    bus, fixe = get_source(SOURCE).parse(contenu.encode())
    assert isinstance(bus, Record)
    assert isinstance(fixe, Record)
    assert bus.valeurs["genres"] == ["france-services", "bus-numerique"]
    assert (bus.valeurs["itinerant"], fixe.valeurs["itinerant"]) == (True, False)
    assert bus.valeurs["horaires"] == "Mo 09:00-12:00"  # "-" is a closed Saturday
    assert "commune_code" not in bus.valeurs
    assert "modalites_acces" not in fixe.valeurs


def test_missing_columns_are_refused_by_name() -> None:
    with pytest.raises(SourceError, match=r"« format_fs »"):
        list(get_source(SOURCE).parse(b"id_fs,lib_fs\n1,a\n"))


def test_the_whole_file(fabrique_nationale, raw_dir: Path) -> None:
    premier, _ = load_twice(fabrique_nationale, SOURCE, raw_dir)
    assert premier.read > 2_500
    assert sum(premier.rejected.values()) <= premier.read * 0.005
    with fabrique_nationale() as session:
        check_personnes(session, SOURCE)
        fiches = {
            fiche.identifiant: fiche.valeurs
            for fiche in session.scalars(select(FicheSource).where(FicheSource.source_id == SOURCE))
        }
    fichier = max((raw_dir / "lieux").glob("france-services_*.csv"))
    with fichier.open(encoding="utf-8", newline="") as lignes:
        dits = {ligne["id_fs"]: ligne for ligne in csv.DictReader(lignes)}
    differents = [numero for numero, valeurs in fiches.items() if not _same_minutes(dits[numero], valeurs)]
    assert differents == []


def _same_minutes(ligne: dict[str, str], valeurs: dict) -> bool:
    """Whether the published hours open the minutes that the columns say, read in another way than the source does."""
    lundi = dt.datetime(2026, 3, 2)  # noqa: DTZ001  (hours are local; a week without any public holiday)
    horaires = OpeningHours(valeurs["horaires"]) if "horaires" in valeurs else None
    for rang, jour in enumerate(JOURS[:6]):
        attendues: set[int] = set()
        for h1, m1, h2, m2 in re.findall(r"(\d\d):(\d\d) - (\d\d):(\d\d)", ligne[f"h_{jour}"]):
            attendues |= set(range(int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)))
        minuit = lundi + dt.timedelta(days=rang)
        dites: set[int] = set()
        if horaires is not None:
            for debut, fin, etat, _ in horaires.intervals(minuit, minuit + dt.timedelta(days=1)):
                if etat == State.OPEN:
                    dites |= set(
                        range(int((debut - minuit).total_seconds()) // 60, int((fin - minuit).total_seconds()) // 60)
                    )
        if attendues != dites:
            return False
    return True
