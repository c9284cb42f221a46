"""The catalogue of indicators and of their sources: geodata/indicateurs/*.toml, read and checked. Pure but for reading.

Every key is one of a closed list: a wrong one is refused with the indicator, the key, the value and what was expected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tierslieux.config import RACINE
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import NotFoundError, SourceError
from tierslieux.indicateurs.lecture import LECTEURS

DOSSIER = RACINE / "geodata" / "indicateurs"
# In `sources`, the vintage that the file itself gives.
FICHIER = "fichier"


class Unite(Libelle):
    """What a value counts; a share is kept from 0 to 1."""

    PART = "part", "%"
    PERSONNES = "personnes", "personnes"
    EUROS = "euros", "€ par an"
    RAPPORT = "rapport", "fois"
    SCORE = "score", "sur 10"
    SCORE_100 = "score-100", "sur 100"
    CLASSE = "classe", "classe"
    LOCAUX = "locaux", "locaux"
    LOGEMENTS = "logements", "logements"
    MENAGES = "menages", "ménages"
    EMPLOIS = "emplois", "emplois"
    ETABLISSEMENTS = "etablissements", "établissements"
    NAISSANCES = "naissances", "naissances"
    DECES = "deces", "décès"
    SITES = "sites", "sites"
    QUARTIERS = "quartiers", "quartiers"
    COMMUNES = "communes", "communes"
    KM2 = "km2", "km²"


class Sens(Libelle):
    """Whether more of it is worse for the people who live there."""

    PLUS_EST_PIRE = "plus-est-pire", "plus la valeur est haute, plus la situation est difficile"
    MOINS_EST_PIRE = "moins-est-pire", "plus la valeur est basse, plus la situation est difficile"
    NEUTRE = "neutre", "ni bien ni mal en soi"


class Methode(Libelle):
    """How the figure was come by."""

    MESURE = "mesure", "mesuré"
    PUBLIE = "publie", "publié par un organisme qui l’a estimé"
    MODELE = "modele", "estimé par un modèle de ce site"


class Agregation(Libelle):
    """How the value of a territory follows from those of its communes."""

    SOMME = "somme", "somme des communes"
    MOYENNE = "moyenne", "moyenne des communes, chacune selon son poids"
    AUCUNE = "aucune", "ne se déduit pas des communes"


class Zeros(Libelle):
    """Where a commune that a complete list does not name counts 0."""

    FRANCE = "france", "toutes les communes"
    DEPARTEMENTS = "departements", "les communes des départements que le fichier nomme"


@dataclass(frozen=True, slots=True)
class SourceIndicateurs:
    """A publisher's file of indicators. `lecteur` None: values computed by this program. See geodata/indicateurs."""

    id: str
    libelle: str
    producteur: str
    licence: str
    page: str | None
    url: str | None
    motif: str | None
    tous: bool
    lecteur: str | None
    edition: str | None
    millesime: int | None
    zeros: Zeros | None
    optionnelle: bool


@dataclass(frozen=True, slots=True)
class Indicateur:
    """One line of the catalogue. `sources` gives the vintage of each source, None for that of its file's date.

    `poids` is the id of the indicator that weighs communes in an average; `classes` names the values 1, 2, 3… of a
    class; `decimales` counts those shown (of percents, for a share).
    """

    id: str
    libelle: str
    definition: str
    unite: Unite
    sens: Sens
    methode: Methode
    sources: Mapping[str, int | None]
    agregation: Agregation
    poids: str | None
    decimales: int
    classes: tuple[str, ...]
    remarque: str | None

    @property
    def bornes(self) -> tuple[float, float | None]:
        """The least and the greatest value that can be right, the latter None when there is none."""
        if self.unite is Unite.CLASSE:
            return 1.0, float(len(self.classes))
        return 0.0, {Unite.PART: 1.0, Unite.SCORE: 10.0, Unite.SCORE_100: 100.0}.get(self.unite)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Indicators and sources by id, in the order of their files."""

    indicateurs: Mapping[str, Indicateur]
    sources: Mapping[str, SourceIndicateurs]

    def get(self, indicateur_id: str) -> Indicateur:
        """The indicator of this id; raises NotFoundError."""
        if indicateur_id not in self.indicateurs:
            raise NotFoundError(f"Aucun indicateur « {indicateur_id} ».", indicateur=indicateur_id)
        return self.indicateurs[indicateur_id]

    def get_source(self, source_id: str) -> SourceIndicateurs:
        """The source of this id; raises NotFoundError with the ids that exist."""
        if source_id not in self.sources:
            connues = ", ".join(self.sources)
            raise NotFoundError(f"Aucune source d’indicateurs « {source_id} ». Connues : {connues}.", source=source_id)
        return self.sources[source_id]

    def list_de(self, source_id: str) -> list[Indicateur]:
        """The indicators that a source gives."""
        return [indicateur for indicateur in self.indicateurs.values() if source_id in indicateur.sources]

    def find_source(self, indicateur: Indicateur, millesime: int) -> SourceIndicateurs:
        """The source of an indicator's vintage: the one that declares it, else the one whose file says its own."""
        for source_id, declare in indicateur.sources.items():
            if declare == millesime:
                return self.sources[source_id]
        for source_id, declare in indicateur.sources.items():
            if declare is None:
                return self.sources[source_id]
        raise NotFoundError(f"« {indicateur.id} » n’a pas de millésime {millesime}.", indicateur=indicateur.id)


