"""The page of a territory's figures as its template reads it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierslieux.cartes.choroplethe import CSS_SANS_DONNEE, Choroplethe
from tierslieux.cartes.classes import NOMBRE_MAX, NOMBRE_MIN, Classes, ModeClasses
from tierslieux.cartes.graphiques import GraphiqueBarres, GraphiqueDistribution, build_distribution
from tierslieux.core.calendrier import MOIS
from tierslieux.couverture import formules
from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.couverture.services import Edition
from tierslieux.filtres import INSECABLE, format_nombre
from tierslieux.indicateurs.catalogue import Catalogue, Indicateur
from tierslieux.lieux.recherches_vaines import MOIS_LUS, PALIER, PROCHE_MIN, Vaines
from tierslieux.observatoire.mesures import Calcul, Mesure, list_indicateurs
from tierslieux.observatoire.methode import DEBUTS
from tierslieux.observatoire.params import PARTIES, Demande
from tierslieux.observatoire.presenters_carte import (
    CartePage,
    build_tableau,
    describe_page,
    write_titre,
    write_unite,
)
from tierslieux.observatoire.presenters_chiffres import (
    NOMS_NIVEAUX,
    Chiffre,
    GroupeChiffres,
    build_groupes,
    build_tiers_lieux,
    write_calcul,
)
from tierslieux.observatoire.presenters_comparaison import (
    Compare,
    Evolution,
    LigneComparaison,
    build_barres_cibles,
    build_barres_comparaison,
    build_barres_seuils,
    build_comparaison,
    list_evolutions,
)
from tierslieux.observatoire.presenters_conclusion import Phrase, build_phrases, write_reserve
from tierslieux.observatoire.services import Charges, Chiffres, Partie, Semblable
from tierslieux.territoires.adresses import Etape
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail
from tierslieux.trajets.moteur import Mode

_SEMBLABLES = {
    Niveau.REGION: "Régions de population proche",
    Niveau.DEPARTEMENT: "Départements de population proche",
    Niveau.EPCI: "Intercommunalités de la même région, de population proche",
    Niveau.COMMUNE: "Communes de la même région, de même densité et de population proche",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a list: its value in the address, its words, whether it is the one shown."""

    valeur: str
    libelle: str
    est_choisie: bool


@dataclass(frozen=True, slots=True)
class GroupeOptions:
    """Choices on one subject."""

    titre: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Reglages:
    """The form above the map; `parties` and `millesimes` are empty when there is nothing to choose.

    `est_reglee`: other classes than the usual ones were chosen.
    """

    indicateurs: tuple[GroupeOptions, ...]
    cibles: tuple[Option, ...]
    modes: tuple[Option, ...]
    seuils: tuple[Option, ...]
    millesimes: tuple[Option, ...]
    parties: tuple[Option, ...]
    classes: tuple[Option, ...]
    nombres: tuple[Option, ...]
    est_reglee: bool


@dataclass(frozen=True, slots=True)
class Comparaison:
    """The peers, those that are proposed (`semblables` says how), those that a name has found (None: none asked)."""

    compares: tuple[Compare, ...]
    lignes: tuple[LigneComparaison, ...]
    barres: GraphiqueBarres | None
    suggestions: tuple[Semblable, ...]
    semblables: str
    trouves: tuple[Semblable, ...] | None
    recherche: str
    est_complete: bool


@dataclass(frozen=True, slots=True)
class TerritoirePage:
    """Everything that templates/observatoire/territoire.html writes."""

    niveau: Niveau
    code: str
    nom: str
    complement: str
    titre: str
    description: str
    surtitre: str
    ariane: tuple[Etape, ...]
    erreurs: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    reserve: str | None
    est_calculee: bool
    groupes: tuple[GroupeChiffres, ...]
    tiers_lieux: GroupeChiffres
    reglages: Reglages
    carte: CartePage
    noms_parties: str
    detail_tableau: str
    distribution: GraphiqueDistribution | None
    barres: tuple[GraphiqueBarres, ...]
    comparaison: Comparaison
    evolutions: tuple[Evolution, ...]
    vaines: GroupeChiffres
    donnees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contexte:
    """What the page is made of: the territory with its figures, those of France, the computation, what is asked."""

    territoire: TerritoireDetail
    chiffres: Chiffres
    france: Chiffres | None
    edition: Edition | None
    demande: Demande
    charges: Charges
    parent_nom: str
    vaines: Vaines


@dataclass(frozen=True, slots=True)
class Dessin:
    """What is mapped: a figure of the parts, their classes, the map (None without outlines)."""

    mesure: Mesure
    parties: Sequence[Partie]
    classes: Classes
    carte: Choroplethe | None
    source: str


