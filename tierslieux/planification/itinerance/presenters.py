"""The page of a tour as its template reads it: the answer in sentences, the week, the comparison, the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import round_personnes, upper_initiale, write_complement, write_effectif
from tierslieux.filtres import INSECABLE, agree, format_duree, format_nombre, join_liste
from tierslieux.lieux.enums import Genre
from tierslieux.planification.bilan import Compte
from tierslieux.planification.etude import Etude
from tierslieux.planification.itinerance.calcul import Itineraire
from tierslieux.planification.itinerance.comparaison import Comparaison, Forme, Verdict
from tierslieux.planification.itinerance.params import Demande, write_dates
from tierslieux.planification.itinerance.parc import CYCLES
from tierslieux.planification.itinerance.plan import Tournee
from tierslieux.planification.itinerance.semaine import JOURS
from tierslieux.planification.presenters import format_acces, format_compte, format_qui, format_valeur
from tierslieux.planification.terrain import Site
from tierslieux.territoires.enums import Niveau
from tierslieux.territoires.services import TerritoireDetail
from tierslieux.trajets.moteur import Mode

# Kinds of buildings that the form offers as stops.
GENRES_PROPOSES = (Genre.MAIRIE, Genre.BIBLIOTHEQUE, Genre.LA_POSTE)
_RYTHMES = {1: "toutes les semaines", 2: "une semaine sur deux", 4: "une semaine sur quatre"}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a list or a box of the form."""

    valeur: str
    libelle: str
    est_choisie: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A half-day of the timetable; `rang` is the number of the stop on the map."""

    rang: int
    nom: str
    commune: str
    gain: str
    marche: bool


@dataclass(frozen=True, slots=True)
class Journee:
    """A day of the timetable; None for a free half-day, `conduite` is "" when nobody drives."""

    jour: str
    matin: Case | None
    apres_midi: Case | None
    conduite: str


@dataclass(frozen=True, slots=True)
class Semaine:
    """The week of one vehicle."""

    titre: str
    journees: tuple[Journee, ...]


@dataclass(frozen=True, slots=True)
class LigneForme:
    """One form in the comparison."""

    nom: str
    gain: str
    sites: str
    travail: str
    conduite: str
    heures: str
    total: str


@dataclass(frozen=True, slots=True)
class Reponse:
    """The answer, all written."""

    titre: str
    phrases: tuple[str, ...]
    preuve: str
    semaines: tuple[Semaine, ...]
    formes: tuple[LigneForme, ...]
    sites_fixes: str
    carte: Choroplethe | None
    source: str
    empreinte: str


@dataclass(frozen=True, slots=True)
class Formulaire:
    """What the form holds."""

    demande: Demande
    minutes: int
    depots: str
    marches: str
    exclus: str
    rythmes: tuple[Option, ...]
    genres: tuple[Option, ...]
    cibles: tuple[Option, ...]
    modes: tuple[Option, ...]
    caches: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ItinerancePage:
    """Everything that templates/planification/itinerance.html writes; `reponse` is None when there is none."""

    niveau: Niveau
    code: str
    nom: str
    complement: str
    ariane: tuple[tuple[str, str, str], ...]
    erreurs: tuple[str, ...]
    est_calculee: bool
    formulaire: Formulaire
    reponse: Reponse | None


def build_page(  # noqa: PLR0917  (what a page is made of)
    territoire: TerritoireDetail,
    etude: Etude,
    demande: Demande,
    itineraire: Itineraire | None,
    carte: Choroplethe | None,
    erreurs: Sequence[str],
    *,
    est_calculee: bool,
) -> ItinerancePage:
    """The page; without a tour, the form and what is wrong."""
    return ItinerancePage(
        niveau=etude.niveau,
        code=etude.code,
        nom=territoire.nom,
        complement=write_complement(etude.niveau, territoire.nom, territoire.type_nom),
        ariane=tuple((p.nom, p.niveau.value, p.code) for p in territoire.parents),
        erreurs=tuple(erreurs),
        est_calculee=est_calculee,
        formulaire=build_formulaire(etude, demande),
        reponse=None if itineraire is None else build_reponse(itineraire, carte),
    )


def build_formulaire(etude: Etude, demande: Demande) -> Formulaire:
    """The form as it was filled; what it has no field for is kept."""
    args = etude.to_args()
    champs = {"minutes", "genres", "cible", "mode"}
    return Formulaire(
        demande=demande,
        minutes=etude.minutes,
        depots=", ".join(demande.depots),
        marches=write_dates(demande.marches),
        exclus=write_dates(demande.exclus),
        rythmes=tuple(Option(str(c), _RYTHMES[c], c == demande.cycle) for c in CYCLES),
        genres=tuple(Option(g.value, g.libelle, g in etude.genres) for g in (*GENRES_PROPOSES, *_list_autres(etude))),
        cibles=tuple(Option(c.value, c.libelle, c is etude.cible) for c in Cible),
        modes=tuple(Option(m.value, m.libelle, m is etude.mode) for m in Mode),
        caches=tuple((nom, valeur) for nom, valeurs in args.items() if nom not in champs for valeur in valeurs),
    )


def _list_autres(etude: Etude) -> tuple[Genre, ...]:
    return tuple(genre for genre in etude.genres if genre not in GENRES_PROPOSES)


def build_reponse(itineraire: Itineraire, carte: Choroplethe | None) -> Reponse:
    """The answer in words."""
    terrain, comparaison = itineraire.terrain, itineraire.comparaison
    temps = "estimés à partir des distances" if terrain.is_estime else "calculés sur le réseau des routes"
    return Reponse(
        titre=write_titre(itineraire),
        phrases=write_verdict(itineraire),
        preuve=write_preuve(comparaison),
        semaines=build_semaines(itineraire),
        formes=build_formes(itineraire),
        sites_fixes=join_liste([_name(itineraire.get_site(rang)) for rang in comparaison.fixes.sites]),
        carte=carte,
        source=f"Besoin : {terrain.source} (estimation). Temps de trajet {temps}.",
        empreinte=itineraire.empreinte,
    )


def write_titre(itineraire: Itineraire) -> str:
    """What the tour does, in one sentence."""
    etude, plan = itineraire.etude, itineraire.comparaison.plan
    if not plan.visites:
        return "Aucune tournée ne servirait quelqu’un de plus"
    arrets = len(plan.arrets)
    return (
        f"{arrets} {agree(arrets, 'arrêt', 'arrêts')} pour {format_compte(itineraire.gain)} {format_qui(etude.besoin)}"
        " de plus"
    )


def write_verdict(itineraire: Itineraire) -> tuple[str, ...]:
    """The honest sentences: does the tour do better than fixed sites, and what it does not give."""
    etude, comparaison = itineraire.etude, itineraire.comparaison
    tournee, fixes, plan = comparaison.tournee, comparaison.fixes, comparaison.plan
    acces = format_acces(etude)
    if not plan.visites:
        rien = (
            f"Toutes les personnes qu’un arrêt peut atteindre sont déjà {acces}, ou les arrêts qui les atteindraient"
            " sont trop loin du dépôt."
        )
        return (rien,)
    aujourdhui = (
        f"Aujourd’hui, {format_compte(itineraire.acquis)} {format_qui(etude.besoin)} sont {acces}, sur"
        f" {format_valeur(itineraire.besoin)}."
    )
    phrases = [aujourdhui]
    heures = format_heures(tournee.travail_h_semaine)
    gains = f"{format_valeur(itineraire.gain)} contre {format_valeur(itineraire.gain_fixes)}"
    nombre = len(fixes.sites)
    lieux = f"{nombre} {agree(nombre, 'lieu fixe', 'lieux fixes')}"
    if comparaison.verdict is Verdict.SANS_FIXE:
        phrases.append(
            f"La tournée prend {heures} de travail par semaine : c’est moins qu’un seul lieu fixe"
            f" ({format_heures(comparaison.heures_site * itineraire.demande.agents_site)})."
        )
    elif comparaison.verdict is Verdict.TOURNEE:
        phrases.append(
            f"À temps de travail égal ({heures} par semaine), la tournée sert plus de personnes que {lieux} : {gains}."
        )
    elif comparaison.verdict is Verdict.FIXES:
        phrases.append(
            f"À temps de travail égal ({heures} par semaine), la tournée ne fait pas mieux que {lieux} : {gains}."
        )
    elif comparaison.verdict is Verdict.EGALITE:
        phrases.append(
            f"À temps de travail égal ({heures} par semaine), la tournée ne fait pas mieux : {lieux} servent autant de"
            " personnes, et restent ouverts plus longtemps."
        )
    else:
        phrases.append("Le calcul a été arrêté avant la fin : il ne départage pas la tournée et les lieux fixes.")
    phrases += _write_suivants(itineraire)
    phrases += _write_heures(comparaison)
    if plan.demis_libres:
        libres = format_nombre(plan.demis_libres)
        phrases.append(
            f"{libres} {agree(plan.demis_libres, 'demi-journée reste libre', 'demi-journées restent libres')} par"
            " semaine : un arrêt de plus ne servirait personne de plus."
        )
    return tuple(phrases)


def _write_suivants(itineraire: Itineraire) -> list[str]:
    """What one fixed site more would do, though it costs more hours than the tour."""
    comparaison, gain = itineraire.comparaison, itineraire.gain_suivants
    suivants = comparaison.suivants
    if suivants is None or gain is None or not suivants.sites:
        return []
    nombre = comparaison.sites_permis + 1
    sujet = (
        f"{nombre} {agree(nombre, 'lieu fixe servirait', 'lieux fixes serviraient')} {format_valeur(gain)} personnes"
    )
    cout = f"pour {format_heures(suivants.travail_h_semaine)} de travail par semaine"
    if comparaison.is_devant_suivants:
        return [f"{sujet} de plus, {cout} : moins que la tournée, pour plus d’heures."]
    return [f"{sujet} de plus, {cout} : au moins autant que la tournée, mais pour plus d’heures."]


def _write_heures(comparaison: Comparaison) -> list[str]:
    """How long people are served: few hours for many, or many for few."""
    tournee = comparaison.tournee
    fixes = comparaison.fixes if comparaison.fixes.heures_offertes else comparaison.suivants
    if tournee.heures_offertes is None or fixes is None or fixes.heures_offertes is None:
        return []
    par_tournee, par_lieu = format_heures(tournee.heures_offertes), format_heures(fixes.heures_offertes)
    phrase = (
        f"Le service n’est pas le même : avec la tournée, {par_tournee} d’ouverture par semaine à portée de"
        f" chacune de ces personnes ; avec un lieu fixe, {par_lieu}."
    )
    if not comparaison.fixes.heures_offertes:
        return [phrase]
    qui = "la tournée" if count_heures(tournee) >= count_heures(comparaison.fixes) else "le choix des lieux fixes"
    return [phrase, f"En additionnant ces heures pour toutes les personnes, c’est {qui} qui en offre le plus."]


def count_heures(forme: Forme) -> float:
    """Hours a week within reach, added up over the people gained."""
    return forme.gagnes * (forme.heures_offertes or 0.0)


def write_preuve(comparaison: Comparaison) -> str:
    """How good the tour is."""
    plan = comparaison.plan
    if plan.is_optimal:
        return "C’est prouvé : avec ces moyens, aucune tournée ne sert plus de personnes."
    reste = max(plan.borne - plan.objectif, 1.0)
    return (
        f"Le calcul a été arrêté avant la fin : une autre tournée servirait au plus"
        f" {write_effectif(round_personnes(reste))} personnes de plus."
    )


def build_semaines(itineraire: Itineraire) -> tuple[Semaine, ...]:
    """A timetable for each vehicle that goes out and each week of the cycle."""
    plan, question = itineraire.comparaison.plan, itineraire.question
    rangs = {visite.arret: rang for rang, visite in enumerate(itineraire.visites, start=1)}
    gains = dict(zip((visite.arret for visite in itineraire.visites), itineraire.gains_visites, strict=True))
    vehicules = sorted({(t.semaine, t.equipe, t.vehicule) for t in plan.tournees})
    semaines = []
    for semaine, equipe, vehicule in vehicules:
        par_jour = {
            t.jour: t for t in plan.tournees if (t.semaine, t.equipe, t.vehicule) == (semaine, equipe, vehicule)
        }
        titre = f"Dépôt : {_name(question.depots[equipe])}"
        if plan.parc.equipes[equipe].nombre > 1:
            titre += f", véhicule {vehicule + 1}"
        if plan.parc.cycle > 1:
            titre = f"Semaine {semaine + 1}. {titre}"
        journees = tuple(
            _build_journee(itineraire, jour, par_jour.get(jour), rangs, gains) for jour in sorted(plan.parc.jours)
        )
        semaines.append(Semaine(titre, journees))
    return tuple(semaines)


def _build_journee(
    itineraire: Itineraire, jour: int, tournee: Tournee | None, rangs: dict[int, int], gains: dict[int, Compte]
) -> Journee:
    cases: dict[bool, Case] = {}
    for visite in tournee.visites if tournee else ():
        site = itineraire.get_site(visite.arret)
        cases[visite.demi.apres_midi] = Case(
            rang=rangs[visite.arret],
            nom=site.nom,
            commune="" if site.commune_nom is None or site.commune_nom in site.nom else site.commune_nom,
            gain=format_valeur(gains[visite.arret]),
            marche=visite.marche,
        )
    conduite = format_duree(tournee.conduite_min) if tournee else ""
    return Journee(upper_initiale(JOURS[jour]), cases.get(False), cases.get(True), conduite)


def build_formes(itineraire: Itineraire) -> tuple[LigneForme, ...]:
    """The forms side by side."""
    comparaison = itineraire.comparaison
    permis = comparaison.sites_permis
    toutes = (
        ("Tournée", comparaison.tournee, itineraire.gain),
        ("Permanences dans les mêmes bâtiments, sans bus", comparaison.permanences, itineraire.gain_permanences),
        (f"{permis} {agree(permis, 'lieu fixe', 'lieux fixes')}", comparaison.fixes, itineraire.gain_fixes),
        (
            f"{permis + 1} {agree(permis + 1, 'lieu fixe', 'lieux fixes')}",
            comparaison.suivants,
            itineraire.gain_suivants,
        ),
    )
    return tuple(
        LigneForme(
            nom=nom,
            gain=format_compte(gain),
            sites=str(len(forme.sites)),
            travail=format_heures(forme.travail_h_semaine),
            conduite=format_heures(forme.conduite_h_semaine),
            heures="" if forme.heures_offertes is None else format_heures(forme.heures_offertes),
            total=f"{write_effectif(round_personnes(count_heures(forme)))}{INSECABLE}h",
        )
        for nom, forme, gain in toutes
        # No site at all is no form: the sentences say why.
        if forme is not None and gain is not None and (forme.sites or nom == "Tournée")
    )


def format_heures(heures: float) -> str:
    """Hours with one decimal: "36,9 h"."""
    return f"{format_nombre(round(heures, 1))}{INSECABLE}h"


def _name(site: Site) -> str:
    if site.commune_nom is None or site.commune_nom in site.nom:
        return site.nom
    return f"{site.nom} ({site.commune_nom})"
