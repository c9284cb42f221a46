"""The states of a given file: who may change them, and what the jobs make of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from procrastinate.exceptions import JobAborted
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from tests.conftest import build_settings
from tests.factories.depots import NOW, do_job, make_depot, set_job
from tests.factories.imports import REFERENTIEL
from tests.integration.imports.conftest import write_lieux
from tierslieux.config import Settings
from tierslieux.core import taches as file
from tierslieux.imports import services
from tierslieux.imports.apercu import Sort
from tierslieux.imports.depots import depots, taches, traitements
from tierslieux.imports.depots.depots import AccordError, EtatDepot, EtatError
from tierslieux.imports.models import Depot, LigneApercu
from tierslieux.lieux.models import Execution, Lieu, Source

Faire = Callable[..., None]

PLUS_TARD = NOW + dt.timedelta(minutes=5)
NOMS = (
    "Kerboulou",
    "Fatimziri",
    "Dosnaplé",
    "Vugrémot",
    "Zébulaire",
    "Moltanric",
    "Pirsadoc",
    "Gontrébul",
    "Lavosti",
    "Nurbéga",
)


@pytest.fixture(autouse=True)
def _petit_referentiel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "load_communes", lambda _: REFERENTIEL)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return build_settings("postgresql://x/x", tmp_path)


@pytest.fixture
def faire(fabrique: sessionmaker[Session], settings: Settings) -> Faire:
    """Do the job that a depot waits for."""
    return lambda cle, **options: do_job(fabrique, settings, cle, **options)


@pytest.fixture
def contenu(tmp_path: Path) -> Callable[..., bytes]:
    """A file of places that do not look alike, by their numbers; one more row without a name if asked."""

    def ecrire(numeros: range, *, rejet: bool = False, **champs: Any) -> bytes:
        lignes: list[dict[str, Any]] = [
            {"id": str(n), "nom": NOMS[n], "adresse": f"{n} rue {NOMS[-n]}", "latitude": str(48.37 + n / 100)} | champs
            for n in numeros
        ]
        if rejet:
            lignes.append({"id": "sans-nom", "nom": ""})
        return write_lieux(tmp_path / "lieux.csv", lignes).read_bytes()

    return ecrire


@pytest.fixture
def preparer(fabrique: sessionmaker[Session], faire: Faire) -> Callable[[bytes], str]:
    """Give a file and have it read; the key of its depot."""

    def donner(corps: bytes) -> str:
        with fabrique() as session:
            cle = make_depot(session, corps).cle
            depots.start_lecture(session, cle, now=NOW)
            session.commit()
        faire(cle)
        return cle

    return donner


def get(session: Session, cle: str) -> Depot:
    session.expire_all()
    return depots.get_depot(session, cle)


def apply(session: Session, cle: str, **options: Any) -> Depot:
    vu = depots.get_version(get(session, cle))
    depot = depots.start_application(session, cle, vu=options.pop("vu", vu), now=PLUS_TARD, **options)
    session.commit()
    return depot


def count_lieux(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Lieu)) or 0


def test_read_previewed_applied(session: Session, faire: Faire, contenu: Any, preparer: Any) -> None:
    cle = preparer(contenu(range(3), rejet=True))
    depot = get(session, cle)
    assert depot.etat == EtatDepot.APERCU
    assert depot.resume is not None
    assert {c: depot.resume[c] for c in ("lues", "creees", "modifiees", "inchangees", "fusionnees")} == {
        "lues": 4,
        "creees": 3,
        "modifiees": 0,
        "inchangees": 0,
        "fusionnees": 0,
    }
    assert depot.resume["rejets_par_code"] == {"NOM_MANQUANT": 1}
    assert depots.count_lignes(session, depot) == {"creee": 3, "rejetee": 1}
    assert [ligne.nom for ligne in depots.list_lignes(session, depot, Sort.CREEE, page=1)] == list(NOMS[:3])
    assert depots.list_lignes(session, depot, Sort.CREEE, page=2) == []
    assert [ligne.ligne for ligne in depots.list_rejetees(session, depot)] == [5]
    assert count_lieux(session) == 0

    apply(session, cle)
    faire(cle)
    depot = get(session, cle)
    assert depot.etat == EtatDepot.APPLIQUE
    assert depot.execution_id == session.scalar(select(func.max(Execution.id)))
    assert count_lieux(session) == 3


def test_the_same_job_done_twice_does_nothing_the_second_time(
    session: Session, faire: Faire, contenu: Any, preparer: Any
) -> None:
    """What happens when a worker dies between the commit and telling the queue."""
    cle = preparer(contenu(range(3)))
    apply(session, cle)
    faire(cle)
    executions = session.scalar(select(func.count()).select_from(Execution))
    faire(cle)
    assert session.scalar(select(func.count()).select_from(Execution)) == executions
    assert get(session, cle).etat == EtatDepot.APPLIQUE


def test_two_workers_that_do_one_job_write_it_once(
    session: Session, faire: Faire, contenu: Any, preparer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first was taken for dead: it goes on, and ends while the second is at work."""
    cle = preparer(contenu(range(3)))
    apply(session, cle)
    vrai = traitements.record_application
    seul = [True]

    def double(ouverte: Session, depot: Depot, execution_id: int, *, now: dt.datetime) -> bool:
        if seul.pop() if seul else False:
            # The other one ends first.
            vrai(ouverte, depot, execution_id, now=now)
        return vrai(ouverte, depot, execution_id, now=now)

    monkeypatch.setattr(traitements, "record_application", double)
    faire(cle)
    # This one found the depot applied: everything that it did was rolled back.
    assert count_lieux(session) == 0


