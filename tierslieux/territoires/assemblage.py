"""From the publisher's tables to territories: parents, names, populations, boundaries. Pure: tables in, frames out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tierslieux.core.geo import CRS_WGS84
from tierslieux.territoires.anciennes import build_anciennes, complete_anciennes, list_noms_anciens, read_wkb
from tierslieux.territoires.enums import CODE_FRANCE, Niveau
from tierslieux.territoires.frontieres import complete_communes, to_multipolygons
from tierslieux.territoires.noms import add_article

# A town hall further than this from its commune's polygon is a mistake of its directory (237 of 34,825 in edition
# 1.1.0, up to 5° away); nearer, the simplified polygon may be the one that is wrong.
ECART_MAIRIE_MAX_DEG = 0.1
# Municipal populations of Paris and Marseille, by which a census is known. Source: INSEE, populations légales.
RECENSEMENTS: Mapping[tuple[int, int], int] = {(2_187_526, 863_310): 2017}
PARIS, MARSEILLE = "75056", "13055"

Lecteur = Callable[[str], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Assemblage:
    """Everything that the load writes.

    `communes` and `arrondissements` are indexed by code INSEE: nom, nom_tri, type_nom, population, region, departement,
    epci, commune, mairie, geometry (EPSG:4326). `noms_anciens`: code (None for an older name of the same commune), nom,
    nom_tri, parent (code of the commune of today). `autres`, the levels above: niveau, code, nom, nom_tri,
    type_nom, population, region, departement. `codes_postaux`: code_postal, code (INSEE). `remarques`: what the
    publisher's tables lack, for readers of the site.
    """

    communes: gpd.GeoDataFrame
    arrondissements: gpd.GeoDataFrame
    noms_anciens: pd.DataFrame
    autres: pd.DataFrame
    codes_postaux: pd.DataFrame
    population_annee: int | None
    remarques: dict[str, object]


def assemble(read: Lecteur, read_anterieure: Lecteur | None = None) -> Assemblage:
    """Put the tables together; `read` gives one by its name, `read_anterieure` does so in an older edition."""
    lignes = read("communes").set_index("id")
    regions, departements = read("regions").set_index("id"), read("departements").set_index("id")
    epci = read("epci").set_index("id")
    departements["region"] = departements["region_id"].map(regions["code"])

    communes = _build_communes(lignes[lignes["type"] == "COM"], departements, epci)
    arrondissements = _build_arrondissements(lignes, communes)
    anciennes = build_anciennes(lignes)
    connues = len(anciennes)
    if read_anterieure is not None:
        anciennes = complete_anciennes(anciennes, communes, read_anterieure("communes").set_index("id"))
    communes["geometry"], completees = complete_communes(communes.geometry, anciennes)

    mairies = _drop_mairies_douteuses(communes)
    _drop_mairies_douteuses(arrondissements)
    codes_postaux = _build_codes_postaux(read, lignes["code"], arrondissements)
    # Holes of the map: the layer of communes leaves out the ground of the former communes that it does not draw.
    trous = anciennes[:connues]
    trous = trous[trous.geometry.isna() & (trous["code"] != trous["parent"])]
    remarques: dict[str, object] = {
        "communes_completees": completees,
        "communes_sans_polygone": sorted(communes.index[communes.geometry.isna()]),
        "communes_sans_code_postal": sorted(set(communes.index) - set(codes_postaux["code"])),
        "communes_sans_population": sorted(communes.index[communes["population"].isna()]),
        "anciennes_communes_sans_polygone": sorted(trous["code"]),
        "anciennes_communes_sans_suite": sorted(anciennes["code"][anciennes["parent"].isna()]),
        **mairies,
    }
    return Assemblage(
        communes=communes,
        arrondissements=arrondissements,
        noms_anciens=list_noms_anciens(anciennes, communes),
        autres=_build_autres(communes, epci, departements, regions),
        codes_postaux=codes_postaux,
        population_annee=_find_recensement(communes["population"]),
        remarques=remarques,
    )


# --- Communes, arrondissements ---------------------------------------------------------------------------------------


def _build_base(lignes: pd.DataFrame) -> gpd.GeoDataFrame:
    type_nom = lignes["type_nom"].astype(int)
    colonnes = {
        "nom": [add_article(nom, code) for nom, code in zip(lignes["nom"], type_nom, strict=True)],
        "nom_tri": lignes["nom"].to_numpy(),
        "type_nom": type_nom.to_numpy(),
        "population": pd.to_numeric(lignes["population_municipale"]).astype("Int64").array,
        "mairie": read_wkb(lignes["mairie_localisation"]),
    }
    index = pd.Index(lignes["code"], name="code")
    return gpd.GeoDataFrame(
        colonnes, geometry=to_multipolygons(read_wkb(lignes["geometry"])), index=index, crs=CRS_WGS84
    )


def _build_communes(lignes: pd.DataFrame, departements: pd.DataFrame, epci: pd.DataFrame) -> gpd.GeoDataFrame:
    communes = _build_base(lignes)
    communes["departement"] = lignes["departement_id"].map(departements["code"]).to_numpy()
    communes["region"] = lignes["departement_id"].map(departements["region"]).to_numpy()
    communes["epci"] = lignes["epci_id"].map(epci["code"]).to_numpy()
    communes["commune"] = None
    return communes


def _build_arrondissements(lignes: pd.DataFrame, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Municipal arrondissements, with the parents of their city."""
    plm = lignes[lignes["type"] == "ARM"]
    arrondissements = _build_base(plm)
    arrondissements["commune"] = plm["commune_parent_id"].map(lignes["code"]).to_numpy()
    for colonne in ("departement", "region", "epci"):
        arrondissements[colonne] = arrondissements["commune"].map(communes[colonne])
    return arrondissements


