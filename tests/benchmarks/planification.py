"""`python -m tests.benchmarks.planification`: plans on real communes, ours and spopt's.

Reads town halls, census and France Services from TIERSLIEUX_RAW_DIR and the set-up; no database. Each line is a
process of its own, whose highest memory is told beside what the instance and its solution added to the program's. Times
go from the table of pairs to the plan, in seconds of the clock (and of the processor): spopt builds its model in them,
as ours does. It is given the same candidates, demands and times, with HiGHS through PuLP; its plan is valued here, its
status is not read. Exit status 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array, load_npz, save_npz

from tests.benchmarks.communes import Communes, read_communes
from tierslieux.config import RACINE
from tierslieux.planification.optimisation.courbe import compute_courbe
from tierslieux.planification.optimisation.couverture_maximale import solve_couverture
from tierslieux.planification.optimisation.p_centre import solve_centre
from tierslieux.planification.optimisation.p_mediane import solve_mediane
from tierslieux.planification.optimisation.probleme import Entiers, Flottants, Instance, Plan, Regles
from tierslieux.planification.optimisation.temps import InstanceTemps

RAYON_KM = 10.0
# Pairs farther than this are not listed (a département whole, then a région).
LIMITES_MIN = {"departement": 300.0, "region": 200.0}
LIMITE_MEDIANE_REGION_MIN = 120.0
LARGEUR = 200
KO_PAR_MO = 1024


@dataclass(frozen=True, slots=True)
class Cas:
    """One line: a territory, an objective, a number of sites, and what it must take at most.

    `depart`: "today", with the places that are open, or "nothing".
    `rapport`: how many times faster than spopt it must be, None where spopt is not asked.
    """

    nom: str
    niveau: str
    code: str
    objectif: str
    sites: int
    depart: str
    cible_s: float | None
    cible_mo: float | None = None
    rapport: float | None = None


@dataclass(frozen=True, slots=True)
class Mesure:
    """What one solver did: `ajoutes_mo`: what the instance and solving it added to the memory of the process."""

    candidats: int
    paires: int
    secondes: float
    processeur_s: float
    sommet_mo: float
    ajoutes_mo: float
    objectif: float | None
    borne: float | None
    ecart: float | None


CAS = (
    Cas("EPCI, 158 communes", "epci", "200067106", "couverture", 5, "today", 0.05),
    Cas("Charente", "departement", "16", "couverture", 10, "today", 0.15, rapport=10),
    Cas("Pas-de-Calais", "departement", "62", "couverture", 10, "today", 0.15, rapport=10),
    Cas("Nouvelle-Aquitaine", "region", "75", "couverture", 30, "today", 1.0, rapport=100),
    Cas("France", "france", "", "couverture", 100, "today", 3.0, 300.0),
    Cas("Charente, curve to 20 sites", "departement", "16", "courbe", 20, "today", 1.0),
    Cas("Charente", "departement", "16", "couverture", 10, "nothing", None),
    Cas("Nouvelle-Aquitaine", "region", "75", "couverture", 30, "nothing", None),
    Cas("France", "france", "", "couverture", 100, "nothing", 120.0, 1024.0),
    Cas("Charente", "departement", "16", "mediane", 10, "nothing", 3.0, rapport=10),
    Cas("Pas-de-Calais", "departement", "62", "mediane", 10, "nothing", 3.0),
    Cas("Bretagne", "region", "53", "mediane", 20, "nothing", None),
    Cas("Nouvelle-Aquitaine", "region", "75", "mediane", 30, "nothing", None),
    Cas("Charente", "departement", "16", "centre", 10, "nothing", 5.0, rapport=10),
    Cas("Pas-de-Calais", "departement", "62", "centre", 10, "nothing", 5.0),
    Cas("Ille-et-Vilaine", "departement", "35", "centre", 15, "nothing", 5.0),
    Cas("Bretagne", "region", "53", "centre", 20, "nothing", 45.0),
)


def main() -> int:
    """Measure, print the table, and say which targets are met."""
    lecteur = argparse.ArgumentParser(prog="python -m tests.benchmarks.planification", description=__doc__)
    lecteur.add_argument("--sans-spopt", action="store_true", help="ours alone")
    lecteur.add_argument("--seulement", default="", help="the cases whose name or objective holds this")
    lecteur.add_argument("--temps-max", type=float, default=150.0, help="seconds of each solver (default 150)")
    lecteur.add_argument("--json", action="store_true", help="print one JSON object")
    lecteur.add_argument("--mesurer", nargs=3, help=argparse.SUPPRESS)
    options = lecteur.parse_args()
    if options.mesurer:
        dossier, qui, temps_max_s = options.mesurer
        sys.stdout.write(json.dumps(asdict(measure(Path(dossier), qui, float(temps_max_s)))))
        return 0
    if not options.sans_spopt:
        import_spopt()
    communes = read_communes()
    cherche = options.seulement.lower()
    lignes: list[tuple[Cas, Mesure, Mesure | None]] = []
    for cas in CAS:
        if cherche not in f"{cas.nom} {cas.objectif} {cas.depart}".lower():
            continue
        with tempfile.TemporaryDirectory() as nom:
            dossier = Path(nom)
            write_cas(dossier, cas, communes)
            ours = run(dossier, "ours", options.temps_max)
            avec = cas.rapport is not None and not options.sans_spopt
            lignes.append((cas, ours, run(dossier, "spopt", options.temps_max) if avec else None))
    if options.json:
        sortie = [{**asdict(cas), "ours": asdict(a), "spopt": None if b is None else asdict(b)} for cas, a, b in lignes]
        sys.stdout.write(json.dumps(sortie, ensure_ascii=False) + "\n")
    else:
        Console(width=LARGEUR).print(build_table(lignes))
    return int(any(list_manques(*ligne) for ligne in lignes))


def write_cas(dossier: Path, cas: Cas, communes: Communes) -> None:
    """The instance as files: whoever measures it reads nothing else."""
    rangs = communes.list_de(cas.niveau, cas.code)
    if cas.objectif in {"couverture", "courbe"}:
        instance = communes.build_instance(rangs, RAYON_KM, avec_places=cas.depart == "today")
        save_npz(dossier / "paires.npz", instance.portee)
        np.savez(dossier / "demandes.npz", poids=instance.poids, servies=instance.servies)
    else:
        limite_min = LIMITES_MIN[cas.niveau]
        if cas.objectif == "mediane" and cas.niveau == "region":
            limite_min = LIMITE_MEDIANE_REGION_MIN
        temps = communes.build_instance_temps(rangs, limite_min=limite_min, avec_places=cas.depart == "today")
        save_npz(dossier / "paires.npz", temps.temps)
        np.savez(dossier / "demandes.npz", poids=temps.poids, actuels=temps.actuels, plafond=temps.plafond_min)
    (dossier / "cas.json").write_text(json.dumps(asdict(cas)))


def run(dossier: Path, qui: str, temps_max_s: float) -> Mesure:
    """Measure in a process of its own."""
    commande = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.planification"]
    arguments = ["--mesurer", str(dossier), qui, str(temps_max_s)]
    sortie = subprocess.run([*commande, *arguments], check=True, cwd=RACINE, stdout=subprocess.PIPE)
    return Mesure(**json.loads(sortie.stdout.splitlines()[-1]))


def measure(dossier: Path, qui: str, temps_max_s: float) -> Mesure:
    """Solve the instance of a folder, and value the plan from its sites."""
    avant_mo = read_sommet_mo()
    cas = Cas(**json.loads((dossier / "cas.json").read_text()))
    paires = csr_array(load_npz(dossier / "paires.npz"))
    with np.load(dossier / "demandes.npz") as demandes:
        probleme: Instance | InstanceTemps = (
            Instance(paires, demandes["poids"], demandes["servies"])
            if "servies" in demandes
            else InstanceTemps(paires, demandes["poids"], demandes["actuels"], float(demandes["plafond"]))
        )
    debut_s, debut_processeur_s = time.perf_counter(), time.process_time()
    plan = solve(probleme, cas, temps_max_s) if qui == "ours" else solve_spopt(probleme, cas, temps_max_s)
    secondes = time.perf_counter() - debut_s
    sommet_mo = read_sommet_mo()
    return Mesure(
        paires.shape[0],
        paires.nnz,
        secondes,
        time.process_time() - debut_processeur_s,
        sommet_mo,
        sommet_mo - avant_mo,
        None if plan is None else plan.objectif,
        None if plan is None or not np.isfinite(plan.borne) else plan.borne,
        None if plan is None or not np.isfinite(plan.borne) else plan.ecart,
    )


def read_sommet_mo() -> float:
    """The most memory that this process ever held. Not `getrusage`, which starts from that of the parent process."""
    lignes = Path("/proc/self/status").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmHWM:")) / KO_PAR_MO


def solve(probleme: Instance | InstanceTemps, cas: Cas, temps_max_s: float) -> Plan:
    """Our plan."""
    regles = Regles(cas.sites)
    if isinstance(probleme, Instance):
        if cas.objectif == "courbe":
            courbe = compute_courbe(probleme, Regles(), cas.sites, temps_max_s=temps_max_s)
            return max(courbe, key=lambda plan: plan.ecart)
        return solve_couverture(probleme, regles, temps_max_s=temps_max_s)
    resoudre = solve_mediane if cas.objectif == "mediane" else solve_centre
    return resoudre(probleme, regles, temps_max_s=temps_max_s)


def import_spopt() -> tuple[Any, Any]:
    """(spopt.locate, pulp); raises SystemExit, which says how to install them."""
    try:
        locate, pulp = import_module("spopt.locate"), import_module("pulp")
    except ImportError as erreur:
        raise SystemExit("spopt is not installed: pip install spopt==0.7.0 pulp highspy, or --sans-spopt") from erreur
    return locate, pulp


def solve_spopt(probleme: Instance | InstanceTemps, cas: Cas, temps_max_s: float) -> Plan | None:
    """Spopt's plan, valued here, without bound; None when it has none in time."""
    locate, pulp = import_spopt()
    debut_s = time.perf_counter()
    minutes, actuels = build_minutes(probleme)
    # A place of today is a facility that is open already: one stands for all, as near as the nearest.
    ouvert = np.isfinite(actuels).any()
    couts = np.vstack((minutes, actuels)).T if ouvert else minutes.T
    couts = np.where(np.isfinite(couts), couts, 1e4)
    deja = np.append(np.zeros(len(minutes)), 1.0) if ouvert else None
    nombre: dict[str, Any] = {"p_facilities": cas.sites + int(ouvert), "predefined_facilities_arr": deja}
    if isinstance(probleme, Instance):
        modele = locate.MCLP.from_cost_matrix(couts, probleme.poids, 0.5, **nombre)
    elif cas.objectif == "mediane":
        modele = locate.PMedian.from_cost_matrix(couts, probleme.poids, **nombre)
    else:
        modele = locate.PCenter.from_cost_matrix(couts, **nombre)
    resolu = modele.solve(pulp.HiGHS(msg=False, gapRel=0.0, timeLimit=temps_max_s, threads=1), results=False)
    valeurs = [variable.value() for variable in resolu.fac_vars]
    if any(valeur is None for valeur in valeurs):
        return None
    sites = np.flatnonzero(np.array(valeurs, dtype=np.float64)[: len(minutes)] > 0.5)
    objectif = evaluate(probleme, cas, sites)
    return Plan(tuple(int(i) for i in sites), objectif, np.inf, time.perf_counter() - debut_s)


