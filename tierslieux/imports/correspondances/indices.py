"""What the cells of a column look like: e-mail addresses, postcodes, coordinates, opening hours… Pure.

Each test gives the share (0 to 1) of the filled cells of a sample that look like a target.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from tierslieux.core.types import parse_siret
from tierslieux.imports.correspondances.vocabulaires import OUI_NON, VOCABULAIRES, build_cle_terme
from tierslieux.imports.etapes.date import parse_date
from tierslieux.imports.lecture.projections import parse_nombre
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.horaires import is_valid
from tierslieux.lieux.vocabulaire import find_genre
from tierslieux.territoires.noms import build_cle, remove_accents

_COURRIEL = re.compile(r"[\w.%+'-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_URL = re.compile(
    r"(https?:/{1,2}|www\.)\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(fr|com|org|net|eu|bzh|re|nc|info|coop)(/\S*)?", re.IGNORECASE
)
_CODE_POSTAL = re.compile(r"(?:0?[1-9]|[1-8]\d|9[0-5]|97|98)\d{3}")
_CODE_INSEE = re.compile(r"(?:0?[1-9]|[1-8]\d|9[0-5]|2[AB]|97|98)\d{3}", re.IGNORECASE)
# A spreadsheet eats the first zero: nine digits that begin as a number does.
_TELEPHONE = re.compile(
    r"0[1-9](?:[\s./-]?\d){8}(?!\d)|\+\d{2,3}[\s.-]?(?:\(0\))?\d?(?:[\s./-]?\d){5,11}|(?:33|262|590|594|596)\d{9}(?!\d)"
    r"|[1-79](?: ?\d){8}(?![\d.,])|[13]\d[ .]?\d\d(?!\d)"
)
_RNA = re.compile(r"W\d{9}")
_VOIE = re.compile(
    r"\b(rue|avenue|av|boulevard|bd|place|pl|chemin|route|allee|allees|impasse|quai|cours|square|esplanade|bourg|"
    r"lieu dit|lieudit|zone|za|passage|faubourg|mairie|rond point|residence|parvis|mail|promenade|venelle|sente)\b"
)
_HORAIRES = re.compile(
    r"\b(lundi|mardi|mercredi|jeudi|vendredi|samedi|lun|mar|mer|jeu|ven|sam)\b.*\d|\d{1,2} ?h ?\d{0,2}|^24/7$|"
    r"\d{1,2}[:h]\d{2} ?[-–àa/] ?\d{1,2}[:h]\d{2}"
)
_JOUR = re.compile(r"\d{1,2} ?[:h] ?\d{0,2}|ferme|^-$|sur (rdv|rendez)")
_PRECISIONS = frozenset(precision.value for precision in Precision)
_COORDONNEES = re.compile(r"[(\[]?-?\d{1,3}[.,]\d{3,}\s*[;, ]\s*-?\d{1,3}[.,]\d{3,}[)\]]?")


def is_courriel(texte: str) -> bool:
    """Whether an e-mail address stands in the text, and little else."""
    trouvee = _COURRIEL.search(texte)
    return trouvee is not None and len(trouvee[0]) * 2 > len(texte)


def is_telephone(texte: str) -> bool:
    """Whether the text begins by a phone number: ten digits from 0, a country code, or a short number."""
    return _TELEPHONE.match(texte) is not None and len(re.sub(r"\D", "", texte)) <= 24


def is_nombre(texte: str) -> bool:
    """Whether the text is a number that may be a coordinate: decimals, or the size of a projected one."""
    nombre = parse_nombre(texte)
    return nombre is not None and (abs(nombre) > 10_000 or ("." in texte or "," in texte))


def is_horaires(texte: str) -> bool:
    """Whether the text is opening hours, in OpenStreetMap syntax or in French."""
    return _HORAIRES.search(remove_accents(texte).lower()) is not None or (len(texte) > 4 and is_valid(texte))


def is_adresse(texte: str) -> bool:
    """Whether the text names a way, or begins by a number and words."""
    plat = remove_accents(texte).lower()
    return _VOIE.search(plat) is not None or re.match(r"\d{1,4}[ ,]+(?:bis|ter)?[ ,]*[a-z]{2}", plat) is not None


def is_texte(texte: str) -> bool:
    """Whether the text has words and is neither an address, a site nor a number."""
    return re.search(r"[^\W\d_]{2}", texte) is not None and not is_courriel(texte) and _URL.fullmatch(texte) is None


def is_commune(texte: str) -> bool:
    """Whether the text may be the name of a commune: few words, hardly any digit."""
    return is_texte(texte) and len(texte) <= 45 and len(re.findall(r"\d", texte)) <= 5 and len(texte.split()) <= 7


@lru_cache(maxsize=4096)
def is_genre(texte: str) -> bool:
    """Whether the text names kinds of place, by a vocabulary or in common words."""
    termes = [terme.strip() for terme in re.split(r"[;|/]", texte) if terme.strip()]
    return any(find_genres(terme) for terme in termes)


def find_genres(terme: str) -> tuple[str, ...]:
    """The kinds that a term means ("BIB", "Médiathèque municipale"); none for another term."""
    connus = VOCABULAIRES["genres"].get(build_cle_terme(terme))
    if connus is not None:
        return connus
    genre = find_genre(build_cle(terme))
    return (genre.value,) if genre is not None else ()


@lru_cache(maxsize=64)
def _compile_vocabulaire(nom: str) -> Callable[[str], bool]:
    index = VOCABULAIRES[nom]
    return lambda texte: all(build_cle_terme(terme) in index for terme in re.split(r"[;|]", texte) if terme.strip())


TESTS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "courriel": is_courriel,
        "autres_courriels": is_courriel,
        "telephone": is_telephone,
        "autres_telephones": is_telephone,
        "site_web": lambda texte: _URL.match(texte) is not None,
        "autres_sites_web": lambda texte: _URL.match(texte) is not None,
        "precision": lambda texte: texte.lower() in _PRECISIONS,
        "genres": is_genre,
        "prise_rdv": lambda texte: _URL.match(texte) is not None,
        "fiche_acces_libre": lambda texte: "acceslibre" in texte,
        "code_postal": lambda texte: _CODE_POSTAL.fullmatch(texte.replace(" ", "").removesuffix(".0")) is not None,
        "commune_code": lambda texte: _CODE_INSEE.fullmatch(texte.strip().removesuffix(".0")) is not None,
        "commune_nom": is_commune,
        "longitude": is_nombre,
        "latitude": is_nombre,
        "coordonnees": lambda texte: _COORDONNEES.fullmatch(texte) is not None,
        "pivot": lambda texte: (
            parse_siret(re.sub(r"\s", "", texte)) is not None or _RNA.fullmatch(texte) is not None or texte == "0" * 14
        ),
        "horaires": is_horaires,
        "date_maj": lambda texte: parse_date(texte, classeur=True) is not None,
        "nom": is_texte,
        "adresse": is_texte,
        "presentation": is_texte,
        "structure_parente": is_texte,
        "itinerant": lambda texte: build_cle_terme(texte) in OUI_NON or texte.lower() in {"itinérant", "fixe"},
        "accessible": lambda texte: build_cle_terme(texte) in OUI_NON,
        "ferme": lambda texte: build_cle_terme(texte) in OUI_NON,
        **{
            nom: _compile_vocabulaire(nom)
            for nom in ("services", "publics", "prises_en_charge", "frais", "modalites_acces", "accompagnements")
        },
        **{nom: _compile_vocabulaire(nom) for nom in ("programmes", "formations_labels", "typologies")},
        **{
            f"horaires_{jour}": lambda texte: _JOUR.search(remove_accents(texte).lower()) is not None
            for jour in ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
        },
    }
)
# Below this share, the name of a column is belied by what it holds. Lists and texts hold anything.
_MIN: Mapping[str, float] = MappingProxyType(
    {"nom": 0.5, "adresse": 0.4, "presentation": 0.4, "structure_parente": 0.5, "horaires": 0.3}
    | dict.fromkeys(("services", "publics", "frais", "programmes", "accompagnements", "modalites_acces"), 0.0)
    | dict.fromkeys(("prises_en_charge", "formations_labels", "genres"), 0.0)
)
PART_MIN = 0.5
# Under this number of filled cells, what a column holds proves nothing.
CELLULES_MIN = 3


def score_contenu(cible: str, cellules: Sequence[str], *, seul: bool = False) -> float | None:
    """Share of the cells that look like the target; None without a test for it or without enough cells.

    `seul` is for a column whose name says nothing: what it holds must say it all.
    """
    test = is_adresse if seul and cible == "adresse" else TESTS.get(cible)
    if test is None or not cellules:
        return None
    return sum(map(test, cellules)) / len(cellules)


def is_belie(cible: str, part: float | None, nombre: int) -> bool:
    """Whether what a column holds belies that it is this target."""
    return part is not None and nombre >= CELLULES_MIN and part < _MIN.get(cible, PART_MIN)


def is_code_postal(cellules: Sequence[str]) -> bool:
    """Whether codes of five digits are postcodes rather than codes INSEE: two postcodes in three end by a zero."""
    return sum(cellule.rstrip().removesuffix(".0").endswith("0") for cellule in cellules) * 2 > len(cellules)
