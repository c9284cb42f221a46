"""From the fields of a form to a proposal: what is proposed, what is missing, what should be looked at twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tierslieux.comptes.droits import Personne, Role
from tierslieux.contributions import champs as regles
from tierslieux.contributions import services as contributions
from tierslieux.contributions.champs import ChampInvalideError
from tierslieux.contributions.depot import Depot
from tierslieux.contributions.enums import Demarche
from tierslieux.contributions.formulaires import brouillons, saisie
from tierslieux.contributions.formulaires.doublons import list_ressemblances
from tierslieux.contributions.formulaires.localisation import (
    ChoixCommune,
    approach,
    find_code_postal,
    locate_adresse,
    resolve_commune,
)
from tierslieux.contributions.formulaires.ressemblances import Description, Ressemblance
from tierslieux.contributions.formulaires.saisie import Champs, CommuneLue
from tierslieux.contributions.formulaires.voies import PositionProposee
from tierslieux.contributions.fusion import is_vide
from tierslieux.contributions.perimetres import find_echelle
from tierslieux.core.errors import NotFoundError
from tierslieux.core.textes import gettext as _
from tierslieux.core.types import Position
from tierslieux.lieux import historique, liens
from tierslieux.lieux import services as lieux
from tierslieux.lieux.enums import Statut
from tierslieux.lieux.geocodage import AdressePostale
from tierslieux.lieux.models import Lieu
from tierslieux.lieux.services import LieuDetail
from tierslieux.territoires.services import CommuneTrouvee, find_commune, find_commune_at


@dataclass(frozen=True, slots=True)
class Modele:
    """What a form has shown: a place at a version with its values, or nothing for a new one."""

    lieu: LieuDetail | None = None
    version: int = 0
    valeurs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def champs(self) -> Champs:
        """The fields as the form shows them first."""
        return saisie.build_champs(self.valeurs)

    @property
    def est_nouveau(self) -> bool:
        """Whether the form is about a place that is not there yet."""
        return self.lieu is None

    @property
    def commune(self) -> CommuneLue | None:
        """The commune of the place as it is."""
        code = self.valeurs.get("commune_code")
        if code is None:
            return None
        return CommuneLue(code, self.valeurs.get("commune_nom") or "", self.valeurs.get("code_postal"))


@dataclass(frozen=True, slots=True)
class Etude:
    """What is made of a form.

    `apres` is what is proposed; `erreurs`, by name of field, what keeps it from being sent ("" is the whole form);
    `avertissements` what should be looked at twice; `communes` and `positions` are to be chosen from.
    """

    apres: dict[str, Any]
    erreurs: dict[str, list[str]]
    commune: CommuneTrouvee | None = None
    communes: tuple[CommuneTrouvee, ...] = ()
    positions: tuple[PositionProposee, ...] = ()
    avertissements: tuple[str, ...] = ()
    commentaire: str | None = None
    courriel: str | None = None


def get_modele(session: Session, public_id: str, version: str | None, *, now: dt.datetime) -> Modele:
    """The place that a form corrects, as it was when the form was opened; the present one when nobody knows.

    Raises NotFoundError for a place that is not shown.
    """
    detail = lieux.get_lieu(session, public_id, now=now)
    if detail.statut is Statut.MASQUE:
        raise NotFoundError(_("Ce lieu n’est plus publié."))
    actuelle = historique.get_version(session, detail.resume.id)
    numero = int(version) if version and version.isascii() and version.isdigit() and len(version) < 19 else actuelle
    numero = min(numero, actuelle)
    try:
        return Modele(detail, numero, historique.get_valeurs(session, detail.resume.id, numero))
    except NotFoundError:
        # Not a version of this place: somebody has written the field by hand.
        return Modele(detail, actuelle, historique.get_valeurs(session, detail.resume.id))


def find_heritier(session: Session, public_id: str) -> str | None:
    """The place that has taken over this one, None when it has not been merged."""
    return liens.find_heritier(session, public_id)


def find_public_id(session: Session, lieu_id: int) -> str | None:
    """The address of a place from its private id."""
    return session.scalar(select(Lieu.public_id).where(Lieu.id == lieu_id))


def study(session: Session, modele: Modele, envoyes: Champs) -> Etude:
    """What a form proposes, over what it has shown."""
    choix = _read_commune(session, modele, envoyes)
    erreurs: dict[str, list[str]] = {}
    if choix.commune is None and saisie.is_commune_changee(envoyes, modele.champs):
        erreurs[saisie.COMMUNE] = [_describe_choix(choix, envoyes)]
    lue = _build_lue(choix.commune, envoyes) if choix.commune else modele.commune
    lecture = saisie.read_champs(envoyes, modele.champs, lue, nom=modele.valeurs.get("nom"))
    apres, commune = dict(lecture.valeurs), choix.commune
    if modele.est_nouveau:
        commune = _complete_nouveau(session, apres, commune, envoyes, erreurs)
    elif is_vide(apres.get("nom", modele.valeurs.get("nom"))):
        erreurs["nom"] = [_("Écrivez le nom du lieu.")]
    commentaire, courriel = _read_mots(envoyes, erreurs)
    # What was refused in a field says more than that the field is missing.
    erreurs |= lecture.erreurs
    if saisie.ROUVERT in envoyes and modele.valeurs.get("ferme"):
        apres["ferme"] = None
    if not apres and not erreurs and not modele.est_nouveau:
        erreurs[""] = [_("Vous n’avez rien changé. Changez au moins une information.")]
    return Etude(
        apres=apres,
        erreurs=erreurs,
        commune=commune,
        communes=choix.propositions,
        avertissements=tuple(_list_avertissements(session, modele, apres, commune)),
        commentaire=commentaire,
        courriel=courriel,
    )


def read_adresse(session: Session, modele: Modele, envoyes: Champs) -> AdressePostale | None:
    """The address that the form says; None when there is none, or no commune to look in."""
    commune = _read_commune(session, modele, envoyes).commune
    lue = _build_lue(commune, envoyes) if commune else modele.commune
    adresse = regles.clean_ligne(envoyes.get("adresse")[: regles.LONGUEUR_MAX])
    if lue is None or not adresse:
        return None
    return AdressePostale(lue.code, lue.nom, lue.code_postal, adresse)


def search_positions(session: Session, adresse: AdressePostale) -> tuple[PositionProposee, ...]:
    """Where an address may be, from the places that are known."""
    return tuple(locate_adresse(session, adresse.adresse or "", adresse.commune_code))


def search_ressemblances(session: Session, modele: Modele, envoyes: Champs, *, now: dt.datetime) -> list[Ressemblance]:
    """The known places that the form may be about; what is wrong in it is passed over."""
    commune = _read_commune(session, modele, envoyes).commune
    try:
        position = saisie.parse_position(envoyes.get(saisie.POSITION))
    except ChampInvalideError:
        position = None
    contexte = regles.Contexte(commune_code=commune.code if commune else None)
    try:
        telephone = regles.clean("telephone", envoyes.get("telephone"), contexte)
    except ChampInvalideError:
        telephone = None
    description = Description(
        envoyes.get("nom").strip()[: regles.LONGUEURS_MAX["nom"]] or None,
        envoyes.get("adresse").strip()[: regles.LONGUEUR_MAX] or None,
        telephone,
    )
    return list_ressemblances(
        session,
        description,
        commune_code=commune.code if commune else None,
        position=Position(position["lon"], position["lat"]) if position else None,
        now=now,
        sauf=modele.lieu.resume.public_id if modele.lieu else None,
    )


def can_publier(session: Session, personne: Personne | None, *codes: str | None) -> bool:
    """Whether what this person proposes over these communes is published at once."""
    if personne is None:
        return False
    return all(personne.can(Role.AGENT, find_echelle(session, code)) for code in codes)


def send(session: Session, depot: Depot, envoi: str, *, est_publiee: bool, now: dt.datetime) -> tuple[str, str]:
    """Keep or publish a proposal once, however many times its form is sent; (public id, secret) of it.

    Raises as contributions.services.submit and apply.
    """
    if not brouillons.reserve_envoi(session, envoi, now=now):
        deja = brouillons.find_envoi(session, envoi)
        if deja is not None:
            return deja
    recu = (contributions.apply if est_publiee else contributions.submit)(session, depot, now=now)
    brouillons.complete_envoi(session, envoi, recu.proposition.public_id, recu.jeton)
    return recu.proposition.public_id, recu.jeton


def get_demarche(modele: Modele) -> Demarche:
    """What the form is for."""
    return Demarche.NOUVEAU if modele.est_nouveau else Demarche.CORRECTION


# --- Parts ------------------------------------------------------------------------------------------------------------


def _read_commune(session: Session, modele: Modele, envoyes: Champs) -> ChoixCommune:
    """The commune that the form says: the one that was chosen for this very text, else what the text means."""
    if not saisie.is_commune_changee(envoyes, modele.champs):
        return ChoixCommune(find_commune(session, modele.commune.code) if modele.commune else None)
    texte = regles.clean_ligne(envoyes.get(saisie.COMMUNE)[: 10 * regles.LONGUEUR_MAX])
    est_choisie = texte == regles.clean_ligne(envoyes.get(saisie.COMMUNE_LUE)[: 10 * regles.LONGUEUR_MAX])
    return resolve_commune(session, texte, envoyes.get(saisie.COMMUNE_CODE) if est_choisie else "")


def _describe_choix(choix: ChoixCommune, envoyes: Champs) -> str:
    if choix.propositions:
        return _("Plusieurs communes portent ce nom ou ce code postal. Choisissez la bonne.")
    if envoyes.get(saisie.COMMUNE).strip():
        return _("Nous ne trouvons pas cette commune. Écrivez son nom ou son code postal.")
    return _("Écrivez la commune : son nom ou son code postal.")


def _build_lue(commune: CommuneTrouvee, envoyes: Champs) -> CommuneLue:
    code_postal = find_code_postal(commune, envoyes.get(saisie.COMMUNE), envoyes.get("adresse"))
    return CommuneLue(commune.code, commune.nom, code_postal)


def _complete_nouveau(
    session: Session,
    apres: dict[str, Any],
    commune: CommuneTrouvee | None,
    envoyes: Champs,
    erreurs: dict[str, list[str]],
) -> CommuneTrouvee | None:
    """What a new place must have; its position is worked out when it is not given. The commune, found at last."""
    for champ in [champ for champ, valeur in apres.items() if is_vide(valeur)]:
        del apres[champ]
    position = apres.get("position")
    if commune is None and position is not None and not envoyes.get(saisie.COMMUNE).strip():
        erreurs.pop(saisie.COMMUNE, None)
        commune = find_commune_at(session, Position(position["lon"], position["lat"]))
        if commune is None:
            erreurs[saisie.POSITION] = [_("Ce point n’est pas en France.")]
    if commune is None:
        if saisie.POSITION not in erreurs:
            erreurs.setdefault(saisie.COMMUNE, [_("Écrivez la commune : son nom ou son code postal.")])
    else:
        lue = _build_lue(commune, envoyes)
        apres |= {"commune_code": lue.code, "commune_nom": lue.nom}
        if lue.code_postal:
            apres["code_postal"] = lue.code_postal
        if position is None:
            trouvee = approach(session, commune, apres.get("adresse"))
            apres |= {"position": trouvee} if trouvee else {}
    if "nom" not in apres:
        erreurs["nom"] = [_("Écrivez le nom du lieu.")]
    if "genres" not in apres:
        erreurs["genres"] = [_("Choisissez le type de lieu.")]
    return commune


def _read_mots(envoyes: Champs, erreurs: dict[str, list[str]]) -> tuple[str | None, str | None]:
    """(word for the moderators, e-mail address of whoever writes)."""
    commentaire = courriel = None
    try:
        commentaire = regles.clean_commentaire(envoyes.get(saisie.COMMENTAIRE))
    except ChampInvalideError as erreur:
        erreurs[saisie.COMMENTAIRE] = [erreur.message]
    try:
        courriel = regles.clean_courriel(envoyes.get(saisie.COURRIEL_AUTEUR))
    except ChampInvalideError as erreur:
        erreurs[saisie.COURRIEL_AUTEUR] = [erreur.message]
    return commentaire, courriel


def _list_avertissements(
    session: Session, modele: Modele, apres: Mapping[str, Any], commune: CommuneTrouvee | None
) -> list[str]:
    phrases = []
    nom = apres.get("nom") or modele.valeurs.get("nom")
    if regles.is_courriel_personnel(apres.get("courriel"), nom, commune.nom if commune else None):
        phrases.append(_("L’adresse e-mail du lieu semble être celle d’une personne. Tout le monde pourra la lire."))
    position = apres.get("position")
    if position is not None and commune is not None:
        autour = find_commune_at(session, Position(position["lon"], position["lat"]))
        if autour is None or not _is_meme_commune(autour.code, commune.code):
            ou = autour.nom if autour else _("hors de France")
            phrases.append(_("Le point sur la carte n’est pas dans cette commune, mais ici : %(ou)s.", ou=ou))
    if not modele.est_nouveau and "position" not in apres and not {"adresse", "commune_code"}.isdisjoint(apres):
        phrases.append(_("L’adresse change, mais pas le point sur la carte. Vérifiez-le."))
    return phrases


def _is_meme_commune(une: str, autre: str) -> bool:
    """Whether two codes are of one commune; arrondissements go with their commune (Paris, Lyon, Marseille)."""
    villes = {"75056": "751", "69123": "6938", "13055": "132"}
    return une == autre or une.startswith(villes.get(autre, "?")) or autre.startswith(villes.get(une, "?"))
