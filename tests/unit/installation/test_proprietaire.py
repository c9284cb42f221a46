import os
import stat

import pytest

from tierslieux.installation.proprietaire import ClusterError, Compte, is_reachable, make_private

MOI = Compte(os.geteuid(), os.getegid(), "moi")


def test_a_folder_is_made_for_its_owner_alone(tmp_path):
    make_private(tmp_path / "a", MOI)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    (tmp_path / "a").chmod(0o755)
    make_private(tmp_path / "a", MOI)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_link_laid_in_its_place_is_refused(tmp_path):
    (tmp_path / "cible").mkdir()
    (tmp_path / "a").symlink_to(tmp_path / "cible")
    with pytest.raises(ClusterError, match="somebody else"):
        make_private(tmp_path / "a", MOI)


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(ClusterError):
        make_private(tmp_path / "a", MOI)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of another user")
def test_a_folder_of_another_user_is_refused(tmp_path):
    (tmp_path / "a").mkdir()
    os.chown(tmp_path / "a", 4242, 4242)
    with pytest.raises(ClusterError, match="somebody else"):
        make_private(tmp_path / "a", Compte(4243, 4243, "autre"))


def test_a_closed_folder_above_is_seen(tmp_path):
    (tmp_path / "ferme/x").mkdir(parents=True)
    (tmp_path / "ferme").chmod(0o700)
    assert not is_reachable(tmp_path / "ferme/x", Compte(MOI.uid + 4242, MOI.gid + 4242, "autre"))
    assert is_reachable(tmp_path / "ferme/x", MOI)
