"""Contexts of the pages of a preview and of its result, and rejected rows as a file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierslieux.imports.apercu import Sort
from tierslieux.imports.contrat import Avertissement
from tierslieux.imports.depots.depots import LIGNES_PAR_PAGE, get_version
from tierslieux.imports.depots.presenters_depots import ExecutionListee, build_execution, list_reconnu, name_source
from tierslieux.imports.models import Depot, LigneApercu
from tierslieux.imports.presenters import describe_code, neutralize
from tierslieux.lieux.models import Execution
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_LISTES
from tierslieux.lieux.services import LIBELLES_CHAMPS

SORTS: Mapping[Sort, tuple[str, str]] = {
    Sort.CREEE: ("Nouveaux", "Ces lieux seront ajoutés."),
    Sort.MODIFIEE: ("Modifiés", "Ces lieux sont connus et changent, champ par champ."),
    Sort.FUSIONNEE: ("Réunis", "Ces lignes parlent d’un lieu déjà connu : elles le complètent, sans créer de doublon."),
    Sort.DISPARUE: ("Disparus", "Ces lieux étaient dans cette source et n’y sont plus."),
    Sort.REJETEE: ("Refusés", "Ces lignes ne peuvent pas être prises. Corrigez-les dans votre fichier."),
}
_AUTRES_CHAMPS = {"code_postal": "Code postal", "commune_code": "Code INSEE", "ferme": "Fermé définitivement"}
COLONNES_REFUS = ("ligne", "code", "raison", "champ", "valeur")


@dataclass(frozen=True, slots=True)
class Onglet:
    """One kind of rows of a preview."""

    sort: str
    libelle: str
    nombre: int


@dataclass(frozen=True, slots=True)
class ApercuPage:
    """What applying a file would do. The first five counts add up to `lues`."""

    cle: str
    nom_fichier: str
    source: str
    lues: int
    comptes: tuple[tuple[str, int], ...]
    onglets: tuple[Onglet, ...]
    reconnu: tuple[tuple[str, str], ...]
    rejets: tuple[tuple[str, int], ...]
    avertissements: tuple[tuple[str, int], ...]
    disparues: int
    retirees: int
    part_perdue_pct: int
    demande_accord: bool
    change: bool
    peut_corriger: bool
    version: str


@dataclass(frozen=True, slots=True)
class LigneAffichee:
    """One row of a preview: fields with what they hold now and what they would hold, or why the row is refused."""

    titre: str
    commune: str | None
    ligne: int | None
    identifiant: str | None
    valeurs: tuple[tuple[str, str | None, str | None], ...]
    raison: str | None
    champ: str | None
    valeur: str | None


@dataclass(frozen=True, slots=True)
class LignesPage:
    """One page of the rows of one kind."""

    cle: str
    source: str
    sort: str
    libelle: str
    explication: str
    nombre: int
    page: int
    pages: int
    onglets: tuple[Onglet, ...]
    lignes: tuple[LigneAffichee, ...]


@dataclass(frozen=True, slots=True)
class ResultatPage:
    """An import that was applied, and what it did."""

    cle: str
    nom_fichier: str
    source: str
    source_id: str
    execution: ExecutionListee
    comptes: tuple[tuple[str, int], ...]
    disparues: int
    lieux: tuple[tuple[str, str, str | None], ...]


def build_apercu_page(depot: Depot, libelles: Mapping[str, str], nombres: Mapping[str, int]) -> ApercuPage:
    """What applying the file would do; `nombres` are the rows of the preview by kind."""
    resume = depot.resume or {}
    rejets, avertissements = resume["rejets_par_code"], resume["avertissements"]
    refusees = sum(rejets.values())
    return ApercuPage(
        cle=depot.cle,
        nom_fichier=depot.nom_fichier,
        source=name_source(depot, libelles),
        lues=resume["lues"],
        comptes=(
            ("nouveaux lieux", resume["creees"]),
            ("lieux modifiés", resume["modifiees"]),
            ("lieux inchangés", resume["inchangees"]),
            ("lignes réunies à un lieu connu", resume["fusionnees"]),
            ("lignes refusées", refusees),
        ),
        onglets=build_onglets(nombres),
        reconnu=list_reconnu(depot),
        rejets=tuple((describe_code(code), nombre) for code, nombre in rejets.items()),
        avertissements=tuple((_describe_avertissement(code), nombre) for code, nombre in avertissements.items()),
        disparues=resume["disparues"],
        retirees=resume["retirees"],
        part_perdue_pct=round(resume["part_perdue"] * 100),
        demande_accord=resume["demande_accord"],
        change=bool(resume["creees"] + resume["modifiees"] + resume["fusionnees"] + resume["disparues"]),
        peut_corriger=depot.correspondance is not None,
        version=get_version(depot),
    )


def build_onglets(nombres: Mapping[str, int]) -> tuple[Onglet, ...]:
    """The kinds that have rows, in a fixed order."""
    return tuple(
        Onglet(sort.value, libelle, nombres[sort.value])
        for sort, (libelle, _) in SORTS.items()
        if nombres.get(sort.value)
    )


def build_lignes_page(
    depot: Depot,
    libelles: Mapping[str, str],
    sort: Sort,
    lignes: Sequence[LigneApercu],
    nombres: Mapping[str, int],
    *,
    page: int,
) -> LignesPage:
    """One page of rows."""
    libelle, explication = SORTS[sort]
    nombre = nombres.get(sort.value, 0)
    return LignesPage(
        cle=depot.cle,
        source=name_source(depot, libelles),
        sort=sort.value,
        libelle=libelle,
        explication=explication,
        nombre=nombre,
        page=page,
        pages=max(1, -(-nombre // LIGNES_PAR_PAGE)),
        onglets=build_onglets(nombres),
        lignes=tuple(_build_ligne(ligne) for ligne in lignes),
    )


def _build_ligne(ligne: LigneApercu) -> LigneAffichee:
    return LigneAffichee(
        titre=ligne.nom or (f"Ligne {ligne.ligne}" if ligne.ligne is not None else "Sans nom"),
        commune=ligne.commune_nom,
        ligne=ligne.ligne,
        identifiant=ligne.identifiant,
        valeurs=tuple(
            (name_champ(champ), format_valeur(champ, avant), format_valeur(champ, apres))
            for champ, avant, apres in ligne.differences or ()
        ),
        raison=describe_code(ligne.code) if ligne.code else None,
        champ=name_champ(ligne.champ) if ligne.champ else None,
        valeur=ligne.valeur,
    )


def build_resultat_page(
    depot: Depot,
    libelles: Mapping[str, str],
    execution: Execution,
    lieux: Iterable[tuple[str, str, str | None]],
    *,
    peut_annuler: bool,
) -> ResultatPage:
    """What an applied import did; `lieux` are some of its places: (public id, name, commune)."""
    source = name_source(depot, libelles)
    return ResultatPage(
        cle=depot.cle,
        nom_fichier=depot.nom_fichier,
        source=source,
        source_id=execution.source_id,
        execution=build_execution(execution, source, peut_annuler=peut_annuler),
        comptes=(
            ("nouveaux lieux", execution.creees),
            ("lieux modifiés", execution.modifiees),
            ("lieux inchangés", execution.inchangees),
            ("lignes réunies à un lieu connu", execution.fusionnees),
            ("lignes refusées", execution.rejetees),
        ),
        disparues=execution.disparues,
        lieux=tuple(lieux),
    )


def render_refus(lignes: Iterable[LigneApercu]) -> str:
    """Rejected rows of a preview as a CSV file that a spreadsheet opens as it is."""
    tampon = io.StringIO()
    ecrivain = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES_REFUS)
    for ligne in lignes:
        code = ligne.code or ""
        valeurs = (ligne.ligne, code, describe_code(code), ligne.champ or "", ligne.valeur or "")
        ecrivain.writerow(neutralize(valeur) for valeur in valeurs)
    return "\ufeff" + tampon.getvalue()


def name_champ(champ: str) -> str:
    """What people call a field of a place; the name of a file's column stays as it is."""
    return LIBELLES_CHAMPS.get(champ) or _AUTRES_CHAMPS.get(champ, champ)


def format_valeur(champ: str, valeur: object) -> str | None:
    """A value of a place as people read it; None when there is none."""
    if valeur is None or valeur in ("", []):
        return None
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, dict):
        return f"{valeur.get('lat')}, {valeur.get('lon')} (latitude, longitude)"
    if isinstance(valeur, list):
        vocabulaire = CHAMPS_LISTES.get(champ) or CHAMPS_CUMULES.get(champ)
        connus = {membre.value: membre.libelle for membre in vocabulaire} if vocabulaire else {}
        return ", ".join(connus.get(str(element), str(element)) for element in valeur)
    return str(valeur)


def _describe_avertissement(code: str) -> str:
    """The label of a warning; its code when it is one of another version of the program."""
    connus = {avertissement.value: avertissement.libelle for avertissement in Avertissement}
    return connus.get(code, code)
