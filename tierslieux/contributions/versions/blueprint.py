"""The one blueprint of these pages, whose routes stand in several modules."""

from __future__ import annotations

from flask import Blueprint

from tierslieux import retours

bp = Blueprint("historique", __name__)
# What people choose or write in these forms, for the page that gives back what could not be sent.
retours.name_champs(bp, {"motif": "Raison", "jours": "Nombre de jours"})
