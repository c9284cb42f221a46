"""What the pages of history say: who, why, what changed. For residents, in the language of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.cartes.croquis import Croquis
from tierslieux.comptes import journal
from tierslieux.comptes.droits import Personne, Role
from tierslieux.contributions import champs as mots_champs
from tierslieux.contributions.enums import Action, Demarche, Voie
from tierslieux.contributions.versions.differences import (
    Difference,
    Valeur,
    compare,
    draw_deplacement,
    list_differences,
    list_valeurs,
    order_champs,
)
from tierslieux.contributions.versions.enums import (
    PREFIXE_MASQUAGE,
    PREFIXE_RETOUR,
    REUNION,
    SEPARATION,
    MotifMasquage,
    MotifRetour,
)
from tierslieux.contributions.versions.fiches_lieu import FicheLue, FichesLues
from tierslieux.contributions.versions.histoires import FICHES, Cache, LieuLu, Mouvement, VersionLue, list_opposes
from tierslieux.core.db import Rangee
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_date, format_instant
from tierslieux.lieux.enums import NatureSource

# Reasons that other parts of the program write in history, and how they are said.
_MOTIFS: Mapping[str, str] = {
    "Rapprochement automatique": N_("Le programme a reconnu un même lieu dans deux fichiers."),
    "Revue des doublons": N_("Une personne a comparé les fichiers."),
    "Décision annulée": N_("Une décision est annulée."),
    "Une source réelle est chargée": N_("Les lieux de démonstration ne sont plus montrés."),
    "Disparition de la source confirmée": N_("La source ne parle plus de ce lieu."),
    SEPARATION: N_("Ce sont deux lieux différents."),
    REUNION: N_("C’est bien le même lieu."),
}
# Who the link of imports is in history.
_LIEN_PRIVE = "lien privé"
_SUITES: Mapping[str, str] = {
    Action.ANNULER: N_("%(demarche)s : annulé."),
    Action.RETABLIR: N_("%(demarche)s : rétabli."),
}


@dataclass(frozen=True, slots=True)
class VersionVue:
    """A version as the list tells it. `cree`: the fields that the place was opened with."""

    id: int
    fait_at: dt.datetime
    qui: str
    pourquoi: str | None
    auteur: str | None
    est_creation: bool
    cree: tuple[str, ...]
    differences: tuple[Difference, ...]
    mouvement: Mouvement | None


@dataclass(frozen=True, slots=True)
class HistoriquePage:
    """The page /lieux/<id>/historique; `suivante` is the version below which the next page begins."""

    lieu: LieuLu
    versions: tuple[VersionVue, ...]
    total: int
    est_premiere: bool
    suivante: int | None
    peut_agir: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """The page /lieux/<id>/historique/<version>. `differences`: from that version to now."""

    lieu: LieuLu
    version: VersionVue
    valeurs: tuple[Valeur, ...]
    differences: tuple[Difference, ...]
    croquis: Croquis | None
    est_actuelle: bool
    peut_agir: bool


@dataclass(frozen=True, slots=True)
class LigneFiche:
    """A field of a record: what it says, whether that is published, and why."""

    valeur: Valeur
    est_publiee: bool
    raison: str


@dataclass(frozen=True, slots=True)
class FicheVue:
    """A record as the page tells it. `nies`: what a person said is not so."""

    id: int
    titre: str
    producteur: str
    licence: str
    url: str | None
    date: dt.date | None
    retiree_at: dt.datetime | None
    est_humaine: bool
    lignes: tuple[LigneFiche, ...]
    nies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FichesPage:
    """The page /lieux/<id>/fiches."""

    lieu: LieuLu
    fiches: tuple[FicheVue, ...]
    confirmations: int
    confirme_le: dt.date | None
    peut_agir: bool


def may_act(personne: Personne | None, lieu: LieuLu) -> bool:
    """Whether who is signed in looks after the territory of a place."""
    return personne is not None and personne.can(Role.MODERATEUR, lieu.echelle)


def build_historique(
    lieu: LieuLu,
    versions: Sequence[VersionLue],
    *,
    total: int,
    est_premiere: bool,
    suivante: int | None,
    personne: Personne | None,
) -> HistoriquePage:
    """The list of versions of a place."""
    return HistoriquePage(
        lieu,
        tuple(build_version(lue, lieu.commune_code) for lue in versions),
        total,
        est_premiere,
        suivante,
        may_act(personne, lieu),
    )


def build_version_page(
    lieu: LieuLu,
    lue: VersionLue,
    alors: Mapping[str, Any],
    actuelles: Mapping[str, Any],
    *,
    est_actuelle: bool,
    personne: Personne | None,
) -> VersionPage:
    """A place as it was at a version, and what has changed since."""
    return VersionPage(
        lieu=lieu,
        version=build_version(lue, lieu.commune_code),
        valeurs=tuple(list_valeurs(alors, code=alors.get("commune_code"), caches=lue.caches)),
        differences=tuple(list_differences(alors, actuelles, caches=lue.caches)),
        croquis=draw_deplacement(alors.get("position"), actuelles.get("position")),
        est_actuelle=est_actuelle,
        peut_agir=may_act(personne, lieu),
    )


def build_retour(
    lieu: LieuLu,
    lue: VersionLue,
    alors: Mapping[str, Any],
    actuelles: Mapping[str, Any],
    caches: Sequence[Cache],
    *,
    personne: Personne,
) -> VersionPage:
    """What going back to a version would change: from now to it. What is hidden at somebody's request stays so."""
    opposes = list_opposes(caches)
    voulues = {champ: valeur for champ, valeur in alors.items() if champ not in opposes}
    presentes = {champ: valeur for champ, valeur in actuelles.items() if champ not in opposes}
    return VersionPage(
        lieu=lieu,
        version=build_version(lue, lieu.commune_code),
        valeurs=(),
        differences=tuple(list_differences(presentes, voulues)),
        croquis=draw_deplacement(presentes.get("position"), voulues.get("position")),
        est_actuelle=False,
        peut_agir=may_act(personne, lieu),
    )


