"""A declaration to a source: its columns to the fields of a place, compiled once into a function that reads a row.

The language is described in docs/sources.md, its keys are checked in declaration.py, one entry of [colonnes] is
compiled in expressions.py. Here stands what concerns a whole row: rejects, identifier, position, hours, date. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tierslieux.core.errors import SourceError
from tierslieux.core.tableurs import restore
from tierslieux.imports.contrat import Avertissement, Lecture, Record, Reject, RejectCode, Resultat, Source
from tierslieux.imports.correspondances.declaration import CIBLES_DE_LIGNE, CIBLES_JOURS, IDENTITE, Lecteur, complete
from tierslieux.imports.correspondances.entrees import (
    SEPARATEURS,
    Cellules,
    Lire,
    Reglages,
    compile_cellule,
    name_colonnes,
)
from tierslieux.imports.correspondances.expressions import SUITES, compile_champ, compile_identifiant
from tierslieux.imports.correspondances.reperes import Placer, compile_position
from tierslieux.imports.correspondances.vocabulaires import build_cle_terme
from tierslieux.imports.etapes.date import parse_date
from tierslieux.imports.lecture.lecture import Ligne, read_table
from tierslieux.imports.sources import colonnes
from tierslieux.imports.sources.jours import alternate_semaines, is_semaine, join_semaine, parse_semaine

_PARITES = {"paires": True, "impaires": False}
_FORMES = ("libre", "stricte")


def build_source(declaration: Mapping[str, Any], *, origine: str) -> Source:
    """The source that a whole declaration says; `origine` names it in errors. Raises SourceError."""
    lecteur = Lecteur(origine)
    champs: dict[str, Any] = {}
    for cle, (nature, requise) in IDENTITE.items():
        valeur = declaration.get(cle)
        if valeur is None:
            if requise:
                lecteur.refuse(cle, "", "une valeur : cette clé est obligatoire")
        elif not isinstance(valeur, nature) or (nature is int and isinstance(valeur, bool)) or valeur == "":
            lecteur.refuse(cle, valeur, {int: "un nombre entier", bool: "true ou false"}.get(nature, "un texte"))  # type: ignore[arg-type]
        else:
            champs[cle] = valeur
    if not 0 <= champs["confiance"] <= 100:
        lecteur.refuse("confiance", champs["confiance"], "un rang de 0 à 100")
    if champs.get("rafraichissement_jours", 1) < 1:
        lecteur.refuse("rafraichissement_jours", champs["rafraichissement_jours"], "au moins 1 jour")
    if "date_edition" in champs:
        champs["date_edition"] = _read_date(champs["date_edition"], lecteur)
    champs.pop("ordre", None)
    champs.setdefault("url", None)
    besoins, parse = _compile(declaration, lecteur)
    return Source(**champs, colonnes=besoins, parse=parse, correspondance=declaration)


def build_parse(declaration: Mapping[str, Any], *, origine: str = "correspondance") -> Callable[[bytes], Lecture]:
    """The function that reads a file by this declaration; raises SourceError when a key or a value of it is wrong."""
    return _compile(declaration, Lecteur(origine))[1]


def _read_date(valeur: object, lecteur: Lecteur) -> dt.date:
    if isinstance(valeur, dt.date) and not isinstance(valeur, dt.datetime):
        return valeur
    try:
        return dt.date.fromisoformat(str(valeur))
    except ValueError:
        lecteur.refuse("date_edition", valeur, "une date telle que 2024-08-01")


def _compile(declaration: Mapping[str, Any], lecteur: Lecteur) -> tuple[tuple[str, ...], Callable[[bytes], Lecture]]:
    """(columns without which a file is refused, the function that reads one)."""
    corps = complete(declaration, lecteur)
    options = corps["lecture"]
    absentes = lecteur.read_textes("[lecture] absentes", options["absentes"]) if options.get("absentes") else []
    reglages = Reglages(lecteur, options.get("separateur_liste", SEPARATEURS), frozenset(absentes))
    parse_ligne = compile_ligne(corps, reglages)
    repere = compile_position(corps["colonnes"], corps["position"], reglages, projection=options.get("projection"))
    besoins = _list_besoins(declaration, options, reglages)

    def parse(contenu: bytes) -> Lecture:
        table = read_table(contenu, feuille=options.get("feuille"))
        _check_colonnes(table.colonnes, besoins)
        a_retablir = options.get("apostrophes", False) and "JSON" not in table.reconnu["format"]
        lignes, placer, constats = repere.prepare(map(_restore, table.lignes) if a_retablir else table.lignes)
        schema = {"schema": corps["titre"]} if corps["titre"] else {}

        def iterate() -> Iterator[Resultat]:
            for ligne in lignes:
                yield ligne if isinstance(ligne, Reject) else parse_ligne(ligne, placer)

        return Lecture(iterate(), {**table.reconnu, **constats, **schema}, table.colonnes)

    return besoins, parse


def _restore(ligne: Ligne | Reject) -> Ligne | Reject:
    """The row without the apostrophes that kept a spreadsheet from running its cells."""
    if isinstance(ligne, Reject):
        return ligne
    cellules = {nom: restore(v) if isinstance(v, str) else v for nom, v in ligne.cellules.items()}
    return replace(ligne, cellules=cellules)


def _list_besoins(declaration: Mapping[str, Any], options: Mapping[str, Any], reglages: Reglages) -> tuple[str, ...]:
    """Columns without which a file is refused: those that are told, else those that are named without alternative.

    A model tells its own; a declaration that extends it adds the columns that it names.
    """
    if not options.get("obligatoires"):
        return tuple(reglages.obligatoires)
    if "obligatoires" in declaration.get("lecture", {}):
        return tuple(options["obligatoires"])
    propres = [*declaration.get("colonnes", {}).values(), declaration.get("semaines", {})]
    propres += [*declaration.get("rejet", []), declaration.get("position", {}).get("commune_geocodee", [])]
    nommees = {colonne for entree in propres for colonne in name_colonnes(entree)}
    return (*options["obligatoires"], *(c for c in reglages.obligatoires if c in nommees - {*options["obligatoires"]}))


def _check_colonnes(presentes: tuple[str, ...], besoins: tuple[str, ...]) -> None:
    connues = frozenset(presentes)
    absentes = [nom for nom in besoins if nom not in connues]
    if absentes:
        raise SourceError("colonnes absentes : " + ", ".join(f"« {nom} »" for nom in absentes))


def compile_ligne(corps: Mapping[str, Any], reglages: Reglages) -> Callable[[Ligne, Placer], Resultat]:
    """The function that makes a record, or a reject, of a row."""
    entrees = corps["colonnes"]
    colonne_id, lire_identifiant = compile_identifiant(entrees["identifiant"], reglages)
    champs = [
        (champ, compile_champ(champ, entree, reglages))
        for champ, entree in entrees.items()
        if champ not in CIBLES_DE_LIGNE
    ]
    ajuster = [(champ, suite) for champ, suite in SUITES.items() if champ in entrees]
    rejeter = _compile_rejets(corps["rejet"], reglages)
    write_horaires = _compile_horaires(corps, reglages)
    lire_date = _compile_date(entrees, reglages)

    def parse_ligne(ligne: Ligne, placer: Placer) -> Resultat:
        cellules = ligne.cellules
        rejet = rejeter(ligne) if rejeter else None
        if rejet is not None:
            return rejet
        avertissements: list[Avertissement] = []
        identifiant = lire_identifiant(cellules, avertissements)
        if identifiant is None:
            return colonnes.reject_sans_identifiant(ligne, colonne_id)
        valeurs: dict[str, Any] = {}
        for champ, lire in champs:
            valeur = lire(cellules, avertissements)
            if valeur is not None and valeur != []:
                valeurs[champ] = valeur
        for champ, suite in ajuster:
            _spread(valeurs, champ, suite)
        if position := placer(cellules, avertissements):
            valeurs["position"] = position
        if write_horaires is not None:
            write_horaires(valeurs, cellules, avertissements)
        date_maj = lire_date(cellules, avertissements)
        return Record(identifiant, ligne.numero, cellules, valeurs, date_maj, tuple(avertissements))

    return parse_ligne


def _compile_date(entrees: Mapping[str, Any], reglages: Reglages) -> Callable[..., dt.date | None]:
    if "date_maj" not in entrees:
        return lambda _cellules, _avertissements: None
    lire = compile_champ("date_maj", entrees["date_maj"], reglages)

    def lire_date(cellules: Cellules, avertissements: list[Avertissement]) -> dt.date | None:
        texte = lire(cellules, avertissements)
        date_maj = read_date(texte) if texte else None
        if texte and date_maj is None:
            avertissements.append(Avertissement.DATE_ILLISIBLE)
        return date_maj

    return lire_date


@lru_cache(maxsize=1024)
def read_date(texte: str) -> dt.date | None:
    """The day of a cell; a number alone counts days as spreadsheets do."""
    return parse_date(texte, classeur=True)


def _spread(valeurs: dict[str, Any], champ: str, suite: str) -> None:
    """Leave the first of several contacts in its field, move the others to the list that follows it."""
    contacts = valeurs.get(champ)
    if isinstance(contacts, list):
        valeurs[champ] = contacts[0]
        autres = [autre for autre in (*contacts[1:], *valeurs.get(suite, ())) if autre != contacts[0]]
        if autres:
            valeurs[suite] = list(dict.fromkeys(autres))


def _compile_rejets(rejets: Sequence[Mapping[str, Any]], reglages: Reglages) -> Callable[[Ligne], Reject | None] | None:
    lecteur = reglages.lecteur
    regles: list[tuple[str, frozenset[str], RejectCode]] = []
    for rejet in rejets:
        lecteur.check_cles("[[rejet]]", rejet, ("colonne", "valeurs", "code"))
        code = rejet.get("code", RejectCode.NON_OUVERT_AU_PUBLIC.value)
        if code not in list(RejectCode):
            lecteur.refuse("[[rejet]] code", code, f"un code parmi {', '.join(RejectCode)}", list(RejectCode))
        colonne = lecteur.read_texte("[[rejet]] colonne", rejet.get("colonne"))
        valeurs = lecteur.read_textes("[[rejet]] valeurs", rejet.get("valeurs"))
        reglages.note(colonne)
        regles.append((colonne, frozenset(map(build_cle_terme, valeurs)), RejectCode(code)))
    if not regles:
        return None

    def rejeter(ligne: Ligne) -> Reject | None:
        for colonne, valeurs, code in regles:
            texte = ligne.cellules.get(colonne)
            if isinstance(texte, str) and build_cle_terme(texte) in valeurs:
                return Reject(ligne.numero, code, colonne, texte, ligne.cellules)
        return None

    return rejeter


def _compile_horaires(corps: Mapping[str, Any], reglages: Reglages) -> Callable[..., None] | None:
    """The function that writes the hours that a field alone does not say: weekly columns, one week in two."""
    lire_semaine = _compile_jours(corps["colonnes"], corps["lecture"].get("jours", _FORMES[0]), reglages)
    lire_parite = _compile_parite(corps["semaines"], reglages)
    if lire_semaine is None and lire_parite is None:
        return None

    def write(valeurs: dict[str, Any], cellules: Cellules, avertissements: list[Avertissement]) -> None:
        if lire_semaine is not None and (semaine := lire_semaine(cellules, avertissements)):
            valeurs["horaires"] = semaine
        if lire_parite is not None and "horaires" in valeurs and (parite := lire_parite(cellules)) is not None:
            valeurs["horaires"] = alternate_semaines(valeurs["horaires"], paires=parite)

    return write


def _compile_jours(entrees: Mapping[str, Any], forme: str, reglages: Reglages) -> Lire | None:
    """The week of seven columns; in the "libre" form, what is not strictly written goes to the step on free text."""
    if forme not in _FORMES:
        reglages.lecteur.refuse("[lecture] jours", forme, f"« {_FORMES[0]} » ou « {_FORMES[1]} »", _FORMES)
    nommees = {cible: reglages.lecteur.read_texte(cible, entrees[cible]) for cible in CIBLES_JOURS if cible in entrees}
    if not nommees:
        return None
    reglages.note(*nommees.values())
    lires = [compile_cellule(nommees[c], reglages.absentes) if c in nommees else None for c in CIBLES_JOURS]

    def lire(cellules: Cellules, avertissements: list[Avertissement]) -> str | None:
        semaine = [un(cellules) if un else None for un in lires]
        if forme == "libre" and not is_semaine(semaine):
            return join_semaine(semaine)
        return parse_semaine(semaine, avertissements)

    return lire


def _compile_parite(semaines: Mapping[str, Any], reglages: Reglages) -> Callable[[Cellules], bool | None] | None:
    """Whether the hours are those of even weeks (True) or odd ones (False)."""
    if not semaines:
        return None
    lecteur = reglages.lecteur
    lecteur.check_cles("[semaines]", semaines, ("colonne", "valeurs"))
    colonne = lecteur.read_texte("[semaines] colonne", semaines.get("colonne"))
    reglages.note(colonne)
    parites: dict[str, bool] = {}
    for texte, parite in lecteur.read_table("[semaines] valeurs", semaines.get("valeurs")).items():
        if parite not in _PARITES:
            lecteur.refuse("[semaines] valeurs", parite, "« paires » ou « impaires »", _PARITES)
        parites[build_cle_terme(texte)] = _PARITES[parite]
    return lambda cellules: parites.get(build_cle_terme(str(cellules.get(colonne) or "")))
