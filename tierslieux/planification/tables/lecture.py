"""From the rows of an uploaded table to buildings that could host a place, or to people by commune. Pure.

What is not understood is said with its row, its column, its value and what was expected; such a row is left out whole.
How a file becomes rows, a text a number or hours belongs to imports, above: it is handed in as `Lecteurs`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierslieux.core.enums import Libelle
from tierslieux.core.errors import SourceError
from tierslieux.core.tableurs import restore
from tierslieux.planification.tables.services import LigneTable

# Every commune of France, and then some; buildings need a look at the map each.
LIGNES_MAX = {"personnes": 40_000, "candidats": 2_000}
REJETS_MAX = 500
NOM_MAX = 200
VALEUR_MAX = 80
JOURS = {
    "lu": "lundi",
    "ma": "mardi",
    "me": "mercredi",
    "je": "jeudi",
    "ve": "vendredi",
    "sa": "samedi",
    "di": "dimanche",
}


class Nature(Libelle):
    """What the rows of a table are."""

    CANDIDATS = "candidats", "des bâtiments qui pourraient accueillir un lieu"
    PERSONNES = "personnes", "des personnes par commune"


@dataclass(frozen=True, slots=True)
class Rejet:
    """A row that is left out: its number in the file, the column (None: all of it), its value, what was expected."""

    ligne: int
    colonne: str | None
    valeur: str
    attendu: str


@dataclass(frozen=True, slots=True)
class RangeeLue:
    """One row of a file: its number in it, and its cells by column, None for an empty one."""

    numero: int
    cellules: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Tableau:
    """A file as rows; `illisibles` could not be made into cells. `reconnu`: words for its format."""

    colonnes: tuple[str, ...]
    rangees: tuple[RangeeLue, ...]
    illisibles: tuple[Rejet, ...]
    reconnu: str


@dataclass(frozen=True, slots=True)
class Lecteurs:
    """What reads files and cells: `lire` (content, name) raises SourceError; the others give None for no sense."""

    lire: Callable[[bytes, str], Tableau]
    read_nombre: Callable[[str], float | None]
    read_horaires: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class LuTable:
    """A table that was read: what its rows are, those understood, those left out, the columns nobody read."""

    nature: Nature
    lignes: tuple[LigneTable, ...]
    rejets: tuple[Rejet, ...]
    ignorees: tuple[str, ...]


# --- Columns ----------------------------------------------------------------------------------------------------------

# Names without accents nor case, words apart by one space.
COLONNES: Mapping[str, tuple[str, ...]] = {
    "nom": ("nom", "batiment", "nom du batiment", "nom du lieu", "lieu", "libelle", "intitule", "site"),
    "commune_code": ("code commune", "code insee", "insee", "code insee commune", "commune code", "codgeo", "depcom"),
    "lon": ("longitude", "lon", "lng", "long", "x"),
    "lat": ("latitude", "lat", "y"),
    "personnes": ("personnes", "besoin", "nombre de personnes", "personnes concernees", "effectif"),
    "cout": ("cout", "cout d ouverture", "cout annuel", "prix", "cout en euros"),
    "capacite": ("capacite", "personnes servies", "capacite d accueil"),
    "horaires": ("horaires", "horaires d ouverture", "ouverture", "heures d ouverture"),
    "jours_marche": ("jours de marche", "jour de marche", "marche", "jours marche"),
}
# Said by the templates for whoever fills them, and not read.
MUETTES = frozenset({"nom de la commune", "commune", "adresse"})
LIBELLES = {
    "nom": "nom",
    "commune_code": "code commune",
    "lon": "longitude",
    "lat": "latitude",
    "personnes": "personnes",
    "cout": "coût",
    "capacite": "capacité",
    "horaires": "horaires",
    "jours_marche": "jours de marché",
}
_CHAMPS = {nom: champ for champ, noms in COLONNES.items() for nom in noms}


def simplify(texte: str) -> str:
    """A text without accents nor case, words apart by one space."""
    sans = "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", sans.casefold()))


def find_colonnes(noms: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(column of each field, columns that are not read); raises SourceError when two say the same."""
    trouvees: dict[str, str] = {}
    ignorees: list[str] = []
    for nom in noms:
        champ = _CHAMPS.get(simplify(nom))
        if champ is None:
            if simplify(nom) not in MUETTES:
                ignorees.append(nom)
        elif champ in trouvees:
            raise SourceError(
                f"Les colonnes « {trouvees[champ]} » et « {nom} » disent la même chose ({LIBELLES[champ]}) :"
                " gardez-en une."
            )
        else:
            trouvees[champ] = nom
    return trouvees, tuple(ignorees)


