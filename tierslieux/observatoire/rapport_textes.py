"""The words of a diagnostic: conclusion, key figures, what can be done, sources. Plain: a council reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierslieux.couverture import formules
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.services import Edition, Regle
from tierslieux.filtres import INSECABLE, format_date, format_duree, format_nombre
from tierslieux.indicateurs.services import Valeur
from tierslieux.observatoire.rapport_donnees import NIVEAU_PARTIES, Donnees, count_au_dela, list_pires
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

POPULATION, FIXE = "population", "part_locaux_8"
ACTIONS_MONTREES = 3
# A territory where a tenth of the premises lack a good connection needs a public one.
_BON_HAUT_DEBIT = 0.9

_TROP_PETIT = {
    Niveau.COMMUNE: "la commune est trop petite",
    Niveau.ARRONDISSEMENT: "l’arrondissement est trop petit",
    Niveau.EPCI: "l’intercommunalité est trop petite",
}


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A key figure: the number as written, what it counts, its interval, where it comes from and when."""

    valeur: str
    libelle: str
    precision: str | None
    origine: str


def list_phrases(donnees: Donnees) -> Iterator[str]:
    """The conclusion: how many people, and how many of them are far, by the usual rule and by the one that tells."""
    territoire, besoin = donnees.territoire, donnees.besoin
    lieu = formules.write_lieu(territoire.niveau, territoire.nom, territoire.type_nom)
    if besoin is not None:
        etendue = _TROP_PETIT.get(territoire.niveau, "le territoire est trop petit")
        yield formules.write_besoin(lieu, besoin.valeur, besoin.bas, besoin.haut, etendue=etendue)
    for regle in dict.fromkeys((Regle(), donnees.regle)):
        ecart = donnees.find_ecart(regle)
        if ecart is None:
            continue
        if besoin is None or ecart.besoin is None or ecart.besoin_au_dela is None:
            yield formules.write_ecart_habitants(lieu, regle, ecart.population_au_dela, ecart.population)
        elif besoin.valeur > 0:
            yield formules.write_ecart(regle, ecart.besoin_au_dela, ecart.besoin, ecart.bas, ecart.haut)
    if not donnees.ecarts:
        yield "Les temps de trajet jusqu’aux lieux d’aide ne sont pas encore calculés."


def list_chiffres(donnees: Donnees) -> Iterator[Chiffre]:
    """Key figures, modelled ones with their interval, each with its source and date."""
    besoin, part = donnees.besoin, donnees.find_part()
    if besoin is not None:
        intervalle = formules.write_intervalle(besoin.bas, besoin.haut)
        origine = f"modélisé, définition de {besoin.annee}"
        yield Chiffre(formules.write_personnes(besoin.valeur), "personnes en illectronisme", intervalle, origine)
    if part is not None:
        bornes = _write_bornes_pct(part.bas, part.haut)
        yield Chiffre(formules.write_pct(part.valeur), "des 15 ans ou plus", bornes, f"modélisé, {part.millesime}")
    ecart = donnees.find_ecart(donnees.regle)
    if ecart is not None and ecart.besoin_au_dela is not None:
        yield Chiffre(
            formules.write_personnes(ecart.besoin_au_dela),
            f"d’entre elles {formules.write_au_dela(donnees.regle)}",
            formules.write_intervalle(ecart.bas, ecart.haut) if ecart.besoin_au_dela else None,
            f"modélisé, {write_calcul(donnees.edition)}",
        )
    yield from _list_chiffres_acces(donnees)
    population, fixe = donnees.find_valeur(POPULATION), donnees.find_valeur(FIXE)
    if population is not None:
        yield Chiffre(formules.write_effectif(round(population.valeur)), "habitants", None, _cite(population))
    if fixe is not None:
        pct = formules.write_pct(1 - fixe.valeur, 1)
        yield Chiffre(pct, f"des logements et locaux sous 8{INSECABLE}Mbit/s par un fil", None, _cite(fixe))


def _list_chiffres_acces(donnees: Donnees) -> Iterator[Chiffre]:
    mode, calcul = donnees.regle.mode, write_calcul(donnees.edition)
    acces = next((a for a in donnees.acces if a.cible is Cible.AIDE and a.mode is mode), None)
    if acces is not None and acces.duree_min is not None:
        quoi = f"{mode.libelle}, en moyenne, jusqu’au lieu d’aide le plus proche"
        yield Chiffre(format_duree(acces.duree_min), quoi, None, f"estimé, {calcul}")
    if acces is not None and acces.heures_semaine is not None:
        heures = f"{format_nombre(round(acces.heures_semaine))}{INSECABLE}h"
        yield Chiffre(heures, f"d’accueil par semaine à portée {mode.libelle}", None, f"estimé, {calcul}")
    # Where nobody is far, many are first together: a rank would say nothing.
    ici = donnees.find_ecart(donnees.regle)
    if donnees.rang is not None and ici is not None and count_au_dela(ici) > 0:
        rang = donnees.rang
        numero = "1er" if rang.rang == 1 else f"{format_nombre(rang.rang)}e"
        parmi = f"sur {format_nombre(rang.total)}" + (f" ({rang.classe.lower()})" if rang.classe else "")
        yield Chiffre(numero, f"{parmi}, du mieux servi au moins bien servi", None, calcul)


