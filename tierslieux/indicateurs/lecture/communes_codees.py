"""Tables of two columns that a territory or the State hands out: a code of commune and what is said of it. Pure.

- the zoning "France ruralités revitalisation" (FRR): a flag, or the words of the decree;
- the official index of digital fragility: a score from 0 to 10.

No such file is distributed in one agreed format: columns go by any of the names below, separators by the header.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator

from tierslieux.core.errors import SourceError
from tierslieux.indicateurs.contrat import CodeRejet, Element, Mesure, Rejet
from tierslieux.indicateurs.lecture.tables import decode, parse_nombre, read_code, read_csv

CODES = ("code_insee", "insee_com", "codgeo", "code_commune", "code")
ZONAGES = ("frr", "zonage_frr", "zonage", "classement")
SCORES = ("score", "score_global", "indice", "ifn", "score_ifn")
# Keys without case nor accent. A commune that is in part in the zone is in it: its people have its rights there.
DRAPEAUX = {
    "0": 0.0,
    "non": 0.0,
    "non classee": 0.0,
    "commune non classee": 0.0,
    "1": 1.0,
    "oui": 1.0,
    "frr": 1.0,
    "frr+": 1.0,
    "frr plus": 1.0,
    "classee": 1.0,
    "classee partiellement": 1.0,
    "commune classee": 1.0,
    "commune classee partiellement": 1.0,
}


def read_frr(contenu: bytes) -> Iterator[Element]:
    """Each commune, 1 in the zone and 0 out of it; raises SourceError."""
    return _read(contenu, ZONAGES, "communes_frr", _parse_drapeau)


def read_fragilite(contenu: bytes) -> Iterator[Element]:
    """Each commune with its score; raises SourceError."""
    return _read(contenu, SCORES, "indice_fragilite_numerique", parse_nombre)


def _parse_drapeau(cellule: str) -> float | None:
    decompose = unicodedata.normalize("NFD", cellule.strip().lower())
    cle = "".join(caractere for caractere in decompose if not unicodedata.combining(caractere))
    if not cle:
        return None
    if cle not in DRAPEAUX:
        raise ValueError(cellule)
    return DRAPEAUX[cle]


def _read(
    contenu: bytes, champs: Collection[str], indicateur: str, parse: Callable[[str], float | None]
) -> Iterator[Element]:
    entete = decode(contenu).split("\n", 1)[0].strip()
    separateur = max(";,\t", key=entete.count)
    noms = [nom.strip().strip('"') for nom in entete.split(separateur)]
    champ_code, champ = _find_champ(noms, CODES), _find_champ(noms, champs)
    for ligne, rangee in read_csv(contenu, separateur, (champ_code, champ)):
        code = read_code(ligne, rangee, champ_code)
        if isinstance(code, Rejet):
            yield code
            continue
        try:
            valeur = parse(rangee[champ])
        except ValueError:
            yield Rejet(ligne, CodeRejet.VALEUR_ILLISIBLE, champ, rangee[champ][:100])
            continue
        if valeur is None:
            yield Rejet(ligne, CodeRejet.SANS_VALEUR, champ, None)
        else:
            yield Mesure(ligne, code, {indicateur: valeur})


def _find_champ(noms: Collection[str], connus: Collection[str]) -> str:
    """The first column that goes by one of these names, whatever their case."""
    for connu in connus:
        for nom in noms:
            if nom.lower() == connu:
                return nom
    raise SourceError(f"aucune colonne parmi {', '.join(connus)} ; présentes : {', '.join(noms)[:300]}")
