"""The figures of a report as JSON values, and its digest. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tierslieux.cartes.choroplethe import Choroplethe
from tierslieux.cartes.graphiques import GraphiqueBarres
from tierslieux.planification.bilan import Compte
from tierslieux.planification.rapports.blocs import Section
from tierslieux.planification.rapports.donnees import Donnees
from tierslieux.planification.rapports.sections import VERSION_RAPPORT
from tierslieux.planification.rapports.sensibilite import Sensibilite
from tierslieux.planification.resultats import Resultat


def digest_contenu(contenu: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a report without its digest."""
    texte = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


def write_section(section: Section) -> dict[str, Any]:
    """A section as JSON values; drawings by the digest of their strokes."""
    return {
        "id": section.id,
        "titre": section.titre,
        "paragraphes": list(section.paragraphes),
        "liste": list(section.liste),
        "dessins": [_digest(dessin) for dessin in (*section.cartes, section.graphique) if dessin is not None],
        "tableaux": [
            {
                "titre": t.titre,
                "entetes": list(t.entetes),
                "lignes": [list(ligne) for ligne in t.lignes],
                "note": t.note,
            }
            for t in section.tableaux
        ],
    }


def _digest(dessin: Choroplethe | GraphiqueBarres) -> str:
    return hashlib.sha256(repr(dessin).encode()).hexdigest()


def build_contenu(donnees: Donnees) -> dict[str, Any]:
    """Every figure, exact to a tenth of a person."""
    evaluation = donnees.evaluation
    return {
        "version": VERSION_RAPPORT,
        "territoire": {
            "niveau": donnees.territoire.niveau.value,
            "code": donnees.territoire.code,
            "nom": donnees.territoire.nom,
        },
        "etude": donnees.etude.to_json(),
        "plan": _write_plan(donnees.resultat),
        "comparaison": _write_plan(donnees.comparaison),
        "gagnes": _write_compte(donnees.gagnes),
        "perdus": _write_compte(evaluation.perdus),
        "communes": [
            {
                "code": c.code,
                "nom": c.nom,
                "besoin": round(c.besoin, 1),
                "au_dela_avant": round(c.au_dela_avant, 1),
                "au_dela_apres": round(c.au_dela_apres, 1),
                "duree_avant_min": None if c.duree_avant_min is None else round(c.duree_avant_min, 1),
                "duree_apres_min": None if c.duree_apres_min is None else round(c.duree_apres_min, 1),
            }
            for c in evaluation.communes
        ],
        "sensibilite": _write_sensibilite(donnees.sensibilite),
        "valorisations": [
            {"nom": v.nom, "gagnes": round(v.gagnes, 1), "perdus": round(v.perdus, 1)} for v in donnees.valorisations
        ],
        "trajets_evites": {
            "heures_an": round(donnees.epargne.heures_an, 1),
            "km_an": round(donnees.epargne.km_an, 1),
            "visites_an": donnees.epargne.visites_an,
            "personnes": _write_compte(donnees.epargne.personnes),
            "sans_mesure": round(donnees.epargne.sans_mesure, 1),
        },
        "restantes": [
            {"code": r.code, "nom": r.nom, "au_dela": round(r.au_dela, 1), "raison": r.raison.value}
            for r in donnees.restantes
        ],
        "sources": [
            {
                "nom": e.nom,
                "producteur": e.producteur,
                "edition": e.edition,
                "sha256": e.sha256,
                "licence": e.licence,
                "lieux": e.lieux,
                "date": None if e.date is None else e.date.isoformat(),
            }
            for e in donnees.editions
        ],
        "empreinte_donnees": donnees.empreinte_terrain,
    }


def _write_compte(compte: Compte) -> dict[str, float | None]:
    return {nom: None if valeur is None else round(valeur, 1) for nom, valeur in asdict(compte).items()}


def _write_plan(resultat: Resultat | None) -> dict[str, Any] | None:
    """A plan without the time that it took."""
    if resultat is None:
        return None
    valeurs = resultat.to_json()
    del valeurs["seconds"]
    return valeurs | {"gap": round(resultat.ecart, 9)}


def _write_sensibilite(sensibilite: Sensibilite | None) -> dict[str, Any] | None:
    if sensibilite is None:
        return None
    return {
        "unite": sensibilite.unite,
        "questions": sensibilite.questions,
        "impossibles": list(sensibilite.impossibles),
        "restes": [{"code": site.code, "restes": reste} for site, reste in sensibilite.restes],
        "cas": [
            {
                "famille": v.famille.value,
                "nom": v.nom,
                "valeur": round(v.valeur, 1),
                "meilleure": round(v.meilleure, 1),
                "part_gardee": round(v.part_gardee, 4),
                "gardes": sorted(v.gardes),
                "entrants": [site.code for site in v.entrants],
                "prouvee": v.est_prouvee,
            }
            for v in sensibilite.toutes
        ],
        "retraits": [
            {"code": r.site.code, "perte": round(r.perte, 1), "remplacants": [site.code for site in r.remplacants]}
            for r in sensibilite.retraits
        ],
    }
