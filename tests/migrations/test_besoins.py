"""The need "work, make or repair with others" becomes three, in places that are there already."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from tierslieux.config import RACINE

AVANT, APRES = "0011_adresse_geocodee", "0012_besoins"
LIEUX = {
    "coworking": (["coworking"], [], ["travailler"], ["travailler"]),
    "fablab": (["fablab"], [], ["travailler"], ["fabriquer"]),
    "repair": (["repair-cafe", "tiers-lieu"], [], ["travailler"], ["travailler", "reparer"]),
    "epn": (
        ["epn"],
        ["loisirs-et-creations-numeriques"],
        ["apprendre", "ordinateur", "travailler"],
        ["apprendre", "ordinateur", "fabriquer"],
    ),
    "cafe": (["cafe-associatif"], [], ["travailler"], []),
    "mairie": (["mairie"], [], [], []),
}


@pytest.mark.parametrize("sens", ["upgrade", "downgrade"])
def test_needs_of_places_are_counted_again(base_vide: Engine, sens: str) -> None:
    with base_vide.connect() as connexion:
        config = Config(str(RACINE / "alembic.ini"))
        config.attributes["connection"] = connexion
        command.upgrade(config, AVANT if sens == "upgrade" else APRES)
        for nom, (genres, services, avant, apres) in LIEUX.items():
            connexion.execute(
                text(
                    "INSERT INTO lieu "
                    "(public_id, nom, genres, services, besoins, est_aide, est_tiers_lieu, provenance) "
                    "VALUES (:nom, :nom, :genres, :services, :besoins, true, true, '{}')"
                ),
                {"nom": nom, "genres": genres, "services": services, "besoins": avant if sens == "upgrade" else apres},
            )
        connexion.commit()
        getattr(command, sens)(config, APRES if sens == "upgrade" else AVANT)
        rang = 3 if sens == "upgrade" else 2
        attendus = {nom: valeurs[rang] for nom, valeurs in LIEUX.items()}
        assert dict(connexion.execute(text("SELECT nom, besoins FROM lieu")).all()) == attendus
