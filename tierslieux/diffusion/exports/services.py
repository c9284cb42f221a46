"""Prepare an export: which state of the base it reads, what it says of itself, how it is written and named."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Generator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.core.disque import watch_disque
from tierslieux.core.empreinte import digest_programme
from tierslieux.core.errors import InvalidInputError, NotFoundError
from tierslieux.core.types import parse_siret
from tierslieux.diffusion.exports.contexte import Contexte, build_sources
from tierslieux.diffusion.exports.ecarts import Journal
from tierslieux.diffusion.exports.params import write_args
from tierslieux.diffusion.exports.registre import Format
from tierslieux.lieux import extraction
from tierslieux.lieux.extraction import Selection, Version
from tierslieux.lieux.models import Source
from tierslieux.territoires import services as territoires
from tierslieux.territoires.enums import Niveau

PRODUCTEUR_INCONNU = "tierslieux"

_LIBELLES_NIVEAUX = {
    Niveau.REGION: "Région",
    Niveau.DEPARTEMENT: "Département",
    Niveau.EPCI: "Intercommunalité",
    Niveau.COMMUNE: "Commune",
}
_EXEMPLES = {Niveau.REGION: "53", Niveau.DEPARTEMENT: "29", Niveau.EPCI: "242900314", Niveau.COMMUNE: "29019"}


def check_selection(session: Session, selection: Selection) -> None:
    """Raise InvalidInputError when the territory or the source does not exist."""
    if selection.code is not None and _find_nom_territoire(session, selection) is None:
        attendu = "le code d’un territoire d’aujourd’hui, par exemple " + _EXEMPLES[selection.niveau]
        raise InvalidInputError(selection.niveau.value, selection.code, attendu)
    if selection.source_id is not None and session.get(Source, selection.source_id) is None:
        connues = session.scalars(select(Source.id).order_by(Source.id))
        raise InvalidInputError("source", selection.source_id, "une source parmi " + ", ".join(connues))


def _find_nom_territoire(session: Session, selection: Selection) -> str | None:
    """The name of the territory, None when it does not exist; a municipal arrondissement is taken for a commune."""
    if selection.code is None:
        return "France"
    if selection.niveau is Niveau.COMMUNE:
        commune = territoires.find_commune(session, selection.code)
        return commune.nom if commune and commune.code == selection.code else None
    try:
        return territoires.get_territoire(session, selection.niveau, selection.code).nom
    except NotFoundError:
        return None


def build_contexte(
    session: Session, selection: Selection, *, racine: str | None, journal: Journal | None = None
) -> Contexte:
    """What the file says of itself; `racine` is the address of the site with its final slash."""
    modifiee_at = extraction.read_version(session).modifiee_at
    return Contexte(
        compte=extraction.count_lieux(session, selection),
        filtre=describe_selection(session, selection),
        sources=build_sources(extraction.list_sources(session, selection)),
        date=modifiee_at.date() if modifiee_at else None,
        racine=racine,
        journal=journal or Journal(),
    )


def describe_selection(session: Session, selection: Selection) -> str:
    """The selection in French sentences."""
    criteres = selection.criteres
    if criteres.includes_candidats:
        phrases = ["Lieux d’aide numérique, tiers-lieux, et mairies et bibliothèques qui ne déclarent aucune aide"]
    else:
        phrases = ["Lieux d’aide numérique et tiers-lieux"]
    if selection.code is not None:
        nom = _find_nom_territoire(session, selection)
        phrases.append(f"{_LIBELLES_NIVEAUX[selection.niveau]} : {nom} ({selection.code})")
    for titre, membre in (
        ("Besoin", criteres.besoin),
        ("Type de lieu", criteres.genre),
        ("Aide proposée", criteres.service),
    ):
        if membre is not None:
            phrases.append(f"{titre} : {membre.libelle}")
    phrases += [texte for dit, texte in ((criteres.gratuit, "Gratuits"), (criteres.accessible, "Accessibles")) if dit]
    if selection.texte:
        phrases.append(f"Dont le nom contient : {selection.texte}")
    if selection.source_id is not None:
        source = session.get(Source, selection.source_id)
        phrases.append(f"Source : {source.libelle if source else selection.source_id}")
    return ". ".join(phrases) + "."


def build_etag(version: Version, forme: Format, selection: Selection, racine: str) -> str:
    """A short text that changes with the base, the format, the selection, the site's address and this program."""
    cle = repr(
        (
            version.cle,
            forme.code,
            sorted(write_args(selection).items()),
            racine,
            digest_programme(Path(__file__).parent),
        )
    )
    return hashlib.sha256(cle.encode()).hexdigest()[:20]


def build_nom(forme: Format, *, jour: dt.date, producteur: str, territoire: str) -> str:
    """The name of a file as the national standard wants it: 20261122_<producer>_<subject>_<territory>.<extension>.

    Source: "Recommandations pour le nommage des fichiers", README of LaMednum/standard-mediation-num.
    """
    return f"{jour:%Y%m%d}_{producteur}_{forme.sujet}_{territoire}{forme.suffixe}.{forme.extension}"


def find_producteur(editeur: str | None) -> str:
    """The identifier of whoever runs the site: the SIRET that its legal notice holds, else the program's name."""
    for candidat in re.findall(r"\d[\d ]{12,20}\d", editeur or ""):
        siret = parse_siret(candidat)
        if siret is not None:
            return siret
    return PRODUCTEUR_INCONNU


def build_nom_territoire(session: Session, selection: Selection) -> str:
    """The territory as a part of a file's name, without accents: "France", "Cotes-d-Armor"."""
    nom = _find_nom_territoire(session, selection) or ""
    sans_accent = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", sans_accent).strip("-") or "France"


def stream(session: Session, forme: Format, selection: Selection, contexte: Contexte) -> Generator[bytes]:
    """The file of a format with `flux`, piece by piece as places are read.

    Whoever stops on the way closes it before the session, whose cursor it holds.
    """
    if forme.flux is None:
        raise ValueError(f"{forme.code} is written to a file")
    yield from forme.flux(extraction.stream_lieux(session, selection), contexte)


def write(session: Session, forme: Format, selection: Selection, contexte: Contexte, chemin: Path) -> None:
    """Write the file of any format; raises PlaceManquanteError when the disk is full."""
    lots = extraction.stream_lieux(session, selection)
    with watch_disque(chemin):
        if forme.fichier is not None:
            forme.fichier(lots, contexte, chemin)
            return
        with chemin.open("wb") as sortie:
            for morceau in stream(session, forme, selection, contexte):
                sortie.write(morceau)
