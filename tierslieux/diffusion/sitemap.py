"""The addresses of the site for search engines: an index, a part for the country, one for each département.

Parts hold 4,000 addresses at most with the data of 2026, far below the 50,000 and the 50 MB of the protocol; a
département's part is read again when its places have changed. Source of the format: sitemaps.org, protocol 0.9.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from tierslieux.canoniques import build_url_lieu, build_url_territoire
from tierslieux.core.db import Rangee
from tierslieux.core.errors import NotFoundError
from tierslieux.diffusion import queries
from tierslieux.extensions import get_session
from tierslieux.territoires.adresses import Etape, build_pas, build_slug, find_homonymes
from tierslieux.territoires.enums import Niveau

bp = Blueprint("sitemap", __name__)

PARTIE_FRANCE = "france"
# Pages without a territory that people may look for.
PAGES = ("accueil.show_accueil", "carte.show_carte", "territoires.show_france", "imports.show_donnees")
_CODE = re.compile(r"[0-9][0-9ab][0-9]?", re.ASCII)
_ESPACE_DE_NOMS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LIGNES_PAR_ENVOI = 500

# An address and the day of its last change, when it is known.
Adresse = tuple[str, dt.date | None]


@bp.get("/sitemap.xml")
def show_index() -> Response:
    """The list of the parts."""
    session = get_session()
    modifications = {
        r.departement_code: r.modifie_at.date() for r in session.execute(queries.list_modifications_stmt())
    }
    parties = [(PARTIE_FRANCE, max(modifications.values(), default=None))]
    parties += [(code.lower(), modifications.get(code)) for code, _ in queries.list_departements(session)]
    adresses = [(url_for("sitemap.show_partie", partie=partie), modifie_le) for partie, modifie_le in parties]
    return _build_reponse("sitemapindex", "sitemap", adresses)


@bp.get("/sitemap-<partie>.xml")
def show_partie(partie: str) -> Response:
    """The addresses of the country, or of a département."""
    session = get_session()
    if partie == PARTIE_FRANCE:
        return _build_reponse("urlset", "url", _list_pays(session))
    if not _CODE.fullmatch(partie):
        raise NotFoundError
    return _build_reponse("urlset", "url", _list_departement(session, partie.upper()))


def _list_pays(session: Session) -> list[Adresse]:
    """Pages of the site, régions, EPCI, and places whose commune is not known."""
    territoires = session.execute(queries.list_territoires_stmt([Niveau.REGION, Niveau.EPCI]))
    lieux = session.execute(queries.list_lieux_adresses_stmt(None))
    return [
        *((url_for(page), None) for page in PAGES),
        *((build_url_territoire([_build_etape(territoire)]), None) for territoire in territoires),
        *(_build_lieu(lieu, ()) for lieu in lieux),
    ]


def _list_departement(session: Session, code: str) -> list[Adresse]:
    """The département, its communes, its arrondissements and its places."""
    autres = session.execute(queries.list_territoires_stmt([Niveau.REGION, Niveau.DEPARTEMENT])).all()
    par_code = {(r.niveau, r.code): r for r in autres}
    departement = par_code.get((Niveau.DEPARTEMENT, code))
    if departement is None:
        raise NotFoundError
    base = [_build_etape(par_code[Niveau.REGION, departement.region_code]), _build_etape(departement)]
    communes = session.execute(queries.list_territoires_stmt([Niveau.COMMUNE, Niveau.ARRONDISSEMENT], code)).all()
    lieux = session.execute(queries.list_lieux_adresses_stmt(code)).all()
    homonymes = find_homonymes(commune.nom for commune in communes)
    dernieres: dict[str, dt.date] = {}
    for lieu in lieux:
        if lieu.modifie_at is not None:
            jour = lieu.modifie_at.date()
            dernieres[lieu.commune_code] = max(jour, dernieres.get(lieu.commune_code, jour))
    adresses: list[Adresse] = [(build_url_territoire(base), max(dernieres.values(), default=None))]
    echelles = {}
    for commune in communes:
        echelles[commune.code] = [*base, _build_etape(commune)]
        pas = build_pas(echelles[commune.code], has_homonyme=build_slug(commune.nom) in homonymes)
        adresses.append((build_url_territoire(echelles[commune.code], pas), dernieres.get(commune.code)))
    return [*adresses, *(_build_lieu(lieu, echelles[lieu.commune_code]) for lieu in lieux)]


def _build_etape(rangee: Rangee) -> Etape:
    return rangee.nom, rangee.niveau, rangee.code


def _build_lieu(lieu: Rangee, echelle: Iterable[Etape]) -> Adresse:
    adresse = build_url_lieu(tuple(echelle), lieu.nom, lieu.public_id)
    return adresse, None if lieu.modifie_at is None else lieu.modifie_at.date()


def _build_reponse(racine: str, element: str, adresses: list[Adresse]) -> Response:
    """The document, sent as it is written."""
    hote = request.host_url

    def ecrire() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{racine} xmlns="{_ESPACE_DE_NOMS}">\n'
        for debut in range(0, len(adresses), _LIGNES_PAR_ENVOI):
            yield "".join(
                f"<{element}><loc>{escape(urljoin(hote, adresse))}</loc>"
                f"{f'<lastmod>{jour.isoformat()}</lastmod>' if jour else ''}</{element}>\n"
                for adresse, jour in adresses[debut : debut + _LIGNES_PAR_ENVOI]
            )
        yield f"</{racine}>\n"

    return Response(ecrire(), mimetype="application/xml")