def build_minutes(probleme: Instance | InstanceTemps) -> tuple[Flottants, Flottants]:
    """(m, n) whole table and (n,) of today; for a limit, 0 within it."""
    if isinstance(probleme, Instance):
        minutes = np.where(probleme.portee.toarray() > 0, 0.0, np.inf)
        return minutes, np.where(probleme.servies, 0.0, np.inf)
    minutes = np.full(probleme.temps.shape, np.inf)
    minutes[np.repeat(np.arange(probleme.candidats), np.diff(probleme.temps.indptr)), probleme.temps.indices] = (
        probleme.temps.data
    )
    return minutes, probleme.actuels


def evaluate(probleme: Instance | InstanceTemps, cas: Cas, sites: Entiers) -> float:
    """What a choice of sites is worth."""
    if isinstance(probleme, Instance):
        return probleme.compute_couvert(sites)
    if cas.objectif == "mediane":
        return probleme.compute_total(sites)
    return float(probleme.compute_temps(sites)[probleme.poids > 0].max())


def list_manques(cas: Cas, ours: Mesure, autre: Mesure | None) -> list[str]:
    """The targets that are missed."""
    manques = []
    if ours.ecart:
        manques.append("not proven")
    if cas.cible_s is not None and ours.secondes > cas.cible_s:
        manques.append(f"> {cas.cible_s:g} s")
    if cas.cible_mo is not None and ours.ajoutes_mo > cas.cible_mo:
        manques.append(f"> {cas.cible_mo:g} MB")
    if autre is not None and cas.rapport is not None and autre.secondes < cas.rapport * ours.secondes:
        manques.append(f"< {cas.rapport:g} ×")
    return manques


