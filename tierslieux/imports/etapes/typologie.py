"""Codes and labels of the national typology: kinds of place where one expresses or is implied, codes for the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tierslieux.imports.contrat import Avertissement, Contexte, Record
from tierslieux.imports.correspondances.vocabulaires import VOCABULAIRES, build_cle_terme
from tierslieux.lieux.enums import Genre
from tierslieux.lieux.typologies import TYPOLOGIES


def clean(record: Record, contexte: Contexte) -> Record:
    """Move to the kinds what a kind expresses; leave out and count what the typology lacks."""
    termes = record.valeurs.get("typologies")
    if not termes:
        return record
    genres, typologies, inconnus = read_typologies(termes)
    for _ in inconnus:
        contexte.warn(Avertissement.VALEUR_INCONNUE)
    valeurs = {champ: v for champ, v in record.valeurs.items() if champ != "typologies"}
    codes = {*valeurs.get("genres", ()), *genres}
    valeurs |= {"genres": [genre.value for genre in Genre if genre.value in codes]} if codes else {}
    valeurs |= {"typologies": typologies} if typologies else {}
    return record if valeurs == record.valeurs else replace(record, valeurs=valeurs)


def read_typologies(termes: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """(kinds, codes that no kind expresses, unknown terms), each in order and once."""
    genres: set[str] = set()
    typologies: set[str] = set()
    inconnus: list[str] = []
    for terme in termes:
        cle = build_cle_terme(terme)
        codes = VOCABULAIRES["typologies"].get(cle)
        if codes is None:
            inconnus.append(terme)
        else:
            typologies.update(codes)
            genres.update(VOCABULAIRES["genres"].get(cle, ()))
    return (
        [genre.value for genre in Genre if genre.value in genres],
        [code for code in TYPOLOGIES if code in typologies],
        inconnus,
    )
