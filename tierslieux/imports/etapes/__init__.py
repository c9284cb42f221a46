"""Clean-up steps: one rule per module, in the order of ETAPES.

Each takes a record and the run's context and gives the record back, or a reject. `run_etapes` counts what each touched.
Order matters: persons come out first, so that no reject can hold one; the commune comes before whatever needs it.
"""

from __future__ import annotations

from dataclasses import replace

from tierslieux.imports.contrat import Contexte, Etape, Reject, Resultat
from tierslieux.imports.etapes import (
    adresse,
    commune,
    confidentialite,
    courriel,
    date,
    genre,
    horaires,
    nom,
    pivot,
    position,
    presentation,
    telephone,
    texte,
    typologie,
    url,
)

ETAPES: tuple[tuple[str, Etape], ...] = (
    ("texte", texte.clean),
    ("presentation", presentation.clean),
    ("courriel", courriel.clean),
    ("confidentialite", confidentialite.clean),
    ("commune", commune.clean),
    ("nom", nom.clean),
    ("adresse", adresse.clean),
    ("position", position.clean),
    ("telephone", telephone.clean),
    ("url", url.clean),
    ("horaires", horaires.clean),
    ("pivot", pivot.clean),
    ("typologie", typologie.clean),
    ("genre", genre.clean),
    ("date", date.clean),
)


def run_etapes(resultat: Resultat, contexte: Contexte) -> Resultat:
    """The record after every step, or the reject of the first that refuses it, without any person in it."""
    if not isinstance(resultat, Reject):
        for avertissement in resultat.avertissements:
            contexte.warn(avertissement)
        for nom_etape, etape in ETAPES:
            avant = resultat
            resultat = etape(resultat, contexte)
            if resultat is not avant:
                contexte.touches[nom_etape] += 1
            if isinstance(resultat, Reject):
                break
    if isinstance(resultat, Reject):
        valeur = confidentialite.scrub_texte(resultat.valeur) if resultat.valeur else resultat.valeur
        return replace(resultat, valeur=valeur, brut=confidentialite.scrub_brut(resultat.brut))
    return resultat
