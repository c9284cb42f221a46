"""State of conformity computed from recorded criteria; figures worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierslieux.accueil.audits import Conformite, Statut, read_rgaa, read_rgesn


def write(chemin: Path, *statuts: str) -> Path:
    lignes = ["date = 2026-11-22", "environnement = []", "[[theme]]", 'nom = "Images"']
    for rang, statut in enumerate(statuts, start=1):
        lignes += ["[[theme.critere]]", f'numero = "1.{rang}"', 'demande = "x"', 'niveau = "A"', f'statut = "{statut}"']
    fichier = chemin / "rgaa.toml"
    fichier.write_text("\n".join(lignes), encoding="utf-8")
    return fichier


@pytest.mark.parametrize(
    ("statuts", "pct", "conformite"),
    [
        (["conforme", "conforme"], 100, Conformite.TOTALE),
        (["conforme", "non applicable"], 100, Conformite.TOTALE),
        # 1 of 2 is the half that the law asks for; what was not checked counts as wrong.
        (["conforme", "non vérifié", "non applicable"], 50, Conformite.PARTIELLE),
        # 1 of 3 is 33.3 %; 2 of 3 is 66.6 %, never rounded up.
        (["conforme", "non conforme", "non vérifié"], 33, Conformite.NON),
        (["conforme", "conforme", "non conforme"], 66, Conformite.PARTIELLE),
    ],
)
def test_the_state_follows_the_criteria(tmp_path: Path, statuts: list[str], pct: int, conformite: Conformite) -> None:
    audit = read_rgaa(write(tmp_path, *statuts))
    assert audit.pct == pct
    assert audit.conformite is conformite


def test_what_is_wrong_comes_before_what_was_not_checked(tmp_path: Path) -> None:
    audit = read_rgaa(write(tmp_path, "non vérifié", "conforme", "non conforme"))
    assert [critere.numero for critere in audit.list_ecarts()] == ["1.3", "1.1"]


def test_an_unknown_status_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="presque"):
        read_rgaa(write(tmp_path, "presque"))


def test_the_counts_of_the_recorded_audits_add_up() -> None:
    rgaa, rgesn = read_rgaa(), read_rgesn()
    assert sum(rgaa.count(statut) for statut in Statut) == 106
    assert rgaa.applicables == 106 - rgaa.count(Statut.NON_APPLICABLE)
    assert rgesn.applicables < 78