def build_page(contexte: Contexte, dessin: Dessin, comparaison: Comparaison, catalogue: Catalogue) -> TerritoirePage:
    """The page of a territory."""
    territoire, demande = contexte.territoire, contexte.demande
    mesure, parties, classes = dessin.mesure, dessin.parties, dessin.classes
    complement = formules.write_complement(territoire.niveau, territoire.nom, territoire.type_nom)
    phrases = build_phrases(territoire, contexte.chiffres, contexte.edition, demande.regle)
    tableau = build_tableau(
        parties,
        mesure,
        classes,
        list_css(classes),
        demande.regle,
        tri=demande.tri,
        page=demande.page,
        ici=territoire.code if territoire.niveau is demande.parties else "",
    )
    titre = write_titre(mesure, demande.parties, contexte.parent_nom)
    barres = (
        build_barres_seuils(contexte.chiffres, demande.regle),
        build_barres_cibles(contexte.chiffres, demande.regle),
    )
    return TerritoirePage(
        niveau=territoire.niveau,
        code=territoire.code,
        nom=territoire.nom,
        complement=complement,
        titre=f"Chiffres {complement}{INSECABLE}: illectronisme et accès aux lieux",
        description=phrases[0].texte,
        surtitre=_write_surtitre(territoire),
        ariane=tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents),
        erreurs=demande.erreurs,
        phrases=phrases,
        reserve=write_reserve(territoire, contexte.chiffres),
        est_calculee=contexte.edition is not None,
        groupes=build_groupes(territoire, contexte.chiffres, contexte.france, contexte.edition, demande.regle),
        tiers_lieux=build_tiers_lieux(contexte.chiffres, contexte.france, contexte.edition, demande.regle),
        reglages=build_reglages(demande, mesure, contexte.charges, catalogue, territoire.niveau),
        carte=CartePage(titre, dessin.carte, classes, tableau, mesure, source=dessin.source, unite=write_unite(mesure)),
        noms_parties=NOMS_NIVEAUX[demande.parties],
        detail_tableau=describe_page(tableau, demande.parties),
        distribution=_build_distribution(contexte, mesure, parties, classes),
        barres=tuple(graphique for graphique in barres if graphique is not None),
        comparaison=comparaison,
        evolutions=list_evolutions(contexte.chiffres),
        vaines=build_vaines(contexte.vaines),
        donnees=tuple(_list_donnees(contexte)),
    )


def list_css(classes: Classes) -> dict[int | None, str]:
    """The name of the colour of each class by its rank, as the map has it."""
    return {None: CSS_SANS_DONNEE, **{classe.rang: f"classe-{classe.teinte}" for classe in classes.classes}}


def _write_surtitre(territoire: TerritoireDetail) -> str:
    if territoire.niveau is Niveau.FRANCE:
        return "Les chiffres de tout le pays, pour les élus et les agents"
    niveau = formules.upper_initiale(territoire.niveau.libelle)
    return f"{niveau}, code {territoire.code}{INSECABLE}: les chiffres pour les élus et les agents"


def _build_distribution(
    contexte: Contexte, mesure: Mesure, parties: Sequence[Partie], classes: Classes
) -> GraphiqueDistribution | None:
    """Where the territory of the page stands among the parts; None when it is not one of them: the legend counts."""
    ici = next((p for p in parties if p.code == contexte.territoire.code), None)
    if contexte.territoire.niveau is not contexte.demande.parties or ici is None or ici.valeur is None:
        return None
    if len(classes.classes) < 2:
        return None
    noms = NOMS_NIVEAUX[contexte.demande.parties]
    return build_distribution(
        f"Combien de {noms} dans chaque classe",
        f"Nombre de {noms} dans chaque classe de la carte.",
        classes,
        valeur=mesure.convert(ici.valeur),
        texte_ici=f"{ici.nom}{INSECABLE}: {mesure.write(ici.valeur)}",
    )


def build_vaines(vaines: Vaines) -> GroupeChiffres:
    """How many searches found nothing near: "au moins 40", "moins de 10"."""
    nombre = f"moins de {PALIER}" if vaines.total is None else f"au moins {format_nombre(vaines.total)}"
    chiffre = Chiffre(
        libelle=f"Recherches sans résultat à proximité, {MOIS_LUS} derniers mois",
        valeur=nombre,
        precision=f"rien à {PROCHE_MIN}{INSECABLE}minutes ou moins en voiture",
        source=f"comptées sur ce site, de {_write_mois(vaines.depuis)} à {_write_mois(vaines.jusque)}",
        ancre="recherches",
    )
    return GroupeChiffres("recherches", "Ce que les habitants cherchent", (chiffre,))


def _write_mois(mois: dt.date) -> str:
    return f"{MOIS[mois.month - 1]} {mois.year}"


