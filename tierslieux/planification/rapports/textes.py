"""The words of the report of a study: question, answer, proof, what stays unsure. Plain: a council reads them. Pure.

Spaces are ordinary ones: rapport.build_rapport makes those that French typography never breaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierslieux.couverture.formules import upper_initiale, write_lieu, write_pct, write_personnes
from tierslieux.filtres import agree, format_date, format_duree, format_nombre
from tierslieux.planification.bilan import Compte
from tierslieux.planification.enums import Objectif, Priorite
from tierslieux.planification.etude import Etude
from tierslieux.planification.lecture import POIDS_PRIORITAIRE
from tierslieux.planification.presenters import (
    format_acces,
    format_intervalle,
    format_loin,
    format_part,
    format_qui,
    format_valeur,
)
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.sensibilite import Sensibilite
from tierslieux.planification.resultats import Resultat

# Shares of the questions in which a site stays, and how solid it is then said to be.
SOLIDE, ASSEZ_SOLIDE = 0.9, 0.6


def write_titre(donnees: Donnees) -> str:
    """The title of the report."""
    if donnees.entete is not None:
        return donnees.entete.titre
    territoire = donnees.territoire
    lieu = write_lieu(territoire.niveau, territoire.nom, territoire.type_nom)
    return f"Où ouvrir de nouveaux lieux {lieu} ?"


def write_question(etude: Etude) -> str:
    """What is asked, in one sentence."""
    qui, acces = format_qui(etude.besoin), format_acces(etude)
    combien = _write_moyens(etude)
    if etude.objectif is Objectif.PART:
        return f"Où ouvrir le moins de lieux pour que {write_pct(etude.part)} des {qui} soient {acces} ?"
    if etude.objectif is Objectif.TRAJET:
        return f"Où ouvrir {combien} pour réduire le plus le temps de trajet des {qui} ?"
    if etude.objectif is Objectif.PIRE:
        return f"Où ouvrir {combien} pour rapprocher d’abord celles et ceux qui sont le plus loin ?"
    suite = ", puis que les trajets soient les plus courts" if etude.objectif is Objectif.COUVERTURE_PUIS_TRAJET else ""
    return f"Où ouvrir {combien} pour que le plus de {qui} soient {acces}{suite} ?"


def _write_moyens(etude: Etude) -> str:
    lieux = "des lieux" if etude.sites is None else f"{etude.sites} {agree(etude.sites, 'lieu', 'lieux')} au plus"
    return lieux if etude.budget is None else f"{lieux}, avec un budget de {format_nombre(etude.budget)}"


def list_reponses(donnees: Donnees) -> Iterator[str]:
    """What the plan or the scenario gives: people newly served, and their share."""
    etude, evaluation = donnees.etude, donnees.evaluation
    qui, acces = format_qui(etude.besoin), format_acces(etude)
    ouverts, fermes = len(evaluation.sites_ouverts), len(evaluation.sites_fermes)
    if not ouverts and not fermes:
        yield "Aucun lieu nouveau n’est utile pour cette question : rien ne changerait."
    else:
        yield (
            f"{_write_changements(ouverts, fermes)} : {_write_gens(donnees.gagnes, qui)} de plus"
            f" {_agree(donnees.gagnes, 'serait', 'seraient')} {acces}."
        )
    if evaluation.perdus.valeur > 0:
        yield f"{upper_initiale(_write_gens(evaluation.perdus, qui))} ne le seraient plus."
    avant, apres = evaluation.avant, evaluation.apres
    if avant.besoin.valeur:
        yield (
            f"La part des {qui} proches d’un lieu passerait de {format_part(avant.couvert, avant.besoin)}"
            f" à {format_part(apres.couvert, apres.besoin)}."
        )
    if avant.duree_moyenne_min is not None and apres.duree_moyenne_min is not None:
        durees = format_duree(avant.duree_moyenne_min), format_duree(apres.duree_moyenne_min)
        yield (
            f"Leur trajet moyen passerait de {durees[0]} à {durees[1]}."
            if durees[0] != durees[1]
            else f"Leur trajet moyen resterait de {durees[0]}."
        )


def _write_changements(ouverts: int, fermes: int) -> str:
    dits = []
    if ouverts:
        dits.append(f"{ouverts} {agree(ouverts, 'lieu ouvert', 'lieux ouverts')}")
    if fermes:
        dits.append(f"{fermes} {agree(fermes, 'lieu fermé', 'lieux fermés')}")
    return f"Avec {' et '.join(dits)}"


def _write_gens(compte: Compte, qui: str) -> str:
    if not compte.valeur:
        return f"aucune des {qui}"
    intervalle = format_intervalle(compte)
    return f"{format_valeur(compte)} {qui}" + (f" ({intervalle})" if intervalle else "")


def _agree(compte: Compte, singulier: str, pluriel: str) -> str:
    return pluriel if compte.valeur else singulier


def list_preuves(resultat: Resultat) -> Iterator[str]:
    """How far the answer is from the best possible, in words, then in figures."""
    nombre, candidats = len(resultat.sites), format_nombre(resultat.candidats)
    if resultat.est_optimal:
        yield (
            f"C’est la meilleure réponse possible parmi les {candidats} bâtiments étudiés : le calcul le"
            f" démontre. Aucune autre liste {_write_liste(resultat, nombre)} ne fait mieux."
        )
    else:
        yield (
            f"Une meilleure liste existe peut-être parmi les {candidats} bâtiments étudiés, mais elle ferait au plus"
            f" {write_pct(resultat.ecart, 2)} de mieux. Le calcul a été arrêté avant la fin de la démonstration."
        )
    if resultat.est_optimal and resultat.unite == "personnes" and nombre < (resultat.etude.sites or 0):
        yield f"{resultat.etude.sites} lieux sont permis et {nombre} suffisent : un de plus ne rapprocherait personne."
    sens = "au mieux" if resultat.unite == "personnes" else "au moins"
    yield (
        f"Valeur de cette réponse : {_write_mesure(resultat.objectif, resultat.unite)}. Borne démontrée"
        f" : {sens} {_write_mesure(resultat.borne, resultat.unite)}. Écart :"
        f" {_write_ecart(resultat.ecart)}."
    )
    if resultat.unite == "personnes":
        mots = "La valeur compte les personnes déjà proches d’un lieu ouvert aujourd’hui et celles qui le deviennent"
        if resultat.etude.priorite is not Priorite.AUCUNE:
            mots += f" ; celles de {resultat.etude.priorite.libelle} y comptent {POIDS_PRIORITAIRE:g} fois"
        yield f"{mots}."
    if resultat.etude.objectif is Objectif.TRAJET:
        yield "La valeur est la somme des minutes de toutes ces personnes, pour un trajet chacune."
    if resultat.etude.objectif is Objectif.PIRE:
        yield "La valeur est le temps de trajet de la personne la plus loin."
    yield "Quand deux bâtiments se valent, le calcul retient toujours le même, sans autre raison."


def _write_liste(resultat: Resultat, nombre: int) -> str:
    if resultat.etude.objectif is Objectif.PART:
        return "plus courte"
    if resultat.etude.budget is not None:
        return "dans ce budget"
    return f"de {nombre} {agree(nombre, 'lieu', 'lieux')}"


def _write_mesure(valeur: float, unite: str) -> str:
    return f"{format_nombre(valeur)} {unite}"


def _write_ecart(ecart: float) -> str:
    return write_pct(ecart, 2)


def write_comparaison(donnees: Donnees) -> str | None:
    """How a scenario stands beside the best plan with as many openings; None without one."""
    if donnees.comparaison is None:
        return None
    meilleur, ici = donnees.comparaison, donnees.evaluation
    nombre = len(ici.sites_ouverts)
    lieux = f"{nombre} {agree(nombre, 'lieu', 'lieux')}"
    possible = meilleur.apres.couvert.valeur - ici.avant.couvert.valeur
    obtenu = ici.apres.couvert.valeur - ici.avant.couvert.valeur
    preuve = "le calcul le démontre" if meilleur.est_optimal else "au moins"
    texte = (
        f"Pour comparaison, le meilleur choix de {lieux} parmi {format_nombre(meilleur.candidats)} bâtiments"
        f" rapprocherait {write_personnes(max(possible, 0.0))} personnes ({preuve})."
    )
    if possible > 0 and obtenu <= possible:
        texte += f" Ce scénario en rapproche {write_pct(max(obtenu, 0.0) / possible)}."
    elif obtenu > possible:
        texte += " Ce scénario fait mieux, grâce à des points qui ne sont pas parmi ces bâtiments."
    return texte


def write_reste(donnees: Donnees) -> str:
    """Who stays far."""
    reste = donnees.evaluation.apres.au_dela
    if reste.valeur <= 0:
        return f"Plus personne ne resterait {format_loin(donnees.etude)}."
    nombre = donnees.restantes_nombre
    return (
        f"{upper_initiale(_write_gens(reste, format_qui(donnees.etude.besoin)))} resteraient"
        f" {format_loin(donnees.etude)}, dans {format_nombre(nombre)} {agree(nombre, 'commune', 'communes')}."
    )


def write_solidite(part: float) -> str:
    """How solid a site is, by the share of the questions in which it stays."""
    if part >= SOLIDE:
        return "solide"
    return "assez solide" if part >= ASSEZ_SOLIDE else "à discuter"


def list_solidites(sensibilite: Sensibilite) -> Iterator[str]:
    """Whether the list of sites survives."""
    if not sensibilite.questions or not sensibilite.restes:
        yield "La liste n’a pas été mise à l’épreuve : l’étude est trop grande, ou sa liste est vide."
        return
    sites, questions = len(sensibilite.restes), sensibilite.questions
    solides = sum(reste >= SOLIDE * questions for _, reste in sensibilite.restes)
    proposes = agree(sites, "lieu proposé", "lieux proposés")
    restent = agree(solides, "reste", "restent") if solides else "ne reste"
    yield (
        f"Nous avons refait le calcul {questions} fois en changeant ce qui n’est pas sûr. {solides or 'Aucun'} des"
        f" {sites} {proposes} {restent} dans la meilleure liste au moins neuf fois sur dix."
    )
    if sensibilite.tirages:
        moyenne = sum(v.part_gardee for v in sensibilite.tirages) / len(sensibilite.tirages)
        yield (
            "Quand seul le nombre de personnes change, cette liste garde en moyenne"
            f" {write_pct(moyenne)} du meilleur gain possible."
        )
    pire = sensibilite.pire
    if pire is not None:
        nom = pire.nom[0].lower() + pire.nom[1:]
        yield (
            f"Dans le cas le moins favorable ({nom}), garder cette liste donne encore"
            f" {write_pct(pire.part_gardee)} du gain qu’aurait la meilleure liste de ce cas."
        )
    if sensibilite.retraits:
        fragile = max(sensibilite.retraits, key=lambda r: r.perte)
        perte = fragile.perte
        if perte <= 1e-6 * max(sensibilite.valeur, 1.0):
            yield "Si l’un des bâtiments ne peut pas accueillir, un autre le remplace sans perte."
        else:
            yield (
                f"Le lieu le plus difficile à remplacer est « {fragile.site.nom} » : sans lui,"
                f" même en choisissant mieux ailleurs, on perd {write_perte(perte, sensibilite.unite)}."
            )


def write_perte(perte: float, unite: str) -> str:
    """A loss in its unit; minutes as the aim of the study counts them."""
    if perte < 0.5:
        return "rien"
    return f"{write_personnes(perte)} personnes" if unite == "personnes" else f"{format_nombre(round(perte))} minutes"


def list_limites(donnees: Donnees) -> Iterator[str]:
    """What the report does not say."""
    yield "Un bâtiment proposé n’a pas été visité : il faut demander à la commune s’il peut accueillir."
    if donnees.etude.est_modelise:
        yield "Le nombre de personnes concernées est une estimation, jamais un comptage."
    if donnees.terrain.is_estime:
        yield "Les temps de trajet sont estimés d’après la distance, sans suivre les routes."
    yield "Le calcul ne connaît ni les locaux libres, ni les agents, ni les accords entre communes."


def write_donnees(donnees: Donnees) -> str:
    """The date of the data, not that of the printing."""
    dates = [edition.date for edition in donnees.editions if edition.date is not None]
    besoin = f"Besoin : {donnees.terrain.source}."
    if not dates:
        return besoin
    return f"{besoin} Lieux connus au {format_date(max(dates))}."
