"""Town halls of the public-service directory (DILA), one for each commune: candidate sites.

Their file is the package of boundaries that set-up downloads: `pack` writes the town halls that
territoires.lecture.read_mairies gives as the JSON that `parse` reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tierslieux.imports.contrat import Avertissement, Lecture, Record, Reject
from tierslieux.imports.lecture import lecture
from tierslieux.imports.lecture.lecture import Ligne
from tierslieux.imports.sources import colonnes
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.nettoyage.creneaux import JOURS, Creneau, format_semaine, merge_creneaux, parse_heure
from tierslieux.territoires.noms import build_complement

COLONNES = (
    "code_insee",
    "nom",
    "longitude",
    "latitude",
    "mairie_adresse",
    "mairie_horaires",
    "mairie_email",
    "mairie_telephone",
    "mairie_site",
)
_CODE_POSTAL_ET_VILLE = re.compile(r"(\d{5})\s+(.+)")


def pack(mairies: Iterable[Mapping[str, str]]) -> bytes:
    """The town halls as the JSON file that `parse` reads, without what it does not use."""
    return json.dumps([{cle: m.get(cle, "") for cle in COLONNES} for m in mairies], ensure_ascii=False).encode()


def parse(contenu: bytes) -> Lecture:
    """Read the file; raises SourceError when it is not in this form."""
    return colonnes.build_lecture(lecture.read_json(contenu, colonnes=COLONNES), parse_ligne)


def parse_ligne(ligne: Ligne) -> Record | Reject:
    """One town hall; its identifier is the code INSEE."""
    get = colonnes.keep_textes(ligne.cellules).get
    code, nom = get("code_insee"), get("nom")
    if not code:
        return colonnes.reject_sans_identifiant(ligne, "code_insee")
    avertissements: list[Avertissement] = []
    adresse, code_postal = split_adresse(get("mairie_adresse"))
    valeurs: dict[str, Any] = {
        "nom": f"Mairie {build_complement(nom)}" if nom else None,
        "genres": [Genre.MAIRIE.value],
        "adresse": adresse,
        "code_postal": code_postal,
        "commune_code": code,
        "commune_nom": nom,
        "position": colonnes.parse_position(get("longitude"), get("latitude")),
        "courriel": get("mairie_email"),
        "telephone": get("mairie_telephone"),
        "site_web": get("mairie_site"),
        "horaires": parse_horaires(get("mairie_horaires"), avertissements),
    }
    return colonnes.build_record(ligne, code, valeurs, avertissements=tuple(avertissements))


def split_adresse(texte: str | None) -> tuple[str | None, str | None]:
    r"""(way, postcode) of "2 rue Frézier\n29200 Brest"; the commune has its own field."""
    lignes = [morceau.strip() for morceau in (texte or "").split("\n") if morceau.strip()]
    derniere = _CODE_POSTAL_ET_VILLE.fullmatch(lignes[-1]) if lignes else None
    voie = lignes[:-1] if derniere else lignes
    return ", ".join(voie) or None, derniere[1] if derniere else None


def parse_horaires(texte: str | None, avertissements: list[Avertissement]) -> str | None:
    """The week in OpenStreetMap syntax, from [["lundi", "jeudi", [["08:30:00", "12:00:00"], …]], …] in JSON.

    A day given twice has the slots of both. What cannot be read leaves the whole week out and is added to
    `avertissements`.
    """
    if not texte:
        return None
    try:
        semaine = _read_semaine(json.loads(texte))
    except (ValueError, TypeError):
        avertissements.append(Avertissement.HORAIRES_ILLISIBLES)
        return None
    if any(len(merge_creneaux(creneaux)) < len(creneaux) for creneaux in semaine):
        avertissements.append(Avertissement.CRENEAUX_REUNIS)
    return format_semaine(semaine)


def _read_semaine(regles: Any) -> list[list[Creneau]]:  # noqa: ANN401  (parsed JSON)
    semaine: list[list[Creneau]] = [[] for _ in JOURS]
    for debut, fin, plages in regles:
        premier = JOURS.index(debut)
        dernier = JOURS.index(fin) if fin else premier
        if dernier < premier:
            raise ValueError(f"{debut}-{fin}")
        for jour in range(premier, dernier + 1):
            semaine[jour] += [_read_creneau(ouverture, fermeture) for ouverture, fermeture in plages]
    return semaine


def _read_creneau(ouverture: str, fermeture: str) -> Creneau:
    debut, fin = parse_heure(ouverture), parse_heure(fermeture)
    if debut is None or fin is None or debut >= fin:
        raise ValueError(f"{ouverture}-{fermeture}")
    return debut, fin
