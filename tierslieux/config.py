"""Settings: read once from the environment (and .env), typed, handed to create_app. Documented in .env.example."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path

from dotenv import dotenv_values

RACINE = Path(__file__).resolve().parent.parent

LONGUEUR_SECRET_MIN = 32
GEOCODAGES = ("local", "national", "addok")
TRAJETS = ("reseau", "estimation", "valhalla", "osrm", "ign")
CHIFFREMENTS = {"starttls": 587, "tls": 465, "aucun": 25}
# How often a place is asked whether what is said of it is still true, in months; 0: never.
RELANCES_MOIS = (0, 6, 12)
# Of mails written to files, which nobody answers.
EXPEDITEUR = "ne-pas-repondre@localhost"
_TRAJETS_AVEC_URL = frozenset({"valhalla", "osrm"})
_SECRETS_CONNUS = frozenset({"change-me", "changeme", "secret", "dev", "development", "default"})


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it, its value and what was expected."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The server that mails are handed to. `chiffrement` is "starttls", "tls" or "aucun"."""

    hote: str
    port: int
    chiffrement: str
    utilisateur: str | None
    mot_de_passe: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the program takes from its environment.

    `database_url` is None when the private PostgreSQL cluster under `var_dir` serves the data.
    """

    secret_key: str
    database_url: str | None
    var_dir: Path
    raw_dir: Path | None
    geodata_dir: Path
    development: bool
    telechargement: bool
    geocodage: str
    addok_url: str | None
    trajets: str
    trajets_url: str | None
    tuiles_url: str | None
    tuiles_attribution: str | None
    contact: str | None
    editeur: str | None
    site: str | None
    smtp: SmtpSettings | None
    courriel_expediteur: str
    proxies: int
    limites: int
    relances_mois: int

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; raises SettingsError.

        The process environment outranks the file .env. The secret may also stand in `var_dir`/secret_key, where
        `make serve` writes a random one at its first run.
        """
        if environ is None:
            fichier = {k: v for k, v in dotenv_values(RACINE / ".env").items() if v is not None}
            environ = {**fichier, **os.environ}
        var_dir = _read_path(environ, "TIERSLIEUX_VAR_DIR") or RACINE / "var"
        development = _read_bool(environ, "TIERSLIEUX_DEVELOPMENT", default=False)
        raw_dir = _read_path(environ, "TIERSLIEUX_RAW_DIR")
        if raw_dir is not None and not raw_dir.is_dir():
            raise SettingsError(f"TIERSLIEUX_RAW_DIR is {raw_dir}; expected an existing folder")
        return cls(
            secret_key=_read_secret(environ, var_dir, development=development),
            database_url=_read_database_url(environ),
            var_dir=var_dir,
            raw_dir=raw_dir,
            geodata_dir=RACINE / "geodata",
            development=development,
            telechargement=_read_bool(environ, "TIERSLIEUX_TELECHARGEMENT", default=True),
            geocodage=_read_geocodage(environ),
            addok_url=_read_url(environ, "TIERSLIEUX_ADDOK_URL"),
            trajets=_read_trajets(environ),
            trajets_url=_read_url(environ, "TIERSLIEUX_TRAJETS_URL"),
            tuiles_url=environ.get("TIERSLIEUX_TUILES_URL") or None,
            tuiles_attribution=environ.get("TIERSLIEUX_TUILES_ATTRIBUTION") or None,
            contact=environ.get("TIERSLIEUX_CONTACT") or None,
            editeur=environ.get("TIERSLIEUX_EDITEUR") or None,
            site=_read_url(environ, "TIERSLIEUX_SITE"),
            smtp=(smtp := _read_smtp(environ)),
            courriel_expediteur=_read_expediteur(environ, est_exige=smtp is not None),
            proxies=_read_int(environ, "TIERSLIEUX_PROXIES", default=0, minimum=0, maximum=10),
            limites=_read_int(environ, "TIERSLIEUX_LIMITES", default=1, minimum=1, maximum=1000),
            relances_mois=_read_relances(environ),
        )


def _read_path(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name)
    return Path(value).expanduser().resolve() if value else None


def _read_bool(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "oui"}:
        return True
    if value in {"0", "false", "no", "non"}:
        return False
    raise SettingsError(f"{name} is {value!r}; expected 1 or 0")


def _read_geocodage(environ: Mapping[str, str]) -> str:
    geocodage = environ.get("TIERSLIEUX_GEOCODAGE", "").strip() or GEOCODAGES[0]
    if geocodage not in GEOCODAGES:
        raise SettingsError(f"TIERSLIEUX_GEOCODAGE is {geocodage!r}; expected one of {', '.join(GEOCODAGES)}")
    if geocodage == "addok" and not environ.get("TIERSLIEUX_ADDOK_URL"):
        raise SettingsError("TIERSLIEUX_ADDOK_URL is not set; expected an address, since TIERSLIEUX_GEOCODAGE is addok")
    return geocodage


