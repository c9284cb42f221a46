"""What the pages of the forms write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tierslieux.contributions import champs as regles
from tierslieux.contributions.champs import VOCABULAIRES
from tierslieux.contributions.formulaires import saisie
from tierslieux.contributions.formulaires.fermetures import RaisonFermeture
from tierslieux.contributions.formulaires.grille import COPIER, FERIES, RENDEZ_VOUS, LigneGrille, build_lignes
from tierslieux.contributions.formulaires.localisation import Endroit
from tierslieux.contributions.formulaires.ressemblances import Ressemblance
from tierslieux.contributions.formulaires.saisie import Champs
from tierslieux.contributions.formulaires.services import Etude, Modele
from tierslieux.contributions.formulaires.voies import PositionProposee
from tierslieux.contributions.fusion import Conflit, list_modifies
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_distance
from tierslieux.lieux.enums import GENRES_TIERS_LIEU, Genre, Precision
from tierslieux.lieux.horaires import describe_horaires
from tierslieux.lieux.resumes import LieuResume
from tierslieux.territoires.services import CommuneTrouvee

# What no preview needs: the name of the commune says them.
_SOUS_ENTENDUS = frozenset({"commune_code", "position"})
# Choices of a box or a list: (code, label, chosen).
Choix = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class FormulairePage:
    """templates/contributions/formulaires/lieu.html: the form of a place, new or not.

    `erreurs` by name of field; `messages` are said on top. `positions` are the radio buttons of the position.
    `ressemblances`: known places to choose from. `version` is the one that the form has shown.
    """

    modele: Modele
    champs: Champs
    timbre: str
    brouillon: str
    est_publiee: bool
    erreurs: Mapping[str, Sequence[str]]
    messages: tuple[str, ...]
    est_annonce: bool
    communes: tuple[CommuneTrouvee, ...]
    positions: tuple[Choix, ...]
    recherche_vaine: bool
    endroit: Endroit | None
    ressemblances: tuple[Ressemblance, ...]
    grille: Sequence[LigneGrille]
    genres: tuple[tuple[str, tuple[Choix, ...]], ...]
    choix: Mapping[str, tuple[Choix, ...]]
    horaires_lus: str | None

    def get(self, nom: str) -> str:
        """The text of a field."""
        return self.champs.get(nom)

    def list_erreurs(self, nom: str) -> Sequence[str]:
        """What is wrong in a field."""
        return self.erreurs.get(nom, ())

    @property
    def lieu(self) -> LieuResume | None:
        """The place that is corrected."""
        return self.modele.lieu.resume if self.modele.lieu else None

    @property
    def noms_grille(self) -> tuple[str, str, str]:
        """Fields of the boxes beside the grid: copy Monday, public holidays, by appointment."""
        return COPIER, FERIES, RENDEZ_VOUS

    def is_deplie(self, *noms: str) -> bool:
        """Whether a folded part of the form holds something that was typed, or an error."""
        montres = self.modele.champs
        return any(
            set(self.champs.list(nom)) - {""} != set(montres.list(nom)) - {""} or self.erreurs.get(nom) for nom in noms
        )

    @property
    def is_horaires_deplie(self) -> bool:
        """The same for hours and their grid."""
        noms = {nom for nom in (*self.champs.valeurs, *self.modele.champs.valeurs) if saisie.is_horaires(nom)}
        return any((self.champs.get(nom) or None) != (self.modele.champs.get(nom) or None) for nom in noms) or bool(
            self.erreurs.get(saisie.HORAIRES)
        )


def build_formulaire(
    modele: Modele,
    champs: Champs,
    *,
    timbre: str,
    brouillon: str = "",
    est_publiee: bool = False,
    etude: Etude | None = None,
    erreurs: Mapping[str, Sequence[str]] | None = None,
    messages: Sequence[str] = (),
    est_annonce: bool = False,
    positions: tuple[PositionProposee, ...] | None = None,
    endroit: Endroit | None = None,
    ressemblances: Sequence[Ressemblance] = (),
) -> FormulairePage:
    """The form as it is shown, with what was typed whatever it is worth."""
    horaires = champs.get(saisie.HORAIRES)
    return FormulairePage(
        modele=modele,
        champs=champs,
        timbre=timbre,
        brouillon=brouillon,
        est_publiee=est_publiee,
        erreurs=erreurs if erreurs is not None else etude.erreurs if etude else {},
        messages=tuple(messages),
        est_annonce=est_annonce,
        communes=etude.communes if etude and etude.erreurs.get(saisie.COMMUNE) else (),
        positions=_list_positions(modele, champs, positions or ()),
        recherche_vaine=positions == (),
        endroit=endroit,
        ressemblances=tuple(ressemblances),
        grille=build_lignes({nom: liste[0] for nom, liste in champs.valeurs.items()}),
        genres=_list_genres(champs),
        choix={champ: _list_choix(champ, champs) for champ in saisie.CHOIX},
        horaires_lus=describe_horaires(horaires, None) if horaires else None,
    )


def _list_choix(champ: str, champs: Champs) -> tuple[Choix, ...]:
    coches = champs.list(champ)
    return tuple((membre.value, _(membre.libelle), membre.value in coches) for membre in VOCABULAIRES[champ])


def _list_genres(champs: Champs) -> tuple[tuple[str, tuple[Choix, ...]], ...]:
    """Kinds in two families, by label but for the last one, which is any other."""
    choisi = champs.get(saisie.GENRE)
    familles = (
        (_("Lieux qui aident, services publics"), [genre for genre in Genre if genre not in GENRES_TIERS_LIEU]),
        (_("Tiers-lieux"), [genre for genre in Genre if genre in GENRES_TIERS_LIEU]),
    )
    return tuple(
        (nom, tuple((genre.value, _(genre.libelle), genre.value == choisi) for genre in genres))
        for nom, genres in familles
    )


def _list_positions(modele: Modele, champs: Champs, trouvees: tuple[PositionProposee, ...]) -> tuple[Choix, ...]:
    """The point as it is, those that were found by the address, and none."""
    choisie = champs.get(saisie.POSITION)
    montree = modele.champs.get(saisie.POSITION)
    options: dict[str, str] = {}
    if montree:
        precision = _(Precision(montree.rpartition(",")[2]).libelle)
        options[montree] = _("Ne pas changer (%(precision)s)", precision=precision[:1].lower() + precision[1:])
    for trouvee in trouvees:
        valeur = f"{trouvee.lon:.7f},{trouvee.lat:.7f},{trouvee.precision.value}"
        libelle = (
            _("Le point trouvé par le service d’adresses")
            if not trouvee.repere
            else _("À cette adresse. Lieu connu : %(repere)s.", repere=trouvee.repere)
            if trouvee.precision is Precision.ADRESSE
            else _(
                "Dans cette rue, près de : %(repere)s (%(adresse)s).", repere=trouvee.repere, adresse=trouvee.adresse
            )
        )
        options.setdefault(valeur, libelle)
    if choisie and choisie not in options:
        options[choisie] = _("Le point que vous avez choisi")
    if not montree:
        options[""] = _("Je ne sais pas : trouvez pour moi, par l’adresse ou la commune")
    return tuple((valeur, libelle, valeur == choisie) for valeur, libelle in options.items())


@dataclass(frozen=True, slots=True)
class Difference:
    """A field before and after, in words; `avant` is None when there was nothing."""

    champ: str
    libelle: str
    avant: str | None
    apres: str
    est_vide: bool = False


@dataclass(frozen=True, slots=True)
class ApercuPage:
    """templates/contributions/formulaires/apercu.html: what will be sent, with every field hidden in the page."""

    modele: Modele
    champs: Champs
    timbre: str
    brouillon: str
    est_publiee: bool
    differences: tuple[Difference, ...]
    precision: str | None
    endroit: Endroit | None
    avertissements: tuple[str, ...]
    ressemblances: tuple[Ressemblance, ...]
    commentaire: str | None
    courriel: str | None
    messages: tuple[str, ...] = field(default=())

    @property
    def lieu(self) -> LieuResume | None:
        """The place that is corrected."""
        return self.modele.lieu.resume if self.modele.lieu else None

    @property
    def paires(self) -> tuple[tuple[str, str], ...]:
        """(field, value) of everything that was typed."""
        return tuple(self.champs.iter_paires())


def list_differences(modele: Modele, apres: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What is proposed, field by field in reading order; the position apart, which is said in words elsewhere."""
    code = apres.get("commune_code") or modele.valeurs.get("commune_code")
    modifies = set(list_modifies(modele.valeurs, apres))
    if "commune_nom" in modifies:
        modifies -= _SOUS_ENTENDUS
    return tuple(
        _build_difference(champ, modele.valeurs.get(champ), apres[champ], code, est_nouveau=modele.est_nouveau)
        for champ in regles.CHAMPS_PROPOSABLES
        if champ in modifies and champ not in ({"position"} if modele.est_nouveau else set())
    )


