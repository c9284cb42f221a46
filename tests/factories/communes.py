"""A few communes with square boundaries, as the imports see them: names, codes and postcodes are real, shapes are not.

Each square is 0.1° wide around its centre, but for the arrondissements of Paris, 0.02° wide and side by side.
"""

from __future__ import annotations

import shapely

from tierslieux.territoires.noms import build_cle
from tierslieux.territoires.referentiel import CommuneReference, ReferentielCommunes

# code: (name, département, city of an arrondissement, longitude, latitude, postcodes)
_COMMUNES: dict[str, tuple[str, str, str | None, float, float, tuple[str, ...]]] = {
    "29019": ("Brest", "29", None, -4.49, 48.40, ("29200",)),
    "72181": ("Le Mans", "72", None, 0.20, 48.00, ("72000", "72100")),
    "28103": ("Cloyes-les-Trois-Rivières", "28", None, 1.24, 48.00, ("28220",)),
    "01053": ("Bourg-en-Bresse", "01", None, 5.23, 46.20, ("01000",)),
    "16052": ("Bors (Canton de Tude-et-Lavalette)", "16", None, 0.15, 45.36, ("16190",)),
    "16254": ("Montmoreau", "16", None, 0.13, 45.50, ("16190",)),
    "2A004": ("Ajaccio", "2A", None, 8.70, 41.93, ("20000", "20090")),
    "75056": ("Paris", "75", None, 2.36, 48.87, ("75010", "75019")),
    "75110": ("Paris 10e Arrondissement", "75", "75056", 2.35, 48.87, ("75010",)),
    "75119": ("Paris 19e Arrondissement", "75", "75056", 2.37, 48.87, ("75019",)),
    "97411": ("Saint-Denis", "974", None, 55.45, -20.90, ("97400", "97490")),
    "93066": ("Saint-Denis", "93", None, 2.35, 48.94, ("93200",)),
    "55039": ("Beaumont-en-Verdunois", "55", None, 5.40, 49.25, ("55100",)),
    "55545": ("Verdun", "55", None, 5.38, 49.15, ("55100",)),
}
_SANS_CONTOUR = frozenset({"55039"})


def build_referentiel() -> ReferentielCommunes:
    """The reference; Brest has a town hall, Beaumont-en-Verdunois neither polygon nor position."""
    communes, wkb, noms, codes_postaux = {}, {}, {}, {}
    for code, (nom, departement, ville, lon, lat, postaux) in _COMMUNES.items():
        cote = 0.02 if ville else 0.1
        sans = code in _SANS_CONTOUR
        communes[code] = CommuneReference(
            code=code,
            nom=nom,
            departement=departement,
            commune_parent=ville,
            lon=None if sans else lon,
            lat=None if sans else lat,
            mairie_lon=-4.4861 if code == "29019" else None,
            mairie_lat=48.3905 if code == "29019" else None,
        )
        carre = shapely.box(lon - cote / 2, lat - cote / 2, lon + cote / 2, lat + cote / 2)
        wkb[code] = None if sans else shapely.to_wkb(carre)
        noms.setdefault(build_cle(nom), set()).add(code)
        for code_postal in postaux:
            codes_postaux.setdefault(code_postal, set()).add(code)
    return ReferentielCommunes.build(
        communes=communes,
        wkb=wkb,
        noms=noms,
        anciens_noms={build_cle("Montigny-le-Gannelon"): {"28103"}, build_cle("Aignes-et-Puypéroux"): {"16254"}},
        successeurs={"28262": "28103"},
        codes_postaux=codes_postaux,
    )
