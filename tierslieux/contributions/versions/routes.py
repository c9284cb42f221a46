"""The routes of history, all on one blueprint: importing this module registers them."""

from __future__ import annotations

from tierslieux.contributions.versions import routes_actes, routes_auteurs, routes_journal, routes_lieux
from tierslieux.contributions.versions.blueprint import bp

__all__ = ["bp", "routes_actes", "routes_auteurs", "routes_journal", "routes_lieux"]
