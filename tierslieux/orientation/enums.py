"""Closed vocabularies of the guided orientation: its questions and their answers."""

from __future__ import annotations

from enum import StrEnum

from tierslieux.core.enums import Libelle
from tierslieux.core.textes import N_
from tierslieux.lieux.enums import PriseEnCharge
from tierslieux.trajets.moteur import Mode


class Critere(StrEnum):
    """What is said of a place to the person."""

    BESOIN = "besoin"
    TRAJET = "trajet"
    DISTANCE = "distance"
    MOMENT = "moment"
    HORAIRES = "horaires"
    FAUTEUIL = "fauteuil"
    SURDITE = "surdite"
    VUE = "vue"
    LANGUE = "francais"
    LECTURE = "lecture"
    PRIX = "prix"
    VENIR = "venir"
    PUBLIC = "public"
    POSITION = "position"
    DATE = "date"


class Etape(Libelle):
    """The questions, in the order in which they are asked; the label is that of an answer that was given."""

    BESOIN = "besoin", N_("Votre souci")
    OU = "ou", N_("Votre commune")
    DEPLACEMENT = "deplacement", N_("Votre façon de venir")
    QUAND = "quand", N_("Votre moment libre")
    SAVOIR = "savoir", N_("À savoir sur vous")


class Deplacement(Libelle):
    """How the person moves."""

    A_PIED = "a-pied", N_("À pied")
    VELO = "velo", N_("À vélo")
    VOITURE = "voiture", N_("En voiture, ou quelqu’un me conduit")
    TRANSPORTS = "transports", N_("En bus, en car ou en train")
    IMPOSSIBLE = "impossible", N_("Je ne peux pas me déplacer")

    @property
    def mode(self) -> Mode | None:
        """The mode whose travel times are known; None for public transport and for who stays at home."""
        return Mode(self.value) if self.value in set(Mode) else None


class Precaution(Libelle):
    """What a place must know to receive the person well."""

    FAUTEUIL = "fauteuil", N_("Je suis en fauteuil roulant")
    SURDITE = "surdite", N_("J’entends mal, ou pas du tout")
    VUE = "vue", N_("Je vois mal, ou pas du tout")
    LANGUE = "francais", N_("Le français est difficile pour moi")
    LECTURE = "lecture", N_("Lire ou écrire est difficile pour moi")

    @property
    def prises_en_charge(self) -> tuple[PriseEnCharge, ...]:
        """What a place may declare for this; nothing for the wheelchair, which `accessible` tells."""
        return _PRISES_EN_CHARGE.get(self, ())

    @property
    def critere(self) -> Critere:
        """What is said of a place about this."""
        return Critere(self.value)


_PRISES_EN_CHARGE = {
    Precaution.SURDITE: (PriseEnCharge.SURDITE,),
    Precaution.VUE: (PriseEnCharge.DEFICIENCE_VISUELLE,),
    Precaution.LANGUE: (PriseEnCharge.LANGUES_ANGLAIS, PriseEnCharge.LANGUES_AUTRES),
    Precaution.LECTURE: (PriseEnCharge.ILLETTRISME,),
}


class Verdict(StrEnum):
    """How a place answers one thing that was asked."""

    REMPLI = "rempli"
    INCONNU = "inconnu"
    NON = "non"


class Anneau(StrEnum):
    """How far a place is for the person: within easy reach, further, or too far to propose without saying so."""

    PROCHE = "proche"
    PLUS_LOIN = "plus-loin"
    LOIN = "loin"


class Relachement(Libelle):
    """What was given up to find more places; the label is the sentence that says so."""

    PLUS_LOIN = "plus-loin", N_("Il y a peu de lieux tout près. Nous avons cherché un peu plus loin.")
    TROP_LOIN = "trop-loin", N_("Il y a peu de lieux près de chez vous. Certains lieux sont loin.")
    MOMENT = "moment", N_("Peu de lieux sont ouverts quand vous êtes libre. Nous montrons aussi des lieux fermés.")
