"""What the page of one proposal shows, decided here. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierslieux.cartes.croquis import Croquis, Epingle, build_croquis
from tierslieux.cartes.permalien import ZOOM_LIEU, build_fragment_carte
from tierslieux.comptes import journal
from tierslieux.comptes.droits import Personne
from tierslieux.contributions.champs import (
    LONGUEUR_MAX,
    LONGUEURS_MAX,
    VOCABULAIRES,
    get_libelle,
    write_champ,
)
from tierslieux.contributions.enums import STATUTS_PUBLIES, Demarche, Statut
from tierslieux.contributions.fusion import is_ensemble, is_vide, list_modifies
from tierslieux.contributions.moderation.dossiers import Dossier
from tierslieux.contributions.moderation.params import Filtres
from tierslieux.contributions.moderation.presenters_file import (
    Onglet,
    build_onglets,
    describe_decision,
    describe_verrou,
    format_age,
    format_raisons,
    format_score,
    is_national,
)
from tierslieux.contributions.moderation.saisies import (
    CHAMPS_CODES,
    CHAMPS_COMMUNE,
    CHAMPS_CORRIGIBLES,
    PREFIXE,
    Saisie,
)
from tierslieux.contributions.moderation.services import find_tenant
from tierslieux.contributions.moderation.valeurs import compare_valeurs, keep_autres, write_valeur
from tierslieux.contributions.versions.differences import CHAMPS_LONGS, Difference, order_champs
from tierslieux.core.types import Position
from tierslieux.filtres import format_distance, format_instant
from tierslieux.lieux.historique import STATUT, Version


@dataclass(frozen=True, slots=True)
class Option:
    """One code of a vocabulary in a correction."""

    code: str
    libelle: str
    est_coche: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """How a value can be written otherwise: a text, or codes of a vocabulary. `maximum`: signs."""

    nom: str
    texte: str
    maximum: int
    est_longue: bool
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class LigneChamp:
    """One field that is proposed. `actuel` is what the place holds now, when it changed since; `etat` says what then.

    `retenu`: whether it was published, once decided.
    """

    champ: str
    libelle: str
    avant: tuple[str, ...]
    propose: tuple[str, ...]
    actuel: tuple[str, ...] | None
    difference: Difference | None
    etat: str | None
    est_conflit: bool
    est_coche: bool
    correction: Correction | None
    retenu: bool | None
    erreur: str | None


@dataclass(frozen=True, slots=True)
class Voisin:
    """A known place that may be the one that is proposed; `numero` is its pin on the sketch."""

    numero: int | None
    public_id: str
    nom: str
    adresse: str
    raisons: str
    est_ferme: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """What one act changed of the place."""

    quand: str
    qui: str
    champs: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A question or an answer."""

    qui: str
    quand: str
    texte: str


@dataclass(frozen=True, slots=True)
class DossierPage:
    """The page of one proposal."""

    public_id: str
    titre: str
    nom: str
    demarche: Demarche
    statut: Statut
    est_ouverte: bool
    est_decidable: bool
    est_publiee: bool
    est_desaccord: bool
    est_nouveau: bool
    est_rattachee: bool
    est_reunie: bool
    est_isolee: bool
    chapeau: str
    commune: str | None
    recue: str
    age: str
    lieu: str | None
    lieu_nom: str | None
    lignes: tuple[LigneChamp, ...]
    a_change: bool
    a_conflit: bool
    est_sans_effet: bool
    empreinte: str
    verrou: str | None
    est_a_moi: bool
    score: str
    raisons: str | None
    auteur: str | None
    bilan: tuple[tuple[str, int], ...]
    commentaire: str | None
    messages: tuple[MessagePage, ...]
    versions: tuple[VersionPage, ...]
    voisins: tuple[Voisin, ...]
    autres: tuple[tuple[str, str], ...]
    croquis: Croquis | None
    fragment_carte: str | None
    decision: str | None
    reponse: str | None
    onglets: tuple[Onglet, ...]
    args: Mapping[str, str]
    precedente: str | None
    suivante: str | None
    attente: int
    est_national: bool


