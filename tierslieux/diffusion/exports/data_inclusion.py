"""data·inclusion version 1: structures and their services, in an archive, as its two JSON Schemas want them.

A place is a structure; each of its nine possible kinds of help is a service of it. What the schemas cannot take (a name
of two letters, no date) is told in a file of the archive.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from tierslieux.core.enums import Libelle
from tierslieux.diffusion.exports.contexte import Contexte
from tierslieux.diffusion.exports.ecarts import Ecart, Journal
from tierslieux.lieux.enums import (
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

SOURCE = "tierslieux"
SOURCE_INVENTEE = "tierslieux-lieux-inventes"
# Texts, so that the archive holds two files of data and no more: readers of data·inclusion take it as it is.
LISEZMOI = "LISEZMOI.txt"
NON_EXPORTES = "non-exportes.txt"

_COMPRESSION = 1
_NOM_MIN, _NOM_MAX = 3, 150
_TEXTE_MIN, _TEXTE_MAX = 5, 10_000
_URL_MAX = 2_083
_SIRET = re.compile(r"[0-9]{14}")
_CODE_POSTAL = re.compile(r"[0-9]{5}")
_CODE_INSEE = re.compile(r"[0-9A-Z]{5}")
_URL = re.compile(r"https?://[!-~]+")
_COURRIEL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

_FONDAMENTAUX = "numerique--maitriser-les-fondamentaux-du-numerique"
THEMATIQUES: Mapping[Service, tuple[str, ...]] = {
    Service.DEMARCHES: (
        "numerique--acceder-a-des-services-en-ligne",
        "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
    ),
    Service.OUTILS_QUOTIDIEN: (_FONDAMENTAUX,),
    Service.INSERTION: (
        _FONDAMENTAUX,
        "preparer-sa-candidature--organiser-ses-demarches-de-recherche-demploi",
    ),
    Service.SECURITE: (_FONDAMENTAUX,),
    Service.PARENTALITE: (_FONDAMENTAUX, "famille--soutien-a-la-parentalite-et-a-leducation"),
    Service.LOISIRS: (_FONDAMENTAUX,),
    Service.COMPREHENSION: (_FONDAMENTAUX,),
    Service.ACCES: ("numerique--acceder-a-une-connexion-internet",),
    Service.ACQUISITION: ("numerique--acquerir-un-equipement",),
}
# Networks of the schema that a kind, a programme or a label means.
_RESEAUX: Mapping[str, Mapping[str, str]] = {
    "genres": {
        Genre.RESSOURCERIE: "ressourceries",
        Genre.FRANCE_SERVICES: "france-service",
        Genre.CONSEILLER_NUMERIQUE: "conseillers-numeriques",
        Genre.EPN: "espaces-publics-numeriques",
        Genre.MAIRIE: "communes",
        Genre.LA_POSTE: "la-poste",
        Genre.CCAS: "ccas-cias",
        Genre.MAISON_DEPARTEMENTALE: "maisons-des-solidarites",
        Genre.MISSION_LOCALE: "mission-locale",
        Genre.FRANCE_TRAVAIL: "france-travail",
        Genre.CAF: "caf",
        Genre.PIMMS: "pimms-mediation",
        Genre.MJC: "mjc",
    },
    "programmes": {
        Programme.AIDANTS_CONNECT: "aidants-connect",
        Programme.CONSEILLERS_NUMERIQUES: "conseillers-numeriques",
        Programme.FRANCE_SERVICES: "france-service",
        Programme.GRANDE_ECOLE: "grandes-ecoles-du-numerique",
        Programme.CROIX_ROUGE: "croix-rouge",
    },
    "formations_labels": {FormationLabel.FABRIQUES: "fabrique-de-territoire"},
}
_PUBLICS: Mapping[str, str] = {
    Public.JEUNES: "jeunes",
    Public.ETUDIANTS: "etudiants",
    Public.FAMILLES: "familles",
    Public.SENIORS: "seniors",
    Public.FEMMES: "femmes",
}
_SERVICES: Mapping[str, Service] = {service.value: service for service in Service}
_MOBILISATION: Mapping[str, str] = {
    ModaliteAcces.SE_PRESENTER: "se-presenter",
    ModaliteAcces.TELEPHONER: "telephoner",
    ModaliteAcces.CONTACTER_PAR_MAIL: "envoyer-un-courriel",
    ModaliteAcces.RDV_EN_LIGNE: "utiliser-lien-mobilisation",
    ModaliteAcces.PRESCRIPTION: "envoyer-un-courriel",
}


def write_archive(lots: Iterable[list[LieuPublie]], contexte: Contexte, chemin: Path) -> None:
    """Write the archive; services wait in a file of their own while structures are written."""
    with (
        zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive,
        tempfile.TemporaryFile() as attente_services,
        tempfile.TemporaryFile() as attente_ecarts,
    ):
        services, journal = _Liste(attente_services), Journal(attente_ecarts)
        with archive.open("structures.json", "w", force_zip64=True) as flux:
            structures = _Liste(flux)
            for lot in lots:
                _write_lot(lot, contexte, structures, services, journal)
            structures.close()
        services.close()
        for nom, fichier in (("services.json", attente_services), (NON_EXPORTES, attente_ecarts)):
            fichier.seek(0)
            with archive.open(nom, "w", force_zip64=True) as flux:
                shutil.copyfileobj(fichier, flux)
        with archive.open(LISEZMOI, "w") as flux:
            flux.write(_render_lisezmoi(contexte, structures.nombre, services.nombre).encode())
        contexte.journal.lieux += journal.lieux


def _write_lot(
    lot: list[LieuPublie], contexte: Contexte, structures: _Liste, services: _Liste, journal: Journal
) -> None:
    for lieu in lot:
        ecart = find_ecart(lieu)
        if ecart is not None:
            journal.note([ecart])
            continue
        structure = build_structure(lieu, contexte)
        structures.add(structure, [{}])
        commun, propres = build_services(lieu, structure)
        services.add(commun, propres)
    structures.flush()
    services.flush()


class _Liste:
    """A JSON array written as its items come."""

    def __init__(self, flux: IO[bytes]) -> None:
        self.nombre = 0
        self._flux = flux
        self._attente: list[str] = []
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def add(self, commun: Mapping[str, Any], propres: Sequence[Mapping[str, Any]]) -> None:
        """Add an item for each of `propres`, which share the members of `commun`, encoded once."""
        if not propres:
            return
        debut = self._encode(commun)[:-1]
        for propre in propres:
            suite = f",{self._encode(propre)[1:]}" if propre else "}"
            self._attente.append(f"{',' if self.nombre else '['}\n{debut}{suite}")
            self.nombre += 1

    def flush(self) -> None:
        self._flux.write("".join(self._attente).encode())
        self._attente.clear()

    def close(self) -> None:
        self._attente.append("\n]\n" if self.nombre else "[]\n")
        self.flush()


def find_ecart(lieu: LieuPublie) -> Ecart | None:
    """Why the place cannot be a structure, None when it can."""
    champ, valeur = "date_maj", None
    raison = "Le schéma l’exige, nos sources ne disent pas de quand date ce lieu."
    if find_date(lieu.dates) is not None:
        if len(_clean_nom(lieu.nom)) >= _NOM_MIN:
            return None
        champ, valeur, raison = "nom", lieu.nom, f"Le schéma exige {_NOM_MIN} caractères."
    return Ecart(lieu.public_id, lieu.nom, champ, valeur, raison, est_exporte=False)


def build_structure(lieu: LieuPublie, contexte: Contexte) -> dict[str, Any]:
    """The place as a structure; a position that is the commune's is left out."""
    source = SOURCE_INVENTEE if contexte.attribute(lieu).est_invente else SOURCE
    est_exacte = lieu.precision != Precision.COMMUNE
    texte = "\n\n".join(partie for partie in (lieu.presentation, lieu.presentation_detail) if partie)
    reseaux = [
        reseau
        for champ, table in _RESEAUX.items()
        for code in split_liste(getattr(lieu, champ))
        if (reseau := table.get(code))
    ]
    return {
        "source": source,
        "id": f"{source}--{lieu.public_id}",
        "nom": _clean_nom(lieu.nom),
        "date_maj": find_date(lieu.dates),
        "siret": _keep(lieu.pivot, _SIRET),
        "description": texte[:_TEXTE_MAX] if len(texte) >= _TEXTE_MIN else None,
        "commune": lieu.commune_nom,
        "code_postal": _keep(lieu.code_postal, _CODE_POSTAL),
        "code_insee": _keep(lieu.commune_code, _CODE_INSEE),
        "adresse": lieu.adresse,
        "complement_adresse": lieu.complement_adresse,
        "longitude": lieu.lon if est_exacte else None,
        "latitude": lieu.lat if est_exacte else None,
        "telephone": lieu.telephone,
        "courriel": _keep(lieu.courriel, _COURRIEL),
        "site_web": _keep_url(lieu.site_web),
        "horaires_accueil": lieu.horaires,
        "accessibilite_lieu": _keep_url(lieu.fiche_acces_libre),
        "reseaux_porteurs": list(dict.fromkeys(reseaux)) or None,
        "lien_source": f"{contexte.racine}lieux/{lieu.public_id}" if contexte.racine else None,
    }


