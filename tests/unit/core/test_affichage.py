import io

from tierslieux.core import affichage
from tierslieux.core.affichage import open_progress


def test_a_log_gets_a_line_when_a_stage_begins_and_ends():
    sortie = io.StringIO()
    with open_progress(sortie) as progress:
        for fait in range(35_001):
            progress("communes", fait, 35_000)
        progress("town halls", 0, None)
    lignes = sortie.getvalue().splitlines()
    assert lignes[0] == "communes …"
    assert lignes[1].startswith("communes: 35000 in ")
    assert lignes[2:] == ["town halls …"]


def test_a_long_stage_gives_signs_of_life(monkeypatch):
    monkeypatch.setattr(affichage, "INTERVALLE_S", 0)
    sortie = io.StringIO()
    with open_progress(sortie) as progress:
        progress("communes", 5, None)
        progress("communes", 10, 40)
    assert sortie.getvalue().splitlines() == ["communes …", "communes: 5", "communes: 10 of 40"]


def test_a_terminal_gets_one_bar_per_stage():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    sortie = Terminal()
    with open_progress(sortie) as progress:
        progress("communes", 5, 10)
        progress("communes", 10, 10)
        progress("town halls", 3, 4)
    dernier = sortie.getvalue()
    assert "10/10" in dernier
    assert "3/4" in dernier
