"""The page of half-days in words: the week as a grid, the best openings, the week of one place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tierslieux.core.calendrier import JOURS
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import upper_initiale
from tierslieux.filtres import INSECABLE, agree, format_nombre, join_liste
from tierslieux.planification.bilan import Compte
from tierslieux.planification.creneaux.creneaux import Creneau, Partie, find_creneau
from tierslieux.planification.creneaux.leviers import LigneCreneau, Ouverture, Periode, Semaine, SemaineLieu
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.ouvrir.formulaire import Option
from tierslieux.planification.presenters import (
    format_acces,
    format_compte,
    format_intervalle,
    format_part,
    format_qui,
    format_valeur,
)
from tierslieux.planification.simulation.positions import name_site
from tierslieux.planification.terrain import Site, Terrain
from tierslieux.territoires.adresses import Etape
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

Args = dict[str, list[str]]

# Names of the fields that the form asks itself; the others of a study go along hidden.
CHAMPS = ("cible", "minutes", "mode")


@dataclass(frozen=True, slots=True)
class Case:
    """A half-day of the grid: share of the people, 0 to 100 for its bar, and what is open; `libelle` names it whole."""

    libelle: str
    part: str
    pct: int
    detail: str


@dataclass(frozen=True, slots=True)
class JourGrille:
    """A day of the grid: its name, and its half-days."""

    nom: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class LigneTable:
    """A half-day of the long table; `meilleure` is None when no opening gains anybody."""

    libelle: str
    lieux: str
    servis: str
    intervalle: str
    part: str
    manquants: str
    meilleure: LigneOuverture | None


@dataclass(frozen=True, slots=True)
class LigneOuverture:
    """An opening: the place (`public_id` of its page, `code` for its week), when, whom it gains.

    `autres`: half-days that would gain as many, in words. `args_retenir`: the same page with this opening kept.
    """

    nom: str
    public_id: str
    quand: str
    autres: str
    gagnes: str
    intervalle: str
    args_semaine: Args
    args_retenir: Args


@dataclass(frozen=True, slots=True)
class Retenue:
    """An opening that was kept, and the same page without it."""

    texte: str
    args_sans: Args


@dataclass(frozen=True, slots=True)
class PageLieu:
    """The week of one place, as a grid; `note` says what is not known of it."""

    nom: str
    jours: tuple[JourGrille, ...]
    note: str


@dataclass(frozen=True, slots=True)
class CreneauxPage:
    """Everything that templates/planification/creneaux.html writes; `titre` is the answer, "" when there is none."""

    niveau: Niveau
    code: str
    nom: str
    lieu: str
    ariane: tuple[Etape, ...]
    erreurs: tuple[str, ...]
    est_calculee: bool
    etude: Etude
    caches: Args
    cibles: tuple[Option, ...]
    modes: tuple[Option, ...]
    periodes: tuple[Option, ...]
    minutes_min: int
    minutes_max: int
    phrases: tuple[str, ...]
    qui: str
    acces: str
    periode: str
    parties: tuple[str, ...]
    jours: tuple[JourGrille, ...]
    lignes: tuple[LigneTable, ...]
    meilleures: tuple[LigneOuverture, ...]
    retenues: tuple[Retenue, ...]
    autres_changements: int
    semaine: PageLieu | None
    source: str


def build_args(etude: Etude, periode: Periode, lieu: str | None = None) -> Args:
    """The query string of the page of a study."""
    args = etude.to_args()
    if periode is not Periode.JOURNEE:
        args["periode"] = [periode.value]
    if lieu is not None:
        args["lieu"] = [lieu]
    return args


def build_options(etude: Etude, periode: Periode) -> tuple[tuple[Option, ...], ...]:
    """The lists of the form: kinds of places, modes, half-days to propose."""
    return (
        tuple(Option(c.value, upper_initiale(c.libelle), c is etude.cible) for c in Cible),
        tuple(Option(m.value, upper_initiale(m.libelle), m is etude.mode) for m in Mode),
        tuple(Option(p.value, upper_initiale(p.libelle), p is periode) for p in Periode),
    )


def list_parties() -> tuple[str, ...]:
    """The heads of the columns of the grid."""
    return tuple(upper_initiale(partie.libelle) for partie in Partie)


# --- Sentences -------------------------------------------------------------------------------------------------------


def write_phrases(semaine: Semaine, etude: Etude) -> Iterable[str]:
    """The answer: who is served on Saturday morning, which opening gains most people."""
    qui = format_qui(etude.besoin)
    if not semaine.besoin.valeur:
        yield f"Nous ne savons pas combien de {qui} vivent ici{INSECABLE}: les horaires ne peuvent pas être comparés."
        return
    if not semaine.portee.valeur:
        yield f"Ici, les {qui} ne vivent pas {format_acces(etude)}{INSECABLE}: aucun horaire n’y change rien."
        return
    samedi = next(ligne for ligne in semaine.lignes if ligne.creneau == find_creneau("sa-matin"))
    total = format_valeur(semaine.besoin)
    debut = "Avec vos changements, le" if etude.gestes else "Le"
    yield (
        f"{debut} samedi matin, {format_part(samedi.servis, semaine.besoin)} des {qui} ont un lieu ouvert"
        f" {_write_ou(etude)}{INSECABLE}: {format_compte(samedi.servis)}, sur {total}."
    )
    if semaine.meilleures:
        meilleure = semaine.meilleures[0]
        yield (
            f"L’ouverture qui servirait le plus de personnes{INSECABLE}: {name_site(meilleure.site)},"
            f" {_write_quand(meilleure.creneau)}. {upper_initiale(format_compte(meilleure.gagnes))} de plus auraient"
            " alors un lieu ouvert."
        )
    else:
        yield "Dans les demi-journées choisies, aucun lieu seul ne servirait plus de personnes en ouvrant plus."


def write_inconnus(semaine: Semaine) -> str:
    """How many places say nothing of their hours, "" when all do."""
    if not semaine.sans_horaires:
        return ""
    n, lieux = semaine.sans_horaires, semaine.lieux
    verbe = agree(n, "ne donne pas ses horaires", "ne donnent pas leurs horaires")
    suite = agree(n, "Il compte", "Ils comptent")
    regle = agree(n, "ouvert, et nous ne le proposons pas", "ouverts, et nous ne les proposons pas")
    return (
        f"{format_nombre(n)} {agree(n, 'lieu', 'lieux')} sur {format_nombre(lieux)} {verbe}."
        f" {suite} comme jamais {regle}. Les personnes servies sont donc un minimum."
    )


def _write_ou(etude: Etude) -> str:
    return f"à {etude.minutes}{INSECABLE}minutes ou moins {etude.mode.libelle}"


def _write_quand(creneau: Creneau) -> str:
    return f"le {creneau.libelle}"


# --- The week --------------------------------------------------------------------------------------------------------


def build_grille(semaine: Semaine) -> tuple[JourGrille, ...]:
    """Days by parts: the share of the people who have a place open near."""
    return _group((ligne.creneau, _build_case(ligne, semaine.besoin)) for ligne in semaine.lignes)


def _group(cases: Iterable[tuple[Creneau, Case]]) -> tuple[JourGrille, ...]:
    par_jour: dict[int, list[Case]] = {}
    for creneau, case in cases:
        par_jour.setdefault(creneau.jour, []).append(case)
    return tuple(JourGrille(upper_initiale(JOURS[jour]), tuple(suite)) for jour, suite in sorted(par_jour.items()))


def _build_case(ligne: LigneCreneau, besoin: Compte) -> Case:
    part = ligne.servis.valeur / besoin.valeur if besoin.valeur else 0.0
    nombre = f"{format_nombre(ligne.lieux)}{INSECABLE}{agree(ligne.lieux, 'lieu', 'lieux')}"
    lieux = nombre if ligne.lieux else "aucun lieu"
    return Case(upper_initiale(ligne.creneau.libelle), format_part(ligne.servis, besoin), round(100 * part), lieux)


def build_lignes(semaine: Semaine, etude: Etude, periode: Periode) -> tuple[LigneTable, ...]:
    """The same with the people, and the best opening of each half-day."""
    return tuple(
        LigneTable(
            libelle=upper_initiale(ligne.creneau.libelle),
            lieux=format_nombre(ligne.lieux),
            servis=format_valeur(ligne.servis),
            intervalle=format_intervalle(ligne.servis),
            part=format_part(ligne.servis, semaine.besoin),
            manquants=format_valeur(ligne.manquants),
            meilleure=build_ouverture(ligne.meilleure, etude, periode) if ligne.meilleure else None,
        )
        for ligne in semaine.lignes
    )


def build_ouverture(ouverture: Ouverture, etude: Etude, periode: Periode) -> LigneOuverture:
    """An opening as a line of a list."""
    geste = Geste(Action.HORAIRES, ouverture.site.code, creneau=ouverture.creneau.code)
    autres = [_write_quand(creneau) for creneau in ouverture.autres]
    return LigneOuverture(
        nom=name_site(ouverture.site),
        public_id=_find_public_id(ouverture.site),
        quand=_write_quand(ouverture.creneau),
        autres=f"Autant {join_liste(autres, 'ou')}." if autres else "",
        gagnes=format_valeur(ouverture.gagnes),
        intervalle=format_intervalle(ouverture.gagnes),
        args_semaine=build_args(etude, periode, ouverture.site.code),
        args_retenir=build_args(etude.add(geste), periode),
    )


def _find_public_id(site: Site) -> str:
    """The id of a place that has a page, "" for a row of a table or a free point."""
    return site.code if site.genre is not None else ""


def build_semaine_lieu(lieu: SemaineLieu) -> PageLieu:
    """The week of one place: when it is open, and whom the other half-days would gain."""
    cases = []
    for ligne in lieu.lignes:
        if ligne.est_ouvert:
            cases.append((ligne.creneau, Case(upper_initiale(ligne.creneau.libelle), "ouvert", 100, "")))
            continue
        gagnes = format_valeur(ligne.gagnes)
        texte = f"{gagnes} de plus" if ligne.gagnes.valeur else "personne de plus"
        cases.append((ligne.creneau, Case(upper_initiale(ligne.creneau.libelle), "fermé", 0, texte)))
    note = (
        "Ce lieu ne donne pas ses horaires : « fermé » veut dire que nous ne savons pas." if lieu.sans_horaires else ""
    )
    return PageLieu(name_site(lieu.site), _group(cases), note)


# --- What was kept ---------------------------------------------------------------------------------------------------


def list_retenues(terrain: Terrain, etude: Etude, periode: Periode) -> Iterable[Retenue]:
    """The half-days that the changes of the study add."""
    for rang, geste in enumerate(etude.gestes):
        creneau = find_creneau(geste.creneau or "")
        if geste.action is not Action.HORAIRES or creneau is None:
            continue
        site = None if geste.code is None else terrain.find_rang(geste.code)
        nom = geste.code or "" if site is None else name_site(terrain.sites[site])
        yield Retenue(f"{nom}, {_write_quand(creneau)}", build_args(etude.drop(rang), periode))


def count_autres(etude: Etude) -> int:
    """How many changes of the study are not of hours."""
    return sum(geste.action is not Action.HORAIRES for geste in etude.gestes)
