"""The hours of the real files: none lost, none changed in meaning.

Those of France Services against an independent reading of their seven days; every text of the mediation files kept,
converted or reported.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path

from opening_hours import OpeningHours, State

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement, Record
from tierslieux.imports.etapes import horaires, texte
from tierslieux.imports.registre import get_source

COLONNES = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi")
# A Monday whose week has no public holiday; hours are local to the place.
LUNDI = dt.datetime(2026, 3, 2)  # noqa: DTZ001
PART_MIN = 0.95


def read_cellule(cellule: str) -> set[int] | None:
    """The minutes of the day that the cell says, "00:00 - 00:00" saying nothing; None when it is written otherwise."""
    minutes: set[int] = set()
    for morceau in filter(None, (un.strip() for un in cellule.split("/"))):
        chiffres = re.fullmatch(r"(\d\d):(\d\d) - (\d\d):(\d\d)", morceau)
        if chiffres is None:
            return None
        h1, m1, h2, m2 = map(int, chiffres.groups())
        debut, fin = h1 * 60 + m1, h2 * 60 + m2
        if (debut, fin) == (0, 0):
            continue
        if debut >= fin or m1 > 59 or m2 > 59 or fin > 24 * 60:
            return None
        minutes |= set(range(debut, fin))
    return minutes


def read_osm(osm: str) -> list[set[int]]:
    """The open minutes of each day of the week, as opening-hours-py says."""
    heures = OpeningHours(osm, country="FR")
    semaine: list[set[int]] = []
    for rang in range(7):
        minuit = LUNDI + dt.timedelta(days=rang)
        ouvertes: set[int] = set()
        for debut, fin, etat, _ in heures.intervals(minuit, minuit + dt.timedelta(days=1)):
            if etat == State.OPEN:
                ouvertes |= set(
                    range((debut - minuit) // dt.timedelta(minutes=1), (fin - minuit) // dt.timedelta(minutes=1))
                )
        semaine.append(ouvertes)
    return semaine


def test_the_hours_of_france_services_mean_the_same(raw_dir: Path) -> None:
    fichier = max((raw_dir / "lieux").glob("france-services_2024*.csv"))
    with fichier.open(encoding="utf-8", newline="") as lignes:
        dites = {
            ligne["id_fs"]: [read_cellule(ligne[jour] or "") for jour in COLONNES] for ligne in csv.DictReader(lignes)
        }
    contexte = make_contexte()
    publies: dict[str, str | None] = {}
    for resultat in get_source("france-services").parse(fichier.read_bytes()):
        assert isinstance(resultat, Record)
        publies[resultat.identifiant] = horaires.clean(resultat, contexte).valeurs.get("horaires")
    assert publies.keys() == dites.keys()
    comptes: Counter[str] = Counter()
    faux = []
    for identifiant, jours in dites.items():
        osm = publies[identifiant]
        lisible = None not in jours
        ouvertes = [jour or set() for jour in jours]
        if osm is not None:
            comptes["published"] += 1
            if not lisible or read_osm(osm) != [*ouvertes, set()]:
                faux.append(identifiant)
        elif lisible and not any(ouvertes):
            comptes["none said"] += 1
        else:
            comptes["left out"] += 1
    dits = len(dites) - comptes["none said"]
    # In the edition of August 2024: 2,797 of the 2,797 places that say hours, of 2,845 places.
    assert faux == []
    assert comptes["published"] >= PART_MIN * dits
    assert comptes["published"] >= PART_MIN * len(dites)


def test_every_hours_text_of_the_mediation_files_is_kept_converted_or_reported(raw_dir: Path) -> None:
    comptes: Counter[str] = Counter()
    for fichier in sorted((raw_dir / "lieux").glob("mediation_*.json")):
        for objet in json.loads(fichier.read_bytes()):
            dit = objet.get("horaires")
            propre = texte.clean_texte(dit) if isinstance(dit, str) else None
            if propre is None:
                continue
            contexte = make_contexte()
            publie = horaires.clean(make_record(horaires=propre), contexte).valeurs.get("horaires")
            codes = list(contexte.avertissements.elements())
            if publie is None:
                assert codes == [Avertissement.HORAIRES_ILLISIBLES]
                comptes["reported"] += 1
            elif publie == propre:
                assert codes == []
                comptes["valid"] += 1
            else:
                assert codes == [Avertissement.HORAIRES_CONVERTIS]
                comptes["converted"] += 1
            if publie is not None:
                OpeningHours(publie)
    total = comptes.total()
    # 97.4 % valid as they stand, 0.8 % converted, 1.8 % reported: hours such as "Mo 08:30-12:00-14:00".
    assert total > 7_500
    assert comptes["valid"] + comptes["converted"] >= 0.97 * total
