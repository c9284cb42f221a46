"""Settings: what is read, what is refused, and that .env.example documents each."""

import re
from pathlib import Path

import pytest

from tierslieux.config import RACINE, Settings, SettingsError

SECRET = "k3Jd8-sLq0_wPz7xVb2nMf5tRy9hGc1A"


def lire(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_env({"TIERSLIEUX_SECRET_KEY": SECRET, "TIERSLIEUX_VAR_DIR": str(tmp_path), **environ})


def test_defaults(tmp_path: Path) -> None:
    settings = lire(tmp_path)
    assert settings.database_url is None
    assert settings.raw_dir is None
    assert not settings.development
    assert settings.telechargement
    assert (settings.geocodage, settings.addok_url) == ("local", None)


def test_an_addok_has_an_address(tmp_path: Path) -> None:
    settings = lire(tmp_path, TIERSLIEUX_GEOCODAGE="addok", TIERSLIEUX_ADDOK_URL="http://127.0.0.1:7878/")
    assert (settings.geocodage, settings.addok_url) == ("addok", "http://127.0.0.1:7878")
    with pytest.raises(SettingsError, match="TIERSLIEUX_ADDOK_URL is not set"):
        lire(tmp_path, TIERSLIEUX_GEOCODAGE="addok")


def test_a_service_of_travel_times_has_an_address(tmp_path: Path) -> None:
    assert (lire(tmp_path).trajets, lire(tmp_path).trajets_url) == ("reseau", None)
    adresse = "http://127.0.0.1:8002"
    settings = lire(tmp_path, TIERSLIEUX_TRAJETS="valhalla", TIERSLIEUX_TRAJETS_URL=f"{adresse}/")
    assert (settings.trajets, settings.trajets_url) == ("valhalla", adresse)
    with pytest.raises(SettingsError, match="TIERSLIEUX_TRAJETS_URL is not set"):
        lire(tmp_path, TIERSLIEUX_TRAJETS="osrm")
    assert lire(tmp_path, TIERSLIEUX_TRAJETS="ign").trajets_url is None  # it has one of its own


@pytest.mark.parametrize("url", ["postgres://u@h/b", "postgresql://u@h/b", "postgresql+psycopg://u@h/b"])
def test_database_url_is_given_to_the_right_driver(tmp_path: Path, url: str) -> None:
    assert lire(tmp_path, DATABASE_URL=url).database_url == "postgresql+psycopg://u@h/b"


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PostGIS"):
        lire(tmp_path, DATABASE_URL="mysql://u@h/b")


@pytest.mark.parametrize("secret", ["", "court", "change-me", "a" * 40])
def test_a_missing_short_or_default_secret_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(SettingsError, match="TIERSLIEUX_SECRET_KEY"):
        lire(tmp_path, TIERSLIEUX_SECRET_KEY=secret)


def test_a_short_secret_is_enough_for_development(tmp_path: Path) -> None:
    assert lire(tmp_path, TIERSLIEUX_SECRET_KEY="court", TIERSLIEUX_DEVELOPMENT="1").secret_key == "court"


def test_the_secret_written_at_the_first_run_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(SECRET + "\n")
    assert lire(tmp_path, TIERSLIEUX_SECRET_KEY="").secret_key == SECRET


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("TIERSLIEUX_DEVELOPMENT", "peut-être"),
        ("TIERSLIEUX_RAW_DIR", "/nulle/part"),
        ("TIERSLIEUX_GEOCODAGE", "google"),
        ("TIERSLIEUX_ADDOK_URL", "ftp://addok"),
        ("TIERSLIEUX_TRAJETS", "google"),
        ("TIERSLIEUX_TRAJETS_URL", "ftp://valhalla"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(tmp_path: Path, nom: str, valeur: str) -> None:
    with pytest.raises(SettingsError, match=f"{nom} is .*{valeur}"):
        lire(tmp_path, **{nom: valeur})


def test_every_setting_is_documented() -> None:
    lus = set(re.findall(r'"((?:TIERSLIEUX_|DATABASE_)\w+)"', (RACINE / "tierslieux/config.py").read_text()))
    documentes = set(
        re.findall(r"^#? ?((?:TIERSLIEUX_|DATABASE_)\w+)=", (RACINE / ".env.example").read_text(), re.MULTILINE)
    )
    assert lus == documentes
