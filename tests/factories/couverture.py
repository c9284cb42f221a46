"""A small country for coverage: communes in squares, an island, an overseas commune, their people and their needs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from tests.factories.territoires import make_territoire
from tierslieux.indicateurs.models import EditionIndicateurs, ValeurIndicateur
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
COTE = 4
PAS_DEG = 0.06
OUEST, SUD = -3.5, 48.0
ILE, OUTRE_MER, GRANDE = "29155", "97411", "29001"


def get_code(rang: int) -> str:
    """Code of a commune of the square: two columns are in the Finistère, two in the Côtes-d'Armor."""
    return f"{'29' if rang % COTE < 2 else '22'}{rang + 1:03d}"


def make_pays(session: Session, *, besoins: bool = True) -> None:
    """France with two régions: 16 communes of 30 km² in two départements and three EPCI, one island, one overseas.

    People: 100 × (rank + 1) in each commune of the square, 800 on the island, 5,000 overseas. The people aged 15 and
    over are 80 % of them, of whom 10 % (15 % on the island and overseas) are in illectronisme; 40 % are in work.
    """
    make_territoire(session, Niveau.FRANCE, CODE_FRANCE, "France")
    for code, nom in (("53", "Bretagne"), ("04", "La Réunion")):
        make_territoire(session, Niveau.REGION, code, nom)
    for code, nom, region in (("29", "Finistère", "53"), ("22", "Côtes-d’Armor", "53"), ("974", "La Réunion", "04")):
        make_territoire(session, Niveau.DEPARTEMENT, code, nom, region_code=region)
    for code in ("200000001", "200000002", "200000003"):
        make_territoire(session, Niveau.EPCI, code, f"EPCI {code}")
    gens: dict[str, tuple[float, float]] = {}
    for rang in range(COTE * COTE):
        ligne, colonne = divmod(rang, COTE)
        ouest, sud = OUEST + colonne * PAS_DEG, SUD + ligne * PAS_DEG
        code = get_code(rang)
        gens[code] = (100.0 * (rang + 1), 0.10)
        make_territoire(
            session,
            Niveau.COMMUNE,
            code,
            f"Commune {rang + 1}",
            carre=(ouest, sud, ouest + PAS_DEG, sud + PAS_DEG),
            mairie=(round(ouest + 0.02, 4), round(sud + 0.035, 4)),
            population=100 * (rang + 1),
            departement_code=code[:2],
            region_code="53",
            # The second EPCI is in both départements.
            epci_code=("200000001", "200000002", "200000002", "200000003")[colonne],
        )
    for code, nom, carre, population, region in (
        (ILE, "Ouessant", (-5.12, 48.44, -5.04, 48.48), 800, "53"),
        (OUTRE_MER, "Saint-Denis", (55.4, -20.95, 55.48, -20.88), 5_000, "04"),
    ):
        departement = "974" if region == "04" else "29"
        gens[code] = (float(population), 0.15)
        make_territoire(
            session,
            Niveau.COMMUNE,
            code,
            nom,
            carre=carre,
            population=population,
            departement_code=departement,
            region_code=region,
        )
    if besoins:
        _make_besoins(session, gens)
    session.flush()


def _make_besoins(session: Session, gens: dict[str, tuple[float, float]]) -> None:
    for code, (population, part) in gens.items():
        personnes = 0.8 * population * part
        for indicateur, millesime, valeur, bas, haut in (
            ("personnes_illectronisme", 2021, personnes, 0.8 * personnes, 1.2 * personnes),
            ("part_illectronisme", 2021, part, 0.8 * part, 1.2 * part),
            ("actifs_occupes", 2018, 0.4 * population, None, None),
        ):
            session.add(
                ValeurIndicateur(
                    indicateur=indicateur,
                    millesime=millesime,
                    niveau="commune",
                    code=code,
                    valeur=valeur,
                    bas=bas,
                    haut=haut,
                )
            )
    session.add(
        EditionIndicateurs(
            source_id="modele-illectronisme-2021",
            edition="essai",
            millesime=2021,
            sha256="0",
            empreinte="0",
            lues=len(gens),
            chargees=len(gens),
            rejets={},
            communes=len(gens),
            remarques={"ecarts": {"regions": {"53": 0.01, "04": 0.02}, "epci": 0.01, "commune": 0.02}},
            chargee_at=NOW,
        )
    )
    session.flush()
