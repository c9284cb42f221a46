"""The form of a study: lists with what is chosen, fields as they are to be shown again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierslieux.core.enums import Libelle
from tierslieux.couverture.enums import Cible
from tierslieux.couverture.formules import upper_initiale
from tierslieux.filtres import format_nombre
from tierslieux.lieux.enums import Genre
from tierslieux.planification.enums import Objectif, Priorite, Propriete
from tierslieux.planification.etude import BESOIN, GENRES, MINUTES_MAX, MINUTES_MIN, PREFIXE_TABLE, SITES_MAX, Etude
from tierslieux.trajets.moteur import Mode

# Kinds of buildings that are offered first: public ones, and places that could take the function.
GENRES_COURANTS = (
    *GENRES,
    Genre.FRANCE_SERVICES,
    Genre.CCAS,
    Genre.CENTRE_SOCIAL,
    Genre.EPN,
    Genre.TIERS_LIEU,
)
# Fields that stand in each folded part of the form.
_BATIMENTS = frozenset({"genres", "population_min", "population_max", "propriete", "zone", "table"})
_REGLES = frozenset({"espacement_km", "capacite", "par_epci", "priorite"})


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a list: its value in the address, its words, whether it is the one shown."""

    valeur: str
    libelle: str
    est_choisie: bool


@dataclass(frozen=True, slots=True)
class Formulaire:
    """The lists and the texts of the fields; hidden ones (imposed sites, changes) are `caches`, as (name, value).

    `est_choisi_batiments`, `est_choisi_regles`: something of what is folded there differs from its default.
    """

    besoins: tuple[Option, ...]
    cibles: tuple[Option, ...]
    modes: tuple[Option, ...]
    objectifs: tuple[Option, ...]
    genres: tuple[Option, ...]
    autres_genres: tuple[Option, ...]
    proprietes: tuple[Option, ...]
    priorites: tuple[Option, ...]
    minutes: str
    minutes_min: int
    minutes_max: int
    sites: str
    sites_max: int
    budget: str
    part: str
    population_min: str
    population_max: str
    espacement_km: str
    capacite: str
    par_epci: bool
    zone: str
    table: str
    caches: tuple[tuple[str, str], ...]
    est_choisi_batiments: bool
    est_choisi_regles: bool


def build_formulaire(etude: Etude, besoins: Sequence[tuple[str, str]]) -> Formulaire:
    """The form of a study; `besoins`: (value, words) of what people may be counted by."""
    args = etude.to_args()

    def write(nom: str) -> str:
        return args.get(nom, [""])[0]

    if etude.besoin.startswith(PREFIXE_TABLE):
        besoins = [*besoins, (etude.besoin, "Les personnes de votre table")]
    choisis = [*GENRES_COURANTS, *(genre for genre in etude.genres if genre not in GENRES_COURANTS)]
    return Formulaire(
        besoins=tuple(Option(valeur, libelle, valeur == etude.besoin) for valeur, libelle in besoins),
        cibles=_list(Cible, etude.cible),
        modes=_list(Mode, etude.mode),
        objectifs=_list(Objectif, etude.objectif),
        genres=tuple(_offer(genre, etude) for genre in choisis),
        autres_genres=tuple(_offer(genre, etude) for genre in Genre if genre not in choisis),
        proprietes=(Option("", "Tous les bâtiments", etude.propriete is None), *_list(Propriete, etude.propriete)),
        priorites=_list(Priorite, etude.priorite),
        minutes=str(etude.minutes),
        minutes_min=MINUTES_MIN,
        minutes_max=MINUTES_MAX,
        sites="" if etude.sites is None else str(etude.sites),
        sites_max=SITES_MAX,
        budget="" if etude.budget is None else format_nombre(etude.budget),
        part="" if etude.part is None else f"{format_nombre(etude.part * 100)} %",
        population_min=write("population_min"),
        population_max=write("population_max"),
        espacement_km="" if etude.espacement_km is None else format_nombre(etude.espacement_km),
        capacite="" if etude.capacite is None else format_nombre(etude.capacite),
        par_epci=etude.par_epci,
        zone=write("zone"),
        table=write("table"),
        caches=tuple((nom, valeur) for nom in ("imposes", "interdits", "gestes") for valeur in args.get(nom, ())),
        est_choisi_batiments=bool(args.keys() & _BATIMENTS),
        est_choisi_regles=bool(args.keys() & _REGLES),
    )


def list_besoins(charges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """(value, words) of the people that may be counted: those of the model first, then loaded indicators by id."""
    return [
        (BESOIN, "Personnes en illectronisme (estimation)"),
        *((valeur, libelle) for valeur, libelle in charges if valeur != BESOIN),
    ]


def _list(vocabulaire: type[Libelle], choisi: Libelle | None) -> tuple[Option, ...]:
    return tuple(Option(m.value, upper_initiale(m.libelle), m is choisi) for m in vocabulaire)


def _offer(genre: Genre, etude: Etude) -> Option:
    return Option(genre.value, genre.libelle, genre in etude.genres)
