"""How a place answers what one person needs: what is met, what is not known, what is not met, each said. Pure.

Nothing is assumed: a place that has not told something gets "we do not know", never a silence that reads as a yes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_date, format_distance, format_duree, join_liste
from tierslieux.lieux.enums import (
    Accompagnement,
    Besoin,
    Frais,
    Genre,
    ModaliteAcces,
    Precision,
    PriseEnCharge,
    Public,
    Service,
)
from tierslieux.lieux.fraicheur import find_fraicheur
from tierslieux.lieux.moments import Moment
from tierslieux.lieux.services import LieuResume
from tierslieux.orientation.enums import Anneau, Critere, Deplacement, Precaution, Verdict
from tierslieux.orientation.moment import examine_moment
from tierslieux.orientation.selection import Constat, Examen
from tierslieux.trajets.moteur import Methode, Mode, Trajet

# A quarter of an hour or so is a matter of course for a procedure; beyond three quarters, people give up.
SEUILS_MIN = ((20.0, Anneau.PROCHE), (45.0, Anneau.PLUS_LOIN))
# Without a travel time: about the same by bus, stops and waiting included.
SEUILS_M = ((5_000.0, Anneau.PROCHE), (20_000.0, Anneau.PLUS_LOIN))
# Who stays at home and telephones: the same département, more or less.
SEUILS_TELEPHONE_M = ((30_000.0, Anneau.PROCHE), (60_000.0, Anneau.PLUS_LOIN))
# Who has not said how they move walks this long, else is told the time by car.
MARCHE_MAX_MIN = 20.0

_PHRASES_BESOINS: Mapping[Besoin, str] = {
    Besoin.DEMARCHE: N_("Ce lieu aide à faire les démarches."),
    Besoin.APPRENDRE: N_("Ce lieu aide à apprendre l’ordinateur ou le téléphone."),
    Besoin.ORDINATEUR: N_("Vous pouvez y utiliser un ordinateur et Internet."),
    Besoin.TRAVAILLER: N_("Vous pouvez y travailler."),
    Besoin.FABRIQUER: N_("Vous pouvez y fabriquer ou créer des choses."),
    Besoin.REPARER: N_("Vous pouvez y réparer un objet."),
}

# Languages apart: a place may take care of two.
_PHRASES_PRISES_EN_CHARGE: Mapping[PriseEnCharge, str] = {
    PriseEnCharge.SURDITE: N_("Ce lieu sait accueillir les personnes sourdes."),
    PriseEnCharge.DEFICIENCE_VISUELLE: N_("Ce lieu sait accueillir les personnes qui voient mal."),
    PriseEnCharge.ILLETTRISME: N_("Ce lieu aide les personnes qui ont du mal à lire."),
    PriseEnCharge.LANGUES_ANGLAIS: N_("Ce lieu accueille en anglais."),
    PriseEnCharge.LANGUES_AUTRES: N_("Ce lieu accueille dans d’autres langues que le français."),
}

_PHRASES_INCONNUES: Mapping[Precaution, str] = {
    Precaution.SURDITE: N_("Nous ne savons pas si ce lieu sait accueillir les personnes sourdes."),
    Precaution.VUE: N_("Nous ne savons pas si ce lieu sait accueillir les personnes qui voient mal."),
    Precaution.LANGUE: N_("Nous ne savons pas si ce lieu accueille dans une autre langue."),
    Precaution.LECTURE: N_("Nous ne savons pas si ce lieu aide les personnes qui ont du mal à lire."),
}


@dataclass(frozen=True, slots=True)
class Offre:
    """What a place declares beyond its summary."""

    prises_en_charge: tuple[PriseEnCharge, ...] = ()
    accompagnements: tuple[Accompagnement, ...] = ()
    modalites_acces: tuple[ModaliteAcces, ...] = ()
    publics: tuple[Public, ...] = ()


@dataclass(frozen=True, slots=True)
class Demande:
    """What one person needs; None is "not told". `now` is aware."""

    now: dt.datetime
    besoin: Besoin | None = None
    genre: Genre | None = None
    deplacement: Deplacement | None = None
    moment: Moment | None = None
    precautions: tuple[Precaution, ...] = ()


def examine(lieu: LieuResume, offre: Offre, demande: Demande) -> Examen:
    """Look at a place for a person: every constat in the order in which it is read."""
    trajet = _find_trajet(lieu, demande.deplacement)
    duree_min = trajet.duree_min if trajet else None
    anneau = _find_anneau(lieu, demande.deplacement, duree_min)
    constats = [
        *_examine_besoin(lieu, demande),
        *_examine_venue(lieu, offre, demande, trajet, anneau),
        *examine_moment(lieu, demande.moment, duree_min, now=demande.now, vient=_is_venu(demande)),
        *(_examine_precaution(lieu, offre, precaution) for precaution in demande.precautions),
        _examine_prix(lieu),
        *_examine_acces(lieu, offre, demande),
        *_examine_fiabilite(lieu, demande.now),
    ]
    return Examen(lieu, tuple(constats), anneau, duree_min, _count_qualite(lieu, demande.now))


def _is_venu(demande: Demande) -> bool:
    """Whether the person comes to the place, rather than telephone."""
    return demande.deplacement is not Deplacement.IMPOSSIBLE


def _find_trajet(lieu: LieuResume, deplacement: Deplacement | None) -> Trajet | None:
    trajets = {trajet.mode: trajet for trajet in lieu.trajets}
    if deplacement is None:
        marche = trajets.get(Mode.A_PIED)
        return marche if marche and marche.duree_min <= MARCHE_MAX_MIN else trajets.get(Mode.VOITURE)
    return trajets.get(deplacement.mode) if deplacement.mode else None


def _find_anneau(lieu: LieuResume, deplacement: Deplacement | None, duree_min: float | None) -> Anneau:
    distance_m = lieu.distance_m or 0.0
    if deplacement is Deplacement.IMPOSSIBLE:
        return _classify(distance_m, SEUILS_TELEPHONE_M)
    if deplacement is Deplacement.TRANSPORTS:
        return _classify(distance_m, SEUILS_M)
    # No journey by this means: too far for it, or across the sea.
    return Anneau.LOIN if duree_min is None else _classify(duree_min, SEUILS_MIN)


def _classify(valeur: float, seuils: tuple[tuple[float, Anneau], ...]) -> Anneau:
    return next((anneau for seuil, anneau in seuils if valeur <= seuil), Anneau.LOIN)


def _examine_besoin(lieu: LieuResume, demande: Demande) -> Iterable[Constat]:
    if lieu.est_candidat:
        yield Constat(Critere.BESOIN, Verdict.INCONNU, _("Ce lieu n’a pas dit s’il aide avec le numérique."))
    elif demande.besoin and demande.besoin in lieu.besoins:
        yield Constat(Critere.BESOIN, Verdict.REMPLI, _describe_besoin(lieu, demande.besoin))
    if demande.genre and demande.genre in lieu.genres:
        phrase = _("C’est le type de lieu demandé : %(genre)s.", genre=_(demande.genre.libelle))
        yield Constat(Critere.BESOIN, Verdict.REMPLI, phrase)


def _describe_besoin(lieu: LieuResume, besoin: Besoin) -> str:
    if besoin is Besoin.ORDINATEUR and Service.ACQUISITION in lieu.services and Service.ACCES not in lieu.services:
        return _("Ce lieu vend des ordinateurs à petit prix.")
    return _(_PHRASES_BESOINS[besoin])


def _examine_venue(
    lieu: LieuResume, offre: Offre, demande: Demande, trajet: Trajet | None, anneau: Anneau
) -> Iterable[Constat]:
    if not _is_venu(demande):
        yield _examine_distance(lieu, offre)
        distance = format_distance(lieu.distance_m or 0.0)
        yield Constat(Critere.TRAJET, Verdict.REMPLI, _("À %(distance)s, en ligne droite.", distance=distance))
        return
    verdict = Verdict.NON if anneau is Anneau.LOIN else Verdict.REMPLI
    if trajet is not None:
        yield Constat(Critere.TRAJET, verdict, _describe_trajet(trajet))
        return
    distance = format_distance(lieu.distance_m or 0.0)
    if demande.deplacement is Deplacement.TRANSPORTS or demande.deplacement is None:
        phrase = _("À %(distance)s, en ligne droite.", distance=distance)
    elif demande.deplacement is Deplacement.A_PIED:
        phrase = _("Trop loin à pied : %(distance)s en ligne droite.", distance=distance)
    elif demande.deplacement is Deplacement.VELO:
        phrase = _("Trop loin à vélo : %(distance)s en ligne droite.", distance=distance)
    else:
        phrase = _("Nous ne connaissons pas de route : %(distance)s en ligne droite.", distance=distance)
    yield Constat(Critere.TRAJET, verdict, phrase)


def _describe_trajet(trajet: Trajet) -> str:
    duree = format_duree(trajet.duree_min)
    est_estime = trajet.methode is Methode.ESTIMATION
    if trajet.mode is Mode.A_PIED:
        texte = (
            _("À %(duree)s à pied (estimation).", duree=duree) if est_estime else _("À %(duree)s à pied.", duree=duree)
        )
    elif trajet.mode is Mode.VELO:
        texte = (
            _("À %(duree)s à vélo (estimation).", duree=duree) if est_estime else _("À %(duree)s à vélo.", duree=duree)
        )
    elif est_estime:
        texte = _("À %(duree)s en voiture (estimation).", duree=duree)
    else:
        texte = _("À %(duree)s en voiture.", duree=duree)
    return texte


def _examine_distance(lieu: LieuResume, offre: Offre) -> Constat:
    if Accompagnement.DISTANCE in offre.accompagnements:
        return Constat(Critere.DISTANCE, Verdict.REMPLI, _("Ce lieu aide aussi à distance, sans venir."))
    if lieu.telephone is None:
        return Constat(Critere.DISTANCE, Verdict.NON, _("Ce lieu n’a pas donné de numéro de téléphone."))
    if lieu.itinerant:
        phrase = _("Ce lieu se déplace. Téléphonez : il passe peut-être près de chez vous.")
    else:
        phrase = _("Nous ne savons pas s’il aide à distance. Téléphonez pour demander.")
    return Constat(Critere.DISTANCE, Verdict.INCONNU, phrase)


def _examine_precaution(lieu: LieuResume, offre: Offre, precaution: Precaution) -> Constat:
    critere = precaution.critere
    if precaution is Precaution.FAUTEUIL:
        return _examine_fauteuil(lieu)
    declarees = [p for p in precaution.prises_en_charge if p in offre.prises_en_charge]
    if declarees:
        return Constat(critere, Verdict.REMPLI, _describe_prises_en_charge(declarees))
    return Constat(critere, Verdict.INCONNU, _(_PHRASES_INCONNUES[precaution]))


def _examine_fauteuil(lieu: LieuResume) -> Constat:
    if lieu.accessible:
        return Constat(Critere.FAUTEUIL, Verdict.REMPLI, _("Accessible en fauteuil roulant."))
    if lieu.accessible is None:
        phrase = _("Nous ne savons pas si un fauteuil roulant peut entrer.")
        return Constat(Critere.FAUTEUIL, Verdict.INCONNU, phrase)
    return Constat(Critere.FAUTEUIL, Verdict.NON, _("Un fauteuil roulant ne peut pas entrer."))


def _describe_prises_en_charge(declarees: Sequence[PriseEnCharge]) -> str:
    if len(declarees) > 1:
        return _("Ce lieu accueille en anglais et dans d’autres langues.")
    return _(_PHRASES_PRISES_EN_CHARGE[declarees[0]])


def _examine_prix(lieu: LieuResume) -> Constat:
    frais = set(lieu.frais)
    if frais == {Frais.GRATUIT}:
        return Constat(Critere.PRIX, Verdict.REMPLI, _("C’est gratuit."))
    if not frais:
        return Constat(Critere.PRIX, Verdict.INCONNU, _("Nous ne savons pas si c’est gratuit."))
    if frais == {Frais.PAYANT}:
        return Constat(Critere.PRIX, Verdict.NON, _("C’est payant. Demandez le prix."))
    if Frais.PAYANT in frais:
        return Constat(Critere.PRIX, Verdict.INCONNU, _("Une partie est gratuite, une partie est payante."))
    return Constat(Critere.PRIX, Verdict.INCONNU, _("C’est gratuit pour certaines personnes. Demandez au lieu."))


def _examine_acces(lieu: LieuResume, offre: Offre, demande: Demande) -> Iterable[Constat]:
    modalites = set(offre.modalites_acces)
    vient = _is_venu(demande)
    if modalites == {ModaliteAcces.PAS_DE_PUBLIC}:
        # By telephone, it still may help.
        verdict = Verdict.NON if vient or lieu.telephone is None else Verdict.INCONNU
        yield Constat(Critere.PUBLIC, verdict, _("Ce lieu ne reçoit personne sur place."))
    elif modalites == {ModaliteAcces.PRESCRIPTION}:
        yield Constat(Critere.VENIR, Verdict.INCONNU, _("Un travailleur social doit faire la demande pour vous."))
    elif vient and ModaliteAcces.SE_PRESENTER in modalites:
        yield Constat(Critere.VENIR, Verdict.REMPLI, _("Vous pouvez venir sur place."))
    elif vient and ModaliteAcces.TELEPHONER in modalites:
        yield Constat(Critere.VENIR, Verdict.INCONNU, _("Téléphonez avant de venir."))
    if Genre.MISSION_LOCALE in lieu.genres:
        yield Constat(Critere.PUBLIC, Verdict.INCONNU, _("Ce lieu aide les jeunes de 16 à 25 ans."))
    elif offre.publics and len(offre.publics) < len(Public):
        publics = join_liste(_(public.libelle) for public in offre.publics)
        phrase = _("Ce lieu s’adresse surtout à ces personnes : %(publics)s.", publics=publics)
        yield Constat(Critere.PUBLIC, Verdict.INCONNU, phrase)


def _examine_fiabilite(lieu: LieuResume, now: dt.datetime) -> Iterable[Constat]:
    if lieu.precision is Precision.COMMUNE:
        yield Constat(Critere.POSITION, Verdict.INCONNU, _("Nous ne savons pas l’adresse exacte. Demandez-la."))
    if lieu.date is None:
        yield Constat(Critere.DATE, Verdict.INCONNU, _("Nous ne savons pas de quand datent ces informations."))
    elif _is_ancien(lieu, now):
        phrase = _("Ces informations datent du %(date)s.", date=format_date(lieu.date))
        yield Constat(Critere.DATE, Verdict.INCONNU, phrase)


def _is_ancien(lieu: LieuResume, now: dt.datetime) -> bool:
    return find_fraicheur(lieu.date, now.date()).est_douteuse


def _count_qualite(lieu: LieuResume, now: dt.datetime) -> int:
    connus = (
        lieu.ouverture is not None,
        lieu.telephone is not None,
        lieu.precision is not Precision.COMMUNE,
        lieu.accessible is not None,
        bool(lieu.frais),
        not _is_ancien(lieu, now),
    )
    return sum(connus)
