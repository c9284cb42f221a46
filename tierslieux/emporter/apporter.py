"""What to bring with oneself, by need: no place says it, and nobody should have to come twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.enums import Besoin

# By need: most things first. Source: what France Services and the Caisse d'allocations familiales ask people to bring
# to an appointment; the place's own answer outranks this list, and pages say so.
_A_APPORTER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "demarche": (
            N_("votre carte d’identité ou votre titre de séjour"),
            N_("les lettres reçues sur cette démarche"),
            N_("votre téléphone, allumé et chargé"),
            N_("votre adresse électronique et vos mots de passe"),
            N_("votre numéro de sécurité sociale, votre numéro fiscal ou votre numéro d’allocataire"),
        ),
        "apprendre": (
            N_("votre téléphone ou votre ordinateur, avec son chargeur"),
            N_("vos mots de passe"),
            N_("un cahier et un stylo"),
        ),
        "ordinateur": (
            N_("vos documents, sur papier ou sur une clé USB"),
            N_("votre adresse électronique et son mot de passe"),
        ),
        "travailler": (N_("votre ordinateur et son chargeur"),),
        "fabriquer": (N_("votre idée, un dessin ou un modèle"),),
        "reparer": (N_("l’objet à réparer, avec son câble ou ses pièces"),),
    }
)


def list_a_apporter(besoins: Iterable[Besoin]) -> list[str]:
    """What to bring for these needs, each thing once, in the language of the page."""
    return [_(chose) for chose in dict.fromkeys(c for besoin in besoins for c in _A_APPORTER.get(besoin.value, ()))]