def _list_donnees(contexte: Contexte) -> Iterable[str]:
    """What the computation knows, and what it does not, in sentences."""
    edition = contexte.edition
    if edition is None:
        return
    yield f"Temps de trajet{INSECABLE}: {edition.libelle_moteur}, {write_calcul(edition)}."
    sans_horaires = format_nombre(edition.lieux_sans_horaires)
    yield (
        f"{format_nombre(edition.lieux)} lieux comptés. Les horaires de {sans_horaires} d’entre eux ne sont pas"
        " connus : nous avons pris la durée la plus courante des lieux du même type."
    )
    if edition.communes_avec_carreaux:
        communes = format_nombre(edition.communes_avec_carreaux)
        yield (
            f"Dans {communes} communes, les habitants sont placés là où ils vivent, par carreaux de 200 mètres ; dans"
            " les autres, à la mairie et autour."
        )
    else:
        yield "Les habitants sont placés à la mairie, et autour d’elle dans les communes étendues."


# --- The form --------------------------------------------------------------------------------------------------------


def build_reglages(
    demande: Demande, mesure: Mesure, charges: Charges, catalogue: Catalogue, niveau: Niveau
) -> Reglages:
    """The lists of the form, with what is shown chosen."""
    regle = demande.regle
    millesimes = charges.millesimes.get(mesure.id, ())
    parties = PARTIES[niveau]
    return Reglages(
        indicateurs=build_groupes_options(list_indicateurs(catalogue, charges.millesimes), mesure.id, catalogue),
        cibles=tuple(Option(c.value, formules.upper_initiale(c.libelle), c is regle.cible) for c in Cible),
        modes=tuple(Option(m.value, formules.upper_initiale(m.libelle), m is regle.mode) for m in Mode),
        seuils=tuple(Option(str(s), f"{s}{INSECABLE}minutes", s == regle.seuil_min) for s in SEUILS_MIN),
        millesimes=tuple(Option(str(a), str(a), a == mesure.millesime) for a in millesimes)
        if len(millesimes) > 1
        else (),
        parties=build_options_parties(parties, demande.parties),
        classes=tuple(Option(m.value, m.libelle, m is demande.classes) for m in ModeClasses),
        nombres=tuple(Option(str(n), f"{n} classes", n == demande.nombre) for n in range(NOMBRE_MIN, NOMBRE_MAX + 1)),
        est_reglee=(demande.classes, demande.nombre) != (ModeClasses.QUANTILES, NOMBRE_MIN),
    )


def build_options_parties(parties: Sequence[Niveau], choisie: Niveau) -> tuple[Option, ...]:
    """The levels that a territory can be cut into, nothing when there is one."""
    if len(parties) < 2:
        return ()
    return tuple(Option(p.value, formules.upper_initiale(NOMS_NIVEAUX[p]), p is choisie) for p in parties)


def build_groupes_options(
    indicateurs: Sequence[Indicateur],
    choisi: str,
    catalogue: Catalogue,
    *,
    calculs: Sequence[Calcul] = tuple(Calcul),
    libelles: Mapping[str, str] | None = None,
) -> tuple[GroupeOptions, ...]:
    """What a map can show, by subject as on the page of methods; `libelles` replaces names by id."""
    noms = libelles or {}
    groupes: list[tuple[str, list[Option]]] = [
        ("Accès aux lieux", [Option(c.value, c.libelle, c.value == choisi) for c in calculs])
    ]
    voulus = {indicateur.id for indicateur in indicateurs}
    for indicateur in catalogue.indicateurs.values():
        if indicateur.id in DEBUTS:
            groupes.append((DEBUTS[indicateur.id], []))
        if indicateur.id in voulus:
            libelle = noms.get(indicateur.id, indicateur.libelle)
            groupes[-1][1].append(Option(indicateur.id, libelle, indicateur.id == choisi))
    return tuple(GroupeOptions(titre, tuple(options)) for titre, options in groupes if options)


# --- The comparison --------------------------------------------------------------------------------------------------


def build_page_comparaison(
    contexte: Contexte,
    pairs: Sequence[Compare],
    suggestions: Sequence[Semblable],
    trouves: Sequence[Semblable] | None,
    *,
    maximum: int,
) -> Comparaison:
    """The comparison with the peers chosen, and those that can be added."""
    territoire, demande = contexte.territoire, contexte.demande
    compares = (Compare(territoire.code, territoire.nom, contexte.chiffres), *pairs)
    calcul = "" if contexte.edition is None else write_calcul(contexte.edition)
    pris = {compare.code for compare in compares}
    return Comparaison(
        compares=compares,
        lignes=build_comparaison(compares, demande.regle, calcul) if pairs else (),
        barres=build_barres_comparaison(compares, demande.regle) if pairs else None,
        suggestions=tuple(s for s in suggestions if s.code not in pris),
        semblables=_SEMBLABLES.get(territoire.niveau, ""),
        trouves=None if trouves is None else tuple(s for s in trouves if s.code not in pris),
        recherche=demande.pair,
        est_complete=len(pairs) >= maximum,
    )
