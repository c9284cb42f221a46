"""Cells of a grid in place of points, and the commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.couverture import GRANDE, NOW, make_pays
from tests.factories.lieux import make_lieu
from tierslieux.core.errors import SourceError
from tierslieux.core.progress import ignore_progress
from tierslieux.couverture.actualisation import update
from tierslieux.couverture.calcul import compute
from tierslieux.couverture.carreaux import Carreaux
from tierslieux.couverture.carroyage import load_carreaux
from tierslieux.couverture.models import PointHabite


def make_carreaux(*cellules: tuple[float, float, float, tuple[str, ...]]) -> Carreaux:
    lon, lat, gens, communes = zip(*cellules, strict=True)
    return Carreaux(np.array(lon), np.array(lat), np.array(gens), communes, len(cellules), {})


def list_points(session: Session, code: str) -> list[tuple[str, float]]:
    points = session.scalars(select(PointHabite).where(PointHabite.commune_code == code).order_by(PointHabite.id))
    return [(p.origine, p.part) for p in points]


def test_inhabited_cells_replace_the_points_of_their_communes(session: Session) -> None:
    make_pays(session)
    make_lieu(session, commune_code=GRANDE, lon=-3.49, lat=48.01)
    compute(session, None, now=NOW, progress=ignore_progress)
    rapport = load_carreaux(
        session,
        make_carreaux(
            (-3.48, 48.01, 30.0, (GRANDE,)),
            # On two communes: the middle is in the first column, whatever comes first in the file.
            (-3.47, 48.02, 10.0, ("29002", GRANDE)),
            # The middle is in neither (at sea): the first.
            (-3.9, 48.02, 4.0, ("29002", GRANDE)),
            (2.0, 48.0, 5.0, ("99999",)),
        ),
    )
    assert (rapport.lus, rapport.charges, rapport.communes) == (4, 3, 2)
    assert rapport.rejets == {"COMMUNE_INCONNUE": 1}
    assert list_points(session, GRANDE) == [("carreau", 0.75), ("carreau", 0.25)]
    assert list_points(session, "29002") == [("carreau", 1.0)]
    suite = update(session, None, now=NOW)
    assert (suite.statut, suite.communes_avec_carreaux) == ("calculee", 2)
    assert list_points(session, GRANDE) == [("carreau", 0.75), ("carreau", 0.25)]


def test_cells_of_nowhere_are_refused(session: Session) -> None:
    make_pays(session)
    with pytest.raises(SourceError, match="aucun carreau"):
        load_carreaux(session, make_carreaux((2.0, 48.0, 5.0, ("99999",))))


def test_commands_print_times_and_totals(client, fabrique, tmp_path: Path) -> None:
    with fabrique() as session:
        make_pays(session)
        make_lieu(session, commune_code=GRANDE, lon=-3.49, lat=48.01)
        session.commit()
    run = client.application.test_cli_runner().invoke
    calcul = json.loads(run(args=["couverture", "compute", "--json"]).stdout)
    assert calcul["statut"] == "calculee"
    assert set(calcul["secondes_par_etape"]) >= {"nearest", "within_reach", "territories", "writing"}
    assert len(calcul["totaux"]) == 18
    total = next(t for t in calcul["totaux"] if (t["cible"], t["mode"]) == ("aide", "voiture"))
    assert total["population"] == 19_400
    assert [au_dela["seuil_min"] for au_dela in total["au_dela"]] == [10, 15, 20, 30]
    assert json.loads(run(args=["couverture", "update", "--json"]).stdout)["statut"] == "inchangee"
    fichier = tmp_path / "carreaux.csv"
    fichier.write_text(f"idcar_200m,ind,lcog_geo\nCRS3035RES200mN2900000E3400000,12,{GRANDE}\n", encoding="utf-8")
    essai = run(args=["couverture", "grid", str(fichier), "--dry-run"])
    assert "1 cells read, 1 loaded in 1 communes (12 people), rejected: none" in essai.output
    with fabrique() as session:
        assert list_points(session, GRANDE)[0][0] == "mairie"