def build_version(lue: VersionLue, code: str | None) -> VersionVue:
    """A version in words; `code`: the commune of the place."""
    version = lue.version
    modifications = {m.champ: m for m in version.modifications if m.champ != FICHES}
    ordre = order_champs(modifications)
    return VersionVue(
        id=version.id,
        fait_at=version.fait_at,
        qui=_say_qui(lue),
        pourquoi=_say_pourquoi(lue),
        auteur=_find_auteur(lue),
        est_creation=version.est_creation,
        cree=tuple(mots_champs.get_libelle(champ) for champ in ordre) if version.est_creation else (),
        differences=()
        if version.est_creation
        else tuple(
            compare(
                champ,
                None if champ in lue.opposes else modifications[champ].avant,
                modifications[champ].apres,
                code=code,
                est_cachee=champ in lue.caches,
            )
            for champ in ordre
        ),
        mouvement=lue.mouvement,
    )


def build_fiches_page(lieu: LieuLu, lues: FichesLues, *, personne: Personne | None) -> FichesPage:
    """What each source says of a place."""
    return FichesPage(
        lieu,
        tuple(_build_fiche(fiche, lieu) for fiche in lues.fiches),
        lues.confirmations,
        lues.confirme_le,
        may_act(personne, lieu),
    )


def _build_fiche(lue: FicheLue, lieu: LieuLu) -> FicheVue:
    rangee = lue.rangee
    lignes = []
    for valeur in list_valeurs(rangee.valeurs, code=lieu.commune_code, caches=lue.caches):
        raison, source = lue.raisons[valeur.champ]
        est_publiee = rangee.id in lieu.provenance.get(valeur.champ, {}).get("fiches", ())  # type: ignore[operator]
        lignes.append(LigneFiche(valeur, est_publiee, _(raison.libelle, source=source)))
    return FicheVue(
        id=rangee.id,
        titre=_name_fiche(rangee),
        producteur=rangee.producteur,
        licence=rangee.licence,
        url=rangee.url,
        date=rangee.date_maj,
        retiree_at=rangee.retiree_at,
        est_humaine=rangee.nature == NatureSource.CONTRIBUTION,
        lignes=tuple(lignes),
        nies=tuple(_list_nies(rangee.retraits, lue.caches)),
    )


