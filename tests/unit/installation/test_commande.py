import sys

import pytest

from tierslieux.installation.commande import CommandError, PreparationError, run


def test_lines_are_handed_over_and_kept(tmp_path):
    lues = []
    run([sys.executable, "-c", "print('a'); print('b')"], tmp_path / "var/log", cwd=tmp_path, on_line=lues.append)
    assert lues == ["a", "b"]
    assert (tmp_path / "var/log").read_text("utf-8").endswith("a\nb\n")


def test_a_failure_shows_the_last_words(tmp_path):
    with pytest.raises(CommandError, match=r"(?s)code 3.*the reason"):
        run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], tmp_path / "log", cwd=tmp_path)


def test_a_program_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PreparationError, match="no-such-program is not installed"):
        run(["no-such-program"], tmp_path / "log", cwd=tmp_path)
