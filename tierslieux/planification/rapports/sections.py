"""The sections of the report of a study: what each says, in its order, with its tables and drawings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.cartes.graphiques import GraphiqueBarres, ValeurBarre, build_barres
from tierslieux.couverture.formules import write_personnes
from tierslieux.filtres import agree, format_nombre, protect_espaces
from tierslieux.planification.carte import draw_carte_etude
from tierslieux.planification.presenters import (
    build_lignes_bilan,
    format_compte,
    format_intervalle,
    format_minutes,
    format_qui,
)
from tierslieux.planification.rapports import methode, textes
from tierslieux.planification.rapports.blocs import Section, Tableau, name_site
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.solidite import build_epargne, list_solidite
from tierslieux.planification.resultats import VERSION, SitePropose

# Changes when the same inputs would give another report.
VERSION_RAPPORT = 1
_SITES_RESUME = 10
_SITES_GRAPHIQUE = 15


def build_resume(donnees: Donnees) -> Section:
    """One page for elected people."""
    paragraphes = [textes.write_question(donnees.etude)] if donnees.resultat else []
    paragraphes += textes.list_reponses(donnees)
    if donnees.resultat is not None:
        paragraphes += [next(textes.list_preuves(donnees.resultat)), *donnees.resultat.remarques]
    elif comparaison := textes.write_comparaison(donnees):
        paragraphes.append(comparaison)
    paragraphes.append(textes.write_reste(donnees))
    if donnees.sensibilite is not None:
        paragraphes += textes.list_solidites(donnees.sensibilite)
    return Section(
        "resume",
        "En une page",
        tuple(paragraphes),
        tuple(_list_resume_sites(donnees)),
        tableaux=(
            Tableau("Ce que ce rapport ne dit pas", (), tuple((limite,) for limite in textes.list_limites(donnees))),
        ),
    )


def _list_resume_sites(donnees: Donnees) -> Iterator[str]:
    if donnees.resultat is not None:
        proposes = donnees.resultat.sites
        for rang, propose in enumerate(proposes[:_SITES_RESUME], start=1):
            intervalle = format_intervalle(propose.gain)
            suite = f" ({intervalle})" if intervalle else ""
            yield f"{rang}. {name_site(propose.site)} : {write_personnes(propose.gain.valeur)} personnes{suite}"
        if len(proposes) > _SITES_RESUME:
            reste = len(proposes) - _SITES_RESUME
            yield f"et {reste} {agree(reste, 'autre', 'autres')}, dans le tableau des lieux"
        return
    for verbe, sites in (("Ouvrir", donnees.evaluation.sites_ouverts), ("Fermer", donnees.evaluation.sites_fermes)):
        for site in sites[:_SITES_RESUME]:
            yield f"{verbe} : {name_site(site)}"


def list_sections(donnees: Donnees) -> Iterator[Section]:
    """Everything after the first page, in order."""
    yield Section("question", "La question posée", tuple(_list_question(donnees)))
    yield _build_reponse(donnees)
    if donnees.sites:
        yield _build_sites(donnees)
    yield Section("cartes", "La carte, avant et après", cartes=tuple(_draw_cartes(donnees)))
    yield _build_restes(donnees)
    if any(site.cout is not None for site in donnees.sites):
        yield _build_couts(donnees)
    yield from list_solidite(donnees)
    yield build_epargne(donnees)
    yield Section(
        "methode",
        "La méthode",
        tuple(methode.list_methode(donnees)),
        tuple(methode.list_documents(donnees.etude)) if donnees.resultat else (),
    )
    yield Section("hypotheses", "Les hypothèses", (), tuple(methode.list_hypotheses(donnees)))
    yield _build_donnees(donnees)
    yield _build_parametres(donnees)


def _list_question(donnees: Donnees) -> Iterator[str]:
    etude = donnees.etude
    if donnees.resultat is not None:
        yield textes.write_question(etude)
        genres = ", ".join(genre.libelle for genre in etude.genres) or "aucun genre de bâtiment"
        yield (
            f"Bâtiments étudiés : {format_nombre(donnees.resultat.candidats)}"
            f" ({genres}{', et la table du territoire' if etude.table else ''})."
        )
        if etude.gestes:
            nombre = len(etude.gestes)
            mots = agree(nombre, "changement déjà décidé est compté", "changements déjà décidés sont comptés")
            yield f"{nombre} {mots}."
    else:
        yield f"Que changerait ce scénario pour les {format_qui(etude.besoin)} ?"
    yield textes.write_donnees(donnees)


def _build_reponse(donnees: Donnees) -> Section:
    evaluation = donnees.evaluation
    paragraphes = list(textes.list_reponses(donnees))
    if donnees.resultat is not None:
        paragraphes += [*textes.list_preuves(donnees.resultat), *donnees.resultat.remarques]
    elif comparaison := textes.write_comparaison(donnees):
        paragraphes.append(comparaison)
    lignes = build_lignes_bilan(donnees.terrain, donnees.etude, evaluation.avant, evaluation.apres)
    titre = "La réponse et sa preuve" if donnees.resultat else "Ce que change ce scénario"
    return Section(
        "reponse",
        titre,
        tuple(paragraphes),
        tableaux=(
            Tableau(
                "Avant et après (estimation)" if donnees.etude.est_modelise else "Avant et après",
                ("Chiffre", "Aujourd’hui", "Après", "Écart"),
                tuple((ligne.libelle, ligne.avant, ligne.apres, ligne.ecart or "–") for ligne in lignes),
                note=textes.write_donnees(donnees),
            ),
        ),
    )


def _build_sites(donnees: Donnees) -> Section:
    if donnees.resultat is None:
        lignes = [
            (verbe, name_site(site))
            for verbe, sites in (
                ("Ouvert", donnees.evaluation.sites_ouverts),
                ("Fermé", donnees.evaluation.sites_fermes),
            )
            for site in sites
        ]
        tableau = Tableau("Les changements", ("Changement", "Lieu"), tuple(lignes))
        return Section("lieux", "Les lieux du scénario", tableaux=(tableau,))
    proposes = donnees.resultat.sites
    restes = {site.code: reste for site, reste in donnees.sensibilite.restes} if donnees.sensibilite else {}
    questions = donnees.sensibilite.questions if donnees.sensibilite else 0
    tableau = Tableau(
        "Les lieux, le plus utile d’abord",
        ("Lieu", "Personnes gagnées", "Sans lui, on perd", "Reste dans la liste"),
        tuple(
            (
                f"{rang}. {name_site(propose.site)}",
                format_compte(propose.gain),
                format_compte(propose.seul),
                _write_reste(restes.get(propose.site.code, 0), questions),
            )
            for rang, propose in enumerate(proposes, start=1)
        ),
        note="« Reste dans la liste » : nombre de cas où ce lieu fait encore partie de la meilleure liste.",
    )
    return Section(
        "lieux",
        "Les lieux proposés",
        ("Chaque lieu vient après celui qui apporte le plus ; son gain s’ajoute à ceux d’avant.",),
        graphique=_draw_gains(proposes),
        tableaux=(tableau,),
    )


def _write_reste(reste: int, questions: int) -> str:
    if not questions:
        return "pas mis à l’épreuve"
    return f"{reste} sur {questions} ({textes.write_solidite(reste / questions)})"


def _draw_gains(proposes: Sequence[SitePropose]) -> GraphiqueBarres | None:
    if len(proposes) < 2 or not any(p.gain.valeur for p in proposes):
        return None
    barres = [
        ValeurBarre(
            f"{rang}. {name_site(p.site)}", p.gain.valeur, write_personnes(p.gain.valeur), p.gain.bas, p.gain.haut
        )
        for rang, p in enumerate(proposes[:_SITES_GRAPHIQUE], start=1)
    ]
    return build_barres("Personnes gagnées par chaque lieu", "Chaque gain s’ajoute à ceux d’avant.", barres)


def _draw_cartes(donnees: Donnees) -> Iterator[Choroplethe]:
    evaluation = donnees.evaluation
    for titre, etat, sites in (
        ("Aujourd’hui : temps pour aller au lieu le plus proche", evaluation.etat_avant, ()),
        ("Après : temps pour aller au lieu le plus proche", evaluation.etat_apres, donnees.sites),
    ):
        dessin = draw_carte_etude(
            donnees.contours,
            evaluation.terrain,
            etat,
            titre=protect_espaces(titre),
            niveau=donnees.niveau_carte,
            proposes=sites,
            fermes=evaluation.sites_fermes if sites else (),
            individuelles_max=0,
        )
        if dessin is not None:
            yield dessin


def _build_restes(donnees: Donnees) -> Section:
    lignes = tuple(
        (
            r.nom,
            write_personnes(r.au_dela),
            format_minutes(r.duree_min),
            r.raison.libelle,
            "" if r.site is None or r.gain is None else f"{name_site(r.site)} ({write_personnes(r.gain)})",
        )
        for r in donnees.restantes
    )
    autres = donnees.restantes_nombre - len(lignes)
    tableau = Tableau(
        "Les communes où le plus de personnes restent loin",
        ("Commune", "Personnes loin", "Trajet moyen", "Pourquoi", "Le bâtiment qui en servirait le plus"),
        lignes,
        note=f"Et {format_nombre(autres)} {agree(autres, 'autre commune', 'autres communes')}." if autres else None,
    )
    return Section(
        "restent",
        "Qui reste loin, et pourquoi",
        (textes.write_reste(donnees),),
        tableaux=(tableau,) if lignes else (),
    )


def _build_couts(donnees: Donnees) -> Section:
    couts = [(site, site.cout) for site in donnees.sites]
    total = sum(cout for _, cout in couts if cout is not None)
    gain = donnees.gagnes.valeur
    phrases = [f"Coût des lieux proposés : {format_nombre(total)}, dans l’unité de la table du territoire."]
    if donnees.etude.budget is not None:
        phrases.append(f"Budget : {format_nombre(donnees.etude.budget)}.")
    if gain >= 1 and all(cout is not None for _, cout in couts):
        phrases.append(f"Soit {format_nombre(total / gain)} par personne gagnée (estimation).")
    lignes = tuple((name_site(site), "pas de donnée" if cout is None else format_nombre(cout)) for site, cout in couts)
    return Section(
        "couts",
        "Les coûts",
        tuple(phrases),
        tableaux=(Tableau("Coût de chaque lieu", ("Lieu", "Coût"), lignes, frozenset({1})),),
    )


def _build_donnees(donnees: Donnees) -> Section:
    tableau = Tableau(
        "Les sources",
        ("Source", "Édition", "Lieux de l’étude", "Empreinte SHA-256 du fichier"),
        tuple(methode.list_editions(donnees)),
    )
    return Section("donnees", "Les données", (textes.write_donnees(donnees),), tableaux=(tableau,))


def _build_parametres(donnees: Donnees) -> Section:
    poses = [(nom, valeur) for nom, valeur in methode.list_parametres(donnees) if valeur]
    vides = [nom for nom, valeur in methode.list_parametres(donnees) if not valeur]
    lignes = [
        *poses,
        ("version du calcul", f"{VERSION} (rapport : {VERSION_RAPPORT})"),
        ("empreinte des données", donnees.empreinte_terrain),
    ]
    if donnees.resultat is not None:
        lignes.append(("empreinte du plan", donnees.resultat.empreinte))
    return Section(
        "parametres",
        "Les paramètres",
        ("Avec les mêmes données et ces paramètres, ce rapport est le même à l’octet près.",),
        tableaux=(
            Tableau(
                "Paramètres de l’étude",
                ("Paramètre", "Valeur"),
                tuple(lignes),
                note=f"Sans valeur : {', '.join(vides)}." if vides else None,
            ),
        ),
    )


def write_sous_titre(donnees: Donnees) -> str:
    """What kind of report it is, and of where."""
    territoire, etude = donnees.territoire, donnees.etude
    quoi = "Rapport d’un plan" if donnees.resultat is not None else "Rapport d’un scénario"
    ou = f"{territoire.nom} ({territoire.niveau.libelle.lower()} {territoire.code})"
    return f"{quoi}, {ou} : accès à {etude.cible.libelle}"
