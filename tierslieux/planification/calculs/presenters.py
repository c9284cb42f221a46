"""Long computations and series of plans as their page shows them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierslieux.planification.bilan import Compte
from tierslieux.planification.calculs.services import OUVERTS, Statut
from tierslieux.planification.enums import Objectif
from tierslieux.planification.etude import Etude
from tierslieux.planification.models import CalculPlan
from tierslieux.planification.presenters import format_acces, format_compte, format_qui
from tierslieux.territoires.enums import Niveau

PARTIES = {Niveau.REGION: "régions", Niveau.DEPARTEMENT: "départements", Niveau.EPCI: "intercommunalités"}
TITRES = {
    Statut.ATTENTE: "Calcul en attente",
    Statut.EN_COURS: "Calcul en cours",
    Statut.FINI: "Calcul terminé",
    Statut.ECHEC: "Calcul impossible",
    Statut.ANNULE: "Calcul arrêté",
}


@dataclass(frozen=True, slots=True)
class SiteLigne:
    """One proposed site: its rank, its name, its commune, the people it adds."""

    rang: int
    code: str
    nom: str
    commune: str
    gain: str


@dataclass(frozen=True, slots=True)
class PartieLigne:
    """One part of a series; `refus`: why it has no plan, "" when it has one. `args`: its study's query string."""

    niveau: str
    code: str
    nom: str
    sites: int
    gain: str
    preuve: str
    refus: str
    args: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class SeriePage:
    """A plan for each part of a territory; `refusees`: parts without plan."""

    nom_parties: str
    lignes: tuple[PartieLigne, ...]
    total: str
    sites: int
    plans: int
    refusees: int


@dataclass(frozen=True, slots=True)
class CalculPage:
    """A computation: where it stands, then what it answers (`sites` or `serie`)."""

    public_id: str
    titre: str
    niveau: str
    code: str
    nom: str
    demande: str
    args: Mapping[str, list[str]]
    est_ouvert: bool
    est_fini: bool
    arret_demande: bool
    avance_pct: int
    message: str
    demande_at: dt.datetime
    fini_at: dt.datetime | None
    a_ouvrier: bool
    gain: str
    preuve: str
    source: str
    sites: tuple[SiteLigne, ...]
    serie: SeriePage | None


def build_page(calcul: CalculPlan, nom: str, *, a_ouvrier: bool) -> CalculPage:
    """The page of a computation; `nom`: of its territory, `a_ouvrier`: whether somebody computes."""
    etude, statut, lu = Etude.from_json(calcul.etude), Statut(calcul.statut), calcul.resultat
    est_serie = calcul.par is not None
    return CalculPage(
        public_id=calcul.public_id,
        titre=TITRES[statut],
        niveau=etude.niveau.value,
        code=etude.code,
        nom=nom,
        demande=write_demande(etude, Niveau(calcul.par) if calcul.par else None),
        args=etude.to_args(),
        est_ouvert=calcul.statut in OUVERTS,
        est_fini=lu is not None,
        arret_demande=calcul.annule_at is not None,
        avance_pct=round(100 * calcul.avance),
        message=calcul.message or "",
        demande_at=calcul.demande_at,
        fini_at=calcul.fini_at,
        a_ouvrier=a_ouvrier,
        gain="" if lu is None or est_serie else format_compte(Compte(**lu["gain"])),
        preuve="" if lu is None or est_serie else write_preuve(lu),
        source=_find_source(lu),
        sites=() if lu is None or est_serie else _list_sites(lu),
        serie=_build_serie(etude, lu) if lu is not None and est_serie else None,
    )


def write_demande(etude: Etude, par: Niveau | None) -> str:
    """What was asked, in one sentence."""
    combien = f"{etude.sites} {'lieu' if etude.sites == 1 else 'lieux'}" if etude.sites else "Des lieux"
    ou = f" dans chacune des {PARTIES[par]}" if par in {Niveau.REGION, Niveau.EPCI} else ""
    ou = " dans chaque département" if par is Niveau.DEPARTEMENT else ou
    but = "" if etude.objectif is Objectif.COUVERTURE else f" But : {etude.objectif.libelle}."
    return f"{combien} à ouvrir{ou} pour les {format_qui(etude.besoin)}, {format_acces(etude)}.{but}"


def write_preuve(lu: Mapping[str, Any]) -> str:
    """How good a plan is, in words."""
    if lu["optimal"]:
        return "aucun autre choix ne fait mieux : c’est prouvé"
    pct = f"{100 * lu['gap']:.2f}".replace(".", ",")
    return f"au mieux {pct} % de mieux est possible"


def _find_source(lu: Mapping[str, Any] | None) -> str:
    """Where the people counted come from: the same for all parts of a series."""
    if lu is None:
        return ""
    if "parties" not in lu:
        return str(lu["source"])
    return next((str(partie["resultat"]["source"]) for partie in lu["parties"] if partie["resultat"]), "")


def _list_sites(lu: Mapping[str, Any]) -> tuple[SiteLigne, ...]:
    return tuple(
        SiteLigne(rang, site["code"], site["nom"], site["commune"] or "", format_compte(Compte(**site["gain"])))
        for rang, site in enumerate(lu["sites"], start=1)
    )


def _build_serie(etude: Etude, lu: Mapping[str, Any]) -> SeriePage:
    lignes = tuple(_build_partie(etude, partie) for partie in lu["parties"])
    total = lu["total"]
    gain = total["gain"]
    return SeriePage(
        nom_parties=PARTIES[Niveau(lu["par"])],
        lignes=lignes,
        total=format_compte(Compte(gain["valeur"] or 0.0, gain["bas"], gain["haut"])),
        sites=total["sites"],
        plans=total["plans"],
        refusees=total["parties"] - total["plans"],
    )


def _build_partie(etude: Etude, partie: Mapping[str, Any]) -> PartieLigne:
    niveau, _, code = partie["territoire"].partition(":")
    lu = partie["resultat"]
    return PartieLigne(
        niveau=niveau,
        code=code,
        nom=partie["nom"],
        sites=len(lu["sites"]) if lu else 0,
        gain=format_compte(Compte(**lu["gain"])) if lu else "",
        preuve=write_preuve(lu) if lu else "",
        refus=partie["refus"] or "",
        args=etude.to_args(),
    )
