"""Hard words that the pages cannot do without, each with what it means. Pure.

The register that is easy to read may use these words and no other rare one: the test of that register reads this list.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierslieux.core.textes import N_


@dataclass(frozen=True, slots=True)
class Mot:
    """A word as it heads its line, its explanation, and the other forms under which pages write it."""

    mot: str
    explication: str
    formes: tuple[str, ...] = ()


MOTS: tuple[Mot, ...] = (
    Mot(N_("accessibilité"), N_("Un site accessible est un site que tout le monde peut utiliser.")),
    Mot(N_("Caf"), N_("La Caf donne de l’argent pour la famille ou le logement.")),
    Mot(N_("Cnil"), N_("La Cnil protège les informations sur vous. C’est un service de l’État.")),
    Mot(
        N_("code postal"),
        N_("Le code postal est un numéro de 5 chiffres. Il est dans votre adresse."),
        ("postal", "postaux"),
    ),
    Mot(N_("commune"), N_("Une commune est une ville ou un village."), ("communes",)),
    Mot(
        N_("conseiller numérique"),
        N_("Un conseiller numérique vous apprend à utiliser un ordinateur."),
        ("conseiller",),
    ),
    Mot(N_("coworking"), N_("Le coworking, c’est travailler à côté d’autres personnes dans un même lieu.")),
    Mot(
        N_("démarche"),
        N_("Une démarche, c’est demander quelque chose à l’État. Par exemple : une carte d’identité."),
        ("démarches",),
    ),
    Mot(N_("département"), N_("Un département est une partie de la France. Il y en a 101."), ("départements",)),
    Mot(N_("fablab"), N_("Un fablab est un lieu avec des machines. Vous pouvez y fabriquer des objets."), ("fablabs",)),
    Mot(N_("France Services"), N_("Dans une maison France Services, on vous aide avec vos papiers.")),
    Mot(N_("imprimante"), N_("Une imprimante met un texte sur du papier."), ("imprimer", "imprimez")),
    Mot(N_("intercommunalité"), N_("Une intercommunalité est un groupe de communes."), ("intercommunalités",)),
    Mot(N_("numérique"), N_("Le numérique, ce sont les ordinateurs, les téléphones et Internet."), ("numériques",)),
    Mot(N_("ordinateur"), N_("Un ordinateur est une machine avec un écran et des touches."), ("ordinateurs",)),
    Mot(
        N_("tiers-lieu"),
        N_("Un tiers-lieu est un lieu ouvert à tous. On y travaille, on y fabrique, on y apprend."),
        ("tiers-lieux", "tiers"),
    ),
)


def list_formes() -> frozenset[str]:
    """Every form of every word of the list, in lower case, one word each."""
    return frozenset(partie for mot in MOTS for forme in (mot.mot, *mot.formes) for partie in _split(forme))


def _split(texte: str) -> list[str]:
    return texte.casefold().replace("-", " ").split()
