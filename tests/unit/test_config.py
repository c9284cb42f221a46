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


def test_mails_are_files_unless_a_server_is_set(tmp_path: Path) -> None:
    settings = lire(tmp_path)
    assert settings.smtp is None
    assert settings.courriel_expediteur == "ne-pas-repondre@localhost"
    serveur = {"TIERSLIEUX_SMTP_HOTE": "smtp.exemple.fr", "TIERSLIEUX_COURRIEL_EXPEDITEUR": "Carte <carte@exemple.fr>"}
    for chiffrement, port in (("", 587), ("starttls", 587), ("tls", 465), ("aucun", 25)):
        smtp = lire(tmp_path, TIERSLIEUX_SMTP_CHIFFREMENT=chiffrement, **serveur).smtp
        assert smtp is not None
        assert (smtp.hote, smtp.chiffrement, smtp.port) == ("smtp.exemple.fr", chiffrement or "starttls", port)


@pytest.mark.parametrize(
    ("environ", "attendu"),
    [
        ({"TIERSLIEUX_COURRIEL_EXPEDITEUR": ""}, "TIERSLIEUX_COURRIEL_EXPEDITEUR is not set"),
        ({"TIERSLIEUX_COURRIEL_EXPEDITEUR": "carte"}, "TIERSLIEUX_COURRIEL_EXPEDITEUR is 'carte'"),
        ({"TIERSLIEUX_COURRIEL_EXPEDITEUR": "a@b.fr\nBcc: c@d.fr"}, "TIERSLIEUX_COURRIEL_EXPEDITEUR is"),
        ({"TIERSLIEUX_SMTP_CHIFFREMENT": "ssl"}, "TIERSLIEUX_SMTP_CHIFFREMENT is 'ssl'"),
        ({"TIERSLIEUX_SMTP_PORT": "0"}, "TIERSLIEUX_SMTP_PORT is '0'"),
        ({"TIERSLIEUX_SMTP_UTILISATEUR": "carte"}, "TIERSLIEUX_SMTP_MOT_DE_PASSE go together"),
        (
            {
                "TIERSLIEUX_SMTP_UTILISATEUR": "carte",
                "TIERSLIEUX_SMTP_MOT_DE_PASSE": "zqxpasse",
                "TIERSLIEUX_SMTP_CHIFFREMENT": "aucun",
            },
            "TIERSLIEUX_SMTP_CHIFFREMENT is 'aucun'",
        ),
    ],
)
def test_a_server_that_could_not_serve_refuses_the_start(tmp_path: Path, environ: dict[str, str], attendu: str) -> None:
    serveur = {"TIERSLIEUX_SMTP_HOTE": "smtp.exemple.fr", "TIERSLIEUX_COURRIEL_EXPEDITEUR": "carte@exemple.fr"}
    with pytest.raises(SettingsError, match=attendu) as refus:
        lire(tmp_path, **(serveur | environ))
    assert "zqxpasse" not in str(refus.value)


def test_the_password_of_the_server_is_not_shown(tmp_path: Path) -> None:
    environ = {"TIERSLIEUX_SMTP_HOTE": "h", "TIERSLIEUX_COURRIEL_EXPEDITEUR": "carte@exemple.fr"}
    environ |= {"TIERSLIEUX_SMTP_UTILISATEUR": "carte", "TIERSLIEUX_SMTP_MOT_DE_PASSE": "zqxpasse"}
    settings = lire(tmp_path, **environ)
    assert settings.smtp is not None
    assert settings.smtp.mot_de_passe == "zqxpasse"
    assert "zqxpasse" not in repr(settings)


def test_a_site_writes_to_places_when_it_says_how_often_and_where_it_is(tmp_path: Path) -> None:
    assert lire(tmp_path).relances_mois == 0
    assert lire(tmp_path, TIERSLIEUX_RELANCES_MOIS="12", TIERSLIEUX_SITE="https://a.fr").relances_mois == 12
    with pytest.raises(SettingsError, match="TIERSLIEUX_SITE is not set"):
        lire(tmp_path, TIERSLIEUX_RELANCES_MOIS="6")
    with pytest.raises(SettingsError, match="TIERSLIEUX_RELANCES_MOIS is 3; expected one of 0, 6, 12"):
        lire(tmp_path, TIERSLIEUX_RELANCES_MOIS="3", TIERSLIEUX_SITE="https://a.fr")


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
        ("TIERSLIEUX_PROXIES", "-1"),
        ("TIERSLIEUX_PROXIES", "11"),
        ("TIERSLIEUX_LIMITES", "0"),
        ("TIERSLIEUX_LIMITES", "deux"),
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
