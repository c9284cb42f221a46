"""The columns of a table: what each is called, what it means, where it comes from. Pure.

Their order is that of the cells that `lignes.py` builds: both go through the same lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tierslieux.couverture.enums import SEUILS_MIN, Cible
from tierslieux.indicateurs.catalogue import Indicateur, Methode, SourceIndicateurs
from tierslieux.observatoire.exports.mots import (
    IDENTITE,
    describe_acces,
    describe_besoin,
    describe_ecart,
    describe_indicateur,
)
from tierslieux.territoires.enums import Niveau
from tierslieux.trajets.moteur import Mode

# By car, how many people are beyond each threshold, with the interval; on foot and by bike, two thresholds say enough.
SEUILS_SIMPLES_MIN = (15, 30)
MODES_ECART = (Mode.VOITURE, Mode.A_PIED, Mode.VELO)
# (prefix, suffix) of the columns of one threshold: by car all of them, otherwise the first.
SUFFIXES_ECART = (("ecart", ""), ("ecart", "_bas"), ("ecart", "_haut"), ("population", ""))

# What is first looked at; the query string asks for all the others.
PRINCIPAUX = (
    "personnes_illectronisme",
    "part_illectronisme",
    "actifs_occupes",
    "actifs_sans_emploi_local",
    "score_besoin_tiers_lieux",
    "population_15_plus",
    "part_65_plus",
    "part_65_plus_parmi_15_plus",
    "part_sans_bac",
    "part_diplome_superieur",
    "part_menages_seuls",
    "taux_chomage",
    "taux_pauvrete",
    "niveau_vie_median",
    "superficie",
    "emplois",
    "locaux",
    "part_locaux_sans_fixe",
    "part_locaux_8",
    "part_locaux_30",
    "part_locaux_1000",
    "part_population_blanche_4g",
    "part_population_grise_4g",
    "part_surface_blanche_4g",
    "part_surface_grise_4g",
    "classe_densite",
    "communes_frr",
    "communes_avec_quartier_prioritaire",
    "indice_fragilite_numerique",
)


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column. `est_nombre`: its cells are numbers. `date`: the edition of the source, or when it was computed."""

    nom: str
    libelle: str
    definition: str
    est_nombre: bool = True
    unite: str | None = None
    methode: str | None = None
    annee: int | None = None
    source: str | None = None
    producteur: str | None = None
    licence: str | None = None
    page: str | None = None
    date: str | None = None


# What the table of columns is made of, in its order: (heading, attribute of Colonne).
ENTETES = (
    ("colonne", "nom"),
    ("libelle", "libelle"),
    ("definition", "definition"),
    ("unite", "unite"),
    ("methode", "methode"),
    ("annee", "annee"),
    ("source", "source"),
    ("producteur", "producteur"),
    ("licence", "licence"),
    ("page", "page"),
    ("date", "date"),
)


