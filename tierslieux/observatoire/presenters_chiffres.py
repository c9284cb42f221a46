"""The key figures of a territory, each with its source and its date. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tierslieux.couverture import formules
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import PAS_DE_DONNEE, write_au_dela, write_pct, write_personnes
from tierslieux.couverture.services import Acces, Ecart, Edition, Rang, Regle
from tierslieux.filtres import FINE, INSECABLE, format_date, format_duree, format_nombre
from tierslieux.indicateurs.catalogue import Unite
from tierslieux.indicateurs.services import Valeur
from tierslieux.observatoire.mesures import (
    ACTIFS_OCCUPES,
    ACTIFS_SANS_EMPLOI_LOCAL,
    BLANCHE_4G,
    LOCAUX_8,
    LOCAUX_30,
    PART_ILLECTRONISME,
    PERSONNES_ILLECTRONISME,
    POPULATION,
    SCORE_TIERS_LIEUX,
)
from tierslieux.observatoire.services import Chiffres
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail

NOMS_NIVEAUX = {
    Niveau.REGION: "régions",
    Niveau.DEPARTEMENT: "départements",
    Niveau.EPCI: "intercommunalités",
    Niveau.COMMUNE: "communes",
}


@dataclass(frozen=True, slots=True)
class Chiffre:
    """One key figure: `precision` is its interval or what it compares with; `source` says who and when."""

    libelle: str
    valeur: str
    precision: str
    source: str
    ancre: str
    est_modele: bool = False
    est_absent: bool = False


@dataclass(frozen=True, slots=True)
class GroupeChiffres:
    """Key figures on one subject."""

    id: str
    titre: str
    chiffres: tuple[Chiffre, ...]
    note: str = ""


def write_source(valeur: Valeur) -> str:
    """Who publishes and when: "Insee, 2022", "modélisé, 2021"."""
    if valeur.indicateur.methode.value == "modele":
        return f"modélisé, {valeur.millesime}"
    return f"{valeur.source.producteur}, {valeur.edition or valeur.millesime}"


def write_calcul(edition: Edition) -> str:
    """When times were computed."""
    return f"calculé le {format_date(edition.actualisee_at.date())}"


def write_valeur(valeur: Valeur) -> str:
    """A value of the catalogue in words, with its unit."""
    indicateur = valeur.indicateur
    if indicateur.unite is Unite.PART:
        return write_pct(valeur.valeur, indicateur.decimales)
    if indicateur.unite is Unite.CLASSE:
        return indicateur.classes[int(valeur.valeur) - 1]
    if indicateur.unite is Unite.PERSONNES and valeur.bas is not None:
        return write_personnes(valeur.valeur)
    nombre = format_nombre(round(valeur.valeur, indicateur.decimales))
    # Names of figures say that people are counted.
    sans_unite = indicateur.unite in {Unite.RAPPORT, Unite.PERSONNES}
    return nombre if sans_unite else f"{nombre}{INSECABLE}{indicateur.unite.libelle}"


def build_groupes(
    territoire: TerritoireDetail, chiffres: Chiffres, france: Chiffres | None, edition: Edition | None, regle: Regle
) -> tuple[GroupeChiffres, ...]:
    """The key figures of need for help, access and connection; `france` to compare with, None for France itself."""
    groupes = [GroupeChiffres("besoin", "Le besoin d’aide", tuple(_list_besoin(territoire, chiffres, france)))]
    if edition is not None:
        acces = tuple(_list_acces(territoire.niveau, chiffres, france, edition, regle))
        note = f"Temps de porte à porte{INSECABLE}: {edition.libelle_moteur}."
        groupes.append(GroupeChiffres("acces", "L’accès aux lieux", acces, note))
    connexion = tuple(_list_connexion(chiffres, france))
    return (*groupes, GroupeChiffres("connexion", "La connexion", connexion))


def build_tiers_lieux(
    chiffres: Chiffres, france: Chiffres | None, edition: Edition | None, regle: Regle
) -> GroupeChiffres:
    """The key figures of the need for third places, which is another need."""
    lignes = [
        _build_indicateur("Personnes qui ont un emploi et vivent ici", chiffres.find(ACTIFS_OCCUPES), ACTIFS_OCCUPES),
        _build_indicateur(
            "Au moins autant doivent travailler dans une autre commune",
            chiffres.find(ACTIFS_SANS_EMPLOI_LOCAL),
            ACTIFS_SANS_EMPLOI_LOCAL,
        ),
        _build_indicateur(
            "Score de besoin de tiers-lieux",
            chiffres.find(SCORE_TIERS_LIEUX),
            SCORE_TIERS_LIEUX,
            _compare(france, SCORE_TIERS_LIEUX),
        ),
    ]
    cible = Regle(Cible.TIERS_LIEU, regle.mode, regle.seuil_min)
    ecart = chiffres.ecarts.get(cible)
    if edition is not None and ecart is not None:
        lignes.append(_build_ecart(cible, ecart, edition))
        acces = chiffres.acces.get((Cible.TIERS_LIEU, regle.mode))
        lignes.append(_build_duree(acces, edition, "Tiers-lieu le plus proche", regle))
    return GroupeChiffres("tiers-lieux", "Le besoin de tiers-lieux", tuple(lignes))


def find_population(territoire: TerritoireDetail, chiffres: Chiffres) -> float | None:
    """Inhabitants by the latest census that is loaded, else those that come with the territories."""
    valeur = chiffres.find(POPULATION)
    return territoire.population if valeur is None else valeur.valeur


def _list_besoin(territoire: TerritoireDetail, chiffres: Chiffres, france: Chiffres | None) -> Iterator[Chiffre]:
    population = chiffres.find(POPULATION)
    if population is None and territoire.population is not None:
        habitants = format_nombre(territoire.population)
        yield Chiffre("Habitants", habitants, "", f"Insee, {territoire.population_annee}", POPULATION)
    else:
        yield _build_indicateur("Habitants", population, POPULATION)
    yield _build_indicateur(
        "Personnes en illectronisme", chiffres.find(PERSONNES_ILLECTRONISME), PERSONNES_ILLECTRONISME
    )
    yield _build_indicateur(
        "Leur part parmi les 15 ans ou plus",
        chiffres.find(PART_ILLECTRONISME),
        PART_ILLECTRONISME,
        _compare(france, PART_ILLECTRONISME),
    )


def _build_indicateur(libelle: str, valeur: Valeur | None, ancre: str, comparaison: str = "") -> Chiffre:
    if valeur is None:
        return Chiffre(libelle, PAS_DE_DONNEE, "", "", ancre, est_absent=True)
    precisions = [texte for texte in (write_bornes(valeur), comparaison) if texte]
    est_modele = valeur.indicateur.methode.value == "modele"
    texte = write_valeur(valeur)
    return Chiffre(libelle, texte, " ; ".join(precisions), write_source(valeur), ancre, est_modele=est_modele)


def write_bornes(valeur: Valeur) -> str:
    """The interval of a modelled value in its own unit, "" when there is none."""
    if valeur.bas is None or valeur.haut is None:
        return ""
    if valeur.indicateur.unite is Unite.PART:
        return write_bornes_pct(valeur, valeur.indicateur.decimales)
    return formules.write_intervalle(valeur.bas, valeur.haut) or ""


def write_bornes_pct(valeur: Valeur, decimales: int) -> str:
    """The interval of a share: "entre 10 % et 30 %"."""
    return f"entre {write_pct(valeur.bas, decimales)} et {write_pct(valeur.haut, decimales)}"


def _compare(france: Chiffres | None, indicateur: str, *, complement: bool = False) -> str:
    valeur = france.find(indicateur) if france else None
    if valeur is None:
        return ""
    if complement:
        return f"France{INSECABLE}: {write_pct(1 - valeur.valeur, valeur.indicateur.decimales)}"
    return f"France{INSECABLE}: {write_valeur(valeur)}"


def _list_acces(
    niveau: Niveau, chiffres: Chiffres, france: Chiffres | None, edition: Edition, regle: Regle
) -> Iterator[Chiffre]:
    source = write_calcul(edition)
    ecart = chiffres.ecarts.get(regle)
    if ecart is None:
        yield Chiffre("Personnes trop loin", PAS_DE_DONNEE, "", "", "ecart", est_absent=True)
        return
    yield _build_ecart(regle, ecart, edition)
    acces = chiffres.acces.get((regle.cible, regle.mode))
    yield _build_duree(acces, edition, "Lieu le plus proche", regle)
    if acces is None:
        return
    if acces.duree_second_min is not None:
        yield Chiffre("Deuxième lieu", format_duree(acces.duree_second_min), regle.mode.libelle, source, "trajets")
    if acces.heures_semaine is not None:
        heures = f"{format_nombre(round(acces.heures_semaine))}{INSECABLE}h par semaine"
        yield Chiffre("Heures d’ouverture à portée", heures, "tous lieux réunis", source, "accessibilite")
    if acces.accessibilite is not None:
        yield _build_accessibilite(acces.accessibilite, france, regle, source)
    if acces.gini is not None:
        texte = "de 0, tous également servis, à 1, un seul servi"
        yield Chiffre("Inégalité entre communes (Gini)", _write_gini(acces.gini), texte, source, "inegalites")
    if acces.part_dixieme is not None:
        texte = f"10{INSECABLE}% si tous étaient également servis"
        pct = write_pct(acces.part_dixieme, 1)
        yield Chiffre("Part du dixième le moins bien servi", pct, texte, source, "inegalites")
    if chiffres.rang is not None:
        yield build_rang(chiffres.rang, niveau, source)


def _build_ecart(regle: Regle, ecart: Ecart, edition: Edition) -> Chiffre:
    loin = formules.upper_initiale(write_au_dela(regle))
    source = write_calcul(edition)
    if ecart.besoin is None or ecart.besoin_au_dela is None:
        part = ecart.population_au_dela / ecart.population if ecart.population else None
        texte = f"{write_personnes(ecart.population_au_dela)} (habitants)"
        return Chiffre(loin, texte, write_pct(part), source, "ecart")
    part = ecart.besoin_au_dela / ecart.besoin if ecart.besoin else None
    qui = "des personnes qui ont un emploi" if regle.cible is Cible.TIERS_LIEU else "des personnes en illectronisme"
    intervalle = formules.write_intervalle(ecart.bas, ecart.haut)
    textes = [intervalle, "" if part is None else f"{write_pct(part)} {qui}"]
    return Chiffre(
        loin,
        write_personnes(ecart.besoin_au_dela),
        " ; ".join(texte for texte in textes if texte),
        source if regle.cible is Cible.TIERS_LIEU else f"modélisé ; {source}",
        "ecart",
        est_modele=regle.cible is not Cible.TIERS_LIEU,
    )


def _build_duree(acces: Acces | None, edition: Edition, libelle: str, regle: Regle) -> Chiffre:
    source = write_calcul(edition)
    if acces is None or acces.duree_min is None:
        return Chiffre(libelle, "aucun trajet trouvé", regle.mode.libelle, source, "trajets", est_absent=True)
    nom = f"{regle.mode.libelle}, en moyenne"
    if acces.lieu_nom:
        nom += f"{INSECABLE}: {acces.lieu_nom}"
    return Chiffre(libelle, format_duree(acces.duree_min), nom, source, "trajets")


def _build_accessibilite(valeur: float, france: Chiffres | None, regle: Regle, source: str) -> Chiffre:
    texte = f"{format_nombre(valeur)}{INSECABLE}h par semaine"
    libelle = f"Ouverture pour 1{FINE}000 personnes concernées"
    reference = france.acces.get((regle.cible, regle.mode)) if france else None
    precision = "partagée entre tous ceux qui peuvent y aller"
    if reference is not None and reference.accessibilite is not None:
        precision += f" ; France{INSECABLE}: {format_nombre(reference.accessibilite)}{INSECABLE}h"
    return Chiffre(libelle, texte, precision, source, "accessibilite")


def _write_gini(gini: float) -> str:
    return f"{gini:.2f}".replace(".", ",")


def build_rang(rang: Rang, niveau: Niveau, source: str) -> Chiffre:
    """The rank among peers: "12e sur 53"."""
    numero = "1er" if rang.rang == 1 else f"{format_nombre(rang.rang)}e"
    parmi = f"parmi les {NOMS_NIVEAUX[niveau]}"
    if rang.classe:
        parmi += f" de type « {rang.classe} »"
    texte = f"{parmi} ; le 1er rang a la plus petite part de personnes trop loin"
    total = f"{numero} sur {format_nombre(rang.total)}"
    return Chiffre("Rang", total, texte, source, "inegalites")


def _list_connexion(chiffres: Chiffres, france: Chiffres | None) -> Iterator[Chiffre]:
    for indicateur, debit in ((LOCAUX_8, 8), (LOCAUX_30, 30)):
        valeur = chiffres.find(indicateur)
        libelle = f"Locaux sans {debit} Mbit/s par un fil"
        if valeur is None:
            yield Chiffre(libelle, PAS_DE_DONNEE, "", "", indicateur, est_absent=True)
        else:
            texte = write_pct(1 - valeur.valeur, valeur.indicateur.decimales)
            precision = _compare(france, indicateur, complement=True)
            yield Chiffre(libelle, texte, precision, write_source(valeur), indicateur)
    yield _build_indicateur(
        "Population en zone blanche 4G", chiffres.find(BLANCHE_4G), BLANCHE_4G, _compare(france, BLANCHE_4G)
    )