def test_an_application_cannot_be_asked_twice(session: Session, contenu: Any, preparer: Any) -> None:
    cle = preparer(contenu(range(3)))
    vu = depots.get_version(get(session, cle))
    apply(session, cle)
    with pytest.raises(EtatError):
        apply(session, cle, vu=vu)
    jobs = session.scalar(
        text("SELECT count(*) AS n FROM procrastinate.procrastinate_jobs WHERE task_name = :t"), {"t": depots.APPLIQUER}
    )
    assert jobs == 1


def test_a_preview_that_was_made_again_in_another_tab_is_not_applied_blindly(
    session: Session, faire: Faire, contenu: Any, preparer: Any
) -> None:
    cle = preparer(contenu(range(3)))
    vu = depots.get_version(get(session, cle))
    depots.start_lecture(session, cle, now=PLUS_TARD)
    session.commit()
    faire(cle)
    with pytest.raises(EtatError):
        apply(session, cle, vu=vu)


def test_a_preview_that_another_import_has_overtaken_must_be_read_again(
    session: Session, faire: Faire, contenu: Any, preparer: Any
) -> None:
    premier, second = preparer(contenu(range(3))), preparer(contenu(range(4)))
    apply(session, second)
    faire(second)
    with pytest.raises(EtatError, match="Un autre import de la même source"):
        apply(session, premier)


def test_a_large_loss_must_be_accepted(session: Session, faire: Faire, contenu: Any, preparer: Any) -> None:
    cle = preparer(contenu(range(10)))
    apply(session, cle)
    faire(cle)
    cle = preparer(contenu(range(5)))
    resume = get(session, cle).resume or {}
    assert (resume["disparues"], resume["part_perdue"], resume["demande_accord"]) == (5, 0.5, True)
    with pytest.raises(AccordError):
        apply(session, cle)
    apply(session, cle, accepter_pertes=True)
    faire(cle)
    assert get(session, cle).etat == EtatDepot.APPLIQUE


def test_a_file_that_cannot_be_read_says_why_and_is_kept(session: Session, preparer: Any) -> None:
    cle = preparer(b"un;deux\n1;2\n")
    depot = get(session, cle)
    assert depot.etat == EtatDepot.REFUSE
    assert "colonnes absentes" in (depot.message or "")
    depots.start_lecture(session, cle, now=PLUS_TARD)
    assert get(session, cle).etat == EtatDepot.LECTURE