@dataclass(frozen=True, slots=True)
class Origine:
    """Where columns come from, as their table says it."""

    source: str
    producteur: str
    licence: str
    date: str | None
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Serie:
    """One vintage of an indicator that a table shows; `edition` is that of its source."""

    indicateur: Indicateur
    millesime: int
    source: SourceIndicateurs
    edition: str | None

    @property
    def cle(self) -> tuple[str, int]:
        """What names it in the database."""
        return self.indicateur.id, self.millesime

    @property
    def origine(self) -> Origine:
        """Its source."""
        return Origine(
            self.source.libelle, self.source.producteur, self.source.licence, self.edition, page=self.source.page
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table holds. The series that count people in need, and their share `part`, are None when not loaded."""

    niveau: Niveau
    besoin: Serie | None
    besoin_tiers_lieux: Serie | None
    part: Serie | None
    series: Sequence[Serie]
    territoires: Origine
    calcul: Origine

    def find_besoin(self, cible: Cible) -> Serie | None:
        """The series of the people who need a kind of place."""
        return self.besoin_tiers_lieux if cible is Cible.TIERS_LIEU else self.besoin

    @property
    def est_communal(self) -> bool:
        """Whether rows are communes: these have a nearest place, wider territories have inequality."""
        return self.niveau is Niveau.COMMUNE


def list_colonnes(plan: Plan) -> list[Colonne]:
    """The columns of a table, in the order of its cells."""
    return [
        *(_build(nom, mots, plan.territoires, est_nombre=est_nombre) for nom, mots, est_nombre in IDENTITE),
        *_list_besoins(plan),
        *_list_ecarts(plan),
        *_list_acces(plan),
        *(colonne for serie in plan.series for colonne in _list_serie(serie)),
    ]


def build_nom(*parties: str | int) -> str:
    """The name of a column: "ecart_france_services_voiture_20"."""
    return "_".join(str(partie) for partie in parties).replace("-", "_")


def _build(
    nom: str,
    mots: tuple[str, str, str | None],
    origine: Origine | None,
    *,
    est_nombre: bool = True,
    methode: str | None = None,
    annee: int | None = None,
) -> Colonne:
    libelle, definition, unite = mots
    return Colonne(
        nom,
        libelle,
        definition,
        est_nombre=est_nombre,
        unite=unite,
        methode=methode,
        annee=annee,
        source=origine.source if origine else None,
        producteur=origine.producteur if origine else None,
        licence=origine.licence if origine else None,
        page=origine.page if origine else None,
        date=origine.date if origine else None,
    )


def _list_besoins(plan: Plan) -> Iterator[Colonne]:
    for nom, serie in (("besoin", plan.besoin), ("besoin_tiers_lieux", plan.besoin_tiers_lieux)):
        origine = serie.origine if serie else None
        methode = serie.indicateur.methode.libelle if serie else None
        annee = serie.millesime if serie else None
        for suffixe in list_suffixes_besoin(nom):
            yield _build(
                nom + suffixe,
                describe_besoin(nom, suffixe, serie.indicateur if serie else None),
                origine,
                methode=methode,
                annee=annee,
            )


def list_suffixes_besoin(nom: str) -> tuple[str, ...]:
    """The columns of a need: people in work are counted, without interval."""
    return ("", "_bas", "_haut", "_annee") if nom == "besoin" else ("", "_annee")


def _list_ecarts(plan: Plan) -> Iterator[Colonne]:
    for cible in Cible:
        serie = plan.find_besoin(cible)
        annee = serie.millesime if serie else None
        for mode in MODES_ECART:
            suffixes = SUFFIXES_ECART if mode is Mode.VOITURE else SUFFIXES_ECART[:1]
            for seuil in list_seuils(mode):
                for prefixe, suffixe in suffixes:
                    yield _build(
                        build_nom(prefixe, cible, mode, seuil) + suffixe,
                        describe_ecart(prefixe, cible, mode, seuil, suffixe),
                        plan.calcul,
                        methode=Methode.MODELE.libelle,
                        annee=None if prefixe == "population" else annee,
                    )


def list_seuils(mode: Mode) -> tuple[int, ...]:
    """The thresholds, in minutes, of the gaps by one mode."""
    return SEUILS_MIN if mode is Mode.VOITURE else SEUILS_SIMPLES_MIN


def _list_acces(plan: Plan) -> Iterator[Colonne]:
    for cible in Cible:
        for mode in Mode:
            for champ in list_champs_acces(mode, est_communal=plan.est_communal):
                mots = describe_acces(champ, cible, mode, est_communal=plan.est_communal)
                yield _build(build_nom(champ, cible, mode), mots, plan.calcul, methode=Methode.MODELE.libelle)


def list_champs_acces(mode: Mode, *, est_communal: bool) -> tuple[str, ...]:
    """What is said of the access by one mode."""
    if mode is not Mode.VOITURE:
        return ("duree",)
    communs = ("duree", "heures", "accessibilite")
    return (*communs, "duree_second") if est_communal else (*communs, "gini", "part_dixieme")


def _list_serie(serie: Serie) -> Iterator[Colonne]:
    for suffixe in list_suffixes_serie(serie.indicateur):
        yield _build(
            build_nom(*serie.cle) + suffixe,
            describe_indicateur(serie.indicateur, serie.millesime, suffixe),
            serie.origine,
            est_nombre=suffixe != "_classe",
            methode=serie.indicateur.methode.libelle,
            annee=serie.millesime,
        )


def list_suffixes_serie(indicateur: Indicateur) -> tuple[str, ...]:
    """The columns of an indicator: its interval when it is modelled, the name of its class when it is one."""
    if indicateur.methode is Methode.MODELE:
        return ("", "_bas", "_haut")
    return ("", "_classe") if indicateur.classes else ("",)