def build_services(lieu: LieuPublie, structure: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(what the services of a place share, what each says besides): one for each kind of help that it declares."""
    codes = [_SERVICES[code] for code in split_liste(lieu.services) if code in _SERVICES]
    if not codes:
        return {}, []
    acces, aides = split_liste(lieu.modalites_acces), split_liste(lieu.accompagnements)
    publics = [_PUBLICS[code] for code in split_liste(lieu.publics) if code in _PUBLICS]
    soins = split_liste(lieu.prises_en_charge)
    frais = split_liste(lieu.frais)
    commun: dict[str, Any] = {
        champ: structure[champ]
        for champ in (
            "source",
            "date_maj",
            "commune",
            "code_postal",
            "code_insee",
            "adresse",
            "complement_adresse",
            "longitude",
            "latitude",
            "telephone",
            "courriel",
            "horaires_accueil",
            "lien_source",
        )
    } | {
        "structure_id": structure["id"],
        "type": _find_type(aides),
        "frais": _find_frais(frais),
        "frais_precisions": _label(Frais, frais),
        "publics": publics or ["tous-publics"],
        "publics_precisions": _label(PriseEnCharge, soins),
        "modes_accueil": _find_modes_accueil(aides),
        "modes_mobilisation": _unique(_MOBILISATION[code] for code in acces if code in _MOBILISATION) or None,
        "mobilisable_par": ["usagers", *(["professionnels"] if ModaliteAcces.PRESCRIPTION in acces else [])],
        "lien_mobilisation": _keep_url(lieu.prise_rdv),
        "mobilisation_precisions": _label(ModaliteAcces, acces),
    }
    return commun, [
        {
            "id": f"{structure['id']}--{code.value}",
            "nom": code.libelle,
            "description": f"{code.libelle} : {structure['nom']}",
            "thematiques": THEMATIQUES[code],
        }
        for code in codes
    ]


def _find_type(aides: list[str]) -> str | None:
    if Accompagnement.INDIVIDUEL in aides:
        return "accompagnement"
    return "atelier" if Accompagnement.COLLECTIF in aides else None


def _find_modes_accueil(aides: list[str]) -> list[str] | None:
    """Where people are received; nothing is said of a place that says nothing."""
    sur_place = any(aide != Accompagnement.DISTANCE for aide in aides)
    distance = Accompagnement.DISTANCE in aides
    return [*(["en-presentiel"] if sur_place else []), *(["a-distance"] if distance else [])] or None


def _find_frais(frais: list[str]) -> str | None:
    """Free when it is for some people at least: the precision says on what condition."""
    if Frais.GRATUIT in frais or Frais.GRATUIT_SOUS_CONDITION in frais:
        return "gratuit"
    return "payant" if Frais.PAYANT in frais else None


@cache
def _list_libelles(vocabulaire: type[Libelle]) -> Mapping[str, str]:
    return {membre.value: membre.libelle for membre in vocabulaire}


def _label(vocabulaire: type[Libelle], codes: list[str]) -> str | None:
    libelles = _list_libelles(vocabulaire)
    return ", ".join(libelles[code] for code in codes if code in libelles) or None


def _unique(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _clean_nom(nom: str) -> str:
    """The name as the schema wants it: 150 characters at most, no full stop at the end."""
    return nom[:_NOM_MAX].strip().rstrip(". ")


def _keep(valeur: str | None, forme: re.Pattern[str]) -> str | None:
    return valeur if valeur and forme.fullmatch(valeur) else None


def _keep_url(valeur: str | None) -> str | None:
    return valeur if valeur and len(valeur) <= _URL_MAX and _URL.fullmatch(valeur) else None


def _render_lisezmoi(contexte: Contexte, structures: int, services: int) -> str:
    lignes = [" : ".join(ligne) for ligne in contexte.list_lignes()]
    fichiers = [
        f"structures.json : {structures} structures (schéma data·inclusion, version 1)",
        f"services.json : {services} services de ces structures",
        f"{NON_EXPORTES} : {contexte.compte.lieux - structures} lieux que le schéma ne peut prendre, et pourquoi (CSV)",
    ]
    return "\r\n".join([*lignes, "", *fichiers, ""])