def _drop_mairies_douteuses(territoires: gpd.GeoDataFrame) -> dict[str, int]:
    """Set to None the town halls without position or far from their commune; returns how many there were of each."""
    mairies = territoires["mairie"].to_numpy()
    sans_position = shapely.is_missing(mairies) | shapely.is_empty(mairies)
    # NaN, when there is no polygon to compare with, is not far.
    eloignees = ~sans_position & (shapely.distance(mairies, territoires.geometry.to_numpy()) > ECART_MAIRIE_MAX_DEG)
    territoires["mairie"] = np.where(sans_position | eloignees, None, mairies)
    return {"mairies_sans_position": int(sans_position.sum()), "mairies_eloignees": int(eloignees.sum())}


def _build_codes_postaux(read: Lecteur, codes: pd.Series, arrondissements: gpd.GeoDataFrame) -> pd.DataFrame:
    """Postcodes of communes and arrondissements; Paris, Lyon and Marseille get those of their arrondissements."""
    postaux, liens = read("codes_postaux").set_index("id")["code"], read("codes_postaux_communes")
    frame = pd.DataFrame({"code_postal": liens["codepostal_id"].map(postaux), "code": liens["commune_id"].map(codes)})
    villes = frame[frame["code"].isin(arrondissements.index)]
    villes = villes.assign(code=villes["code"].map(arrondissements["commune"]))
    return pd.concat([frame.dropna(), villes]).drop_duplicates(ignore_index=True)


# --- Levels above ----------------------------------------------------------------------------------------------------


def _build_autres(
    communes: gpd.GeoDataFrame, epci: pd.DataFrame, departements: pd.DataFrame, regions: pd.DataFrame
) -> pd.DataFrame:
    """EPCI, départements, régions and France.

    Populations are sums over the communes that have one, None when none has. An EPCI that straddles départements is
    given the one where most of its inhabitants live.
    """
    niveaux = {
        Niveau.EPCI: epci.set_index("code").assign(type_nom=None),
        Niveau.DEPARTEMENT: departements.set_index("code"),
        Niveau.REGION: regions.set_index("code"),
    }
    frames = []
    for niveau, table in niveaux.items():
        frame = table[["nom", "type_nom"]].assign(niveau=niveau.value)
        # "La Réunion" is the one name of these levels that INSEE writes with its article.
        frame["nom_tri"] = frame["nom"].str.removeprefix("La ")
        frame["population"] = communes.groupby(niveau.value)["population"].sum(min_count=1)
        frames.append(frame)
    principaux = _find_departements_principaux(communes)
    frames[0]["departement"] = principaux
    frames[0]["region"] = principaux.map(departements.set_index("code")["region"])
    frames[1]["region"] = departements.set_index("code")["region"]
    # An EPCI whose communes are all elsewhere (New Caledonia, Polynesia) is none of this product's territories.
    frames[0] = frames[0][frames[0]["departement"].notna()]
    total = communes["population"].sum(min_count=1)
    france = {"niveau": Niveau.FRANCE.value, "nom": "France", "nom_tri": "France", "type_nom": 3, "population": total}
    frames.append(pd.DataFrame([france], index=[CODE_FRANCE]))
    autres = pd.concat(frames).rename_axis("code").reset_index()
    for colonne in ("type_nom", "population"):
        autres[colonne] = pd.to_numeric(autres[colonne]).astype("Int64")
    return autres


def _find_departements_principaux(communes: gpd.GeoDataFrame) -> pd.Series:
    """For each EPCI, the département where most of its inhabitants live (most of its communes, where unknown)."""
    groupes = communes.groupby(["epci", "departement"])["population"].agg(["sum", "size"]).reset_index()
    groupes = groupes.sort_values(["epci", "sum", "size", "departement"], ascending=[True, False, False, True])
    return groupes.drop_duplicates("epci").set_index("epci")["departement"]


def _find_recensement(populations: pd.Series) -> int | None:
    """The census year of the populations, when those of Paris and Marseille tell it."""
    temoins = (populations.get(PARIS), populations.get(MARSEILLE))
    return next((annee for valeurs, annee in RECENSEMENTS.items() if valeurs == temoins), None)