def _write_bornes_pct(bas: float | None, haut: float | None) -> str | None:
    return None if bas is None or haut is None else f"entre {100 * bas:.0f} et {100 * haut:.0f}{INSECABLE}%"


def write_calcul(edition: Edition | None) -> str:
    """When travel times were last computed."""
    return f"calcul du {format_date(edition.actualisee_at.date())}" if edition else "date inconnue"


def _cite(valeur: Valeur) -> str:
    return f"{valeur.source.producteur}, {valeur.millesime}"


def list_actions(donnees: Donnees) -> list[str]:
    """Three things that can be done, the most useful here first."""
    return [*_list_actions_ici(donnees), *_list_actions_partout(donnees)][:ACTIONS_MONTREES]


def _list_actions_ici(donnees: Donnees) -> Iterator[str]:
    est_grand = donnees.territoire.niveau in NIVEAU_PARTIES
    pires = list_pires(donnees.communes) if est_grand else []
    if pires:
        partie, ecart = pires[0]
        compte = formules.write_personnes(count_au_dela(ecart))
        yield (
            "Tenir une permanence d’aide, même une demi-journée par semaine. Le plus de personnes trop loin"
            f"{INSECABLE}: {partie.nom} ({compte})."
        )
    ici = donnees.find_ecart(donnees.regle)
    if not est_grand and ici is not None and count_au_dela(ici) > 0:
        yield (
            "Accueillir une permanence d’aide en mairie, même une demi-journée par semaine, ou demander le passage"
            " d’un bus numérique."
        )
    fixe = donnees.find_valeur(FIXE)
    if fixe is not None and fixe.valeur < _BON_HAUT_DEBIT:
        yield (
            f"Ouvrir un accès à Internet dans un lieu public{INSECABLE}: {formules.write_pct(1 - fixe.valeur, 1)} des"
            f" logements et locaux n’avaient pas 8{INSECABLE}Mbit/s en {fixe.millesime}."
        )


def _list_actions_partout(donnees: Donnees) -> Iterator[str]:
    yield (
        f"Faire connaître les lieux qui aident déjà{INSECABLE}: affiche en mairie, bulletin, guichets. Ce site a des"
        " listes à imprimer."
    )
    yield "Vérifier les horaires et le téléphone de chaque lieu avec ceux qui le tiennent, et corriger ce qui est faux."
    if donnees.regle.mode is Mode.VOITURE:
        yield f"Aider celles et ceux qui ne conduisent pas{INSECABLE}: transport à la demande, covoiturage."
    yield f"Former les agents d’accueil au premier geste{INSECABLE}: écouter, puis orienter vers le bon lieu."


def list_sources(donnees: Donnees) -> Iterator[str]:
    """Each source with its date, modelled figures first."""
    if donnees.besoin is not None:
        texte = f"Personnes en illectronisme{INSECABLE}: modélisé par ce site, jamais compté."
        part = donnees.find_part()
        if part is not None:
            texte += f" {part.source.libelle}, d’après{INSECABLE}: {part.edition or part.source.producteur}."
        else:
            texte += f" Définition de l’Insee de {donnees.besoin.annee}."
        yield texte
    if donnees.edition is not None:
        yield from _list_sources_trajets(donnees.edition)
    for indicateur in (POPULATION, FIXE):
        valeur = donnees.find_valeur(indicateur)
        if valeur is not None:
            source = f"{valeur.source.producteur}, {valeur.source.libelle}"
            yield f"{valeur.indicateur.libelle}{INSECABLE}: {source}, édition{INSECABLE}: {valeur.edition or '–'}."


def _list_sources_trajets(edition: Edition) -> Iterator[str]:
    yield (
        f"Trajets{INSECABLE}: {edition.libelle_moteur}, calcul du {format_date(edition.calculee_at.date())}, mis à jour"
        f" le {format_date(edition.actualisee_at.date())}. {write_points(edition)}"
    )
    yield (
        f"Lieux{INSECABLE}: ceux que ce site publie ({format_nombre(edition.lieux)} dans le pays), dont"
        f" {format_nombre(edition.lieux_sans_horaires)} sans horaires connus."
    )


def write_points(edition: Edition) -> str:
    """Where people are taken to live, since distances depend on it."""
    if edition.communes_avec_carreaux:
        communes = format_nombre(edition.communes_avec_carreaux)
        return f"Habitants placés sur les carreaux de 200{INSECABLE}m de l’Insee dans {communes} communes."
    return "Habitants placés à la mairie et, dans les grandes communes, sur des points répartis."
