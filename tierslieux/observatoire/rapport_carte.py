"""The map of a territory to download: what it shows, its title, its sources. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierslieux.cartes.carte_folium import LIEUX_MAX, LieuCarte, build_carte_folium
from tierslieux.cartes.choroplethe import AireSource
from tierslieux.config import RACINE
from tierslieux.couverture import formules
from tierslieux.couverture.services import Ecart, EcartTerritoire, Edition, Regle
from tierslieux.filtres import INSECABLE, format_date, format_nombre
from tierslieux.indicateurs.services import ValeurTerritoire
from tierslieux.observatoire.rapport import build_parts_classes
from tierslieux.observatoire.rapport_donnees import compute_part
from tierslieux.observatoire.rapport_textes import write_calcul, write_points
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import Contour, TerritoireDetail

LEAFLET = RACINE / "static/vendor/leaflet"


@dataclass(frozen=True, slots=True)
class DonneesCarte:
    """What the map to download shows: parts by share of people who are far, by rate of illectronisme where nobody is.

    `annee` is that of the definition of illectronisme. `lieux` is empty where there are too many to be drawn:
    `est_coupee`.
    """

    territoire: TerritoireDetail
    edition: Edition | None
    annee: int | None
    regle: Regle
    niveau_parties: Niveau
    parties: tuple[EcartTerritoire, ...]
    taux: tuple[ValeurTerritoire, ...]
    contours: tuple[Contour, ...]
    lieux: tuple[LieuCarte, ...]
    est_coupee: bool

    @property
    def est_vide(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.contours and not self.lieux


def render_carte(donnees: DonneesCarte, *, today: dt.date, adresse: str) -> str:
    """The file, for `donnees` that hold something; no outside address."""
    valeurs, textes = _list_taux(donnees) if donnees.taux else _list_ecarts(donnees)
    return build_carte_folium(
        [AireSource(contour.code, contour.nom, contour.geometrie) for contour in donnees.contours],
        valeurs,
        build_parts_classes(valeurs.get(contour.code) for contour in donnees.contours),
        donnees.lieux,
        titre=f"{donnees.territoire.nom}{INSECABLE}: {_name_sujet(donnees)}",
        description=_describe(donnees),
        sources=tuple(_list_sources(donnees, adresse)),
        date=f"carte faite le {format_date(today)}",
        leaflet_dir=LEAFLET,
        textes=textes,
    )


def _list_taux(donnees: DonneesCarte) -> tuple[Mapping[str, float | None], Mapping[str, str]]:
    valeurs = {v.code: None if v.valeur is None else 100 * v.valeur for v in donnees.taux}
    return valeurs, {v.code: formules.write_pct(v.valeur, 1) for v in donnees.taux}


def _list_ecarts(donnees: DonneesCarte) -> tuple[Mapping[str, float | None], Mapping[str, str]]:
    ecarts = {partie.code: partie.ecart for partie in donnees.parties}
    valeurs = {code: None if ecart is None else 100 * compute_part(ecart) for code, ecart in ecarts.items()}
    return valeurs, {code: _write_partie(ecart) for code, ecart in ecarts.items()}


def _name_sujet(donnees: DonneesCarte) -> str:
    return "part des personnes en illectronisme" if donnees.taux else "qui est loin d’un lieu où quelqu’un aide"


def _describe(donnees: DonneesCarte) -> str:
    if donnees.taux:
        texte = f"Part des 15 ans ou plus en illectronisme, définition de {donnees.annee}. Modélisé."
    else:
        texte = f"Part des personnes en illectronisme {formules.write_au_dela(donnees.regle)}. Modélisé."
    if donnees.est_coupee:
        texte += (
            f" Les lieux ne sont pas dessinés{INSECABLE}: il y en a plus de {format_nombre(LIEUX_MAX)}. La carte d’un"
            " territoire plus petit les montre."
        )
    return texte


def _write_partie(ecart: Ecart | None) -> str:
    # "45 % (environ 120 personnes)"
    if ecart is None:
        return formules.PAS_DE_DONNEE
    if ecart.besoin_au_dela is None:
        return f"{formules.write_pct(compute_part(ecart))} des habitants"
    return f"{formules.write_pct(compute_part(ecart))} ({formules.write_personnes(ecart.besoin_au_dela)} personnes)"


def _list_sources(donnees: DonneesCarte, adresse: str) -> Iterator[str]:
    definition = f", définition de {donnees.annee}" if donnees.annee else ""
    yield f"personnes en illectronisme, modélisé par ce site d’après l’Insee{definition}"
    if donnees.edition is not None:
        yield f"trajets, {donnees.edition.libelle_moteur}, {write_calcul(donnees.edition)}"
        yield write_points(donnees.edition).removesuffix(".")
    yield f"lieux, {adresse}"
