import io

import pytest

from tierslieux.installation import console
from tierslieux.installation.console import etape


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_one_line_at_each_end():
    sortie = io.StringIO()
    with etape("Python libraries", sortie) as avance:
        for fait in range(100):
            avance(fait, 100)
    debut, fin = sortie.getvalue().splitlines()
    assert debut == "Python libraries …"
    assert fin.startswith("Python libraries: done in ")


def test_a_terminal_gets_a_bar_that_fits_its_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(console, "INTERVALLE_S", 0)
    sortie = Terminal()
    with etape("Packages of the system", sortie) as avance:
        avance(3, 4, "x" * 100)
    dessins = sortie.getvalue().split("\r\x1b[2K")
    assert any("75%" in dessin and "##################......" in dessin for dessin in dessins)
    assert all(len(dessin) < 60 for dessin in dessins)


def test_a_failure_is_not_announced_as_done():
    sortie = io.StringIO()
    with pytest.raises(ValueError, match="x"), etape("Boundaries", sortie):
        raise ValueError("x")
    assert "done" not in sortie.getvalue()