def build_table(lignes: list[tuple[Cas, Mesure, Mesure | None]]) -> Table:
    """The table, ours and theirs side by side."""
    table = Table(title=f"Plans on real communes, {RAYON_KM:g} km or minutes by road")
    for colonne in (
        "case",
        "objective",
        "from",
        "sites",
        "candidates",
        "pairs",
        "s (cpu)",
        "MB (added)",
        "value",
        "gap",
    ):
        table.add_column(colonne, justify="left" if colonne in {"case", "objective", "from"} else "right")
    for colonne in ("spopt s", "spopt MB", "spopt value", "ratio", "missed"):
        table.add_column(colonne, justify="right")
    for cas, ours, autre in lignes:
        eux = ["–"] * 4
        if autre is not None:
            valeur = "none" if autre.objectif is None else f"{autre.objectif:,.2f}"
            eux = [f"{autre.secondes:.2f}", f"{autre.sommet_mo:.0f}", valeur, f"{autre.secondes / ours.secondes:.0f}"]
        table.add_row(
            cas.nom,
            cas.objectif,
            cas.depart,
            str(cas.sites),
            f"{ours.candidats:,}",
            f"{ours.paires:,}",
            f"{ours.secondes:.3f} ({ours.processeur_s:.3f})",
            f"{ours.sommet_mo:.0f} ({ours.ajoutes_mo:.0f})",
            "–" if ours.objectif is None else f"{ours.objectif:,.2f}",
            "–" if ours.ecart is None else f"{ours.ecart:.1e}",
            *eux,
            ", ".join(list_manques(cas, ours, autre)) or "–",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
