"""The clean-up rules that anyone can try on a line of text: `flask imports clean RULE`. Pure.

Each rule answers what the import would keep of the text and the code of its report: None when the text was clean as it
stood, NETTOYE when it was rewritten without anything to report, else a code of contrat.Avertissement or RejectCode.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

from tierslieux.core.geo import find_zone_at
from tierslieux.core.types import parse_code_insee, parse_code_postal
from tierslieux.imports.contrat import Avertissement, Contexte, Record, Reject, RejectCode
from tierslieux.imports.correspondances.vocabulaires import VOCABULAIRES, build_cle_terme, order_codes
from tierslieux.imports.etapes import commune, genre, horaires, pivot, presentation
from tierslieux.imports.etapes.date import parse_date
from tierslieux.imports.etapes.texte import LONGUEUR_MAX, LONGUEURS_MAX, clean_texte
from tierslieux.imports.etapes.typologie import read_typologies
from tierslieux.lieux.nettoyage import adresses, courriels, noms
from tierslieux.lieux.nettoyage.telephones import list_telephones
from tierslieux.lieux.nettoyage.urls import list_urls
from tierslieux.territoires.referentiel import ReferentielCommunes

NETTOYE = "NETTOYE"
# A line beyond that is cut: nothing that long is a value, and a file without line ends would fill the memory.
LIGNE_MAX = 4_000_000

# "48.39, -4.48", and with decimal commas "48,39 ; -4,48".
_POSITION = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,;/|\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)")
_POSITION_A_VIRGULES = re.compile(r"([+-]?\d{1,3},\d{1,15})(?:\s*[;/|]\s*|,?\s+)([+-]?\d{1,3},\d{1,15})")
_FIN_D_ADRESSE = re.compile(r"(?<=\D)[\s,-]+(\d{5})\s+\D{2,80}$")
_CODE_ET_NOM = re.compile(r"(\d{4,5})[\s,-]+(\D.*)")
_NOM_ET_CODE = re.compile(r"(\D+?)[\s,(-]+(\d{5})\)?")


@dataclass(frozen=True, slots=True)
class Essai:
    """What a rule keeps of a text (any JSON value, None when it is not understood) and the code of its report."""

    output: Any
    code: str | None


@dataclass(frozen=True, slots=True)
class Regle:
    """A rule: what it does, in one line of English, and how to try it; `avec_communes` needs the database."""

    description: str
    essayer: Callable[[str, ReferentielCommunes | None], Essai]
    longueur_max: int = LONGUEUR_MAX
    avec_communes: bool = False


def try_regle(regle: Regle, texte: str, communes: ReferentielCommunes | None = None) -> Essai:
    """What the import would keep of this text; an empty one, or a filler such as "-", is clean and absent."""
    if "\0" in texte or "\ufffd" in texte:
        return Essai(None, RejectCode.LIGNE_ILLISIBLE)
    if len(texte) > regle.longueur_max:
        return Essai(None, RejectCode.VALEUR_TROP_LONGUE)
    propre = clean_texte(texte)
    if propre is None:
        return Essai(None, None)
    essai = regle.essayer(propre, communes)
    is_dit = essai.code is not None or essai.output is None
    return essai if is_dit or _is_inchange(texte, essai.output) else Essai(essai.output, NETTOYE)


def _is_inchange(texte: str, output: object) -> bool:
    """Whether the text was already what is kept: itself, the one code of a list, or the code of a commune."""
    if isinstance(output, dict):
        return texte == output.get("code") or [texte] in output.values()
    return output in (texte, [texte])


def clean_lignes(regle: Regle, flux: BinaryIO, communes: ReferentielCommunes | None = None) -> Iterator[bytes]:
    """One JSON object a line for each line of the stream, in order: input, output, code."""
    while ligne := flux.readline(LIGNE_MAX):
        coupee = not ligne.endswith(b"\n") and len(ligne) == LIGNE_MAX
        reste = ligne
        while coupee and reste and not reste.endswith(b"\n"):
            reste = flux.readline(LIGNE_MAX)
        texte = ligne.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", errors="replace")
        essai = try_regle(regle, texte, communes)
        objet = {"input": texte, "output": essai.output, "code": essai.code}
        yield json.dumps(objet, ensure_ascii=False).encode() + b"\n"


# --- one function for each rule -----------------------------------------------------------------------------------


def _refuse_or(code: str, output: object) -> Essai:
    return Essai(None, code) if output in (None, []) else Essai(output, None)


def _first_or_all(code: str, valeurs: list[str]) -> Essai:
    """One value as a text, several as a list."""
    return _refuse_or(code, valeurs[0] if len(valeurs) == 1 else valeurs)


def _try_horaires(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    return Essai(*horaires.read_horaires(texte))


def _try_telephone(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    return _first_or_all(Avertissement.TELEPHONE_ILLISIBLE, list(list_telephones(texte)))


def _try_courriel(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    trouvees = list(dict.fromkeys(courriels.find_adresses(courriels.repair_courriel(texte))))
    gardees = [une for une in trouvees if not courriels.is_nominatif(une)]
    return _first_or_all(Avertissement.COURRIEL_NOMINATIF if trouvees else Avertissement.COURRIEL_ILLISIBLE, gardees)


def _try_url(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    return _first_or_all(Avertissement.URL_ILLISIBLE, list(list_urls(texte)))


def _try_adresse(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    fin = _FIN_D_ADRESSE.search(texte)
    return Essai(adresses.clean_adresse(texte, fin[1] if fin else None, None), None)


def _try_nom(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    return Essai(noms.clean_nom(texte, None), None)


def _try_commune(texte: str, communes: ReferentielCommunes | None) -> Essai:
    """Any of "29200 Brest", "Brest (29200)", "Brest", or a code."""
    if communes is None:
        raise ValueError("the rule needs the reference of communes")
    valeurs: dict[str, Any] = {"commune_nom": texte}
    if parse_code_insee(texte):
        connue = communes.find(texte.upper()) or communes.find_successeur(texte.upper())
        valeurs = {"commune_code": texte} if connue or not communes.list_code_postal(texte) else {"code_postal": texte}
    elif trouve := _CODE_ET_NOM.fullmatch(texte):
        valeurs = {"code_postal": trouve[1], "commune_nom": trouve[2]}
    elif trouve := _NOM_ET_CODE.fullmatch(texte):
        valeurs = {"code_postal": trouve[2], "commune_nom": trouve[1]}
    contexte = Contexte(communes)
    resultat = commune.clean(Record("", 1, {}, {"nom": "", **valeurs}), contexte)
    if isinstance(resultat, Reject):
        return Essai(None, resultat.code)
    trouvee = {"code": resultat.valeurs["commune_code"], "nom": resultat.valeurs.get("commune_nom")}
    return Essai(trouvee, next(iter(contexte.avertissements), None))


def _try_date(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    jour = parse_date(texte, aujourdhui=dt.datetime.now(dt.UTC).date())
    return _refuse_or(Avertissement.DATE_ILLISIBLE, jour.isoformat() if jour else None)


def _try_typologie(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    entier = read_typologies([texte])
    genres, typologies, inconnus = entier if not entier[2] else read_typologies(_split(texte, "[;|,]"))
    lues = {"genres": genres, "typologies": typologies} if genres or typologies else None
    return Essai(lues, Avertissement.VALEUR_INCONNUE if inconnus else None)


def _try_vocabulaire(*champs: str) -> Callable[[str, ReferentielCommunes | None], Essai]:
    """The codes of a list of terms; what the first vocabulary lacks may stand in the next."""

    def essayer(texte: str, _communes: ReferentielCommunes | None) -> Essai:
        termes = [texte] if _find_codes(texte, champs) is not None else _split(texte, "[;|]")
        if len(termes) == 1 and _find_codes(termes[0], champs) is None:
            termes = _split(texte, ",")
        lus = [_find_codes(terme, champs) for terme in termes]
        codes = [code for trouves in lus if trouves for code in trouves]
        ordonnes = order_codes(champs[0], codes) if len(champs) == 1 else list(dict.fromkeys(codes))
        if None in lus:
            return Essai(ordonnes or None, Avertissement.VALEUR_INCONNUE)
        return Essai(ordonnes, None)

    return essayer


def _find_codes(terme: str, champs: tuple[str, ...]) -> tuple[str, ...] | None:
    trouves = [VOCABULAIRES[champ].get(build_cle_terme(terme)) for champ in champs]
    connus = [codes for codes in trouves if codes is not None]
    return tuple(code for codes in connus for code in codes) if connus else None


def _split(texte: str, separateurs: str) -> list[str]:
    return [terme.strip() for terme in re.split(separateurs, texte) if terme.strip()]


def _try_genre(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    genres = [un.value for un in genre.deduce_genres(texte)]
    return Essai(genres, Avertissement.GENRE_DEDUIT) if genres else Essai(None, Avertissement.VALEUR_INCONNUE)


def _try_pivot(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    return _refuse_or(Avertissement.PIVOT_ILLISIBLE, pivot.parse_pivot(texte))


def _try_code_postal(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    return _refuse_or(Avertissement.CODE_POSTAL_ILLISIBLE, parse_code_postal(commune.complete_code_postal(texte)))


def _try_position(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    """Latitude then longitude, as people write them."""
    trouve = _POSITION.fullmatch(texte) or _POSITION_A_VIRGULES.fullmatch(texte)
    if trouve is None:
        return Essai(None, RejectCode.COORDONNEES_HORS_COMMUNE)
    lat, lon = (float(nombre.replace(",", ".")) for nombre in trouve.groups())
    if abs(lat) < 1e-4 and abs(lon) < 1e-4:
        return Essai(None, RejectCode.COORDONNEES_NULLES)
    if find_zone_at(lon, lat) is not None:
        return Essai({"lon": lon, "lat": lat}, None)
    inversee = find_zone_at(lat, lon) is not None
    return Essai(None, RejectCode.COORDONNEES_INVERSEES if inversee else RejectCode.COORDONNEES_HORS_COMMUNE)


def _try_presentation(texte: str, _communes: ReferentielCommunes | None) -> Essai:
    propre = presentation.strip_html(texte)
    longue = propre is not None and len(propre) > presentation.RESUME_MAX
    return Essai(propre, Avertissement.PRESENTATION_DEPLACEE if longue else None)


_DESCRIPTION_MAX = LONGUEURS_MAX["presentation"]
REGLES: Mapping[str, Regle] = MappingProxyType(
    {
        "adresse": Regle("ways and numbers: capitals, abbreviations, stray separators", _try_adresse),
        "code_postal": Regle("five digits, a lost first zero put back", _try_code_postal),
        "commune": Regle(
            "the commune of today, from « 29200 Brest », a name or a code (reads the database)",
            _try_commune,
            avec_communes=True,
        ),
        "courriel": Regle("addresses of places in lower case, those of persons left out", _try_courriel),
        "date": Regle("any usual form to yyyy-mm-dd; impossible and future days refused", _try_date),
        "frais": Regle("fees of the standard, any version, to codes", _try_vocabulaire("frais"), 4_000),
        "genre": Regle("kinds of place guessed from the first words of a name", _try_genre),
        "horaires": Regle(
            "opening hours in French or in OpenStreetMap syntax to the latter",
            _try_horaires,
            LONGUEURS_MAX["horaires"],
        ),
        "nom": Regle("names: capitals back to ordinary writing, accents restored", _try_nom),
        "pivot": Regle("SIRET with a right check sum, RNA", _try_pivot),
        "position": Regle("« latitude, longitude » in degrees to lon and lat, in France only", _try_position),
        "presentation": Regle("HTML to plain text; over 280 characters, moved", _try_presentation, _DESCRIPTION_MAX),
        "publics": Regle(
            "audiences and special care, any version, to codes",
            _try_vocabulaire("publics", "prises_en_charge"),
            4_000,
        ),
        "services": Regle(
            "services of the standard v0 and v1 and themes of data·inclusion to codes",
            _try_vocabulaire("services"),
            4_000,
        ),
        "telephone": Regle("numbers to E.164, short ones as they are dialled", _try_telephone),
        "typologie": Regle("codes and labels of the national typology to kinds, and codes left", _try_typologie),
        "url": Regle("http(s) addresses, the scheme completed", _try_url, LONGUEURS_MAX["horaires"]),
    }
)
