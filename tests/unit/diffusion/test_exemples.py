"""The examples of the API's document are answers that the API could give."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from tierslieux.diffusion import exemples, reponses


@pytest.mark.parametrize(
    ("modele", "exemple"),
    [
        (reponses.PageLieux, exemples.PAGE_LIEUX),
        (reponses.LieuComplet, exemples.LIEU_COMPLET),
        (reponses.Communes, exemples.COMMUNES),
        (reponses.Territoire, exemples.TERRITOIRE),
        (reponses.Grappes, exemples.GRAPPES),
        (reponses.Contours, exemples.CONTOURS),
    ],
    ids=lambda valeur: valeur.__name__ if isinstance(valeur, type) else "",
)
def test_the_example_follows_its_model(modele: type[BaseModel], exemple: dict[str, object]) -> None:
    modele.model_validate(exemple)
