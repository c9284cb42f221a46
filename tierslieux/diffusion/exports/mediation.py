"""The national standard "lieux de médiation numérique", Table Schema 1.0.2, as CSV and as JSON.

What the standard requires and a place lacks keeps the place out, and is told in a side file; so are the values that its
patterns refuse, which are left empty. The fourteen zeros of an unknown pivot stand in this export only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from tierslieux.core.enums import Libelle
from tierslieux.core.tableurs import neutralize
from tierslieux.core.texte_csv import render_cellules, render_lignes
from tierslieux.diffusion.exports.complet import join_liste
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.diffusion.exports.ecarts import Ecart, render_ecarts, render_entete
from tierslieux.lieux.enums import (
    GENRES_TIERS_LIEU,
    Accompagnement,
    FormationLabel,
    Frais,
    Genre,
    ModaliteAcces,
    Precision,
    PriseEnCharge,
    Programme,
    Public,
    Service,
)
from tierslieux.lieux.extraction import LieuPublie, find_date, split_liste
from tierslieux.lieux.typologies import GENRES_IMPLIQUES, TYPOLOGIES

COLONNES = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "courriels",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "source",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "formations_labels",
    "autres_formations_labels",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
)
PIVOT_INCONNU = "0" * 14
RESUME_MAX = 280

_PIVOT = re.compile(r"[a-zA-Z0-9]{9,14}")
_CODE_POSTAL = re.compile(r"[0-9]{5}")
_CODE_INSEE = re.compile(r"([013-9][0-9]|2[AB1-9])[0-9]{3}")
_TELEPHONE = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)[0-9]{6,9}")
_ITINERANCE: Mapping[bool | None, str | None] = {True: "Itinérant", False: "Fixe", None: None}

# Codes of the standard by kind, and our own for the kinds that it does not tell apart.
_CODES_GENRES: Mapping[Genre, str] = {genre: code for code, (_, genre) in TYPOLOGIES.items() if genre is not None}
_TIERS_LIEUX = _CODES_GENRES[Genre.TIERS_LIEU]


@lru_cache(maxsize=4096)
def _find_libelles(vocabulaire: type[Libelle], liste: str) -> tuple[str, tuple[str, ...]]:
    """(labels of the codes with "|" between them, codes that the vocabulary lacks)."""
    connus = {membre.value: membre.libelle for membre in vocabulaire}
    codes = split_liste(liste)
    return "|".join(connus[code] for code in codes if code in connus), tuple(c for c in codes if c not in connus)


def build_ligne(lieu: LieuPublie, producteurs: Iterable[str]) -> tuple[list[Any] | None, list[Ecart]]:
    """(values of a place in the order of COLONNES, what could not be written); no values when a required one lacks.

    Latitude and longitude are numbers, left out when they are those of the commune: nobody must take its centre for an
    address.
    """
    date_maj = find_date(lieu.dates)
    ecarts = [Ecart(lieu.public_id, lieu.nom, *manque, est_exporte=False) for manque in list_manques(lieu)]
    if ecarts:
        return None, ecarts

    def refuse(champ: str, valeur: str, raison: str) -> None:
        ecarts.append(Ecart(lieu.public_id, lieu.nom, champ, valeur, raison, est_exporte=True))

    def keep(champ: str, valeur: str | None, forme: re.Pattern[str], raison: str) -> str | None:
        if valeur is None or forme.fullmatch(valeur):
            return valeur
        refuse(champ, valeur, raison)
        return None

    def label(champ: str, vocabulaire: type[Libelle], liste: str) -> str | None:
        if not liste:
            return None
        libelles, inconnus = _find_libelles(vocabulaire, liste)
        for code in inconnus:
            refuse(champ, code, "Ce terme n’est pas dans le vocabulaire du standard.")
        return libelles or None

    resume, detail = _split_presentation(lieu, refuse)
    est_exacte = lieu.precision != Precision.COMMUNE
    ligne = [
        lieu.public_id,
        keep("pivot", lieu.pivot, _PIVOT, "Ni SIRET, ni RNA, ni RIDET.") or PIVOT_INCONNU,
        lieu.nom,
        lieu.commune_nom,
        lieu.code_postal,
        keep("code_insee", lieu.commune_code, _CODE_INSEE, "Ce n’est pas un code INSEE."),
        lieu.adresse,
        lieu.complement_adresse,
        lieu.lat if est_exacte else None,
        lieu.lon if est_exacte else None,
        _build_typologie(lieu.genres, lieu.typologies) or None,
        keep("telephone", lieu.telephone, _TELEPHONE, "Le standard ne prend ni numéro court, ni numéro étranger."),
        _join(lieu.courriel, lieu.autres_courriels),
        _join(lieu.site_web, lieu.autres_sites_web),
        lieu.horaires,
        resume,
        detail,
        "|".join(producteurs) or None,
        _ITINERANCE[lieu.itinerant],
        lieu.structure_parente,
        date_maj,
        label("services", Service, lieu.services),
        label("publics_specifiquement_adresses", Public, lieu.publics),
        label("prise_en_charge_specifique", PriseEnCharge, lieu.prises_en_charge),
        label("frais_a_charge", Frais, lieu.frais),
        label("dispositif_programmes_nationaux", Programme, lieu.programmes),
        label("formations_labels", FormationLabel, lieu.formations_labels),
        join_liste(lieu.autres_formations_labels) or None,
        label("modalites_acces", ModaliteAcces, lieu.modalites_acces),
        label("modalites_accompagnement", Accompagnement, lieu.accompagnements),
        lieu.fiche_acces_libre,
        lieu.prise_rdv,
    ]
    return ligne, ecarts


def list_manques(lieu: LieuPublie) -> list[tuple[str, str | None, str]]:
    """(field of the standard, value, reason) for each required field that the place lacks or that is refused."""
    manques: list[tuple[str, str | None, str]] = []
    for champ, valeur in (("nom", lieu.nom), ("commune", lieu.commune_nom), ("adresse", lieu.adresse)):
        if not valeur:
            manques.append((champ, None, "Le standard l’exige, nos sources ne le donnent pas."))
    if not lieu.code_postal:
        manques.append(("code_postal", None, "Le standard l’exige, nos sources ne le donnent pas."))
    elif not _CODE_POSTAL.fullmatch(lieu.code_postal):
        manques.append(("code_postal", lieu.code_postal, "Le standard exige cinq chiffres."))
    if find_date(lieu.dates) is None:
        manques.append(("date_maj", None, "Le standard l’exige, nos sources ne disent pas de quand date ce lieu."))
    return manques


def _split_presentation(lieu: LieuPublie, refuse: Callable[[str, str, str], None]) -> tuple[str | None, str | None]:
    """(summary of 280 characters at most, detail): a longer summary is the detail when there is none.

    The apostrophes that the CSV puts before what looks like a formula count.
    """
    resume, detail = lieu.presentation, lieu.presentation_detail
    surplus = len(neutralize(resume)) - RESUME_MAX if resume is not None else 0
    if resume is None or surplus <= 0:
        return resume, detail
    if detail is None:
        return None, resume
    refuse("presentation_resume", resume, f"Plus de {RESUME_MAX} caractères : la fin est coupée.")
    return resume[: len(resume) - surplus - 1] + "…", detail


@lru_cache(maxsize=4096)
def _build_typologie(genres: str, typologies: str) -> str:
    """Codes of the kinds, then the place's own.

    A kind of third place that the standard does not tell apart is TIERS_LIEUX and a code of ours, its name in capitals:
    TIERS_LIEUX|COWORKING. A place that is a third place besides says it twice: TIERS_LIEUX|TIERS_LIEU|COWORKING, so
    that the import tells the two. A kind that one of the place's own codes implies is not said.
    """
    propres = split_liste(typologies)
    impliques = {GENRES_IMPLIQUES.get(code) for code in propres}
    choisis = [Genre(genre) for genre in split_liste(genres) if genre not in impliques]
    a_part = [genre for genre in choisis if genre in GENRES_TIERS_LIEU and genre not in _CODES_GENRES]
    codes = [_TIERS_LIEUX] if a_part else []
    for genre in choisis:
        est_repete = genre is Genre.TIERS_LIEU and a_part
        codes.append(build_code(genre) if est_repete else _CODES_GENRES.get(genre) or build_code(genre))
    return "|".join(dict.fromkeys((*codes, *propres)))


def build_code(genre: Genre) -> str:
    """Our own code of a kind: "tiers-lieu-culturel" → "TIERS_LIEU_CULTUREL"."""
    return genre.value.upper().replace("-", "_")


def _join(premier: str | None, autres: str) -> str | None:
    return "|".join((*([premier] if premier else ()), *split_liste(autres))) or None


def write_csv(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[bytes]:
    """The file as the standard wants it (UTF-8, commas, every column); the context's journal has what is left out."""
    yield render_lignes([COLONNES], separateur=",").encode()
    for lot in lots:
        yield render_cellules(_list_lignes(lot, contexte), separateur=",").encode()


def write_json(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[bytes]:
    """The same fields as a JSON array, those that are empty left out, as publishers do."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    separateur = "["
    for lot in lots:
        objets = [
            encode({champ: valeur for champ, valeur in zip(COLONNES, ligne, strict=True) if valeur is not None})
            for ligne in _list_lignes(lot, contexte)
        ]
        if objets:
            yield (separateur + "\n" + ",\n".join(objets)).encode()
            separateur = ","
    yield b"[]\n" if separateur == "[" else b"\n]\n"


def write_ecarts(lots: Iterable[list[LieuPublie]], contexte: Contexte) -> Iterator[bytes]:
    """What the standard could not take, as CSV for French spreadsheets: a line a field, with the reason."""
    yield render_entete().encode()
    for lot in lots:
        yield "".join(
            render_ecarts(build_ligne(lieu, contexte.attribute(lieu).producteurs)[1]) for lieu in lot
        ).encode()


def _list_lignes(lot: list[LieuPublie], contexte: Contexte) -> Iterator[list[Any]]:
    for lieu in lot:
        ligne, ecarts = build_ligne(lieu, contexte.attribute(lieu).producteurs)
        if ecarts:
            contexte.journal.note(ecarts)
        if ligne is not None:
            yield ligne