def find_nature(colonnes: Mapping[str, str]) -> Nature:
    """What the rows are, by their columns; raises SourceError when nothing or too much is said."""
    a_position, a_commune = "lon" in colonnes or "lat" in colonnes, "commune_code" in colonnes
    if "personnes" in colonnes:
        if a_position or "cout" in colonnes or "capacite" in colonnes:
            raise SourceError(
                "Une table dit soit des bâtiments, soit des personnes par commune : faites deux tables, l’une avec"
                f" « {colonnes['personnes']} », l’autre avec les bâtiments."
            )
        if not a_commune:
            raise SourceError("Il manque la colonne « code commune » : le code Insee de chaque commune, comme 16015.")
        return Nature.PERSONNES
    if ("lon" in colonnes) != ("lat" in colonnes):
        absente = "latitude" if "lon" in colonnes else "longitude"
        raise SourceError(f"Il manque la colonne « {absente} » : longitude et latitude vont ensemble.")
    if not a_position and not a_commune:
        raise SourceError(
            "Aucune colonne ne dit où sont les bâtiments, ni combien de personnes compte une commune : il faut"
            " « longitude » et « latitude », ou « code commune »."
        )
    if "nom" not in colonnes:
        raise SourceError("Il manque la colonne « nom » : le nom de chaque bâtiment.")
    return Nature.CANDIDATS


# --- Rows -------------------------------------------------------------------------------------------------------------


class ValeurError(Exception):
    """A cell that makes no sense: field, value, what was expected."""

    def __init__(self, champ: str, valeur: str, attendu: str) -> None:
        super().__init__(champ)
        self.champ, self.valeur, self.attendu = champ, valeur, attendu


def read_lignes(tableau: Tableau, lecteurs: Lecteurs) -> LuTable:
    """What the rows say, each alone: where they are is not checked yet; raises SourceError for the whole file."""
    colonnes, ignorees = find_colonnes(tableau.colonnes)
    nature = find_nature(colonnes)
    if not tableau.rangees:
        raise SourceError("Le fichier n’a aucune ligne sous ses titres de colonnes.")
    if len(tableau.rangees) > LIGNES_MAX[nature]:
        raise SourceError(f"Le fichier a {len(tableau.rangees)} lignes ; au plus {LIGNES_MAX[nature]} sont lues.")
    lignes: list[LigneTable] = []
    rejets = list(tableau.illisibles)
    for rangee in tableau.rangees:
        cellules = {champ: restore(rangee.cellules.get(nom) or "").strip() for champ, nom in colonnes.items()}
        try:
            lignes.append(_read_ligne(nature, rangee.numero, cellules, lecteurs))
        except ValeurError as erreur:
            rejets.append(build_rejet(rangee.numero, colonnes, erreur))
    return LuTable(nature, tuple(lignes), tuple(rejets), ignorees)


def build_rejet(ligne: int, colonnes: Mapping[str, str], erreur: ValeurError) -> Rejet:
    """The row left out for a cell; the column is named as in the file."""
    valeur = erreur.valeur if len(erreur.valeur) <= VALEUR_MAX else erreur.valeur[:VALEUR_MAX] + "…"
    return Rejet(ligne, colonnes.get(erreur.champ, LIBELLES[erreur.champ]), valeur, erreur.attendu)