def _read_trajets(environ: Mapping[str, str]) -> str:
    trajets = environ.get("TIERSLIEUX_TRAJETS", "").strip() or TRAJETS[0]
    if trajets not in TRAJETS:
        raise SettingsError(f"TIERSLIEUX_TRAJETS is {trajets!r}; expected one of {', '.join(TRAJETS)}")
    if trajets in _TRAJETS_AVEC_URL and not environ.get("TIERSLIEUX_TRAJETS_URL"):
        raise SettingsError(
            f"TIERSLIEUX_TRAJETS_URL is not set; expected an address, since TIERSLIEUX_TRAJETS is {trajets}"
        )
    return trajets


def _read_url(environ: Mapping[str, str], name: str) -> str | None:
    url = environ.get(name, "").strip().rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise SettingsError(f"{name} is {url!r}; expected an address in http:// or https://")
    return url or None


def _read_int(environ: Mapping[str, str], name: str, *, default: int, minimum: int, maximum: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not minimum <= int(value) <= maximum:
        raise SettingsError(f"{name} is {value!r}; expected a whole number from {minimum} to {maximum}")
    return int(value)


def _read_relances(environ: Mapping[str, str]) -> int:
    mois = _read_int(environ, "TIERSLIEUX_RELANCES_MOIS", default=0, minimum=0, maximum=max(RELANCES_MOIS))
    if mois not in RELANCES_MOIS:
        raise SettingsError(
            f"TIERSLIEUX_RELANCES_MOIS is {mois}; expected one of {', '.join(str(choix) for choix in RELANCES_MOIS)}"
        )
    if mois and not environ.get("TIERSLIEUX_SITE"):
        raise SettingsError("TIERSLIEUX_SITE is not set; expected an address, since TIERSLIEUX_RELANCES_MOIS is not 0")
    return mois


def _read_smtp(environ: Mapping[str, str]) -> SmtpSettings | None:
    hote = environ.get("TIERSLIEUX_SMTP_HOTE", "").strip()
    if not hote:
        return None
    chiffrement = environ.get("TIERSLIEUX_SMTP_CHIFFREMENT", "").strip() or "starttls"
    if chiffrement not in CHIFFREMENTS:
        raise SettingsError(
            f"TIERSLIEUX_SMTP_CHIFFREMENT is {chiffrement!r}; expected one of {', '.join(CHIFFREMENTS)}"
        )
    utilisateur = environ.get("TIERSLIEUX_SMTP_UTILISATEUR") or None
    mot_de_passe = environ.get("TIERSLIEUX_SMTP_MOT_DE_PASSE") or None
    if (utilisateur is None) != (mot_de_passe is None):
        raise SettingsError("TIERSLIEUX_SMTP_UTILISATEUR and TIERSLIEUX_SMTP_MOT_DE_PASSE go together; one is not set")
    if mot_de_passe and chiffrement == "aucun":
        raise SettingsError("TIERSLIEUX_SMTP_CHIFFREMENT is 'aucun'; expected starttls or tls, to send a password")
    port = _read_int(environ, "TIERSLIEUX_SMTP_PORT", default=CHIFFREMENTS[chiffrement], minimum=1, maximum=65_535)
    return SmtpSettings(hote, port, chiffrement, utilisateur, mot_de_passe)


def _read_expediteur(environ: Mapping[str, str], *, est_exige: bool) -> str:
    expediteur = environ.get("TIERSLIEUX_COURRIEL_EXPEDITEUR", "").strip()
    if not expediteur:
        if est_exige:
            raise SettingsError(
                "TIERSLIEUX_COURRIEL_EXPEDITEUR is not set; expected an address, since TIERSLIEUX_SMTP_HOTE is"
            )
        return EXPEDITEUR
    if not expediteur.isprintable() or "@" not in parseaddr(expediteur)[1]:
        raise SettingsError(
            f"TIERSLIEUX_COURRIEL_EXPEDITEUR is {expediteur!r}; expected an address, or a name and <an address>"
        )
    return expediteur


def _read_database_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("DATABASE_URL")
    if not url:
        return None
    # Hosting services hand out the scheme of libpq, which SQLAlchemy would give to another driver.
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith("postgresql+psycopg://"):
        raise SettingsError("DATABASE_URL has another scheme than postgresql://; only PostgreSQL with PostGIS works")
    return url


def _read_secret(environ: Mapping[str, str], var_dir: Path, *, development: bool) -> str:
    secret = environ.get("TIERSLIEUX_SECRET_KEY", "").strip()
    fichier = var_dir / "secret_key"
    if not secret and fichier.is_file():
        secret = fichier.read_text(encoding="ascii").strip()
    if not secret:
        raise SettingsError(
            "TIERSLIEUX_SECRET_KEY is not set; expected at least 32 random characters "
            "(`make serve` writes some to var/secret_key at its first run)"
        )
    if not development and (len(secret) < LONGUEUR_SECRET_MIN or is_weak_secret(secret)):
        raise SettingsError(
            f"TIERSLIEUX_SECRET_KEY is a known word or has {len(secret)} characters; expected at least "
            f"{LONGUEUR_SECRET_MIN} random ones outside development"
        )
    return secret


def is_weak_secret(secret: str) -> bool:
    """Whether the secret is a known default or repeats a handful of characters."""
    return secret.strip().lower() in _SECRETS_CONNUS or len(set(secret)) < LONGUEUR_SECRET_MIN // 4