def build_dossier_page(
    dossier: Dossier, personne: Personne, filtres: Filtres, *, now: dt.datetime, saisie: Saisie | None = None
) -> DossierPage:
    """The page of one proposal; `saisie` is what a refused form had in it."""
    proposition = dossier.proposition
    demarche, statut = Demarche(proposition.demarche), Statut(proposition.statut)
    est_connu = dossier.est_decidable
    voisins = _build_voisins(dossier)
    position = _find_position(dossier)
    lignes = _build_lignes(dossier, saisie or Saisie())
    tenant = find_tenant(proposition, now=now)
    return DossierPage(
        public_id=proposition.public_id,
        titre=f"{demarche.libelle} : {proposition.nom}",
        nom=proposition.nom,
        demarche=demarche,
        statut=statut,
        est_ouverte=dossier.est_ouverte,
        est_decidable=dossier.est_decidable,
        est_publiee=statut in STATUTS_PUBLIES,
        est_desaccord=demarche is Demarche.DESACCORD,
        est_nouveau=demarche is Demarche.NOUVEAU,
        est_rattachee=dossier.est_rattachee,
        est_reunie=dossier.est_reunie,
        est_isolee=statut is Statut.QUARANTAINE,
        chapeau=_write_chapeau(demarche, dossier.source, est_a_cocher=est_connu and dossier.est_ouverte),
        commune=dossier.commune,
        recue=format_instant(proposition.recue_at),
        age=format_age(now - proposition.recue_at),
        lieu=dossier.lieu.public_id if dossier.lieu is not None else None,
        lieu_nom=dossier.lieu.nom if dossier.lieu is not None else None,
        lignes=lignes,
        a_change=any(ligne.actuel is not None for ligne in lignes),
        a_conflit=any(ligne.est_conflit for ligne in lignes),
        est_sans_effet=dossier.est_ouverte and not dossier.fusion.valeurs,
        empreinte=dossier.empreinte,
        verrou=describe_verrou(proposition, personne, now=now) if est_connu else None,
        est_a_moi=tenant == personne.pseudonyme,
        score=format_score(proposition.score),
        raisons=format_raisons(proposition.parts),
        auteur=proposition.auteur if dossier.statuts is not None else None,
        bilan=_build_bilan(dossier.statuts or {}),
        commentaire=proposition.commentaire if est_connu else None,
        messages=tuple(
            MessagePage(m.auteur if m.est_moderation else "Réponse", format_instant(m.fait_at), m.texte)
            for m in dossier.messages
        ),
        versions=tuple(_build_version(version, proposition.auteur) for version in dossier.versions),
        voisins=voisins,
        autres=tuple(
            (autre.public_id, f"{Demarche(autre.demarche).libelle}, {format_age(now - autre.recue_at)}")
            for autre in dossier.autres
        ),
        croquis=_draw(dossier, position, voisins),
        fragment_carte=build_fragment_carte(position, ZOOM_LIEU) if position else None,
        decision=describe_decision(proposition) if est_connu else None,
        reponse=proposition.reponse if est_connu else None,
        onglets=build_onglets(dossier.attente, filtres, est_file=False),
        args=filtres.to_args(),
        precedente=dossier.precedente,
        suivante=dossier.suivante,
        attente=dossier.attente.total,
        est_national=is_national(personne),
    )


def _write_chapeau(demarche: Demarche, source: str | None, *, est_a_cocher: bool) -> str:
    consigne = " Cochez ce qui peut être publié." if est_a_cocher else ""
    if demarche is Demarche.DESACCORD:
        return (
            f"Le fichier « {source} » dit maintenant autre chose que ce que des personnes ont vérifié. Rien n’a changé"
            " sur le site. Accepter : le lieu dira ce que dit le fichier. Refuser : la parole des personnes reste."
        )
    if demarche is Demarche.NOUVEAU:
        return f"Une personne propose d’ajouter ce lieu.{consigne}"
    if demarche is Demarche.FERMETURE:
        return "Une personne dit que ce lieu est fermé."
    return f"Une personne propose de changer ces informations.{consigne}"


def _build_lignes(dossier: Dossier, saisie: Saisie) -> tuple[LigneChamp, ...]:
    proposition = dossier.proposition
    conflits = {conflit.champ for conflit in dossier.fusion.conflits}
    return tuple(
        _build_ligne_champ(dossier, champ, saisie, est_conflit=not conflits.isdisjoint(_list_lies(champ)))
        for champ in order_champs(list_modifies(proposition.avant, proposition.apres))
    )


def _list_lies(champ: str) -> Collection[str]:
    """The fields that a line stands for."""
    return CHAMPS_COMMUNE if champ in CHAMPS_COMMUNE else {champ}


def _build_ligne_champ(dossier: Dossier, champ: str, saisie: Saisie, *, est_conflit: bool) -> LigneChamp:
    proposition = dossier.proposition
    vu, voulu, present = proposition.avant.get(champ), proposition.apres[champ], dossier.actuelles.get(champ)
    code = proposition.commune_code
    a_change = dossier.est_ouverte and dossier.lieu is not None and not _is_vu(dossier, champ, vu, present)
    est_fait = dossier.est_ouverte and champ in dossier.fusion.sans_effet
    # Of a new place that is a known one, only what this one does not say is taken without looking.
    est_sur = not dossier.est_rattachee or is_vide(vu) or is_ensemble(champ)
    coches = saisie.champs
    est_coche = champ in coches if coches is not None else est_sur and not est_conflit
    return LigneChamp(
        champ=champ,
        libelle=get_libelle(champ),
        avant=write_valeur(champ, keep_autres(champ, vu, voulu), code),
        propose=write_valeur(champ, keep_autres(champ, voulu, vu), code),
        actuel=write_valeur(champ, present, code) if a_change else None,
        difference=compare_valeurs(champ, vu, voulu, code),
        etat="Changé aussi par quelqu’un d’autre : à vous de choisir." if est_conflit else _say_deja(est_fait=est_fait),
        est_conflit=est_conflit,
        est_coche=est_coche,
        correction=_build_correction(champ, voulu, saisie) if dossier.est_ouverte and not est_fait else None,
        retenu=None if dossier.est_ouverte else champ in proposition.retenus,
        erreur=(saisie.erreurs or {}).get(champ),
    )