@cache
def get_catalogue() -> Catalogue:
    """The catalogue shipped with the program; raises SourceError when a file is wrong."""
    return load_catalogue(DOSSIER)


def load_catalogue(dossier: Path) -> Catalogue:
    """The two files of a folder; raises SourceError with the entry, the key and what was expected."""
    sources = {cle: _build_source(cle, _Table("sources.toml", cle, v)) for cle, v in _read(dossier / "sources.toml")}
    indicateurs = {
        cle: _build_indicateur(cle, _Table("catalogue.toml", cle, v), sources)
        for cle, v in _read(dossier / "catalogue.toml")
    }
    _check_poids(indicateurs)
    _check_millesimes(indicateurs)
    return Catalogue(indicateurs, sources)


def _read(chemin: Path) -> Iterable[tuple[str, object]]:
    try:
        return tomllib.loads(chemin.read_text(encoding="utf-8")).items()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as erreur:
        raise SourceError(f"{chemin.name} : illisible ({erreur})") from erreur


E_ = TypeVar("E_", bound=Libelle)


class _Table:
    """One entry of a file; each key is taken once, and those left over are refused."""

    def __init__(self, fichier: str, cle: str, valeur: object) -> None:
        self._lieu = f"{fichier} [{cle}]"
        if not isinstance(valeur, dict):
            raise SourceError(f"{self._lieu} : une table attendue")
        self._reste: dict[str, Any] = dict(valeur)

    def refuse(self, cle: str, valeur: object, attendu: str) -> SourceError:
        return SourceError(f"{self._lieu} : « {cle} » vaut « {str(valeur)[:100]} » ; attendu : {attendu}.")

    def take_texte(self, cle: str) -> str:
        valeur = self._reste.pop(cle, None)
        if not isinstance(valeur, str) or not valeur.strip():
            raise self.refuse(cle, valeur, "un texte")
        return valeur

    def find_texte(self, cle: str) -> str | None:
        return self.take_texte(cle) if cle in self._reste else None

    def find_entier(self, cle: str) -> int | None:
        valeur = self._reste.pop(cle, None)
        if valeur is not None and (not isinstance(valeur, int) or isinstance(valeur, bool) or valeur < 0):
            raise self.refuse(cle, valeur, "un nombre entier")
        return valeur

    def take_bool(self, cle: str) -> bool:
        valeur = self._reste.pop(cle, False)
        if not isinstance(valeur, bool):
            raise self.refuse(cle, valeur, "true ou false")
        return valeur

    def take_choix(self, cle: str, choix: type[E_]) -> E_:
        valeur = self._reste.pop(cle, None)
        if valeur not in list(choix):
            raise self.refuse(cle, valeur, f"un mot parmi {', '.join(choix)}")
        return choix(valeur)

    def take_liste(self, cle: str) -> tuple[str, ...]:
        valeur = self._reste.pop(cle, [])
        if not isinstance(valeur, list) or not all(isinstance(v, str) and v for v in valeur):
            raise self.refuse(cle, valeur, "une liste de textes")
        return tuple(valeur)

    def take_table(self, cle: str) -> dict[str, Any]:
        valeur = self._reste.pop(cle, None)
        if not isinstance(valeur, dict) or not valeur:
            raise self.refuse(cle, valeur, "une table")
        return valeur

    def close(self) -> None:
        """Refuse what nobody took."""
        for cle, valeur in self._reste.items():
            raise self.refuse(cle, valeur, "une clé connue")


