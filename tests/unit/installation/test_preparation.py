from tierslieux.installation import preparation
from tierslieux.installation.commande import PreparationError


def test_the_process_environment_outranks_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text(
        "# DATABASE_URL=postgresql://commented\n"
        "DATABASE_URL='postgresql://file'\n"
        "export TIERSLIEUX_VAR_DIR=/srv/var\n"
        "\n"
        "not a setting\n",
        encoding="utf-8",
    )
    monkeypatch.delenv("TIERSLIEUX_VAR_DIR", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://environment")
    lu = preparation.read_environment(tmp_path)
    assert lu["DATABASE_URL"] == "postgresql://environment"
    assert lu["TIERSLIEUX_VAR_DIR"] == "/srv/var"

    monkeypatch.delenv("DATABASE_URL")
    assert preparation.read_environment(tmp_path)["DATABASE_URL"] == "postgresql://file"


def test_without_a_file_the_environment_alone_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("TIERSLIEUX_VAR_DIR", "/x")
    assert preparation.read_environment(tmp_path)["TIERSLIEUX_VAR_DIR"] == "/x"


def test_a_failed_step_ends_with_1_and_its_reason(monkeypatch, capsys):
    def _fail(*_args, **_kwargs):
        raise PreparationError("This machine lacks: npm.")

    monkeypatch.setattr(preparation, "prepare", _fail)
    assert preparation.main([]) == 1
    assert "This machine lacks: npm." in capsys.readouterr().err


def test_a_folder_of_somebody_else_is_named(monkeypatch, capsys):
    def _fail(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", "/clone/var")

    monkeypatch.setattr(preparation, "prepare", _fail)
    assert preparation.main([]) == 1
    assert "/clone/var" in capsys.readouterr().err