def _is_vu(dossier: Dossier, champ: str, vu: Any, present: Any) -> bool:  # noqa: ANN401
    """Whether the place still holds what the contributor saw; whoever proposed a new place saw a part of its sets."""
    if dossier.est_rattachee and is_ensemble(champ):
        return True
    return not list_modifies({champ: vu}, {champ: present})


def _say_deja(*, est_fait: bool) -> str | None:
    return "Le lieu dit déjà cela." if est_fait else None


def _build_correction(champ: str, voulu: Any, saisie: Saisie) -> Correction | None:  # noqa: ANN401
    if champ not in CHAMPS_CORRIGIBLES or is_vide(voulu):
        return None
    maximum = LONGUEURS_MAX.get(champ, LONGUEUR_MAX)
    nom = PREFIXE + champ
    if champ in CHAMPS_CODES:
        choisis = (saisie.codes or {}).get(champ, voulu)
        options = tuple(Option(m.value, m.libelle, m.value in choisis) for m in VOCABULAIRES[champ])
        return Correction(nom, "", maximum, est_longue=False, options=options)
    texte = (saisie.textes or {}).get(champ, write_champ(champ, voulu))
    return Correction(nom, texte, maximum, est_longue=champ in CHAMPS_LONGS or len(texte) > 80)


def _build_voisins(dossier: Dossier) -> tuple[Voisin, ...]:
    voisins: list[Voisin] = []
    numero = 1
    for ressemblance in dossier.ressemblances:
        candidat = ressemblance.candidat
        est_place = candidat.public_id in dossier.positions
        numero += est_place
        raisons = [raison.libelle for raison in ressemblance.raisons]
        if candidat.distance_m is not None:
            raisons.append(f"à {format_distance(candidat.distance_m)}")
        adresse = ", ".join(partie for partie in (candidat.adresse, candidat.commune) if partie)
        voisins.append(
            Voisin(
                numero if est_place else None,
                candidat.public_id,
                candidat.nom,
                adresse,
                ", ".join(raisons),
                candidat.est_ferme,
            )
        )
    return tuple(voisins)


def _find_position(dossier: Dossier) -> Position | None:
    """Where the place would be, else where it is."""
    position = dossier.proposition.apres.get("position") or dossier.actuelles.get("position")
    return Position(position["lon"], position["lat"]) if position else None


def _draw(dossier: Dossier, position: Position | None, voisins: Sequence[Voisin]) -> Croquis | None:
    """Pin 1 is what is proposed; then the places that look like it, or where the place is now."""
    if position is None:
        return None
    epingles = [Epingle(1, position)]
    est_proposee = bool(dossier.proposition.apres.get("position"))
    texte = "Épingle 1 : la position proposée." if est_proposee else "Épingle 1 : la position du lieu."
    if voisins:
        epingles += [Epingle(v.numero, dossier.positions[v.public_id]) for v in voisins if v.numero is not None]
        texte += " Les autres : des lieux qui lui ressemblent."
    elif est_proposee and (actuelle := dossier.actuelles.get("position")):
        epingles.append(Epingle(2, Position(actuelle["lon"], actuelle["lat"])))
        texte += " Épingle 2 : la position d’aujourd’hui."
    return build_croquis("Où est ce lieu", texte, epingles=epingles, contour=dossier.contour)


def _build_bilan(statuts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """What became of an author's proposals, in the order of the states."""
    return tuple((statut.libelle, statuts[statut]) for statut in Statut if statuts.get(statut))


def _build_version(version: Version, auteur: str) -> VersionPage:
    noms = {STATUT: "affichage", "fiches": "fiches réunies ou séparées"}
    champs = order_champs({modification.champ for modification in version.modifications})
    dits = ["création du lieu"] if version.est_creation else [noms.get(c) or get_libelle(c) for c in champs]
    if version.execution_id is not None:
        qui = "import d’un fichier"
    elif version.auteur == auteur and auteur != journal.PROGRAMME:
        qui = f"{auteur}, qui propose ici"
    else:
        qui = version.auteur or "le programme"
    return VersionPage(format_instant(version.fait_at), qui, ", ".join(dits))
