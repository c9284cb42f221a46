import stat
from concurrent.futures import ThreadPoolExecutor

from tierslieux.config import LONGUEUR_SECRET_MIN, is_weak_secret
from tierslieux.installation.secret import ensure_secret


def test_it_is_long_private_and_kept(tmp_path):
    fichier = ensure_secret(tmp_path / "var")
    secret = fichier.read_text(encoding="ascii").strip()
    assert len(secret) >= LONGUEUR_SECRET_MIN
    assert not is_weak_secret(secret)
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    assert ensure_secret(tmp_path / "var").read_text(encoding="ascii").strip() == secret


def test_two_installations_differ(tmp_path):
    assert ensure_secret(tmp_path / "a").read_text() != ensure_secret(tmp_path / "b").read_text()


def test_first_runs_at_once_share_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        lus = set(pool.map(lambda _: ensure_secret(tmp_path).read_text(), range(8)))
    assert len(lus) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]
