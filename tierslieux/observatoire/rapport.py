"""The diagnostic of a territory on one page: its conclusion, figures, map, chart, table, and what can be done. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierslieux.cartes.choroplethe import AireSource, Choroplethe, build_choroplethe
from tierslieux.cartes.classes import NOMBRE_MIN, Classes, ModeClasses, build_classes
from tierslieux.cartes.graphiques import GraphiqueBarres, ValeurBarre, build_barres
from tierslieux.core.qr import Qr, build_qr
from tierslieux.couverture import formules
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import Acces, EcartTerritoire, Regle
from tierslieux.filtres import INSECABLE, agree, format_duree, format_nombre
from tierslieux.observatoire.rapport_donnees import (
    NIVEAU_PARTIES,
    PARTIES_MONTREES,
    Donnees,
    compute_part,
    count_au_dela,
    list_pires,
)
from tierslieux.observatoire.rapport_textes import Chiffre, list_actions, list_chiffres, list_phrases, list_sources
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail
from tierslieux.trajets.moteur import Mode

# A longer name pushes a table onto two lines a row.
_NOM_MAX = 60
# Nobody goes for longer, whatever the way.
_LONGTEMPS_MIN = 120
_NOMS_PARTIES = {
    Niveau.DEPARTEMENT: ("département", "départements"),
    Niveau.EPCI: ("intercommunalité", "intercommunalités"),
    Niveau.COMMUNE: ("commune", "communes"),
}


@dataclass(frozen=True, slots=True)
class Tableau:
    """A small table: title, heads of columns, rows of cells (the first one names the row); `note` says what is left."""

    titre: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """The page, every text ready to be read."""

    titre: str
    sous_titre: str
    today: dt.date
    conclusion: tuple[str, ...]
    chiffres: tuple[Chiffre, ...]
    carte: Choroplethe | None
    graphique: GraphiqueBarres | None
    tableau: Tableau | None
    actions: tuple[str, ...]
    sources: tuple[str, ...]
    adresse: str
    adresse_methode: str
    qr: Qr


def build_diagnostic(donnees: Donnees, *, today: dt.date, adresse: str, adresse_methode: str) -> Diagnostic:
    """The diagnostic of a territory of which something is known (see `Donnees.est_vide`)."""
    return Diagnostic(
        titre=donnees.territoire.nom,
        sous_titre=_describe(donnees.territoire),
        today=today,
        conclusion=tuple(list_phrases(donnees)),
        chiffres=tuple(list_chiffres(donnees)),
        carte=_build_carte(donnees),
        graphique=_build_graphique(donnees),
        tableau=_build_tableau(donnees),
        actions=tuple(list_actions(donnees)),
        sources=tuple(list_sources(donnees)),
        adresse=adresse,
        adresse_methode=adresse_methode,
        qr=build_qr(adresse),
    )


def build_parts_classes(pct: Iterable[float | None]) -> Classes:
    """Classes of shares in percent."""
    return build_classes(list(pct), ModeClasses.QUANTILES, NOMBRE_MIN, unite="%", decimales=0)


def _describe(territoire: TerritoireDetail) -> str:
    # What kind of territory it is, and where: "Commune, Finistère, Bretagne (code 29019)".
    if territoire.niveau is Niveau.FRANCE:
        return "Pays entier"
    parents = [p.nom for p in reversed(territoire.parents) if p.niveau in {Niveau.DEPARTEMENT, Niveau.REGION}]
    nature = formules.upper_initiale(territoire.niveau.libelle)
    return f"{', '.join((nature, *parents))} (code {territoire.code})"


def _build_carte(donnees: Donnees) -> Choroplethe | None:
    """The parts by share of people in need who are far, by share of illectronisme where nobody is; None without any."""
    par_partie = _NOMS_PARTIES[donnees.niveau_parties][0]
    valeurs: Mapping[str, float | None]
    if donnees.taux:
        valeurs = {v.code: None if v.valeur is None else 100 * v.valeur for v in donnees.taux}
        titre = f"Part des 15 ans ou plus en illectronisme, par {par_partie}"
    else:
        valeurs = {p.code: 100 * compute_part(p.ecart) if p.ecart else None for p in donnees.parties}
        titre = f"Part des personnes en illectronisme {formules.write_au_dela(donnees.regle)}, par {par_partie}"
    if not donnees.contours or all(valeur is None for valeur in valeurs.values()):
        return None
    return build_choroplethe(
        [AireSource(contour.code, contour.nom, contour.geometrie) for contour in donnees.contours],
        valeurs,
        build_parts_classes(valeurs.get(contour.code) for contour in donnees.contours),
        titre=f"{titre} (modélisé)",
        description="",
        contours=[] if donnees.cadre is None else [donnees.cadre.geometrie],
        ici=donnees.territoire.code,
        individuelles_max=0,
    )


def _build_graphique(donnees: Donnees) -> GraphiqueBarres | None:
    """How many people in need are beyond each threshold, by the mode of the report; where nobody is, rates compared."""
    barres = []
    for seuil in SEUILS_MIN:
        ecart = donnees.find_ecart(Regle(donnees.regle.cible, donnees.regle.mode, seuil))
        if ecart is None or ecart.besoin_au_dela is None:
            return _build_graphique_taux(donnees)
        texte = formules.write_personnes(ecart.besoin_au_dela)
        nom = f"plus de {seuil}{INSECABLE}min"
        est_ici = seuil == donnees.regle.seuil_min
        barres.append(ValeurBarre(nom, ecart.besoin_au_dela, texte, ecart.bas, ecart.haut, est_ici))
    if not any(barre.valeur for barre in barres):
        return _build_graphique_taux(donnees)
    titre = f"Personnes en illectronisme selon leur temps de trajet {donnees.regle.mode.libelle} (modélisé)"
    return build_barres(titre, f"Jusqu’à {donnees.regle.cible.libelle}. Le trait montre l’intervalle.", barres)


def _build_graphique_taux(donnees: Donnees) -> GraphiqueBarres | None:
    """The share of illectronisme here and in what the territory lies in; None without both."""
    ici = donnees.find_part()
    if ici is None or not donnees.reperes:
        return None
    barres = [
        ValeurBarre(_shorten(nom), v.valeur, formules.write_pct(v.valeur, 1), v.bas, v.haut, est_ici=v is ici)
        for nom, v in ((donnees.territoire.nom, ici), *donnees.reperes)
    ]
    titre = "Part des 15 ans ou plus en illectronisme, ici et autour (modélisé)"
    return build_barres(titre, "Le trait montre l’intervalle.", barres)


def _build_tableau(donnees: Donnees) -> Tableau | None:
    if donnees.territoire.niveau not in NIVEAU_PARTIES:
        return _build_tableau_lieux(donnees)
    if donnees.personnes:
        return _build_tableau_besoin(donnees)
    return _build_tableau_loin(donnees.communes, donnees.regle)


def _build_tableau_loin(communes: tuple[EcartTerritoire, ...], regle: Regle) -> Tableau | None:
    pires = list_pires(communes)
    if not pires:
        return None
    un, plusieurs = _NOMS_PARTIES[communes[0].niveau]
    lignes = tuple(
        (
            _shorten(partie.nom),
            formules.write_personnes(ecart.besoin),
            formules.write_personnes(count_au_dela(ecart)),
            formules.write_pct(compute_part(ecart)),
        )
        for partie, ecart in pires
    )
    reste = sum(count_au_dela(c.ecart) > 0 for c in communes if c.ecart is not None) - len(lignes)
    note = f"Et {format_nombre(reste)} {agree(reste, 'autre', 'autres')}, sur la page du territoire." if reste else None
    titre = f"{plusieurs.capitalize()} où le plus de personnes sont {formules.write_au_dela(regle)} (modélisé)"
    return Tableau(titre, (un.capitalize(), "En illectronisme", "Dont trop loin", "Part"), lignes, note)


def _build_tableau_besoin(donnees: Donnees) -> Tableau | None:
    """Where nobody is far: the parts with most people in need."""
    connues = [(p, p.valeur) for p in donnees.personnes if p.valeur is not None]
    taux = {v.code: v.valeur for v in donnees.taux}
    premieres = sorted(connues, key=lambda paire: (-paire[1], paire[0].code))[:PARTIES_MONTREES]
    if not premieres:
        return None
    un, plusieurs = _NOMS_PARTIES[donnees.niveau_parties]
    lignes = tuple(
        (
            _shorten(partie.nom),
            formules.write_personnes(valeur),
            formules.write_intervalle(partie.bas, partie.haut) or "–",
            formules.write_pct(taux.get(partie.code)),
        )
        for partie, valeur in premieres
    )
    titre = f"{plusieurs.capitalize()} où le plus de personnes sont en illectronisme (modélisé)"
    return Tableau(titre, (un.capitalize(), "En illectronisme", "Intervalle", "Part des 15 ans ou plus"), lignes)


def _build_tableau_lieux(donnees: Donnees) -> Tableau | None:
    """For one commune: the nearest place of each kind, and the time there."""
    par_cle = {(acces.cible, acces.mode): acces for acces in donnees.acces}
    lignes = []
    for cible in Cible:
        voiture, a_pied = par_cle.get((cible, Mode.VOITURE)), par_cle.get((cible, Mode.A_PIED))
        proche = voiture or a_pied
        if proche is not None and proche.lieu_nom is not None:
            quoi = formules.upper_initiale(cible.libelle)
            lignes.append((quoi, _shorten(proche.lieu_nom), _write_duree(voiture), _write_duree(a_pied)))
    if not lignes:
        return None
    entetes = ("On cherche", "Lieu le plus proche de la plupart des habitants", "En voiture", "À pied")
    return Tableau("Le plus proche de chaque sorte (temps moyens estimés)", entetes, tuple(lignes))


def _write_duree(acces: Acces | None) -> str:
    if acces is None or acces.duree_min is None:
        return formules.PAS_DE_DONNEE
    if acces.duree_min > _LONGTEMPS_MIN:
        return f"plus de {format_duree(_LONGTEMPS_MIN)}"
    return format_duree(acces.duree_min)


def _shorten(nom: str) -> str:
    return nom if len(nom) <= _NOM_MAX else f"{nom[: _NOM_MAX - 1].rstrip()}…"
