"""The private cluster, for real: its own folders, its own server, whatever kills it."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tierslieux.installation import cluster
from tierslieux.installation.proprietaire import ClusterError
from tierslieux.installation.serveur import list_processes, wait_until

RACINE = Path(__file__).resolve().parents[3]
PROGRAMME = """
import sys
from pathlib import Path
from tierslieux.installation import cluster
print(cluster.ensure_running(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    """Under pytest's folder, which is 0700: the system user `postgres` cannot reach it when the tests run as root."""
    dossier = tmp_path_factory.mktemp("grappe") / "var"
    yield dossier
    cluster.stop(dossier)


@pytest.fixture
def url(var_dir):
    return cluster.ensure_running(var_dir)


def _connect(url):
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _ask(url, requete):
    with _connect(url) as connexion:
        return connexion.execute(requete).fetchone()[0]


def test_it_serves_a_database_in_utf8_to_its_superuser(url):
    assert _ask(url, "SELECT current_database()") == "tierslieux"
    assert _ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True
    assert _ask(url, "SHOW server_encoding") == "UTF8"
    assert _ask(url, "SHOW timezone") == "UTC"


def test_it_opens_no_tcp_port_and_its_socket_is_private(url, var_dir):
    assert _ask(url, "SHOW listen_addresses") == ""
    dossier = cluster.status(var_dir).socket_dir
    assert dossier.stat().st_mode & 0o077 == 0
    assert (dossier / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0


def test_postgis_can_be_created(url):
    with _connect(url) as connexion:
        connexion.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    assert _ask(url, "SELECT ST_X(ST_MakePoint(2, 48))") == 2


def test_a_second_call_starts_nothing(url, var_dir):
    pid = cluster.status(var_dir).pid
    debut_s = time.monotonic()
    assert cluster.ensure_running(var_dir) == url
    assert time.monotonic() - debut_s < 1
    assert cluster.status(var_dir).pid == pid


def test_stopped_it_starts_again_with_its_data(url, var_dir):
    with _connect(url) as connexion:
        connexion.execute("CREATE TABLE IF NOT EXISTS garde (n integer)")
    assert cluster.stop(var_dir) is True
    assert cluster.stop(var_dir) is False
    assert cluster.status(var_dir).etat == "stopped"
    assert _ask(cluster.ensure_running(var_dir), "SELECT count(*) FROM garde") == 0


def test_an_engine_starts_it_at_its_first_connection_and_only_then(tmp_path):
    dossier = tmp_path / "var"
    engine = create_engine(cluster.URL_SANS_ADRESSE, poolclass=NullPool)
    cluster.start_on_first_use(engine, dossier)
    assert cluster.status(dossier).etat == "absent"
    try:
        engine.connect().close()
        assert cluster.status(dossier).etat == "ready"
        cluster.stop(dossier)
        with pytest.raises(OperationalError):
            engine.connect()
        assert cluster.status(dossier).etat == "stopped"
    finally:
        cluster.stop(dossier)


def test_killed_under_load_it_comes_back_with_what_was_committed(url, var_dir):
    with _connect(url) as connexion:
        connexion.execute("CREATE TABLE IF NOT EXISTS coup (n integer)")
        connexion.execute("TRUNCATE coup")
        connexion.execute("INSERT INTO coup SELECT generate_series(1, 1000)")
    occupee = _connect(url)
    # A backend that computes does not notice at once that its postmaster is gone.
    occupee.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 30000000)")
    ancien = cluster.status(var_dir).pid
    os.kill(ancien, signal.SIGKILL)
    assert _ask(cluster.ensure_running(var_dir), "SELECT count(*) FROM coup") == 1000
    assert cluster.status(var_dir).pid != ancien
    occupee.close()


def test_a_leftover_pid_of_another_program_is_seen_through(url, var_dir):
    assert url
    cluster.stop(var_dir)
    reste = var_dir / "postgresql/data/postmaster.pid"
    reste.write_text(f"{os.getpid()}\n{reste.parent}\n1\n5432\n/nowhere\n\n1 2\nready\n", encoding="ascii")
    assert cluster.status(var_dir).etat == "stopped"
    assert _ask(cluster.ensure_running(var_dir), "SELECT 1") == 1


def test_a_folder_deleted_under_the_running_server_is_made_anew(tmp_path):
    dossier = tmp_path / "var"
    cluster.ensure_running(dossier)
    ancien = cluster.status(dossier).pid
    shutil.rmtree(dossier)
    try:
        assert _ask(cluster.ensure_running(dossier), "SELECT 1") == 1
        # The old server would delete the new one's socket when it notices that its files are gone.
        assert not Path(f"/proc/{ancien}/exe").exists()
        assert (cluster.status(dossier).socket_dir / ".s.PGSQL.5432").exists()
    finally:
        cluster.stop(dossier)


def test_a_deleted_socket_is_made_again(url, var_dir):
    assert url
    (cluster.status(var_dir).socket_dir / ".s.PGSQL.5432").unlink()
    assert _ask(cluster.ensure_running(var_dir), "SELECT 1") == 1


def test_an_interrupted_creation_is_done_again(tmp_path):
    brouillon = tmp_path / "var/postgresql/data.new"
    brouillon.mkdir(parents=True)
    (brouillon / "PG_VERSION").write_text("15\n", encoding="ascii")
    try:
        assert _ask(cluster.ensure_running(tmp_path / "var"), "SELECT 1") == 1
        assert not brouillon.exists()
    finally:
        cluster.stop(tmp_path / "var")


def test_starts_at_once_make_one_cluster(tmp_path):
    commande = [sys.executable, "-c", PROGRAMME, str(tmp_path / "var")]
    lances = [subprocess.Popen(commande, cwd=RACINE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    try:
        sorties = [lance.communicate(timeout=120)[0] for lance in lances]
        assert [lance.returncode for lance in lances] == [0, 0, 0]
        assert len(set(sorties)) == 1
        assert _ask(sorties[0].strip(), "SELECT 1") == 1
    finally:
        cluster.stop(tmp_path / "var")


def test_a_folder_too_deep_for_a_socket_gets_one_elsewhere(tmp_path):
    # 107 bytes is the limit of a socket's path; é takes two.
    profond = tmp_path / ("é" * 60) / "avec, virgule" / "var"
    try:
        assert _ask(cluster.ensure_running(profond), "SELECT 1") == 1
        dossier = cluster.status(profond).socket_dir
        assert dossier.parent == Path("/tmp")  # noqa: S108 - where it must be
        assert dossier.stat().st_mode & 0o077 == 0
    finally:
        cluster.stop(profond)
    # Nothing is left behind in a folder that everybody shares.
    assert not dossier.exists()


def test_somebody_elses_folder_in_tmp_is_refused(tmp_path):
    profond = tmp_path / ("x" * 100) / "var"
    dossier = Path(cluster.url(profond).partition("?host=")[2])
    dossier.symlink_to(tmp_path)
    try:
        with pytest.raises(ClusterError, match="somebody else"):
            cluster.ensure_running(profond)
    finally:
        dossier.unlink()


def find_owner(pid):
    """The user that a process runs as; None for one of the server's short-lived ones that has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except FileNotFoundError:
        return None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a cluster as another user")
def test_root_runs_the_server_as_the_owner_of_its_files(url, var_dir):
    assert url
    attendu = pwd.getpwnam("postgres").pw_uid
    assert {find_owner(pid) for pid in list_processes(var_dir / "postgresql/data")} - {None} == {attendu}
    assert (var_dir / "postgresql").stat().st_uid == attendu


def test_no_process_is_left_after_a_stop(url, var_dir):
    assert url
    cluster.stop(var_dir)
    assert wait_until(lambda: not list_processes(var_dir / "postgresql/data"), 5)