def _read_ligne(nature: Nature, numero: int, cellules: Mapping[str, str], lecteurs: Lecteurs) -> LigneTable:
    commune_code = _read_code(cellules.get("commune_code", ""))
    if nature is Nature.PERSONNES:
        if commune_code is None:
            raise ValeurError("commune_code", "", "le code Insee d’une commune, comme 16015")
        personnes = _read_nombre("personnes", cellules, lecteurs, bas=0.0)
        return LigneTable(numero, cellules.get("nom") or None, commune_code, personnes=personnes)
    nom = cellules["nom"]
    if not nom or len(nom) > NOM_MAX:
        raise ValeurError("nom", nom, f"le nom du bâtiment, {NOM_MAX} caractères au plus")
    lon, lat = _read_position(cellules, lecteurs)
    if lon is None and commune_code is None:
        raise ValeurError("lon" if "lon" in cellules else "commune_code", "", "une position, ou un code commune")
    return LigneTable(
        numero,
        nom,
        commune_code,
        lon,
        lat,
        cout=_read_nombre("cout", cellules, lecteurs),
        capacite=_read_nombre("capacite", cellules, lecteurs),
        horaires=_read_horaires(cellules.get("horaires", ""), lecteurs),
        jours_marche=_read_jours(cellules.get("jours_marche", "")),
    )


def _read_code(texte: str) -> str | None:
    """A code INSEE; spreadsheets drop its first zero. None for an empty cell."""
    if not texte:
        return None
    code = texte.upper().removesuffix(".0")
    code = f"0{code}" if re.fullmatch(r"[1-9]\d{3}", code) else code
    if not re.fullmatch(r"\d[0-9AB]\d{3}", code):
        raise ValeurError("commune_code", texte, "le code Insee d’une commune, comme 16015 (pas son code postal)")
    return code


def _read_nombre(
    champ: str, cellules: Mapping[str, str], lecteurs: Lecteurs, *, bas: float | None = None
) -> float | None:
    """A number of at least `bas`, more than 0 without it; None for an empty cell."""
    texte = cellules.get(champ, "")
    if not texte:
        return None
    nombre = lecteurs.read_nombre(texte.removesuffix("€").strip())
    if nombre is None or nombre > 1e12 or (nombre <= 0 if bas is None else nombre < bas):
        raise ValeurError(champ, texte, "un nombre de plus de 0" if bas is None else "un nombre, 0 ou plus")
    return nombre


def _read_position(cellules: Mapping[str, str], lecteurs: Lecteurs) -> tuple[float | None, float | None]:
    """(longitude, latitude) in degrees, or neither."""
    lus: list[float | None] = []
    for champ, limite in (("lon", 180), ("lat", 90)):
        texte = cellules.get(champ, "")
        nombre = lecteurs.read_nombre(texte) if texte else None
        if texte and (nombre is None or abs(nombre) > limite):
            raise ValeurError(champ, texte, "des degrés, comme 0.1567 pour la longitude et 45.6484 pour la latitude")
        lus.append(nombre)
    if (lus[0] is None) != (lus[1] is None):
        raise ValeurError("lon" if lus[0] is None else "lat", "", "la longitude et la latitude, ou aucune des deux")
    return lus[0], lus[1]


def _read_horaires(texte: str, lecteurs: Lecteurs) -> str | None:
    if not texte:
        return None
    horaires = lecteurs.read_horaires(texte)
    if horaires is None:
        raise ValeurError("horaires", texte, "des jours et des heures, comme « lundi au vendredi 9h-12h »")
    return horaires


def _read_jours(texte: str) -> tuple[str, ...]:
    """Codes "lu" to "di" of days in words ("mardi et samedi", "ma, sa"), in the order of the week."""
    mots = [mot for mot in simplify(texte).split() if mot not in {"et", "le", "les", "matin", "ou"}]
    codes = {code: any(mot in {code, nom, f"{nom}s", nom[:3]} for mot in mots) for code, nom in JOURS.items()}
    connus = {forme for code, nom in JOURS.items() for forme in (code, nom, f"{nom}s", nom[:3])}
    if not set(mots) <= connus:
        raise ValeurError("jours_marche", texte, "des jours de la semaine, comme « mardi et samedi »")
    return tuple(code for code, est_dit in codes.items() if est_dit)


def merge_communes(lignes: Iterable[LigneTable]) -> tuple[LigneTable, ...]:
    """People by commune, added where several rows are of one commune of today; a row without number says nothing."""
    sommes: dict[str | None, LigneTable] = {}
    for ligne in lignes:
        if ligne.personnes is None:
            continue
        ancienne = sommes.get(ligne.commune_code)
        deja = ancienne.personnes or 0.0 if ancienne else 0.0
        premiere = ancienne or ligne
        sommes[ligne.commune_code] = LigneTable(
            premiere.rang, premiere.nom, ligne.commune_code, personnes=deja + ligne.personnes
        )
    return tuple(sommes.values())
