"""The stamp that a form carries: which sending it is, so that two are one, and when its page was written."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

SEL = "tierslieux.contributions.formulaires"
# People need longer than that to say a place; programs do not.
DELAI_MIN = dt.timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Timbre:
    """`envoi` is a secret drawn with the page: whoever sends it again means the same proposal."""

    envoi: str
    pose_at: dt.datetime

    def is_trop_tot(self, now: dt.datetime) -> bool:
        """Whether nobody could have filled the form in by now."""
        return now - self.pose_at < DELAI_MIN


def build_timbre(now: dt.datetime) -> str:
    """The stamp of a new page."""
    return str(_get_signataire().dumps([secrets.token_urlsafe(24), int(now.timestamp())]))


def read_timbre(texte: str) -> Timbre | None:
    """The stamp of a form; None when it is not ours."""
    try:
        envoi, pose_s = _get_signataire().loads(texte)
    except BadData:
        return None
    return Timbre(envoi, dt.datetime.fromtimestamp(pose_s, dt.UTC))


def _get_signataire() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SEL)
