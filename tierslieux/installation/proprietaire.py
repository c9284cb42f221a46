"""Whose cluster it is: the system account that owns the private PostgreSQL cluster's files and runs its processes."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from tierslieux.core.errors import TiersLieuxError

COMPTE_SYSTEME = "postgres"


class ClusterError(TiersLieuxError):
    """The private PostgreSQL cluster cannot be used."""


@dataclass(frozen=True, slots=True)
class Compte:
    """The system account that owns the cluster's files and runs its processes."""

    uid: int
    gid: int
    nom: str


def find_compte(var_dir: Path) -> Compte:
    """Whose cluster this is: the owner of its files; for a new one, this user or, for root, `postgres`."""
    moi = os.geteuid()
    dossier = var_dir / "postgresql"
    proprietaire = dossier.stat().st_uid if dossier.exists() else moi
    if moi != 0:
        if proprietaire != moi:
            raise ClusterError(foreign_files_message(var_dir))
        return Compte(moi, os.getegid(), str(moi))
    try:
        entree = pwd.getpwuid(proprietaire) if proprietaire != 0 else pwd.getpwnam(COMPTE_SYSTEME)
    except KeyError as erreur:
        raise ClusterError(
            f"PostgreSQL does not run as root, and this machine has no user {COMPTE_SYSTEME}: install the "
            "distribution's package postgresql, or run as an ordinary user, or set DATABASE_URL"
        ) from erreur
    return Compte(entree.pw_uid, entree.pw_gid, entree.pw_name)


def foreign_files_message(var_dir: Path) -> str:
    """What to tell someone who meets a cluster of somebody else."""
    return (
        f"{var_dir / 'postgresql'} belongs to another user: run as that user (or as root), or set TIERSLIEUX_VAR_DIR "
        "to a folder of yours"
    )


def make_private(dossier: Path, compte: Compte) -> None:
    """Make the folder, 0700, owned by `compte`; raises ClusterError if it is a link or somebody else's."""
    try:
        dossier.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        if os.geteuid() == 0:
            os.chown(dossier, compte.uid, compte.gid)
    lu = dossier.lstat()
    # root's own: made just now by a run that was killed before it could hand the folder over.
    if os.geteuid() == 0 and lu.st_uid == 0 and stat.S_ISDIR(lu.st_mode):
        os.chown(dossier, compte.uid, compte.gid)
        lu = dossier.lstat()
    if not stat.S_ISDIR(lu.st_mode) or lu.st_uid != compte.uid:
        raise ClusterError(
            f"{dossier} exists and is not a folder of the user {compte.nom}: somebody else made it; remove it or set "
            "TIERSLIEUX_VAR_DIR to another folder"
        )
    if stat.S_IMODE(lu.st_mode) != 0o700:
        dossier.chmod(0o700)


def is_reachable(dossier: Path, compte: Compte) -> bool:
    """Whether `compte` may pass through every folder above `dossier` (by the modes; access lists are not read)."""
    if compte.uid == os.geteuid():
        return True
    for parent in dossier.absolute().parents:
        if not parent.exists():
            continue
        lu = parent.stat()
        bit = stat.S_IXUSR if lu.st_uid == compte.uid else stat.S_IXGRP if lu.st_gid == compte.gid else stat.S_IXOTH
        if not lu.st_mode & bit:
            return False
    return True