def test_an_unexpected_error_is_told_and_goes_on_to_the_log(
    session: Session, faire: Faire, contenu: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    cle = make_depot(session, contenu(range(3))).cle
    depots.start_lecture(session, cle, now=NOW)
    session.commit()
    monkeypatch.setattr(services, "preview_import", trip)
    with pytest.raises(ZeroDivisionError):
        faire(cle)
    depot = get(session, cle)
    assert depot.etat == EtatDepot.ECHOUE
    assert "ZeroDivisionError" in (depot.message or "")


@pytest.mark.parametrize("erreur", [JobAborted(), OperationalError("x", {}, Exception())])
def test_what_a_stop_or_a_lost_database_cuts_off_stays_to_be_done(
    session: Session, faire: Faire, contenu: Any, monkeypatch: pytest.MonkeyPatch, erreur: Exception
) -> None:
    def cut(*_args: object, **_kwargs: object) -> None:
        raise erreur

    cle = make_depot(session, contenu(range(3))).cle
    depots.start_lecture(session, cle, now=NOW)
    session.commit()
    monkeypatch.setattr(services, "preview_import", cut)
    with pytest.raises(type(erreur)):
        faire(cle)
    assert get(session, cle).etat == EtatDepot.LECTURE


def test_a_worker_that_is_asked_to_stop_leaves_nothing_half_done(
    session: Session, faire: Faire, contenu: Any, preparer: Any
) -> None:
    cle = preparer(contenu(range(3)))
    apply(session, cle)
    with pytest.raises(JobAborted):
        faire(cle, abort=True)
    assert get(session, cle).etat == EtatDepot.APPLICATION
    assert count_lieux(session) == 0
    faire(cle)
    assert get(session, cle).etat == EtatDepot.APPLIQUE
    assert count_lieux(session) == 3


def test_stopped_before_its_job_begins_it_is_over_at_once(session: Session, contenu: Any, preparer: Any) -> None:
    cle = preparer(contenu(range(3)))
    numero = apply(session, cle).job_id
    depots.stop(session, cle, now=PLUS_TARD)
    depot = get(session, cle)
    assert (depot.etat, depot.message) == (EtatDepot.ANNULE, depots.ARRETE)
    assert numero is not None
    assert file.list_etats(session, [numero])[numero].etat == "cancelled"


def test_stopped_under_way_it_ends_at_the_next_step_and_nothing_has_changed(
    session: Session, faire: Faire, contenu: Any, preparer: Any
) -> None:
    cle = preparer(contenu(range(3)))
    numero = apply(session, cle).job_id
    set_job(session, numero, "doing")
    depots.stop(session, cle, now=PLUS_TARD)
    session.commit()
    assert get(session, cle).arret_demande
    faire(cle)
    depot = get(session, cle)
    assert (depot.etat, depot.message, depot.arret_demande) == (EtatDepot.ANNULE, depots.ARRETE, False)
    assert count_lieux(session) == 0


def test_what_is_applied_cannot_be_stopped_nor_read_again(
    session: Session, faire: Faire, contenu: Any, preparer: Any
) -> None:
    cle = preparer(contenu(range(3)))
    apply(session, cle)
    faire(cle)
    for action in (depots.stop, depots.start_lecture):
        with pytest.raises(EtatError):
            action(session, cle, now=PLUS_TARD)


def test_a_depot_whose_job_is_no_more_says_so(session: Session, contenu: Any, preparer: Any) -> None:
    perdu, interrompu, attend = preparer(contenu(range(3))), preparer(contenu(range(3))), preparer(contenu(range(3)))
    numeros = [apply(session, cle).job_id for cle in (perdu, interrompu, attend)]
    set_job(session, numeros[0], "failed")
    set_job(session, numeros[1], "failed", file.REPRISES_MAX + 1)
    assert traitements.close_abandons(session, now=PLUS_TARD) == 2
    assert (get(session, perdu).etat, get(session, perdu).message) == (EtatDepot.ECHOUE, traitements.PERDU)
    assert (get(session, interrompu).etat, get(session, interrompu).message) == (
        EtatDepot.ECHOUE,
        traitements.INTERROMPU,
    )
    assert get(session, attend).etat == EtatDepot.ATTENTE


def test_progress_is_written_at_most_twice_a_second_and_each_stage_at_once(
    session: Session, fabrique: sessionmaker[Session], contenu: Any, preparer: Any
) -> None:
    depot = get(session, preparer(contenu(range(3))))
    apply(session, depot.cle)
    suivi = taches.Suivi(fabrique, depot.id, lambda: False)
    for fait in range(1, 2_000):
        suivi("Import demonstration", fait, None)
    progression = get(session, depot.cle).progression or {}
    assert (progression["etape"], progression["total"]) == ("Import demonstration", None)
    assert progression["fait"] < 1_500
    suivi("Map demonstration", 0, None)
    assert (get(session, depot.cle).progression or {})["etape"] == "Map demonstration"


def test_progress_that_cannot_be_written_does_not_stop_the_job() -> None:
    def lost() -> Session:
        raise OperationalError("x", {}, Exception())

    taches.Suivi(lost, 1, lambda: False)("Import", 1, None)  # type: ignore[arg-type]


def test_a_new_source_is_kept_with_the_declaration_of_its_columns(session: Session, faire: Faire) -> None:
    declaration = {
        "id": "essai",
        "libelle": "Lieux d’essai",
        "producteur": "Pays d’essai",
        "licence": "Licence Ouverte 2.0",
        "edition": "22 novembre 2026",
        "cadence": "ponctuelle",
        "confiance": 50,
        "colonnes": {"identifiant": "Réf", "nom": "Lieu", "commune_code": "INSEE"},
    }
    corps = "Réf;Lieu;INSEE\n1;Kerboulou;29019\n2;Fatimziri;29019\n".encode()
    cle = make_depot(session, corps, source_id="essai", correspondance=declaration).cle
    depots.start_lecture(session, cle, now=NOW)
    session.commit()
    faire(cle)
    assert get(session, cle).etat == EtatDepot.APERCU, get(session, cle).message
    assert session.get(Source, "essai") is None
    apply(session, cle)
    faire(cle)
    source = session.get(Source, "essai")
    assert source is not None
    assert source.correspondance == declaration
    # Its next file needs nothing: the declaration is found again.
    assert services.find_source(session, "essai").libelle == "Lieux d’essai"


@pytest.mark.parametrize(
    ("libelle", "pris", "attendu"),
    [
        ("Lieux du Trégor", (), "lieux-du-tregor"),
        ("Lieux du Trégor", ("lieux-du-tregor", "lieux-du-tregor-2"), "lieux-du-tregor-3"),
        ("🦆", (), "source"),
        ("A" * 60, (), "a" * 40),
    ],
)
def test_a_new_source_has_an_id_of_its_own(libelle: str, pris: tuple[str, ...], attendu: str) -> None:
    assert depots.build_source_id(libelle, pris) == attendu


def test_old_files_are_forgotten_and_what_they_did_is_not(session: Session, contenu: Any, preparer: Any) -> None:
    vieux, attend = preparer(contenu(range(3))), preparer(contenu(range(3)))
    apply(session, attend)
    session.execute(text("UPDATE depot SET modifie_at = :date"), {"date": NOW - dt.timedelta(days=31)})
    assert traitements.purge(session, now=NOW) == 1
    depot = get(session, vieux)
    assert depots.is_efface(session, depot)
    assert (depot.resume or {})["creees"] == 3
    assert "proposition" not in (depot.resume or {})
    assert session.scalar(select(func.count()).where(LigneApercu.depot_id == depot.id)) == 0
    with pytest.raises(EtatError, match="effacé"):
        depots.start_lecture(session, vieux, now=NOW)
    assert not depots.is_efface(session, get(session, attend))
