"""Flask-Security's store of accounts, on a session of ours."""

from __future__ import annotations

from flask_security import SQLAlchemySessionUserDatastore
from sqlalchemy.orm import Session

from tierslieux.comptes.models import Compte, HabilitationCompte


def build_magasin(session: Session) -> SQLAlchemySessionUserDatastore:
    """The library's operations on accounts, in this session: they flush with it and never commit by themselves."""
    # Its types want a session of all threads, and roles without territory; it asks neither of them here.
    return SQLAlchemySessionUserDatastore(session, Compte, HabilitationCompte)  # type: ignore[arg-type]
