"""The routes of this package, all on one blueprint: importing this module registers them."""

from __future__ import annotations

from tierslieux.contributions.suivi import routes_compte, routes_entretien, routes_suivi
from tierslieux.contributions.suivi.pages import bp
from tierslieux.contributions.suivi.routes_suivi import init_suivi

__all__ = ["bp", "init_suivi", "routes_compte", "routes_entretien", "routes_suivi"]
