"""Vocabularies of "lieux de médiation numérique" version 0, and the terms of version 1 that they became.

Source: comparison of versions 0.1.1 and 1.0.1 by the Mednum; each pair of services, fees, labels and ways of helping
was checked on the places of Charente published in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from tierslieux.imports.contrat import Avertissement
from tierslieux.lieux.enums import Frais, Genre, Libelle, Programme, Service

T = TypeVar("T", bound=Libelle)

SERVICES_V0: Mapping[str, Service] = {
    "Devenir autonome dans les démarches administratives": Service.DEMARCHES,
    "Réaliser des démarches administratives avec un accompagnement": Service.DEMARCHES,
    "Accompagner les démarches de santé": Service.DEMARCHES,
    "Prendre en main un smartphone ou une tablette": Service.OUTILS_QUOTIDIEN,
    "Prendre en main un ordinateur": Service.OUTILS_QUOTIDIEN,
    "Utiliser le numérique au quotidien": Service.OUTILS_QUOTIDIEN,
    "Approfondir ma culture numérique": Service.COMPREHENSION,
    "Promouvoir la citoyenneté numérique": Service.COMPREHENSION,
    "Favoriser mon insertion professionnelle": Service.INSERTION,
    "Créer et développer mon entreprise": Service.INSERTION,
    "Créer avec le numérique": Service.LOISIRS,
    "Soutenir la parentalité et l'éducation avec le numérique": Service.PARENTALITE,
    "Accéder à une connexion internet": Service.ACCES,
    "Accéder à du matériel": Service.ACCES,
    "S'équiper en matériel informatique": Service.ACQUISITION,
}
FRAIS_V0: Mapping[str, Frais] = {
    "Gratuit : Je peux accéder gratuitement au lieu et à ses services": Frais.GRATUIT,
    "Gratuit sous condition : La gratuité est conditionnée à des critères (situation familiale, convention avec un"
    " organisme social...)": Frais.GRATUIT_SOUS_CONDITION,
    "Payant : L'accès au lieu et/ou à ses services est payant": Frais.PAYANT,
    "Adhésion : L'accès au lieu et/ou à ses services nécessite d'y adhérer": Frais.PAYANT,
}
PROGRAMMES_V0: Mapping[str, Programme] = {
    "CNFS": Programme.CONSEILLERS_NUMERIQUES,
    "France Services": Programme.FRANCE_SERVICES,
    "Aidants Connect": Programme.AIDANTS_CONNECT,
    "Grandes écoles du numérique": Programme.GRANDE_ECOLE,
    "Point numérique CAF": Programme.CAF,
}
# A label that makes the place be of a kind.
GENRES_V0: Mapping[str, Genre] = {"CNFS": Genre.CONSEILLER_NUMERIQUE, "France Services": Genre.FRANCE_SERVICES}


def split_liste(texte: str | None) -> list[str]:
    """The terms of a list of version 0, separated by semicolons."""
    return [terme.strip() for terme in (texte or "").split(";") if terme.strip()]


def map_termes(
    termes: Iterable[str], table: Mapping[str, T], avertissements: list[Avertissement] | None = None
) -> list[str]:
    """The codes of the terms, in the vocabulary's order, once each.

    Terms that the table lacks are left out, and each is added to `avertissements` when it is given.
    """
    trouves: set[T] = set()
    for terme in termes:
        code = table.get(terme.replace("’", "'"))
        if code is not None:
            trouves.add(code)
        elif avertissements is not None:
            avertissements.append(Avertissement.VALEUR_INCONNUE)
    vocabulaire = type(next(iter(table.values())))
    return [membre.value for membre in vocabulaire if membre in trouves]
