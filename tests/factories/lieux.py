"""Places of tests: a source, one fiche, and the lieu that follows from it by the rule of the product."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from sqlalchemy.orm import Session

from tierslieux.lieux.models import Changement, FicheSource, Lieu, Source
from tierslieux.lieux.resolution import Fiche, derive, resolve

INSTANT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)

_numeros = itertools.count(1)


def make_source(session: Session, source_id: str = "essai", **champs: Any) -> Source:
    """The source with this id, made if it is not there."""
    source = session.get(Source, source_id)
    if source is None:
        defauts = {
            "libelle": f"Source {source_id}",
            "producteur": "Producteur d’essai",
            "licence": "Licence Ouverte 2.0",
            "url": None,
            "edition": "2026-01-01",
            "confiance": 50,
            "est_inventee": False,
        }
        source = Source(id=source_id, **(defauts | champs))
        session.add(source)
        session.flush()
    return source


def make_lieu(
    session: Session,
    nom: str = "Lieu d’essai",
    *,
    lon: float | None = -4.49,
    lat: float | None = 48.39,
    source_id: str = "essai",
    statut: str = "publie",
    date_maj: dt.date | None = dt.date(2026, 1, 1),
    commune_code: str | None = "29019",
    genres: tuple[str, ...] = ("france-services",),
    avec_histoire: bool = True,
    **valeurs: Any,
) -> Lieu:
    """A published place with one fiche; `valeurs` are fields of resolution.CHAMPS."""
    source = make_source(session, source_id)
    numero = next(_numeros)
    dites: dict[str, Any] = {"nom": nom, "genres": list(genres), "commune_code": commune_code} | valeurs
    if lon is not None and lat is not None:
        dites.setdefault("position", {"lon": lon, "lat": lat, "precision": "adresse"})
    lieu = Lieu(
        public_id=f"essai{numero:05d}", statut=statut, nom=nom, est_aide=False, est_tiers_lieu=False, provenance={}
    )
    session.add(lieu)
    session.flush()
    fiche = FicheSource(
        source_id=source.id,
        identifiant=str(numero),
        lieu_id=lieu.id,
        brut={"nom": nom},
        valeurs=dites,
        empreinte=str(numero),
        date_maj=date_maj,
        creee_at=INSTANT,
        modifiee_at=INSTANT,
    )
    session.add(fiche)
    session.flush()
    resolu = resolve([Fiche(fiche.id, source.id, fiche.identifiant, source.confiance, date_maj, dites)])
    for champ, valeur in (resolu.valeurs | derive(resolu.valeurs)).items():
        if champ == "position":
            lieu.geom = f"SRID=4326;POINT({valeur['lon']} {valeur['lat']})"
            lieu.precision = valeur["precision"]
        elif champ != "ferme":
            setattr(lieu, champ, valeur)
    lieu.provenance = {champ: origine.to_json() for champ, origine in resolu.provenance.items()}
    # A place with a history can never be deleted.
    if avec_histoire:
        session.add(Changement(lieu_id=lieu.id, champ=None, avant=None, apres=resolu.valeurs, fait_at=INSTANT))
    session.flush()
    return lieu
