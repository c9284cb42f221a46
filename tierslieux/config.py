"""Settings: read once from the environment (and .env), typed, handed to create_app. Documented in .env.example."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

RACINE = Path(__file__).resolve().parent.parent

LONGUEUR_SECRET_MIN = 32
GEOCODAGES = ("local", "national", "addok")
TRAJETS = ("reseau", "estimation", "valhalla", "osrm", "ign")
_TRAJETS_AVEC_URL = frozenset({"valhalla", "osrm"})
_SECRETS_CONNUS = frozenset({"change-me", "changeme", "secret", "dev", "development", "default"})


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names it, its value and what was expected."""


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
