"""From a file's bytes to what a load writes: parse, clean, match. Pure: nothing here reads or writes the database."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace

from tierslieux.contributions.donnees.empreintes import Opposees
from tierslieux.imports.contrat import Avertissement, Contexte, Record, Reject, Resultat, Source
from tierslieux.imports.doublons.rapprochement import group_records, sort_repetitions
from tierslieux.imports.etapes import run_etapes
from tierslieux.imports.geocodage import complete
from tierslieux.lieux.geocodage import AdressePostale, Geocodeur, PositionTrouvee
from tierslieux.territoires.referentiel import ReferentielCommunes

# A progress display is told this often.
PAS = 500


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a file holds once read: `groupes` of records that say one place each, and what was left aside.

    lues = records + repetitions + rejets, always.
    """

    lues: int
    groupes: list[list[Record]]
    repetitions: int
    rejets: list[Reject]
    avertissements: Counter[Avertissement]
    touches: Counter[str]
    reconnu: Mapping[str, str]
    colonnes: tuple[str, ...]


def prepare_load(
    source: Source,
    contenu: bytes,
    communes: ReferentielCommunes,
    *,
    date_edition: dt.date | None = None,
    aujourdhui: dt.date | None = None,
    on_ligne: Callable[[int], None] | None = None,
    geocodeur: Geocodeur | None = None,
    reponses: MutableMapping[AdressePostale, PositionTrouvee | None] | None = None,
    opposees: Opposees | None = None,
) -> Preparation:
    """Read a whole file; raises SourceError when it cannot be trusted.

    `date_edition` is the date of records whose source gives none; a date after `aujourdhui` is not believed.
    `on_ligne` is told now and then how many rows were read. Addresses without a position are looked for in `reponses`,
    the answers that are known, then by `geocodeur`, whose answers are added to them. `opposees` are values that persons
    do not want to be shown: neither kept nor published, whatever file brings them back.
    """
    contexte = Contexte(communes, commune_certaine=source.commune_certaine, aujourdhui=aujourdhui)
    records: list[Record] = []
    rejets: list[Reject] = []
    lecture = source.parse(contenu)
    lues = 0
    for lues, brut in enumerate(lecture, 1):
        resultat = run_etapes(brut, contexte)
        if opposees is not None:
            resultat = drop_opposees(resultat, opposees)
        if isinstance(resultat, Reject):
            rejets.append(resultat)
        else:
            records.append(resultat if resultat.date_maj else replace(resultat, date_maj=date_edition))
        if on_ligne is not None and lues % PAS == 0:
            on_ligne(lues)
    tri = sort_repetitions(complete(records, geocodeur, contexte, connues=reponses).records)
    return Preparation(
        lues=lues,
        groupes=group_records(tri.records),
        repetitions=tri.repetitions,
        rejets=sorted([*rejets, *tri.rejets], key=lambda rejet: rejet.ligne),
        avertissements=contexte.avertissements,
        touches=contexte.touches,
        reconnu=lecture.reconnu,
        colonnes=lecture.colonnes,
    )


def drop_opposees(resultat: Resultat, opposees: Opposees) -> Resultat:
    """A record, or a reject, without the values that persons do not want to be shown."""
    if isinstance(resultat, Reject):
        brut = opposees.clean_brut(resultat.brut, None)
        return replace(resultat, valeur=opposees.clean_brut(resultat.valeur, None), brut=brut)
    commune_code = resultat.valeurs.get("commune_code")
    valeurs, brut = opposees.clean_valeurs(resultat.valeurs), opposees.clean_brut(resultat.brut, commune_code)
    return replace(resultat, valeurs=valeurs, brut=brut)


def compute_empreinte(record: Record) -> str:
    """Digest of what a record says, raw and cleaned: two runs compare it. Its date is not in it."""
    texte = json.dumps([record.brut, record.valeurs], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Existante:
    """What the comparison needs of a fiche that is already loaded.

    `absente_de` is the digest of the first file that did not hold it any more.
    """

    id: int
    identifiant: str
    lieu_id: int
    empreinte: str
    date_maj: dt.date | None
    est_disparue: bool
    est_retiree: bool = False
    absente_de: str | None = None


@dataclass(frozen=True, slots=True)
class Nouvelle:
    """A record without a fiche yet, with its digest.

    `lieu_id` is the known place that it joins; else `rang` numbers the new place that it opens, or that the first
    record of its group opens. A place that an undone run has left without fiches is opened again: `ouvre` and `lieu_id`
    together.
    """

    record: Record
    empreinte: str
    lieu_id: int | None
    rang: int | None
    ouvre: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A file compared with the fiches that its source already has.

    `disparues` are absent for the first time; `retirees`, absent from a second edition, stop speaking. `revenues` are
    unchanged ones that had vanished.
    """

    nouvelles: list[Nouvelle]
    modifiees: list[tuple[Existante, Record, str]]
    inchangees: list[Existante]
    redatees: list[tuple[Existante, dt.date | None]]
    revenues: list[Existante]
    disparues: list[Existante]
    retirees: list[Existante]
    presentes_avant: int

    @property
    def creees(self) -> int:
        """New places."""
        return sum(nouvelle.ouvre for nouvelle in self.nouvelles)

    @property
    def rattachees(self) -> int:
        """New fiches of a place that another record of the file says too."""
        return len(self.nouvelles) - self.creees

    @property
    def part_perdue(self) -> float:
        """Share (0 to 1) of the source's fiches that the file no longer holds."""
        return len(self.disparues) / self.presentes_avant if self.presentes_avant else 0.0


def compute_difference(groupes: list[list[Record]], existantes: Mapping[str, Existante], *, sha256: str) -> Difference:
    """Compare; `existantes` are the source's fiches by identifier, `sha256` the digest of the file.

    A link that exists is never moved: a person may have made it.
    """
    nouvelles: list[Nouvelle] = []
    modifiees: list[tuple[Existante, Record, str]] = []
    inchangees: list[Existante] = []
    redatees: list[tuple[Existante, dt.date | None]] = []
    vues: set[str] = set()
    rang = 0
    for groupe in groupes:
        connues = [existantes[record.identifiant] for record in groupe if record.identifiant in existantes]
        lieu_id = connues[0].lieu_id if connues else None
        ouvert = False
        for record in groupe:
            vues.add(record.identifiant)
            empreinte = compute_empreinte(record)
            existante = existantes.get(record.identifiant)
            if existante is None:
                nouvelles.append(
                    Nouvelle(
                        record,
                        empreinte,
                        lieu_id,
                        rang=None if lieu_id is not None else rang,
                        ouvre=lieu_id is None and not ouvert,
                    )
                )
                ouvert = True
            elif existante.empreinte != empreinte:
                modifiees.append((existante, record, empreinte))
            else:
                inchangees.append(existante)
                if existante.date_maj != record.date_maj:
                    redatees.append((existante, record.date_maj))
        rang += lieu_id is None
    absentes = [fiche for cle, fiche in existantes.items() if cle not in vues]
    return Difference(
        nouvelles=nouvelles,
        modifiees=modifiees,
        inchangees=inchangees,
        redatees=redatees,
        revenues=[fiche for fiche in inchangees if fiche.est_disparue],
        disparues=[fiche for fiche in absentes if not fiche.est_disparue],
        # The same file read again is not a second absence.
        retirees=[f for f in absentes if f.est_disparue and not f.est_retiree and f.absente_de != sha256],
        presentes_avant=sum(not fiche.est_disparue for fiche in existantes.values()),
    )
