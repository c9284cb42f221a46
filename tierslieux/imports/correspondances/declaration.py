"""The declaration of a source: its tables and keys, its model, and what is wrong with it, told exactly.

A declaration is a TOML file (geodata/<source>/source.toml) or what the page of imports keeps. Its language is described
in docs/sources.md. Every key is one of a closed list: a wrong one is refused with the key, the value, what was expected
and the nearest known word. Pure but for the reading of files.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from tierslieux.core.errors import SourceError
from tierslieux.lieux.nettoyage.creneaux import JOURS
from tierslieux.lieux.resolution import CHAMPS, CHAMPS_OBJETS

MODELES_DIR = Path(__file__).parent / "modeles"

# What a source is, apart from its columns: key → type, whether it must be there.
IDENTITE: Mapping[str, tuple[type | tuple[type, ...], bool]] = MappingProxyType(
    {
        "id": (str, True),
        "libelle": (str, True),
        "producteur": (str, True),
        "licence": (str, True),
        "url": (str, False),
        "edition": (str, True),
        "date_edition": (object, False),
        "cadence": (str, True),
        "confiance": (int, True),
        "ordre": (int, False),
        "motif_fichier": (str, False),
        "commune_certaine": (bool, False),
        "est_offre": (bool, False),
        "rafraichissement_jours": (int, False),
    }
)
LECTURE: Mapping[str, type] = MappingProxyType(
    {
        "feuille": str,
        "projection": str,
        "separateur_liste": str,
        "absentes": list,
        "obligatoires": list,
        "jours": str,
        "apostrophes": bool,
    }
)
CORPS = ("modele", "lecture", "colonnes", "semaines", "position", "rejet")
# Targets of [colonnes]: fields of a place, and what makes its identifier, position and date.
CIBLES_JOURS = tuple(f"horaires_{jour}" for jour in JOURS)
CIBLES_DE_LIGNE = ("identifiant", "longitude", "latitude", "coordonnees", "precision", "date_maj", *CIBLES_JOURS)
CIBLES_ADMISES = (*CIBLES_DE_LIGNE, *(champ for champ in CHAMPS if champ not in {"position", *CHAMPS_OBJETS}))


class Lecteur:
    """What is being read, so that each refusal says where it stands."""

    def __init__(self, origine: str) -> None:
        self.origine = origine

    def refuse(self, cle: str, valeur: object, attendu: str, connus: Iterable[str] = ()) -> NoReturn:
        """Raise SourceError naming the key, the value, what was expected, and the known word that is nearest."""
        texte = str(valeur)
        proches = difflib.get_close_matches(texte, list(connus), n=1, cutoff=0.6)
        proche = f" (vouliez-vous dire « {proches[0]} » ?)" if proches else ""
        raise SourceError(f"{self.origine} : « {cle} » vaut « {texte[:100]} » ; attendu : {attendu}{proche}.")

    def check_cles(self, table: str, cles: Iterable[str], connues: Iterable[str]) -> None:
        """Refuse the first key that is not a known one."""
        connues = list(connues)
        for cle in cles:
            if cle not in connues:
                self.refuse(table, cle, f"une clé parmi {', '.join(connues)}", connues)

    def read_table(self, cle: str, valeur: object) -> dict[str, Any]:
        """The value as a table."""
        if not isinstance(valeur, Mapping):
            self.refuse(cle, valeur, "une table")
        return dict(valeur)

    def read_texte(self, cle: str, valeur: object) -> str:
        """The value as a text that is not empty."""
        if not isinstance(valeur, str) or not valeur:
            self.refuse(cle, valeur, "un texte")
        return valeur

    def read_textes(self, cle: str, valeur: object) -> list[str]:
        """The value as a list of texts, a text alone being a list of one."""
        textes = [valeur] if isinstance(valeur, str) else valeur
        if not isinstance(textes, list | tuple) or not textes or not all(isinstance(t, str) and t for t in textes):
            self.refuse(cle, valeur, "un texte ou une liste de textes")
        return list(textes)


def read_declaration(chemin: Path) -> dict[str, Any]:
    """The content of a TOML file; raises SourceError with the line when it cannot be read."""
    try:
        return tomllib.loads(chemin.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as erreur:
        raise SourceError(f"{chemin.parent.name}/{chemin.name} : illisible ({erreur})") from erreur


def list_modeles() -> list[str]:
    """Names of the models shipped with the program."""
    return sorted(chemin.stem for chemin in MODELES_DIR.glob("*.toml"))


def load_modele(nom: str, lecteur: Lecteur) -> dict[str, Any]:
    """The declaration of a model; raises SourceError when there is none of this name."""
    if nom not in list_modeles():
        lecteur.refuse("modele", nom, f"un modèle parmi {', '.join(list_modeles())}", list_modeles())
    return read_declaration(MODELES_DIR / f"{nom}.toml")


def complete(declaration: Mapping[str, Any], lecteur: Lecteur) -> dict[str, Any]:
    """The body of the declaration with what its model says and it does not: fields and keys one by one, rejects added.

    A field declared false is taken out of the model's.
    """
    lecteur.check_cles("déclaration", declaration, (*IDENTITE, *CORPS, "titre"))
    nom = declaration.get("modele")
    base = load_modele(lecteur.read_texte("modele", nom), lecteur) if nom is not None else {}
    corps: dict[str, Any] = {}
    for table in ("lecture", "colonnes", "position"):
        fusion = lecteur.read_table(table, base.get(table, {})) | lecteur.read_table(table, declaration.get(table, {}))
        corps[table] = {cle: valeur for cle, valeur in fusion.items() if valeur is not False}
    corps["semaines"] = lecteur.read_table("semaines", declaration.get("semaines", base.get("semaines", {})))
    corps["rejet"] = [*base.get("rejet", []), *_read_rejets(declaration.get("rejet", []), lecteur)]
    corps["modele"] = nom
    corps["titre"] = base.get("titre")
    lecteur.check_cles("[lecture]", corps["lecture"], LECTURE)
    for cle, valeur in corps["lecture"].items():
        if not isinstance(valeur, LECTURE[cle]):
            lecteur.refuse(f"[lecture] {cle}", valeur, "une liste de textes" if LECTURE[cle] is list else "un texte")
    lecteur.check_cles("[colonnes]", corps["colonnes"], CIBLES_ADMISES)
    for cible in ("identifiant", "nom"):
        if cible not in corps["colonnes"]:
            lecteur.refuse("[colonnes]", f"sans {cible}", "une colonne pour « identifiant » et une pour « nom »")
    return corps


def _read_rejets(rejets: object, lecteur: Lecteur) -> list[dict[str, Any]]:
    if not isinstance(rejets, list | tuple):
        lecteur.refuse("rejet", rejets, "une ou plusieurs tables [[rejet]]")
    return [lecteur.read_table("rejet", rejet) for rejet in rejets]
