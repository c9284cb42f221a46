"""What the pages of review show: the queue, and two records side by side with the reasons of the score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierslieux.cartes.croquis import Croquis, Epingle, build_croquis
from tierslieux.core.types import Position
from tierslieux.filtres import format_distance, format_telephone
from tierslieux.imports.doublons.profil import build_profil
from tierslieux.imports.doublons.ressemblance import LIBELLES, SEUIL_MEME, SEUIL_REVOIR, compute_profils_m
from tierslieux.imports.doublons.revue import PAR_PAGE, Cote, FileRevue, PaireDetail
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.horaires import build_semaine
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_LISTES
from tierslieux.lieux.services import LIBELLES_CHAMPS
from tierslieux.territoires.noms import build_cle

# Fields compared, in reading order.
CHAMPS = (
    "nom",
    "genres",
    "adresse",
    "complement_adresse",
    "code_postal",
    "commune_nom",
    "position",
    "telephone",
    "courriel",
    "site_web",
    "pivot",
    "structure_parente",
    "horaires",
    "services",
    "programmes",
    "itinerant",
    "presentation",
)
LIBELLE_CODE_POSTAL = "Code postal"
IDENTIQUE, DIFFERENT, SEUL = "Identique", "Différent", "D’un seul côté"


@dataclass(frozen=True, slots=True)
class LigneComparee:
    """One field on both sides; None when a side does not say it."""

    libelle: str
    a: tuple[str, ...] | None
    b: tuple[str, ...] | None
    etat: str

    @property
    def est_differente(self) -> bool:
        """Whether both sides say something else."""
        return self.etat == DIFFERENT

    @property
    def est_identique(self) -> bool:
        """Whether both sides say the same, but for its writing."""
        return self.etat == IDENTIQUE


@dataclass(frozen=True, slots=True)
class PartScore:
    """A reason of the score: what it is about, and its points, written with their sign."""

    libelle: str
    points: str
    rapproche: bool


@dataclass(frozen=True, slots=True)
class DoublonsPage:
    """The queue; `precedente` and `suivante` are page numbers."""

    file: FileRevue
    departement: str | None
    page: int
    reunies: bool
    precedente: int | None
    suivante: int | None


@dataclass(frozen=True, slots=True)
class DoublonPage:
    """Two records side by side."""

    id: int
    a: Cote
    b: Cote
    lignes: tuple[LigneComparee, ...]
    parts: tuple[PartScore, ...]
    score: str
    seuils: tuple[str, str]
    distance: str | None
    croquis: Croquis | None
    est_un_lieu: bool
    decision: str | None
    fait_at: dt.datetime | None
    suivante: int | None


def build_doublons_page(file: FileRevue, *, departement: str | None, page: int, reunies: bool) -> DoublonsPage:
    """A page of the queue."""
    return DoublonsPage(
        file,
        departement,
        page,
        reunies,
        precedente=page - 1 if page > 1 else None,
        suivante=page + 1 if page * PAR_PAGE < file.total else None,
    )


def build_doublon_page(detail: PaireDetail, *, today: dt.date, suivante: int | None) -> DoublonPage:
    """The page of a pair."""
    profils = [build_profil("", str(cote.fiche_id), cote.valeurs) for cote in (detail.a, detail.b)]
    distance_m = compute_profils_m(*profils)
    return DoublonPage(
        id=detail.id,
        a=detail.a,
        b=detail.b,
        lignes=tuple(_compare_champs(detail.a.valeurs, detail.b.valeurs, today)),
        parts=_build_parts(detail.parts),
        score=_write_points(detail.score),
        seuils=(_write_points(SEUIL_REVOIR), _write_points(SEUIL_MEME)),
        distance=None if distance_m is None else format_distance(distance_m),
        croquis=_draw(detail),
        est_un_lieu=detail.est_un_lieu,
        decision=detail.decision,
        fait_at=detail.fait_at,
        suivante=suivante,
    )


def _compare_champs(a: Mapping[str, Any], b: Mapping[str, Any], today: dt.date) -> list[LigneComparee]:
    lignes = []
    for champ in CHAMPS:
        cote_a, cote_b = (_write_valeur(champ, valeurs.get(champ), today) for valeurs in (a, b))
        if cote_a is None and cote_b is None:
            continue
        if cote_a is None or cote_b is None:
            etat = SEUL
        else:
            etat = IDENTIQUE if [*map(build_cle, cote_a)] == [*map(build_cle, cote_b)] else DIFFERENT
        libelle = LIBELLE_CODE_POSTAL if champ == "code_postal" else LIBELLES_CHAMPS[champ]
        lignes.append(LigneComparee(libelle, cote_a, cote_b, etat))
    # What differs first: on a phone, what is the same need not be read.
    return sorted(lignes, key=lambda ligne: (DIFFERENT, SEUL, IDENTIQUE).index(ligne.etat))


def _write_valeur(champ: str, valeur: Any, today: dt.date) -> tuple[str, ...] | None:  # noqa: ANN401  (a JSON value)
    """A value as people read it, one text a line; None when there is none."""
    if valeur is None or valeur == []:
        return None
    vocabulaire = CHAMPS_LISTES.get(champ) or CHAMPS_CUMULES.get(champ)
    if vocabulaire is not None:
        return tuple(vocabulaire(code).libelle for code in valeur)
    if champ == "position":
        approche = "" if valeur["precision"] == Precision.ADRESSE else " (approximative)"
        latitude, longitude = (f"{valeur[axe]:.5f}".replace(".", ",") for axe in ("lat", "lon"))
        return (f"{latitude} ; {longitude}{approche}",)
    if champ == "horaires":
        return tuple(f"{ligne.jours} : {ligne.plages}" for ligne in build_semaine(valeur, today)) or (valeur,)
    if isinstance(valeur, bool):
        return ("Oui" if valeur else "Non",)
    return (format_telephone(valeur) if champ == "telephone" else str(valeur),)


def _build_parts(parts: Mapping[str, float]) -> tuple[PartScore, ...]:
    """The reasons, the heaviest first; the starting point comes before them."""
    ordre = sorted(parts.items(), key=lambda part: (part[0] != "base", -abs(part[1])))
    return tuple(PartScore(LIBELLES[nom], _write_points(points), points > 0) for nom, points in ordre)


def _write_points(points: float) -> str:
    signe = "+" if points > 0 else "−" if points < 0 else ""
    return f"{signe}{abs(points):.1f}".replace(".", ",")


def _draw(detail: PaireDetail) -> Croquis | None:
    epingles = [
        Epingle(numero, Position(position["lon"], position["lat"]))
        for numero, cote in enumerate((detail.a, detail.b), 1)
        if (position := cote.valeurs.get("position")) is not None
    ]
    if not epingles:
        return None
    return build_croquis("Où sont les deux fiches", "Épingle 1 : première fiche ; 2 : seconde.", epingles=epingles)