def _build_difference(champ: str, avant: Any, apres: Any, code: str | None, *, est_nouveau: bool) -> Difference:  # noqa: ANN401
    return Difference(
        champ=champ,
        libelle=regles.get_libelle(champ),
        avant=None if est_nouveau else regles.format_valeur(champ, avant, code),
        apres=regles.format_valeur(champ, apres, code),
        est_vide=apres is None or apres == [],
    )


@dataclass(frozen=True, slots=True)
class ConflitVu:
    """A field that changed on both sides, in words."""

    champ: str
    libelle: str
    avant: str
    mien: str
    actuel: str


@dataclass(frozen=True, slots=True)
class ConflitPage:
    """templates/contributions/formulaires/conflit.html: both values side by side; `version` is the present one."""

    modele: Modele
    champs: Champs
    timbre: str
    version: int
    conflits: tuple[ConflitVu, ...]
    autres: tuple[str, ...]

    @property
    def lieu(self) -> LieuResume | None:
        """The place that is corrected."""
        return self.modele.lieu.resume if self.modele.lieu else None

    @property
    def paires(self) -> tuple[tuple[str, str], ...]:
        """(field, value) of everything that was typed."""
        return tuple(self.champs.iter_paires())


def build_conflits(conflits: Sequence[Conflit], code: str | None) -> tuple[ConflitVu, ...]:
    """The conflicts in words."""
    return tuple(
        ConflitVu(
            conflit.champ,
            regles.get_libelle(conflit.champ),
            *(regles.format_valeur(conflit.champ, un, code) for un in (conflit.avant, conflit.apres, conflit.actuel)),
        )
        for conflit in conflits
    )


@dataclass(frozen=True, slots=True)
class FermeturePage:
    """templates/contributions/formulaires/ferme.html."""

    lieu: LieuResume
    champs: Champs
    version: int
    timbre: str
    est_publiee: bool
    raisons: tuple[Choix, ...]
    erreurs: Mapping[str, Sequence[str]]
    messages: tuple[str, ...]

    def get(self, nom: str) -> str:
        """The text of a field."""
        return self.champs.get(nom)

    def list_erreurs(self, nom: str) -> Sequence[str]:
        """What is wrong in a field."""
        return self.erreurs.get(nom, ())


def list_raisons(choisie: str) -> tuple[Choix, ...]:
    """Why a place is closed, one chosen or none."""
    return tuple((raison.value, _(raison.libelle), raison.value == choisie) for raison in RaisonFermeture)


def describe_distance(ressemblance: Ressemblance) -> str | None:
    """How far a place that looks alike is, in words."""
    distance_m = ressemblance.candidat.distance_m
    return None if distance_m is None else _("à %(distance)s", distance=format_distance(distance_m))
