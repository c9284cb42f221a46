"""The outbox: nothing lost, nothing twice, and nothing of the person once it is sent."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, Text, cast, create_engine, literal_column, select, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from tests.factories.smtp import Boite, open_smtp
from tests.integration.core.expediteur import SECRET, build_expedition, send_all
from tests.integration.core.ouvrier_lent import LENTE
from tierslieux.config import RACINE
from tierslieux.core import courriels, taches
from tierslieux.core.courriels import ESSAIS_MAX, Courriel, EtatCourriel
from tierslieux.core.db import session_factory, transaction
from tierslieux.core.expedition import Chiffrement, Expedition, Smtp

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HEURE = dt.timedelta(hours=1)
ADRESSE = "zqxmarque@exemple.fr"
SUJET = "Zqxsujet"
CORPS = "Zqxcorps\n"
MARQUES = ("zqxmarque", "zqxsujet", "zqxcorps")

# Of processes killed at random moments; each leaves one mail cut off at most.
ARRETS = 20
LETTRES = 30


@pytest.fixture
def boite() -> Iterator[Boite]:
    with open_smtp() as ouverte:
        yield ouverte


@pytest.fixture
def expedition(boite: Boite, tmp_path: Path) -> Expedition:
    return build_expedition(boite.port, tmp_path)


def queue(session: Session, **suite: object) -> int:
    return courriels.queue(session, Courriel(ADRESSE, SUJET, CORPS, "essai"), now=NOW, **suite)


def find(session: Session, numero: int) -> dict[str, object]:
    # Sessions of a test stand in one transaction, each in a savepoint: one left open would take the others' work away.
    session.commit()
    table = courriels.CourrielSortant.__table__
    rangee = dict(session.execute(select(table).where(table.c.id == numero)).one()._mapping)
    session.commit()
    return rangee


def list_jobs(session: Session) -> list[tuple[str, dt.datetime | None]]:
    rangees = session.execute(
        text("SELECT queue_name, scheduled_at FROM procrastinate.procrastinate_jobs WHERE task_name = :t ORDER BY id"),
        {"t": courriels.ENVOYER},
    )
    jobs = [(rangee.queue_name, rangee.scheduled_at) for rangee in rangees]
    session.commit()
    return jobs


def search_tables(session: Session, marque: str) -> list[str]:
    """Names of the tables of every schema that hold this word somewhere."""
    connexion = session.connection()
    trouvees = []
    for schema in ("public", "procrastinate"):
        meta = MetaData()
        meta.reflect(connexion, schema=schema, only=lambda nom, _: nom != "spatial_ref_sys")
        for table in meta.sorted_tables:
            ligne = cast(literal_column(f'"{table.name}".*::text'), Text)
            if session.execute(select(1).select_from(table).where(ligne.ilike(f"%{marque}%")).limit(1)).first():
                trouvees.append(table.name)
    session.commit()
    return trouvees


def test_a_mail_is_queued_with_what_it_tells_or_not_at_all(fabrique: sessionmaker[Session], session: Session) -> None:
    with fabrique() as autre:
        queue(autre)
        autre.rollback()
    assert courriels.list_recents(session) == []
    assert list_jobs(session) == []
    queue(session)
    assert [(r.genre, r.etat, r.essais) for r in courriels.list_recents(session)] == [("essai", "attente", 0)]
    assert list_jobs(session) == [("vite", None)]


def test_once_sent_nothing_of_the_person_is_left(
    fabrique: sessionmaker[Session], session: Session, expedition: Expedition, boite: Boite
) -> None:
    numero = queue(session)
    session.commit()
    assert search_tables(session, MARQUES[0]) == ["courriel_sortant"]
    assert courriels.send(fabrique, expedition, numero, now=NOW + MINUTE) is EtatCourriel.ENVOYE
    ((a, message),) = boite.recus
    assert (a, message["Subject"], message.get_content().strip()) == (ADRESSE, SUJET, CORPS.strip())
    assert [table for marque in MARQUES for table in search_tables(session, marque)] == []
    envoye = find(session, numero)
    assert (envoye["genre"], envoye["etat"], envoye["essais"], envoye["fini_at"]) == (
        "essai",
        "envoye",
        1,
        NOW + MINUTE,
    )
    assert envoye["empreinte"] == courriels.digest_adresse(ADRESSE, SECRET)
    # A second job for the same mail has nothing to do.
    assert courriels.send(fabrique, expedition, numero, now=NOW + HEURE) is None
    assert len(boite.recus) == 1


def test_a_mail_leaves_neither_before_its_time_nor_after(
    fabrique: sessionmaker[Session], session: Session, expedition: Expedition, boite: Boite
) -> None:
    demain = NOW + 24 * HEURE
    plus_tard = queue(session, au_plus_tot=demain)
    perime = queue(session, perime_at=NOW + 10 * MINUTE)
    session.commit()
    assert list_jobs(session) == [("vite", demain), ("vite", None)]
    assert courriels.send_pending(fabrique, expedition, now=NOW + 10 * MINUTE) == {EtatCourriel.ECHEC: 1}
    assert find(session, perime)["erreur"] == "perime"
    assert find(session, perime)["corps"] is None
    assert courriels.send_pending(fabrique, expedition, now=demain) == {EtatCourriel.ENVOYE: 1}
    assert find(session, plus_tard)["etat"] == "envoye"
    assert len(boite.recus) == 1


def test_a_server_that_fails_is_tried_again_a_few_times(
    fabrique: sessionmaker[Session], session: Session, expedition: Expedition, boite: Boite
) -> None:
    numero = queue(session)
    session.commit()
    boite.refus["RCPT"] = "451 later"
    now = NOW
    attentes = []
    for _ in range(ESSAIS_MAX - 1):
        assert courriels.send(fabrique, expedition, numero, now=now) is EtatCourriel.ATTENTE
        prochain_at = find(session, numero)["prochain_at"]
        assert list_jobs(session)[-1] == ("vite", prochain_at)
        attentes.append((prochain_at - now) // MINUTE)
        # A job that comes too early queues itself again and sends nothing.
        assert courriels.send(fabrique, expedition, numero, now=prochain_at - dt.timedelta(seconds=1)) is None
        assert list_jobs(session)[-1] == ("vite", prochain_at)
        now = prochain_at
    assert attentes == [1, 5, 30, 180]
    assert courriels.send(fabrique, expedition, numero, now=now) is EtatCourriel.ECHEC
    echec = find(session, numero)
    assert (echec["etat"], echec["essais"], echec["erreur"]) == ("echec", 5, "recipient_451")
    # Kept for the one who mends the sending, for a week.
    boite.refus.clear()
    with transaction(session):
        assert courriels.retry(session, now=now) == 1
    assert courriels.send(fabrique, expedition, numero, now=now) is EtatCourriel.ENVOYE
    assert search_tables(session, MARQUES[2]) == []


def test_the_text_of_a_failure_is_kept_a_week_and_its_row_half_a_year(
    fabrique: sessionmaker[Session], session: Session, expedition: Expedition, boite: Boite
) -> None:
    numero = queue(session)
    session.commit()
    boite.refus["MAIL"] = "421 closed"
    for rang in range(ESSAIS_MAX):
        courriels.send(fabrique, expedition, numero, now=NOW + rang * 4 * HEURE)
    fini_at = NOW + (ESSAIS_MAX - 1) * 4 * HEURE
    for jours, texte in ((6, CORPS), (8, None)):
        with transaction(session):
            assert courriels.purge(session, now=fini_at + dt.timedelta(days=jours)) == 0
        assert find(session, numero)["corps"] == texte
    with transaction(session):
        assert courriels.purge(session, now=fini_at + dt.timedelta(days=181)) == 1


@pytest.mark.parametrize("refus", [{"RCPT": "550 unknown"}, {"DATA": "554 no"}])
def test_a_refusal_for_good_is_not_tried_again(
    fabrique: sessionmaker[Session], session: Session, expedition: Expedition, boite: Boite, refus: dict[str, str]
) -> None:
    numero = queue(session)
    session.commit()
    boite.refus.update(refus)
    assert courriels.send(fabrique, expedition, numero, now=NOW) is EtatCourriel.ECHEC
    assert find(session, numero)["destinataire"] is None


def test_no_password_leaves_without_encryption(fabrique: sessionmaker[Session], session: Session, boite: Boite) -> None:
    numero = queue(session)
    session.commit()
    serveur = Smtp("127.0.0.1", boite.port, Chiffrement.STARTTLS, "compte", "motdepasse", delai_s=5.0)
    expedition = Expedition("carte@exemple.fr", serveur, SECRET)
    # The server offers no encryption: nothing more is said to it.
    assert courriels.send(fabrique, expedition, numero, now=NOW) is EtatCourriel.ATTENTE
    assert [commande[:4].upper() for commande in boite.commandes] == ["EHLO"]


def test_a_closed_server_loses_nothing(fabrique: sessionmaker[Session], session: Session, tmp_path: Path) -> None:
    numero = queue(session)
    session.commit()
    assert courriels.send(fabrique, build_expedition(1, tmp_path), numero, now=NOW) is EtatCourriel.ATTENTE
    assert find(session, numero)["corps"] == CORPS


def test_no_word_of_a_mail_is_logged(
    fabrique: sessionmaker[Session],
    session: Session,
    expedition: Expedition,
    boite: Boite,
    caplog: pytest.LogCaptureFixture,
) -> None:
    numero = queue(session)
    session.commit()
    boite.refus["RCPT"] = f"451 <{ADRESSE}> later"
    caplog.set_level("DEBUG")
    for rang in range(2):
        courriels.send(fabrique, expedition, numero, now=NOW + rang * HEURE)
        boite.refus.clear()
    assert [enregistrement.levelname for enregistrement in caplog.records if "mail" in enregistrement.message]
    assert [marque for marque in MARQUES if marque in caplog.text.lower()] == []


def test_an_address_can_be_forgotten(
    fabrique: sessionmaker[Session], session: Session, expedition: Expedition, boite: Boite
) -> None:
    envoye, attend = queue(session), queue(session, au_plus_tot=NOW + HEURE)
    autre = courriels.queue(session, Courriel("autre@exemple.fr", "Bonjour", "Bonjour", "essai"), now=NOW)
    session.commit()
    courriels.send(fabrique, expedition, envoye, now=NOW)
    with transaction(session):
        assert courriels.forget(session, ADRESSE.upper(), secret=SECRET) == 2
    assert find(session, envoye)["empreinte"] is None
    assert find(session, autre)["destinataire"] == "autre@exemple.fr"
    assert [r.id for r in courriels.list_recents(session)] == [autre, envoye]
    # The job of the one that waited finds nothing.
    assert courriels.send(fabrique, expedition, attend, now=NOW + HEURE) is None
    assert len(boite.recus) == 1


def test_several_processes_at_once_send_each_mail_once(base_neuve: str, boite: Boite, tmp_path: Path) -> None:
    engine = create_engine(base_neuve, poolclass=NullPool)
    fabrique = session_factory(engine)
    with fabrique() as session, transaction(session):
        for _ in range(LETTRES):
            queue(session)
    boite.lenteur_s = 0.001
    fils = [
        threading.Thread(target=send_all, args=(base_neuve, boite.port, tmp_path, NOW + rang * HEURE))
        for rang in range(4)
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert sorted(Counter(boite.list_message_ids()).values()) == [1] * LETTRES


@pytest.mark.parametrize("par_smtp", [True, False], ids=["smtp", "files"])
def test_killed_at_any_moment_no_mail_is_lost(base_neuve: str, boite: Boite, tmp_path: Path, *, par_smtp: bool) -> None:
    """Twice only what the other server had taken when the process died, under the same Message-ID; files never."""
    engine = create_engine(base_neuve, poolclass=NullPool)
    fabrique = session_factory(engine)
    with fabrique() as session, transaction(session):
        for _ in range(LETTRES):
            queue(session)
    boite.lenteur_s = 0.002
    port = boite.port if par_smtp else None
    contexte = multiprocessing.get_context("forkserver")
    contexte.set_forkserver_preload(["tests.integration.core.expediteur"])
    graine = random.SystemRandom().randrange(2**32)
    hasard = random.Random(graine)  # noqa: S311  (moments to kill at, told when the test fails)
    now, arrets = NOW, 0
    for _ in range(ARRETS // 2):
        now += HEURE
        processus = contexte.Process(target=send_all, args=(base_neuve, port, tmp_path / "courriels", now))
        processus.start()
        processus.join(hasard.uniform(0.02, 0.12))
        arrets += processus.exitcode is None
        processus.kill()
        processus.join()
    send_all(base_neuve, port, tmp_path / "courriels", now + 12 * HEURE)
    with fabrique() as session:
        assert courriels.count_etats(session) == {"envoye": LETTRES}, graine
        assert search_tables(session, MARQUES[0]) == []
        cles = set(session.execute(select(courriels.CourrielSortant.cle)).scalars())
    engine.dispose()
    if par_smtp:
        envois = Counter(boite.list_message_ids())
        assert set(envois) == {f"<{cle}@exemple.fr>" for cle in cles}, graine
        assert envois.total() - LETTRES <= arrets, graine
    else:
        noms = [fichier.name for fichier in (tmp_path / "courriels").iterdir()]
        fichiers = [nom for nom in noms if nom.endswith(".eml")]
        assert sorted(nom.split("-")[-1].removesuffix(".eml") for nom in fichiers) == sorted(cles), graine
        # A file cut off in the middle has no name of a mail.
        assert all(nom.startswith(".") for nom in set(noms) - set(fichiers))


def test_a_mail_does_not_wait_for_a_long_job(base_neuve: str, tmp_path: Path) -> None:
    engine: Engine = create_engine(base_neuve, poolclass=NullPool)
    fabrique = session_factory(engine)
    with fabrique() as session, transaction(session):
        lente = taches.defer(session, LENTE)
    journal = (tmp_path / "worker.log").open("w")
    commande = [sys.executable, "-m", "tests.integration.core.ouvrier_lent", base_neuve, str(tmp_path)]
    worker = subprocess.Popen(commande, cwd=RACINE, stdout=journal, stderr=journal)
    try:
        wait_for(tmp_path / "commence", "")
        with fabrique() as session, transaction(session):
            queue(session)
        wait_for(tmp_path / "courriels", "*.eml")
        with fabrique() as session:
            assert taches.list_etats(session, [lente])[lente].etat == "doing"
        (tmp_path / "fini").touch()
    finally:
        worker.terminate()
        fin = worker.wait(20)
        journal.close()
    assert fin == 0, (tmp_path / "worker.log").read_text(encoding="utf-8")


def wait_for(chemin: Path, motif: str, duree_max_s: float = 40.0) -> None:
    fin = time.monotonic() + duree_max_s
    while not (list(chemin.glob(motif)) if motif else chemin.exists()):
        assert time.monotonic() < fin, f"{chemin.name} does not appear"
        time.sleep(0.02)
