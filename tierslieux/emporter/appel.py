"""What to say and what to ask on the phone, from what is already known of the place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.enums import Besoin, Frais, ModaliteAcces

# The need, as the end of "Je voudrais de l'aide".
_DEMANDES: Mapping[str, str] = MappingProxyType(
    {
        "demarche": N_("Je cherche de l’aide pour une démarche sur Internet. Pouvez-vous m’aider ?"),
        "apprendre": N_("Je veux apprendre à me servir d’un ordinateur ou d’un téléphone. Pouvez-vous m’aider ?"),
        "ordinateur": N_("Je voudrais utiliser un ordinateur ou une imprimante. Est-ce possible chez vous ?"),
        "travailler": N_("Je cherche un endroit calme pour travailler. Est-ce possible chez vous ?"),
        "fabriquer": N_("Je voudrais fabriquer un objet. Est-ce possible chez vous ?"),
        "reparer": N_("Je voudrais réparer un objet. Est-ce possible chez vous ?"),
    }
)
_DEMANDE_SEULE = N_("Je cherche de l’aide avec Internet ou un ordinateur. Pouvez-vous m’aider ?")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: its subject, the words to say, and whether there is an answer to write down.

    `connu` is what the site already says of it, to be checked on the phone.
    """

    sujet: str
    texte: str
    connu: str | None = None


@dataclass(frozen=True, slots=True)
class Connu:
    """What the site knows of a place; None or nothing where nobody said it."""

    horaires: str | None
    itinerant: bool | None
    accessible: bool | None
    frais: tuple[Frais, ...] = ()
    modalites: tuple[ModaliteAcces, ...] = ()


def build_demande(besoin: Besoin | None) -> str:
    """The first words: what one calls for."""
    return _(_DEMANDES.get(besoin.value, _DEMANDE_SEULE) if besoin else _DEMANDE_SEULE)


def list_questions(connu: Connu) -> list[Question]:
    """The questions in the order of a call: what is not known is asked, what is known is checked."""
    return [*_ask_horaires(connu), _ask_rendez_vous(connu), _ask_apporter(), _ask_prix(connu), _ask_fauteuil(connu)]


def _ask_horaires(connu: Connu) -> Iterator[Question]:
    sujet = _("Les horaires")
    if connu.horaires:
        yield Question(sujet, _("Je voudrais vérifier vos horaires. Sont-ils toujours bons ?"), connu.horaires)
    else:
        yield Question(sujet, _("Quels jours et à quelles heures êtes-vous ouverts ?"))
    if connu.itinerant:
        yield Question(_("Le lieu de passage"), _("Où serez-vous, et quel jour ?"))


def _ask_rendez_vous(connu: Connu) -> Question:
    sujet = _("Le rendez-vous")
    if ModaliteAcces.SE_PRESENTER in connu.modalites:
        return Question(sujet, _("Puis-je venir sans rendez-vous ?"), _("On peut venir directement."))
    if ModaliteAcces.RDV_EN_LIGNE in connu.modalites:
        return Question(sujet, _("Pouvez-vous me donner un rendez-vous au téléphone ?"), _("Rendez-vous en ligne."))
    return Question(sujet, _("Faut-il un rendez-vous ? Quand puis-je venir ?"))


def _ask_apporter() -> Question:
    return Question(_("Les papiers"), _("Que dois-je apporter ?"))


def _ask_prix(connu: Connu) -> Question:
    sujet = _("Le prix")
    if connu.frais == (Frais.GRATUIT,):
        return Question(sujet, _("Est-ce bien gratuit ?"), _(Frais.GRATUIT.libelle))
    dit = ", ".join(_(frais.libelle) for frais in connu.frais) or None
    return Question(sujet, _("Combien faut-il payer ?"), dit)


def _ask_fauteuil(connu: Connu) -> Question:
    sujet = _("L’accès")
    texte = _("Peut-on entrer avec un fauteuil roulant ou une poussette ?")
    if connu.accessible is None:
        return Question(sujet, texte)
    dit = _("Accessible en fauteuil roulant.") if connu.accessible else _("Non accessible en fauteuil roulant.")
    return Question(sujet, texte, dit)