def _name_fiche(rangee: Rangee) -> str:
    """The name of its source; contributions have one source for all of them, and are told apart by their time."""
    if rangee.acceptee_at is None:
        return str(rangee.libelle)
    return _("%(source)s, %(date)s", source=rangee.libelle, date=format_instant(rangee.acceptee_at))


def _list_nies(retraits: Mapping[str, Sequence[str]], caches: Collection[str]) -> list[str]:
    """What a person's record denies, one sentence for each field."""
    nies = []
    for champ in order_champs(retraits):
        libelle = mots_champs.get_libelle(champ)
        if champ in caches or not retraits[champ]:
            nies.append(_("%(champ)s : à ne pas montrer.", champ=libelle))
        elif champ == "evenements":
            nies.append(_("%(champ)s : retirés.", champ=libelle))
        else:
            codes = mots_champs.format_valeur(champ, list(retraits[champ]))
            nies.append(_("%(champ)s : pas « %(valeurs)s ».", champ=libelle, valeurs=codes))
    return nies


def _find_auteur(lue: VersionLue) -> str | None:
    """The pseudonym behind a version, for moderators; None for runs and for the program."""
    auteur = lue.version.auteur
    return auteur if lue.proposition is not None and auteur != journal.PROGRAMME else None


def _say_qui(lue: VersionLue) -> str:
    version = lue.version
    if version.execution_id is not None:
        if lue.execution is None:
            return _("Un import")
        date = format_date(lue.execution.debut_at.date())
        return _("Import de la source « %(source)s » du %(date)s", source=lue.execution.libelle, date=date)
    if version.auteur is None or version.auteur == journal.PROGRAMME:
        return _("Le programme")
    if version.auteur == _LIEN_PRIVE:
        return _("Les personnes qui gèrent les fichiers")
    return _say_personne(lue.proposition, version.auteur)


def _say_personne(proposition: Any, auteur: str) -> str:  # noqa: ANN401  (a row, or None)
    """Who somebody is to a place; whoever acts on another's contribution is a moderator."""
    if proposition is None or auteur != proposition.auteur or proposition.voie == Voie.MODERATION:
        return _("La modération (%(pseudonyme)s)", pseudonyme=auteur)
    if proposition.voie == Voie.GESTIONNAIRE:
        return _("Le lieu lui-même")
    return _("Une contribution de %(pseudonyme)s", pseudonyme=auteur)


def _say_pourquoi(lue: VersionLue) -> str | None:
    version, proposition = lue.version, lue.proposition
    if proposition is not None:
        demarche = _(Demarche(proposition.demarche).libelle)
        suite = _SUITES.get(lue.action or "")
        return _(suite, demarche=demarche) if suite else _("%(demarche)s.", demarche=demarche)
    motif = version.motif or ""
    for prefixe, vocabulaire in ((PREFIXE_MASQUAGE, MotifMasquage), (PREFIXE_RETOUR, MotifRetour)):
        code = motif.removeprefix(prefixe)
        if motif.startswith(prefixe) and code in list(vocabulaire):
            return _(vocabulaire(code).libelle)
    if motif in _MOTIFS:
        return _(_MOTIFS[motif])
    if version.execution_id is None:
        return None
    if motif:
        return _("Cet import est annulé.")
    return _("La source ne parlait pas encore de ce lieu.") if version.est_creation else _("La source a changé.")