def _build_source(cle: str, table: _Table) -> SourceIndicateurs:
    lecteur = table.find_texte("lecteur")
    if lecteur is not None and lecteur not in LECTEURS:
        raise table.refuse("lecteur", lecteur, f"un lecteur parmi {', '.join(LECTEURS)}")
    zeros = table.find_texte("zeros")
    if zeros is not None and zeros not in list(Zeros):
        raise table.refuse("zeros", zeros, f"un mot parmi {', '.join(Zeros)}")
    source = SourceIndicateurs(
        id=cle,
        libelle=table.take_texte("libelle"),
        producteur=table.take_texte("producteur"),
        licence=table.take_texte("licence"),
        page=table.find_texte("page"),
        url=table.find_texte("url"),
        motif=table.find_texte("motif"),
        tous=table.take_bool("tous"),
        lecteur=lecteur,
        edition=table.find_texte("edition"),
        millesime=table.find_entier("millesime"),
        zeros=None if zeros is None else Zeros(zeros),
        optionnelle=table.take_bool("optionnelle"),
    )
    if lecteur is not None and source.motif is None:
        raise table.refuse("motif", None, "le motif des fichiers, puisque la source a un lecteur")
    table.close()
    return source


def _build_indicateur(cle: str, table: _Table, sources: Mapping[str, SourceIndicateurs]) -> Indicateur:
    unite = table.take_choix("unite", Unite)
    agregation = table.take_choix("agregation", Agregation)
    poids = table.find_texte("poids")
    if (poids is not None) != (agregation is Agregation.MOYENNE):
        raise table.refuse("poids", poids, "un indicateur pour une moyenne, rien autrement")
    classes = table.take_liste("classes")
    if bool(classes) != (unite is Unite.CLASSE):
        raise table.refuse("classes", classes, "les noms des classes pour une classe, rien autrement")
    decimales = table.find_entier("decimales")
    if decimales is None:
        raise table.refuse("decimales", None, "un nombre entier")
    indicateur = Indicateur(
        id=cle,
        libelle=table.take_texte("libelle"),
        definition=table.take_texte("definition"),
        unite=unite,
        sens=table.take_choix("sens", Sens),
        methode=table.take_choix("methode", Methode),
        sources=_read_sources(table, sources),
        agregation=agregation,
        poids=poids,
        decimales=decimales,
        classes=classes,
        remarque=table.find_texte("remarque"),
    )
    table.close()
    return indicateur


def _read_sources(table: _Table, sources: Mapping[str, SourceIndicateurs]) -> dict[str, int | None]:
    lues: dict[str, int | None] = {}
    for source_id, millesime in table.take_table("sources").items():
        if source_id not in sources:
            raise table.refuse("sources", source_id, f"une source parmi {', '.join(sources)}")
        if millesime != FICHIER and (not isinstance(millesime, int) or isinstance(millesime, bool)):
            raise table.refuse(f"sources.{source_id}", millesime, f"une année ou « {FICHIER} »")
        lues[source_id] = None if millesime == FICHIER else millesime
    return lues


def _check_poids(indicateurs: Mapping[str, Indicateur]) -> None:
    for indicateur in indicateurs.values():
        poids = None if indicateur.poids is None else indicateurs.get(indicateur.poids)
        if indicateur.poids is not None and (poids is None or poids.agregation is not Agregation.SOMME):
            raise SourceError(
                f"catalogue.toml [{indicateur.id}] : « poids » vaut « {indicateur.poids} » ; attendu : un indicateur"
                " dont l’agrégation est une somme."
            )


def _check_millesimes(indicateurs: Mapping[str, Indicateur]) -> None:
    """Two sources of one indicator may not give the same vintage: one would overwrite the other."""
    for indicateur in indicateurs.values():
        declares = list(indicateur.sources.values())
        if len(set(declares)) < len(declares):
            raise SourceError(f"catalogue.toml [{indicateur.id}] : deux sources du même millésime.")
